/* SPDX-License-Identifier: MIT */
/* paths: the register of what a capture holds. */
#pragma once

#include "capture/redact.h"

/* In a component of a path "*" stands for any run of bytes. */
struct ml_capture_path {
	const char *path;
	ml_redact_fn *redact; /* NULL: it holds no name that is anybody's */
};

/* Of the machine, in the order they are read: what is compared stands together. */
extern const struct ml_capture_path ml_capture_host[];
extern const size_t ml_capture_host_count;

/* Of each process, relative to its folder. */
extern const struct ml_capture_path ml_capture_process[];
extern const size_t ml_capture_process_count;

/* Names of files in the folder of a control group. */
extern const char *const ml_capture_cgroup[];
extern const size_t ml_capture_cgroup_count;

/* Whether a name fits a component with "*". */
bool ml_capture_fits(struct ml_str name, struct ml_str pattern);

/* Files that matched but are not to be read: they act, or cannot be read at all. */
bool ml_capture_leaves(struct ml_str name);

/* Whether a plain path ("proc/meminfo") is one that a capture would hold as a file. */
bool ml_capture_holds(struct ml_str path);
