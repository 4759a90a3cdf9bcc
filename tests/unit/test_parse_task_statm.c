/* SPDX-License-Identifier: MIT */
/* test_parse_task_statm: seven numbers, no fewer. */
#include "exact.h"

#include "parse/task_statm.h"

static bool parse(const char *literal, size_t n, struct ml_task_statm *ret)
{
	_exact_ struct ml_str text = exact(literal, n);

	return ml_parse_task_statm(text, ret);
}

#define PARSE(literal, ret) parse((literal), sizeof(literal) - 1, (ret))

static void test_golden(void **state)
{
	static const struct ml_str texts[] = {
		ML_STR("12086 6267 200 163 0 6125 0\n"), ML_STR("12086 6267 200 163 0 6125 0"),
		ML_STR("12086 6267 200 163 0 6125 0\r\n"),
		ML_STR("12086 6267 200 163 0 6125 0\n\0\0\0\0"),
		ML_STR("12086\t6267  200 163 0 6125 0 77 78\n"),
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++) {
		struct ml_task_statm statm;

		assert_true(parse(texts[i].p, texts[i].n, &statm));
		assert_int_equal(statm.size, 12086);
		assert_int_equal(statm.resident, 6267);
		assert_int_equal(statm.shared, 200);
	}
}

static void test_kernel_thread(void **state)
{
	struct ml_task_statm statm;

	(void)state;
	assert_true(PARSE("0 0 0 0 0 0 0\n", &statm));
	assert_int_equal(statm.size, 0);
}

static void test_malformed(void **state)
{
	struct ml_task_statm statm = { 1, 2, 3 };

	(void)state;
	assert_false(PARSE("", &statm));
	assert_false(PARSE("\n", &statm));
	assert_false(PARSE("\0\0\0", &statm));
	assert_false(PARSE("1 2 3 4 5 6\n", &statm));
	assert_false(PARSE("1 2 3 4 5 6\n7\n", &statm));
	assert_false(PARSE("1 2 x 4 5 6 7\n", &statm));
	assert_false(PARSE("1 -2 3 4 5 6 7\n", &statm));
	assert_false(PARSE("1,2,3,4,5,6,7\n", &statm));
	assert_int_equal(statm.size, 1); /* untouched */
}

static void test_numbers(void **state)
{
	struct ml_task_statm statm;

	(void)state;
	assert_true(
		PARSE("18446744073709551616 18446744073709551615 0007 0 0 0 0", &statm));
	assert_int_equal(statm.size, ML_U64_MAX);
	assert_int_equal(statm.resident, ML_U64_MAX);
	assert_int_equal(statm.shared, 7);
}

static void test_cuts(void **state)
{
	struct ml_task_statm statm;

	(void)state;
	for_each_cut(text, "12086 6267 200 163 0 6125 0\n")
		assert_int_equal(ml_parse_task_statm(text, &statm), text.n >= 27);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),    cmocka_unit_test(test_kernel_thread),
		cmocka_unit_test(test_malformed), cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
