/* SPDX-License-Identifier: MIT */
/* proc: the processes, as much of each as was wanted. */
#include "model/proc.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "model/delays.h"
#include "model/members.h"
#include "model/proc_files.h"
#include "model/snap.h"
#include "source/walk.h"

/* How many of the largest are looked for. */
#define LARGEST 5

/* A search for them reads so many rollups at least, and ends when its CPU time is up:
 * where all share one large segment every rollup would have to be read, and each takes
 * milliseconds. */
#define SEARCH_LEAST 32
#define SCREEN_NS 10000000ull
#define TREE_NS 250000000ull

/* A second thread is worth its start from so many rollups on. */
#define THREADS_MIN 32

struct scan {
	const struct ml_root *root;
	const struct ml_want *want;
	uint32_t reads; /* ML_READ_* of files */
	struct ml_processes files;
	struct ml_users users;
	struct ml_rows *rows;         /* of struct ml_proc */
	struct ml_proc_head *head;
	struct ml_arena *arena;
	uint64_t page_size;
	uint64_t deadline; /* monotonic ns; ML_NONE: none */
	uint64_t *inodes;  /* of rows: who had the pid before stat was read */
	uint32_t *order;   /* of rows, largest first */
	size_t nordered;
	atomic_size_t next; /* of order: taken by whichever thread is free */
	atomic_size_t late;
	uint64_t search_end; /* of CPU time */
	size_t searched;     /* rollups read for searches */
};

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

static int add_rows(struct scan *s, const uint64_t *pids, size_t n)
{
	if (ml_rows_reserve(s->rows, s->arena, n))
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		ml_proc_init(ml_rows_add(s->rows, s->arena), pids[i]);
	if (n)
		qsort(s->rows->at, n, s->rows->size, by_pid);
	drop_doubles(s->rows);
	return 0;
}

/* Those of the groups that are meant. */
static int keep_members(const struct scan *s, struct pid_list *list)
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

static int list_pids(struct scan *s)
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

static struct ml_proc *proc_at(const struct scan *s, size_t i)
{
	return ml_rows_at(s->rows, i);
}

/* A row without a process is dropped at the end. */
static void set_gone(struct ml_proc *proc)
{
	proc->state = (struct ml_str){ 0 };
	proc->how = ML_STR("gone");
	proc->rss = proc->pss = ML_NONE;
}

static bool is_gone(const struct ml_proc *proc)
{
	return ml_str_is(proc->how, "gone");
}

/* That a process has gone is ordinary; that we have no memory or descriptors left is an
 * error. */
static int settle(struct ml_proc *proc, int rc)
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
static int read_sizes(const struct scan *s, struct ml_proc_reader *r,
		      struct ml_proc *proc)
{
	int rc = ml_proc_read_statm(r, proc);

	if (!rc || rc == -ENOMEM || s->root->live)
		return rc;
	rc = ml_proc_read_files(r, ML_READ_STAT, proc);
	proc->comm = (struct ml_str){ 0 };
	return rc;
}

static int read_each(struct scan *s, struct ml_proc_reader *r, bool statm)
{
	int rc = 0;

	for (size_t i = 0; i < s->rows->n && !rc; i++) {
		struct ml_proc *proc = proc_at(s, i);

		rc = settle(proc, statm ? read_sizes(s, r, proc)
					: ml_proc_read_files(r, s->reads, proc));
	}
	return rc;
}

/* Stat gives the order, too; its inode tells later whether the pid changed hands. */
static int read_each_stat(struct scan *s, struct ml_proc_reader *r)
{
	int rc = 0;

	s->inodes = calloc(s->rows->n + 1, sizeof(*s->inodes));
	if (!s->inodes)
		return -ENOMEM;
	for (size_t i = 0; i < s->rows->n && !rc; i++) {
		struct ml_proc *proc = proc_at(s, i);

		s->inodes[i] = ml_processes_inode(&s->files, proc->pid);
		rc = settle(proc, ml_proc_read_files(r, ML_READ_STAT, proc));
	}
	return rc;
}

/* ---- largest first ---- */

typedef uint64_t size_fn(const struct ml_proc *proc);

static uint64_t rss_of(const struct ml_proc *proc)
{
	return ml_or0(proc->rss);
}

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

/* Rows in falling order of a size; those that have gone are left out. */
static int order_rows(struct scan *s, size_fn *size)
{
	_cleanup_free_ struct sized *sized = calloc(s->rows->n + 1, sizeof(*sized));

	free(s->order);
	s->order = calloc(s->rows->n + 1, sizeof(*s->order));
	s->nordered = 0;
	if (!sized || !s->order)
		return -ENOMEM;
	for (size_t i = 0; i < s->rows->n; i++)
		if (!is_gone(proc_at(s, i)))
			sized[s->nordered++] =
				(struct sized){ size(proc_at(s, i)), (uint32_t)i };
	qsort(sized, s->nordered, sizeof(*sized), by_bytes);
	for (size_t i = 0; i < s->nordered; i++)
		s->order[i] = sized[i].row;
	return 0;
}

