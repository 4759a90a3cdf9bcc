/* SPDX-License-Identifier: MIT */
/* proc_kept: processes that were read before, read again as far as they moved. */
#include "model/proc_kept.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "source/hold.h"
#include "source/walk.h"

/* A name can change without anything else. It is read again after so many seconds, to
 * twice as many, so that not all are due at once. */
#define LABELS_NS 10000000000ull
#define LABELS_FRESH_NS 5000000000ull
#define LABELS_OTHERS_NS 30000000000ull
#define PHASES 64

/* Sizes that have stood still so long need not be read each second. */
#define RESTS_AFTER_NS 10000000000ull
#define RESTS_NS 1500000000ull

/* Numbers of other files have nothing that would tell that they stand still. */
#define NUMBERS \
	(ML_READ_OOM | ML_READ_IO | ML_READ_LIMITS | ML_READ_DELAYS | ML_READ_KSM)

/* What was read of a process, in one block. */
struct kept {
	struct ml_proc proc;       /* its strings lie in `text` */
	uint64_t vss, rss, shared; /* by the file that is read each time */
	uint32_t reads;
	uint64_t labels_at, rollup_at; /* monotonic ns; 0: never */
	bool refused;                             /* its rollup is not for us */
	uint64_t sizes_at, moved_at;   /* when they were read, and had moved */
	size_t ntext;
	char text[];
};

struct again {
	struct ml_proc_scan *scan;
	struct ml_proc_reader *reader;
	uint64_t now;
	uint32_t cheap;   /* ML_READ_* without the rollup */
	bool ages;        /* the query names who is fresh */
	uint64_t *fresh;  /* ascending */
	size_t nfresh;
};

bool ml_proc_scan_may_keep(const struct ml_proc_scan *s)
{
	return s->root->hold && s->want->lean &&
	       (s->want->fresh || !(s->reads & ML_READ_ROLLUP));
}

/* ---- strings ---- */

/* All but `how`, which is a constant. */
static const size_t strings[] = {
	offsetof(struct ml_proc, user),	   offsetof(struct ml_proc, comm),
	offsetof(struct ml_proc, cmdline), offsetof(struct ml_proc, exe),
	offsetof(struct ml_proc, state),   offsetof(struct ml_proc, cgroup),
	offsetof(struct ml_proc, unit),
};

static struct ml_str *string_of(struct ml_proc *proc, size_t i)
{
	return (struct ml_str *)(void *)((char *)proc + strings[i]);
}

static size_t text_of(struct ml_proc *proc)
{
	size_t n = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(strings); i++)
		n += string_of(proc, i)->n;
	return n;
}

/* Copies the strings of `proc` to `to` and lets it have them there. */
static void move_strings(struct ml_proc *proc, char *to)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(strings); i++) {
		struct ml_str *s = string_of(proc, i);

		if (!s->p)
			continue;
		memcpy(to, s->p, s->n);
		s->p = to;
		to += s->n;
	}
}

/* ---- the last reading ---- */

/* NULL: it was not listed, or has ended since, and another may have its number. */
static struct ml_held *held_of(const struct again *a, uint64_t pid)
{
	struct ml_held *held = ml_hold_find(a->scan->root->hold, pid);

	return held && held->inode ? held : NULL;
}

static struct kept *kept_of(const struct again *a, uint64_t pid)
{
	const struct ml_held *held = held_of(a, pid);

	return held ? held->notes : NULL;
}

/* What was kept stays as it is when there is no memory for more. */
static struct kept *keep(struct ml_held *held, const struct ml_proc *proc)
{
	struct kept *before = held->notes, *kept;
	struct ml_proc copy = *proc;
	size_t n = text_of(&copy);

	kept = before && before->ntext == n ? before : calloc(1, sizeof(*kept) + n);
	if (!kept)
		return NULL;
	if (before && kept != before)
		memcpy(kept, before, sizeof(*kept));
	kept->proc = copy;
	kept->proc.delays = NULL; /* they lie in the arena of a snapshot */
	kept->ntext = n;
	move_strings(&kept->proc, kept->text);
	if (kept != before)
		free(before);
	held->notes = kept;
	return kept;
}

static int recall(struct again *a, const struct kept *kept, struct ml_proc *ret)
{
	char *text = ml_arena_calloc(&a->reader->arena, 1, kept->ntext + 1);

	if (!text)
		return -ENOMEM;
	*ret = kept->proc;
	move_strings(ret, text);
	return 0;
}

