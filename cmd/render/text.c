/* SPDX-License-Identifier: MIT */
/* text: tables for people. */
#include "render/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEADINGS_EVERY 22 /* samples of a stream */

const char *bold(const struct page *page)
{
	return page->style->color ? "\033[1m" : "";
}

const char *plain(const struct page *page)
{
	return page->style->color ? "\033[0m" : "";
}

void pad(FILE *out, size_t n)
{
	static const char blanks[] = "                                ";
	const size_t most = sizeof(blanks) - 1;

	for (; n > most; n -= most)
		fwrite(blanks, 1, most, out);
	fwrite(blanks, 1, n, out);
}

/* Bars, and lines of pairs, are laid out for 80 columns where there is no terminal. */
size_t line_width(const struct page *page)
{
	return page->style->width > 4 ? page->style->width : 80;
}

/* ---- rows ---- */

/* Of a row of a tree, whose rows come one after the other. */
static void row_branches(struct grid *g, size_t i, char out[static BRANCHES_MAX])
{
	bool last;
	unsigned depth = ml_result_depth(g->page->result, g->index, i, &last);

	if (depth >= TREE_DEPTH_MAX)
		depth = TREE_DEPTH_MAX - 1;
	g->lasts[depth] = last;
	put_branches(g->page->style->ascii, g->lasts, depth, out);
}

int format_next(struct grid *g)
{
	const void *row = ml_result_next(g->page->result, g->index);
	bool tree = ml_table_layout(g->table) == ML_LAYOUT_TREE &&
		    g->fit.cols[0]->type == ML_TYPE_STR;
	char branches[BRANCHES_MAX];
	int rc = 0;

	if (!row)
		return 0;
	if (tree)
		row_branches(g, g->formatted, branches);
	for (size_t c = 0; c < g->fit.ncols && !rc; c++)
		rc = cells_add(&g->ahead, g->page->style, !c && tree ? branches : NULL,
			       g->fit.cols[c], row);
	g->formatted++;
	return rc ? rc : 1;
}

/* ---- tables ---- */

bool wants_headings(const struct grid *g)
{
	return !(ml_table_flags(g->table) & ML_TABLE_STREAM) ||
	       g->page->sample % HEADINGS_EVERY == 0;
}

void print_dropped(const struct grid *g)
{
	fprintf(g->page->out, "(%zu more column%s: -o, or a wider terminal)\n",
		g->fit.dropped, g->fit.dropped == 1 ? "" : "s");
}

static int print_layout(struct grid *g)
{
	switch (ml_table_layout(g->table)) {
	case ML_LAYOUT_LINE:
		return print_lines(g);
	case ML_LAYOUT_TEXT:
		return print_texts(g);
	case ML_LAYOUT_GRID:
	case ML_LAYOUT_TREE:
		break;
	}
	return print_grid(g);
}

static void print_title(const struct grid *g, bool first)
{
	const char *title = ml_table_title(g->table);

	if (!title || g->page->style->noheadings || !wants_headings(g))
		return;
	fprintf(g->page->out, "%s%s%s%s\n", first ? "" : "\n", bold(g->page), title,
		plain(g->page));
}

static int print_table(const struct page *page, size_t t, bool first)
{
	struct grid g = {
		.page = page,
		.table = ml_result_table(page->result, t),
		.index = t,
		.fit = { page->selection->cols[t], page->selection->ncols[t] },
	};
	int rc;

	if (ml_table_flags(g.table) & ML_TABLE_SPARSE &&
	    !ml_result_nrows(page->result, t))
		return 0;
	print_title(&g, first);
	g.fit.widths = calloc(g.fit.ncols, sizeof(*g.fit.widths));
	g.fit.drops = calloc(g.fit.ncols, sizeof(*g.fit.drops));
	rc = g.fit.widths && g.fit.drops ? print_layout(&g) : -ENOMEM;
	if (ml_result_omitted(page->result, t))
		fprintf(page->out, "(%zu more rows)\n",
			ml_result_omitted(page->result, t));
	if (g.fit.dropped && !(ml_table_flags(g.table) & ML_TABLE_STREAM))
		print_dropped(&g);
	free(g.fit.widths);
	free(g.fit.drops);
	cells_deinit(&g.ahead);
	free(g.line.text);
	return rc;
}

static bool is_stream(const struct page *page)
{
	for (size_t t = 0; t < page->selection->ntables; t++)
		if (page->selection->ncols[t] &&
		    !(ml_table_flags(ml_result_table(page->result, t)) & ML_TABLE_STREAM))
			return false;
	return true;
}

static void print_notes(const struct page *page)
{
	for (size_t i = 0; i < ml_result_nnotes(page->result); i++) {
		const char *note = ml_result_note(page->result, i);
		char *safe = safe_string((struct ml_str){ note, strlen(note) },
					 locale_is_utf8());

		if (safe)
			fprintf(page->out, "(%s)\n", safe);
		free(safe);
	}
}

int render_text(const struct page *page)
{
	bool stream = is_stream(page), first = true;
	int rc = 0;

	if (page->sample && !stream)
		fputc('\n', page->out);
	if (stream && !page->sample && !page->style->noheadings)
		print_notes(page);
	for (size_t t = 0; t < page->selection->ntables && !rc; t++) {
		if (!page->selection->ncols[t] || !ml_result_nrows(page->result, t))
			continue;
		rc = print_table(page, t, first);
		first = false;
	}
	if (first && !page->style->noheadings && !ml_result_nnotes(page->result))
		fputs("(no rows)\n", page->out);
	if (!stream && !page->style->noheadings)
		print_notes(page);
	return rc;
}
