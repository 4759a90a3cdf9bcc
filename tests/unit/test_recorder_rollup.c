/* SPDX-License-Identifier: MIT */
/* test_recorder_rollup: the least, the most and the last of numbers by the minute. */
#include "made_days.h"

static void minutes_have_the_least_the_most_and_the_last(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_day *day = day_of(DAY_MS);
	struct ml_series series;

	(void)state;
	add_one(day, DAY_MS + 1000, "a", 5);
	add_one(day, DAY_MS + 2000, "a", 3);
	add_one(day, DAY_MS + 3000, "a", 9);
	add_one(day, DAY_MS + 59999, "a", 4);
	add_one(day, DAY_MS + 60000, "a", 4);
	ml_day_close(day);
	series = series_named("a", 0, INT64_MAX, &arena);
	assert_bytes(series.unit, "bytes");
	assert_int_equal(series.moments.n, 2);
	assert_moment(&series, 0, DAY_S, 3, 9, 4);
	assert_moment(&series, 1, DAY_S + 60, 4, 4, 4);
	assert_int_equal(series.first, DAY_S);
	assert_int_equal(series.last, DAY_S + 60);
	assert_float_equal(series.value, 4, 0);
}

/* As after a kill: what is known of the running minute is in the file alone. */
static void a_minute_goes_on_after_a_restart(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_series series;
	struct ml_day *day = day_of(DAY_MS);

	(void)state;
	add_one(day, DAY_MS, "a", 5);
	add_one(day, DAY_MS + 10, "a", 1);
	ml_day_close(day);
	day = day_of(DAY_MS);
	add_one(day, DAY_MS + 20, "a", 3);
	ml_day_close(day);
	series = series_named("a", 0, INT64_MAX, &arena);
	assert_int_equal(series.moments.n, 1);
	assert_moment(&series, 0, DAY_S, 1, 5, 3);
}

static int64_t changes_of(struct ml_day *day)
{
	return sqlite3_total_changes(ml_day_db(day)->sqlite);
}

/* A frame and its key are two changes, and its boot is known. */
static void what_stands_still_is_not_written_again(void **state)
{
	struct ml_day *day = day_of(DAY_MS);
	int64_t before;

	(void)state;
	add_one(day, DAY_MS, "a", 5);
	before = changes_of(day);
	for (uint64_t i = 1; i < 50; i++)
		add_one(day, DAY_MS + i * 1000, "a", 5);
	assert_int_equal(changes_of(day) - before, 49 * 2);
	add_one(day, DAY_MS + 50000, "a", 6);
	assert_int_equal(changes_of(day) - before, 50 * 2 + 1);
	ml_day_close(day);
}

/* A clock that was set back writes to a minute that is there. */
static void a_clock_that_goes_back_loses_nothing(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_day *day = day_of(DAY_MS);
	struct ml_series series;

	(void)state;
	add_one(day, DAY_MS, "a", 5);
	add_one(day, DAY_MS + 60000, "a", 6);
	add_one(day, DAY_MS + 1000, "a", 7);
	ml_day_close(day);
	series = series_named("a", 0, INT64_MAX, &arena);
	assert_int_equal(series.moments.n, 2);
	assert_moment(&series, 0, DAY_S, 5, 7, 7);
	assert_moment(&series, 1, DAY_S + 60, 6, 6, 6);
}

static void names_hold_any_byte(void **state)
{
	static const char name[] = "process/1@2/\xff\n\x1b[31m,\"; DROP TABLE series";
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_day *day = day_of(DAY_MS);
	struct ml_series series;

	(void)state;
	add_one(day, DAY_MS, name, 5);
	ml_day_close(day);
	series = series_named(name, 0, INT64_MAX, &arena);
	assert_bytes(series.name, "process/1@2/\xff\n\x1b[31m,\"; DROP TABLE series");
	assert_int_equal(series.moments.n, 1);
}

static void names_are_bounded(void **state)
{
	static struct ml_number numbers[ML_ROLLUP_SERIES_MAX + 10];
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_day *day = day_of(DAY_MS);
	int64_t n = 0;

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(numbers); i++)
		numbers[i] = (struct ml_number){ ml_arena_printf(&arena, "p%zu", i),
						 "bytes", 1 };
	assert_int_equal(add_to(day, DAY_MS, numbers, ML_ARRAY_SIZE(numbers)), 0);
	assert_int_equal(add_to(day, DAY_MS + 60000, numbers, ML_ARRAY_SIZE(numbers)), 0);
	assert_int_equal(ml_db_number(ml_day_db(day), "SELECT count(*) FROM series", &n),
			 0);
	assert_int_equal(n, ML_ROLLUP_SERIES_MAX);
	ml_day_close(day);
}

/* What came to nothing is not taken to be in the file. */
static void what_could_not_be_written_is_written_later(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_day *day = day_of(DAY_MS);
	sqlite3 *db = ml_day_db(day)->sqlite;
	const struct ml_number number = { "a", "bytes", 5 };
	struct ml_series series;

	(void)state;
	assert_int_equal(sqlite3_exec(db, "PRAGMA max_page_count = 1", 0, 0, 0), 0);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 3);
	assert_int_not_equal(add_to(day, DAY_MS, &number, 1), 0);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1000000);
	assert_int_equal(sqlite3_exec(db, "PRAGMA max_page_count = 1000000", 0, 0, 0), 0);
	assert_int_equal(add_to(day, DAY_MS + 1, &number, 1), 0);
	ml_day_close(day);
	series = series_named("a", 0, INT64_MAX, &arena);
	assert_int_equal(series.moments.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			minutes_have_the_least_the_most_and_the_last, setup, teardown),
		cmocka_unit_test_setup_teardown(a_minute_goes_on_after_a_restart, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_stands_still_is_not_written_again,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_clock_that_goes_back_loses_nothing,
						setup, teardown),
		cmocka_unit_test_setup_teardown(names_hold_any_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(names_are_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_could_not_be_written_is_written_later, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
