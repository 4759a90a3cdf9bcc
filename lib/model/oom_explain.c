/* SPDX-License-Identifier: MIT */
/* oom_explain: what a report tells as an event - what held the memory, and whether the
 * right process died. */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "model/oom_why.h"

/* ---- names ---- */

const char *ml_oom_kind_name(enum ml_oom_kind kind)
{
	static const char *const names[ML_OOM_KINDS] = {
		[ML_OOM_KILL] = "kill",
		[ML_OOM_ALLOC] = "page failure",
		[ML_OOM_STALL] = "stall",
		[ML_OOM_SLAB] = "slab failure",
		[ML_OOM_VMALLOC] = "vmalloc failure",
		[ML_OOM_SYSTEMD_OOMD] = "systemd-oomd",
		[ML_OOM_EARLYOOM] = "earlyoom",
		[ML_OOM_META_OOMD] = "oomd",
	};

	return names[kind];
}

const char *ml_oom_scope_name(enum ml_oom_scope scope)
{
	static const char *const names[ML_OOM_SCOPES] = {
		[ML_OOM_SCOPE_UNKNOWN] = NULL,
		[ML_OOM_SCOPE_HOST] = "host",
		[ML_OOM_SCOPE_CGROUP] = "cgroup",
		[ML_OOM_SCOPE_CPUSET] = "cpuset",
		[ML_OOM_SCOPE_POLICY] = "mempolicy",
	};

	return names[scope];
}

const char *ml_oom_cause_name(enum ml_oom_cause cause)
{
	static const char *const names[ML_OOM_CAUSES] = {
		[ML_OOM_CAUSE_UNKNOWN] = NULL,
		[ML_OOM_CAUSE_SHORTAGE] = "shortage",
		[ML_OOM_CAUSE_FRAGMENTATION] = "fragmentation",
		[ML_OOM_CAUSE_LOW_ZONE] = "low zone",
		[ML_OOM_CAUSE_CMA] = "cma",
		[ML_OOM_CAUSE_BOOST] = "boost",
		[ML_OOM_CAUSE_NODES] = "nodes",
		[ML_OOM_CAUSE_LIMIT] = "limit",
		[ML_OOM_CAUSE_SWAP_LIMIT] = "memory+swap limit",
		[ML_OOM_CAUSE_BY_HAND] = "by hand",
		[ML_OOM_CAUSE_PRESSURE] = "pressure",
		[ML_OOM_CAUSE_LOW] = "low memory",
		[ML_OOM_CAUSE_ATOMIC] = "atomic",
		[ML_OOM_CAUSE_TOO_LARGE] = "too large",
		[ML_OOM_CAUSE_PASSED] = "passed",
	};

	return names[cause];
}

const char *ml_oom_holder_name(enum ml_oom_holder holder)
{
	static const char *const names[ML_OOM_HOLDERS] = {
		[ML_OOM_HELD_UNKNOWN] = NULL,
		[ML_OOM_HELD_ANON] = "anonymous",
		[ML_OOM_HELD_SHMEM] = "shared memory",
		[ML_OOM_HELD_FILE] = "files",
		[ML_OOM_HELD_SLAB] = "slab",
		[ML_OOM_HELD_PAGETABLES] = "page tables",
		[ML_OOM_HELD_HUGETLB] = "hugetlb",
		[ML_OOM_HELD_KERNEL] = "kernel",
		[ML_OOM_HELD_UNACCOUNTED] = "unaccounted",
	};

	return names[holder];
}

const char *ml_oom_helped_name(enum ml_oom_helped helped)
{
	return helped == ML_OOM_HELPED_UNKNOWN ? NULL
	       : helped == ML_OOM_HELPED_YES   ? "yes"
					       : "no";
}

bool ml_oom_is_kill(const struct ml_oom_event *e)
{
	return e->kind == ML_OOM_KILL || e->kind >= ML_OOM_SYSTEMD_OOMD;
}

/* ---- copies ---- */

struct copy {
	struct ml_arena *a;
	bool failed;
};

/* p NULL where the report has nothing. */
static struct ml_str copy(struct copy *c, const char *s)
{
	char *text;

	if (!*s)
		return (struct ml_str){ 0 };
	text = ml_arena_strndup(c->a, s, strlen(s));
	c->failed |= !text;
	return ml_str_of(text);
}

/* ---- sizes ---- */

static uint64_t pages(const struct ml_oom_report *o, enum ml_oom_counter counter)
{
	return ml_mul(o->counter[counter], o->page_size == ML_NONE ? 4096 : o->page_size);
}

