/* SPDX-License-Identifier: MIT */
/* grid: rows in aligned columns, trees among them, with a bar where there is room. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render/bar.h"
#include "render/text.h"

/* Widths are found from this many rows; later ones may stand out. */
#define LOOK_AHEAD 1000
#define BAR_MIN 10
#define BAR_MAX 30
#define STACK_MAX 78

static bool is_right(const struct ml_col *col)
{
	return col->type != ML_TYPE_STR;
}

/* ---- bars ---- */

/* After a blank, which a share too small to see does without. */
static void print_bar(const struct grid *g, double share)
{
	struct bar bar = bar_of(share, g->bar);
	bool ascii = g->page->style->ascii;

	if (!bar.whole && (ascii || !bar.eighth))
		return;
	fputc(' ', g->page->out);
	for (size_t i = 0; i < bar.whole; i++)
		fputs(ascii ? "#" : bar_block(8), g->page->out);
	if (!ascii)
		fputs(bar_block(bar.eighth), g->page->out);
}

static const struct ml_col *bar_column(const struct grid *g)
{
	for (size_t c = 0; c < g->fit.ncols; c++)
		if (g->fit.cols[c]->flags & ML_COL_BAR)
			return g->fit.cols[c];
	return NULL;
}

/* One bar over all rows, each drawn with the mark that its first column holds; the row
 * that sums the others finds the bar full. */
static void print_stack(const struct grid *g)
{
	const struct ml_col *col = bar_column(g), *mark = g->fit.cols[0];
	size_t width = line_width(g->page) - 2, at = 0;
	double sum = 0;

	if (width < BAR_MIN || mark->type != ML_TYPE_STR)
		return;
	if (width > STACK_MAX)
		width = STACK_MAX;
	fputc('[', g->page->out);
	for (size_t i = 0; i < ml_result_nrows(g->page->result, g->index) && sum < 0.9999;
	     i++) {
		const void *row = ml_result_row(g->page->result, g->index, i);
		struct ml_value share, letter;

		ml_value_of(col, row, &share);
		ml_value_of(mark, row, &letter);
		if (!share.known || share.f64 <= 0)
			continue;
		sum += share.f64;
		for (; at < bar_end(sum, width); at++)
			fputc(letter.known && letter.str.n ? *letter.str.p : ' ',
			      g->page->out);
	}
	fprintf(g->page->out, "%*s]\n", (int)(width - at), "");
}

/* ---- grids ---- */

static bool has_stack(const struct grid *g)
{
	return ml_table_flags(g->table) & ML_TABLE_STACK && bar_column(g);
}

static void widen(struct grid *g)
{
	for (size_t i = 0; i < g->formatted; i++)
		for (size_t c = 0; c < g->fit.ncols; c++) {
			size_t width = cells_take(&g->ahead).width;

			if (width > g->fit.widths[c])
				g->fit.widths[c] = width;
		}
	cells_rewind(&g->ahead);
}

static int find_widths(struct grid *g)
{
	int rc = 1;

	for (size_t c = 0; c < g->fit.ncols; c++)
		g->fit.widths[c] =
			g->page->style->noheadings ? 1 : strlen(g->fit.cols[c]->head);
	while (rc > 0 && g->formatted < LOOK_AHEAD)
		rc = format_next(g);
	widen(g);
	return rc < 0 ? rc : 0;
}

/* Streams keep their columns in place from one sample to the next. */
static void widen_stream(struct grid *g)
{
	if (!(ml_table_flags(g->table) & ML_TABLE_STREAM))
		return;
	for (size_t c = 0; c < g->fit.ncols; c++)
		if (g->fit.widths[c] < 5 && g->fit.cols[c]->unit != ML_UNIT_COUNT)
			g->fit.widths[c] = 5;
}

/* On a terminal that is too narrow some go: better than lines that wrap. What was asked
 * for by name stays. */
static void drop_columns(struct grid *g)
{
	size_t line = g->page->style->width;

	if (g->page->chosen)
		return;
	fit_drop_empty(&g->fit, g->page->result, g->index);
	if (line)
		fit_drop(&g->fit, line, SIZE_MAX);
}

/* The last column that is shown. */
static size_t last_column(const struct grid *g)
{
	size_t c = g->fit.ncols;

	while (c > 1 && g->fit.drops[c - 1])
		c--;
	return c - 1;
}

/* A bar where the table asks for one and the line has room. */
static void find_bar(struct grid *g)
{
	size_t line = line_width(g->page), used = fit_width(&g->fit) + 1;

	if (!has_stack(g) || used + BAR_MIN > line)
		return;
	g->bar = line - used < BAR_MAX ? line - used : BAR_MAX;
}

/* ---- a line ---- */

