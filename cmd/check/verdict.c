/* SPDX-License-Identifier: MIT */
/* verdict: the rows of the report doctor as states of a monitoring plugin. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"

static bool is(struct ml_str s, const char *word)
{
	return s.p && s.n == strlen(word) && memcmp(s.p, word, s.n) == 0;
}

static bool same(struct ml_str a, struct ml_str b)
{
	return a.n == b.n && (!a.n || memcmp(a.p, b.p, a.n) == 0);
}

/* ---- states ---- */

enum check_state check_worse(enum check_state a, enum check_state b)
{
	static const int weight[] = { [CHECK_OK] = 0,
				      [CHECK_UNKNOWN] = 1,
				      [CHECK_WARNING] = 2,
				      [CHECK_CRITICAL] = 3 };

	return weight[a] > weight[b] ? a : b;
}

const char *check_state_name(enum check_state state)
{
	static const char *const names[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

	return names[state];
}

static enum check_state state_of(struct ml_str severity)
{
	return is(severity, "crit")   ? CHECK_CRITICAL
	       : is(severity, "warn") ? CHECK_WARNING
				      : CHECK_OK;
}

/* ---- cells ---- */

/* Table `id` of the result; SIZE_MAX when it is not there. */
static size_t table_of(const struct ml_result *result, const char *id)
{
	for (size_t t = 0; t < ml_result_ntables(result); t++)
		if (strcmp(ml_table_id(ml_result_table(result, t)), id) == 0)
			return t;
	return SIZE_MAX;
}

static size_t rows_of(const struct ml_result *result, size_t table)
{
	return table == SIZE_MAX ? 0 : ml_result_nrows(result, table);
}

/* A row and the table that it is of. */
struct row {
	const struct ml_table *table;
	const void *at;
};

static struct row row_at(const struct ml_result *result, size_t table, size_t i)
{
	return (struct row){ ml_result_table(result, table),
			     ml_result_row(result, table, i) };
}

static struct ml_str word(struct row row, const char *key)
{
	const struct ml_col *col = ml_table_find(row.table, key);
	struct ml_value value = { 0 };

	if (!col)
		return (struct ml_str){ 0 };
	ml_value_of(col, row.at, &value);
	return value.known ? value.str : (struct ml_str){ 0 };
}

static double number(struct row row, const char *key)
{
	const struct ml_col *col = ml_table_find(row.table, key);
	struct ml_value value;

	if (!col)
		return NAN;
	ml_value_of(col, row.at, &value);
	return ml_value_number(&value);
}

/* ---- the parts ---- */

static int take_findings(const struct ml_result *result, struct check_verdict *ret)
{
	size_t t = table_of(result, "findings"), n = rows_of(result, t);

	ret->findings = calloc(n + 1, sizeof(*ret->findings));
	if (!ret->findings)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct row row = row_at(result, t, i);

		ret->findings[i] = (struct check_finding){
			.rule = word(row, "rule"),
			.about = word(row, "about"),
			.severity = word(row, "severity"),
			.confidence = word(row, "confidence"),
			.message = word(row, "message"),
			.evidence = word(row, "evidence"),
			.why = word(row, "why"),
			.isnt = word(row, "isnt"),
			.remedy = word(row, "remedy"),
			.risk = word(row, "risk"),
			.next = word(row, "next"),
			.state = state_of(word(row, "severity")),
		};
	}
	ret->nfindings = n;
	return 0;
}

static bool is_ignored(const struct ml_result *result, const struct check_measure *m)
{
	size_t t = table_of(result, "ignored"), n = rows_of(result, t);

	for (size_t i = 0; i < n; i++) {
		struct row row = row_at(result, t, i);

		if (same(word(row, "rule"), m->rule) &&
		    same(word(row, "about"), m->about))
			return true;
	}
	return false;
}

static void take_unit(struct check_measure *m)
{
	struct ml_rule_info info;

	for (size_t i = 0; i < ml_rule_count(); i++) {
		ml_rule_at(i, &info);
		if (!is(m->rule, info.id))
			continue;
		m->unit = info.unit;
		m->below = info.below;
		return;
	}
}

static int take_measures(const struct ml_result *result, struct check_verdict *ret)
{
	size_t t = table_of(result, "measures"), n = rows_of(result, t);

	ret->measures = calloc(n + 1, sizeof(*ret->measures));
	if (!ret->measures)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct row row = row_at(result, t, i);
		struct check_measure *m = &ret->measures[i];

		*m = (struct check_measure){
			.rule = word(row, "rule"),
			.about = word(row, "about"),
			.measure = word(row, "measure"),
			.warn = word(row, "warn"),
			.crit = word(row, "crit"),
			.value = number(row, "value"),
			.min = number(row, "min"),
			.max = number(row, "max"),
			.state = state_of(word(row, "severity")),
		};
		if (is_ignored(result, m))
			m->state = CHECK_OK;
		take_unit(m);
	}
	ret->nmeasures = n;
	return 0;
}

