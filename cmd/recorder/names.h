/* SPDX-License-Identifier: MIT */
/* names: the series of a recording under the names that people see and type. */
#pragma once

#include "recorder/record.h"
#include "recorder/series.h"

/* Where they are read from; files that cannot be read are told, each by a line. */
struct named {
	struct ml_series_from from;
	struct ml_arena arena;
	struct ml_rows rows; /* of struct ml_series */
	bool damaged;        /* not all could be read */
};

/* `measure`: as ml_series_list() takes it. 0, or an exit status after one line to
 * stderr. */
int named_init(struct named *named, struct ml_ctx *ctx, const char *folder, bool measure);
void named_deinit(struct named *named);

/* Hostile bytes escaped, and what would end a name in a list or a heading. Allocated. */
char *series_name(struct ml_str name, bool utf8);

/* Whether a word of a list means it: as it is shown, with * and ? for any. */
bool series_is_meant(const struct ml_series *series, const char *word);

bool series_is_bytes(const struct ml_series *series);
