/* SPDX-License-Identifier: MIT */
/* test_wrap: lines fit, break at words where they can, and lose nothing but blanks. */
#include "unit.h"

#include <locale.h>
#include <stdio.h>

#include "render/render.h"
#include "top/wrap.h"

struct got {
	char text[1024];
	size_t lines, w;
};

static void take(const char *line, size_t n, size_t indent, size_t i, void *data)
{
	struct got *g = data;
	size_t used = strlen(g->text);
	char copy[256];

	assert_int_equal(i, g->lines++);
	assert_true(n < sizeof(copy));
	snprintf(copy, sizeof(copy), "%.*s", (int)n, line);
	if (!strchr(copy, '\t'))
		assert_true(indent + display_width(copy) <= g->w);
	snprintf(g->text + used, sizeof(g->text) - used, "%zu:%s|", indent, copy);
}

static void check(const char *text, size_t w, const char *expected)
{
	struct got g = { .w = w };
	size_t n = wrap_lines(text, w, take, &g);

	assert_string_equal(g.text, expected);
	assert_int_equal(n, g.lines);
	assert_int_equal(wrap_lines(text, w, NULL, NULL), n);
}

static void test_words(void **state)
{
	(void)state;
	check("", 20, "");
	check("one", 20, "0:one|");
	check("one\n\ntwo\n", 20, "0:one|0:|0:two|");
	check("one two three", 8, "0:one two|0:three|");
	check("one two three", 7, "0:one two|0:three|");
	check("  indented words here", 12, "2:indented|2:words here|");
	check("abcdefghijklmnop", 8, "0:abcdefgh|0:ijklmnop|");
}

/* A character is never cut in two. */
static void test_characters(void **state)
{
	(void)state;
	check("ééééééééééé", 8, "0:éééééééé|0:ééé|");
	check("日本日本日本", 9, "0:日本日本|0:日本|");
	check("ab─────────", 8, "0:ab──────|0:───|");
}

static void test_tab(void **state)
{
	(void)state;
	check("key\tvalue", 40, "0:key\tvalue|");
	check("key\tone two three four five six", 30,
	      "0:key\tone two three|14:four five six|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_tab),
	};

	setenv("LC_ALL", "C.UTF-8", 1);
	setlocale(LC_ALL, "");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
