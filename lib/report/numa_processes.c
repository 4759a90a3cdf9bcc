/* SPDX-License-Identifier: MIT */
/* numa_processes: on which nodes the memory of processes is, and by which policy. */
#include <errno.h>
#include <stdlib.h>

#include "model/numa_maps.h"
#include "report/numa.h"

static const struct ml_numa_head *head_of(const struct ml_build *b)
{
	const struct ml_parsed *parsed = ml_snap_parsed(b->cur, ML_FEED_NUMA_MAPS);

	return parsed ? parsed->head : NULL;
}

static const struct ml_rows *vmas_of(const struct ml_build *b)
{
	static const struct ml_rows none;
	const struct ml_parsed *parsed = ml_snap_parsed(b->cur, ML_FEED_NUMA_MAPS);

	return parsed ? &parsed->rows : &none;
}

static struct ml_str comm_of(const struct ml_build *b, uint64_t pid)
{
	const struct ml_numa_head *head = head_of(b);
	const struct ml_numa_process *p;

	if (head)
		ml_for_each_row(p, &head->processes)
			if (p->pid == pid)
				return p->comm;
	return (struct ml_str){ 0 };
}

/* ---- by node ---- */

struct process_row {
	uint64_t pid, node;
	uint64_t total, anon, heap, stack, file, shared, hugetlb, other;
	double share;
	struct ml_str comm;
};

#define ROW struct process_row

static const struct ml_col process_cols[] = {
	ML_LABEL(ROW, pid, "pid", "PID", "process id"),
	ML_LABEL(ROW, node, "node", "NODE", "number of the node"),
	ML_BYTES(ROW, total, "total", "TOTAL",
		 "memory of the process on this node; shared pages count in full"),
	ML_RATIO(ROW, share, "share", "SHARE", "part of what the process has on all nodes"),
	ML_BYTES(ROW, anon, "anon", "ANON", "anonymous mappings"),
	ML_BYTES(ROW, heap, "heap", "HEAP", "brk(2): what malloc(3) takes for small blocks"),
	ML_BYTES(ROW, stack, "stack", "STACK", "stack of the first thread"),
	ML_BYTES(ROW, file, "file", "FILE",
		 "mappings of files, with the pages that the process changed for itself"),
	ML_BYTES(ROW, shared, "shared", "SHARED",
		 "shared memory: /dev/shm, memfd, SysV, shared anonymous"),
	ML_BYTES(ROW, hugetlb, "hugetlb", "HUGETLB", "pages of hugetlb pools: beside RSS"),
	ML_BYTES(ROW, other, "other", "OTHER", "devices", .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, comm, "comm", "NAME", "name of the program", .source = "/proc/PID/stat",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_numa_process_table = {
	.id = "processes",
	.help = "with PID: one row per process and node that has memory of it",
	.source = "/proc/PID/numa_maps",
	ML_TABLE_COLS(process_cols),
	.row_size = sizeof(ROW),
	.flags = ML_TABLE_DEFAULT,
};

static const struct {
	const char *kind;
	size_t offset;
} kinds[] = {
	{ "anon", offsetof(ROW, anon) },       { "heap", offsetof(ROW, heap) },
	{ "stack", offsetof(ROW, stack) },     { "file", offsetof(ROW, file) },
	{ "deleted", offsetof(ROW, file) },    { "shared", offsetof(ROW, shared) },
	{ "hugetlb", offsetof(ROW, hugetlb) },
};

static uint64_t *member_of(ROW *row, struct ml_str kind)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(kinds); i++)
		if (ml_str_is(kind, kinds[i].kind))
			return (uint64_t *)((char *)row + kinds[i].offset);
	return &row->other;
}

static void sum(uint64_t *to, uint64_t bytes)
{
	*to = ml_add(*to, bytes);
}

static int by_pid_node(const void *a, const void *b)
{
	const ROW *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->node > y->node) - (x->node < y->node);
}

/* Rows of one process and node become one. */
static void merge(struct ml_rows *rows)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		ROW *row = ml_rows_at(rows, i),
		    *last = n ? ml_rows_at(rows, n - 1) : NULL;

		if (!last || by_pid_node(last, row)) {
			*(ROW *)ml_rows_at(rows, n++) = *row;
			continue;
		}
		sum(&last->total, row->total);
		sum(&last->other, row->other);
		sum(&last->anon, row->anon);
		sum(&last->heap, row->heap);
		sum(&last->stack, row->stack);
		sum(&last->file, row->file);
		sum(&last->shared, row->shared);
		sum(&last->hugetlb, row->hugetlb);
	}
	rows->n = n;
}

static void find_shares(struct ml_rows *rows)
{
	for (size_t i = 0, end; i < rows->n; i = end) {
		const ROW *first = ml_rows_at(rows, i);
		uint64_t all = 0;

		for (end = i; end < rows->n; end++) {
			const ROW *row = ml_rows_at(rows, end);

			if (row->pid != first->pid)
				break;
			sum(&all, row->total);
		}
		for (size_t j = i; j < end; j++) {
			ROW *row = ml_rows_at(rows, j);

			row->share = ml_ratio(row->total, all);
		}
	}
}

