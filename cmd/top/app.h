/* SPDX-License-Identifier: MIT */
/*
 * app: the interface without a terminal - what is shown, and what keys do to it. Keys
 * come in, samples come in, a canvas is painted.
 */
#pragma once

#include "top/keys.h"
#include "top/paint.h"
#include "top/play.h"
#include "top/popup.h"
#include "top/prompt.h"
#include "top/view.h"

/* What is kept for the next session. */
struct settings {
	const char *theme; /* one of themes[] */
	double interval;
	enum scale scale;
};

/* A screen that one came from. */
struct step {
	const struct panel *panel;
	char *subject;
};

enum asking {
	ASK_NOTHING,
	ASK_SEARCH,
	ASK_FILTER,
	ASK_COLUMNS,
	ASK_SUBJECT,
	ASK_TIME,
	ASK_FILE
};

/* Where samples come from. */
enum origin_kind {
	ORIGIN_LIVE,
	ORIGIN_COPY,
	ORIGIN_REPLAY
};

struct origin {
	enum origin_kind kind;
	const char *root;       /* NULL: this machine */
	const char *recordings; /* the folder or file; NULL: none */
	struct aim aim;         /* of a replay: where it begins */
};

#define FRESH_MAX 256

struct app {
	struct settings settings;
	struct style style;
	struct origin origin;
	struct view *views; /* as many as panels */
	struct view *view;  /* the one on show */
	struct shot *left;  /* shots of screens that were left */
	struct step *steps; /* how one came here */
	size_t nsteps;
	unsigned change; /* of the want */
	bool paused;
	struct aim aim;         /* of the want; wall_ms 0: now */
	struct bearing bearing; /* of what is on show, while that is past */
	struct playing playing;
	int64_t large_ms; /* how far a large step goes */
	uint64_t wall_ms; /* of what is on show */
	double at;        /* the same as sparklines count */
	struct prompt prompt;
	enum asking asking;
	struct popup popup;
	char search[PROMPT_MAX];
	const struct view *searched; /* where that is marked */
	char *message;
	bool message_is_bad;
	const char *self;          /* what the program itself takes; NULL: not told */
	struct painting painting;  /* of the last canvas, for clicks */
	uint64_t fresh[FRESH_MAX]; /* the processes that it shows */
	size_t nfresh;
	size_t body; /* its first line of the view */
	bool redraw; /* the terminal has to be drawn anew */
	bool over;
};

/* All of it is copied, but strings of the origin. 0 or -ENOMEM. */
int app_init(struct app *app, const struct settings *settings, const struct style *style,
	     const struct origin *origin);
void app_deinit(struct app *app);

/* What has to be sampled for what is on show; its strings live until the next key. */
void app_want(const struct app *app, struct want *ret);

/* Take a sample; returns what is no longer needed. */
struct shot *app_take(struct app *app, struct shot *shot);

/* A shot of a screen that was left, which is the caller's now; NULL: there is none. */
struct shot *app_left(struct app *app);

void app_key(struct app *app, const struct key *key);

/* 0 or -ENOMEM. */
int app_paint(struct app *app, struct canvas *canvas);

/* Show a panel; takes `subject` over. `back`: so that Backspace comes back here. */
void app_show(struct app *app, const struct panel *panel, char *subject, bool back);

/* Try another word of a view; when what it asks for fails, the old one comes back. Takes
 * `text` over; NULL for none. */
void app_try(struct app *app, char **what, char *text);

/* A line at the bottom until the next key. */
void app_say(struct app *app, bool bad, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Go on with what is played, when that is due. */
void app_tick(struct app *app, double now);

/* ---- what the parts of it do for each other ---- */

static inline bool is_replay(const struct app *app)
{
	return app->origin.kind == ORIGIN_REPLAY;
}

/* To another time; a copy has only one. */
void app_aim(struct app *app, const struct aim *aim);

void act(struct app *app, const struct binding *binding);
void ask_for(struct app *app, enum asking asking, const char *label, const char *text);
void answer(struct app *app); /* the prompt is done */

/* Where the tab of panel `i` stands; false when it has none. */
bool chrome_tab_at(const struct app *app, const struct canvas *canvas, size_t i,
		   size_t *x);
void show_panel(struct app *app, const struct panel *panel); /* by its tab or digit */

/* Popups: help of the panel, the column in focus, all of the row. */
void tell_help(struct app *app);
void tell_column(struct app *app);
void tell_row(struct app *app);

void write_screen(struct app *app, const char *path);

/* What a column says at the cursor of a view, as a word of a command; to be freed; NULL
 * when it says nothing. */
char *subject_at(const struct view *view, const char *column);

/* The column in focus, or the first; NULL where there is none. */
const struct ml_col *focused(const struct app *app);
