/* SPDX-License-Identifier: MIT */
/* slabinfo: /proc/slabinfo, read from the right, since names hold anything. */
#include "parse/slabinfo.h"

#include <errno.h>

#include "base/cleanup.h"

#define FIELD(name) offsetof(struct ml_slabinfo_row, name)

/* What stands between the name and " : tunables". */
static const uint16_t objects_fields[] = {
	FIELD(active), FIELD(objects), FIELD(object_bytes), FIELD(objects_per_slab),
	FIELD(pages_per_slab),
};

static const uint16_t tunables_fields[] = {
	FIELD(limit), FIELD(batchcount), FIELD(sharedfactor),
};

static const uint16_t slabdata_fields[] = {
	FIELD(active_slabs), FIELD(slabs), FIELD(shared_available),
};

/* Version 1.1: the only numbers of a line, but for " : limit batchcount" with SMP. */
static const uint16_t old_fields[] = {
	FIELD(active), FIELD(objects), FIELD(object_bytes), FIELD(active_slabs),
	FIELD(slabs), FIELD(pages_per_slab),
};

static uint64_t *field_at(struct ml_slabinfo_row *row, uint16_t offset)
{
	return (uint64_t *)((char *)row + offset);
}

static bool read_first(struct ml_str *line, const uint16_t *fields, size_t n,
		       struct ml_slabinfo_row *ret)
{
	struct ml_str word;

	for (size_t i = 0; i < n; i++) {
		if (!ml_next_word(line, &word) ||
		    !ml_num_u64(word, field_at(ret, fields[i])))
			return false;
	}
	return true;
}

static bool read_last(struct ml_str *line, const uint16_t *fields, size_t n,
		      struct ml_slabinfo_row *ret)
{
	struct ml_str word;

	while (n--) {
		if (!ml_last_word(line, &word) ||
		    !ml_num_u64(word, field_at(ret, fields[n])))
			return false;
	}
	return true;
}

static bool read_name(struct ml_str line, struct ml_slabinfo_row *ret)
{
	ret->cache = ml_str_trim(line);
	return ret->cache.n > 0;
}

/* At the last " : tunables": an earlier one is part of the name. */
static bool split_tunables(struct ml_str *line, struct ml_str *ret_left)
{
	static const struct ml_str mark = { " : tunables ", 12 };
	size_t i = line->n < mark.n ? 0 : line->n - mark.n + 1;

	while (i--) {
		if (memcmp(line->p + i, mark.p, mark.n) == 0) {
			*ret_left = (struct ml_str){ line->p, i };
			*line = ml_str_skip(*line, i + mark.n);
			return true;
		}
	}
	return false;
}

/* Versions 2.0 and 2.1; what SLAB's statistics append is left out. */
static bool read_new(struct ml_str left, struct ml_str right, struct ml_slabinfo_row *ret)
{
	struct ml_str colon, word;

	if (!read_last(&left, objects_fields, ML_ARRAY_SIZE(objects_fields), ret) ||
	    !read_name(left, ret))
		return false;
	if (!read_first(&right, tunables_fields, ML_ARRAY_SIZE(tunables_fields), ret))
		return false;
	if (!ml_next_word(&right, &colon) || !ml_str_is(colon, ":") ||
	    !ml_next_word(&right, &word) || !ml_str_is(word, "slabdata"))
		return false;
	return read_first(&right, slabdata_fields, ML_ARRAY_SIZE(slabdata_fields), ret);
}

/* 1.1 of kernel 2.4: "name 64 70 112 2 2 1[ : 252 126]". */
static bool read_old(struct ml_str line, struct ml_slabinfo_row *ret)
{
	struct ml_str left;

	*ret = (struct ml_slabinfo_row){
		.objects_per_slab = ML_NONE,
		.limit = ML_NONE,
		.batchcount = ML_NONE,
		.sharedfactor = ML_NONE,
		.shared_available = ML_NONE,
	};
	if (ml_split(&line, ':', &left)) {
		if (!read_first(&line, tunables_fields, 2, ret))
			return false;
		line = left;
	}
	return read_last(&line, old_fields, ML_ARRAY_SIZE(old_fields), ret) &&
	       read_name(line, ret);
}

static bool read_row(struct ml_str line, const struct ml_slabinfo_head *head,
		     struct ml_slabinfo_row *ret)
{
	struct ml_str left;

	if (split_tunables(&line, &left))
		return read_new(left, line, ret);
	return ml_str_starts(head->version, "1.") && read_old(line, ret);
}

/* "slabinfo - version: 2.1 (statistics)" and "# name  <active_objs> ...". */
static bool is_header(struct ml_str line, struct ml_slabinfo_head *head)
{
	static const char title[] = "slabinfo - version:";

	if (ml_str_starts(line, "# name"))
		return true;
	if (!ml_str_starts(line, title))
		return false;
	line = ml_str_skip(line, sizeof(title) - 1);
	return ml_next_word(&line, &head->version);
}

int ml_parse_slabinfo(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_slabinfo_head *head = ml_arena_calloc(a, 1, sizeof(*head));
	struct ml_slabinfo_row row, *at;
	struct ml_str line;

	if (!head)
		return -ENOMEM;
	ret->head = head;
	ret->rows = ML_ROWS(struct ml_slabinfo_row);
	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		if (!line.n || is_header(line, head))
			continue;
		if (!read_row(line, head, &row)) {
			ml_parse_bad(ret);
			continue;
		}
		at = ml_rows_add(&ret->rows, a);
		if (!at)
			return -ENOMEM;
		*at = row;
	}
	return 0;
}
