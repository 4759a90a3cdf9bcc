/* SPDX-License-Identifier: MIT */
/* hits: what was looked up in the page cache, and how much of it was there already. */
#include "model/hits.h"

#include <errno.h>

#define BLOCK 64u

/* No read is longer (MAX_RW_COUNT is 2 GiB); what says so is clipped. */
#define RANGE_MAX (1u << 20)

/* Pages of a file that were brought in and not looked up since. */
struct block {
	struct ml_hits_key key; /* nr: first page / BLOCK */
	uint64_t pages;
};

enum pending {
	NOTHING,
	A_READ,
	A_FAULT,
	AN_AROUND,
};

/* The pages that a task added last to a file. Between a page and its being dirtied it may
 * add one of the disk, to find a place for it. */
struct added {
	struct ml_hits_key file;
	uint64_t first, n;
};

/* Pages around a fault that were mapped, or else are still on their way from the disk:
 * these fault again, and are no hits then. */
struct around {
	struct ml_hits_key file;
	uint64_t first;
	uint64_t which; /* of the 64 pages from there: brought in, no fault yet */
	bool waits;     /* one of them was on its way */
};

/* What one task was last seen to do, which the next event tells the end of. */
struct task {
	struct ml_hits_key key; /* nr: its tid */
	uint32_t pid;
	enum pending pending;
	struct ml_hits_key file;
	uint64_t first, last;
	uint64_t at;     /* where the read has come to */
	uint64_t misses;          /* of the read, the fault or the range of the around */
	bool retried;    /* the fault, when its page was there */
	struct around around;
	struct added added[2]; /* the newest first, of two files */
};

int ml_hits_init(struct ml_hits *h, const struct ml_hits_bounds *bounds)
{
	*h = (struct ml_hits){ 0 };
	if (ml_hits_table_init(&h->files, sizeof(struct ml_hits_file), bounds->files) ||
	    ml_hits_table_init(&h->processes, sizeof(struct ml_hits_process),
			       bounds->processes) ||
	    ml_hits_table_init(&h->tasks, sizeof(struct task), bounds->tasks) ||
	    ml_hits_table_init(&h->blocks, sizeof(struct block), bounds->blocks)) {
		ml_hits_deinit(h);
		return -ENOMEM;
	}
	return 0;
}

void ml_hits_deinit(struct ml_hits *h)
{
	ml_hits_table_deinit(&h->files);
	ml_hits_table_deinit(&h->processes);
	ml_hits_table_deinit(&h->tasks);
	ml_hits_table_deinit(&h->blocks);
}

static struct ml_hits_file *file_of(struct ml_hits *h, const struct ml_hits_key *key)
{
	struct ml_hits_file *file = ml_hits_table_get(&h->files, key);

	return file ? file : &h->other_files;
}

static struct ml_hits_process *process_of(struct ml_hits *h, uint32_t pid)
{
	const struct ml_hits_key key = { .nr = pid };
	struct ml_hits_process *process = ml_hits_table_get(&h->processes, &key);

	return process ? process : &h->other_processes;
}

/* ---- pages that were brought in ---- */

/* The bits of `first` to `last` within one block. */
static uint64_t bits_of(uint64_t first, uint64_t last)
{
	uint64_t from = UINT64_MAX << first % BLOCK;
	uint64_t to = UINT64_MAX >> (BLOCK - 1 - last % BLOCK);

	return from & to;
}

/* The last page that is both in the block of `page` and not behind `last`. */
static uint64_t block_end(uint64_t page, uint64_t last)
{
	uint64_t end = page | (BLOCK - 1);

	return end < last ? end : last;
}

static int is_idle(const void *row)
{
	return !((const struct block *)row)->pages;
}

static struct block *block_for(struct ml_hits *h, const struct ml_hits_key *key)
{
	struct block *block = ml_hits_table_get(&h->blocks, key);

