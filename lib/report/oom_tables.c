/* SPDX-License-Identifier: MIT */
/* oom_tables: the processes of the reports, and those that would be killed now. */
#include <errno.h>

#include "model/groups.h"
#include "model/proc.h"
#include "report/oom.h"

/* ---- of the reports ---- */

struct task_row {
	uint64_t number;
	struct ml_oom_who who;
	struct ml_str killed;
};

static const struct ml_col task_cols[] = {
	ML_COL(struct task_row, number, ML_UNIT_NONE, ML_SEM_LABEL, "event", "EVENT",
	       "number of the event in the log"),
	ML_COL(struct task_row, who.pid, ML_UNIT_NONE, ML_SEM_LABEL, "pid", "PID", "process id"),
	ML_BYTES(struct task_row, who.rss, "rss", "RSS", "RAM"),
	ML_BYTES(struct task_row, who.anon, "anon", "ANON",
		 "of it anonymous memory (Linux 6.7)", .flags = ML_COL_SPARSE | ML_COL_MINOR),
	ML_BYTES(struct task_row, who.file, "file", "FILE", "of it files (Linux 6.7)",
		 .flags = ML_COL_SPARSE | ML_COL_MINOR),
	ML_BYTES(struct task_row, who.shmem, "shmem", "SHMEM", "of it shared memory (Linux 6.7)",
		 .flags = ML_COL_SPARSE | ML_COL_MINOR),
	ML_BYTES(struct task_row, who.swap, "swap", "SWAP", "in swap"),
	ML_BYTES(struct task_row, who.pagetables, "pagetables", "TABLES", "page tables"),
	ML_COL(struct task_row, who.adj, ML_UNIT_NONE, ML_SEM_GAUGE, "adj", "ADJ",
	       "oom_score_adj"),
	ML_BYTES(struct task_row, who.score, "score", "BADNESS",
		 "rss, swap and page tables, and adj thousandths of the total; unknown: never chosen"),
	ML_LABEL(struct task_row, killed, "killed", "KILLED", "yes: it was the victim"),
	ML_LABEL(struct task_row, who.name, "name", "NAME", "its name",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_oom_tasks_table = {
	.id = "tasks",
	.title = "Processes of the reports, the largest first",
	.help = "the largest processes of each report",
	.source = "kernel log",
	ML_TABLE_COLS(task_cols),
	.row_size = sizeof(struct task_row),
	.flags = ML_TABLE_SPARSE,
};

int ml_oom_build_tasks(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *parsed = ml_snap_parsed(b->cur, ML_FEED_OOM);
	const struct ml_oom_event *e;
	const struct ml_oom_who *who;

	for (size_t i = parsed ? parsed->rows.n : 0; i--;) {
		e = ml_rows_at(&parsed->rows, i);
		ml_for_each_row(who, &e->rows) {
			struct task_row *row = ml_rows_add(ret, b->arena);

			if (!row)
				return -ENOMEM;
			row->number = e->number;
			row->who = *who;
			row->killed = who->pid == e->victim.pid ? ML_STR("yes")
								: (struct ml_str){ 0 };
		}
	}
	return 0;
}

/* ---- who is next ---- */

struct next_row {
	struct ml_str where, comm, user;
	uint64_t pid, bytes, rss, swap, pagetables, score, limit, usage;
	int64_t adj;
	double share;
	uint64_t processes, unknown;
	struct ml_str unit;
};

static const struct ml_col next_cols[] = {
	ML_LABEL(struct next_row, where, "where", "WHERE",
		 "host, or the control group whose limit would be met"),
	ML_BYTES(struct next_row, limit, "limit", "LIMIT", "RAM of the machine, or the limit"),
	ML_BYTES(struct next_row, usage, "usage", "USED", "usage of the group", .flags = ML_COL_MINOR),
	ML_COL(struct next_row, pid, ML_UNIT_NONE, ML_SEM_LABEL, "pid", "PID", "process id"),
	ML_BYTES(struct next_row, bytes, "bytes", "HOLDS",
		 "its rss, swap and page tables: what its death would give back at most"),
	ML_BYTES(struct next_row, rss, "rss", "RSS", "its RAM", .flags = ML_COL_HIDDEN),
	ML_BYTES(struct next_row, swap, "swap", "SWAP", "its swap", .flags = ML_COL_HIDDEN),
	ML_BYTES(struct next_row, pagetables, "pagetables", "TABLES", "its page tables",
		 .flags = ML_COL_HIDDEN),
	ML_COL(struct next_row, adj, ML_UNIT_NONE, ML_SEM_GAUGE, "adj", "ADJ", "oom_score_adj"),
	ML_BYTES(struct next_row, score, "score", "BADNESS",
		 "what the kernel compares: HOLDS, and ADJ thousandths of the total"),
	ML_COUNT(struct next_row, processes, "processes", "OF",
		 "processes that could be chosen there", .flags = ML_COL_MINOR),
	ML_COUNT(struct next_row, unknown, "unknown", "UNKNOWN",
		 "processes there whose size or adjustment could not be read",
		 .flags = ML_COL_SPARSE),
	ML_LABEL(struct next_row, user, "user", "USER", "its effective user",
		 .flags = ML_COL_MINOR),
	ML_LABEL(struct next_row, comm, "comm", "VICTIM", "its name"),
};

const struct ml_table ml_oom_next_table = {
	.id = "next",
	.title = "Who would be killed now",
	.help = "the process of largest badness, of the machine and of each limited group",
	.source = "/proc/PID/status, /proc/PID/oom_score_adj",
	ML_TABLE_COLS(next_cols),
	.row_size = sizeof(struct next_row),
};

struct search {
	struct ml_build *b;
	struct ml_rows *ret;
};

static void fill_next(const struct ml_oom_next *n, struct next_row *row)
{
	const struct ml_proc *p = n->proc;

	row->pid = p->pid;
	row->comm = p->comm;
	row->user = p->user;
	row->bytes = n->bytes;
	row->rss = p->rss;
	row->swap = p->swap;
	row->pagetables = p->pagetables;
	row->adj = p->oom_adj;
	row->score = n->score;
}

/* Of the group, p NULL: of all. */
static int add_next(const struct search *s, struct ml_str where, struct ml_str group,
		    uint64_t limit, uint64_t usage, uint64_t total)
{
	struct ml_rows ranked;
	const struct ml_oom_next *n;
	struct next_row *row;
	int rc = ml_oom_rank(s->b->cur, group, total, s->b->arena, &ranked);

	if (rc || !ranked.n)
		return rc;
	row = ml_rows_add(s->ret, s->b->arena);
	if (!row)
		return -ENOMEM;
	*row = (struct next_row){
		.where = where,
		.limit = limit,
		.usage = usage,
		.pid = ML_NONE,
		.bytes = ML_NONE,
		.rss = ML_NONE,
		.swap = ML_NONE,
		.pagetables = ML_NONE,
		.score = ML_NONE,
		.adj = INT64_MIN,
	};
	n = ml_rows_at(&ranked, 0);
	if (n->score != ML_NONE)
		fill_next(n, row);
	ml_for_each_row(n, &ranked) {
		row->processes += n->score != ML_NONE;
		row->unknown += n->proc->oom_adj == INT64_MIN || n->bytes == ML_NONE;
	}
	return 0;
}

int ml_oom_build_next(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *groups = ml_snap_parsed(b->cur, ML_FEED_GROUPS);
	const struct search s = { b, ret };
	const struct ml_group *g;
	int rc = add_next(&s, ML_STR("host"), (struct ml_str){ 0 },
			  ml_snap_mem(b->cur, "MemTotal"), ML_NONE,
			  ml_oom_host_total(b->cur));

	if (!groups)
		return rc;
	ml_for_each_row(g, &groups->rows)
		if (!rc && g->max != ML_NONE)
			rc = add_next(&s, g->path, g->path, g->max, g->usage, g->max);
	return rc;
}

/* ---- who is protected ---- */

/* Less is not worth a row. */
#define LARGE_BYTES (64ull << 20)

struct protected_row {
	struct ml_str comm, user;
	uint64_t pid, bytes;
	int64_t adj;
	double share;
};

static const struct ml_col protected_cols[] = {
	ML_COL(struct protected_row, pid, ML_UNIT_NONE, ML_SEM_LABEL, "pid", "PID", "process id"),
	ML_BYTES(struct protected_row, bytes, "bytes", "HOLDS", "its rss, swap and page tables"),
	ML_RATIO(struct protected_row, share, "share", "SHARE", "of the machine's RAM"),
	ML_COL(struct protected_row, adj, ML_UNIT_NONE, ML_SEM_GAUGE, "adj", "ADJ",
	       "oom_score_adj; -1000: never killed"),
	ML_LABEL(struct protected_row, user, "user", "USER", "its effective user"),
	ML_LABEL(struct protected_row, comm, "comm", "COMMAND", "its name"),
};

const struct ml_table ml_oom_protected_table = {
	.id = "protected",
	.title = "Large, and protected from being killed",
	.help = "processes of 64 MiB and more whose adjustment is -900 or less",
	.source = "/proc/PID/status, /proc/PID/oom_score_adj",
	ML_TABLE_COLS(protected_cols),
	.row_size = sizeof(struct protected_row),
	.flags = ML_TABLE_SPARSE,
};

int ml_oom_build_protected(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_rows ranked;
	const struct ml_oom_next *n;
	int rc = ml_oom_rank(b->cur, (struct ml_str){ 0 }, ml_oom_host_total(b->cur),
			     b->arena, &ranked);

	if (rc)
		return rc;
	ml_for_each_row(n, &ranked) {
		struct protected_row *row;
		int64_t adj = n->proc->oom_adj;

		if (adj == INT64_MIN || adj > ML_OOM_PROTECTED || n->bytes == ML_NONE ||
		    n->bytes < LARGE_BYTES)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->pid = n->proc->pid;
		row->comm = n->proc->comm;
		row->user = n->proc->user;
		row->bytes = n->bytes;
		row->adj = adj;
		row->share = ml_ratio(n->bytes, ml_snap_mem(b->cur, "MemTotal"));
	}
	return 0;
}
