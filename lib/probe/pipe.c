/* SPDX-License-Identifier: MIT */
/* pipe: how many bytes stand unread in another process' pipe. */
#include "probe/pipe.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

int ml_pidfd_open(uint64_t pid)
{
	long fd = syscall(SYS_pidfd_open, (pid_t)pid, 0);

	return fd < 0 ? -errno : (int)fd;
}

int ml_pipe_unread(int pidfd, int fd, uint64_t *ret)
{
	_cleanup_close_ int own = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	int unread;

	if (own < 0 || ioctl(own, FIONREAD, &unread) < 0)
		return -errno;
	*ret = (uint64_t)unread;
	return 0;
}
