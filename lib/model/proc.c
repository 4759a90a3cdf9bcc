/* SPDX-License-Identifier: MIT */
/* proc: the processes, as much of each as was wanted. */
#include "model/proc.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "model/delays.h"
#include "model/members.h"
#include "model/proc_kept.h"
#include "model/proc_scan.h"
#include "model/snap.h"
#include "source/hold.h"
#include "source/walk.h"

/* A second thread is worth its start from so many rollups on. */
#define THREADS_MIN 32

/* ---- which processes ---- */

struct pid_list {
	uint64_t *at;
	size_t n, cap;
};

static int add_pid(uint64_t pid, void *data)
{
	struct pid_list *list = data;

	if (list->n == list->cap) {
		size_t cap = list->cap * 2 + 256;
		uint64_t *at = realloc(list->at, cap * sizeof(*at));

		if (!at)
			return -ENOMEM;
		list->at = at;
		list->cap = cap;
	}
	list->at[list->n++] = pid;
	return 0;
}

static int by_pid(const void *a, const void *b)
{
	const struct ml_proc *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* A process may be named twice; "7" and "07" in a tree are one. */
static void drop_doubles(struct ml_rows *rows)
{
	struct ml_proc *at = (struct ml_proc *)rows->at;
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (!n || at[n - 1].pid != at[i].pid)
			at[n++] = at[i];
	rows->n = n;
}

/* As the kernel lists them. */
static bool ascend(const uint64_t *pids, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (pids[i - 1] > pids[i])
			return false;
	return true;
}

static int add_rows(struct ml_proc_scan *s, const uint64_t *pids, size_t n)
{
	if (ml_rows_reserve(s->rows, s->arena, n))
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		ml_proc_init(ml_rows_add(s->rows, s->arena), pids[i]);
	if (!ascend(pids, n))
		qsort(s->rows->at, n, s->rows->size, by_pid);
	drop_doubles(s->rows);
	return 0;
}

/* Those of the groups that are meant. */
static int keep_members(const struct ml_proc_scan *s, struct pid_list *list)
{
	struct ml_members members;
	size_t n = 0;
	int rc;

	if (!s->want->group && !(s->want->reads & ML_READ_OF_GROUPS && s->want->npaths))
		return 0;
	rc = ml_members_init(s->root, s->want, s->arena, &members);
	if (rc)
		return rc;
	for (size_t i = 0; i < list->n; i++)
		if (ml_members_has(&members, &s->files, list->at[i]))
			list->at[n++] = list->at[i];
	list->n = n;
	return 0;
}

static int list_pids(struct ml_proc_scan *s)
{
	struct pid_list list = { 0 };
	int rc;

	if (s->want->pids)
		return add_rows(s, s->want->pids, s->want->npids);
	rc = ml_walk_pids(s->root, add_pid, &list);
	if (!rc)
		rc = keep_members(s, &list);
	if (!rc)
		rc = add_rows(s, list.at, list.n);
	free(list.at);
	return rc;
}

static void set_gone(struct ml_proc *proc)
{
	proc->state = (struct ml_str){ 0 };
	proc->how = ML_STR("gone");
	proc->rss = proc->pss = ML_NONE;
}

int ml_proc_settle(struct ml_proc *proc, int rc)
{
	if (rc == -ENOMEM || rc == -EMFILE || rc == -ENFILE)
		return rc;
	if (rc)
		set_gone(proc);
	return 0;
}

/* ---- the cheap pass ---- */

/* A copied tree may lack statm: stat has the most of it, and its name is not kept, since
 * the process is yet to be measured. */
static int read_sizes(const struct ml_proc_scan *s, struct ml_proc_reader *r,
		      struct ml_proc *proc)
{
	int rc = ml_proc_read_statm(r, proc);

	if (!rc || rc == -ENOMEM || s->root->live)
		return rc;
	rc = ml_proc_read_files(r, ML_READ_STAT, proc);
	proc->comm = (struct ml_str){ 0 };
	return rc;
}

int ml_proc_scan_each(struct ml_proc_scan *s, struct ml_proc_reader *r, bool statm)
{
	int rc = 0;

	for (size_t i = 0; i < s->rows->n && !rc; i++) {
		struct ml_proc *proc = ml_proc_scan_row(s, i);

		rc = ml_proc_settle(proc, statm ? read_sizes(s, r, proc)
						: ml_proc_read_files(r, s->reads, proc));
	}
	return rc;
}

/* Stat gives the order, too; its inode tells later whether the pid changed hands. */
static int read_each_stat(struct ml_proc_scan *s, struct ml_proc_reader *r)
{
	int rc = 0;

	s->inodes = calloc(s->rows->n + 1, sizeof(*s->inodes));
	if (!s->inodes)
		return -ENOMEM;
	for (size_t i = 0; i < s->rows->n && !rc; i++) {
		struct ml_proc *proc = ml_proc_scan_row(s, i);

		s->inodes[i] = ml_processes_inode(&s->files, proc->pid);
		rc = ml_proc_settle(proc, ml_proc_read_files(r, ML_READ_STAT, proc));
	}
	return rc;
}

/* ---- largest first ---- */

struct sized {
	uint64_t bytes;
	uint32_t row;
};

static int by_bytes(const void *a, const void *b)
{
	const struct sized *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return (x->row > y->row) - (x->row < y->row);
}

int ml_proc_scan_order_by(struct ml_proc_scan *s, const uint64_t *sizes)
{
	_cleanup_free_ struct sized *sized = calloc(s->rows->n + 1, sizeof(*sized));

	free(s->order);
	s->order = calloc(s->rows->n + 1, sizeof(*s->order));
	s->nordered = 0;
	if (!sized || !s->order)
		return -ENOMEM;
	for (size_t i = 0; i < s->rows->n; i++)
		if (!ml_proc_is_gone(ml_proc_scan_row(s, i)))
			sized[s->nordered++] = (struct sized){ sizes[i], (uint32_t)i };
	qsort(sized, s->nordered, sizeof(*sized), by_bytes);
	for (size_t i = 0; i < s->nordered; i++)
		s->order[i] = sized[i].row;
	return 0;
}

int ml_proc_scan_order(struct ml_proc_scan *s, ml_proc_size_fn *size)
{
	_cleanup_free_ uint64_t *sizes = calloc(s->rows->n + 1, sizeof(*sizes));

	if (!sizes)
		return -ENOMEM;
	for (size_t i = 0; i < s->rows->n; i++)
		sizes[i] = size(ml_proc_scan_row(s, i));
	return ml_proc_scan_order_by(s, sizes);
}

/* ---- the costly pass ---- */

struct worker {
	struct ml_proc_scan *scan;
	struct ml_proc_reader reader;
	int rc;
};

bool ml_proc_scan_is_late(const struct ml_proc_scan *s)
{
	return s->deadline != ML_NONE && ml_clock_monotonic_ns() >= s->deadline;
}

/* Kernel threads and zombies have no rollup to be late with. */
static bool has_memory(const struct ml_proc *proc)
{
	return !ml_proc_is_gone(proc) && !proc->kernel && !ml_str_is(proc->state, "Z");
}

/* Take processes until none is left. When the time is up the rest goes without its
 * rollup. */
static void work(struct worker *w)
{
	struct ml_proc_scan *s = w->scan;
	size_t i;

	while (!w->rc && (i = atomic_fetch_add(&s->next, 1)) < s->nordered) {
		struct ml_proc *proc = ml_proc_scan_row(s, s->order[i]);
		bool late = s->reads & ML_READ_ROLLUP && ml_proc_scan_is_late(s);
		uint32_t reads = late ? s->reads & ~(uint32_t)ML_READ_ROLLUP : s->reads;

		w->rc = ml_proc_settle(proc,
				       ml_proc_read_rest(&w->reader, reads,
							 s->inodes[s->order[i]], proc));
		if (late && has_memory(proc))
			atomic_fetch_add(&s->late, 1);
	}
}

static void *run_worker(void *data)
{
	work(data);
	return NULL;
}

static void add_counts(struct ml_proc_reader *to, const struct ml_proc_reader *from)
{
	for (size_t i = 0; i < ML_PROC_FILE_COUNT; i++) {
		to->denied[i] += from->denied[i];
		to->bad[i] += from->bad[i];
	}
}

/* Signals are for the thread that called us. */
static int start_helper(struct worker *helper, pthread_t *ret)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(ret, NULL, run_worker, helper);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

/* Both threads take from one counter, so a busy core delays nobody by more than the
 * process it has in hand; the largest were taken first. */
static int work_with_helper(struct ml_proc_scan *s, struct worker *main)
{
	struct worker helper = { .scan = s };
	pthread_t thread;
	int rc = ml_proc_reader_init(&helper.reader, &s->files, &s->users, s->page_size);

	if (!rc && start_helper(&helper, &thread) == 0) {
		work(main);
		pthread_join(thread, NULL);
		rc = main->rc ? main->rc : helper.rc;
		add_counts(&main->reader, &helper.reader);
		ml_arena_adopt(s->arena, &helper.reader.arena);
	} else if (!rc) {
		work(main);
		rc = main->rc;
	}
	ml_proc_reader_deinit(&helper.reader);
	return rc;
}

static bool is_multicore(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) > 1;
}

