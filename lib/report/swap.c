/* SPDX-License-Identifier: MIT */
/* swap: the areas that are swapped to, their traffic, and how swapping is set. */
#include "report/swap.h"

#include <errno.h>
#include <math.h>

#include "model/swap.h"
#include "report/rates.h"
#include "series/delta.h"

/* ---- devices ---- */

struct device_row {
	struct ml_swap_area a;
	uint64_t free;
	double share;
	double in, out; /* bytes a second */
};

#define A(field) a.area.field

static const struct ml_col device_cols[] = {
	ML_LABEL(struct device_row, A(path), "path", "PATH", "device or file that is swapped to"),
	ML_LABEL(struct device_row, a.kind, "kind", "KIND",
		 "zram (compressed in RAM), partition or file"),
	ML_LABEL(struct device_row, A(type), "type", "TYPE", "partition or file, as the kernel says",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct device_row, A(bytes), "size", "SIZE", "space for swapped pages"),
	ML_BYTES(struct device_row, A(used), "used", "USED", "space taken by swapped pages"),
	ML_BYTES(struct device_row, free, "free", "FREE", "space that is left"),
	ML_RATIO(struct device_row, share, "share", "FULL", "used as part of the size"),
	ML_COL(struct device_row, A(priority), ML_UNIT_NONE, ML_SEM_GAUGE,
	       "priority", "PRIO", "higher is filled first, equal ones in turn"),
	ML_BYTE_RATE(struct device_row, in, "in", "IN",
		     "read from it; unknown for files, whose disk has other readers",
		     .source = "/proc/diskstats", .flags = ML_COL_DELTA),
	ML_BYTE_RATE(struct device_row, out, "out", "OUT",
		     "written to it; unknown for files, whose disk has other writers",
		     .source = "/proc/diskstats", .flags = ML_COL_DELTA),
	ML_LABEL(struct device_row, a.disk, "disk", "DISK",
		 "block device that holds it; of zram: that it writes back to",
		 .source = "/proc/self/mountinfo, /proc/diskstats, backing_dev"),
};

static const struct ml_table device_table = {
	.id = "devices",
	.help = "one row per device or file that is swapped to",
	.source = "/proc/swaps",
	ML_TABLE_COLS(device_cols),
	.row_size = sizeof(struct device_row),
	.flags = ML_TABLE_DEFAULT,
};

bool ml_has_swap(const struct ml_snap *snap)
{
	const struct ml_parsed *swaps = ml_snap_parsed(snap, ML_FEED_SWAPS);

	return swaps && swaps->rows.n;
}

static int note_none(struct ml_build *b)
{
	if (!ml_snap_parsed(b->cur, ML_FEED_SWAPS) && ml_snap_mem(b->cur, "SwapTotal"))
		return 0; /* not known: what could not be read is told beside */
	return ml_note(b, "there is no swap: anonymous memory stays in RAM until it is "
			  "freed");
}

static void find_traffic(const struct ml_build *b, const struct ml_diskstats_row *now,
			 struct device_row *row)
{
	const struct ml_parsed *before =
		b->prev ? ml_snap_parsed(b->prev, ML_FEED_DISKSTATS) : NULL;
	const struct ml_diskstats_row *was;
	double seconds = ml_build_seconds(b);

	if (!before || !now)
		return;
	ml_for_each_row(was, &before->rows) {
		if (was->major != now->major || was->minor != now->minor ||
		    !ml_str_eq(was->name, now->name))
			continue;
		row->in = ml_rate(was->read_bytes, now->read_bytes, false, seconds);
		row->out =
			ml_rate(was->written_bytes, now->written_bytes, false, seconds);
	}
}

static int build_devices(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_rows areas = { 0 };
	const struct ml_swap_area *area;

	if (!ml_has_swap(b->cur))
		return note_none(b);
	if (ml_swap_areas(b->cur, b->arena, &areas))
		return -ENOMEM;
	ml_for_each_row(area, &areas) {
		struct device_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		*row = (struct device_row){
			.a = *area,
			.free = ml_sub_sat(area->area.bytes, area->area.used),
			.share = ml_ratio(area->area.used, area->area.bytes),
			.in = NAN,
			.out = NAN,
		};
		find_traffic(b, area->traffic, row);
	}
	return 0;
}

