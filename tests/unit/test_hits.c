/* SPDX-License-Identifier: MIT */
/* test_hits: what sequences of events, as kernels give them, count for. */
#include "unit.h"

#include "model/hits.h"

#define DEV (254u << 20)
#define INO 42u
#define TID 7u

static const struct ml_hits_bounds roomy = { 64, 64, 64, 256 };

static int start_hits(void **state)
{
	static struct ml_hits h;

	assert_int_equal(ml_hits_init(&h, &roomy), 0);
	*state = &h;
	return 0;
}

static int stop_hits(void **state)
{
	ml_hits_deinit(*state);
	return 0;
}

static void by(struct ml_hits *h, uint32_t tid, enum ml_hits_kind kind, uint64_t ino,
	       uint64_t first, uint64_t last)
{
	const struct ml_hits_event e = { kind, tid, tid, DEV, ino, first, last };

	ml_hits_take(h, &e);
}

static void on(struct ml_hits *h, enum ml_hits_kind kind, uint64_t first, uint64_t last)
{
	by(h, TID, kind, INO, first, last);
}

static void add(struct ml_hits *h, uint64_t first, uint64_t last)
{
	for (uint64_t i = first; i <= last; i++)
		on(h, ML_HITS_ADD, i, i);
}

static void size_is(struct ml_hits *h, uint64_t pages)
{
	const struct ml_hits_key key = { DEV, INO, 0 };

	ml_hits_size(ml_hits_table_get(&h->files, &key), pages);
}

static void assert_sum(const struct ml_hits_sum *sum, uint64_t lookups, uint64_t misses)
{
	assert_int_equal(sum->lookups, lookups);
	assert_int_equal(sum->misses, misses);
	assert_true(sum->faults <= sum->lookups);
}

static void ends_with(struct ml_hits *h, uint64_t lookups, uint64_t misses)
{
	ml_hits_end(h);
	assert_sum(&h->sum, lookups, misses);
}

/* The batches of one read tell all that is left, each time. */
static void read_in_batches(struct ml_hits *h, uint64_t first, uint64_t last)
{
	for (; first <= last; first += 31)
		on(h, ML_HITS_READ, first, last);
}

static void test_cold_once(void **state)
{
	struct ml_hits *h = *state;

	size_is(h, 128);
	add(h, 0, 127);
	read_in_batches(h, 0, 127);
	ends_with(h, 128, 128);
	assert_int_equal(h->sum.brought, 128);
	assert_int_equal(h->ahead, 0);
	assert_int_equal(h->unsure, 0);
}

static void test_warm(void **state)
{
	struct ml_hits *h = *state;

	size_is(h, 128);
	read_in_batches(h, 0, 127);
	ends_with(h, 128, 0);
}

static void test_cold_then_warm(void **state)
{
	struct ml_hits *h = *state;

	size_is(h, 128);
	add(h, 0, 127);
	read_in_batches(h, 0, 127);
	read_in_batches(h, 0, 127);
	ends_with(h, 256, 128);
}

/* Readahead runs before the reads, and brings in what nobody wants. */
static void test_readahead(void **state)
{
	struct ml_hits *h = *state;

	size_is(h, 1000);
	add(h, 0, 31);
	on(h, ML_HITS_READ, 0, 3);
	add(h, 32, 63);
	on(h, ML_HITS_READ, 4, 7);
	on(h, ML_HITS_READ, 8, 11);
	on(h, ML_HITS_READ, 8, 11);
	ends_with(h, 16, 12);
	assert_int_equal(h->sum.brought, 64);
	assert_int_equal(h->ahead, 52);
}

/* Pages come in during the read, behind the batch that is told. */
static void test_added_between_batches(void **state)
{
	struct ml_hits *h = *state;

	size_is(h, 64);
	add(h, 0, 31);
	on(h, ML_HITS_READ, 0, 63);
	add(h, 32, 63);
	on(h, ML_HITS_READ, 31, 63);
	on(h, ML_HITS_READ, 62, 63);
	ends_with(h, 64, 64);
}

