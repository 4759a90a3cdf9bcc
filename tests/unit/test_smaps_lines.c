/* SPDX-License-Identifier: MIT */
/* test_smaps_lines: a line of smaps means the same in its usual form and in any other. */
#include "unit.h"

#include <stdio.h>

#include "parse/smaps.h"

#define HEADER "55d0c000-55d0d000 rw-p 00001000 fe:00 1234                 /bin/a\n"

/* The one mapping in `text`. */
static struct ml_smaps_row row_of(const char *text, uint64_t *ret_bad)
{
	struct ml_str rest = ml_str_of(text);
	struct ml_parsed count = { 0 };
	struct ml_smaps_row row;

	assert_true(ml_smaps_next(&rest, true, &row, &count));
	assert_int_equal(rest.n, 0);
	*ret_bad = count.bad_lines;
	return row;
}

static void test_forms(void **state)
{
	static const struct {
		const char *lines;
		uint64_t size, rss, thp_eligible, bad;
	} forms[] = {
		{ "Size:                  8 kB\nRss:                   4 kB\n", 8192, 4096, ML_NONE,
		  0 },
		{ "Size: 8 kB\nRss:4 kB\nTHPeligible:           1\n", 8192, 4096, 1, 0 },
		{ "Size:\t8 kB\nRss:\t4 kB\n", 8192, 4096, ML_NONE, 0 },
		{ "Size: 8 kB\r\nRss: 4 kB\r\n", 8192, 4096, ML_NONE, 0 },
		{ "Rss: 4 kB\nSize: 8 kB\n", 8192, 4096, ML_NONE, 0 },
		{ "Size: 8 kB\nNew: 1 kB\nRss: 4 kB", 8192, 4096, ML_NONE, 0 },
		{ "Size: 000000000000000008 kB\nRss: 4 kB\n", 8192, 4096, ML_NONE, 0 },
		{ "Size: 999999999999999 kB\nRss: 4 kB\n", 999999999999999 * 1024, 4096, ML_NONE,
		  0 },
		{ "Size: 99999999999999999999999 kB\nRss: 4 kB\n", ML_U64_MAX, 4096, ML_NONE, 0 },
		{ "Size: kB\nRss: 4 kB\n", ML_NONE, 4096, ML_NONE, 1 },
		{ "Size:\nRss: -4 kB\n", ML_NONE, ML_NONE, ML_NONE, 2 },
		{ "Size", ML_NONE, ML_NONE, ML_NONE, 1 },
		{ "Size:", ML_NONE, ML_NONE, ML_NONE, 1 },
		{ "Size: 8", 8, ML_NONE, ML_NONE, 0 },
		{ "Sizes: 8 kB\nRss: 4 kB\n", ML_NONE, 4096, ML_NONE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(forms); i++) {
		_cleanup_free_ char *text = NULL;
		struct ml_smaps_row row;
		uint64_t bad;

		assert_true(asprintf(&text, HEADER "%s", forms[i].lines) > 0);
		row = row_of(text, &bad);
		assert_true(row.size == forms[i].size);
		assert_true(row.rss == forms[i].rss);
		assert_true(row.thp_eligible == forms[i].thp_eligible);
		assert_int_equal(bad, forms[i].bad);
	}
}

/* Cut at any byte, the text holds no mapping yet, since more may follow. */
static void test_cut(void **state)
{
	static const char text[] = HEADER "Size:                  8 kB\nRss:  4 kB\n";

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		_cleanup_free_ char *copy = malloc(n ? n : 1);
		struct ml_str rest = { copy, n };
		struct ml_parsed count = { 0 };
		struct ml_smaps_row row;

		memcpy(copy, text, n);
		assert_false(ml_smaps_next(&rest, false, &row, &count));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
