/* SPDX-License-Identifier: MIT */
/* col: how columns are declared. The type is taken from the member, so the two cannot
 * differ. */
#pragma once

#include "base/str.h"
#include "memlens.h"

#define ML_TYPE_OF(member) \
	_Generic((member), struct ml_str: ML_TYPE_STR, struct ml_list: ML_TYPE_STR, \
		 uint64_t: ML_TYPE_U64, int64_t: ML_TYPE_S64, double: ML_TYPE_F64)

#define ML_COL(st, field, unit_, sem_, key_, head_, help_, ...) \
	{ \
		.key = (key_), .head = (head_), .help = (help_), .unit = (unit_), \
		.sem = (sem_), .type = ML_TYPE_OF(((st *)0)->field), \
		.offset = offsetof(st, field), ##__VA_ARGS__ \
	}

#define ML_LABEL(st, field, key, head, help, ...) \
	ML_COL(st, field, ML_UNIT_NONE, ML_SEM_LABEL, key, head, help, ##__VA_ARGS__)
#define ML_BYTES(st, field, key, head, help, ...) \
	ML_COL(st, field, ML_UNIT_BYTES, ML_SEM_GAUGE, key, head, help, ##__VA_ARGS__)
#define ML_COUNT(st, field, key, head, help, ...) \
	ML_COL(st, field, ML_UNIT_COUNT, ML_SEM_GAUGE, key, head, help, ##__VA_ARGS__)
#define ML_RATIO(st, field, key, head, help, ...) \
	ML_COL(st, field, ML_UNIT_RATIO, ML_SEM_GAUGE, key, head, help, ##__VA_ARGS__)
#define ML_INDEX(st, field, key, head, help, ...) \
	ML_COL(st, field, ML_UNIT_INDEX, ML_SEM_GAUGE, key, head, help, ##__VA_ARGS__)
#define ML_SECONDS(st, field, key, head, help, ...) \
	ML_COL(st, field, ML_UNIT_SECONDS, ML_SEM_GAUGE, key, head, help, ##__VA_ARGS__)
#define ML_TRUTH(st, field, key, head, help, ...) \
	ML_COL(st, field, ML_UNIT_TRUTH, ML_SEM_GAUGE, key, head, help, ##__VA_ARGS__)
#define ML_RATE(st, field, key, head, help, ...) \
	ML_COL(st, field, ML_UNIT_PER_SECOND, ML_SEM_GAUGE, key, head, help, \
	       ##__VA_ARGS__)
#define ML_BYTE_RATE(st, field, key, head, help, ...) \
	ML_COL(st, field, ML_UNIT_BYTES_PER_SECOND, ML_SEM_GAUGE, key, head, help, \
	       ##__VA_ARGS__)

/* The order of two known values of one column. */
int ml_value_cmp(const struct ml_value *a, const struct ml_value *b);
