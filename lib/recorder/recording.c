/* SPDX-License-Identifier: MIT */
/* recording: what was recorded, as roots - a folder of days, or the file of one. */
#include "recorder/recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "record/delta.h"
#include "record/instant.h"
#include "recorder/chain.h"
#include "recorder/folder.h"
#include "source/tape_tree.h"

/* Instants in a row that cannot be read before one gives up. */
#define DAMAGED_MAX 1000

struct ml_recording {
	struct ml_ctx *ctx;
	char *path;
	bool is_folder;
	struct ml_arena arena;
	struct ml_rows days; /* of struct ml_folder_day */
	struct ml_packer *packer;
	struct ml_buf frames[ML_CHAIN_LEVELS]; /* for one call */
	/* stays open, since what is asked next mostly lies beside what was asked last */
	struct ml_day *day; /* NULL: none is open */
	size_t opened;      /* its number */
};

static const struct ml_folder_day *day_at(const struct ml_recording *r, size_t i)
{
	return ml_rows_at(&r->days, i);
}

static int add_file(struct ml_recording *r)
{
	struct ml_folder_day *day;

	r->days = ML_ROWS(struct ml_folder_day);
	day = ml_rows_add(&r->days, &r->arena);
	if (!day)
		return ml_fail(r->ctx, -ENOMEM, "out of memory");
	day->path = r->path;
	return 0;
}

