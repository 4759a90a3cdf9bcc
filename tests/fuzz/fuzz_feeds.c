/* SPDX-License-Identifier: MIT */
/*
 * fuzz_feeds: any bytes into the parsers. The first line of an input names a feed
 * ("slabinfo") or a file of a process ("task_stat"), the rest is that file; with an unknown name the whole input goes to all of
 * them, so that an old corpus keeps its meaning when the register changes. An input that
 * begins with '@' is a whole machine: see machine.h.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "instant.h"
#include "log.h"
#include "machine.h"
#include "model/feeds.h"
#include "model/queue_text.h"
#include "model/shm_text.h"
#include "parse/buddyinfo.h"
#include "parse/diskstats.h"
#include "parse/iomem.h"
#include "parse/loadavg.h"
#include "parse/memory_blocks.h"
#include "parse/numa_maps.h"
#include "parse/pagetypeinfo.h"
#include "parse/pressure.h"
#include "parse/slabinfo.h"
#include "parse/stat.h"
#include "parse/swaps.h"
#include "parse/taskstats.h"
#include "parse/trace_format.h"
#include "parse/vmallocinfo.h"
#include "parse/zoneinfo.h"
#include "parse/zram.h"
#include "series.h"
#include "source/state.h"
#include "task.h"
#include "trace.h"

/* Where what was read ends up, so that no reading is optimised away. */
static volatile unsigned sink;

static void touch(const void *p, size_t n)
{
	const unsigned char *bytes = p;
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += bytes[i];
	sink += sum;
}

static void touch_str(struct ml_str s)
{
	touch(s.p, s.n);
}

static void expect(bool holds)
{
	if (!holds)
		abort();
}

/* Each pair is there once, and is found by its name. */
static void touch_kv(const struct ml_kv *kv)
{
	const struct ml_kv_row *row;

	expect(kv->rows.n <= ML_KV_MAX);
	ml_for_each_row(row, &kv->rows) {
		touch_str(row->key);
		expect(ml_kv_find(kv, row->key) == row);
		expect(row->value != ML_NONE);
	}
}

static void touch_zoneinfo(const void *p)
{
	const struct ml_zoneinfo_row *row = p;

	touch_str(row->zone);
	touch_kv(&row->stats);
	touch_kv(&row->node_stats);
	expect(row->nr_protection <= ML_ZONES_MAX);
}

static void touch_buddyinfo(const void *p)
{
	const struct ml_buddyinfo_row *row = p;

	touch_str(row->zone);
	expect(row->norders >= 1 && row->norders <= ML_ORDERS_MAX);
	touch(row->blocks, row->norders * sizeof(*row->blocks));
}

static void touch_pagetypeinfo(const void *p)
{
	const struct ml_pagetype_row *row = p;

	touch_str(row->zone);
	touch_str(row->type);
	expect(row->norders <= ML_ORDERS_MAX);
	expect(row->norders || row->pageblocks != ML_NONE ||
	       row->mixed_pageblocks != ML_NONE);
	touch(row->blocks, row->norders * sizeof(*row->blocks));
}

static void touch_slabinfo(const void *p)
{
	const struct ml_slabinfo_row *row = p;

	expect(row->cache.n > 0);
	touch_str(row->cache);
}

static void touch_vmallocinfo(const void *p)
{
	const struct ml_vmallocinfo_row *row = p;

	touch_str(row->caller);
	touch_str(row->module);
	touch_str(row->kind);
}

static void touch_swaps(const void *p)
{
	const struct ml_swaps_row *row = p;

	expect(row->path.n > 0);
	touch_str(row->path);
	touch_str(row->type);
}

static void touch_pressure(const void *p)
{
	const struct ml_pressure_row *row = p;

	touch_str(row->kind);
}

static void touch_iomem(const void *p)
{
	const struct ml_iomem_row *row = p;

	touch_str(row->name);
}

static void touch_shm(const void *p)
{
	const struct ml_shm_object *row = p;

	touch_str(row->name);
	expect(row->kind < ML_SHM_KINDS);
}

static void touch_numa_maps(const void *p)
{
	const struct ml_numa_maps_row *row = p;

	touch_str(row->policy);
	touch_str(row->file);
	touch_str(ml_numa_mode(row->policy));
	expect(row->policy.n > 0);
}

static void touch_diskstats(const void *p)
{
	const struct ml_diskstats_row *row = p;

	expect(row->name.n > 0);
	touch_str(row->name);
}

static void touch_memory_blocks(const void *p)
{
	const struct ml_memory_block *row = p;

	touch_str(row->state);
	touch_str(row->zones);
}

