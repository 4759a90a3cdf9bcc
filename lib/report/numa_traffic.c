/* SPDX-License-Identifier: MIT */
/* numa_traffic: what moves on each node - where allocations landed, and reclaim. */
#include <errno.h>
#include <math.h>
#include <stddef.h>

#include "model/node.h"
#include "report/numa.h"
#include "report/rates.h"
#include "series/delta.h"

/* ---- where allocations landed ---- */

struct traffic_row {
	uint64_t node;
	double hit, miss, foreign, interleave, local, other; /* a second */
	double miss_share, other_share; /* of the interval, or since boot */
	uint64_t hits, misses, foreigns, interleaves, locals, others; /* since boot */
};

#define ROW struct traffic_row
#define SINCE_BOOT(field, key, head, help, source_) \
	ML_COL(ROW, field, ML_UNIT_COUNT, ML_SEM_COUNTER, key, head, help, \
	       .source = source_, .flags = ML_COL_HIDDEN)

static const struct ml_col traffic_cols[] = {
	ML_LABEL(ROW, node, "node", "NODE", "number of the node"),
	ML_RATE(ROW, hit, "hit", "HIT", "pages a second that were wanted here and are here",
		.source = "numa_hit"),
	ML_RATE(ROW, miss, "miss", "MISS", "pages that are here since the node wanted was full",
		.source = "numa_miss"),
	ML_RATE(ROW, foreign, "foreign", "FOREIGN",
		"pages that were wanted here and landed elsewhere: this node was full",
		.source = "numa_foreign"),
	ML_RATE(ROW, interleave, "interleave", "INTERLEAVE",
		"pages that are here by the policy of spreading", .source = "interleave_hit"),
	ML_RATE(ROW, local, "local", "LOCAL", "pages that a CPU of this node asked for",
		.source = "local_node"),
	ML_RATE(ROW, other, "other", "OTHER", "pages that a CPU of another node asked for",
		.source = "other_node"),
	ML_RATIO(ROW, miss_share, "miss_share", "MISSES", "part that was wanted elsewhere",
		 .source = "numa_miss / (numa_hit + numa_miss)"),
	ML_RATIO(ROW, other_share, "other_share", "REMOTE",
		 "part that a CPU of another node asked for",
		 .source = "other_node / (local_node + other_node)"),
	SINCE_BOOT(hits, "hit_count", "HITS", "since boot", "numa_hit"),
	SINCE_BOOT(misses, "miss_count", "MISSCOUNT", "since boot", "numa_miss"),
	SINCE_BOOT(foreigns, "foreign_count", "FOREIGNS", "since boot", "numa_foreign"),
	SINCE_BOOT(interleaves, "interleave_count", "INTERLEAVES", "since boot",
		   "interleave_hit"),
	SINCE_BOOT(locals, "local_count", "LOCALS", "since boot", "local_node"),
	SINCE_BOOT(others, "other_count", "OTHERS", "since boot", "other_node"),
};

const struct ml_table ml_node_traffic_table = {
	.id = "traffic",
	.title = "where allocations landed (pages a second)",
	.help = "whether pages landed on the node that was wanted",
	.source = "/sys/devices/system/node/node*/numastat",
	ML_TABLE_COLS(traffic_cols),
	.row_size = sizeof(ROW),
	.flags = ML_TABLE_DEFAULT,
};

static const struct {
	const char *key;
	size_t rate, count;
} counters[] = {
	{ "numa_hit", offsetof(ROW, hit), offsetof(ROW, hits) },
	{ "numa_miss", offsetof(ROW, miss), offsetof(ROW, misses) },
	{ "numa_foreign", offsetof(ROW, foreign), offsetof(ROW, foreigns) },
	{ "interleave_hit", offsetof(ROW, interleave), offsetof(ROW, interleaves) },
	{ "local_node", offsetof(ROW, local), offsetof(ROW, locals) },
	{ "other_node", offsetof(ROW, other), offsetof(ROW, others) },
};

/* Growth since the sample before, or since boot. */
static uint64_t grown(const struct ml_build *b, const struct ml_kv *before,
		      const struct ml_kv *now, const char *key)
{
	if (!b->prev)
		return ml_kv_get(now, key);
	return ml_delta(ml_kv_get(before, key), ml_kv_get(now, key), b->cur->narrow);
}

static double share(uint64_t part, uint64_t rest)
{
	return ml_ratio(part, ml_add(part, rest));
}