/* The range of a read goes on where the file ends. */
static void test_end_of_file(void **state)
{
	struct ml_hits *h = *state;

	size_is(h, 3);
	on(h, ML_HITS_READ, 2, 33);
	on(h, ML_HITS_READ, 0, 31);
	ends_with(h, 4, 0);
	assert_int_equal(h->unsure, 0);
}

static void test_unknown_size(void **state)
{
	struct ml_hits *h = *state;

	on(h, ML_HITS_READ, 0, 31); /* it goes on there: the range was real */
	on(h, ML_HITS_READ, 32, 63);
	on(h, ML_HITS_READ, 64, 95);
	ends_with(h, 65, 0);
	assert_int_equal(h->unsure, 31);
}

/* What was brought in for it is there, however little is known of the file. */
static void test_unknown_size_cold(void **state)
{
	struct ml_hits *h = *state;

	add(h, 0, 4);
	on(h, ML_HITS_READ, 0, 31);
	ends_with(h, 5, 5);
}

static void test_other_readers(void **state)
{
	struct ml_hits *h = *state;
	const struct ml_hits_key two = { .nr = 2 }, one = { .nr = 1 };
	const struct ml_hits_process *process;

	size_is(h, 8);
	by(h, 1, ML_HITS_ADD, INO, 0, 7); /* readahead by one, for both */
	by(h, 2, ML_HITS_READ, INO, 0, 3);
	by(h, 1, ML_HITS_READ, INO, 0, 7);
	by(h, 2, ML_HITS_READ, INO, 4, 7);
	ml_hits_end(h);
	assert_sum(&h->sum, 16, 8);
	process = ml_hits_table_find(&h->processes, &one);
	assert_non_null(process);
	assert_int_equal(process->sum.brought, 8);
	process = ml_hits_table_find(&h->processes, &two);
	assert_non_null(process);
	assert_int_equal(process->sum.lookups, 8);
	assert_int_equal(process->sum.brought, 0);
}

/* A fault is told before its page comes, and again when it has. */
static void test_cold_fault(void **state)
{
	struct ml_hits *h = *state;

	on(h, ML_HITS_FAULT, 20, 20);
	add(h, 4, 35);
	on(h, ML_HITS_FAULT, 20, 20);
	on(h, ML_HITS_AROUND, 16, 31);
	on(h, ML_HITS_AROUND, 32, 47); /* read ahead: a miss, too */
	on(h, ML_HITS_AROUND, 32, 47);
	ends_with(h, 3, 2);
	assert_int_equal(h->sum.faults, 3);
	assert_int_equal(h->ahead, 12);
}

static void test_warm_fault(void **state)
{
	struct ml_hits *h = *state;

	on(h, ML_HITS_AROUND, 0, 15);
	on(h, ML_HITS_AROUND, 16, 31);
	on(h, ML_HITS_FAULT, 40, 40); /* to write: nothing is mapped around it */
	on(h, ML_HITS_FAULT, 41, 41);
	ends_with(h, 4, 0);
}

/* Neighbours were there, the page itself was not: one fault. */
static void test_hole(void **state)
{
	struct ml_hits *h = *state;

	on(h, ML_HITS_AROUND, 0, 15);
	on(h, ML_HITS_FAULT, 5, 5);
	add(h, 5, 5);
	on(h, ML_HITS_AROUND, 0, 15);
	ends_with(h, 1, 1);
}

/* Neighbours were ready before the page, for which the fault waits. */
static void test_page_under_way(void **state)
{
	struct ml_hits *h = *state;

	add(h, 50, 140);
	on(h, ML_HITS_AROUND, 60, 75);
	on(h, ML_HITS_FAULT, 66, 66);
	on(h, ML_HITS_FAULT, 66, 66);
	on(h, ML_HITS_AROUND, 60, 75);
	on(h, ML_HITS_AROUND, 76, 91);
	on(h, ML_HITS_FAULT, 76, 76);
	ends_with(h, 2, 2);
	assert_int_equal(h->ahead, 91 - 32);
}

