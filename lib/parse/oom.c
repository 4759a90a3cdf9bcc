/* SPDX-License-Identifier: MIT */
/* oom: which report a line of a kernel log belongs to. */
#include "parse/oom.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "parse/oom_lines.h"

/* Parts of one report come within this, or so many lines when no time is told. */
#define FRESH_US 10000000u
#define FRESH_LINES 40000u

int ml_oom_reader_init(struct ml_oom_reader *r, ml_oom_report_fn *fn, void *data)
{
	*r = (struct ml_oom_reader){ .fn = fn, .data = data, .pending_node = ML_NONE };
	r->open = calloc(ML_OOM_OPEN, sizeof(*r->open));
	return r->open ? 0 : -ENOMEM;
}

void ml_oom_reader_deinit(struct ml_oom_reader *r)
{
	free(r->open);
}

/* ---- open reports ---- */

/* Parts that are printed for other reasons too make no report alone. */
static bool is_report(const struct ml_oom_report *o)
{
	return o->parts & (ML_OOM_OPENING | ML_OOM_VERDICT | ML_OOM_VICTIM |
			   ML_OOM_NO_VICTIM | ML_OOM_PANIC);
}

static void forget(struct ml_oom_reader *r, const struct ml_oom_report *o)
{
	struct ml_oom_report **kept[] = { &r->group_stat, &r->table, &r->slab_table,
					  &r->trace, &r->mem };

	for (size_t i = 0; i < ML_ARRAY_SIZE(kept); i++)
		if (*kept[i] == o)
			*kept[i] = NULL;
}

static void close_report(struct ml_oom_reader *r, struct ml_oom_report *o)
{
	if (o->seq && is_report(o))
		r->fn(o, r->data);
	forget(r, o);
	o->seq = 0;
}

static struct ml_oom_report *oldest(struct ml_oom_reader *r)
{
	struct ml_oom_report *ret = &r->open[0];

	for (size_t i = 0; i < ML_OOM_OPEN; i++)
		if (r->open[i].seq < ret->seq)
			ret = &r->open[i];
	return ret;
}

void ml_oom_reader_end(struct ml_oom_reader *r)
{
	for (size_t i = 0; i < ML_OOM_OPEN; i++) {
		struct ml_oom_report *o = oldest(r);

		for (size_t j = 0; j < ML_OOM_OPEN; j++)
			if (r->open[j].seq && (!o->seq || r->open[j].seq < o->seq))
				o = &r->open[j];
		if (o->seq)
			close_report(r, o);
	}
}

static void clear_limit(struct ml_oom_limit *limit)
{
	*limit = (struct ml_oom_limit){ ML_NONE, ML_NONE, ML_NONE };
}

static void clear(struct ml_oom_report *o)
{
	*o = (struct ml_oom_report){
		.boot_us = ML_NONE,
		.wall_ms = ML_NONE,
		.end_us = ML_NONE,
		.end_ms = ML_NONE,
		.asker_pid = ML_NONE,
		.gfp_mask = ML_NONE,
		.order = INT64_MIN,
		.asker_adj = INT64_MIN,
		.wanted = ML_NONE,
		.stalled_ms = ML_NONE,
		.page_size = ML_NONE,
		.stacks = ML_NONE,
		.hugetlb = ML_NONE,
		.hugetlb_free = ML_NONE,
		.swap_free = ML_NONE,
		.swap_total = ML_NONE,
		.ram = ML_NONE,
		.reserved = ML_NONE,
		.slab_bytes = ML_NONE,
		.chosen = ML_NONE,
		.uid = ML_NONE,
	};
	clear_limit(&o->memory);
	clear_limit(&o->memsw);
	clear_limit(&o->swap);
	clear_limit(&o->kmem);
	for (size_t i = 0; i < ML_OOM_TERMS; i++)
		o->term[i] = ML_NONE;
	for (size_t i = 0; i < ML_OOM_COUNTERS; i++)
		o->counter[i] = ML_NONE;
}

struct ml_oom_report *ml_oom_open(struct ml_oom_reader *r, const struct ml_oom_line *l,
				  enum ml_oom_kind kind)
{
	struct ml_oom_report *o = oldest(r);

	close_report(r, o);
	clear(o);
	o->seq = ++r->nreports;
	o->kind = kind;
	o->from = l->from->from;
	o->first_line = r->nlines;
	ML_OOM_COPY(o->caller, l->from->caller);
	ml_oom_touch(o, l);
	return o;
}

void ml_oom_touch(struct ml_oom_report *o, const struct ml_oom_line *l)
{
	if (l->from->boot_us != ML_NONE)
		o->end_us = l->from->boot_us;
	if (l->from->wall_ms != ML_NONE)
		o->end_ms = l->from->wall_ms;
	if (o->boot_us == ML_NONE)
		o->boot_us = o->end_us;
	if (o->wall_ms == ML_NONE)
		o->wall_ms = o->end_ms;
	o->local |= l->from->wall_ms != ML_NONE && l->from->local;
}

