/* SPDX-License-Identifier: MIT */
/* delimited: tables for programs that read lines - CSV, blank-separated, KEY="value". */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render/render.h"

/* What would end a field, or start an escape, is escaped; CSV has quotes for that. */
static const char *escaped_in(enum format format)
{
	return format == FORMAT_RAW ? " \\" : format == FORMAT_PAIRS ? "\"$`\\" : "";
}

static void print_text(const struct page *page, enum format format, const char *s)
{
	bool quote = format == FORMAT_CSV && strpbrk(s, ",\"");

	if (quote)
		fputc('"', page->out);
	for (; *s; s++) {
		if (quote && *s == '"')
			fputc('"', page->out);
		fputc(*s, page->out);
	}
	if (quote)
		fputc('"', page->out);
}

/* Exact numbers in base units: bytes, seconds, ratios. */
static void print_number(const struct page *page, const struct ml_col *col,
			 const struct ml_value *v)
{
	char address[CELL_MAX];

	if (col->unit == ML_UNIT_ADDRESS) {
		cell_number(col, v, SCALE_BYTES, address);
		fputs(address, page->out);
		return;
	}
	switch (v->type) {
	case ML_TYPE_U64:
		fprintf(page->out, "%llu", (unsigned long long)v->u64);
		return;
	case ML_TYPE_S64:
		fprintf(page->out, "%lld", (long long)v->s64);
		return;
	case ML_TYPE_F64:
		fprintf(page->out, col->unit == ML_UNIT_SECONDS ? "%.15g" : "%.9g",
			v->f64);
		return;
	case ML_TYPE_STR:
		return;
	}
}

static int print_cell(const struct page *page, enum format format,
		      const struct ml_col *col, const void *row)
{
	struct ml_value v;
	char *text;

	ml_value_of(col, row, &v);
	if (!v.known) { /* an empty field would shift the columns of raw output */
		if (format == FORMAT_RAW)
			fputc('-', page->out);
		return 0;
	}
	if (v.type != ML_TYPE_STR) {
		print_number(page, col, &v);
		return 0;
	}
	text = safe_string_but(v.str, true, escaped_in(format));
	if (!text)
		return -ENOMEM;
	print_text(page, format, text);
	free(text);
	return 0;
}

static void print_key(const struct page *page, const struct ml_col *col)
{
	for (const char *p = col->key; *p; p++)
		fputc(toupper((unsigned char)*p), page->out);
}

/* Where samples repeat, each row begins with its time. */
static void print_time(const struct page *page, enum format format)
{
	char text[TIME_MAX];
	struct ml_host host;
	const char *time;

	if (!page->repeats)
		return;
	ml_snap_host(page->snap, &host);
	time = wall_time(host.wall_ms, text);
	fprintf(page->out,
		format == FORMAT_CSV   ? "%s,"
		: format == FORMAT_RAW ? "%s "
				       : "TIME=\"%s\" ",
		time                   ? time
		: format == FORMAT_RAW ? "-"
				       : "");
}

static int print_row(const struct page *page, enum format format, size_t t,
		     const void *row)
{
	print_time(page, format);
	for (size_t c = 0; c < page->selection->ncols[t]; c++) {
		const struct ml_col *col = page->selection->cols[t][c];
		int rc;

		if (c)
			fputc(format == FORMAT_CSV ? ',' : ' ', page->out);
		if (format == FORMAT_PAIRS) {
			print_key(page, col);
			fputs("=\"", page->out);
		}
		rc = print_cell(page, format, col, row);
		if (rc)
			return rc;
		if (format == FORMAT_PAIRS)
			fputc('"', page->out);
	}
	fputc('\n', page->out);
	return 0;
}

static void print_headings(const struct page *page, enum format format, size_t t)
{
	if (page->repeats)
		fputs(format == FORMAT_CSV ? "time," : "time ", page->out);
	for (size_t c = 0; c < page->selection->ncols[t]; c++)
		fprintf(page->out, "%s%s", c ? format == FORMAT_CSV ? "," : " " : "",
			page->selection->cols[t][c]->key);
	fputc('\n', page->out);
}

/* Tables stand one after the other with an empty line between. */
int render_delimited(const struct page *page, enum format format)
{
	bool first = true;
	const void *row;
	int rc = 0;

	for (size_t t = 0; t < page->selection->ntables && !rc; t++) {
		if (!page->selection->ncols[t])
			continue;
		if (!first)
			fputc('\n', page->out);
		first = false;
		if (format != FORMAT_PAIRS && !page->style->noheadings && !page->sample)
			print_headings(page, format, t);
		while (!rc && (row = ml_result_next(page->result, t)))
			rc = print_row(page, format, t, row);
	}
	return rc;
}

int render(enum format format, const struct page *page)
{
	switch (format) {
	case FORMAT_TEXT:
		return render_text(page);
	case FORMAT_JSON:
		return render_json(page);
	case FORMAT_CSV:
	case FORMAT_RAW:
	case FORMAT_PAIRS:
		return render_delimited(page, format);
	}
	return -EINVAL;
}
