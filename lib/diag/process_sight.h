/* SPDX-License-Identifier: MIT */
/* process_sight: one rule over all processes. */
#pragma once

#include "diag/diag.h"
#include "model/proc.h"

/* The number that the rule judges, of a process; NaN: unknown, or not of this one. */
typedef double ml_process_value_fn(const struct ml_diag *d, const struct ml_proc *p);

/* Tell of a process that was judged `severity`. */
typedef void ml_process_tell_fn(struct ml_diag *d, const struct ml_proc *p, double value,
				enum ml_severity severity);

const struct ml_rows *ml_diag_processes(const struct ml_diag *d); /* or NULL */

/* Judge each; the worst of those that are well is noted, so that there is a number. 0. */
int ml_diag_each_process(struct ml_diag *d, ml_process_value_fn *value,
			 ml_process_tell_fn *tell);

/* The same process at the instant before; NULL when it was not there. */
const struct ml_proc *ml_process_was(const struct ml_diag *d, const struct ml_proc *p);