/* ---- activity ---- */

/* Where there is no swap nothing moves; a delay shows it all the same. */
static int build_activity(struct ml_build *b, struct ml_rows *ret)
{
	return ml_has_swap(b->cur) || b->prev ? ml_build_swap(b, ret) : 0;
}

/* ---- settings ---- */

struct settings_row {
	struct ml_swap_settings s;
	uint64_t readahead;
	double scale;
};

static const struct ml_col settings_cols[] = {
	ML_COL(struct settings_row, s.swappiness, ML_UNIT_NONE, ML_SEM_GAUGE,
	       "swappiness", "swappiness",
	       "how much rather anonymous memory is reclaimed than cache: 0 to 200",
	       .source = "/proc/sys/vm/swappiness"),
	ML_COL(struct settings_row, s.page_cluster, ML_UNIT_NONE, ML_SEM_GAUGE,
	       "page_cluster", "page-cluster", "pages read at once from swap, as a power of two",
	       .source = "/proc/sys/vm/page-cluster"),
	ML_BYTES(struct settings_row, readahead, "readahead", "reads", "the same in bytes",
		 .source = "2^page-cluster pages"),
	ML_BYTES(struct settings_row, s.min_free, "min_free", "min_free",
		 "memory that the kernel keeps free for emergencies",
		 .source = "/proc/sys/vm/min_free_kbytes"),
	ML_RATIO(struct settings_row, scale, "watermark_scale", "marks apart",
		 "distance between the marks of a zone as part of it",
		 .source = "/proc/sys/vm/watermark_scale_factor"),
};

static const struct ml_table settings_table = {
	.id = "settings",
	.help = "how swapping is set",
	.source = "/proc/sys/vm",
	ML_TABLE_COLS(settings_cols),
	.row_size = sizeof(struct settings_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static bool is_unknown(const struct ml_swap_settings *s)
{
	return s->swappiness == ML_NONE && s->page_cluster == ML_NONE &&
	       s->min_free == ML_NONE && s->watermark_scale == ML_NONE;
}

static int build_settings(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *feed = ml_snap_parsed(b->cur, ML_FEED_SWAP_SETTINGS);
	const struct ml_swap_settings *s = feed ? ml_rows_at(&feed->rows, 0) : NULL;
	struct settings_row *row;

	if (!s || is_unknown(s))
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	row->s = *s;
	row->scale = ml_ratio(s->watermark_scale, 10000);
	row->readahead = s->page_cluster < 32
				 ? ml_snap_pages(b->cur, 1ull << s->page_cluster)
				 : ML_NONE;
	return 0;
}

static const struct ml_part parts[] = {
	{ &device_table, build_devices, ML_FEED(MEMINFO),
	  ML_FEED(SWAPS) | ML_FEED(ZRAM) | ML_FEED(DISKSTATS) | ML_FEED(MOUNTS) },
	{ &ml_swap_held_table, ml_build_swap_held, ML_FEED(MEMINFO),
	  ML_FEED(SWAPS) | ML_FEED(ZRAM) | ML_FEED(ZSWAP) },
	{ &ml_swap_zram_table, ml_build_swap_zram, 0,
	  ML_FEED(SWAPS) | ML_FEED(ZRAM) | ML_FEED(DISKSTATS) | ML_FEED(MOUNTS) },
	{ &ml_swap_zswap_table, ml_build_swap_zswap, ML_FEED(MEMINFO),
	  ML_FEED(VMSTAT) | ML_FEED(ZSWAP) },
	{ &ml_swap_activity_table, build_activity, ML_FEED(MEMINFO) | ML_FEED(VMSTAT),
	  ML_FEED(SWAPS) | ML_FEED(UPTIME) },
	{ &ml_swap_process_table, ml_build_swap_processes, ML_FEED(MEMINFO),
	  ML_FEED(SWAPS) | ML_FEED(PROCESSES), ML_READ_STATUS },
	{ &settings_table, build_settings, 0, ML_FEED(SWAP_SETTINGS) },
};

const struct ml_report ml_report_swap = {
	.id = "swap",
	.title = "what is swapped, what it costs, and who swaps now",
	ML_REPORT_PARTS(parts),
};
