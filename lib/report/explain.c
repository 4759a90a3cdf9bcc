/* SPDX-License-Identifier: MIT */
/* explain: what a counter, a column, a table or a word means, in plain words. */
#include <errno.h>
#include <stdio.h>
#include <strings.h>

#include "base/fail.h"
#include "report/explain.h"
#include "report/glossary.h"
#include "report/rates.h"

/* ---- one row a sense ---- */

static const struct ml_col explain_cols[] = {
	ML_LABEL(struct ml_sense, term, "term", "", "the word, as the kernel spells it"),
	ML_LABEL(struct ml_sense, kind, "kind", "",
		 "meminfo, vmstat, smaps, word, column, table and so on"),
	ML_LABEL(struct ml_sense, unit, "unit", "unit", "what it is counted in"),
	ML_BYTES(struct ml_sense, bytes, "bytes", "now", "its size on this machine"),
	ML_COUNT(struct ml_sense, count, "count", "now",
		 "on this machine, where it is no size: levels, or events since boot"),
	ML_LABEL(struct ml_sense, meaning, "meaning", "", "what it tells an operator",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct ml_sense, moving, "moving", "moving", "what it says when it grows",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct ml_sense, formula, "formula", "formula", "how it comes about",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct ml_sense, trap, "trap", "trap", "what is often misread",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct ml_sense, remedy, "remedy", "do", "what to do about it, and what that may cost",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct ml_sense, where, "where", "where", "the reports and tables that show it",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct ml_sense, source, "source", "source", "kernel file or formula",
		 .flags = ML_COL_WIDE),
	ML_LABEL(struct ml_sense, see, "see", "next", "commands to run next",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table explain_table = {
	.id = "explain",
	.help = "one row for each sense of the term",
	ML_TABLE_COLS(explain_cols),
	.row_size = sizeof(struct ml_sense),
	.layout = ML_LAYOUT_TEXT,
	.flags = ML_TABLE_DEFAULT,
};

struct ml_sense *ml_sense_add(const struct ml_senses *s)
{
	struct ml_sense *row = ml_rows_add(s->ret, s->b->arena);

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
			 struct ml_sense *row)
{
	bool size = ml_str_is(row->unit, "bytes");
	uint64_t *value = size ? &row->bytes : &row->count;

	*value = ml_snap_mem(snap, g->term);
}

/* Levels in pages or KiB are sizes; whatever counts since boot is not. */
static void fill_vmstat(const struct ml_snap *snap, const struct ml_gloss *g,
			struct ml_sense *row)
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

static int add_gloss(const struct ml_senses *s, const struct ml_gloss_row *found)
{
	const struct ml_gloss *g = &found->gloss;
	struct ml_sense *row = ml_sense_add(s);

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

static int find_glosses(const struct ml_senses *s)
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
static struct ml_sense *known_sense(const struct ml_senses *s, const struct ml_col *col)
{
	struct ml_sense *row;

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

static int add_column(const struct ml_senses *s, const struct place *at,
		      const struct ml_col *col)
{
	const char *source = col->source ? col->source : at->table->source;
	struct ml_sense *row = known_sense(s, col);
	struct ml_arena *a = s->b->arena;

	if (!row)
		row = ml_sense_add(s);
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

static int add_table(const struct ml_senses *s, const struct place *at)
{
	struct ml_sense *row = ml_sense_add(s);

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

static int find_in_table(const struct ml_senses *s, const struct place *at)
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

static int find_in_report(const struct ml_senses *s, const struct ml_report *report)
{
	int rc = 0;

	if (ml_term_is(s->term, report->id)) {
		struct ml_sense *row = ml_sense_add(s);

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

static int find_in_reports(const struct ml_senses *s)
{
	int rc = 0;

	for (size_t i = 0; i < ml_report_count() && !rc; i++)
		rc = find_in_report(s, ml_report_at(i));
	return rc;
}

static int build_explain(struct ml_build *b, struct ml_rows *ret)
{
	char folded[ML_TERM_MAX];
	const struct ml_senses s = { b, folded, ret };
	int rc;

	if (!b->query->term)
		return 0;
	if (!ml_term_fold(b->query->term, folded))
		return ml_explain_no_such_term(b, NULL);
	rc = find_glosses(&s);
	if (!rc)
		rc = ml_explain_rules(&s);
	if (!rc)
		rc = find_in_reports(&s);
	if (!rc && !ret->n)
		rc = ml_explain_no_such_term(b, folded);
	return rc;
}

static const struct ml_part parts[] = {
	{ &explain_table, build_explain, 0, ML_FEED(MEMINFO) | ML_FEED(VMSTAT) },
	{ &ml_explain_index_table, ml_explain_build_index, 0, 0 },
	{ &ml_explain_terms_table, ml_explain_build_terms, 0, 0 },
};

const struct ml_report ml_report_explain = {
	.id = "explain",
	.title = "counters, columns and words in plain words",
	ML_REPORT_PARTS(parts),
};
