/* SPDX-License-Identifier: MIT */
/* names: the series of a recording under the names that people see and type. */
#include "recorder/names.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static void met_bad(int error, void *data)
{
	struct named *named = data;

	named->damaged = true;
	complain(error, "%s", ml_ctx_error(named->from.ctx));
}

int named_init(struct named *named, struct ml_ctx *ctx, const char *folder, bool measure)
{
	*named = (struct named){ .from = { ctx, folder, met_bad, named } };
	if (!ml_series_list(&named->from, measure, &named->arena, &named->rows))
		return 0;
	complain(0, "%s", ml_ctx_error(ctx));
	named_deinit(named);
	return EXIT_UNREADABLE;
}

void named_deinit(struct named *named)
{
	ml_arena_deinit(&named->arena);
}

char *series_name(struct ml_str name, bool utf8)
{
	return safe_string_but(name, utf8, ",;\"");
}

static bool is_meant(const struct ml_series *series, const char *word, bool utf8)
{
	char *name = series_name(series->name, utf8);
	bool same = name &&
		    (strcmp(word, name) == 0 || fnmatch(word, name, FNM_NOESCAPE) == 0);

	free(name);
	return same;
}

bool series_is_meant(const struct ml_series *series, const char *word)
{
	return is_meant(series, word, true) || is_meant(series, word, false);
}

bool series_is_bytes(const struct ml_series *series)
{
	static const char bytes[] = "bytes";

	return series->unit.n == sizeof(bytes) - 1 &&
	       memcmp(series->unit.p, bytes, sizeof(bytes) - 1) == 0;
}
