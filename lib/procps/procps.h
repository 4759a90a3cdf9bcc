/* SPDX-License-Identifier: MIT */
/* procps: libproc2 as a witness. Results are read as members of the items that a select
 * or reap returns: the macros for it changed their arguments in 4.0.5. */
#pragma once

#include "base/cleanup.h"
#include "base/str.h"
#include "base/witness.h"

extern const struct ml_witness ml_procps_witness;

extern const struct ml_witness_level ml_procps_free, ml_procps_meminfo, ml_procps_vmstat,
	ml_procps_stat, ml_procps_slab, ml_procps_processes, ml_procps_kernel;

/* The only name of a level whose subjects are numbers themselves. */
extern const char *const ml_procps_value[1];

static inline struct ml_value ml_procps_u64(uint64_t number)
{
	return (struct ml_value){ .type = ML_TYPE_U64, .known = true, .u64 = number };
}

/* A terminated text, copied; unknown when there is no memory, which the caller sees by
 * p. */
static inline struct ml_value ml_procps_text(struct ml_arena *a, const char *text)
{
	struct ml_value value = { .type = ML_TYPE_STR, .known = true };

	value.str =
		(struct ml_str){ ml_arena_strndup(a, text, strlen(text)), strlen(text) };
	return value;
}

/* A row whose values are still unknown; NULL when there is no memory. `subject` is
 * copied. */
struct ml_value *ml_procps_row(struct ml_arena *a, struct ml_rows *rows,
			       const char *subject, size_t nvalues);
