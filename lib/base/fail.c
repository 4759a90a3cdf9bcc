/* SPDX-License-Identifier: MIT */
/* fail: the context that keeps the last error message. */
#include "base/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef MEMLENS_VERSION
#error "MEMLENS_VERSION comes from the Makefile"
#endif

const char *ml_version(void)
{
	return MEMLENS_VERSION;
}

int ml_ctx_new(struct ml_ctx **ret)
{
	struct ml_ctx *ctx = calloc(1, sizeof(*ctx));

	if (!ctx)
		return -ENOMEM;
	*ret = ctx;
	return 0;
}

void ml_ctx_free(struct ml_ctx *ctx)
{
	free(ctx);
}

void ml_ctx_set_opener(struct ml_ctx *ctx, const struct ml_opener *opener)
{
	ctx->opener = opener;
}

const char *ml_ctx_error(const struct ml_ctx *ctx)
{
	return ctx->error;
}

void ml_ctx_set_witness(struct ml_ctx *ctx, const struct ml_witness *witness)
{
	ctx->witness = witness;
}

#undef ml_fail
int ml_fail(struct ml_ctx *ctx, int code, const char *fmt, ...)
{
	va_list ap;

	if (!ctx)
		return code;
	va_start(ap, fmt);
	vsnprintf(ctx->error, sizeof(ctx->error), fmt, ap);
	va_end(ap);
	return code;
}
