/* SPDX-License-Identifier: MIT */
/* wording: numbers as people say them in a sentence. */
#include <stdio.h>

#include "diag/diag.h"

/* "1,234,567" of a number without decimals. */
static const char *grouped(struct ml_arena *a, double v, const char *suffix)
{
	char digits[32], out[48], *o = out;
	int n = snprintf(digits, sizeof(digits), "%.0f", v);

	for (int i = 0; i < n && o < out + sizeof(out) - 2; i++) {
		if (i && digits[i - 1] != '-' && (n - i) % 3 == 0)
			*o++ = ',';
		*o++ = digits[i];
	}
	*o = '\0';
	return ml_arena_printf(a, "%s%s", out, suffix);
}

static const char *say_bytes(struct ml_arena *a, double v, const char *suffix)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	size_t i = 0;

	while (i + 1 < ML_ARRAY_SIZE(units) && fabs(v) >= 1023.95) {
		v /= 1024;
		i++;
	}
	return ml_arena_printf(a, "%.*f %s%s", i && fabs(v) < 99.95 ? 1 : 0, v, units[i],
			       suffix);
}

static const char *say_seconds(struct ml_arena *a, double v)
{
	static const struct {
		double from, size;
		const char *unit;
	} scales[] = {
		{ 2 * 86400, 86400, "days" }, { 2 * 3600, 3600, "h" }, { 120, 60, "min" },
		{ 0, 1, "s" },
	};
	size_t i = 0;

	while (i + 1 < ML_ARRAY_SIZE(scales) && v < scales[i].from)
		i++;
	v /= scales[i].size;
	return ml_arena_printf(a, "%.*f %s", v < 10 && v != (double)(long long)v ? 1 : 0,
			       v, scales[i].unit);
}

static const char *say_rate(struct ml_arena *a, double v)
{
	return fabs(v) < 9.95 && v != (double)(long long)v
		       ? ml_arena_printf(a, "%.1f/s", v)
		       : grouped(a, v, "/s");
}

static const char *say_share(struct ml_arena *a, double percent)
{
	bool whole = fabs(percent - (double)(long long)(percent + 0.5)) < 0.05;

	return ml_arena_printf(a, "%.*f %%", fabs(percent) < 9.95 && !whole ? 1 : 0,
			       percent);
}

const char *ml_say(struct ml_arena *a, double v, enum ml_unit unit)
{
	const char *ret = NULL;

	if (isnan(v))
		return "unknown";
	switch (unit) {
	case ML_UNIT_BYTES:
		ret = say_bytes(a, v, "");
		break;
	case ML_UNIT_BYTES_PER_SECOND:
		ret = say_bytes(a, v, "/s");
		break;
	case ML_UNIT_SECONDS:
		ret = say_seconds(a, v);
		break;
	case ML_UNIT_RATIO:
		ret = say_share(a, v * 100);
		break;
	case ML_UNIT_PER_SECOND:
		ret = say_rate(a, v);
		break;
	case ML_UNIT_COUNT:
		ret = grouped(a, v, "");
		break;
	case ML_UNIT_INDEX:
		ret = ml_arena_printf(a, "%.3f", v);
		break;
	case ML_UNIT_TRUTH:
		return v != 0 ? "yes" : "no";
	case ML_UNIT_NONE:
	case ML_UNIT_ADDRESS:
		ret = ml_arena_printf(a, "%.9g", v);
		break;
	}
	return ret ? ret : "";
}
