/* SPDX-License-Identifier: MIT */
/* past: the instants that lie behind, remembered and recorded. */
#include "top/past.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "recordings.h"

/* An instant and the one before it, and the same of the next step. */
#define ROOTS_MAX 4
/* Instants in a row that cannot be read before one gives up. */
#define DAMAGED_MAX 1000

/* A place in time. */
struct where {
	bool recorded;
	size_t i; /* of the history */
	uint64_t
		wall_ms; /* of the recording, where that is the name of an instant, too */
};

/* What was unpacked. */
struct kept {
	struct ml_root *root;
	bool recorded;
	uint64_t name; /* the same instant, the same name */
	uint64_t serial;
	uint64_t usual_ms;
	unsigned used; /* the last turn in which */
};

struct past {
	struct past_start start;
	struct ml_recording *recording;
	bool entered;  /* it was tried to open that */
	char *trouble; /* why that failed, or NULL */
	double offset; /* from the wall clock to that of sparklines */
	struct kept kept[ROOTS_MAX];
	uint64_t serial; /* of what was unpacked last */
	unsigned turn;
	struct aim next; /* the same step further; wall_ms 0: none */
	bool back;       /* in which direction */
};

/* Of the live machine times are those of CLOCK_MONOTONIC. */
static double clock_offset(void)
{
	struct timespec wall, monotonic;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_MONOTONIC, &monotonic);
	return (double)(monotonic.tv_sec - wall.tv_sec);
}

struct past *past_new(const struct past_start *start)
{
	struct past *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->start = *start;
	p->offset = start->history ? clock_offset() : 0;
	return p;
}

void past_free(struct past *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < ROOTS_MAX; i++)
		ml_root_unref(p->kept[i].root);
	if (p->recording)
		recordings->leave(p->recording);
	free(p->trouble);
	free(p);
}

int past_enter(struct past *p)
{
	p->entered = true;
	if (!recordings)
		return complain(
			EXIT_FAILED,
			"recordings need libsqlite3, without which this was built");
	if (recordings->enter(p->start.ctx, p->start.recordings, &p->recording))
		return complain(EXIT_UNREADABLE, "%s", ml_ctx_error(p->start.ctx));
	return 0;
}

/* ---- places ---- */

static size_t remembered(const struct past *p)
{
	return p->start.history ? ml_history_count(p->start.history) : 0;
}

static struct where remembered_at(const struct past *p, size_t i)
{
	return (struct where){ false, i, ml_history_wall_ms(p->start.history, i) };
}

/* Only what lies before all that is remembered. */
static bool recorded_beside(struct past *p, uint64_t wall_ms, bool later,
			    struct where *ret)
{
	uint64_t end = remembered(p) ? remembered_at(p, 0).wall_ms : UINT64_MAX, found;

	if (p->start.recordings && !p->entered && past_enter(p))
		p->trouble = strdup(complaint());
	if (!p->recording)
		return false;
	if (!later && wall_ms > end)
		wall_ms = end;
	if (recordings->beside(p->recording, wall_ms, later, &found) || found >= end)
		return false;
	*ret = (struct where){ true, 0, found };
	return true;
}

/* The place before or after it; false when there is none. */
static bool older(struct past *p, struct where *w)
{
	if (w->recorded || !w->i)
		return recorded_beside(p, w->wall_ms, false, w);
	*w = remembered_at(p, w->i - 1);
	return true;
}

static bool newer(struct past *p, struct where *w)
{
	size_t i = w->recorded ? 0 : w->i + 1;

	if (w->recorded && recorded_beside(p, w->wall_ms, true, w))
		return true;
	if (i >= remembered(p))
		return false;
	*w = remembered_at(p, i);
	return true;
}

/* The last one at this time or before; where there is none, the first. */
static bool find_at(struct past *p, uint64_t wall_ms, struct where *ret)
{
	size_t n = remembered(p), i = 0;

	if (n && remembered_at(p, 0).wall_ms <= wall_ms) {
		while (i + 1 < n && remembered_at(p, i + 1).wall_ms <= wall_ms)
			i++;
		*ret = remembered_at(p, i);
		return true;
	}
	if (recorded_beside(p, wall_ms == AIM_LAST ? wall_ms : wall_ms + 1, false, ret) ||
	    recorded_beside(p, wall_ms, true, ret))
		return true;
	if (n)
		*ret = remembered_at(p, 0);
	return n;
}

static bool is_same(const struct where *a, const struct where *b)
{
	return a->recorded == b->recorded &&
	       (a->recorded ? a->wall_ms == b->wall_ms : a->i == b->i);
}

/* At least one place further, even over a gap. */
static void go_span(struct past *p, int64_t ms, struct where *w)
{
	uint64_t far = ms < 0 ? (uint64_t)-ms : (uint64_t)ms;
	struct where from = *w, to;

	if (ms < 0) {
		if (find_at(p, w->wall_ms > far ? w->wall_ms - far : 0, &to))
			*w = to;
		return;
	}
	if (find_at(p, from.wall_ms + far - 1, &to))
		*w = to;
	if (is_same(w, &from) || w->wall_ms < from.wall_ms + far)
		(void)newer(p, w);
}

static bool locate(struct past *p, const struct aim *aim, struct where *ret)
{
	if (!find_at(p, aim->wall_ms, ret))
		return false;
	if (aim->span_ms)
		go_span(p, aim->span_ms, ret);
	for (long i = aim->step; i < 0 && older(p, ret); i++)
		;
	for (long i = aim->step; i > 0 && newer(p, ret); i--)
		;
	return true;
}

