/* SPDX-License-Identifier: MIT */
/* task_status: /proc/PID/status - what a process is and has, a key a line. */
#pragma once

#include "parse/parse.h"

/* Sizes in bytes. ML_NONE where the file has no such line: kernel threads and zombies
 * have no sizes, older kernels fewer. */
struct ml_task_status {
	uint64_t uid;   /* effective */
	uint64_t vm_peak, vm_size, vm_lck, vm_pin, vm_hwm, vm_rss;
	uint64_t rss_anon, rss_file, rss_shmem;
	uint64_t vm_data, vm_stk, vm_exe, vm_lib, vm_pte, vm_pmd, vm_swap;
	uint64_t hugetlb;
	uint64_t threads;
	uint64_t thp; /* 0: it may have no transparent huge pages; since 5.0 */
	uint64_t bad_lines;
};

/* False when not one line was understood. */
bool ml_parse_task_status(struct ml_str text, struct ml_task_status *ret);
