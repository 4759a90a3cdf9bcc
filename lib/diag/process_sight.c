/* SPDX-License-Identifier: MIT */
/* process_sight: one rule over all processes. */
#include "diag/process_sight.h"

const struct ml_rows *ml_diag_processes(const struct ml_diag *d)
{
	const struct ml_parsed *p = ml_snap_parsed(d->cur, ML_FEED_PROCESSES);

	return p ? &p->rows : NULL;
}

static bool is_worse(const struct ml_diag *d, double value, double than)
{
	return isnan(than) || (d->rule->below ? value < than : value > than);
}

int ml_diag_each_process(struct ml_diag *d, ml_process_value_fn *value,
			 ml_process_tell_fn *tell)
{
	const struct ml_rows *rows = ml_diag_processes(d);
	const struct ml_proc *p, *worst = NULL;
	double most = NAN;
	bool found = false;

	if (!rows)
		return 0;
	ml_for_each_row(p, rows) {
		double v = value(d, p);
		struct ml_object process;

		if (isnan(v))
			continue;
		if (!ml_diag_judge(d, v)) {
			if (is_worse(d, v, most))
				most = v, worst = p;
			continue;
		}
		process = ml_object_process(p);
		tell(d, p, v, ml_diag_measure(d, &process, v));
		found = true;
	}
	if (!found && worst) {
		const struct ml_object process = ml_object_process(worst);

		ml_diag_measure(d, &process, most);
	}
	return 0;
}

const struct ml_proc *ml_process_was(const struct ml_diag *d, const struct ml_proc *p)
{
	const struct ml_parsed *before = ml_snap_parsed(d->prev, ML_FEED_PROCESSES);

	return before ? ml_proc_find(&before->rows, p) : NULL;
}
