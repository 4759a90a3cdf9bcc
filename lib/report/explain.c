/* SPDX-License-Identifier: MIT */
/* explain: what a counter, a column, a table or a word means, in plain words. */
#include <errno.h>
#include <stdio.h>
#include <strings.h>

#include "base/fail.h"
#include "report/glossary.h"
#include "report/rates.h"

/* ---- one row a sense ---- */

struct explain_row {
	struct ml_str term, kind, unit;
	uint64_t bytes, count;
	struct ml_str where, meaning, moving, formula, trap, source, see;
};

static const struct ml_col explain_cols[] = {
	ML_LABEL(struct explain_row, term, "term", "", "the word, as the kernel spells it"),
	ML_LABEL(struct explain_row, kind, "kind", "",
		 "meminfo, vmstat, smaps, word, column, table and so on"),
	ML_LABEL(struct explain_row, unit, "unit", "unit", "what it is counted in"),
	ML_BYTES(struct explain_row, bytes, "bytes", "now", "its size on this machine"),
	ML_COUNT(struct explain_row, count, "count", "now",
		 "on this machine, where it is no size: levels, or events since boot"),
	ML_LABEL(struct explain_row, meaning, "meaning", "", "what it tells an operator",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct explain_row, moving, "moving", "moving", "what it says when it grows",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct explain_row, formula, "formula", "formula", "how it comes about",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct explain_row, trap, "trap", "trap", "what is often misread",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct explain_row, where, "where", "where", "the reports and tables that show it",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct explain_row, source, "source", "source", "kernel file or formula",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct explain_row, see, "see", "next", "commands to run next",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table explain_table = {
	.id = "explain",
	.help = "one row for each sense of the term",
	ML_TABLE_COLS(explain_cols),
	.row_size = sizeof(struct explain_row),
	.layout = ML_LAYOUT_TEXT,
	.flags = ML_TABLE_DEFAULT,
};

/* While the senses of a term are found. */
struct search {
	struct ml_build *b;
	const char *term; /* folded */
	struct ml_rows *ret;
};

static struct explain_row *add_sense(const struct search *s)
{
	struct explain_row *row = ml_rows_add(s->ret, s->b->arena);

	if (row)
		row->bytes = row->count = ML_NONE;
	return row;
}

/* "zone, frag" becomes "memlens zone, memlens frag". */
static struct ml_str commands_of(struct ml_arena *a, const char *names)
{
	const char *text = "";

	for (; names && *names && text; names += strspn(names, ", ")) {
		size_t n = strcspn(names, ",");

		text = ml_arena_printf(a, "%s%smemlens %.*s", text, *text ? ", " : "",
				       (int)n, names);
		names += n;
	}
	return ml_str_of(text && *text ? text : NULL);
}

/* ---- the glossary ---- */

static void fill_meminfo(const struct ml_snap *snap, const struct ml_gloss *g,
			 struct explain_row *row)
{
	bool size = ml_str_is(row->unit, "bytes");
	uint64_t *value = size ? &row->bytes : &row->count;

	*value = ml_snap_mem(snap, g->term);
}

/* Levels in pages or KiB are sizes; whatever counts since boot is not. */
static void fill_vmstat(const struct ml_snap *snap, const struct ml_gloss *g,
			struct explain_row *row)
{
	uint64_t value = ml_snap_vm(snap, g->term);
	bool gauge = ml_vmstat_is_gauge(ml_str_of(g->term));

	if (gauge && ml_str_is(row->unit, "pages"))
		row->bytes = ml_snap_pages(snap, value);
	else if (gauge && ml_str_is(row->unit, "KiB"))
		row->bytes = ml_mul(value, ML_KIB);
	else
		row->count = value;
	row->moving = ml_str_of(ml_meaning_of(g->term));
}

static int add_gloss(const struct search *s, const struct ml_gloss_row *found)
{
	const struct ml_gloss *g = &found->gloss;
	struct explain_row *row = add_sense(s);

	if (!row)
		return -ENOMEM;
	row->term = ml_str_of(g->term);
	row->kind = ml_str_of(found->of->kind);
	row->unit = ml_str_of(g->unit);
	row->meaning = ml_str_of(g->meaning);
	row->formula = ml_str_of(g->formula);
	row->trap = ml_str_of(g->trap);
	row->source = ml_str_of(found->of->source);
	row->see = commands_of(s->b->arena, g->see);
	if (found->of == &ml_glossary_meminfo)
		fill_meminfo(s->b->cur, g, row);
	if (found->of == &ml_glossary_vmstat)
		fill_vmstat(s->b->cur, g, row);
	return row->see.p ? 0 : -ENOMEM;
}

static int find_glosses(const struct search *s)
{
	struct ml_rows all = ML_ROWS(struct ml_gloss_row);
	const struct ml_gloss_row *row;
	int rc = ml_glossary_rows(s->b->arena, &all);

	if (rc)
		return rc;
	ml_for_each_row(row, &all) {
		if (!ml_term_is(s->term, row->gloss.term) &&
		    !(row->gloss.also && ml_term_is(s->term, row->gloss.also)))
			continue;
		rc = add_gloss(s, row);
		if (rc)
			return rc;
	}
	return 0;
}

/* ---- columns, tables, reports ---- */

/* A table where it stands. */
struct place {
	const struct ml_report *report;
	const struct ml_table *table;
};

/* "free.memory" */
static struct ml_str name_of(struct ml_arena *a, const struct place *at)
{
	return ml_str_of(ml_arena_printf(a, "%s.%s", at->report->id, at->table->id));
}

/* The command of the same name; the overview is the command without one. */
static struct ml_str command_of(struct ml_arena *a, const struct ml_report *report)
{
	if (report == &ml_report_overview)
		return ML_STR("memlens");
	return commands_of(a, report->id);
}

/* A key alone, or behind its table, its report, or both; or the heading. */
static bool is_column(const char *term, const struct place *at, const struct ml_col *col)
{
	char name[4 * ML_TERM_MAX];

	if (ml_term_is(term, col->key) || ml_term_is(term, col->head))
		return true;
	snprintf(name, sizeof(name), "%s.%s,%s.%s,%s.%s.%s", at->table->id, col->key,
		 at->report->id, col->key, at->report->id, at->table->id, col->key);
	return ml_term_is(term, name);
}

static bool is_same(struct ml_str a, const char *b)
{
	return ml_str_eq(a, ml_str_of(b));
}

/* The sense of this column that another table has already, or NULL. */
static struct explain_row *known_sense(const struct search *s, const struct ml_col *col)
{
	struct explain_row *row;

	ml_for_each_row(row, s->ret)
		if (ml_str_is(row->kind, "column") && is_same(row->term, col->key) &&
		    is_same(row->meaning, col->help) &&
		    is_same(row->unit, ml_unit_name(col)))
			return row;
	return NULL;
}

/* The word may be a list itself: it stands whole between commas, or not at all. */
static bool has_word(struct ml_str list, struct ml_str wanted)
{
	struct ml_str word;

	while (list.n >= wanted.n) {
		struct ml_str rest = ml_str_skip(list, wanted.n);

		if (memcmp(list.p, wanted.p, wanted.n) == 0 &&
		    (!rest.n || *rest.p == ','))
			return true;
		if (!ml_split(&list, ',', &word))
			return false;
		list = ml_str_trim(list);
	}
	return false;
}

/* The list with the word at its end, unless it has it; NULL without memory. */
static struct ml_str joined(struct ml_arena *a, struct ml_str list, struct ml_str word)
{
	if (!list.n || !word.n)
		return list.n ? list : word;
	if (has_word(list, word))
		return list;
	return ml_str_of(ml_arena_printf(a, "%.*s, %.*s", (int)list.n, list.p,
					 (int)word.n, word.p));
}

static int add_column(const struct search *s, const struct place *at,
		      const struct ml_col *col)
{
	const char *source = col->source ? col->source : at->table->source;
	struct explain_row *row = known_sense(s, col);
	struct ml_arena *a = s->b->arena;

	if (!row)
		row = add_sense(s);
	if (!row)
		return -ENOMEM;
	row->term = ml_str_of(col->key);
	row->kind = ML_STR("column");
	row->unit = ml_str_of(ml_unit_name(col));
	row->meaning = ml_str_of(col->help);
	row->source = joined(a, row->source, ml_str_of(source));
	row->where = joined(a, row->where, name_of(a, at));
	row->see = joined(a, row->see, command_of(a, at->report));
	return row->where.p && row->see.p ? 0 : -ENOMEM;
}

static int add_table(const struct search *s, const struct place *at)
{
	struct explain_row *row = add_sense(s);

	if (!row)
		return -ENOMEM;
	row->term = ml_str_of(at->table->id);
	row->kind = ML_STR("table");
	row->meaning = ml_str_of(at->table->help);
	row->source = ml_str_of(at->table->source);
	row->where = name_of(s->b->arena, at);
	row->see = command_of(s->b->arena, at->report);
	return row->where.p && row->see.p ? 0 : -ENOMEM;
}

static int find_in_table(const struct search *s, const struct place *at)
{
	char name[2 * ML_TERM_MAX];
	int rc = 0;

	snprintf(name, sizeof(name), "%s,%s.%s", at->table->id, at->report->id,
		 at->table->id);
	if (ml_term_is(s->term, name))
		rc = add_table(s, at);
	for (size_t c = 0; c < at->table->ncols && !rc; c++)
		if (is_column(s->term, at, &at->table->cols[c]))
			rc = add_column(s, at, &at->table->cols[c]);
	return rc;
}

static int find_in_report(const struct search *s, const struct ml_report *report)
{
	int rc = 0;

	if (ml_term_is(s->term, report->id)) {
		struct explain_row *row = add_sense(s);

		if (!row)
			return -ENOMEM;
		row->term = ml_str_of(report->id);
		row->kind = ML_STR("report");
		row->meaning = ml_str_of(report->title);
		row->see = command_of(s->b->arena, report);
	}
	for (size_t t = 0; t < report->nparts && !rc; t++)
		rc = find_in_table(s, &(struct place){ report, report->parts[t].table });
	return rc;
}

static int find_in_reports(const struct search *s)
{
	int rc = 0;

	for (size_t i = 0; i < ml_report_count() && !rc; i++)
		rc = find_in_report(s, ml_report_at(i));
	return rc;
}

/* ---- every term ---- */

struct term_row {
	struct ml_str term, kind;
};

static const struct ml_col term_cols[] = {
	ML_LABEL(struct term_row, term, "term", "TERM", "what can be explained"),
	ML_LABEL(struct term_row, kind, "kind", "KIND", "what it is"),
};

static const struct ml_table term_table = {
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

static int build_terms(struct ml_build *b, struct ml_rows *ret)
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
	return rc ? rc : add_reports(b, ret);
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

static const struct ml_table index_table = {
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

static int build_index(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_rows terms = ML_ROWS(struct term_row);
	int rc = b->query->term ? 0 : build_terms(b, &terms);

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
	int rc = build_terms(b, &terms);

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

static int no_such_term(struct ml_build *b, const char *folded)
{
	char hint[4 * ML_TERM_MAX] = "memlens explain lists all";
	const char *term = b->query->term;
	int rc = folded ? suggest(b, folded, hint, sizeof(hint)) : 0;

	if (rc)
		return rc;
	return ml_fail(b->ctx, -ENOENT, "explain: \"%.*s%s\": no such term (%s)",
		       ML_TERM_MAX, term, strlen(term) > ML_TERM_MAX ? "..." : "", hint);
}

static int build_explain(struct ml_build *b, struct ml_rows *ret)
{
	char folded[ML_TERM_MAX];
	const struct search s = { b, folded, ret };
	int rc;

	if (!b->query->term)
		return 0;
	if (!ml_term_fold(b->query->term, folded))
		return no_such_term(b, NULL);
	rc = find_glosses(&s);
	if (!rc)
		rc = find_in_reports(&s);
	if (!rc && !ret->n)
		rc = no_such_term(b, folded);
	return rc;
}

static const struct ml_part parts[] = {
	{ &explain_table, build_explain, 0, ML_FEED(MEMINFO) | ML_FEED(VMSTAT) },
	{ &index_table, build_index, 0, 0 },
	{ &term_table, build_terms, 0, 0 },
};

const struct ml_report ml_report_explain = {
	.id = "explain",
	.title = "counters, columns and words in plain words",
	ML_REPORT_PARTS(parts),
};
