/* SPDX-License-Identifier: MIT */
/* test_parse_task_limits: soft limits, unlimited, and missing. */
#include "exact.h"

#include "parse/task_limits.h"

static const char sample[] =
	"Limit                     Soft Limit           Hard Limit           Units     \n"
	"Max cpu time              unlimited            unlimited            seconds   \n"
	"Max file size             unlimited            unlimited            bytes     \n"
	"Max data size             unlimited            unlimited            bytes     \n"
	"Max stack size            8388608              unlimited            bytes     \n"
	"Max core file size        0                    unlimited            bytes     \n"
	"Max locked memory         65536                65536                bytes     \n"
	"Max address space         4294967296           unlimited            bytes     \n"
	"Max open files            1024                 1048576              files     \n"
	"Max pending signals       15465                15465                signals   \n";

static void check_sample(const struct ml_task_limits *limits)
{
	assert_int_equal(limits->data, ML_LIMIT_NONE);
	assert_int_equal(limits->stack, 8388608);
	assert_int_equal(limits->locked, 65536);
	assert_int_equal(limits->address_space, 4294967296);
	assert_int_equal(limits->files, 1024);
}

static void test_golden(void **state)
{
	struct ml_task_limits limits;
	size_t n;
	_cleanup_free_ char *crlf = rewrite(sample, "", "\r\n", 100, &n);

	(void)state;
	assert_true(ml_parse_task_limits(ML_STR(sample), &limits));
	check_sample(&limits);
	assert_true(ml_parse_task_limits((struct ml_str){ crlf, n }, &limits));
	check_sample(&limits);
}

static void test_values(void **state)
{
	struct ml_task_limits limits;

	(void)state;
	assert_true(ml_parse_task_limits(ML_STR("Max stack size 5 6 bytes\n"
						"Max stack size\nMax data size x\n"
						"Max address space -1 7\n"
						"Max locked memory 18446744073709551615\n"
						" Max data size 4\n"),
					 &limits));
	assert_int_equal(limits.stack, 5);
	assert_int_equal(limits.data, ML_NONE);
	assert_int_equal(limits.address_space, ML_NONE);
	assert_int_equal(limits.locked, ML_LIMIT_NONE);
}

static void test_nothing(void **state)
{
	static const struct ml_str texts[] = {
		ML_STR(""), ML_STR("\n"), ML_STR("\0\0"), ML_STR("Max"), ML_STR("Max stack size"),
		ML_STR("Max stack size \n"), ML_STR("Limit Soft Hard Units\n"),
	};
	struct ml_task_limits limits;

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++) {
		assert_false(ml_parse_task_limits(texts[i], &limits));
		assert_int_equal(limits.stack, ML_NONE);
	}
}

static void test_cuts(void **state)
{
	struct ml_task_limits limits;

	(void)state;
	for_each_cut(text, sample)
	{
		ml_parse_task_limits(text, &limits);
		assert_true(limits.stack == ML_NONE || limits.stack <= 8388608);
	}
	check_sample(&limits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
