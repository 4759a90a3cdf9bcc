/* SPDX-License-Identifier: MIT */
/* session: memlens top from its start to its end. */
#include "top/session.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "top/settings.h"
#include "when.h"

/* A screen by its name, with what it is about. */
static int show_named(struct app *app, const struct opts *opts)
{
	const struct panel *panel;

	if (!opts->noperands)
		return 0;
	panel = panel_find(opts->operands[0]);
	if (!panel)
		return complain(EXIT_USAGE, "%s: no such screen (memlens top --help)",
				opts->operands[0]);
	if (opts->noperands > 1 && !panel->subject)
		return complain(EXIT_USAGE, "%s: is about nothing in particular",
				panel->id);
	app_show(app, panel, opts->noperands > 1 ? strdup(opts->operands[1]) : NULL,
		 false);
	return 0;
}

static int check_theme(const char *theme)
{
	for (size_t i = 0; themes[i]; i++)
		if (strcmp(themes[i], theme) == 0)
			return 0;
	return complain(EXIT_USAGE, "%s: no such theme (memlens top --help)", theme);
}

/* Descriptors of processes are kept from one sample to the next. */
static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Large blocks come from the kernel and go back to it; by default the C library keeps
 * them once they were freed, between small ones that stay. A replay has nothing that
 * stays: each step wants the same blocks again, and faulting them in would take most of
 * it. */
static void bound_memory(bool replay)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, replay ? 32 << 20 : 64 << 10);
	mallopt(M_TRIM_THRESHOLD, replay ? 256 << 20 : 128 << 10);
	mallopt(M_ARENA_MAX, 1);
#endif
}

/* Where a replay begins: at its end, unless a time is asked for. */
static int find_aim(const struct opts *opts, struct aim *ret)
{
	const char *asked = opts->at ? opts->at : opts->from;
	struct timespec now;

	*ret = (struct aim){ .wall_ms = AIM_LAST };
	clock_gettime(CLOCK_REALTIME, &now);
	if (asked && !parse_when(asked, (uint64_t)now.tv_sec * 1000, &ret->wall_ms))
		return complain(EXIT_USAGE, "%s: not a time (" WHEN_FORMS ")", asked);
	return 0;
}

static int find_origin(const struct command *command, const struct opts *opts,
		       struct origin *ret)
{
	bool replay = command->run == cmd_replay;

	*ret = (struct origin){
		.kind = replay       ? ORIGIN_REPLAY
			: opts->root ? ORIGIN_COPY
				     : ORIGIN_LIVE,
		.root = opts->root,
		.recordings = opts->dir,
	};
	return replay ? find_aim(opts, &ret->aim) : 0;
}

static int open_sampling(const struct origin *origin, const struct opts *opts, bool draws,
			 struct sampling **ret)
{
	const struct sampling_start start = {
		.root = origin->root,
		.recordings = origin->recordings,
		.replay = origin->kind == ORIGIN_REPLAY ? &origin->aim : NULL,
		.page_size = opts->page_size,
		.config = opts->config,
		.idle = draws,
	};

	return sampling_open(&start, ret);
}

static void set(struct app *app, const struct opts *opts, bool draws)
{
	if (draws)
		settings_load(app);
	if (opts->delay > 0 && !is_replay(app)) /* there it is of --batch */
		app->settings.interval = opts->delay;
	if (opts->step > 0)
		app->large_ms = (int64_t)(opts->step * 1000);
	if (opts->theme)
		app->settings.theme = opts->theme;
}

int top_run(const struct command *command, const struct opts *opts)
{
	const bool draws = !opts->dump && !opts->batch;
	struct settings settings;
	struct sampling *sampling;
	struct origin origin;
	struct app app = { 0 };
	int rc;

	settings_default(&settings);
	rc = opts->theme ? check_theme(opts->theme) : 0;
	if (!rc)
		rc = find_origin(command, opts, &origin);
	if (rc)
		return rc;
	raise_descriptors();
	bound_memory(origin.kind == ORIGIN_REPLAY);
	rc = open_sampling(&origin, opts, draws, &sampling);
	if (rc)
		return rc;
	if (sampling_is_live(sampling)) /* --root / */
		origin.kind = ORIGIN_LIVE;
	if (app_init(&app, &settings, &opts->style, &origin)) {
		sampling_close(sampling);
		return complain(EXIT_FAILED, "out of memory");
	}
	set(&app, opts, draws);
	rc = show_named(&app, opts);
	if (rc)
		sampling_close(sampling);
	else
		rc = (draws ? top_interact : top_dump)(&app, sampling, opts);
	app_deinit(&app);
	return rc;
}
