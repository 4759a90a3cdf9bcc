/* SPDX-License-Identifier: MIT */
/* history: the instants of one session in memory. */
#include "record/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/str.h"
#include "record/frame.h"
#include "record/instant.h"
#include "record/key.h"
#include "record/whole.h"
#include "source/identity.h"
#include "source/tape_text.h"
#include "source/tape_tree.h"

#define BYTES_MAX (8u << 20)
#define ALL_S 300
#define STEP_S 15
#define OLDEST_S 3600
#define CARRY_S 60

/* A group is no more than this, so that it is soon unpacked, and can be dropped alone. */
#define GROUP_INSTANTS 64
#define GROUP_PART 8 /* of all bytes */

/* Buffers that are larger are not kept. */
#define BUFFER_BYTES (1u << 20)

/* No more than this is on a tape that is followed. */
#define TAPE_BYTES (256u << 10)

/* The first of a group is a key; each of the others is what was read since the one
 * before, packed against the second one. */
struct instant {
	struct ml_when when;
	struct ml_key *key; /* or NULL */
	size_t n;
	char *packed;
};

struct ml_history {
	struct ml_ctx *ctx;
	struct ml_history_bounds bounds;
	struct ml_packer *packer;
	struct ml_keys keys;
	struct ml_whole whole; /* as of the newest */
	struct instant *at;
	size_t n, cap;
	size_t bytes;             /* of all that is packed, but keys */
	size_t group;             /* where the newest begins */
	size_t group_bytes;       /* of its instants, but the key */
	bool closed;              /* nothing more may be added to it */
	struct ml_buf base;       /* the text of its second instant */
	struct ml_root *followed; /* or NULL */
	/* of the instant that is gathered */
	struct ml_when when;
	bool begun;
	bool key;                   /* it will be one */
	bool full;                  /* not all that was read of processes fitted */
	size_t files;               /* in its text */
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
	h->keys.packer = h->packer;
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

static void drop(struct ml_history *h, struct instant *instant)
{
	h->bytes -= instant->n;
	free(instant->packed);
	ml_key_free(&h->keys, instant->key);
}

void ml_history_free(struct ml_history *h)
{
	if (!h)
		return;
	if (h->followed)
		h->followed->tape->drain = NULL;
	for (size_t i = 0; i < h->n; i++)
		drop(h, &h->at[i]);
	free(h->at);
	ml_whole_deinit(&h->whole);
	ml_packer_free(h->packer);
	ml_buf_deinit(&h->base);
	ml_buf_deinit(&h->text);
	ml_buf_deinit(&h->packed);
	free(h);
}

static double seconds_between(const struct instant *from, const struct instant *to)
{
	return (double)(to->when.monotonic_ns - from->when.monotonic_ns) / 1e9;
}

static uint64_t step_of(const struct ml_history *h, uint64_t monotonic_ns)
{
	return (uint64_t)((double)monotonic_ns / 1e9 / h->bounds.step_s);
}

/* Of the old ones the first of each step stays. */
static bool is_too_close(const struct ml_history *h, const struct instant *before,
			 const struct instant *instant)
{
	return before && step_of(h, before->when.monotonic_ns) ==
				 step_of(h, instant->when.monotonic_ns);
}

/* Behind the last one of the group that begins there. */
static size_t group_end(const struct ml_history *h, size_t i)
{
	do
		i++;
	while (i < h->n && !h->at[i].key);
	return i;
}

/* How many of a group stay: all, the key, or none. */
static size_t count_kept(const struct ml_history *h, const struct instant *before,
			 size_t from, size_t to)
{
	const struct instant *newest = &h->at[h->n - 1];

	if (seconds_between(&h->at[from], newest) > h->bounds.oldest_s)
		return 0;
	if (seconds_between(&h->at[to - 1], newest) <= h->bounds.all_s)
		return to - from;
	return is_too_close(h, before, &h->at[from]) ? 0 : 1;
}

static void thin(struct ml_history *h)
{
	const struct instant *before = NULL;
	size_t n = 0, end;

	for (size_t i = 0; i < h->group; i = end) {
		size_t kept;

		end = group_end(h, i);
		kept = count_kept(h, before, i, end);
		for (size_t k = i + kept; k < end; k++)
			drop(h, &h->at[k]);
		memmove(h->at + n, h->at + i, kept * sizeof(*h->at));
		if (kept)
			before = &h->at[n];
		n += kept;
	}
	memmove(h->at + n, h->at + h->group, (h->n - h->group) * sizeof(*h->at));
	h->n -= h->group - n;
	h->group = n;
}

/* The newest group stays, whatever it takes. */
static void bound(struct ml_history *h)
{
	size_t gone = 0;

	while (gone < h->group && ml_history_bytes(h) > h->bounds.bytes) {
		size_t end = group_end(h, gone);

		while (gone < end)
			drop(h, &h->at[gone++]);
	}
	h->n -= gone;
	h->group -= gone;
	memmove(h->at, h->at + gone, h->n * sizeof(*h->at));
}

/* ---- adding ---- */

/* What one instant needed and most do not. */
static void let_go(struct ml_buf *buf)
{
	if (buf->cap <= BUFFER_BYTES)
		return;
	ml_buf_deinit(buf);
	*buf = (struct ml_buf){ 0 };
}

static int append(struct ml_history *h, struct instant instant)
{
	size_t cap = h->cap ? 2 * h->cap : 64;
	struct instant *at;

	if (h->n == h->cap) {
		at = realloc(h->at, cap * sizeof(*at));
		if (!at)
			return -ENOMEM;
		h->at = at;
		h->cap = cap;
	}
	h->at[h->n++] = instant;
	return 0;
}

static int add_key(struct ml_history *h, struct ml_when when)
{
	const struct ml_key *of = h->n ? h->at[h->group].key : NULL;
	struct instant instant = { .when = when };
	int rc;

	rc = ml_whole_tidy(&h->whole);
	if (!rc)
		rc = ml_key_new(&h->keys, &h->whole, when.monotonic_ns, of, &instant.key);
	if (rc)
		return rc;
	rc = append(h, instant);
	if (rc) {
		ml_key_free(&h->keys, instant.key);
		return rc;
	}
	h->group = h->n - 1;
	h->group_bytes = 0;
	let_go(&h->base);
	return 0;
}

static int add_delta(struct ml_history *h, struct ml_when when)
{
	struct ml_str base = h->n - h->group > 1 ? ml_buf_text(&h->base) : ML_STR("");
	struct instant instant = { .when = when };
	struct ml_buf swap = h->base;
	int rc;

	ml_buf_clear(&h->packed);
	rc = ml_frame_pack(h->packer, ml_buf_text(&h->text), base, &h->packed);
	if (rc)
		return rc;
	instant.n = h->packed.n;
	instant.packed = malloc(instant.n);
	if (!instant.packed)
		return -ENOMEM;
	memcpy(instant.packed, h->packed.p, instant.n);
	rc = append(h, instant);
	if (rc) {
		free(instant.packed);
		return rc;
	}
	h->bytes += instant.n;
	h->group_bytes += instant.n;
	if (!base.n) {
		h->base = h->text;
		h->text = swap;
	}
	return 0;
}

static bool needs_key(const struct ml_history *h, struct ml_when when)
{
	const struct instant *first = h->at + h->group;

	return h->closed || !h->n || h->n - h->group >= GROUP_INSTANTS ||
	       h->group_bytes > h->bounds.bytes / GROUP_PART ||
	       step_of(h, first->when.monotonic_ns) != step_of(h, when.monotonic_ns);
}

/* What a copy does not tell is when it was added, for the order of instants. */
static struct ml_when when_of(const struct ml_root *root)
{
	struct ml_when when = ml_instant_when(root);

