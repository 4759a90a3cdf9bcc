/* SPDX-License-Identifier: MIT */
/* numa_maps: on which nodes the memory of processes is, mapping by mapping. */
#include "model/numa_maps.h"

#include <errno.h>

#include "base/cleanup.h"
#include "model/vma_kind.h"
#include "parse/task_stat.h"
#include "source/process.h"
#include "source/read.h"

struct gather {
	struct ml_processes processes;
	struct ml_arena *arena;
	struct ml_numa_head *head;
	struct ml_feed_data *ret;
	uint64_t page_size;
};

/* By its name alone: a shared mapping of that name. */
static struct ml_str kind_of_file(struct ml_str file)
{
	struct ml_smaps_row m = { .name = file, .perms = { 'r', 'w', '-', 's' } };
	struct ml_vma_before before = { 0 };

	return ml_vma_kind_of(&before, &m, &(struct ml_smaps_row){ 0 });
}

static struct ml_str kind_of(const struct ml_numa_maps_row *m)
{
	if (m->huge == 1)
		return ML_STR("hugetlb");
	if (m->heap == 1)
		return ML_STR("heap");
	if (m->stack == 1)
		return ML_STR("stack");
	return m->file.n ? kind_of_file(m->file) : ML_STR("anon");
}

/* Before Linux 3.12 it was not told; then only that of a huge page is in doubt. */
static uint64_t page_size_of(const struct gather *g, const struct ml_numa_maps_row *m)
{
	if (m->page_size != ML_NONE)
		return m->page_size;
	return m->huge == 1 ? ML_NONE : g->page_size;
}

static int add_row(struct gather *g, uint64_t pid, const struct ml_numa_maps_row *m,
		   const struct ml_numa_pages *pages)
{
	struct ml_numa_vma *row = ml_rows_add(&g->ret->parsed.rows, g->arena);
	uint64_t size = page_size_of(g, m);

	if (!row)
		return -ENOMEM;
	*row = (struct ml_numa_vma){
		.pid = pid,
		.start = m->start,
		.node = pages ? pages->node : ML_NONE,
		.bytes = pages ? ml_mul(pages->pages, size) : 0,
		.page_size = size,
		.kind = kind_of(m),
		.policy = m->policy,
		.file = m->file,
	};
	return 0;
}

static int add_mapping(struct gather *g, uint64_t pid, const struct ml_rows *nodes,
		       const struct ml_numa_maps_row *m)
{
	int rc = m->n ? 0 : add_row(g, pid, m, NULL);

	for (uint64_t i = 0; i < m->n && !rc; i++)
		rc = add_row(g, pid, m, ml_rows_at(nodes, m->first + i));
	return rc;
}

static int read_mappings(struct gather *g, const struct ml_process *process)
{
	_cleanup_close_ int fd = ml_process_openat(process, "numa_maps");
	const struct ml_numa_maps_head *head;
	const struct ml_numa_maps_row *m;
	struct ml_parsed parsed = { 0 };
	struct ml_str text;
	int rc = fd < 0 ? fd : ml_read_fd(fd, g->arena, &text);

	if (!rc)
		rc = ml_parse_numa_maps(text, g->arena, &parsed);
	if (rc)
		return rc;
	head = parsed.head;
	g->ret->parsed.lines += parsed.lines;
	g->ret->parsed.bad_lines += parsed.bad_lines;
	ml_for_each_row(m, &parsed.rows)
		if (add_mapping(g, process->pid, &head->nodes, m))
			return -ENOMEM;
	return 0;
}

static int add_process(struct gather *g, const struct ml_process *process)
{
	struct ml_numa_process *row = ml_rows_add(&g->head->processes, g->arena);
	struct ml_task_stat stat;
	char buf[1024];
	ssize_t n = ml_process_read(process, "stat", buf, sizeof(buf));
	const char *name;

	if (!row)
		return -ENOMEM;
	row->pid = process->pid;
	if (n <= 0 || !ml_parse_task_stat((struct ml_str){ buf, (size_t)n }, &stat))
		return 0;
	name = ml_arena_strndup(g->arena, stat.comm.p, stat.comm.n);
	row->comm = (struct ml_str){ name, stat.comm.n };
	return name ? 0 : -ENOMEM;
}

/* One that could not be read is a source of its own. */
static int add_failure(struct gather *g, uint64_t pid, int error)
{
	const struct ml_source source = {
		.path = ml_arena_printf(g->arena, "/proc/%llu/numa_maps",
					(unsigned long long)pid),
		.status = ml_status_of(error),
		.error = error,
		.capability = error == EACCES || error == EPERM ? "CAP_SYS_PTRACE" : NULL,
		.needed = true,
	};

	return source.path ? ml_feed_add_source(g->ret, g->arena, &source) : -ENOMEM;
}

static int read_process(struct gather *g, uint64_t pid)
{
	size_t before = g->ret->parsed.rows.n;
	struct ml_process process;
	int rc = ml_process_open(&g->processes, pid, &process);

	if (rc == -ENOENT)
		rc = -ESRCH;
	if (!rc)
		rc = read_mappings(g, &process);
	if (!rc)
		rc = add_process(g, &process);
	ml_process_close(&process);
	if (!rc || rc == -ENOMEM)
		return rc;
	g->ret->parsed.rows.n = before;
	return add_failure(g, pid, -rc);
}

int ml_numa_maps_gather(const struct ml_root *root, struct ml_arena *a,
			struct ml_feed_data *ret)
{
	struct gather g = {
		.arena = a,
		.head = ml_arena_calloc(a, 1, sizeof(struct ml_numa_head)),
		.ret = ret,
		.page_size = ret->snap->page_size,
	};
	int rc = 0;

	if (!g.head)
		return -ENOMEM;
	g.head->processes = ML_ROWS(struct ml_numa_process);
	ret->parsed.rows = ML_ROWS(struct ml_numa_vma);
	ret->parsed.head = g.head;
	if (!ret->want->npids)
		return 0;
	rc = ml_processes_open(root, &g.processes);
	for (size_t i = 0; i < ret->want->npids && !rc; i++)
		rc = read_process(&g, ret->want->pids[i]);
	ml_processes_close(&g.processes);
	return ml_feed_end(ret, rc);
}
