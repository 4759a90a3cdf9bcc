/* SPDX-License-Identifier: MIT */
/* explain_rules: what a rule of doctor looks for, by which limits, and what to do. */
#include <errno.h>

#include "report/explain.h"
#include "report/glossary.h"

/* "warn 10 %, crit 5 %", each with its reason. */
static const char *limits_of(struct ml_arena *a, size_t rule)
{
	struct ml_limit_info limit;
	const char *text = "";
	char shown[48];

	for (size_t n = 0; text && ml_rule_limit(rule, n, shown, &limit); n++)
		text = ml_arena_printf(a, "%s%s%s = %s: %s (%s)", text, n ? "; " : "",
				       limit.key, shown, limit.why, limit.source);
	return text;
}

static const char *needs_of(struct ml_arena *a, size_t rule)
{
	const char *text = "", *path;

	for (size_t n = 0; text && (path = ml_rule_need(rule, n)); n++)
		text = ml_arena_printf(a, "%s%s%s", text, n ? ", " : "", path);
	return text;
}

static const char *remedy_of(struct ml_arena *a, const struct ml_rule_info *rule)
{
	return rule->remedy && rule->risk
		       ? ml_arena_printf(a, "%s; risk: %s", rule->remedy, rule->risk)
		       : rule->remedy;
}

static struct ml_str said(const char *text)
{
	return ml_str_of(text && *text ? text : NULL);
}

static int add_rule(const struct ml_senses *s, size_t i, const struct ml_rule_info *rule)
{
	struct ml_arena *a = s->b->arena;
	struct ml_sense *row = ml_sense_add(s);
	const char *limits = limits_of(a, i), *needs = needs_of(a, i);

	if (!row || !limits || !needs)
		return -ENOMEM;
	row->term = ml_str_of(rule->id);
	row->kind = ML_STR("rule");
	row->meaning =
		ml_str_of(rule->why ? ml_arena_printf(a, "%s: %s", rule->title, rule->why)
				    : rule->title);
	row->formula = said(limits);
	row->trap = said(rule->isnt);
	row->remedy = said(remedy_of(a, rule));
	row->source = said(needs);
	row->see = said(rule->next);
	return 0;
}

int ml_explain_rules(const struct ml_senses *s)
{
	struct ml_rule_info rule;
	int rc = 0;

	for (size_t i = 0; i < ml_rule_count() && !rc; i++) {
		ml_rule_at(i, &rule);
		if (ml_term_is(s->term, rule.id))
			rc = add_rule(s, i, &rule);
	}
	return rc;
}
