/* SPDX-License-Identifier: MIT */
/* selection: which columns of which tables are printed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render/render.h"

/* Text shows what fits a person; machine formats all there is. */
static bool is_default(const struct choice *choice, const struct ml_col *col)
{
	if (col->flags & ML_COL_ASKED)
		return false;
	if (choice->format != FORMAT_TEXT)
		return true;
	if (col->flags & ML_COL_DELTA && !choice->delta)
		return false;
	return !(col->flags & ML_COL_HIDDEN);
}

static bool has(const struct selection *s, size_t table, const struct ml_col *col)
{
	for (size_t i = 0; i < s->ncols[table]; i++)
		if (s->cols[table][i] == col)
			return true;
	return false;
}

static void add(struct selection *s, size_t table, const struct ml_col *col)
{
	if (s->cols[table] && !has(s, table, col))
		s->cols[table][s->ncols[table]++] = col;
}

/* Free text stays at the end of a line, where it needs no padding. */
static void keep_text_last(struct selection *s, size_t table)
{
	const struct ml_col **cols = s->cols[table];
	size_t last = s->ncols[table] - 1;

	for (size_t i = last; i-- > 0;) {
		const struct ml_col *text = cols[i];

		if (!(text->flags & ML_COL_WIDE))
			continue;
		memmove(&cols[i], &cols[i + 1], (last - i) * sizeof(*cols));
		cols[last--] = text;
	}
}

static void add_defaults(struct selection *s, const struct choice *choice)
{
	for (size_t t = 0; t < s->ntables; t++)
		for (size_t i = 0; i < ml_table_ncols(s->tables[t]); i++) {
			const struct ml_col *col = ml_table_col(s->tables[t], i);

			if (choice->all || is_default(choice, col))
				add(s, t, col);
		}
}

/* "key": the first table that has it; "table.key": that one. */
static bool add_named(struct selection *s, const char *name)
{
	const char *dot = strchr(name, '.');

	for (size_t t = 0; t < s->ntables; t++) {
		const char *id = ml_table_id(s->tables[t]);
		const struct ml_col *col;

		if (dot && (strlen(id) != (size_t)(dot - name) ||
			    memcmp(id, name, (size_t)(dot - name)) != 0))
			continue;
		col = ml_table_find(s->tables[t], dot ? dot + 1 : name);
		if (!col)
			continue;
		add(s, t, col);
		return true;
	}
	return false;
}

static int allocate(const struct choice *choice, struct selection *s)
{
	ml_parts parts =
		choice->parts ? choice->parts : ml_report_default_parts(choice->report);

	s->tables = calloc(64, sizeof(struct ml_table *));
	s->cols = calloc(64, sizeof(*s->cols));
	s->ncols = calloc(64, sizeof(*s->ncols));
	if (!s->tables || !s->cols || !s->ncols)
		return -ENOMEM;
	for (size_t i = 0; i < ml_report_ntables(choice->report); i++) {
		const struct ml_table *table = ml_report_table(choice->report, i);
		size_t n = ml_table_ncols(table);

		const struct ml_col **cols;

		if (!(parts & 1ull << i))
			continue;
		cols = calloc(n + 1, sizeof(const struct ml_col *));
		if (!cols)
			return -ENOMEM;
		s->tables[s->ntables] = table;
		s->cols[s->ntables++] = cols;
	}
	return 0;
}

int selection_init(const struct choice *choice, struct selection *ret,
		   const char **ret_bad)
{
	static char bad[64];
	const char *p = choice->spec ? choice->spec : "+";
	bool adds = *p == '+';
	int rc;

	*ret = (struct selection){ 0 };
	rc = allocate(choice, ret);
	if (rc)
		return rc;
	if (adds)
		add_defaults(ret, choice);
	p += adds;
	while (*p) {
		char name[64];
		size_t n = strcspn(p, ",");

		snprintf(name, sizeof(name), "%.*s", (int)n, p);
		if (n >= sizeof(name) || !add_named(ret, name)) {
			memcpy(bad, name, sizeof(bad));
			*ret_bad = bad;
			return -EINVAL;
		}
		p += n + (p[n] == ',');
	}
	for (size_t t = 0; t < ret->ntables && choice->spec && adds; t++)
		if (ret->ncols[t])
			keep_text_last(ret, t);
	return 0;
}

void selection_deinit(struct selection *s)
{
	for (size_t t = 0; s->cols && t < s->ntables; t++)
		free(s->cols[t]);
	free(s->tables);
	free(s->cols);
	free(s->ncols);
}
