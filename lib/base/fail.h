/* SPDX-License-Identifier: MIT */
/* fail: the context that keeps the last error message. */
#pragma once

#include "memlens.h"

struct ml_opener;
struct ml_witness;

struct ml_ctx {
	char error[512];
	const struct ml_opener *opener;   /* of what is no directory, or NULL */
	const struct ml_witness *witness; /* for the report verify, or NULL */
};

/* Keep a message and return `code`, so that a failure is one statement. `ctx` may be
 * NULL. */
int ml_fail(struct ml_ctx *ctx, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#ifdef __clang_analyzer__ /* does not know from the declaration that it is `code` */
#define ml_fail(ctx, code, ...) ((void)ml_fail(ctx, code, __VA_ARGS__), (code))
#endif
