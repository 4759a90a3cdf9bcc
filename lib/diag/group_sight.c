/* SPDX-License-Identifier: MIT */
/* group_sight: the control groups as rules look at them - two instants side by side, and
 * who of a line of groups is meant. */
#include "diag/group_sight.h"

#include "base/cleanup.h"
#include "parse/stat.h"
#include "series/delta.h"

/* Of what a group has, those below it have so much: then it is theirs. */
#define MOST 0.8

/* The charge that each CPU may hold in stock: MEMCG_CHARGE_BATCH (mm/memcontrol.c). */
#define STOCK_PAGES 64

/* The row before it whose path is that of its parent: parents stand before children. */
static void find_up(struct ml_group_sight *s, size_t i)
{
	struct ml_str parent = ml_group_at(s, i)->parent;
	size_t at = i ? i - 1 : SIZE_MAX;

	while (parent.p && at != SIZE_MAX && !ml_str_eq(ml_group_at(s, at)->path, parent))
		at = s->up[at];
	s->up[i] = parent.p ? at : SIZE_MAX;
}

static bool has_memory(const struct ml_rows *rows)
{
	const struct ml_group *g;

	ml_for_each_row(g, rows)
		if (g->usage != ML_NONE || g->stat.n)
			return true;
	return false;
}

/* Why there are none. */
static void tell_missing(struct ml_diag *d)
{
	const struct ml_feed_data *data = &d->cur->feed[ML_FEED_GROUPS];

	if (!(d->cur->taken & ML_FEED(GROUPS)))
		ml_diag_skip(d, "the control groups were not read");
	else if (data->status == ML_OK)
		ml_diag_absent(d, "no control group has the memory controller");
	else if (data->status == ML_ABSENT)
		ml_diag_absent(d, "there are no control groups");
	else
		ml_diag_skip(d, "the control groups: %s", ml_status_name(data->status));
}

bool ml_group_sight(struct ml_diag *d, struct ml_group_sight *ret)
{
	const struct ml_parsed *p = ml_snap_parsed(d->cur, ML_FEED_GROUPS);

	*ret = (struct ml_group_sight){
		.rows = p ? &p->rows : NULL,
		.head = ml_groups_head(d->cur),
		.before_head = ml_groups_head(d->prev),
	};
	if (!p || !ret->head || !p->rows.n || !has_memory(ret->rows)) {
		tell_missing(d);
		return false;
	}
	ret->up = ml_arena_calloc(d->arena, p->rows.n, sizeof(*ret->up));
	if (!ret->up || ml_groups_index(d->prev, d->arena, &ret->before, &ret->nbefore)) {
		d->failed = true;
		return false;
	}
	for (size_t i = 0; i < p->rows.n; i++)
		find_up(ret, i);
	return true;
}

const struct ml_group *ml_group_was(const struct ml_group_sight *s, size_t i)
{
	return s->before_head
		       ? ml_groups_find(s->before, s->nbefore, ml_group_at(s, i)->path)
		       : NULL;
}

/* ---- sizes ---- */

static uint64_t stock_bytes(const struct ml_diag *d)
{
	const struct ml_parsed *stat = ml_snap_parsed(d->cur, ML_FEED_STAT);
	const struct ml_stat_head *head = stat ? stat->head : NULL;
	uint64_t pages = ml_mul(STOCK_PAGES, head ? head->ncpus : 1);

	return ml_or0(ml_snap_pages(d->cur, pages));
}

uint64_t ml_group_used(const struct ml_diag *d, const struct ml_group *g)
{
	return ml_sub_sat(g->usage, stock_bytes(d));
}

uint64_t ml_group_held(const struct ml_diag *d, const struct ml_group_sight *s, size_t i)
{
	const struct ml_group *g = ml_group_at(s, i);
	uint64_t files = ml_add(ml_group_stat(s->head, g, "inactive_file"),
				ml_group_stat(s->head, g, "active_file"));
	uint64_t slab = ml_or0(ml_group_stat(s->head, g, "slab_reclaimable"));
	uint64_t known = ml_add(ml_group_stat(s->head, g, "anon"),
				ml_or0(ml_group_stat(s->head, g, "shmem")));
	uint64_t held = ml_sub_sat(ml_group_used(d, g), ml_add(files, slab));

	return held != ML_NONE && known != ML_NONE && known > held && known < g->usage
		       ? known
		       : held;
}

uint64_t ml_group_swap_room(const struct ml_diag *d, const struct ml_group *g)
{
	uint64_t room = ml_or0(ml_snap_mem(d->cur, "SwapFree"));

	return g->swap_room < room ? g->swap_room : room;
}

/* ---- rates ---- */

double ml_group_stat_rate(const struct ml_diag *d, const struct ml_group_sight *s,
			  size_t i, const char *name)
{
	const struct ml_group *was = ml_group_was(s, i);

	return was ? ml_diag_rate(d, ml_group_stat(s->before_head, was, name),
				  ml_group_stat(s->head, ml_group_at(s, i), name))
		   : (double)NAN;
}

