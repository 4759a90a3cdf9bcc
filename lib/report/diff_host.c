/* SPDX-License-Identifier: MIT */
/* diff_host: what changed of the machine as a whole - its account, meminfo, vmstat. */
#include <errno.h>
#include <math.h>

#include "model/account.h"
#include "report/diff.h"
#include "report/rates.h"
#include "series/delta.h"

/* Of whatever has one name. */
struct named_row {
	struct ml_change c;
	struct ml_str name;
	struct ml_str words; /* what it is, where the name is a key */
	uint64_t value;
	double rate;
};

static int by_name(const void *a, const void *b)
{
	return ml_str_cmp(((const struct named_row *)a)->name,
			  ((const struct named_row *)b)->name);
}

static struct named_row *add_named(struct ml_build *b, struct ml_rows *ret,
				   struct ml_str name, int64_t value)
{
	struct named_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return NULL;
	row->name = name;
	row->c.after = value;
	row->rate = NAN;
	return row;
}

/* ---- the account ---- */

static const struct ml_col account_cols[] = {
	ML_CHANGE_COLS(struct named_row, ML_UNIT_BYTES, "this part"),
	ML_LABEL(struct named_row, name, "key", "KEY", "stable name of the part"),
	ML_LABEL(struct named_row, words, "name", "MEMORY", "what holds the memory",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_account_table = {
	.id = "account",
	.title = "the account: what the memory is for",
	.help = "classes of memory, and their parts, that changed",
	.source = "as in memlens where",
	ML_TABLE_COLS(account_cols),
	.row_size = sizeof(struct named_row),
	.flags = ML_TABLE_DEFAULT,
};

/* The largest caches, callers and processes by name, as "slab.dentry": they have tables of
 * their own, with all of them. */
static bool has_own_table(const struct ml_account_row *part)
{
	return memchr(part->key.p, '.', part->key.n) != NULL;
}

static int collect_account(struct ml_build *b, const struct ml_snap *snap,
			   struct ml_rows *ret)
{
	struct ml_rows parts = { 0 };
	const struct ml_account_row *part;

	if (ml_account(snap, ML_ACCOUNT_TREE, b->arena, &parts))
		return -ENOMEM;
	ml_for_each_row(part, &parts) {
		struct named_row *row;

		if (has_own_table(part))
			continue;
		row = add_named(b, ret, part->key, part->bytes);
		if (!row)
			return -ENOMEM;
		row->words = part->name;
	}
	return 0;
}

static const struct ml_level account = {
	.need = ML_FEED(MEMINFO),
	.use = ML_FEED(VMSTAT) | ML_FEED(ZONEINFO) | ML_FEED(SLABINFO) |
	       ML_FEED(VMALLOCINFO) | ML_FEED(SOCKSTAT) | ML_FEED(ZRAM) | ML_FEED(ZSWAP),
	.row_size = sizeof(struct named_row),
	.lasting = true,
	.collect = collect_account,
	.cmp = by_name,
};

int ml_diff_build_account(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &account, ret);
}

/* ---- meminfo ---- */

static const struct ml_col meminfo_cols[] = {
	ML_CHANGE_COLS(struct named_row, ML_UNIT_BYTES, "the field"),
	ML_LABEL(struct named_row, name, "name", "FIELD", "the kernel's name",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_meminfo_table = {
	.id = "meminfo",
	.title = "meminfo",
	.help = "fields of meminfo that changed; HugePages_* in bytes",
	.source = "/proc/meminfo",
	ML_TABLE_COLS(meminfo_cols),
	.row_size = sizeof(struct named_row),
	.flags = ML_TABLE_DEFAULT,
};

static int collect_meminfo(struct ml_build *b, const struct ml_snap *snap,
			   struct ml_rows *ret)
{
	uint64_t huge = ml_snap_mem(snap, "Hugepagesize");
	const struct ml_kv_row *field;

	ml_for_each_row(field, &ml_snap_kv(snap, ML_FEED_MEMINFO)->rows) {
		uint64_t v = field->unit == ML_UNIT_BYTES ? field->value
							  : ml_mul(field->value, huge);

		if (!add_named(b, ret, field->key, ml_diff_size(v)))
			return -ENOMEM;
	}
	return 0;
}

static const struct ml_level meminfo = {
	.need = ML_FEED(MEMINFO),
	.row_size = sizeof(struct named_row),
	.lasting = true,
	.collect = collect_meminfo,
	.cmp = by_name,
};

int ml_diff_build_meminfo(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &meminfo, ret);
}

/* ---- vmstat ---- */

static const struct ml_col counter_cols[] = {
	ML_CHANGE_COLS(struct named_row, ML_UNIT_COUNT, "the counter"),
	ML_RATE(struct named_row, rate, "rate", "RATE",
		"events a second, where the time between is known"),
	ML_LABEL(struct named_row, name, "name", "COUNTER", "the kernel's name",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_counter_table = {
	.id = "counters",
	.title = "counters",
	.help = "counters of vmstat that moved, as the kernel counts: events, or pages",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(counter_cols),
	.row_size = sizeof(struct named_row),
	.flags = ML_TABLE_DEFAULT,
};

static const struct ml_col level_cols[] = {
	ML_CHANGE_COLS(struct named_row, ML_UNIT_COUNT, "the level"),
	ML_LABEL(struct named_row, name, "name", "LEVEL", "the kernel's name",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_level_table = {
	.id = "levels",
	.title = "levels",
	.help = "levels of vmstat that changed, in pages but for some that the kernel counts in KiB",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(level_cols),
	.row_size = sizeof(struct named_row),
};

static int collect_vmstat(struct ml_build *b, const struct ml_snap *snap, bool gauges,
			  struct ml_rows *ret)
{
	const struct ml_kv_row *counter;

	ml_for_each_row(counter, &ml_snap_kv(snap, ML_FEED_VMSTAT)->rows) {
		struct named_row *row;

		if (ml_vmstat_is_gauge(counter->key) != gauges)
			continue;
		row = add_named(b, ret, counter->key, ml_diff_size(counter->value));
		if (!row)
			return -ENOMEM;
		row->value = counter->value;
	}
	return 0;
}

static int collect_counters(struct ml_build *b, const struct ml_snap *snap,
			    struct ml_rows *ret)
{
	return collect_vmstat(b, snap, false, ret);
}

static int collect_levels(struct ml_build *b, const struct ml_snap *snap,
			  struct ml_rows *ret)
{
	return collect_vmstat(b, snap, true, ret);
}

/* What went down while time went on was reset, unless it is one of 32 bits that wrapped:
 * then its growth is known. */
static void pair_counter(const struct ml_build *b, void *data, const void *before,
			 const void *after)
{
	const struct named_row *was = before, *is = after;
	struct named_row *row = data;
	double seconds = ml_build_seconds(b);
	uint64_t grown = ml_delta(was->value, is->value, b->cur->narrow);

	row->rate = ml_rate(was->value, is->value, b->cur->narrow, seconds);
	if (is->value >= was->value || seconds < 0)
		return;
	row->c.change = ml_diff_size(grown);
	row->c.share = NAN;
	row->c.what = grown == ML_NONE ? ML_STR("reset") : ML_STR("grown");
	if (grown != ML_NONE)
		row->c.weight = grown;
}

static const struct ml_level counters = {
	.need = ML_FEED(VMSTAT),
	.row_size = sizeof(struct named_row),
	.one_boot = true,
	.lasting = true,
	.unbounded = true,
	.collect = collect_counters,
	.cmp = by_name,
	.pair = pair_counter,
};

int ml_diff_build_counters(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &counters, ret);
}

static const struct ml_level levels = {
	.need = ML_FEED(VMSTAT),
	.row_size = sizeof(struct named_row),
	.lasting = true,
	.unbounded = true,
	.collect = collect_levels,
	.cmp = by_name,
};

int ml_diff_build_levels(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &levels, ret);
}
