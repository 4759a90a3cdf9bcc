/* SPDX-License-Identifier: MIT */
/* judge: a value against the limits of its rule, or against the ranges of the user. */
#include <stdio.h>

#include "diag/diag.h"
#include "diag/limits.h"

static const char
	*const names[] = { [ML_INFO] = "info", [ML_WARN] = "warn", [ML_CRIT] = "crit" };

const char *ml_severity_name(enum ml_severity severity)
{
	return severity ? names[severity] : "ok";
}

static double limit_of(const struct ml_diag *d, const struct ml_limit *limit)
{
	const struct ml_limit *row;

	ml_for_each_row(row, &d->limits)
		if (row->key == limit->key)
			return row->value;
	return limit->value;
}

double ml_diag_limit(const struct ml_diag *d, const char *name)
{
	const struct ml_limit *limit = ml_limit_find(d->rule->id, name);

	return limit ? limit_of(d, limit) : NAN;
}

double ml_diag_crossed(const struct ml_diag *d, enum ml_severity severity)
{
	for (; severity > ML_QUIET; severity--) {
		double limit =
			d->has_range[severity] ? NAN : ml_diag_limit(d, names[severity]);

		if (!isnan(limit))
			return limit;
	}
	return NAN;
}

static bool crosses(const struct ml_diag *d, enum ml_severity severity, double value)
{
	double limit;

	if (d->has_range[severity])
		return ml_range_alerts(&d->ranges[severity], value);
	limit = ml_diag_limit(d, names[severity]);
	if (isnan(limit))
		return false;
	return d->rule->below ? value < limit : value >= limit;
}

enum ml_severity ml_diag_judge(const struct ml_diag *d, double value)
{
	enum ml_severity severity = isnan(value) ? ML_QUIET : ML_CRIT;

	while (severity > ML_QUIET && !crosses(d, severity, value))
		severity--;
	return severity;
}

bool ml_diag_range(const struct ml_diag *d, enum ml_severity severity,
		   struct ml_range *ret)
{
	double limit;

	if (d->has_range[severity]) {
		*ret = d->ranges[severity];
		return true;
	}
	limit = ml_diag_limit(d, names[severity]);
	if (isnan(limit))
		return false;
	*ret = d->rule->below ? (struct ml_range){ limit, INFINITY, false }
			      : (struct ml_range){ 0, limit, false };
	return true;
}

enum ml_severity ml_diag_measure(struct ml_diag *d, const struct ml_object *object,
				 double value)
{
	struct ml_measure *m = ml_rows_add(&d->measures, d->arena);
	enum ml_severity severity = ml_diag_judge(d, value);

	if (!m) {
		d->failed = true;
		return severity;
	}
	*m = (struct ml_measure){ d->rule, *object, value, severity };
	m->has_warn = ml_diag_range(d, ML_WARN, &m->warn);
	m->has_crit = ml_diag_range(d, ML_CRIT, &m->crit);
	return severity;
}
