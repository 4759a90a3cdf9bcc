/* SPDX-License-Identifier: MIT */
/* test_gauge: bars are as long as their shares, sparklines as high as their values. */
#include "unit.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "render/bar.h"
#include "top/gauge.h"

#define WIDTH 8

/* What stands on the line, with dots where nothing was drawn. */
static char *drawn(struct canvas *canvas)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	assert_int_equal(canvas_print(canvas, out), 0);
	fclose(out);
	text[n - 1] = '\0';
	canvas_clear(canvas);
	canvas_fill(canvas, 0, 0, WIDTH, 0, '.');
	return text;
}

static void check_drawn(struct canvas *canvas, const char *expected)
{
	_cleanup_free_ char *text = drawn(canvas);

	assert_string_equal(text, expected);
}

static struct gauge gauge_of(struct canvas *canvas, bool ascii)
{
	setenv("LC_ALL", "C.UTF-8", 1);
	assert_int_equal(canvas_resize(canvas, WIDTH, 1), 0);
	canvas_fill(canvas, 0, 0, WIDTH, 0, '.');
	return (struct gauge){ .canvas = canvas, .x = 1, .n = 6, .ascii = ascii };
}

static void test_bar_of(void **state)
{
	struct bar bar = bar_of(0.5, 5);

	(void)state;
	assert_int_equal(bar.whole, 2);
	assert_int_equal(bar.eighth, 4);
	assert_int_equal(bar_of(-1, 5).whole, 0);
	assert_int_equal(bar_of(2, 5).whole, 5);
	assert_int_equal(bar_of(2, 5).eighth, 0);
	assert_int_equal(bar_of(NAN, 5).whole + bar_of(NAN, 5).eighth, 0);
	assert_int_equal(bar_of(INFINITY, 5).whole, 5);
	assert_int_equal(bar_end(0.49, 10), 5);
	assert_int_equal(bar_end(0.44, 10), 4);
	assert_int_equal(bar_end(1.5, 10), 10);
	assert_string_equal(bar_block(0), "");
	assert_string_equal(bar_block(99), "█");
}

static void test_bar(void **state)
{
	static const struct {
		double share;
		const char *utf8, *ascii;
	} cases[] = {
		{ 0,    "........", "........" }, { 1,    ".██████.", ".######." },
		{ 0.5,  ".███....", ".###...." }, { 0.55, ".███▎...", ".###...." },
		{ 0.99, ".█████▉.", ".#####.." }, { 0.03, ".▏......", "........" },
		{ 7,    ".██████.", ".######." }, { -3,   "........", "........" },
		{ NAN,  "........", "........" },
	};
	struct canvas canvas = { 0 };

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		struct gauge gauge = gauge_of(&canvas, false);

		gauge_bar(&gauge, INK_BAR, cases[i].share);
		check_drawn(&canvas, cases[i].utf8);
		gauge.ascii = true;
		gauge_bar(&gauge, INK_BAR, cases[i].share);
		check_drawn(&canvas, cases[i].ascii);
	}
	canvas_deinit(&canvas);
}

static void test_bar_columns(void **state)
{
	struct canvas canvas = { 0 };
	struct gauge gauge = gauge_of(&canvas, false);

	(void)state;
	assert_int_equal(gauge_bar(&gauge, INK_BAR, 0.55), 4);
	assert_int_equal(gauge_bar(&gauge, INK_BAR, 0.5), 3);
	gauge.n = 0;
	assert_int_equal(gauge_bar(&gauge, INK_BAR, 1), 0);
	gauge.n = 100; /* the canvas ends before */
	canvas_clear(&canvas);
	gauge_bar(&gauge, INK_BAR, 0.5);
	check_drawn(&canvas, " ███████");
	canvas_deinit(&canvas);
}

