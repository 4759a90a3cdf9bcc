/* SPDX-License-Identifier: MIT */
/* test_swap: what swap areas lie on, and where the pages are that have a slot. */
#include "machine.h"

#include "model/compressed.h"
#include "model/swap.h"
#include "model/zswap.h"

static struct ml_snap *snap_of(const struct machine *m)
{
	const struct ml_want want = {
		.use = ML_FEED(MEMINFO) | ML_FEED(VMSTAT) | ML_FEED(SWAPS) |
		       ML_FEED(ZRAM) | ML_FEED(ZSWAP) | ML_FEED(DISKSTATS) |
		       ML_FEED(MOUNTS) | ML_FEED(SWAP_SETTINGS),
	};
	struct ml_snap *snap = NULL;

	assert_int_equal(ml_snap_take_wanted(m->root, &want, &snap), 0);
	return snap;
}

#define SWAPS_HEAD "Filename Type Size Used Priority\n"

static void put_zram(const struct machine *m, const char *name, const char *mm)
{
	char path[96];

	snprintf(path, sizeof(path), "sys/block/%s/mm_stat", name);
	machine_put(m, path, mm);
	snprintf(path, sizeof(path), "sys/block/%s/disksize", name);
	machine_put(m, path, "1048576\n");
}

static void test_areas(void **state)
{
	static const struct {
		const char *path, *kind, *disk;
		bool zram, traffic;
	} wanted[] = {
		{ "/dev/zram10",     "zram",      "sdb1", true,  true  },
		{ "/dev/dm-1",       "partition", "dm-1", false, true  },
		{ "/dev/gone",       "partition", "gone", false, false },
		{ "/data/swap",      "file",      "sda2", false, false },
		{ "/database/swap",  "file",      "sda1", false, false },
		{ "/b/swap (x)",     "file",      "sdc",  false, false },
	};
	struct machine *m = *state;
	struct ml_arena arena = { 0 };
	struct ml_rows areas = { 0 };
	struct ml_snap *snap;

	put_zram(m, "zram10", "1 2 3 4 5 6 7\n");
	put_zram(m, "zram1", "1 2 3 4 5 6 7\n");
	machine_put(m, "sys/block/zram10/backing_dev", "/dev/sdb1\n");
	machine_put(m, "sys/block/zram1/backing_dev", "none\n");
	machine_put(m, "proc/swaps",
		    SWAPS_HEAD "/dev/zram10 partition 1 1 5\n"
			       "/dev/dm-1 partition 1 1 4\n"
			       "/dev/gone partition 1 1 3\n"
			       "/data/swap file 1 1 2\n"
			       "/database/swap file 1 1 1\n"
			       "/b/swap\\040(x) file 1 1 -1\n");
	machine_put(m, "proc/diskstats",
		    "8 1 sda1 1 2 3 4 5 6 7\n8 2 sda2 1 2 3 4 5 6 7\n"
		    "253 10 zram10 1 2 3 4 5 6 7\n252 1 dm-1 1 2 3 4 5 6 7\n");
	machine_put(m, "proc/self/mountinfo",
		    "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
		    "2 1 8:2 / /data rw - ext4 /dev/sda2 rw\n"
		    "3 1 0:40 / /b rw - btrfs /dev/sdc rw\n");
	snap = snap_of(m);
	assert_int_equal(ml_swap_areas(snap, &arena, &areas), 0);
	assert_int_equal(areas.n, ML_ARRAY_SIZE(wanted));
	for (size_t i = 0; i < ML_ARRAY_SIZE(wanted); i++) {
		const struct ml_swap_area *a = ml_rows_at(&areas, i);

		assert_true(ml_str_is(a->area.path, wanted[i].path));
		assert_true(ml_str_is(a->kind, wanted[i].kind));
		assert_true(ml_str_is(a->disk, wanted[i].disk));
		assert_int_equal(a->zram != NULL, wanted[i].zram);
		assert_int_equal(a->traffic != NULL, wanted[i].traffic);
	}
	assert_null(ml_zram_find(snap, ML_STR("/dev/zram")));
	assert_null(ml_zram_find(snap, ML_STR("zram10")));
	assert_null(ml_zram_find(snap, ML_STR("/dev/zram1"))->backing.p);
	ml_arena_deinit(&arena);
	ml_snap_unref(snap);
}

static void check_held(const struct machine *m, const struct ml_swap_held *wanted)
{
	struct ml_snap *snap = snap_of(m);
	struct ml_swap_held got;

	ml_swap_held(snap, &got);
	assert_memory_equal(&got, wanted, sizeof(got));
	ml_snap_unref(snap);
}

