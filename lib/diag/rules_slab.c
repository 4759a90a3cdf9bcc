/* SPDX-License-Identifier: MIT */
/* rules_slab: what the kernel keeps in slab caches, and which of them. */
#include <errno.h>

#include "diag/rules.h"
#include "model/kernel.h"
#include "model/slab.h"
#include "parse/slabinfo.h"

/* Caches that shrink under pressure, which slabinfo does not tell: their names. */
static bool is_reclaimable(struct ml_str cache)
{
	static const char *const names[] = {
		"dentry",	   "buffer_head", "radix_tree_node",
		"ext4_extent_status", "mb_cache_entry", "xfs_buf", "xfs_inode",
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(names); i++)
		if (ml_str_is(cache, names[i]))
			return true;
	return ml_str_ends(cache, "inode_cache") || ml_str_ends(cache, "_inode") ||
	       ml_str_starts(cache, "kmalloc-rcl-");
}

static int list_caches(struct ml_diag *d, struct ml_rows *ret)
{
	*ret = ML_ROWS(struct ml_slab_row);
	return ml_slab_caches(NULL, d->cur, d->arena, ret);
}

static struct ml_object cache_object(const struct ml_slab_row *row)
{
	return ml_object_named(ML_OBJECT_CACHE, row->cache);
}

/* ---- unreclaimable ---- */

static const struct ml_slab_row *largest_fixed(const struct ml_rows *caches)
{
	const struct ml_slab_row *row;

	ml_for_each_row(row, caches)
		if (!is_reclaimable(row->cache))
			return row;
	return NULL;
}

/* It is about one cache when that is most of it. */
static struct ml_finding *add_unreclaimable(struct ml_diag *d, enum ml_severity severity,
					    uint64_t bytes, double share,
					    const struct ml_slab_row *top)
{
	const struct ml_object host = ml_object_host();
	struct ml_object object = host;
	bool most = top && ml_ratio(top->bytes, bytes) >= ml_diag_limit(d, "most");

	if (most)
		object = cache_object(top);
	if (!top)
		return ml_diag_add(d, severity, &host,
				   "the kernel holds %s (%s) of memory in slab caches "
				   "that cannot be reclaimed",
				   ml_say_bytes(d, bytes), ml_say_share(d, share));
	return ml_diag_add(
		d, severity, &object,
		"the kernel holds %s (%s) of memory in slab caches that cannot "
		"be reclaimed; the largest is %.*s with %s",
		ml_say_bytes(d, bytes), ml_say_share(d, share), (int)top->cache.n,
		top->cache.p, ml_say_bytes(d, top->bytes));
}

