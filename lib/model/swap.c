/* SPDX-License-Identifier: MIT */
/* swap: the swap areas joined with what they lie on, and where swapped pages are. */
#include "model/swap.h"

#include <errno.h>

#include "model/zswap.h"
#include "source/small.h"

static const struct ml_rows *rows_of(const struct ml_snap *snap, enum ml_feed_id id)
{
	static const struct ml_rows none;
	const struct ml_parsed *feed = ml_snap_parsed(snap, id);

	return feed ? &feed->rows : &none;
}

/* ---- what an area lies on ---- */

static struct ml_str name_in_dev(struct ml_str path)
{
	return ml_str_starts(path, "/dev/") ? ml_str_skip(path, strlen("/dev/"))
					    : (struct ml_str){ 0 };
}

static const struct ml_diskstats_row *disk_named(const struct ml_snap *snap,
						 struct ml_str name)
{
	const struct ml_diskstats_row *disk;

	if (!name.n)
		return NULL;
	ml_for_each_row(disk, rows_of(snap, ML_FEED_DISKSTATS))
		if (ml_str_eq(disk->name, name))
			return disk;
	return NULL;
}

static const struct ml_diskstats_row *disk_numbered(const struct ml_snap *snap,
						    uint64_t major, uint64_t minor)
{
	const struct ml_diskstats_row *disk;

	ml_for_each_row(disk, rows_of(snap, ML_FEED_DISKSTATS))
		if (disk->major == major && disk->minor == minor)
			return disk;
	return NULL;
}

/* "/data" holds "/data/swap", not "/database". */
static bool holds(struct ml_str point, struct ml_str path)
{
	if (point.n > path.n || memcmp(point.p, path.p, point.n) != 0)
		return false;
	return point.n == path.n || path.p[point.n] == '/' ||
	       (point.n && point.p[point.n - 1] == '/');
}

/* The deepest mount above a path; of several at one point the last is on top. */
static const struct ml_mount_row *mount_above(const struct ml_snap *snap,
					      struct ml_str path)
{
	const struct ml_mount_row *mount, *found = NULL;

	ml_for_each_row(mount, rows_of(snap, ML_FEED_MOUNTS))
		if (holds(mount->point, path) &&
		    (!found || mount->point.n >= found->point.n))
			found = mount;
	return found;
}

/* File systems with a device number of their own (btrfs) name the disk as the source. */
static struct ml_str disk_of_file(const struct ml_snap *snap, struct ml_str path)
{
	const struct ml_mount_row *mount = mount_above(snap, path);
	const struct ml_diskstats_row *disk;

	if (!mount)
		return (struct ml_str){ 0 };
	disk = disk_numbered(snap, mount->major, mount->minor);
	return disk ? disk->name : name_in_dev(mount->source);
}

static void describe(const struct ml_snap *snap, struct ml_swap_area *ret)
{
	ret->kind = ret->area.type;
	ret->zram = ml_zram_find(snap, ret->area.path);
	if (ml_str_is(ret->area.type, "file")) {
		ret->disk = disk_of_file(snap, ret->area.path);
		return;
	}
	ret->disk = name_in_dev(ret->area.path);
	ret->traffic = disk_named(snap, ret->disk);
	if (!ret->zram)
		return;
	ret->kind = ML_STR("zram");
	ret->disk = name_in_dev(ret->zram->backing);
}

int ml_swap_areas(const struct ml_snap *snap, struct ml_arena *a, struct ml_rows *ret)
{
	const struct ml_swaps_row *area;

	ret->size = sizeof(struct ml_swap_area);
	ml_for_each_row(area, rows_of(snap, ML_FEED_SWAPS)) {
		struct ml_swap_area *row = ml_rows_add(ret, a);

		if (!row)
			return -ENOMEM;
		row->area = *area;
		describe(snap, row);
	}
	return 0;
}

const struct ml_mount_row *ml_zram_mount(const struct ml_snap *snap,
					 const struct ml_zram *z)
{
	const struct ml_diskstats_row *disk = disk_named(snap, z->name);
	const struct ml_mount_row *mount;

	if (!disk)
		return NULL;
	ml_for_each_row(mount, rows_of(snap, ML_FEED_MOUNTS))
		if (mount->major == disk->major && mount->minor == disk->minor)
			return mount;
	return NULL;
}

/* ---- where swapped pages are ---- */

static void add_zram(const struct ml_snap *snap, const struct ml_zram *z,
		     struct ml_swap_held *ret)
{
	uint64_t same = ml_snap_pages(snap, z->mm.same_pages);
	uint64_t whole = ml_snap_pages(snap, z->mm.huge_pages);

	ret->zram = ml_add(ret->zram, z->mm.orig);
	ret->zram_ram = ml_add(ret->zram_ram, z->mm.used);
	ret->same = ml_add(ret->same, ml_or0(same));
	ret->whole = ml_add(ret->whole, ml_or0(whole));
	ret->backing =
		ml_add(ret->backing, ml_mul(ml_or0(z->bd.stored), ML_ZRAM_BD_UNIT));
}

/* Slots that zswap holds belong to areas of any kind: only the sum can be told. */
void ml_swap_held(const struct ml_snap *snap, struct ml_swap_held *ret)
{
	const struct ml_swaps_row *area;
	uint64_t held;

	*ret = (struct ml_swap_held){ 0 };
	ml_for_each_row(area, rows_of(snap, ML_FEED_SWAPS)) {
		const struct ml_zram *z = ml_zram_find(snap, area->path);

		ret->used = ml_add(ret->used, area->used);
		if (z)
			add_zram(snap, z, ret);
		else
			ret->on_disk = ml_add(ret->on_disk, area->used);
	}
	ret->zswap = ml_zswap_stored(snap);
	ret->zswap_ram = ml_zswap_pool(snap);
	held = ml_add(ret->zram, ml_or0(ret->zswap));
	ret->rest = ml_sub_sat(ret->used, held);
	ret->stale = ml_sub_sat(held, ret->used);
}

/* ---- how swapping is set ---- */

int ml_swap_settings_gather(const struct ml_root *root, struct ml_arena *a,
			    struct ml_feed_data *ret)
{
	struct ml_swap_settings *row;

	ret->parsed.rows = ML_ROWS(struct ml_swap_settings);
	row = ml_rows_add(&ret->parsed.rows, a);
	if (!row)
		return -ENOMEM;
	*row = (struct ml_swap_settings){
		.swappiness = ml_small_u64(root, "/proc/sys/vm/swappiness"),
		.page_cluster = ml_small_u64(root, "/proc/sys/vm/page-cluster"),
		.min_free = ml_mul(ml_small_u64(root, "/proc/sys/vm/min_free_kbytes"),
				   ML_KIB),
		.watermark_scale =
			ml_small_u64(root, "/proc/sys/vm/watermark_scale_factor"),
	};
	return 0;
}
