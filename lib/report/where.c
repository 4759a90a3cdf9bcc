/* SPDX-License-Identifier: MIT */
/* where: all of MemTotal as a tree, all of RAM around it, and who holds what nobody
 * counts. */
#include <errno.h>

#include "model/physical.h"
#include "model/queue.h"
#include "report/account.h"
#include "report/report.h"

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

static int add(struct ml_build *b, struct ml_rows *ret, const struct ml_physical *p,
	       struct ml_account_row row, uint64_t bytes)
{
	struct ml_account_row *at;

	if (bytes == ML_NONE)
		return 0;
	at = ml_rows_add(ret, b->arena);
	if (!at)
		return -ENOMEM;
	*at = row;
	at->bytes = (int64_t)bytes;
	at->share = ml_ratio(bytes, p->system_ram);
	return 0;
}

#define PHYSICAL(key_, parent_, name_, source_, note_) \
	(struct ml_account_row) \
	{ \
		.key = ML_STR(key_), .parent = ml_str_of(parent_), \
		.name = ML_STR(name_), \
		.source = ML_STR(source_), .note = ml_str_of(note_) \
	}

static int build_physical(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_physical p;

	ml_physical_of(b->cur, &p);
	if (p.system_ram == ML_NONE)
		return 0;
	if (add(b, ret, &p,
		PHYSICAL("ram", NULL, "System RAM", "sum of System RAM in iomem", NULL),
		p.system_ram) ||
	    add(b, ret, &p,
		PHYSICAL("mem_total", "ram", "MemTotal", "MemTotal",
			 "what the tree above divides"),
		p.mem_total) ||
	    add(b, ret, &p,
		PHYSICAL("memmap_boot", "ram", "struct pages", "nr_memmap_boot_pages",
			 p.memmap_estimated ? "estimated by the number of frames" : NULL),
		p.memmap) ||
	    add(b, ret, &p,
		PHYSICAL("kernel_image", "ram", "kernel image",
			 "Kernel code, rodata, data, bss", NULL),
		p.kernel_image) ||
	    add(b, ret, &p,
		PHYSICAL("reserved", "ram", "boot reservations",
			 "System RAM - the parts above",
			 "crash kernel, hash tables, firmware tables"),
		p.reserved))
		return -ENOMEM;
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
		  ML_FEED(SOCKSTAT) | ML_FEED(COMPRESSED) },
	{ &physical_table, build_physical, 0,
	  ML_FEED(MEMINFO) | ML_FEED(VMSTAT) | ML_FEED(IOMEM) },
	{ &attribution_table, build_attribution, 0, ML_FEED(QUEUES) },
};

const struct ml_report ml_report_where = {
	.id = "where",
	.title = "where the memory went, to the last page",
	ML_REPORT_PARTS(parts),
};
