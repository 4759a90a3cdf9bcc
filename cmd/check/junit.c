/* SPDX-License-Identifier: MIT */
/* junit: rules as test cases, for what shows those. */
#include <stdlib.h>
#include <string.h>

#include "check/check.h"

/* XML has no way to write control characters: they are escaped as everywhere. */
static void put(struct ml_str s, FILE *out)
{
	char *text = safe_string(s, true);

	for (const char *p = text ? text : "?"; *p; p++)
		switch (*p) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*p, out);
		}
	free(text);
}

static bool is(struct ml_str s, const char *word)
{
	return s.n == strlen(word) && !memcmp(s.p, word, s.n);
}

static bool is_left(const struct check_rule *rule)
{
	return rule->state == CHECK_OK &&
	       (is(rule->outcome, "skipped") || is(rule->outcome, "absent"));
}

/* What is told of a rule within `element`: the findings, or why there are none. */
static void put_outcome(const struct check_verdict *v, const struct check_rule *rule,
			const char *element, FILE *out)
{
	fprintf(out, "<%s type=\"%s\" message=\"", element,
		check_state_name(rule->state));
	put(rule->reason.n ? rule->reason : rule->title, out);
	fputs("\">", out);
	for (size_t i = 0; i < v->nfindings; i++) {
		const struct check_finding *f = &v->findings[i];

		if (f->rule.n != rule->id.n || memcmp(f->rule.p, rule->id.p, f->rule.n))
			continue;
		put(f->about, out);
		fputs(": ", out);
		put(f->message, out);
		fputc('\n', out);
	}
	fprintf(out, "</%s>", element);
}

static void put_case(const struct check_verdict *v, const struct check_rule *rule,
		     FILE *out)
{
	bool bad = rule->state != CHECK_OK && !rule->tolerated;

	fputs("<testcase classname=\"memlens\" name=\"", out);
	put(rule->id, out);
	fputs("\">", out);
	if (bad)
		put_outcome(v, rule, rule->state == CHECK_UNKNOWN ? "error" : "failure",
			    out);
	else if (is_left(rule))
		put_outcome(v, rule, "skipped", out);
	fputs("</testcase>\n", out);
}

int check_print_junit(const struct check_verdict *v, FILE *out)
{
	size_t failures = 0, errors = 0, skipped = 0;

	for (size_t i = 0; i < v->nrules; i++) {
		const struct check_rule *rule = &v->rules[i];

		skipped += is_left(rule);
		errors += rule->state == CHECK_UNKNOWN;
		failures += !rule->tolerated && (rule->state == CHECK_WARNING ||
						 rule->state == CHECK_CRITICAL);
	}
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"memlens check\" tests=\"%zu\" failures=\"%zu\" "
		"errors=\"%zu\" skipped=\"%zu\">\n",
		v->nrules, failures, errors, skipped);
	for (size_t i = 0; i < v->nrules; i++)
		put_case(v, &v->rules[i], out);
	fputs("</testsuite>\n", out);
	return (int)v->state;
}
