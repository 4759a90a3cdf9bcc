/* SPDX-License-Identifier: MIT */
/* opener: memlens-store opens archives, and of a recording the last instant. */
#include "handover.h"
#include "recorder/recording.h"
#include "store/store.h"

static int open_any(struct ml_ctx *ctx, const char *path, struct ml_tree **ret)
{
	struct ml_recording *recording;
	struct ml_recorded found;
	int rc;

	if (!ml_recording_is_file(path))
		return ml_archive_open(ctx, path, ret);
	rc = ml_recording_open(ctx, path, &recording);
	if (rc)
		return rc;
	rc = ml_recording_tree(recording, ML_NONE, ret, &found);
	ml_recording_close(recording);
	return rc;
}

static const struct ml_opener any_opener = {
	.open = open_any,
	.create = ml_archive_create,
};

const struct ml_opener *const archive_opener = &any_opener;
