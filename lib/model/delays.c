/* SPDX-License-Identifier: MIT */
/* delays: how long processes waited for memory, and whether the kernel counts that. */
#include "model/delays.h"

#include <errno.h>

#include "base/cleanup.h"
#include "source/small.h"

int ml_delays_read(struct ml_taskstats *ts, uint64_t tgid, struct ml_delays *ret)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };
	struct ml_parsed parsed = { 0 };
	const struct ml_delays *delays;
	struct ml_str reply;
	int rc = ml_taskstats_ask(ts, tgid, &a, &reply);

	if (!rc)
		rc = ml_parse_taskstats(reply, &a, &parsed);
	if (rc)
		return rc;
	ml_for_each_row(delays, &parsed.rows) {
		if (delays->tgid != tgid)
			continue;
		*ret = *delays;
		return 0;
	}
	return -EBADMSG;
}

uint64_t ml_delays_switch(const struct ml_root *root)
{
	return ml_small_u64(root, "/proc/sys/kernel/task_delayacct");
}
