/* SPDX-License-Identifier: MIT */
/* rules_frag: whether free memory is in pieces that are too small for who asks. */
#include <errno.h>

#include "diag/rules.h"
#include "model/frag.h"
#include "model/vm_settings.h"
#include "parse/pagetypeinfo.h"

/* ---- zones put together ---- */

/* Free blocks of several zones, as if they were one. */
struct merged {
	struct ml_frag_zone zone;
	struct ml_buddyinfo_row buddy;
	uint64_t blocks[ML_ORDERS_MAX];
};

/* Zones that hold what programs have, and nothing of the kernel's own. */
static bool is_for_programs(struct ml_str zone)
{
	return ml_str_is(zone, "Movable") || ml_str_is(zone, "HighMem") ||
	       ml_str_is(zone, "Device");
}

static uint64_t managed_of(const struct ml_frag_zone *z)
{
	return z->zone ? ml_or0(z->zone->managed) : 0;
}

/* Not a small one that is kept for devices. Where sizes are not known all are large. */
static bool is_large(const struct ml_diag *d, const struct ml_rows *zones,
		     const struct ml_frag_zone *z)
{
	const struct ml_frag_zone *other;
	uint64_t all = 0;

	ml_for_each_row(other, zones)
		all = ml_add(all, managed_of(other));
	return ml_f64(managed_of(z)) >= ml_diag_limit(d, "zone") * ml_f64(all);
}

static void merge(struct merged *m, const struct ml_frag_zone *z)
{
	m->zone.buddy = &m->buddy;
	m->buddy.blocks = m->blocks;
	if (m->buddy.norders < z->buddy->norders)
		m->buddy.norders = z->buddy->norders;
	for (size_t o = 0; o < z->buddy->norders; o++)
		m->blocks[o] = ml_add(m->blocks[o], z->buddy->blocks[o]);
	m->zone.free_pages = ml_add(m->zone.free_pages, z->free_pages);
	m->zone.free_blocks = ml_add(m->zone.free_blocks, z->free_blocks);
}

/* Tasks that compacted memory themselves, a second: only they wait for large blocks. */
static double stalls(const struct ml_diag *d)
{
	return ml_diag_vm_rate(d, "compact_stall");
}

static bool is_wanted(const struct ml_diag *d)
{
	return stalls(d) >= ml_diag_limit(d, "demand");
}

static double fail_share(const struct ml_diag *d)
{
	double failed = ml_diag_vm_rate(d, "compact_fail");
	double all = failed + ml_diag_vm_rate(d, "compact_success");

	return all > 0 ? failed / all : (double)NAN;
}

static void add_demand(struct ml_diag *d, struct ml_finding *f)
{
	if (!isnan(stalls(d)))
		ml_diag_evidence(d, f, "compact_stall", stalls(d), ML_UNIT_PER_SECOND,
				 is_wanted(d) ? ml_diag_limit(d, "demand") : (double)NAN);
}

/* ---- small blocks, which the kernel itself needs ---- */

/* The largest order that the kernel gets from any zone but the small ones, and what is
 * free there. ML_NONE when it gets not even a page. */
static int largest_order(struct ml_diag *d, const struct ml_snap *snap, uint64_t *ret,
			 uint64_t *ret_free)
{
	struct ml_rows zones = { 0 };
	const struct ml_frag_zone *z;

	*ret = ML_NONE;
	*ret_free = 0;
	if (ml_frag_zones(snap, d->arena, &zones))
		return -ENOMEM;
	ml_for_each_row(z, &zones) {
		uint64_t order;

		if (is_for_programs(z->buddy->zone) || !is_large(d, &zones, z))
			continue;
		order = ml_frag_largest_order(snap, z);
		if (order != ML_NONE && (*ret == ML_NONE || order > *ret))
			*ret = order;
		*ret_free = ml_add(*ret_free, z->free_pages);
	}
	return 0;
}

static enum ml_severity severity_of_order3(const struct ml_diag *d)
{
	if (!is_wanted(d))
		return ML_INFO;
	return fail_share(d) >= ml_diag_limit(d, "failed") ? ML_CRIT : ML_WARN;
}

