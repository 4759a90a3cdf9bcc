/* SPDX-License-Identifier: MIT */
/* test_recorder_day: the file of a day - frames are added, found, removed; its range and
 * its gaps; what is no file of ours. */
#include <errno.h>
#include <sqlite3.h>

#include "machine.h"

#include "recorder/day.h"

#define DAY_MS 1700000000000ull

static char *path_of(const struct machine *m, const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", m->path, name) > 0);
	return path;
}

static struct ml_day *create(const struct machine *m)
{
	char *path = path_of(m, "a.memlens");
	struct ml_day *day = NULL;

	assert_int_equal(ml_day_create(m->ctx, path, &day), 0);
	free(path);
	return day;
}

/* `seconds` into the day; told by `key`, or a key frame. */
static int64_t add(struct ml_day *day, unsigned seconds, int64_t key, const char *data)
{
	struct ml_day_frame frame = {
		.key = key,
		.wall_ms = DAY_MS + seconds * 1000ull,
		.boot = { "boot", 4 },
		.data = { data, strlen(data) },
	};

	assert_int_equal(ml_day_add(day, &frame, NULL, 0), 0);
	assert_int_equal(frame.key, key ? key : frame.id);
	return frame.id;
}

static void says(const struct ml_day_frame *frame, unsigned seconds, const char *data)
{
	assert_int_equal(frame->wall_ms, DAY_MS + seconds * 1000ull);
	assert_int_equal(frame->data.n, strlen(data));
	assert_memory_equal(frame->data.p, data, frame->data.n);
}

static void the_last_one_before_is_found(void **state)
{
	struct ml_day *day = create(*state);
	struct ml_buf data = { 0 };
	struct ml_day_frame frame;
	int64_t key = add(day, 10, 0, "key");

	add(day, 20, key, "later");
	assert_int_equal(ml_day_find(day, DAY_MS + 9999, &frame, &data), -ENOENT);
	assert_int_equal(ml_day_find(day, DAY_MS + 10000, &frame, &data), 0);
	says(&frame, 10, "key");
	assert_int_equal(frame.key, frame.id);
	assert_int_equal(ml_day_find(day, DAY_MS + 19999, &frame, &data), 0);
	says(&frame, 10, "key");
	assert_int_equal(ml_day_find(day, UINT64_MAX, &frame, &data), 0);
	says(&frame, 20, "later");
	assert_int_equal(frame.key, key);
	ml_buf_deinit(&data);
	ml_day_close(day);
}

/* The clock was set back: by time what was later comes first. */
static void a_clock_may_go_back(void **state)
{
	struct ml_day *day = create(*state);
	struct ml_buf data = { 0 };
	struct ml_day_frame frame;

	add(day, 100, 0, "before");
	add(day, 50, 0, "after");
	add(day, 50, 0, "again");
	assert_int_equal(ml_day_find(day, DAY_MS + 60000, &frame, &data), 0);
	says(&frame, 50, "again");
	assert_int_equal(ml_day_find(day, DAY_MS + 100000, &frame, &data), 0);
	says(&frame, 100, "before");
	ml_buf_deinit(&data);
	ml_day_close(day);
}

static void a_frame_is_got_by_its_id(void **state)
{
	struct ml_day *day = create(*state);
	struct ml_buf data = { 0 };
	struct ml_day_frame frame;
	int64_t id = add(day, 1, 0, "one");

	assert_int_equal(ml_day_get(day, id, &frame, &data), 0);
	says(&frame, 1, "one");
	assert_int_equal(ml_day_get(day, id + 1, &frame, &data), -ENOENT);
	ml_buf_deinit(&data);
	ml_day_close(day);
}

static void range(struct ml_day *day, uint64_t frames, unsigned first, unsigned last)
{
	struct ml_day_range range;

	assert_int_equal(ml_day_range(day, &range), 0);
	assert_int_equal(range.frames, frames);
	assert_int_equal(range.first_ms, DAY_MS + first * 1000ull);
	assert_int_equal(range.last_ms, DAY_MS + last * 1000ull);
	assert_true(range.bytes > 0);
}

static void the_range_is_told(void **state)
{
	struct ml_day *day = create(*state);
	struct ml_day_range none;

	assert_int_equal(ml_day_range(day, &none), 0);
	assert_int_equal(none.frames, 0);
	assert_true(none.first_ms == ML_NONE && none.last_ms == ML_NONE);
	assert_true(none.interval_ms == ML_NONE);
	add(day, 30, 0, "a");
	add(day, 10, 0, "b");
	range(day, 2, 10, 30);
	assert_int_equal(ml_day_set_interval(day, 2500), 0);
	assert_int_equal(ml_day_set_interval(day, 1000), 0);
	assert_int_equal(ml_day_range(day, &none), 0);
	assert_int_equal(none.interval_ms, 1000);
	ml_day_close(day);
}

/* ---- shrinking ---- */

/* A key frame each ten, the others told by it. */
static void add_many(struct ml_day *day, unsigned n, const char *data)
{
	int64_t key = 0;

	for (unsigned i = 0; i < n; i++) {
		int64_t id = add(day, i, i % 10 ? key : 0, data);

		if (i % 10 == 0)
			key = id;
	}
}

