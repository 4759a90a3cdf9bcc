/* SPDX-License-Identifier: MIT */
/* queue: kernel memory that waits to be read, by the process that holds it. */
#include "model/queue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "model/account.h"
#include "model/queue_text.h"
#include "probe/pipe.h"
#include "probe/sock_diag.h"
#include "source/walk.h"

/* One socket or pipe, before it is added up. */
struct holder {
	uint64_t inode;
	uint64_t kind; /* enum ml_sock_kind or KIND_PIPE */
	uint64_t bytes;
	uint64_t pid; /* the first process found with it */
};

enum {
	KIND_PIPE = ML_SOCK_UNIX + 1,
	KIND_COUNT,
};

/* The kernel tells skb truesize of a UNIX queue, a part of which is slab; of a pipe only
 * the unread bytes, which lie in whole pages. */
static const struct {
	const char *name;
	const char *how;
} kinds[KIND_COUNT] = {
	[ML_SOCK_TCP] = { "tcp", "measured" },
	[ML_SOCK_UDP] = { "udp", "measured" },
	[ML_SOCK_UNIX] = { "unix", "estimated" },
	[KIND_PIPE] = { "pipe", "estimated" },
};

struct census {
	const struct ml_root *root;
	struct ml_arena *arena;
	struct ml_rows holders; /* sockets first, by inode; then pipes as they are met */
	size_t nsockets;
	struct ml_rows pipes; /* of struct holder, one per pipe end met */
	uint64_t page_size;
	int pidfd;
	uint64_t denied;
};

