/* SPDX-License-Identifier: MIT */
/* users: names of user ids, from the passwd file of a root. */
#include "model/users.h"

#include <errno.h>
#include <stdlib.h>

#include "base/num.h"
#include "base/str.h"

struct user {
	uint64_t uid;
	struct ml_str name;
};

/* "name:x:uid:..." */
static bool take_user(struct ml_str line, struct user *ret)
{
	struct ml_str name, password, uid;

	if (!ml_split(&line, ':', &name) || !ml_split(&line, ':', &password))
		return false;
	if (!ml_split(&line, ':', &uid))
		uid = line;
	ret->name = name;
	return name.n && ml_num_u64(uid, &ret->uid);
}

/* The first of several names of one user wins, as in getpwuid(3). */
static int by_uid(const void *a, const void *b)
{
	const struct user *x = a, *y = b;

	if (x->uid != y->uid)
		return x->uid < y->uid ? -1 : 1;
	return (x->name.p > y->name.p) - (x->name.p < y->name.p);
}

int ml_users_read(const struct ml_root *root, struct ml_arena *a, struct ml_users *ret)
{
	struct ml_str text, line;
	struct user user, *row;
	int rc = ml_root_read(root, "/etc/passwd", a, &text);

	ret->rows = ML_ROWS(struct user);
	if (rc)
		return rc == -ENOMEM ? rc : 0;
	while (ml_next_line(&text, &line)) {
		if (!take_user(line, &user))
			continue;
		row = ml_rows_add(&ret->rows, a);
		if (!row)
			return -ENOMEM;
		*row = user;
	}
	if (ret->rows.n)
		qsort(ret->rows.at, ret->rows.n, ret->rows.size, by_uid);
	return 0;
}

struct ml_str ml_users_find(const struct ml_users *users, uint64_t uid)
{
	size_t low = 0, high = users->rows.n;
	const struct user *user;

	while (low < high) { /* the first of those with this uid */
		size_t mid = (low + high) / 2;

		user = ml_rows_at(&users->rows, mid);
		if (user->uid < uid)
			low = mid + 1;
		else
			high = mid;
	}
	user = low < users->rows.n ? ml_rows_at(&users->rows, low) : NULL;
	return user && user->uid == uid ? user->name : (struct ml_str){ 0 };
}
