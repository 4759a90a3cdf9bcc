/* SPDX-License-Identifier: MIT */
/* history: in how many of the last runs a rule was bad - lines "RULE 0101", newest last. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"

bool check_tolerance_parse(const char *text, unsigned *ret_bad, unsigned *ret_runs)
{
	char *end;
	unsigned long bad = strtoul(text, &end, 10), runs;

	if (*text < '0' || *text > '9' || *end != '/' || end[1] < '0' || end[1] > '9')
		return false;
	runs = strtoul(end + 1, &end, 10);
	if (*end || !bad || bad > runs || runs > CHECK_RUNS_MAX)
		return false;
	*ret_bad = (unsigned)bad;
	*ret_runs = (unsigned)runs;
	return true;
}

/* What the notes tell of a rule: at most the last `runs` of its marks. */
static struct ml_str marks_of(struct ml_str notes, struct ml_str rule, unsigned runs)
{
	while (notes.n) {
		const char *end = memchr(notes.p, '\n', notes.n);
		size_t line = end ? (size_t)(end - notes.p) : notes.n;
		struct ml_str marks = { 0 };

		if (line > rule.n && !memcmp(notes.p, rule.p, rule.n) &&
		    notes.p[rule.n] == ' ')
			marks = (struct ml_str){ notes.p + rule.n + 1,
						 line - rule.n - 1 };
		for (size_t i = 0; i < marks.n; i++)
			if (marks.p[i] != '0' && marks.p[i] != '1')
				marks.n = 0;
		if (marks.n > runs)
			marks = (struct ml_str){ marks.p + marks.n - runs, runs };
		if (marks.n)
			return marks;
		line += end != NULL;
		notes = (struct ml_str){ notes.p + line, notes.n - line };
	}
	return (struct ml_str){ 0 };
}

static bool is_bad(const struct check_rule *rule)
{
	return rule->state == CHECK_WARNING || rule->state == CHECK_CRITICAL;
}

/* Writes the line of a rule, and tells what it means. */
static char *judge(struct check_rule *rule, struct ml_str before, unsigned bad,
		   unsigned runs, char *out)
{
	struct ml_str marks = marks_of(before, rule->id, runs - 1);

	out = (char *)mempcpy(out, rule->id.p, rule->id.n);
	*out++ = ' ';
	for (size_t i = 0; i < marks.n; i++) {
		*out++ = marks.p[i];
		rule->bad += marks.p[i] == '1';
	}
	if (rule->state != CHECK_UNKNOWN) { /* nothing was learnt then */
		*out++ = is_bad(rule) ? '1' : '0';
		rule->bad += is_bad(rule);
		marks.n++;
	}
	*out++ = '\n';
	rule->of = (unsigned)marks.n;
	rule->tolerated = is_bad(rule) && rule->bad < bad;
	return out;
}

int check_tolerate(struct check_verdict *v, struct ml_str notes, unsigned bad,
		   unsigned runs, char **ret_notes)
{
	size_t room = 1;
	char *out;

	for (size_t i = 0; i < v->nrules; i++)
		room += v->rules[i].id.n + CHECK_RUNS_MAX + 3;
	*ret_notes = out = calloc(room, 1);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < v->nrules; i++)
		out = judge(&v->rules[i], notes, bad, runs, out);
	return 0;
}
