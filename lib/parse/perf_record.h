/* SPDX-License-Identifier: MIT */
/*
 * perf_record: the records of a perf ring buffer, one after the other.
 *
 * They are those of events with PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_RAW and
 * sample_id_all. The ring is written by the kernel while it is read: what `head` says
 * was there when it was taken stays until `tail` is given back.
 */
#pragma once

#include <stdbool.h>

#include "base/str.h"

struct ml_perf_ring {
	const char *data;
	uint64_t size;       /* a power of two */
	uint64_t head, tail; /* count for ever; modulo the size they are places */
	uint64_t broken;     /* bytes that were no records */
};

enum ml_perf_kind {
	ML_PERF_OTHER,
	ML_PERF_SAMPLE, /* a tracepoint: `raw` is its event */
	ML_PERF_LOST,   /* `lost` records found no room */
	ML_PERF_COMM,   /* a task took another name: `raw` is it */
};

#define ML_PERF_RECORD_MAX 512u

struct ml_perf_record {
	enum ml_perf_kind kind;
	uint64_t time; /* of the clock that the events were opened with; 0: not told */
	uint32_t pid, tid;
	uint64_t lost;
	struct ml_str raw;             /* in the ring, or in `held` */
	char held[ML_PERF_RECORD_MAX]; /* the record, where it goes over the ring's end */
};

/* Take the next record. False when none is left: what cannot be one, and all behind it,
 * is passed over and counted as broken. */
bool ml_perf_next(struct ml_perf_ring *ring, struct ml_perf_record *ret);
