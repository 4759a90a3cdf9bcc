/* SPDX-License-Identifier: MIT */
/* flat: the "name value" lines of a control group's files. */
#include "parse/flat.h"

#include <errno.h>

struct ml_str ml_flat_name(const struct ml_flat_names *names, size_t i)
{
	return ((const struct ml_kv_row *)ml_rows_at(&names->kv.rows, i))->key;
}

/* ML_FLAT_MAX when there are too many names; -ENOMEM. */
static int add_name(struct ml_flat_names *names, struct ml_arena *a, struct ml_str name)
{
	size_t n = names->kv.rows.n;

	if (n >= ML_FLAT_MAX)
		return ML_FLAT_MAX;
	name.p = ml_arena_strndup(a, name.p, name.n);
	if (!name.p || ml_kv_set(&names->kv, a, name, n, ML_UNIT_NONE))
		return -ENOMEM;
	return (int)n;
}

/* Files of one kernel have one order: the name after the last one is tried first. */
static int find_name(struct ml_flat_names *names, struct ml_arena *a, struct ml_str name,
		     int guess)
{
	const struct ml_kv_row *row;

	if ((size_t)guess < names->kv.rows.n &&
	    ml_str_eq(ml_flat_name(names, (size_t)guess), name))
		return guess;
	row = ml_kv_find(&names->kv, name);
	return row ? (int)row->value : add_name(names, a, name);
}

/* No name of the kernel is longer by far. */
#define NAME_MAX_BYTES 64

static bool take_pair(struct ml_str line, struct ml_str *ret_name, uint64_t *ret)
{
	struct ml_str word;

	return ml_next_word(&line, ret_name) && ret_name->n <= NAME_MAX_BYTES &&
	       ml_next_word(&line, &word) && ml_num_u64(word, ret) &&
	       !ml_next_word(&line, &word);
}

static int keep(const uint64_t *values, size_t n, struct ml_arena *a, struct ml_flat *ret)
{
	uint64_t *at = ml_arena_calloc(a, n, sizeof(*at));

	if (!at)
		return -ENOMEM;
	memcpy(at, values, n * sizeof(*at));
	*ret = (struct ml_flat){ at, n };
	return 0;
}

int ml_parse_flat(struct ml_str text, struct ml_arena *a, struct ml_flat_names *names,
		  struct ml_parsed *count, struct ml_flat *ret)
{
	uint64_t values[ML_FLAT_MAX], value;
	struct ml_str line, name;
	int at = -1;

	memset(values, 0xff, sizeof(values)); /* ML_NONE */
	while (ml_parse_line(&text, count, &line)) {
		if (!line.n || !ml_str_trim(line).n)
			continue;
		if (!take_pair(line, &name, &value)) {
			ml_parse_bad(count);
			continue;
		}
		at = find_name(names, a, name, at + 1);
		if (at < 0)
			return -ENOMEM;
		if (at < ML_FLAT_MAX)
			values[at] = value;
		else
			ml_parse_bad(count);
	}
	return keep(values, names->kv.rows.n, a, ret);
}

uint64_t ml_flat_get(const struct ml_flat_names *names, const struct ml_flat *flat,
		     const char *name)
{
	const struct ml_kv_row *row = ml_kv_find(&names->kv, ml_str_of(name));

	return row ? ml_flat_at(flat, row->value) : ML_NONE;
}
