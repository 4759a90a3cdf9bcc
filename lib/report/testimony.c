/* SPDX-License-Identifier: MIT */
/* testimony: our side of a comparison - the numbers that users see, by subject and
 * name. */
#include "report/testimony.h"

#include <errno.h>

#include "base/num.h"
#include "parse/stat.h"

/* ---- numbers that no table shows ---- */

static int add_number(struct ml_arena *a, struct ml_rows *rows, const char *subject,
		      size_t n, uint64_t number)
{
	struct ml_witness_row *row = ml_rows_add(rows, a);
	struct ml_value *value = ml_arena_calloc(a, 1, sizeof(*value));
	char *text = ml_arena_strndup(a, subject, n);

	if (!row || !value || !text)
		return -ENOMEM;
	value->type = ML_TYPE_U64;
	value->known = number != ML_NONE;
	value->u64 = number;
	row->subject = (struct ml_str){ text, n };
	row->values = value;
	return 0;
}

static int collect_kv(const struct ml_kv *kv, struct ml_arena *a, struct ml_rows *ret)
{
	const struct ml_kv_row *pair;

	if (!kv)
		return 0;
	ml_for_each_row(pair, &kv->rows)
		if (add_number(a, ret, pair->key.p, pair->key.n, pair->value))
			return -ENOMEM;
	return 0;
}

static int collect_meminfo(const struct ml_snap *snap, struct ml_arena *a,
			   struct ml_rows *ret)
{
	return collect_kv(ml_snap_kv(snap, ML_FEED_MEMINFO), a, ret);
}

static int add_ticks(const struct ml_stat_cpu *cpu, struct ml_arena *a,
		     struct ml_rows *ret)
{
	const struct {
		const char *name;
		uint64_t ticks;
	} states[] = {
		{ "user", cpu->user },     { "nice", cpu->nice },
		{ "system", cpu->system }, { "idle", cpu->idle },
		{ "iowait", cpu->iowait }, { "irq", cpu->irq },
		{ "softirq", cpu->softirq }, { "steal", cpu->steal },
		{ "guest", cpu->guest },   { "guest_nice", cpu->guest_nice },
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(states); i++) {
		const char *text = cpu->cpu == ML_NONE
					   ? ml_arena_printf(a, "cpu %s", states[i].name)
					   : ml_arena_printf(a, "cpu%llu %s",
							     (unsigned long long)cpu->cpu,
							     states[i].name);

		if (!text || add_number(a, ret, text, strlen(text), states[i].ticks))
			return -ENOMEM;
	}
	return 0;
}

static int collect_stat(const struct ml_snap *snap, struct ml_arena *a,
			struct ml_rows *ret)
{
	const struct ml_parsed *stat = ml_snap_parsed(snap, ML_FEED_STAT);
	const struct ml_stat_head *head = stat ? stat->head : NULL;
	const struct ml_stat_cpu *cpu;

	if (!head)
		return 0;
	if (add_ticks(&head->all, a, ret))
		return -ENOMEM;
	ml_for_each_row(cpu, &stat->rows)
		if (add_ticks(cpu, a, ret))
			return -ENOMEM;
	return collect_kv(&stat->kv, a, ret);
}

/* ---- rows of a table ---- */

static int keep_str(struct ml_arena *a, struct ml_str *s)
{
	if (!s->p)
		return 0;
	s->p = ml_arena_strndup(a, s->p, s->n);
	return s->p ? 0 : -ENOMEM;
}

static int read_cell(const struct ml_col *col, const void *row, struct ml_arena *a,
		     struct ml_value *ret)
{
	if (!col)
		return 0;
	ml_value_of(col, row, ret);
	return ret->type == ML_TYPE_STR && ret->known ? keep_str(a, &ret->str) : 0;
}

static int read_subject(const struct ml_col *key, const void *row, struct ml_arena *a,
			struct ml_str *ret)
{
	struct ml_value value = { 0 };
	int rc = read_cell(key, row, a, &value);

