/* SPDX-License-Identifier: MIT */
/* history: the instants of one session in memory. */
#include "record/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/str.h"
#include "record/carry.h"
#include "record/frame.h"
#include "record/instant.h"
#include "source/identity.h"

#define BYTES_MAX (8u << 20)
#define ALL_S 300
#define STEP_S 15
#define OLDEST_S 3600
#define CARRY_S 60

/* A new base after so many instants, or when what differs from it is an eighth of it. */
#define BASE_INSTANTS 60
#define BASE_DRIFT 8

/* What instants are packed against. */
struct base {
	unsigned refs;
	size_t n;
	char *packed;
};

struct instant {
	struct ml_when when;
	struct base *base;
	size_t n;
	char *packed;
};

struct ml_history {
	struct ml_ctx *ctx;
	struct ml_history_bounds bounds;
	struct ml_packer *packer;
	struct ml_carry carry;
	struct instant *at;
	size_t n, cap;
	size_t bytes;          /* of all that is packed */
	struct base *base;     /* the newest */
	unsigned since_base;   /* instants */
	struct ml_buf base_text;
	struct ml_buf text, packed; /* for one call */
};

static double or_usual(double v, double usual)
{
	return v > 0 ? v : usual;
}

int ml_history_new(struct ml_ctx *ctx, const struct ml_history_bounds *bounds,
		   struct ml_history **ret)
{
	struct ml_history *h = calloc(1, sizeof(*h));

	if (!h || ml_packer_new(&h->packer)) {
		free(h);
		return ml_fail(ctx, -ENOMEM, "out of memory");
	}
	h->ctx = ctx;
	h->bounds = (struct ml_history_bounds){
		.bytes = bounds && bounds->bytes ? bounds->bytes : BYTES_MAX,
		.all_s = or_usual(bounds ? bounds->all_s : 0, ALL_S),
		.step_s = or_usual(bounds ? bounds->step_s : 0, STEP_S),
		.oldest_s = or_usual(bounds ? bounds->oldest_s : 0, OLDEST_S),
		.carry_s = or_usual(bounds ? bounds->carry_s : 0, CARRY_S),
	};
	*ret = h;
	return 0;
}

/* ---- dropping ---- */

static void unref_base(struct ml_history *h, struct base *base)
{
	if (!base || --base->refs)
		return;
	h->bytes -= base->n;
	free(base->packed);
	free(base);
}

static void drop(struct ml_history *h, struct instant *instant)
{
	h->bytes -= instant->n;
	free(instant->packed);
	unref_base(h, instant->base);
}

void ml_history_free(struct ml_history *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++)
		drop(h, &h->at[i]);
	unref_base(h, h->base);
	free(h->at);
	ml_carry_deinit(&h->carry);
	ml_packer_free(h->packer);
	ml_buf_deinit(&h->base_text);
	ml_buf_deinit(&h->text);
	ml_buf_deinit(&h->packed);
	free(h);
}

static double seconds_between(const struct instant *from, const struct instant *to)
{
	return (double)(to->when.monotonic_ns - from->when.monotonic_ns) / 1e9;
}

static uint64_t step_of(const struct ml_history *h, const struct instant *instant)
{
	return (uint64_t)((double)instant->when.monotonic_ns / 1e9 / h->bounds.step_s);
}

/* Of the old ones the first of each step stays. */
static bool is_too_close(const struct ml_history *h, const struct instant *before,
			 const struct instant *instant)
{
	return before && step_of(h, before) == step_of(h, instant);
}

static void thin(struct ml_history *h)
{
	const struct instant *newest = &h->at[h->n - 1], *before = NULL;
	size_t kept = 0, n = h->n;

	for (size_t i = 0; i < n; i++) {
		double age = seconds_between(&h->at[i], newest);

		if (age > h->bounds.oldest_s ||
		    (age > h->bounds.all_s && is_too_close(h, before, &h->at[i]))) {
			drop(h, &h->at[i]);
			continue;
		}
		h->at[kept] = h->at[i];
		before = &h->at[kept++];
	}
	h->n = kept;
}

/* The newest stays, whatever it takes. */
static void bound(struct ml_history *h)
{
	size_t gone = 0;

	while (gone + 1 < h->n && ml_history_bytes(h) > h->bounds.bytes)
		drop(h, &h->at[gone++]);
	h->n -= gone;
	memmove(h->at, h->at + gone, h->n * sizeof(*h->at));
}

/* ---- adding ---- */

static char *copy(struct ml_str s)
{
	char *p = malloc(s.n ? s.n : 1);

	return p ? memcpy(p, s.p, s.n) : NULL;
}