/* Room for `n` bytes more. */
static int need_line(struct line *line, size_t n)
{
	size_t cap = line->cap * 2 + n;
	char *text;

	if (line->cap - line->n >= n)
		return 0;
	text = realloc(line->text, cap);
	if (!text)
		return -ENOMEM;
	line->text = text;
	line->cap = cap;
	return 0;
}

static void put_blanks(struct line *line, size_t n)
{
	memset(line->text + line->n, ' ', n);
	line->n += n;
}

/* A blank between columns, the text, and blanks up to the width of the column on its
 * free side. */
static int put_aligned(struct grid *g, size_t c, const struct cell *cell)
{
	size_t gap = cell->width < g->fit.widths[c] ? g->fit.widths[c] - cell->width : 0;
	bool last = c == g->last, right = is_right(g->fit.cols[c]);

	if (need_line(&g->line, 1 + gap + cell->n))
		return -ENOMEM;
	if (c && (!last || cell->n || right))
		put_blanks(&g->line, 1);
	if (right)
		put_blanks(&g->line, gap);
	memcpy(g->line.text + g->line.n, cell->text, cell->n);
	g->line.n += cell->n;
	if (!right && (!last || g->bar))
		put_blanks(&g->line, gap);
	return 0;
}

static void write_line(struct grid *g)
{
	fwrite(g->line.text, 1, g->line.n, g->page->out);
	g->line.n = 0;
}

static int print_headings(struct grid *g)
{
	bool any = false;
	int rc = 0;

	for (size_t c = 0; c < g->fit.ncols; c++)
		any |= *g->fit.cols[c]->head != '\0';
	if (!any || g->page->style->noheadings)
		return 0;
	fputs(bold(g->page), g->page->out);
	for (size_t c = 0; c < g->fit.ncols && !rc; c++) {
		char *head = strdup(g->fit.cols[c]->head);
		const struct cell cell = { head, strlen(g->fit.cols[c]->head),
					   display_width(g->fit.cols[c]->head) };

		rc = !head ? -ENOMEM : g->fit.drops[c] ? 0 : put_aligned(g, c, &cell);
		free(head);
	}
	write_line(g);
	fprintf(g->page->out, "%s\n", plain(g->page));
	return rc;
}

/* The end of a line is cut at the edge of a terminal, nowhere else. */
static void cut(const struct grid *g, size_t c, size_t used, struct cell *cell)
{
	size_t line = g->page->style->width;

	if (!line || !(g->fit.cols[c]->flags & ML_COL_WIDE) || used + 2 >= line ||
	    cell->width <= line - used)
		return;
	while (cell->n > 2 && display_width(cell->text) > line - used - 2) {
		do
			cell->text[--cell->n] = '\0';
		while (cell->n && ((unsigned char)cell->text[cell->n] & 0xc0) == 0x80);
	}
	stpcpy(cell->text + cell->n, "..");
	cell->n += 2;
	cell->width = display_width(cell->text);
}

/* Of the row printed last: tables with bars are never streamed. */
static void print_row_bar(const struct grid *g, size_t i)
{
	const struct ml_col *col = bar_column(g);
	struct ml_value v;

	if (!g->bar || !col)
		return;
	ml_value_of(col, ml_result_row(g->page->result, g->index, i), &v);
	if (v.known)
		print_bar(g, v.f64);
}

static int print_row(struct grid *g, size_t i)
{
	size_t used = 0;
	int rc = 0;

	for (size_t c = 0; c < g->fit.ncols && !rc; c++) {
		struct cell cell = cells_take(&g->ahead);

		if (g->fit.drops[c])
			continue;
		cut(g, c, used, &cell);
		rc = put_aligned(g, c, &cell);
		used += g->fit.widths[c] + 1;
	}
	write_line(g);
	print_row_bar(g, i);
	fputc('\n', g->page->out);
	return rc;
}

/* What was formatted to find the widths, then row by row. */
static int print_rows(struct grid *g)
{
	int rc = 1;

	for (size_t i = 0; rc > 0; i++) {
		if (i == g->formatted) {
			cells_forget(&g->ahead);
			rc = format_next(g);
		}
		if (rc > 0 && print_row(g, i))
			rc = -ENOMEM;
	}
	return rc;
}

int print_grid(struct grid *g)
{
	int rc = find_widths(g);

	if (rc)
		return rc;
	widen_stream(g);
	drop_columns(g);
	g->last = last_column(g);
	find_bar(g);
	if (has_stack(g))
		print_stack(g);
	if (g->fit.dropped && ml_table_flags(g->table) & ML_TABLE_STREAM &&
	    !g->page->sample)
		print_dropped(g);
	rc = wants_headings(g) ? print_headings(g) : 0;
	return rc ? rc : print_rows(g);
}
