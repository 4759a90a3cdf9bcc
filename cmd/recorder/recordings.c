/* SPDX-License-Identifier: MIT */
/* recordings: where they are read and written. */
#include "recordings.h"

#include <errno.h>

#include "recorder/record.h"
#include "recorder/recording.h"

/* False when nothing can be read. */
static bool find_first(struct ml_recording *recording, uint64_t *ret_ms)
{
	struct ml_day_range range;

	for (size_t i = 0; i < ml_recording_count(recording); i++)
		if (!ml_recording_range(recording, i, &range) && range.frames) {
			*ret_ms = range.first_ms;
			return true;
		}
	return false;
}

static int open_at(struct ml_ctx *ctx, const char *path, uint64_t wall_ms, bool or_first,
		   struct ml_root **ret, struct recorded *ret_found)
{
	struct ml_recorded found = { 0 };
	struct ml_recording *recording;
	int rc = ml_recording_open(ctx, path, &recording);

	if (rc)
		return rc;
	rc = ml_recording_root(recording, wall_ms, ret, &found);
	if (rc == -ENOENT && or_first && find_first(recording, &wall_ms))
		rc = ml_recording_root(recording, wall_ms, ret, &found);
	ml_recording_close(recording);
	*ret_found = (struct recorded){ found.wall_ms, found.interval_ms, found.damaged };
	return rc;
}

/* Days that cannot be read are told, unless there are no others. */
static int enter(struct ml_ctx *ctx, const char *path, struct ml_recording **ret)
{
	struct ml_recording *recording;
	struct ml_day_range range;
	size_t bad = 0, n;
	int rc = ml_recording_open(ctx, path, &recording), failed = 0;

	if (rc)
		return rc;
	n = ml_recording_count(recording);
	for (size_t i = 0; i < n; i++) {
		rc = ml_recording_range(recording, i, &range);
		failed = rc ? rc : failed;
		if (rc && ++bad < n)
			complain(0, "%s: passed over", ml_ctx_error(ctx));
	}
	if (bad == n) {
		ml_recording_close(recording);
		return failed;
	}
	*ret = recording;
	return 0;
}

static const struct recordings own = {
	.open = open_at,
	.record = record,
	.enter = enter,
	.leave = ml_recording_close,
	.beside = ml_recording_beside,
	.instant = ml_recording_instant,
};

const struct recordings *const recordings = &own;
