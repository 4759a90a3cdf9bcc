/* SPDX-License-Identifier: MIT */
/* oom_kill: who was killed, and what came of it. */
#include "base/cleanup.h"
#include "parse/oom_lines.h"
#include "parse/parse.h"

/* ---- the verdict (5.0) ---- */

static const struct {
	const char *name;
	enum ml_oom_constraint constraint;
} constraints[] = {
	{ "CONSTRAINT_NONE",          ML_OOM_NONE },
	{ "CONSTRAINT_CPUSET",        ML_OOM_CPUSET },
	{ "CONSTRAINT_MEMORY_POLICY", ML_OOM_POLICY },
	{ "CONSTRAINT_MEMCG",         ML_OOM_MEMCG },
};

/* What stands between two keys; names may hold commas, so the key behind ends it. The
 * last place of the key behind counts where a name could have made it up. */
static bool between(struct ml_str s, const char *key, const char *behind,
		    struct ml_str *ret)
{
	struct ml_str head, best = { 0 };
	bool found = false;

	if (!ml_oom_cut(&s, key, &head))
		return false;
	for (struct ml_str rest = s; ml_oom_cut(&rest, behind, &head); found = true)
		best = (struct ml_str){ s.p, (size_t)(head.p + head.n - s.p) };
	*ret = best;
	return found;
}

/* ",task=C,pid=N,uid=N" ends it */
static void take_task(struct ml_oom_report *o, struct ml_str s)
{
	struct ml_str word;
	const char *comma;

	comma = s.n ? memrchr(s.p, ',', s.n) : NULL;
	if (!comma)
		return;
	word = (struct ml_str){ comma + 1, (size_t)(s.p + s.n - comma - 1) };
	s.n = (size_t)(comma - s.p);
	o->uid = ml_oom_number(word, "uid=");
	comma = s.n ? memrchr(s.p, ',', s.n) : NULL;
	if (!comma)
		return;
	word = (struct ml_str){ comma + 1, (size_t)(s.p + s.n - comma - 1) };
	o->chosen = ml_oom_number(word, "pid=");
}

static enum ml_oom_constraint constraint_of(struct ml_str s)
{
	struct ml_str word;

	if (ml_oom_cut(&s, "constraint=", &word) && ml_split(&s, ',', &word))
		for (size_t i = 0; i < ML_ARRAY_SIZE(constraints); i++)
			if (ml_str_is(word, constraints[i].name))
				return constraints[i].constraint;
	return ML_OOM_UNTOLD;
}

/* "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,
 * oom_memcg=/a,task_memcg=/a/b,task=init,pid=79,uid=0" */
bool ml_oom_verdict(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, word;
	enum ml_oom_constraint constraint;
	struct ml_oom_report *o;
	bool global;

	if (!ml_str_starts(s, "oom-kill:constraint="))
		return false;
	constraint = constraint_of(s);
	if (constraint == ML_OOM_UNTOLD)
		return true;
	o = ml_oom_for(r, l, ML_OOM_VERDICT);
	o->parts |= ML_OOM_VERDICT;
	o->constraint = constraint;
	global = constraint != ML_OOM_MEMCG;
	if (between(s, "nodemask=", ",cpuset=", &word) && !ml_str_is(word, "(null)"))
		ML_OOM_COPY(o->nodes, word);
	else if (between(s,
			 "mems_allowed=", global ? ",global_oom" : ",oom_memcg=", &word))
		ML_OOM_COPY(o->nodes, word);
	if (between(s, ",cpuset=", ",mems_allowed=", &word))
		ML_OOM_COPY(o->cpuset, word);
	/* the line before the numbers of the group has its path alone */
	if (!global && !o->limit_group[0] &&
	    between(s, ",oom_memcg=", ",task_memcg=", &word))
		ML_OOM_COPY(o->limit_group, word);
	if (between(s, ",task_memcg=", ",task=", &word))
		ML_OOM_COPY(o->task_group, word);
	take_task(o, s);
	return true;
}

/* ---- the kill ---- */

/* Table rows were taken as pages of 4 KiB where no free list told: the victim's size,
 * told in both units, tells now. */
static void rescale(struct ml_oom_report *o, const struct ml_oom_task *row,
		    uint64_t total_vm)
{
	uint64_t factor;

	if (o->page_size != ML_NONE || !row->total_vm || row->total_vm == ML_NONE ||
	    total_vm == ML_NONE)
		return;
	factor = total_vm / row->total_vm;
	o->page_size = 4096;
	if (factor < 4 || factor > 64 || factor & (factor - 1))
		return;
	o->page_size *= factor;
	for (size_t i = 0; i <= o->ntasks; i++) {
		struct ml_oom_task *t = i < o->ntasks ? &o->tasks[i] : &o->sum;
		uint64_t *sizes[] = { &t->total_vm, &t->rss,   &t->anon,
				      &t->file,     &t->shmem, &t->swap };

		for (size_t j = 0; j < ML_ARRAY_SIZE(sizes); j++)
			*sizes[j] = ml_mul(*sizes[j], factor);
	}
	for (size_t i = 0; i < o->ncomms; i++)
		o->comms[i].bytes = ml_mul(o->comms[i].bytes, factor);
}

