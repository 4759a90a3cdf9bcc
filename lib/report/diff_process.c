/* SPDX-License-Identifier: MIT */
/* diff_process: what changed of the processes, and of the mappings of those that changed
 * most. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "model/proc.h"
#include "model/vma.h"
#include "report/diff.h"

/* ---- processes ---- */

struct process_row {
	struct ml_change c; /* of PSS where both instants tell it, else of RSS */
	struct ml_proc p;
	struct ml_str of;
	int64_t rss_change, pss_change, uss_change, swap_change;
	int64_t anon_change, file_change, shmem_change, pagetables_change;
	bool lasted; /* both instants have it */
	struct ml_proc was;
};

#define CHANGE(field, head, help, ...) \
	ML_COL(struct process_row, field##_change, ML_UNIT_BYTES, ML_SEM_GAUGE, \
	       #field "_change", head, "change of " help, ##__VA_ARGS__)

static const struct ml_col process_cols[] = {
	ML_CHANGE_COLS(struct process_row, ML_UNIT_BYTES, "its PSS, or its RSS,"),
	ML_LABEL(struct process_row, of, "of", "OF", "which of the two: pss or rss",
		 .flags = ML_COL_HIDDEN),
	CHANGE(pss, "PSS+", "its share of memory", .reads = ML_READ_ROLLUP,
	       .flags = ML_COL_HIDDEN),
	CHANGE(uss, "USS+", "memory that it alone has", .reads = ML_READ_ROLLUP),
	CHANGE(rss, "RSS+", "memory that it can touch without a fault"),
	CHANGE(swap, "SWAP+", "anonymous memory in swap", .reads = ML_READ_STATUS),
	CHANGE(anon, "ANON+", "anonymous RSS", .reads = ML_READ_STATUS,
	       .flags = ML_COL_MINOR),
	CHANGE(file, "FILE+", "RSS that is files", .reads = ML_READ_STATUS,
	       .flags = ML_COL_MINOR),
	CHANGE(shmem, "SHMEM+", "RSS that is shared memory", .reads = ML_READ_STATUS,
	       .flags = ML_COL_MINOR),
	CHANGE(pagetables, "PTABLE+", "its page tables", .reads = ML_READ_STATUS,
	       .flags = ML_COL_HIDDEN),
	ML_LABEL(struct process_row, p.pid, "pid", "PID", "process id"),
	ML_COL(struct process_row, p.start, ML_UNIT_SECONDS, ML_SEM_LABEL, "start", "START",
	       "when it started, after boot; with the pid it names the process for ever",
	       .flags = ML_COL_HIDDEN),
	ML_LABEL(struct process_row, p.user, "user", "USER", "effective user",
		 .reads = ML_READ_STATUS, .flags = ML_COL_HIDDEN),
	ML_LABEL(struct process_row, p.comm, "comm", "NAME", "name of the program",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct process_row, p.cmdline, "cmdline", "COMMAND", "command line",
		 .reads = ML_READ_CMDLINE, .flags = ML_COL_WIDE | ML_COL_HIDDEN),
};

const struct ml_table ml_diff_process_table = {
	.id = "processes",
	.title = "processes",
	.help = "processes that grew, shrank, are new or have ended, by pid and start",
	.source = "/proc/PID/stat, status, smaps_rollup",
	ML_TABLE_COLS(process_cols),
	.row_size = sizeof(struct process_row),
	.flags = ML_TABLE_DEFAULT,
};

/* Kernel threads have no memory of their own. */
static int collect_processes(struct ml_build *b, const struct ml_snap *snap,
			     struct ml_rows *ret)
{
	const struct ml_proc *proc;

	ml_for_each_row(proc, &ml_snap_parsed(snap, ML_FEED_PROCESSES)->rows) {
		struct process_row *row;

		if (proc->kernel)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->p = *proc;
		row->of = proc->pss != ML_NONE ? ML_STR("pss") : ML_STR("rss");
		row->c.after = ml_diff_size(proc->pss != ML_NONE ? proc->pss : proc->rss);
	}
	return 0;
}

static int by_process(const void *a, const void *b)
{
	const struct ml_proc *x = &((const struct process_row *)a)->p;
	const struct ml_proc *y = &((const struct process_row *)b)->p;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->start > y->start) - (x->start < y->start);
}

