/* SPDX-License-Identifier: MIT */
/* where: MemTotal as a tree, the RAM around it, and who holds the residue. */
#include <errno.h>
#include <stddef.h>

#include "model/physical.h"
#include "model/queue.h"
#include "report/account.h"
#include "report/report.h"
#include "report/shm.h"

#define SOURCE_COL(st) \
	ML_LABEL(st, source, "source", "SOURCE", "how the number comes about", \
		 .flags = ML_COL_HIDDEN)
#define NOTE_COL(st) \
	ML_LABEL(st, note, "note", "", "what to know about it", .flags = ML_COL_WIDE)

static const struct ml_col where_cols[] = {
	ML_ACCOUNT_COLS,
	SOURCE_COL(struct ml_account_row),
	NOTE_COL(struct ml_account_row),
};

static const struct ml_table where_table = {
	.id = "where",
	.help = "MemTotal as a tree of parts that count no page twice, with the residue",
	.source = "/proc/meminfo, /proc/vmstat, /proc/zoneinfo, /proc/slabinfo, /proc/vmallocinfo",
	ML_TABLE_COLS(where_cols),
	.row_size = sizeof(struct ml_account_row),
	.layout = ML_LAYOUT_TREE,
	.always = "residue",
	.flags = ML_TABLE_DEFAULT,
};

static int build_where(struct ml_build *b, struct ml_rows *ret)
{
	return ml_account(b->cur, ML_ACCOUNT_TREE, b->arena, ret);
}

/* ---- the physical side ---- */

static const struct ml_table physical_table = {
	.id = "physical",
	.title = "the RAM around it",
	.help = "what the firmware gave the kernel, down to MemTotal",
	.source = "/proc/iomem, /proc/vmstat",
	ML_TABLE_COLS(where_cols),
	.row_size = sizeof(struct ml_account_row),
	.layout = ML_LAYOUT_TREE,
	.flags = ML_TABLE_DEFAULT,
};

/* The parts of System RAM; the first is the whole. */
static const struct {
	const char *key, *parent, *name, *source, *note;
	size_t offset; /* in struct ml_physical */
} physical_parts[] = {
	{ "ram", NULL, "System RAM", "sum of System RAM in iomem", NULL,
	  offsetof(struct ml_physical, system_ram) },
	{ "mem_total", "ram", "MemTotal", "MemTotal", "what the tree above divides",
	  offsetof(struct ml_physical, mem_total) },
	{ "memmap_boot", "ram", "struct pages",
	  "nr_memmap_boot_pages", NULL,
	  offsetof(struct ml_physical, memmap) },
	{ "kernel_image", "ram", "kernel image", "Kernel code, rodata, data, bss", NULL,
	  offsetof(struct ml_physical, kernel_image) },
	{ "offline", "ram", "offline", "System RAM - present of all zones",
	  "memory blocks switched off", offsetof(struct ml_physical, offline) },
	{ "reserved", "ram", "boot reservations", "System RAM - the parts above",
	  "crash kernel, hash tables, firmware tables",
	  offsetof(struct ml_physical, reserved) },
};

static int build_physical(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_physical p;

	ml_physical_of(b->cur, &p);
	for (size_t i = 0; i < ML_ARRAY_SIZE(physical_parts); i++) {
		uint64_t bytes = *(uint64_t *)((char *)&p + physical_parts[i].offset);
		struct ml_account_row *row;

		if (p.system_ram == ML_NONE || bytes == ML_NONE || !bytes)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->key = ml_str_of(physical_parts[i].key);
		row->parent = ml_str_of(physical_parts[i].parent);
		row->name = ml_str_of(physical_parts[i].name);
		row->source = ml_str_of(physical_parts[i].source);
		row->note = ml_str_of(physical_parts[i].note);
		if (p.memmap_estimated &&
		    strcmp(physical_parts[i].key, "memmap_boot") == 0)
			row->note = ML_STR("estimated by the number of frames");
		row->bytes = (int64_t)bytes;
		row->share = ml_ratio(bytes, p.system_ram);
	}
	return 0;
}

/* ---- who holds the residue ---- */

static const struct ml_col attribution_cols[] = {
	ML_LABEL(struct ml_queue_row, kind, "kind", "KIND", "tcp, udp, unix or pipe"),
	ML_LABEL(struct ml_queue_row, pid, "pid", "PID",
		 "process that has it open; unknown: none that we may look into"),
	ML_BYTES(struct ml_queue_row, bytes, "bytes", "SIZE", "kernel memory in its queues"),
	ML_COUNT(struct ml_queue_row, count, "count", "COUNT", "sockets or pipes that hold any"),
	ML_LABEL(struct ml_queue_row, how, "how", "HOW", "measured or estimated"),
	ML_LABEL(struct ml_queue_row, comm, "comm", "COMMAND", "name of the process",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table attribution_table = {
	.id = "attribution",
	.title = "who holds it in queues",
	.help = "sockets, pipes and UNIX queues by process, of our network namespace",
	.source = "sock_diag(7), /proc/PID/fd, pidfd_getfd(2) and FIONREAD",
	ML_TABLE_COLS(attribution_cols),
	.row_size = sizeof(struct ml_queue_row),
};

static int build_attribution(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *queues = ml_snap_parsed(b->cur, ML_FEED_QUEUES);
	const struct ml_queue_row *q;

	if (!b->cur->root->live)
		return ml_note(b, "queues can be attributed on the live machine only");
	if (!queues)
		return 0;
	ml_for_each_row(q, &queues->rows) {
		struct ml_queue_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		*row = *q;
	}
	if (!queues->rows.n)
		return ml_note(b, "no socket or pipe holds unread data");
	return 0;
}

static const struct ml_part parts[] = {
	{ &where_table, build_where, ML_FEED(MEMINFO),
	  ML_FEED(VMSTAT) | ML_FEED(ZONEINFO) | ML_FEED(SLABINFO) | ML_FEED(VMALLOCINFO) |
		  ML_FEED(SOCKSTAT) | ML_FEED(COMPRESSED) | ML_FEED(HUGETLB) |
		  ML_FEED(PROCESSES),
		  ML_FEED(SOCKSTAT) | ML_FEED(ZRAM) | ML_FEED(ZSWAP) | ML_FEED(PROCESSES),
	  ML_READ_LARGEST_KINDS },
	{ &physical_table, build_physical, 0,
	  ML_FEED(MEMINFO) | ML_FEED(VMSTAT) | ML_FEED(ZONEINFO) | ML_FEED(IOMEM) },
	{ &attribution_table, build_attribution, 0, ML_FEED(QUEUES) },
	{ &ml_shm_shared_table, ml_shm_build_largest, 0,
	  ML_FEED(SHM) | ML_FEED(SYSV_SHM) },
};

const struct ml_report ml_report_where = {
	.id = "where",
	.title = "where the memory went, to the last page",
	ML_REPORT_PARTS(parts),
};
