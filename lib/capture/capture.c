/* SPDX-License-Identifier: MIT */
/* capture: copies what is read of a machine into a tree that is a root again. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fail.h"
#include "capture/dirsink.h"
#include "capture/paths.h"
#include "capture/run.h"
#include "source/log.h"

/* Larger than any ring buffer: records that come while it is read must not keep us. */
#define KMSG_BYTES_MAX (32u << 20)

/* ---- files of the machine ---- */

/* Where the names of a pattern's first "*" are found. */
static const char *star_folder_end(const char *pattern)
{
	const char *star = strchr(pattern, '*');

	while (*star != '/')
		star--;
	return star;
}

static int expand(struct ml_capture_run *r, const char *pattern, bool loose,
		  ml_redact_fn *redact);

/* One step of a pattern: `folder` is listed, `part` is the component with the star. */
static int expand_names(struct ml_capture_run *r, const char *folder, struct ml_str part,
			const char *rest, ml_redact_fn *redact, struct ml_arena *a)
{
	struct ml_rows names;
	const char **name;
	int rc = ml_capture_names(r, folder, a, &names);

	if (rc == -ENOTDIR)
		return 0;
	if (rc)
		return ml_capture_folder(r, folder, rc);
	rc = ml_capture_folder(r, folder, 0);
	ml_for_each_row(name, &names) {
		struct ml_str s = ml_str_of(*name);
		const char *path;

		if (rc || !ml_capture_fits(s, part) || ml_capture_leaves(s))
			continue;
		path = ml_arena_printf(a, "%s/%s%s", folder, *name, rest);
		rc = path ? expand(r, path, true, redact) : -ENOMEM;
	}
	return rc;
}

/* A name with a star in it is read as a name, since expanding goes from left to right and
 * the kernel has none. */
static int expand(struct ml_capture_run *r, const char *pattern, bool loose,
		  ml_redact_fn *redact)
{
	struct ml_capture_place place = { pattern, NULL };
	struct ml_arena arena = { 0 };
	const char *end, *rest, *folder;
	struct ml_str part;
	int rc;

	if (!strchr(pattern, '*'))
		return ml_capture_copy(r, pattern, &place, redact, loose, NULL);
	end = star_folder_end(pattern);
	rest = end + 1 + strcspn(end + 1, "/");
	part = (struct ml_str){ end + 1, (size_t)(rest - end - 1) };
	folder = ml_arena_strndup(&arena, pattern, (size_t)(end - pattern));
	rc = folder ? expand_names(r, folder, part, rest, redact, &arena) : -ENOMEM;
	ml_arena_deinit(&arena);
	return rc;
}

static int copy_host(struct ml_capture_run *r)
{
	int rc = 0;

	for (size_t i = 0; i < ml_capture_host_count && !rc; i++)
		rc = expand(r, ml_capture_host[i].path, false, ml_capture_host[i].redact);
	return rc;
}

/* ---- users and the log ---- */

/* Names and numbers alone. */
static int copy_users(struct ml_capture_run *r)
{
	static const struct ml_capture_place place = { "/etc/passwd", NULL };
	struct ml_arena arena = { 0 };
	struct ml_buf out = { 0 };
	struct ml_str text, line, name, word, uid;
	int rc = ml_root_read(r->root, place.path, &arena, &text);

	if (rc) {
		ml_arena_deinit(&arena);
		return ml_capture_note(r, place.path, rc);
	}
	while (ml_next_line(&text, &line)) {
		if (!ml_split(&line, ':', &name) || !ml_split(&line, ':', &word) ||
		    !ml_split(&line, ':', &uid) || !name.n)
			continue;
		if (r->what->redact) {
			ml_redact_line(&r->redactor, name, &out);
			out.n -= out.n > 0;
		} else {
			ml_buf_str(&out, name);
		}
		ml_buf_printf(&out, ":x:%.*s::::\n", (int)uid.n, uid.p);
	}
	rc = out.failed ? -ENOMEM : ml_capture_put(r, &place, ml_buf_text(&out), NULL);
	ml_buf_deinit(&out);
	ml_arena_deinit(&arena);
	return rc;
}

/* Of the running kernel whole records, "6,123,456789,-;text"; of a copy what it has. */
static int read_log(struct ml_capture_run *r)
{
	const char *path;
	struct ml_log log;
	int rc = r->root->live ? ml_log_open_live(&log)
			       : ml_log_open_root(r->root, &log, &path);

	ml_buf_clear(&r->text);
	while (!rc && r->text.n < KMSG_BYTES_MAX) {
		char *room = ml_buf_room(&r->text, ML_LOG_RECORD_MAX);
		ssize_t n = room ? ml_log_read(&log, room, ML_LOG_RECORD_MAX) : -ENOMEM;

		if (!n)
			break;
		rc = n < 0 ? (int)n : ml_capture_check(r);
		r->text.n += n > 0 ? (size_t)n : 0;
	}
	r->cut = r->text.n >= KMSG_BYTES_MAX ? EFBIG : 0;
	ml_log_close(&log);
	return rc;
}

