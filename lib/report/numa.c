/* SPDX-License-Identifier: MIT */
/* numa: the nodes of the machine, what each has and how far they are from each other. */
#include "report/numa.h"

#include <errno.h>

#include "model/hugetlb.h"
#include "model/node.h"
#include "parse/zoneinfo.h"
#include "report/huge.h"

/* ---- nodes ---- */

struct node_row {
	uint64_t node;
	uint64_t total, free, used, file, anon, shmem, slab, reclaimable, unreclaimable,
		hugetlb, kernel_stack, pagetables, mapped, dirty, writeback, active_anon,
		inactive_anon, active_file, inactive_file, unevictable, mlocked, thp,
		shmem_thp, file_thp;
	double free_share;
	struct ml_str cpus, distances;
};

#define ROW struct node_row
#define MEM(field, key, head, help, source_) \
	ML_BYTES(ROW, field, key, head, help, .source = source_, .flags = ML_COL_HIDDEN)

static const struct ml_col node_cols[] = {
	ML_LABEL(ROW, node, "node", "NODE", "number of the node", .source = "nodeN"),
	ML_BYTES(ROW, total, "total", "TOTAL", "memory of the node; 0: it has CPUs only",
		 .source = "MemTotal"),
	ML_BYTES(ROW, used, "used", "USED", "all that is not free, caches included",
		 .source = "MemUsed"),
	ML_BYTES(ROW, free, "free", "FREE", "memory that holds nothing at all",
		 .source = "MemFree"),
	ML_RATIO(ROW, free_share, "free_share", "OF IT", "part of the node that is free",
		 .source = "MemFree / MemTotal", .flags = ML_COL_HIDDEN),
	ML_BYTES(ROW, file, "file", "FILE", "page cache of files and devices",
		 .source = "FilePages - Shmem - SwapCached"),
	ML_BYTES(ROW, anon, "anon", "ANON", "anonymous memory of processes",
		 .source = "AnonPages"),
	ML_BYTES(ROW, shmem, "shmem", "SHMEM", "shared memory and tmpfs", .source = "Shmem",
		 .flags = ML_COL_MINOR),
	ML_BYTES(ROW, slab, "slab", "SLAB", "kernel objects", .source = "Slab"),
	ML_BYTES(ROW, hugetlb, "hugetlb", "HUGETLB", "pools of huge pages of all sizes",
		 .source = "hugepages/*/nr_hugepages", .flags = ML_COL_MINOR),
	MEM(reclaimable, "reclaimable", "RECLAIMABLE", "kernel objects that can be dropped",
	    "SReclaimable"),
	MEM(unreclaimable, "unreclaimable", "UNRECLAIM", "kernel objects that stay",
	    "SUnreclaim"),
	MEM(kernel_stack, "kernel_stack", "KSTACK", "stacks of the kernel", "KernelStack"),
	MEM(pagetables, "pagetables", "PTABLE", "page tables", "PageTables"),
	MEM(mapped, "mapped", "MAPPED", "files and shared memory that processes map", "Mapped"),
	MEM(dirty, "dirty", "DIRTY", "waits to be written", "Dirty"),
	MEM(writeback, "writeback", "WRITEBACK", "is being written", "Writeback"),
	MEM(active_anon, "active_anon", "ACTANON", "anonymous and shared, used lately",
	    "Active(anon)"),
	MEM(inactive_anon, "inactive_anon", "INACTANON",
	    "anonymous and shared, next to be swapped", "Inactive(anon)"),
	MEM(active_file, "active_file", "ACTFILE", "page cache used lately", "Active(file)"),
	MEM(inactive_file, "inactive_file", "INACTFILE", "page cache, next to be dropped",
	    "Inactive(file)"),
	MEM(unevictable, "unevictable", "UNEVICT", "cannot be reclaimed", "Unevictable"),
	MEM(mlocked, "mlocked", "MLOCKED", "locked by programs", "Mlocked"),
	MEM(thp, "thp", "THP", "anonymous memory in huge pages", "AnonHugePages"),
	MEM(shmem_thp, "shmem_thp", "SHMTHP", "shared memory in huge pages", "ShmemHugePages"),
	MEM(file_thp, "file_thp", "FILETHP", "page cache in huge pages", "FileHugePages"),
	ML_LABEL(ROW, cpus, "cpus", "CPUS", "CPUs of the node; none: memory only",
		 .source = "cpulist"),
	ML_LABEL(ROW, distances, "distances", "DISTANCES",
		 "to each node in the order of their numbers; 10 is itself", .source = "distance",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table node_table = {
	.id = "nodes",
	.help = "one row per NUMA node",
	.source = "/sys/devices/system/node/node*/meminfo",
	ML_TABLE_COLS(node_cols),
	.row_size = sizeof(ROW),
	.flags = ML_TABLE_DEFAULT,
};

static const struct {
	const char *key;
	size_t offset;
} fields[] = {
	{ "MemTotal", offsetof(ROW, total) },
	{ "MemFree", offsetof(ROW, free) },
	{ "MemUsed", offsetof(ROW, used) },
	{ "AnonPages", offsetof(ROW, anon) },
	{ "Shmem", offsetof(ROW, shmem) },
	{ "Slab", offsetof(ROW, slab) },
	{ "SReclaimable", offsetof(ROW, reclaimable) },
	{ "SUnreclaim", offsetof(ROW, unreclaimable) },
	{ "KernelStack", offsetof(ROW, kernel_stack) },
	{ "PageTables", offsetof(ROW, pagetables) },
	{ "Mapped", offsetof(ROW, mapped) },
	{ "Dirty", offsetof(ROW, dirty) },
	{ "Writeback", offsetof(ROW, writeback) },
	{ "Active(anon)", offsetof(ROW, active_anon) },
	{ "Inactive(anon)", offsetof(ROW, inactive_anon) },
	{ "Active(file)", offsetof(ROW, active_file) },
	{ "Inactive(file)", offsetof(ROW, inactive_file) },
	{ "Unevictable", offsetof(ROW, unevictable) },
	{ "Mlocked", offsetof(ROW, mlocked) },
	{ "AnonHugePages", offsetof(ROW, thp) },
	{ "ShmemHugePages", offsetof(ROW, shmem_thp) },
	{ "FileHugePages", offsetof(ROW, file_thp) },
};

static void fill(const struct ml_snap *s, const struct ml_node *node, ROW *row)
{
	struct ml_pool pools;

	row->node = node->id;
	row->cpus = node->cpus.p && !node->cpus.n ? ML_STR("none") : node->cpus;
	row->distances = node->distances;
	for (size_t i = 0; i < ML_ARRAY_SIZE(fields); i++)
		*(uint64_t *)((char *)row + fields[i].offset) =
			ml_kv_get(&node->meminfo, fields[i].key);
	row->file = ml_sub_sat(ml_kv_get(&node->meminfo, "FilePages"), row->shmem);
	row->file =
		ml_sub_sat(row->file, ml_or0(ml_kv_get(&node->meminfo, "SwapCached")));
	row->free_share = ml_ratio(row->free, row->total);
	row->hugetlb = ml_hugetlb_sum(s, node->id, &pools) ? pools.total : ML_NONE;
}

/* With processes named it is theirs that is asked for. */
static const struct ml_parsed *nodes_of(const struct ml_build *b)
{
	return b->query->npids ? NULL : ml_snap_parsed(b->cur, ML_FEED_NODES);
}

int ml_note_nodes(struct ml_build *b)
{
	return ml_nodes_lack(b->cur)
		       ? ml_note(b, "what is not initialised yet is in MemTotal, but in "
				    "no node: memlens layout")
		       : 0;
}

static int build_nodes(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *nodes = nodes_of(b);
	const struct ml_node *node;

	if (!nodes)
		return 0;
	ml_for_each_row(node, &nodes->rows) {
		ROW *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		fill(b->cur, node, row);
	}
	return ml_note_nodes(b);
}

#undef ROW

/* ---- distances ---- */

struct distance_row {
	uint64_t from, to, distance;
};

static const struct ml_col distance_cols[] = {
	ML_LABEL(struct distance_row, from, "from", "FROM", "number of a node"),
	ML_LABEL(struct distance_row, to, "to", "TO", "number of a node"),
	ML_COUNT(struct distance_row, distance, "distance", "DISTANCE",
		 "how far by the firmware: 10 is itself, 20 takes about twice as long"),
};

static const struct ml_table distance_table = {
	.id = "distances",
	.title = "distances",
	.help = "one row per pair of nodes",
	.source = "/sys/devices/system/node/node*/distance",
	ML_TABLE_COLS(distance_cols),
	.row_size = sizeof(struct distance_row),
};

/* The numbers stand in the order of the nodes that are online. */
static int add_distances(struct ml_build *b, const struct ml_rows *nodes,
			 const struct ml_node *from, struct ml_rows *ret)
{
	struct ml_str text = from->distances, word;

	for (size_t i = 0; i < nodes->n && ml_next_word(&text, &word); i++) {
		const struct ml_node *to = ml_rows_at(nodes, i);
		struct distance_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		row->from = from->id;
		row->to = to->id;
		if (!ml_num_u64(word, &row->distance))
			row->distance = ML_NONE;
	}
	return 0;
}

static int build_distances(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *nodes = nodes_of(b);
	const struct ml_node *from;

	if (!nodes)
		return 0;
	ml_for_each_row(from, &nodes->rows)
		if (add_distances(b, &nodes->rows, from, ret))
			return -ENOMEM;
	return 0;
}

/* ---- zones ---- */

struct zone_row {
	uint64_t node;
	struct ml_str zone;
	uint64_t managed, free, low;
};

static const struct ml_col zone_cols[] = {
	ML_LABEL(struct zone_row, node, "node", "NODE", "number of the node"),
	ML_LABEL(struct zone_row, zone, "zone", "ZONE", "range of physical memory"),
	ML_BYTES(struct zone_row, managed, "managed", "MANAGED",
		 "memory the allocator has to give"),
	ML_BYTES(struct zone_row, free, "free", "FREE", "on the free lists of the zone"),
	ML_BYTES(struct zone_row, low, "low", "LOW", "below this kswapd starts to reclaim"),
};

static const struct ml_table zone_table = {
	.id = "zones",
	.title = "zones",
	.help = "the zones of each node that have memory",
	.source = "/proc/zoneinfo",
	ML_TABLE_COLS(zone_cols),
	.row_size = sizeof(struct zone_row),
};

static int build_zones(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *zones = ml_snap_parsed(b->cur, ML_FEED_ZONEINFO);
	const struct ml_zoneinfo_row *z;

	if (!zones || b->query->npids)
		return 0;
	ml_for_each_row(z, &zones->rows) {
		struct zone_row *row;

		if (!ml_or0(z->managed))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		*row = (struct zone_row){
			.node = z->node,
			.zone = z->zone,
			.managed = ml_snap_pages(b->cur, z->managed),
			.free = ml_snap_pages(b->cur, z->free),
			.low = ml_snap_pages(b->cur, z->low),
		};
	}
	return 0;
}

static int build_pools(struct ml_build *b, struct ml_rows *ret)
{
	return b->query->npids ? 0 : ml_build_pool_nodes(b, ret);
}

static const struct ml_part parts[] = {
	{ &node_table, build_nodes, ML_FEED(NODES),
	  ML_FEED(HUGETLB) | ML_FEED(MEMINFO) },
	{ &ml_node_traffic_table, ml_build_node_traffic, ML_FEED(NODES),
	  ML_FEED(UPTIME) },
	{ &ml_node_reclaim_table, ml_build_node_reclaim, ML_FEED(NODES),
	  ML_FEED(UPTIME) },
	{ &distance_table, build_distances, ML_FEED(NODES), 0 },
	{ &zone_table, build_zones, ML_FEED(NODES), ML_FEED(ZONEINFO) },
	{ &ml_pool_node_table, build_pools, ML_FEED(NODES), ML_FEED(HUGETLB) },
	{ &ml_numa_process_table, ml_build_numa_processes, ML_FEED(NUMA_MAPS), 0 },
	{ &ml_numa_policy_table, ml_build_numa_policies, ML_FEED(NUMA_MAPS), 0 },
	{ &ml_numa_map_table, ml_build_numa_maps, ML_FEED(NUMA_MAPS), 0 },
};

const struct ml_report ml_report_numa = {
	.id = "numa",
	.title = "NUMA nodes, and on which of them the memory of processes is",
	ML_REPORT_PARTS(parts),
};
