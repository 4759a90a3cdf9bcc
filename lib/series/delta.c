/* SPDX-License-Identifier: MIT */
/* delta: how much a counter grew between two instants. */
#include "series/delta.h"

#include <math.h>

uint64_t ml_delta(uint64_t prev, uint64_t cur, bool narrow)
{
	uint64_t grown;

	if (prev == ML_NONE || cur == ML_NONE)
		return ML_NONE;
	if (cur >= prev)
		return cur - prev;
	if (!narrow || prev > UINT32_MAX)
		return ML_NONE;
	grown = (uint64_t)UINT32_MAX + 1 - prev + cur;
	return grown <= INT32_MAX ? grown : ML_NONE;
}

int64_t ml_growth(uint64_t before, uint64_t now)
{
	return before == ML_NONE || now == ML_NONE ? INT64_MIN : (int64_t)(now - before);
}

double ml_rate(uint64_t prev, uint64_t cur, bool narrow, double seconds)
{
	uint64_t grown = ml_delta(prev, cur, narrow);

	return grown == ML_NONE || !(seconds > 0) ? (double)NAN : (double)grown / seconds;
}
