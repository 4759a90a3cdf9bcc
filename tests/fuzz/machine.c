/* SPDX-License-Identifier: MIT */
/* machine: a whole hostile machine through the models and the reports. */
#include "machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/host.h"
#include "model/memory_blocks.h"
#include "model/queue_text.h"
#include "model/shm_text.h"
#include "model/zram.h"
#include "parse/iomem.h"
#include "report/report.h"
#include "source/identity.h"
#include "task.h"

static int feed_of(struct ml_str key)
{
	for (int id = 0; id < ML_FEED_COUNT; id++)
		if (ml_str_is(key, ml_feeds_register[id].key))
			return id;
	return -1;
}

/* Devices of one mm_stat a line. */
static void take_zram(struct ml_snap *snap, struct ml_str file)
{
	struct ml_rows *rows = &snap->feed[ML_FEED_ZRAM].parsed.rows;
	const struct ml_zram_mm *mm;
	struct ml_parsed parsed = { 0 };

	if (snap->taken & ML_FEED(ZRAM))
		return;
	snap->taken |= ML_FEED(ZRAM);
	*rows = ML_ROWS(struct ml_zram);
	if (ml_parse_zram_mm(file, &snap->arena, &parsed))
		abort();
	ml_for_each_row(mm, &parsed.rows) {
		struct ml_zram *z = ml_rows_add(rows, &snap->arena);
		const char *name = ml_arena_printf(&snap->arena, "zram%zu", rows->n - 1);

		if (!z || !name)
			abort();
		memset(&z->io, 0xff, sizeof(z->io));
		z->mm = *mm;
		z->name = ml_str_of(name);
		z->disksize = mm->limit;
		z->bd.stored = z->bd.reads = z->bd.writes = mm->peak;
	}
}

/* The file of one section; a feed that gathers knows but a few as a text. */
static void take_section(struct ml_snap *snap, struct ml_str key, struct ml_str file)
{
	int id = feed_of(key);
	ml_parse_fn *parse = id < 0 ? NULL : ml_feeds_register[id].parse;

	if (fuzz_task_section(snap, key, file))
		return;
	if (id == ML_FEED_ZRAM)
		take_zram(snap, file);
	if (id == ML_FEED_IOMEM)
		parse = ml_parse_iomem;
	if (id == ML_FEED_SHM || id == ML_FEED_SHM_LARGE)
		parse = ml_parse_shm_text;
	if (id == ML_FEED_QUEUES || id == ML_FEED_QUEUES_LARGE)
		parse = ml_parse_queue_text;
	if (id == ML_FEED_MEMORY_BLOCKS)
		parse = ml_parse_memory_blocks;
	if (!parse || snap->taken & 1ull << id)
		return;
	snap->taken |= 1ull << id;
	if (parse(file, &snap->arena, &snap->feed[id].parsed))
		abort();
}

/* From the start of `text` to the next line that begins with '@'. */
static struct ml_str next_file(struct ml_str *text)
{
	struct ml_str file = { text->p, 0 }, line;

	while (text->n && *text->p != '@')
		if (!ml_next_line(text, &line))
			break;
	file.n = (size_t)(text->p - file.p);
	return file;
}

static struct ml_snap *snap_of(struct ml_root *root, struct ml_str text)
{
	struct ml_snap *snap = calloc(1, sizeof(*snap));
	struct ml_str key;

	if (!snap)
		return NULL;
	snap->refs = 1;
	snap->root = ml_root_ref(root);
	snap->wall_ms = ML_NONE;
	while (ml_next_line(&text, &key)) {
		struct ml_str file = next_file(&text);

		take_section(snap, ml_str_skip(key, 1), file);
	}
	ml_host_measure(snap);
	return snap;
}

static void touch_table(struct ml_result *result, size_t t)
{
	const struct ml_table *table = ml_result_table(result, t);
	struct ml_value v;
	const void *row;
	bool last;

	for (size_t i = 0; i < ml_result_nrows(result, t); i++) {
		row = ml_result_row(result, t, i);
		ml_result_depth(result, t, i, &last);
		for (size_t c = 0; c < ml_table_ncols(table); c++)
			ml_value_of(ml_table_col(table, c), row, &v);
	}
}

static const char *const filters[] = { "bytes > 1K", "rss > 0", "name ~ /" };

static void build(const struct ml_report *report, struct ml_snap *prev,
		  struct ml_snap *cur)
{
	struct ml_query all = { .parts = (1ull << ml_report_ntables(report)) - 1 };
	struct ml_result *result;
	struct ml_ctx ctx = { 0 };
	int rc;

	rc = ml_report_build(&ctx, report, &all, prev, cur, &result);
	if (rc == -ENOMEM)
		abort();
	if (rc) /* verify has nothing to compare with here */
		return;
	for (size_t t = 0; t < ml_result_ntables(result); t++) {
		const struct ml_table *table = ml_result_table(result, t);

		touch_table(result, t);
		while (ml_result_next(result, t))
			;
		if (ml_result_sort(&ctx, result,
				   ml_table_col(table, ml_table_ncols(table) / 2)->key))
			abort();
	}
	for (size_t i = 0; i < ML_ARRAY_SIZE(filters); i++)
		if (ml_result_filter(&ctx, result, filters[i]) == 0)
			touch_table(result, 0);
	ml_result_top(result, 3);
	touch_table(result, 0);
	ml_result_unref(result);
}

void fuzz_machine(struct ml_str text)
{
	struct ml_identity identity = { .known = true }; /* there is no machine to ask */
	struct ml_root root = { .refs = 1, .fd = -1, .identity = &identity };
	size_t half = text.n / 2;
	struct ml_snap *prev = snap_of(&root, (struct ml_str){ text.p, half });
	struct ml_snap *cur = snap_of(&root, text);

	for (size_t i = 0; prev && cur && i < ml_report_count(); i++) {
		cur->monotonic_ns = prev->monotonic_ns + 1000000000;
		build(ml_report_at(i), NULL, cur);
		build(ml_report_at(i), prev, cur);
	}
	ml_snap_unref(prev);
	ml_snap_unref(cur);
}
