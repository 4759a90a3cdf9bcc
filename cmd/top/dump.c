/* SPDX-License-Identifier: MIT */
/* dump: screens as text, for scripts and tests. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "top/session.h"

struct dump {
	struct app *app;
	struct sampling *sampling;
	struct canvas canvas;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void take(struct shot *shot, void *data)
{
	struct dump *d = data;

	shot_free(app_take(d->app, shot));
	while ((shot = app_left(d->app)))
		shot_free(shot);
}

/* Sample what the screen wants, and draw it. When the next sample is due. */
static int refresh(struct dump *d, double *ret_next)
{
	struct want want;

	app_want(d->app, &want);
	*ret_next = sampling_step(d->sampling, &want, now(), take, d);
	return app_paint(d->app, &d->canvas) ? complain(EXIT_FAILED, "out of memory") : 0;
}

static bool take_length(const char *text, char **end, size_t *ret)
{
	*ret = *text >= '0' && *text <= '9' ? strtoul(text, end, 10) : 0;
	return *ret >= 1 && *ret <= 1000;
}

static int parse_size(const char *text, size_t *ret_w, size_t *ret_h)
{
	char *end;

	if (!take_length(text, &end, ret_w) || *end != 'x' ||
	    !take_length(end + 1, &end, ret_h) || *end)
		return complain(EXIT_USAGE, "%s: not a size like 80x24", text);
	return 0;
}

/* Every key sees what the one before has brought. */
static int press(struct dump *d, const char *keys)
{
	double next;
	int rc = refresh(d, &next);

	while (!rc && keys && *keys && !d->app->over) {
		const struct key key = { .code = key_parse(&keys) };

		app_key(d->app, &key);
		rc = refresh(d, &next);
	}
	return rc;
}

static int print(const struct dump *d)
{
	int rc = canvas_print(&d->canvas, stdout);

	if (!rc && fflush(stdout))
		rc = -errno;
	return rc ? complain(EXIT_FAILED, "standard output: %s", strerror(-rc)) : 0;
}

static void sleep_until(double at)
{
	struct timespec t = { .tv_sec = (time_t)at };

	t.tv_nsec = (long)((at - (double)t.tv_sec) * 1e9);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

/* What comes next: of this machine after the delay, of a replay at once. False: nothing
 * does. */
static bool go_on(struct dump *d, const struct opts *opts)
{
	const struct app *app = d->app;
	struct aim aim = { .wall_ms = app->bearing.wall_ms };
	struct want want;

	if (app->over || app->origin.kind == ORIGIN_COPY)
		return false;
	if (is_replay(app)) {
		if (app->bearing.newer_ms == ML_NONE)
			return false;
		aim.span_ms = (int64_t)(opts->delay * 1000);
		aim.step = !aim.span_ms;
		app_aim(d->app, &aim);
		return true;
	}
	app_want(app, &want);
	sleep_until(sampling_step(d->sampling, &want, now(), take, d));
	return true;
}

static int print_frames(struct dump *d, const struct opts *opts)
{
	double next;
	int rc = print(d);

	for (uint64_t n = 1; !rc && opts->batch && (!opts->count || n < opts->count);
	     n++) {
		if (!go_on(d, opts))
			break;
		rc = refresh(d, &next);
		if (!rc && fputc('\n', stdout) == EOF)
			rc = complain(EXIT_FAILED, "standard output: %s",
				      strerror(errno));
		if (!rc)
			rc = print(d);
	}
	return rc;
}

int top_dump(struct app *app, struct sampling *sampling, const struct opts *opts)
{
	struct dump d = { .app = app, .sampling = sampling };
	size_t w = 80, h = 24;
	int rc = opts->dump ? parse_size(opts->dump, &w, &h) : 0;

	if (!opts->dump && opts->style.width > 0)
		w = opts->style.width;
	if (!rc && canvas_resize(&d.canvas, w, h))
		rc = complain(EXIT_FAILED, "out of memory");
	complain_quietly(true);
	if (!rc)
		rc = press(&d, opts->keys);
	complain_quietly(false);
	if (!rc)
		rc = print_frames(&d, opts);
	canvas_deinit(&d.canvas);
	sampling_close(sampling);
	return rc;
}