static int check_unreclaimable(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t bytes = ml_snap_mem(d->cur, "SUnreclaim");
	double share = ml_ratio(bytes, ml_snap_mem(d->cur, "MemTotal"));
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	const struct ml_slab_row *top;
	struct ml_finding *f;
	struct ml_rows caches;

	if (isnan(share))
		return ml_diag_skip(d, "this kernel does not tell SUnreclaim");
	if (!severity)
		return 0;
	if (list_caches(d, &caches))
		return -ENOMEM;
	top = largest_fixed(&caches);
	f = add_unreclaimable(d, severity, bytes, share, top);
	ml_diag_evidence(d, f, "SUnreclaim / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "SUnreclaim", ml_f64(bytes), ML_UNIT_BYTES, NAN);
	if (top) {
		ml_diag_evidence(d, f, "num_slabs * pagesperslab", ml_f64(top->bytes),
				 ML_UNIT_BYTES, NAN);
		ml_diag_evidence(d, f, "num_objs", ml_f64(top->objects), ML_UNIT_COUNT,
				 NAN);
	}
	f->amount[ML_AMOUNT_BYTES] = ml_f64(bytes);
	return 0;
}

/* ---- empty slots ---- */

static int check_waste(struct ml_diag *d)
{
	uint64_t total = ml_snap_mem(d->cur, "MemTotal");
	const struct ml_slab_row *row;
	struct ml_rows caches;

	if (list_caches(d, &caches))
		return -ENOMEM;
	ml_for_each_row(row, &caches) {
		uint64_t empty =
			ml_mul(ml_sub_sat(row->objects, row->active), row->object_bytes);
		enum ml_severity severity = ml_diag_judge(d, ml_f64(empty));
		double share = ml_ratio(empty, total);
		struct ml_object object = cache_object(row);
		struct ml_finding *f;

		if (!severity || !(row->use < ml_diag_limit(d, "use")))
			continue;
		ml_diag_measure(d, &object, ml_f64(empty));
		if (share >= ml_diag_limit(d, "share"))
			severity = ML_WARN;
		f = ml_diag_add(d, severity, &object,
				"%s of the %s of cache %.*s are empty slots",
				ml_say_bytes(d, empty), ml_say_bytes(d, row->bytes),
				(int)row->cache.n, row->cache.p);
		ml_diag_evidence(d, f, "(num_objs - active_objs) * objsize",
				 ml_f64(empty), ML_UNIT_BYTES,
				 ml_diag_crossed(d, severity));
		ml_diag_evidence(d, f, "active_objs / num_objs", row->use, ML_UNIT_RATIO,
				 ml_diag_limit(d, "use"));
		ml_diag_evidence(d, f, "of MemTotal", share, ML_UNIT_RATIO,
				 severity == ML_WARN ? ml_diag_limit(d, "share") : NAN);
	}
	return 0;
}

/* ---- names of files that are not there ---- */

static uint64_t dentry_bytes(struct ml_diag *d)
{
	const struct ml_parsed *slabs = ml_snap_parsed(d->cur, ML_FEED_SLABINFO);
	const struct ml_slabinfo_row *row;

	if (slabs)
		ml_for_each_row(row, &slabs->rows)
			if (ml_str_is(row->cache, "dentry"))
				return row->object_bytes;
	return (uint64_t)ml_diag_limit(d, "bytes");
}

static int check_negative(struct ml_diag *d)
{
	const struct ml_object object =
		ml_object_named(ML_OBJECT_CACHE, ML_STR("dentry"));
	const struct ml_kernel *k = ml_kernel_of(d->cur);
	uint64_t positive, bytes;
	enum ml_severity severity;
	struct ml_finding *f;
	double share, times;

	if (!k || k->negative == ML_NONE)
		return ml_diag_skip(d, "%s",
				    k && k->dentries != ML_NONE
					    ? "this kernel does not count them"
					    : "/proc/sys/fs/dentry-state was not read");
	severity = ml_diag_measure(d, &object, ml_f64(k->negative));
	positive = ml_sub_sat(k->dentries, k->negative);
	times = ml_f64(k->negative) / (double)(positive ? positive : 1);
	if (!severity || !(times > ml_diag_limit(d, "times")))
		return 0;
	bytes = ml_mul(k->negative, dentry_bytes(d));
	share = ml_ratio(bytes, ml_snap_mem(d->cur, "MemTotal"));
	if (share >= ml_diag_limit(d, "share"))
		severity = ML_WARN;
	f = ml_diag_add(d, severity, &object,
			"the kernel remembers %s names of files that are not there, in "
			"about %s",
			ml_say_count(d, k->negative), ml_say_bytes(d, bytes));
	ml_diag_evidence(d, f, "nr_negative", ml_f64(k->negative), ML_UNIT_COUNT,
			 ml_diag_crossed(d, ML_INFO));
	ml_diag_evidence(d, f, "nr_dentry - nr_negative", ml_f64(positive), ML_UNIT_COUNT,
			 NAN);
	ml_diag_evidence(d, f, "of MemTotal", share, ML_UNIT_RATIO,
			 severity == ML_WARN ? ml_diag_limit(d, "share") : NAN);
	return 0;
}

/* ---- inodes ---- */

static bool is_inode_cache(struct ml_str cache)
{
	return ml_str_ends(cache, "inode_cache") || ml_str_ends(cache, "_inode");
}

static int check_inodes(struct ml_diag *d)
{
	uint64_t total = ml_snap_mem(d->cur, "MemTotal");
	const struct ml_slab_row *row;
	struct ml_rows caches;

	if (list_caches(d, &caches))
		return -ENOMEM;
	ml_for_each_row(row, &caches) {
		double share = ml_ratio(row->bytes, total);
		struct ml_object object = cache_object(row);
		enum ml_severity severity;
		struct ml_finding *f;

		if (!is_inode_cache(row->cache))
			continue;
		severity = ml_diag_measure(d, &object, share);
		if (!severity)
			continue;
		f = ml_diag_add(d, severity, &object,
				"%.*s holds %s inodes of files in %s (%s of memory)",
				(int)row->cache.n, row->cache.p,
				ml_say_count(d, row->objects),
				ml_say_bytes(d, row->bytes), ml_say_share(d, share));
		ml_diag_evidence(d, f, "num_slabs * pagesperslab / MemTotal", share,
				 ML_UNIT_RATIO, ml_diag_crossed(d, severity));
		ml_diag_evidence(d, f, "num_objs", ml_f64(row->objects), ML_UNIT_COUNT,
				 NAN);
	}
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "slab.unreclaim.large",
		.title = "slab caches that cannot be reclaimed take much memory",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(SLABINFO),
		.measure = "unreclaimable",
		.unit = ML_UNIT_RATIO,
		.check = check_unreclaimable,
		.why = "no process shows this memory, no pressure frees it, and only who "
		       "asked for it gives it back",
		.isnt = "reclaimable slab (dentry, inodes) goes under pressure and is not "
			"counted here; caches of equal objects share one name",
		.remedy = "see which cache grows and what uses it: connection tracking, "
			  "watches, open files, a driver; end or limit that",
		.risk = "restarting a service loses its state",
		.next = "memlens slab",
	},
	{
		.id = "slab.waste",
		.title = "a slab cache is mostly empty slots",
		.need = ML_FEED(MEMINFO) | ML_FEED(SLABINFO),
		.measure = "empty",
		.unit = ML_UNIT_BYTES,
		.check = check_waste,
		.why = "slabs that hold one object each cannot be freed, so that memory stays "
		       "taken after a peak",
		.isnt = "no leak; active_objs counts slabs of CPUs as full, so there may be "
			"more",
		.remedy = "write 1 to /sys/kernel/slab/CACHE/shrink, which frees slabs that "
			  "are wholly empty",
		.risk = "shrinking walks the whole cache with its lock held",
		.next = "memlens slab",
	},
	{
		.id = "slab.negdentry",
		.title = "the kernel remembers very many names of files that are not there",
		.need = ML_FEED(MEMINFO) | ML_FEED(KERNEL),
		.use = ML_FEED(SLABINFO),
		.measure = "negative",
		.unit = ML_UNIT_COUNT,
		.check = check_negative,
		.why = "some program looks up names in vain all the time; walks of such a "
		       "folder get slow",
		.isnt = "no shortage: these are dropped under pressure",
		.remedy = "find who looks up the names (trace lookups) and mend its search "
			  "path",
		.risk = "dropping them by drop_caches empties the file cache too and costs "
			"reads",
		.next = "memlens slab",
	},
	{
		.id = "slab.inode",
		.title = "inodes of files take much memory",
		.need = ML_FEED(MEMINFO) | ML_FEED(SLABINFO),
		.measure = "inodes",
		.unit = ML_UNIT_RATIO,
		.check = check_inodes,
		.why = "a job that walks all files (backup, find, an indexer) fills them, and "
		       "they push out what is needed",
		.isnt = "no leak: they go under pressure, unless watches or open files pin "
			"them",
		.remedy = "nothing, or run such jobs in a control group with a limit",
		.risk = "a limit that is too low makes the job slow",
		.next = "memlens slab",
	},
};

const struct ml_rule_set ml_rules_slab = ML_RULE_SET(rules);