static void fill(const struct ml_build *b, const struct ml_node *node, ROW *row)
{
	const struct ml_node *old = ml_node_find(b->prev, node->id);
	const struct ml_kv *before = old ? &old->numastat : NULL, *now = &node->numastat;
	double seconds = ml_build_seconds(b);

	row->node = node->id;
	for (size_t i = 0; i < ML_ARRAY_SIZE(counters); i++) {
		uint64_t growth = grown(b, before, now, counters[i].key);

		*(double *)((char *)row + counters[i].rate) =
			seconds > 0 ? ml_f64(growth) / seconds : (double)NAN;
		*(uint64_t *)((char *)row + counters[i].count) =
			ml_kv_get(now, counters[i].key);
	}
	row->miss_share = share(grown(b, before, now, "numa_miss"),
				grown(b, before, now, "numa_hit"));
	row->other_share = share(grown(b, before, now, "other_node"),
				 grown(b, before, now, "local_node"));
}

int ml_build_node_traffic(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *nodes = ml_snap_parsed(b->cur, ML_FEED_NODES);
	const struct ml_node *node;

	if (!nodes || b->query->npids)
		return 0;
	ml_for_each_row(node, &nodes->rows) {
		ROW *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		fill(b, node, row);
	}
	return ml_note_since_boot(b);
}

#undef ROW

/* ---- reclaim ---- */

struct reclaim_row {
	uint64_t node;
	double kswapd_scan, kswapd_steal, direct_scan, direct_steal, refault_anon,
		refault_file, demote, promote;
};

#define ROW struct reclaim_row

static const struct ml_col reclaim_cols[] = {
	ML_LABEL(ROW, node, "node", "NODE", "number of the node"),
	ML_RATE(ROW, kswapd_scan, "kswapd_scan", "KSCAN",
		"pages kswapd looked at, in the background; told by newer kernels",
		.source = "pgscan_kswapd"),
	ML_RATE(ROW, kswapd_steal, "kswapd_steal", "KSTEAL", "pages it freed",
		.source = "pgsteal_kswapd"),
	ML_RATE(ROW, direct_scan, "direct_scan", "DSCAN",
		"pages looked at by tasks that wait for memory", .source = "pgscan_direct"),
	ML_RATE(ROW, direct_steal, "direct_steal", "DSTEAL", "pages they freed",
		.source = "pgsteal_direct"),
	ML_RATE(ROW, refault_anon, "refault_anon", "REFANON",
		"anonymous pages read back soon after they were reclaimed",
		.source = "workingset_refault_anon"),
	ML_RATE(ROW, refault_file, "refault_file", "REFFILE",
		"file pages read back soon after they were reclaimed",
		.source = "workingset_refault_file"),
	ML_RATE(ROW, demote, "demote", "DEMOTE", "pages moved to a slower node",
		.source = "pgdemote_kswapd + pgdemote_direct"),
	ML_RATE(ROW, promote, "promote", "PROMOTE", "pages moved here from a slower node",
		.source = "pgpromote_success"),
};

const struct ml_table ml_node_reclaim_table = {
	.id = "reclaim",
	.title = "reclaim (pages a second)",
	.help = "reclaim of each node, and pages moved between fast and slow nodes",
	.source = "/sys/devices/system/node/node*/vmstat",
	ML_TABLE_COLS(reclaim_cols),
	.row_size = sizeof(ROW),
};

static const struct {
	size_t offset;
	const char *keys[2];
} reclaim_cells[] = {
	{ offsetof(ROW, kswapd_scan), { "pgscan_kswapd" } },
	{ offsetof(ROW, kswapd_steal), { "pgsteal_kswapd" } },
	{ offsetof(ROW, direct_scan), { "pgscan_direct" } },
	{ offsetof(ROW, direct_steal), { "pgsteal_direct" } },
	{ offsetof(ROW, refault_anon), { "workingset_refault_anon" } },
	{ offsetof(ROW, refault_file), { "workingset_refault_file" } },
	{ offsetof(ROW, demote), { "pgdemote_kswapd", "pgdemote_direct" } },
	{ offsetof(ROW, promote), { "pgpromote_success" } },
};

static void fill_reclaim(const struct ml_build *b, const struct ml_node *node, ROW *row)
{
	const struct ml_node *old = ml_node_find(b->prev, node->id);
	const struct ml_kv *before = old ? &old->vmstat : NULL, *now = &node->vmstat;
	double seconds = ml_build_seconds(b);

	row->node = node->id;
	for (size_t i = 0; i < ML_ARRAY_SIZE(reclaim_cells); i++) {
		const char *second = reclaim_cells[i].keys[1];
		uint64_t growth = grown(b, before, now, reclaim_cells[i].keys[0]);

		if (second)
			growth = ml_add(growth, grown(b, before, now, second));
		*(double *)((char *)row + reclaim_cells[i].offset) =
			seconds > 0 ? ml_f64(growth) / seconds : (double)NAN;
	}
}

int ml_build_node_reclaim(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *nodes = ml_snap_parsed(b->cur, ML_FEED_NODES);
	const struct ml_node *node;

	if (!nodes || b->query->npids)
		return 0;
	ml_for_each_row(node, &nodes->rows) {
		ROW *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		fill_reclaim(b, node, row);
	}
	return ml_note_since_boot(b);
}