double ml_group_refault_rate(const struct ml_diag *d, const struct ml_group_sight *s,
			     size_t i)
{
	const struct ml_group *was = ml_group_was(s, i);
	struct ml_group_split before, now;

	if (!was)
		return NAN;
	ml_group_split(s->before_head, was, ML_NONE, &before);
	ml_group_split(s->head, ml_group_at(s, i), ML_NONE, &now);
	return ml_diag_rate(d, before.refaults, now.refaults);
}

/* Before Linux 6.13 groups do not count what they swap: what came back is refaults of
 * anonymous memory, and what left is that and the growth of what is out. */
static double swap_rate_told_by_size(const struct ml_diag *d,
				     const struct ml_group_sight *s, size_t i,
				     const struct ml_group *was)
{
	double in = ml_group_stat_rate(d, s, i, "workingset_refault_anon");
	struct ml_group_split before, now;
	int64_t growth;
	double out;

	ml_group_split(s->before_head, was, ML_NONE, &before);
	ml_group_split(s->head, ml_group_at(s, i), ML_NONE, &now);
	growth = ml_growth(before.swap, now.swap);
	if (growth == INT64_MIN || d->cur->page_size == ML_NONE)
		return NAN;
	out = in + (double)growth / (double)d->cur->page_size / d->seconds;
	return in + (out > 0 ? out : 0);
}

double ml_group_swap_rate(const struct ml_diag *d, const struct ml_group_sight *s,
			  size_t i)
{
	const struct ml_group *was = ml_group_was(s, i);
	double told = ml_group_stat_rate(d, s, i, "pswpin") +
		      ml_group_stat_rate(d, s, i, "pswpout");

	return !was || !isnan(told) ? told : swap_rate_told_by_size(d, s, i, was);
}

double ml_group_stall(const struct ml_diag *d, const struct ml_group_sight *s, size_t i,
		      bool full)
{
	const struct ml_group *was = ml_group_was(s, i), *g = ml_group_at(s, i);
	const struct ml_pressure_row *before, *now;

	if (!was)
		return NAN;
	before = full ? &was->full : &was->some;
	now = full ? &g->full : &g->some;
	if (!before->kind.p || !now->kind.p)
		return NAN;
	return ml_rate(before->total_us, now->total_us, false, d->seconds) / 1e6;
}

/* ---- a line of groups ---- */

static uint64_t event(const struct ml_groups_head *head, const struct ml_group *g,
		      const char *name)
{
	return ml_flat_get(&head->names, &g->events, name);
}

uint64_t ml_group_count_max(const struct ml_groups_head *head, const struct ml_group *g)
{
	return g->version == 1 ? g->failcnt : event(head, g, "max");
}

uint64_t ml_group_count_high(const struct ml_groups_head *head, const struct ml_group *g)
{
	return event(head, g, "high");
}

/* v1 does not tell: who met a limit is who may have run out of it. */
uint64_t ml_group_count_oom(const struct ml_groups_head *head, const struct ml_group *g)
{
	bool limited = g->max != ML_NONE || g->memsw_max != ML_NONE;

	if (g->version == 1)
		return limited ? g->failcnt : 0;
	return event(head, g, "oom");
}

uint64_t ml_group_count_kills(const struct ml_groups_head *head, const struct ml_group *g)
{
	return event(head, g, "oom_kill");
}

static uint64_t count_of(const struct ml_group_sight *s, size_t i,
			 ml_group_count_fn *count, bool grown)
{
	const struct ml_group *was = grown ? ml_group_was(s, i) : NULL;
	uint64_t now = count(s->head, ml_group_at(s, i));

	if (grown && !s->before_head)
		return ML_NONE;
	return was ? ml_delta(count(s->before_head, was), now, false) : now;
}

/* Where a group has less than those below it, it counts for itself alone (mount option
 * memory_localevents). */
static void take_below(const struct ml_group_sight *s, const uint64_t *below,
		       uint64_t *counts)
{
	for (size_t i = 0; i < s->rows->n; i++)
		if (ml_group_at(s, i)->version == 2 && counts[i] != ML_NONE &&
		    counts[i] >= below[i])
			counts[i] -= below[i];
}

uint64_t *ml_group_own_counts(struct ml_diag *d, const struct ml_group_sight *s,
			      ml_group_count_fn *count, bool grown)
{
	size_t n = s->rows->n;
	uint64_t *counts = ml_arena_calloc(d->arena, n, sizeof(*counts));
	_cleanup_free_ uint64_t *below = calloc(n, sizeof(*below));

	if (!counts || !below) {
		d->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		counts[i] = count_of(s, i, count, grown);
	for (size_t i = 0; i < n; i++)
		if (s->up[i] != SIZE_MAX)
			below[s->up[i]] = ml_add(below[s->up[i]], ml_or0(counts[i]));
	take_below(s, below, counts);
	return counts;
}

bool ml_group_keep_deepest(struct ml_diag *d, const struct ml_group_sight *s,
			   double *found)
{
	_cleanup_free_ double *below = calloc(s->rows->n, sizeof(*below));

	if (!below) {
		d->failed = true;
		return false;
	}
	for (size_t i = s->rows->n; i--;) { /* children first */
		double told = found[i];

		if (below[i] >= MOST * told)
			found[i] = 0, told = below[i];
		if (s->up[i] != SIZE_MAX)
			below[s->up[i]] += told;
	}
	return true;
}