static void whole_groups_go_the_oldest_first(void **state)
{
	struct ml_day *day = create(*state);

	add_many(day, 100, "some");
	assert_int_equal(ml_day_shrink(day), 0);
	range(day, 90, 10, 99);
	for (int i = 0; i < 20; i++)
		assert_int_equal(ml_day_shrink(day), 0);
	range(day, 10, 90, 99); /* what the last key frame leads to stays */
	ml_day_close(day);
}

/* One is told by one that is told by the key. */
static void a_chain_stays_whole(void **state)
{
	struct ml_day *day = create(*state);
	struct ml_buf data = { 0 };
	struct ml_day_frame frame;
	int64_t key;

	add_many(day, 10, "old");
	key = add(day, 20, 0, "key");
	add(day, 22, add(day, 21, key, "one"), "two");
	for (int i = 0; i < 5; i++)
		assert_int_equal(ml_day_shrink(day), 0);
	range(day, 3, 20, 22);
	assert_int_equal(ml_day_get(day, key, &frame, &data), 0);
	says(&frame, 20, "key");
	ml_buf_deinit(&data);
	ml_day_close(day);
}

static void room_is_given_back(void **state)
{
	struct ml_day *day = create(*state);
	struct ml_day_range before, after;
	char data[20000];

	memset(data, 'x', sizeof(data) - 1);
	data[sizeof(data) - 1] = '\0';
	add_many(day, 200, data);
	assert_int_equal(ml_day_range(day, &before), 0);
	for (int i = 0; i < 30; i++)
		assert_int_equal(ml_day_shrink(day), 0);
	assert_int_equal(ml_day_range(day, &after), 0);
	assert_true(after.bytes < before.bytes / 4);
	ml_day_close(day);
}

/* ---- gaps ---- */

struct gaps {
	unsigned n, end_after;
	uint64_t from[8], to[8];
};

static int met_gap(uint64_t from_ms, uint64_t to_ms, void *data)
{
	struct gaps *g = data;

	assert_in_range(g->n, 0, 7);
	g->from[g->n] = (from_ms - DAY_MS) / 1000;
	g->to[g->n++] = (to_ms - DAY_MS) / 1000;
	return g->end_after == g->n ? 7 : 0;
}

static void gaps_are_told(void **state)
{
	struct ml_day *day = create(*state);
	struct gaps gaps = { 0 }, first = { .end_after = 1 };
	static const unsigned seconds[] = { 0, 10, 20, 50, 60, 200 };

	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++)
		add(day, seconds[i], 0, "a");
	assert_int_equal(ml_day_gaps(day, 10000, met_gap, &gaps), 0);
	assert_int_equal(gaps.n, 2);
	assert_int_equal(gaps.from[0], 20);
	assert_int_equal(gaps.to[0], 50);
	assert_int_equal(gaps.from[1], 60);
	assert_int_equal(gaps.to[1], 200);
	assert_int_equal(ml_day_gaps(day, 10000, met_gap, &first), 7);
	assert_int_equal(first.n, 1);
	ml_day_close(day);
}

/* ---- files ---- */

static void it_is_private_and_goes_on_where_it_was(void **state)
{
	const struct machine *m = *state;
	char *path = path_of(m, "a.memlens");
	mode_t before = umask(077);
	struct ml_day *day = create(m);
	struct stat st;

	umask(before);
	add(day, 1, 0, "one");
	ml_day_close(day);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	day = create(m);
	add(day, 2, 0, "two");
	range(day, 2, 1, 2);
	ml_day_close(day);
	assert_int_equal(ml_day_open(m->ctx, path, &day), 0);
	range(day, 2, 1, 2);
	ml_day_close(day);
	free(path);
}

static void what_is_not_ours_is_refused(void **state)
{
	const struct machine *m = *state;
	char *path = path_of(m, "other.memlens");
	struct ml_day *day = NULL;
	sqlite3 *db;

	assert_int_equal(ml_day_open(m->ctx, path, &day), -ENOENT);
	machine_put(m, "other.memlens",
		    "no database at all, and long enough for a head "
		    "of one, which has a hundred bytes in all.......");
	assert_int_equal(ml_day_open(m->ctx, path, &day), -EBADMSG);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(sqlite3_open(path, &db), 0);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE frame(a)", NULL, NULL, NULL), 0);
	sqlite3_close(db);
	assert_int_equal(ml_day_open(m->ctx, path, &day), -EINVAL);
	assert_int_equal(ml_day_open(m->ctx, m->path, &day), -EINVAL);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_last_one_before_is_found,
						machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(a_clock_may_go_back, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(a_frame_is_got_by_its_id, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(the_range_is_told, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(whole_groups_go_the_oldest_first,
						machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(a_chain_stays_whole, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(room_is_given_back, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(gaps_are_told, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(it_is_private_and_goes_on_where_it_was,
						machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(what_is_not_ours_is_refused,
						machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
