/* SPDX-License-Identifier: MIT */
/* json: one object a sample - an envelope, the sources, and one array per table. */
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "render/render.h"

#define FLAGS (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

/* The text with invalid UTF-8 replaced by U+FFFD; NULL when it was valid. Allocated. */
static char *repaired(struct ml_str s)
{
	char *ret = NULL, *out = NULL;

	for (size_t i = 0; i < s.n;) {
		size_t n = utf8_length((struct ml_str){ s.p + i, s.n - i });

		if (n) {
			if (ret)
				out = (char *)memcpy(out, s.p + i, n) + n;
			i += n;
			continue;
		}
		if (!ret) {
			ret = malloc(s.n * 3 + 1);
			if (!ret)
				return NULL;
			out = (char *)memcpy(ret, s.p, i) + i;
		}
		out = (char *)memcpy(out, "\xef\xbf\xbd", 3) + 3;
		i++;
	}
	if (out)
		*out = '\0';
	return ret;
}

static void add_raw(struct json_object *o, const char *key, struct ml_str s)
{
	static const char digits[] = "0123456789abcdef";
	char name[80], *hex = malloc(s.n * 2 + 1);

	if (!hex)
		return;
	for (size_t i = 0; i < s.n; i++) {
		hex[2 * i] = digits[(unsigned char)s.p[i] >> 4];
		hex[2 * i + 1] = digits[(unsigned char)s.p[i] & 15];
	}
	snprintf(name, sizeof(name), "%s_raw", key);
	json_object_object_add(o, name, json_object_new_string_len(hex, (int)(s.n * 2)));
	free(hex);
}

static void add_string(struct json_object *o, const char *key, struct ml_str s)
{
	char *valid = repaired(s);

	if (valid) {
		json_object_object_add(o, key, json_object_new_string(valid));
		add_raw(o, key, s);
	} else {
		json_object_object_add(o, key, json_object_new_string_len(s.p, (int)s.n));
	}
	free(valid);
}

static void add_text(struct json_object *o, const char *key, const char *s)
{
	if (s)
		add_string(o, key, (struct ml_str){ s, strlen(s) });
	else
		json_object_object_add(o, key, NULL);
}

/* Times keep their last digit after a year, too: a process is known by its start. */
static struct json_object *new_double(double v, unsigned unit)
{
	struct json_object *o = json_object_new_double(v);
	static char exact[] = "%.15g", enough[] = "%.9g";

	json_object_set_serializer(
		o, json_object_double_to_json_string,
		unit == ML_UNIT_SECONDS || v == (double)(int64_t)v ? exact : enough,
		NULL);
	return o;
}

/* A key stands once in a row and lives as long as the table: neither looked for nor
 * copied. */
static void add_column(struct json_object *o, const struct ml_col *col,
		       struct json_object *value)
{
	json_object_object_add_ex(o, col->key, value,
				  JSON_C_OBJECT_ADD_KEY_IS_NEW |
					  JSON_C_OBJECT_KEY_IS_CONSTANT);
}

/* The object that columns named "object.key" share; it is made with the first of them. */
static struct json_object *object_of(struct json_object *row, const char *key,
				     const char *dot)
{
	char name[64];
	struct json_object *o;

	snprintf(name, sizeof(name), "%.*s", (int)(dot - key), key);
	if (json_object_object_get_ex(row, name, &o))
		return o;
	o = json_object_new_object();
	json_object_object_add(row, name, o);
	return o;
}

static void add_value(struct json_object *o, const struct ml_col *col, const void *row);

static void add_list(struct json_object *o, const struct ml_col *col,
		     const struct ml_list *list)
{
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; i < list->n; i++) {
		struct json_object *sub = json_object_new_object();

		for (size_t c = 0; c < ml_table_ncols(col->list); c++)
			add_value(sub, ml_table_col(col->list, c),
				  ml_list_row(col, list, i));
		json_object_array_add(rows, sub);
	}
	add_column(o, col, rows);
}

static void add_value(struct json_object *o, const struct ml_col *col, const void *row)
{
	const char *dot = strchr(col->key, '.');
	struct ml_col leaf = *col;
	struct ml_value v;

	ml_value_of(col, row, &v);
	if (dot) {
		o = object_of(o, col->key, dot);
		leaf.key = dot + 1;
		col = &leaf;
	}
	if (col->flags & ML_COL_LIST) {
		add_list(o, col, ml_value_list(col, row));
		return;
	}
	if (!v.known) {
		add_column(o, col, NULL);
		return;
	}
	if (col->unit == ML_UNIT_ADDRESS) {
		char text[CELL_MAX];

		cell_number(col, &v, SCALE_BYTES, text);
		add_column(o, col, json_object_new_string(text));
		return;
	}
	if (col->unit == ML_UNIT_TRUTH) {
		add_column(o, col, json_object_new_boolean(v.u64 != 0));
		return;
	}
	switch (v.type) {
	case ML_TYPE_STR:
		add_string(o, col->key, v.str);
		return;
	case ML_TYPE_U64:
		add_column(o, col, json_object_new_uint64(v.u64));
		return;
	case ML_TYPE_S64:
		add_column(o, col, json_object_new_int64(v.s64));
		return;
	case ML_TYPE_F64:
		add_column(o, col, new_double(v.f64, col->unit));
		return;
	}
}

