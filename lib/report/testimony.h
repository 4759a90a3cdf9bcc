/* SPDX-License-Identifier: MIT */
/* testimony: our side of a comparison - the numbers that users see, by subject and name,
 * in the form in which a witness gives its own. */
#pragma once

#include "base/witness.h"
#include "report/report.h"

/* Where our numbers of one level are read from. */
struct ml_testimony_level {
	const char *id;
	const struct ml_report *report;
	const char *table; /* whose rows are compared; NULL: `collect` knows */
	const char *key;   /* its column that names a subject */
	/* Its column that differs when two rows of one key are not the same thing, as a
	 * pid is given again; NULL: a key is enough. */
	const char *identity;
	/* Columns of which there is a row with the sum over all subjects. */
	const char *const *sums;
	size_t nsums;
	/* Numbers that no table shows. */
	int (*collect)(const struct ml_snap *snap, struct ml_arena *a,
		       struct ml_rows *ret);
	/* Subjects come and go, and whoever does not see one has missed it. */
	bool census;
};

extern const struct ml_testimony_level ml_testimony_levels[];
extern const size_t ml_testimony_levels_count;

/* Read the machine and give what the level has under the witness's names: rows of struct
 * ml_witness_row. `ret_trouble`: path and reason when a source that is needed could not
 * be read, else NULL. All in the arena. 0 or -errno with a message. */
int ml_testimony_read(const struct ml_testimony_level *level,
		      const struct ml_witness_level *like, struct ml_ctx *ctx,
		      struct ml_root *root, struct ml_arena *a, struct ml_rows *ret,
		      const char **ret_trouble);

/* Columns of the level's table that the witness does not know: rows of const char *. */
int ml_testimony_more(const struct ml_testimony_level *level,
		      const struct ml_witness_level *like, struct ml_arena *a,
		      struct ml_rows *ret);
