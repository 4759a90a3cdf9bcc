/* SPDX-License-Identifier: MIT */
/* vma: the mappings of processes, each with its kind. */
#include "model/vma.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "model/resident.h"
#include "model/smaps_file.h"
#include "model/snap.h"
#include "model/vma_kind.h"
#include "parse/task_stat.h"
#include "source/process.h"

struct ml_vma_reader {
	struct ml_processes processes;
	struct ml_process process;
	struct ml_smaps_file file;
	struct ml_vma_before before;
	struct ml_vma_head *head;
	struct ml_resident
		resident; /* where maps alone are read; fd -1: it is not asked */
};

/* ---- one after the other ---- */

static void count(struct ml_vma_reader *r, const struct ml_smaps_row *m)
{
	struct ml_vma_sums *sums = &r->head->sums;

	sums->overlaps += m->start < r->before.end;
	sums->mappings++;
	ml_smaps_add(&sums->sum, m);
}

static void finish(struct ml_vma_reader *r)
{
	r->head->sums.bad_lines = r->file.count.bad_lines;
	if (!r->head->sums.error)
		r->head->sums.error = r->file.error;
}

/* Go on with smaps where the scan cannot tell, from the same mapping on. */
static int turn_to_smaps(struct ml_vma_reader *r, struct ml_smaps_row *m)
{
	uint64_t start = m->start;
	int fd = ml_process_openat(&r->process, "smaps"), rc;

	ml_resident_close(&r->resident);
	ml_smaps_file_deinit(&r->file);
	rc = fd < 0 ? fd : ml_smaps_file_init(&r->file, fd);
	if (rc) {
		r->head->sums.error = -rc;
		return rc;
	}
	r->head->how = "smaps";
	do
		rc = ml_smaps_file_next(&r->file, m, NULL);
	while (rc > 0 && m->start < start);
	return rc;
}

static int add_resident(struct ml_vma_reader *r, struct ml_smaps_row *m)
{
	m->rss = ml_resident_in(&r->resident, m);
	return m->rss == ML_NONE ? turn_to_smaps(r, m) : 1;
}

int ml_vma_next(struct ml_vma_reader *r, struct ml_vma *ret)
{
	struct ml_smaps_row after;
	int rc = ml_smaps_file_next(&r->file, &ret->m, NULL);

	if (rc > 0 && r->resident.fd >= 0)
		rc = add_resident(r, &ret->m);
	if (rc <= 0) {
		finish(r);
		return rc == -ENOMEM ? rc : 0;
	}
	if (ret->m.size == ML_NONE && ret->m.end >= ret->m.start)
		ret->m.size = ret->m.end - ret->m.start;
	count(r, &ret->m);
	if (ml_vma_needs_after(&ret->m))
		ml_smaps_file_peek(&r->file, &after);
	else
		after.end = 0;
	ret->pid = r->process.pid;
	ret->kind = ml_vma_kind_of(&r->before, &ret->m, &after);
	return 1;
}

/* ---- opening ---- */

/* The files tried, best first. Without smaps (a copied tree) there is maps. */
static int open_file(struct ml_vma_reader *r, const char *name)
{
	int fd = ml_process_openat(&r->process, name);
	int rc = fd < 0 ? fd : ml_smaps_file_init(&r->file, fd);

	if (!rc)
		r->head->how = name;
	return rc;
}

/* Maps and one scan of the page tables tell how much is in memory, at a part of the cost
 * of smaps: that looks at each page. */
static int open_scan(struct ml_vma_reader *r)
{
	int rc;

	if (!r->processes.root->live || ml_tape_keeps_all(r->processes.root->tape))
		return -ENOTTY; /* a scan leaves no text behind */
	rc = ml_resident_open(&r->process, &r->resident);
	if (!rc)
		rc = open_file(r, "maps");
	if (rc)
		return rc;
	r->head->how = "maps and PAGEMAP_SCAN";
	return 0;
}

