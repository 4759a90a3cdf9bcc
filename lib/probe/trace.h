/* SPDX-License-Identifier: MIT */
/*
 * trace: tracepoints of all processors as they fire, through perf_event_open(2).
 *
 * Each processor has one ring of fixed size, which all its events share. What finds no
 * room is counted by the kernel in the ring. Nothing is left behind, however we end:
 * events and rings go with their descriptors.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct ml_trace;

/* What the kernel has written and we have not read. */
struct ml_trace_ring {
	const char *data;
	uint64_t size;
	uint64_t head, tail;
};

/* Open tracepoints by their ids; they fire from now on. 0 or -errno: -EACCES and -EPERM
 * (needs CAP_PERFMON), -ENOENT (no such tracepoint), -ENOSYS (a kernel without
 * perf events), -EMFILE (more processors than descriptors). */
int ml_trace_open(const uint64_t *ids, size_t nids, struct ml_trace **ret);
void ml_trace_close(struct ml_trace *trace);

/* No event fires any more; what is in the rings stays. */
void ml_trace_stop(struct ml_trace *trace);

/* Until a ring is a quarter full or `ms` have passed. 0 or -EINTR. */
int ml_trace_wait(struct ml_trace *trace, int ms);

size_t ml_trace_nrings(const struct ml_trace *trace);
/* What is in ring `i` now. */
void ml_trace_look(struct ml_trace *trace, size_t i, struct ml_trace_ring *ret);
/* Everything before `tail` may be written over. */
void ml_trace_done(struct ml_trace *trace, size_t i, uint64_t tail);
