/* SPDX-License-Identifier: MIT */
/* vm_settings: how the kernel's memory management is set - numbers below /proc/sys/vm. */
#include "model/vm_settings.h"

#include <errno.h>

#include "base/cleanup.h"
#include "source/small.h"

/* Those that a kernel lacks are no error as long as it has others. */
static const char *const names[] = {
	"min_free_kbytes",
	"swappiness",
	"watermark_scale_factor",
	"overcommit_memory",
	"overcommit_ratio",
	"overcommit_kbytes",
	"panic_on_oom",
	"oom_kill_allocating_task",
	"zone_reclaim_mode",
	"max_map_count",
	"extfrag_threshold",
	"compaction_proactiveness",
	"dirty_ratio",
	"dirty_bytes",
	"dirty_background_ratio",
	"dirty_background_bytes",
};

int ml_vm_settings_gather(const struct ml_root *root, struct ml_arena *a,
			  struct ml_feed_data *ret)
{
	int rc = 0, error = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(names) && rc != -ENOMEM; i++) {
		struct ml_str text, name = ml_str_of(names[i]);
		uint64_t value;

		rc = ml_small_text(root, a, &text, "/proc/sys/vm/%s", names[i]);
		if (!rc && ml_num_u64(text, &value))
			rc = ml_kv_set(&ret->parsed.kv, a, name, value, ML_UNIT_COUNT);
		else if (rc)
			error = rc;
	}
	if (rc != -ENOMEM)
		rc = ret->parsed.kv.rows.n ? 0 : error;
	return ml_feed_end(ret, rc);
}

uint64_t ml_vm_setting(const struct ml_snap *snap, const char *name)
{
	return ml_kv_get(ml_snap_kv(snap, ML_FEED_VM_SETTINGS), name);
}
