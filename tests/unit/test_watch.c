/* SPDX-License-Identifier: MIT */
/* test_watch: series of what snapshots tell - gaps, ends, boots, clocks, bounds. */
#include <math.h>

#include "machine.h"

#include "watch/judge.h"
#include "watch/room.h"
#include "watch/watch.h"

/* What a machine shows at one time; sizes in KiB. */
struct instant {
	double uptime;
	unsigned long btime;
	unsigned long shmem;
	unsigned slabs[3]; /* of the caches a, b and c; 0: the cache is not there */
	unsigned long starts, anon; /* of process 7; 0: it is not there */
};

static void put_process(const struct machine *m, const struct instant *at)
{
	char text[512];

	snprintf(
		text, sizeof(text),
		"7 (a) S 1 7 7 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 %lu 1000000 %lu 0 0 0 0 0 0 "
		"0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
		at->starts, at->anon / 4);
	machine_put(m, "proc/7/stat", text);
	snprintf(text, sizeof(text),
		 "Name:\ta\nUid:\t0\t0\t0\t0\nVmRSS:\t%lu kB\n"
		 "RssAnon:\t%lu kB\nVmSwap:\t0 kB\n",
		 at->anon, at->anon);
	machine_put(m, "proc/7/status", text);
}

static struct ml_snap *snap_of(const struct machine *m, const struct instant *at)
{
	const struct ml_want want = {
		.use = ML_FEED(MEMINFO) | ML_FEED(SLABINFO) | ML_FEED(UPTIME) |
		       ML_FEED(STAT) | ML_FEED(PROCESSES),
		.reads = ML_READ_STATUS,
	};
	char text[1024];
	int n = snprintf(text, sizeof(text), "slabinfo - version: 2.1\n# name\n");
	struct ml_snap *snap;

	for (unsigned i = 0; i < 3; i++)
		if (at->slabs[i])
			n += snprintf(
				text + n, sizeof(text) - (size_t)n,
				"%c 1 1 4096 1 1 : tunables 0 0 0 : slabdata %u %u 0\n",
				'a' + (int)i, at->slabs[i], at->slabs[i]);
	machine_put(m, "proc/slabinfo", text);
	snprintf(text, sizeof(text), "%.2f 1.00\n", at->uptime);
	machine_put(m, "proc/uptime", text);
	snprintf(text, sizeof(text), "cpu 1 1 1 1 1 1 1 0 0 0\nbtime %lu\n", at->btime);
	machine_put(m, "proc/stat", text);
	snprintf(text, sizeof(text),
		 "MemTotal: 8000000 kB\nMemFree: 1 kB\nMemAvailable: 4000000 kB\n"
		 "SwapTotal: 100000 kB\nSwapFree: 50000 kB\nShmem: %lu kB\n",
		 at->shmem);
	machine_put(m, "proc/meminfo", text);
	if (at->anon)
		put_process(m, at);
	assert_int_equal(ml_root_set_page_size(m->root, 4096), 0);
	assert_int_equal(ml_snap_take_wanted(m->root, &want, &snap), 0);
	return snap;
}

static void add(const struct machine *m, struct ml_watch *w, const struct instant *at)
{
	struct ml_snap *snap = snap_of(m, at);

	assert_int_equal(ml_watch_add(w, snap), 0);
	ml_snap_unref(snap);
}

static struct ml_watch *new_watch(const struct machine *m)
{
	struct ml_watch *w;

	assert_int_equal(ml_watch_new(m->ctx, 0, &w), 0);
	return w;
}

static const struct ml_watched *find(const struct ml_watch *w, enum ml_watched_kind kind,
				     const char *name)
{
	for (uint32_t i = 0; i < w->nat; i++)
		if (w->at[i].key && w->at[i].kind == kind &&
		    ml_str_is(ml_watched_name(&w->at[i]), name))
			return &w->at[i];
	return NULL;
}

/* What stands still takes no room, and its samples are there all the same. */
static void test_values(void **state)
{
	struct machine *m = *state;
	struct ml_watch *w = new_watch(m);
	struct ml_sample samples[8];
	const struct ml_watched *thing;

	for (unsigned i = 0; i < 5; i++)
		add(m, w, &(struct instant){ 10.0 + i, 1, 100, { 5, 5 + (i > 2), 0 } });
	assert_int_equal(ml_watch_times(w), 5);
	assert_true(ml_watch_seconds(w) == 4);
	thing = find(w, ML_WATCHED_SLAB, "a");
	assert_non_null(thing);
	assert_true(ml_watched_stands(thing));
	assert_int_equal(ml_watched_samples(w, thing, samples), 5);
	assert_true(samples[4].t == 4 && samples[4].v == 5 * 4096);
	thing = find(w, ML_WATCHED_SLAB, "b");
	assert_false(ml_watched_stands(thing));
	assert_int_equal(ml_watched_samples(w, thing, samples), 5);
	assert_true(samples[2].v == 5 * 4096 && samples[3].v == 6 * 4096);
	assert_null(find(w, ML_WATCHED_SLAB, "c"));
	ml_watch_free(w);
}

