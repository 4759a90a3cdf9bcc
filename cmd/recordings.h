/* SPDX-License-Identifier: MIT */
/* recordings: what memlens-store knows of recordings; memlens itself has none of it. */
#pragma once

#include "commands.h"

/* What stands for the moment that was asked for. */
struct recorded {
	uint64_t wall_ms;
	uint64_t interval_ms; /* between samples; ML_NONE: not told */
	unsigned damaged;     /* later instants that cannot be read */
};

struct recordings {
	/* The last instant at `wall_ms` or before, as a root. 0, or -errno with a message
	 * in the context. */
	int (*open)(struct ml_ctx *ctx, const char *path, uint64_t wall_ms,
		    struct ml_root **ret, struct recorded *ret_found);
	/* memlens record. Returns an exit status. */
	int (*record)(const struct opts *opts, const char *folder);
};

/* NULL in memlens, which then hands over. */
extern const struct recordings *const recordings;

/* Whether --at, --from or --to ask for a recording. */
bool is_recorded(const struct opts *opts);

/* Where recordings are unless --root or --dir says so. False when no place is known. */
bool recordings_folder(char *ret, size_t room);

/* The roots of --at, or of --from and --to; `before` stays NULL without --from, and may
 * be NULL. 0, or an exit status after one line to stderr. */
int open_recorded(struct ml_ctx *ctx, const struct opts *opts, struct ml_root **before,
		  struct ml_root **root);

/* Instants from --from to --to, evenly over that time, as roots that are the function's
 * until it returns; it ends with what is not 0. 0, that, or an exit status after one line
 * to stderr. */
typedef int recorded_fn(struct ml_root *root, void *data);
int each_recorded(struct ml_ctx *ctx, const struct opts *opts, recorded_fn *fn,
		  void *data);
