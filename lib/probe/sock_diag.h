/* SPDX-License-Identifier: MIT */
/* sock_diag: what each socket holds in its queues, by sock_diag(7). */
#pragma once

#include "base/arena.h"

enum ml_sock_kind {
	ML_SOCK_TCP,
	ML_SOCK_UDP,
	ML_SOCK_UNIX,
};

struct ml_sock_row {
	uint64_t inode;
	uint64_t kind;  /* enum ml_sock_kind */
	uint64_t bytes; /* receive and send queues with their overhead (skb truesize) */
};

/* Append a row for every socket that holds something. 0 or -errno of the netlink socket
 * (-ENOENT, -EOPNOTSUPP: kernel without the diag modules). */
int ml_sock_diag(struct ml_arena *a, struct ml_rows *ret);
