/* SPDX-License-Identifier: MIT */
/* test_queue_text: the queues are the same after they were written. */
#include "unit.h"

#include "model/queue_text.h"

static const char sample[] = "queues 1 1\n"
			     "tcp - 3 1234567\n"
			     "pipe 164 100 6553600\n"
			     "unix 17 1 4096\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_queue_text, sample);
	const struct ml_queue_row *tcp = row_at(&o, 0), *pipe = row_at(&o, 1);
	const bool *refused = o.parsed.head;

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 3);
	assert_true(*refused);
	assert_bytes(tcp->kind, "tcp");
	assert_bytes(tcp->how, "measured");
	assert_int_equal(tcp->pid, ML_NONE);
	assert_int_equal(tcp->count, 3);
	assert_int_equal(tcp->bytes, 1234567);
	assert_bytes(pipe->kind, "pipe");
	assert_bytes(pipe->how, "estimated");
	assert_int_equal(pipe->pid, 164);
	assert_int_equal(ml_queue_total(&o.parsed, "pipe"), 6553600);
	assert_int_equal(ml_queue_total(&o.parsed, "udp"), 0);
}

static void test_round_trip(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_queue_text, sample);
	struct ml_buf out = { 0 };

	(void)state;
	ml_queue_text(&o.parsed.rows, true, &out);
	assert_false(out.failed);
	assert_bytes(ml_buf_text(&out), sample);
	ml_buf_deinit(&out);
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_queue_text, "queues 2 0\n"
								     "queues 1\n"
								     "pipe\n"
								     "pipe x 1 2\n"
								     "pipe 1 2\n"
								     "pipe 1 2 -\n"
								     "socket 1 2 3\n"
								     "\n"
								     "pipe 1 2 3 more\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 7);
	assert_int_equal(o.parsed.first_bad_line, 1);
	assert_int_equal(o.parsed.rows.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