/* Shared memory is on the anonymous lists, or locked. */
static void sizes_of_host(const struct ml_oom_report *o, struct ml_oom_sizes *s)
{
	uint64_t anon = ml_add(
		ml_add(pages(o, ML_OOM_ACTIVE_ANON), pages(o, ML_OOM_INACTIVE_ANON)),
		ml_or0(pages(o, ML_OOM_ISOLATED_ANON)));
	uint64_t locked = ml_or0(pages(o, ML_OOM_UNEVICTABLE)), known;

	s->total = ml_sub_sat(o->ram, ml_or0(o->reserved));
	s->shmem = pages(o, ML_OOM_SHMEM);
	s->anon = ml_sub_sat(ml_add(anon, locked), ml_or0(s->shmem));
	s->file = ml_add(
		ml_add(pages(o, ML_OOM_ACTIVE_FILE), pages(o, ML_OOM_INACTIVE_FILE)),
		ml_or0(pages(o, ML_OOM_ISOLATED_FILE)));
	s->slab_reclaimable = pages(o, ML_OOM_SLAB_RECLAIMABLE);
	s->slab_unreclaimable = pages(o, ML_OOM_SLAB_UNRECLAIMABLE);
	s->pagetables = ml_add(pages(o, ML_OOM_PAGETABLES),
			       ml_or0(pages(o, ML_OOM_SEC_PAGETABLES)));
	s->stacks = o->stacks;
	s->hugetlb = o->hugetlb;
	s->free = ml_add(pages(o, ML_OOM_FREE), ml_or0(pages(o, ML_OOM_FREE_PCP)));
	known = ml_add(ml_add(ml_add(anon, locked), s->file), s->free);
	known = ml_add(known, ml_add(s->slab_reclaimable, s->slab_unreclaimable));
	known = ml_add(known, ml_add(s->pagetables, ml_or0(s->stacks)));
	known = ml_add(known, ml_or0(s->hugetlb));
	known = ml_add(known, ml_or0(pages(o, ML_OOM_BOUNCE)));
	s->unaccounted = ml_sub_sat(s->total, known);
}

/* Files of a group count its shared memory too. */
static void sizes_of_group(const struct ml_oom_report *o, struct ml_oom_sizes *s)
{
	s->total = o->memory.limit != ML_NONE ? o->memory.limit : o->memory.usage;
	s->anon = o->term[ML_OOM_TERM_ANON];
	s->shmem = o->term[ML_OOM_TERM_SHMEM];
	s->file = ml_sub_sat(o->term[ML_OOM_TERM_FILE], ml_or0(s->shmem));
	s->kernel = o->term[ML_OOM_TERM_KERNEL] != ML_NONE ? o->term[ML_OOM_TERM_KERNEL]
							   : o->kmem.usage;
	s->slab_unreclaimable = o->term[ML_OOM_TERM_SLAB];
	s->pagetables = o->term[ML_OOM_TERM_PAGETABLES];
}

static void clear_sizes(struct ml_oom_sizes *s)
{
	*s = (struct ml_oom_sizes){
		ML_NONE, ML_NONE, ML_NONE, ML_NONE, ML_NONE, ML_NONE, ML_NONE, ML_NONE,
		ML_NONE, ML_NONE, ML_NONE, ML_NONE, ML_NONE, ML_NONE, ML_NONE,
	};
}

/* ---- the holder ---- */

static void consider(struct ml_oom_event *e, enum ml_oom_holder holder, uint64_t bytes)
{
	if (bytes == ML_NONE || (e->held != ML_NONE && bytes <= e->held) || !bytes)
		return;
	e->holder = holder;
	e->held = bytes;
}

static void hold(struct ml_oom_event *e)
{
	const struct ml_oom_sizes *s = &e->sizes;
	bool group = e->scope == ML_OOM_SCOPE_CGROUP;
	uint64_t used = group ? e->usage : ml_sub_sat(s->total, ml_or0(s->free));

	e->held = ML_NONE;
	if (!group && s->free != ML_NONE && s->total != ML_NONE && s->free > s->total / 2)
		return; /* there is much, so that it does not matter who has the rest */
	consider(e, ML_OOM_HELD_ANON, s->anon);
	consider(e, ML_OOM_HELD_SHMEM, s->shmem);
	consider(e, ML_OOM_HELD_FILE, s->file);
	consider(e, ML_OOM_HELD_KERNEL, group ? s->kernel : s->stacks);
	if (!group) {
		consider(e, ML_OOM_HELD_SLAB,
			 ml_add(s->slab_reclaimable, s->slab_unreclaimable));
		consider(e, ML_OOM_HELD_PAGETABLES, s->pagetables);
		consider(e, ML_OOM_HELD_HUGETLB, s->hugetlb);
		consider(e, ML_OOM_HELD_UNACCOUNTED, s->unaccounted);
	}
	e->no_task = s->tasks != ML_NONE && used != ML_NONE && s->tasks < used / 2;
}

