/* SPDX-License-Identifier: MIT */
/* app: the interface without a terminal. */
#include "top/app.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int app_init(struct app *app, const struct settings *settings, const struct style *style,
	     const char *root, bool live)
{
	*app = (struct app){
		.settings = *settings, .style = *style, .root = root, .live = live
	};
	app->style.width = 0;
	app->style.color = false;
	app->views = calloc(panels_count, sizeof(*app->views));
	if (!app->views)
		return -ENOMEM;
	for (size_t i = 0; i < panels_count; i++)
		view_init(&app->views[i], &panels[i]);
	app->view = &app->views[0];
	return 0;
}

void app_deinit(struct app *app)
{
	struct shot *shot;

	while ((shot = app_left(app)))
		shot_free(shot);
	for (size_t i = 0; app->views && i < panels_count; i++)
		view_deinit(&app->views[i]);
	for (size_t i = 0; i < app->nsteps; i++)
		free(app->steps[i].subject);
	free(app->views);
	free(app->steps);
	free(app->message);
	popup_close(&app->popup);
}

void app_say(struct app *app, bool bad, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	free(app->message);
	app->message = text;
	app->message_is_bad = bad;
}

/* ---- samples ---- */

void app_want(const struct app *app, struct want *ret)
{
	const struct view *v = app->view;

	*ret = (struct want){
		.panel = v->panel,
		.subject = v->subject,
		.filter = v->filter,
		.columns = v->columns,
		.sort = v->sort,
		.scale = app->settings.scale,
		.growth = v->growth,
		.interval = app->settings.interval,
		.past = app->paused ? app->past : 0,
		.step = app->step,
		.change = app->change,
		.fresh = app->fresh,
		.nfresh = app->nfresh,
	};
}

void app_try(struct app *app, char **what, char *text)
{
	free(*what);
	*what = text;
	app->change++;
}

/* Whether the sample is the failure of what was tried, or was kept from a session before;
 * what was there before comes back then. */
static bool take_back(struct app *app, const struct shot *shot)
{
	if (shot->section)
		return false;
	if (shot->result) {
		view_accept(app->view);
		return false;
	}
	if (!view_take_back(app->view))
		return false;
	app->change++;
	app_say(app, true, "%s", shot->error ? shot->error : "");
	return true;
}

/* What was kept from an earlier session is no more than a guess: where the first sample
 * fails, the view starts afresh. */
static bool forget_kept(struct app *app, struct view *view, const struct shot *shot)
{
	if (!shot->error || shot->result || shot->section || view->shots[0] ||
	    (!view->columns && !view->sort))
		return false;
	free(view->columns);
	free(view->sort);
	view->columns = view->sort = NULL;
	app->change++;
	app_say(app, true, "%s", shot->error);
	return true;
}

/* What is not on show, or answers an older question, is not kept; of other screens only
 * what sparklines are made of. */
struct shot *app_take(struct app *app, struct shot *shot)
{
	struct view *view = &app->views[shot->panel - panels];
	bool shown = view == app->view;

	if (!shown) {
		view_remember(view, shot);
		return shot;
	}
	if (shot->change != app->change || take_back(app, shot) ||
	    forget_kept(app, view, shot))
		return shot;
	if (app->paused && !shot->past && view->shots[shot->section] &&
	    view->shots[shot->section]->change == shot->change)
		return shot;
	app->wall_ms = shot->wall_ms;
	app->at = shot->at;
	if (app->paused && shot->past) {
		app->past = shot->wall_ms;
		app->step = 0;
	}
	return view_take(view, shot);
}

/* ---- panels ---- */

/* A screen that is left gives back what it shows, which can be much, but for what its row
 * at the cursor leads to. */
static void leave(struct app *app, struct view *view)
{
	free(view->pointed);
	view->pointed = subject_at(view, view->panel->ways[0].column);
	for (size_t s = 0; s < SECTIONS_MAX; s++) {
		if (!view->shots[s])
			continue;
		view->shots[s]->next = app->left;
		app->left = view->shots[s];
		view->shots[s] = NULL;
	}
}

struct shot *app_left(struct app *app)
{
	struct shot *shot = app->left;

	if (shot)
		app->left = shot->next;
	return shot;
}

static void set_subject(struct app *app, struct view *view, char *subject)
{
	bool other = !view->subject || !subject || strcmp(view->subject, subject) != 0;

	if (other) {
		struct view was;

		leave(app, view);
		was = *view;
		/* All that it holds is about something else, but not how it is wanted. */
		view->columns = view->sort = NULL;
		view_deinit(view);
		view_init(view, was.panel);
		view->columns = was.columns;
		view->sort = was.sort;
		view->subject = subject;
	} else {
		free(subject);
	}
}

static void push_step(struct app *app)
{
	struct step *grown = realloc(app->steps, (app->nsteps + 1) * sizeof(*app->steps));

	if (!grown)
		return;
	app->steps = grown;
	grown[app->nsteps++] =
		(struct step){ app->view->panel,
			       app->view->subject ? strdup(app->view->subject) : NULL };
}