	if (rc || !value.known)
		return rc;
	if (value.type != ML_TYPE_STR)
		value.str = ml_str_of(
			ml_arena_printf(a, "%llu", (unsigned long long)value.u64));
	*ret = value.str;
	return ret->p ? 0 : -ENOMEM;
}

static int read_row(const struct ml_col *key, const struct ml_col *const *cols, size_t n,
		    const void *row, struct ml_arena *a, struct ml_witness_row *ret)
{
	struct ml_value *values = ml_arena_calloc(a, n, sizeof(*values));

	if (!values)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (read_cell(cols[i], row, a, &values[i]))
			return -ENOMEM;
	ret->values = values;
	return read_subject(key, row, a, &ret->subject);
}

static bool has_word(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

/* A row that adds up the others, in the columns that can be added. */
static int add_sum(const struct ml_testimony_level *level,
		   const struct ml_witness_level *like, struct ml_arena *a,
		   struct ml_rows *rows)
{
	struct ml_value *sums = ml_arena_calloc(a, like->nnames, sizeof(*sums));
	struct ml_witness_row *row;

	if (!sums)
		return -ENOMEM;
	for (size_t i = 0; i < like->nnames; i++) {
		if (!has_word(level->sums, level->nsums, like->names[i]))
			continue;
		sums[i].type = ML_TYPE_U64;
		ml_for_each_row(row, rows)
			sums[i].u64 = ml_add(sums[i].u64, row->values[i].u64);
		sums[i].known = sums[i].u64 != ML_NONE;
	}
	row = ml_rows_add(rows, a);
	if (!row)
		return -ENOMEM;
	row->subject = ML_STR(ML_WITNESS_SUM);
	row->values = sums;
	return 0;
}

static size_t table_at(const struct ml_result *result, const char *id)
{
	size_t i = 0;

	while (i < ml_result_ntables(result) &&
	       strcmp(ml_table_id(ml_result_table(result, i)), id) != 0)
		i++;
	return i;
}

static int collect_table(const struct ml_testimony_level *level,
			 const struct ml_witness_level *like,
			 const struct ml_col *const *cols, struct ml_result *result,
			 struct ml_arena *a, struct ml_rows *ret)
{
	size_t t = table_at(result, level->table);
	const struct ml_col *key;
	const void *row;

	if (t == ml_result_ntables(result))
		return -EINVAL;
	key = ml_table_find(ml_result_table(result, t), level->key);
	while ((row = ml_result_next(result, t))) {
		struct ml_witness_row *to = ml_rows_add(ret, a);

		if (!to || read_row(key, cols, like->nnames, row, a, to))
			return -ENOMEM;
	}
	return level->nsums ? add_sum(level, like, a, ret) : 0;
}

/* ---- a reading ---- */

static ml_parts part_of(const struct ml_report *report, const char *table)
{
	for (size_t i = 0; table && i < ml_report_ntables(report); i++)
		if (strcmp(ml_table_id(ml_report_table(report, i)), table) == 0)
			return 1ull << i;
	return 0;
}

static const struct ml_table *table_of(const struct ml_testimony_level *level)
{
	for (size_t i = 0; level->table && i < ml_report_ntables(level->report); i++)
		if (strcmp(ml_table_id(ml_report_table(level->report, i)),
			   level->table) == 0)
			return ml_report_table(level->report, i);
	return NULL;
}

static int find_trouble(const struct ml_snap *snap, struct ml_arena *a, const char **ret)
{
	for (size_t i = 0; i < ml_snap_nsources(snap); i++) {
		struct ml_source s;

		ml_snap_source(snap, i, &s);
		if (!s.needed || s.status == ML_OK)
			continue;
		*ret = ml_arena_printf(a, "%s: %s", s.path,
				       s.error ? strerror(s.error)
					       : ml_status_name(s.status));
		return *ret ? 0 : -ENOMEM;
	}
	return 0;
}

static int collect(const struct ml_testimony_level *level,
		   const struct ml_witness_level *like, struct ml_ctx *ctx,
		   const struct ml_query *query, struct ml_snap *snap, struct ml_arena *a,
		   struct ml_rows *ret)
{
	struct ml_result *result;
	int rc;

	if (level->collect)
		return level->collect(snap, a, ret);
	rc = ml_report_build(ctx, level->report, query, NULL, snap, &result);
	if (rc)
		return rc;
	rc = collect_table(level, like, query->cols, result, a, ret);
	ml_result_unref(result);
	return rc;
}

int ml_testimony_read(const struct ml_testimony_level *level,
		      const struct ml_witness_level *like, struct ml_ctx *ctx,
		      struct ml_root *root, struct ml_arena *a, struct ml_rows *ret,
		      const char **ret_trouble)
{
	const struct ml_table *table = table_of(level);
	const struct ml_col **cols = ml_arena_calloc(a, like->nnames + 1, sizeof(*cols));
	struct ml_query query = {
		.parts = part_of(level->report, level->table),
		.cols = cols,
		.ncols = like->nnames,
	};
	struct ml_snap *snap;
	int rc;

	if (!cols)
		return ml_fail(ctx, -ENOMEM, "out of memory");
	for (size_t i = 0; table && i < like->nnames; i++)
		cols[i] = ml_table_find(table, like->names[i]);
	rc = ml_snap_take(root, level->report, &query, &snap);
	if (rc)
		return ml_fail(ctx, rc, "out of memory");
	*ret_trouble = NULL;
	rc = find_trouble(snap, a, ret_trouble);
	if (!rc)
		rc = collect(level, like, ctx, &query, snap, a, ret);
	ml_snap_unref(snap);
	if (rc == -EINVAL)
		return ml_fail(ctx, rc, "verify: there is no table %s", level->table);
	return rc == -ENOMEM ? ml_fail(ctx, rc, "out of memory") : rc;
}

int ml_testimony_more(const struct ml_testimony_level *level,
		      const struct ml_witness_level *like, struct ml_arena *a,
		      struct ml_rows *ret)
{
	const struct ml_table *table = table_of(level);

	for (size_t i = 0; table && i < table->ncols; i++) {
		const struct ml_col *col = &table->cols[i];
		const char **name;

		if (col->flags & ML_COL_DELTA || strcmp(col->key, level->key) == 0 ||
		    has_word(like->names, like->nnames, col->key))
			continue;
		name = ml_rows_add(ret, a);
		if (!name)
			return -ENOMEM;
		*name = col->key;
	}
	return 0;
}

/* ---- the levels ---- */

static const char *const slab_sums[] = { "objects", "active", "slabs", "bytes" };

const struct ml_testimony_level ml_testimony_levels[] = {
	{ .id = "free", .report = &ml_report_free, .table = "free", .key = "what" },
	{ .id = "meminfo", .report = &ml_report_free, .collect = collect_meminfo },
	{ .id = "vmstat", .report = &ml_report_vmstat, .table = "all", .key = "counter" },
	{ .id = "stat", .report = &ml_report_vmstat, .collect = collect_stat },
	{ .id = "slab",
	  .report = &ml_report_slab,
	  .table = "slab",
	  .key = "cache",
	  .sums = slab_sums,
	  .nsums = ML_ARRAY_SIZE(slab_sums),
	  .census = true },
	{ .id = "processes",
	  .report = &ml_report_ps,
	  .table = "processes",
	  .key = "pid",
	  .identity = "start",
	  .census = true },
	{ .id = "kernel_threads",
	  .report = &ml_report_ps,
	  .table = "kernel_threads",
	  .key = "pid",
	  .census = true },
};

const size_t ml_testimony_levels_count = ML_ARRAY_SIZE(ml_testimony_levels);