/* What the rollup tells. */
static const size_t rollup_numbers[] = {
	offsetof(struct ml_proc, pss),	      offsetof(struct ml_proc, uss),
	offsetof(struct ml_proc, swap_pss),   offsetof(struct ml_proc, pss_anon),
	offsetof(struct ml_proc, pss_file),   offsetof(struct ml_proc, pss_shmem),
	offsetof(struct ml_proc, pss_dirty),  offsetof(struct ml_proc, referenced),
	offsetof(struct ml_proc, ksm),	      offsetof(struct ml_proc, thp),
	offsetof(struct ml_proc, thp_shmem),  offsetof(struct ml_proc, thp_file),
};

static uint64_t *rollup_number(struct ml_proc *proc, size_t i)
{
	return (uint64_t *)(void *)((char *)proc + rollup_numbers[i]);
}

static void recall_rollup(const struct again *a, struct kept *kept, struct ml_proc *ret)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(rollup_numbers); i++)
		*rollup_number(ret, i) = *rollup_number(&kept->proc, i);
	ret->pss_age = ret->pss == ML_NONE ? (double)NAN
					   : (double)(a->now - kept->rollup_at) / 1e9;
}

static void forget_rollup(struct ml_proc *ret)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(rollup_numbers); i++)
		*rollup_number(ret, i) = ML_NONE;
	ret->pss_age = NAN;
}

/* ---- what is due ---- */

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool is_fresh(const struct again *a, uint64_t pid)
{
	return a->nfresh && bsearch(&pid, a->fresh, a->nfresh, sizeof(pid), by_number);
}

static bool labels_are_due(const struct again *a, const struct kept *kept, uint64_t pid)
{
	uint64_t period = !a->ages	  ? LABELS_NS
			  : is_fresh(a, pid) ? LABELS_FRESH_NS
					     : LABELS_OTHERS_NS;
	uint64_t phase = pid % PHASES * (period / PHASES);

	return a->cheap != kept->reads || a->cheap & NUMBERS ||
	       a->now - kept->labels_at >= period + phase;
}

/* Where RSS stands still, swap mostly does: what else can move it is seen with the
 * names. */
static bool status_is_due(const struct again *a, const struct kept *kept, bool moved)
{
	return moved || !a->ages || is_fresh(a, kept->proc.pid);
}

/* ---- reading ---- */

/* What is read of each process each time: stat where its columns are wanted, else statm,
 * which takes the kernel less than half as long. */
static int read_sizes(struct again *a, struct ml_proc *ret, uint64_t *ret_shared)
{
	struct ml_task_statm statm;
	int rc;

	ret->vss = ret->rss = ML_NONE;
	*ret_shared = ML_NONE;
	if (a->scan->want->reads & ML_READ_STAT)
		return ml_proc_read_files(a->reader, ML_READ_STAT, ret);
	rc = ml_proc_statm(a->reader, ret->pid, &statm);
	if (rc || !statm.size) /* a kernel thread or a zombie */
		return rc;
	ret->vss = ml_mul(statm.size, a->scan->page_size);
	ret->rss = ml_mul(statm.resident, a->scan->page_size);
	ret->how = ML_STR("statm");
	*ret_shared = statm.shared;
	return 0;
}

static void note_sizes(struct kept *kept, uint64_t vss, uint64_t rss, uint64_t shared,
		       uint64_t now)
{
	if (!kept->moved_at || kept->vss != vss || kept->rss != rss ||
	    kept->shared != shared)
		kept->moved_at = now;
	kept->sizes_at = now;
	kept->vss = vss;
	kept->rss = rss;
	kept->shared = shared;
}

/* A new program has nothing of the memory that the rollup told of. */
static bool is_same_program(const struct kept *kept, const struct ml_proc *proc)
{
	return kept->proc.start == proc->start &&
	       ml_str_eq(kept->proc.comm, proc->comm) && proc->vss != ML_NONE;
}

