/* SPDX-License-Identifier: MIT */
/* act: what keys do. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "top/app.h"
#include "top/lookup.h"
#include "when.h"

const struct ml_col *focused(const struct app *app)
{
	size_t n;
	const struct ml_col **cols = view_columns(app->view, app->view->cursor, &n);

	for (size_t i = 0; i < n; i++)
		if (cols[i] == app->view->focus)
			return cols[i];
	return n ? cols[0] : NULL;
}

void ask_for(struct app *app, enum asking asking, const char *label, const char *text)
{
	app->asking = asking;
	prompt_open(&app->prompt, label, text);
}

/* ---- from panel to panel ---- */

/* What the way's column says at the cursor, as words of a command. */
char *subject_at(const struct view *view, const char *column)
{
	char *subject = NULL;
	struct ml_value v;

	if (!column || !view_value(view, column, &v))
		return NULL;
	if (v.type == ML_TYPE_STR)
		return v.str.n ? strndup(v.str.p, v.str.n) : NULL;
	if (v.type != ML_TYPE_U64 ||
	    asprintf(&subject, "%llu", (unsigned long long)v.u64) < 0)
		return NULL;
	return subject;
}

/* What a panel that needs a subject is about when none was chosen: that of the row at the
 * cursor of a screen that leads to it. */
static char *find_subject(const struct app *app, const struct panel *panel)
{
	for (size_t p = 0; p < panels_count; p++) {
		const struct view *view = &app->views[p];
		const struct way *way = &panels[p].ways[0];

		if (!way->panel || strcmp(way->panel, panel->id) != 0)
			continue;
		if (view == app->view)
			return subject_at(view, way->column);
		if (view->pointed)
			return strdup(view->pointed);
	}
	return NULL;
}

void show_panel(struct app *app, const struct panel *panel)
{
	bool lacks = panel->subject && !app->views[panel - panels].subject;

	if (app->view->panel == panel)
		return;
	app_show(app, panel, lacks ? find_subject(app, panel) : NULL, true);
	if (panel->subject && !app->view->subject)
		ask_for(app, ASK_SUBJECT, panel->subject, "");
}

static void show_digit(struct app *app, int digit)
{
	for (size_t p = 0; p < panels_count; p++)
		if (panels[p].key == digit)
			show_panel(app, &panels[p]);
}

/* The next one that has a tab. */
static void turn(struct app *app, int by)
{
	size_t n = panels_count, p = (size_t)(app->view->panel - panels);

	do
		p = (p + (by > 0 ? 1 : n - 1)) % n;
	while (!panels[p].key);
	show_panel(app, &panels[p]);
}

static void go_back(struct app *app)
{
	struct step step;

	if (app->view->panel->descends && view_ascend(app->view))
		return;
	if (!app->nsteps)
		return;
	step = app->steps[--app->nsteps];
	app_show(app, step.panel, step.subject, false);
}

static char *ask_of_process(const struct app *app, const struct way *way)
{
	char *pid = subject_at(app->view, "pid"), *text = NULL;

	if (pid)
		text = lookup_value(app, way->ask, pid, way->column);
	free(pid);
	return text;
}

/* A panel that is about nothing in particular gets a cursor rather than a subject. */
static bool go(struct app *app, const struct way *way)
{
	char *subject =
		way->ask ? ask_of_process(app, way) : subject_at(app->view, way->column);
	const struct panel *panel = way->panel ? panel_find(way->panel) : NULL;

	if (!subject || !panel) {
		free(subject);
		return false;
	}
	if (panel->subject) {
		app_show(app, panel, subject, true);
	} else {
		app_show(app, panel, NULL, true);
		view_seek(app->view, subject);
	}
	return true;
}

/* The first way of its kind that leads on from this row. */
static bool go_any(struct app *app, bool zoom)
{
	const struct panel *panel = app->view->panel;

	for (size_t i = 0; i < WAYS_MAX; i++)
		if (panel->ways[i].panel && panel->ways[i].zoom == zoom &&
		    go(app, &panel->ways[i]))
			return true;
	return false;
}

static void enter(struct app *app)
{
	if (!view_descend(app->view) && !go_any(app, false))
		tell_row(app);
}

/* ---- sorting ---- */

/* "rss:asc" */
static bool is_ascending(const char *sort)
{
	const char *colon = sort ? strrchr(sort, ':') : NULL;

	return colon && strcmp(colon, ":asc") == 0;
}

