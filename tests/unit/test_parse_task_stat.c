/* SPDX-License-Identifier: MIT */
/* test_parse_task_stat: the one line of a process, and names that look like its rest. */
#include "exact.h"

#include <stdio.h>

#include "parse/task_stat.h"

/* Linux 6.18 */
#define TAIL \
	" S 1 204 204 0 -1 4194368 7181 5 3 6 5 41 0 0 20 0 7 0 795 49504256 6267 " \
	"18446744073709551615 4198400 4863521 140720889669088 0 0 0 0 0 0 1 0 0 17 1 0 0 " \
	"0 0 0 5047504 5071568 426438656 140720889671574 140720889671581 140720889671581 " \
	"140720889671664 0\n"

static bool parse(const char *text, size_t n, struct ml_task_stat *ret)
{
	_exact_ struct ml_str copy = exact(text, n);
	bool good = ml_parse_task_stat(copy, ret);

	if (good) { /* as slices of what the caller has */
		ret->comm.p = text + (ret->comm.p - copy.p);
		ret->state.p = text + (ret->state.p - copy.p);
	}
	return good;
}

static void check_tail(const struct ml_task_stat *stat)
{
	assert_bytes(stat->state, "S");
	assert_int_equal(stat->ppid, 1);
	assert_int_equal(stat->flags, 4194368);
	assert_int_equal(stat->minflt, 7181);
	assert_int_equal(stat->majflt, 3);
	assert_int_equal(stat->utime, 5);
	assert_int_equal(stat->stime, 41);
	assert_int_equal(stat->threads, 7);
	assert_int_equal(stat->start, 795);
	assert_int_equal(stat->vsize, 49504256);
	assert_int_equal(stat->rss, 6267);
}

static void test_golden(void **state)
{
	static const char text[] = "204 (wl-anon)" TAIL;
	struct ml_task_stat stat;

	(void)state;
	assert_true(parse(text, sizeof(text) - 1, &stat));
	assert_int_equal(stat.pid, 204);
	assert_bytes(stat.comm, "wl-anon");
	check_tail(&stat);
}

/* A process chooses its name, of any bytes but NUL. */
static void test_names(void **state)
{
	static const char *const names[] = {
		"", "(", ")", "()", ")(", "a) R 1 (", "a) S 1 2 3 4 5 6 7 8 9 10 11", "\n",
		"a)\n1 (b) R 2 3 4", " ", "  x  ", "\t", "\x1b[2J", "\xff\xfe", "((sd-pam))",
		"\r\n", "1 2 3", "123456789012345",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(names); i++) {
		struct ml_task_stat stat;
		char text[512];
		int n = snprintf(text, sizeof(text), "9 (%s)%s", names[i], TAIL);

		assert_true(parse(text, (size_t)n, &stat));
		assert_int_equal(stat.pid, 9);
		assert_int_equal(stat.comm.n, strlen(names[i]));
		assert_memory_equal(stat.comm.p, names[i], stat.comm.n);
		check_tail(&stat);
	}
}

static void test_every_byte_in_a_name(void **state)
{
	char text[512] = "9 (ab_d)" TAIL;
	struct ml_task_stat stat;

	(void)state;
	for (int c = 0; c < 256; c++) {
		text[5] = (char)c;
		assert_true(parse(text, sizeof("9 (ab_d)" TAIL) - 1, &stat));
		assert_int_equal(stat.comm.n, 4);
		assert_int_equal((unsigned char)stat.comm.p[2], c);
		check_tail(&stat);
	}
}

/* 2.6.32 has 44 fields; we need the first 24. */
static void test_lengths(void **state)
{
	static const char few[] = "1 (a) Z 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 8";
	static const char some[] =
		"1 (a) Z 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 8 9 10 11";
	struct ml_task_stat stat;

	(void)state;
	assert_false(parse(few, sizeof(few) - 1, &stat));
	assert_true(parse(some, sizeof(some) - 1, &stat));
	assert_int_equal(stat.start, 8);
	assert_int_equal(stat.rss, 10);
}

static void test_numbers(void **state)
{
	static const char big[] =
		"18446744073709551616 (a) R 99999999999999999999999 0 0 0 0 "
		"0 18446744073709551615 0 0 0 0 0 0 0 0 0 1 0 8 9 10 11";
	struct ml_task_stat stat;

	(void)state;
	assert_true(parse(big, sizeof(big) - 1, &stat));
	assert_int_equal(stat.pid, ML_U64_MAX);
	assert_int_equal(stat.ppid, ML_U64_MAX);
	assert_int_equal(stat.minflt, ML_U64_MAX);
}

static void test_malformed(void **state)
{
	static const struct ml_str texts[] = {
		ML_STR(""),
		ML_STR("\n"),
		ML_STR("\0\0\0\0"),
		ML_STR("1"),
		ML_STR("1 (a"),
		ML_STR("1 a)"),
		ML_STR(")("),
		ML_STR("()"),
		ML_STR("1 ()"),
		ML_STR("x (a)" TAIL),
		ML_STR("-1 (a)" TAIL),
		ML_STR("(a)" TAIL),
		ML_STR("1 (a) S x 204 204 0 -1 0 0 0 0 0 0 0 0 0 0 0 1 0 7 8 9 10"),
		ML_STR("1 (a) S 1 204 204 0 -1 0 0 0 0 0 0 0 0 0 0 0 1 0 7 8 -9 10"),
	};
	struct ml_task_stat stat;

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++)
		assert_false(parse(texts[i].p, texts[i].n, &stat));
}

/* No cut text is a larger process, or another one. */
static void test_cuts(void **state)
{
	struct ml_task_stat stat;
	size_t good = 0;

	(void)state;
	for_each_cut(text, "204 (wl-anon)" TAIL)
	{
		if (!ml_parse_task_stat(text, &stat))
			continue;
		good++;
		assert_int_equal(stat.start, 795);
		assert_true(stat.rss <= 6267);
	}
	assert_true(good > 0);
}

static void test_huge(void **state)
{
	_cleanup_free_ char *s = malloc(HUGE_LINE);
	struct ml_task_stat stat;

	(void)state;
	assert_non_null(s);
	fill(s, HUGE_LINE, ML_STR("1 (a) "));
	ml_parse_task_stat((struct ml_str){ s, HUGE_LINE }, &stat);
	fill(s, HUGE_LINE, ML_STR("("));
	assert_false(ml_parse_task_stat((struct ml_str){ s, HUGE_LINE }, &stat));
	fill(s, HUGE_LINE, ML_STR(" 1"));
	assert_false(ml_parse_task_stat((struct ml_str){ s, HUGE_LINE }, &stat));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),    cmocka_unit_test(test_names),
		cmocka_unit_test(test_every_byte_in_a_name),
		cmocka_unit_test(test_lengths),   cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_malformed), cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