/* ---- processes ---- */

/* What an adjustment is thousandths of: RAM and swap, or the limit. */
static uint64_t total_of(const struct ml_oom_report *o, const struct ml_oom_event *e)
{
	if (e->scope == ML_OOM_SCOPE_CGROUP)
		return o->memory.limit;
	return ml_add(ml_sub_sat(o->ram, ml_or0(o->reserved)), ml_or0(o->swap_total));
}

static struct ml_oom_who nobody(void)
{
	return (struct ml_oom_who){
		.pid = ML_NONE,
		.rss = ML_NONE,
		.anon = ML_NONE,
		.file = ML_NONE,
		.shmem = ML_NONE,
		.swap = ML_NONE,
		.pagetables = ML_NONE,
		.bytes = ML_NONE,
		.score = ML_NONE,
		.adj = INT64_MIN,
	};
}

static struct ml_oom_who who_of(struct copy *c, const struct ml_oom_task *t,
				uint64_t total)
{
	struct ml_oom_who who = nobody();

	who.name = copy(c, t->name);
	who.pid = t->pid;
	who.rss = t->rss;
	who.anon = t->anon;
	who.file = t->file;
	who.shmem = t->shmem;
	who.swap = t->swap;
	who.pagetables = t->pagetables;
	who.bytes = ml_add(ml_add(t->rss, ml_or0(t->swap)), ml_or0(t->pagetables));
	who.adj = t->adj;
	who.score = ml_oom_badness(who.bytes, t->adj, total);
	return who;
}

/* By the line of the kill alone. */
static struct ml_oom_who who_of_kill(struct copy *c, const struct ml_oom_victim *v,
				     uint64_t total)
{
	struct ml_oom_who who = nobody();

	who.name = copy(c, v->name);
	who.pid = v->pid;
	who.anon = v->anon;
	who.file = v->file;
	who.shmem = v->shmem;
	who.pagetables = v->pagetables;
	who.adj = v->adj;
	who.rss = ml_add(ml_add(v->anon, ml_or0(v->file)), ml_or0(v->shmem));
	who.bytes = ml_add(who.rss, ml_or0(v->pagetables));
	who.score = ml_oom_badness(who.bytes, v->adj, total);
	return who;
}

