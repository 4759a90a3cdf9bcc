/* SPDX-License-Identifier: MIT */
/* recordings: where they are read and written. */
#include "recordings.h"

#include <errno.h>

#include "recorder/record.h"
#include "recorder/recording.h"

static int open_at(struct ml_ctx *ctx, const char *path, uint64_t wall_ms,
		   struct ml_root **ret, struct recorded *ret_found)
{
	struct ml_recorded found = { 0 };
	struct ml_recording *recording;
	int rc = ml_recording_open(ctx, path, &recording);

	if (rc)
		return rc;
	rc = ml_recording_root(recording, wall_ms, ret, &found);
	ml_recording_close(recording);
	*ret_found = (struct recorded){ found.wall_ms, found.interval_ms, found.damaged };
	return rc;
}

static const struct recordings own = {
	.open = open_at,
	.record = record,
	.enter = ml_recording_open,
	.leave = ml_recording_close,
	.beside = ml_recording_beside,
	.instant = ml_recording_instant,
};

const struct recordings *const recordings = &own;
