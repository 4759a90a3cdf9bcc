/* SPDX-License-Identifier: MIT */
/* test_canvas: what is drawn stays within its cells, whatever is drawn over what. */
#include "unit.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>

#include "top/canvas.h"

static void canvas_deinit_(struct canvas *canvas)
{
	canvas_deinit(canvas);
}

#define _canvas_ _cleanup_(canvas_deinit_)

static struct canvas canvas_of(size_t w, size_t h)
{
	struct canvas canvas = { 0 };

	assert_int_equal(canvas_resize(&canvas, w, h), 0);
	assert_int_equal(canvas.w, w);
	assert_int_equal(canvas.h, h);
	return canvas;
}

/* Each character has the columns it says: a right half is behind its left one. */
static void check_whole(const struct canvas *canvas)
{
	for (size_t i = 0; i < canvas->w * canvas->h; i++)
		if (!canvas->cells[i].text[0]) {
			assert_true(i % canvas->w);
			assert_true(canvas->cells[i - 1].text[0] > 0x7f);
		}
}

static void check_print(const struct canvas *canvas, const char *expected)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	check_whole(canvas);
	assert_int_equal(canvas_print(canvas, out), 0);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void needs_utf8(void)
{
	if (!setlocale(LC_CTYPE, "")) /* as main() wants it */
		skip();
}

static void test_text(void **state)
{
	_canvas_ struct canvas canvas = canvas_of(10, 3);

	(void)state;
	check_print(&canvas, "\n\n\n");
	assert_int_equal(canvas_text(&canvas, 0, 0, 10, INK_STRONG, "abc"), 3);
	assert_int_equal(canvas_text(&canvas, 2, 1, 4, INK_PLAIN, "abcdef"), 4);
	assert_int_equal(canvas_text(&canvas, 0, 2, 10, INK_PLAIN, ""), 0);
	check_print(&canvas, "abc\n  abcd\n\n");
	assert_int_equal(canvas.cells[0].ink, INK_STRONG);
	assert_int_equal(canvas.cells[3].ink, INK_PLAIN);
	canvas_clear(&canvas);
	check_print(&canvas, "\n\n\n");
}

static void test_edges(void **state)
{
	_canvas_ struct canvas canvas = canvas_of(4, 2);

	(void)state;
	assert_int_equal(canvas_text(&canvas, 2, 0, SIZE_MAX, 0, "abcdef"), 2);
	assert_int_equal(canvas_text(&canvas, 3, 1, 9, 0, "xyz"), 1);
	assert_int_equal(canvas_text(&canvas, 4, 0, 9, 0, "no"), 0);
	assert_int_equal(canvas_text(&canvas, 0, 2, 9, 0, "no"), 0);
	assert_int_equal(canvas_text(&canvas, SIZE_MAX, 0, SIZE_MAX, 0, "no"), 0);
	assert_int_equal(canvas_text(&canvas, 0, SIZE_MAX, SIZE_MAX, 0, "no"), 0);
	assert_int_equal(canvas_text(&canvas, 0, 0, 0, 0, "no"), 0);
	canvas_fill(&canvas, 0, 1, SIZE_MAX, 0, '-');
	canvas_fill(&canvas, 4, 1, SIZE_MAX, 0, '!');
	canvas_fill(&canvas, 0, 7, 1, 0, '!');
	canvas_fill(&canvas, 0, 0, 0, 0, '!');
	canvas_mark(&canvas, 3, 0, SIZE_MAX, INK_SELECTED);
	canvas_mark(&canvas, SIZE_MAX, 0, SIZE_MAX, INK_SELECTED);
	canvas_mark(&canvas, 0, 2, 1, INK_SELECTED);
	check_print(&canvas, "  ab\n----\n");
	assert_int_equal(canvas.cells[2].ink, 0);
	assert_int_equal(canvas.cells[3].ink, INK_SELECTED);
	assert_int_equal(canvas.cells[4].ink, 0);
}

static void test_nothing(void **state)
{
	_canvas_ struct canvas none = { 0 }, flat = canvas_of(0, 3),
			       thin = canvas_of(3, 0);

	(void)state;
	assert_int_equal(canvas_text(&none, 0, 0, 5, 0, "no"), 0);
	assert_int_equal(canvas_text(&flat, 0, 0, 5, 0, "no"), 0);
	assert_int_equal(canvas_text(&thin, 0, 0, 5, 0, "no"), 0);
	canvas_fill(&none, 0, 0, 5, 0, '!');
	canvas_mark(&flat, 0, 0, 5, INK_FOCUS);
	canvas_clear(&none);
	check_print(&none, "");
	check_print(&flat, "\n\n\n");
	check_print(&thin, "");
}

static void test_resize(void **state)
{
	_canvas_ struct canvas canvas = canvas_of(5, 1);

	(void)state;
	canvas_text(&canvas, 0, 0, 5, INK_CRIT, "abcde");
	assert_int_equal(canvas_resize(&canvas, SIZE_MAX, 2), -ENOMEM);
	check_print(&canvas, "abcde\n");
	assert_int_equal(canvas_resize(&canvas, 2, 2), 0);
	check_print(&canvas, "\n\n");
	assert_int_equal(canvas.cells[0].ink, INK_PLAIN);
}

