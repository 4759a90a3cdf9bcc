/* SPDX-License-Identifier: MIT */
/* text: tables for people. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render/render.h"

/* Widths are found from this many rows; later ones may stand out. */
#define LOOK_AHEAD 1000
#define BAR_MIN 10
#define WIDE_MIN 20
#define BAR_MAX 30
#define STACK_MAX 78
#define HEADINGS_EVERY 22 /* samples of a stream */
#define TREE_DEPTH_MAX 32

/* Formatted cells of the next rows, in the order of printing, each ended by a NUL: what
 * was formatted to find the widths is printed, not formatted again: 0.3 of the
 * instructions of a table of 230 rows. */
struct cells {
	char *text;
	size_t n, cap;
	size_t next; /* the first cell that was not taken */
};

/* A table being printed. */
struct grid {
	const struct page *page;
	const struct ml_table *table;
	size_t index; /* of the table in the result */
	const struct ml_col **cols;
	size_t ncols;
	size_t *widths;
	bool *drops;      /* columns that the terminal has no room for */
	size_t dropped;   /* how many */
	size_t formatted; /* rows */
	size_t bar;     /* width of the bar that follows an ML_COL_BAR column; 0: none */
	bool lasts[TREE_DEPTH_MAX]; /* tree: whether the ancestors were last children */
	struct cells ahead;
};

static const char *bold(const struct page *page)
{
	return page->style->color ? "\033[1m" : "";
}

static const char *plain(const struct page *page)
{
	return page->style->color ? "\033[0m" : "";
}

/* Cells are millions where there are many rows, and there is one thread that prints: the
 * lock of each call took half of the time of printing. Nor fprintf("%*s"), which took 0.1
 * of the instructions of a table of 230 rows. */
static void put(FILE *out, const char *text, size_t n)
{
	fwrite_unlocked(text, 1, n, out);
}

static void pad(FILE *out, size_t n)
{
	static const char blanks[] = "                                ";
	const size_t most = sizeof(blanks) - 1;

	for (; n > most; n -= most)
		put(out, blanks, most);
	if (n)
		put(out, blanks, n);
}

/* Bars, and lines of pairs, are laid out for 80 columns where there is no terminal. */
static size_t line_width(const struct page *page)
{
	return page->style->width > 4 ? page->style->width : 80;
}

static bool is_right(const struct ml_col *col)
{
	return col->type != ML_TYPE_STR;
}

/* ---- cells ahead ---- */

static int need_room(struct cells *cells, size_t n)
{
	size_t cap = cells->cap * 2 + n + 1024;
	char *p;

	if (cells->cap - cells->n >= n)
		return 0;
	p = realloc(cells->text, cap);
	if (!p)
		return -ENOMEM;
	cells->text = p;
	cells->cap = cap;
	return 0;
}

static int add_cell(struct cells *cells, const char *text)
{
	size_t n = strlen(text) + 1;

	if (need_room(cells, n))
		return -ENOMEM;
	memcpy(cells->text + cells->n, text, n);
	cells->n += n;
	return 0;
}

static int add_string(struct cells *cells, struct ml_str s, bool utf8)
{
	char *text = safe_string(s, utf8);
	int rc = text ? add_cell(cells, text) : -ENOMEM;

	free(text);
	return rc;
}

static int add_value(const struct grid *g, struct cells *cells, const struct ml_col *col,
		     const void *row)
{
	struct ml_value v;

	ml_value_of(col, row, &v);
	if (col->type == ML_TYPE_STR && v.known)
		return add_string(cells, v.str, g->page->style->utf8);
	if (col->flags & ML_COL_WIDE &&
	    !v.known) /* nothing to add, rather than unknown */
		return add_cell(cells, "");
	if (need_room(cells, CELL_MAX))
		return -ENOMEM;
	cell_number(col, &v, g->page->style->scale, cells->text + cells->n);
	cells->n += strlen(cells->text + cells->n) + 1;
	return 0;
}

static char *take_cell(struct cells *cells)
{
	char *ret = cells->text + cells->next;

	cells->next += strlen(ret) + 1;
	return ret;
}

static void forget_cells(struct cells *cells)
{
	cells->n = cells->next = 0;
}

/* ---- trees ---- */

static bool is_tree(const struct grid *g)
{
	return ml_table_layout(g->table) == ML_LAYOUT_TREE;
}

