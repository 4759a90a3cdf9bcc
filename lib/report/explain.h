/* SPDX-License-Identifier: MIT */
/* explain: what the parts of the report explain share. */
#pragma once

#include "report/report.h"

/* One sense of a term. */
struct ml_sense {
	struct ml_str term, kind, unit;
	uint64_t bytes, count;
	struct ml_str where, meaning, moving, formula, trap, remedy, source, see;
};

/* While the senses of a term are found. */
struct ml_senses {
	struct ml_build *b;
	const char *term; /* folded */
	struct ml_rows *ret;
};

/* A new sense, all unknown; NULL without memory. */
struct ml_sense *ml_sense_add(const struct ml_senses *s);

/* The rule of this name. 0 or -ENOMEM. */
int ml_explain_rules(const struct ml_senses *s);

/* Every term that can be explained, and all of them by kind. */
extern const struct ml_table ml_explain_terms_table, ml_explain_index_table;
ml_build_fn ml_explain_build_terms, ml_explain_build_index;

/* Fail with what may have been meant; `folded` NULL where nothing can be. -ENOENT or
 * -ENOMEM. */
int ml_explain_no_such_term(struct ml_build *b, const char *folded);