static int list(struct ml_recording *r)
{
	struct stat st;
	int rc;

	if (!r->path || ml_packer_new(&r->packer))
		return ml_fail(r->ctx, -ENOMEM, "out of memory");
	if (stat(r->path, &st))
		return ml_fail(r->ctx, -errno, "%s: %s", r->path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return add_file(r);
	r->is_folder = true;
	rc = ml_folder_list(r->ctx, r->path, &r->arena, &r->days);
	if (!rc && !r->days.n)
		return ml_fail(r->ctx, -ENOENT, "%s: nothing is recorded there", r->path);
	return rc;
}

int ml_recording_open(struct ml_ctx *ctx, const char *path, struct ml_recording **ret)
{
	struct ml_recording *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return ml_fail(ctx, -ENOMEM, "out of memory");
	r->ctx = ctx;
	r->path = strdup(path);
	rc = list(r);
	if (rc) {
		ml_recording_close(r);
		return rc;
	}
	*ret = r;
	return 0;
}

void ml_recording_close(struct ml_recording *r)
{
	if (!r)
		return;
	ml_day_close(r->day);
	ml_arena_deinit(&r->arena);
	ml_packer_free(r->packer);
	for (size_t i = 0; i < ML_CHAIN_LEVELS; i++)
		ml_buf_deinit(&r->frames[i]);
	free(r->path);
	free(r);
}

bool ml_recording_is_file(const char *path)
{
	char head[16] = "";
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(head, 1, sizeof(head), f) : 0;

	if (f)
		fclose(f);
	return n == sizeof(head) && memcmp(head, "SQLite format 3", sizeof(head)) == 0;
}

/* ---- an instant ---- */

/* Frames from one back to its key, which is the last. */
struct way {
	struct ml_day_frame at[ML_CHAIN_LEVELS];
	size_t n;
};

/* Without a message. */
static int find_way(struct ml_recording *r, struct ml_day *day,
		    const struct ml_day_frame *frame, struct way *ret)
{
	int rc = 0;

	ret->at[0] = *frame;
	ret->n = 1;
	while (!rc && frame->key != frame->id) {
		if (ret->n == ML_CHAIN_LEVELS || frame->key > frame->id)
			return -EBADMSG;
		rc = ml_day_get(day, frame->key, &ret->at[ret->n], &r->frames[ret->n]);
		frame = &ret->at[ret->n++];
	}
	return rc;
}

/* From the key on. Without a message. */
static int unpack(struct ml_recording *r, const struct way *way, struct ml_tape *tape)
{
	size_t i = way->n - 1;
	int rc = ml_instant_unpack(r->packer, way->at[i].data, tape);

	while (!rc && i--)
		rc = ml_delta_unpack(r->packer, way->at[i].data, tape);
	if (!rc)
		ml_tape_sort(tape);
	return rc;
}

/* Without a message. */
static int decode(struct ml_recording *r, struct ml_day *day,
		  const struct ml_day_frame *frame, struct ml_tree **ret)
{
	struct ml_tape *tape;
	struct way way;
	int rc = find_way(r, day, frame, &way);

	if (rc)
		return rc;
	tape = ml_tape_new(ML_KEEP_ALL, ML_FRAME_BYTES_MAX);
	rc = tape ? unpack(r, &way, tape) : -ENOMEM;
	if (rc) {
		ml_tape_free(tape);
		return rc;
	}
	return ml_tree_of_tape(tape, ret);
}

static int open_day(struct ml_recording *r, size_t i, struct ml_day **ret)
{
	int rc = 0;

	if (!r->day || r->opened != i) {
		ml_day_close(r->day);
		r->day = NULL;
		rc = ml_day_open(r->ctx, day_at(r, i)->path, &r->day);
	}
	r->opened = i;
	*ret = r->day;
	return rc;
}

/* The last at `wall_ms` or before in this day that can be read, as a tree. -ENOENT
 * without a message when there is none. */
static int find(struct ml_recording *r, struct ml_day *day, uint64_t wall_ms,
		struct ml_tree **ret, struct ml_recorded *found)
{
	struct ml_day_frame frame;
	int rc;

	while (found->damaged < DAMAGED_MAX) {
		rc = ml_day_find(day, wall_ms, &frame, &r->frames[0]);
		if (rc)
			return rc;
		rc = decode(r, day, &frame, ret);
		found->wall_ms = frame.wall_ms;
		if (!rc || rc == -ENOMEM)
			return rc;
		found->damaged++;
		if (!frame.wall_ms || frame.wall_ms > wall_ms)
			return -ENOENT;
		wall_ms = frame.wall_ms - 1;
	}
	return -ENOENT;
}

static int find_in_day(struct ml_recording *r, size_t i, uint64_t wall_ms,
		       struct ml_tree **ret, struct ml_recorded *found)
{
	struct ml_day *day;
	int rc = open_day(r, i, &day);

	if (rc)
		return rc;
	rc = find(r, day, wall_ms, ret, found);
	found->interval_ms = ml_day_interval(day);
	return rc;
}

int ml_recording_tree(struct ml_recording *r, uint64_t wall_ms, struct ml_tree **ret,
		      struct ml_recorded *ret_found)
{
	struct ml_recorded found = { 0 };
	int rc = -ENOENT, failed = 0;

	for (size_t i = r->days.n; i-- && rc;) {
		if (day_at(r, i)->from_ms > wall_ms)
			continue;
		rc = find_in_day(r, i, wall_ms, ret, &found);
		if (rc == -ENOMEM)
			return ml_fail(r->ctx, rc, "out of memory");
		if (rc && rc != -ENOENT)
			failed = rc; /* with a message; an older day may do */
	}
	if (!rc) {
		*ret_found = found;
		return 0;
	}
	if (failed)
		return failed;
	if (found.damaged)
		return ml_fail(r->ctx, -EBADMSG,
			       "%s: damaged: no instant of that time can be read",
			       r->path);
	return ml_fail(r->ctx, -ENOENT, "%s: nothing was recorded at that time or before",
		       r->path);
}

int ml_recording_root(struct ml_recording *r, uint64_t wall_ms, struct ml_root **ret,
		      struct ml_recorded *ret_found)
{
	struct ml_tree *tree;
	int rc = ml_recording_tree(r, wall_ms, &tree, ret_found);

	if (rc)
		return rc;
	rc = ml_root_of_tree(r->ctx, tree, ret);
	if (rc)
		tree->ops->close(tree);
	return rc;
}

/* ---- from instant to instant ---- */

/* In which days it may lie: those of all files are UTC's, and the file of one day alone
 * has no beginning. */
static bool may_hold(const struct ml_recording *r, size_t i, uint64_t wall_ms, bool later)
{
	if (later)
		return i + 1 == r->days.n || day_at(r, i + 1)->from_ms > wall_ms;
	return day_at(r, i)->from_ms < wall_ms;
}

static uint64_t last_of(const struct ml_rows *days)
{
	const struct ml_folder_day *last = ml_rows_at(days, days->n - 1);

	return last->from_ms;
}

/* Another day may have begun since they were listed. */
static bool list_again(struct ml_recording *r)
{
	struct ml_arena arena = { 0 };
	struct ml_rows days;

	if (!r->is_folder || ml_folder_list(r->ctx, r->path, &arena, &days) || !days.n ||
	    last_of(&days) <= last_of(&r->days)) {
		ml_arena_deinit(&arena);
		return false;
	}
	ml_day_close(r->day);
	r->day = NULL;
	ml_arena_deinit(&r->arena);
	r->arena = arena;
	r->days = days;
	return true;
}

static int find_beside(struct ml_recording *r, uint64_t wall_ms, bool later,
		       uint64_t *ret)
{
	int rc = -ENOENT, failed = 0;

	for (size_t k = 0; k < r->days.n && rc; k++) {
		size_t i = later ? k : r->days.n - 1 - k;
		struct ml_day *day;

		if (!may_hold(r, i, wall_ms, later))
			continue;
		rc = open_day(r, i, &day);
		if (!rc)
			rc = ml_day_beside(day, wall_ms, later, ret);
		if (rc && rc != -ENOENT)
			failed = rc; /* with a message; the next day may do */
	}
	if (!rc || failed)
		return rc ? failed : 0;
	return ml_fail(r->ctx, -ENOENT, "%s: nothing was recorded %s that", r->path,
		       later ? "after" : "before");
}

int ml_recording_beside(struct ml_recording *r, uint64_t wall_ms, bool later,
			uint64_t *ret)
{
	int rc = find_beside(r, wall_ms, later, ret);

	if (rc && later && list_again(r))
		rc = find_beside(r, wall_ms, later, ret);
	return rc;
}

/* The day that an instant lies in. */
static size_t day_of(const struct ml_recording *r, uint64_t wall_ms)
{
	size_t i = r->days.n - 1;

	while (i && day_at(r, i)->from_ms > wall_ms)
		i--;
	return i;
}

int ml_recording_instant(struct ml_recording *r, uint64_t wall_ms, struct ml_root **ret,
			 uint64_t *ret_interval_ms)
{
	struct ml_day_frame frame;
	struct ml_tree *tree;
	struct ml_day *day;
	int rc = open_day(r, day_of(r, wall_ms), &day);

	if (rc)
		return rc;
	rc = ml_day_find(day, wall_ms, &frame, &r->frames[0]);
	if (!rc && frame.wall_ms != wall_ms)
		rc = -ENOENT;
	if (!rc)
		rc = decode(r, day, &frame, &tree);
	if (!rc) {
		rc = ml_root_of_tree(r->ctx, tree, ret);
		if (rc)
			tree->ops->close(tree);
	}
	if (rc)
		return ml_fail(r->ctx, rc == -EINVAL ? -EBADMSG : rc,
			       "%s: an instant cannot be read: %s", r->path,
			       strerror(-rc));
	*ret_interval_ms = ml_day_interval(day);
	return 0;
}

/* ---- its days ---- */

size_t ml_recording_count(const struct ml_recording *r)
{
	return r->days.n;
}

const char *ml_recording_path(const struct ml_recording *r, size_t i)
{
	return day_at(r, i)->path;
}

int ml_recording_range(struct ml_recording *r, size_t i, struct ml_day_range *ret)
{
	struct ml_day *day;
	int rc = ml_day_open(r->ctx, day_at(r, i)->path, &day);

	if (rc)
		return rc;
	rc = ml_day_range(day, ret);
	ml_day_close(day);
	return rc;
}

int ml_recording_gaps(struct ml_recording *r, size_t i, uint64_t ms, ml_day_gap_fn *fn,
		      void *data)
{
	struct ml_day *day;
	int rc = ml_day_open(r->ctx, day_at(r, i)->path, &day);

	if (rc)
		return rc;
	rc = ml_day_gaps(day, ms, fn, data);
	ml_day_close(day);
	return rc;
}

int ml_recording_marks(struct ml_recording *r, size_t i, ml_day_mark_fn *fn, void *data)
{
	struct ml_day *day;
	int rc = ml_day_open(r->ctx, day_at(r, i)->path, &day);

	if (rc)
		return rc;
	rc = ml_day_marks(day, fn, data);
	ml_day_close(day);
	return rc;
}
