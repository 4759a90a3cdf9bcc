/* SPDX-License-Identifier: MIT */
/* glossary: the register of glossaries, families of terms, and how terms are compared. */
#include "report/glossary.h"

#include <ctype.h>
#include <errno.h>

static const struct ml_glossary *const glossaries[] = {
	&ml_glossary_word,
	&ml_glossary_layout,
	&ml_glossary_meminfo,
	&ml_glossary_vmstat,
	&ml_glossary_zoneinfo,
	&ml_glossary_setting,
	&ml_glossary_zram,
	&ml_glossary_zswap,
	&ml_glossary_smaps,
	&ml_glossary_status,
	&ml_glossary_stat,
	&ml_glossary_statm,
	&ml_glossary_oom,
	&ml_glossary_vmflag,
	&ml_glossary_state,
	&ml_glossary_group_stat,
	&ml_glossary_group_stat_v1,
	&ml_glossary_group_events,
	&ml_glossary_thp,
	&ml_glossary_mthp,
	&ml_glossary_hugetlb,
	&ml_glossary_ksm,
	&ml_glossary_numa_maps,
	&ml_glossary_numastat,
};

/* ---- families ---- */

static size_t expanded_length(const char *s, const struct ml_gloss_member *m)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '#' ? strlen(m->name) : *s == '%' ? strlen(m->phrase) : 1;
	return n;
}

/* NULL for NULL, and without memory: then `rc` says so. */
static const char *expand(struct ml_arena *a, const char *s,
			  const struct ml_gloss_member *m, int *rc)
{
	char *ret, *out;

	if (!s)
		return NULL;
	ret = out = ml_arena_calloc(a, expanded_length(s, m) + 1, 1);
	if (!ret) {
		*rc = -ENOMEM;
		return NULL;
	}
	for (; *s; s++) {
		if (*s == '#')
			out = stpcpy(out, m->name);
		else if (*s == '%')
			out = stpcpy(out, m->phrase);
		else
			*out++ = *s;
	}
	return ret;
}

static int add_member(struct ml_arena *a, const struct ml_gloss_member *m,
		      const struct ml_gloss *g, struct ml_gloss *ret)
{
	int rc = 0;

	*ret = (struct ml_gloss){
		.term = expand(a, g->term, m, &rc),
		.also = expand(a, g->also, m, &rc),
		.unit = g->unit,
		.meaning = expand(a, g->meaning, m, &rc),
		.formula = expand(a, g->formula, m, &rc),
		.trap = expand(a, g->trap, m, &rc),
		.see = g->see,
	};
	return rc;
}

/* ---- text ---- */

/* A term while its fields are read. */
struct entry {
	struct ml_gloss gloss;
	const struct ml_gloss_set *set; /* NULL: no family */
};

static const struct ml_gloss_set *set_of(const struct ml_glossary *of, const char *name)
{
	for (size_t i = 0; i < of->nsets; i++)
		if (strcmp(of->sets[i].name, name) == 0)
			return &of->sets[i];
	return NULL;
}

static void take_field(const struct ml_glossary *of, char tag, const char *value,
		       struct entry *e)
{
	switch (tag) {
	case 't':
		e->gloss.term = value;
		return;
	case 'a':
		e->gloss.also = value;
		return;
	case 'u':
		e->gloss.unit = value;
		return;
	case 'm':
		e->gloss.meaning = value;
		return;
	case 'f':
		e->gloss.formula = value;
		return;
	case 'r':
		e->gloss.trap = value;
		return;
	case 's':
		e->gloss.see = value;
		return;
	case 'n':
		e->set = set_of(of, value);
		return;
	}
}

static int add_entry(struct ml_arena *a, const struct ml_glossary *of,
		     const struct entry *e, struct ml_rows *ret)
{
	size_t n = e->set ? e->set->n : 1;
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		struct ml_gloss_row *row = ml_rows_add(ret, a);

		if (!row)
			return -ENOMEM;
		*row = (struct ml_gloss_row){ of, e->gloss };
		if (e->set)
			rc = add_member(a, &e->set->members[i], &e->gloss, &row->gloss);
	}
	return rc;
}

/* The text ends with an empty field, which the compiler adds. */
static int add_glossary(struct ml_arena *a, const struct ml_glossary *of,
			struct ml_rows *ret)
{
	const char *p = of->text, *end = p + of->size;
	struct entry e = { 0 };
	int rc = 0;

	while (p < end && *p && !rc) {
		if (*p == 't' && e.gloss.term) {
			rc = add_entry(a, of, &e, ret);
			e = (struct entry){ 0 };
		}
		take_field(of, *p, p + 1, &e);
		p += strlen(p) + 1;
	}
	return rc || !e.gloss.term ? rc : add_entry(a, of, &e, ret);
}

int ml_glossary_rows(struct ml_arena *a, struct ml_rows *ret)
{
	int rc = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(glossaries) && !rc; i++)
		rc = add_glossary(a, glossaries[i], ret);
	return rc;
}

/* ---- comparison ---- */

static bool fold(struct ml_str term, char ret[static ML_TERM_MAX])
{
	static const char left_out[] = "_- ():";
	size_t n = 0;

	for (size_t i = 0; i < term.n; i++) {
		unsigned char c = (unsigned char)term.p[i];

		if (c && strchr(left_out, c))
			continue;
		if (c >= 0x80 || (!isalnum(c) && c != '.') || n + 1 >= ML_TERM_MAX)
			return false;
		ret[n++] = (char)tolower(c);
	}
	ret[n] = '\0';
	return n > 0;
}

bool ml_term_fold(const char *term, char ret[static ML_TERM_MAX])
{
	return fold(ml_str_of(term), ret);
}

bool ml_term_is(const char *folded, const char *terms)
{
	struct ml_str rest = ml_str_of(terms), word;
	char other[ML_TERM_MAX];

	while (rest.n) {
		if (!ml_split(&rest, ',', &word)) {
			word = rest;
			rest.n = 0;
		}
		if (fold(word, other) && strcmp(folded, other) == 0)
			return true;
	}
	return false;
}
