/* SPDX-License-Identifier: MIT */
/* queues: what waits in sockets and pipes, in a capture: no file of the kernel tells. */
#include <errno.h>

#include "capture/run.h"
#include "model/queue_text.h"

int ml_capture_queues(struct ml_capture_run *r)
{
	static const struct ml_capture_place place = { "/" ML_QUEUE_TEXT, NULL };
	struct ml_feed_data data = { 0 };
	struct ml_arena arena = { 0 };
	int rc = ml_capture_check(r);

	if (rc)
		return rc;
	rc = ml_queues_gather(r->root, &arena, &data);
	if (!rc && data.status != ML_OK && data.status != ML_DENIED)
		rc = data.error ? -data.error : -ENOENT;
	ml_buf_clear(&r->text);
	if (!rc)
		ml_queue_text(&data.parsed.rows, data.status == ML_DENIED, &r->text);
	ml_arena_deinit(&arena);
	if (rc)
		return ml_capture_note(r, place.path, rc);
	return r->text.failed ? -ENOMEM
			      : ml_capture_put(r, &place, ml_buf_text(&r->text), NULL);
}
