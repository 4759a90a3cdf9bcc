/* SPDX-License-Identifier: MIT */
/* rules_numa: whether memory is on the nodes where it is wanted. */
#include "diag/rules.h"
#include "model/node.h"
#include "model/vm_settings.h"

static const struct ml_rows *nodes_of(const struct ml_diag *d)
{
	const struct ml_parsed *nodes = ml_snap_parsed(d->cur, ML_FEED_NODES);

	return nodes ? &nodes->rows : NULL;
}

/* Memory without CPUs is a tier: it is filled and left empty by intent. */
static bool is_ordinary(const struct ml_node *node)
{
	return ml_or0(ml_kv_get(&node->meminfo, "MemTotal")) &&
	       (!node->cpus.p || node->cpus.n);
}

static unsigned count_ordinary(const struct ml_diag *d)
{
	const struct ml_rows *nodes = nodes_of(d);
	const struct ml_node *node;
	unsigned n = 0;

	if (nodes)
		ml_for_each_row(node, nodes)
			n += is_ordinary(node);
	return n;
}

/* The outcome where nodes do not matter; false if they do. */
static bool is_without_nodes(struct ml_diag *d)
{
	if (!nodes_of(d) && d->cur->feed[ML_FEED_NODES].status != ML_ABSENT)
		ml_diag_skip(d, "the nodes are not known");
	else if (count_ordinary(d) < 2)
		ml_diag_absent(d, "the machine has no two nodes with CPUs and memory");
	else
		return false;
	return true;
}

/* What of a node is free, or holds files and can be had. */
static uint64_t room_of(const struct ml_node *node)
{
	uint64_t file = ml_add(ml_kv_get(&node->meminfo, "Active(file)"),
			       ml_kv_get(&node->meminfo, "Inactive(file)"));

	return ml_add(ml_kv_get(&node->meminfo, "MemFree"), file);
}

static double share_of(const struct ml_node *node, uint64_t bytes)
{
	return ml_ratio(bytes, ml_kv_get(&node->meminfo, "MemTotal"));
}

/* The ordinary node with the largest share of it. */
static const struct ml_node *find_emptiest(const struct ml_diag *d)
{
	const struct ml_node *node, *best = NULL;

	ml_for_each_row(node, nodes_of(d)) {
		if (!is_ordinary(node) || isnan(share_of(node, room_of(node))))
			continue;
		if (!best ||
		    share_of(node, room_of(node)) > share_of(best, room_of(best)))
			best = node;
	}
	return best;
}

/* ---- nodes that differ ---- */

static void judge_node(struct ml_diag *d, const struct ml_node *node,
		       const struct ml_node *other)
{
	const struct ml_object object = ml_object_node(node->id);
	double share = share_of(node, room_of(node)),
	       there = share_of(other, room_of(other));
	enum ml_severity severity = ml_diag_measure(d, &object, share);
	struct ml_finding *f;

	if (!severity || !(there >= ml_diag_limit(d, "other")))
		return;
	f = ml_diag_add(d, severity, &object,
			"node %llu has %s left (%s of it), while node %llu has %s",
			(unsigned long long)node->id, ml_say_bytes(d, room_of(node)),
			ml_say_share(d, share), (unsigned long long)other->id,
			ml_say_bytes(d, room_of(other)));
	ml_diag_evidence(d, f, "(MemFree + file) / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "that of the other node", there, ML_UNIT_RATIO,
			 ml_diag_limit(d, "other"));
}

static int check_imbalance(struct ml_diag *d)
{
	const struct ml_node *node, *other;

	if (is_without_nodes(d))
		return 0;
	other = find_emptiest(d);
	if (!other)
		return ml_diag_skip(d, "what the nodes have is not known");
	ml_for_each_row(node, nodes_of(d))
		if (is_ordinary(node))
			judge_node(d, node, other);
	return 0;
}

/* ---- reclaim within a node ---- */

