/* SPDX-License-Identifier: MIT */
/* session: memlens top from its start to its end. */
#include "top/session.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "top/settings.h"

/* A screen by its name, with what it is about. */
static int show_named(struct app *app, const struct opts *opts)
{
	const struct panel *panel;

	if (!opts->noperands)
		return 0;
	panel = panel_find(opts->operands[0]);
	if (!panel)
		return complain(EXIT_USAGE,
				"top: %s: no such screen (memlens top --help)",
				opts->operands[0]);
	if (opts->noperands > 1 && !panel->subject)
		return complain(EXIT_USAGE, "top: %s is about nothing in particular",
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
	return complain(EXIT_USAGE, "top: %s: no such theme (memlens top --help)", theme);
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
 * them once they were freed, between small ones that stay. */
static void bound_memory(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 64 << 10);
	mallopt(M_ARENA_MAX, 1);
#endif
}

int top_run(const struct command *command, const struct opts *opts)
{
	const bool draws = !opts->dump && !opts->batch;
	const struct sampling_start start = { opts->root, opts->page_size, opts->config,
					      draws };
	struct settings settings;
	struct sampling *sampling;
	struct app app = { 0 };
	int rc;

	(void)command;
	settings_default(&settings);
	rc = opts->theme ? check_theme(opts->theme) : 0;
	if (rc)
		return rc;
	raise_descriptors();
	bound_memory();
	rc = sampling_open(&start, &sampling);
	if (rc)
		return rc;
	if (app_init(&app, &settings, &opts->style, opts->root,
		     sampling_is_live(sampling))) {
		sampling_close(sampling);
		return complain(EXIT_FAILED, "out of memory");
	}
	if (draws)
		settings_load(&app);
	if (opts->delay > 0)
		app.settings.interval = opts->delay;
	if (opts->theme)
		app.settings.theme = opts->theme;
	rc = show_named(&app, opts);
	if (rc)
		sampling_close(sampling);
	else
		rc = (draws ? top_interact : top_dump)(&app, sampling, opts);
	app_deinit(&app);
	return rc;
}
