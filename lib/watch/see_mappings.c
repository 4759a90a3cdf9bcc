/* SPDX-License-Identifier: MIT */
/* see_mappings: which mappings grow, of the processes that do. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "model/vma.h"
#include "watch/sights.h"

/* Of a process that is larger by so much than it ever was in the first half of the time,
 * in bytes. */
#define SUSPECT_LEAST (256 << 10)
/* Of all time so much at most is spent on mappings. */
#define SHARE_MOST .05
/* A heap of an arena lies within as much, aligned to itself. */
#define ARENA_BYTES (64ull << 20)

/* ---- whose ---- */

static double most_of_first_half(const struct ml_watched *thing)
{
	uint32_t n = (thing->last - thing->first + 1) / 2;
	double most = 0;

	for (uint32_t i = 0; i < n; i++)
		if (thing->values[i] > most) /* a gap is not */
			most = thing->values[i];
	return most;
}

struct grown {
	uint64_t pid;
	double bytes;
};

static int most_first(const void *a, const void *b)
{
	const struct grown *x = a, *y = b;

	return (x->bytes < y->bytes) - (x->bytes > y->bytes);
}

/* Those that grew most; all, where there are few. */
static int choose(struct ml_watch *w, const struct ml_rows *procs,
		  struct ml_arena *scratch)
{
	bool few = procs->n <= ML_WATCH_SUSPECTS;
	struct ml_rows rows = ML_ROWS(struct grown);
	const struct grown *g;

	for (uint32_t i = 0; i < w->nat; i++) {
		const struct ml_watched *thing = &w->at[i];
		double by = 0;
		struct grown *row;

		if (!thing->key || thing->kind != ML_WATCHED_PRIVATE)
			continue;
		if (!ml_watched_stands(thing))
			by = thing->value - most_of_first_half(thing);
		if (by < SUSPECT_LEAST && !few)
			continue;
		row = ml_rows_add(&rows, scratch);
		if (!row)
			return -ENOMEM;
		*row = (struct grown){ thing->pid, by };
	}
	if (rows.n)
		qsort(rows.at, rows.n, rows.size, most_first);
	w->nsuspects = 0;
	ml_for_each_row(g, &rows)
		if (w->nsuspects < ML_WATCH_SUSPECTS)
			w->suspects[w->nsuspects++] = g->pid;
	return 0;
}

/* ---- what ---- */

static const struct {
	const char *word; /* of struct ml_vma */
	enum ml_watched_kind kind;
} kinds[] = {
	{ "heap", ML_WATCHED_HEAP },     { "arena", ML_WATCHED_ARENA },
	{ "anon", ML_WATCHED_ANON },     { "named", ML_WATCHED_ANON },
	{ "stack", ML_WATCHED_STACK },   { "thread", ML_WATCHED_STACK },
	{ "file", ML_WATCHED_FILE },     { "deleted", ML_WATCHED_FILE },
	{ "shared", ML_WATCHED_FILE },
};

static int kind_of(const struct ml_vma *v)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (ml_str_is(v->kind, kinds[i].word))
			return (int)kinds[i].kind;
	return -1;
}

/* Addresses come and go, and the kernel merges neighbours: what is alike is one. */
static struct ml_str name_of(const struct ml_vma *v, int kind, char text[static 32])
{
	if (kind == ML_WATCHED_ARENA) {
		int n = snprintf(text, 32, "%llx",
				 (unsigned long long)(v->m.start & -ARENA_BYTES));

		return (struct ml_str){ text, (size_t)n };
	}
	if (kind == ML_WATCHED_FILE || ml_str_is(v->kind, "named"))
		return v->m.name;
	return (struct ml_str){ 0 };
}

/* Of a file its pages are no one's own, but what was written to them is. */
static uint64_t size_of(const struct ml_vma *v)
{
	bool shared = ml_str_is(v->kind, "shared") || ml_str_is(v->kind, "deleted");

	return ml_add(shared ? v->m.rss : v->m.anonymous, ml_or0(v->m.swap));
}

/* A heap that is full is followed by another one elsewhere: together they grow. */
static int see_arenas(struct ml_watch *w, const struct ml_proc *p, uint64_t bytes)
{
	return ml_watch_see(w, &(struct ml_sight){
				       .kind = ML_WATCHED_ARENAS,
				       .pid = p->pid,
				       .start = p->start,
				       .value = (double)bytes,
			       });
}

static int see_mapping(struct ml_watch *w, const struct ml_proc *p,
		       const struct ml_vma *v)
{
	int kind = kind_of(v);
	uint64_t bytes = size_of(v);
	char text[32];

	if (kind < 0 || bytes == ML_NONE)
		return 0;
	if (kind == ML_WATCHED_ARENA && see_arenas(w, p, bytes))
		return -ENOMEM;
	return ml_watch_see(w, &(struct ml_sight){
				       .kind = (enum ml_watched_kind)kind,
				       .pid = p->pid,
				       .start = p->start,
				       .name = name_of(v, kind, text),
				       .value = (double)bytes,
			       });
}

static bool is_suspect(const struct ml_watch *w, uint64_t pid)
{
	for (uint32_t i = 0; i < w->nsuspects; i++)
		if (w->suspects[i] == pid)
			return true;
	return false;
}

static int see_mappings_of(struct ml_watch *w, const struct ml_snap *snap,
			   const struct ml_proc *p)
{
	struct ml_arena a = { 0 };
	struct ml_rows rows = ML_ROWS(struct ml_vma);
	const struct ml_vma *v;
	int rc = ml_vma_hold(snap->root, p, ML_READ_SMAPS, &a, &rows);

	if (!rc)
		ml_for_each_row(v, &rows)
			if (!rc)
				rc = see_mapping(w, p, v);
	ml_arena_deinit(&a);
	return rc == -ENOMEM ? rc : 0;
}

int ml_see_mappings(struct ml_watch *w, const struct ml_snap *snap,
		    struct ml_arena *scratch)
{
	const struct ml_parsed *procs = ml_snap_parsed(snap, ML_FEED_PROCESSES);
	uint64_t began = ml_clock_monotonic_ns();
	double now = w->times[w->n - 1];
	const struct ml_proc *p;
	int rc;

	if (!procs || !snap->root->live || now < w->mappings_next)
		return 0;
	rc = choose(w, &procs->rows, scratch);
	ml_for_each_row(p, &procs->rows)
		if (!rc && is_suspect(w, p->pid))
			rc = see_mappings_of(w, snap, p);
	w->mappings_next =
		now + (double)(ml_clock_monotonic_ns() - began) / 1e9 / SHARE_MOST;
	return rc;
}
