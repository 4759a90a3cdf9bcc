/* SPDX-License-Identifier: MIT */
/* explain_terms: every term that can be explained, and what somebody may have meant. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "report/explain.h"
#include "report/glossary.h"

static bool is_same(struct ml_str a, const char *b)
{
	return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

/* ---- every term ---- */

struct term_row {
	struct ml_str term, kind;
};

static const struct ml_col term_cols[] = {
	ML_LABEL(struct term_row, term, "term", "TERM", "what can be explained"),
	ML_LABEL(struct term_row, kind, "kind", "KIND", "what it is"),
};

const struct ml_table ml_explain_terms_table = {
	.id = "terms",
	.help = "every term that can be explained",
	ML_TABLE_COLS(term_cols),
	.row_size = sizeof(struct term_row),
};

/* Once, however many tables have it. `rows` begins where this kind does. */
static int add_term(struct ml_build *b, struct ml_rows *ret, size_t begin,
		    const char *term, const char *kind)
{
	struct term_row *row;

	for (size_t i = begin; i < ret->n; i++) {
		row = ml_rows_at(ret, i);
		if (is_same(row->term, term))
			return 0;
	}
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	row->term = ml_str_of(term);
	row->kind = ml_str_of(kind);
	return 0;
}

static int add_columns(struct ml_build *b, struct ml_rows *ret)
{
	size_t begin = ret->n;
	int rc = 0;

	for (size_t i = 0; i < ml_report_count(); i++) {
		const struct ml_report *report = ml_report_at(i);

		for (size_t t = 0; t < report->nparts; t++) {
			const struct ml_table *table = report->parts[t].table;

			for (size_t c = 0; c < table->ncols && !rc; c++)
				rc = add_term(b, ret, begin, table->cols[c].key,
					      "column");
		}
	}
	return rc;
}

static int add_tables(struct ml_build *b, struct ml_rows *ret)
{
	size_t begin = ret->n;
	int rc = 0;

	for (size_t i = 0; i < ml_report_count(); i++) {
		const struct ml_report *report = ml_report_at(i);

		for (size_t t = 0; t < report->nparts && !rc; t++)
			rc = add_term(b, ret, begin, report->parts[t].table->id, "table");
	}
	return rc;
}

static int add_reports(struct ml_build *b, struct ml_rows *ret)
{
	size_t begin = ret->n;
	int rc = 0;

	for (size_t i = 0; i < ml_report_count() && !rc; i++)
		rc = add_term(b, ret, begin, ml_report_at(i)->id, "report");
	return rc;
}

static int add_rules(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_rule_info rule;
	int rc = 0;

	for (size_t i = 0; i < ml_rule_count() && !rc; i++) {
		ml_rule_at(i, &rule);
		rc = add_term(b, ret, ret->n, rule.id, "rule");
	}
	return rc;
}

int ml_explain_build_terms(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_rows all = ML_ROWS(struct ml_gloss_row);
	const struct ml_gloss_row *row;
	int rc = ml_glossary_rows(b->arena, &all);

	ml_for_each_row(row, &all)
		if (!rc)
			rc = add_term(b, ret, ret->n, row->gloss.term, row->of->kind);
	if (!rc)
		rc = add_columns(b, ret);
	if (!rc)
		rc = add_tables(b, ret);
	if (!rc)
		rc = add_reports(b, ret);
	return rc ? rc : add_rules(b, ret);
}

/* ---- terms by kind ---- */

struct index_row {
	struct ml_str kind;
	uint64_t count;
	struct ml_str terms;
};

static const struct ml_col index_cols[] = {
	ML_LABEL(struct index_row, kind, "kind", "", "what the terms are"),
	ML_COUNT(struct index_row, count, "count", "", "how many there are"),
	ML_LABEL(struct index_row, terms, "terms", "", "all of them", .flags = ML_COL_WIDE),
};

const struct ml_table ml_explain_index_table = {
	.id = "index",
	.help = "all terms by kind, when none was asked for",
	ML_TABLE_COLS(index_cols),
	.row_size = sizeof(struct index_row),
	.layout = ML_LAYOUT_TEXT,
	.flags = ML_TABLE_DEFAULT,
};

