/* SPDX-License-Identifier: MIT */
/* shared: the ledger of shared memory in a capture, which no file of the kernel tells. */
#include <errno.h>

#include "capture/run.h"
#include "model/shm_text.h"

static void redact_name(const void *data, struct ml_str name, struct ml_buf *out)
{
	ml_redact_target(data, name, out);
}

/* Of a copy what it tells already. */
static int read_ledger(struct ml_capture_run *r, struct ml_arena *a,
		       const struct ml_shm **ret)
{
	struct ml_shm *shm = ml_arena_calloc(a, 1, sizeof(*shm));
	struct ml_parsed parsed = { 0 };
	struct ml_str text;
	int rc;

	if (!shm)
		return -ENOMEM;
	ml_shm_init(shm);
	*ret = shm;
	if (r->root->live)
		return ml_shm_take(r->root, a, shm);
	rc = ml_root_read(r->root, "/" ML_SHM_TEXT, a, &text);
	if (!rc)
		rc = ml_parse_shm_text(text, a, &parsed);
	if (!rc)
		*ret = parsed.head;
	return rc;
}

int ml_capture_shared(struct ml_capture_run *r)
{
	static const struct ml_capture_place place = { "/" ML_SHM_TEXT, NULL };
	struct ml_arena arena = { 0 };
	const struct ml_shm *shm;
	int rc = ml_capture_check(r);

	if (!rc)
		rc = read_ledger(r, &arena, &shm);
	if (rc) {
		ml_arena_deinit(&arena);
		return ml_capture_note(r, place.path, rc);
	}
	ml_buf_clear(&r->text);
	ml_shm_text(shm, r->what->redact ? redact_name : NULL, &r->redactor, &r->text);
	ml_arena_deinit(&arena);
	return r->text.failed ? -ENOMEM
			      : ml_capture_put(r, &place, ml_buf_text(&r->text), NULL);
}