#define MEASURE(field) \
	{ \
		offsetof(struct ml_proc, field), \
			offsetof(struct process_row, field##_change) \
	}

static const struct {
	size_t member, change; /* of struct ml_proc, of struct process_row */
} measures[] = {
	MEASURE(rss),  MEASURE(pss),  MEASURE(uss),   MEASURE(swap),
	MEASURE(anon), MEASURE(file), MEASURE(shmem), MEASURE(pagetables),
};

/* A PSS that one instant does not tell cannot be compared: RSS it is. */
static void choose_size(struct process_row *row)
{
	bool pss = row->was.pss != ML_NONE && row->p.pss != ML_NONE;

	row->of = pss ? ML_STR("pss") : ML_STR("rss");
	row->c.before = ml_diff_size(pss ? row->was.pss : row->was.rss);
	row->c.after = ml_diff_size(pss ? row->p.pss : row->p.rss);
	ml_diff_settle(&row->c, true, true);
}

static void pair_process(const struct ml_build *b, void *data, const void *before,
			 const void *after)
{
	const struct process_row *was = before, *is = after;
	struct process_row *row = data;

	(void)b;
	for (size_t i = 0; i < ML_ARRAY_SIZE(measures); i++)
		*(int64_t *)((char *)data + measures[i].change) = ml_diff_member(
			was ? &was->p : NULL, is ? &is->p : NULL, measures[i].member);
	row->lasted = was && is;
	if (row->lasted) {
		row->was = was->p;
		choose_size(row);
	}
	ml_diff_weigh(&row->c, row->rss_change);
	ml_diff_weigh(&row->c, row->uss_change);
	ml_diff_weigh(&row->c, row->swap_change);
}

static const struct ml_level processes = {
	.need = ML_FEED(PROCESSES),
	.row_size = sizeof(struct process_row),
	.one_boot = true,
	.collect = collect_processes,
	.cmp = by_process,
	.pair = pair_process,
};

int ml_diff_build_processes(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &processes, ret);
}

/* ---- programs ---- */

struct program_row {
	struct ml_change c; /* of PSS where it is told of all, else of RSS */
	struct ml_str comm;
	uint64_t count, rss, pss, swap;
	int64_t count_change, rss_change, pss_change, swap_change;
};