/* ---- roots ---- */

static uint64_t name_of(const struct past *p, const struct where *w)
{
	return w->recorded ? w->wall_ms : ml_history_monotonic_ns(p->start.history, w->i);
}

static struct kept *find_kept(struct past *p, const struct where *w)
{
	for (size_t i = 0; i < ROOTS_MAX; i++)
		if (p->kept[i].root && p->kept[i].recorded == w->recorded &&
		    p->kept[i].name == name_of(p, w))
			return &p->kept[i];
	return NULL;
}

static struct kept *least_used(struct past *p)
{
	struct kept *least = &p->kept[0];

	for (size_t i = 1; i < ROOTS_MAX; i++)
		if (p->kept[i].used < least->used)
			least = &p->kept[i];
	return least;
}

static int unpack(struct past *p, const struct where *w, struct ml_root **ret,
		  uint64_t *ret_usual_ms)
{
	int rc;

	*ret_usual_ms = ML_NONE;
	if (!w->recorded)
		return ml_history_root(p->start.history, w->i, ret);
	rc = recordings->instant(p->recording, w->wall_ms, ret, ret_usual_ms);
	if (!rc && p->start.page_size)
		rc = ml_root_set_page_size(*ret, p->start.page_size);
	return rc;
}

/* NULL: it cannot be read. */
static struct kept *load(struct past *p, const struct where *w)
{
	struct kept *k = find_kept(p, w);
	struct ml_root *root;
	uint64_t usual_ms;

	if (!k) {
		if (unpack(p, w, &root, &usual_ms))
			return NULL;
		k = least_used(p);
		ml_root_unref(k->root);
		*k = (struct kept){ .root = root,
				    .recorded = w->recorded,
				    .name = name_of(p, w),
				    .serial = ++p->serial,
				    .usual_ms = usual_ms };
	}
	k->used = ++p->turn;
	return k;
}

/* What cannot be read is passed over. */
static struct kept *load_next(struct past *p, bool back, struct where *w,
			      unsigned *ret_damaged)
{
	struct kept *k;

	for (*ret_damaged = 0; !(k = load(p, w)) && *ret_damaged < DAMAGED_MAX;) {
		++*ret_damaged;
		if (!(back ? older : newer)(p, w))
			return NULL;
	}
	return k;
}

static void find_beside(struct past *p, const struct where *w, struct instant *ret)
{
	struct bearing *b = &ret->bearing;
	struct where beside = *w;
	struct kept *before;
	unsigned damaged = 0;

	before = older(p, &beside) ? load_next(p, true, &beside, &damaged) : NULL;
	ret->before = before ? before->root : NULL;
	ret->before_serial = before ? before->serial : 0;
	b->older_ms = before ? beside.wall_ms : ML_NONE;
	if (damaged > b->damaged)
		b->damaged = damaged;
	beside = *w;
	b->newer_ms = newer(p, &beside) ? beside.wall_ms : ML_NONE;
}

static double time_of(const struct past *p, const struct where *w)
{
	if (w->recorded)
		return (double)w->wall_ms * 1e-3 + p->offset;
	return (double)ml_history_monotonic_ns(p->start.history, w->i) * 1e-9;
}

/* What is looked for backwards is looked for onwards where there is nothing. */
static struct kept *load_any(struct past *p, struct where *w, unsigned *ret_damaged)
{
	struct where from = *w;
	struct kept *k = load_next(p, p->back, w, ret_damaged);

	if (k)
		return k;
	*w = from;
	return load_next(p, !p->back, w, ret_damaged);
}

int past_find(struct past *p, const struct aim *aim, struct instant *ret)
{
	struct instant found = { 0 };
	struct kept *k;
	struct where w;

	p->next.wall_ms = 0;
	p->back = aim->step ? aim->step < 0 : aim->span_ms <= 0;
	if (!locate(p, aim, &w))
		return complain(EXIT_UNREADABLE, "%s",
				p->recording ? "nothing is recorded there"
				: p->trouble ? p->trouble
					     : "nothing is remembered yet");
	k = load_any(p, &w, &found.bearing.damaged);
	if (!k)
		return complain(EXIT_UNREADABLE, "%s",
				w.recorded ? ml_ctx_error(p->start.ctx)
					   : "that instant cannot be read");
	found.root = k->root;
	found.serial = k->serial;
	found.at = time_of(p, &w);
	found.bearing.wall_ms = w.wall_ms;
	found.bearing.usual_ms = k->usual_ms;
	found.bearing.recorded = w.recorded;
	find_beside(p, &w, &found);
	p->next = *aim;
	p->next.wall_ms = w.wall_ms;
	*ret = found;
	return 0;
}

/* Backwards the instant before is unpacked, for rates; the one before that will be
 * next. */
bool past_peek(struct past *p, uint64_t wall_ms, struct ml_root **ret,
	       uint64_t *ret_wall_ms, double *ret_at)
{
	uint64_t usual_ms;
	struct where w;

	if (!recorded_beside(p, wall_ms + 1, false, &w) || unpack(p, &w, ret, &usual_ms))
		return false;
	*ret_wall_ms = w.wall_ms;
	*ret_at = time_of(p, &w);
	return true;
}

void past_look_ahead(struct past *p)
{
	struct where w;

	if (!p->next.wall_ms || (!p->next.step && !p->next.span_ms) ||
	    !locate(p, &p->next, &w) || !w.recorded)
		return;
	if (load(p, &w) && older(p, &w))
		(void)load(p, &w);
}