static void test_mark(void **state)
{
	_canvas_ struct canvas canvas = canvas_of(3, 1);

	(void)state;
	canvas_text(&canvas, 0, 0, 3, INK_WARN, "abc");
	canvas_mark(&canvas, 0, 0, 2, INK_SELECTED);
	assert_int_equal(canvas.cells[0].ink, INK_WARN | INK_SELECTED);
	canvas_mark(&canvas, 0, 0, 1, INK_MATCH);
	assert_int_equal(canvas.cells[0].ink, INK_MATCH | INK_SELECTED);
	canvas_mark(&canvas, 1, 0, 1, INK_KEY | INK_FOCUS);
	assert_int_equal(canvas.cells[1].ink, INK_KEY | INK_SELECTED | INK_FOCUS);
	assert_int_equal(canvas.cells[2].ink, INK_WARN);
	check_print(&canvas, "abc\n");
}

static void test_wide(void **state)
{
	_canvas_ struct canvas canvas = canvas_of(6, 1);

	(void)state;
	needs_utf8();
	assert_int_equal(canvas_text(&canvas, 0, 0, 6, INK_OK, "a日本b"), 6);
	check_print(&canvas, "a日本b\n");
	assert_int_equal(canvas.cells[2].text[0], 0);
	assert_int_equal(canvas.cells[2].ink, INK_OK);
	/* one that does not fit whole is left out, and so is what follows */
	canvas_clear(&canvas);
	assert_int_equal(canvas_text(&canvas, 0, 0, 4, 0, "a日本b"), 3);
	assert_int_equal(canvas_text(&canvas, 5, 0, 9, 0, "日"), 0);
	check_print(&canvas, "a日\n");
	canvas_fill(&canvas, 1, 0, SIZE_MAX, 0, 0x672c);
	check_print(&canvas, "a本本\n");
}

/* Over either half, both, and from one wide character into the next. */
static void test_halves(void **state)
{
	static const struct {
		size_t x;
		const char *text, *expected;
	} cases[] = {
		{ 0, "x",   "x 本語\n"  }, { 1, "x",    " x本語\n" },
		{ 0, "xy",  "xy本語\n"  }, { 1, "xy",   " xy 語\n" },
		{ 1, "中",  " 中 語\n"  }, { 0, "中",   "中本語\n" },
		{ 5, "x",   "日本 x\n"  }, { 1, "xyzw", " xyzw\n"  },
		{ 3, "中",  "日 中\n"   },
	};

	(void)state;
	needs_utf8();
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		_canvas_ struct canvas canvas = canvas_of(6, 1);

		canvas_text(&canvas, 0, 0, 6, 0, "日本語");
		canvas_text(&canvas, cases[i].x, 0, 6, 0, cases[i].text);
		check_print(&canvas, cases[i].expected);
	}
}

static void test_combining(void **state)
{
	_canvas_ struct canvas canvas = canvas_of(4, 1);

	(void)state;
	needs_utf8();
	assert_int_equal(canvas_text(&canvas, 0, 0, 4, 0, "e\u0301\u0302\u0303x"), 2);
	check_print(&canvas, "e\u0301\u0302x\n");
	/* with nothing to combine with, and beyond the room */
	assert_int_equal(canvas_text(&canvas, 1, 0, 4, 0, "\u0301"), 0);
	assert_int_equal(canvas_text(&canvas, 0, 0, 1, 0, "a\u0301b\u0301"), 1);
	check_print(&canvas, "a\u0301x\n");
	canvas_fill(&canvas, 0, 0, 4, 0, 0x301);
	check_print(&canvas, "a\u0301x\n");
	/* what is written over it takes its place whole */
	canvas_text(&canvas, 0, 0, 4, 0, "o");
	check_print(&canvas, "ox\n");
	canvas_text(&canvas, 3, 0, 4, 0, " \u0301");
	check_print(&canvas, "ox  \u0301\n");
}

/* Not safe text, which nobody may pass: still no terminal obeys it. */
static void test_unsafe(void **state)
{
	_canvas_ struct canvas canvas = canvas_of(12, 1);

	(void)state;
	canvas_text(&canvas, 0, 0, 12, 0, "\x1b[2J\n\x7f\xff\xc3x\xe6\x97");
	check_print(&canvas, "?[2J????x??\n");
	canvas_clear(&canvas);
	canvas_text(&canvas, 0, 0, 12, 0, "a\u202eb");
	check_print(&canvas, "a?b\n");
}

static void test_print_utf8(void **state)
{
	_canvas_ struct canvas canvas = canvas_of(5, 1);
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	canvas_text(&canvas, 0, 0, 5, 0, "a\u00e9\u2588\U00010348");
	check_print(&canvas, "a\u00e9\u2588\U00010348\n");
	if (!full)
		return;
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(canvas_print(&canvas, full), -ENOSPC);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),      cmocka_unit_test(test_edges),
		cmocka_unit_test(test_nothing),   cmocka_unit_test(test_resize),
		cmocka_unit_test(test_mark),      cmocka_unit_test(test_wide),
		cmocka_unit_test(test_halves),    cmocka_unit_test(test_combining),
		cmocka_unit_test(test_unsafe),    cmocka_unit_test(test_print_utf8),
	};

	setenv("LC_ALL", "C.UTF-8", 1); /* before anything asks for a width */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