	if (block || h->nidle < h->blocks.max / 4)
		return block;
	ml_hits_table_purge(&h->blocks, is_idle);
	h->nidle = 0;
	return ml_hits_table_get(&h->blocks, key);
}

static void mark(struct ml_hits *h, struct ml_hits_key key, uint64_t first, uint64_t last)
{
	for (uint64_t end; first <= last; first = end + 1) {
		struct block *block;

		end = block_end(first, last);
		key.nr = first / BLOCK;
		block = block_for(h, &key);
		if (block)
			block->pages |= bits_of(first, end);
		else
			h->unmarked += end - first + 1;
	}
}

/* Bits of the block at page `from` as bits of the 64 pages that begin with `first`. */
static uint64_t shifted(uint64_t bits, uint64_t from, uint64_t first)
{
	if (from >= first)
		return from - first < BLOCK ? bits << (from - first) : 0;
	return first - from < BLOCK ? bits >> (first - from) : 0;
}

/* Look up a range: how many of its pages were marked, which they are no more, and which
 * of the first 64. */
static uint64_t unmark_which(struct ml_hits *h, struct ml_hits_key key, uint64_t begin,
			     uint64_t last, uint64_t *ret_which)
{
	uint64_t n = 0, first = begin;

	for (uint64_t end; first <= last; first = end + 1) {
		struct block *block;
		uint64_t bits;

		end = block_end(first, last);
		key.nr = first / BLOCK;
		block = ml_hits_table_find(&h->blocks, &key);
		bits = block ? block->pages & bits_of(first, end) : 0;
		if (!bits)
			continue;
		n += (uint64_t)__builtin_popcountll(bits);
		*ret_which |= shifted(bits, first / BLOCK * BLOCK, begin);
		block->pages &= ~bits;
		h->nidle += !block->pages;
	}
	return n;
}

static uint64_t unmark(struct ml_hits *h, struct ml_hits_key key, uint64_t first,
		       uint64_t last)
{
	uint64_t which = 0;

	return unmark_which(h, key, first, last, &which);
}

/* ---- counting ---- */

static void add_sum(struct ml_hits_sum *sum, const struct ml_hits_sum *more)
{
	sum->lookups += more->lookups;
	sum->faults += more->faults;
	sum->misses += more->misses;
	sum->brought += more->brought;
	sum->written += more->written;
}

static void count(struct ml_hits *h, uint32_t pid, const struct ml_hits_key *file,
		  const struct ml_hits_sum *what)
{
	add_sum(&h->sum, what);
	add_sum(&file_of(h, file)->sum, what);
	add_sum(&process_of(h, pid)->sum, what);
}

/* Pages that a read has really got: those up to where it has come to, or to the known end
 * of the file, and what was brought in. */
static void count_read(struct ml_hits *h, const struct task *task)
{
	const struct ml_hits_file *file = file_of(h, &task->file);
	uint64_t asked = task->last - task->first + 1, sure = asked;
	uint64_t end = file->end > task->at ? file->end : task->at + 1;
	uint64_t misses = task->misses < asked ? task->misses : asked;

	if (end <= task->last)
		sure = end - task->first;
	sure = sure > misses ? sure : misses;
	if (!file->sized)
		h->unsure += asked - sure;
	count(h, task->pid, &task->file,
	      &(struct ml_hits_sum){ .lookups = sure, .misses = misses });
}

static void close_task(struct ml_hits *h, struct task *task)
{
	switch (task->pending) {
	case NOTHING:
		return;
	case A_READ:
		count_read(h, task);
		break;
	case AN_AROUND: /* one of the pages, whichever */
		task->around.which &= task->around.which - 1;
		__attribute__((fallthrough));
	case A_FAULT:
		count(h, task->pid, &task->file,
		      &(struct ml_hits_sum){
			      .lookups = 1, .faults = 1, .misses = task->misses });
		break;
	}
	task->pending = NOTHING;
}

