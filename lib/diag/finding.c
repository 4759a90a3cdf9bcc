/* SPDX-License-Identifier: MIT */
/* finding: how check functions tell what they found, and of what they could not judge. */
#include <stdarg.h>
#include <stdio.h>

#include "diag/diag.h"
#include "parse/pressure.h"
#include "series/delta.h"

__attribute__((format(printf, 2, 0))) static struct ml_str
words(struct ml_diag *d, const char *fmt, va_list args)
{
	char *text = NULL;
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n >= 0)
		text = ml_arena_calloc(d->arena, (size_t)n + 1, 1);
	if (!text) {
		d->failed = true;
		return (struct ml_str){ 0 };
	}
	vsnprintf(text, (size_t)n + 1, fmt, args);
	return (struct ml_str){ text, (size_t)n };
}

struct ml_str ml_diag_words(struct ml_diag *d, const char *fmt, ...)
{
	struct ml_str ret;
	va_list args;

	va_start(args, fmt);
	ret = words(d, fmt, args);
	va_end(args);
	return ret;
}

struct ml_finding *ml_diag_add(struct ml_diag *d, enum ml_severity severity,
			       const struct ml_object *object, const char *fmt, ...)
{
	struct ml_finding *f = ml_rows_add(&d->findings, d->arena);
	const struct ml_rule *rule = d->rule;
	va_list args;

	if (!f) {
		d->failed = true;
		f = &d->scratch;
	}
	*f = (struct ml_finding){
		.rule = rule,
		.severity = severity,
		.confidence = rule->confidence ? rule->confidence : ML_CONFIDENCE_HIGH,
		.object = *object,
		.why = ml_str_of(rule->why),
		.isnt = ml_str_of(rule->isnt),
		.remedy = ml_str_of(rule->remedy),
		.risk = ml_str_of(rule->risk),
		.next = ml_str_of(rule->next),
		.evidence = ML_ROWS(struct ml_evidence),
		.order = d->findings.n - 1,
		.cause = SIZE_MAX,
	};
	for (size_t i = 0; i < ML_AMOUNTS; i++)
		f->amount[i] = NAN;
	va_start(args, fmt);
	f->message = words(d, fmt, args);
	va_end(args);
	return f;
}

void ml_diag_evidence(struct ml_diag *d, struct ml_finding *f, const char *key,
		      double value, enum ml_unit unit, double limit)
{
	struct ml_evidence *e = ml_rows_add(&f->evidence, d->arena);
	const struct ml_col col = { .type = ML_TYPE_F64, .unit = (uint8_t)unit };

	if (!e) {
		d->failed = true;
		return;
	}
	e->key = ml_str_of(key);
	e->value = value;
	e->unit = ml_str_of(ml_unit_name(&col));
	e->limit = limit;
	if (isnan(limit))
		e->shown = ml_diag_words(d, "%s %s", key, ml_say(d->arena, value, unit));
	else
		e->shown = ml_diag_words(d, "%s %s (limit %s)", key,
					 ml_say(d->arena, value, unit),
					 ml_say(d->arena, limit, unit));
}

static void end(struct ml_diag *d, enum ml_outcome outcome, struct ml_str reason)
{
	d->judged->outcome = outcome;
	d->judged->reason = reason;
}

int ml_diag_skip(struct ml_diag *d, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	end(d, ML_OUTCOME_SKIPPED, words(d, fmt, args));
	va_end(args);
	return 0;
}

int ml_diag_absent(struct ml_diag *d, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	end(d, ML_OUTCOME_ABSENT, words(d, fmt, args));
	va_end(args);
	return 0;
}

/* ---- rates ---- */

double ml_diag_rate(const struct ml_diag *d, uint64_t prev, uint64_t cur)
{
	return ml_rate(prev, cur, d->cur->narrow, d->seconds);
}

double ml_diag_vm_rate(const struct ml_diag *d, const char *key)
{
	return d->prev ? ml_diag_rate(d, ml_snap_vm(d->prev, key),
				      ml_snap_vm(d->cur, key))
		       : NAN;
}

static uint64_t stall_total(const struct ml_snap *snap, enum ml_feed_id feed,
			    const char *kind)
{
	const struct ml_parsed *pressure = ml_snap_parsed(snap, feed);
	const struct ml_pressure_row *row;

	if (pressure)
		ml_for_each_row(row, &pressure->rows)
			if (ml_str_is(row->kind, kind))
				return row->total_us;
	return ML_NONE;
}

double ml_diag_stall(const struct ml_diag *d, enum ml_feed_id feed, const char *kind)
{
	if (!d->prev)
		return NAN;
	return ml_rate(stall_total(d->prev, feed, kind), stall_total(d->cur, feed, kind),
		       false, d->seconds) /
	       1e6;
}
