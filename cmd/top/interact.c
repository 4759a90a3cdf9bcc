/* SPDX-License-Identifier: MIT */
/* interact: the loop on a terminal. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "top/sampler.h"
#include "top/self.h"
#include "top/session.h"
#include "top/settings.h"
#include "top/terminal.h"

struct interaction {
	struct app *app;
	struct terminal *terminal;
	struct sampler *sampler;
	struct canvas canvas;
	struct self self;
	/* Of the want that the sampler has. */
	unsigned change;
	double interval;
	uint64_t fresh[FRESH_MAX];
	size_t nfresh;
	bool dirty; /* the screen is to be drawn */
};

/* What is shown is to be sampled, when that is another thing than before. */
static void tell_want(struct interaction *i)
{
	const struct app *app = i->app;
	struct want want;

	if (i->change == app->change && i->interval == app->settings.interval &&
	    i->nfresh == app->nfresh &&
	    !memcmp(i->fresh, app->fresh, app->nfresh * sizeof(*app->fresh)))
		return;
	app_want(app, &want);
	sampler_want(i->sampler, &want);
	i->change = want.change;
	i->interval = want.interval;
	i->nfresh = want.nfresh;
	memcpy(i->fresh, want.fresh, want.nfresh * sizeof(*want.fresh));
}

static int draw(struct interaction *i)
{
	size_t w, h;

	terminal_size(i->terminal, &w, &h);
	if ((w != i->canvas.w || h != i->canvas.h) && canvas_resize(&i->canvas, w, h))
		return -ENOMEM;
	if (i->app->redraw) {
		terminal_set_theme(i->terminal, i->app->settings.theme);
		terminal_redraw(i->terminal);
		i->app->redraw = false;
	}
	if (app_paint(i->app, &i->canvas))
		return -ENOMEM;
	terminal_show(i->terminal, &i->canvas);
	i->dirty = false;
	return 0;
}

static void take_keys(struct interaction *i)
{
	struct key key;

	while (!i->app->over && (key = terminal_key(i->terminal)).code != KEY_NONE) {
		app_key(i->app, &key);
		i->dirty = true;
	}
}

static void take_shots(struct interaction *i)
{
	struct shot *shot;

	while ((shot = sampler_take(i->sampler))) {
		i->dirty |= shot->panel == i->app->view->panel;
		sampler_release(i->sampler, app_take(i->app, shot));
	}
	while ((shot = app_left(i->app)))
		sampler_release(i->sampler, shot);
	i->app->self = self_measure(&i->self, &i->app->style);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Until a replay goes on by itself, in ms and not too many of them; -1: for ever. */
static int patience(struct interaction *i)
{
	double at = now(), due = play_due(&i->app->playing, at);

	if (!(due < (double)INFINITY))
		return -1;
	return due - at > 60 ? 60000 : (int)((due - at) * 1e3) + 1;
}

static int loop(struct interaction *i)
{
	struct pollfd fds[] = { { .fd = terminal_fd(i->terminal), .events = POLLIN },
				{ .fd = terminal_signal_fd(i->terminal),
				  .events = POLLIN },
				{ .fd = sampler_fd(i->sampler), .events = POLLIN } };
	int rc = 0;

	i->change = i->app->change - 1;
	i->dirty = true;
	while (!i->app->over && !rc) {
		if (i->dirty)
			rc = draw(i);
		tell_want(i);
		if (rc || (poll(fds, sizeof(fds) / sizeof(fds[0]), patience(i)) < 0 &&
			   errno != EINTR))
			break;
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			i->app->over = true;
		if (fds[2].revents)
			take_shots(i);
		take_keys(i);
		app_tick(i->app, now());
	}
	return rc;
}

int top_interact(struct app *app, struct sampling *sampling, const struct opts *opts)
{
	const struct look look = { app->settings.theme,
				   app->style.color || opts->style.color,
				   app->style.ascii };
	struct interaction i = { .app = app };
	int rc = sampler_start(sampling, &i.sampler);

	if (rc)
		return complain(EXIT_FAILED, "%s: %s", is_replay(app) ? "replay" : "top",
				strerror(-rc));
	rc = terminal_open(&look, &i.terminal);
	if (rc) {
		sampler_stop(i.sampler);
		return complain(EXIT_FAILED, "%s: %s", is_replay(app) ? "replay" : "top",
				rc == -ENOTTY
					? "not a terminal (--dump 80x24 prints a screen)"
				: rc == -EINVAL ? "this TERM is not known"
						: strerror(-rc));
	}
	complain_quietly(true);
	self_start(&i.self);
	if (opts->keys)
		for (const char *keys = opts->keys; *keys;) {
			const struct key key = { .code = key_parse(&keys) };

			app_key(app, &key);
		}
	rc = loop(&i);
	terminal_close(i.terminal);
	complain_quietly(false);
	sampler_stop(i.sampler);
	canvas_deinit(&i.canvas);
	settings_save(app);
	return rc ? complain(EXIT_FAILED, "out of memory") : EXIT_DONE;
}
