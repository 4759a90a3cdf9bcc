/* SPDX-License-Identifier: MIT */
/* export: series of a recording, for other tools. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "recorder/json.h"
#include "when.h"

/* Columns side by side, all of which are held in memory. */
#define SERIES_MAX 100

struct export
{
	struct ml_series at[SERIES_MAX];
	size_t n;
	int64_t first, last;
};

/* ---- which ---- */

static int take_time(const char *s, int64_t *ret)
{
	struct timespec now;
	uint64_t ms;

	if (!s)
		return 0;
	clock_gettime(CLOCK_REALTIME, &now);
	if (!parse_when(s, (uint64_t)now.tv_sec * 1000, &ms))
		return complain(EXIT_USAGE, "%s: not a time (" WHEN_FORMS ")", s);
	*ret = (int64_t)(ms / 1000);
	return 0;
}

static bool has(const struct export *e, const struct ml_series *series)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->at[i].name.p == series->name.p)
			return true;
	return false;
}

/* Those that a word means, in order of their names. */
static int take_word(struct export *e, const struct ml_rows *rows, const char *word)
{
	const struct ml_series *series;
	bool any = false;

	ml_for_each_row(series, rows) {
		if (!series_is_meant(series, word))
			continue;
		any = true;
		if (has(e, series))
			continue;
		if (e->n == SERIES_MAX)
			return complain(EXIT_USAGE, "--export: more than %d series",
					SERIES_MAX);
		e->at[e->n++] = *series;
	}
	return any ? 0
		   : complain(EXIT_UNREADABLE,
			      "--export: no series is called %s (--series)", word);
}

static int take_words(struct export *e, const struct ml_rows *rows, const char *list)
{
	char *words = strdup(list), *rest = words, *word;
	int rc = words ? 0 : complain(EXIT_FAILED, "out of memory");

	while (!rc && (word = strsep(&rest, ",")))
		if (*word)
			rc = take_word(e, rows, word);
	free(words);
	return rc;
}

/* ---- CSV ---- */

static int print_heading(const struct export *e)
{
	printf("t_seconds");
	for (size_t i = 0; i < e->n; i++) {
		char *name = series_name(e->at[i].name, true);
		char *unit = series_name(e->at[i].unit, true);

		if (!name || !unit) {
			free(name);
			free(unit);
			return complain(EXIT_FAILED, "out of memory");
		}
		printf(",%s_%s", name, unit);
		free(name);
		free(unit);
	}
	putchar('\n');
	return 0;
}

static const struct ml_moment *moment_at(const struct ml_series *series, size_t i)
{
	return i < series->moments.n ? ml_rows_at(&series->moments, i) : NULL;
}

/* The earliest that is left. False when none is. */
static bool next_time(const struct export *e, const size_t *at, int64_t *ret)
{
	bool any = false;

	for (size_t i = 0; i < e->n; i++) {
		const struct ml_moment *moment = moment_at(&e->at[i], at[i]);

		if (moment && (!any || moment->t < *ret)) {
			*ret = moment->t;
			any = true;
		}
	}
	return any;
}

static int print_csv(const struct export *e)
{
	size_t at[SERIES_MAX] = { 0 };
	int64_t t = 0;
	int rc = print_heading(e);

	while (!rc && next_time(e, at, &t)) {
		printf("%lld", (long long)t);
		for (size_t i = 0; i < e->n; i++) {
			const struct ml_moment *moment = moment_at(&e->at[i], at[i]);

			putchar(',');
			if (!moment || moment->t != t)
				continue;
			printf("%.15g", moment->last);
			at[i]++;
		}
		putchar('\n');
	}
	return rc;
}

/* ---- JSON ---- */

static struct json_object *moments_of(const struct ml_series *series)
{
	struct json_object *moments = json_object_new_array();
	const struct ml_moment *moment;

	ml_for_each_row(moment, &series->moments) {
		struct json_object *o = json_object_new_object();

		json_add_number(o, "t", (double)moment->t);
		json_add_number(o, "min", moment->min);
		json_add_number(o, "max", moment->max);
		json_add_number(o, "last", moment->last);
		json_object_array_add(moments, o);
	}
	return moments;
}

static int print_json(const struct export *e)
{
	json_begin();
	for (size_t i = 0; i < e->n; i++) {
		struct json_object *o = json_series(&e->at[i]);

		json_object_object_add(o, "samples", moments_of(&e->at[i]));
		json_print(o, i == 0);
	}
	json_end();
	return 0;
}

/* ---- */

static bool is_empty(const struct export *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->at[i].moments.n)
			return false;
	return true;
}

static int export(struct named *named, const struct opts *opts, struct export *e)
{
	int rc = take_time(opts->from, &e->first);

	if (!rc)
		rc = take_time(opts->to, &e->last);
	if (!rc)
		rc = take_words(e, &named->rows, opts->export_names);
	if (rc)
		return rc;
	if (ml_series_read(&named->from, e->first, e->last, e->at, e->n, &named->arena))
		return complain(EXIT_UNREADABLE, "%s", ml_ctx_error(named->from.ctx));
	if (is_empty(e))
		return complain(EXIT_UNREADABLE, "nothing was recorded of it then");
	return (opts->format == FORMAT_JSON ? print_json : print_csv)(e);
}

int record_export(struct ml_ctx *ctx, const struct opts *opts, const char *folder)
{
	struct export *e = calloc(1, sizeof(*e));
	struct named named;
	int rc;

	if (!e)
		return complain(EXIT_FAILED, "out of memory");
	rc = named_init(&named, ctx, folder, false);
	if (!rc) {
		e->last = INT64_MAX;
		rc = export(&named, opts, e);
		if (!rc && named.damaged)
			rc = EXIT_UNREADABLE;
		named_deinit(&named);
	}
	free(e);
	return rc;
}
