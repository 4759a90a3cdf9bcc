/* SPDX-License-Identifier: MIT */
/* log: the bytes of a kernel log. */
#include "source/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "source/tape_stream.h"

/* syslog(2) */
#define READ_ALL 3
#define SIZE_BUFFER 10

void ml_log_close(struct ml_log *log)
{
	if (log->fd > 0)
		close(log->fd);
	free(log->text);
	*log = (struct ml_log){ .fd = -1 };
}

/* Where /dev has no kmsg, as in containers. */
static int open_syslog(struct ml_log *ret)
{
	int size = klogctl(SIZE_BUFFER, NULL, 0), n;

	if (size < 0)
		return -errno;
	ret->text = malloc((size_t)size + 1);
	if (!ret->text)
		return -ENOMEM;
	n = klogctl(READ_ALL, ret->text, size);
	if (n < 0) {
		n = -errno;
		ml_log_close(ret);
		return n;
	}
	ret->n = (size_t)n;
	return 0;
}

int ml_log_open_live(struct ml_log *ret)
{
	int error;

	*ret = (struct ml_log){ .records = true };
	ret->fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (ret->fd >= 0)
		return 0;
	error = errno;
	ret->records = false;
	return open_syslog(ret) ? -error : 0;
}

int ml_log_open_path(const char *path, struct ml_log *ret)
{
	struct stat st = { 0 };
	int rc = 0;

	*ret = (struct ml_log){ .fd = -1 };
	if (strcmp(path, "-") == 0)
		ret->fd = STDIN_FILENO;
	else
		ret->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	rc = ret->fd < 0 || fstat(ret->fd, &st) ? -errno
	     : S_ISDIR(st.st_mode)		? -EISDIR
						: 0;
	if (rc < 0) {
		ml_log_close(ret);
		return rc;
	}
	if (S_ISCHR(st.st_mode) && !isatty(ret->fd) && strcmp(path, "/dev/kmsg") == 0) {
		ret->records = true;
		fcntl(ret->fd, F_SETFL, O_NONBLOCK);
	}
	return 0;
}

/* A capture's own, then those of sosreports and of copied file systems. */
static const char *const places[] = {
	("/" ML_LOG_TEXT),
	"/dmesg.txt",
	"/sos_commands/kernel/dmesg",
	"/sos_commands/kernel/dmesg_-T",
	"/sos_commands/general/dmesg",
	"/dmesg",
	"/var/log/dmesg",
	"/var/log/kern.log",
	"/var/log/messages",
	"/var/log/syslog",
};

int ml_log_open_root(const struct ml_root *root, struct ml_log *ret,
		     const char **ret_path)
{
	*ret = (struct ml_log){ .fd = -1 };
	*ret_path = places[0];
	for (size_t i = 0; i < ML_ARRAY_SIZE(places); i++) {
		ret->fd = ml_tape_stream(root->tape, places[i],
					 ml_root_openat(root, places[i]));
		if (ret->fd >= 0 || ret->fd != -ENOENT) {
			*ret_path = places[i];
			break;
		}
	}
	if (ret->fd >= 0)
		return 0;
	/* what a manifest tells of it, it tells of the device */
	return ret->fd == -ENOENT ? ml_root_reason(root, "/dev/kmsg", -ENOENT) : ret->fd;
}

static ssize_t read_text(struct ml_log *log, char *to, size_t room)
{
	size_t n = log->n - log->at;

	if (n > room)
		n = room;
	memcpy(to, log->text + log->at, n);
	log->at += n;
	return (ssize_t)n;
}

ssize_t ml_log_read(struct ml_log *log, char *to, size_t room)
{
	if (log->text)
		return read_text(log, to, room);
	for (;;) {
		ssize_t n = read(log->fd, to, room);

		if (n >= 0)
			return n;
		if (errno == EAGAIN && log->records)
			return 0;
		if (errno == EPIPE && log->records)
			log->overrun++;
		else if (errno != EINTR)
			return -errno;
	}
}
