/* SPDX-License-Identifier: MIT */
/* tracefs: the folder of the kernel's trace events, wherever it is. */
#include "probe/tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

/* linux/mount.h, which older headers lack. */
#define FSCONFIG_CREATE 6

/* -EPERM without CAP_SYS_ADMIN, -ENODEV from a kernel without tracefs. */
static int mount_detached(void)
{
#ifdef SYS_fsopen
	_cleanup_close_ int context =
		(int)syscall(SYS_fsopen, "tracefs", 1 /* CLOEXEC */);
	int fd;

	if (context < 0)
		return -errno;
	if (syscall(SYS_fsconfig, context, FSCONFIG_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	fd = (int)syscall(SYS_fsmount, context, 1 /* CLOEXEC */, 0);
	return fd < 0 ? -errno : fd;
#else
	return -ENOSYS;
#endif
}

/* An empty folder stands where it could be mounted. access(2) would ask for the rights of
 * the real user, without the capabilities. */
static int open_events(const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC), events, error;

	if (fd < 0)
		return -errno;
	events = openat(fd, "events/filemap", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (events >= 0) {
		close(events);
		return fd;
	}
	error = errno;
	close(fd);
	return -error;
}

int ml_tracefs_open(void)
{
	static const char *const places[] = { "/sys/kernel/tracing",
					      "/sys/kernel/debug/tracing" };
	int refused = 0, fd;

	for (size_t i = 0; i < ML_ARRAY_SIZE(places); i++) {
		fd = open_events(places[i]);
		if (fd >= 0)
			return fd;
		if (fd == -EACCES)
			refused = fd;
	}
	fd = refused ? refused : mount_detached();
	return fd == -ENODEV || fd == -ENOSYS ? -ENOENT : fd;
}