/* Two zram devices of which one is swap, and one disk. */
static void test_held(void **state)
{
	struct machine *m = *state;

	put_zram(m, "zram0", "409600 1000 8192 0 9000 3 0 2 2\n");
	put_zram(m, "zram1", "999999 999 999 0 999 9 0 9 9\n");
	machine_put(m, "sys/block/zram0/bd_stat", "5 6 7\n");
	machine_put(m, "proc/swaps",
		    SWAPS_HEAD "/dev/zram0 partition 9999 800 5\n"
			       "/swap file 9999 100 4\n");
	machine_put(m, "proc/meminfo",
		    "MemTotal: 999 kB\nZswap: 40 kB\nZswapped: 200 kB\n");
	check_held(m, &(struct ml_swap_held){
			      .used = 900 * 1024,
			      .zram = 409600,
			      .zram_ram = 8192,
			      .same = 3 * 4096,
			      .whole = 2 * 4096,
			      .backing = 5 * 4096,
			      .zswap = 200 * 1024,
			      .zswap_ram = 40 * 1024,
			      .on_disk = 100 * 1024,
			      .rest = 300 * 1024,
		      });
}

/* Slots are given back before zram is told. */
static void test_stale(void **state)
{
	struct machine *m = *state;

	put_zram(m, "zram0", "409600 1000 8192 0 9000 0 0\n");
	machine_put(m, "proc/swaps", SWAPS_HEAD "/dev/zram0 partition 9999 300 5\n");
	machine_put(m, "proc/meminfo", "MemTotal: 999 kB\n");
	check_held(m, &(struct ml_swap_held){
			      .used = 300 * 1024,
			      .zram = 409600,
			      .zram_ram = 8192,
			      .zswap = ML_NONE,
			      .zswap_ram = ML_NONE,
			      .stale = 100 * 1024,
		      });
}

static void test_zswap(void **state)
{
	struct machine *m = *state;
	const struct ml_zswap *z;
	struct ml_snap *snap;

	machine_put(m, "sys/module/zswap/parameters/enabled", "Y\n");
	machine_put(m, "sys/module/zswap/parameters/compressor", "lzo\n");
	machine_put(m, "sys/module/zswap/parameters/max_pool_percent", "20\n");
	machine_put(m, "sys/kernel/debug/zswap/pool_total_size", "40960\n");
	machine_put(m, "sys/kernel/debug/zswap/stored_pages", "30\n");
	machine_put(m, "sys/kernel/debug/zswap/reject_compress_poor", "5\n");
	machine_put(m, "sys/kernel/debug/zswap/reject_reclaim_fail", "2\n");
	machine_put(m, "proc/meminfo", "MemTotal: 999 kB\n");
	snap = snap_of(m);
	z = ml_zswap_of(snap);
	assert_bytes(z->enabled, "Y");
	assert_bytes(z->compressor, "lzo");
	assert_null(z->zpool.p);
	assert_int_equal(z->max_pool_percent, 20);
	assert_int_equal(z->rejected, 7);
	assert_true(z->written_back == ML_NONE);
	assert_int_equal(ml_zswap_pool(snap), 40960);
	assert_int_equal(ml_zswap_stored(snap), 30 * 4096);
	ml_snap_unref(snap);
}

/* zsmalloc holds zram's pages and zswap's; other allocators stand beside it. */
static void test_compressed(void **state)
{
	static const struct {
		const char *zpool, *zspages;
		uint64_t bytes;
	} cases[] = {
		{ "zsmalloc\n", "nr_zspages 30\n", 30 * 4096 },
		{ "zbud\n",     "nr_zspages 30\n", 40 * 4096 },
		{ "\n",         "nr_zspages 30\n", 30 * 4096 },
		{ "\n",         "nr_zspages 22\n", 32 * 4096 },
	};
	struct machine *m = *state;

	put_zram(m, "zram0", "1 1 81920 0 1 0 0\n");
	machine_put(m, "proc/meminfo", "MemTotal: 999 kB\nZswap: 40 kB\n");
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		struct ml_snap *snap;

		machine_put(m, "sys/module/zswap/parameters/zpool", cases[i].zpool);
		machine_put(m, "proc/vmstat", cases[i].zspages);
		snap = snap_of(m);
		assert_int_equal(ml_compressed_bytes(snap), cases[i].bytes);
		ml_snap_unref(snap);
	}
}

/* What no kernel has: a name that is too long, one that is none, files that are cut. */
static void test_hostile_devices(void **state)
{
	struct machine *m = *state;
	const struct ml_parsed *feed;
	struct ml_snap *snap;

	put_zram(m, "zram7", "");
	put_zram(m, "zram8", "1 2 3\n");
	put_zram(m, "zramx", "1 2 3 4 5 6 7\n");
	put_zram(m, "zram00000000000000000000000000000009", "1 2 3 4 5 6 7\n");
	machine_put(m, "sys/block/zram9/disksize", "5\n");
	snap = snap_of(m);
	feed = ml_snap_parsed(snap, ML_FEED_ZRAM);
	assert_non_null(feed);
	assert_int_equal(feed->rows.n, 2);
	assert_int_equal(feed->bad_lines, 1);
	ml_snap_unref(snap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_areas),      MACHINE_TEST(test_held),
		MACHINE_TEST(test_stale),      MACHINE_TEST(test_zswap),
		MACHINE_TEST(test_compressed), MACHINE_TEST(test_hostile_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
