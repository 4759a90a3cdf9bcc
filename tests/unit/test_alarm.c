/* SPDX-License-Identifier: MIT */
/* test_alarm: which numbers are trouble, that it is told at once, and that the longest
 * trouble does not take more than its bound. */
#include "unit.h"

#include "recorder/alarm.h"

#define GIB (1ull << 30)
#define SECOND 1000000000ull

/* A machine with enough of everything, at a time. */
static struct ml_alarm_reading at(uint64_t second)
{
	return (struct ml_alarm_reading){ .now_ns = (1000 + second) * SECOND,
					  .total = 16 * GIB,
					  .available = 8 * GIB,
					  .swapped_out = 5,
					  .stalled_us = 100,
					  .kills = 3,
					  .logged_kills = ML_NONE,
					  .group_ooms = 2 };
}

static const char *step(struct ml_alarm *a, struct ml_alarm_reading r)
{
	return ml_alarm_step(a, &r).mark;
}

#define assert_mark(mark, text)                                                        \
	do {                                                                           \
		const char *mark_ = (mark);                                            \
                                                                                       \
		assert_non_null(mark_);                                                \
		assert_string_equal(mark_, text);                                      \
	} while (0)

static void test_calm(void **state)
{
	struct ml_alarm a = { 0 };

	(void)state;
	for (uint64_t t = 0; t < 1000; t++) {
		struct ml_alarm_reading r = at(t);
		struct ml_alarm_call call;

		r.stalled_us += 100000 * t;
		r.swapped_out += 500 * t;
		call = ml_alarm_step(&a, &r);
		assert_null(call.mark);
		assert_false(call.quick);
	}
}

static void test_unknown(void **state)
{
	struct ml_alarm a = { 0 };

	(void)state;
	for (uint64_t t = 0; t < 10; t++) {
		struct ml_alarm_reading r = { at(t).now_ns, ML_NONE, ML_NONE,
					      ML_NONE,      ML_NONE, ML_NONE,
					      ML_NONE,      ML_NONE, false };

		assert_null(step(&a, r));
	}
	/* what becomes known is no news either */
	assert_null(step(&a, at(10)));
}

static void test_kill(void **state)
{
	struct ml_alarm a = { 0 };
	struct ml_alarm_reading r = at(1);

	(void)state;
	step(&a, at(0));
	r.kills++;
	assert_mark(step(&a, r), "oom kill");
	r.now_ns += SECOND;
	assert_null(step(&a, r));
	/* the next waits for its space, but is not forgotten */
	r.now_ns += SECOND;
	r.kills += 7;
	assert_null(step(&a, r));
	r.now_ns += 8 * SECOND;
	assert_mark(step(&a, r), "oom kill");
	/* the log tells of the same kills: it counts only where they are not counted */
	r.logged_kills = 9;
	r.now_ns += 60 * SECOND;
	step(&a, r);
	r.logged_kills++;
	assert_null(step(&a, r));
}

static void test_kill_by_log(void **state)
{
	struct ml_alarm a = { 0 };
	struct ml_alarm_reading r = at(0);

	(void)state;
	r.kills = ML_NONE;
	r.logged_kills = 0;
	step(&a, r);
	r.now_ns += SECOND / 10;
	r.logged_kills = 1;
	assert_mark(step(&a, r), "oom kill");
}

static void test_group(void **state)
{
	struct ml_alarm a = { 0 };
	struct ml_alarm_reading r = at(1);

	(void)state;
	step(&a, at(0));
	r.group_ooms++;
	assert_mark(step(&a, r), "group out of memory");
	/* the kill that follows does not wait for what was not one */
	r.now_ns += SECOND / 10;
	r.kills++;
	assert_mark(step(&a, r), "oom kill");
}

static void test_pressure(void **state)
{
	struct ml_alarm a = { 0 }, b = { 0 };
	struct ml_alarm_reading r = at(1);

	(void)state;
	step(&a, at(0));
	r.triggered = true;
	assert_mark(step(&a, r), "pressure");
	/* without a trigger the counter tells: a second has a seventh of itself */
	step(&b, at(0));
	r = at(1);
	r.stalled_us += 160000;
	assert_mark(step(&b, r), "pressure");
}

/* Two looks in a row, with little between them, say nothing about a rate. */
static void test_short(void **state)
{
	struct ml_alarm a = { 0 };
	struct ml_alarm_reading r = at(0);

	(void)state;
	step(&a, r);
	r.now_ns += SECOND / 100;
	r.stalled_us += 10000;
	r.swapped_out += 100;
	assert_null(step(&a, r));
	r.now_ns += SECOND;
	assert_null(step(&a, r));
}