static int by_inode(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

/* "socket:[123]" */
static bool inode_of(struct ml_str target, const char *prefix, uint64_t *ret)
{
	if (!ml_str_starts(target, prefix) || !ml_str_ends(target, "]"))
		return false;
	target = ml_str_skip(target, strlen(prefix));
	target.n--;
	return ml_num_u64(target, ret);
}

static int met_pipe(struct census *c, uint64_t pid, int fd, uint64_t inode)
{
	struct holder *pipe;
	uint64_t unread;

	if (c->pidfd < 0)
		c->pidfd = ml_pidfd_open(pid);
	if (c->pidfd < 0 || ml_pipe_unread(c->pidfd, fd, &unread) || !unread)
		return 0;
	pipe = ml_rows_add(&c->pipes, c->arena);
	if (!pipe)
		return -ENOMEM;
	unread = (unread + c->page_size - 1) / c->page_size * c->page_size;
	*pipe = (struct holder){ inode, KIND_PIPE, unread, pid };
	return 0;
}

static int met_fd(uint64_t pid, int fd, struct ml_str target, void *data)
{
	struct census *c = data;
	struct holder key, *socket;

	if (inode_of(target, "pipe:[", &key.inode))
		return met_pipe(c, pid, fd, key.inode);
	if (!c->nsockets || !inode_of(target, "socket:[", &key.inode))
		return 0;
	socket = bsearch(&key, c->holders.at, c->nsockets, sizeof(key), by_inode);
	if (socket && socket->pid == ML_NONE)
		socket->pid = pid;
	return 0;
}

static int met_pid(uint64_t pid, void *data)
{
	struct census *c = data;
	int rc;

	c->pidfd = -1;
	rc = ml_walk_fds(c->root, pid, met_fd, c);
	if (c->pidfd >= 0)
		close(c->pidfd);
	if (rc == -EACCES || rc == -EPERM)
		c->denied++;
	return rc == -ENOMEM ? rc : 0;
}

static int list_sockets(struct census *c)
{
	struct ml_rows sockets = { 0 };
	const struct ml_sock_row *s;
	int rc = ml_sock_diag(c->arena, &sockets);

	if (rc == -ENOMEM)
		return rc;
	ml_for_each_row(s, &sockets) {
		struct holder *h = ml_rows_add(&c->holders, c->arena);

		if (!h)
			return -ENOMEM;
		*h = (struct holder){ s->inode, s->kind, s->bytes, ML_NONE };
	}
	c->nsockets = c->holders.n;
	if (c->nsockets)
		qsort(c->holders.at, c->nsockets, c->holders.size, by_inode);
	return 0;
}

/* Both ends of a pipe, and every process that has one, meet the same queue: keep one. */
static int add_pipes(struct census *c)
{
	uint64_t last = ML_NONE;
	struct holder *p, *h;

	if (c->pipes.n)
		qsort(c->pipes.at, c->pipes.n, c->pipes.size, by_inode);
	ml_for_each_row(p, &c->pipes) {
		if (p->inode == last)
			continue;
		last = p->inode;
		h = ml_rows_add(&c->holders, c->arena);
		if (!h)
			return -ENOMEM;
		*h = *p;
	}
	return 0;
}

static int by_owner(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static struct ml_str comm_of(const struct census *c, uint64_t pid)
{
	struct ml_str text, line;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%llu/comm", (unsigned long long)pid);
	if (pid == ML_NONE || ml_root_read(c->root, path, c->arena, &text) || !text.n)
		return (struct ml_str){ 0 };
	line = text;
	if (line.p[line.n - 1] == '\n')
		line.n--;
	return line;
}

static int by_bytes(const void *a, const void *b)
{
	const struct ml_queue_row *x = a, *y = b;

	return (x->bytes < y->bytes) - (x->bytes > y->bytes);
}

static int add_up(struct census *c, struct ml_rows *ret)
{
	struct ml_queue_row *row = NULL;
	const struct holder *h, *last = NULL;

	if (c->holders.n)
		qsort(c->holders.at, c->holders.n, c->holders.size, by_owner);
	ml_for_each_row(h, &c->holders) {
		if (!last || by_owner(last, h)) {
			row = ml_rows_add(ret, c->arena);
			if (!row)
				return -ENOMEM;
			row->kind = ml_str_of(kinds[h->kind].name);
			row->how = ml_str_of(kinds[h->kind].how);
			row->pid = h->pid;
			row->comm = comm_of(c, h->pid);
		}
		row->count++;
		row->bytes += h->bytes;
		last = h;
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_bytes);
	return 0;
}

bool ml_queue_kind(struct ml_str name, struct ml_queue_row *ret)
{
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (!ml_str_is(name, kinds[i].name))
			continue;
		ret->kind = ml_str_of(kinds[i].name);
		ret->how = ml_str_of(kinds[i].how);
		return true;
	}
	return false;
}

/* Of a copy what its file tells. */
static int read_text(struct census *c, struct ml_feed_data *ret)
{
	int rc = ml_feed_file(c->root, "/" ML_QUEUE_TEXT, ml_parse_queue_text, c->arena,
			      ret);
	const bool *refused = ret->parsed.head;
	struct ml_queue_row *row;

	if (rc)
		return rc;
	ml_for_each_row(row, &ret->parsed.rows)
		row->comm = comm_of(c, row->pid);
	if (refused && *refused) {
		ret->error = EACCES;
		ret->status = ML_DENIED;
	}
	ret->parsed.head = NULL;
	return 0;
}

int ml_queues_gather(const struct ml_root *root, struct ml_arena *a,
		     struct ml_feed_data *ret)
{
	struct census c = {
		.root = root,
		.arena = a,
		.holders = ML_ROWS(struct holder),
		.pipes = ML_ROWS(struct holder),
		.page_size = (uint64_t)sysconf(_SC_PAGESIZE),
	};
	int rc;

	ret->parsed.rows = ML_ROWS(struct ml_queue_row);
	if (!root->live)
		return read_text(&c, ret);
	rc = list_sockets(&c);
	if (!rc)
		rc = ml_walk_pids(root, met_pid, &c);
	if (!rc)
		rc = add_pipes(&c);
	if (!rc)
		rc = add_up(&c, &ret->parsed.rows);
	if (rc == -ENOMEM)
		return rc;
	ret->error = c.denied ? EACCES : -rc;
	ret->status = ml_status_of(ret->error);
	return 0;
}

uint64_t ml_queue_total(const struct ml_parsed *queues, const char *kind)
{
	const struct ml_queue_row *row;
	uint64_t bytes = 0;

	if (!queues)
		return ML_NONE;
	ml_for_each_row(row, &queues->rows)
		if (ml_str_is(row->kind, kind))
			bytes += row->bytes;
	return bytes;
}

/* What waits in queues is in the residue of the account, but for what is slab. */
static int queued_at_most(const struct ml_snap *snap, struct ml_arena *a, int64_t *ret)
{
	struct ml_rows parts = ML_ROWS(struct ml_account_row);
	const struct ml_account_row *part;

	*ret = INT64_MAX;
	if (ml_account(snap, ML_ACCOUNT_CLASSES, a, &parts))
		return -ENOMEM;
	ml_for_each_row(part, &parts)
		if (ml_str_is(part->key, "residue") && part->bytes != INT64_MIN)
			*ret = part->bytes;
	return 0;
}

int ml_queues_large_gather(const struct ml_root *root, struct ml_arena *a,
			   struct ml_feed_data *ret)
{
	int64_t most;

	if (root->live && queued_at_most(ret->snap, a, &most))
		return -ENOMEM;
	if (!root->live || most >= ML_QUEUE_LARGE)
		return ml_queues_gather(root, a, ret);
	ret->parsed.rows = ML_ROWS(struct ml_queue_row);
	return 0;
}