void app_show(struct app *app, const struct panel *panel, char *subject, bool back)
{
	struct view *view = &app->views[panel - panels];

	if (back)
		push_step(app);
	if (subject)
		set_subject(app, view, subject);
	if (view != app->view)
		leave(app, app->view);
	app->view = view;
	app->change++;
}

/* ---- the lines around the view ---- */

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

static void put_time(const struct app *app, char *out, size_t room)
{
	time_t seconds = (time_t)(app->wall_ms / 1000);
	struct tm tm;

	*out = '\0';
	if (app->wall_ms && app->wall_ms != ML_NONE && localtime_r(&seconds, &tm))
		strftime(out, room, app->live ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &tm);
}

static void mode_text(const struct app *app, char *out, size_t room)
{
	char when[32];

	put_time(app, when, sizeof(when));
	if (!app->live)
		snprintf(out, room, "COPY %s", when);
	else if (app->paused && app->past)
		snprintf(out, room, "PAST %s", when);
	else if (app->paused)
		snprintf(out, room, "PAUSED %s", when);
	else
		snprintf(out, room, "LIVE %gs %s", app->settings.interval, when);
}

/* The name of the program, of the machine, the time; what we take ourselves. */
static void paint_title(const struct app *app, struct canvas *canvas)
{
	const struct ml_host *host = host_of(app);
	char mode[64];
	size_t x = 0;

	mode_text(app, mode, sizeof(mode));
	x += put(app, canvas, x, 0, INK_TITLE, "memlens ");
	x += put(app, canvas, x, 0, INK_DIM, ml_version());
	if (host && host->name) {
		x += put(app, canvas, x, 0, INK_PLAIN, "  ");
		x += put(app, canvas, x, 0, INK_STRONG, host->name);
	}
	if (host && host->kernel && canvas->w >= 70) {
		x += put(app, canvas, x, 0, INK_PLAIN, "  ");
		x += put(app, canvas, x, 0, INK_DIM, host->kernel);
	}
	x += put(app, canvas, x, 0, INK_PLAIN, "  ");
	x += put(app, canvas, x, 0, app->paused ? INK_WARN : INK_OK, mode);
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
static bool tab_at(const struct app *app, const struct canvas *canvas, size_t i,
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

		if (!tab_at(app, canvas, p, &x))
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
		x = put_word(app, canvas, x, y, "growth", "since the session began");
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

/* ---- keys ---- */

static void popup_keys(struct app *app, uint32_t key)
{
	size_t page = app->popup.page ? app->popup.page : 1;

	switch (key) {
	case KEY_UP_:
	case KEY_WHEEL_UP:
		popup_scroll(&app->popup, -1);
		break;
	case KEY_DOWN_:
	case KEY_WHEEL_DOWN:
		popup_scroll(&app->popup, 1);
		break;
	case KEY_PAGE_UP:
		popup_scroll(&app->popup, -(long)page);
		break;
	case KEY_PAGE_DOWN:
	case ' ':
		popup_scroll(&app->popup, (long)page);
		break;
	default:
		popup_close(&app->popup);
	}
}

static void prompt_keys(struct app *app, uint32_t key)
{
	enum prompt_state state = prompt_key(&app->prompt, key);

	if (state == PROMPT_DONE)
		answer(app);
	if (state == PROMPT_TYPING && app->asking == ASK_SEARCH) {
		snprintf(app->search, sizeof(app->search), "%s", app->prompt.text);
		app->searched = app->view;
		view_search(app->view, app->search, 1, true);
	}
	if (state != PROMPT_TYPING) {
		prompt_close(&app->prompt);
		app->asking = ASK_NOTHING;
	}
}

/* A tab, a heading, or a row; a second click on a row goes into it. */
static void click(struct app *app, size_t x, size_t y)
{
	const struct place before = app->view->cursor;
	const struct canvas *canvas = app->painting.canvas;
	const struct ml_col *head;
	size_t at;

	for (size_t p = panels_count; y == 1 && p-- > 0;)
		if (tab_at(app, canvas, p, &at) && x >= at) {
			show_panel(app, &panels[p]);
			return;
		}
	if (y < app->body)
		return;
	head = paint_heading_at(&app->painting, x, y - app->body);
	if (head) {
		app_try(app, &app->view->sort, strdup(head->key));
	} else if (view_point(app->view, x, y - app->body) &&
		   before.row == app->view->cursor.row &&
		   before.table == app->view->cursor.table &&
		   before.section == app->view->cursor.section) {
		act(app, binding_of('\r'));
	}
}

void app_key(struct app *app, const struct key *key)
{
	const struct binding *binding;

	free(app->message);
	app->message = NULL;
	if (key->code == KEY_HUNG_UP) {
		app->over = true;
	} else if (key->code == KEY_RESIZED) {
		return;
	} else if (app->prompt.label) {
		prompt_keys(app, key->code);
	} else if (popup_is_open(&app->popup)) {
		popup_keys(app, key->code);
	} else if (key->code == KEY_CLICK) {
		click(app, key->x, key->y);
	} else if (key->code == KEY_WHEEL_UP || key->code == KEY_WHEEL_DOWN) {
		view_move(app->view, key->code == KEY_WHEEL_UP ? -3 : 3);
	} else {
		binding = binding_of(key->code);
		if (binding)
			act(app, binding);
	}
}
