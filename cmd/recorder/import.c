/* SPDX-License-Identifier: MIT */
/* import: what others recorded, into the series of a recording. */
#include "recorder/record.h"

int record_import(struct ml_ctx *ctx, const struct opts *opts, const char *folder)
{
	(void)ctx;
	(void)opts;
	return complain(EXIT_FAILED, "%s", folder);
}
