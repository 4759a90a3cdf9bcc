/* SPDX-License-Identifier: MIT */
/* recorder: writes samples of a machine into a folder, and keeps that in bounds. */
#include "recorder/recorder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "record/instant.h"
#include "recorder/chain.h"
#include "recorder/day.h"
#include "recorder/folder.h"
#include "recorder/jump.h"
#include "recorder/numbers.h"
#include "recorder/past.h"
#include "recorder/sampler.h"
#include "recorder/seen.h"
#include "source/identity.h"
#include "source/log.h"

/* Whether files are to be removed is looked at after so many samples. */
#define PRUNE_SAMPLES 30
/* What outlives the days may take this part of all. */
#define PAST_SHARE 4
/* Longer than all is read in, also of what stands still, with room for samples that come
 * late. */
#define CARRY_S ((ML_SEEN_ROUNDS + 2) * ML_SAMPLER_TURN)
/* No more than this is on the tape at once. */
#define TAPE_BYTES (256u << 10)
/* All that is known of a machine: 10,000 processes. */
#define WHOLE_BYTES (48u << 20)

struct ml_recorder {
	struct ml_ctx *ctx;
	char *folder;
	struct ml_recorder_bounds bounds;
	int lock;
	struct ml_root *root;
	struct ml_sampler *sampler;
	struct ml_day *day;
	char *day_path;
	/* the sample that is taken */
	bool begun;
	int failed; /* -errno */
	struct ml_when when;
	struct ml_whole whole; /* what is known, read now or a little before */
	/* how it is written */
	struct ml_delta delta;
	struct ml_chain chain; /* in that day */
	size_t key_bytes;      /* packed */
	struct ml_lent lent;   /* of the whole */
	struct ml_buf packed;
	unsigned since_prune;
	struct ml_numbers numbers;
	uint64_t before_ns; /* when the last sample began; 0: there was none */
	struct ml_jump jump;
	char jumped[ML_JUMP_TEXT];
};

void ml_recorder_free(struct ml_recorder *r)
{
	if (!r)
		return;
	ml_day_close(r->day);
	ml_sampler_free(r->sampler);
	if (r->root->tape)
		r->root->tape->drain = NULL;
	ml_root_unref(r->root);
	ml_chain_clear(&r->chain);
	ml_arena_deinit(&r->lent.tape.arena);
	ml_whole_deinit(&r->whole);
	ml_numbers_deinit(&r->numbers);
	ml_packer_free(r->delta.packer);
	ml_delta_deinit(&r->delta);
	ml_buf_deinit(&r->packed);
	if (r->lock >= 0)
		close(r->lock);
	free(r->day_path);
	free(r->folder);
	free(r);
}

/* ---- what is known ---- */

/* With when it is, and whose machine. */
static int begin(struct ml_recorder *r)
{
	struct ml_tape head = { .files = ML_ROWS(struct ml_taped) };
	int rc;

	r->begun = true;
	r->when = ml_instant_when(r->root);
	ml_whole_begin(&r->whole);
	rc = ml_instant_head(r->root, r->when, &head);
	if (!rc)
		rc = ml_whole_put(&r->whole, &head.files, r->when.monotonic_ns);
	ml_arena_deinit(&head.arena);
	return rc;
}

/* What was read takes the place of what was known. */
static void learn(void *data)
{
	struct ml_recorder *r = data;
	struct ml_tape *tape = r->root->tape;

	if (!r->begun)
		r->failed = begin(r);
	if (!r->failed)
		r->failed = ml_whole_put(&r->whole, &tape->files, r->when.monotonic_ns);
	if (!r->failed && tape->full)
		r->failed = -ENOMEM;
	ml_tape_clear(tape);
}

/* All is learnt anew. */
static int forget(struct ml_recorder *r, int rc)
{
	ml_chain_clear(&r->chain);
	ml_whole_deinit(&r->whole);
	r->failed = 0;
	return ml_fail(r->ctx, rc, "out of memory");
}

/* Where there is too much, nothing is known of processes. */
static int finish(struct ml_recorder *r)
{
	int rc;

	learn(r);
	r->begun = false;
	rc = r->failed;
	if (!rc)
		rc = ml_whole_end(&r->whole, r->when.monotonic_ns, CARRY_S);
	if (!rc && r->whole.bytes > WHOLE_BYTES)
		rc = ml_whole_forget_processes(&r->whole);
	return rc ? forget(r, rc) : 0;
}

static void follow(struct ml_recorder *r)
{
	(void)ml_root_identity(r->root); /* not while something else is read */
	r->root->tape->drain_data = r;
	r->root->tape->drain_bytes = TAPE_BYTES;
	r->root->tape->drain = learn;
}

/* ---- making ---- */

