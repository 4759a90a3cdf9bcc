/* SPDX-License-Identifier: MIT */
/* cmd_psi: shows pressure, or waits for it. */
#include <errno.h>

#include "handover.h"

static int wait_for_pressure(const struct opts *opts)
{
	struct ml_root *root = NULL;
	struct ml_ctx *ctx;
	int rc;

	if (ml_ctx_new(&ctx))
		return complain(EXIT_FAILED, "out of memory");
	ml_ctx_set_opener(ctx, archive_opener);
	rc = ml_root_open(ctx, opts->root, &root);
	if (!rc)
		rc = opts->group ? ml_psi_wait_group(ctx, root, opts->group, "memory",
						     opts->wait, -1)
				 : ml_psi_wait(ctx, root, "memory", opts->wait, -1);
	if (rc)
		rc = complain(rc == -EINVAL ? EXIT_USAGE : EXIT_UNREADABLE, "%s",
			      ml_ctx_error(ctx));
	ml_root_unref(root);
	ml_ctx_free(ctx);
	return rc;
}

int cmd_psi(const struct command *command, const struct opts *opts)
{
	int rc = opts->wait ? wait_for_pressure(opts) : 0;

	return rc ? rc : run_report(command, opts);
}