	if (when.monotonic_ns == ML_NONE)
		when.monotonic_ns = root->tape->monotonic_ns;
	return when;
}

/* Where nearly all was read anew a key takes less memory than its text. */
static int put_files(struct ml_history *h, const struct ml_rows *files)
{
	const struct ml_taped *file;

	if (h->text.n > BUFFER_BYTES) {
		h->key = true;
		ml_buf_clear(&h->text);
		let_go(&h->text);
	}
	if (!h->key) {
		ml_for_each_row(file, files)
			ml_tape_put(&h->text, file->path, file->text, file->error);
		h->files += files->n;
	}
	return h->text.failed ? -ENOMEM
			      : ml_whole_put(&h->whole, files, h->when.monotonic_ns);
}

static int parse(struct ml_str text, struct ml_tape *ret)
{
	*ret = (struct ml_tape){ .files = ML_ROWS(struct ml_taped) };
	return ml_tape_parse_unsorted(text, ML_INSTANT_MAGIC, ML_FRAME_BYTES_MAX, ret);
}

/* With when it is, and whose machine. */
static int begin(struct ml_history *h, struct ml_root *root)
{
	struct ml_tape head = { .files = ML_ROWS(struct ml_taped) };
	int rc;

	(void)ml_root_identity(root); /* may read */
	h->begun = true;
	h->full = false;
	h->files = 0;
	h->when = when_of(root);
	h->key = needs_key(h, h->when);
	ml_whole_begin(&h->whole);
	ml_buf_clear(&h->text);
	ml_buf_printf(&h->text, ML_INSTANT_MAGIC "\n");
	rc = ml_instant_head(root, ml_instant_when(root), &head);
	if (!rc)
		rc = put_files(h, &head.files);
	ml_arena_deinit(&head.arena);
	return rc;
}

/* Where not all that was read of processes fitted, nothing is known of any. */
static int end(struct ml_history *h)
{
	int rc = ml_whole_end(&h->whole, h->when.monotonic_ns, h->bounds.carry_s);

	h->begun = false;
	ml_buf_printf(&h->text, "end %zu\n", h->files);
	if (!rc && h->full)
		rc = ml_whole_forget_processes(&h->whole);
	if (!rc)
		rc = h->full || h->key ? add_key(h, h->when) : add_delta(h, h->when);
	h->closed = false;
	let_go(&h->text);
	let_go(&h->packed);
	return rc;
}

/* An instant is missing: what is known is learnt anew. */
static int give_up(struct ml_history *h, int rc)
{
	h->begun = false;
	h->closed = true;
	ml_whole_deinit(&h->whole);
	return rc;
}

int ml_history_gather(struct ml_history *h, struct ml_root *root)
{
	int rc = 0;

	if (!ml_tape_keeps_all(root->tape) || !root->tape->files.n)
		return -ENODATA;
	if (!h->begun)
		rc = begin(h, root);
	if (!rc)
		rc = put_files(h, &root->tape->files);
	h->full |= root->tape->full;
	ml_tape_clear(root->tape);
	return rc ? give_up(h, rc) : 0;
}

static void drain(void *data)
{
	struct ml_history *h = data;

	if (ml_history_gather(h, h->followed))
		return; /* that instant is given up */
}

void ml_history_follow(struct ml_history *h, struct ml_root *root)
{
	(void)ml_root_identity(root); /* it may not be read while something else is */
	h->followed = root;
	root->tape->drain_data = h;
	root->tape->drain_bytes = TAPE_BYTES;
	root->tape->drain = drain;
}

int ml_history_add(struct ml_history *h, struct ml_root *root)
{
	int rc = ml_history_gather(h, root);

	if (rc && !(rc == -ENODATA && h->begun))
		return rc;
	rc = end(h);
	if (rc)
		return give_up(h, rc);
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
	return h->bytes + h->keys.bytes + h->cap * sizeof(*h->at);
}

uint64_t ml_history_wall_ms(const struct ml_history *h, size_t i)
{
	return h->at[i].when.wall_ms;
}

uint64_t ml_history_monotonic_ns(const struct ml_history *h, size_t i)
{
	return h->at[i].when.monotonic_ns;
}

static int unpack(struct ml_history *h, const struct instant *at, struct ml_str base,
		  struct ml_buf *ret)
{
	struct ml_str frame = { at->packed, at->n };

