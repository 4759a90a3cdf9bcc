/* SPDX-License-Identifier: MIT */
/* view: one panel as it stands on the screen. */
#include "top/view.h"

#include <stdlib.h>
#include <string.h>

void view_init(struct view *view, const struct panel *panel)
{
	*view = (struct view){ .panel = panel };
}

void view_deinit(struct view *view)
{
	for (size_t s = 0; s < SECTIONS_MAX; s++) {
		shot_free(view->shots[s]);
		trails_free(view->trails[s]);
		for (size_t t = 0; t < TABLES_MAX; t++)
			free(view->sheets[s][t].widths);
	}
	for (size_t p = 0; p < PANES_MAX; p++)
		free(view->panes[p].lines);
	free(view->subject);
	free(view->pointed);
	free(view->filter);
	free(view->columns);
	free(view->sort);
	free(view->sought);
	free(view->good.filter);
	free(view->good.columns);
	free(view->good.sort);
	free(view->folds);
	free(view->path);
	*view = (struct view){ 0 };
}

/* ---- places ---- */

static const struct shot *shot_at(const struct view *view, unsigned section)
{
	const struct shot *shot = section < SECTIONS_MAX ? view->shots[section] : NULL;

	return shot && shot->result ? shot : NULL;
}

const struct ml_table *view_table(const struct view *view, struct place place)
{
	const struct shot *shot = shot_at(view, place.section);

	return shot && place.table < ml_result_ntables(shot->result)
		       ? ml_result_table(shot->result, place.table)
		       : NULL;
}

const void *view_row(const struct view *view, struct place place)
{
	const struct shot *shot = shot_at(view, place.section);
	size_t n;

	if (!view_table(view, place))
		return NULL;
	n = ml_result_nrows(shot->result, place.table);
	return n != ML_ROWS_UNREAD && place.row < n
		       ? ml_result_row(shot->result, place.table, place.row)
		       : NULL;
}

unsigned view_depth(const struct view *view, struct place place)
{
	const struct shot *shot = shot_at(view, place.section);
	bool last;

	return view_row(view, place)
		       ? ml_result_depth(shot->result, place.table, place.row, &last)
		       : 0;
}

const struct ml_col **view_columns(const struct view *view, struct place place,
				   size_t *ret_n)
{
	const struct shot *shot = shot_at(view, place.section);

	*ret_n = 0;
	if (!shot || place.table >= shot->selection.ntables)
		return NULL;
	*ret_n = shot->selection.ncols[place.table];
	return shot->selection.cols[place.table];
}

/* ---- names of rows ---- */

uint64_t view_name(const struct view *view, struct place place)
{
	const void *row = view_row(view, place);

	return row && place.table < TABLES_MAX
		       ? namer_name(&view->namers[place.section][place.table], row)
		       : 0;
}

bool view_value(const struct view *view, const char *key, struct ml_value *ret)
{
	const struct ml_table *table = view_table(view, view->cursor);
	const struct ml_col *col = table ? ml_table_find(table, key) : NULL;
	const void *row = view_row(view, view->cursor);

	if (!col || !row)
		return false;
	ml_value_of(col, row, ret);
	return ret->known;
}

char *view_subject_name(const struct view *view)
{
	struct place place = { 0, 0, 0 };
	const struct ml_table *table;

	for (; (table = view_table(view, place)); place.table++) {
		const struct ml_col *col = ml_table_find(table, "comm");
		const void *row = view_row(view, place);
		struct ml_value v;

		if (!col || !row || ml_table_layout(table) != ML_LAYOUT_LINE)
			continue;
		ml_value_of(col, row, &v);
		if (v.known && v.type == ML_TYPE_STR)
			return strndup(v.str.p, v.str.n);
	}
	return NULL;
}

char *view_name_text(const struct view *view, uint64_t name)
{
	struct place place = { 0, 0, 0 };

	for (; view_table(view, place); place.table++, place.row = 0)
		for (; view_row(view, place); place.row++) {
			const struct ml_col **cols;
			struct ml_value v = { 0 };
			size_t n;

			if (view_name(view, place) != name)
				continue;
			cols = view_columns(view, place, &n);
			if (n)
				ml_value_of(cols[0], view_row(view, place), &v);
			return v.known && v.type == ML_TYPE_STR
				       ? strndup(v.str.p, v.str.n)
				       : NULL;
		}
	return NULL;
}

/* ---- the past ---- */

static void remember_table(struct trails *trails, const struct shot *shot, size_t t)
{
	const struct section *section = &shot->panel->sections[shot->section];
	const struct ml_table *table = ml_result_table(shot->result, t);
	const struct ml_col *col = ml_table_find(table, section->spark);
	struct namer namer;
	size_t n = col ? ml_result_nrows(shot->result, t) : 0;

	if (col)
		namer_init(&namer, section->ident, table);
	for (size_t i = 0; n != ML_ROWS_UNREAD && i < n; i++) {
		const void *row = ml_result_row(shot->result, t, i);
		struct ml_value v;

		ml_value_of(col, row, &v);
		trails_put(trails, namer_name(&namer, row), shot->at,
			   ml_value_number(&v));
	}
}

void view_remember(struct view *view, const struct shot *shot)
{
	struct trails **trails = &view->trails[shot->section];

	if (!view->panel->sections[shot->section].spark || !shot->result || !shot->graphs)
		return;
	if (!*trails)
		*trails = trails_new();
	for (size_t t = 0; *trails && t < ml_result_ntables(shot->result); t++)
		remember_table(*trails, shot, t);
	if (*trails)
		trails_sweep(*trails, shot->at);
}

static void name_rows(struct view *view, const struct shot *shot)
{
	const char *ident = view->panel->sections[shot->section].ident;
	size_t n = shot->result ? ml_result_ntables(shot->result) : 0;

	for (size_t t = 0; t < n && t < TABLES_MAX; t++)
		namer_init(&view->namers[shot->section][t], ident,
			   ml_result_table(shot->result, t));
}

struct shot *view_take(struct view *view, struct shot *shot)
{
	struct shot *old = view->shots[shot->section];

	view->shots[shot->section] = shot;
	name_rows(view, shot);
	view_remember(view, shot);
	return old;
}

/* ---- wishes ---- */

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void replace(char **to, const char *from)
{
	if (same(*to, from))
		return;
	free(*to);
	*to = from ? strdup(from) : NULL;
}

void view_accept(struct view *view)
{
	replace(&view->good.filter, view->filter);
	replace(&view->good.columns, view->columns);
	replace(&view->good.sort, view->sort);
}

bool view_take_back(struct view *view)
{
	const struct wishes *good = &view->good;

	if (same(view->filter, good->filter) && same(view->columns, good->columns) &&
	    same(view->sort, good->sort))
		return false;
	replace(&view->filter, good->filter);
	replace(&view->columns, good->columns);
	replace(&view->sort, good->sort);
	return true;
}
