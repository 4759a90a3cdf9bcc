/* SPDX-License-Identifier: MIT */
/* feeds: the register of sources - every kernel file and probe a snapshot can hold. */
#pragma once

#include "model/want.h"
#include "parse/parse.h"
#include "source/root.h"

/* Reading order within a snapshot: what is compared stands together. */
enum ml_feed_id {
	ML_FEED_MEMINFO,
	ML_FEED_VMSTAT,
	ML_FEED_ZONEINFO,
	ML_FEED_BUDDYINFO,
	ML_FEED_PAGETYPEINFO,
	ML_FEED_SLABINFO,
	ML_FEED_VMALLOCINFO,
	ML_FEED_STAT,
	ML_FEED_LOADAVG,
	ML_FEED_SWAPS,
	ML_FEED_PRESSURE_CPU,
	ML_FEED_PRESSURE_MEMORY,
	ML_FEED_PRESSURE_IO,
	ML_FEED_PRESSURE_IRQ,
	ML_FEED_UPTIME,
	ML_FEED_MOUNTS,
	ML_FEED_IOMEM,
	ML_FEED_SOCKSTAT,
	ML_FEED_HUGEPAGE_SIZES,
	ML_FEED_HUGETLB,
	ML_FEED_THP,
	ML_FEED_KSM,
	ML_FEED_NODES,
	ML_FEED_ZRAM,
	ML_FEED_ZSWAP,
	ML_FEED_DISKSTATS,
	ML_FEED_SWAP_SETTINGS,
	ML_FEED_VM_SETTINGS,
	ML_FEED_ARCSTATS,
	ML_FEED_MEMORY_BLOCKS,
	ML_FEED_CGROUP_LIMIT,
	ML_FEED_GROUPS,
	ML_FEED_GROUP_PRESSURE,
	ML_FEED_SYSV_SHM,
	ML_FEED_SHM,
	ML_FEED_QUEUES,
	ML_FEED_SHM_LARGE,
	ML_FEED_TMPFS,
	ML_FEED_QUEUES_LARGE,
	ML_FEED_KERNEL,
	ML_FEED_PROCESSES,
	ML_FEED_MAPPINGS,
	ML_FEED_NUMA_MAPS,
	ML_FEED_CACHE,
	ML_FEED_HITS,
	ML_FEED_OOM,
	ML_FEED_SERIES_FILES,
	ML_FEED_COUNT,
};

#define ML_FEED(name) (1ull << ML_FEED_##name)

struct ml_snap;

/* What one feed gave in one snapshot. */
struct ml_feed_data {
	const char *path; /* in the arena or static; NULL: the feed's own */
	enum ml_status status;
	int error;
	struct ml_parsed parsed;
	const struct ml_want *want;  /* while it is gathered */
	const struct ml_snap *snap; /* likewise: holds the feeds that stand before it */
	struct ml_rows more;        /* of struct ml_source: files of single processes */
	const char *needs; /* what would help; NULL: the feed's capability, when denied */
	/* Called with parsed.head when the snapshot goes, for what no arena frees. */
	void (*release)(void *head);
};

/* A feed that is more than one file: fills status, error, parsed, and path if it
 * varies. 0 or -ENOMEM. */
typedef int ml_gather_fn(const struct ml_root *root, struct ml_arena *a,
			 struct ml_feed_data *ret);

struct ml_feed {
	const char *key;
	const char *path;
	ml_parse_fn *parse;   /* of the one file `path`, or */
	ml_gather_fn *gather;   /* its own way */
	ml_feeds uses;        /* feeds before it that `gather` looks into */
	bool never_empty;     /* an empty file is not an answer */
	const char *capability; /* what reads it when it is denied */
	const char *loss;       /* what is not known without it */
};

extern const struct ml_feed ml_feeds_register[ML_FEED_COUNT];

/* Tell of files beside the one that the feed is named after. 0 or -ENOMEM. */
int ml_feed_add_source(struct ml_feed_data *data, struct ml_arena *a,
		       const struct ml_source *source);

/* The status that an errno of open or read means. */
enum ml_status ml_status_of(int error);

/* How a gather function ends: -ENOMEM is its result, any other -errno the status of the
 * feed. 0 or -ENOMEM. */
int ml_feed_end(struct ml_feed_data *ret, int rc);

/* Read `path` and parse it; fills status, error, parsed of `ret`. 0 or -ENOMEM. */
int ml_feed_file(const struct ml_root *root, const char *path, ml_parse_fn *parse,
		 struct ml_arena *a, struct ml_feed_data *ret);
