/* SPDX-License-Identifier: MIT */
/* oom_text: of the records of a kernel log those that tell of want of memory, as they
 * are, the newest. */
#pragma once

#include "parse/oom.h"

/* A report is some KiB, and a hundred bytes more for each process that it lists. */
#define ML_OOM_TEXT_MAX (512u << 10)

struct ml_oom_text {
	struct ml_oom_reader reader;
	struct ml_klog klog;
	struct ml_buf text;
	uint64_t kills;   /* that the kernel told of */
	uint64_t version; /* changes with the text */
	bool is_wanted;   /* the record at hand */
};

/* At a place where it stays. 0 or -ENOMEM. */
int ml_oom_text_init(struct ml_oom_text *t);
void ml_oom_text_deinit(struct ml_oom_text *t); /* of one that is zero, too */

/* A record of /dev/kmsg, with the newline at its end. 0 or -ENOMEM. */
int ml_oom_text_add(struct ml_oom_text *t, struct ml_str record);
