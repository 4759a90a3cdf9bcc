/* SPDX-License-Identifier: MIT */
/* run: a capture while it is made - what is written, and what is noted of it. */
#include "capture/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "model/feeds.h"
#include "source/identity.h"
#include "source/walk.h"

/* A process of 65,530 mappings, the default limit, has smaps of 50 MiB. */
#define FILE_BYTES_MAX (64u << 20)
/* The kernel takes some seconds to walk the page tables of 100 GiB. */
#define FILE_NS_MAX (20ull * 1000000000)
#define READ_BYTES (64u << 10)

int ml_capture_check(const struct ml_capture_run *r)
{
	const struct ml_capture *what = r->what;

	return what->stopped && what->stopped(what->data) ? -EINTR : 0;
}

/* ---- notes ---- */

static void note(struct ml_capture_run *r, const char *status, int error, size_t bytes,
		 const char *path)
{
	uint64_t ms = (ml_clock_monotonic_ns() - r->start_ns) / 1000000;

	ml_buf_printf(&r->manifest, "%s %d %zu %llu ", status, error, bytes,
		      (unsigned long long)ms);
	ml_manifest_escape(&r->manifest, ml_str_of(path));
	ml_buf_add(&r->manifest, "\n", 1);
}

int ml_capture_note(struct ml_capture_run *r, const char *path, int error)
{
	enum ml_status status = ml_status_of(-error);

	/* The kernel may lack memory for one file on a machine in trouble; what we lack
	 * ourselves shows when the next one is kept. */
	if (error == -EINTR)
		return error;
	if (status == ML_DENIED)
		r->sums->denied++;
	note(r, ml_status_name(status), -error, 0, path);
	return 0;
}

void ml_capture_omit(struct ml_capture_run *r, const char *path)
{
	note(r, "omitted", ENODATA, 0, path);
}

static void head_text(struct ml_buf *out, const char *key, struct ml_str value)
{
	if (!value.n)
		return;
	ml_buf_printf(out, "%s ", key);
	ml_manifest_escape(out, value);
	ml_buf_add(out, "\n", 1);
}

static void head_number(struct ml_buf *out, const char *key, uint64_t value)
{
	if (value != ML_NONE)
		ml_buf_printf(out, "%s %llu\n", key, (unsigned long long)value);
}