	ml_buf_clear(ret);
	return ml_frame_unpack(h->packer, frame, base, ML_FRAME_BYTES_MAX, ret);
}

static int recall_delta(struct ml_history *h, const struct instant *at,
			struct ml_str text, struct ml_whole *ret)
{
	struct ml_tape tape;
	int rc = parse(text, &tape);

	ml_whole_begin(ret);
	if (!rc)
		rc = ml_whole_put(ret, &tape.files, at->when.monotonic_ns);
	if (!rc)
		rc = ml_whole_end(ret, at->when.monotonic_ns, h->bounds.carry_s);
	ml_arena_deinit(&tape.arena);
	return rc;
}

/* The key, and what was read since. */
static int recall(struct ml_history *h, size_t i, struct ml_whole *ret)
{
	struct ml_buf base = { 0 }, later = { 0 };
	size_t key = i;
	int rc;

	while (!h->at[key].key)
		key--;
	rc = ml_key_read(&h->keys, h->at[key].key, ret);
	for (size_t k = key + 1; k <= i && !rc; k++) {
		const struct instant *at = &h->at[k];
		struct ml_buf *text = k == key + 1 ? &base : &later;

		rc = unpack(h, at, k == key + 1 ? ML_STR("") : ml_buf_text(&base), text);
		if (!rc)
			rc = recall_delta(h, at, ml_buf_text(text), ret);
	}
	ml_buf_deinit(&base);
	ml_buf_deinit(&later);
	return rc;
}

int ml_history_root(struct ml_history *h, size_t i, struct ml_root **ret)
{
	struct ml_tape *tape = ml_tape_new(ML_KEEP_ALL, ML_FRAME_BYTES_MAX);
	struct ml_whole whole = { 0 };
	int rc = tape ? recall(h, i, &whole) : -ENOMEM;

	if (!rc)
		rc = ml_whole_to_tape(&whole, tape);
	ml_whole_deinit(&whole);
	if (!rc)
		return ml_root_of_tape(h->ctx, tape, ret);
	ml_tape_free(tape);
	return rc;
}
