/* SPDX-License-Identifier: MIT */
/* cache: the page cache of files - of paths, or of what processes have open or mapped. */
#pragma once

#include "model/feeds.h"

/* Over files; bytes, ML_NONE where one of them does not tell. */
struct ml_cache_sums {
	uint64_t files;
	uint64_t size;
	uint64_t cached;
	uint64_t dirty, writeback;
	uint64_t evicted, recently_evicted;
};

struct ml_cache_file {
	struct ml_str path;
	struct ml_str kind; /* "file", "disk" */
	struct ml_cache_sums s;
	uint64_t major, minor; /* of the device that it lies on, or that it is */
	uint64_t inode;
	uint64_t links;
	struct ml_str filesystem; /* "ext4"; p NULL where it is not known */
	struct ml_str how;        /* "cachestat", "mincore"; p NULL: not told */
	struct ml_str why;        /* it is not told; p NULL when it is */
	uint64_t owners;          /* processes that have it; ML_NONE: not looked for */
	struct ml_str pids;       /* the first of them: "12 345 +3" */
};

/* A folder with all below it. Parents stand before their children, which stand largest
 * first. */
struct ml_cache_folder {
	struct ml_str path;
	struct ml_str parent; /* path of it; p NULL for an operand */
	struct ml_str name;
	struct ml_cache_sums s;
	uint64_t unknown; /* files whose cache is not told */
};

/* What meminfo keeps apart. */
enum ml_cache_kind {
	ML_CACHE_FILES, /* Cached without Shmem */
	ML_CACHE_SHMEM, /* Shmem: tmpfs, memfd, System V */
	ML_CACHE_DISKS, /* Buffers: block devices */
	ML_CACHE_KINDS,
};

struct ml_cache_head {
	struct ml_cache_sums all, of[ML_CACHE_KINDS];
	struct ml_rows folders;    /* of struct ml_cache_folder */
	uint64_t omitted;          /* files that are in the sums alone */
	uint64_t omitted_cached;
	uint64_t unreadable;       /* files that may not be opened */
	uint64_t untold;           /* files whose cache is told to others only */
	uint64_t closed_folders;   /* that may not be listed */
	uint64_t deep_folders;     /* nested too deeply */
	uint64_t left_out;         /* mounts that can hang */
	struct ml_str left_out_at; /* the first of them */
	uint64_t candidates;       /* files there are to look at; ML_NONE: not known */
	uint64_t closed_processes; /* that may not be looked into */
	bool late;                 /* the budget was used up */
	bool by_mincore;
};

/* Files that a tree lists: those with most in memory. All others are in the sums. */
#define ML_CACHE_LISTED 4096

/* Rows of struct ml_cache_file, most in memory first. */
ml_gather_fn ml_cache_gather;