int ml_build_numa_processes(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_numa_vma *vma;

	ml_for_each_row(vma, vmas_of(b)) {
		ROW *row;

		if (vma->node == ML_NONE)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->pid = vma->pid;
		row->node = vma->node;
		row->total = *member_of(row, vma->kind) = vma->bytes;
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_pid_node);
	merge(ret);
	find_shares(ret);
	for (size_t i = 0; i < ret->n; i++) {
		ROW *row = ml_rows_at(ret, i);

		row->comm = comm_of(b, row->pid);
	}
	return 0;
}

#undef ROW

/* ---- by policy ---- */

struct policy_row {
	uint64_t pid, node, bytes, mappings;
	struct ml_str policy, mode;
};

#define ROW struct policy_row

static const struct ml_col policy_cols[] = {
	ML_LABEL(ROW, pid, "pid", "PID", "process id"),
	ML_LABEL(ROW, mode, "mode", "MODE",
		 "default, local, bind, prefer, interleave, weighted interleave",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, node, "node", "NODE", "number of the node; unknown: no memory yet"),
	ML_BYTES(ROW, bytes, "bytes", "SIZE", "memory on this node by this policy"),
	ML_COUNT(ROW, mappings, "mappings", "MAPPINGS", "mappings that have it there"),
	ML_LABEL(ROW, policy, "policy", "POLICY",
		 "where the memory is meant to be: the policy and its nodes", .flags = ML_COL_WIDE),
};

const struct ml_table ml_numa_policy_table = {
	.id = "policies",
	.title = "by policy",
	.help = "with PID: one row per process, policy and node",
	.source = "/proc/PID/numa_maps",
	ML_TABLE_COLS(policy_cols),
	.row_size = sizeof(ROW),
	.flags = ML_TABLE_DEFAULT,
};

static int by_policy(const void *a, const void *b)
{
	const ROW *x = a, *y = b;
	int order;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	order = ml_str_cmp(x->policy, y->policy);
	return order ? order : (x->node > y->node) - (x->node < y->node);
}

static void merge_policies(struct ml_rows *rows)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		ROW *row = ml_rows_at(rows, i),
		    *last = n ? ml_rows_at(rows, n - 1) : NULL;

		if (!last || by_policy(last, row)) {
			*(ROW *)ml_rows_at(rows, n++) = *row;
			continue;
		}
		sum(&last->bytes, row->bytes);
		last->mappings += row->mappings;
	}
	rows->n = n;
}

int ml_build_numa_policies(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_numa_vma *vma;

	ml_for_each_row(vma, vmas_of(b)) {
		ROW *row;

		if (vma->node == ML_NONE && ml_str_is(vma->policy, "default"))
			continue; /* neither memory nor an intention */
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		*row = (ROW){
			.pid = vma->pid,
			.node = vma->node,
			.bytes = vma->bytes,
			.mappings = 1,
			.policy = vma->policy,
			.mode = ml_numa_mode(vma->policy),
		};
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_policy);
	merge_policies(ret);
	return 0;
}

#undef ROW

/* ---- by mapping ---- */

#define ROW struct ml_numa_vma

static const struct ml_col map_cols[] = {
	ML_LABEL(ROW, pid, "pid", "PID", "process id"),
	ML_COL(ROW, start, ML_UNIT_ADDRESS, ML_SEM_LABEL, "start", "START",
	       "address that the mapping begins at"),
	ML_LABEL(ROW, node, "node", "NODE", "number of the node; unknown: no memory yet"),
	ML_BYTES(ROW, bytes, "bytes", "SIZE", "memory of the mapping on this node"),
	ML_BYTES(ROW, page_size, "page_size", "PAGE",
		 "unit in which the kernel counts: that of a hugetlb page, else a small page",
		 .source = "kernelpagesize_kB", .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, kind, "kind", "KIND", "what it is for, as in memlens map"),
	ML_LABEL(ROW, policy, "policy", "POLICY", "where its memory is meant to be"),
	ML_LABEL(ROW, file, "name", "NAME", "file that is mapped", .flags = ML_COL_WIDE),
};

const struct ml_table ml_numa_map_table = {
	.id = "maps",
	.title = "by mapping",
	.help = "with PID: one row per mapping and node that has memory of it",
	.source = "/proc/PID/numa_maps",
	ML_TABLE_COLS(map_cols),
	.row_size = sizeof(ROW),
};

int ml_build_numa_maps(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_rows *vmas = vmas_of(b);
	const struct ml_numa_vma *vma;

	if (!b->query->npids)
		return ml_note(b, "mappings are shown of a process that is named");
	if (ml_rows_reserve(ret, b->arena, vmas->n))
		return -ENOMEM;
	ml_for_each_row(vma, vmas) {
		ROW *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		*row = *vma;
	}
	return 0;
}
