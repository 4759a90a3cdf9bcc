/* SPDX-License-Identifier: MIT */
/* netlink: a question to the kernel, and the messages of its answer. */
#include "probe/netlink.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

int ml_netlink_open(int protocol)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

	return fd < 0 ? -errno : fd;
}

static int send_request(int fd, const struct nlmsghdr *request)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t sent;

	do
		sent = sendto(fd, request, request->nlmsg_len, 0, (void *)&kernel,
			      sizeof(kernel));
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

static int error_of(struct nlmsghdr *message)
{
	const struct nlmsgerr *error = NLMSG_DATA(message);

	return message->nlmsg_len < NLMSG_LENGTH(sizeof(*error)) ? -EBADMSG
								 : error->error;
}

/* `ret_done`: it was the last of the answer. */
static int handle(struct nlmsghdr *message, ml_netlink_fn *fn, void *user, bool *ret_done)
{
	*ret_done = message->nlmsg_type == NLMSG_DONE ||
		    message->nlmsg_type == NLMSG_ERROR ||
		    !(message->nlmsg_flags & NLM_F_MULTI);
	if (message->nlmsg_type == NLMSG_DONE)
		return 0;
	if (message->nlmsg_type == NLMSG_ERROR)
		return error_of(message);
	return fn(message, user);
}

int ml_netlink_ask(int fd, const struct nlmsghdr *request, ml_netlink_fn *fn, void *user)
{
	_Alignas(struct nlmsghdr) char buf[32 * 1024];
	bool done = false;
	int rc = send_request(fd, request);

	while (!rc && !done) {
		ssize_t got = recv(fd, buf, sizeof(buf), 0);
		unsigned n = (unsigned)got;

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : -EIO;
		for (struct nlmsghdr *h = (void *)buf; !rc && !done && NLMSG_OK(h, n);
		     h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_seq == request->nlmsg_seq)
				rc = handle(h, fn, user, &done);
		}
	}
	return rc;
}