bool ml_oom_is_fresh(const struct ml_oom_reader *r, const struct ml_oom_report *o,
		     const struct ml_klog_line *line)
{
	if (r->nlines - o->last_line > FRESH_LINES)
		return false;
	if (line->boot_us != ML_NONE && o->end_us != ML_NONE)
		return line->boot_us <= o->end_us + FRESH_US &&
		       o->boot_us <= line->boot_us + FRESH_US;
	if (line->wall_ms != ML_NONE && o->end_ms != ML_NONE)
		return line->wall_ms <= o->end_ms + FRESH_US / 1000 &&
		       o->wall_ms <= line->wall_ms + FRESH_US / 1000;
	return true;
}

static bool may_have(const struct ml_oom_reader *r, const struct ml_oom_report *o,
		     const struct ml_klog_line *line)
{
	return o->seq && o->kind < ML_OOM_SYSTEMD_OOMD && ml_oom_is_fresh(r, o, line) &&
	       (!line->caller.n || !o->caller[0] || ml_str_is(line->caller, o->caller));
}

bool ml_oom_reader_is_within(const struct ml_oom_reader *r,
			     const struct ml_klog_line *line)
{
	for (size_t i = 0; i < ML_OOM_OPEN; i++)
		if (is_report(&r->open[i]) && may_have(r, &r->open[i], line))
			return true;
	return false;
}

struct ml_oom_report *ml_oom_lacking(struct ml_oom_reader *r, const struct ml_oom_line *l,
				     uint32_t parts)
{
	struct ml_oom_report *ret = NULL;

	for (size_t i = 0; i < ML_OOM_OPEN; i++) {
		struct ml_oom_report *o = &r->open[i];

		if (may_have(r, o, l->from) && !(o->parts & parts) &&
		    (!ret || o->seq > ret->seq))
			ret = o;
	}
	if (ret) {
		ret->last_line = r->nlines;
		ml_oom_touch(ret, l);
	}
	return ret;
}

struct ml_oom_report *ml_oom_for(struct ml_oom_reader *r, const struct ml_oom_line *l,
				 uint32_t parts)
{
	struct ml_oom_report *o = ml_oom_lacking(r, l, parts | ML_OOM_VICTIM);

	if (!o) {
		o = ml_oom_open(r, l, ML_OOM_KILL);
		o->last_line = r->nlines;
	}
	return o;
}

/* ---- lines ---- */

/* In the order of likelihood to be mistaken: those with the strictest form first. */
static ml_oom_line_fn *const kinds[] = {
	ml_oom_table,   ml_oom_kill,   ml_oom_verdict, ml_oom_opening, ml_oom_failure,
	ml_oom_after,   ml_oom_group,  ml_oom_memory,  ml_oom_slab,    ml_oom_context,
	ml_oom_trace,
};

/* "** 123 printk messages dropped **", "oom_kill_process: 12 callbacks suppressed" */
static bool is_loss(struct ml_oom_reader *r, struct ml_str s)
{
	struct ml_str head;
	uint64_t n;

	if (ml_str_starts(s, "** ")) {
		s = ml_str_skip(s, 3);
		if (ml_take_u64(&s, &n) && ml_str_starts(s, " printk messages dropped"))
			r->lost = ml_add(r->lost, n);
		return true;
	}
	if (!ml_str_ends(s, " callbacks suppressed") || !ml_split(&s, ':', &head))
		return false;
	s = ml_str_trim(s);
	if (ml_str_is(head, "oom_kill_process") || ml_str_is(head, "dump_header") ||
	    ml_str_is(head, "warn_alloc"))
		if (ml_take_u64(&s, &n))
			r->suppressed = ml_add(r->suppressed, n);
	return true;
}

static bool looks_like_kernel(struct ml_str s)
{
	struct ml_str head;

	return ml_oom_cut(&s, "Killed process ", &head) ||
	       ml_oom_cut(&s, " invoked oom-killer: ", &head);
}

void ml_oom_reader_line(struct ml_oom_reader *r, const struct ml_klog_line *line)
{
	const struct ml_oom_line l = { line, line->text };

	r->nlines++;
	if (ml_oom_daemon(r, &l))
		return;
	if (line->from == ML_KLOG_USER) {
		r->users += looks_like_kernel(line->text);
		return;
	}
	if (is_loss(r, line->text))
		return;
	for (size_t i = 0; i < ML_ARRAY_SIZE(kinds); i++)
		if (kinds[i](r, &l))
			return;
}
