/* SPDX-License-Identifier: MIT */
/* where: MemTotal as a tree, the RAM around it, and who holds the residue. */
#include <errno.h>

#include "model/queue.h"
#include "report/account.h"
#include "report/physical.h"
#include "report/report.h"
#include "report/shm.h"

static const struct ml_col where_cols[] = {
	ML_ACCOUNT_COLS,
	ML_LABEL(struct ml_account_row, pid, "pid", "PID", "the process that holds it",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ml_account_row, cache, "cache", "CACHE", "the slab cache that it is",
		 .flags = ML_COL_HIDDEN),
	ML_ACCOUNT_NOTE_COLS,
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
		  ML_FEED(SOCKSTAT) | ML_FEED(ZRAM) | ML_FEED(ZSWAP) |
		  ML_FEED(HUGETLB) | ML_FEED(PROCESSES),
	  ML_READ_LARGEST_KINDS },
	{ &ml_physical_table, ml_build_physical, 0, ML_PHYSICAL_FEEDS },
	{ &attribution_table, build_attribution, 0, ML_FEED(QUEUES) },
	{ &ml_shm_shared_table, ml_shm_build_largest, 0,
	  ML_FEED(SHM) | ML_FEED(SYSV_SHM) },
};

const struct ml_report ml_report_where = {
	.id = "where",
	.title = "where the memory went, to the last page",
	ML_REPORT_PARTS(parts),
};