/* RSS by the file that is read each time, so that samples can be compared. */
static int read_anew(struct again *a, struct ml_held *held, struct ml_proc *ret)
{
	struct kept *kept = held->notes;
	struct ml_proc sizes;
	uint64_t shared;
	int rc;

	ml_proc_init(&sizes, ret->pid);
	rc = read_sizes(a, &sizes, &shared);
	if (!rc)
		rc = ml_proc_read_files(a->reader, a->cheap, ret);
	if (rc)
		return rc;
	if (!(a->cheap & ML_READ_STATUS) && sizes.rss != ML_NONE) {
		ret->rss = sizes.rss;
		ret->how = sizes.how;
	}
	if (kept && is_same_program(kept, ret))
		recall_rollup(a, kept, ret);
	else if (kept)
		kept->rollup_at = 0;
	kept = keep(held, ret);
	if (!kept)
		return -ENOMEM;
	note_sizes(kept, sizes.vss, sizes.rss, shared, a->now);
	kept->reads = a->cheap;
	kept->labels_at = a->now;
	return 0;
}

/* Of what stands still nothing more is read. */
static int read_status(struct again *a, struct ml_held *held, bool moved,
		       struct ml_proc *ret)
{
	struct kept *kept = held->notes;
	int rc;

	if (!status_is_due(a, kept, moved)) {
		ret->rss = kept->proc.rss;
		ret->how = kept->proc.how;
		return 0;
	}
	rc = ml_proc_read_files(a->reader, ML_READ_STATUS, ret);
	if (rc)
		return rc;
	return keep(held, ret) ? 0 : -ENOMEM;
}

/* A kernel thread has no memory; that it was listed is all there is to know. */
static bool stands_still(const struct again *a, const struct kept *kept)
{
	return kept->proc.kernel && !(a->scan->want->reads & ML_READ_STAT);
}

/* What has stood still for a while is read every other second, half of the processes in
 * turn: who names processes that are in sight repeats himself so soon that nobody sees a
 * difference. */
static bool rests(const struct again *a, const struct kept *kept, uint64_t pid)
{
	return a->ages && !(a->scan->want->reads & ML_READ_STAT) && kept->sizes_at &&
	       a->now - kept->moved_at > RESTS_AFTER_NS &&
	       a->now - kept->sizes_at < RESTS_NS && (pid + a->now / 1000000000) % 2 == 0;
}

static int recall_sizes(struct again *a, struct kept *kept, struct ml_proc *ret)
{
	ret->vss = kept->vss;
	ret->rss = a->cheap & ML_READ_STATUS ? kept->proc.rss : kept->rss;
	recall_rollup(a, kept, ret);
	return 0;
}

/* Files are opened without a change of sizes; one that rests has those of the last
 * time. */
static void read_fds(const struct again *a, struct kept *kept, struct ml_proc *ret)
{
	if (!(a->cheap & ML_READ_FDS))
		return;
	if (ml_count_fds(a->scan->root, ret->pid, &ret->fds))
		ret->fds = ML_NONE;
	kept->proc.fds = ret->fds;
}

static int read_again(struct again *a, struct ml_held *held, struct ml_proc *ret)
{
	struct kept *kept = held->notes;
	uint64_t shared;
	bool moved;
	int rc;

	if (!kept || labels_are_due(a, kept, ret->pid))
		return read_anew(a, held, ret);
	rc = recall(a, kept, ret);
	if (!rc && stands_still(a, kept))
		return 0;
	if (!rc && rests(a, kept, ret->pid))
		return recall_sizes(a, kept, ret);
	if (!rc)
		rc = read_sizes(a, ret, &shared);
	if (rc)
		return rc;
	if (ret->vss != kept->vss) {
		ml_proc_init(ret, ret->pid);
		return read_anew(a, held, ret);
	}
	recall_rollup(a, kept, ret);
	moved = ret->rss != kept->rss || shared != kept->shared;
	note_sizes(kept, ret->vss, ret->rss, shared, a->now);
	read_fds(a, kept, ret);
	return a->cheap & ML_READ_STATUS ? read_status(a, held, moved, ret) : 0;
}

/* One that was not listed has nothing that was kept. */
static int read_one(struct again *a, struct ml_proc *ret)
{
	struct ml_held *held = held_of(a, ret->pid);
	int rc = held ? read_again(a, held, ret)
		      : ml_proc_read_files(a->reader, a->scan->reads, ret);

	if (held && !(a->scan->reads & ML_READ_ROLLUP))
		forget_rollup(ret);
	return ml_proc_settle(ret, rc);
}

/* ---- rollups ---- */

static bool has_rollup(const struct ml_proc *proc)
{
	return !ml_proc_is_gone(proc) && !proc->kernel && !ml_str_is(proc->state, "Z");
}

