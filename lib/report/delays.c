/* SPDX-License-Identifier: MIT */
/* delays: the table of ps that tells how long processes waited for memory. */
#include "report/delays.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "model/proc.h"

struct delay_row {
	uint64_t pid;
	struct ml_str user, comm;
	struct ml_delays d;
	double memory; /* seconds of all that memory is to blame for */
};

#define DELAY(member, key_, head_, what, flags_) \
	ML_SECONDS(struct delay_row, d.member.seconds, key_ "_delay", head_, \
		   "time that it waited " what, \
		   .source = #member "_delay_total (taskstats)", \
		   .reads = ML_READ_DELAYS, .flags = (flags_)), \
	ML_COL(struct delay_row, d.member.count, ML_UNIT_COUNT, ML_SEM_COUNTER, \
	       key_ "_count", head_ "#", "how often it waited " what, \
	       .source = #member "_count (taskstats)", .reads = ML_READ_DELAYS, \
	       .flags = ML_COL_HIDDEN)

static const struct ml_col delay_cols[] = {
	ML_LABEL(struct delay_row, pid, "pid", "PID", "process id", .source = "/proc/PID"),
	ML_LABEL(struct delay_row, user, "user", "USER", "effective user",
		 .source = "Uid (status)", .reads = ML_READ_STATUS, .flags = ML_COL_HIDDEN),
	ML_SECONDS(struct delay_row, memory, "memory_delay", "MEMORY",
		   "time that it waited for memory: the sum of the next four",
		   .reads = ML_READ_DELAYS),
	DELAY(swapin, "swapin", "SWAPIN", "for pages out of swap", 0),
	DELAY(freepages, "reclaim", "RECLAIM", "while it freed pages itself: direct reclaim", 0),
	DELAY(thrashing, "thrashing", "THRASHING", "for pages that were dropped not long ago", 0),
	DELAY(compact, "compact", "COMPACT", "while it moved pages for a large block itself", 0),
	DELAY(wpcopy, "wpcopy", "COPY", "while pages were copied on write", 0),
	DELAY(blkio, "blkio", "BLKIO", "for disks, on its own reads and writes", 0),
	DELAY(cpu, "cpu", "CPU", "for a processor, able to run", ML_COL_HIDDEN),
	DELAY(irq, "irq", "IRQ", "while interrupts ran", ML_COL_HIDDEN),
	ML_LABEL(struct delay_row, comm, "comm", "NAME", "name of the program"),
};

const struct ml_table ml_delays_table = {
	.id = "delays",
	.help = "how long processes have waited for memory, since they started",
	.source = "taskstats (generic netlink)",
	ML_TABLE_COLS(delay_cols),
	.row_size = sizeof(struct delay_row),
};

/* What this kernel does not count is nothing in the sum, unless it counts none. */
static double memory_delay(const struct ml_delays *d)
{
	const double terms[] = { d->swapin.seconds, d->freepages.seconds,
				 d->thrashing.seconds, d->compact.seconds };
	double sum = NAN;

	for (size_t i = 0; i < ML_ARRAY_SIZE(terms); i++)
		if (!isnan(terms[i]))
			sum = (isnan(sum) ? 0 : sum) + terms[i];
	return sum;
}

static void forget(struct ml_delays *d)
{
	const struct ml_delay unknown = { ML_NONE, NAN };

	d->blkio = d->swapin = d->freepages = d->thrashing = unknown;
	d->compact = d->wpcopy = d->irq = unknown;
}

/* Whether the zeros of a process mean that it never waited. */
static bool is_counted(const struct ml_proc_head *head, const struct ml_proc *proc)
{
	return proc->delays->counted || head->delays_on == ML_NONE;
}

static int add_row(const struct ml_proc_head *head, const struct ml_proc *proc,
		   struct ml_arena *a, struct ml_rows *ret)
{
	struct delay_row *row = ml_rows_add(ret, a);

	if (!row)
		return -ENOMEM;
	row->pid = proc->pid;
	row->user = proc->user;
	row->comm = proc->comm;
	if (proc->delays)
		row->d = *proc->delays;
	else
		row->d.cpu = (struct ml_delay){ ML_NONE, NAN };
	if (!proc->delays || !is_counted(head, proc))
		forget(&row->d);
	row->memory = memory_delay(&row->d);
	return 0;
}

/* Longest first; unknown last. */
static int by_memory(const void *a, const void *b)
{
	const struct delay_row *x = a, *y = b;
	double dx = isnan(x->memory) ? -1 : x->memory;
	double dy = isnan(y->memory) ? -1 : y->memory;

	if (dx < dy || dx > dy)
		return dx < dy ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int note_uncounted(struct ml_build *b, const struct ml_proc_head *head,
			  size_t told, size_t uncounted)
{
	if (!told)
		return ml_note(b, "no delays are told here: a copied machine, a kernel "
				  "without CONFIG_TASKSTATS, or no right to ask");
	if (head->delays_on == 0)
		return ml_note(b, "the kernel does not count delays: sysctl "
				  "kernel.task_delayacct=1, as root, makes it count them "
				  "for what is started from then on");
	if (uncounted)
		return ml_note(b,
			       "%zu processes were started while delays were not "
			       "counted: theirs are unknown",
			       uncounted);
	return 0;
}

int ml_build_delays(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *parsed = ml_snap_parsed(b->cur, ML_FEED_PROCESSES);
	const struct ml_proc_head *head = parsed ? parsed->head : NULL;
	const struct ml_proc *proc;
	size_t told = 0, uncounted = 0;

	if (!head)
		return 0;
	ml_for_each_row(proc, &parsed->rows) {
		if (proc->kernel && !b->query->npids)
			continue;
		told += proc->delays != NULL;
		uncounted += proc->delays && !is_counted(head, proc);
		if (add_row(head, proc, b->arena, ret))
			return -ENOMEM;
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_memory);
	return note_uncounted(b, head, told, uncounted);
}
