/* SPDX-License-Identifier: MIT */
/* lookup: one value that no screen has, asked of the library at once. */
#include "top/lookup.h"

#include <string.h>

#include "handover.h"
#include "recordings.h"
#include "top/request.h"

/* The text of the column in the first row of any table. */
static char *find_text(struct ml_result *result, const char *key)
{
	for (size_t t = 0; t < ml_result_ntables(result); t++) {
		const struct ml_table *table = ml_result_table(result, t);
		const struct ml_col *col = ml_table_find(table, key);
		size_t n = ml_result_nrows(result, t);
		struct ml_value v;

		if (!col || !n || n == ML_ROWS_UNREAD)
			continue;
		ml_value_of(col, ml_result_row(result, t, 0), &v);
		if (v.known && v.type == ML_TYPE_STR && v.str.n)
			return strndup(v.str.p, v.str.n);
	}
	return NULL;
}

/* What the session remembers is the sampler's; of that the machine as it is now must
 * do. */
static int open_shown(struct ml_ctx *ctx, const struct app *app, struct ml_root **ret)
{
	struct recorded found;

	if (app->paused && app->aim.wall_ms && app->bearing.recorded)
		return recordings->open(ctx, app->origin.recordings, app->bearing.wall_ms,
					false, ret, &found);
	ml_ctx_set_opener(ctx, archive_opener);
	return ml_root_open(ctx, app->origin.root, ret);
}

static char *lookup_request(const struct request *r, const struct app *app,
			    const char *key)
{
	const struct ml_query *query = &r->asked.query;
	struct ml_ctx *ctx = NULL;
	struct ml_root *from = NULL;
	struct ml_snap *snap = NULL;
	struct ml_result *result = NULL;
	char *text = NULL;

	if (!ml_ctx_new(&ctx)) {
		if (!open_shown(ctx, app, &from) &&
		    !ml_snap_take(from, r->report, query, &snap) &&
		    !ml_report_build(ctx, r->report, query, NULL, snap, &result))
			text = find_text(result, key);
	}
	ml_result_unref(result);
	ml_snap_unref(snap);
	ml_root_unref(from);
	ml_ctx_free(ctx);
	return text;
}

char *lookup_value(const struct app *app, const char *words, const char *subject,
		   const char *key)
{
	const struct panel panel = { .sections = { { .words = words } }, .subject = "" };
	const struct want want = { .panel = &panel, .subject = subject };
	struct request r = { 0 };
	char *text;

	if (request_init(&panel.sections[0], &want, NULL, &r))
		return NULL;
	text = lookup_request(&r, app, key);
	request_deinit(&r);
	return text;
}