static void sort_by(struct app *app, const struct ml_col *col, const char *direction)
{
	char *sort;

	if (!col || asprintf(&sort, "%s%s", col->key, direction) < 0)
		return;
	app->view->focus = col;
	app_try(app, &app->view->sort, sort);
}

static void sort_beside(struct app *app, int by)
{
	view_move_focus(app->view, by);
	sort_by(app, focused(app), "");
}

static void sort_invert(struct app *app)
{
	const struct ml_col *col = focused(app);
	bool text = col && col->type == ML_TYPE_STR;
	bool ascends = app->view->sort ? is_ascending(app->view->sort) ||
						 (text && !strchr(app->view->sort, ':'))
				       : text;

	sort_by(app, col, ascends ? ":desc" : ":asc");
}

/* ---- time ---- */

static void pause(struct app *app)
{
	app->paused = !app->paused;
	app->aim = (struct aim){ 0 };
	if (!app->paused)
		app->change++;
}

static void play(struct app *app)
{
	if (app->playing.on)
		play_stop(&app->playing);
	else
		play_start(&app->playing, &app->bearing);
	if (!app->playing.on && app->bearing.newer_ms == ML_NONE)
		app_say(app, true, "here the recording ends");
}

/* A key that is pressed again before the screen follows goes so much further. */
static void step(struct app *app, long by, int64_t span_ms)
{
	struct aim aim = app->aim;

	play_stop(&app->playing);
	if (!aim.wall_ms)
		aim.wall_ms = app->wall_ms ? app->wall_ms : AIM_LAST;
	aim.step += by;
	aim.span_ms += span_ms;
	app_aim(app, &aim);
}

/* To now, or to the end of what is replayed. */
static void go_to_end(struct app *app)
{
	const struct aim last = { .wall_ms = AIM_LAST };

	play_stop(&app->playing);
	if (is_replay(app))
		app_aim(app, &last);
	else if (app->paused)
		pause(app);
}

static void set_speed(struct app *app, bool slower)
{
	play_faster(&app->playing, slower);
	app_say(app, false, "%g times as fast as it was", play_speed(&app->playing));
}

static void set_interval(struct app *app, bool slower)
{
	static const double steps[] = { 0.5, 1, 2, 5, 10, 30, 60 };
	const size_t n = sizeof(steps) / sizeof(steps[0]);
	size_t i = 0;

	while (i + 1 < n && steps[i] < app->settings.interval)
		i++;
	if (slower ? i + 1 < n : i > 0)
		i += slower ? 1 : (size_t)-1;
	app->settings.interval = steps[i];
	app_say(app, false, "every %g s", steps[i]);
}

/* "+" is more of it, whichever of the two there is. */
static void set_pace(struct app *app, bool more)
{
	if (is_replay(app))
		set_speed(app, !more);
	else
		set_interval(app, more);
}

/* ---- looks ---- */

static void next_scale(struct app *app)
{
	static const char *const names[] = {
		[SCALE_HUMAN] = "powers of 1024",
		[SCALE_SI] = "powers of 1000",
		[SCALE_KIB] = "KiB",
		[SCALE_BYTES] = "bytes",
	};

	app->settings.scale = (app->settings.scale + 1) % (SCALE_BYTES + 1);
	app_say(app, false, "sizes in %s", names[app->settings.scale]);
	for (size_t s = 0; s < SECTIONS_MAX; s++)
		for (size_t t = 0; t < TABLES_MAX; t++)
			app->view->sheets[s][t].table =
				NULL; /* columns find their width anew */
}

static void next_theme(struct app *app)
{
	size_t i = 0;

	while (themes[i] && strcmp(themes[i], app->settings.theme) != 0)
		i++;
	app->settings.theme = themes[i] && themes[i + 1] ? themes[i + 1] : themes[0];
	app->redraw = true;
	app_say(app, false, "theme %s", app->settings.theme);
}

static void toggle_growth(struct app *app)
{
	app->view->growth = !app->view->growth;
	app->change++;
}

/* ---- prompts ---- */

