/* SPDX-License-Identifier: MIT */
/* engine: runs the rules over two instants, and puts what they find in order. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "diag/diag.h"
#include "diag/limits.h"
#include "model/pair.h"

static const struct ml_judging defaults;

/* ---- which rules ---- */

static bool is_wanted(const struct ml_judging *judging, const struct ml_rule *rule)
{
	for (size_t i = 0; i < judging->nrules; i++)
		if (!strcmp(judging->rules[i], rule->id))
			return true;
	return !judging->nrules;
}

/* Of an instant before the last only what rates and trends are made of is read. */
static void want_rule(const struct ml_rule *rule, const struct ml_query *query,
		      bool earlier, ml_feeds *feeds, uint32_t *reads)
{
	if (rule->trend && !query->watch)
		return;
	if (earlier && !rule->rate && !rule->trend) {
		*feeds |= rule->before;
		return;
	}
	*feeds |= rule->need | rule->use;
	if (rule->rate || rule->trend) /* the instants */
		*feeds |= ML_FEED(UPTIME) | ML_FEED(STAT);
	*reads |= rule->reads;
}

static const struct ml_judging *judging_of(const struct ml_query *query)
{
	return query->judging ? query->judging : &defaults;
}

void ml_diag_want(const struct ml_query *query, ml_feeds *ret_feeds, uint32_t *ret_reads)
{
	const struct ml_judging *j = judging_of(query);

	*ret_feeds = ML_FEED(PRESSURE_MEMORY); /* whether anybody waits */
	if (j->earlier)
		*ret_feeds |= ML_FEED(MEMINFO) | ML_FEED(VMSTAT);
	*ret_reads = 0;
	for (size_t s = 0; s < ml_rule_sets_count; s++)
		for (size_t i = 0; i < ml_rule_sets[s]->n; i++)
			if (is_wanted(j, &ml_rule_sets[s]->rules[i]))
				want_rule(&ml_rule_sets[s]->rules[i], query, j->earlier,
					  ret_feeds, ret_reads);
}

/* ---- what the user says ---- */

static int set_limit(struct ml_ctx *ctx, struct ml_diag *d, const char *text)
{
	const char *equals = strchr(text, '=');
	struct ml_str key = { text, equals ? (size_t)(equals - text) : 0 };
	struct ml_limit *row;
	double value;

	if (!equals)
		return ml_fail(ctx, -EINVAL, "limit \"%s\": not KEY=VALUE", text);
	for (size_t i = 0; i < ml_limits_count; i++) {
		if (!ml_str_is(key, ml_limits[i].key))
			continue;
		if (!ml_range_number(ml_str_of(equals + 1), 1, &value))
			return ml_fail(ctx, -EINVAL, "limit \"%s\": not a number", text);
		row = ml_rows_add(&d->limits, d->arena);
		if (!row)
			return -ENOMEM;
		*row = ml_limits[i];
		row->value = value;
		return 0;
	}
	return ml_fail(ctx, -EINVAL, "limit \"%.*s\": there is none of this name",
		       (int)key.n, key.p);
}

static int set_limits(struct ml_ctx *ctx, struct ml_diag *d,
		      const struct ml_judging *judging)
{
	int rc = 0;

	for (size_t i = 0; i < judging->nrules && !rc; i++)
		if (!ml_rule_find(ml_str_of(judging->rules[i])))
			rc = ml_fail(ctx, -EINVAL, "there is no rule \"%s\"",
				     judging->rules[i]);
	for (size_t i = 0; i < judging->nlimits && !rc; i++)
		rc = set_limit(ctx, d, judging->limits[i]);
	return rc;
}

/* Ranges are in the unit that a measure is shown in: ratios in per cent. */
static int set_range(struct ml_ctx *ctx, struct ml_diag *d, enum ml_severity severity,
		     const char *text)
{
	double plain = d->rule->unit == ML_UNIT_RATIO ? 0.01 : 1;

	d->has_range[severity] = text != NULL;
	if (!text || ml_range_parse(text, plain, &d->ranges[severity]))
		return 0;
	return ml_fail(ctx, -EINVAL, "\"%s\" is no range: [@]START:END", text);
}

static int set_ranges(struct ml_ctx *ctx, struct ml_diag *d,
		      const struct ml_judging *judging)
{
	int rc;

	if (!d->rule->measure && (judging->warn || judging->crit))
		return ml_fail(ctx, -EINVAL,
			       "rule \"%s\" has no measure that a range could hold for",
			       d->rule->id);
	rc = set_range(ctx, d, ML_WARN, judging->warn);
	return rc ? rc : set_range(ctx, d, ML_CRIT, judging->crit);
}