static void find_row(struct ml_oom_report *o, const struct ml_oom_victim *v)
{
	for (size_t i = 0; i < o->ntasks; i++) {
		struct ml_oom_task *t = &o->tasks[i];

		if (t->pid != v->pid)
			continue;
		rescale(o, t, v->total_vm);
		o->victim_row = *t;
		o->has_victim_row = true;
	}
}

static void add_victim(struct ml_oom_report *o, const struct ml_oom_victim *v)
{
	for (size_t i = 0; i < o->nkills; i++)
		if (o->kills[i].pid == v->pid)
			return;
	if (o->nkills == ML_OOM_KILLS) {
		o->more_kills++;
		return;
	}
	if (!o->nkills)
		find_row(o, v);
	o->kills[o->nkills++] = *v;
	o->parts |= ML_OOM_VICTIM;
}

/* "N (C) total-vm:..." or "N, UID U, (C) total-vm:..." (RHEL 6), "vsz:" before 2.6.36.
 * The name may hold ")" and all else; what the kernel writes behind it comes last. */
static bool take_victim(struct ml_str s, struct ml_oom_victim *ret)
{
	static const char *const ends[] = { ") total-vm:", ") vsz:" };
	struct ml_str head, name = { 0 }, rest = { 0 };

	*ret = (struct ml_oom_victim){ .uid = ML_NONE, .adj = INT64_MIN };
	if (!ml_take_u64(&s, &ret->pid) || ret->pid > INT32_MAX)
		return false;
	if (ml_str_starts(s, ", UID "))
		ret->uid = ml_oom_number(s, "UID");
	if (!ml_split(&s, '(', &head))
		return false;
	for (size_t i = 0; i < ML_ARRAY_SIZE(ends) && !rest.n; i++)
		for (struct ml_str at = s; ml_oom_cut(&at, ends[i], &head);) {
			name = (struct ml_str){ s.p, (size_t)(head.p + head.n - s.p) };
			rest = ml_str_skip(s, name.n + 2);
		}
	if (!rest.n)
		return false;
	ML_OOM_COPY(ret->name, name);
	ret->total_vm = ml_oom_kb(rest, ends[0] + 2);
	if (ret->total_vm == ML_NONE)
		ret->total_vm = ml_oom_kb(rest, ends[1] + 2);
	ret->anon = ml_oom_kb(rest, "anon-rss:");
	ret->file = ml_oom_kb(rest, "file-rss:");
	ret->shmem = ml_oom_kb(rest, "shmem-rss:");
	ret->pagetables = ml_oom_kb(rest, "pgtables:");
	if (ret->uid == ML_NONE)
		ret->uid = ml_oom_number(rest, "UID:");
	if (ml_oom_value(rest, "oom_score_adj:", &head) && !ml_num_s64(head, &ret->adj))
		ret->adj = INT64_MIN;
	return true;
}

static bool may_have(const struct ml_oom_report *o, const struct ml_oom_line *l)
{
	return o->seq && o->kind == ML_OOM_KILL &&
	       (!l->from->caller.n || !o->caller[0] ||
		ml_str_is(l->from->caller, o->caller));
}

/* Of reports that wait for their victim the one that named it; else the newest that
 * named nobody. Reports of before 5.0 name a parent and kill its child. */
static struct ml_oom_report *waits_for(struct ml_oom_reader *r,
				       const struct ml_oom_line *l, uint64_t pid)
{
	struct ml_oom_report *ret = NULL;

	for (size_t i = 0; i < ML_OOM_OPEN; i++) {
		struct ml_oom_report *o = &r->open[i];

		if (!may_have(o, l) || o->parts & ML_OOM_VICTIM)
			continue;
		if (o->chosen == pid)
			return o;
	}
	ret = ml_oom_lacking(r, l, ML_OOM_VICTIM);
	if (ret && (ret->kind != ML_OOM_KILL || ret->parts & ML_OOM_VERDICT))
		ret = NULL;
	return ret;
}

/* The last that kills a whole group. */
static struct ml_oom_report *group_of(struct ml_oom_reader *r,
				      const struct ml_oom_line *l)
{
	struct ml_oom_report *ret = NULL;

	for (size_t i = 0; i < ML_OOM_OPEN; i++)
		if (may_have(&r->open[i], l) &&
		    ml_oom_is_fresh(r, &r->open[i], l->from) &&
		    r->open[i].parts & ML_OOM_GROUP_KILL &&
		    (!ret || r->open[i].seq > ret->seq))
			ret = &r->open[i];
	return ret;
}

static bool is_known(const struct ml_oom_report *o, uint64_t pid)
{
	for (size_t i = 0; i < o->nkills; i++)
		if (o->kills[i].pid == pid)
			return true;
	return false;
}