/* Files in it are opened where no part of their path is a link; the folder may be one. */
static int settle_folder(struct ml_recorder *r)
{
	int rc = ml_folder_make(r->ctx, r->folder);
	char *path = rc ? NULL : realpath(r->folder, NULL);

	if (rc)
		return rc;
	if (!path)
		return ml_fail(r->ctx, -errno, "%s: %s", r->folder, strerror(errno));
	free(r->folder);
	r->folder = path;
	return 0;
}

static int set_up(struct ml_recorder *r)
{
	int rc = settle_folder(r);

	if (rc)
		return rc;
	r->lock = ml_folder_lock(r->ctx, r->folder);
	if (r->lock < 0)
		return r->lock;
	if (ml_packer_new(&r->delta.packer))
		return ml_fail(r->ctx, -ENOMEM, "out of memory");
	rc = ml_sampler_new(r->root, &r->sampler);
	if (!rc)
		follow(r);
	return rc;
}

int ml_recorder_of_root(struct ml_root *root, const char *folder,
			const struct ml_recorder_bounds *bounds, struct ml_recorder **ret)
{
	struct ml_recorder *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return ml_fail(root->ctx, -ENOMEM, "out of memory");
	r->ctx = root->ctx;
	r->root = ml_root_ref(root);
	r->lock = -1;
	r->bounds = *bounds;
	r->since_prune = PRUNE_SAMPLES;
	r->numbers.page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	r->folder = strdup(folder);
	rc = r->folder ? set_up(r) : ml_fail(r->ctx, -ENOMEM, "out of memory");
	if (rc) {
		ml_recorder_free(r);
		return rc;
	}
	*ret = r;
	return 0;
}

int ml_recorder_new(struct ml_ctx *ctx, const char *folder,
		    const struct ml_recorder_bounds *bounds, struct ml_recorder **ret)
{
	struct ml_root *root;
	int rc = ml_root_open(ctx, NULL, &root);

	if (rc)
		return rc;
	rc = ml_recorder_of_root(root, folder, bounds, ret);
	ml_root_unref(root);
	return rc;
}

/* ---- bounds ---- */

static bool is_current(const struct ml_recorder *r, const struct ml_folder_day *day)
{
	return r->day_path && strcmp(r->day_path, day->path) == 0;
}

static bool is_too_old(const struct ml_recorder *r, const struct ml_folder_day *day,
		       uint64_t now_ms)
{
	uint64_t end = day->from_ms + 86400000;

	return r->bounds.keep > 0 && ml_jump_is_settled(&r->jump) && end < now_ms &&
	       (double)(now_ms - end) / 1000 > r->bounds.keep;
}

static int bound_past(const struct ml_recorder *r, struct ml_past *past)
{
	return ml_past_bound(past, (int64_t)(r->when.wall_ms / 1000),
			     r->bounds.bytes / PAST_SHARE);
}

/* Its roll-ups stay, where they can be read and there is room for them. */
static int keep_past(const struct ml_recorder *r, const char *path)
{
	struct ml_past *past;
	int rc = ml_past_create(NULL, r->folder, &past);

	if (rc)
		return rc;
	rc = ml_past_take_day(past, path);
	if (!rc)
		rc = bound_past(r, past);
	ml_past_close(past);
	return rc;
}

/* What is kept of the past, in bytes, once it is not too large. */
static uint64_t shrink_past(const struct ml_recorder *r)
{
	uint64_t bytes = ml_past_bytes(r->folder);
	struct ml_past *past;

	if (!r->bounds.bytes || bytes <= r->bounds.bytes / PAST_SHARE ||
	    ml_past_create(NULL, r->folder, &past))
		return bytes;
	(void)!bound_past(r, past);
	ml_past_close(past);
	return ml_past_bytes(r->folder);
}

/* Later, when another writes to the past just now. */
static int remove_day(const struct ml_recorder *r, const char *path)
{
	int rc = keep_past(r, path);

	return rc == -EBUSY ? rc : ml_folder_remove(path);
}

/* By the clock of the last sample. */
static void prune(struct ml_recorder *r)
{
	struct ml_arena arena = { 0 };
	struct ml_rows days = { 0 };
	const struct ml_folder_day *day;
	uint64_t now = r->when.wall_ms, bytes = shrink_past(r);

	r->since_prune = 0;
	if (!ml_folder_list(r->ctx, r->folder, &arena, &days)) {
		ml_for_each_row(day, &days)
			bytes += day->bytes;
		ml_for_each_row(day, &days) {
			bool over = r->bounds.bytes && bytes > r->bounds.bytes;

			if (is_current(r, day)) {
				if (over)
					(void)!ml_day_shrink(r->day);
			} else if (over || is_too_old(r, day, now)) {
				if (!remove_day(r, day->path))
					bytes -= day->bytes;
			}
		}
	}
	ml_arena_deinit(&arena);
}

/* ---- one sample ---- */

