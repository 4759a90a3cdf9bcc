/* SPDX-License-Identifier: MIT */
/*
 * sampler: a thread that samples, so that keys are answered while the kernel is read.
 * What the library gave is freed by that thread, too.
 */
#pragma once

#include "top/sampling.h"

struct sampler;

/* Takes the session over, also on failure. 0 or -errno. */
int sampler_start(struct sampling *sampling, struct sampler **ret);
/* Ends the thread when what it reads has been read, and frees the session. */
void sampler_stop(struct sampler *sampler);

/* What is to be sampled from now on; copied. */
void sampler_want(struct sampler *sampler, const struct want *want);

/* Readable when there are shots. */
int sampler_fd(const struct sampler *sampler);

/* The next shot, or NULL. */
struct shot *sampler_take(struct sampler *sampler);

/* Give back a shot that is no longer needed. NULL is fine. */
void sampler_release(struct sampler *sampler, struct shot *shot);
