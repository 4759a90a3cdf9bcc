/* SPDX-License-Identifier: MIT */
/* answer: what becomes of a line that was typed. */
#include <stdlib.h>
#include <string.h>

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

static void answer_time(struct app *app)
{
	uint64_t then;

	if (!parse_when(app->prompt.text, app->wall_ms, &then)) {
		app_say(app, true, "%s: not a time (" WHEN_FORMS ")", app->prompt.text);
		return;
	}
	app->paused = true;
	app->past = then;
	app->step = 0;
	app->change++;
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