/* Where there are more tasks than room, all pending is as if it had ended. */
static struct task *task_of(struct ml_hits *h, const struct ml_hits_event *event)
{
	const struct ml_hits_key key = { .nr = event->tid };
	struct task *task = ml_hits_table_get(&h->tasks, &key);

	if (!task) {
		for (uint32_t i = 0; i < h->tasks.n; i++)
			close_task(h, ml_hits_table_at(&h->tasks, i));
		ml_hits_table_clear(&h->tasks);
		task = ml_hits_table_get(&h->tasks, &key);
	}
	if (task)
		task->pid = event->pid;
	return task;
}

/* ---- events ---- */

static void begin(struct task *task, enum pending what, const struct ml_hits_event *event)
{
	task->pending = what;
	task->file = (struct ml_hits_key){ event->dev, event->ino, 0 };
	task->first = task->at = event->first;
	task->last = event->last;
	task->misses = 0;
	task->retried = false;
}

static bool is_pending(const struct task *task, enum pending what,
		       const struct ml_hits_event *event)
{
	return task->pending == what && task->file.dev == event->dev &&
	       task->file.ino == event->ino;
}

/* The file has at least this page. */
static struct ml_hits_file *meet(struct ml_hits *h, const struct ml_hits_event *event)
{
	const struct ml_hits_key key = { event->dev, event->ino, 0 };
	struct ml_hits_file *file = file_of(h, &key);

	if (!file->name)
		file->pid = event->pid;
	if (file != &h->other_files && file->end <= event->first)
		file->end = event->first + 1;
	return file;
}

static void take_read(struct ml_hits *h, struct task *task,
		      const struct ml_hits_event *event)
{
	meet(h, event);
	if (is_pending(task, A_READ, event) && task->last == event->last &&
	    task->at < event->first) { /* the next batch of the same read */
		task->at = event->first;
	} else {
		close_task(h, task);
		begin(task, A_READ, event);
	}
	task->misses += unmark(h, task->file, event->first, event->last);
}

/* Whether the page was around an earlier fault of the task, and was brought in. */
static bool take_from_around(struct task *task, const struct ml_hits_event *event)
{
	struct around *around = &task->around;
	uint64_t place = event->first - around->first;

	if (around->file.dev != event->dev || around->file.ino != event->ino ||
	    place >= BLOCK || !(around->which >> place & 1))
		return false;
	around->which &= ~(1ull << place);
	around->waits = true;
	return true;
}

static void take_fault(struct ml_hits *h, struct task *task,
		       const struct ml_hits_event *event)
{
	bool missed;

	meet(h, event)->mapped = true;
	if (is_pending(task, A_FAULT, event) && task->first == event->first)
		return; /* again, after it waited */
	if (is_pending(task, AN_AROUND, event) && task->first <= event->first &&
	    event->first <= task->last)
		task->pending = NOTHING; /* neighbours were ready, the page was not */
	close_task(h, task);
	begin(task, A_FAULT, event);
	task->last = event->first;
	missed = take_from_around(task, event);
	task->misses = missed + unmark(h, task->file, event->first, event->first) > 0;
}

/* What was brought in of the range, with what of an earlier one is on its way. */
static void look_around(struct ml_hits *h, struct task *task,
			const struct ml_hits_event *event)
{
	struct around *before = &task->around;
	struct around now = { .file = { event->dev, event->ino, 0 },
			      .first = event->first };

	unmark_which(h, now.file, event->first, event->last, &now.which);
	if (before->waits && before->file.dev == event->dev &&
	    before->file.ino == event->ino) {
		now.which |= shifted(before->which, before->first, event->first);
		now.waits = before->first == event->first;
	}
	*before = now;
}

