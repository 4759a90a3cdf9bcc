/* SPDX-License-Identifier: MIT */
/* users: names of user ids, from the passwd file of a root. Directory services are not
 * asked: they can hang, and a copied machine has none. */
#pragma once

#include "source/root.h"

struct ml_users {
	struct ml_rows rows; /* private */
};

/* Without the file there are no names. 0 or -ENOMEM. */
int ml_users_read(const struct ml_root *root, struct ml_arena *a, struct ml_users *ret);

/* The name, or p NULL. Lives as long as the arena. */
struct ml_str ml_users_find(const struct ml_users *users, uint64_t uid);