static int open_mappings(struct ml_vma_reader *r, uint32_t reads)
{
	int rc = -ENOTTY;

	if (!(reads & (ML_READ_SMAPS | ML_READ_RESIDENT)))
		return open_file(r, "maps");
	if (!(reads & ML_READ_SMAPS))
		rc = open_scan(r);
	if (rc && rc != -ENOMEM)
		rc = open_file(r, "smaps");
	if (rc == -ENOENT && !r->processes.root->live)
		rc = open_file(r, "maps");
	return rc;
}

static void reader_free(struct ml_vma_reader *r)
{
	if (!r)
		return;
	ml_resident_close(&r->resident);
	ml_smaps_file_deinit(&r->file);
	ml_process_close(&r->process);
	ml_processes_close(&r->processes);
	free(r);
}

static void release(void *head)
{
	reader_free(((struct ml_vma_head *)head)->reader);
}

static int reader_new(const struct ml_root *root, uint64_t pid, uint32_t reads,
		      struct ml_vma_head *head)
{
	struct ml_vma_reader *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return -ENOMEM;
	r->head = head;
	r->file.fd = r->process.fd = r->resident.fd = -1;
	rc = ml_processes_open(root, &r->processes);
	if (!rc)
		rc = ml_process_open(&r->processes, pid, &r->process);
	if (!rc)
		rc = open_mappings(r, reads);
	if (rc) {
		reader_free(r);
		return rc;
	}
	memset(&head->sums.sum, 0xff, sizeof(head->sums.sum)); /* ML_NONE */
	head->reader = r;
	return 0;
}

/* ---- held ---- */

static int keep(struct ml_arena *a, struct ml_str *s)
{
	char *p = s->n ? ml_arena_strndup(a, s->p, s->n) : NULL;

	if (s->n && !p)
		return -ENOMEM;
	s->p = p;
	return 0;
}

/* The kind is a constant; the rest is in the reader's window. */
static int keep_strings(struct ml_arena *a, struct ml_vma *vma)
{
	int rc = keep(a, &vma->m.name);

	if (!rc)
		rc = keep(a, &vma->m.vm_flags);
	return rc ? rc : keep(a, &vma->m.other);
}

static int hold_all(struct ml_vma_head *head, struct ml_arena *a, struct ml_rows *ret)
{
	struct ml_vma vma, *row;
	int rc;

	while ((rc = ml_vma_next(head->reader, &vma)) > 0) {
		row = ml_rows_add(ret, a);
		if (!row || keep_strings(a, &vma))
			return -ENOMEM;
		*row = vma;
	}
	reader_free(head->reader);
	head->reader = NULL;
	return rc;
}