/* "RULE" or "RULE:OBJECT", where the object ends in * for all that begin so. */
static bool is_ignored(const struct ml_diag *d, const struct ml_finding *f,
		       const char *word)
{
	size_t n = strlen(f->rule->id);
	struct ml_str object;
	const char *wanted;

	if (strncmp(word, f->rule->id, n) != 0 || (word[n] && word[n] != ':'))
		return false;
	if (!word[n])
		return true;
	wanted = word + n + 1;
	object = ml_object_label(d->arena, &f->object);
	n = strlen(wanted);
	if (n && wanted[n - 1] == '*')
		return object.n >= n - 1 && !memcmp(object.p, wanted, n - 1);
	return ml_str_is(object, wanted) ||
	       (f->object.comm.p && ml_str_is(f->object.comm, wanted));
}

static void diag_init(struct ml_diag *d, const struct ml_snap *prev,
		      const struct ml_snap *cur, struct ml_arena *a)
{
	*d = (struct ml_diag){
		.prev = prev,
		.cur = cur,
		.seconds = prev ? ml_pair_seconds(prev, cur) : NAN,
		.arena = a,
		.limits = ML_ROWS(struct ml_limit),
		.findings = ML_ROWS(struct ml_finding),
		.measures = ML_ROWS(struct ml_measure),
	};
}

int ml_judging_check(struct ml_ctx *ctx, const struct ml_judging *judging)
{
	struct ml_arena arena = { 0 };
	struct ml_diag d;
	int rc;

	diag_init(&d, NULL, NULL, &arena);
	rc = set_limits(ctx, &d, judging);
	for (size_t i = 0; i < judging->nrules && !rc; i++) {
		d.rule = ml_rule_find(ml_str_of(judging->rules[i]));
		rc = set_ranges(ctx, &d, judging);
	}
	ml_arena_deinit(&arena);
	return rc;
}

/* ---- one rule ---- */

/* The first needed feed that is not there, told in words. False when all are. */
static bool lacks_feed(struct ml_diag *d, const struct ml_snap *snap)
{
	for (int id = 0; id < ML_FEED_COUNT; id++) {
		const struct ml_feed_data *data = &snap->feed[id];
		const struct ml_feed *feed = &ml_feeds_register[id];
		const char *path = data->path ? data->path : feed->path;

		if (!(d->rule->need & 1ull << id))
			continue;
		if (!(snap->taken & 1ull << id)) {
			ml_diag_skip(d, "%s was not read", path);
			return true;
		}
		if (ml_snap_parsed(snap, id))
			continue;
		ml_diag_skip(
			d, "%s: %s%s%s", path,
			data->error ? strerrordesc_np(data->error)
				    : ml_status_name(data->status),
			data->status == ML_DENIED && feed->capability ? ", needs " : "",
			data->status == ML_DENIED && feed->capability ? feed->capability
								      : "");
		return true;
	}
	return false;
}

static bool lacks_trend(struct ml_diag *d)
{
	if (!d->rule->trend || d->watch)
		return false;
	ml_diag_skip(d, "needs a trend: recordings with --from, or 30 samples");
	return true;
}

static bool lacks_instant(struct ml_diag *d)
{
	if (!d->rule->rate)
		return false;
	if (!d->prev)
		ml_diag_skip(d, "needs two samples");
	else if (!(d->seconds > 0))
		ml_diag_skip(d, "it is not known how far apart the samples are");
	else
		return lacks_feed(d, d->prev);
	return true;
}

/* A short pair tells little of what should be watched for long. */
static void temper(struct ml_diag *d, struct ml_finding *f)
{
	const struct ml_rule *rule = d->rule;

	if (!rule->window || !(d->seconds < rule->window))
		return;
	if (f->severity > ML_WARN)
		f->severity = ML_WARN;
	if (f->severity == ML_WARN)
		f->confidence = ML_CONFIDENCE_LOW;
	f->message = ml_diag_words(d, "%.*s (over %s)", (int)f->message.n, f->message.p,
				   ml_say_time(d, (double)(long long)(d->seconds + 0.5)));
}

/* Little room with nobody waiting is a risk; with tasks that wait it is a shortage. */
static void corroborate(struct ml_diag *d, struct ml_finding *f)
{
	double full = ml_diag_stall(d, ML_FEED_PRESSURE_MEMORY, "full");

	if (!d->rule->capacity || f->severity != ML_WARN || !(full > 0.01))
		return;
	f->severity = ML_CRIT;
	ml_diag_evidence(d, f, "memory full", full, ML_UNIT_RATIO, 0.01);
}