static void settle(struct ml_oom_reader *r, const struct ml_oom_line *l,
		   const struct ml_oom_victim *v, bool group)
{
	struct ml_oom_report *o = waits_for(r, l, v->pid), *whole = NULL;

	/* before 5.3 kills of a group have no words before them */
	if (group || ml_str_starts(l->text, "Killed process "))
		whole = group_of(r, l);
	if (whole && (!o || whole->seq > o->seq || is_known(whole, v->pid)))
		o = whole;
	if (!o)
		o = ml_oom_open(r, l, ML_OOM_KILL);
	o->last_line = r->nlines;
	o->group_killed |= group;
	ml_oom_touch(o, l);
	add_victim(o, v);
}

/* "Out of memory: Kill process N (C) score S or sacrifice child" (to 5.2) */
static bool take_choice(struct ml_oom_reader *r, const struct ml_oom_line *l, bool group)
{
	struct ml_str s = l->text, head;
	struct ml_oom_report *o;
	uint64_t pid;

	if (!ml_oom_cut(&s, ": Kill process ", &head) || !ml_take_u64(&s, &pid) ||
	    !ml_str_starts(s, " ("))
		return false;
	o = ml_oom_for(r, l, ML_OOM_VERDICT);
	o->chosen = pid;
	o->group_killed |= group;
	return true;
}

bool ml_oom_kill(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, head;
	struct ml_oom_victim v;
	bool group = ml_str_starts(s, "Memory cgroup out of memory");

	if (!group && !ml_str_starts(s, "Out of memory") &&
	    !ml_str_starts(s, "Killed process ") &&
	    !ml_str_starts(s, "Cpuset out of memory"))
		return false;
	if (take_choice(r, l, group))
		return true;
	if (!ml_oom_cut(&s, "Killed process ", &head) || !take_victim(s, &v))
		return false;
	settle(r, l, &v, group);
	if (ml_str_starts(l->text, "Out of memory (oom_kill_allocating_task)")) {
		struct ml_oom_report *o = NULL;

		for (size_t i = 0; i < ML_OOM_OPEN; i++)
			if (r->open[i].seq && is_known(&r->open[i], v.pid))
				o = &r->open[i];
		if (o)
			o->parts |= ML_OOM_ASKER_KILLED;
	}
	return true;
}

/* ---- what came of it ---- */

static void reaped(struct ml_oom_reader *r, uint64_t pid, uint32_t part)
{
	struct ml_oom_report *ret = NULL;

	for (size_t i = 0; i < ML_OOM_OPEN; i++)
		if (r->open[i].seq && is_known(&r->open[i], pid) &&
		    (!ret || r->open[i].seq > ret->seq))
			ret = &r->open[i];
	if (ret)
		ret->parts |= part;
}

static bool take_reaper(struct ml_oom_reader *r, struct ml_str s)
{
	uint64_t pid;

	if (!ml_str_starts(s, "oom_reaper: "))
		return false;
	if (ml_str_starts(s, "oom_reaper: reaped process ")) {
		s = ml_str_skip(s, 27);
		if (ml_take_u64(&s, &pid))
			reaped(r, pid, ML_OOM_REAPED);
	} else if (ml_str_starts(s, "oom_reaper: unable to reap pid:")) {
		s = ml_str_skip(s, 31);
		if (ml_take_u64(&s, &pid))
			reaped(r, pid, ML_OOM_NOT_REAPED);
	}
	return true;
}

/* "Tasks in P are going to be killed due to memory.oom.group set" */
static bool take_group_kill(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, head, path;
	struct ml_oom_report *o = NULL;

	if (!ml_oom_cut(&s, "Tasks in ", &head) || head.n ||
	    !ml_oom_cut(&s, " are going to be killed due to memory.oom.group", &path))
		return false;
	for (size_t i = 0; i < ML_OOM_OPEN; i++)
		if (may_have(&r->open[i], l) && (!o || r->open[i].seq > o->seq))
			o = &r->open[i];
	if (!o || o->parts & ML_OOM_GROUP_KILL)
		o = ml_oom_open(r, l, ML_OOM_KILL);
	o->parts |= ML_OOM_GROUP_KILL;
	if (!o->task_group[0])
		ML_OOM_COPY(o->task_group, path);
	return true;
}

/* What a line tells, and what the report before it may not have told yet. */
static const struct {
	const char *lead;
	uint32_t part, lacks;
} ends[] = {
	{ "Out of memory and no killable processes", ML_OOM_NO_VICTIM, ML_OOM_NO_VICTIM },
	{ "Kernel panic - not syncing: System is deadlocked on memory",
	  ML_OOM_NO_VICTIM | ML_OOM_PANIC, ML_OOM_PANIC },
	{ "Kernel panic - not syncing: Out of memory", ML_OOM_PANIC, ML_OOM_PANIC },
	{ "Kernel panic - not syncing: out of memory", ML_OOM_PANIC, ML_OOM_PANIC },
};

bool ml_oom_after(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	if (take_reaper(r, l->text) || take_group_kill(r, l))
		return true;
	for (size_t i = 0; i < ML_ARRAY_SIZE(ends); i++) {
		if (!ml_str_starts(l->text, ends[i].lead))
			continue;
		ml_oom_for(r, l, ends[i].lacks)->parts |= ends[i].part;
		return true;
	}
	return false;
}