static int by_bytes(const void *a, const void *b)
{
	const struct ml_oom_who *x = a, *y = b;
	uint64_t left = ml_or0(x->bytes), right = ml_or0(y->bytes);

	if (left != right)
		return left < right ? 1 : -1;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static int take_rows(const struct ml_oom_report *o, struct copy *c, uint64_t total,
		     struct ml_oom_event *ret)
{
	ret->rows = ML_ROWS(struct ml_oom_who);
	for (size_t i = 0; i < o->ntasks; i++) {
		struct ml_oom_who *who = ml_rows_add(&ret->rows, c->a);

		if (!who)
			return -ENOMEM;
		*who = who_of(c, &o->tasks[i], total);
	}
	if (ret->rows.n) {
		qsort(ret->rows.at, ret->rows.n, ret->rows.size, by_bytes);
		ret->hog = *(const struct ml_oom_who *)ml_rows_at(&ret->rows, 0);
	}
	return 0;
}

static void take_crowd(const struct ml_oom_report *o, struct copy *c,
		       struct ml_oom_event *ret)
{
	const struct ml_oom_comm *most = NULL;

	for (size_t i = 0; i < o->ncomms; i++)
		if (!most || o->comms[i].bytes > most->bytes)
			most = &o->comms[i];
	if (!most || o->other_comms > most->bytes)
		return;
	ret->crowd = copy(c, most->name);
	ret->crowd_tasks = most->tasks;
	ret->crowd_bytes = most->bytes;
}

static void take_victim(const struct ml_oom_report *o, struct copy *c, uint64_t total,
			struct ml_oom_event *ret)
{
	ret->killed = o->nkills + o->more_kills;
	if (!o->nkills)
		return;
	ret->victim = who_of_kill(c, &o->kills[0], total);
	if (o->has_victim_row) {
		struct ml_str name = ret->victim.name;

		ret->victim = who_of(c, &o->victim_row, total);
		ret->victim.name = name;
	}
	ret->innocent = ret->hog.bytes != ML_NONE && ret->hog.pid != ret->victim.pid &&
			ret->victim.bytes != ML_NONE &&
			ret->victim.bytes < ret->hog.bytes / 2;
}

/* ---- all of it ---- */

/* What a report of this kind and version has. */
static uint32_t expected(const struct ml_oom_report *o, enum ml_oom_scope scope)
{
	struct ml_str version = ml_str_of(o->kernel);
	uint64_t major = 0;

	if (o->kind >= ML_OOM_SYSTEMD_OOMD)
		return 0;
	if (o->kind == ML_OOM_SLAB || o->kind == ML_OOM_VMALLOC)
		return ML_OOM_OPENING;
	if (o->kind != ML_OOM_KILL)
		return ML_OOM_OPENING | ML_OOM_MEM_INFO | ML_OOM_ZONE;
	ml_take_u64(&version, &major);
	return ML_OOM_OPENING | ML_OOM_CPU | ML_OOM_TABLE |
	       (o->parts & (ML_OOM_NO_VICTIM | ML_OOM_PANIC) ? 0 : ML_OOM_VICTIM) |
	       (major >= 5 && !(o->parts & (ML_OOM_NO_VICTIM | ML_OOM_PANIC))
			? ML_OOM_VERDICT
			: 0) |
	       (scope == ML_OOM_SCOPE_CGROUP ? ML_OOM_GROUP
					     : ML_OOM_MEM_INFO | ML_OOM_ZONE);
}

static void take_group(const struct ml_oom_report *o, struct copy *c,
		       struct ml_oom_event *ret)
{
	ret->group = copy(c, o->limit_group);
	ret->task_group = copy(c, o->task_group);
	ret->limit = o->memory.limit;
	ret->usage = o->memory.usage;
	ret->failcnt = o->memory.failcnt;
	ret->swap_limit = o->swap.limit;
	ret->swap_usage = o->swap.usage;
	ret->memsw_limit = o->memsw.limit;
	ret->memsw_usage = o->memsw.usage;
}

static void take_asker(const struct ml_oom_report *o, struct copy *c,
		       struct ml_oom_event *ret)
{
	ret->asker = copy(c, o->asker);
	ret->asker_pid = o->asker_pid;
	ret->gfp = copy(c, o->gfp);
	ret->via = copy(c, o->via);
	ret->order = o->order;
	ret->stalled_ms = o->stalled_ms;
	ret->cache = copy(c, o->cache);
	ret->kernel = copy(c, o->kernel);
	ret->nodes = copy(c, o->nodes);
	ret->cpuset = copy(c, o->cpuset);
	ret->words = copy(c, o->why);
}

static uint64_t ms_of(uint64_t us)
{
	return us == ML_NONE ? ML_NONE : us / 1000;
}

int ml_oom_explain(const struct ml_oom_report *o, struct ml_arena *a,
		   struct ml_oom_event *ret)
{
	struct copy c = { .a = a };
	uint64_t total;
	int rc;

	*ret = (struct ml_oom_event){
		.number = o->seq,
		.kind = o->kind,
		.from = o->from,
		.boot_ms = ms_of(o->boot_us),
		.wall_ms = o->wall_ms,
		.local = o->local,
		.age_ms = ML_NONE,
		.next_ms = ML_NONE,
		.tasks = o->nrows,
		.parts = o->parts,
		.victim = nobody(),
		.hog = nobody(),
		.slab_bytes = o->slab_bytes,
		.crowd_bytes = ML_NONE,
		.group_kill = o->parts & ML_OOM_GROUP_KILL,
		.asker_killed = o->parts & ML_OOM_ASKER_KILLED,
		.no_victim = o->parts & ML_OOM_NO_VICTIM,
		.panic = o->parts & ML_OOM_PANIC,
	};
	take_asker(o, &c, ret);
	take_group(o, &c, ret);
	ret->slab_name = copy(&c, o->slab_name);
	ml_oom_why(o, a, ret);
	clear_sizes(&ret->sizes);
	ret->sizes.swap_total = o->swap_total;
	ret->sizes.swap_free = o->swap_free;
	ret->sizes.tasks = o->nrows ? o->sum.rss : ML_NONE;
	if (ret->scope == ML_OOM_SCOPE_CGROUP)
		sizes_of_group(o, &ret->sizes);
	else
		sizes_of_host(o, &ret->sizes);
	hold(ret);
	total = total_of(o, ret);
	rc = take_rows(o, &c, total, ret);
	take_crowd(o, &c, ret);
	take_victim(o, &c, total, ret);
	if (o->parts & ML_OOM_NOT_REAPED)
		ret->helped = ML_OOM_HELPED_NO;
	else if (o->parts & ML_OOM_REAPED)
		ret->helped = ML_OOM_HELPED_YES;
	ret->missing = expected(o, ret->scope) & ~o->parts;
	ret->complete = !ret->missing;
	return rc ? rc : c.failed ? -ENOMEM : 0;
}
