/* SPDX-License-Identifier: MIT */
/* lookup: one value that no screen has, asked of the library at once. */
#pragma once

/* What column `key` of the first row says that `words` bring for `subject`, in %s; `root`
 * as of the session. To be freed; NULL where there is none. */
char *lookup_value(const char *root, const char *words, const char *subject,
		   const char *key);
