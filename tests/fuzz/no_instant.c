/* SPDX-License-Identifier: MIT */
/* no_instant: without libzstd there are no instants to read. */
#include "base/str.h"
#include "instant.h"

bool fuzz_instant(struct ml_str name, struct ml_str text)
{
	(void)text;
	return ml_str_is(name, "instant") || ml_str_is(name, "frame") ||
	       ml_str_is(name, "delta");
}