static void close_day(struct ml_recorder *r)
{
	ml_day_close(r->day);
	free(r->day_path);
	r->day = NULL;
	r->day_path = NULL;
	ml_chain_clear(&r->chain);
}

/* The file of that day; a new one begins with a key frame. */
static int open_day(struct ml_recorder *r, uint64_t wall_ms)
{
	struct ml_arena arena = { 0 };
	const char *path = ml_folder_path(r->folder, wall_ms, &arena);
	int rc = path ? 0 : ml_fail(r->ctx, -ENOMEM, "out of memory");

	if (!rc && (!r->day || strcmp(path, r->day_path) != 0)) {
		close_day(r);
		r->day_path = strdup(path);
		rc = r->day_path ? ml_day_create(r->ctx, path, &r->day) : -ENOMEM;
		if (!rc)
			rc = ml_day_set_interval(r->day,
						 (uint64_t)(r->bounds.interval * 1000));
		if (rc)
			close_day(r);
	}
	ml_arena_deinit(&arena);
	return rc;
}

/* Against what it is told by, if that is worth it: then its id, else 0. */
static int pack(struct ml_recorder *r, int64_t *ret_base)
{
	const struct ml_chain_frame *base = ml_chain_base(&r->chain);
	int rc = 0;

	ml_buf_clear(&r->packed);
	if (base)
		rc = ml_delta_pack(&r->delta, &base->known, &r->whole, &r->packed);
	*ret_base = base ? base->id : 0;
	if (!rc && (!base || r->packed.n > r->key_bytes / 2 + 1024)) {
		ml_buf_clear(&r->packed);
		*ret_base = 0;
		rc = ml_instant_pack(r->delta.packer, &r->whole, &r->packed);
		r->key_bytes = r->packed.n;
	}
	return rc ? ml_fail(r->ctx, rc, "a sample: %s", strerror(-rc)) : 0;
}

static int write_frame(struct ml_recorder *r, const struct ml_tape *tape,
		       const char *mark)
{
	const struct ml_rows *numbers = &r->numbers.rows;
	const char *boot = ml_root_identity(r->root)->boot_id;
	struct ml_day_frame frame = { .wall_ms = r->when.wall_ms,
				      .boot = ml_str_of(boot),
				      .mark = mark };
	int rc = pack(r, &frame.key);

	if (rc)
		return rc;
	frame.data = ml_buf_text(&r->packed);
	if (ml_numbers_take(&r->numbers, tape, r->when.wall_ms))
		return ml_fail(r->ctx, -ENOMEM, "out of memory");
	rc = ml_day_add(r->day, &frame, (const struct ml_number *)(void *)numbers->at,
			numbers->n);
	if (!rc && ml_chain_add(&r->chain, frame.key == frame.id, frame.id, &r->whole))
		rc = ml_fail(r->ctx, -ENOMEM, "out of memory");
	return rc;
}

static int write_sample(struct ml_recorder *r, const char *mark)
{
	int rc = ml_whole_lend(&r->whole, &r->lent);

	if (rc)
		return ml_fail(r->ctx, rc, "out of memory");
	rc = open_day(r, r->when.wall_ms);
	return rc ? rc : write_frame(r, &r->lent.tape, mark);
}

static double since_last(struct ml_recorder *r)
{
	uint64_t now =
		r->root->live ? ml_clock_monotonic_ns() : r->root->manifest->monotonic_ns;
	uint64_t before = r->before_ns;

	r->before_ns = now;
	return before ? (double)(now - before) / 1e9 : r->bounds.interval;
}

/* What the clocks did is told of a sample that has nothing graver to tell. */
static const char *mark_of(struct ml_recorder *r, const char *mark)
{
	struct ml_clocks now = ml_clocks_now();

	if (!ml_jump_step(&r->jump, &now, r->jumped) || mark)
		return mark;
	return r->jumped;
}

int ml_recorder_sample(struct ml_recorder *r, const char *mark)
{
	int rc = ml_sampler_take(r->sampler, since_last(r), mark != NULL);
	int finished = finish(r);

	if (rc)
		return ml_fail(r->ctx, rc, "out of memory");
	rc = finished ? finished : write_sample(r, mark_of(r, mark));
	if (r->since_prune++ >= PRUNE_SAMPLES || rc == -ENOSPC)
		prune(r);
	return rc;
}

void ml_recorder_put_log(struct ml_recorder *r, struct ml_str text, int error)
{
	if (error)
		ml_tape_add_error(r->root->tape, "/" ML_LOG_TEXT, error);
	else
		ml_tape_add(r->root->tape, "/" ML_LOG_TEXT, text);
}

int ml_recorder_tell_quick(struct ml_recorder *r, double seconds)
{
	return r->day ? ml_day_set_quick(r->day,
					 ml_clock_wall_ms() + (uint64_t)(seconds * 1000))
		      : 0;
}
