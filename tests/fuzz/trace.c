/* SPDX-License-Identifier: MIT */
/* trace: any bytes as a ring of perf records, and as events that are counted. */
#include "trace.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "model/hits.h"
#include "parse/perf_record.h"

static volatile unsigned sink;

static void expect(bool holds)
{
	if (!holds)
		abort();
}

/* Of the size that holds it, filled to any length, begun anywhere. */
static void run_ring(struct ml_str bytes)
{
	_cleanup_free_ char *data = NULL;
	struct ml_perf_record record;
	struct ml_perf_ring ring = { .size = 64 };
	uint64_t start = bytes.n ? (unsigned char)bytes.p[0] : 0, seen = 0;

	while (ring.size < bytes.n)
		ring.size *= 2;
	data = calloc(1, ring.size);
	if (!data)
		return;
	for (size_t i = 0; i < bytes.n; i++)
		data[(start + i) & (ring.size - 1)] = bytes.p[i];
	ring.data = data;
	ring.tail = start;
	ring.head = start + bytes.n;
	while (ml_perf_next(&ring, &record)) {
		expect(record.raw.n < ML_PERF_RECORD_MAX);
		for (size_t i = 0; i < record.raw.n; i++)
			sink += (unsigned char)record.raw.p[i];
		seen++;
	}
	expect(ring.tail == ring.head && seen * 8 + ring.broken <= bytes.n);
}

/* Ten bytes an event: few tasks, files and pages, so that they meet. */
static void take(struct ml_hits *h, const unsigned char *p)
{
	uint64_t first = (uint64_t)p[4] << (p[5] % 64), last = first + p[6];

	if (p[7] & 1)
		last = (uint64_t)p[8] << (p[9] % 64);
	ml_hits_take(h, &(struct ml_hits_event){
				.kind = (enum ml_hits_kind)(p[0] % (ML_HITS_KINDS + 1)),
				.pid = p[1] % 8,
				.tid = p[1],
				.dev = p[2] % 2,
				.ino = p[3],
				.first = first,
				.last = last,
			});
}

static void check(const struct ml_hits *h)
{
	struct ml_hits_sum sum = h->other_files.sum;
	uint64_t ahead = h->other_files.ahead;

	for (uint32_t i = 0; i < h->files.n; i++) {
		const struct ml_hits_file *file = ml_hits_table_at(&h->files, i);

		expect(file->sum.misses <= file->sum.lookups);
		sum.lookups += file->sum.lookups;
		sum.misses += file->sum.misses;
		ahead += file->ahead;
	}
	expect(sum.lookups == h->sum.lookups && sum.misses == h->sum.misses);
	expect(h->sum.misses <= h->sum.lookups && h->sum.faults <= h->sum.lookups);
	expect(ahead == h->ahead);
}

static void run_hits(struct ml_str bytes)
{
	static const struct ml_hits_bounds bounds = { 16, 4, 8, 16 };
	struct ml_hits h;

	if (ml_hits_init(&h, &bounds))
		return;
	for (; bytes.n >= 10; bytes = ml_str_skip(bytes, 10))
		take(&h, (const unsigned char *)bytes.p);
	ml_hits_end(&h);
	check(&h);
	ml_hits_deinit(&h);
}

bool fuzz_trace(struct ml_str name, struct ml_str bytes)
{
	if (ml_str_is(name, "perf_ring"))
		run_ring(bytes);
	else if (ml_str_is(name, "hits"))
		run_hits(bytes);
	else
		return false;
	return true;
}
