/* SPDX-License-Identifier: MIT */
/* pipe: how many bytes stand unread in another process' pipe. */
#pragma once

#include <stdint.h>

/* Duplicates the descriptor for a moment by pidfd_getfd(2) (Linux 5.6), asks FIONREAD and
 * closes it: the pipe is not read from. `pidfd` is of the process. 0 or -errno: -EPERM
 * without ptrace rights on it. */
int ml_pipe_unread(int pidfd, int fd, uint64_t *ret);

/* A pidfd, or -errno. */
int ml_pidfd_open(uint64_t pid);