/* ---- the costly pass ---- */

struct worker {
	struct scan *scan;
	struct ml_proc_reader reader;
	int rc;
};

static bool is_late(const struct scan *s)
{
	return s->deadline != ML_NONE && ml_clock_monotonic_ns() >= s->deadline;
}

/* Kernel threads and zombies have no rollup to be late with. */
static bool has_memory(const struct ml_proc *proc)
{
	return !is_gone(proc) && !proc->kernel && !ml_str_is(proc->state, "Z");
}

/* Take processes until none is left. When the time is up the rest goes without its
 * rollup. */
static void work(struct worker *w)
{
	struct scan *s = w->scan;
	size_t i;

	while (!w->rc && (i = atomic_fetch_add(&s->next, 1)) < s->nordered) {
		struct ml_proc *proc = proc_at(s, s->order[i]);
		bool late = s->reads & ML_READ_ROLLUP && is_late(s);
		uint32_t reads = late ? s->reads & ~(uint32_t)ML_READ_ROLLUP : s->reads;

		w->rc = settle(proc, ml_proc_read_rest(&w->reader, reads,
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
static int work_with_helper(struct scan *s, struct worker *main)
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

static int read_all_files(struct scan *s, struct worker *main)
{
	int rc = order_rows(s, rss_of);

	if (rc)
		return rc;
	if (s->reads & ML_READ_ROLLUP && s->nordered >= THREADS_MIN && is_multicore())
		return work_with_helper(s, main);
	work(main);
	return main->rc;
}

/* ---- the largest only ---- */

static uint64_t pss_of(const struct ml_proc *proc)
{
	return ml_or0(proc->pss);
}

static uint64_t swap_of(const struct ml_proc *proc)
{
	return ml_or0(proc->swap);
}

static uint64_t pss_anon_of(const struct ml_proc *proc)
{
	return ml_or0(proc->pss_anon);
}

static uint64_t pss_file_of(const struct ml_proc *proc)
{
	return ml_or0(proc->pss_file);
}

static uint64_t pss_shmem_of(const struct ml_proc *proc)
{
	return ml_or0(proc->pss_shmem);
}

/* By statm; after the rollup is read these are still what they were. */
static uint64_t anon_bound(const struct ml_proc *proc)
{
	return ml_or0(proc->anon);
}

static uint64_t shared_bound(const struct ml_proc *proc)
{
	return ml_or0(proc->file);
}

/* A proportional size is never above the resident size it is a share of: in falling order
 * of that bound, the search ends when the fifth value found is not below the next
 * bound. */
static const struct {
	uint32_t when;
	uint64_t cpu_ns;
	size_fn *bound;
	size_fn *value;
} searches[] = {
	{ ML_READ_LARGEST_PSS, SCREEN_NS, rss_of, pss_of },
	{ ML_READ_LARGEST_KINDS, TREE_NS, anon_bound, pss_anon_of },
	{ ML_READ_LARGEST_KINDS, TREE_NS, shared_bound, pss_file_of },
	{ ML_READ_LARGEST_KINDS, TREE_NS, shared_bound, pss_shmem_of },
};

/* Keep the largest values found in falling order. */
static void insert(uint64_t best[static LARGEST], uint64_t value)
{
	for (size_t i = 0; i < LARGEST; i++)
		if (value > best[i]) {
			uint64_t smaller = best[i];

			best[i] = value;
			value = smaller;
		}
}

static bool is_measured(const struct ml_proc *proc)
{
	return proc->comm.p != NULL;
}

static bool is_spent(const struct scan *s)
{
	return s->root->live && s->searched >= SEARCH_LEAST &&
	       ml_clock_cpu_ns() >= s->search_end;
}

/* Stat, for the name, and the rollup; the bounds by statm are kept. */
static int measure(struct ml_proc_reader *r, struct ml_proc *proc)
{
	struct ml_proc before = *proc;
	int rc = settle(proc, ml_proc_read_files(r, ML_READ_STAT | ML_READ_ROLLUP, proc));

	if (before.rss != ML_NONE && !is_gone(proc))
		proc->rss = proc->pss == ML_NONE ? before.rss : proc->rss;
	return rc;
}

/* From the i-th on; several searches leave out the same. */
static void note_late(struct scan *s, size_fn *bound, size_t i)
{
	size_t n = 0;

	for (; i < s->nordered; i++) {
		const struct ml_proc *proc = proc_at(s, s->order[i]);

		n += bound(proc) && !is_measured(proc);
	}
	if (n > atomic_load(&s->late))
		atomic_store(&s->late, n);
}

static int search(struct scan *s, struct ml_proc_reader *r, size_fn *bound,
		  size_fn *value)
{
	uint64_t best[LARGEST] = { 0 };
	int rc = order_rows(s, bound);

	for (size_t i = 0; i < s->nordered && !rc; i++) {
		struct ml_proc *proc = proc_at(s, s->order[i]);
		uint64_t most = bound(proc);

		if (!most || most <= best[LARGEST - 1])
			break;
		if (is_late(s) || is_spent(s)) {
			note_late(s, bound, i);
			break;
		}
		if (!is_measured(proc)) {
			rc = measure(r, proc);
			s->searched++;
		}
		insert(best, value(proc));
	}
	return rc;
}

/* Their rollups tell what of swap they share. */
static int read_swappers(struct scan *s, struct ml_proc_reader *r)
{
	int rc = order_rows(s, swap_of);

	for (size_t i = 0; i < s->nordered && i < LARGEST && !rc; i++) {
		struct ml_proc *proc = proc_at(s, s->order[i]);

		if (!swap_of(proc))
			break;
		rc = settle(proc, ml_proc_read_files(r, ML_READ_ROLLUP, proc));
	}
	return rc;
}

static int search_largest(struct scan *s, struct ml_proc_reader *r)
{
	int rc = read_each(s, r, true);

	for (size_t i = 0; i < ML_ARRAY_SIZE(searches) && !rc; i++) {
		if (!(s->want->reads & searches[i].when))
			continue;
		s->search_end = ml_clock_cpu_ns() + searches[i].cpu_ns;
		rc = search(s, r, searches[i].bound, searches[i].value);
	}
	return rc;
}

/* ---- what came of it ---- */

/* 0 or -ENOMEM. */
/* A process was named; a report that has it for a title only says so by what it needs. */
static bool is_missed(const struct scan *s)
{
	return s->want->pids && s->want->need & ML_FEED(PROCESSES);
}

/* A process that was named and is not there. */
static int add_missing(struct scan *s, struct ml_feed_data *ret, uint64_t pid)
{
	struct ml_source source = {
		.path = ml_arena_printf(s->arena, "/proc/%llu", (unsigned long long)pid),
		.status = ML_GONE,
		.error = ESRCH,
		.needed = true,
	};

	return source.path ? ml_feed_add_source(ret, s->arena, &source) : -ENOMEM;
}

static int add_denied(struct scan *s, struct ml_feed_data *ret,
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
static int drop_gone(struct scan *s, struct ml_feed_data *ret)
{
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < s->rows->n && !rc; i++) {
		const struct ml_proc *proc = proc_at(s, i);

		if (!is_gone(proc)) {
			count_process(s->head, proc);
			*proc_at(s, n++) = *proc;
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
	return (want->reads & 0xffff) | ML_READ_STAT;
}

/* More seconds than a clock can count are no limit. */
static uint64_t deadline_of(uint64_t start, double budget)
{
	return budget > 0 && budget < 1e9 ? start + (uint64_t)(budget * 1e9) : ML_NONE;
}

static int read_processes(struct scan *s, struct worker *main)
{
	uint64_t start = ml_clock_monotonic_ns();
	int rc;

	s->deadline = deadline_of(start, s->want->budget);
	if (s->want->reads & (ML_READ_LARGEST_PSS | ML_READ_LARGEST_KINDS)) {
		rc = search_largest(s, &main->reader);
	} else if (s->reads & ML_READ_ROLLUP) {
		rc = read_each_stat(s, &main->reader);
		if (!rc)
			rc = read_all_files(s, main);
	} else {
		rc = read_each(s, &main->reader, false);
	}
	if (!rc && s->want->reads & ML_READ_LARGEST_SWAP)
		rc = read_swappers(s, &main->reader);
	s->head->seconds = s->root->live ? (double)(ml_clock_monotonic_ns() - start) / 1e9
					 : (double)NAN;
	s->head->late = atomic_load(&s->late);
	return rc;
}

static int scan_processes(struct scan *s, struct ml_feed_data *ret)
{
	struct worker main = { .scan = s };
	int rc = ml_proc_reader_init(&main.reader, &s->files, &s->users, s->page_size);

	if (!rc && s->reads & ML_READ_STATUS)
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
	struct scan s = {
		.root = root,
		.want = ret->want,
		.reads = file_reads(ret->want),
		.rows = &ret->parsed.rows,
		.head = ml_arena_calloc(a, 1, sizeof(struct ml_proc_head)),
		.arena = a,
		.page_size = ret->snap->page_size,
	};
	int rc;

	if (!s.head)
		return -ENOMEM;
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
	ret->error = -rc;
	ret->status = ml_status_of(-rc);
	return 0;
}

const struct ml_proc *ml_proc_find(const struct ml_rows *procs,
				   const struct ml_proc *like)
{
	const struct ml_proc *found =
		procs->n ? bsearch(like, procs->at, procs->n, procs->size, by_pid) : NULL;

	return found && found->start == like->start ? found : NULL;
}
