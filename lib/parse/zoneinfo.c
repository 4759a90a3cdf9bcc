/* SPDX-License-Identifier: MIT */
/* zoneinfo: /proc/zoneinfo - a block of lines is one row, its counters kept by name. */
#include "parse/zoneinfo.h"

#include <errno.h>

#include "base/cleanup.h"

/* The kernel's largest MAX_NUMNODES (1024) times any number of zones it has: a bound on
 * what a hostile tree can make us hold. */
#define ROWS_MAX (1024 * ML_ZONES_MAX)

enum section {
	SECTION_ZONE,
	SECTION_NODE, /* after "per-node stats" (4.8) */
	SECTION_CPU,  /* after "cpu:", where a line is one share of a sum */
};

struct reader {
	struct ml_arena *a;
	struct ml_rows *rows;
	struct ml_zoneinfo_row *zone; /* the last row, or NULL outside of a zone */
	enum section section;
};

#define FIELD(name) offsetof(struct ml_zoneinfo_row, name)

/* The colon is the difference between the zone's "high" and a CPU's "high:". */
static const struct field {
	const char *key;
	uint16_t offset;
	bool sum;
} fields[] = {
	{ "free",       FIELD(free),      false },
	{ "boost",      FIELD(boost),     false },
	{ "min",        FIELD(min),       false },
	{ "low",        FIELD(low),       false },
	{ "high",       FIELD(high),      false },
	{ "promo",      FIELD(promo),     false },
	{ "spanned",    FIELD(spanned),   false },
	{ "present",    FIELD(present),   false },
	{ "managed",    FIELD(managed),   false },
	{ "cma",        FIELD(cma),       false },
	{ "start_pfn:", FIELD(start_pfn), false },
	{ "count:",     FIELD(pcp_count), true  },
	{ "high:",      FIELD(pcp_high),  true  },
	{ "batch:",     FIELD(pcp_batch), true  },
};

static uint64_t *field_at(struct ml_zoneinfo_row *zone, const struct field *f)
{
	return (uint64_t *)((char *)zone + f->offset);
}

static const struct field *field_of(struct ml_str key)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(fields); i++) {
		if (ml_str_is(key, fields[i].key))
			return &fields[i];
	}
	return NULL;
}

/* "nr_mlock 0", "start_pfn: 1", "vm stats threshold: 4", and "scanned 0 (a: 0 i: 0)" of
 * 2.6.16, whose parentheses only split the number up. */
static bool pair_of(struct ml_str line, struct ml_str *ret_key, uint64_t *ret)
{
	struct ml_str rest = line, word;

	if (!ml_next_word(&rest, ret_key) || !ml_next_word(&rest, &word))
		return false;
	if (!ml_num_u64(word, ret)) {
		rest = line;
		if (!ml_split(&rest, ':', ret_key) || !ml_next_word(&rest, &word) ||
		    !ml_num_u64(word, ret))
			return false;
	}
	rest = ml_str_trim(rest);
	return !rest.n || rest.p[0] == '(';
}

/* A line that no member stands for: kept by its name, without the colon. */
static int keep(struct reader *r, struct ml_str key, uint64_t value)
{
	bool node = r->section == SECTION_NODE;
	struct ml_kv *kv = node ? &r->zone->node_stats : &r->zone->stats;
	const struct ml_kv_row *old;
	int rc;

	if (key.n > 1 && key.p[key.n - 1] == ':')
		key.n--;
	old = r->section == SECTION_CPU ? ml_kv_find(kv, key) : NULL;
	if (old)
		value = ml_add(value, old->value);
	rc = ml_kv_set(kv, r->a, key, value, ML_UNIT_COUNT);
	return rc == -E2BIG ? -EINVAL : rc;
}

static int read_value(struct reader *r, struct ml_str line)
{
	const struct field *f;
	struct ml_str key;
	uint64_t value, *at;

	if (!pair_of(line, &key, &value))
		return -EINVAL;
	if (value > INT64_MAX) /* a negative sum of per-CPU parts */
		value = 0;
	f = r->section == SECTION_NODE ? NULL : field_of(key);
	if (!f)
		return keep(r, key, value);
	at = field_at(r->zone, f);
	*at = f->sum ? ml_add(ml_or0(*at), value) : value;
	return 0;
}

