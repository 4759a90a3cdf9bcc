/* SPDX-License-Identifier: MIT */
/* verdict: whether two programs that read a moving machine say the same. */
#include "report/verdict.h"

#include <math.h>

/* Half of the kernel's tick for user space: the last digit that it prints of a time. */
#define TICK 0.005

const char *ml_verdict_name(enum ml_verdict verdict)
{
	static const char *const names[] = {
		[ML_VERDICT_NOTHING] = "nothing",
		[ML_VERDICT_SAME] = "same",
		[ML_VERDICT_MOVED] = "moved",
		[ML_VERDICT_EXPLAINED] = "explained",
		[ML_VERDICT_ONLY_OURS] = "only ours",
		[ML_VERDICT_ONLY_THEIRS] = "only theirs",
		[ML_VERDICT_DIFFERS] = "differs",
	};

	return names[verdict];
}

bool ml_value_eq(const struct ml_value *a, const struct ml_value *b)
{
	if (!a->known || !b->known)
		return a->known == b->known;
	if ((a->type == ML_TYPE_STR) != (b->type == ML_TYPE_STR))
		return false;
	if (a->type == b->type && a->type != ML_TYPE_F64)
		return ml_value_cmp(a, b) == 0;
	return fabs(ml_value_number(a) - ml_value_number(b)) < TICK;
}

static bool is_between(const struct ml_value *a, const struct ml_value *v,
		       const struct ml_value *b)
{
	double x = ml_value_number(a), y = ml_value_number(b), t = ml_value_number(v);

	return v->type != ML_TYPE_STR && ((x < t && t < y) || (y < t && t < x));
}

static bool is_nothing(const struct ml_value *v)
{
	return v->type != ML_TYPE_STR && ml_value_number(v) == 0;
}

static enum ml_verdict verdict_of_unknown(const struct ml_value *theirs, bool ours)
{
	if (!theirs->known)
		return ours ? ML_VERDICT_ONLY_OURS : ML_VERDICT_NOTHING;
	return is_nothing(theirs) ? ML_VERDICT_ONLY_THEIRS : ML_VERDICT_DIFFERS;
}

enum ml_verdict ml_verdict_of(const struct ml_value *before,
			      const struct ml_value *theirs, const struct ml_value *after)
{
	bool ours = before->known || after->known;

	if (!theirs->known || !ours)
		return verdict_of_unknown(theirs, ours);
	if (ml_value_eq(before, theirs) || ml_value_eq(after, theirs))
		return ML_VERDICT_SAME;
	return before->known && after->known && is_between(before, theirs, after)
		       ? ML_VERDICT_MOVED
		       : ML_VERDICT_DIFFERS;
}