static int check_zone_reclaim(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t mode = ml_vm_setting(d->cur, "zone_reclaim_mode");
	double rate = ml_diag_vm_rate(d, "zone_reclaim_failed"), share;
	const struct ml_node *other;
	struct ml_finding *f;
	bool futile;

	if (is_without_nodes(d))
		return 0;
	if (mode == ML_NONE)
		return ml_diag_skip(d, "vm.zone_reclaim_mode is not known");
	if (!mode)
		return 0;
	other = find_emptiest(d);
	share = other ? share_of(other, ml_kv_get(&other->meminfo, "MemFree")) : NAN;
	futile = rate > 0 && share > ml_diag_limit(d, "other");
	f = ml_diag_add(d, futile ? ML_CRIT : ML_WARN, &host,
			"a full node drops its files before the other nodes are used%s",
			futile ? ", and fails at it" : "");
	ml_diag_evidence(d, f, "vm.zone_reclaim_mode", ml_f64(mode), ML_UNIT_COUNT, NAN);
	ml_diag_evidence(d, f, "zone_reclaim_failed", rate, ML_UNIT_PER_SECOND, NAN);
	if (futile)
		ml_diag_evidence(d, f, "MemFree / MemTotal of another node", share,
				 ML_UNIT_RATIO, ml_diag_limit(d, "other"));
	return 0;
}

/* ---- pages that were wanted elsewhere ---- */

static int check_miss(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double hit = ml_diag_vm_rate(d, "numa_hit"),
	       miss = ml_diag_vm_rate(d, "numa_miss"), all = hit + miss, share;
	enum ml_severity severity;
	struct ml_finding *f;

	if (is_without_nodes(d))
		return 0;
	if (isnan(all))
		return ml_diag_skip(d, "where pages were allocated is not counted");
	if (all < ml_diag_limit(d, "rate"))
		return 0;
	share = miss / all;
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"%s of new pages are on another node than wanted",
			ml_say_share(d, share));
	ml_diag_evidence(d, f, "numa_miss / (numa_hit + numa_miss)", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "numa_miss", miss, ML_UNIT_PER_SECOND, NAN);
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "numa.imbalance",
		.title = "a node is full while another one has room",
		.use = ML_FEED(NODES),
		.measure = "room",
		.unit = ML_UNIT_RATIO,
		.below = true,
		.confidence = ML_CONFIDENCE_MEDIUM,
		.check = check_imbalance,
		.why = "tasks of the full node reclaim or go to the far one, and those bound to "
		       "it may be killed",
		.isnt = "nodes without CPUs are tiers and left out; a database may be bound to a "
			"node by intent",
		.remedy =
			"spread large processes (numactl --interleave), or bind them to the "
			"node that has room",
		.risk = "interleaved memory is further away on average",
		.next = "memlens numa, memlens ps",
	},
	{
		.id = "numa.zone_reclaim",
		.title = "nodes drop files instead of using other nodes",
		.need = ML_FEED(VM_SETTINGS),
		.use = ML_FEED(NODES) | ML_FEED(VMSTAT),
		.check = check_zone_reclaim,
		.why = "the cache of a node is dropped while other nodes are free",
		.isnt = "right for some computing jobs that are split by node",
		.remedy = "set vm.zone_reclaim_mode to 0",
		.risk = "more pages come from other nodes",
		.next = "memlens numa, memlens vmstat 1",
	},
	{
		.id = "numa.miss",
		.title = "new pages are on other nodes than wanted",
		.need = ML_FEED(VMSTAT),
		.use = ML_FEED(NODES),
		.rate = true,
		.window = 10,
		.measure = "miss",
		.unit = ML_UNIT_RATIO,
		.check = check_miss,
		.why = "each access to them is slower",
		.isnt = "interleaved memory is not counted as missed",
		.remedy = "make room on the nodes that tasks run on, or move the tasks",
		.risk = "moving tasks moves their load as well",
		.next = "memlens numa 1",
	},
};

const struct ml_rule_set ml_rules_numa = ML_RULE_SET(rules);
