/* SPDX-License-Identifier: MIT */
/* sock_diag: what each socket of our network namespace holds in its queues. */
#include "probe/sock_diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "probe/netlink.h"

struct request {
	struct nlmsghdr header;
	union {
		struct unix_diag_req unix_req;
		struct inet_diag_req_v2 inet_req;
	};
};

static size_t fill_unix(struct request *r, int family, int protocol)
{
	(void)family, (void)protocol;
	r->unix_req = (struct unix_diag_req){
		.sdiag_family = AF_UNIX,
		.udiag_states = ~0u,
		.udiag_show = UDIAG_SHOW_MEMINFO,
	};
	return sizeof(r->unix_req);
}

static size_t fill_inet(struct request *r, int family, int protocol)
{
	r->inet_req = (struct inet_diag_req_v2){
		.sdiag_family = (uint8_t)family,
		.sdiag_protocol = (uint8_t)protocol,
		.idiag_ext = 1 << (INET_DIAG_SKMEMINFO - 1),
		.idiag_states = ~0u,
	};
	return sizeof(r->inet_req);
}

/* The kernel's array of SK_MEMINFO_*; older kernels send fewer of them. */
struct meminfo {
	uint32_t v[SK_MEMINFO_VARS];
};

static uint64_t queued_inet(const struct meminfo *m)
{
	return (uint64_t)m->v[SK_MEMINFO_RMEM_ALLOC] + m->v[SK_MEMINFO_WMEM_QUEUED];
}

/* UNIX sockets account what they sent, until it is read, as wmem_alloc of the sender. */
static uint64_t queued_unix(const struct meminfo *m)
{
	return m->v[SK_MEMINFO_WMEM_ALLOC];
}

/* What differs between the dumps. */
struct dump {
	enum ml_sock_kind kind;
	int family;
	int protocol;
	size_t (*fill)(struct request *, int family, int protocol);
	size_t message_size;
	int meminfo_attr;
	uint64_t (*queued)(const struct meminfo *);
};

static uint64_t inode_of(const struct dump *d, const void *message)
{
	const struct unix_diag_msg *unix_msg = message;
	const struct inet_diag_msg *inet_msg = message;

	return d->kind == ML_SOCK_UNIX ? unix_msg->udiag_ino : inet_msg->idiag_inode;
}

/* A dump that is under way. */
struct found {
	const struct dump *dump;
	struct ml_arena *arena;
	struct ml_rows *rows;
};

static int add_socket(struct nlmsghdr *h, void *user)
{
	const struct found *found = user;
	const struct dump *d = found->dump;
	size_t n = NLMSG_PAYLOAD(h, d->message_size);
	char *message = NLMSG_DATA(h);
	struct rtattr *attr = (void *)(message + NLMSG_ALIGN(d->message_size));

	if (h->nlmsg_len < NLMSG_LENGTH(d->message_size))
		return 0;
	for (; RTA_OK(attr, n); attr = RTA_NEXT(attr, n)) {
		size_t bytes = RTA_PAYLOAD(attr);
		struct meminfo m = { 0 };
		struct ml_sock_row *row;

		if (attr->rta_type != d->meminfo_attr)
			continue;
		memcpy(&m, RTA_DATA(attr), bytes < sizeof(m) ? bytes : sizeof(m));
		if (!d->queued(&m))
			continue;
		row = ml_rows_add(found->rows, found->arena);
		if (!row)
			return -ENOMEM;
		*row = (struct ml_sock_row){ inode_of(d, message), d->kind,
					     d->queued(&m) };
	}
	return 0;
}

static int dump_sockets(const struct dump *d, struct ml_arena *a, struct ml_rows *ret)
{
	_cleanup_close_ int fd = ml_netlink_open(NETLINK_SOCK_DIAG);
	struct found found = { d, a, ret };
	struct request r = { .header = {
				     .nlmsg_type = SOCK_DIAG_BY_FAMILY,
				     .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			     } };

	if (fd < 0)
		return fd;
	r.header.nlmsg_len = (uint32_t)NLMSG_LENGTH(d->fill(&r, d->family, d->protocol));
	return ml_netlink_ask(fd, &r.header, add_socket, &found);
}

#define INET(kind, family, protocol) \
	{ kind, family, protocol, fill_inet, sizeof(struct inet_diag_msg), \
	  INET_DIAG_SKMEMINFO, queued_inet }

static const struct dump dumps[] = {
	{ ML_SOCK_UNIX, AF_UNIX, 0, fill_unix, sizeof(struct unix_diag_msg),
	  UNIX_DIAG_MEMINFO, queued_unix },
	INET(ML_SOCK_TCP, AF_INET, IPPROTO_TCP),
	INET(ML_SOCK_TCP, AF_INET6, IPPROTO_TCP),
	INET(ML_SOCK_UDP, AF_INET, IPPROTO_UDP),
	INET(ML_SOCK_UDP, AF_INET6, IPPROTO_UDP),
};

int ml_sock_diag(struct ml_arena *a, struct ml_rows *ret)
{
	int first = 0;

	ret->size = sizeof(struct ml_sock_row);
	for (size_t i = 0; i < ML_ARRAY_SIZE(dumps); i++) {
		int rc = dump_sockets(&dumps[i], a, ret);

		if (rc == -ENOMEM)
			return rc;
		if (rc && !first)
			first = rc;
	}
	return ret->n ? 0 : first;
}
