/* SPDX-License-Identifier: MIT */
/* notify: tells the manager of services, where one started us, how we are - a datagram to
 * the socket that $NOTIFY_SOCKET names, as sd_notify(3) describes it. */
#include "recorder/notify.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* A path, or a name that no file system has: "@name". */
static socklen_t address_of(const char *name, struct sockaddr_un *ret)
{
	size_t n = strlen(name);

	if (n < 2 || n >= sizeof(ret->sun_path) || !strchr("/@", *name))
		return 0;
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret->sun_path, name, n);
	if (*name == '@')
		ret->sun_path[0] = '\0';
	/* the NUL that ends a path would be one more byte of a name */
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (*name == '/'));
}

void notify(const char *state)
{
	const struct timeval patience = { .tv_sec = 2 };
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t length = name ? address_of(name, &address) : 0;
	int fd = length ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;

	if (fd < 0)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL,
		      (const struct sockaddr *)&address, length);
	close(fd);
}

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

void notify_alive(void)
{
	static uint64_t before_us;
	const char *limit = getenv("WATCHDOG_USEC");
	uint64_t now = now_us();

	/* thrice within the limit: one may come late */
	if (!limit || (before_us && now - before_us < strtoull(limit, NULL, 10) / 3))
		return;
	before_us = now;
	notify("WATCHDOG=1");
}
