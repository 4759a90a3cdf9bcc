/* SPDX-License-Identifier: MIT */
/* answer: what becomes of a line that was typed. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "top/app.h"
#include "when.h"

/* A word alone is looked for in all text of a row. */
static char *as_filter(const struct app *app, const char *text)
{
	size_t ncols, n;
	const struct ml_col **cols = view_columns(app->view, app->view->cursor, &ncols);
	char *expr = NULL;
	FILE *out = strpbrk(text, " =<>~\"") ? NULL : open_memstream(&expr, &n);

	for (size_t c = 0; out && c < ncols; c++)
		if (cols[c]->type == ML_TYPE_STR)
			fprintf(out, "%s%s ~ \"%s\"", ftell(out) ? " or " : "",
				cols[c]->key, text);
	if (out && fclose(out)) {
		free(expr);
		return NULL;
	}
	if (expr && *expr)
		return expr;
	free(expr);
	return strdup(text);
}

static void answer_filter(struct app *app)
{
	char *expr = *app->prompt.text ? as_filter(app, app->prompt.text) : NULL;

	app_try(app, &app->view->filter, expr);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The last moment of the day that is on show. */
static uint64_t end_of_day(uint64_t wall_ms)
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;

	if (!localtime_r(&t, &tm))
		return wall_ms;
	tm.tm_hour = 23;
	tm.tm_min = tm.tm_sec = 59;
	tm.tm_isdst = -1;
	t = mktime(&tm);
	return t < 0 ? wall_ms : (uint64_t)t * 1000 + 999;
}

/* A span is before what is on show, a time without a day is of that day. */
static uint64_t reference(const struct app *app, const char *text)
{
	uint64_t now = now_ms(), end = end_of_day(app->wall_ms);

	if (*text == '-')
		return app->wall_ms;
	return strcmp(text, "now") != 0 && end < now ? end : now;
}

static void answer_time(struct app *app)
{
	const char *text = app->prompt.text;
	struct aim aim = { 0 };

	if (!parse_when(text, reference(app, text), &aim.wall_ms)) {
		app_say(app, true, "%s: not a time (" WHEN_FORMS ")", text);
		return;
	}
	if (!aim.wall_ms)
		aim.wall_ms = 1; /* 0 is now */
	play_stop(&app->playing);
	app_aim(app, &aim);
}

void answer(struct app *app)
{
	switch (app->asking) {
	case ASK_NOTHING:
		break;
	case ASK_SEARCH:
		if (!view_search(app->view, app->search, 1, true))
			app_say(app, true, "%s: not found", app->search);
		break;
	case ASK_FILTER:
		answer_filter(app);
		break;
	case ASK_COLUMNS:
		app_try(app, &app->view->columns,
			*app->prompt.text ? strdup(app->prompt.text) : NULL);
		break;
	case ASK_SUBJECT:
		if (*app->prompt.text)
			app_show(app, app->view->panel, strdup(app->prompt.text), false);
		break;
	case ASK_TIME:
		answer_time(app);
		break;
	case ASK_FILE:
		write_screen(app, app->prompt.text);
		break;
	}
}
