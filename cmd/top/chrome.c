/* SPDX-License-Identifier: MIT */
/* chrome: the lines around a view - the title, the tabs, what it is about, the status. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "top/app.h"

/* Text that may hold a hostile name. */
static size_t put(const struct app *app, struct canvas *canvas, size_t x, size_t y,
		  unsigned ink, const char *text)
{
	char *safe = safe_string((struct ml_str){ text, strlen(text) }, app->style.utf8);
	size_t n = safe && x < canvas->w
			   ? canvas_text(canvas, x, y, canvas->w - x, ink, safe)
			   : 0;

	free(safe);
	return n;
}

static const struct ml_host *host_of(const struct app *app)
{
	for (size_t s = 0; s < SECTIONS_MAX; s++)
		if (app->view->shots[s] && app->view->shots[s]->result)
			return &app->view->shots[s]->host;
	return NULL;
}

static bool is_of_today(const struct app *app)
{
	return app->origin.kind == ORIGIN_LIVE &&
	       !(app->paused && app->aim.wall_ms && app->bearing.recorded);
}

static void put_time(const struct app *app, char *out, size_t room)
{
	time_t seconds = (time_t)(app->wall_ms / 1000);
	struct tm tm;

	*out = '\0';
	if (app->wall_ms && app->wall_ms != ML_NONE && localtime_r(&seconds, &tm))
		strftime(out, room, is_of_today(app) ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S",
			 &tm);
}

/* "90s", "2h10m": what matters of a distance. */
static void put_distance(uint64_t ms, char *out, size_t room)
{
	uint64_t s = ms / 1000;

	if (ms < 10000 && ms % 1000)
		snprintf(out, room, "%.3gs", (double)ms / 1000);
	else if (s < 100)
		snprintf(out, room, "%llus", (unsigned long long)s);
	else if (s < 3600)
		snprintf(out, room, "%llum%02llus", (unsigned long long)s / 60,
			 (unsigned long long)s % 60);
	else if (s < 86400)
		snprintf(out, room, "%lluh%02llum", (unsigned long long)s / 3600,
			 (unsigned long long)s / 60 % 60);
	else
		snprintf(out, room, "%llud%02lluh", (unsigned long long)s / 86400,
			 (unsigned long long)s / 3600 % 24);
}

/* The keys that lead to the instants beside it, and how far these are. */
static void beside_text(const struct bearing *b, bool newer, char *out, size_t room)
{
	uint64_t there = newer ? b->newer_ms : b->older_ms, ms;
	char distance[32];

	if (there == ML_NONE) {
		snprintf(out, room, newer ? "]end" : "[begin");
		return;
	}
	ms = newer ? there - b->wall_ms : b->wall_ms - there;
	put_distance(ms, distance, sizeof(distance));
	snprintf(out, room, "%c%s%s", newer ? ']' : '[', distance,
		 bearing_is_gap(b, ms) ? " gap" : "");
}

static bool is_past(const struct app *app)
{
	return app->paused && app->aim.wall_ms && app->bearing.wall_ms;
}

static void mode_text(const struct app *app, char *out, size_t room)
{
	char when[32], older[48], newer[48], speed[32] = "";

	put_time(app, when, sizeof(when));
	if (is_past(app)) {
		beside_text(&app->bearing, false, older, sizeof(older));
		beside_text(&app->bearing, true, newer, sizeof(newer));
		if (app->playing.on)
			snprintf(speed, sizeof(speed), " %gx", play_speed(&app->playing));
		snprintf(out, room, "%s%s %s %s %s", is_replay(app) ? "REPLAY" : "PAST",
			 speed, when, older, newer);
	} else if (is_replay(app)) {
		snprintf(out, room, "REPLAY");
	} else if (app->origin.kind == ORIGIN_COPY) {
		snprintf(out, room, "COPY %s", when);
	} else if (app->paused) {
		snprintf(out, room, "PAUSED %s", when);
	} else {
		snprintf(out, room, "LIVE %gs %s", app->settings.interval, when);
	}
}

/* What cannot be read is passed over, and said. */
static size_t put_damaged(const struct app *app, struct canvas *canvas, size_t x)
{
	char text[48];

	if (!is_past(app) || !app->bearing.damaged)
		return 0;
	snprintf(text, sizeof(text), " %u damaged", app->bearing.damaged);
	return put(app, canvas, x, 0, INK_ERROR, text);
}

