/* SPDX-License-Identifier: MIT */
/* runs: ascending numbers as bytes - how many to skip, how many to take, and so on. */
#pragma once

#include "base/buf.h"

/* Begins with nothing but the buffer. */
struct ml_runs {
	struct ml_buf *out;
	size_t end;  /* of the run before */
	size_t from; /* of this one */
	size_t n;    /* in it */
};

void ml_runs_add(struct ml_runs *runs, size_t number);
void ml_runs_end(struct ml_runs *runs);

/* Begins with the bytes, and what no number reaches. */
struct ml_runs_reader {
	struct ml_str bytes;
	size_t bound;
	size_t next;
	size_t left; /* in this run */
};

/* 1 and the next number, 0 at the end, or -EBADMSG. */
int ml_runs_next(struct ml_runs_reader *runs, size_t *ret);
