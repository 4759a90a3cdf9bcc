/* SPDX-License-Identifier: MIT */
/* test_series: gaps, resets, clock steps, and what is no longer the same thing. */
#include <math.h>

#include "series/series.h"
#include "unit.h"

#define _series_ _cleanup_(ml_series_deinit)

static const struct ml_series_id first = { 1, 100 };

static void add(struct ml_series *s, struct ml_series_id id, double t, double v)
{
	assert_int_equal(ml_series_add(s, id, t, v), 0);
}

static void test_grows(void **state)
{
	_series_ struct ml_series s = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		add(&s, first, i, i * 2);
	assert_int_equal(s.n, 1000);
	assert_int_equal(s.restarts, 0);
	assert_true(s.at[999].t == 999 && s.at[999].v == 1998);
}

static void test_unknown_is_a_gap(void **state)
{
	_series_ struct ml_series s = { 0 };

	(void)state;
	add(&s, first, 0, (double)NAN);
	add(&s, first, 1, 5);
	add(&s, first, 2, (double)NAN);
	add(&s, first, (double)INFINITY, 7);
	add(&s, first, 3, 6);
	assert_int_equal(s.n, 2);
	assert_true(s.at[1].t == 3 && s.at[1].v == 6);
}

static void test_another_thing(void **state)
{
	_series_ struct ml_series s = { 0 };

	(void)state;
	add(&s, first, 0, 5);
	add(&s, first, 1, 6);
	add(&s, (struct ml_series_id){ 1, 200 }, 2, 7); /* the pid has a new owner */
	assert_int_equal(s.n, 1);
	assert_int_equal(s.restarts, 1);
	add(&s, (struct ml_series_id){ 2, 200 }, 1,
	    9); /* another boot, an earlier clock */
	assert_int_equal(s.n, 1);
	assert_int_equal(s.restarts, 2);
	assert_true(s.at[0].t == 1 && s.at[0].v == 9);
}

static void test_levels_may_fall(void **state)
{
	_series_ struct ml_series level = { 0 }, counter = { .counter = true };

	(void)state;
	for (int i = 0; i < 3; i++) {
		add(&level, first, i, i == 2 ? 0 : 10);
		add(&counter, first, i, i == 2 ? 0 : 10);
	}
	assert_int_equal(level.n, 3);
	assert_int_equal(counter.n, 1);
	assert_int_equal(counter.restarts, 1);
	assert_true(counter.counter);
}

static void test_clock_steps(void **state)
{
	_series_ struct ml_series s = { 0 };

	(void)state;
	add(&s, first, 1000, 1);
	add(&s, first, 1010, 2);
	add(&s, first, 400, 3); /* back */
	add(&s, first, 410, 4);
	add(&s, first, 5000, 5); /* suspended, or set: a gap */
	assert_int_equal(s.n, 5);
	for (size_t i = 1; i < s.n; i++)
		assert_true(s.at[i].t > s.at[i - 1].t);
	assert_true(s.at[2].t == 1020 && s.at[3].t == 1030);
	assert_true(s.at[4].t == 1030 + 4590);
}

/* A counter of 32 bits that wraps cannot be told from one that began anew. */
static void test_counter_wraps(void **state)
{
	_series_ struct ml_series s = { .counter = true };

	(void)state;
	add(&s, first, 1, 4294967290.0);
	add(&s, first, 2, 4294967295.0);
	add(&s, first, 3, 4);
	add(&s, first, 4, 4); /* it stands, and that is no reset */
	assert_int_equal(s.n, 2);
	assert_int_equal(s.restarts, 1);
	assert_true(s.at[0].v == 4 && s.at[1].t == 4);
}

/* The clock went back, and then somebody set it right: time goes on, and ascends. */
static void test_clock_set_twice(void **state)
{
	_series_ struct ml_series s = { 0 };

	(void)state;
	for (int i = 0; i < 30; i++)
		add(&s, first, i < 10 ? 100 + i : i < 20 ? i : 100 + i, i);
	assert_int_equal(s.n, 30);
	for (size_t i = 1; i < s.n; i++)
		assert_true(s.at[i].t > s.at[i - 1].t);
	assert_true(s.at[10].t == 110 && s.at[19].t == 119);
}

/* Another thing, at an earlier time: the clock of the one before is forgotten. */
static void test_shift_ends_with_the_thing(void **state)
{
	_series_ struct ml_series s = { 0 };

	(void)state;
	add(&s, first, 100, 1);
	add(&s, first, 50, 2);
	add(&s, (struct ml_series_id){ 1, 300 }, 60, 3);
	add(&s, (struct ml_series_id){ 1, 300 }, 61, 4);
	assert_int_equal(s.n, 2);
	assert_true(s.at[0].t == 60 && s.at[1].t == 61);
}

static void test_one_time_twice(void **state)
{
	_series_ struct ml_series s = { 0 };

	(void)state;
	add(&s, first, 1, 1);
	add(&s, first, 1, 2);
	add(&s, first, 1, 3);
	assert_int_equal(s.n, 1);
	assert_true(s.at[0].v == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_unknown_is_a_gap),
		cmocka_unit_test(test_another_thing),
		cmocka_unit_test(test_levels_may_fall),
		cmocka_unit_test(test_clock_steps),
		cmocka_unit_test(test_counter_wraps),
		cmocka_unit_test(test_clock_set_twice),
		cmocka_unit_test(test_shift_ends_with_the_thing),
		cmocka_unit_test(test_one_time_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
