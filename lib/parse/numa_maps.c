/* SPDX-License-Identifier: MIT */
/* numa_maps: /proc/PID/numa_maps - a line per mapping with its policy and its nodes. */
#include "parse/numa_maps.h"

#include <errno.h>
#include <stddef.h>

#include "base/cleanup.h"

/* More nodes than any kernel is built for (MAX_NUMNODES). */
#define NODES_MAX 1024

static const struct {
	const char *key;
	size_t offset;
} counts[] = {
	{ "anon", offsetof(struct ml_numa_maps_row, anon) },
	{ "dirty", offsetof(struct ml_numa_maps_row, dirty) },
	{ "mapped", offsetof(struct ml_numa_maps_row, mapped) },
	{ "mapmax", offsetof(struct ml_numa_maps_row, mapmax) },
	{ "swapcache", offsetof(struct ml_numa_maps_row, swapcache) },
	{ "active", offsetof(struct ml_numa_maps_row, active) },
	{ "writeback", offsetof(struct ml_numa_maps_row, writeback) },
};

/* The policies of two words. */
static const struct {
	const char *first, *second;
} pairs[] = {
	{ "prefer", "(many)" },
	{ "weighted", "interleave" },
};

static bool take_policy(struct ml_str *line, struct ml_str *ret)
{
	struct ml_str rest, word;

	if (!ml_next_word(line, ret))
		return false;
	rest = *line;
	if (!ml_next_word(&rest, &word))
		return true;
	for (size_t i = 0; i < ML_ARRAY_SIZE(pairs); i++)
		if (ml_str_is(*ret, pairs[i].first) &&
		    ml_str_starts(word, pairs[i].second)) {
			ret->n = (size_t)(word.p + word.n - ret->p);
			*line = rest;
		}
	return true;
}

static int add_pages(struct ml_numa_maps_row *row, struct ml_rows *nodes,
		     struct ml_arena *a, uint64_t node, uint64_t count)
{
	struct ml_numa_pages *pages = ml_rows_add(nodes, a);

	if (!pages)
		return -ENOMEM;
	*pages = (struct ml_numa_pages){ node, count };
	row->n++;
	return 0;
}

/* "N0=12" */
static bool is_node(struct ml_str key, uint64_t *ret)
{
	return key.n > 1 && key.p[0] == 'N' && ml_num_u64(ml_str_skip(key, 1), ret) &&
	       *ret < NODES_MAX;
}

static bool take_count(struct ml_numa_maps_row *row, struct ml_str key, uint64_t value)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(counts); i++)
		if (ml_str_is(key, counts[i].key)) {
			*(uint64_t *)((char *)row + counts[i].offset) = value;
			return true;
		}
	return false;
}

static bool take_flag(struct ml_numa_maps_row *row, struct ml_str word)
{
	if (ml_str_is(word, "heap"))
		row->heap = 1;
	else if (ml_str_is(word, "stack"))
		row->stack = 1;
	else if (ml_str_is(word, "huge"))
		row->huge = 1;
	else
		return false;
	return true;
}

/* One "key=value": 1, 0 when it is not understood, or -ENOMEM. Keys that are not known
 * are passed over. */
static int take_pair(struct ml_numa_maps_row *row, struct ml_rows *nodes,
		     struct ml_arena *a, struct ml_str key, struct ml_str text)
{
	uint64_t value, node;

	if (ml_str_is(key, "file"))
		return ml_parse_unescape(text, a, &row->file) ? -ENOMEM : 1;
	if (!ml_num_u64(text, &value))
		return 0;
	if (ml_str_is(key, "kernelpagesize_kB"))
		row->page_size = ml_mul(value, ML_KIB);
	else if (is_node(key, &node))
		return add_pages(row, nodes, a, node, value) ? -ENOMEM : 1;
	else
		take_count(row, key, value);
	return 1;
}

/* 1, 0 when the line is not understood, or -ENOMEM. */
static int read_row(struct ml_str line, struct ml_rows *nodes, struct ml_arena *a,
		    struct ml_numa_maps_row *ret)
{
	struct ml_str word, key;
	int rc = 1;

	memset(ret, 0xff, sizeof(*ret)); /* ML_NONE */
	ret->file = (struct ml_str){ 0 };
	ret->first = nodes->n;
	ret->n = 0;
	if (!ml_next_word(&line, &word) || !ml_num_hex(word, &ret->start) ||
	    !take_policy(&line, &ret->policy))
		return 0;
	while (rc > 0 && ml_next_word(&line, &word)) {
		if (take_flag(ret, word))
			continue;
		rc = ml_split(&word, '=', &key) ? take_pair(ret, nodes, a, key, word) : 1;
	}
	if (rc <= 0)
		nodes->n = ret->first;
	return rc;
}

int ml_parse_numa_maps(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_numa_maps_head *head = ml_arena_calloc(a, 1, sizeof(*head));
	struct ml_numa_maps_row row, *at;
	struct ml_str line;
	int rc;

	if (!head)
		return -ENOMEM;
	head->nodes = ML_ROWS(struct ml_numa_pages);
	ret->head = head;
	ret->rows = ML_ROWS(struct ml_numa_maps_row);
	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		if (!line.n)
			continue;
		rc = read_row(line, &head->nodes, a, &row);
		if (!rc) {
			ml_parse_bad(ret);
			continue;
		}
		at = rc > 0 ? ml_rows_add(&ret->rows, a) : NULL;
		if (!at)
			return -ENOMEM;
		*at = row;
	}
	return 0;
}

struct ml_str ml_numa_mode(struct ml_str policy)
{
	for (size_t i = 0; i < policy.n; i++)
		if (policy.p[i] == ':' || policy.p[i] == '=')
			return (struct ml_str){ policy.p, i };
	return policy;
}
