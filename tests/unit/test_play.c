/* SPDX-License-Identifier: MIT */
/* test_play: when a replay goes on, how far, at which speed, and that it ends. */
#include "unit.h"

#include <math.h>

#include "top/play.h"

#define S 1000ull /* of milliseconds */

static const struct bearing usual = { .wall_ms = 100 * S,
				      .older_ms = 90 * S,
				      .newer_ms = 110 * S,
				      .usual_ms = 10 * S };

static void it_stands_still(void **state)
{
	struct playing p = { 0 };

	(void)state;
	play_arrive(&p, &usual);
	assert_true(isinf(play_due(&p, 5)));
}

static void as_fast_as_it_was(void **state)
{
	struct playing p = { 0 };
	struct aim aim = { 0 };

	(void)state;
	play_start(&p, &usual);
	assert_true(play_due(&p, 5) == 15);
	assert_true(play_due(&p, 7) == 15);
	play_leave(&p, &aim);
	assert_int_equal(aim.step, 1);
	assert_int_equal(aim.span_ms, 0);
	assert_true(isinf(play_due(&p, 15))); /* until it has arrived */
	play_arrive(&p, &usual);
	assert_true(play_due(&p, 15.5) == 25); /* on the beat */
	play_leave(&p, &aim);
	play_arrive(&p, &usual);
	assert_true(play_due(&p, 50) == 50); /* it took longer */
	play_stop(&p);
	assert_true(isinf(play_due(&p, 60)));
}

static void speeds(void **state)
{
	struct playing p = { 0 };
	struct aim aim = { 0 };

	(void)state;
	play_faster(&p, true);
	assert_true(play_speed(&p) == 1);
	play_faster(&p, false);
	play_start(&p, &usual);
	assert_true(play_due(&p, 5) == 6);
	for (int i = 0; i < 9; i++)
		play_faster(&p, false);
	assert_true(play_speed(&p) == 600);
	play_start(&p, &usual);
	assert_true(fabs(play_due(&p, 5) - 5.1) < 1e-9);
	play_leave(&p, &aim);
	assert_int_equal(aim.step, 0);
	assert_int_equal(aim.span_ms, 60 * S);
}

static void a_gap_is_not_waited_for(void **state)
{
	struct bearing gap = usual;
	struct playing p = { 0 };

	(void)state;
	gap.newer_ms = 9000 * S;
	play_start(&p, &gap);
	assert_true(play_due(&p, 5) == 15);
}

static void it_ends(void **state)
{
	struct bearing end = usual;
	struct playing p = { 0 };
	struct aim aim;

	(void)state;
	play_start(&p, &usual);
	play_leave(&p, &aim);
	end.newer_ms = ML_NONE;
	play_arrive(&p, &end);
	assert_false(p.on);
	play_start(&p, &end);
	assert_false(p.on);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_stands_still),
		cmocka_unit_test(as_fast_as_it_was),
		cmocka_unit_test(speeds),
		cmocka_unit_test(a_gap_is_not_waited_for),
		cmocka_unit_test(it_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