/* The terms of the kind that begins at `*at`, which moves past them; NULL without
 * memory. */
static char *list_kind(struct ml_arena *a, const struct ml_rows *terms, size_t *at)
{
	const struct term_row *first = ml_rows_at(terms, *at), *row;
	size_t n = 0, end = *at;
	char *ret, *out;

	for (; end < terms->n; end++) {
		row = ml_rows_at(terms, end);
		if (!ml_str_eq(row->kind, first->kind))
			break;
		n += row->term.n + 2;
	}
	ret = out = ml_arena_calloc(a, n + 1, 1);
	for (; ret && *at < end; ++*at) {
		row = ml_rows_at(terms, *at);
		out = stpcpy(stpcpy(out, out == ret ? "" : ", "), row->term.p);
	}
	return ret;
}

int ml_explain_build_index(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_rows terms = ML_ROWS(struct term_row);
	int rc = b->query->term ? 0 : ml_explain_build_terms(b, &terms);

	for (size_t at = 0; at < terms.n && !rc;) {
		struct index_row *row = ml_rows_add(ret, b->arena);
		const struct term_row *first = ml_rows_at(&terms, at);
		size_t begin = at;

		if (!row)
			return -ENOMEM;
		row->kind = first->kind;
		row->terms = ml_str_of(list_kind(b->arena, &terms, &at));
		row->count = at - begin;
		rc = row->terms.p ? 0 : -ENOMEM;
	}
	return rc;
}

/* ---- terms that are not there ---- */

#define NEAREST 3

/* How far a term is from the one that was meant; 0 is nearest. */
static size_t badness(const char *wanted, const char *term)
{
	size_t least = strlen(wanted), n = strlen(term), d;

	if (n < least)
		least = n;
	if (least >= 3 && strncmp(wanted, term, least) == 0)
		return 1;
	if (least >= 3 && strstr(term, wanted))
		return 2;
	if (least >= 3 && 2 * n > strlen(wanted) && strstr(wanted, term))
		return 3;
	d = ml_distance(wanted, term);
	return d <= 1 + least / 4 ? d : SIZE_MAX;
}

struct near {
	const char *term;
	size_t badness;
};

/* Keep the nearest, the first of those that are equally near. */
static void keep_near(struct near near[static NEAREST], struct near other)
{
	for (size_t i = 0; i < NEAREST; i++) {
		struct near rest = near[i];

		if (rest.term && strcasecmp(rest.term, other.term) == 0)
			return;
		if (other.badness >= rest.badness)
			continue;
		near[i] = other;
		other = rest;
	}
}

/* "did you mean a, b, c?"; `text` stays as it is when nothing is near. */
static int suggest(struct ml_build *b, const char *wanted, char *text, size_t room)
{
	struct near near[NEAREST] = { { NULL, SIZE_MAX },
				      { NULL, SIZE_MAX },
				      { NULL, SIZE_MAX } };
	struct ml_rows terms = ML_ROWS(struct term_row);
	const struct term_row *row;
	size_t n = 0;
	int rc = ml_explain_build_terms(b, &terms);

	if (rc)
		return rc;
	ml_for_each_row(row, &terms) {
		char folded[ML_TERM_MAX];

		if (ml_term_fold(row->term.p, folded))
			keep_near(near,
				  (struct near){ row->term.p, badness(wanted, folded) });
	}
	for (size_t i = 0; i < NEAREST && near[i].term; i++)
		n += (size_t)snprintf(text + n, room - n, "%s%s",
				      i ? ", " : "did you mean ", near[i].term);
	if (n)
		snprintf(text + n, room - n, "?");
	return 0;
}

int ml_explain_no_such_term(struct ml_build *b, const char *folded)
{
	char hint[4 * ML_TERM_MAX] = "memlens explain lists all";
	const char *term = b->query->term;
	int rc = folded ? suggest(b, folded, hint, sizeof(hint)) : 0;

	if (rc)
		return rc;
	return ml_fail(b->ctx, -ENOENT, "explain: \"%.*s%s\": no such term (%s)",
		       ML_TERM_MAX, term, strlen(term) > ML_TERM_MAX ? "..." : "", hint);
}
