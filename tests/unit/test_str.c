/* SPDX-License-Identifier: MIT */
/* test_str: lines and words off either end of a slice. */
#include "unit.h"

#include "base/str.h"

static void test_lines(void **state)
{
	struct ml_str text = ML_STR("one\ntwo\r\n\n\r\nlast"), line;

	(void)state;
	assert_true(ml_next_line(&text, &line));
	assert_bytes(line, "one");
	assert_true(ml_next_line(&text, &line));
	assert_bytes(line, "two");
	assert_true(ml_next_line(&text, &line));
	assert_int_equal(line.n, 0);
	assert_true(ml_next_line(&text, &line));
	assert_int_equal(line.n, 0);
	assert_true(ml_next_line(&text, &line));
	assert_bytes(line, "last");
	assert_false(ml_next_line(&text, &line));
	assert_false(ml_next_line(&text, &line));
}

static void test_line_padding(void **state)
{
	struct ml_str text = ML_STR("one\n\0\0two\0x\nlast\0\0\0\0"), line;

	(void)state;
	assert_true(ml_next_line(&text, &line));
	assert_bytes(line, "one");
	assert_true(ml_next_line(&text, &line));
	assert_bytes(line, "two\0x");
	assert_true(ml_next_line(&text, &line));
	assert_bytes(line, "last");
	assert_false(ml_next_line(&text, &line));
	text = ML_STR("\0\0\0");
	assert_false(ml_next_line(&text, &line));
	text = (struct ml_str){ NULL, 0 };
	assert_false(ml_next_line(&text, &line));
}

static void test_words(void **state)
{
	struct ml_str line = ML_STR(" \tone  two\tthree "), word;

	(void)state;
	assert_true(ml_next_word(&line, &word));
	assert_bytes(word, "one");
	assert_true(ml_next_word(&line, &word));
	assert_bytes(word, "two");
	assert_true(ml_next_word(&line, &word));
	assert_bytes(word, "three");
	assert_false(ml_next_word(&line, &word));
	assert_bytes(word, "three");
	line = ML_STR("  ");
	assert_false(ml_next_word(&line, &word));
	assert_int_equal(line.n, 0);
}

static void test_last_words(void **state)
{
	struct ml_str line = ML_STR("the name  1\t22  "), word;

	(void)state;
	assert_true(ml_last_word(&line, &word));
	assert_bytes(word, "22");
	assert_true(ml_last_word(&line, &word));
	assert_bytes(word, "1");
	assert_bytes(ml_str_trim(line), "the name");
	assert_true(ml_last_word(&line, &word));
	assert_true(ml_last_word(&line, &word));
	assert_bytes(word, "the");
	assert_false(ml_last_word(&line, &word));
}

static void test_split(void **state)
{
	struct ml_str s = ML_STR("a:b::c"), head;

	(void)state;
	assert_true(ml_split(&s, ':', &head));
	assert_bytes(head, "a");
	assert_true(ml_split(&s, ':', &head));
	assert_bytes(head, "b");
	assert_true(ml_split(&s, ':', &head));
	assert_int_equal(head.n, 0);
	assert_false(ml_split(&s, ':', &head));
	assert_bytes(s, "c");
	s = ML_STR("x:");
	assert_true(ml_split(&s, ':', &head));
	assert_int_equal(s.n, 0);
	assert_false(ml_split(&s, ':', &head));
}

static void test_compare(void **state)
{
	(void)state;
	assert_true(ml_str_is(ML_STR("abc"), "abc"));
	assert_false(ml_str_is(ML_STR("abc"), "ab"));
	assert_false(ml_str_is(ML_STR("ab"), "abc"));
	assert_false(ml_str_is(ML_STR("abc\0"), "abc"));
	assert_true(ml_str_eq(ML_STR("a\0b"), ML_STR("a\0b")));
	assert_false(ml_str_eq(ML_STR("a\0b"), ML_STR("a\0c")));
	assert_true(ml_str_eq((struct ml_str){ NULL, 0 }, ML_STR("")));
	assert_true(ml_str_starts(ML_STR("abc"), "ab"));
	assert_false(ml_str_starts(ML_STR("a"), "ab"));
	assert_true(ml_str_ends(ML_STR("abc"), "bc"));
	assert_false(ml_str_ends(ML_STR("c"), "bc"));
	assert_true(ml_str_cmp(ML_STR("a"), ML_STR("b")) < 0);
	assert_true(ml_str_cmp(ML_STR("a"), ML_STR("ab")) < 0);
	assert_true(ml_str_cmp(ML_STR("\xff"), ML_STR("a")) > 0);
	assert_int_equal(ml_str_cmp(ML_STR("ab"), ML_STR("ab")), 0);
	assert_int_equal(ml_str_cmp((struct ml_str){ NULL, 0 }, ML_STR("")), 0);
}

static void test_trim_and_skip(void **state)
{
	(void)state;
	assert_bytes(ml_str_trim(ML_STR(" \t a b\t ")), "a b");
	assert_int_equal(ml_str_trim(ML_STR(" \t ")).n, 0);
	assert_int_equal(ml_str_trim(ML_STR("")).n, 0);
	assert_bytes(ml_str_skip(ML_STR("abc"), 1), "bc");
	assert_int_equal(ml_str_skip(ML_STR("abc"), 3).n, 0);
	assert_int_equal(ml_str_skip(ML_STR("abc"), 4).n, 0);
	assert_int_equal(ml_str_of(NULL).n, 0);
	assert_bytes(ml_str_of("abc"), "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),   cmocka_unit_test(test_line_padding),
		cmocka_unit_test(test_words),   cmocka_unit_test(test_last_words),
		cmocka_unit_test(test_split),   cmocka_unit_test(test_compare),
		cmocka_unit_test(test_trim_and_skip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
