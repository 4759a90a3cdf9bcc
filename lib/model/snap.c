/* SPDX-License-Identifier: MIT */
/* snap: one instant - what every feed gave, and when. */
#include "model/snap.h"

#include <errno.h>
#include <stdlib.h>

#include "probe/capability.h"
#include "source/identity.h"

const char *ml_status_name(enum ml_status status)
{
	static const char *const names[] = {
		[ML_OK] = "ok",
		[ML_ABSENT] = "absent",
		[ML_DENIED] = "denied",
		[ML_GONE] = "gone",
		[ML_UNSUPPORTED] = "unsupported",
		[ML_MALFORMED] = "malformed",
	};

	return names[status];
}

struct ml_snap *ml_snap_ref(struct ml_snap *snap)
{
	snap->refs++;
	return snap;
}

void ml_snap_unref(struct ml_snap *snap)
{
	if (!snap || --snap->refs)
		return;
	for (unsigned id = 0; id < ML_FEED_COUNT; id++)
		if (snap->feed[id].release)
			snap->feed[id].release(snap->feed[id].parsed.head);
	ml_arena_deinit(&snap->arena);
	ml_root_unref(snap->root);
	free(snap);
}

void ml_snap_host(const struct ml_snap *snap, struct ml_host *ret)
{
	const struct ml_identity *id = ml_root_identity(snap->root);

	*ret = (struct ml_host){
		.name = id->name,
		.kernel = id->kernel,
		.boot_id = id->boot_id,
		.page_size = snap->page_size,
		.wall_ms = snap->wall_ms,
		.monotonic_ns = snap->monotonic_ns,
	};
}

/* The next feed that was taken, from `id` on; ML_FEED_COUNT after the last. */
static unsigned taken_from(const struct ml_snap *snap, unsigned id)
{
	while (id < ML_FEED_COUNT && !(snap->taken & 1ull << id))
		id++;
	return id;
}

size_t ml_snap_nsources(const struct ml_snap *snap)
{
	size_t n = 0;

	for (unsigned id = 0; (id = taken_from(snap, id)) < ML_FEED_COUNT; id++)
		n += 1 + snap->feed[id].more.n;
	return n;
}

static void source_of(const struct ml_snap *snap, unsigned id, struct ml_source *ret)
{
	const struct ml_feed *feed = &ml_feeds_register[id];
	const struct ml_feed_data *data = &snap->feed[id];

	*ret = (struct ml_source){
		.path = data->path ? data->path : feed->path,
		.status = data->status,
		.error = data->error,
		.capability = data->needs		? data->needs
			      : data->status == ML_DENIED ? feed->capability
							  : NULL,
		.loss = feed->loss,
		.bad_lines = data->parsed.bad_lines,
		.needed = snap->needed & 1ull << id,
	};
}

static void find_source(const struct ml_snap *snap, size_t i, struct ml_source *ret)
{
	for (unsigned id = 0; (id = taken_from(snap, id)) < ML_FEED_COUNT; id++) {
		const struct ml_rows *more = &snap->feed[id].more;

		if (!i) {
			source_of(snap, id, ret);
			return;
		}
		if (i <= more->n) {
			*ret = *(const struct ml_source *)ml_rows_at(more, i - 1);
			return;
		}
		i -= 1 + more->n;
	}
}

/* Some files are refused for other reasons, to root too: a capability that we have does
 * not help. */
void ml_snap_source(const struct ml_snap *snap, size_t i, struct ml_source *ret)
{
	find_source(snap, i, ret);
	if (ret->capability && snap->root->live && ml_has_capability(ret->capability))
		ret->capability = NULL;
}

const struct ml_parsed *ml_snap_parsed(const struct ml_snap *snap, enum ml_feed_id id)
{
	const struct ml_feed_data *data = &snap->feed[id];
	bool some = data->status == ML_OK ||
		    (data->status == ML_DENIED && data->parsed.rows.n);

	return snap->taken & 1ull << id && some ? &data->parsed : NULL;
}

const struct ml_kv *ml_snap_kv(const struct ml_snap *snap, enum ml_feed_id id)
{
	const struct ml_parsed *parsed = ml_snap_parsed(snap, id);

	return parsed ? &parsed->kv : NULL;
}

uint64_t ml_snap_pages(const struct ml_snap *snap, uint64_t nr_pages)
{
	return ml_mul(nr_pages, snap->page_size);
}

uint64_t ml_snap_vm(const struct ml_snap *snap, const char *key)
{
	return ml_kv_get(ml_snap_kv(snap, ML_FEED_VMSTAT), key);
}

uint64_t ml_snap_mem(const struct ml_snap *snap, const char *key)
{
	return ml_kv_get(ml_snap_kv(snap, ML_FEED_MEMINFO), key);
}

static int found(uint64_t value, uint64_t *ret)
{
	if (value == ML_NONE)
		return -ENOENT;
	*ret = value;
	return 0;
}

int ml_snap_meminfo(const struct ml_snap *snap, const char *key, uint64_t *ret)
{
	return found(ml_snap_mem(snap, key), ret);
}

int ml_snap_vmstat(const struct ml_snap *snap, const char *key, uint64_t *ret)
{
	return found(ml_snap_vm(snap, key), ret);
}