/* Once missed is a gap; twice, while others of its kind are told, is an end. */
static void test_gaps_and_ends(void **state)
{
	struct machine *m = *state;
	struct ml_watch *w = new_watch(m);
	struct ml_sample samples[8];
	unsigned b[] = { 5, 0, 6, 0, 0 };

	for (unsigned i = 0; i < 3; i++)
		add(m, w, &(struct instant){ 10.0 + i, 1, 100, { 5, b[i], 0 } });
	assert_int_equal(ml_watched_samples(w, find(w, ML_WATCHED_SLAB, "b"), samples),
			 2);
	assert_true(samples[0].t == 0 && samples[1].t == 2);
	for (unsigned i = 3; i < 5; i++)
		add(m, w, &(struct instant){ 10.0 + i, 1, 100, { 5, b[i], 0 } });
	assert_null(find(w, ML_WATCHED_SLAB, "b"));
	assert_non_null(find(w, ML_WATCHED_SLAB, "a"));
	ml_watch_free(w);
}

/* A pid that is used again is another thing; its age is known. */
static void test_processes(void **state)
{
	struct machine *m = *state;
	struct ml_watch *w = new_watch(m);
	const struct ml_watched *thing;

	add(m, w, &(struct instant){ 100, 1, 100, { 5 }, 5000, 1000 });
	add(m, w, &(struct instant){ 101, 1, 100, { 5 }, 5000, 1004 });
	add(m, w, &(struct instant){ 102, 1, 100, { 5 }, 10150, 40 });
	thing = NULL;
	for (uint32_t i = 0; i < w->nat; i++)
		if (w->at[i].key && w->at[i].kind == ML_WATCHED_PRIVATE &&
		    w->at[i].start == 101.5)
			thing = &w->at[i];
	assert_non_null(thing);
	assert_int_equal(thing->pid, 7);
	assert_int_equal(thing->first, 2);
	assert_true(thing->value == 40 * 1024);
	assert_true(w->age == 102);
	ml_watch_free(w);
}

/* Another boot leaves nothing; the same time is one sample; a clock that goes back goes
 * on by the last step. */
static void test_time(void **state)
{
	struct machine *m = *state;
	struct ml_watch *w = new_watch(m);

	add(m, w, &(struct instant){ 10, 1, 100, { 5 } });
	add(m, w, &(struct instant){ 12, 1, 100, { 5 } });
	add(m, w, &(struct instant){ 12, 1, 100, { 7 } });
	assert_int_equal(ml_watch_times(w), 2);
	add(m, w, &(struct instant){ 11, 1, 100, { 7 } });
	assert_int_equal(ml_watch_times(w), 3);
	assert_true(ml_watch_seconds(w) == 4);
	assert_int_equal(w->restarts, 0);
	ml_root_unref(m->root); /* one root is of one boot */
	assert_int_equal(ml_root_open(m->ctx, m->path, &m->root), 0);
	add(m, w, &(struct instant){ 5, 100000, 100, { 5 } });
	assert_int_equal(ml_watch_times(w), 1);
	assert_int_equal(w->restarts, 1);
	assert_int_equal(find(w, ML_WATCHED_SLAB, "a")->first, 0);
	ml_watch_free(w);
}

/* Beyond the bound every second goes, and so does every second that comes. */
static void test_bound(void **state)
{
	struct machine *m = *state;
	struct ml_watch *w = new_watch(m);
	static struct ml_sample samples[ML_WATCH_TIMES];
	size_t n;

	for (unsigned i = 0; i < ML_WATCH_TIMES + 101; i++)
		add(m, w, &(struct instant){ 10.0 + i, 1, 100 + i, { 5 } });
	assert_in_range(ml_watch_times(w), ML_WATCH_TIMES / 2 + 50,
			ML_WATCH_TIMES / 2 + 51);
	n = ml_watched_samples(w, find(w, ML_WATCHED_SHARED, ""), samples);
	assert_int_equal(n, ml_watch_times(w));
	for (size_t i = 1; i < n; i++)
		assert_true(samples[i].v - samples[i - 1].v ==
			    1024 * (samples[i].t - samples[i - 1].t));
	assert_true(samples[n - 1].t - samples[0].t >= ML_WATCH_TIMES + 98);
	ml_watch_free(w);
}

static void test_verdicts(void **state)
{
	struct machine *m = *state;
	struct ml_watch *w = new_watch(m);
	struct ml_grown_sums sums;
	struct ml_arena a = { 0 };
	struct ml_rooms rooms;
	struct ml_room room;
	struct ml_rows rows;
	const struct ml_grown *first;

	for (unsigned i = 0; i < 70; i++)
		add(m, w,
		    &(struct instant){ 10.0 + 10 * i,
				       1,
				       100 + i % 7,
				       { 5, 1000 + 50 * i, 0 },
				       900,
				       4000 + i });
	assert_int_equal(ml_watch_judge(w, 300, &a, &rows, &sums), 0);
	first = ml_rows_at(&rows, 0);
	assert_bytes(ml_watched_name(first->thing), "b");
	assert_int_equal(first->trend.verdict, ML_TREND_SUSPECTED);
	assert_true(fabs(first->trend.slope - 5 * 4096) < 200);
	assert_true(first->ask.series == sums.moving && sums.moving == rows.n);
	assert_int_equal(sums.samples, 70);
	assert_true(sums.series > sums.moving);
	assert_int_equal(ml_rooms_init(w->prev, &a, &rooms), 0);
	room = ml_room_of(&rooms, first->thing);
	assert_true(room.left == 4050000 * 1024.0);
	assert_string_equal(room.bound, "memory and swap");
	ml_arena_deinit(&a);
	ml_watch_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_values),
		MACHINE_TEST(test_gaps_and_ends),
		MACHINE_TEST(test_processes),
		MACHINE_TEST(test_time),
		MACHINE_TEST(test_bound),
		MACHINE_TEST(test_verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