/* Fresh ones first, then those never read by their size, then by age. */
#define FRESH ML_NONE
#define NEVER (1ull << 63)

static uint64_t urgency(const struct again *a, const struct ml_proc *proc)
{
	const struct kept *kept = kept_of(a, proc->pid);

	if (!kept || !has_rollup(proc))
		return 0;
	if (is_fresh(a, proc->pid))
		return FRESH;
	if (!kept->rollup_at)
		return NEVER + ml_or0(proc->rss);
	return a->now - kept->rollup_at;
}

/* The directory has the inode that was listed, so what it has is of this process. */
static int read_rollup(struct again *a, struct ml_proc *proc)
{
	const struct ml_held *held = held_of(a, proc->pid);
	struct kept *kept = held->notes;
	struct ml_str how = proc->how;
	uint64_t rss = proc->rss, denied = a->reader->denied[ML_PROC_FILE_ROLLUP];
	int rc;

	forget_rollup(proc);
	rc = ml_proc_read_more(a->reader, ML_READ_ROLLUP, held->inode, proc);
	if (rc)
		return ml_proc_settle(proc, rc);
	proc->rss = rss;
	proc->how = how;
	kept->rollup_at = a->now;
	kept->refused = a->reader->denied[ML_PROC_FILE_ROLLUP] > denied;
	for (size_t i = 0; i < ML_ARRAY_SIZE(rollup_numbers); i++)
		*rollup_number(&kept->proc, i) = *rollup_number(proc, i);
	return 0;
}

/* One that was left out: a refusal holds until it is tried again. */
static void leave_out(struct again *a, const struct ml_proc *proc)
{
	const struct kept *kept = kept_of(a, proc->pid);

	if (kept && kept->refused)
		a->reader->denied[ML_PROC_FILE_ROLLUP]++;
	else if (has_rollup(proc) && proc->pss == ML_NONE)
		atomic_fetch_add(&a->scan->late, 1);
}

/* The budget is that of rollups: the other files are read in any case, and may take more
 * than it is. */
static void start_budget(const struct again *a)
{
	if (a->scan->deadline != ML_NONE)
		a->scan->deadline += ml_clock_monotonic_ns() - a->now;
}

static int read_rollups(struct again *a)
{
	struct ml_proc_scan *s = a->scan;
	_cleanup_free_ uint64_t *urgencies = calloc(s->rows->n + 1, sizeof(*urgencies));
	int rc;

	if (!urgencies)
		return -ENOMEM;
	for (size_t i = 0; i < s->rows->n; i++)
		urgencies[i] = urgency(a, ml_proc_scan_row(s, i));
	rc = ml_proc_scan_order_by(s, urgencies);
	start_budget(a);
	for (size_t i = 0; i < s->nordered && !rc; i++) {
		struct ml_proc *proc = ml_proc_scan_row(s, s->order[i]);
		uint64_t urgent = urgencies[s->order[i]];

		if (urgent == FRESH || (urgent && !ml_proc_scan_is_late(s)))
			rc = read_rollup(a, proc);
		else
			leave_out(a, proc);
	}
	return rc;
}

/* ---- all ---- */

static int copy_fresh(struct again *a, const struct ml_want *want)
{
	a->nfresh = want->fresh ? want->nfresh : 0;
	a->fresh = calloc(a->nfresh + 1, sizeof(*a->fresh));
	if (!a->fresh)
		return -ENOMEM;
	if (a->nfresh) {
		memcpy(a->fresh, want->fresh, a->nfresh * sizeof(*a->fresh));
		qsort(a->fresh, a->nfresh, sizeof(*a->fresh), by_number);
	}
	return 0;
}

int ml_proc_scan_kept(struct ml_proc_scan *s, struct ml_proc_reader *r)
{
	struct again a = {
		.scan = s,
		.reader = r,
		.now = ml_clock_monotonic_ns(),
		.cheap = s->reads & ~(uint32_t)ML_READ_ROLLUP,
		.ages = s->want->fresh != NULL,
	};
	int rc = copy_fresh(&a, s->want);

	for (size_t i = 0; i < s->rows->n && !rc; i++)
		rc = read_one(&a, ml_proc_scan_row(s, i));
	if (!rc && s->reads & ML_READ_ROLLUP)
		rc = read_rollups(&a);
	free(a.fresh);
	return rc;
}
