/* SPDX-License-Identifier: MIT */
/* recordings: what memlens-store and memlens-top know of recordings; memlens itself has
 * none of it. */
#pragma once

#include "commands.h"

/* What stands for the moment that was asked for. */
struct recorded {
	uint64_t wall_ms;
	uint64_t interval_ms; /* between samples; ML_NONE: not told */
	unsigned damaged;     /* later instants that cannot be read */
};

struct ml_recording;

struct recordings {
	/* The last instant at `wall_ms` or before, as a root; with `or_first` the first
	 * there is where none is so early. 0, or -errno with a message in the context. */
	int (*open)(struct ml_ctx *ctx, const char *path, uint64_t wall_ms, bool or_first,
		    struct ml_root **ret, struct recorded *ret_found);
	/* memlens record. Returns an exit status. */
	int (*record)(const struct opts *opts, const char *folder);
	/* To go from instant to instant; what was read is kept until it is left. As
	 * above. */
	int (*enter)(struct ml_ctx *ctx, const char *path, struct ml_recording **ret);
	void (*leave)(struct ml_recording *recording); /* NULL is fine */
	/* The time of the first instant after `wall_ms`, or of the last before it. As
	 * above; -ENOENT: there is none. */
	int (*beside)(struct ml_recording *recording, uint64_t wall_ms, bool later,
		      uint64_t *ret);
	/* The instant of just that time, and how far from each other they usually are
	 * (ML_NONE: not told). As above; -EBADMSG: it is damaged. */
	int (*instant)(struct ml_recording *recording, uint64_t wall_ms,
		       struct ml_root **ret, uint64_t *ret_interval_ms);
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
