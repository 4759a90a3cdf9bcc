/* SPDX-License-Identifier: MIT */
/* watching: many instants, one after the other, for what they tell of trends. */
#include "watching.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "recordings.h"

/* Of all time so much at most is spent on looking. */
#define SHARE_MOST .05

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Look, and let go of what was seen. */
static int see_earlier(struct run *r, struct ml_root *root, bool check)
{
	struct ml_source gone;
	struct ml_snap *snap;
	int rc = run_take_earlier(r, root, &snap);

	if (rc)
		return rc;
	if (check)
		run_check_sources(r, snap, NULL);
	r->over = run_is_over(r, snap, &gone);
	rc = ml_watch_add(r->watch, snap);
	ml_snap_unref(snap);
	return rc ? run_fail(r, rc) : 0;
}

int watch_begin(struct run *r)
{
	if (ml_watch_new(r->ctx, r->opts->watching, &r->watch))
		return run_fail(r, -ENOMEM);
	r->asked.query.watch = r->watch;
	return 0;
}

/* All that is seen but for the last, which is then taken and shown as any other. */
static int watch_live(struct run *r)
{
	const struct opts *opts = r->opts;
	static const uint64_t nobody[1];
	double step = opts->interval;
	int rc = watch_begin(r);

	if (!r->asked.query.npids) /* else who is named is read each time */
		r->asked.query.fresh = nobody;
	if (isatty(STDERR_FILENO) && opts->watch_for >= 5)
		complain(0, "watching for %g seconds; Ctrl-C ends it early",
			 opts->watch_for);
	for (size_t n = 0; !rc && !run_is_stopped(r); n++) {
		double cost = -cpu_seconds();

		rc = see_earlier(r, r->root, n == 0);
		cost += cpu_seconds();
		if (rc || r->over || r->status == EXIT_UNREADABLE)
			break;
		if (ml_watch_seconds(r->watch) + 1.5 * step > opts->watch_for)
			break;
		if (n && cost / SHARE_MOST > step)
			step = cost / SHARE_MOST;
		run_wait(r, step);
	}
	if (!rc && !r->over && !r->status && !run_is_stopped(r))
		run_wait(r, step);
	return rc ? rc : r->status;
}

static int see_recorded(struct ml_root *root, void *data)
{
	return run_is_stopped(data) ? 1 : see_earlier(data, root, false);
}

int watch_recorded(struct run *r)
{
	int rc = watch_begin(r);

	if (!rc)
		rc = each_recorded(r->ctx, r->opts, see_recorded, r);
	return run_is_stopped(r) ? 0 : rc;
}

/* From one sample to the next; the first root finds them. */
static int watch_copy(struct run *r)
{
	struct ml_root *first = r->root, *later;
	int rc = watch_begin(r);

	for (unsigned n = 2; !rc && !ml_root_sample(first, n, &later); n++) {
		rc = see_earlier(r, r->root, n == 2);
		if (r->root != first)
			ml_root_unref(r->root);
		r->root = later;
	}
	if (!rc && r->root == first)
		rc = complain(EXIT_USAGE,
			      "%s: one instant does not move: memlens %s looks at this "
			      "machine, at a capture with samples, or with --from at "
			      "recordings",
			      r->opts->root, r->command->name);
	if (r->root != first)
		ml_root_unref(first);
	return rc;
}

int watch(struct run *r)
{
	if (is_recorded(r->opts))
		return watch_recorded(r);
	return ml_root_is_live(r->root) ? watch_live(r) : watch_copy(r);
}
