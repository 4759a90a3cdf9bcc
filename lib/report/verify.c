/* SPDX-License-Identifier: MIT */
/* verify: our numbers beside those of another library that reads the same machine. */
#include <errno.h>

#include "base/fail.h"
#include "report/comparison.h"

/* How often what differs is read again before it is said to: a number that swings lies
 * outside of two readings now and then, and hardly ever so often in a row. */
#define TRIES 10

/* Bytes of a text that is longer; an identifier or a path seldom is. */
#define EXCERPT 48
#define DOTS "..."

struct verify_row {
	struct ml_str level, subject, name, verdict, ours, theirs, why;
	int64_t difference;
};

struct summary_row {
	struct ml_str level;
	uint64_t compared, same, moved, explained, differs, only_ours, only_theirs, tries;
};

/* What the tables share. */
struct verification {
	struct ml_rows rows;    /* of struct verify_row */
	struct ml_rows summary; /* of struct summary_row */
};

/* ---- rows ---- */

/* Where two texts begin to differ; the end of the shorter when they do not before. */
static size_t split_of(const struct ml_value *a, const struct ml_value *b)
{
	size_t i = 0;

	if (!a->known || !b->known || a->type != ML_TYPE_STR || b->type != ML_TYPE_STR)
		return 0;
	while (i < a->str.n && i < b->str.n && a->str.p[i] == b->str.p[i])
		i++;
	return i;
}

/* A command line can have any length: of a long one, what stands around `at`. */
static struct ml_str excerpt(struct ml_str s, size_t at, struct ml_arena *a)
{
	size_t begin = at < s.n && at > EXCERPT / 4 ? at - EXCERPT / 4 : 0;
	struct ml_str part = { s.p + begin, s.n - begin };
	char *text, *end;

	if (s.n <= EXCERPT)
		part = s;
	else if (part.n > EXCERPT)
		part.n = EXCERPT;
	text = end = ml_arena_calloc(a, 1, part.n + 2 * strlen(DOTS) + 1);
	if (!text)
		return (struct ml_str){ 0 };
	if (part.p > s.p)
		end = mempcpy(end, DOTS, strlen(DOTS));
	end = mempcpy(end, part.p, part.n);
	if (part.p + part.n < s.p + s.n)
		end = mempcpy(end, DOTS, strlen(DOTS));
	return (struct ml_str){ text, (size_t)(end - text) };
}

static struct ml_str text_of(const struct ml_value *v, size_t at, struct ml_arena *a)
{
	char *text = NULL;

	if (!v->known)
		return (struct ml_str){ 0 };
	switch ((enum ml_type)v->type) {
	case ML_TYPE_STR:
		return excerpt(v->str, at, a);
	case ML_TYPE_U64:
		text = ml_arena_printf(a, "%llu", (unsigned long long)v->u64);
		break;
	case ML_TYPE_S64:
		text = ml_arena_printf(a, "%lld", (long long)v->s64);
		break;
	case ML_TYPE_F64:
		text = ml_arena_printf(a, "%.2f", v->f64);
		break;
	}
	return ml_str_of(text);
}

static int64_t difference_of(const struct ml_value *ours, const struct ml_value *theirs)
{
	if (!ours->known || !theirs->known || ours->type != theirs->type)
		return INT64_MIN;
	if (ours->type == ML_TYPE_U64)
		return (int64_t)(theirs->u64 - ours->u64);
	return ours->type == ML_TYPE_S64 ? theirs->s64 - ours->s64 : INT64_MIN;
}

static int add_row(struct verification *v, const char *level, const struct ml_fact *fact,
		   struct ml_arena *a)
{
	const struct ml_value *ours = fact->after.known ? &fact->after : &fact->before;
	struct verify_row *row = ml_rows_add(&v->rows, a);
	size_t at = split_of(ours, &fact->theirs);

	if (!row)
		return -ENOMEM;
	*row = (struct verify_row){
		.level = ml_str_of(level),
		.subject = { ml_arena_strndup(a, fact->subject.p, fact->subject.n),
			     fact->subject.n },
		.name = ml_str_of(fact->name),
		.verdict = ml_str_of(ml_verdict_name(fact->verdict)),
		.ours = text_of(ours, at, a),
		.theirs = text_of(&fact->theirs, at, a),
		.why = ml_str_of(fact->why),
		.difference = difference_of(ours, &fact->theirs),
	};
	return row->subject.p && (!ours->known || row->ours.p) &&
			       (!fact->theirs.known || row->theirs.p)
		       ? 0
		       : -ENOMEM;
}