#define PROGRAM_CHANGE(field, unit, head, help, ...) \
	ML_COL(struct program_row, field##_change, unit, ML_SEM_GAUGE, #field "_change", \
	       head, "change of " help, ##__VA_ARGS__)

static const struct ml_col program_cols[] = {
	ML_CHANGE_COLS(struct program_row, ML_UNIT_BYTES, "the sum of PSS, or of RSS,"),
	PROGRAM_CHANGE(count, ML_UNIT_COUNT, "COUNT+", "the number of processes"),
	PROGRAM_CHANGE(pss, ML_UNIT_BYTES, "PSS+", "the sum of PSS",
		       .reads = ML_READ_ROLLUP, .flags = ML_COL_HIDDEN),
	PROGRAM_CHANGE(rss, ML_UNIT_BYTES, "RSS+", "the sum of RSS"),
	PROGRAM_CHANGE(swap, ML_UNIT_BYTES, "SWAP+", "the sum of what they have in swap",
		       .reads = ML_READ_STATUS),
	ML_LABEL(struct program_row, comm, "comm", "NAME", "name of the program",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_program_table = {
	.id = "programs",
	.title = "programs",
	.help = "the processes in sums by name; unasked only where they cannot be matched",
	.source = "/proc/PID/stat, status, smaps_rollup",
	ML_TABLE_COLS(program_cols),
	.row_size = sizeof(struct program_row),
	.flags = ML_TABLE_DEFAULT,
};

static int by_program(const void *a, const void *b)
{
	return ml_str_cmp(((const struct program_row *)a)->comm,
			  ((const struct program_row *)b)->comm);
}

/* Neighbours of one name become one row; a sum with an unknown term is unknown. */
static void merge_programs(struct ml_rows *rows)
{
	struct program_row *last = NULL, *row;
	size_t n = 0;

	if (rows->n)
		qsort(rows->at, rows->n, rows->size, by_program);
	ml_for_each_row(row, rows) {
		if (!last || by_program(last, row)) {
			last = ml_rows_at(rows, n++);
			*last = *row;
			continue;
		}
		last->count += row->count;
		last->rss = ml_add(last->rss, row->rss);
		last->pss = ml_add(last->pss, row->pss);
		last->swap = ml_add(last->swap, row->swap);
	}
	rows->n = n;
	ml_for_each_row(row, rows)
		row->c.after = ml_diff_size(row->pss != ML_NONE ? row->pss : row->rss);
}

static int collect_programs(struct ml_build *b, const struct ml_snap *snap,
			    struct ml_rows *ret)
{
	const struct ml_proc *proc;

	ml_for_each_row(proc, &ml_snap_parsed(snap, ML_FEED_PROCESSES)->rows) {
		struct program_row *row;

		if (proc->kernel)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->comm = proc->comm;
		row->count = 1;
		row->rss = proc->rss;
		row->pss = proc->pss;
		row->swap = proc->swap;
	}
	merge_programs(ret);
	return 0;
}

static void pair_program(const struct ml_build *b, void *data, const void *before,
			 const void *after)
{
	const struct program_row *was = before, *is = after;
	struct program_row *row = data;

	(void)b;
	if (was && is && (was->pss == ML_NONE) != (is->pss == ML_NONE)) {
		row->c.before = ml_diff_size(was->rss);
		row->c.after = ml_diff_size(is->rss);
		ml_diff_settle(&row->c, true, true);
	}
	row->count_change = ml_diff_member(was, is, offsetof(struct program_row, count));
	row->rss_change = ml_diff_member(was, is, offsetof(struct program_row, rss));
	row->pss_change = ml_diff_member(was, is, offsetof(struct program_row, pss));
	row->swap_change = ml_diff_member(was, is, offsetof(struct program_row, swap));
	ml_diff_weigh(&row->c, row->rss_change);
	ml_diff_weigh(&row->c, row->swap_change);
}

static const struct ml_level programs = {
	.need = ML_FEED(PROCESSES),
	.row_size = sizeof(struct program_row),
	.collect = collect_programs,
	.cmp = by_program,
	.pair = pair_program,
};

/* Within one boot the processes tell more. */
int ml_diff_build_programs(struct ml_build *b, struct ml_rows *ret)
{
	if (b->prev && !b->query->parts && ml_pair_boot(b->prev, b->cur) != ML_BOOT_OTHER)
		return 0;
	return ml_diff_level(b, &programs, ret);
}

/* ---- mappings ---- */

struct mapping_row {
	struct ml_change c; /* of RSS, or of addresses where that is not told */
	struct ml_vma v;
	struct ml_str of, comm;
	int64_t pss_change, swap_change, anonymous_change, size_change;
};

#define M(field) v.m.field
#define MAPPING_CHANGE(field, head, help, ...) \
	ML_COL(struct mapping_row, field##_change, ML_UNIT_BYTES, ML_SEM_GAUGE, \
	       #field "_change", head, "change of " help, ##__VA_ARGS__)

static void name_of(const void *row, struct ml_value *ret)
{
	const struct mapping_row *r = row;

	ret->str = r->v.m.name;
	ret->known = r->v.m.name.n > 0;
}

static const struct ml_col mapping_cols[] = {
	ML_CHANGE_COLS(struct mapping_row, ML_UNIT_BYTES, "how much of it is in memory"),
	ML_LABEL(struct mapping_row, of, "of", "OF",
		 "rss, or size: the addresses, where RSS is not told",
		 .flags = ML_COL_HIDDEN),
	MAPPING_CHANGE(pss, "PSS+", "the process' share of that", .flags = ML_COL_HIDDEN),
	MAPPING_CHANGE(anonymous, "ANON+", "anonymous memory", .flags = ML_COL_HIDDEN),
	MAPPING_CHANGE(swap, "SWAP+", "what of it is in swap", .flags = ML_COL_HIDDEN),
	MAPPING_CHANGE(size, "SIZE+", "the addresses that it takes"),
	ML_LABEL(struct mapping_row, v.pid, "pid", "PID", "process id"),
	ML_LABEL(struct mapping_row, comm, "comm", "PROGRAM", "name of the program"),
	ML_COL(struct mapping_row, M(start), ML_UNIT_ADDRESS, ML_SEM_LABEL, "start", "START",
	       "first address"),
	ML_COL(struct mapping_row, M(end), ML_UNIT_ADDRESS, ML_SEM_LABEL, "end", "END",
	       "first address behind it", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct mapping_row, v.kind, "kind", "KIND", "as in memlens map"),
	{ .key = "name", .head = "NAME", .calc = name_of, .sem = ML_SEM_LABEL,
	  .help = "file, or what the kernel calls it", .flags = ML_COL_WIDE },
};

const struct ml_table ml_diff_mapping_table = {
	.id = "mappings",
	.title = "mappings",
	.help = "mappings that changed, of the processes that changed most",
	.source = "/proc/PID/smaps",
	ML_TABLE_COLS(mapping_cols),
	.row_size = sizeof(struct mapping_row),
	.flags = ML_TABLE_DEFAULT,
};

/* By pid, one of two addresses, and name: where another file is mapped at the place of
 * one, that is another mapping. */
static int by_address(const struct mapping_row *x, const struct mapping_row *y,
		      uint64_t x_address, uint64_t y_address)
{
	if (x->v.pid != y->v.pid)
		return x->v.pid < y->v.pid ? -1 : 1;
	if (x_address != y_address)
		return x_address < y_address ? -1 : 1;
	return ml_str_cmp(x->v.m.name, y->v.m.name);
}

static int by_start(const void *a, const void *b)
{
	const struct mapping_row *x = a, *y = b;

	return by_address(x, y, x->v.m.start, y->v.m.start);
}

/* Stacks grow downwards, and so do anonymous mappings: the kernel places the next one
 * below, and makes one of both. */
static int by_end(const void *a, const void *b)
{
	const struct mapping_row *x = a, *y = b;

	return by_address(x, y, x->v.m.end, y->v.m.end);
}

static int64_t mapping_change(const struct mapping_row *was, const struct mapping_row *is,
			      size_t offset)
{
	return ml_diff_member(was ? &was->v.m : NULL, is ? &is->v.m : NULL, offset);
}

static void pair_mapping(const struct ml_build *b, void *data, const void *before,
			 const void *after)
{
	const struct mapping_row *was = before, *is = after;
	struct mapping_row *row = data;

	(void)b;
	if (was && is && !ml_str_eq(was->of, is->of)) { /* RSS is told once */
		row->of = ML_STR("size");
		row->c.before = ml_diff_size(was->v.m.size);
		row->c.after = ml_diff_size(is->v.m.size);
		ml_diff_settle(&row->c, true, true);
	}
	row->pss_change = mapping_change(was, is, offsetof(struct ml_smaps_row, pss));
	row->swap_change = mapping_change(was, is, offsetof(struct ml_smaps_row, swap));
	row->size_change = mapping_change(was, is, offsetof(struct ml_smaps_row, size));
	row->anonymous_change =
		mapping_change(was, is, offsetof(struct ml_smaps_row, anonymous));
	ml_diff_weigh(&row->c, row->swap_change);
}

static const struct ml_level mappings = {
	.need = ML_FEED(PROCESSES),
	.row_size = sizeof(struct mapping_row),
	.one_boot = true,
	.cmp = by_start,
	.again = by_end,
	.pair = pair_mapping,
};

/* Held with the snapshot, or read now: a tree does not move, and neither did the machine
 * since a moment ago. What the machine was cannot be read any more. 0, -ENOMEM, or
 * -errno when they are not known. */
static int read_mappings(const struct ml_build *b, const struct ml_snap *snap,
			 const struct ml_proc *proc, struct ml_rows *ret)
{
	*ret = ml_vma_held(snap, proc->pid);
	if (ret->n)
		return 0;
	if (snap->root->live && (snap != b->cur || b->query->repeats))
		return -ESRCH;
	return ml_vma_hold(snap->root, proc, ML_READ_SMAPS | ML_READ_RESIDENT, b->arena,
			   ret);
}

static int add_mappings(struct ml_build *b, const struct ml_rows *vmas,
			struct ml_str comm, struct ml_rows *ret)
{
	const struct ml_vma *vma;

	ml_for_each_row(vma, vmas) {
		struct mapping_row *row = ml_rows_add(ret, b->arena);
		bool rss = vma->m.rss != ML_NONE;

		if (!row)
			return -ENOMEM;
		row->v = *vma;
		row->comm = comm;
		row->of = rss ? ML_STR("rss") : ML_STR("size");
		row->c.after = ml_diff_size(rss ? vma->m.rss : vma->m.size);
	}
	return 0;
}

/* 1 when both instants tell the mappings of a process, 0 or -ENOMEM. */
static int add_process(struct ml_build *b, const struct process_row *process,
		       struct ml_rows *before, struct ml_rows *after)
{
	struct ml_rows was, is;
	int rc = read_mappings(b, b->prev, &process->was, &was);

	if (!rc)
		rc = read_mappings(b, b->cur, &process->p, &is);
	if (rc)
		return rc == -ENOMEM ? rc : 0;
	if (add_mappings(b, &was, process->p.comm, before) ||
	    add_mappings(b, &is, process->p.comm, after))
		return -ENOMEM;
	return 1;
}

/* Of a process that is new or has ended all mappings are: that says nothing. */
static int add_largest(struct ml_build *b, const struct ml_rows *changed,
		       struct ml_rows *before, struct ml_rows *after)
{
	const struct process_row *process;
	size_t wanted = 0, known = 0;

	ml_for_each_row(process, changed) {
		int rc;

		if (!process->lasted || wanted == ML_VMA_PROCESSES)
			continue;
		rc = add_process(b, process, before, after);
		if (rc < 0)
			return rc;
		known += (size_t)rc;
		wanted++;
	}
	if (known == wanted)
		return 0;
	return ml_note(
		b, "of the processes that changed most, mappings are known of %zu of %zu",
		known, wanted);
}

int ml_diff_build_mappings(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_rows changed = { .size = sizeof(struct process_row) };
	struct ml_rows before = { .size = sizeof(struct mapping_row) }, after = before;
	size_t changes = b->changes;
	int rc = ml_diff_level(b, &processes, &changed);

	b->changes = changes;
	if (!rc)
		rc = add_largest(b, &changed, &before, &after);
	if (!rc)
		rc = ml_diff_rows(b, &mappings, &before, &after, ret);
	if (!rc)
		b->changes += ret->n;
	return rc;
}