static int run_rule(struct ml_ctx *ctx, struct ml_diag *d,
		    const struct ml_judging *judging)
{
	size_t first = d->findings.n;
	int rc;

	d->judged->rule = d->rule;
	rc = set_ranges(ctx, d, judging);
	if (rc || lacks_trend(d) || lacks_feed(d, d->cur) || lacks_instant(d))
		return rc;
	rc = d->rule->check(d);
	for (size_t i = first; i < d->findings.n; i++) {
		struct ml_finding *f = ml_rows_at(&d->findings, i);

		temper(d, f);
		corroborate(d, f);
		for (size_t k = 0; k < judging->nignore; k++)
			f->ignored |= is_ignored(d, f, judging->ignore[k]);
	}
	if (d->findings.n > first)
		d->judged->outcome = ML_OUTCOME_FOUND;
	return rc ? rc : d->failed ? -ENOMEM : 0;
}

/* ---- all of them ---- */

static int run_rules(struct ml_ctx *ctx, struct ml_diag *d,
		     const struct ml_judging *judging, struct ml_rows *judged)
{
	for (size_t s = 0; s < ml_rule_sets_count; s++)
		for (size_t i = 0; i < ml_rule_sets[s]->n; i++) {
			int rc;

			d->rule = &ml_rule_sets[s]->rules[i];
			if (!is_wanted(judging, d->rule))
				continue;
			d->judged = ml_rows_add(judged, d->arena);
			if (!d->judged)
				return -ENOMEM;
			rc = run_rule(ctx, d, judging);
			if (rc)
				return rc;
		}
	return 0;
}

/* In how many of the intervals a finding is there as well. */
static void count_seen(struct ml_rows *findings, const struct ml_rows *part)
{
	struct ml_finding *f;
	const struct ml_finding *g;

	ml_for_each_row(f, findings) {
		if (!f->rule->rate)
			continue;
		f->of++;
		ml_for_each_row(g, part) {
			if (g->rule != f->rule || !ml_object_same(&f->object, &g->object))
				continue;
			f->seen++;
			break;
		}
	}
}

/* What was there in fewer than two of three intervals came and went. */
static void demote_flapping(struct ml_diag *d)
{
	struct ml_finding *f;

	ml_for_each_row(f, &d->findings) {
		if (!f->of || f->seen * 3 >= f->of * 2)
			continue;
		f->severity = ML_INFO;
		f->confidence = ML_CONFIDENCE_LOW;
		f->message =
			ml_diag_words(d, "%.*s (in %u of %u intervals only)",
				      (int)f->message.n, f->message.p, f->seen, f->of);
	}
}

static int judge_intervals(struct ml_ctx *ctx, struct ml_diag *d,
			   const struct ml_snap *const *between, size_t nbetween,
			   const struct ml_judging *judging)
{
	const struct ml_snap *before = d->prev;
	int rc = 0;

	for (size_t i = 0; i <= nbetween && !rc; i++) {
		const struct ml_snap *after = i < nbetween ? between[i] : d->cur;
		struct ml_rows judged = ML_ROWS(struct ml_judged);
		struct ml_diag part;

		diag_init(&part, before, after, d->arena);
		part.limits = d->limits;
		rc = run_rules(ctx, &part, judging, &judged);
		count_seen(&d->findings, &part.findings);
		before = after;
	}
	demote_flapping(d);
	return rc;
}

/* Worst first; of two as bad the surer one; then in the order of the register. */
static int compare_findings(const void *a, const void *b)
{
	const struct ml_finding *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->confidence != y->confidence)
		return x->confidence > y->confidence ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

int ml_diag_run(struct ml_ctx *ctx, const struct ml_snap *prev, const struct ml_snap *cur,
		const struct ml_query *query, struct ml_arena *a, struct ml_verdict *ret)
{
	const struct ml_judging *judging = judging_of(query);
	struct ml_rows judged = ML_ROWS(struct ml_judged);
	struct ml_diag d;
	int rc;

	diag_init(&d, prev, cur, a);
	d.watch = query->watch;
	rc = set_limits(ctx, &d, judging);
	if (!rc)
		rc = run_rules(ctx, &d, judging, &judged);
	if (!rc && prev && query->nbetween)
		rc = judge_intervals(ctx, &d, query->between, query->nbetween, judging);
	if (rc)
		return rc;
	ml_diag_attribute(&d.findings);
	if (d.findings.n)
		qsort(d.findings.at, d.findings.n, sizeof(struct ml_finding),
		      compare_findings);
	*ret = (struct ml_verdict){ d.findings, judged, d.measures };
	return 0;
}