/* The lines in front of the name in the first column of a tree; no end of a cell. */
static int add_branches(struct grid *g, size_t i)
{
	bool ascii = g->page->style->ascii, last;
	unsigned depth = ml_result_depth(g->page->result, g->index, i, &last);
	char branches[TREE_DEPTH_MAX * 8] = "", *out = branches;
	int rc;

	if (depth >= TREE_DEPTH_MAX)
		depth = TREE_DEPTH_MAX - 1;
	g->lasts[depth] = last;
	for (unsigned d = 1; d < depth; d++)
		out = stpcpy(out, g->lasts[d] ? "  " : ascii ? "| " : "│ ");
	if (depth)
		stpcpy(out, ascii ? (last ? "`-" : "|-") : last ? "└─" : "├─");
	rc = add_cell(&g->ahead, branches);
	g->ahead.n -= rc ? 0 : 1;
	return rc;
}

/* The next row that was not formatted: 1, 0 after the last, or -ENOMEM. */
static int format_next(struct grid *g)
{
	const void *row = ml_result_next(g->page->result, g->index);
	int rc = 0;

	if (!row)
		return 0;
	for (size_t c = 0; c < g->ncols && !rc; c++) {
		if (!c && is_tree(g) && !is_right(g->cols[c]))
			rc = add_branches(g, g->formatted);
		if (!rc)
			rc = add_value(g, &g->ahead, g->cols[c], row);
	}
	g->formatted++;
	return rc ? rc : 1;
}

/* ---- bars ---- */

/* After a blank, which a share too small to see does without. */
static void print_bar(const struct grid *g, double share)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	double cells = (share < 0 ? 0 : share > 1 ? 1 : share) * (double)g->bar;
	size_t whole = (size_t)cells, part = (size_t)((cells - (double)whole) * 8);
	bool ascii = g->page->style->ascii;

	if (!whole && (ascii || !part))
		return;
	fputc(' ', g->page->out);
	for (size_t i = 0; i < whole; i++)
		fputs(ascii ? "#" : "█", g->page->out);
	if (!ascii)
		fputs(eighths[part], g->page->out);
}

static const struct ml_col *bar_column(const struct grid *g)
{
	for (size_t c = 0; c < g->ncols; c++)
		if (g->cols[c]->flags & ML_COL_BAR)
			return g->cols[c];
	return NULL;
}

/* One bar over all rows, each drawn with the mark that its first column holds; the row
 * that sums the others finds the bar full. */
static void print_stack(const struct grid *g)
{
	const struct ml_col *col = bar_column(g), *mark = g->cols[0];
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
		for (; at < (size_t)(sum * (double)width + 0.5) && at < width; at++)
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
		for (size_t c = 0; c < g->ncols; c++) {
			size_t width = display_width(take_cell(&g->ahead));

			if (width > g->widths[c])
				g->widths[c] = width;
		}
	g->ahead.next = 0;
}

static int find_widths(struct grid *g)
{
	int rc = 1;

	for (size_t c = 0; c < g->ncols; c++)
		g->widths[c] = g->page->style->noheadings ? 1 : strlen(g->cols[c]->head);
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
	for (size_t c = 0; c < g->ncols; c++)
		if (g->widths[c] < 5 && g->cols[c]->unit != ML_UNIT_COUNT)
			g->widths[c] = 5;
}

/* With the free text at the end as short as it may be cut. */
static size_t total_width(const struct grid *g)
{
	size_t sum = 0;

	for (size_t c = 0; c < g->ncols; c++) {
		bool is_cut = g->cols[c]->flags & ML_COL_WIDE && g->widths[c] > WIDE_MIN;

		if (!g->drops[c])
			sum += (is_cut ? WIDE_MIN : g->widths[c]) + 1;
	}
	return sum;
}

static void drop_column(struct grid *g, size_t c)
{
	g->dropped += !g->drops[c];
	g->drops[c] = true;
}

/* On a terminal that is too narrow minor columns go, then the last ones, but for the free
 * text at the end: better than lines that wrap. */
static void drop_columns(struct grid *g)
{
	size_t line = g->page->style->width;

	if (!line || g->page->chosen)
		return;
	for (size_t c = g->ncols; c-- > 0 && total_width(g) > line + 1;)
		if (g->cols[c]->flags & ML_COL_MINOR)
			drop_column(g, c);
	for (size_t c = g->ncols; c-- > 2 && total_width(g) > line + 1;)
		if (!(g->cols[c]->flags & ML_COL_WIDE))
			drop_column(g, c);
}

/* The last column that is shown. */
static size_t last_column(const struct grid *g)
{
	size_t c = g->ncols;

	while (c > 1 && g->drops[c - 1])
		c--;
	return c - 1;
}