static void take_around(struct ml_hits *h, struct task *task,
			const struct ml_hits_event *event)
{
	bool again = is_pending(task, A_FAULT, event) && task->misses && !task->retried &&
		     event->first <= task->first && task->first <= event->last;

	meet(h, event)->mapped = true;
	if (!again)
		close_task(h, task);
	look_around(h, task, event);
	if (again) { /* the page that it waited for is there */
		task->retried = true;
		task->around.waits = true;
		return;
	}
	begin(task, AN_AROUND, event);
	task->misses = task->around.which > 0;
}

static void take_add(struct ml_hits *h, struct task *task,
		     const struct ml_hits_event *event)
{
	const struct ml_hits_key key = { event->dev, event->ino, 0 };
	uint64_t n = event->last - event->first + 1;
	struct ml_hits_file *file = file_of(h, &key);

	if (!file->name)
		file->pid = event->pid;
	count(h, task->pid, &key, &(struct ml_hits_sum){ .brought = n });
	mark(h, key, event->first, event->last);
	if (is_pending(task, A_FAULT, event) && event->first <= task->first &&
	    task->first <= event->last) {
		unmark(h, key, task->first, task->first);
		task->misses = 1;
	}
	if (task->added[0].file.dev != key.dev || task->added[0].file.ino != key.ino)
		task->added[1] = task->added[0];
	task->added[0] = (struct added){ key, event->first, n };
}

static void turn_written(struct ml_hits *h, uint32_t pid, const struct ml_hits_key *file,
			 uint64_t n)
{
	struct ml_hits_sum *sums[] = { &h->sum, &file_of(h, file)->sum,
				       &process_of(h, pid)->sum };

	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		sums[i]->brought -= sums[i]->brought < n ? sums[i]->brought : n;
		sums[i]->written += n;
	}
}

/* A large folio is dirtied as one, and named by its first page. */
static void take_dirty(struct ml_hits *h, struct task *task,
		       const struct ml_hits_event *event)
{
	for (size_t i = 0; i < sizeof(task->added) / sizeof(task->added[0]); i++) {
		const struct added *added = &task->added[i];
		uint64_t last = event->first, n;

		if (!added->n || added->file.ino != event->ino)
			continue;
		if (event->first == added->first)
			last = added->first + added->n - 1;
		n = unmark(h, added->file, event->first, last);
		if (n)
			turn_written(h, task->pid, &added->file, n);
		return;
	}
}

void ml_hits_take(struct ml_hits *h, const struct ml_hits_event *event)
{
	struct ml_hits_event e = *event;
	struct task *task = task_of(h, event);

	if (!task || e.first > UINT64_MAX / 2)
		return;
	if (e.last < e.first)
		e.last = e.first;
	if (e.last - e.first >= RANGE_MAX)
		e.last = e.first + RANGE_MAX - 1;
	switch (e.kind) {
	case ML_HITS_READ:
		take_read(h, task, &e);
		break;
	case ML_HITS_FAULT:
		take_fault(h, task, &e);
		break;
	case ML_HITS_AROUND:
		take_around(h, task, &e);
		break;
	case ML_HITS_ADD:
		take_add(h, task, &e);
		break;
	case ML_HITS_DIRTY:
		take_dirty(h, task, &e);
		break;
	case ML_HITS_KINDS:
		break;
	}
}

void ml_hits_end(struct ml_hits *h)
{
	for (uint32_t i = 0; i < h->tasks.n; i++)
		close_task(h, ml_hits_table_at(&h->tasks, i));
	ml_hits_table_clear(&h->tasks);
	for (uint32_t i = 0; i < h->blocks.n; i++) {
		const struct block *block = ml_hits_table_at(&h->blocks, i);
		struct ml_hits_key key = block->key;
		uint64_t n = (uint64_t)__builtin_popcountll(block->pages);

		key.nr = 0;
		h->ahead += n;
		file_of(h, &key)->ahead += n;
	}
}

void ml_hits_size(struct ml_hits_file *file, uint64_t pages)
{
	file->sized = true;
	if (file->end < pages)
		file->end = pages;
}
