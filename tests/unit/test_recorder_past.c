/* SPDX-License-Identifier: MIT */
/* test_recorder_past: what outlives the days, and what both tell together. */
#include "made_days.h"

#define HOURS_S (400 * 86400)

static struct ml_past *open_past(void)
{
	struct ml_past *past = NULL;

	assert_int_equal(ml_past_create(ctx, folder, &past), 0);
	return past;
}

static void take(struct ml_past *past, uint64_t wall_ms)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };

	assert_int_equal(ml_past_take_day(past, ml_folder_path(folder, wall_ms, &arena)),
			 0);
}

static void remove_day(uint64_t wall_ms)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };

	assert_int_equal(ml_folder_remove(ml_folder_path(folder, wall_ms, &arena)), 0);
}

static void bound(struct ml_past *past, int64_t now, uint64_t bytes)
{
	assert_int_equal(ml_past_bound(past, now, bytes), 0);
}

/* Two hours of minutes: the second falls in each. */
static void fill_day(uint64_t day_ms, double base)
{
	struct ml_day *day = day_of(day_ms);

	for (uint64_t i = 0; i < 120; i++)
		add_one(day, day_ms + i * 60000, "a",
			base + (double)(i < 60 ? i : 120 - i));
	ml_day_close(day);
}

static void a_day_that_goes_leaves_minutes_and_hours(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_past *past = open_past();
	struct ml_series series;

	(void)state;
	fill_day(DAY_MS, 100);
	take(past, DAY_MS);
	take(past, DAY_MS);
	remove_day(DAY_MS);
	series = series_named("a", 0, INT64_MAX, &arena);
	assert_int_equal(series.moments.n, 120);
	assert_moment(&series, 59, DAY_S + 59 * 60, 159, 159, 159);
	bound(past, DAY_S + 61 * 86400, 0);
	series = series_named("a", 0, INT64_MAX, &arena);
	assert_int_equal(series.moments.n, 2);
	assert_moment(&series, 0, DAY_S, 100, 159, 159);
	assert_moment(&series, 1, DAY_S + 3600, 101, 160, 101);
	bound(past, DAY_S + HOURS_S + 3600, 0);
	series = series_named("a", 0, INT64_MAX, &arena);
	assert_int_equal(series.moments.n, 1);
	bound(past, DAY_S + HOURS_S + 3601, 0);
	series = series_named("a", 0, INT64_MAX, &arena);
	assert_null(series.name.p);
	ml_past_close(past);
}

/* Of a minute that both have that of the day counts; hours are told only where there are
 * no minutes. */
static void days_and_their_past_are_one(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	const struct ml_number other = { "a", "bytes", 7 };
	struct ml_past *past = open_past();
	struct ml_series series;

	(void)state;
	fill_day(DAY_MS, 100);
	assert_int_equal(ml_past_begin(past), 0);
	assert_int_equal(ml_past_add(past, DAY_S - 7200 + 5, &other, 1), 0);
	assert_int_equal(ml_past_add(past, DAY_S + 60, &other, 1), 0);
	assert_int_equal(ml_past_end(past, 0), 0);
	series = series_named("a", 0, INT64_MAX, &arena);
	assert_int_equal(series.moments.n, 121);
	assert_moment(&series, 0, DAY_S - 7200, 7, 7, 7);
	assert_moment(&series, 1, DAY_S, 100, 100, 100);
	assert_moment(&series, 2, DAY_S + 60, 101, 101, 101);
	assert_int_equal(series.first, DAY_S - 7200);
	assert_int_equal(series.last, DAY_S + 119 * 60);
	assert_float_equal(series.value, 101, 0);
	series = series_named("a", DAY_S + 90, DAY_S + 200, &arena);
	assert_int_equal(series.moments.n, 3);
	assert_moment(&series, 0, DAY_S + 60, 101, 101, 101);
	ml_past_close(past);
}

static void failure_leaves_nothing(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	const struct ml_number number = { "a", "bytes", 7 };
	struct ml_past *past = open_past();

	(void)state;
	assert_int_equal(ml_past_begin(past), 0);
	assert_int_equal(ml_past_add(past, DAY_S, &number, 1), 0);
	assert_int_equal(ml_past_end(past, -EINVAL), -EINVAL);
	assert_null(series_named("a", 0, INT64_MAX, &arena).name.p);
	ml_past_close(past);
}

/* Minutes go before hours, the oldest first. */
static void it_stays_in_its_size(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_past *past = open_past();
	struct ml_series series;

	(void)state;
	for (uint64_t i = 0; i < 20; i++) {
		fill_day(DAY_MS + i * 86400000, 100);
		take(past, DAY_MS + i * 86400000);
		remove_day(DAY_MS + i * 86400000);
	}
	assert_int_equal(series_named("a", 0, INT64_MAX, &arena).moments.n, 20 * 120);
	bound(past, DAY_S + 20 * 86400, 56 << 10);
	series = series_named("a", 0, INT64_MAX, &arena);
	assert_in_range(series.moments.n, 40 + 120, 20 * 120 - 1);
	assert_int_equal(moment_of(&series, 0)->t, DAY_S);
	assert_int_equal(moment_of(&series, series.moments.n - 1)->t,
			 DAY_S + 19 * 86400 + 119 * 60);
	bound(past, DAY_S + 20 * 86400, 1);
	assert_null(series_named("a", 0, INT64_MAX, &arena).name.p);
	ml_past_close(past);
	assert_in_range(ml_past_bytes(folder), 1, 64 << 10);
}

static unsigned bad;

static void met_bad(int error, void *data)
{
	(void)data;
	assert_true(error < 0);
	bad++;
}

/* Files that cannot be read are told, and the others go on. */
static void damage_costs_its_file_alone(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_series_from from = { ctx, folder, met_bad, NULL };
	struct ml_rows rows;
	char path[128];
	FILE *file;

	(void)state;
	fill_day(DAY_MS, 100);
	snprintf(path, sizeof(path), "%s/" ML_PAST_NAME, folder);
	file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < 1000; i++)
		fputs("SQLite format 3", file);
	fclose(file);
	bad = 0;
	assert_int_equal(ml_series_list(&from, true, &arena, &rows), 0);
	assert_int_equal(rows.n, 1);
	assert_int_equal(bad, 1);
}

static void an_empty_folder_is_told(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_series_from from = { .ctx = ctx, .path = folder };
	struct ml_rows rows;

	(void)state;
	assert_int_equal(ml_series_list(&from, true, &arena, &rows), -ENOENT);
	assert_non_null(strstr(ml_ctx_error(ctx), "nothing is recorded there"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_day_that_goes_leaves_minutes_and_hours,
						setup, teardown),
		cmocka_unit_test_setup_teardown(days_and_their_past_are_one, setup,
						teardown),
		cmocka_unit_test_setup_teardown(failure_leaves_nothing,
						setup, teardown),
		cmocka_unit_test_setup_teardown(it_stays_in_its_size, setup, teardown),
		cmocka_unit_test_setup_teardown(damage_costs_its_file_alone, setup,
						teardown),
		cmocka_unit_test_setup_teardown(an_empty_folder_is_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
