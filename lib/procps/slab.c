/* SPDX-License-Identifier: MIT */
/* slab: /proc/slabinfo as libproc2 reads it - each cache, and all of them. */
#include <errno.h>
#include <libproc2/slabinfo.h>
#include <unistd.h>

#include "procps/procps.h"

enum {
	OBJECTS,
	ACTIVE,
	OBJECT_BYTES,
	OBJECTS_PER_SLAB,
	SLAB_BYTES,
	SLABS,
	BYTES,
	NAME, /* behind what is compared */
	NITEMS,
};

static const char *const names[] = {
	[OBJECTS] = "objects",
	[ACTIVE] = "active",
	[OBJECT_BYTES] = "object_bytes",
	[OBJECTS_PER_SLAB] = "objects_per_slab",
	[SLAB_BYTES] = "slab_bytes",
	[SLABS] = "slabs",
	[BYTES] = "bytes",
};

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

static int take_cache(const struct slabinfo_result *results, struct ml_arena *a,
		      struct ml_rows *ret)
{
	struct ml_value *values = ml_procps_row(a, ret, results[NAME].result.str, NAME);

	if (!values)
		return -ENOMEM;
	for (size_t i = 0; i < NAME; i++)
		values[i] = ml_procps_u64(results[i].result.u_int);
	values[SLAB_BYTES].u64 *= page_size();
	values[BYTES].u64 = results[BYTES].result.ul_int;
	return 0;
}

static int read_caches(struct slabinfo_info *info, struct ml_arena *a,
		       struct ml_rows *ret)
{
	enum slabinfo_item asked[NITEMS] = {
		[OBJECTS] = SLAB_NUM_OBJS,
		[ACTIVE] = SLAB_ACTIVE_OBJS,
		[OBJECT_BYTES] = SLAB_OBJ_SIZE,
		[OBJECTS_PER_SLAB] = SLAB_OBJ_PER_SLAB,
		[SLAB_BYTES] = SLAB_PAGES_PER_SLAB,
		[SLABS] = SLAB_NUMS_SLABS,
		[BYTES] = SLAB_SIZE_TOTAL,
		[NAME] = SLAB_NAME,
	};
	const struct slabinfo_reaped *reaped = procps_slabinfo_reap(info, asked, NITEMS);
	int rc = 0;

	if (!reaped)
		return -errno;
	for (int i = 0; !rc && i < reaped->total; i++)
		rc = take_cache(reaped->stacks[i]->head, a, ret);
	return rc;
}

/* Their total size counts objects and not slabs: the pages are what ours is. */
static int read_sum(struct slabinfo_info *info, struct ml_arena *a, struct ml_rows *ret)
{
	enum slabinfo_item asked[] = { SLABS_NUM_OBJS, SLABS_ACTIVE_OBJS,
				       SLABS_NUMS_SLABS, SLABS_PAGES_TOTAL };
	const struct slabinfo_stack *stack =
		procps_slabinfo_select(info, asked, ML_ARRAY_SIZE(asked));
	struct ml_value *values =
		stack ? ml_procps_row(a, ret, ML_WITNESS_SUM, NAME) : NULL;

	if (!values)
		return stack ? -ENOMEM : -errno;
	values[OBJECTS] = ml_procps_u64(stack->head[0].result.u_int);
	values[ACTIVE] = ml_procps_u64(stack->head[1].result.u_int);
	values[SLABS] = ml_procps_u64(stack->head[2].result.u_int);
	values[BYTES] = ml_procps_u64(stack->head[3].result.u_int * page_size());
	return 0;
}

static int read_slab(const struct ml_witness_level *level, struct ml_arena *a,
		     struct ml_rows *ret)
{
	struct slabinfo_info *info = NULL;
	int rc = procps_slabinfo_new(&info);

	(void)level;
	if (rc < 0)
		return rc;
	rc = read_sum(info, a, ret);
	if (!rc)
		rc = read_caches(info, a, ret);
	procps_slabinfo_unref(&info);
	return rc;
}

const struct ml_witness_level ml_procps_slab = {
	.id = "slab",
	.names = names,
	.nnames = ML_ARRAY_SIZE(names),
	.read = read_slab,
};