static void test_swapping(void **state)
{
	struct ml_alarm a = { 0 };
	struct ml_alarm_reading r = at(2);

	(void)state;
	step(&a, at(0));
	r.swapped_out += 2500;
	assert_mark(step(&a, r), "swapping out");
	/* counters begin anew where a machine was brought back from a copy */
	r = at(100);
	r.swapped_out = r.stalled_us = r.kills = r.group_ooms = 0;
	assert_null(step(&a, r));
}

static void test_low(void **state)
{
	struct ml_alarm a = { 0 };
	struct ml_alarm_reading r = at(1);

	(void)state;
	step(&a, at(0));
	r.available = r.total / 100 * 6;
	assert_null(step(&a, r));
	r.available = r.total / 100 * 4;
	assert_mark(step(&a, r), "low memory");
	/* as low as that for a day is one sign */
	for (uint64_t t = 2; t < 86400; t += 10) {
		r.now_ns = at(t).now_ns;
		r.available = r.total / 100 * (t % 20 ? 4 : 6);
		assert_null(step(&a, r));
	}
	r.available = r.total / 100 * 2;
	assert_mark(step(&a, r), "low memory");
	r.now_ns += 100 * SECOND;
	r.available = r.total / 10;
	assert_null(step(&a, r));
	r.available = r.total / 100 * 4;
	assert_mark(step(&a, r), "low memory");
}

/* A machine that is low when we come. */
static void test_low_before(void **state)
{
	struct ml_alarm a = { 0 };
	struct ml_alarm_reading r = at(0);

	(void)state;
	r.available = r.total / 100;
	assert_null(step(&a, r));
	r.now_ns += SECOND;
	assert_null(step(&a, r));
}

static void test_quick(void **state)
{
	struct ml_alarm a = { 0 };
	struct ml_alarm_reading r = at(1);

	(void)state;
	step(&a, at(0));
	r.triggered = true;
	assert_true(ml_alarm_step(&a, &r).quick);
	r = at(1 + ML_ALARM_QUICK_FOR_S - 1);
	assert_true(ml_alarm_step(&a, &r).quick);
	r = at(1 + ML_ALARM_QUICK_FOR_S);
	assert_false(ml_alarm_step(&a, &r).quick);
}

struct storm {
	unsigned kills, others, quick;
};

/* A day in which all goes wrong each second. */
static struct storm storm(bool kills, bool pressure)
{
	struct ml_alarm a = { 0 };
	struct storm ret = { 0 };

	for (uint64_t t = 0; t < 86400; t++) {
		struct ml_alarm_reading r = at(t);
		struct ml_alarm_call call;

		r.kills += kills ? t : 0;
		r.group_ooms += t;
		r.triggered = pressure;
		call = ml_alarm_step(&a, &r);
		if (call.mark)
			*(strcmp(call.mark, "oom kill") == 0 ? &ret.kills
							     : &ret.others) += 1;
		ret.quick += call.quick;
	}
	return ret;
}

static void test_bounds(void **state)
{
	const unsigned most = 86400 / ML_ALARM_REFILL_S + ML_ALARM_TOKENS;
	struct storm all = storm(true, true), pressure = storm(false, true);

	(void)state;
	assert_in_range(all.kills + all.others, most / 2, most);
	assert_true(all.kills > all.others);
	assert_in_range(pressure.others, most / 2, most);
	assert_int_equal(pressure.kills, 0);
	assert_true(pressure.quick <= most * ML_ALARM_QUICK_FOR_S);
}

/* After hours of pressure a kill is recorded at once. */
static void test_reserve(void **state)
{
	struct ml_alarm a = { 0 };
	struct ml_alarm_reading r = at(0);

	(void)state;
	for (uint64_t t = 0; t < 20000; t++) {
		r.now_ns = at(t).now_ns;
		r.triggered = true;
		step(&a, r);
	}
	r.now_ns += SECOND / 10;
	r.kills++;
	assert_mark(step(&a, r), "oom kill");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calm),     cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_kill),     cmocka_unit_test(test_kill_by_log),
		cmocka_unit_test(test_group),    cmocka_unit_test(test_pressure),
		cmocka_unit_test(test_short),    cmocka_unit_test(test_swapping),
		cmocka_unit_test(test_low),      cmocka_unit_test(test_low_before),
		cmocka_unit_test(test_quick),    cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_reserve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