static struct json_object *source_object(const struct ml_snap *snap, size_t i)
{
	struct json_object *o = json_object_new_object();
	struct ml_source source;

	ml_snap_source(snap, i, &source);
	add_text(o, "path", source.path);
	add_text(o, "status", ml_status_name(source.status));
	json_object_object_add(o, "errno",
			       source.error ? json_object_new_int(source.error) : NULL);
	add_text(o, "capability", source.capability);
	json_object_object_add(o, "bad_lines", json_object_new_uint64(source.bad_lines));
	if (source.missed)
		json_object_object_add(o, "missed",
				       json_object_new_uint64(source.missed));
	return o;
}

/* Rows that --top left out, by table; there only if there are any. */
static void add_omitted(struct json_object *o, const struct page *page)
{
	struct json_object *omitted = json_object_new_object();

	for (size_t t = 0; t < page->selection->ntables; t++) {
		size_t n = ml_result_omitted(page->result, t);

		if (n && page->selection->ncols[t])
			json_object_object_add(
				omitted, ml_table_id(ml_result_table(page->result, t)),
				json_object_new_uint64(n));
	}
	if (json_object_object_length(omitted))
		json_object_object_add(o, "omitted", omitted);
	else
		json_object_put(omitted);
}

static void add_host(struct json_object *o, const struct ml_snap *snap)
{
	struct ml_host host;
	char time[TIME_MAX];

	ml_snap_host(snap, &host);
	add_text(o, "host", host.name);
	add_text(o, "kernel", host.kernel);
	add_text(o, "boot_id", host.boot_id);
	json_object_object_add(o, "page_size",
			       host.page_size == ML_NONE
				       ? NULL
				       : json_object_new_uint64(host.page_size));
	add_text(o, "time", wall_time(host.wall_ms, time));
}

/* Who and when the earlier snapshot was, where there is one. */
static void add_before(struct json_object *o, const struct page *page)
{
	const struct ml_snap *prev = ml_result_prev(page->result);
	double seconds = ml_result_seconds(page->result);
	struct json_object *before;

	if (!prev)
		return;
	before = json_object_new_object();
	add_host(before, prev);
	json_object_object_add(before, "seconds",
			       seconds == seconds ? new_double(seconds, ML_UNIT_NONE)
						  : NULL);
	json_object_object_add(o, "before", before);
}

static struct json_object *envelope(const struct page *page)
{
	struct json_object *o = json_object_new_object(), *sources, *notes;
	char schema[80];

	snprintf(schema, sizeof(schema), "memlens/1/%s", page->schema);
	add_text(o, "schema", schema);
	add_text(o, "version", ml_version());
	add_host(o, page->snap);
	add_before(o, page);
	sources = json_object_new_array();
	for (size_t i = 0; i < ml_snap_nsources(page->snap); i++)
		json_object_array_add(sources, source_object(page->snap, i));
	json_object_object_add(o, "sources", sources);
	notes = json_object_new_array();
	for (size_t i = 0; i < ml_result_nnotes(page->result); i++)
		json_object_array_add(
			notes, json_object_new_string(ml_result_note(page->result, i)));
	json_object_object_add(o, "notes", notes);
	add_omitted(o, page);
	return o;
}

/* json-c escapes what is below a blank; C1 controls and direction marks, which a terminal
 * obeys as well, are left to us. They stand inside strings only. */
static void print_json(FILE *out, const char *text, size_t n)
{
	size_t done = 0;

	for (size_t i = 0; i < n; i++) {
		struct ml_str rest = { text + i, n - i };
		uint32_t u = (unsigned char)text[i] < 0x7f ? 0 : unsafe_character(rest);

		if (!u)
			continue;
		fwrite(text + done, 1, i - done, out);
		fprintf(out, "\\u%04x", u);
		i += utf8_length(rest) - 1;
		done = i + 1;
	}
	fwrite(text + done, 1, n - done, out);
}

/* Where one sample is printed it is broken at its rows; a stream has one line a
 * sample. */
static void print_rows(const struct page *page, size_t t)
{
	const char *separator = page->repeats ? "" : "\n";
	bool first = true;
	const void *row;

	while ((row = ml_result_next(page->result, t))) {
		struct json_object *o = json_object_new_object();
		const char *text;
		size_t n;

		for (size_t c = 0; c < page->selection->ncols[t]; c++)
			add_value(o, page->selection->cols[t][c], row);
		fprintf(page->out, "%s%s", first ? "" : ",", separator);
		first = false;
		text = json_object_to_json_string_length(o, FLAGS, &n);
		print_json(page->out, text, n);
		json_object_put(o);
	}
}

int render_json(const struct page *page)
{
	struct json_object *head = envelope(page);
	const char *text = json_object_to_json_string_ext(head, FLAGS);
	const char *separator = page->repeats ? "" : "\n";

	if (!text)
		return -ENOMEM;
	print_json(page->out, text, strlen(text) - 1); /* the tables go before its "}" */
	json_object_put(head);
	for (size_t t = 0; t < page->selection->ntables; t++) {
		if (!page->selection->ncols[t])
			continue;
		fprintf(page->out, ",%s\"%s\":[", separator,
			ml_table_id(ml_result_table(page->result, t)));
		print_rows(page, t);
		fputc(']', page->out);
	}
	fputs("}\n", page->out);
	return 0;
}
