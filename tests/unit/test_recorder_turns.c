/* SPDX-License-Identifier: MIT */
/* test_recorder_turns: whose turn it is to be read, and what of one that stands still. */
#include <errno.h>

#include "unit.h"

#include "recorder/seen.h"
#include "recorder/turns.h"

#define NS 1000000000ull
#define SIZES "10 5 3 1 0 2 0\n"

static struct ml_rows pids_of(struct ml_arena *a, const uint64_t *pids, size_t n)
{
	struct ml_rows rows = ML_ROWS(uint64_t);

	for (size_t i = 0; i < n; i++) {
		uint64_t *row = ml_rows_add(&rows, a);

		assert_non_null(row);
		*row = pids[i];
	}
	return rows;
}

static void takes(struct ml_turns *turns, const struct ml_rows *pids, size_t n,
		  const uint64_t *want, size_t nwant)
{
	uint64_t pid;

	ml_turns_begin(turns, pids, n);
	for (size_t i = 0; i < nwant; i++) {
		assert_true(ml_turns_next(turns, pids, &pid));
		assert_int_equal(pid, want[i]);
	}
	assert_false(ml_turns_next(turns, pids, &pid));
}

static void turns_go_round(void **state)
{
	struct ml_arena a = { 0 };
	struct ml_rows pids = pids_of(&a, (const uint64_t[]){ 1, 5, 7, 9, 20 }, 5);
	struct ml_turns turns = { 0 };

	(void)state;
	takes(&turns, &pids, 2, (const uint64_t[]){ 1, 5 }, 2);
	takes(&turns, &pids, 2, (const uint64_t[]){ 7, 9 }, 2);
	assert_int_equal(turns.round, 0);
	takes(&turns, &pids, 2, (const uint64_t[]){ 20, 1 }, 2);
	assert_int_equal(turns.round, 1);
	takes(&turns, &pids, 9, (const uint64_t[]){ 5, 7, 9, 20, 1 }, 5);
	ml_arena_deinit(&a);
}

/* Processes come and go; who is left out is not forgotten. */
static void turns_go_on_behind_who_is_gone(void **state)
{
	struct ml_arena a = { 0 };
	struct ml_rows before = pids_of(&a, (const uint64_t[]){ 1, 5, 7, 9 }, 4);
	struct ml_rows after = pids_of(&a, (const uint64_t[]){ 1, 6, 9 }, 3);
	struct ml_rows nobody = pids_of(&a, NULL, 0);
	struct ml_turns turns = { 0 };
	uint64_t pid;

	(void)state;
	takes(&turns, &before, 2, (const uint64_t[]){ 1, 5 }, 2);
	ml_turns_begin(&turns, &after, 2);
	assert_true(ml_turns_next(&turns, &after, &pid)); /* and no more was affordable */
	assert_int_equal(pid, 6);
	takes(&turns, &after, 2, (const uint64_t[]){ 9, 1 }, 2);
	takes(&turns, &nobody, 2, NULL, 0);
	ml_arena_deinit(&a);
}

static void put_sizes(struct ml_seen *seen, uint64_t seconds, const char *text)
{
	ml_seen_sizes(seen, seconds * NS, text, (ssize_t)strlen(text));
}

static void stat_is_wanted_when_sizes_move(void **state)
{
	struct ml_seen seen = { .stat_ns = ML_NONE };

	(void)state;
	put_sizes(&seen, 1, SIZES);
	assert_true(ml_seen_wants_stat(&seen, 16, 1 * NS));
	ml_seen_stat(&seen, 1 * NS, 100);
	put_sizes(&seen, 2, SIZES);
	assert_false(ml_seen_wants_stat(&seen, 16, 2 * NS));
	put_sizes(&seen, 3, "10 6 3 1 0 2 0\n");
	assert_true(ml_seen_wants_stat(&seen, 16, 3 * NS));
	ml_seen_stat(&seen, 3 * NS, -ESRCH);
	put_sizes(&seen, 4, "10 6 3 1 0 2 0\n");
	assert_true(ml_seen_wants_stat(&seen, 16, 4 * NS)); /* there is none yet */
}

/* Samples that are ten seconds apart have it each time, whatever the pid. */
static void stat_is_wanted_each_ten_seconds(void **state)
{
	(void)state;
	for (uint64_t pid = 1; pid < 100; pid++) {
		struct ml_seen seen = { .stat_ns = ML_NONE };

		put_sizes(&seen, 1, SIZES);
		ml_seen_stat(&seen, 1 * NS, 100);
		put_sizes(&seen, 8, SIZES);
		assert_false(ml_seen_wants_stat(&seen, pid, 8 * NS));
		assert_true(ml_seen_wants_stat(&seen, pid, 11 * NS));
	}
}

/* Sizes that cannot be read, or are longer than any, are taken for moved. */
static void what_cannot_be_told_has_moved(void **state)
{
	char text[2 * ML_SEEN_SIZES + 1];
	struct ml_seen seen = { .stat_ns = ML_NONE };

	(void)state;
	memset(text, '1', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (uint64_t i = 1; i < 4; i++) {
		ml_seen_stat(&seen, i * NS, 100);
		put_sizes(&seen, i, text);
		assert_true(ml_seen_wants_stat(&seen, 1, i * NS));
		ml_seen_sizes(&seen, i * NS, text, -EACCES);
		assert_true(ml_seen_wants_stat(&seen, 1, i * NS));
	}
}

static unsigned taken(struct ml_seen *seen, unsigned from, unsigned rounds)
{
	unsigned n = 0;

	for (unsigned i = from; i < from + rounds; i++)
		n += ml_seen_take_turn(seen, 77, ML_SEEN_ROLLUP, i);
	return n;
}

static void what_stands_still_has_few_turns(void **state)
{
	struct ml_seen seen = { .stat_ns = ML_NONE };

	(void)state;
	put_sizes(&seen, 1, SIZES);
	assert_true(ml_seen_take_turn(&seen, 77, ML_SEEN_ROLLUP, 0));
	assert_int_equal(taken(&seen, 1, 3 * ML_SEEN_ROUNDS), 3);
	assert_true(ml_seen_take_turn(&seen, 77, ML_SEEN_LABELS, 0)); /* by itself */
	for (unsigned i = 0; i < 10; i++) {
		put_sizes(&seen, i, i % 2 ? SIZES : "9 9 9 9 9 9 9\n");
		assert_true(ml_seen_take_turn(&seen, 77, ML_SEEN_ROLLUP, i));
	}
	assert_true(ml_seen_take_turn(NULL, 77, ML_SEEN_ROLLUP, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns_go_round),
		cmocka_unit_test(turns_go_on_behind_who_is_gone),
		cmocka_unit_test(stat_is_wanted_when_sizes_move),
		cmocka_unit_test(stat_is_wanted_each_ten_seconds),
		cmocka_unit_test(what_cannot_be_told_has_moved),
		cmocka_unit_test(what_stands_still_has_few_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