/* "Node 0, zone   Normal" */
static int begin_zone(struct reader *r, struct ml_str line)
{
	struct ml_zoneinfo_row zone = { .nr_pagesets = ML_NONE };

	r->zone = NULL; /* what follows a bad heading belongs to no zone we know */
	r->section = SECTION_ZONE;
	if (r->rows->n == ROWS_MAX || !ml_parse_node_zone(&line, &zone.node, &zone.zone))
		return -EINVAL;
	for (size_t i = 0; i < ML_ARRAY_SIZE(fields); i++)
		*field_at(&zone, &fields[i]) = ML_NONE;
	r->zone = ml_rows_add(r->rows, r->a);
	if (!r->zone)
		return -ENOMEM;
	*r->zone = zone;
	return 0;
}

static int begin_node_stats(struct reader *r, struct ml_str line)
{
	(void)line;
	r->section = SECTION_NODE;
	return 0;
}

/* "pages free     3979": the first line of the zone itself. */
static int begin_pages(struct reader *r, struct ml_str line)
{
	struct ml_str word;

	r->section = SECTION_ZONE;
	return ml_next_word(&line, &word) ? read_value(r, line) : -EINVAL;
}

static int begin_pagesets(struct reader *r, struct ml_str line)
{
	(void)line;
	r->section = SECTION_ZONE;
	return 0;
}

/* "cpu: 0"; 2.6.16 has "cpu: 0 pcp: 0" and "pcp: 1", hot and cold pages. */
static int begin_cpu(struct reader *r, struct ml_str line)
{
	(void)line;
	r->section = SECTION_CPU;
	r->zone->nr_pagesets = ml_add(ml_or0(r->zone->nr_pagesets), 1);
	return 0;
}

/* "vm stats threshold: 4" closes a CPU's lines, and on the last CPU the pagesets. */
static int end_cpu(struct reader *r, struct ml_str line)
{
	r->section = SECTION_ZONE;
	return read_value(r, line);
}

/* "protection: (0, 828, 1360, 1487)" */
static int read_protection(struct reader *r, struct ml_str line)
{
	uint64_t pages[ML_ZONES_MAX];
	struct ml_str list, word;
	size_t n = 0;

	if (!ml_split(&line, '(', &word) || !ml_split(&line, ')', &list))
		return -EINVAL;
	while (list.n) {
		if (!ml_split(&list, ',', &word)) {
			word = list;
			list.n = 0;
		}
		if (n == ML_ZONES_MAX || !ml_num_u64(ml_str_trim(word), &pages[n]))
			return -EINVAL;
		n++;
	}
	memcpy(r->zone->protection, pages, n * sizeof(*pages));
	r->zone->nr_protection = n;
	return 0;
}

/* Lines told by their first word; all others are a name and a number. */
static const struct {
	const char *word;
	int (*read)(struct reader *r, struct ml_str line);
} lines[] = {
	{ "Node",        begin_zone       },
	{ "per-node",    begin_node_stats },
	{ "pages",       begin_pages      },
	{ "protection:", read_protection  },
	{ "pagesets",    begin_pagesets   },
	{ "cpu:",        begin_cpu        },
	{ "vm",          end_cpu          },
};

/* 0, -EINVAL for a line not understood, -ENOMEM. */
static int read_line(struct reader *r, struct ml_str line)
{
	struct ml_str rest = line, word;

	if (!ml_next_word(&rest, &word))
		return 0;
	if (!r->zone && !ml_str_is(word, "Node"))
		return -EINVAL;
	for (size_t i = 0; i < ML_ARRAY_SIZE(lines); i++) {
		if (ml_str_is(word, lines[i].word))
			return lines[i].read(r, line);
	}
	return read_value(r, line);
}

int ml_parse_zoneinfo(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct reader r = { .a = a, .rows = &ret->rows };
	struct ml_str line;
	int rc;

	ret->rows = ML_ROWS(struct ml_zoneinfo_row);
	while (ml_parse_line(&text, ret, &line)) {
		rc = read_line(&r, ml_str_trim(line));
		if (rc == -ENOMEM)
			return rc;
		if (rc)
			ml_parse_bad(ret);
	}
	return 0;
}
