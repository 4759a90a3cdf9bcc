/* SPDX-License-Identifier: MIT */
/* taskstats: asks the kernel how long a process waited, by generic netlink. */
#include "probe/taskstats.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>
#include <linux/taskstats.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "probe/netlink.h"

/* With one attribute. */
struct request {
	struct nlmsghdr header;
	struct genlmsghdr command;
	char attribute[64];
};

static struct request request_of(uint16_t family, uint8_t command, uint32_t sequence,
				 uint16_t type, const void *value, size_t n)
{
	struct rtattr attr = { (unsigned short)RTA_LENGTH(n), type };
	struct request r = { 0 };

	r.header.nlmsg_len = (uint32_t)(NLMSG_LENGTH(GENL_HDRLEN) + RTA_SPACE(n));
	r.header.nlmsg_type = family;
	r.header.nlmsg_flags = NLM_F_REQUEST;
	r.header.nlmsg_seq = sequence;
	r.command.cmd = command;
	r.command.version = 1;
	memcpy(r.attribute, &attr, sizeof(attr));
	memcpy(r.attribute + RTA_LENGTH(0), value, n);
	return r;
}

/* ---- the number of the family ---- */

static int find_family_id(struct nlmsghdr *message, void *user)
{
	struct rtattr *attr = (void *)((char *)NLMSG_DATA(message) + GENL_HDRLEN);
	size_t n = NLMSG_PAYLOAD(message, GENL_HDRLEN);

	if (message->nlmsg_len < NLMSG_LENGTH(GENL_HDRLEN))
		return -EBADMSG;
	for (; RTA_OK(attr, n); attr = RTA_NEXT(attr, n)) {
		if (attr->rta_type != CTRL_ATTR_FAMILY_ID ||
		    RTA_PAYLOAD(attr) < sizeof(uint16_t))
			continue;
		memcpy(user, RTA_DATA(attr), sizeof(uint16_t));
		return 0;
	}
	return -EBADMSG;
}

int ml_taskstats_open(struct ml_taskstats *ret)
{
	struct request r =
		request_of(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0, CTRL_ATTR_FAMILY_NAME,
			   TASKSTATS_GENL_NAME, sizeof(TASKSTATS_GENL_NAME));
	uint16_t family;
	int fd = ml_netlink_open(NETLINK_GENERIC);
	int rc = fd < 0 ? fd : ml_netlink_ask(fd, &r.header, find_family_id, &family);

	if (rc) {
		ml_closep(&fd);
		return rc == -ENOENT || rc == -EPROTONOSUPPORT ? -EOPNOTSUPP : rc;
	}
	*ret = (struct ml_taskstats){ .fd = fd, .family = family };
	return 0;
}

void ml_taskstats_close(struct ml_taskstats *ts)
{
	ml_closep(&ts->fd);
	ts->fd = -1;
}

/* ---- a process ---- */

struct reply {
	struct ml_arena *arena;
	struct ml_str bytes;
};

static int keep(struct nlmsghdr *message, void *user)
{
	struct reply *reply = user;
	size_t n = NLMSG_PAYLOAD(message, 0);
	char *copy;

	if (message->nlmsg_len < NLMSG_LENGTH(0))
		return -EBADMSG;
	copy = ml_arena_strndup(reply->arena, NLMSG_DATA(message), n);
	if (!copy)
		return -ENOMEM;
	reply->bytes = (struct ml_str){ copy, n };
	return 0;
}

int ml_taskstats_ask(struct ml_taskstats *ts, uint64_t tgid, struct ml_arena *a,
		     struct ml_str *ret)
{
	uint32_t value = (uint32_t)tgid;
	struct request r = request_of(ts->family, TASKSTATS_CMD_GET, ++ts->sequence,
				      TASKSTATS_CMD_ATTR_TGID, &value, sizeof(value));
	struct reply reply = { .arena = a };
	int rc;

	if (value != tgid)
		return -ESRCH;
	rc = ml_netlink_ask(ts->fd, &r.header, keep, &reply);
	if (!rc)
		*ret = reply.bytes;
	return rc;
}