/* The same, page by page: none of them is a hit. */
static void test_all_under_way(void **state)
{
	struct ml_hits *h = *state;

	on(h, ML_HITS_FAULT, 0, 0);
	add(h, 0, 15);
	for (uint64_t i = 0; i < 4; i++) {
		on(h, ML_HITS_FAULT, i, i);
		on(h, ML_HITS_AROUND, 0, 15);
		on(h, ML_HITS_AROUND, 0, 15);
	}
	ends_with(h, 5, 5);
	assert_int_equal(h->ahead, 0);
}

/* A mapping made again and again, of what was brought in once. */
static void test_mapped_again(void **state)
{
	struct ml_hits *h = *state;

	add(h, 0, 15);
	for (int i = 0; i < 100; i++)
		on(h, ML_HITS_AROUND, 0, 15);
	ends_with(h, 100, 1);
}

/* Others come between the events of one task. */
static void test_tasks_apart(void **state)
{
	struct ml_hits *h = *state;

	by(h, 1, ML_HITS_FAULT, INO, 5, 5);
	by(h, 2, ML_HITS_FAULT, INO, 6, 6);
	by(h, 1, ML_HITS_ADD, INO, 5, 5);
	by(h, 2, ML_HITS_READ, INO, 5, 5);
	ends_with(h, 3, 1);
}

/* Written pages did not come from the disk, and are there when they are read. */
static void test_written(void **state)
{
	struct ml_hits *h = *state;

	size_is(h, 48);
	for (uint64_t i = 0; i < 32; i++) {
		on(h, ML_HITS_ADD, i, i);
		on(h, ML_HITS_DIRTY, i, i);
	}
	on(h, ML_HITS_ADD, 32, 47); /* one large folio, dirtied as one */
	on(h, ML_HITS_DIRTY, 32, 32);
	read_in_batches(h, 0, 47);
	ends_with(h, 48, 0);
	assert_int_equal(h->sum.brought, 0);
	assert_int_equal(h->sum.written, 48);
}

/* Between both the file system reads where its places are. */
static void test_written_slowly(void **state)
{
	struct ml_hits *h = *state;

	size_is(h, 2);
	for (uint64_t i = 0; i < 2; i++) {
		on(h, ML_HITS_ADD, i, i);
		by(h, TID, ML_HITS_ADD, INO + 1, 100 + i, 100 + i);
		on(h, ML_HITS_DIRTY, i, i);
	}
	on(h, ML_HITS_READ, 0, 1);
	ends_with(h, 2, 0);
	assert_int_equal(h->sum.written, 2);
	assert_int_equal(h->sum.brought, 2);
}

/* A page that was read and is dirtied later came from the disk. */
static void test_read_then_dirtied(void **state)
{
	struct ml_hits *h = *state;

	size_is(h, 1);
	add(h, 0, 0);
	on(h, ML_HITS_READ, 0, 0);
	on(h, ML_HITS_READ, 0, 0);
	on(h, ML_HITS_DIRTY, 0, 0);
	by(h, TID, ML_HITS_DIRTY, INO + 1, 0, 0);
	ends_with(h, 2, 1);
	assert_int_equal(h->sum.brought, 1);
	assert_int_equal(h->sum.written, 0);
}

/* What went and came again is a miss again. */
static void test_evicted(void **state)
{
	struct ml_hits *h = *state;

	size_is(h, 8);
	for (int i = 0; i < 3; i++) {
		add(h, 0, 7);
		on(h, ML_HITS_READ, 0, 7);
	}
	ends_with(h, 24, 24);
}

