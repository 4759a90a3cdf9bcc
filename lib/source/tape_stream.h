/* SPDX-License-Identifier: MIT */
/* tape_stream: a file that is read bit by bit, kept on a tape. */
#pragma once

#include "source/tape.h"

/* `fd` is the file just opened, or -errno. What is returned in its place reads the same:
 * a descriptor or -errno. Folders, page maps and what is too long for the tape are given
 * back as they are, and so is all when `tape` keeps less. */
int ml_tape_stream_process(struct ml_tape *tape, uint64_t pid, const char *name, int fd);

/* The same of any file. */
int ml_tape_stream(struct ml_tape *tape, const char *path, int fd);
