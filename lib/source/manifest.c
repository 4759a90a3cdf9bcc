/* SPDX-License-Identifier: MIT */
/* manifest: what a capture tells about itself in its file MANIFEST. */
#include "source/manifest.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "base/str.h"

/* The largest errno that the kernel returns. */
#define ERRNO_MAX 4095

struct error_row {
	struct ml_str path; /* escaped */
	uint64_t error;
};

static const struct {
	const char *key;
	size_t offset;
} fields[] = {
	{ "page_size",    offsetof(struct ml_manifest, page_size)    },
	{ "wall_ms",      offsetof(struct ml_manifest, wall_ms)      },
	{ "monotonic_ns", offsetof(struct ml_manifest, monotonic_ns) },
};

static void take_field(struct ml_manifest *m, struct ml_str line)
{
	struct ml_str key;
	uint64_t value;

	if (!ml_split(&line, ' ', &key) || !ml_num_u64(line, &value))
		return;
	for (size_t i = 0; i < ML_ARRAY_SIZE(fields); i++)
		if (ml_str_is(key, fields[i].key))
			*(uint64_t *)((char *)m + fields[i].offset) = value;
}

void ml_manifest_parse(struct ml_manifest *m, struct ml_str text)
{
	struct ml_str line;

	m->page_size = m->wall_ms = m->monotonic_ns = ML_NONE;
	if (!ml_next_line(&text, &line) || !ml_str_is(line, ML_MANIFEST_MAGIC))
		return;
	while (ml_next_line(&text, &line) && line.n)
		take_field(m, line);
	m->lines = text;
}

void ml_manifest_escape(struct ml_buf *out, struct ml_str name)
{
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c > ' ' && c < 0x7f && c != '\\')
			ml_buf_add(out, name.p + i, 1);
		else
			ml_buf_printf(out, "\\x%02x", c);
	}
}

void ml_manifest_unescape(struct ml_buf *out, struct ml_str text)
{
	uint64_t byte;

	while (text.n) {
		bool coded = text.n >= 4 && text.p[0] == '\\' && text.p[1] == 'x' &&
			     ml_num_hex((struct ml_str){ text.p + 2, 2 }, &byte);
		char c = coded ? (char)byte : *text.p;

		ml_buf_add(out, &c, 1);
		text = ml_str_skip(text, coded ? 4 : 1);
	}
}

static int by_path(const void *a, const void *b)
{
	const struct error_row *x = a, *y = b;

	return ml_str_cmp(x->path, y->path);
}

/* "denied 13 0 5 /proc/slabinfo" */
static bool error_of(struct ml_str line, struct error_row *ret)
{
	struct ml_str word;

	for (int i = 0; i < 4; i++) {
		if (!ml_split(&line, ' ', &word))
			return false;
		if (i == 1 && (!ml_num_u64(word, &ret->error) || !ret->error ||
			       ret->error > ERRNO_MAX))
			return false;
	}
	ret->path = line;
	return true;
}

/* What cannot be kept for lack of memory is as if it were not told. */
static void make_index(struct ml_manifest *m)
{
	struct ml_str text = m->lines, line;
	struct error_row row, *kept;

	m->indexed = true;
	m->errors = ML_ROWS(struct error_row);
	while (ml_next_line(&text, &line)) {
		if (!error_of(line, &row))
			continue;
		kept = ml_rows_add(&m->errors, &m->arena);
		if (!kept)
			break;
		*kept = row;
	}
	if (m->errors.n)
		qsort(m->errors.at, m->errors.n, m->errors.size, by_path);
}

int ml_manifest_error(struct ml_manifest *m, const char *path)
{
	struct ml_buf escaped = { 0 };
	struct error_row key = { 0 }, *found = NULL;

	if (!m->lines.n)
		return 0;
	if (!m->indexed)
		make_index(m);
	ml_manifest_escape(&escaped, ml_str_of(path));
	key.path = ml_buf_text(&escaped);
	while (key.path.n && m->errors.n) {
		found = bsearch(&key, m->errors.at, m->errors.n, m->errors.size, by_path);
		if (found)
			break;
		while (key.path.n && key.path.p[--key.path.n] != '/')
			;
	}
	ml_buf_deinit(&escaped);
	return found ? (int)found->error : 0;
}
