/* SPDX-License-Identifier: MIT */
/* test_parse_task_status: keys of many kernels, and what is not there is unknown. */
#include "exact.h"

#include "parse/task_status.h"

static const char sample[] =
	"Name:\twl-anon\nUmask:\t0022\nState:\tS (sleeping)\n"
	"Tgid:\t204\nPid:\t204\nPPid:\t1\nTracerPid:\t0\n"
	"Uid:\t1000\t1001\t1002\t1003\nGid:\t0\t0\t0\t0\n"
	"FDSize:\t64\nGroups:\t \nVmPeak:\t   48344 kB\n"
	"VmSize:\t   48343 kB\nVmLck:\t       1 kB\nVmPin:\t       2 kB\n"
	"VmHWM:\t   25069 kB\nVmRSS:\t   25068 kB\n"
	"RssAnon:\t   24268 kB\nRssFile:\t     800 kB\n"
	"RssShmem:\t       3 kB\nVmData:\t   46284 kB\n"
	"VmStk:\t     132 kB\nVmExe:\t     652 kB\nVmLib:\t       8 kB\n"
	"VmPTE:\t      92 kB\nVmSwap:\t       5 kB\n"
	"HugetlbPages:\t    2048 kB\nCoreDumping:\t0\nTHP_enabled:\t1\nThreads:\t3\n"
	"SigQ:\t0/1\nvoluntary_ctxt_switches:\t9\n";

static void check_sample(const struct ml_task_status *status)
{
	assert_int_equal(status->uid, 1001);
	assert_int_equal(status->vm_peak, 48344 * 1024);
	assert_int_equal(status->vm_size, 48343 * 1024);
	assert_int_equal(status->vm_lck, 1024);
	assert_int_equal(status->vm_pin, 2048);
	assert_int_equal(status->vm_hwm, 25069 * 1024);
	assert_int_equal(status->vm_rss, 25068 * 1024);
	assert_int_equal(status->rss_anon, 24268 * 1024);
	assert_int_equal(status->rss_file, 800 * 1024);
	assert_int_equal(status->rss_shmem, 3 * 1024);
	assert_int_equal(status->vm_data, 46284 * 1024);
	assert_int_equal(status->vm_stk, 132 * 1024);
	assert_int_equal(status->vm_exe, 652 * 1024);
	assert_int_equal(status->vm_lib, 8 * 1024);
	assert_int_equal(status->vm_pte, 92 * 1024);
	assert_int_equal(status->vm_pmd, ML_NONE);
	assert_int_equal(status->vm_swap, 5 * 1024);
	assert_int_equal(status->hugetlb, 2048 * 1024);
	assert_int_equal(status->thp, 1);
	assert_int_equal(status->threads, 3);
	assert_int_equal(status->bad_lines, 0);
}

static bool parse(const char *p, size_t n, struct ml_task_status *ret)
{
	_exact_ struct ml_str text = exact(p, n);

	return ml_parse_task_status(text, ret);
}

#define PARSE(literal, ret) parse((literal), sizeof(literal) - 1, (ret))

static void test_golden(void **state)
{
	struct ml_task_status status;

	(void)state;
	assert_true(PARSE(sample, &status));
	check_sample(&status);
}

static void test_dress(void **state)
{
	struct ml_task_status status;
	size_t n;
	_cleanup_free_ char *crlf = rewrite(sample, "\n\n", "\r\n", 64, &n);

	(void)state;
	assert_true(parse(crlf, n, &status));
	check_sample(&status);
}

/* The order of keys is the kernel's, but nothing depends on it. */
static void test_order(void **state)
{
	struct ml_task_status status;

	(void)state;
	assert_true(PARSE("Threads:\t1\nVmSwap:\t2 kB\nVmRSS:\t3 kB\nVmPeak:\t4 kB\n"
			  "Uid:\t5\t6\nVmRSS:\t7 kB\n",
			  &status));
	assert_int_equal(status.threads, 1);
	assert_int_equal(status.vm_swap, 2048);
	assert_int_equal(status.vm_rss, 7 * 1024); /* the last one holds */
	assert_int_equal(status.vm_peak, 4096);
	assert_int_equal(status.uid, 6);
}

/* Kernel threads and zombies have no sizes: unknown, not nothing. */
static void test_no_memory(void **state)
{
	struct ml_task_status status;

	(void)state;
	assert_true(PARSE("Name:\tkthreadd\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\n"
			  "Threads:\t1\n",
			  &status));
	assert_int_equal(status.vm_rss, ML_NONE);
	assert_int_equal(status.vm_swap, ML_NONE);
	assert_int_equal(status.uid, 0);
}

static void test_numbers(void **state)
{
	struct ml_task_status status;

	(void)state;
	assert_true(
		PARSE("VmRSS:\t18446744073709551615 kB\nVmSwap:\t18014398509481984 kB\n"
		      "VmData: -1 kB\nVmStk: 5kB\nVmPTE:\nVmLck: x kB\nVmPin 7 kB\n",
		      &status));
	assert_int_equal(status.vm_rss, ML_U64_MAX);
	assert_int_equal(status.vm_swap, ML_U64_MAX);
	assert_int_equal(status.vm_data, ML_NONE);
	assert_int_equal(status.vm_stk, ML_NONE);
	assert_int_equal(status.vm_pte, ML_NONE);
	assert_int_equal(status.vm_pin, ML_NONE);
	assert_int_equal(status.bad_lines, 4);
}

static void test_hostile_name(void **state)
{
	struct ml_task_status status;

	(void)state;
	assert_true(PARSE("Name:\tx\\nVmRSS:\\t9 kB\nUid:\t1\t2\t3\t4\n", &status));
	assert_int_equal(status.vm_rss, ML_NONE);
	assert_int_equal(status.uid, 2);
}

static void test_nothing(void **state)
{
	struct ml_task_status status;

	(void)state;
	assert_false(PARSE("", &status));
	assert_false(PARSE("\n\n", &status));
	assert_false(PARSE("\0\0\0", &status));
	assert_false(
		PARSE("V\nVm\nVmRSS\n:\n::::\nUid:\nUid:\t7\nUid:\tx\ty\n", &status));
	assert_int_equal(status.uid, ML_NONE);
	assert_int_equal(status.vm_rss, ML_NONE);
}

static void test_cuts(void **state)
{
	struct ml_task_status status;

	(void)state;
	for_each_cut(text, sample)
	{
		ml_parse_task_status(text, &status);
		assert_true(status.bad_lines <= 1);
		assert_true(status.vm_rss == ML_NONE || status.vm_rss <= 25068 * 1024);
	}
	check_sample(&status);
}

static void test_huge(void **state)
{
	_cleanup_free_ char *s = malloc(HUGE_LINE);
	struct ml_task_status status;

	(void)state;
	assert_non_null(s);
	fill(s, HUGE_LINE, ML_STR("VmRSS:"));
	ml_parse_task_status((struct ml_str){ s, HUGE_LINE }, &status);
	fill(s, HUGE_LINE, ML_STR("Threads:\t1\n"));
	assert_true(ml_parse_task_status((struct ml_str){ s, HUGE_LINE }, &status));
	fill(s, HUGE_LINE, ML_STR("Vanilla:\t1\n"));
	assert_false(ml_parse_task_status((struct ml_str){ s, HUGE_LINE }, &status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),    cmocka_unit_test(test_dress),
		cmocka_unit_test(test_order),     cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_numbers),   cmocka_unit_test(test_hostile_name),
		cmocka_unit_test(test_nothing),   cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
