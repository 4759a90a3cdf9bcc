/* SPDX-License-Identifier: MIT */
/* tracefs: the folder of the kernel's trace events, wherever it is. */
#pragma once

/*
 * Where it is mounted, or else a mount of our own that no other process sees and that
 * goes with its descriptor (Linux 5.2). A descriptor or -errno: -EACCES and -EPERM (root
 * reads it), -ENOENT (the kernel has none).
 */
int ml_tracefs_open(void);
