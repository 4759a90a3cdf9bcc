/* SPDX-License-Identifier: MIT */
/*
 * plugin: the output of monitoring plugins - a status line with performance data, and
 * long text below. In all of it "|" is escaped, since it begins performance data.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"

/* A rule can measure every process: performance data is for what is drawn. */
#define OBJECTS_MAX 10

/* ---- words ---- */

static char *safe(struct ml_str s)
{
	return safe_string_but(s, locale_is_utf8(), "|");
}

static void put(struct ml_str s, FILE *out)
{
	char *text = safe(s);

	fputs(text ? text : "?", out);
	free(text);
}

static bool same(struct ml_str a, struct ml_str b)
{
	return a.n == b.n && (!a.n || memcmp(a.p, b.p, a.n) == 0);
}

static bool is(struct ml_str s, const char *text)
{
	return same(s, (struct ml_str){ text, strlen(text) });
}

static const struct check_rule *rule_of(const struct check_verdict *v, struct ml_str id)
{
	for (size_t i = 0; i < v->nrules; i++)
		if (same(v->rules[i].id, id))
			return &v->rules[i];
	return NULL;
}

void check_say(const struct check_measure *m, char ret[static CELL_MAX])
{
	const struct ml_col col = { .type = ML_TYPE_F64, .unit = (uint8_t)m->unit };
	const struct ml_value value = { .type = ML_TYPE_F64,
					.known = !isnan(m->value),
					.f64 = m->value };
	size_t n;

	n = cell_number(&col, &value, SCALE_HUMAN, ret);
	if (m->unit == ML_UNIT_RATIO && value.known && (!n || ret[n - 1] != '%'))
		snprintf(ret + n, CELL_MAX - n, "%%");
	else if (m->unit == ML_UNIT_PER_SECOND || m->unit == ML_UNIT_BYTES_PER_SECOND)
		snprintf(ret + n, CELL_MAX - n, "/s");
}

/* ---- the status line ---- */

static size_t count_outcome(const struct check_verdict *v, const char *outcome)
{
	size_t n = 0;

	for (size_t i = 0; i < v->nrules; i++)
		n += is(v->rules[i].outcome, outcome);
	return n;
}

/* Whether a finding is one that makes the state what it is. */
static bool counts(const struct check_verdict *v, const struct check_finding *f)
{
	const struct check_rule *rule = rule_of(v, f->rule);

	return rule && !rule->tolerated && f->state != CHECK_OK &&
	       rule->state != CHECK_OK;
}

static size_t count_problems(const struct check_verdict *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->nfindings; i++)
		n += counts(v, &v->findings[i]);
	return n;
}

/* The worst number of the rules that are `state`; NULL where none is. */
static const struct check_measure *measure_in(const struct check_verdict *v,
					      enum check_state state)
{
	for (size_t i = 0; i < v->nmeasures; i++) {
		const struct check_rule *rule = rule_of(v, v->measures[i].rule);

		if (v->measures[i].state == state && rule && !rule->tolerated)
			return &v->measures[i];
	}
	return NULL;
}

static void put_measure(const struct check_measure *m, FILE *out)
{
	char text[CELL_MAX + 8];

	check_say(m, text);
	put(m->measure, out);
	if (!is(m->about, "host")) {
		fputs(" of ", out);
		put(m->about, out);
	}
	fprintf(out, " %s", text);
}

static void put_reason(const struct check_rule *rule, FILE *out)
{
	put(rule->id, out);
	fputs(": ", out);
	if (rule->reason.n)
		put(rule->reason, out);
	else
		put(rule->outcome, out);
}

/* What is the matter, if it is a finding or a number. */
static bool put_trouble(const struct check_verdict *v, FILE *out)
{
	const struct check_measure *m = measure_in(v, v->state);
	size_t n = count_problems(v);

	for (size_t i = 0; i < v->nfindings; i++) {
		if (!counts(v, &v->findings[i]) || v->findings[i].state != v->state)
			continue;
		put(v->findings[i].message, out);
		if (n > 1)
			fprintf(out, " (and %zu more)", n - 1);
		return true;
	}
	if (!m || v->state == CHECK_OK)
		return false;
	put_measure(m, out);
	fputs(" is outside ", out);
	put(v->state == CHECK_CRITICAL ? m->crit : m->warn, out);
	return true;
}