static int add_summary(struct verification *v, const char *level,
		       const struct ml_rows *facts, uint64_t tries, struct ml_arena *a)
{
	struct summary_row *row = ml_rows_add(&v->summary, a);

	if (!row)
		return -ENOMEM;
	*row = (struct summary_row){
		.level = ml_str_of(level),
		.same = ml_facts_count(facts, ML_VERDICT_SAME),
		.moved = ml_facts_count(facts, ML_VERDICT_MOVED),
		.explained = ml_facts_count(facts, ML_VERDICT_EXPLAINED),
		.differs = ml_facts_count(facts, ML_VERDICT_DIFFERS),
		.only_ours = ml_facts_count(facts, ML_VERDICT_ONLY_OURS),
		.only_theirs = ml_facts_count(facts, ML_VERDICT_ONLY_THEIRS),
		.tries = tries,
	};
	row->compared = row->same + row->moved + row->explained + row->differs;
	return 0;
}

/* ---- one level ---- */

struct comparing {
	struct ml_build *b;
	const struct ml_testimony_level *level;
	const struct ml_witness_level *like;
	const struct ml_witness *witness;
	struct ml_arena arena; /* of this level's readings */
	struct ml_three three;
	const char *trouble; /* a source of ours that could not be read */
};

static void comparing_deinit(struct comparing *c)
{
	ml_arena_deinit(&c->arena);
}

static int read_ours(struct comparing *c, struct ml_rows *ret)
{
	int rc;

	*ret = ML_ROWS(struct ml_witness_row);
	rc = ml_testimony_read(c->level, c->like, c->b->ctx, c->b->cur->root, &c->arena,
			       ret, &c->trouble);
	ml_facts_sort_rows(ret);
	return rc;
}

/* Theirs, then ours again; ours of the last time stands before them. */
static int read_both(struct comparing *c)
{
	int rc;

	c->three.before = c->three.after;
	c->three.theirs = ML_ROWS(struct ml_witness_row);
	rc = c->like->read(c->like, &c->arena, &c->three.theirs);
	if (rc)
		return ml_fail(c->b->ctx, rc, "%s: %s: %s", c->witness->name, c->like->id,
			       strerror(-rc));
	ml_facts_sort_rows(&c->three.theirs);
	return read_ours(c, &c->three.after);
}

static int try_once(struct comparing *c, struct ml_rows *ret)
{
	int rc = read_both(c);

	*ret = ML_ROWS(struct ml_fact);
	return rc ? rc
		  : ml_facts_of(c->level, c->like, c->witness, &c->three, &c->arena, ret);
}

/* What our table has beside what they know, once for all subjects. */
static int add_more(struct comparing *c, struct ml_rows *facts)
{
	struct ml_rows names = ML_ROWS(const char *);
	const char **name;

	if (ml_testimony_more(c->level, c->like, &c->arena, &names))
		return -ENOMEM;
	ml_for_each_row(name, &names) {
		struct ml_fact *fact = ml_rows_add(facts, &c->arena);

		if (!fact)
			return -ENOMEM;
		*fact = (struct ml_fact){
			.subject = ML_STR(""),
			.name = *name,
			.verdict = ML_VERDICT_ONLY_OURS,
		};
	}
	return 0;
}

static int keep(struct comparing *c, const struct ml_rows *facts, uint64_t tries,
		struct verification *v)
{
	const struct ml_fact *fact;

	ml_for_each_row(fact, facts)
		if (add_row(v, c->like->id, fact, c->b->arena))
			return -ENOMEM;
	return add_summary(v, c->like->id, facts, tries, c->b->arena);
}

static int compare(struct comparing *c, struct verification *v)
{
	struct ml_rows facts = ML_ROWS(struct ml_fact), now;
	uint64_t tries = 1;
	int rc = read_ours(c, &c->three.after);

	if (!rc && c->trouble)
		return ml_note(c->b, "%s is not compared: %s", c->like->id, c->trouble);
	if (!rc)
		rc = try_once(c, &facts);
	for (; !rc && tries < TRIES && ml_facts_count(&facts, ML_VERDICT_DIFFERS);
	     tries++) {
		rc = try_once(c, &now);
		if (!rc)
			ml_facts_update(&facts, &now);
	}
	if (!rc)
		rc = add_more(c, &facts);
	return rc ? rc : keep(c, &facts, tries, v);
}

static int compare_level(struct ml_build *b, const struct ml_witness_level *like,
			 struct verification *v)
{
	for (size_t i = 0; i < ml_testimony_levels_count; i++) {
		__attribute__((cleanup(comparing_deinit))) struct comparing c = {
			.b = b,
			.level = &ml_testimony_levels[i],
			.like = like,
			.witness = b->ctx->witness,
		};

		if (strcmp(c.level->id, like->id) == 0)
			return compare(&c, v);
	}
	return ml_fail(b->ctx, -EINVAL, "%s: no such level", like->id);
}

/* Once for all tables of the report. NULL with an error. */
static const struct verification *verification_of(struct ml_build *b, int *ret_error)
{
	const struct ml_witness *witness = b->ctx ? b->ctx->witness : NULL;
	struct verification *v = b->shared;

	*ret_error = 0;
	if (!witness) {
		*ret_error = ml_fail(b->ctx, -EOPNOTSUPP,
				     "verify: there is nothing to compare with");
		return NULL;
	}
	if (!v) {
		v = ml_arena_calloc(b->arena, 1, sizeof(*v));
		*ret_error = v ? 0 : -ENOMEM;
		if (!v)
			return NULL;
		v->rows = ML_ROWS(struct verify_row);
		v->summary = ML_ROWS(struct summary_row);
		for (size_t i = 0; i < witness->nlevels && !*ret_error; i++)
			*ret_error = compare_level(b, witness->levels[i], v);
		if (*ret_error)
			return NULL;
		b->shared = v;
	}
	return v;
}

