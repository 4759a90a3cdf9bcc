/* SPDX-License-Identifier: MIT */
/* app: the interface without a terminal. */
#include "top/app.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int app_init(struct app *app, const struct settings *settings, const struct style *style,
	     const struct origin *origin)
{
	*app = (struct app){ .settings = *settings,
			     .style = *style,
			     .origin = *origin,
			     .aim = origin->aim };
	app->paused = is_replay(app);
	app->large_ms = 60000;
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
		.aim = app->paused ? app->aim : (struct aim){ 0 },
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

/* There is no such instant: what is on show stays. */
static void lose(struct app *app, const struct shot *shot)
{
	app_say(app, true, "%s", shot->error ? shot->error : "");
	app->aim = (struct aim){ .wall_ms = app->bearing.wall_ms };
	play_stop(&app->playing);
}

/* Far from what was asked for is told, unless it is but so many samples further. */
static void arrive(struct app *app, const struct shot *shot)
{
	const struct aim *aim = &app->aim;
	const struct bearing *b = &shot->bearing;
	uint64_t usual = b->usual_ms == ML_NONE ? 60000 : b->usual_ms;
	uint64_t off = aim->wall_ms > b->wall_ms ? aim->wall_ms - b->wall_ms
						 : b->wall_ms - aim->wall_ms;

	if (!aim->step && !aim->span_ms && aim->wall_ms != AIM_LAST &&
	    off > 2 * usual + 1000)
		app_say(app, false, "nothing was recorded just then");
	app->bearing = *b;
	app->aim = (struct aim){ .wall_ms = b->wall_ms };
	play_arrive(&app->playing, b);
}

void app_aim(struct app *app, const struct aim *aim)
{
	if (app->origin.kind == ORIGIN_COPY) {
		app_say(app, true, "a copy does not move");
		return;
	}
	app->paused = true;
	app->aim = *aim;
	app->change++;
}

void app_tick(struct app *app, double now)
{
	struct aim aim = app->aim;

	if (play_due(&app->playing, now) > now)
		return;
	play_leave(&app->playing, &aim);
	app_aim(app, &aim);
}

/* What is not on show, or answers an older question, is not kept; of other screens only
 * what sparklines are made of. */
struct shot *app_take(struct app *app, struct shot *shot)
{
	struct view *view = &app->views[shot->panel - panels];
	bool shown = view == app->view;

	if (!shown || shot->trail) {
		if (!shot->trail || shot->change == app->change)
			view_remember(view, shot);
		return shot;
	}
	if (shot->change == app->change && shot->lost)
		lose(app, shot);
	if (shot->change != app->change || shot->lost || take_back(app, shot) ||
	    forget_kept(app, view, shot))
		return shot;
	if (app->paused && !shot->past && view->shots[shot->section] &&
	    view->shots[shot->section]->change == shot->change)
		return shot;
	app->wall_ms = shot->wall_ms;
	app->at = shot->at;
	if (app->paused && shot->past)
		arrive(app, shot);
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
	for (size_t p = 0; p < PANES_MAX; p++)
		view->panes[p].n = 0; /* lines without rows */
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
		if (chrome_tab_at(app, canvas, p, &at) && x >= at) {
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
