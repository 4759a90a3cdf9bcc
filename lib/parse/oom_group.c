/* SPDX-License-Identifier: MIT */
/* oom_group: what a report tells of the control group whose limit was met. */
#include "base/cleanup.h"
#include "parse/oom_lines.h"
#include "parse/parse.h"

/* Unlimited is the largest number of pages in kB; no group is near it. */
#define UNLIMITED (1ull << 60)

/* "usage 65536kB, limit 65536kB, failcnt 0" */
static void take_limit(struct ml_oom_limit *limit, struct ml_str s)
{
	limit->usage = ml_oom_kb(s, "usage");
	limit->limit = ml_oom_kb(s, "limit");
	if (limit->limit >= UNLIMITED)
		limit->limit = ML_NONE;
	limit->failcnt = ml_oom_number(s, "failcnt");
}

static bool take_limits(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	static const struct {
		const char *lead;
		size_t offset;
	} forms[] = {
		{ "memory: usage ",      offsetof(struct ml_oom_report, memory) },
		{ "memory+swap: usage ", offsetof(struct ml_oom_report, memsw) },
		{ "swap: usage ",        offsetof(struct ml_oom_report, swap) },
		{ "kmem: usage ",        offsetof(struct ml_oom_report, kmem) },
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(forms); i++) {
		struct ml_oom_report *o;

		if (!ml_str_starts(l->text, forms[i].lead))
			continue;
		o = i ? ml_oom_lacking(r, l, ML_OOM_VICTIM)
		      : ml_oom_for(r, l, ML_OOM_GROUP);
		if (!o)
			return true;
		o->parts |= ML_OOM_GROUP;
		take_limit((struct ml_oom_limit *)((char *)o + forms[i].offset), l->text);
		return true;
	}
	return false;
}

/* ---- memory.stat ---- */

/* In both versions; those of v1 with "total_" count the groups below too, and come last. */
static const struct {
	const char *name;
	enum ml_oom_term term;
} terms[] = {
	{ "anon",         ML_OOM_TERM_ANON },       { "rss",         ML_OOM_TERM_ANON },
	{ "total_rss",    ML_OOM_TERM_ANON },       { "file",        ML_OOM_TERM_FILE },
	{ "cache",        ML_OOM_TERM_FILE },       { "total_cache", ML_OOM_TERM_FILE },
	{ "shmem",        ML_OOM_TERM_SHMEM },      { "total_shmem", ML_OOM_TERM_SHMEM },
	{ "kernel",       ML_OOM_TERM_KERNEL },     { "slab",        ML_OOM_TERM_SLAB },
	{ "pagetables",   ML_OOM_TERM_PAGETABLES }, { "sock",        ML_OOM_TERM_SOCK },
	{ "swap",         ML_OOM_TERM_SWAP },       { "total_swap",  ML_OOM_TERM_SWAP },
};

static void take_term(struct ml_oom_report *o, struct ml_str key, uint64_t v, bool add)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(terms); i++)
		if (ml_str_is(key, terms[i].name))
			o->term[terms[i].term] =
				add ? ml_sum(o->term[terms[i].term], v) : v;
}

/* " cache:0KB rss:1024KB ...": before 5.3, a line for each group below the limit. */
static void take_pairs(struct ml_oom_report *o, struct ml_str s)
{
	struct ml_str word, key;
	uint64_t v;

	while (ml_next_word(&s, &word))
		if (ml_split(&word, ':', &key) && ml_take_u64(&word, &v))
			take_term(o, key, ml_mul(v, ML_KIB), true);
}

/* "Memory cgroup stats for /B:", perhaps with the numbers behind. Names may have blanks
 * and colons: those of the numbers come last. */
static bool take_stats(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, head, path;
	struct ml_oom_report *o;

	if (!ml_oom_cut(&s, "Memory cgroup stats for ", &head) || head.n)
		return false;
	o = ml_oom_lacking(r, l, ML_OOM_VICTIM);
	if (!o)
		return true;
	path = s;
	if (!ml_oom_cut(&s, ": cache:", &path)) {
		path = ml_str_trim(path);
		if (path.n && path.p[path.n - 1] == ':')
			path.n--;
		r->group_stat = o;
	} else {
		take_pairs(o, ml_str_skip(l->text, (size_t)(s.p - l->text.p) - 6));
	}
	if (!o->limit_group[0])
		ML_OOM_COPY(o->limit_group, path);
	o->parts |= ML_OOM_GROUP_STAT;
	return true;
}

/* "anon 33394688" */
static bool take_stat(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_oom_report *o = r->group_stat;
	struct ml_str s = l->text, key, number;
	uint64_t v;

	if (!o ||
	    (l->from->caller.n && o->caller[0] && !ml_str_is(l->from->caller, o->caller)))
		return false;
	if (!ml_next_word(&s, &key) || !ml_next_word(&s, &number) || s.n ||
	    !ml_num_u64(number, &v))
		return false;
	take_term(o, key, v, false);
	return true;
}

/* "Task in /A killed as a result of limit of /B" (to 4.20) */
static bool take_task(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, head, task;
	struct ml_oom_report *o;

	if (!ml_oom_cut(&s, "Task in ", &head) || head.n ||
	    !ml_oom_cut(&s, " killed as a result of limit of ", &task))
		return false;
	o = ml_oom_for(r, l, ML_OOM_GROUP);
	ML_OOM_COPY(o->task_group, task);
	ML_OOM_COPY(o->limit_group, ml_str_trim(s));
	o->constraint = ML_OOM_MEMCG;
	return true;
}

bool ml_oom_group(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	return take_stat(r, l) || take_limits(r, l) || take_stats(r, l) ||
	       take_task(r, l);
}