/* The text at hand becomes what the next ones are packed against. */
static int set_base(struct ml_history *h)
{
	struct base *base = calloc(1, sizeof(*base));
	struct ml_buf swap;
	int rc = -ENOMEM;

	ml_buf_clear(&h->packed);
	if (base)
		rc = ml_frame_pack(h->packer, ml_buf_text(&h->text), (struct ml_str){ 0 },
				   &h->packed);
	if (!rc && !(base->packed = copy(ml_buf_text(&h->packed))))
		rc = -ENOMEM;
	if (rc) {
		free(base);
		return rc;
	}
	base->refs = 1;
	base->n = h->packed.n;
	h->bytes += base->n;
	unref_base(h, h->base);
	h->base = base;
	h->since_base = 0;
	ml_buf_clear(&h->base_text);
	swap = h->base_text;
	h->base_text = h->text;
	h->text = swap;
	ml_buf_clear(&h->text);
	ml_buf_str(&h->text, ml_buf_text(&h->base_text));
	return h->text.failed ? -ENOMEM : 0;
}

static int pack(struct ml_history *h)
{
	ml_buf_clear(&h->packed);
	return ml_frame_pack(h->packer, ml_buf_text(&h->text), ml_buf_text(&h->base_text),
			     &h->packed);
}

static int pack_against_base(struct ml_history *h)
{
	int rc = h->base ? pack(h) : 0;

	if (rc || (h->base && h->since_base < BASE_INSTANTS &&
		   h->packed.n < h->base->n / BASE_DRIFT + 1024))
		return rc;
	rc = set_base(h);
	return rc ? rc : pack(h);
}

static int append(struct ml_history *h, struct ml_when when)
{
	struct instant *at = h->at;
	size_t cap = h->cap ? 2 * h->cap : 64;

	if (h->n == h->cap) {
		at = realloc(h->at, cap * sizeof(*at));
		if (!at)
			return -ENOMEM;
		h->at = at;
		h->cap = cap;
	}
	at += h->n;
	*at = (struct instant){ when, h->base, h->packed.n,
				copy(ml_buf_text(&h->packed)) };
	if (!at->packed)
		return -ENOMEM;
	h->base->refs++;
	h->since_base++;
	h->bytes += at->n;
	h->n++;
	return 0;
}

struct adding {
	struct ml_history *history;
	struct ml_root *root;
	struct ml_when when;
};

static int add(const struct ml_tape *tape, void *data)
{
	const struct adding *a = data;
	struct ml_history *h = a->history;
	int rc;

	ml_buf_clear(&h->text);
	rc = ml_instant_write(a->root, tape, ml_instant_when(a->root), &h->text);
	if (!rc)
		rc = pack_against_base(h);
	if (!rc)
		rc = append(h, a->when);
	return rc;
}

/* What a copy does not tell is when it was added, for the order of instants. */
static struct ml_when when_of(const struct ml_root *root)
{
	struct ml_when when = ml_instant_when(root);

	if (when.monotonic_ns == ML_NONE)
		when.monotonic_ns = root->tape->monotonic_ns;
	return when;
}

int ml_history_add(struct ml_history *h, struct ml_root *root)
{
	struct adding adding = { .history = h, .root = root };
	int rc;

	if (!ml_tape_keeps_all(root->tape) || !root->tape->files.n)
		return -ENODATA;
	(void)ml_root_identity(root); /* may read */
	adding.when = when_of(root);
	rc = ml_carry_over(&h->carry, root->tape, adding.when.monotonic_ns,
			   h->bounds.carry_s, add, &adding);
	if (rc)
		return rc;
	thin(h);
	bound(h);
	return 0;
}

/* ---- reading ---- */

size_t ml_history_count(const struct ml_history *h)
{
	return h->n;
}

size_t ml_history_bytes(const struct ml_history *h)
{
	return h->bytes + h->base_text.n + h->cap * sizeof(*h->at);
}

uint64_t ml_history_wall_ms(const struct ml_history *h, size_t i)
{
	return h->at[i].when.wall_ms;
}

uint64_t ml_history_monotonic_ns(const struct ml_history *h, size_t i)
{
	return h->at[i].when.monotonic_ns;
}

int ml_history_root(struct ml_history *h, size_t i, struct ml_root **ret)
{
	const struct instant *at = &h->at[i];
	struct ml_buf old = { 0 };
	struct ml_str base = ml_buf_text(&h->base_text);
	int rc = 0;

	if (at->base != h->base) {
		rc = ml_frame_unpack(h->packer,
				     (struct ml_str){ at->base->packed, at->base->n },
				     (struct ml_str){ 0 }, ML_FRAME_BYTES_MAX, &old);
		base = ml_buf_text(&old);
	}
	ml_buf_clear(&h->text);
	if (!rc)
		rc = ml_frame_unpack(h->packer, (struct ml_str){ at->packed, at->n },
				     base, ML_FRAME_BYTES_MAX, &h->text);
	if (!rc)
		rc = ml_instant_root(h->ctx, ml_buf_text(&h->text), ret);
	ml_buf_deinit(&old);
	return rc;
}
