/* SPDX-License-Identifier: MIT */
/* task_cgroup: /proc/PID/cgroup - the control groups of a process. */
#pragma once

#include "parse/parse.h"

struct ml_task_cgroup {
	struct ml_str unified; /* path in the v2 tree; p NULL when there is none */
	struct ml_str memory;  /* path in the v1 memory tree, likewise */
	struct ml_str systemd; /* path in systemd's v1 tree, likewise */
};

/* Slices of the text. False when not one line was understood. */
bool ml_parse_task_cgroup(struct ml_str text, struct ml_task_cgroup *ret);

/* The group that is charged for the process' memory: v1 where the memory controller is
 * there, else v2. */
struct ml_str ml_task_cgroup_memory(const struct ml_task_cgroup *cgroup);

/* The group that systemd put it into, which is named after its unit. */
struct ml_str ml_task_cgroup_systemd(const struct ml_task_cgroup *cgroup);

/* The systemd unit that a path belongs to: "ssh.service" of
 * "/system.slice/ssh.service/x". p NULL when there is none. */
struct ml_str ml_cgroup_unit(struct ml_str path);