static void ask_file(struct app *app)
{
	char name[PROMPT_MAX];
	time_t seconds = (time_t)(app->wall_ms / 1000);
	struct tm tm;

	snprintf(name, sizeof(name), "memlens-%s.txt", app->view->panel->id);
	if (app->wall_ms != ML_NONE && localtime_r(&seconds, &tm))
		snprintf(name, sizeof(name), "memlens-%s-%04d%02d%02d-%02d%02d%02d.txt",
			 app->view->panel->id, tm.tm_year + 1900, tm.tm_mon + 1,
			 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	ask_for(app, ASK_FILE, "write to", name);
}

/* ---- the keys ---- */

static void search_on(struct app *app, int by)
{
	if (!*app->search) {
		ask_for(app, ASK_SEARCH, "/", "");
		return;
	}
	app->searched = app->view;
	if (!view_search(app->view, app->search, by, false))
		app_say(app, true, "%s: no more", app->search);
}

static void tell_command(struct app *app)
{
	const struct shot *shot = app->view->shots[app->view->cursor.section];

	if (shot && shot->command)
		app_say(app, false, "%s", shot->command);
}

/* A screen that is about one thing is left first. */
static void quit(struct app *app)
{
	if (app->nsteps && app->view->panel->subject)
		go_back(app);
	else
		app->over = true;
}

static long page_of(const struct app *app)
{
	return app->view->h > 2 ? (long)app->view->h - 2 : 1;
}

void act(struct app *app, const struct binding *b)
{
	switch (b->action) {
	case ACTION_NONE:
		break;
	case ACTION_PANEL:
		show_digit(app, b->argument);
		break;
	case ACTION_NEXT_PANEL:
		turn(app, 1);
		break;
	case ACTION_PREVIOUS_PANEL:
		turn(app, -1);
		break;
	case ACTION_UP:
		view_move(app->view, -1);
		break;
	case ACTION_DOWN:
		view_move(app->view, 1);
		break;
	case ACTION_PAGE_UP:
		view_move(app->view, -page_of(app));
		break;
	case ACTION_PAGE_DOWN:
		view_move(app->view, page_of(app));
		break;
	case ACTION_FIRST:
	case ACTION_LAST:
		view_move_to_end(app->view, b->action == ACTION_LAST);
		break;
	case ACTION_FOCUS_LEFT:
		view_move_focus(app->view, -1);
		break;
	case ACTION_FOCUS_RIGHT:
		view_move_focus(app->view, 1);
		break;
	case ACTION_ENTER:
		enter(app);
		break;
	case ACTION_BACK:
		go_back(app);
		break;
	case ACTION_ZOOM:
		if (!go_any(app, true))
			app_say(app, true,
				"no control group and no processes lie that way");
		break;
	case ACTION_SEARCH:
		ask_for(app, ASK_SEARCH, "/", "");
		break;
	case ACTION_SEARCH_NEXT:
		search_on(app, 1);
		break;
	case ACTION_SEARCH_PREVIOUS:
		search_on(app, -1);
		break;
	case ACTION_FILTER:
		ask_for(app, ASK_FILTER, "filter", app->view->filter);
		break;
	case ACTION_COLUMNS:
		ask_for(app, ASK_COLUMNS, "columns",
			app->view->columns ? app->view->columns : "+");
		break;
	case ACTION_SORT_LEFT:
		sort_beside(app, -1);
		break;
	case ACTION_SORT_RIGHT:
		sort_beside(app, 1);
		break;
	case ACTION_SORT_INVERT:
		sort_invert(app);
		break;
	case ACTION_FOLD:
		view_fold(app->view);
		break;
	case ACTION_PAUSE:
		(is_replay(app) ? play : pause)(app);
		break;
	case ACTION_OLDER:
		step(app, -1, 0);
		break;
	case ACTION_NEWER:
		step(app, 1, 0);
		break;
	case ACTION_MUCH_OLDER:
		step(app, 0, -app->large_ms);
		break;
	case ACTION_MUCH_NEWER:
		step(app, 0, app->large_ms);
		break;
	case ACTION_JUMP:
		ask_for(app, ASK_TIME, "time", "");
		break;
	case ACTION_LIVE:
		go_to_end(app);
		break;
	case ACTION_GROWTH:
		toggle_growth(app);
		break;
	case ACTION_UNITS:
		next_scale(app);
		break;
	case ACTION_EXPLAIN:
		tell_column(app);
		break;
	case ACTION_COMMAND:
		tell_command(app);
		break;
	case ACTION_WRITE:
		ask_file(app);
		break;
	case ACTION_THEME:
		next_theme(app);
		break;
	case ACTION_FASTER:
		set_pace(app, false);
		break;
	case ACTION_SLOWER:
		set_pace(app, true);
		break;
	case ACTION_REDRAW:
		app->redraw = true;
		break;
	case ACTION_HELP:
		tell_help(app);
		break;
	case ACTION_QUIT:
		quit(app);
		break;
	}
}
