/* SPDX-License-Identifier: MIT */
/* oom_why: why there was no memory for a request - by the zones that could have served
 * it, as the kernel's page allocator looks at them. */
#include "model/oom_why.h"

#include "base/cleanup.h"

/* Bits of gfp that say from where; the same in all versions. */
#define GFP_DMA 0x01u
#define GFP_HIGHMEM 0x02u
#define GFP_DMA32 0x04u
#define GFP_MOVABLE 0x08u

/* As the kernel numbers them; machines with DMA32 have no HighMem. */
static unsigned class_of_name(const char *name)
{
	static const struct {
		const char *name;
		unsigned class;
	} zones[] = {
		{ "DMA", 0 }, { "DMA32", 1 },   { "Normal", 2 },
		{ "HighMem", 3 }, { "Movable", 4 }, { "Device", 5 },
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(zones); i++)
		if (strcmp(zones[i].name, name) == 0)
			return zones[i].class;
	return 2;
}

/* The highest zone that a request may use. A mask that was not told is the most usual. */
static unsigned class_of_request(uint64_t mask)
{
	if (mask == ML_NONE)
		return 4;
	if (mask & GFP_DMA)
		return 0;
	if (mask & GFP_DMA32)
		return 1;
	if (mask & GFP_HIGHMEM)
		return mask & GFP_MOVABLE ? 4 : 3;
	return 2;
}

static bool has_zone(const struct ml_oom_report *o, const char *name)
{
	for (size_t i = 0; i < o->nzones; i++)
		if (strcmp(o->zones[i].name, name) == 0)
			return true;
	return false;
}

/* Where the class stands in lowmem_reserve[]: kernels of 32 bits have no DMA32, those of
 * 64 no HighMem. */
static uint64_t reserve_of(const struct ml_oom_report *o, const struct ml_oom_zone *z,
			   unsigned class, uint64_t page)
{
	bool high = has_zone(o, "HighMem");
	unsigned at = class;

	if (high && class >= 2)
		at = class - 1;
	else if (!high && class >= 3)
		at = class - 1;
	if (!z->nreserve)
		return 0;
	if (at >= z->nreserve)
		at = z->nreserve - 1;
	return ml_mul(z->reserve[at], page);
}

/* "0-1,3" */
static bool is_in_list(struct ml_str list, uint64_t node)
{
	struct ml_str part;
	bool more = true;

	while (more) {
		uint64_t first, last;

		more = ml_split(&list, ',', &part);
		if (!more)
			part = list;
		if (!ml_take_u64(&part, &first))
			return false;
		last = first;
		if (part.n && *part.p == '-') {
			part = ml_str_skip(part, 1);
			if (!ml_take_u64(&part, &last))
				return false;
		}
		if (node >= first && node <= last)
			return true;
	}
	return false;
}

static bool is_allowed(const struct ml_oom_report *o, const struct ml_oom_zone *z)
{
	return !o->nodes[0] || is_in_list(ml_str_of(o->nodes), z->node);
}

/* ---- what the zones had ---- */

struct look {
	const struct ml_oom_report *o;
	unsigned class, order;
	uint64_t page;
	bool movable;
	/* of the zones that could have served it */
	unsigned zones;
	unsigned short_of_high; /* free <= high + reserve */
	unsigned above_min;     /* free > min + reserve, and enough for the request */
	unsigned without_block; /* as above, but none of that size */
	unsigned but_for_cma, but_for_boost;
	const struct ml_oom_zone *largest, *empty, *scattered, *boosted;
	/* of the others */
	uint64_t above, elsewhere; /* free above their marks: higher zones, other nodes */
};

/* What of a zone's free memory this request could have. */
static uint64_t usable(const struct look *k, const struct ml_oom_zone *z)
{
	uint64_t free = z->free;

	if (!k->movable)
		free = ml_sub_sat(free, z->free_cma);
	return ml_sub_sat(free, z->highatomic);
}

static bool has_block(const struct look *k, const struct ml_oom_zone *z)
{
	for (unsigned i = k->order; i < z->norders; i++)
		if (z->blocks[i] && (!(z->odd & 1u << i) || k->movable))
			return true;
	return false;
}

