/* SPDX-License-Identifier: MIT */
/* comparison: our numbers of one level beside those of a witness, read until all that
 * moved has been told from what differs. */
#pragma once

#include "report/testimony.h"
#include "report/verdict.h"

/* One number. */
struct ml_fact {
	struct ml_str subject;
	const char *name;
	struct ml_value before, theirs, after;
	enum ml_verdict verdict;
	const char *why; /* NULL: nothing is to be said */
};

/* Three readings, one after the other: rows of struct ml_witness_row, sorted by
 * ml_facts_sort_rows(). */
struct ml_three {
	struct ml_rows before, theirs, after;
};

/* By subject; of a name that stands twice no row is left, since they cannot be told
 * apart. */
void ml_facts_sort_rows(struct ml_rows *rows);

/* What the three readings say of every number: rows of struct ml_fact, by subject. */
int ml_facts_of(const struct ml_testimony_level *level,
		const struct ml_witness_level *like, const struct ml_witness *witness,
		const struct ml_three *three, struct ml_arena *a, struct ml_rows *ret);

/* What differed and does not now takes what is said now; who went meanwhile is left
 * out. */
void ml_facts_update(struct ml_rows *facts, const struct ml_rows *now);

size_t ml_facts_count(const struct ml_rows *facts, enum ml_verdict verdict);
