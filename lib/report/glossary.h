/* SPDX-License-Identifier: MIT */
/* glossary: the kernel's counters and the words of the field, in plain words. */
#pragma once

#include "base/arena.h"
#include "base/table.h"

/* One member of a family of terms that differ in one part. */
struct ml_gloss_member {
	const char *name;   /* that part of the term */
	const char *phrase; /* what it means */
};

/*
 * A term. In one with a set # stands for the name of a member and % for its phrase, in
 * every string; the row is then as many terms as the set has members. Sentences are lower
 * case and have no full stop at their end.
 */
struct ml_gloss {
	const char *term;    /* as the kernel spells it */
	const char *also;    /* other words for it, separated by ", ", or NULL */
	const char *unit;    /* or NULL */
	const char *meaning; /* what it tells an operator */
	const char *formula; /* or NULL */
	const char *trap;    /* what is misread, or NULL */
	const char *see;     /* commands to run next, separated by ", " */
	const struct ml_gloss_member *set;
	size_t nset;
};

#define ML_GLOSS_SET(array) .set = (array), .nset = ML_ARRAY_SIZE(array)

/* Terms of one kind. */
struct ml_glossary {
	const char *kind;
	const char *source; /* the kernel file; NULL for words */
	const struct ml_gloss *terms;
	size_t nterms;
};

#define ML_GLOSSES(array) .terms = (array), .nterms = ML_ARRAY_SIZE(array)

extern const struct ml_glossary ml_glossary_word, ml_glossary_setting,
	ml_glossary_meminfo, ml_glossary_vmstat, ml_glossary_zoneinfo, ml_glossary_smaps,
	ml_glossary_status, ml_glossary_stat, ml_glossary_statm, ml_glossary_oom,
	ml_glossary_vmflag, ml_glossary_state;

/* One term, its family expanded. */
struct ml_gloss_row {
	const struct ml_glossary *of;
	struct ml_gloss gloss; /* has no set */
};

/* Append every term, in the order of the glossaries. 0 or -ENOMEM. */
int ml_glossary_rows(struct ml_arena *a, struct ml_rows *ret);

/* More bytes than any term has. */
#define ML_TERM_MAX 64

/* A term as it is compared: MemAvailable, mem_available and "mem available" are one.
 * False when it is empty, too long, or has a character that no term has. */
bool ml_term_fold(const char *term, char ret[static ML_TERM_MAX]);

/* Whether `folded` is this term, or one of the words separated by ", ". */
bool ml_term_is(const char *folded, const char *terms);
