/* SPDX-License-Identifier: MIT */
/* small: files that hold one value, as most of /sys do. */
#include "source/small.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/str.h"

static int __attribute__((format(printf, 4, 0)))
read_text(const struct ml_root *root, struct ml_arena *a, struct ml_str *ret,
	  const char *fmt, va_list ap)
{
	char path[PATH_MAX];
	int n = vsnprintf(path, sizeof(path), fmt, ap), rc;

	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	rc = ml_root_read(root, path, a, ret);
	if (!rc && !ml_next_line(&(struct ml_str){ ret->p, ret->n }, ret))
		*ret = ML_STR("");
	if (!rc)
		*ret = ml_str_trim(*ret);
	return rc;
}

int ml_small_text(const struct ml_root *root, struct ml_arena *a, struct ml_str *ret,
		  const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = read_text(root, a, ret, fmt, ap);
	va_end(ap);
	return rc;
}

uint64_t ml_small_u64(const struct ml_root *root, const char *fmt, ...)
{
	struct ml_arena arena = { 0 };
	uint64_t value = ML_NONE;
	struct ml_str text, word;
	va_list ap;

	va_start(ap, fmt);
	if (read_text(root, &arena, &text, fmt, ap) || !ml_next_word(&text, &word) ||
	    !ml_num_u64(word, &value))
		value = ML_NONE;
	va_end(ap);
	ml_arena_deinit(&arena);
	return value;
}

struct ml_str ml_small_choice(struct ml_str text)
{
	struct ml_str rest = text, before, chosen;

	return ml_split(&rest, '[', &before) && ml_split(&rest, ']', &chosen) ? chosen
									      : text;
}
