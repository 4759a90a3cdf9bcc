/* SPDX-License-Identifier: MIT */
/* sysvipc_shm: /proc/sysvipc/shm - the SysV segments of our IPC namespace. */
#include "parse/sysvipc_shm.h"

#include <errno.h>
#include <stddef.h>

#include "base/cleanup.h"

#define FIELD(name, field)                                                               \
	{                                                                                \
		name, offsetof(struct ml_sysv_row, field)                                \
	}

/* The heading gives the order. */
static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	FIELD("shmid", id),          FIELD("perms", perms),
	FIELD("size", size),         FIELD("cpid", creator),
	FIELD("lpid", last),         FIELD("nattch", attached),
	FIELD("uid", uid),           FIELD("gid", gid),
	FIELD("atime", attach_time), FIELD("dtime", detach_time),
	FIELD("ctime", change_time), FIELD("rss", rss),
	FIELD("swap", swap),
};

enum {
	SKIPPED = ML_ARRAY_SIZE(fields), /* cuid, or one we do not know */
	KEY,
	COLUMNS_MAX = 32,
};

struct heading {
	unsigned char column[COLUMNS_MAX];
	size_t n;
};

static bool take_heading(struct ml_str line, struct heading *ret)
{
	struct ml_str word;

	if (!ml_next_word(&line, &word) || !ml_str_is(word, "key"))
		return false;
	ret->column[0] = KEY;
	ret->n = 1;
	while (ret->n < COLUMNS_MAX && ml_next_word(&line, &word)) {
		size_t i = 0;

		while (i < ML_ARRAY_SIZE(fields) && !ml_str_is(word, fields[i].name))
			i++;
		ret->column[ret->n++] = (unsigned char)i;
	}
	return true;
}

static bool take_octal(struct ml_str word, uint64_t *ret)
{
	uint64_t v = 0;

	if (!word.n || word.n > 12)
		return false;
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] < '0' || word.p[i] > '7')
			return false;
		v = v << 3 | (uint64_t)(word.p[i] - '0');
	}
	*ret = v;
	return true;
}

/* Before 5.x some kernels print pids of other namespaces as they are, which are 0. */
static bool take_field(size_t column, struct ml_str word, struct ml_sysv_row *ret)
{
	uint64_t *field;

	if (column == KEY)
		return ml_num_s64(word, &ret->key);
	if (column == SKIPPED)
		return true;
	field = (uint64_t *)((char *)ret + fields[column].offset);
	return field == &ret->perms ? take_octal(word, field) : ml_num_u64(word, field);
}

static bool take_row(struct ml_str line, const struct heading *heading,
		     struct ml_sysv_row *ret)
{
	struct ml_str word;

	memset(ret, 0xff, sizeof(*ret)); /* ML_NONE */
	for (size_t i = 0; i < heading->n; i++)
		if (!ml_next_word(&line, &word) ||
		    !take_field(heading->column[i], word, ret))
			return false;
	return ret->id != ML_NONE && ret->size != ML_NONE;
}

int ml_parse_sysvipc_shm(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct heading heading = { .n = 0 };
	struct ml_sysv_row row, *at;
	struct ml_str line;

	ret->rows = ML_ROWS(struct ml_sysv_row);
	while (ml_parse_line(&text, ret, &line)) {
		if (!ml_str_trim(line).n || take_heading(line, &heading))
			continue;
		if (!heading.n || !take_row(line, &heading, &row)) {
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
