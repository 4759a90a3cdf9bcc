/* SPDX-License-Identifier: MIT */
/* netlink: a question to the kernel, and the messages of its answer. */
#pragma once

#include <linux/netlink.h>

/* A socket of the protocol NETLINK_*, or -errno. */
int ml_netlink_open(int protocol);

/* Is given one message of an answer. 0, or -errno to end it. */
typedef int ml_netlink_fn(struct nlmsghdr *message, void *user);

/* Send the request, then hand each message of the answer to `fn`, until a message that is
 * no part of a dump, or the end of the dump. Messages with another sequence number than
 * the request's are left overs and skipped. 0 or -errno: of sending, of receiving, what
 * the kernel answered, or what `fn` returned. */
int ml_netlink_ask(int fd, const struct nlmsghdr *request, ml_netlink_fn *fn, void *user);