static int read_all_files(struct ml_proc_scan *s, struct worker *main)
{
	int rc = ml_proc_scan_order(s, ml_proc_rss_of);

	if (rc)
		return rc;
	if (s->reads & ML_READ_ROLLUP && s->nordered >= THREADS_MIN && is_multicore())
		return work_with_helper(s, main);
	work(main);
	return main->rc;
}

/* ---- what came of it ---- */

/* A process was named; a report that has it for a title only says so by what it needs. */
static bool is_missed(const struct ml_proc_scan *s)
{
	return s->want->pids && s->want->need & ML_FEED(PROCESSES);
}

/* A process that was named and is not there. */
static int add_missing(struct ml_proc_scan *s, struct ml_feed_data *ret, uint64_t pid)
{
	struct ml_source source = {
		.path = ml_arena_printf(s->arena, "/proc/%llu", (unsigned long long)pid),
		.status = ML_GONE,
		.error = ESRCH,
		.needed = true,
	};

	return source.path ? ml_feed_add_source(ret, s->arena, &source) : -ENOMEM;
}

static int add_denied(struct ml_proc_scan *s, struct ml_feed_data *ret,
		      const struct ml_proc_reader *r)
{
	int rc = 0;

	for (unsigned i = 0; i < ML_PROC_FILE_COUNT && !rc; i++) {
		struct ml_source source;

		if (!r->denied[i] && !r->bad[i])
			continue;
		ml_proc_file_source(i, &source);
		source.missed = r->denied[i];
		source.bad_lines = r->bad[i];
		source.status = r->denied[i] ? ML_DENIED : ML_OK;
		source.error = r->denied[i] ? EACCES : 0;
		if (!r->denied[i])
			source.capability = NULL;
		rc = ml_feed_add_source(ret, s->arena, &source);
	}
	return rc;
}

