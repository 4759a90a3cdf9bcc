/* SPDX-License-Identifier: MIT */
/* zswap: the compressed cache before swap devices. */
#include "model/zswap.h"

#include <errno.h>

#include "base/cleanup.h"
#include "source/small.h"

#define PARAMETERS "/sys/module/zswap/parameters/"
#define DEBUG "/sys/kernel/debug/zswap/"

static const struct {
	const char *name;
	size_t offset; /* of a string */
} words[] = {
	{ "enabled",          offsetof(struct ml_zswap, enabled)    },
	{ "compressor",       offsetof(struct ml_zswap, compressor) },
	{ "zpool",            offsetof(struct ml_zswap, zpool)      },
	{ "shrinker_enabled", offsetof(struct ml_zswap, shrinker)   },
};

static const struct {
	const char *path;
	size_t offset; /* of a u64: numbers of one member add up */
} numbers[] = {
	{ PARAMETERS "max_pool_percent",        offsetof(struct ml_zswap, max_pool_percent) },
	{ DEBUG "pool_total_size",              offsetof(struct ml_zswap, pool)             },
	{ DEBUG "stored_pages",                 offsetof(struct ml_zswap, stored_pages)     },
	{ DEBUG "same_filled_pages",            offsetof(struct ml_zswap, same_pages)       },
	{ DEBUG "stored_incompressible_pages",  offsetof(struct ml_zswap, whole_pages)      },
	{ DEBUG "written_back_pages",           offsetof(struct ml_zswap, written_back)     },
	{ DEBUG "pool_limit_hit",               offsetof(struct ml_zswap, limit_hits)       },
	{ DEBUG "reject_alloc_fail",            offsetof(struct ml_zswap, rejected)         },
	{ DEBUG "reject_compress_fail",         offsetof(struct ml_zswap, rejected)         },
	{ DEBUG "reject_compress_poor",         offsetof(struct ml_zswap, rejected)         },
	{ DEBUG "reject_kmemcache_fail",        offsetof(struct ml_zswap, rejected)         },
	{ DEBUG "reject_reclaim_fail",          offsetof(struct ml_zswap, rejected)         },
};

static int read_words(const struct ml_root *root, struct ml_arena *a,
		      struct ml_zswap *row)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(words); i++) {
		struct ml_str *word = (void *)((char *)row + words[i].offset);
		int rc = ml_small_text(root, a, word, PARAMETERS "%s", words[i].name);

		if (rc == -ENOMEM)
			return rc;
		if (rc || !word->n)
			*word = (struct ml_str){ 0 };
	}
	return 0;
}

static void read_numbers(const struct ml_root *root, struct ml_zswap *row)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(numbers); i++) {
		uint64_t *sum = (void *)((char *)row + numbers[i].offset);
		uint64_t v = ml_small_u64(root, "%s", numbers[i].path);

		*sum = ml_sum(*sum, v);
	}
}

int ml_zswap_gather(const struct ml_root *root, struct ml_arena *a,
		    struct ml_feed_data *ret)
{
	struct ml_zswap *row;

	ret->parsed.rows = ML_ROWS(struct ml_zswap);
	row = ml_rows_add(&ret->parsed.rows, a);
	if (!row)
		return -ENOMEM;
	memset(row, 0xff, sizeof(*row)); /* ML_NONE */
	if (read_words(root, a, row))
		return -ENOMEM;
	read_numbers(root, row);
	return 0;
}

const struct ml_zswap *ml_zswap_of(const struct ml_snap *snap)
{
	const struct ml_parsed *feed = ml_snap_parsed(snap, ML_FEED_ZSWAP);

	return feed && feed->rows.n ? ml_rows_at(&feed->rows, 0) : NULL;
}

/* Before 5.19 only debugfs told. */
uint64_t ml_zswap_pool(const struct ml_snap *snap)
{
	const struct ml_zswap *z = ml_zswap_of(snap);
	uint64_t bytes = ml_snap_mem(snap, "Zswap");

	return bytes != ML_NONE || !z ? bytes : z->pool;
}

uint64_t ml_zswap_stored(const struct ml_snap *snap)
{
	const struct ml_zswap *z = ml_zswap_of(snap);
	uint64_t bytes = ml_snap_mem(snap, "Zswapped");

	return bytes != ML_NONE || !z ? bytes : ml_snap_pages(snap, z->stored_pages);
}