static void put_bad_rule(const struct check_verdict *v, FILE *out)
{
	for (size_t i = 0; i < v->nrules; i++)
		if (v->rules[i].state == v->state && !v->rules[i].tolerated) {
			put_reason(&v->rules[i], out);
			return;
		}
	fputs("no rule could be judged", out);
}

static void put_well(const struct check_verdict *v, FILE *out)
{
	size_t skipped = count_outcome(v, "skipped"), absent = count_outcome(v, "absent");
	size_t tolerated = 0;

	for (size_t i = 0; i < v->nrules; i++)
		tolerated += v->rules[i].tolerated;
	if (v->nrules == 1 && !tolerated && v->nmeasures) {
		put_measure(&v->measures[0], out);
		return;
	}
	if (v->nrules == 1 && absent) {
		put_reason(&v->rules[0], out);
		return;
	}
	fprintf(out, "%zu rule%s well", v->nrules - skipped - absent - tolerated,
		v->nrules - skipped - absent - tolerated == 1 ? "" : "s");
	if (tolerated)
		fprintf(out, ", %zu bad but tolerated so far", tolerated);
	if (absent)
		fprintf(out, ", %zu without object", absent);
	if (skipped)
		fprintf(out, ", %zu could not be judged", skipped);
	if (v->nignored)
		fprintf(out, ", %zu ignored", v->nignored);
}

static void put_headline(const struct check_verdict *v, FILE *out)
{
	if (v->state == CHECK_OK)
		put_well(v, out);
	else if (v->state == CHECK_UNKNOWN || !put_trouble(v, out))
		put_bad_rule(v, out);
}

char *check_headline(const struct check_verdict *v)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	if (!out)
		return NULL;
	put_headline(v, out);
	return fclose(out) ? NULL : text;
}

/* ---- performance data ---- */

/* Quoted, and of characters that no reader of it takes for anything else. */
static void put_label(const struct check_measure *m, FILE *out)
{
	const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789._:/@+-";

	fputc('\'', out);
	fwrite(m->rule.p, 1, m->rule.n, out);
	if (!is(m->about, "host")) {
		fputc('.', out);
		for (size_t i = 0; i < m->about.n; i++)
			fputc(m->about.p[i] && strchr(plain, m->about.p[i])
				      ? m->about.p[i]
				      : '_',
			      out);
	}
	fputs("'=", out);
}

static const char *uom_of(enum ml_unit unit)
{
	return unit == ML_UNIT_RATIO     ? "%"
	       : unit == ML_UNIT_BYTES   ? "B"
	       : unit == ML_UNIT_SECONDS ? "s"
					 : "";
}

/* Without an exponent, which not all readers know. */
static void put_number(double v, enum ml_unit unit, FILE *out)
{
	char text[400], *end;

	snprintf(text, sizeof(text), "%.*f", unit == ML_UNIT_BYTES ? 0 : 6,
		 unit == ML_UNIT_RATIO ? v * 100 : v);
	end = text + strlen(text);
	while (strchr(text, '.') && (end[-1] == '0' || end[-1] == '.'))
		if (*--end == '.') {
			*end = '\0';
			break;
		} else {
			*end = '\0';
		}
	fputs(text, out);
}

static void put_perfdata(const struct check_measure *m, FILE *out)
{
	put_label(m, out);
	if (isnan(m->value)) {
		fputs("U", out);
		return;
	}
	put_number(m->value, m->unit, out);
	fprintf(out, "%s;", uom_of(m->unit));
	fwrite(m->warn.p ? m->warn.p : "", 1, m->warn.n, out);
	fputc(';', out);
	fwrite(m->crit.p ? m->crit.p : "", 1, m->crit.n, out);
	fputc(';', out);
	if (!isnan(m->min))
		put_number(m->min, m->unit, out);
	fputc(';', out);
	if (!isnan(m->max))
		put_number(m->max, m->unit, out);
}

