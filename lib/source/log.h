/* SPDX-License-Identifier: MIT */
/* log: the bytes of a kernel log - the running kernel's own, a user's file, or that of a
 * copied machine. */
#pragma once

#include "source/root.h"

struct ml_log {
	int fd;         /* -1: none */
	bool records;   /* a read gives one record, and none more is no wait */
	char *text;     /* what syslog(2) gave, or NULL */
	size_t n, at;
	uint64_t overrun; /* records were overwritten before we could read them */
};

/* Of the running kernel: /dev/kmsg, or where that is not there syslog(2). 0 or -errno:
 * -EPERM, -EACCES. */
int ml_log_open_live(struct ml_log *ret);
/* A file of whoever asks; "-" is standard input. 0 or -errno: -EISDIR. */
int ml_log_open_path(const char *path, struct ml_log *ret);
/* Of a copied machine; `ret_path` is which of the usual places it was. -ENOENT when none
 * is there, or the error of the first that is. */
int ml_log_open_root(const struct ml_root *root, struct ml_log *ret,
		     const char **ret_path);

/* Some bytes, whole records: their number, 0 at the end, or -errno. */
ssize_t ml_log_read(struct ml_log *log, char *to, size_t room);

void ml_log_close(struct ml_log *log);

/* A record of /dev/kmsg is no larger. */
#define ML_LOG_RECORD_MAX 8192

/* In a capture, as /dev/kmsg gave it. */
#define ML_LOG_TEXT "kmsg.txt"
