/* SPDX-License-Identifier: MIT */
/* verdict: whether two programs that read a moving machine say the same. */
#pragma once

#include "base/col.h"

enum ml_verdict {
	ML_VERDICT_NOTHING, /* neither of them knows it */
	ML_VERDICT_SAME,
	ML_VERDICT_MOVED,       /* theirs lies between ours before and ours after it */
	ML_VERDICT_EXPLAINED,   /* it differs, and why is known */
	ML_VERDICT_ONLY_OURS,   /* they do not know it */
	ML_VERDICT_ONLY_THEIRS, /* they show nothing of what is not there */
	ML_VERDICT_DIFFERS,
	ML_VERDICT_COUNT,
};

const char *ml_verdict_name(enum ml_verdict verdict);

/*
 * Theirs was read after `before` and before `after`. A number that moves only one way
 * then lies between them, and one that swings is to be read again when it does not. What
 * they know and we do not is a difference, unless it is 0: they do not tell nothing from
 * not there.
 */
enum ml_verdict ml_verdict_of(const struct ml_value *before,
			      const struct ml_value *theirs,
			      const struct ml_value *after);

/* Times are the same when no tick lies between them. */
bool ml_value_eq(const struct ml_value *a, const struct ml_value *b);
