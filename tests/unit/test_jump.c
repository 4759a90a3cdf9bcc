/* SPDX-License-Identifier: MIT */
/* test_jump: a clock that is set, either way, and a machine that slept; clocks that run a
 * little apart are neither. */
#include "unit.h"

#include "recorder/jump.h"

#define HOUR_MS 3600000ull

static struct ml_clocks clocks(uint64_t wall_ms, uint64_t boot_ms, uint64_t awake_ms)
{
	return (struct ml_clocks){ wall_ms, boot_ms * 1000000, awake_ms * 1000000 };
}

/* What is said of two samples ten seconds apart, with so much more on each clock. */
static const char *after(struct ml_jump *jump, int64_t wall_ms, int64_t slept_ms)
{
	static char text[ML_JUMP_TEXT];
	const struct ml_clocks first = clocks(1795419667000, 50000, 40000);
	const struct ml_clocks second =
		clocks(1795419677000 + (uint64_t)(wall_ms + slept_ms),
		       60000 + (uint64_t)slept_ms, 50000);

	*jump = (struct ml_jump){ 0 };
	assert_false(ml_jump_step(jump, &first, text));
	return ml_jump_step(jump, &second, text) ? text : NULL;
}

static void test_none(void **state)
{
	struct ml_jump jump;

	(void)state;
	assert_null(after(&jump, 0, 0));
	assert_null(after(&jump, 900, 0));
	assert_null(after(&jump, -900, 0));
	assert_null(after(&jump, 0, 1500));
	assert_true(ml_jump_is_settled(&jump));
}

static void test_set(void **state)
{
	struct ml_jump jump;

	(void)state;
	assert_string_equal(after(&jump, 3 * (int64_t)HOUR_MS, 0),
			    "clock set forward by 3:00:00");
	assert_false(ml_jump_is_settled(&jump));
	assert_string_equal(after(&jump, -3 * (int64_t)HOUR_MS - 61000, 0),
			    "clock set back by 3:01:01");
	assert_true(ml_jump_is_settled(&jump));
	/* to 1970 and back */
	assert_string_equal(after(&jump, -1795419677000, 0),
			    "clock set back by 498727:41:17");
	assert_string_equal(after(&jump, 4102444800000, 0),
			    "clock set forward by 1139568:00:00");
}

static void test_sleep(void **state)
{
	struct ml_jump jump;

	(void)state;
	assert_string_equal(after(&jump, 0, 8 * (int64_t)HOUR_MS), "asleep for 8:00:00");
	assert_true(ml_jump_is_settled(&jump));
	/* and meanwhile the clock was wrong */
	assert_string_equal(after(&jump, -60000, 8 * (int64_t)HOUR_MS),
			    "clock set back by 0:01:00");
}

/* The machine has to have run for an hour. */
static void test_settles(void **state)
{
	char text[ML_JUMP_TEXT];
	struct ml_jump jump;
	struct ml_clocks now;

	(void)state;
	after(&jump, 5 * (int64_t)HOUR_MS, 0);
	now = jump.before;
	now.wall_ms += HOUR_MS - 1000;
	now.boot_ns += (HOUR_MS - 1000) * 1000000;
	now.awake_ns += (HOUR_MS - 1000) * 1000000;
	assert_false(ml_jump_step(&jump, &now, text));
	assert_false(ml_jump_is_settled(&jump));
	now.wall_ms += 2000;
	now.boot_ns += 2000000000;
	now.awake_ns += 2000000000;
	assert_false(ml_jump_step(&jump, &now, text));
	assert_true(ml_jump_is_settled(&jump));
}

static void test_now(void **state)
{
	struct ml_clocks now = ml_clocks_now();

	(void)state;
	assert_true(now.boot_ns > 0);
	assert_true(now.awake_ns > 0);
	assert_true(now.wall_ms > 1000000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),    cmocka_unit_test(test_set),
		cmocka_unit_test(test_sleep),   cmocka_unit_test(test_settles),
		cmocka_unit_test(test_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
