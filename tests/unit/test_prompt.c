/* SPDX-License-Identifier: MIT */
/* test_prompt: what is typed is text, in whole characters and never too much of it. */
#include "unit.h"

#include <locale.h>

#include "top/prompt.h"

static void type(struct prompt *p, const char *keys)
{
	for (; *keys; keys++)
		assert_int_equal(prompt_key(p, (unsigned char)*keys), PROMPT_TYPING);
}

static void test_typing(void **state)
{
	struct prompt p;

	(void)state;
	prompt_open(&p, "/", NULL);
	type(&p, "ab c");
	assert_string_equal(p.text, "ab c");
	assert_int_equal(prompt_key(&p, 23), PROMPT_TYPING);
	assert_string_equal(p.text, "ab ");
	assert_int_equal(prompt_key(&p, 21), PROMPT_TYPING);
	assert_string_equal(p.text, "");
	assert_int_equal(prompt_key(&p, KEY_BACK), PROMPT_LEFT);
	assert_int_equal(prompt_key(&p, 27), PROMPT_LEFT);
	assert_int_equal(prompt_key(&p, '\r'), PROMPT_DONE);
	prompt_close(&p);
	assert_null(p.label);
}

static void test_characters(void **state)
{
	static const uint32_t wide[] = { 0xe9, 0x65e5, 0x1f600 };
	struct prompt p;

	(void)state;
	prompt_open(&p, "/", "a");
	for (size_t i = 0; i < ML_ARRAY_SIZE(wide); i++)
		prompt_key(&p, wide[i]);
	assert_string_equal(p.text, "a\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80");
	for (size_t i = 0; i < ML_ARRAY_SIZE(wide); i++)
		prompt_key(&p, KEY_BACK);
	assert_string_equal(p.text, "a");
}

static void test_no_characters(void **state)
{
	struct prompt p;

	(void)state;
	prompt_open(&p, "/", "a");
	for (uint32_t key = 1; key < ' '; key++)
		if (key != '\n' && key != '\r' && key != 27 && key != 21 && key != 23)
			assert_int_equal(prompt_key(&p, key), PROMPT_TYPING);
	for (uint32_t key = KEY_FIRST; key < KEY_LAST; key++)
		if (key != KEY_BACK && key != KEY_DELETE)
			assert_int_equal(prompt_key(&p, key), PROMPT_TYPING);
	assert_string_equal(p.text, "a");
}

static void test_bound(void **state)
{
	char longer[2 * PROMPT_MAX];
	struct prompt p;

	(void)state;
	prompt_open(&p, "/", NULL);
	for (size_t i = 0; i < sizeof(longer); i++)
		prompt_key(&p, i % 2 ? 0x65e5 : 'x');
	assert_true(p.n < PROMPT_MAX);
	assert_int_equal(strlen(p.text), p.n);
	assert_true(p.text[p.n - 1] == 'x' || (p.text[p.n - 1] & 0xff) == 0xa5);

	memset(longer, 'y', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	prompt_open(&p, "/", longer);
	assert_int_equal(strlen(p.text), p.n);
}

/* The end is what is seen. */
static void test_paint(void **state)
{
	struct canvas canvas = { 0 };
	struct prompt p;

	(void)state;
	assert_int_equal(canvas_resize(&canvas, 10, 1), 0);
	prompt_open(&p, "/", "abcdefghijklmnop");
	prompt_paint(&p, &canvas, 0);
	assert_int_equal(canvas.cells[0].text[0], '/');
	assert_int_equal(canvas.cells[8].text[0], 'p');
	for (size_t w = 1; w < 6; w++) {
		assert_int_equal(canvas_resize(&canvas, w, 1), 0);
		prompt_paint(&p, &canvas, 0);
	}
	canvas_deinit(&canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typing),	      cmocka_unit_test(test_characters),
		cmocka_unit_test(test_no_characters), cmocka_unit_test(test_bound),
		cmocka_unit_test(test_paint),
	};

	setenv("LC_ALL", "C.UTF-8", 1);
	setlocale(LC_ALL, "");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