/* The name of the program, of the machine, the time; what we take ourselves. */
static void paint_title(const struct app *app, struct canvas *canvas)
{
	const struct ml_host *host = host_of(app);
	char mode[256];
	size_t x = 0;

	mode_text(app, mode, sizeof(mode));
	x += put(app, canvas, x, 0, INK_TITLE, "memlens ");
	if (!is_past(app) || canvas->w >= 70)
		x += put(app, canvas, x, 0, INK_DIM, ml_version());
	if (host && host->name) {
		x += put(app, canvas, x, 0, INK_PLAIN, "  ");
		x += put(app, canvas, x, 0, INK_STRONG, host->name);
	}
	if (host && host->kernel && canvas->w >= (is_past(app) ? 110 : 70)) {
		x += put(app, canvas, x, 0, INK_PLAIN, "  ");
		x += put(app, canvas, x, 0, INK_DIM, host->kernel);
	}
	x += put(app, canvas, x, 0, INK_PLAIN, "  ");
	x += put(app, canvas, x, 0, app->paused ? INK_WARN : INK_OK, mode);
	x += put_damaged(app, canvas, x);
	if (app->self && x + 2 + strlen(app->self) <= canvas->w)
		put(app, canvas, canvas->w - strlen(app->self), 0, INK_DIM, app->self);
}

/* Whether all names of tabs find room; a panel without a digit has a tab while it is
 * shown. */
static bool has_tab(const struct app *app, size_t p)
{
	return panels[p].key || app->view->panel == &panels[p];
}

static bool fit_names(const struct app *app, const struct canvas *canvas)
{
	size_t width = 0;

	for (size_t p = 0; p < panels_count; p++)
		if (has_tab(app, p))
			width += strlen(panels[p].name) + 3;
	return width <= canvas->w + 2;
}

/* Where the tab of a panel stands; false when it has none. */
bool chrome_tab_at(const struct app *app, const struct canvas *canvas, size_t i,
		   size_t *x)
{
	bool names = fit_names(app, canvas);
	size_t at = 0;

	for (size_t p = 0; p < panels_count; p++) {
		bool here = app->view->panel == &panels[p];

		if (!has_tab(app, p))
			continue;
		if (p == i) {
			*x = at;
			return true;
		}
		at += 2 + (names || here ? strlen(panels[p].name) + 1 : 0);
	}
	return false;
}

static void paint_tabs(const struct app *app, struct canvas *canvas)
{
	bool names = fit_names(app, canvas);
	size_t x;

	for (size_t p = 0; p < panels_count; p++) {
		bool here = app->view->panel == &panels[p];
		char key[2] = { panels[p].key ? panels[p].key : '-', '\0' };

		if (!chrome_tab_at(app, canvas, p, &x))
			continue;
		x += put(app, canvas, x, 1, here ? INK_SORT : INK_KEY, key);
		if (names || here)
			put(app, canvas, x, 1, here ? INK_SORT : INK_DIM, panels[p].name);
	}
}

static size_t put_word(const struct app *app, struct canvas *canvas, size_t x, size_t y,
		       const char *label, const char *word)
{
	size_t at = x ? x + 2 : 0;

	at += put(app, canvas, at, y, INK_DIM, label);
	at += put(app, canvas, at, y, INK_PLAIN, " ");
	return at + put(app, canvas, at, y, INK_STRONG, word);
}

/* The ways that were gone into a tree: "in memory > kernel". */
static size_t put_path(const struct app *app, struct canvas *canvas, size_t x, size_t y)
{
	for (size_t i = 0; i < app->view->npath; i++) {
		char *name = view_name_text(app->view, app->view->path[i]);

		if (i)
			x += put(app, canvas, x, y, INK_DIM, " > ");
		else
			x += put(app, canvas, x, y, INK_DIM, "in ");
		x += put(app, canvas, x, y, INK_STRONG, name ? name : "?");
		free(name);
	}
	return x;
}

