/* SPDX-License-Identifier: MIT */
/* test_parse_ksm_stat: numbers, a sign, and lines of yes and no among them. */
#include "exact.h"

#include "parse/ksm_stat.h"

static const char sample[] =
	"ksm_rmap_items 2048\nksm_zero_pages 3\nksm_merging_pages 2047\n"
	"ksm_process_profit -131072\nksm_merge_any: no\n"
	"ksm_mergeable: yes\n";

static void check_sample(const struct ml_ksm_stat *ksm)
{
	assert_int_equal(ksm->rmap_items, 2048);
	assert_int_equal(ksm->zero_pages, 3);
	assert_int_equal(ksm->merging_pages, 2047);
	assert_int_equal(ksm->profit, -131072);
	assert_int_equal(ksm->merge_any, 0);
	assert_int_equal(ksm->mergeable, 1);
}

static void test_golden(void **state)
{
	struct ml_ksm_stat ksm;
	size_t n;
	_cleanup_free_ char *crlf = rewrite(sample, "", "\r\n", 100, &n);

	(void)state;
	assert_true(ml_parse_ksm_stat(ML_STR(sample), &ksm));
	check_sample(&ksm);
	assert_true(ml_parse_ksm_stat((struct ml_str){ crlf, n }, &ksm));
	check_sample(&ksm);
}

/* Linux 6.1 has one line. */
static void test_old(void **state)
{
	struct ml_ksm_stat ksm;

	(void)state;
	assert_true(ml_parse_ksm_stat(ML_STR("ksm_rmap_items 76\n"), &ksm));
	assert_int_equal(ksm.rmap_items, 76);
	assert_int_equal(ksm.merging_pages, ML_NONE);
	assert_int_equal(ksm.merge_any, ML_NONE);
	assert_true(ksm.profit == INT64_MIN);
}

static void test_values(void **state)
{
	struct ml_ksm_stat ksm;

	(void)state;
	assert_true(ml_parse_ksm_stat(
		ML_STR("ksm_zero_pages -1\nksm_rmap_items 99999999999999999999999\n"
		       "ksm_merge_any: maybe\nksm_mergeable yes\nksm_process_profit x\n"),
		&ksm));
	assert_int_equal(ksm.zero_pages, ML_NONE);
	assert_int_equal(ksm.rmap_items, ML_U64_MAX);
	assert_int_equal(ksm.merge_any, ML_NONE);
	assert_int_equal(ksm.mergeable, ML_NONE);
	assert_true(ksm.profit == INT64_MIN);
}

static void test_nothing(void **state)
{
	static const struct ml_str texts[] = {
		ML_STR(""),  ML_STR("\n"), ML_STR("\0\0"), ML_STR(":"), ML_STR("ksm_zero_pages"),
		ML_STR(": yes"), ML_STR("ksm_zero_pages: 1\n"), ML_STR("KSM_ZERO_PAGES 1\n"),
	};
	struct ml_ksm_stat ksm;

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++)
		assert_false(ml_parse_ksm_stat(texts[i], &ksm));
}

static void test_cuts(void **state)
{
	struct ml_ksm_stat ksm;

	(void)state;
	for_each_cut(text, sample) ml_parse_ksm_stat(text, &ksm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden), cmocka_unit_test(test_old),
		cmocka_unit_test(test_values), cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
