/* SPDX-License-Identifier: MIT */
/* perf_record: the records of a perf ring buffer, one after the other. */
#include "parse/perf_record.h"

#include <linux/perf_event.h>

static uint32_t u32_at(struct ml_str s, size_t at)
{
	uint32_t v = 0;

	if (at <= s.n && s.n - at >= sizeof(v))
		memcpy(&v, s.p + at, sizeof(v));
	return v;
}

static uint64_t u64_at(struct ml_str s, size_t at)
{
	uint64_t v = 0;

	if (at <= s.n && s.n - at >= sizeof(v))
		memcpy(&v, s.p + at, sizeof(v));
	return v;
}

/* `n` bytes from the tail on, in one piece. */
static struct ml_str bytes_of(const struct ml_perf_ring *ring, size_t n, char *held)
{
	size_t at = (size_t)(ring->tail & (ring->size - 1));
	size_t first = (size_t)ring->size - at;

	if (n <= first)
		return (struct ml_str){ ring->data + at, n };
	memcpy(held, ring->data + at, first);
	memcpy(held + first, ring->data, n - first);
	return (struct ml_str){ held, n };
}

/* pid, tid, time, size, data: in the order of the bits of sample_type. */
static void read_sample(struct ml_str body, struct ml_perf_record *ret)
{
	uint32_t n = u32_at(body, 16);

	if (body.n < 20 || n > body.n - 20)
		return;
	ret->kind = ML_PERF_SAMPLE;
	ret->pid = u32_at(body, 0);
	ret->tid = u32_at(body, 4);
	ret->time = u64_at(body, 8);
	ret->raw = (struct ml_str){ body.p + 20, n };
}

/* pid, tid, a name padded with NUL, then pid, tid and time again. */
static void read_comm(struct ml_str body, struct ml_perf_record *ret)
{
	if (body.n < 24)
		return;
	ret->kind = ML_PERF_COMM;
	ret->pid = u32_at(body, 0);
	ret->tid = u32_at(body, 4);
	ret->time = u64_at(body, body.n - 8);
	ret->raw = (struct ml_str){ body.p + 8, strnlen(body.p + 8, body.n - 24) };
}

/* id, lost, pid, tid, time. */
static void read_lost(struct ml_str body, struct ml_perf_record *ret)
{
	if (body.n < 16)
		return;
	ret->kind = ML_PERF_LOST;
	ret->lost = u64_at(body, 8);
	ret->time = body.n >= 32 ? u64_at(body, body.n - 8) : 0;
}

static void read_body(uint32_t type, struct ml_str body, struct ml_perf_record *ret)
{
	switch (type) {
	case PERF_RECORD_SAMPLE:
		read_sample(body, ret);
		break;
	case PERF_RECORD_COMM:
		read_comm(body, ret);
		break;
	case PERF_RECORD_LOST:
		read_lost(body, ret);
		break;
	default:
		break;
	}
}

static void start_record(struct ml_perf_record *ret)
{
	ret->kind = ML_PERF_OTHER;
	ret->time = 0;
	ret->pid = ret->tid = 0;
	ret->lost = 0;
	ret->raw = (struct ml_str){ 0 };
}

bool ml_perf_next(struct ml_perf_ring *ring, struct ml_perf_record *ret)
{
	uint64_t left = ring->head - ring->tail;
	struct perf_event_header header;
	struct ml_str bytes;

	start_record(ret);
	if (!left)
		return false;
	if (left >= sizeof(header) && left <= ring->size) {
		bytes = bytes_of(ring, sizeof(header), ret->held);
		memcpy(&header, bytes.p, sizeof(header));
	}
	if (left < sizeof(header) || left > ring->size || header.size < sizeof(header) ||
	    header.size > left) {
		ring->broken += left;
		ring->tail = ring->head;
		return false;
	}
	if (header.size <= sizeof(ret->held)) { /* ours are; others are not looked at */
		bytes = bytes_of(ring, header.size, ret->held);
		read_body(header.type, ml_str_skip(bytes, sizeof(header)), ret);
	}
	ring->tail += header.size;
	return true;
}