/* A bar where the table asks for one and the line has room. */
static void find_bar(struct grid *g)
{
	size_t line = line_width(g->page), used = total_width(g) + 1;

	if (!has_stack(g) || used + BAR_MIN > line)
		return;
	g->bar = line - used < BAR_MAX ? line - used : BAR_MAX;
}

static void print_aligned(const struct grid *g, size_t c, const char *text)
{
	size_t width = display_width(text);
	size_t gap = width < g->widths[c] ? g->widths[c] - width : 0;
	bool last = c == last_column(g) && !g->bar;

	if (is_right(g->cols[c]))
		pad(g->page->out, gap);
	put(g->page->out, text, strlen(text));
	if (!is_right(g->cols[c]) && !last)
		pad(g->page->out, gap);
}

static void print_headings(const struct grid *g)
{
	bool any = false;

	for (size_t c = 0; c < g->ncols; c++)
		any |= *g->cols[c]->head != '\0';
	if (!any || g->page->style->noheadings)
		return;
	fputs(bold(g->page), g->page->out);
	for (size_t c = 0; c < g->ncols; c++) {
		if (g->drops[c])
			continue;
		if (c && (c < last_column(g) || *g->cols[c]->head))
			fputc(' ', g->page->out);
		print_aligned(g, c, g->cols[c]->head);
	}
	fprintf(g->page->out, "%s\n", plain(g->page));
}

