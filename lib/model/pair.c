/* SPDX-License-Identifier: MIT */
/* pair: two instants - whether they are of one boot, and how far apart. */
#include "model/pair.h"

#include <math.h>
#include <string.h>

#include "source/identity.h"

/* The kernel derives btime from two clocks: it moves by a second. */
#define BTIME_SLACK 1

static bool is_other(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

static uint64_t btime_of(const struct ml_snap *snap)
{
	return ml_kv_get(ml_snap_kv(snap, ML_FEED_STAT), "btime");
}

static enum ml_boot boot_by_time(const struct ml_snap *prev, const struct ml_snap *cur)
{
	uint64_t a = btime_of(prev), b = btime_of(cur);

	if (a == ML_NONE || b == ML_NONE)
		return ML_BOOT_UNKNOWN;
	return (a > b ? a - b : b - a) <= BTIME_SLACK ? ML_BOOT_ONE : ML_BOOT_OTHER;
}

enum ml_boot ml_pair_boot(const struct ml_snap *prev, const struct ml_snap *cur)
{
	const struct ml_identity *a, *b;

	if (prev->root == cur->root)
		return ML_BOOT_ONE;
	a = ml_root_identity(prev->root);
	b = ml_root_identity(cur->root);
	if (a->boot_id && b->boot_id)
		return strcmp(a->boot_id, b->boot_id) == 0 ? ML_BOOT_ONE : ML_BOOT_OTHER;
	if (is_other(a->name, b->name) || is_other(a->kernel, b->kernel))
		return ML_BOOT_OTHER;
	return boot_by_time(prev, cur);
}

static double uptime_of(const struct ml_snap *snap)
{
	const struct ml_parsed *uptime = ml_snap_parsed(snap, ML_FEED_UPTIME);

	return uptime && uptime->rows.n ? *(const double *)ml_rows_at(&uptime->rows, 0)
					: (double)NAN;
}

double ml_pair_seconds(const struct ml_snap *prev, const struct ml_snap *cur)
{
	double seconds = NAN;

	if (prev->root->live && cur->root->live)
		seconds = (double)(int64_t)(cur->monotonic_ns - prev->monotonic_ns) / 1e9;
	else if (ml_pair_boot(prev, cur) == ML_BOOT_ONE)
		seconds = uptime_of(cur) - uptime_of(prev);
	if (isnan(seconds) && prev->wall_ms != ML_NONE && cur->wall_ms != ML_NONE)
		seconds = (double)(int64_t)(cur->wall_ms - prev->wall_ms) / 1e3;
	return seconds;
}
