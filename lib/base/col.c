/* SPDX-License-Identifier: MIT */
/* col: how columns are declared, and how a value is read through a declaration. */
#include "base/col.h"

#include <math.h>

void ml_value_of(const struct ml_col *col, const void *row, struct ml_value *ret)
{
	const char *at = (const char *)row + col->offset;

	*ret = (struct ml_value){ .type = col->type };
	if (col->calc) {
		col->calc(row, ret);
		return;
	}
	switch ((enum ml_type)col->type) {
	case ML_TYPE_STR:
		memcpy(&ret->str, at, sizeof(ret->str));
		ret->known = ret->str.p != NULL;
		break;
	case ML_TYPE_U64:
		memcpy(&ret->u64, at, sizeof(ret->u64));
		ret->known = ret->u64 != ML_NONE;
		break;
	case ML_TYPE_S64:
		memcpy(&ret->s64, at, sizeof(ret->s64));
		ret->known = ret->s64 != INT64_MIN;
		break;
	case ML_TYPE_F64:
		memcpy(&ret->f64, at, sizeof(ret->f64));
		ret->known = !isnan(ret->f64);
		break;
	}
}

double ml_value_number(const struct ml_value *value)
{
	if (!value->known)
		return NAN;
	switch (value->type) {
	case ML_TYPE_U64:
		return (double)value->u64;
	case ML_TYPE_S64:
		return (double)value->s64;
	case ML_TYPE_F64:
		return value->f64;
	case ML_TYPE_STR:
		break;
	}
	return NAN;
}

#define CMP(a, b) (((a) > (b)) - ((a) < (b)))

int ml_value_cmp(const struct ml_value *a, const struct ml_value *b)
{
	switch (a->type) {
	case ML_TYPE_STR:
		return ml_str_cmp(a->str, b->str);
	case ML_TYPE_U64:
		return CMP(a->u64, b->u64);
	case ML_TYPE_S64:
		return CMP(a->s64, b->s64);
	case ML_TYPE_F64:
		return CMP(a->f64, b->f64);
	}
	return 0;
}

const char *ml_unit_name(const struct ml_col *col)
{
	static const char *const names[] = {
		[ML_UNIT_NONE] = "number",
		[ML_UNIT_BYTES] = "bytes",
		[ML_UNIT_SECONDS] = "seconds",
		[ML_UNIT_RATIO] = "ratio",
		[ML_UNIT_COUNT] = "count",
		[ML_UNIT_PER_SECOND] = "per second",
		[ML_UNIT_BYTES_PER_SECOND] = "bytes per second",
		[ML_UNIT_INDEX] = "index",
		[ML_UNIT_ADDRESS] = "address",
		[ML_UNIT_TRUTH] = "yes or no",
	};

	return col->type == ML_TYPE_STR ? "text" : names[col->unit];
}

const struct ml_list *ml_value_list(const struct ml_col *col, const void *row)
{
	return (const struct ml_list *)(const void *)((const char *)row + col->offset);
}
