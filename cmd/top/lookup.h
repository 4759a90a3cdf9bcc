/* SPDX-License-Identifier: MIT */
/* lookup: one value that no screen has, asked of the library at once. */
#pragma once

#include "top/app.h"

/* What column `key` of the first row says that `words` bring for `subject`, in %s, of
 * the instant on show. To be freed; NULL where there is none. */
char *lookup_value(const struct app *app, const char *words, const char *subject,
		   const char *key);