/* The end of a line is cut at the edge of a terminal, nowhere else. */
static void cut(const struct grid *g, size_t c, size_t used, char *text)
{
	size_t line = g->page->style->width, n = strlen(text);

	if (!line || !(g->cols[c]->flags & ML_COL_WIDE) || used + 2 >= line ||
	    display_width(text) <= line - used)
		return;
	while (n > 2 && display_width(text) > line - used - 2) {
		do
			text[--n] = '\0';
		while (n && ((unsigned char)text[n] & 0xc0) == 0x80);
	}
	stpcpy(text + n, "..");
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

static void print_row(struct grid *g, size_t i)
{
	size_t used = 0, last = last_column(g);

	for (size_t c = 0; c < g->ncols; c++) {
		char *text = take_cell(&g->ahead);

		if (g->drops[c])
			continue;
		cut(g, c, used, text);
		if (c && (c < last || *text || is_right(g->cols[c])))
			putc_unlocked(' ', g->page->out);
		print_aligned(g, c, text);
		used += g->widths[c] + 1;
	}
	print_row_bar(g, i);
	fputc('\n', g->page->out);
}

/* What was formatted to find the widths, then row by row. */
static int print_rows(struct grid *g)
{
	int rc = 1;

	for (size_t i = 0; rc > 0; i++) {
		if (i == g->formatted) {
			forget_cells(&g->ahead);
			rc = format_next(g);
		}
		if (rc > 0)
			print_row(g, i);
	}
	return rc;
}

static bool wants_headings(const struct grid *g)
{
	return !(ml_table_flags(g->table) & ML_TABLE_STREAM) ||
	       g->page->sample % HEADINGS_EVERY == 0;
}

static void print_dropped(const struct grid *g)
{
	fprintf(g->page->out, "(%zu more column%s: -o, or a wider terminal)\n",
		g->dropped, g->dropped == 1 ? "" : "s");
}

static int print_grid(struct grid *g)
{
	int rc = find_widths(g);

	if (rc)
		return rc;
	widen_stream(g);
	drop_columns(g);
	find_bar(g);
	if (has_stack(g))
		print_stack(g);
	if (g->dropped && ml_table_flags(g->table) & ML_TABLE_STREAM && !g->page->sample)
		print_dropped(g);
	if (wants_headings(g))
		print_headings(g);
	return print_rows(g);
}

/* ---- lines ---- */

/* Pairs go on the next line where they would not fit. */
static void print_line(struct grid *g)
{
	size_t used = 0;

	for (size_t c = 0; c < g->ncols; c++) {
		const char *head = g->cols[c]->head, *text = take_cell(&g->ahead);
		size_t width = display_width(text) + strlen(head) + (*head ? 1 : 0);
		if (c)
			fputs(used + 2 + width > line_width(g->page) ? "\n" : "  ",
			      g->page->out);
		used = used + 2 + width > line_width(g->page) ? width : used + 2 + width;
		fprintf(g->page->out, "%s%s%s%s%s", head, *head ? " " : "", bold(g->page),
			text, plain(g->page));
	}
	fputc('\n', g->page->out);
}

static int print_lines(struct grid *g)
{
	int rc;

	while ((rc = format_next(g)) > 0) {
		print_line(g);
		forget_cells(&g->ahead);
	}
	return rc;
}

/* ---- free text ---- */

#define TEXT_INDENT 2
#define TEXT_WIDTH 100 /* longer lines are hard to read */

/* What is unknown is left out. */
static bool is_said(const char *text)
{
	return *text && strcmp(text, "-") != 0;
}

/* Words from column `indent` on, where the first of them stands already. */
static void print_wrapped(const struct grid *g, const char *text, size_t indent)
{
	size_t width = line_width(g->page), used = indent;

	if (width > TEXT_WIDTH)
		width = TEXT_WIDTH;
	while (*text) {
		size_t n = strcspn(text, " ");
		char *word = strndup(text, n);
		size_t columns = word ? display_width(word) : n;

		free(word);
		if (used > indent && used + 1 + columns > width) {
			fputc('\n', g->page->out);
			pad(g->page->out, indent);
			used = indent;
		}
		if (used > indent)
			fputc(' ', g->page->out);
		used += columns + (used > indent);
		fwrite(text, 1, n, g->page->out);
		text += n + (text[n] == ' ');
	}
	fputc('\n', g->page->out);
}

/* The headings of free texts stand in a column; one without a heading uses the line. */
static size_t text_heads(const struct grid *g)
{
	size_t most = 0;

	for (size_t c = 0; c < g->ncols; c++)
		if (g->cols[c]->flags & ML_COL_WIDE && strlen(g->cols[c]->head) > most)
			most = strlen(g->cols[c]->head);
	return most;
}

static void print_paragraph(const struct grid *g, const char *head, const char *text)
{
	size_t indent = TEXT_INDENT;

	pad(g->page->out, indent);
	if (*head) {
		fprintf(g->page->out, "%s%s%s", bold(g->page), head, plain(g->page));
		indent += text_heads(g) + 2;
		pad(g->page->out, indent - TEXT_INDENT - strlen(head));
	}
	print_wrapped(g, text, indent);
}

static void print_short(const struct grid *g, size_t c, const char *text, bool first)
{
	const char *head = g->cols[c]->head;

	fprintf(g->page->out, "%s%s%s%s%s%s", first ? "" : "  ", head, *head ? " " : "",
		first ? bold(g->page) : "", text, first ? plain(g->page) : "");
}

static void print_text(struct grid *g)
{
	size_t begin = g->ahead.next;
	bool first = true;

	for (size_t c = 0; c < g->ncols; c++) {
		const char *text = take_cell(&g->ahead);

		if (g->cols[c]->flags & ML_COL_WIDE || !is_said(text))
			continue;
		print_short(g, c, text, first);
		first = false;
	}
	if (!first)
		fputc('\n', g->page->out);
	g->ahead.next = begin;
	for (size_t c = 0; c < g->ncols; c++) {
		const char *text = take_cell(&g->ahead);

		if (g->cols[c]->flags & ML_COL_WIDE && is_said(text))
			print_paragraph(g, g->cols[c]->head, text);
	}
}

static int print_texts(struct grid *g)
{
	bool first = true;
	int rc;

	while ((rc = format_next(g)) > 0) {
		if (!first)
			fputc('\n', g->page->out);
		first = false;
		print_text(g);
		forget_cells(&g->ahead);
	}
	return rc;
}

/* ---- tables ---- */

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
		.cols = page->selection->cols[t],
		.ncols = page->selection->ncols[t],
	};
	int rc;

	print_title(&g, first);
	g.widths = calloc(g.ncols, sizeof(*g.widths));
	g.drops = calloc(g.ncols, sizeof(*g.drops));
	rc = g.widths && g.drops ? print_layout(&g) : -ENOMEM;
	if (ml_result_omitted(page->result, t))
		fprintf(page->out, "(%zu more rows)\n",
			ml_result_omitted(page->result, t));
	if (g.dropped && !(ml_table_flags(g.table) & ML_TABLE_STREAM))
		print_dropped(&g);
	free(g.widths);
	free(g.drops);
	free(g.ahead.text);
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
	for (size_t i = 0; i < ml_result_nnotes(page->result); i++)
		fprintf(page->out, "(%s)\n", ml_result_note(page->result, i));
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
	if (!stream && !page->style->noheadings)
		print_notes(page);
	return rc;
}