/* ---- tables ---- */

static const struct ml_col summary_cols[] = {
	ML_LABEL(struct summary_row, level, "level", "LEVEL", "what was read"),
	ML_COUNT(struct summary_row, compared, "compared", "COMPARED",
		 "numbers that both know"),
	ML_COUNT(struct summary_row, same, "same", "SAME", "numbers that are equal"),
	ML_COUNT(struct summary_row, moved, "moved", "MOVED",
		 "numbers of theirs between ours before and ours after"),
	ML_COUNT(struct summary_row, explained, "explained", "EXPLAINED",
		 "numbers that differ for a reason that is known"),
	ML_COUNT(struct summary_row, differs, "differs", "DIFFERS",
		 "numbers that differ however often they are read"),
	ML_COUNT(struct summary_row, only_ours, "only_ours", "ONLY OURS",
		 "what the other library does not know"),
	ML_COUNT(struct summary_row, only_theirs, "only_theirs", "ONLY THEIRS",
		 "what is not there, or not readable, and they show as 0"),
	ML_COUNT(struct summary_row, tries, "tries", "TRIES",
		 "how often it was read, until nothing differed or too often",
		 .flags = ML_COL_MINOR),
};

static const struct ml_table summary_table = {
	.id = "summary",
	.help = "one row per level",
	.source = "libmemlens and the other library",
	ML_TABLE_COLS(summary_cols),
	.row_size = sizeof(struct summary_row),
	.flags = ML_TABLE_DEFAULT,
};

static const struct ml_col verify_cols[] = {
	ML_LABEL(struct verify_row, level, "level", "LEVEL", "what was read"),
	ML_LABEL(struct verify_row, subject, "subject", "SUBJECT",
		 "counter, cache or process id; none: all of the level"),
	ML_LABEL(struct verify_row, name, "name", "NAME", "column of our table"),
	ML_LABEL(struct verify_row, verdict, "verdict", "VERDICT",
		 "same, moved, explained, differs, only ours or only theirs"),
	ML_LABEL(struct verify_row, ours, "ours", "OURS",
		 "our last reading, in bytes, seconds or a count; of a long text what differs"),
	ML_LABEL(struct verify_row, theirs, "theirs", "THEIRS",
		 "what the other library says, in the same unit"),
	ML_COL(struct verify_row, difference, ML_UNIT_COUNT, ML_SEM_GAUGE, "difference",
	       "DIFFERENCE", "theirs less ours"),
	ML_LABEL(struct verify_row, why, "why", "WHY", "the reason, where it is known",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table differences_table = {
	.id = "differences",
	.title = "what differs",
	.help = "the numbers that differ, and none when all is well",
	.source = "libmemlens and the other library",
	ML_TABLE_COLS(verify_cols),
	.row_size = sizeof(struct verify_row),
	.flags = ML_TABLE_DEFAULT,
};

static const struct ml_table all_table = {
	.id = "all",
	.title = "every number",
	.help = "one row per number, with its verdict",
	.source = "libmemlens and the other library",
	ML_TABLE_COLS(verify_cols),
	.row_size = sizeof(struct verify_row),
};

static int build_summary(struct ml_build *b, struct ml_rows *ret)
{
	int rc;
	const struct verification *v = verification_of(b, &rc);

	if (v)
		*ret = v->summary;
	return rc;
}

static int build_all(struct ml_build *b, struct ml_rows *ret)
{
	int rc;
	const struct verification *v = verification_of(b, &rc);

	if (v)
		*ret = v->rows;
	return rc;
}

static int build_differences(struct ml_build *b, struct ml_rows *ret)
{
	const char *differs = ml_verdict_name(ML_VERDICT_DIFFERS);
	const struct verify_row *row;
	int rc;
	const struct verification *v = verification_of(b, &rc);

	if (!v)
		return rc;
	ml_for_each_row(row, &v->rows) {
		struct verify_row *to;

		if (!ml_str_is(row->verdict, differs))
			continue;
		to = ml_rows_add(ret, b->arena);
		if (!to)
			return -ENOMEM;
		*to = *row;
	}
	return 0;
}

/* Each level reads the machine for itself, again and again: no snapshot is enough. */
static const struct ml_part parts[] = {
	{ &summary_table, build_summary, 0, 0 },
	{ &differences_table, build_differences, 0, 0 },
	{ &all_table, build_all, 0, 0 },
};

const struct ml_report ml_report_verify = {
	.id = "verify",
	.title = "our numbers beside those of another library",
	ML_REPORT_PARTS(parts),
};