static int check_order3(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t before, now, pages;
	struct ml_finding *f;

	if (largest_order(d, d->prev, &before, &pages) ||
	    largest_order(d, d->cur, &now, &pages))
		return -ENOMEM;
	if (now == ML_NONE || before == ML_NONE) /* memory lacks, not large blocks */
		return 0;
	if (!ml_diag_measure(d, &host, ml_f64(now > before ? now : before)))
		return 0;
	f = ml_diag_add(d, severity_of_order3(d), &host,
			"no block of 8 pages (order 3) is to be had%s",
			is_wanted(d) ? ", and tasks wait for them to be made" : "");
	ml_diag_evidence(d, f, "largest order", ml_f64(now), ML_UNIT_NONE,
			 ml_diag_crossed(d, ML_INFO));
	add_demand(d, f);
	ml_diag_evidence(
		d, f, "compact_fail / (fail + success)", fail_share(d), ML_UNIT_RATIO,
		f->severity == ML_CRIT ? ml_diag_limit(d, "failed") : (double)NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(ml_snap_pages(d->cur, pages));
	return 0;
}

/* Of all zones that the kernel takes from. */
static int merge_kernel(struct ml_diag *d, struct merged *ret)
{
	struct ml_rows zones = { 0 };
	const struct ml_frag_zone *z;

	*ret = (struct merged){ 0 };
	if (ml_frag_zones(d->cur, d->arena, &zones))
		return -ENOMEM;
	ml_for_each_row(z, &zones)
		if (!is_for_programs(z->buddy->zone) && is_large(d, &zones, z))
			merge(ret, z);
	return 0;
}

static int check_index(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	enum ml_severity severity = ML_QUIET;
	/* above it the kernel takes it for fragmentation; large requests then compact */
	double threshold = (double)ml_or0(ml_vm_setting(d->cur, "extfrag_threshold"));
	struct ml_finding *f;
	struct merged m;
	unsigned order = 0;
	uint64_t largest, pages;
	double index = NAN;

	if (merge_kernel(d, &m) || largest_order(d, d->cur, &largest, &pages))
		return -ENOMEM;
	if (largest == ML_NONE) /* memory lacks, not large blocks */
		return 0;
	while (!severity && ++order <= 3 && order < m.buddy.norders) {
		index = (double)ml_frag_index(&m.zone, order) / 1000;
		severity = index * 1000 > threshold ? ml_diag_judge(d, index) : ML_QUIET;
	}
	if (m.zone.free_blocks)
		ml_diag_measure(d, &host, index);
	if (!severity)
		return 0;
	f = ml_diag_add(d, is_wanted(d) ? ML_WARN : ML_INFO, &host,
			"%s is free, but no block of order %u: memory is in pieces",
			ml_say_bytes(d, ml_snap_pages(d->cur, m.zone.free_pages)), order);
	ml_diag_evidence(d, f, "fragmentation index", index, ML_UNIT_NONE,
			 ml_diag_crossed(d, ML_INFO));
	add_demand(d, f);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(ml_snap_pages(d->cur, pages));
	return 0;
}

/* ---- huge pages ---- */

static void tell_huge(struct ml_diag *d, const struct ml_object *object,
		      const struct merged *m, unsigned order)
{
	double unusable = (double)ml_frag_unusable(&m->zone, order) / 1000;
	enum ml_severity severity = ml_diag_measure(d, object, unusable);
	struct ml_finding *f;

	if (!severity)
		return;
	if (!is_wanted(d))
		severity = ML_INFO;
	f = ml_diag_add(d, severity, object,
			"%s of free memory is in pieces too small for a huge page",
			ml_say_share(d, unusable));
	ml_diag_evidence(d, f, "unusable", unusable, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "free", ml_f64(ml_snap_pages(d->cur, m->zone.free_pages)),
			 ML_UNIT_BYTES, NAN);
	add_demand(d, f);
}

/* Zones of one node stand together. */
static bool has_nodes(const struct ml_rows *zones)
{
	const struct ml_frag_zone *first = zones->n ? ml_rows_at(zones, 0) : NULL;
	const struct ml_frag_zone *last = first ? ml_rows_at(zones, zones->n - 1) : NULL;

	return first && first->buddy->node != last->buddy->node;
}

static int check_huge(struct ml_diag *d)
{
	uint64_t order = ml_frag_huge_order(d->cur);
	struct ml_rows zones = { 0 };
	const struct ml_frag_zone *z, *next;
	struct merged m = { 0 };
	bool by_node;

	if (ml_frag_zones(d->cur, d->arena, &zones))
		return -ENOMEM;
	if (order == ML_NONE)
		return ml_diag_skip(d, "how large a huge page is is not known");
	by_node = has_nodes(&zones);
	ml_for_each_row(z, &zones) {
		struct ml_object object =
			by_node ? ml_object_node(z->buddy->node) : ml_object_host();

		if (is_large(d, &zones, z))
			merge(&m, z);
		next = z_i + 1 < zones.n ? ml_rows_at(&zones, z_i + 1) : NULL;
		if (next && next->buddy->node == z->buddy->node)
			continue;
		if (m.zone.free_pages)
			tell_huge(d, &object, &m, (unsigned)order);
		m = (struct merged){ 0 };
	}
	return 0;
}

/* ---- blocks that cannot be compacted ---- */

/* What the pageblocks of one zone hold. */
struct blocks {
	const struct ml_pagetype_row *zone;
	uint64_t all, pinned; /* pageblocks */
	uint64_t free;        /* pages on the lists of those that are pinned */
	bool unknown;
};

static void count_blocks(struct blocks *b, const struct ml_pagetype_row *t)
{
	b->zone = t;
	b->all = ml_add(b->all, ml_or0(t->pageblocks));
	if (!ml_str_is(t->type, "Unmovable") && !ml_str_is(t->type, "Reclaimable"))
		return;
	b->unknown |= t->pageblocks == ML_NONE || !t->norders;
	b->pinned = ml_add(b->pinned, ml_or0(t->pageblocks));
	for (unsigned o = 0; o < t->norders && o < 63; o++)
		b->free = ml_add(b->free, ml_mul(t->blocks[o], 1ull << o));
}

static void tell_unmovable(struct ml_diag *d, const struct blocks *b, uint64_t per_block)
{
	const struct ml_object object = ml_object_zone(b->zone->node, b->zone->zone);
	uint64_t pages = ml_mul(b->pinned, per_block);
	double share = ml_ratio(b->pinned, b->all);
	double held = ml_ratio(ml_sub_sat(pages, b->free), pages);
	enum ml_severity severity = ml_diag_measure(d, &object, share);
	struct ml_finding *f;

	if (!severity || !(held < ml_diag_limit(d, "held")))
		return;
	f = ml_diag_add(
		d, is_wanted(d) ? ML_WARN : ML_INFO, &object,
		"the kernel's own pages are spread over %s of the blocks, and fill "
		"at most %s of them",
		ml_say_share(d, share), ml_say_share(d, held));
	ml_diag_evidence(d, f, "Unmovable + Reclaimable", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "not free in them", held, ML_UNIT_RATIO,
			 ml_diag_limit(d, "held"));
	add_demand(d, f);
}

static uint64_t all_blocks(const struct ml_rows *types)
{
	const struct ml_pagetype_row *t;
	uint64_t sum = 0;

	ml_for_each_row(t, types)
		sum = ml_add(sum, ml_or0(t->pageblocks));
	return sum;
}

static int check_unmovable(struct ml_diag *d)
{
	const struct ml_parsed *types = ml_snap_parsed(d->cur, ML_FEED_PAGETYPEINFO);
	const struct ml_pagetype_head *head = types->head;
	uint64_t all = all_blocks(&types->rows);
	const struct ml_pagetype_row *t, *next;
	struct blocks b = { 0 };

	if (!head || head->pages_per_block == ML_NONE)
		return ml_diag_skip(d, "how large a pageblock is is not known");
	ml_for_each_row(t, &types->rows) {
		count_blocks(&b, t);
		next = t_i + 1 < types->rows.n ? ml_rows_at(&types->rows, t_i + 1) : NULL;
		if (next && next->node == t->node && ml_str_eq(next->zone, t->zone))
			continue;
		if (!b.unknown && ml_ratio(b.all, all) >= ml_diag_limit(d, "zone"))
			tell_unmovable(d, &b, head->pages_per_block);
		b = (struct blocks){ 0 };
	}
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "frag.index",
		.title = "small blocks lack because memory is in pieces, not for shortage",
		.need = ML_FEED(BUDDYINFO) | ML_FEED(ZONEINFO),
		.use = ML_FEED(VMSTAT) | ML_FEED(VM_SETTINGS) | ML_FEED(PAGETYPEINFO),
		.measure = "index",
		.check = check_index,
		.why = "the kernel's own requests for a few pages in a row have to wait for "
		       "compaction",
		.isnt = "zones of a few MiB, such as DMA, do not count; of blocks that are there "
			"the index is -1",
		.remedy = "echo 1 > /proc/sys/vm/compact_memory; a larger vm.watermark_scale_factor "
			  "leaves the kernel more room",
		.risk = "compacting all memory takes CPU time and delays who touches what is moved; "
			"the room is taken from files",
		.next = "memlens frag, memlens slab",
	},
	{
		.id = "frag.order3",
		.title = "no block of eight pages is to be had",
		.need = ML_FEED(BUDDYINFO) | ML_FEED(ZONEINFO),
		.use = ML_FEED(VMSTAT) | ML_FEED(PAGETYPEINFO),
		.rate = true,
		.window = 10,
		.measure = "largest_order",
		.below = true,
		.check = check_order3,
		.why = "network, slab and new tasks ask for such blocks: who does waits for "
		       "compaction, and who cannot wait is refused",
		.isnt = "zones of a few MiB, such as DMA, do not count; when not even a page is to "
			"be had it is a shortage, which other rules tell",
		.remedy = "echo 1 > /proc/sys/vm/compact_memory; a larger vm.watermark_scale_factor "
			  "leaves the kernel more room",
		.risk = "compacting all memory takes CPU time and delays who touches what is moved; "
			"the room is taken from files",
		.next = "memlens frag, memlens zone",
	},
	{
		.id = "frag.huge",
		.title = "free memory is in pieces too small for huge pages",
		.need = ML_FEED(BUDDYINFO) | ML_FEED(MEMINFO),
		.use = ML_FEED(ZONEINFO) | ML_FEED(VMSTAT) | ML_FEED(PAGETYPEINFO),
		.measure = "unusable",
		.unit = ML_UNIT_RATIO,
		.check = check_huge,
		.why = "a huge page has to be put together first, for which tasks wait",
		.isnt = "no trouble while nobody asks for huge pages; a machine full of files is "
			"always so",
		.remedy = "where pools are needed set them at boot; else echo 1 > "
			  "/proc/sys/vm/compact_memory and try again",
		.risk = "compacting all memory takes CPU time and delays who touches what is moved",
		.next = "memlens frag --table forecast, memlens huge",
	},
	{
		.id = "frag.unmovable",
		.title = "the kernel's own pages are spread over many blocks",
		.need = ML_FEED(PAGETYPEINFO),
		.use = ML_FEED(VMSTAT),
		.measure = "blocks",
		.unit = ML_UNIT_RATIO,
		.check = check_unmovable,
		.why = "a block with one such page never becomes a huge page",
		.isnt = "a block's type is a label: others' pages may be in it as well, so that it "
			"holds even less of the kernel's",
		.remedy = "only a new start of the machine puts them together; find what the kernel "
			  "had much of",
		.next = "memlens frag --table types, memlens slab",
	},
};

const struct ml_rule_set ml_rules_frag = ML_RULE_SET(rules);