/* As people write it. */
static void head_time(struct ml_buf *out, uint64_t wall_ms)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	char text[32];
	struct tm tm;

	if (wall_ms != ML_NONE && gmtime_r(&seconds, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		ml_buf_printf(out, "time %s\n", text);
}

static void head_host(struct ml_capture_run *r, const struct ml_identity *id)
{
	struct ml_str name = ml_str_of(id->name);

	ml_buf_clear(&r->shown);
	if (r->what->redact && name.n) {
		ml_redact_line(&r->redactor, name, &r->shown);
		name = ml_str_skip(ml_buf_text(&r->shown), 0);
		name.n -= name.n > 0;
	}
	head_text(&r->manifest, "host", name);
}

static uint64_t page_size_of(const struct ml_root *root)
{
	if (root->live)
		return (uint64_t)sysconf(_SC_PAGESIZE);
	return root->page_size ? root->page_size : ML_NONE;
}

/* Of a copy the times are those that it tells, if it does. */
void ml_capture_begin(struct ml_capture_run *r)
{
	const struct ml_identity *id = ml_root_identity(r->root);
	const struct ml_manifest *told = r->root->manifest;
	bool live = r->root->live;
	struct ml_buf *out = &r->manifest;

	ml_buf_clear(out);
	ml_arena_deinit(&r->arena);
	r->folders = ML_ROWS(const char *);
	r->start_ns = ml_clock_monotonic_ns();
	r->wall_ms = live ? ml_clock_wall_ms() : told->wall_ms;
	ml_buf_printf(out, ML_MANIFEST_MAGIC "\nmemlens %s\n", ml_version());
	head_host(r, id);
	head_text(out, "kernel", ml_str_of(id->kernel));
	head_text(out, "boot_id", ml_str_of(id->boot_id));
	head_number(out, "page_size", page_size_of(r->root));
	head_number(out, "clock_ticks", live ? (uint64_t)sysconf(_SC_CLK_TCK) : ML_NONE);
	head_number(out, "wall_ms", r->wall_ms);
	head_number(out, "monotonic_ns", live ? r->start_ns : told->monotonic_ns);
	head_time(out, r->wall_ms);
	ml_buf_printf(out, "sample %u of %u\nredacted %s\n\n", r->sample,
		      r->what->samples ? r->what->samples : 1,
		      r->what->redact ? "yes" : "no");
}

/* ---- writing ---- */

/* The path in the sink. Borrowed until the next call; NULL without memory. */
static const char *sink_path(struct ml_capture_run *r, const char *stored)
{
	ml_buf_clear(&r->path);
	ml_buf_printf(&r->path, "%s%s", r->prefix, stored);
	return r->path.failed ? NULL : r->path.p;
}

static uint64_t wall_now(const struct ml_capture_run *r)
{
	if (r->wall_ms == ML_NONE || !r->root->live)
		return r->wall_ms;
	return r->wall_ms + (ml_clock_monotonic_ns() - r->start_ns) / 1000000;
}

static int write_file(struct ml_capture_run *r, const char *stored, struct ml_str text)
{
	const char *path = sink_path(r, stored);

	return path ? r->sink->ops->file(r->sink, path, text, wall_now(r)) : -ENOMEM;
}

static const char *stored_at(const struct ml_capture_place *place)
{
	return place->stored ? place->stored : place->path + 1;
}

int ml_capture_put(struct ml_capture_run *r, const struct ml_capture_place *place,
		   struct ml_str text, ml_redact_fn *redact)
{
	int rc;

	if (redact && r->what->redact) {
		ml_buf_clear(&r->shown);
		redact(&r->redactor, text, &r->shown);
		if (r->shown.failed)
			return -ENOMEM;
		text = ml_buf_text(&r->shown);
	}
	if (text.n > ML_TREE_BYTES_MAX - r->sums->bytes) {
		r->cut = EFBIG;
		text.n = 0;
	}
	if (r->cut)
		r->sums->cut++;
	if (!r->cut || text.n) {
		rc = write_file(r, stored_at(place), text);
		if (rc)
			return rc;
		r->sums->files++;
		r->sums->bytes += text.n;
	}
	note(r, r->cut ? "cut" : "ok", r->cut, text.n, place->path);
	r->cut = 0;
	return 0;
}

static bool is_noted(const struct ml_capture_run *r, const char *path)
{
	const char **noted;

	ml_for_each_row(noted, &r->folders)
		if (strcmp(*noted, path) == 0)
			return true;
	return false;
}

int ml_capture_folder(struct ml_capture_run *r, const char *path, int error)
{
	const char *stored = sink_path(r, path + 1), **noted;

	if (is_noted(r, path))
		return 0;
	noted = ml_rows_add(&r->folders, &r->arena);
	if (noted)
		*noted = ml_arena_strndup(&r->arena, path, strlen(path));
	if (!stored || !noted || !*noted)
		return -ENOMEM;
	if (error)
		return ml_capture_note(r, path, error);
	note(r, "folder", 0, 0, path);
	return r->sink->ops->dir(r->sink, stored, wall_now(r));
}

int ml_capture_end(struct ml_capture_run *r)
{
	if (r->manifest.failed)
		return -ENOMEM;
	return write_file(r, "MANIFEST", ml_buf_text(&r->manifest));
}

/* ---- listing ---- */

struct listing {
	struct ml_arena *arena;
	struct ml_rows *rows; /* of const char * */
};

static int keep_name(struct ml_str name, void *data)
{
	const struct listing *l = data;
	const char **row = ml_rows_add(l->rows, l->arena);

	if (row)
		*row = ml_arena_strndup(l->arena, name.p, name.n);
	return row && *row ? 0 : -ENOMEM;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int ml_capture_names(const struct ml_capture_run *r, const char *path, struct ml_arena *a,
		     struct ml_rows *ret)
{
	struct listing l = { a, ret };
	int rc;

	*ret = ML_ROWS(const char *);
	rc = ml_walk_names(r->root, path, keep_name, &l);
	if (!rc && ret->n)
		qsort(ret->at, ret->n, ret->size, by_name);
	return rc;
}

/* ---- reading ---- */

/* What was read of a file that is too large, or too slow, up to its last whole line. */
static void cut_here(struct ml_capture_run *r, int why)
{
	const char *end = memrchr(r->text.p, '\n', r->text.n);

	r->cut = why;
	if (end)
		r->text.n = (size_t)(end - r->text.p) + 1;
}

/* Into r->text. The kernel gives most files a page at a time, so that between reads there
 * is time to look at the clock. */
static int read_bounded(struct ml_capture_run *r, int fd)
{
	uint64_t start = ml_clock_monotonic_ns();

	ml_buf_clear(&r->text);
	r->cut = 0;
	for (;;) {
		char *room = ml_buf_room(&r->text, READ_BYTES);
		ssize_t n = room ? read(fd, room, READ_BYTES) : 0;
		int rc = n < 0 && errno != EINTR ? -errno : ml_capture_check(r);

		if (!room || rc)
			return room ? rc : -ENOMEM;
		if (!n)
			return 0;
		r->text.n += n > 0 ? (size_t)n : 0;
		if (r->text.n >= FILE_BYTES_MAX)
			cut_here(r, EFBIG);
		else if (ml_clock_monotonic_ns() - start > FILE_NS_MAX)
			cut_here(r, ETIMEDOUT);
		if (r->cut)
			return 0;
	}
}

/* What a wildcard met is no file. */
static bool is_folder(const struct ml_capture_run *r, int error)
{
	return error == -EISDIR || (!r->root->live && error == -EINVAL);
}

int ml_capture_copy(struct ml_capture_run *r, const char *path,
		    const struct ml_capture_place *place, ml_redact_fn *redact,
		    bool loose, int *ret_error)
{
	_cleanup_close_ int fd = -1;
	int rc = ml_capture_check(r);

	if (rc)
		return rc;
	fd = ml_root_openat(r->root, path);
	rc = fd < 0 ? fd : read_bounded(r, fd);
	if (ret_error)
		*ret_error = rc;
	if (loose && is_folder(r, rc))
		return 0;
	return rc ? ml_capture_note(r, place->path, rc)
		  : ml_capture_put(r, place, ml_buf_text(&r->text), redact);
}