static void test_stack(void **state)
{
	static const struct gauge_part parts[] = {
		{ 0.25, 'A', INK_BAR }, { 0.02, 'x', INK_OK },   { NAN, 'n', 0 },
		{ 0.25, 'F', INK_OK },  { -0.5, 'm', INK_PLAIN }, { 0.2, 'S', INK_WARN },
	};
	static const struct gauge_part more[] = { { 0.9, 'A', 0 }, { 0.9, 'B', 0 } };
	struct canvas canvas = { 0 };
	struct gauge gauge = gauge_of(&canvas, true);

	(void)state;
	assert_int_equal(gauge_stack(&gauge, parts, ML_ARRAY_SIZE(parts)), 4);
	assert_int_equal(canvas.cells[1].ink, INK_BAR);
	assert_int_equal(canvas.cells[3].ink, INK_OK);
	check_drawn(&canvas, ".AAFS...");
	assert_int_equal(gauge_stack(&gauge, more, 2), 6);
	check_drawn(&canvas, ".AAAAAB.");
	assert_int_equal(gauge_stack(&gauge, NULL, 0), 0);
	check_drawn(&canvas, "........");
	canvas_deinit(&canvas);
}

struct series {
	enum gauge_base base;
	size_t n;
	double values[8];
	const char *utf8, *ascii;
};

static const struct series series[] = {
	{ GAUGE_FROM_MIN, 6, { 10, 11, 12, 13, 14, 17 }, ".▁▂▃▄▅█.", "._..--^." },
	{ GAUGE_FROM_ZERO, 6, { 0, 1, 2, 3, 4, 7 }, ".▁▂▃▄▅█.", "._..--^." },
	{ GAUGE_FROM_ZERO, 3, { 7, 7, 7 }, "....███.", "....^^^." },
	{ GAUGE_FROM_MIN, 3, { 7, 7, 7 }, "....▁▁▁.", "....___." },
	{ GAUGE_FROM_ZERO, 2, { 0, 0 }, ".....▁▁.", ".....__." },
	/* the newest six, and the scale is theirs */
	{ GAUGE_FROM_ZERO, 8, { 900, 900, 0, 0, 0, 0, 0, 1 }, ".▁▁▁▁▁█.", "._____^." },
	{ GAUGE_FROM_ZERO, 4, { 7, NAN, INFINITY, 0 }, "...█..▁.", "...^.._." },
	{ GAUGE_FROM_MIN, 2, { NAN, NAN }, "........", "........" },
	{ GAUGE_FROM_MIN, 0, { 0 }, "........", "........" },
	{ GAUGE_FROM_MIN, 2, { -DBL_MAX, DBL_MAX }, ".....▁█.", "....._^." },
	{ GAUGE_FROM_ZERO, 2, { -7, 0 }, ".....▁█.", "....._^." },
	{ GAUGE_FROM_MIN, 2, { 0, 5e-324 }, ".....▁▁.", ".....__." },
};

static void test_spark(void **state)
{
	struct canvas canvas = { 0 };

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(series); i++) {
		const struct series *s = &series[i];
		struct gauge gauge = gauge_of(&canvas, false);
		double *values = malloc(s->n * sizeof(*values) + 1);

		assert_non_null(values);
		memcpy(values, s->values, s->n * sizeof(*values));
		gauge_spark(&gauge, INK_SPARK, s->base, values, s->n);
		check_drawn(&canvas, s->utf8);
		gauge.ascii = true;
		gauge_spark(&gauge, INK_SPARK, s->base, values, s->n);
		check_drawn(&canvas, s->ascii);
		free(values);
	}
	canvas_deinit(&canvas);
}

static void test_no_room(void **state)
{
	static const double values[] = { 1, 2, 3 };
	struct canvas canvas = { 0 };
	struct gauge gauge = gauge_of(&canvas, false);

	(void)state;
	gauge.n = 0;
	gauge_spark(&gauge, INK_SPARK, GAUGE_FROM_MIN, values, 3);
	gauge.n = 6;
	gauge.y = 5;
	gauge_spark(&gauge, INK_SPARK, GAUGE_FROM_MIN, values, 3);
	gauge.y = 0;
	gauge.x = 100;
	gauge_spark(&gauge, INK_SPARK, GAUGE_FROM_MIN, values, 3);
	gauge_bar(&gauge, INK_BAR, 1);
	check_drawn(&canvas, "........");
	gauge.x = 0;
	gauge_spark(&gauge, INK_SPARK, GAUGE_FROM_MIN, NULL, 0);
	check_drawn(&canvas, "........");
	canvas_deinit(&canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bar_of), cmocka_unit_test(test_bar),
		cmocka_unit_test(test_bar_columns), cmocka_unit_test(test_stack),
		cmocka_unit_test(test_spark), cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
