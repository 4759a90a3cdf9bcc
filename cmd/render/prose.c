/* SPDX-License-Identifier: MIT */
/* prose: the layouts without columns - pairs on a line, and paragraphs. */
#include <stdlib.h>
#include <string.h>

#include "render/text.h"

/* ---- lines ---- */

/* Pairs go on the next line where they would not fit. */
static void print_line(struct grid *g)
{
	size_t used = 0;

	for (size_t c = 0; c < g->fit.ncols; c++) {
		const char *head = g->fit.cols[c]->head;
		const struct cell cell = cells_take(&g->ahead);
		size_t width = cell.width + strlen(head) + (*head ? 1 : 0);

		if (c)
			fputs(used + 2 + width > line_width(g->page) ? "\n" : "  ",
			      g->page->out);
		used = used + 2 + width > line_width(g->page) ? width : used + 2 + width;
		fprintf(g->page->out, "%s%s%s%s%s", head, *head ? " " : "", bold(g->page),
			cell.text, plain(g->page));
	}
	fputc('\n', g->page->out);
}

int print_lines(struct grid *g)
{
	int rc;

	while ((rc = format_next(g)) > 0) {
		print_line(g);
		cells_forget(&g->ahead);
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

	for (size_t c = 0; c < g->fit.ncols; c++)
		if (g->fit.cols[c]->flags & ML_COL_WIDE &&
		    strlen(g->fit.cols[c]->head) > most)
			most = strlen(g->fit.cols[c]->head);
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
	const char *head = g->fit.cols[c]->head;

	fprintf(g->page->out, "%s%s%s%s%s%s", first ? "" : "  ", head, *head ? " " : "",
		first ? bold(g->page) : "", text, first ? plain(g->page) : "");
}

static void print_text(struct grid *g)
{
	size_t begin = g->ahead.next;
	bool first = true;

	for (size_t c = 0; c < g->fit.ncols; c++) {
		const char *text = cells_take(&g->ahead).text;

		if (g->fit.cols[c]->flags & ML_COL_WIDE || !is_said(text))
			continue;
		print_short(g, c, text, first);
		first = false;
	}
	if (!first)
		fputc('\n', g->page->out);
	g->ahead.next = begin;
	for (size_t c = 0; c < g->fit.ncols; c++) {
		const char *text = cells_take(&g->ahead).text;

		if (g->fit.cols[c]->flags & ML_COL_WIDE && is_said(text))
			print_paragraph(g, g->fit.cols[c]->head, text);
	}
}

int print_texts(struct grid *g)
{
	bool first = true;
	int rc;

	while ((rc = format_next(g)) > 0) {
		if (!first)
			fputc('\n', g->page->out);
		first = false;
		print_text(g);
		cells_forget(&g->ahead);
	}
	return rc;
}
