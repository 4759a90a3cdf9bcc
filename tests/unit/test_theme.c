/* SPDX-License-Identifier: MIT */
/* test_theme: inks can be told apart in every theme, by colour or not. */
#include "unit.h"

#include "top/theme.h"

#define RED 1
#define GREEN 2

static const int depths[] = { 0, 8, 16, 256 };

static bool same(struct paint a, struct paint b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

static void check_states(const struct palette *palette, unsigned flags)
{
	static const enum ink states[] = { INK_OK, INK_WARN, INK_CRIT };

	for (size_t i = 0; i < ML_ARRAY_SIZE(states); i++)
		for (size_t j = 0; j < i; j++)
			assert_false(same(palette_paint(palette, states[i] | flags),
					  palette_paint(palette, states[j] | flags)));
}

/* What is selected, and what is in focus, looks unlike what is not. */
static void check_flags(const struct palette *palette, unsigned ink)
{
	struct paint plain = palette_paint(palette, ink);
	struct paint selected = palette_paint(palette, ink | INK_SELECTED);
	struct paint focus = palette_paint(palette, ink | INK_FOCUS);
	struct paint both = palette_paint(palette, ink | INK_SELECTED | INK_FOCUS);

	assert_false(same(plain, focus));
	assert_false(same(selected, both));
	assert_true(focus.attrs & ATTR_UNDERLINE);
	assert_true(both.attrs & ATTR_UNDERLINE);
	if (ink != INK_TITLE) /* a title is never selected */
		assert_false(same(plain, selected));
}

static void test_themes(void **state)
{
	(void)state;
	for (size_t i = 0; themes[i]; i++)
		for (size_t d = 0; d < ML_ARRAY_SIZE(depths); d++) {
			const struct palette *palette =
				theme_palette(themes[i], depths[d]);

			assert_non_null(palette);
			check_states(palette, 0);
			check_states(palette, INK_SELECTED);
			for (unsigned ink = 0; ink < INK_COUNT; ink++)
				check_flags(palette, ink);
		}
	assert_null(theme_palette("none", 256));
	assert_null(theme_palette("", 0));
}

static void test_without_colors(void **state)
{
	(void)state;
	for (size_t i = 0; themes[i]; i++)
		for (unsigned ink = 0; ink < 256; ink++) {
			struct paint paint =
				palette_paint(theme_palette(themes[i], 0), ink);

			assert_int_equal(paint.fg, -1);
			assert_int_equal(paint.bg, -1);
		}
}

/* Neither as a colour of eight, nor as one of the cube that has one only: vermilion
 * (166) is the orange that charts for the colour-blind use. */
static bool is_red_or_green(short color)
{
	short r, g, b;

	if (color < 16)
		return color == RED || color == GREEN || color == RED + 8 ||
		       color == GREEN + 8;
	if (color >= 232)
		return false;
	r = (short)((color - 16) / 36);
	g = (short)((color - 16) / 6 % 6);
	b = (short)((color - 16) % 6);
	return (r > b + 1 && !g) || (g > r + 1 && g > b + 1);
}

static void test_safe(void **state)
{
	(void)state;
	assert_true(is_red_or_green(196) && is_red_or_green(28) && !is_red_or_green(208));
	for (size_t d = 0; d < ML_ARRAY_SIZE(depths); d++)
		for (unsigned ink = 0; ink < 256; ink++) {
			struct paint paint =
				palette_paint(theme_palette("safe", depths[d]), ink);

			assert_false(is_red_or_green(paint.fg));
			assert_false(is_red_or_green(paint.bg));
		}
}

/* A colour in front of a background that nobody chose may not be seen. */
static void test_backgrounds(void **state)
{
	(void)state;
	for (size_t i = 0; themes[i]; i++)
		for (size_t d = 0; d < ML_ARRAY_SIZE(depths); d++)
			for (unsigned ink = 0; ink < 256; ink++) {
				struct paint paint = palette_paint(
					theme_palette(themes[i], depths[d]), ink);

				assert_true(paint.bg == -1 || paint.fg != -1);
				assert_true(paint.bg == -1 || paint.fg != paint.bg);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_themes),
		cmocka_unit_test(test_without_colors),
		cmocka_unit_test(test_safe),
		cmocka_unit_test(test_backgrounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
