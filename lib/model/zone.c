/* SPDX-License-Identifier: MIT */
/* zone: sums over the zones of a machine, and what their watermarks mean. */
#include "model/zone.h"

#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* min(max(protection) + high, managed): calculate_totalreserve_pages() in
 * mm/page_alloc.c */
static uint64_t reserve_of(const struct ml_zoneinfo_row *zone)
{
	uint64_t reserve = 0;

	for (uint64_t i = 0; i < zone->nr_protection; i++)
		if (zone->protection[i] > reserve)
			reserve = zone->protection[i];
	reserve = ml_add(reserve, ml_or0(zone->high));
	return MIN(reserve, ml_or0(zone->managed));
}

void ml_zone_sums(const struct ml_snap *snap, struct ml_zone_sums *ret)
{
	const struct ml_parsed *zoneinfo = ml_snap_parsed(snap, ML_FEED_ZONEINFO);
	const struct ml_zoneinfo_row *zone;

	*ret = (struct ml_zone_sums){ ML_NONE, ML_NONE, ML_NONE, ML_NONE, ML_NONE };
	if (!zoneinfo || !zoneinfo->rows.n)
		return;
	*ret = (struct ml_zone_sums){ 0 };
	ml_for_each_row(zone, &zoneinfo->rows) {
		/* before 3.8 there is no managed line: present is the nearest */
		uint64_t managed =
			zone->managed != ML_NONE ? zone->managed : zone->present;

		ret->managed = ml_add(ret->managed, ml_or0(managed));
		ret->present = ml_add(ret->present, ml_or0(zone->present));
		ret->pcp = ml_add(ret->pcp, ml_or0(zone->pcp_count));
		ret->low = ml_add(ret->low, ml_or0(zone->low));
		ret->totalreserve = ml_add(ret->totalreserve, reserve_of(zone));
	}
}

/* Where there are no such frames the zones manage all of MemTotal, and a difference
 * between the two files is lag. */
uint64_t ml_uninitialised(const struct ml_snap *snap)
{
	uint64_t in_zones = ml_snap_pages(snap, ml_snap_vm(snap, "nr_free_pages"));
	struct ml_zone_sums zones;
	uint64_t missing, free;

	ml_zone_sums(snap, &zones);
	missing = ml_sub_sat(ml_snap_mem(snap, "MemTotal"),
			     ml_snap_pages(snap, zones.managed));
	free = ml_sub_sat(ml_snap_mem(snap, "MemFree"), in_zones);
	if (missing == ML_NONE || free == ML_NONE)
		return ML_NONE;
	return MIN(free, missing);
}

/* meminfo's kB as the pages the kernel counted. */
static uint64_t mem_pages(const struct ml_snap *snap, const char *key)
{
	uint64_t bytes = ml_snap_mem(snap, key);

	return bytes == ML_NONE || snap->page_size == ML_NONE ? ML_NONE
							      : bytes / snap->page_size;
}

/* In pages, as the kernel halves them. */
uint64_t ml_mem_available(const struct ml_snap *snap)
{
	struct ml_zone_sums zones;
	uint64_t free = mem_pages(snap, "MemFree");
	uint64_t file = ml_add(mem_pages(snap, "Active(file)"),
			       mem_pages(snap, "Inactive(file)"));
	uint64_t slab = mem_pages(snap, "KReclaimable"), pages;

	ml_zone_sums(snap, &zones);
	if (slab == ML_NONE) /* before 4.20 there was no other reclaimable */
		slab = mem_pages(snap, "SReclaimable");
	if (free == ML_NONE || zones.low == ML_NONE || file == ML_NONE || slab == ML_NONE)
		return ML_NONE;
	pages = free + file - MIN(file / 2, zones.low) + slab - MIN(slab / 2, zones.low);
	return ml_snap_pages(snap, ml_sub_sat(pages, zones.totalreserve));
}

uint64_t ml_available(const struct ml_snap *snap)
{
	uint64_t bytes = ml_snap_mem(snap, "MemAvailable");
	struct ml_zone_sums sums;

	if (bytes != ML_NONE)
		return bytes;
	ml_zone_sums(snap, &sums);
	/* a folder of files from several machines */
	if (ml_f64(ml_snap_pages(snap, sums.managed)) >
	    1.1 * ml_f64(ml_snap_mem(snap, "MemTotal")))
		return ML_NONE;
	return ml_mem_available(snap);
}