static void assert_totals(struct ml_hits *h)
{
	struct ml_hits_sum files = h->other_files.sum, processes = h->other_processes.sum;

	for (uint32_t i = 0; i < h->files.n; i++) {
		const struct ml_hits_file *file = ml_hits_table_at(&h->files, i);

		files.lookups += file->sum.lookups;
		files.misses += file->sum.misses;
		files.brought += file->sum.brought;
	}
	for (uint32_t i = 0; i < h->processes.n; i++) {
		const struct ml_hits_process *p = ml_hits_table_at(&h->processes, i);

		processes.lookups += p->sum.lookups;
		processes.misses += p->sum.misses;
		processes.brought += p->sum.brought;
	}
	assert_memory_equal(&files.lookups, &h->sum.lookups, sizeof(uint64_t));
	assert_int_equal(files.misses, h->sum.misses);
	assert_int_equal(files.brought, h->sum.brought);
	assert_int_equal(processes.lookups, h->sum.lookups);
	assert_int_equal(processes.misses, h->sum.misses);
	assert_int_equal(processes.brought, h->sum.brought);
}

/* More of everything than there is room for: the sums still hold. */
static void test_no_room(void **state)
{
	static const struct ml_hits_bounds tight = { 4, 4, 4, 8 };
	struct ml_hits h;

	(void)state;
	assert_int_equal(ml_hits_init(&h, &tight), 0);
	for (uint32_t i = 0; i < 100; i++) {
		by(&h, i, ML_HITS_ADD, i, 0, 9);
		by(&h, i, ML_HITS_READ, i, 0, 9);
	}
	ml_hits_end(&h);
	assert_int_equal(h.files.n, 4);
	assert_int_equal(h.processes.n, 4);
	assert_sum(&h.sum, 1000, 1000);
	assert_int_equal(h.unmarked, 0); /* blocks are used again */
	assert_totals(&h);
	ml_hits_deinit(&h);
}

static void test_no_room_for_blocks(void **state)
{
	static const struct ml_hits_bounds tight = { 4, 4, 4, 8 };
	struct ml_hits h;

	(void)state;
	assert_int_equal(ml_hits_init(&h, &tight), 0);
	for (uint64_t i = 0; i < 20; i++)
		by(&h, 1, ML_HITS_ADD, 1, i * 64, i * 64 + 63);
	ml_hits_end(&h);
	assert_int_equal(h.unmarked, 12 * 64);
	assert_int_equal(h.ahead, 8 * 64);
	ml_hits_deinit(&h);
}

/* Ranges that cannot be: nothing runs for long, nothing overflows. */
static void test_hostile(void **state)
{
	static const uint64_t ends[] = {
		0, 1, 63, 64, UINT64_MAX / 2, UINT64_MAX / 2 + 1, UINT64_MAX - 1
	};
	struct ml_hits *h = *state;

	for (unsigned kind = 0; kind <= ML_HITS_KINDS; kind++)
		for (size_t i = 0; i < ML_ARRAY_SIZE(ends); i++)
			for (size_t j = 0; j < ML_ARRAY_SIZE(ends); j++)
				on(h, (enum ml_hits_kind)kind, ends[i], ends[j]);
	ml_hits_end(h);
	assert_true(h->sum.misses <= h->sum.lookups);
	assert_totals(h);
}

#define WITH_HITS(test) cmocka_unit_test_setup_teardown(test, start_hits, stop_hits)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HITS(test_cold_once),
		WITH_HITS(test_warm),
		WITH_HITS(test_cold_then_warm),
		WITH_HITS(test_readahead),
		WITH_HITS(test_added_between_batches),
		WITH_HITS(test_end_of_file),
		WITH_HITS(test_unknown_size),
		WITH_HITS(test_unknown_size_cold),
		WITH_HITS(test_other_readers),
		WITH_HITS(test_cold_fault),
		WITH_HITS(test_warm_fault),
		WITH_HITS(test_hole),
		WITH_HITS(test_page_under_way),
		WITH_HITS(test_all_under_way),
		WITH_HITS(test_mapped_again),
		WITH_HITS(test_tasks_apart),
		WITH_HITS(test_written),
		WITH_HITS(test_written_slowly),
		WITH_HITS(test_read_then_dirtied),
		WITH_HITS(test_evicted),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_no_room_for_blocks),
		WITH_HITS(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
