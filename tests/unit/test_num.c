/* SPDX-License-Identifier: MIT */
/* test_num: strict numbers, and arithmetic at the ends of u64. */
#include "unit.h"

#include <math.h>

#include "base/num.h"

static void test_u64(void **state)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t value;
	} cases[] = {
		{ "0",                                        true,  0            },
		{ "1",                                        true,  1            },
		{ "00000000000000000000000000007",            true,  7            },
		{ "4294967296",                               true,  4294967296   },
		{ "18446744073709551613",                     true,  ML_U64_MAX - 1 },
		{ "18446744073709551614",                     true,  ML_U64_MAX   },
		{ "18446744073709551615",                     true,  ML_U64_MAX   },
		{ "18446744073709551616",                     true,  ML_U64_MAX   },
		{ "18446744073709551620",                     true,  ML_U64_MAX   },
		{ "9999999999999999999999999999999999999999", true,  ML_U64_MAX   },
		{ "",                                         false, 0            },
		{ " 1",                                       false, 0            },
		{ "1 ",                                       false, 0            },
		{ "-1",                                       false, 0            },
		{ "+5",                                       false, 0            },
		{ "0x10",                                     false, 0            },
		{ "1e9",                                      false, 0            },
		{ "1,024",                                    false, 0            },
		{ "nan",                                      false, 0            },
		{ "1/",                                       false, 0            },
		{ "1:",                                       false, 0            },
		{ "\xb2",                                     false, 0            },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		uint64_t v = 42;

		assert_int_equal(ml_num_u64(ml_str_of(cases[i].text), &v), cases[i].good);
		assert_int_equal(v, cases[i].good ? cases[i].value : 42);
	}
}

static void test_s64(void **state)
{
	int64_t v = 42;

	(void)state;
	assert_true(ml_num_s64(ML_STR("-2"), &v) && v == -2);
	assert_true(ml_num_s64(ML_STR("32767"), &v) && v == 32767);
	assert_true(ml_num_s64(ML_STR("9223372036854775807"), &v) && v == INT64_MAX);
	assert_true(ml_num_s64(ML_STR("9223372036854775808"), &v) && v == INT64_MAX);
	assert_true(ml_num_s64(ML_STR("99999999999999999999999"), &v) && v == INT64_MAX);
	assert_true(ml_num_s64(ML_STR("-99999999999999999999999"), &v) &&
		    v < -INT64_MAX + 2);
	v = 42;
	assert_false(ml_num_s64(ML_STR("-"), &v));
	assert_false(ml_num_s64(ML_STR("--1"), &v));
	assert_false(ml_num_s64(ML_STR("+1"), &v));
	assert_false(ml_num_s64(ML_STR("- 1"), &v));
	assert_false(ml_num_s64(ML_STR(""), &v));
	assert_true(v == 42);
}

static void test_hex(void **state)
{
	uint64_t v = 42;

	(void)state;
	assert_false(ml_num_hex(ML_STR(""), &v));
	assert_false(ml_num_hex(ML_STR("0x"), &v));
	assert_false(ml_num_hex(ML_STR("0X1"), &v));
	assert_false(ml_num_hex(ML_STR("12g"), &v));
	assert_false(ml_num_hex(ML_STR("-1"), &v));
	assert_int_equal(v, 42);
	assert_true(ml_num_hex(ML_STR("0"), &v) && v == 0);
	assert_true(ml_num_hex(ML_STR("0xFfe1000"), &v) && v == 0xffe1000);
	assert_true(ml_num_hex(ML_STR("fffffffffffffffe"), &v) && v == ML_U64_MAX);
	assert_true(ml_num_hex(ML_STR("ffffffffffffffff"), &v) && v == ML_U64_MAX);
	assert_true(ml_num_hex(ML_STR("10000000000000000"), &v) && v == ML_U64_MAX);
}

static void test_f64(void **state)
{
	static const char *const bad[] = {
		"", ".", "-", "1.", ".5", "1e3", "inf", "nan", "0x1", "1.2.3", "1,5",
		" 1", "1.-5", "1.0000000000000000",
	};
	double v = 42;

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(bad); i++)
		assert_false(ml_num_f64(ml_str_of(bad[i]), &v));
	assert_true(v > 41);
	assert_true(ml_num_f64(ML_STR("12.34"), &v) && fabs(v - 12.34) < 1e-12);
	assert_true(ml_num_f64(ML_STR("-1.000"), &v) && fabs(v + 1) < 1e-12);
	assert_true(ml_num_f64(ML_STR("-0.01"), &v) && fabs(v + 0.01) < 1e-12);
	assert_true(ml_num_f64(ML_STR("7"), &v) && fabs(v - 7) < 1e-12);
	assert_true(ml_num_f64(ML_STR("0.05"), &v) && fabs(v - 0.05) < 1e-12);
	assert_true(ml_num_f64(ML_STR("99999999999999999999999.9"), &v) && v > 1e19);
}

static void test_take(void **state)
{
	struct ml_str s = ML_STR("12kB");
	uint64_t v = 42;

	(void)state;
	assert_true(ml_take_u64(&s, &v));
	assert_int_equal(v, 12);
	assert_bytes(s, "kB");
	assert_false(ml_take_u64(&s, &v));
	assert_int_equal(v, 12);
	assert_bytes(s, "kB");
	s = (struct ml_str){ NULL, 0 };
	assert_false(ml_take_u64(&s, &v));
}

static void test_arithmetic(void **state)
{
	(void)state;
	assert_int_equal(ml_add(2, 3), 5);
	assert_int_equal(ml_add(ML_NONE, 3), ML_NONE);
	assert_int_equal(ml_add(3, ML_NONE), ML_NONE);
	assert_int_equal(ml_add(ML_U64_MAX, 1), ML_U64_MAX);
	assert_int_equal(ml_add(ML_U64_MAX, ML_U64_MAX), ML_U64_MAX);
	assert_int_equal(ml_sub_sat(5, 3), 2);
	assert_int_equal(ml_sub_sat(3, 5), 0);
	assert_int_equal(ml_sub_sat(ML_NONE, 5), ML_NONE);
	assert_int_equal(ml_sub_sat(5, ML_NONE), ML_NONE);
	assert_int_equal(ml_mul(5, 1024), 5120);
	assert_int_equal(ml_mul(ML_U64_MAX, 1024), ML_U64_MAX);
	assert_int_equal(ml_mul(1ull << 63, 2), ML_U64_MAX);
	assert_int_equal(ml_mul(UINT64_MAX / 3, 3), ML_U64_MAX);
	assert_int_equal(ml_mul(ML_NONE, 0), ML_NONE);
	assert_int_equal(ml_or0(ML_NONE), 0);
	assert_int_equal(ml_or0(7), 7);
}

static void test_ratio(void **state)
{
	(void)state;
	assert_true(fabs(ml_ratio(1, 4) - 0.25) < 1e-12);
	assert_true(fabs(ml_ratio(0, 4)) < 1e-12);
	assert_true(isnan(ml_ratio(1, 0)));
	assert_true(isnan(ml_ratio(0, 0)));
	assert_true(isnan(ml_ratio(ML_NONE, 4)));
	assert_true(isnan(ml_ratio(1, ML_NONE)));
	assert_true(isnan(ml_f64(ML_NONE)));
	assert_true(fabs(ml_f64(3) - 3) < 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_u64),  cmocka_unit_test(test_s64),
		cmocka_unit_test(test_hex),  cmocka_unit_test(test_f64),
		cmocka_unit_test(test_take), cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_ratio),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