/* Whether anything is left of the log without names. */
static bool reports(struct ml_capture_run *r)
{
	ml_buf_clear(&r->shown);
	ml_redact_log(&r->redactor, ml_buf_text(&r->text), &r->shown);
	return r->shown.n > 0;
}

static int copy_log(struct ml_capture_run *r)
{
	static const struct ml_capture_place place = { "/dev/kmsg", ML_LOG_TEXT };
	int rc = read_log(r);

	if (rc)
		return ml_capture_note(r, place.path, rc);
	if (r->what->redact && !reports(r)) {
		ml_capture_omit(r, place.path);
		return 0;
	}
	return ml_capture_put(r, &place, ml_buf_text(&r->text), ml_redact_log);
}

/* ---- samples ---- */

static int (*const steps[])(struct ml_capture_run *r) = {
	copy_host,  ml_capture_blocks, ml_capture_shared,    ml_capture_queues,
	ml_capture_groups, copy_users, copy_log, ml_capture_processes,
	ml_capture_end,
};

static void name_sample(struct ml_capture_run *r)
{
	*r->prefix = '\0';
	if (r->sample == 2)
		snprintf(r->prefix, sizeof(r->prefix), "second-sample/");
	else if (r->sample > 2)
		snprintf(r->prefix, sizeof(r->prefix), "sample-%u/", r->sample);
}

static int take_sample(struct ml_capture_run *r)
{
	int rc = 0;

	name_sample(r);
	ml_capture_begin(r);
	for (size_t i = 0; i < ML_ARRAY_SIZE(steps) && !rc; i++)
		rc = steps[i](r);
	return rc;
}

/* Until `interval` after the start of the last sample. */
static int wait_for_next(const struct ml_capture_run *r)
{
	uint64_t ns = r->start_ns + (uint64_t)(r->what->interval * 1e9);
	struct timespec until = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
	int rc;

	do
		rc = ml_capture_check(r);
	while (!rc &&
	       clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR);
	return rc;
}

static int take_samples(struct ml_capture_run *r)
{
	unsigned n = r->what->samples ? r->what->samples : 1;
	int rc = 0;

	for (r->sample = 1; r->sample <= n && !rc; r->sample++) {
		if (r->sample > 1)
			rc = wait_for_next(r);
		if (!rc)
			rc = take_sample(r);
	}
	return rc ? rc : r->sink->ops->finish(r->sink);
}

/* ---- the whole ---- */

static bool is_archive(const char *path)
{
	static const char *const suffixes[] = { ".tar", ".tar.zst", ".tar.gz",
						".tar.xz" };

	for (size_t i = 0; i < ML_ARRAY_SIZE(suffixes); i++)
		if (ml_str_ends(ml_str_of(path), suffixes[i]))
			return true;
	return false;
}

static int open_sink(struct ml_ctx *ctx, const char *path, struct ml_sink **ret)
{
	if (!is_archive(path))
		return ml_dirsink_new(ctx, path, ret);
	if (!ctx->opener)
		return ml_fail(ctx, -EINVAL, "%s: nothing here writes archives", path);
	return ctx->opener->create(ctx, path, ret);
}

static int explain(struct ml_ctx *ctx, const char *path, int rc)
{
	if (rc == -EINTR)
		return ml_fail(ctx, rc, "%s: interrupted, nothing was kept", path);
	return ml_fail(ctx, rc, "%s: %s", path,
		       rc == -EEXIST ? "exists already" : strerror(-rc));
}

int ml_capture(struct ml_ctx *ctx, struct ml_root *root, const struct ml_capture *what,
	       struct ml_captured *ret)
{
	struct ml_captured sums = { 0 };
	struct ml_capture_run r = { .root = root, .what = what, .sums = &sums };
	uint64_t start = ml_clock_monotonic_ns();
	int rc;

	if (what->samples > 1 && !root->live)
		return ml_fail(ctx, -EINVAL,
			       "several samples: a copied machine does not move");
	rc = what->redact ? ml_redactor_init(&r.redactor) : 0;
	if (rc)
		return ml_fail(ctx, rc, "no random key to redact with: %s",
			       strerror(-rc));
	rc = open_sink(ctx, what->path, &r.sink);
	if (rc)
		return rc;
	rc = take_samples(&r);
	r.sink->ops->close(r.sink);
	ml_buf_deinit(&r.manifest);
	ml_buf_deinit(&r.text);
	ml_buf_deinit(&r.shown);
	ml_buf_deinit(&r.path);
	ml_arena_deinit(&r.arena);
	if (rc)
		return explain(ctx, what->path, rc);
	sums.seconds = (double)(ml_clock_monotonic_ns() - start) / 1e9;
	*ret = sums;
	return 0;
}
