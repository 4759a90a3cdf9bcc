/* SPDX-License-Identifier: MIT */
/* compressed: what decides whether zswap's memory is inside nr_zspages. */
#include "model/compressed.h"

#include <errno.h>
#include <stdio.h>

#include "source/walk.h"

struct zram_walk {
	const struct ml_root *root;
	struct ml_arena *arena;
	struct ml_compressed *row;
};

/* The third number of mm_stat: what the device takes, its allocator's overhead
 * included. */
static int add_zram(struct ml_str name, void *data)
{
	struct zram_walk *w = data;
	struct ml_str text, line, word = { 0 };
	uint64_t used;
	char path[64];

	if (!ml_str_starts(name, "zram") || name.n > 16)
		return 0;
	snprintf(path, sizeof(path), "/sys/block/%.*s/mm_stat", (int)name.n, name.p);
	if (ml_root_read(w->root, path, w->arena, &text) || !ml_next_line(&text, &line))
		return 0;
	for (int i = 0; i < 3; i++)
		if (!ml_next_word(&line, &word))
			return 0;
	if (ml_num_u64(word, &used))
		w->row->zram = ml_add(w->row->zram, used);
	return 0;
}

static struct ml_str line_of(const struct ml_root *root, const char *path,
			     struct ml_arena *a)
{
	struct ml_str text, line;

	if (ml_root_read(root, path, a, &text) || !ml_next_line(&text, &line))
		return (struct ml_str){ 0 };
	return ml_str_trim(line);
}

int ml_compressed_gather(const struct ml_root *root, struct ml_arena *a,
			 struct ml_feed_data *ret)
{
	struct ml_compressed *row;
	struct zram_walk walk = { root, a, NULL };

	ret->parsed.rows = ML_ROWS(struct ml_compressed);
	row = walk.row = ml_rows_add(&ret->parsed.rows, a);
	if (!row)
		return -ENOMEM;
	row->zpool = line_of(root, "/sys/module/zswap/parameters/zpool", a);
	if (!row->zpool.p &&
	    ml_walk_names(root, "/sys/block", add_zram, &walk) == -ENOMEM)
		return -ENOMEM;
	if (!ml_num_u64(line_of(root, "/sys/kernel/debug/zswap/pool_total_size", a),
			&row->debug_zswap))
		row->debug_zswap = ML_NONE;
	return 0;
}

/* zbud and z3fold take pages of their own. Where the allocator is not told, zsmalloc that
 * holds no more than the zram devices do has no room for zswap's pool in it. */
static bool is_apart(const struct ml_compressed *c, uint64_t zspages, uint64_t zswap)
{
	if (c && c->zpool.p)
		return !ml_str_is(c->zpool, "zsmalloc");
	return zspages == ML_NONE || zspages < ml_add(c ? c->zram : 0, zswap / 2);
}

uint64_t ml_compressed_bytes(const struct ml_snap *snap)
{
	const struct ml_parsed *feed = ml_snap_parsed(snap, ML_FEED_COMPRESSED);
	const struct ml_compressed *c = feed ? ml_rows_at(&feed->rows, 0) : NULL;
	uint64_t zspages = ml_snap_pages(snap, ml_snap_vm(snap, "nr_zspages"));
	uint64_t zswap = ml_snap_mem(snap, "Zswap");

	if (zswap == ML_NONE && c)
		zswap = c->debug_zswap;
	if (zswap == ML_NONE || !is_apart(c, zspages, zswap))
		return zspages;
	return ml_add(ml_or0(zspages), zswap);
}
