/* SPDX-License-Identifier: MIT */
/* group_order: the order of control groups, and one of them by its path. */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "model/groups_scan.h"
#include "model/snap.h"

static int ml_group_by_path(const void *a, const void *b)
{
	return ml_str_cmp((*(struct ml_group *const *)a)->path,
			  (*(struct ml_group *const *)b)->path);
}

int ml_groups_index(const struct ml_snap *snap, struct ml_arena *a,
		    const struct ml_group ***ret, size_t *ret_n)
{
	const struct ml_parsed *p = snap ? ml_snap_parsed(snap, ML_FEED_GROUPS) : NULL;
	size_t n = p ? p->rows.n : 0;
	const struct ml_group **index =
		ml_arena_calloc(a, n + 1, sizeof(const struct ml_group *));

	if (!index)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		index[i] = ml_rows_at(&p->rows, i);
	qsort(index, n, sizeof(const struct ml_group *), ml_group_by_path);
	*ret = index;
	*ret_n = n;
	return 0;
}

const struct ml_group *ml_groups_find(const struct ml_group *const *index, size_t n,
				      struct ml_str path)
{
	struct ml_group wanted = { .path = path };
	const struct ml_group *key = &wanted;
	const struct ml_group *const *found =
		n ? bsearch(&key, index, n, sizeof(const struct ml_group *),
			    ml_group_by_path)
		  : NULL;

	return found ? *found : NULL;
}

/* ---- parents before children ---- */

static int by_rank(const void *a, const void *b)
{
	const struct ml_group *x = *(struct ml_group *const *)a;
	const struct ml_group *y = *(struct ml_group *const *)b;
	uint64_t ux = ml_or0(x->usage), uy = ml_or0(y->usage);

	if (ux != uy)
		return ux < uy ? -1 : 1;
	return -ml_str_cmp(x->path, y->path);
}

/* Rows that are there, in an order. */
static struct ml_group **sorted(const struct ml_rows *rows, size_t *ret_n,
				int (*cmp)(const void *, const void *))
{
	struct ml_group **ret = calloc(rows->n + 1, sizeof(*ret)), *g;
	size_t n = 0;

	if (!ret)
		return NULL;
	ml_for_each_row(g, rows)
		if (g->path.p)
			ret[n++] = g;
	qsort(ret, n, sizeof(struct ml_group *), cmp);
	*ret_n = n;
	return ret;
}

/* First child and next sibling of each row; child[n] is that of the roots. */
struct kin {
	size_t *child, *next;
};

static size_t slot_of(struct ml_group *const *paths, size_t n, struct ml_str path)
{
	struct ml_group wanted = { .path = path };
	const struct ml_group *key = &wanted;
	struct ml_group *const *found =
		path.p ? bsearch(&key, paths, n, sizeof(struct ml_group *),
				 ml_group_by_path)
		       : NULL;

	return found ? (size_t)(found - paths) : n;
}

/* Smallest first, each is put in front of its siblings. */
static void link_kin(struct ml_group *const *paths, struct ml_group *const *ranks,
		     size_t n, const struct kin *kin)
{
	for (size_t i = 0; i <= n; i++)
		kin->child[i] = n;
	for (size_t i = 0; i < n; i++) {
		size_t at = slot_of(paths, n, ranks[i]->path);
		size_t parent = slot_of(paths, n, ranks[i]->parent);

		kin->next[at] = kin->child[parent];
		kin->child[parent] = at;
	}
}

/* Parents before children, without recursion: a tree can be a thousand deep. */
static void emit(struct ml_group *const *paths, size_t n, const struct kin *kin,
		 struct ml_rows *out)
{
	size_t at = kin->child[n];

	while (at != n) {
		size_t down = kin->child[at];

		*(struct ml_group *)ml_rows_at(out, out->n++) = *paths[at];
		while (down == n && at != n) {
			down = kin->next[at];
			at = slot_of(paths, n, paths[at]->parent);
		}
		at = down;
	}
}

int ml_groups_arrange(struct ml_rows *rows, struct ml_arena *a)
{
	size_t n = 0;
	_cleanup_free_ struct ml_group **ranks = sorted(rows, &n, by_rank);
	_cleanup_free_ struct ml_group **paths = sorted(rows, &n, ml_group_by_path);
	_cleanup_free_ size_t *child = calloc(n + 1, sizeof(*child));
	_cleanup_free_ size_t *next = calloc(n + 1, sizeof(*next));
	struct ml_rows out = ML_ROWS(struct ml_group);

	if (!ranks || !paths || !child || !next || ml_rows_reserve(&out, a, n))
		return -ENOMEM;
	link_kin(paths, ranks, n, &(struct kin){ child, next });
	emit(paths, n, &(struct kin){ child, next }, &out);
	*rows = out;
	return 0;
}
