/* SPDX-License-Identifier: MIT */
/* test_parse_arcstats: the lines of ZFS's cache that are pairs, and the others. */
#include <stdio.h>

#include "unit.h"

#include "parse/arcstats.h"

#define HEAD                                                                             \
	"12 1 0x01 98 26656 4283312311 8262112132\n"                                     \
	"name                            type data\n"

static void test_golden(void **state)
{
	static const char sample[] =
		HEAD "hits                            4    8772612\n"
		     "c_min                           4    33554432\n"
		     "size                            4    1603939792\n"
		     "memory_available_bytes          3    -172032\n";
	_outcome_ struct outcome o = outcome_of(ml_parse_arcstats, sample);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "size"), 1603939792);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "c_min"), 33554432);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "memory_available_bytes"), ML_NONE);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "name"), ML_NONE);
	assert_int_equal(o.parsed.kv.rows.n, 3);
}

static void test_malformed(void **state)
{
	static const char *const lines[] = {
		"size", "size 4", "size 4 x", "size x 4", "size 4 -", "size 4 1e9",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(lines); i++) {
		char text[160];

		snprintf(text, sizeof(text), HEAD "%s\n", lines[i]);
		{
			_outcome_ struct outcome o = outcome_of(ml_parse_arcstats, text);

			assert_int_equal(o.parsed.bad_lines, 1);
			assert_int_equal(o.parsed.first_bad_line, 3);
			assert_int_equal(o.parsed.kv.rows.n, 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
