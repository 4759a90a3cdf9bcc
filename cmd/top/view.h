/* SPDX-License-Identifier: MIT */
/*
 * view: one panel as it stands on the screen - what was sampled of it last, the lines
 * that its tables make, where the cursor is. It draws nothing.
 */
#pragma once

#include "top/names.h"
#include "top/sampling.h"
#include "top/trails.h"

enum line_kind {
	LINE_GAP,
	LINE_TITLE, /* of a section or table */
	LINE_STACK, /* one bar over all rows of a table */
	LINE_HEAD,  /* headings of columns */
	LINE_ROW,
	LINE_MORE,  /* free text of the row above; `part` counts its lines */
	LINE_PAIRS, /* a row as pairs; `part` counts the lines that it takes */
	LINE_NOTE,  /* a sentence; `row` is its number, SIZE_MAX the section's failure */
};

struct line {
	enum line_kind kind;
	unsigned section, table, part;
	size_t row;
};

/* The place of a row. */
struct place {
	unsigned section, table;
	size_t row;
};

/* Lines that scroll together. */
struct pane {
	struct line *lines;
	size_t n, cap;
	size_t x, w; /* on the screen */
	size_t top;  /* the first line on show */
};

#define PANES_MAX 2
#define TABLES_MAX 8 /* of a section */

/* How a table is laid out; kept from one sample to the next, so that columns stay where
 * they are. */
struct sheet {
	size_t *widths, nwidths;
	const struct ml_table *table;
};

/* What the user wants of a panel; NULL: what it has of itself. */
struct wishes {
	char *filter, *columns, *sort;
};

struct view {
	const struct panel *panel;
	char *subject, *filter, *columns, *sort;
	char *pointed;      /* what the row at the cursor leads to, when it was left */
	struct wishes good; /* those that could be obeyed last */
	struct shot *shots[SECTIONS_MAX];
	struct trails *trails[SECTIONS_MAX]; /* the past of rows */
	struct sheet sheets[SECTIONS_MAX][TABLES_MAX];
	struct namer namers[SECTIONS_MAX][TABLES_MAX]; /* of the tables of the shots */
	struct pane panes[PANES_MAX];
	size_t npanes, h;
	struct place cursor;
	size_t cursor_pane, cursor_line; /* where that is */
	uint64_t cursor_name;       /* of its row, to follow that; 0: the first row */
	const struct ml_col *focus; /* the column of the cell in focus; NULL: the first */
	uint64_t *folds;            /* names of tree rows that are folded */
	size_t nfolds;
	uint64_t *path;             /* names of rows that were descended into */
	size_t npath;
	bool growth;
	char *sought; /* a row to go to as soon as there are rows; NULL: none */
};

void view_init(struct view *view, const struct panel *panel);
void view_deinit(struct view *view);

/* Keep of a sample what sparklines are made of. */
void view_remember(struct view *view, const struct shot *shot);

/* Put what was sampled in the place of what was there, which is returned. */
struct shot *view_take(struct view *view, struct shot *shot);

/* What the user wants could be obeyed, or not: then the last that could comes back. False
 * when that is what failed. */
void view_accept(struct view *view);
bool view_take_back(struct view *view);

/* Make the lines for a screen of this size, and put the cursor where its row is now. 0 or
 * -ENOMEM. */
int view_lay_out(struct view *view, size_t w, size_t h);

/* Whether the heading of a table takes the first line, since it has scrolled away. */
bool pane_has_heading(const struct pane *pane);

/* Put the cursor where its row is now, and scroll so that it is in sight. */
void view_follow(struct view *view);

/* The table and the row of a place; NULL when it has none. */
const struct ml_table *view_table(const struct view *view, struct place place);
const void *view_row(const struct view *view, struct place place);

/* Of a tree: how deep a row stands. */
unsigned view_depth(const struct view *view, struct place place);

/* The columns of a table that are chosen. */
const struct ml_col **view_columns(const struct view *view, struct place place,
				   size_t *ret_n);

/* What stands for a row in all samples; never 0. */
uint64_t view_name(const struct view *view, struct place place);

/* The first cell of the row that this stands for; to be freed; NULL: it is gone. */
char *view_name_text(const struct view *view, uint64_t name);

/* What the table of sums calls that which the view is about; to be freed, or NULL. */
char *view_subject_name(const struct view *view);

/* A cell of the row at the cursor, by the key of its column; false when the table has no
 * such column or the value is not known. */
bool view_value(const struct view *view, const char *key, struct ml_value *ret);

/* The processes in sight whose costly columns were never read, or long ago: at most
 * `room`. */
size_t view_fresh(const struct view *view, uint64_t *ret, size_t room);

/* Move the cursor over `by` rows; false when there is nowhere to go. */
bool view_move(struct view *view, long by);
void view_move_to_end(struct view *view, bool last);
/* To a row on the screen: false when there is none there. */
bool view_point(struct view *view, size_t x, size_t y);
/* Move the focus by one column. */
void view_move_focus(struct view *view, int by);

/* To the next row (from the cursor on, `by` 1 or -1) that has the text in a label. */
bool view_search(struct view *view, const char *text, int by, bool from_here);

/* To the first row that has just this text as a label, once it is laid out. Takes the
 * text over. */
void view_seek(struct view *view, char *text);
void view_find_sought(struct view *view);

/* Fold or unfold the row at the cursor; false when nothing is below it. */
bool view_fold(struct view *view);
bool view_is_folded(const struct view *view, struct place place);

/* Go into the row at the cursor, or out again; false when that cannot be. */
bool view_descend(struct view *view);
bool view_ascend(struct view *view);
