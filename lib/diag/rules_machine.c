/* SPDX-License-Identifier: MIT */
/* rules_machine: whether the memory of the machine is all there. */
#include "diag/rules.h"
#include "model/memory_blocks.h"
#include "model/zone.h"

static int check_total(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t prev = ml_snap_mem(d->prev, "MemTotal"),
		 cur = ml_snap_mem(d->cur, "MemTotal");
	double fell = 1 - ml_ratio(cur, prev);
	enum ml_severity severity = ml_diag_measure(d, &host, fell);
	struct ml_finding *f;

	if (isnan(fell))
		return ml_diag_skip(d, "MemTotal is not known");
	if (!severity && -fell >= ml_diag_limit(d, "info"))
		severity = ML_INFO;
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host, "the memory of the machine %s from %s to %s",
			fell > 0 ? "fell" : "rose", ml_say_bytes(d, prev),
			ml_say_bytes(d, cur));
	ml_diag_evidence(d, f, "MemTotal before", ml_f64(prev), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "MemTotal", ml_f64(cur), ML_UNIT_BYTES, NAN);
	return 0;
}

static int check_view(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t total = ml_snap_mem(d->cur, "MemTotal"), managed;
	struct ml_zone_sums zones;
	enum ml_severity severity;
	struct ml_finding *f;
	double share;
	bool more;

	ml_zone_sums(d->cur, &zones);
	managed = ml_snap_pages(d->cur, zones.managed);
	share = ml_ratio(managed, total) - 1;
	if (isnan(share))
		return ml_diag_skip(d, "what the zones manage is not known");
	more = share > 0;
	severity = ml_diag_measure(d, &host, fabs(share));
	if (!severity)
		return 0;
	f = more ? ml_diag_add(
			   d, severity, &host,
			   "the zones have %s, though MemTotal is %s: it is a container's",
			   ml_say_bytes(d, managed), ml_say_bytes(d, total))
		 : ml_diag_add(
			   d, severity, &host,
			   "the zones have %s of %s: the rest is not initialised yet, or "
			   "hidden",
			   ml_say_bytes(d, managed), ml_say_bytes(d, total));
	ml_diag_evidence(d, f, "sum of managed", ml_f64(managed), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "MemTotal", ml_f64(total), ML_UNIT_BYTES, NAN);
	return 0;
}

static int check_offline(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	const struct ml_parsed *blocks = ml_snap_parsed(d->cur, ML_FEED_MEMORY_BLOCKS);
	const struct ml_memory_blocks_head *head = blocks ? blocks->head : NULL;
	const struct ml_memory_block *block;
	struct ml_finding *f;
	uint64_t n = 0;

	if (d->cur->feed[ML_FEED_MEMORY_BLOCKS].status == ML_ABSENT)
		return ml_diag_absent(d, "memory has no blocks that go off line");
	if (!blocks)
		return ml_diag_skip(d, "the blocks of memory are not known");
	ml_for_each_row(block, &blocks->rows)
		n += ml_str_is(block->state, "offline");
	if (!n)
		return 0;
	f = ml_diag_add(d, ML_INFO, &host, "%s %s of memory (%s) %s off line",
			ml_say_count(d, n), n == 1 ? "block" : "blocks",
			head && head->block_size != ML_NONE
				? ml_say_bytes(d, ml_mul(n, head->block_size))
				: "of unknown size",
			n == 1 ? "is" : "are");
	ml_diag_evidence(d, f, "memory*/state offline", ml_f64(n), ML_UNIT_COUNT, NAN);
	return 0;
}

static int check_poison(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t prev = d->prev ? ml_snap_mem(d->prev, "HardwareCorrupted") : ML_NONE,
		 cur = ml_snap_mem(d->cur, "HardwareCorrupted");
	bool grows = prev != ML_NONE && cur != ML_NONE && cur > prev;
	enum ml_severity severity;
	struct ml_finding *f;

	if (cur == ML_NONE)
		return ml_diag_absent(d, "the kernel does not look for broken memory");
	severity = ml_diag_measure(d, &host, ml_f64(cur));
	if (!severity)
		return 0;
	f = ml_diag_add(d, grows ? ML_CRIT : severity, &host,
			"%s of memory is broken and no longer used%s",
			ml_say_bytes(d, cur), grows ? ", and it grows" : "");
	ml_diag_evidence(d, f, "HardwareCorrupted", ml_f64(cur), ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	if (grows)
		ml_diag_evidence(d, f, "HardwareCorrupted before", ml_f64(prev),
				 ML_UNIT_BYTES, NAN);
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "mem.total.changed",
		.title = "the machine got more or less memory while it ran",
		.need = ML_FEED(MEMINFO),
		.rate = true,
		.measure = "fall",
		.unit = ML_UNIT_RATIO,
		.check = check_total,
		.why = "shares of memory before and after are of different wholes",
		.isnt = "no leak: memory was plugged or unplugged, by hand, virtio-mem, a balloon "
			"or a pool of huge pages that is optimised",
		.remedy =
			"nothing where somebody wanted it; else ask who runs the hypervisor",
		.next = "memlens layout, memlens where",
	},
	{
		.id = "mem.view.inconsistent",
		.title = "the kernel's files tell of different amounts of memory",
		.need = ML_FEED(MEMINFO) | ML_FEED(ZONEINFO),
		.measure = "difference",
		.unit = ML_UNIT_RATIO,
		.check = check_view,
		.why = "figures of zones and nodes cover another part of the memory than those of "
		       "the machine",
		.isnt = "no shortage: memory that is not initialised yet is free, and a container "
			"may see its own MemTotal beside the zones of its host",
		.remedy = "nothing; forecasts from zones hold for what these have",
		.next = "memlens zone, memlens layout",
	},
	{
		.id = "mem.offline",
		.title = "blocks of memory are off line",
		.use = ML_FEED(MEMORY_BLOCKS),
		.check = check_offline,
		.why = "the machine has memory that nobody uses",
		.isnt = "guests that get memory when they need it have such blocks by intent",
		.remedy = "put them on line (chmem --enable) if they were forgotten",
		.risk = "memory in ordinary zones may not go off line again",
		.next = "memlens layout",
	},
	{
		.id = "mem.hwpoison",
		.title = "frames were retired after memory errors",
		.need = ML_FEED(MEMINFO),
		.measure = "corrupted",
		.unit = ML_UNIT_BYTES,
		.check = check_poison,
		.why = "a module of memory that breaks goes on breaking",
		.isnt = "a test that injects errors counts here as well; in a guest it is the "
			"host's module",
		.remedy = "find the module in the log of EDAC and replace it",
		.risk = "the machine has to be stopped for it",
		.next = "memlens where, memlens layout",
	},
};

const struct ml_rule_set ml_rules_machine = ML_RULE_SET(rules);
