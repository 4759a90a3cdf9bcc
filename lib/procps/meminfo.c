/* SPDX-License-Identifier: MIT */
/* meminfo: /proc/meminfo as libproc2 reads it, and what free(1) makes of it. */
#include <errno.h>
#include <libproc2/meminfo.h>

#include "procps/procps.h"

#define KIB 1024
#define COUNTED .count = true

static const struct item {
	enum meminfo_item item;
	const char *key;
	bool count; /* pages of a pool; all others are KiB */
} items[] = {
	{ MEMINFO_MEM_ACTIVE, "Active" },
	{ MEMINFO_MEM_ACTIVE_ANON, "Active(anon)" },
	{ MEMINFO_MEM_ACTIVE_FILE, "Active(file)" },
	{ MEMINFO_MEM_HUGE_ANON, "AnonHugePages" },
	{ MEMINFO_MEM_ANON, "AnonPages" },
	{ MEMINFO_MEM_BOUNCE, "Bounce" },
	{ MEMINFO_MEM_BUFFERS, "Buffers" },
	{ MEMINFO_MEM_CACHED, "Cached" },
	{ MEMINFO_MEM_CMA_FREE, "CmaFree" },
	{ MEMINFO_MEM_CMA_TOTAL, "CmaTotal" },
	{ MEMINFO_MEM_COMMIT_LIMIT, "CommitLimit" },
	{ MEMINFO_MEM_COMMITTED_AS, "Committed_AS" },
	{ MEMINFO_MEM_DIRECTMAP_1G, "DirectMap1G" },
	{ MEMINFO_MEM_DIRECTMAP_2M, "DirectMap2M" },
	{ MEMINFO_MEM_DIRECTMAP_4K, "DirectMap4k" },
	{ MEMINFO_MEM_DIRECTMAP_4M, "DirectMap4M" },
	{ MEMINFO_MEM_DIRTY, "Dirty" },
	{ MEMINFO_MEM_FILE_HUGEPAGES, "FileHugePages" },
	{ MEMINFO_MEM_FILE_PMDMAPPED, "FilePmdMapped" },
	{ MEMINFO_MEM_HARD_CORRUPTED, "HardwareCorrupted" },
	{ MEMINFO_MEM_HIGH_FREE, "HighFree" },
	{ MEMINFO_MEM_HIGH_TOTAL, "HighTotal" },
	{ MEMINFO_MEM_HUGE_FREE, "HugePages_Free", COUNTED },
	{ MEMINFO_MEM_HUGE_RSVD, "HugePages_Rsvd", COUNTED },
	{ MEMINFO_MEM_HUGE_SURPLUS, "HugePages_Surp", COUNTED },
	{ MEMINFO_MEM_HUGE_TOTAL, "HugePages_Total", COUNTED },
	{ MEMINFO_MEM_HUGE_SIZE, "Hugepagesize" },
	{ MEMINFO_MEM_HUGETBL, "Hugetlb" },
	{ MEMINFO_MEM_INACTIVE, "Inactive" },
	{ MEMINFO_MEM_INACTIVE_ANON, "Inactive(anon)" },
	{ MEMINFO_MEM_INACTIVE_FILE, "Inactive(file)" },
	{ MEMINFO_MEM_KERNEL_STACK, "KernelStack" },
	{ MEMINFO_MEM_KERNEL_RECLAIM, "KReclaimable" },
	{ MEMINFO_MEM_LOW_FREE, "LowFree" },
	{ MEMINFO_MEM_LOW_TOTAL, "LowTotal" },
	{ MEMINFO_MEM_MAPPED, "Mapped" },
	{ MEMINFO_MEM_AVAILABLE, "MemAvailable" },
	{ MEMINFO_MEM_FREE, "MemFree" },
	{ MEMINFO_MEM_TOTAL, "MemTotal" },
	{ MEMINFO_MEM_LOCKED, "Mlocked" },
	{ MEMINFO_MEM_MAP_COPY, "MmapCopy" },
	{ MEMINFO_MEM_NFS_UNSTABLE, "NFS_Unstable" },
	{ MEMINFO_MEM_PAGE_TABLES, "PageTables" },
	{ MEMINFO_MEM_PER_CPU, "Percpu" },
	{ MEMINFO_MEM_SHADOWCALLSTACK, "ShadowCallStack" },
	{ MEMINFO_MEM_SHARED, "Shmem" },
	{ MEMINFO_MEM_SHMEM_HUGE, "ShmemHugePages" },
	{ MEMINFO_MEM_SHMEM_HUGE_MAP, "ShmemPmdMapped" },
	{ MEMINFO_MEM_SLAB, "Slab" },
	{ MEMINFO_MEM_SLAB_RECLAIM, "SReclaimable" },
	{ MEMINFO_MEM_SLAB_UNRECLAIM, "SUnreclaim" },
	{ MEMINFO_SWAP_CACHED, "SwapCached" },
	{ MEMINFO_SWAP_FREE, "SwapFree" },
	{ MEMINFO_SWAP_TOTAL, "SwapTotal" },
	{ MEMINFO_MEM_UNEVICTABLE, "Unevictable" },
	{ MEMINFO_MEM_VM_ALLOC_CHUNK, "VmallocChunk" },
	{ MEMINFO_MEM_VM_ALLOC_TOTAL, "VmallocTotal" },
	{ MEMINFO_MEM_VM_ALLOC_USED, "VmallocUsed" },
	{ MEMINFO_MEM_WRITEBACK, "Writeback" },
	{ MEMINFO_MEM_WRITEBACK_TMP, "WritebackTmp" },
};