/* How rows with strings, arrays or pairs are read; the others are only numbers. */
static const struct {
	ml_parse_fn *parse;
	size_t row_size;
	void (*touch)(const void *row);
} shapes[] = {
	{ ml_parse_zoneinfo,     sizeof(struct ml_zoneinfo_row),    touch_zoneinfo     },
	{ ml_parse_buddyinfo,    sizeof(struct ml_buddyinfo_row),   touch_buddyinfo    },
	{ ml_parse_pagetypeinfo, sizeof(struct ml_pagetype_row),    touch_pagetypeinfo },
	{ ml_parse_slabinfo,     sizeof(struct ml_slabinfo_row),    touch_slabinfo     },
	{ ml_parse_vmallocinfo,  sizeof(struct ml_vmallocinfo_row), touch_vmallocinfo  },
	{ ml_parse_swaps,        sizeof(struct ml_swaps_row),       touch_swaps        },
	{ ml_parse_pressure,     sizeof(struct ml_pressure_row),    touch_pressure     },
	{ ml_parse_iomem,        sizeof(struct ml_iomem_row),       touch_iomem        },
	{ ml_parse_shm_text,     sizeof(struct ml_shm_object),      touch_shm          },
	{ ml_parse_numa_maps,    sizeof(struct ml_numa_maps_row),   touch_numa_maps    },
	{ ml_parse_diskstats,    sizeof(struct ml_diskstats_row),   touch_diskstats    },
	{ ml_parse_memory_blocks, sizeof(struct ml_memory_block),   touch_memory_blocks },
};

static void touch_shaped(ml_parse_fn *parse, const struct ml_rows *rows)
{
	const void *row;

	for (size_t i = 0; i < ML_ARRAY_SIZE(shapes); i++) {
		if (shapes[i].parse != parse)
			continue;
		expect(rows->size == shapes[i].row_size);
		ml_for_each_row(row, rows)
			shapes[i].touch(row);
	}
}

static void touch_parsed(ml_parse_fn *parse, const struct ml_parsed *parsed)
{
	const void *row;

	expect(parsed->bad_lines <= parsed->lines);
	expect(parsed->first_bad_line <= parsed->lines);
	expect(!parsed->first_bad_line == !parsed->bad_lines);
	ml_for_each_row(row, &parsed->rows)
		touch(row, parsed->rows.size);
	touch_shaped(parse, &parsed->rows);
	touch_kv(&parsed->kv);
}

/* The copy has the exact size, so that a sanitizer sees a read behind the text. */
static void run(ml_parse_fn *parse, const uint8_t *data, size_t size)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };
	_cleanup_free_ char *text = malloc(size ? size : 1);
	struct ml_parsed parsed = { 0 };

	if (!text)
		return;
	if (size)
		memcpy(text, data, size);
	expect(parse((struct ml_str){ text, size }, &a, &parsed) == 0);
	touch_parsed(parse, &parsed);
}

/* No feed: the file that a run leaves for the next. Every path in it is found again. */
static int parse_state(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_tape *tape = ml_tape_new(ML_KEEP_HOST, 0);
	const struct ml_taped *file, *last = NULL;

	(void)a, (void)ret;
	if (tape && !ml_state_parse(text, tape))
		ml_for_each_row(file, &tape->files) {
			expect(!last || ml_str_cmp(last->path, file->path) < 0);
			expect(!memchr(file->path.p, '\0', file->path.n));
			touch_str(file->path);
			touch_str(file->text);
			last = file;
		}
	ml_tape_free(tape);
	return 0;
}

/* Parsers that the register knows only behind a gathering function. */
static const struct {
	const char *key;
	ml_parse_fn *parse;
} others[] = {
	{ "iomem", ml_parse_iomem },
	{ "shared_memory", ml_parse_shm_text },
	{ "queues", ml_parse_queue_text },
	{ "numa_maps", ml_parse_numa_maps },
	{ "zram_mm", ml_parse_zram_mm },
	{ "zram_io", ml_parse_zram_io },
	{ "zram_bd", ml_parse_zram_bd },
	{ "memory_blocks", ml_parse_memory_blocks },
	{ "taskstats", ml_parse_taskstats },
	{ "trace_format", ml_parse_trace_format },
	{ "state", parse_state },
};

static ml_parse_fn *parser_of(struct ml_str name)
{
	for (size_t i = 0; i < ML_FEED_COUNT; i++) {
		const struct ml_feed *feed = &ml_feeds_register[i];

		if (feed->parse && ml_str_is(name, feed->key))
			return feed->parse;
	}
	for (size_t i = 0; i < ML_ARRAY_SIZE(others); i++) {
		if (ml_str_is(name, others[i].key))
			return others[i].parse;
	}
	return NULL;
}

static void run_all(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < ML_FEED_COUNT; i++) {
		if (ml_feeds_register[i].parse)
			run(ml_feeds_register[i].parse, data, size);
	}
	for (size_t i = 0; i < ML_ARRAY_SIZE(others); i++)
		run(others[i].parse, data, size);
	fuzz_tasks((struct ml_str){ (const char *)data, size });
}

static void run_machine(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = malloc(size);

	if (text)
		fuzz_machine((struct ml_str){ memcpy(text, data, size), size });
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ml_str rest = { (const char *)data, size }, name = { 0 };
	ml_parse_fn *parse = ml_split(&rest, '\n', &name) ? parser_of(name) : NULL;

	if (size && *data == '@')
		run_machine(data, size);
	else if (parse)
		run(parse, data + size - rest.n, rest.n);
	else if (!name.n || (!fuzz_task(name, rest) && !fuzz_trace(name, rest) &&
			     !fuzz_log(name, rest) && !fuzz_instant(name, rest) &&
			     !fuzz_series(name, rest)))
		run_all(data, size);
	return 0;
}