/* The name of a process beside its number, where the tables tell it. */
static size_t put_name(const struct app *app, struct canvas *canvas, size_t x, size_t y)
{
	char *name = view_subject_name(app->view);

	if (name)
		x += 1 + put(app, canvas, x + 1, y, INK_STRONG, name);
	free(name);
	return x;
}

/* What the view is about, below its tabs. */
static bool paint_about(const struct app *app, struct canvas *canvas, size_t y)
{
	const struct view *v = app->view;
	size_t x = 0;

	if (v->subject)
		x = put_name(app, canvas,
			     put_word(app, canvas, x, y, v->panel->subject, v->subject),
			     y);
	x = put_path(app, canvas, x, y);
	if (v->filter)
		x = put_word(app, canvas, x, y, "filter", v->filter);
	if (v->growth)
		x = put_word(app, canvas, x, y, "growth",
			     is_past(app) ? "since the sample before"
					  : "since the session began");
	return x > 0;
}

static const char *first_error(const struct app *app)
{
	for (size_t s = 0; s < SECTIONS_MAX; s++)
		if (app->view->shots[s] && app->view->shots[s]->error)
			return app->view->shots[s]->error;
	return NULL;
}

/* The columns of one hint, with the gap behind it. */
static size_t hint_width(const struct binding *b)
{
	char name[KEY_NAME_MAX];

	return strlen(key_name(b->key, name)) + 1 + strlen(b->hint) + 2;
}

/* As many hints as there is room for from column x on; those of help and of leaving come
 * first, since they lead to the others. */
static bool is_vital(const struct binding *b)
{
	return b->action == ACTION_HELP || b->action == ACTION_QUIT;
}

static void paint_hints(const struct app *app, struct canvas *canvas, size_t x)
{
	const size_t y = canvas->h - 1;
	char name[KEY_NAME_MAX];

	for (int vital = 1; vital >= 0; vital--)
		for (size_t i = 0; i < bindings_count; i++) {
			const struct binding *b = &bindings[i];

			if (!b->hint || is_vital(b) != vital ||
			    x + hint_width(b) > canvas->w + 2)
				continue;
			x += put(app, canvas, x, y, INK_KEY, key_name(b->key, name)) + 1;
			x += put(app, canvas, x, y, INK_DIM, b->hint) + 2;
		}
}

static void paint_status(struct app *app, struct canvas *canvas)
{
	const char *error = first_error(app);
	size_t x = 0, y = canvas->h - 1;

	if (app->prompt.label) {
		prompt_paint(&app->prompt, canvas, y);
		return;
	}
	if (app->message) {
		put(app, canvas, 0, y, app->message_is_bad ? INK_ERROR : INK_STRONG,
		    app->message);
		return;
	}
	if (error)
		x = put(app, canvas, 0, y, INK_WARN, error) + 2;
	paint_hints(app, canvas, x);
}

static const char *waiting_for(const struct app *app)
{
	const struct panel *panel = app->view->panel;

	for (size_t s = 0; s < panel_nsections(panel); s++)
		if (app->view->shots[s])
			return NULL;
	return panel->subject && !app->view->subject
		       ? "none is chosen: Enter on a row of a list leads here"
		       : "reading";
}

int app_paint(struct app *app, struct canvas *canvas)
{
	const char *waiting = waiting_for(app);
	int rc = 0;

	canvas_clear(canvas);
	if (canvas->h < 4 || canvas->w < 20) {
		put(app, canvas, 0, 0, INK_ERROR, "too small");
		return 0;
	}
	paint_title(app, canvas);
	paint_tabs(app, canvas);
	app->body = 2;
	if (paint_about(app, canvas, 2))
		app->body = 3;
	if (waiting)
		put(app, canvas, 0, app->body, INK_DIM, waiting);
	else
		rc = view_lay_out(app->view, canvas->w, canvas->h - 1 - app->body);
	app->painting =
		(struct painting){ canvas,
				   app->view,
				   app->body,
				   app->style,
				   app->searched == app->view ? app->search : NULL,
				   app->at };
	app->painting.style.scale = app->settings.scale;
	if (!rc && !waiting)
		rc = paint_view(&app->painting);
	app->nfresh = waiting ? 0 : view_fresh(app->view, app->fresh, FRESH_MAX);
	paint_status(app, canvas);
	popup_paint(&app->popup, canvas, app->style.ascii);
	return rc;
}