#define NITEMS ML_ARRAY_SIZE(items)

/* Ask for `n` items and let `take` have the results. */
static int with_items(enum meminfo_item *asked, size_t n,
		      int (*take)(const struct meminfo_result *results,
				  struct ml_arena *a, struct ml_rows *ret),
		      struct ml_arena *a, struct ml_rows *ret)
{
	struct meminfo_info *info = NULL;
	struct meminfo_stack *stack;
	int rc = procps_meminfo_new(&info);

	if (rc < 0)
		return rc;
	stack = procps_meminfo_select(info, asked, (int)n);
	rc = stack ? take(stack->head, a, ret) : -errno;
	procps_meminfo_unref(&info);
	return rc;
}

static int take_meminfo(const struct meminfo_result *results, struct ml_arena *a,
			struct ml_rows *ret)
{
	for (size_t i = 0; i < NITEMS; i++) {
		struct ml_value *value = ml_procps_row(a, ret, items[i].key, 1);
		uint64_t number = results[i].result.ul_int;

		if (!value)
			return -ENOMEM;
		*value = ml_procps_u64(items[i].count ? number : number * KIB);
	}
	return 0;
}

static int read_meminfo(const struct ml_witness_level *level, struct ml_arena *a,
			struct ml_rows *ret)
{
	enum meminfo_item asked[NITEMS];

	(void)level;
	for (size_t i = 0; i < NITEMS; i++)
		asked[i] = items[i].item;
	return with_items(asked, NITEMS, take_meminfo, a, ret);
}

/* ---- free ---- */

/* In the order of the level's names, memory and then swap. free(1) adds the buffers to
 * its cache. */
enum {
	TOTAL,
	USED,
	FREE,
	SHARED,
	CACHE,
	AVAILABLE,
	BUFFERS,
	SWAP_TOTAL,
	SWAP_USED,
	SWAP_FREE,
	NFREE,
};

static const char *const free_names[BUFFERS] = {
	[TOTAL] = "total",   [USED] = "used",	     [FREE] = "free",
	[SHARED] = "shared", [CACHE] = "buff_cache", [AVAILABLE] = "available",
};

static int take_free(const struct meminfo_result *results, struct ml_arena *a,
		     struct ml_rows *ret)
{
	struct ml_value *mem = ml_procps_row(a, ret, "Mem", BUFFERS);
	struct ml_value *swap = ml_procps_row(a, ret, "Swap", BUFFERS);

	if (!mem || !swap)
		return -ENOMEM;
	for (size_t i = 0; i < BUFFERS; i++)
		mem[i] = ml_procps_u64(KIB * (uint64_t)results[i].result.ul_int);
	mem[CACHE].u64 += KIB * (uint64_t)results[BUFFERS].result.ul_int;
	for (size_t i = SWAP_TOTAL; i < NFREE; i++)
		swap[i - SWAP_TOTAL] =
			ml_procps_u64(KIB * (uint64_t)results[i].result.ul_int);
	return 0;
}

static int read_free(const struct ml_witness_level *level, struct ml_arena *a,
		     struct ml_rows *ret)
{
	enum meminfo_item asked[NFREE] = {
		[TOTAL] = MEMINFO_MEM_TOTAL,
		[USED] = MEMINFO_MEM_USED,
		[FREE] = MEMINFO_MEM_FREE,
		[SHARED] = MEMINFO_MEM_SHARED,
		[CACHE] = MEMINFO_MEM_CACHED_ALL,
		[AVAILABLE] = MEMINFO_MEM_AVAILABLE,
		[BUFFERS] = MEMINFO_MEM_BUFFERS,
		[SWAP_TOTAL] = MEMINFO_SWAP_TOTAL,
		[SWAP_USED] = MEMINFO_SWAP_USED,
		[SWAP_FREE] = MEMINFO_SWAP_FREE,
	};

	(void)level;
	return with_items(asked, NFREE, take_free, a, ret);
}

const struct ml_witness_level ml_procps_meminfo = {
	.id = "meminfo",
	.names = ml_procps_value,
	.nnames = 1,
	.read = read_meminfo,
};

const struct ml_witness_level ml_procps_free = {
	.id = "free",
	.names = free_names,
	.nnames = ML_ARRAY_SIZE(free_names),
	.read = read_free,
};
