/* SPDX-License-Identifier: MIT */
/* test_perf_record: records in a ring - whole, over its end, cut off, and none at all. */
#include "unit.h"

#include <linux/perf_event.h>

#include "parse/perf_record.h"

#define SIZE 256u

/* A ring as the kernel fills it, of its exact size for a sanitizer. */
struct made {
	char *data;
	uint64_t head;
};

static void put(struct made *m, const void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		m->data[m->head++ & (SIZE - 1)] = ((const char *)p)[i];
}

static void put_header(struct made *m, uint32_t type, uint16_t size)
{
	const struct perf_event_header header = { .type = type, .size = size };

	put(m, &header, sizeof(header));
}

static void put_sample(struct made *m, uint32_t pid, uint32_t tid, uint64_t time,
		       const char *raw, uint32_t n)
{
	put_header(m, PERF_RECORD_SAMPLE, (uint16_t)(8 + 20 + n));
	put(m, &pid, 4);
	put(m, &tid, 4);
	put(m, &time, 8);
	put(m, &n, 4);
	put(m, raw, n);
}

static struct made make(uint64_t start)
{
	struct made m = { malloc(SIZE), start };

	assert_non_null(m.data);
	memset(m.data, 0xa5, SIZE);
	return m;
}

static struct ml_perf_ring ring_of(const struct made *m, uint64_t tail)
{
	return (struct ml_perf_ring){ m->data, SIZE, m->head, tail, 0 };
}

static void assert_sample(const struct ml_perf_record *r, uint32_t pid, uint64_t time,
			  const char *raw)
{
	assert_int_equal(r->kind, ML_PERF_SAMPLE);
	assert_int_equal(r->pid, pid);
	assert_int_equal(r->tid, pid + 1);
	assert_int_equal(r->time, time);
	assert_int_equal(r->raw.n, strlen(raw));
	assert_memory_equal(r->raw.p, raw, r->raw.n);
}

/* Wherever in the ring they begin, also where a header or a number is cut in two. */
static void test_samples(void **state)
{
	(void)state;
	for (uint64_t start = 0; start < 2 * SIZE; start += 4) {
		struct made m = make(start);
		struct ml_perf_ring ring;
		struct ml_perf_record r;

		put_sample(&m, 7, 8, 1000, "abcdefgh", 8);
		put_sample(&m, 9, 10, 2000, "0123456789ab", 12);
		ring = ring_of(&m, start);
		assert_true(ml_perf_next(&ring, &r));
		assert_sample(&r, 7, 1000, "abcdefgh");
		assert_true(ml_perf_next(&ring, &r));
		assert_sample(&r, 9, 2000, "0123456789ab");
		assert_false(ml_perf_next(&ring, &r));
		assert_int_equal(ring.tail, ring.head);
		assert_int_equal(ring.broken, 0);
		free(m.data);
	}
}

/* Head and tail count for ever. */
static void test_wrapped_count(void **state)
{
	struct made m = make(UINT64_MAX - 15);
	struct ml_perf_ring ring;
	struct ml_perf_record r;

	(void)state;
	put_sample(&m, 7, 8, 1000, "abcd", 4);
	ring = ring_of(&m, UINT64_MAX - 15);
	assert_true(ml_perf_next(&ring, &r));
	assert_sample(&r, 7, 1000, "abcd");
	assert_false(ml_perf_next(&ring, &r));
	free(m.data);
}

static void test_lost_and_comm(void **state)
{
	const uint64_t lost[] = { 5, 1234, (uint64_t)8 << 32 | 7, 3000 };
	const uint64_t id[] = { (uint64_t)12 << 32 | 11, 4000 };
	const uint32_t who[] = { 11, 12 };
	struct made m = make(0);
	struct ml_perf_ring ring;
	struct ml_perf_record r;

	(void)state;
	put_header(&m, PERF_RECORD_LOST, 8 + sizeof(lost));
	put(&m, lost, sizeof(lost));
	put_header(&m, PERF_RECORD_COMM, 8 + sizeof(who) + 8 + sizeof(id));
	put(&m, who, sizeof(who));
	put(&m, "a\x1b\xff\0\0\0\0", 8);
	put(&m, id, sizeof(id));
	put_header(&m, PERF_RECORD_THROTTLE, 8);
	ring = ring_of(&m, 0);
	assert_true(ml_perf_next(&ring, &r));
	assert_int_equal(r.kind, ML_PERF_LOST);
	assert_int_equal(r.lost, 1234);
	assert_int_equal(r.time, 3000);
	assert_true(ml_perf_next(&ring, &r));
	assert_int_equal(r.kind, ML_PERF_COMM);
	assert_int_equal(r.pid, 11);
	assert_int_equal(r.tid, 12);
	assert_int_equal(r.time, 4000);
	assert_bytes(r.raw, "a\x1b\xff");
	assert_true(ml_perf_next(&ring, &r));
	assert_int_equal(r.kind, ML_PERF_OTHER);
	assert_false(ml_perf_next(&ring, &r));
	free(m.data);
}

/* A record whose parts say more than it holds is there, but tells nothing. */
static void test_short_bodies(void **state)
{
	static const uint32_t types[] = { PERF_RECORD_SAMPLE, PERF_RECORD_LOST,
					  PERF_RECORD_COMM };

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(types); i++) {
		struct made m = make(0);
		struct ml_perf_ring ring;
		struct ml_perf_record r;

		put_header(&m, types[i], 8);
		put_header(&m, types[i], 12);
		put(&m, "abcd", 4);
		put_header(&m, PERF_RECORD_SAMPLE, 8 + 20 + 4);
		put(&m, "0123456789abcdef\xff\xff\xff\xffwxyz", 24);
		ring = ring_of(&m, 0);
		for (int n = 0; n < 3; n++) {
			assert_true(ml_perf_next(&ring, &r));
			assert_int_equal(r.kind, ML_PERF_OTHER);
			assert_int_equal(r.raw.n, 0);
		}
		assert_false(ml_perf_next(&ring, &r));
		assert_int_equal(ring.broken, 0);
		free(m.data);
	}
}

/* No record is this: the rest of the ring is passed over. */
static void test_hostile_sizes(void **state)
{
	static const uint16_t sizes[] = { 0, 1, 7, 9 + 8, 255, 0xffff };

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(sizes); i++) {
		struct made m = make(SIZE - 4);
		struct ml_perf_ring ring;
		struct ml_perf_record r;

		put_header(&m, PERF_RECORD_SAMPLE, sizes[i]);
		put(&m, "12345678", 8);
		ring = ring_of(&m, SIZE - 4);
		assert_false(ml_perf_next(&ring, &r));
		assert_int_equal(ring.broken, 16);
		assert_int_equal(ring.tail, ring.head);
		free(m.data);
	}
}

static void test_hostile_heads(void **state)
{
	static const uint64_t lefts[] = { 1, 7, SIZE + 1, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(lefts); i++) {
		struct made m = make(0);
		struct ml_perf_ring ring = ring_of(&m, 0);
		struct ml_perf_record r;

		ring.head = lefts[i];
		assert_false(ml_perf_next(&ring, &r));
		assert_int_equal(ring.broken, lefts[i]);
		assert_false(ml_perf_next(&ring, &r));
		free(m.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_wrapped_count),
		cmocka_unit_test(test_lost_and_comm),
		cmocka_unit_test(test_short_bodies),
		cmocka_unit_test(test_hostile_sizes),
		cmocka_unit_test(test_hostile_heads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
