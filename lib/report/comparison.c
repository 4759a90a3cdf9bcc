/* SPDX-License-Identifier: MIT */
/* comparison: our numbers of one level beside those of a witness. */
#include "report/comparison.h"

#include <errno.h>
#include <stdlib.h>

/* ---- order and search ---- */

static bool is_number(struct ml_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

/* Process ids by their value, names by their bytes. */
static int cmp_subjects(struct ml_str a, struct ml_str b)
{
	if (a.n != b.n && is_number(a) && is_number(b))
		return a.n < b.n ? -1 : 1;
	return ml_str_cmp(a, b);
}

static int by_subject(const void *a, const void *b)
{
	return cmp_subjects(((const struct ml_witness_row *)a)->subject,
			    ((const struct ml_witness_row *)b)->subject);
}

static bool has_twin(const struct ml_rows *rows, size_t i)
{
	return (i && !by_subject(ml_rows_at(rows, i - 1), ml_rows_at(rows, i))) ||
	       (i + 1 < rows->n &&
		!by_subject(ml_rows_at(rows, i), ml_rows_at(rows, i + 1)));
}

void ml_facts_sort_rows(struct ml_rows *rows)
{
	struct ml_witness_row *row;
	size_t n = 0;

	if (!rows->n)
		return;
	qsort(rows->at, rows->n, rows->size, by_subject);
	ml_for_each_row(row, rows)
		if (has_twin(rows, row_i))
			row->values = NULL;
	ml_for_each_row(row, rows)
		if (row->values)
			*(struct ml_witness_row *)ml_rows_at(rows, n++) = *row;
	rows->n = n;
}

static const struct ml_witness_row *find(const struct ml_rows *rows,
					 const struct ml_witness_row *like)
{
	return rows->n ? bsearch(like, rows->at, rows->n, rows->size, by_subject) : NULL;
}

static int by_fact(const void *a, const void *b)
{
	const struct ml_fact *x = a, *y = b;
	int rc = cmp_subjects(x->subject, y->subject);

	return rc ? rc : strcmp(x->name, y->name);
}

/* ---- one number ---- */

static const char *known_reason(const struct ml_witness *witness, const char *level,
				const struct ml_fact *fact)
{
	for (size_t i = 0; i < witness->nknown; i++) {
		const struct ml_witness_known *k = &witness->known[i];

		if (strcmp(k->level, level) == 0 && strcmp(k->name, fact->name) == 0 &&
		    (k->is(fact->subject, &fact->before, &fact->theirs) ||
		     k->is(fact->subject, &fact->after, &fact->theirs)))
			return k->why;
	}
	return NULL;
}

static void judge(struct ml_fact *fact, const struct ml_witness *witness,
		  const char *level)
{
	fact->verdict = ml_verdict_of(&fact->before, &fact->theirs, &fact->after);
	if (fact->verdict == ML_VERDICT_ONLY_THEIRS)
		fact->why = "not there, or not readable: they show 0";
	if (fact->verdict != ML_VERDICT_DIFFERS)
		return;
	fact->why = known_reason(witness, level, fact);
	if (fact->why)
		fact->verdict = ML_VERDICT_EXPLAINED;
	else if (!fact->before.known && !fact->after.known)
		fact->why = "unknown to us";
}

/* ---- one subject ---- */

struct making {
	const struct ml_testimony_level *level;
	const struct ml_witness_level *like;
	const struct ml_witness *witness;
	const struct ml_three *three;
	struct ml_arena *arena;
	struct ml_rows *facts;
};

static int add_numbers(const struct making *m, const struct ml_witness_row *before,
		       const struct ml_witness_row *theirs,
		       const struct ml_witness_row *after)
{
	const struct ml_witness_row *any = theirs ? theirs : before ? before : after;

	for (size_t i = 0; i < m->like->nnames; i++) {
		struct ml_fact fact = {
			.subject = any->subject,
			.name = m->like->names[i],
		}, *row;

		if (before)
			fact.before = before->values[i];
		if (theirs)
			fact.theirs = theirs->values[i];
		if (after)
			fact.after = after->values[i];
		judge(&fact, m->witness, m->level->id);
		if (fact.verdict == ML_VERDICT_NOTHING)
			continue;
		row = ml_rows_add(m->facts, m->arena);
		if (!row)
			return -ENOMEM;
		*row = fact;
	}
	return 0;
}

/* A subject that one of us does not see at all. */
static int add_missed(const struct making *m, struct ml_str subject, bool by_us)
{
	const struct ml_value seen = {
		.type = ML_TYPE_STR, .known = true, .str = ML_STR("there")
	};
	struct ml_fact *fact = ml_rows_add(m->facts, m->arena);

	if (!fact)
		return -ENOMEM;
	*fact = (struct ml_fact){
		.subject = subject,
		.name = m->level->key ? m->level->key : "",
		.verdict = ML_VERDICT_DIFFERS,
		.why = by_us ? "we do not see it" : "they do not see it",
	};
	if (by_us)
		fact->theirs = seen;
	else
		fact->before = fact->after = seen;
	return 0;
}

static const struct ml_value *identity(const struct making *m,
				       const struct ml_witness_row *row)
{
	for (size_t i = 0; m->level->identity && i < m->like->nnames; i++)
		if (strcmp(m->like->names[i], m->level->identity) == 0)
			return &row->values[i];
	return NULL;
}

/* Its key was given to another one between our readings. */
static bool is_another(const struct making *m, const struct ml_witness_row *before,
		       const struct ml_witness_row *after)
{
	const struct ml_value *a = identity(m, before), *b = identity(m, after);

	return a && b && !ml_value_eq(a, b);
}

static int add_theirs(const struct making *m, const struct ml_witness_row *theirs)
{
	const struct ml_witness_row *before = find(&m->three->before, theirs);
	const struct ml_witness_row *after = find(&m->three->after, theirs);

	if (m->level->census && !before && !after)
		return add_missed(m, theirs->subject, true);
	if (m->level->census && (!before || !after || is_another(m, before, after)))
		return 0; /* it came or went meanwhile */
	return add_numbers(m, before, theirs, after);
}

static int add_ours(const struct making *m, const struct ml_witness_row *before)
{
	const struct ml_witness_row *after = find(&m->three->after, before);

	if (find(&m->three->theirs, before) || !after)
		return 0;
	return m->level->census ? add_missed(m, before->subject, false)
				: add_numbers(m, before, NULL, after);
}

int ml_facts_of(const struct ml_testimony_level *level,
		const struct ml_witness_level *like, const struct ml_witness *witness,
		const struct ml_three *three, struct ml_arena *a, struct ml_rows *ret)
{
	const struct making m = { level, like, witness, three, a, ret };
	const struct ml_witness_row *row;

	ml_for_each_row(row, &three->theirs)
		if (add_theirs(&m, row))
			return -ENOMEM;
	ml_for_each_row(row, &three->before)
		if (add_ours(&m, row))
			return -ENOMEM;
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_fact);
	return 0;
}

/* ---- again ---- */

void ml_facts_update(struct ml_rows *facts, const struct ml_rows *now)
{
	struct ml_fact *fact;
	size_t n = 0;

	ml_for_each_row(fact, facts) {
		if (fact->verdict == ML_VERDICT_DIFFERS) {
			const struct ml_fact *again =
				now->n ? bsearch(fact, now->at, now->n, now->size,
						 by_fact)
				       : NULL;

			if (!again)
				continue;
			*fact = *again;
		}
		*(struct ml_fact *)ml_rows_at(facts, n++) = *fact;
	}
	facts->n = n;
}

size_t ml_facts_count(const struct ml_rows *facts, enum ml_verdict verdict)
{
	const struct ml_fact *fact;
	size_t n = 0;

	ml_for_each_row(fact, facts)
		n += fact->verdict == verdict;
	return n;
}
