/* SPDX-License-Identifier: MIT */
/* zone: watermarks, and how far each zone is from them. */
#include "model/zone.h"

#include <errno.h>
#include <math.h>

#include "report/report.h"

struct zone_row {
	uint64_t node;
	struct ml_str zone;
	uint64_t free;
	int64_t distance;
	double room;
	struct ml_str state;
	uint64_t min, low, high, promo, boost, protection, pcp, pcp_high, cma, managed,
		present, spanned;
};

static const struct ml_col zone_cols[] = {
	ML_LABEL(struct zone_row, node, "node", "NODE", "NUMA node"),
	ML_LABEL(struct zone_row, zone, "zone", "ZONE", "range of physical memory"),
	ML_BYTES(struct zone_row, free, "free", "FREE", "on the free lists of the zone"),
	ML_BYTES(struct zone_row, min, "min", "MIN",
		 "below this only emergencies are served: others reclaim for themselves"),
	ML_BYTES(struct zone_row, low, "low", "LOW", "below this kswapd starts to reclaim"),
	ML_BYTES(struct zone_row, high, "high", "HIGH", "up to this kswapd reclaims"),
	ML_BYTES(struct zone_row, boost, "boost", "BOOST",
		 "raised for a while after types were mixed; inside the marks",
		 .flags = ML_COL_MINOR),
	ML_BYTES(struct zone_row, distance, "distance", "DISTANCE", "free less the low mark"),
	ML_RATIO(struct zone_row, room, "room", "ROOM", "distance as part of managed"),
	ML_BYTES(struct zone_row, pcp, "pcp", "PCP",
		 "free pages parked on per-CPU lists, outside free and MemFree"),
	ML_BYTES(struct zone_row, protection, "protection", "PROTECTED",
		 "most that is kept from requests that could go to a higher zone",
		 .flags = ML_COL_MINOR),
	ML_BYTES(struct zone_row, managed, "managed", "MANAGED",
		 "memory the allocator has to give"),
	ML_BYTES(struct zone_row, present, "present", "PRESENT",
		 "memory that is there; beyond managed: reserved, or not initialised yet",
		 .flags = ML_COL_MINOR),
	ML_BYTES(struct zone_row, spanned, "spanned", "SPANNED", "address range, holes included",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct zone_row, promo, "promo", "PROMO",
		 "free memory from which pages are promoted to this node",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct zone_row, pcp_high, "pcp_high", "PCPHIGH",
		 "most that the per-CPU lists keep before they give back",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct zone_row, cma, "cma", "CMA", "set aside for contiguous allocations",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct zone_row, state, "state", "STATE", "where free stands among the marks",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table zone_table = {
	.id = "zone",
	.help = "one row per zone that has memory",
	.source = "/proc/zoneinfo",
	ML_TABLE_COLS(zone_cols),
	.row_size = sizeof(struct zone_row),
	.flags = ML_TABLE_DEFAULT,
};

static const char *state_of(const struct ml_zoneinfo_row *z)
{
	if (z->free == ML_NONE || z->min == ML_NONE || z->low == ML_NONE ||
	    z->high == ML_NONE)
		return NULL;
	if (z->free < z->min)
		return "below min: direct reclaim";
	if (z->free < z->low)
		return "below low: kswapd runs";
	return z->free < z->high ? "below high" : "above high";
}

static uint64_t max_protection(const struct ml_zoneinfo_row *z)
{
	uint64_t most = 0;

	for (uint64_t i = 0; i < z->nr_protection; i++)
		if (z->protection[i] > most)
			most = z->protection[i];
	return z->nr_protection ? most : ML_NONE;
}

static bool is_empty(const struct ml_zoneinfo_row *z)
{
	return !ml_or0(z->present) && !ml_or0(z->managed) && !ml_or0(z->free);
}

static void fill(struct zone_row *row, const struct ml_snap *s,
		 const struct ml_zoneinfo_row *z)
{
	*row = (struct zone_row){
		.node = z->node,
		.zone = z->zone,
		.state = ml_str_of(state_of(z)),
		.free = ml_snap_pages(s, z->free),
		.min = ml_snap_pages(s, z->min),
		.low = ml_snap_pages(s, z->low),
		.high = ml_snap_pages(s, z->high),
		.promo = ml_snap_pages(s, z->promo),
		.boost = ml_snap_pages(s, z->boost),
		.protection = ml_snap_pages(s, max_protection(z)),
		.pcp = ml_snap_pages(s, z->pcp_count),
		.pcp_high = ml_snap_pages(s, z->pcp_high),
		.cma = ml_snap_pages(s, z->cma),
		.managed = ml_snap_pages(s, z->managed),
		.present = ml_snap_pages(s, z->present),
		.spanned = ml_snap_pages(s, z->spanned),
		.distance = INT64_MIN,
		.room = NAN,
	};
	if (row->free == ML_NONE || row->low == ML_NONE)
		return;
	row->distance = (int64_t)(row->free - row->low);
	if (ml_or0(row->managed) && row->managed != ML_NONE)
		row->room = (double)row->distance / (double)row->managed;
}

static int build_zone(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *zoneinfo = ml_snap_parsed(b->cur, ML_FEED_ZONEINFO);
	const struct ml_zoneinfo_row *z;

	if (!zoneinfo)
		return 0;
	ml_for_each_row(z, &zoneinfo->rows) {
		struct zone_row *row;

		if (is_empty(z))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		fill(row, b->cur, z);
	}
	return 0;
}

static const struct ml_part parts[] = {
	{ &zone_table, build_zone, ML_FEED(ZONEINFO), 0 },
};

const struct ml_report ml_report_zone = {
	.id = "zone",
	.title = "memory zones and their watermarks",
	ML_REPORT_PARTS(parts),
};