/* Of one rule the worst first, and of two as bad the more extreme number. */
static int compare_measures(const void *a, const void *b)
{
	const struct check_measure *x = *(const struct check_measure *const *)a;
	const struct check_measure *y = *(const struct check_measure *const *)b;
	double difference = x->below ? x->value - y->value : y->value - x->value;

	if (x->state != y->state)
		return check_worse(x->state, y->state) == x->state ? -1 : 1;
	if (isnan(x->value) != isnan(y->value))
		return isnan(x->value) ? 1 : -1;
	return difference < 0 ? -1 : difference > 0 ? 1 : x < y ? -1 : x > y;
}

/* The numbers of the rule that begins at `first`; ret: how many it has. */
static size_t put_rule_perfdata(const struct check_verdict *v, size_t first, FILE *out)
{
	size_t n = 1;
	const struct check_measure **sorted;

	while (first + n < v->nmeasures &&
	       same(v->measures[first + n].rule, v->measures[first].rule))
		n++;
	sorted = calloc(n, sizeof(const struct check_measure *));
	for (size_t i = 0; sorted && i < n; i++)
		sorted[i] = &v->measures[first + i];
	if (sorted)
		qsort(sorted, n, sizeof(const struct check_measure *), compare_measures);
	for (size_t i = 0; sorted && i < n && i < OBJECTS_MAX; i++) {
		fputs(first + i ? " " : " | ", out);
		put_perfdata(sorted[i], out);
	}
	free(sorted);
	return n;
}

/* ---- long text ---- */

static void put_detail(const char *head, struct ml_str text, FILE *out)
{
	if (!text.n)
		return;
	fprintf(out, "  %s: ", head);
	put(text, out);
	fputc('\n', out);
}

static const char *word_of(const struct check_verdict *v, const struct check_finding *f)
{
	const struct check_rule *rule = rule_of(v, f->rule);

	if (rule && rule->tolerated && f->state != CHECK_OK)
		return "tolerated";
	return f->state == CHECK_OK ? "info" : check_state_name(f->state);
}

static void put_finding(const struct check_verdict *v, const struct check_finding *f,
			unsigned verbosity, FILE *out)
{
	fprintf(out, "%s ", word_of(v, f));
	put(f->rule, out);
	fputc(' ', out);
	put(f->about, out);
	fputs(": ", out);
	put(f->message, out);
	fputc('\n', out);
	put_detail("next", f->next, out);
	if (verbosity > 0)
		put_detail("evidence", f->evidence, out);
	if (verbosity > 2) {
		put_detail("why", f->why, out);
		put_detail("is not", f->isnt, out);
		put_detail("do", f->remedy, out);
		put_detail("risk", f->risk, out);
	}
}

static void put_rule(const struct check_rule *rule, FILE *out)
{
	fprintf(out, "%s ", check_state_name(rule->state));
	put_reason(rule, out);
	if (rule->of)
		fprintf(out, " (bad in %u of %u runs)", rule->bad, rule->of);
	fputc('\n', out);
}

static void put_long(const struct check_verdict *v, unsigned verbosity, FILE *out)
{
	for (size_t i = 0; i < v->nfindings; i++)
		if (v->findings[i].state != CHECK_OK || verbosity > 0)
			put_finding(v, &v->findings[i], verbosity, out);
	for (size_t i = 0; i < v->nrules; i++) {
		const struct check_rule *rule = &v->rules[i];

		if (is(rule->outcome, "skipped") || is(rule->outcome, "absent") ||
		    verbosity > 1)
			put_rule(rule, out);
	}
	for (size_t i = 0; i < v->nnotes; i++) {
		put((struct ml_str){ v->notes[i], strlen(v->notes[i]) }, out);
		fputc('\n', out);
	}
	if (verbosity > 0 && v->seconds > 0)
		fprintf(out, "rates are over %.1f s\n", v->seconds);
}

int check_print_plugin(const struct check_verdict *v, unsigned verbosity, FILE *out)
{
	fprintf(out, "MEMLENS %s - ", check_state_name(v->state));
	put_headline(v, out);
	for (size_t i = 0; i < v->nmeasures;)
		i += put_rule_perfdata(v, i, out);
	fputc('\n', out);
	put_long(v, verbosity, out);
	return (int)v->state;
}
