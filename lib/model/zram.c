/* SPDX-License-Identifier: MIT */
/* zram: the block devices in compressed RAM. */
#include "model/zram.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "source/small.h"
#include "source/walk.h"

#define FOLDER "/sys/block/"

/* The kernel's names of disks are no longer. */
#define NAME_MAX_BYTES 31

struct zram_walk {
	const struct ml_root *root;
	struct ml_arena *arena;
	struct ml_feed_data *feed;
};

static bool is_zram(struct ml_str name)
{
	uint64_t n;

	return ml_str_starts(name, "zram") && name.n <= NAME_MAX_BYTES &&
	       ml_num_u64(ml_str_skip(name, strlen("zram")), &n);
}

/* The first row of a file of the device; what is not there stays unknown. 0 or -errno. */
static int read_row(struct zram_walk *w, struct ml_str name, const char *file,
		    ml_parse_fn *parse, void *ret, size_t size)
{
	struct ml_parsed parsed = { 0 };
	struct ml_str text;
	char path[96];
	int rc;

	snprintf(path, sizeof(path), FOLDER "%.*s/%s", (int)name.n, name.p, file);
	memset(ret, 0xff, size); /* ML_NONE */
	rc = ml_root_read(w->root, path, w->arena, &text);
	if (!rc)
		rc = parse(text, w->arena, &parsed);
	w->feed->parsed.bad_lines += parsed.bad_lines;
	if (!rc && parsed.rows.n)
		memcpy(ret, ml_rows_at(&parsed.rows, 0), size);
	return rc;
}

#define READ_ROW(w, name, file, parse, ret) \
	read_row(w, name, file, parse, ret, sizeof(*(ret)))

/* -ENOMEM, or nothing: what cannot be read is unknown. */
static int read_text(struct zram_walk *w, const struct ml_zram *z, const char *file,
		     struct ml_str *ret)
{
	int rc = ml_small_text(w->root, w->arena, ret, FOLDER "%s/%s", z->name.p, file);

	if (rc || !ret->n)
		*ret = (struct ml_str){ 0 };
	return rc == -ENOMEM ? rc : 0;
}

/* What a device that is not set up is told to do some day says nothing. */
static int describe(struct zram_walk *w, struct ml_zram *z)
{
	if (READ_ROW(w, z->name, "io_stat", ml_parse_zram_io, &z->io) == -ENOMEM ||
	    READ_ROW(w, z->name, "bd_stat", ml_parse_zram_bd, &z->bd) == -ENOMEM ||
	    read_text(w, z, "comp_algorithm", &z->algorithm) ||
	    read_text(w, z, "backing_dev", &z->backing))
		return -ENOMEM;
	z->algorithm = ml_small_choice(z->algorithm);
	if (ml_str_is(z->backing, "none"))
		z->backing = (struct ml_str){ 0 };
	return 0;
}

/* mm_stat makes it one: what a copy holds of a device may be less than that. */
static int met_name(struct ml_str name, void *data)
{
	struct zram_walk *w = data;
	struct ml_zram_mm mm;
	struct ml_zram *z;
	int rc;

	if (!is_zram(name))
		return 0;
	rc = READ_ROW(w, name, "mm_stat", ml_parse_zram_mm, &mm);
	if (rc)
		return rc == -ENOMEM ? rc : 0;
	z = ml_rows_add(&w->feed->parsed.rows, w->arena);
	if (!z)
		return -ENOMEM;
	z->mm = mm;
	z->name.p = ml_arena_strndup(w->arena, name.p, name.n);
	z->name.n = name.n;
	if (!z->name.p)
		return -ENOMEM;
	z->disksize = ml_small_u64(w->root, FOLDER "%s/disksize", z->name.p);
	return describe(w, z);
}

static int by_number(const void *a, const void *b)
{
	const struct ml_zram *x = a, *y = b;

	if (x->name.n != y->name.n)
		return x->name.n < y->name.n ? -1 : 1;
	return ml_str_cmp(x->name, y->name);
}

int ml_zram_gather(const struct ml_root *root, struct ml_arena *a,
		   struct ml_feed_data *ret)
{
	struct zram_walk w = { root, a, ret };
	struct ml_rows *rows = &ret->parsed.rows;
	int rc;

	*rows = ML_ROWS(struct ml_zram);
	rc = ml_walk_names(root, "/sys/block", met_name, &w);
	if (rc == -ENOMEM)
		return rc;
	ret->error = -rc;
	ret->status = ml_status_of(-rc);
	if (rows->n)
		qsort(rows->at, rows->n, rows->size, by_number);
	return 0;
}

const struct ml_zram *ml_zram_find(const struct ml_snap *snap, struct ml_str path)
{
	const struct ml_parsed *feed = ml_snap_parsed(snap, ML_FEED_ZRAM);
	const struct ml_zram *z;

	if (!feed || !ml_str_starts(path, "/dev/"))
		return NULL;
	path = ml_str_skip(path, strlen("/dev/"));
	ml_for_each_row(z, &feed->rows)
		if (ml_str_eq(z->name, path))
			return z;
	return NULL;
}

uint64_t ml_zram_bytes(const struct ml_snap *snap)
{
	const struct ml_parsed *feed = ml_snap_parsed(snap, ML_FEED_ZRAM);
	const struct ml_zram *z;
	uint64_t sum = 0;

	if (!feed)
		return ML_NONE;
	ml_for_each_row(z, &feed->rows)
		sum = ml_add(sum, ml_or0(z->mm.used));
	return sum;
}