/* The first that ends behind an address; the number of rows when there is none. */
static size_t first_behind(const struct ml_rows *vmas, uint64_t address)
{
	size_t low = 0, high = vmas->n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		const struct ml_vma *vma = ml_rows_at(vmas, mid);

		if (vma->m.end <= address)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct ml_vma *ml_vma_find(const struct ml_rows *vmas, const struct ml_smaps_row *m)
{
	size_t at = first_behind(vmas, m->start);
	const struct ml_vma *vma = at < vmas->n ? ml_rows_at(vmas, at) : NULL;

	if (vma && vma->m.start == m->start)
		return vma;
	at = m->end ? first_behind(vmas, m->end - 1) : vmas->n;
	vma = at < vmas->n ? ml_rows_at(vmas, at) : NULL;
	return vma && vma->m.end == m->end ? vma : NULL;
}

/* Of the process that the reader holds, which may be another than the pid was of. */
static bool is_still(const struct ml_vma_reader *r, double start)
{
	struct ml_task_stat stat;
	char buf[1024];
	ssize_t n = ml_process_read(&r->process, "stat", buf, sizeof(buf));

	return isnan(start) ||
	       (n > 0 && ml_parse_task_stat((struct ml_str){ buf, (size_t)n }, &stat) &&
		(double)stat.start / ML_TICKS_PER_SECOND == start);
}

int ml_vma_hold(const struct ml_root *root, const struct ml_proc *proc, uint32_t reads,
		struct ml_arena *a, struct ml_rows *ret)
{
	struct ml_vma_head head = { 0 };
	size_t before = ret->n;
	int rc = reader_new(root, proc->pid, reads, &head);

	if (!rc && !is_still(head.reader, proc->start))
		rc = -ESRCH;
	if (!rc)
		rc = hold_all(&head, a, ret);
	reader_free(head.reader);
	if (!rc) /* a part of them would make the rest look gone */
		rc = -head.sums.error;
	if (rc)
		ret->n = before;
	return rc;
}

struct ml_rows ml_vma_held(const struct ml_snap *snap, uint64_t pid)
{
	const struct ml_parsed *parsed = ml_snap_parsed(snap, ML_FEED_MAPPINGS);
	struct ml_rows ret = ML_ROWS(struct ml_vma);
	const struct ml_vma *vma;

	if (!parsed)
		return ret;
	ml_for_each_row(vma, &parsed->rows) {
		if (vma->pid == pid && !ret.n++)
			ret.at = (char *)ml_rows_at(&parsed->rows, vma_i);
	}
	return ret;
}

/* ---- of the largest processes ---- */

/* Keep the processes with the largest RSS in falling order. */
static void insert(const struct ml_proc *best[static ML_VMA_PROCESSES],
		   const struct ml_proc *proc)
{
	for (size_t i = 0; i < ML_VMA_PROCESSES; i++)
		if (!best[i] || proc->rss > best[i]->rss) {
			const struct ml_proc *smaller = best[i];

			best[i] = proc;
			proc = smaller;
			if (!proc)
				return;
		}
}

/* Those that may not be looked into, as a source of its own. */
static int add_denied(struct ml_arena *a, struct ml_feed_data *ret, uint64_t denied)
{
	const struct ml_feed *feed = &ml_feeds_register[ML_FEED_MAPPINGS];

	return ml_feed_add_source(ret, a,
				  &(struct ml_source){
					  .path = "/proc/PID/smaps",
					  .status = ML_DENIED,
					  .error = EACCES,
					  .capability = feed->capability,
					  .loss = feed->loss,
					  .missed = denied,
				  });
}

static int gather_largest(const struct ml_root *root, struct ml_arena *a,
			  struct ml_feed_data *ret)
{
	const struct ml_parsed *procs = ml_snap_parsed(ret->snap, ML_FEED_PROCESSES);
	const struct ml_proc *best[ML_VMA_PROCESSES] = { 0 }, *proc;
	uint64_t denied = 0;
	int rc = 0;

	if (!procs)
		return 0;
	ml_for_each_row(proc, &procs->rows)
		if (!proc->kernel && ml_or0(proc->rss))
			insert(best, proc);
	for (size_t i = 0; i < ML_VMA_PROCESSES && best[i] && rc != -ENOMEM; i++) {
		rc = ml_vma_hold(root, best[i], ret->want->reads, a, &ret->parsed.rows);
		denied += rc == -EACCES || rc == -EPERM;
	}
	if (rc != -ENOMEM)
		rc = denied ? add_denied(a, ret, denied) : 0;
	return rc;
}

/* ---- the feed ---- */

static int gather_one(const struct ml_root *root, struct ml_arena *a,
		      struct ml_feed_data *ret)
{
	struct ml_vma_head *head = ml_arena_calloc(a, 1, sizeof(*head));
	uint64_t pid = ret->want->pids[0];
	int rc;

	if (!head)
		return -ENOMEM;
	ret->path = ml_arena_printf(a, "/proc/%llu/smaps", (unsigned long long)pid);
	rc = ret->path ? reader_new(root, pid, ret->want->reads, head) : -ENOMEM;
	if (!rc) {
		ret->parsed.head = head;
		ret->release = release;
	}
	if (!rc && ret->want->repeats)
		rc = hold_all(head, a, &ret->parsed.rows);
	if (rc == -ENOMEM)
		return rc;
	ret->error = rc == -ENOENT && root->live ? ESRCH : -rc;
	ret->status = ml_status_of(ret->error);
	return 0;
}

int ml_mappings_gather(const struct ml_root *root, struct ml_arena *a,
		       struct ml_feed_data *ret)
{
	ret->parsed.rows = ML_ROWS(struct ml_vma);
	if (ret->want->npids)
		return gather_one(root, a, ret);
	return ret->want->repeats ? gather_largest(root, a, ret) : 0;
}
