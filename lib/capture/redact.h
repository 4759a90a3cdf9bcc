/* SPDX-License-Identifier: MIT */
/*
 * redact: names replaced by tokens - the same name by the same token within one capture,
 * under a key that is forgotten with it. What is no name, or everybody's ("usr", "[heap]",
 * ".service"), stays, so that the capture can still be understood.
 */
#pragma once

#include "base/buf.h"
#include "base/str.h"

struct ml_redactor {
	uint64_t key[2];
	bool kernel_thread; /* of the process in hand: its name is the kernel's */
};

/* 0, or -errno when the system gives no random bytes. */
int ml_redactor_init(struct ml_redactor *r);

/* Writes `text` as it may be shown. */
typedef void ml_redact_fn(const struct ml_redactor *r, struct ml_str text,
			  struct ml_buf *out);

ml_redact_fn ml_redact_line;   /* a name on a line */
ml_redact_fn ml_redact_path;   /* one path, component by component */
ml_redact_fn ml_redact_target; /* what a descriptor or mapping refers to */
ml_redact_fn ml_redact_version;
ml_redact_fn ml_redact_slabinfo;
ml_redact_fn ml_redact_swaps;
ml_redact_fn ml_redact_backing; /* a path on a line, or "none" */
ml_redact_fn ml_redact_cgroup;
ml_redact_fn ml_redact_mountinfo;
ml_redact_fn ml_redact_stat;
ml_redact_fn ml_redact_status;
ml_redact_fn ml_redact_comm;
ml_redact_fn ml_redact_cmdline;
ml_redact_fn ml_redact_maps; /* maps, smaps, smaps_rollup */
ml_redact_fn ml_redact_numa_maps;
ml_redact_fn ml_redact_log; /* reports of want of memory alone */
