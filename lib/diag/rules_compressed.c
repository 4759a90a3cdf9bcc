/* SPDX-License-Identifier: MIT */
/* rules_compressed: whether compressed swap saves what it costs. */
#include "diag/rules.h"
#include "diag/traffic.h"
#include "model/zram.h"
#include "model/zswap.h"

/* Pages on a backing device count as stored, and take no RAM. */
static uint64_t in_ram(const struct ml_zram *z)
{
	return ml_sub_sat(z->mm.orig, ml_mul(ml_or0(z->bd.stored), ML_ZRAM_BD_UNIT));
}

static void judge_zram(struct ml_diag *d, const struct ml_zram *z)
{
	const struct ml_object device = ml_object_named(ML_OBJECT_DEVICE, z->name);
	uint64_t stored = in_ram(z);
	double ratio = stored != ML_NONE && ml_f64(stored) >= ml_diag_limit(d, "bytes")
			       ? ml_ratio(stored, z->mm.used)
			       : NAN;
	enum ml_severity severity = ml_diag_measure(d, &device, ratio);
	struct ml_finding *f;

	if (!severity)
		return;
	f = ml_diag_add(d, severity, &device, "%.*s saves little: %s are stored in %s",
			(int)z->name.n, z->name.p, ml_say_bytes(d, stored),
			ml_say_bytes(d, z->mm.used));
	ml_diag_evidence(d, f, "orig_data_size / mem_used_total", ratio, ML_UNIT_NONE,
			 ml_diag_crossed(d, severity));
	if (z->mm.huge_pages != ML_NONE)
		ml_diag_evidence(d, f, "huge_pages",
				 ml_f64(ml_snap_pages(d->cur, z->mm.huge_pages)),
				 ML_UNIT_BYTES, NAN);
}

static int check_zram(struct ml_diag *d)
{
	const struct ml_parsed *feed = ml_snap_parsed(d->cur, ML_FEED_ZRAM);
	enum ml_status status = d->cur->feed[ML_FEED_ZRAM].status;
	const struct ml_zram *z;

	if (!feed && status != ML_ABSENT)
		return ml_diag_skip(d, "/sys/block: %s", ml_status_name(status));
	if (!feed || !feed->rows.n)
		return ml_diag_absent(d, "this machine has no zram device");
	ml_for_each_row(z, &feed->rows)
		judge_zram(d, z);
	return 0;
}

/* ---- zswap ---- */

static double pool_fill(const struct ml_diag *d, const struct ml_zswap *z)
{
	double total = ml_f64(ml_snap_mem(d->cur, "MemTotal"));

	return ml_f64(ml_zswap_pool(d->cur)) /
	       (total * ml_f64(z->max_pool_percent) / 100);
}

/* A shrinker writes back what is cold at any time; without one it is done when the pool,
 * or the share of a group, is full. */
static bool writes_back(const struct ml_diag *d, const struct ml_zswap *z)
{
	return !ml_str_is(z->shrinker, "Y") &&
	       ml_diag_vm_rate(d, "zswpwb") >= ml_diag_limit(d, "rate");
}

/* Full of cold pages, it takes nothing and gives nothing. */
static bool is_passed_by(const struct ml_diag *d)
{
	return ml_diag_vm_rate(d, "pswpout") >= ml_diag_limit(d, "rate");
}

static int check_zswap(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	const struct ml_zswap *z = ml_zswap_of(d->cur);
	enum ml_severity severity;
	struct ml_finding *f;
	double fill;
	bool back;

	if (!z || !ml_str_is(z->enabled, "Y"))
		return ml_diag_absent(d, "zswap is not in use");
	fill = pool_fill(d, z);
	back = writes_back(d, z);
	severity = ml_diag_measure(d, &host, fill);
	if (isnan(fill) && !back)
		return ml_diag_skip(d, "the size of zswap's pool is not known");
	if (!severity && !back)
		return 0;
	f = ml_diag_add(d, back || is_passed_by(d) ? ML_WARN : ML_INFO, &host,
			back ? "zswap has no room and writes to its disk, %s"
			     : "zswap's pool is full; %s go to the disk instead",
			ml_say_rate(d, ml_diag_vm_rate(d, back ? "zswpwb" : "pswpout")));
	ml_diag_evidence(d, f, "Zswap / max_pool_percent", fill, ML_UNIT_RATIO,
			 severity ? ml_diag_crossed(d, severity) : NAN);
	ml_diag_evidence(d, f, "Zswapped / Zswap",
			 ml_ratio(ml_zswap_stored(d->cur), ml_zswap_pool(d->cur)),
			 ML_UNIT_NONE, NAN);
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "zram.ratio",
		.title = "a zram device saves little memory",
		.use = ML_FEED(ZRAM),
		.measure = "ratio",
		.unit = ML_UNIT_NONE,
		.below = true,
		.check = check_zram,
		.why = "pages that do not compress are moved about in memory, and nothing is "
		       "won",
		.isnt = "used zram is RAM; what it saves is the difference",
		.remedy = "see what is stored there (encrypted or compressed data), or give "
			  "zram a backing device for what does not compress",
		.risk = "a backing device is written to, and slower",
		.next = "memlens swap",
	},
	{
		.id = "zswap.limit",
		.title = "zswap's pool is full",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(ZSWAP) | ML_FEED(VMSTAT),
		.window = 10,
		.measure = "pool",
		.unit = ML_UNIT_RATIO,
		.check = check_zswap,
		.why = "what it cannot take goes to the disk at the disk's pace",
		.isnt = "a full pool without traffic is cold; with its shrinker on it writes "
			"back cold pages by design",
		.remedy = "let it have more (max_pool_percent), or find who swaps so much",
		.risk = "the pool takes memory from what is in use",
		.next = "memlens swap, memlens vmstat 1",
	},
};

const struct ml_rule_set ml_rules_compressed = ML_RULE_SET(rules);
