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

struct ml_gloss_set {
	const char *name;
	const struct ml_gloss_member *members;
	size_t n;
};

/*
 * Terms are written as one text, not as structures of pointers: each of these would be
 * relocated at every start of the command, which rarely explains anything. A term begins
 * with TERM and has a MEANING and a SEE; the rest is as needed. In one with a SET, #
 * stands for the name of a member and % for its phrase, in every string; it is then as
 * many terms as the set has members. Sentences are lower case and have no full stop at
 * their end.
 */
#define TERM(s) "t" s "\0"    /* as the kernel spells it */
#define ALSO(s) "a" s "\0"    /* other words for it, separated by ", " */
#define UNIT(s) "u" s "\0"
#define SET(s) "n" s "\0"
#define MEANING(s) "m" s "\0" /* what it tells an operator */
#define FORMULA(s) "f" s "\0"
#define TRAP(s) "r" s "\0"    /* what is misread */
#define SEE(s) "s" s "\0"     /* commands to run next, separated by ", " */

/* Terms of one kind. */
struct ml_glossary {
	const char *kind;
	const char *source; /* the kernel file; NULL for words */
	const char *text;
	size_t size;
	const struct ml_gloss_set *sets;
	size_t nsets;
};

#define GLOSSES(array) .text = (array), .size = sizeof(array)

extern const struct ml_glossary ml_glossary_word, ml_glossary_layout, ml_glossary_meminfo,
	ml_glossary_vmstat, ml_glossary_zoneinfo, ml_glossary_setting, ml_glossary_zram,
	ml_glossary_zswap, ml_glossary_smaps, ml_glossary_status, ml_glossary_stat,
	ml_glossary_statm, ml_glossary_oom, ml_glossary_vmflag, ml_glossary_state,
	ml_glossary_group_stat, ml_glossary_group_stat_v1, ml_glossary_group_events,
	ml_glossary_thp, ml_glossary_mthp, ml_glossary_hugetlb, ml_glossary_ksm,
	ml_glossary_numa_maps, ml_glossary_numastat;

/* A term; strings are NULL where there is nothing to say. */
struct ml_gloss {
	const char *term, *also, *unit, *meaning, *formula, *trap, *see;
};

/* One term, its family expanded. */
struct ml_gloss_row {
	const struct ml_glossary *of;
	struct ml_gloss gloss;
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