static void count_process(struct ml_proc_head *head, const struct ml_proc *proc)
{
	head->processes++;
	head->kernel_threads += proc->kernel;
	if (proc->rss != ML_NONE)
		head->rss = ml_add(head->rss, proc->rss);
	if (proc->pss != ML_NONE) {
		head->measured++;
		head->rss_measured = ml_add(head->rss_measured, ml_or0(proc->rss));
	}
}

/* Drop the rows of those that have gone. */
static int drop_gone(struct ml_proc_scan *s, struct ml_feed_data *ret)
{
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < s->rows->n && !rc; i++) {
		const struct ml_proc *proc = ml_proc_scan_row(s, i);

		if (!ml_proc_is_gone(proc)) {
			count_process(s->head, proc);
			if (i > n)
				*ml_proc_scan_row(s, n) = *proc;
			n++;
		} else if (is_missed(s)) {
			rc = add_missing(s, ret, proc->pid);
		} else {
			s->head->gone++;
		}
	}
	s->rows->n = n;
	return rc;
}

static uint32_t file_reads(const struct ml_want *want)
{
	return (want->reads & 0xffff & ~(uint32_t)ML_READ_VMAS) | ML_READ_STAT;
}

/* More seconds than a clock can count are no limit. */
static uint64_t deadline_of(uint64_t start, double budget)
{
	return budget > 0 && budget < 1e9 ? start + (uint64_t)(budget * 1e9) : ML_NONE;
}