static void look_at_eligible(struct look *k, const struct ml_oom_zone *z)
{
	uint64_t reserve = reserve_of(k->o, z, k->class, k->page);
	uint64_t mark = ml_add(z->min, reserve), free = usable(k, z);
	uint64_t block = k->page << k->order;

	k->zones++;
	k->short_of_high += free <= ml_add(z->high, reserve);
	if (!k->largest || ml_or0(z->managed) > ml_or0(k->largest->managed))
		k->largest = z;
	if (free <= mark && (!k->empty || ml_or0(z->managed) > ml_or0(k->empty->managed)))
		k->empty = z;
	if (free > ml_add(mark, block - k->page)) {
		k->above_min++;
		if (k->order && z->norders && !has_block(k, z)) {
			k->without_block++;
			if (!k->scattered || free > usable(k, k->scattered))
				k->scattered = z;
		}
		return;
	}
	if (z->free > ml_add(mark, block) && z->free_cma > free)
		k->but_for_cma++;
	if (z->boost && free > ml_sub_sat(mark, z->boost)) {
		k->but_for_boost++;
		k->boosted = z;
	}
}

static void look_at_zones(struct look *k)
{
	for (size_t i = 0; i < k->o->nzones; i++) {
		const struct ml_oom_zone *z = &k->o->zones[i];

		if (z->free == ML_NONE || z->min == ML_NONE || !z->managed)
			continue;
		if (!is_allowed(k->o, z))
			k->elsewhere = ml_add(k->elsewhere, ml_sub_sat(z->free, z->high));
		else if (class_of_name(z->name) > k->class)
			k->above = ml_add(k->above, ml_sub_sat(z->free, z->high));
		else
			look_at_eligible(k, z);
	}
}

/* ---- what follows ---- */

static uint64_t file_lru(const struct ml_oom_report *o, uint64_t page)
{
	return ml_mul(
		ml_add(o->counter[ML_OOM_ACTIVE_FILE], o->counter[ML_OOM_INACTIVE_FILE]),
		page);
}

/* A mark that was raised for a while matters where there was something to reclaim. */
static bool is_boost(const struct look *k)
{
	uint64_t left = ml_or0(file_lru(k->o, k->page));

	left = ml_add(left, ml_or0(k->o->swap_free));
	return k->but_for_boost && left > ml_mul(k->boosted->boost, 4);
}

/* Much is free where this request may not go. */
static bool is_much(uint64_t free, const struct look *k)
{
	return free > ml_mul(k->page, 4096);
}

static enum ml_oom_cause cause_of_zones(const struct look *k)
{
	if (!k->zones)
		return ML_OOM_CAUSE_UNKNOWN;
	if (k->without_block && k->without_block == k->above_min)
		return ML_OOM_CAUSE_FRAGMENTATION;
	if (k->above_min && k->short_of_high < k->zones)
		return ML_OOM_CAUSE_PASSED;
	if (is_much(k->elsewhere, k))
		return ML_OOM_CAUSE_NODES;
	if (is_much(k->above, k))
		return ML_OOM_CAUSE_LOW_ZONE;
	if (k->but_for_cma)
		return ML_OOM_CAUSE_CMA;
	return is_boost(k) ? ML_OOM_CAUSE_BOOST : ML_OOM_CAUSE_SHORTAGE;
}

static void tell_zone(const struct look *k, struct ml_arena *a, struct ml_oom_event *ret)
{
	const struct ml_oom_zone *z = k->scattered ? k->scattered
				      : k->empty   ? k->empty
						   : k->largest;

	if (!z)
		return;
	ret->zone = ml_str_of(ml_arena_printf(a, "node %llu, zone %s",
					      (unsigned long long)z->node, z->name));
	ret->zone_free = z->free;
	ret->zone_need = ml_add(z->min, reserve_of(k->o, z, k->class, k->page));
	ret->boost = z->boost;
	ret->other_free = ret->cause == ML_OOM_CAUSE_CMA     ? z->free_cma
			  : ret->cause == ML_OOM_CAUSE_NODES ? k->elsewhere
							     : k->above;
}

/* GFP_ATOMIC and GFP_NOWAIT lack leave to reclaim; masks before 4.4 had it in one bit. */
static bool is_atomic(const struct ml_oom_report *o)
{
	static const char *const waits[] = {
		"GFP_KERNEL", "GFP_HIGHUSER", "GFP_USER", "GFP_NOFS", "GFP_NOIO",
		"__GFP_DIRECT_RECLAIM", "__GFP_RECLAIM", "__GFP_WAIT", "GFP_TRANSHUGE",
	};

	if (o->gfp_mask == ML_NONE)
		return false;
	if (o->gfp[0] == '0') /* hexadecimal: before 4.6, where 0x10 is __GFP_WAIT */
		return !(o->gfp_mask & 0x10) && !(o->gfp_mask & 0x400000);
	for (size_t i = 0; i < ML_ARRAY_SIZE(waits); i++)
		if (strstr(o->gfp, waits[i]))
			return false;
	return true;
}

/* ---- control groups ---- */