static void add_rules(const struct ml_result *result, size_t table,
		      struct check_verdict *ret)
{
	for (size_t i = 0; i < rows_of(result, table); i++) {
		struct row row = row_at(result, table, i);
		struct ml_str outcome = word(row, "outcome");

		ret->rules[ret->nrules++] = (struct check_rule){
			.id = word(row, "rule"),
			.outcome = outcome.p ? outcome : (struct ml_str){ "skipped", 7 },
			.reason = word(row, "reason"),
			.title = word(row, "title"),
		};
	}
}

static int take_rules(const struct ml_result *result, struct check_verdict *ret)
{
	size_t checked = table_of(result, "checked");
	size_t skipped = table_of(result, "skipped");

	ret->rules = calloc(rows_of(result, checked) + rows_of(result, skipped) + 1,
			    sizeof(*ret->rules));
	if (!ret->rules)
		return -ENOMEM;
	add_rules(result, checked, ret);
	add_rules(result, skipped, ret);
	return 0;
}

/* ---- what they mean ---- */

static enum check_state by_findings(const struct check_verdict *v, struct ml_str rule)
{
	enum check_state state = CHECK_OK;

	for (size_t i = 0; i < v->nfindings; i++)
		if (same(v->findings[i].rule, rule))
			state = check_worse(state, v->findings[i].state);
	return state;
}

static enum check_state by_measures(const struct check_verdict *v, struct ml_str rule)
{
	enum check_state state = CHECK_OK;
	bool any = false;

	for (size_t i = 0; i < v->nmeasures; i++) {
		const struct check_measure *m = &v->measures[i];

		if (!same(m->rule, rule) || isnan(m->value))
			continue;
		any = true;
		state = check_worse(state, m->state);
	}
	return any ? state : by_findings(v, rule);
}

static enum check_state judge(const struct check_verdict *v,
			      const struct check_rule *rule,
			      const struct check_policy *policy)
{
	static const enum check_state absent[] = {
		[CHECK_ABSENT_OK] = CHECK_OK,
		[CHECK_ABSENT_WARN] = CHECK_WARNING,
		[CHECK_ABSENT_UNKNOWN] = CHECK_UNKNOWN,
	};

	if (is(rule->outcome, "absent"))
		return absent[policy->absent];
	if (is(rule->outcome, "skipped"))
		return policy->named ? CHECK_UNKNOWN : CHECK_OK;
	return policy->ranges ? by_measures(v, rule->id) : by_findings(v, rule->id);
}

void check_settle(struct check_verdict *v, const struct check_policy *policy)
{
	size_t skipped = 0;

	v->state = CHECK_OK;
	for (size_t i = 0; i < v->nrules; i++) {
		const struct check_rule *rule = &v->rules[i];

		skipped += is(rule->outcome, "skipped");
		if (!rule->tolerated)
			v->state = check_worse(v->state, rule->state);
	}
	if (skipped == v->nrules && !policy->named)
		v->state = check_worse(v->state, CHECK_UNKNOWN);
}

int check_verdict_init(const struct ml_result *result, const struct check_policy *policy,
		       struct check_verdict *ret)
{
	int rc;

	*ret = (struct check_verdict){
		.nignored = rows_of(result, table_of(result, "ignored")),
		.seconds = ml_result_has_delta(result) ? ml_result_seconds(result)
						       : (double)NAN,
	};
	rc = take_findings(result, ret);
	if (!rc)
		rc = take_measures(result, ret);
	if (!rc)
		rc = take_rules(result, ret);
	if (rc) {
		check_verdict_deinit(ret);
		return rc;
	}
	for (size_t i = 0; i < ret->nrules; i++)
		ret->rules[i].state = judge(ret, &ret->rules[i], policy);
	check_settle(ret, policy);
	return 0;
}

void check_verdict_deinit(struct check_verdict *v)
{
	free(v->findings);
	free(v->measures);
	free(v->rules);
	for (size_t i = 0; i < v->nnotes; i++)
		free(v->notes[i]);
}

void check_note(struct check_verdict *v, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	if (v->nnotes == CHECK_NOTES_MAX)
		return;
	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n >= 0)
		v->notes[v->nnotes++] = text;
}
