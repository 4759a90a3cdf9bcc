/* SPDX-License-Identifier: MIT */
/* test_parse_task_io: seven keys, of which four are taken. */
#include "exact.h"

#include "parse/task_io.h"

static const char sample[] = "rchar: 323934931\nwchar: 323929600\nsyscr: 632687\n"
			     "syscw: 632675\nread_bytes: 4096\nwrite_bytes: 323932160\n"
			     "cancelled_write_bytes: 7\n";

static void check_sample(const struct ml_task_io *io)
{
	assert_int_equal(io->rchar, 323934931);
	assert_int_equal(io->wchar, 323929600);
	assert_int_equal(io->read_bytes, 4096);
	assert_int_equal(io->write_bytes, 323932160);
}

static void test_golden(void **state)
{
	struct ml_task_io io;
	size_t n;
	_cleanup_free_ char *crlf = rewrite(sample, "", "\r\n", 100, &n);

	(void)state;
	assert_true(ml_parse_task_io(ML_STR(sample), &io));
	check_sample(&io);
	assert_true(ml_parse_task_io((struct ml_str){ crlf, n }, &io));
	check_sample(&io);
}

static void test_values(void **state)
{
	struct ml_task_io io;

	(void)state;
	assert_true(ml_parse_task_io(
		ML_STR("write_bytes: 5\nread_bytes: 99999999999999999999999\nrchar: -1\n"
		       "wchar:\nwrite_bytes: 6\nread_bytes \n"),
		&io));
	assert_int_equal(io.write_bytes, 6);
	assert_int_equal(io.read_bytes, ML_U64_MAX);
	assert_int_equal(io.rchar, ML_NONE);
	assert_int_equal(io.wchar, ML_NONE);
}

static void test_nothing(void **state)
{
	static const struct ml_str texts[] = {
		ML_STR(""), ML_STR("\n"), ML_STR("\0\0"), ML_STR(":"), ML_STR("rchar"),
		ML_STR("rchar:x\n"), ML_STR("RCHAR: 1\n"), ML_STR("rchar 1\n"),
	};
	struct ml_task_io io;

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++) {
		assert_false(ml_parse_task_io(texts[i], &io));
		assert_int_equal(io.rchar, ML_NONE);
	}
}

static void test_cuts(void **state)
{
	struct ml_task_io io;

	(void)state;
	for_each_cut(text, sample) ml_parse_task_io(text, &io);
	check_sample(&io);
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