/* The limit that was met: v1 counts memory and swap together in one of its own. */
static enum ml_oom_cause cause_of_group(const struct ml_oom_report *o)
{
	bool both = o->memsw.limit != ML_NONE && o->memsw.usage != ML_NONE &&
		    o->memsw.usage >= o->memsw.limit;
	bool memory = o->memory.limit != ML_NONE && o->memory.usage != ML_NONE &&
		      o->memory.usage >= o->memory.limit;

	return both && !memory ? ML_OOM_CAUSE_SWAP_LIMIT : ML_OOM_CAUSE_LIMIT;
}

/* ---- all of it ---- */

/* Of which group oomd saw the pressure is not told. */
static enum ml_oom_scope scope_of_daemon(const struct ml_oom_report *o)
{
	if (o->kind == ML_OOM_META_OOMD)
		return ML_OOM_SCOPE_UNKNOWN;
	return o->limit_group[0] ? ML_OOM_SCOPE_CGROUP : ML_OOM_SCOPE_HOST;
}

enum ml_oom_scope ml_oom_scope_of(const struct ml_oom_report *o)
{
	if (o->kind >= ML_OOM_SYSTEMD_OOMD)
		return scope_of_daemon(o);
	switch (o->constraint) {
	case ML_OOM_NONE:
		return ML_OOM_SCOPE_HOST;
	case ML_OOM_CPUSET:
		return ML_OOM_SCOPE_CPUSET;
	case ML_OOM_POLICY:
		return ML_OOM_SCOPE_POLICY;
	case ML_OOM_MEMCG:
		return ML_OOM_SCOPE_CGROUP;
	case ML_OOM_UNTOLD:
		break;
	}
	if (o->group_killed || o->via_group || o->limit_group[0] || o->task_group[0] ||
	    o->parts & (ML_OOM_GROUP | ML_OOM_GROUP_KILL))
		return ML_OOM_SCOPE_CGROUP;
	if (o->parts & (ML_OOM_VICTIM | ML_OOM_MEM_INFO) || o->kind != ML_OOM_KILL)
		return ML_OOM_SCOPE_HOST;
	return ML_OOM_SCOPE_UNKNOWN;
}

static enum ml_oom_cause cause_of_daemon(const struct ml_oom_report *o)
{
	if (o->kind == ML_OOM_SYSTEMD_OOMD)
		return strstr(o->why, "memory pressure") ? ML_OOM_CAUSE_PRESSURE
							 : ML_OOM_CAUSE_LOW;
	return o->kind == ML_OOM_EARLYOOM ? ML_OOM_CAUSE_LOW : ML_OOM_CAUSE_PRESSURE;
}

static bool is_too_large(const struct ml_oom_report *o, uint64_t asked)
{
	uint64_t ram = ml_sub_sat(o->ram, ml_or0(o->reserved));

	return asked != ML_NONE && ((ram != ML_NONE && asked > ram) ||
				    (ram == ML_NONE && asked >= 1ull << 40));
}

static enum ml_oom_cause cause_of(const struct look *k, const struct ml_oom_event *e)
{
	const struct ml_oom_report *o = k->o;

	if (o->kind >= ML_OOM_SYSTEMD_OOMD)
		return cause_of_daemon(o);
	if (o->order == -1)
		return ML_OOM_CAUSE_BY_HAND;
	if (is_too_large(o, e->asked))
		return ML_OOM_CAUSE_TOO_LARGE;
	if (e->scope == ML_OOM_SCOPE_CGROUP)
		return cause_of_group(o);
	if (e->kind != ML_OOM_KILL && e->atomic) {
		enum ml_oom_cause cause = cause_of_zones(k);

		return cause == ML_OOM_CAUSE_FRAGMENTATION ? cause : ML_OOM_CAUSE_ATOMIC;
	}
	return cause_of_zones(k);
}

void ml_oom_why(const struct ml_oom_report *o, struct ml_arena *a,
		struct ml_oom_event *ret)
{
	struct look k = {
		.o = o,
		.class = class_of_request(o->gfp_mask),
		.page = o->page_size == ML_NONE ? 4096 : o->page_size,
		.movable = o->gfp_mask != ML_NONE && o->gfp_mask & GFP_MOVABLE,
	};

	if (o->order > 0 && o->order < ML_OOM_ORDERS)
		k.order = (unsigned)o->order;
	ret->zone_free = ret->zone_need = ret->boost = ret->other_free = ML_NONE;
	ret->scope = ml_oom_scope_of(o);
	ret->atomic = is_atomic(o);
	ret->asked = o->wanted;
	if (o->order >= 0 && ret->asked == ML_NONE)
		ret->asked = k.page << k.order;
	look_at_zones(&k);
	ret->cause = cause_of(&k, ret);
	if (ret->scope != ML_OOM_SCOPE_CGROUP)
		tell_zone(&k, a, ret);
}