static int read_processes(struct ml_proc_scan *s, struct worker *main)
{
	uint64_t start = ml_clock_monotonic_ns();
	int rc;

	s->deadline = deadline_of(start, s->want->budget);
	if (s->want->reads & (ML_READ_LARGEST_PSS | ML_READ_LARGEST_KINDS)) {
		rc = ml_proc_search(s, &main->reader);
	} else if (ml_proc_scan_may_keep(s)) {
		rc = ml_proc_scan_kept(s, &main->reader);
	} else if (s->reads & ML_READ_ROLLUP) {
		rc = read_each_stat(s, &main->reader);
		if (!rc)
			rc = read_all_files(s, main);
	} else {
		rc = ml_proc_scan_each(s, &main->reader, false);
	}
	if (!rc && s->want->reads & ML_READ_LARGEST_SWAP)
		rc = ml_proc_search_swap(s, &main->reader);
	if (!rc && s->want->reads & ML_READ_VMAS)
		rc = ml_proc_search_near(s, &main->reader);
	s->head->seconds = s->root->live ? (double)(ml_clock_monotonic_ns() - start) / 1e9
					 : (double)NAN;
	s->head->late = atomic_load(&s->late);
	return rc;
}

static int scan_processes(struct ml_proc_scan *s, struct ml_feed_data *ret)
{
	struct worker main = { .scan = s };
	int rc = ml_proc_reader_init(&main.reader, &s->files, &s->users, s->page_size);

	if (!rc && s->reads & (ML_READ_STATUS | ML_READ_USER))
		rc = ml_users_read(s->root, s->arena, &s->users);
	if (!rc)
		rc = read_processes(s, &main);
	if (!rc)
		rc = drop_gone(s, ret);
	if (!rc)
		rc = add_denied(s, ret, &main.reader);
	ml_arena_adopt(s->arena, &main.reader.arena);
	ml_proc_reader_deinit(&main.reader);
	free(s->inodes);
	free(s->order);
	return rc;
}

int ml_processes_gather(const struct ml_root *root, struct ml_arena *a,
			struct ml_feed_data *ret)
{
	struct ml_proc_scan s = {
		.root = root,
		.want = ret->want,
		.reads = file_reads(ret->want),
		.rows = &ret->parsed.rows,
		.head = ml_arena_calloc(a, 1, sizeof(struct ml_proc_head)),
		.arena = a,
		.page_size = ret->snap->page_size,
		.snap = ret->snap,
	};
	int rc;

	/* who looks again and again, at what is in sight, sees the next sample soon */
	if (root->hold)
		ml_hold_trust(root->hold, ret->want->fresh != NULL);

	if (!s.head)
		return -ENOMEM;
	s.head->map_limit = ML_NONE;
	s.head->delays_on = s.reads & ML_READ_DELAYS ? ml_delays_switch(root) : ML_NONE;
	ret->parsed.head = s.head;
	ret->parsed.rows = ML_ROWS(struct ml_proc);
	rc = ml_processes_open(root, &s.files);
	if (!rc)
		rc = list_pids(&s);
	if (!rc)
		rc = scan_processes(&s, ret);
	ml_processes_close(&s.files);
	if (rc == -ENOMEM)
		return rc;
	if (rc && ret->want->group) /* nothing else can be missing */
		ret->path = ml_arena_printf(a, "control group %s", ret->want->group);
	return ml_feed_end(ret, rc);
}

const struct ml_proc *ml_proc_find(const struct ml_rows *procs,
				   const struct ml_proc *like)
{
	const struct ml_proc *found =
		procs->n ? bsearch(like, procs->at, procs->n, procs->size, by_pid) : NULL;

	return found && found->start == like->start ? found : NULL;
}
