/* SPDX-License-Identifier: MIT */
/* test_parse_taskstats: messages of several versions, and what is no message. */
#include "unit.h"

#include <math.h>
#include <stdio.h>

#include "parse/taskstats.h"

/* ---- messages that are made here ---- */

/* Delays in the order of struct taskstats; v15 keeps two more numbers behind each. */
enum {
	CPU,
	BLKIO,
	SWAPIN,
	FREEPAGES,
	THRASHING,
	COMPACT,
	WPCOPY,
	IRQ,
	DELAYS
};

static const size_t offset_of[DELAYS] = { 16, 32, 48, 312, 328, 352, 400, 416 };
static const size_t offset_of_v15[DELAYS] = { 16, 48, 80, 360, 392, 432, 496, 528 };

struct message {
	char bytes[1024];
	size_t n;
};

static void put(struct message *m, const void *p, size_t n)
{
	assert_true(m->n + n <= sizeof(m->bytes));
	memcpy(m->bytes + m->n, p, n);
	m->n += n;
}

static void put_attr(struct message *m, uint16_t type, const void *p, uint16_t n)
{
	uint16_t header[] = { (uint16_t)(n + 4), type };

	put(m, header, sizeof(header));
	put(m, p, n);
	while (m->n % 4)
		put(m, "", 1);
}

/* A reply about process 7 of `n` bytes of struct taskstats; delay i has the count i + 1
 * and i + 0.5 seconds. */
static struct message message_of(uint16_t version, const size_t *offsets, uint16_t n)
{
	struct message m = { .n = 0 }, nested = { .n = 0 };
	char stats[1024] = { 0 };
	uint32_t tgid = 7;

	memset(stats, 0x5a, n);
	memcpy(stats, &version, sizeof(version));
	for (size_t i = 0; i < DELAYS; i++) {
		uint64_t delay[] = { i + 1, i * 1000000000 + 500000000 };

		if (offsets[i] + sizeof(delay) <= sizeof(stats))
			memcpy(stats + offsets[i], delay, sizeof(delay));
	}
	put(&m, "\2\1\0\0", 4);
	put_attr(&nested, 2, &tgid, sizeof(tgid));
	put_attr(&nested, 3, stats, n);
	put_attr(&m, 5, nested.bytes, (uint16_t)nested.n);
	return m;
}

/* ---- checks ---- */

static void all_of(const struct ml_delays *d, const struct ml_delay *ret[DELAYS])
{
	const struct ml_delay *all[DELAYS] = { &d->cpu,       &d->blkio,  &d->swapin,
					       &d->freepages, &d->thrashing, &d->compact,
					       &d->wpcopy,    &d->irq };

	memcpy(ret, all, sizeof(all));
}

/* The first `known` have their numbers, the others are unknown. */
static void check_message(const struct message *m, uint64_t version, size_t known)
{
	_outcome_ struct outcome o = outcome_of_bytes(ml_parse_taskstats, m->bytes, m->n);
	const struct ml_delays *row = row_at(&o, 0);
	const struct ml_delay *delays[DELAYS];

	assert_int_equal(o.parsed.rows.n, 1);
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(row->tgid, 7);
	assert_int_equal(row->version, version);
	assert_int_equal(row->counted, known > 1);
	all_of(row, delays);
	for (size_t i = 0; i < DELAYS; i++) {
		if (i < known) {
			assert_int_equal(delays[i]->count, i + 1);
			assert_true(fabs(delays[i]->seconds - (double)i - 0.5) < 1e-9);
		} else {
			assert_true(delays[i]->count == ML_NONE);
			assert_true(isnan(delays[i]->seconds));
		}
	}
}

/* ---- tests ---- */

/* Replies of kernels, kept as seeds of the fuzzer: a first line, then the message. */
static struct ml_str recorded(const char *name, char *buf, size_t size)
{
	_cleanup_free_ char *path = NULL;
	struct ml_str rest, line;
	FILE *in;

	assert_true(asprintf(&path, "tests/fuzz/corpus/%s", name) > 0);
	in = fopen(path, "re");
	if (!in)
		return (struct ml_str){ NULL, 0 };
	rest = (struct ml_str){ buf, fread(buf, 1, size, in) };
	fclose(in);
	assert_true(ml_split(&rest, '\n', &line));
	return rest;
}

#define UNKNOWN                                                                          \
	{                                                                                \
		ML_NONE, NAN                                                             \
	}

/* Read with the kernel's own struct of version 13, and irq by its place behind that. */
static void test_recorded(void **state)
{
	static const struct {
		const char *name;
		struct ml_delays delays;
	} records[] = {
		{ "taskstats-1", /* Linux 5.10, above memory.high */
		  { 179, 10, true, { 1167, 1.550119944 }, { 0, 0 }, { 0, 0 },
		    { 616, 3.567241690 }, { 0, 0 }, UNKNOWN, UNKNOWN, UNKNOWN } },
		{ "taskstats-2", /* Linux 6.1, the same */
		  { 187, 13, true, { 1260, 2.114928783 }, { 0, 0 },
		    { 28197, 0.540430849 },
		    { 316, 5.072148319 }, { 0, 0 }, { 0, 0 }, { 6107, 0.620283234 },
		    UNKNOWN } },
		{ "taskstats-3", /* Linux 6.18, direct reads by a thread that has ended */
		  { 11054, 16, true, { 203, 0.000020659 }, { 200, 0.008774312 }, { 0, 0 },
		    { 0, 0 }, { 0, 0 }, { 0, 0 }, { 25, 0.000043235 }, { 0, 0 } } },
		{ "taskstats-4", /* Linux 7.2, above memory.high */
		  { 194, 17, true, { 915, 1.484673296 }, { 0, 0 }, { 30843, 0.775010834 },
		    { 455, 2.815356260 }, { 0, 0 }, { 0, 0 }, { 6147, 0.878527654 },
		    { 0, 0 } } },
	};
	const uint16_t one = 1;

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(records); i++) {
		const struct ml_delay *want[DELAYS], *got[DELAYS];
		char buf[2048];
		struct ml_str text = recorded(records[i].name, buf, sizeof(buf));

		/* not run from the top of the tree, or on another byte order */
		if (!text.p || !*(const char *)&one) {
			skip();
			return;
		}
		_outcome_ struct outcome o =
			outcome_of_bytes(ml_parse_taskstats, text.p, text.n);
		const struct ml_delays *row = row_at(&o, 0);

		assert_int_equal(o.parsed.rows.n, 1);
		assert_int_equal(row->tgid, records[i].delays.tgid);
		assert_int_equal(row->version, records[i].delays.version);
		assert_true(row->counted);
		all_of(&records[i].delays, want);
		all_of(row, got);
		for (size_t d = 0; d < DELAYS; d++) {
			assert_true(got[d]->count == want[d]->count);
			assert_true(isnan(want[d]->seconds) == isnan(got[d]->seconds));
			assert_true(isnan(want[d]->seconds) ||
				    fabs(got[d]->seconds - want[d]->seconds) < 1e-9);
		}
	}
}

static void test_versions(void **state)
{
	static const struct {
		uint16_t version;
		uint16_t bytes;
		size_t known;
	} versions[] = {
		{ 1,  80,   3 }, { 8,  328,  4 }, { 9,  344,  5 }, { 10, 352,  5 },
		{ 11, 368,  6 }, { 12, 400,  6 }, { 13, 416,  7 }, { 14, 432,  8 },
		{ 16, 560,  8 }, { 17, 688,  8 }, { 18, 1000, 8 },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(versions); i++) {
		struct message m =
			message_of(versions[i].version, offset_of, versions[i].bytes);

		check_message(&m, versions[i].version, versions[i].known);
	}
}

static void test_interleaved(void **state)
{
	struct message m = message_of(15, offset_of_v15, 560);

	(void)state;
	check_message(&m, 15, 8);
	m = message_of(15, offset_of_v15, 527);
	check_message(&m, 15, 7);
}

/* What stands beyond the end is unknown, also when it ends within a number. */
static void test_any_length(void **state)
{
	(void)state;
	for (uint16_t n = 2; n < 700; n++) {
		struct message m = message_of(16, offset_of, n);
		size_t known = 0;

		while (known < DELAYS && offset_of[known] + 16 <= n)
			known++;
		check_message(&m, 16, known);
	}
}

/* Only who waited for something but a processor is known to be counted. */
static void test_not_counted(void **state)
{
	struct message m = message_of(16, offset_of, 560);
	const struct ml_delays *row;

	(void)state;
	for (size_t i = 1; i < DELAYS; i++)
		memset(m.bytes + 20 + offset_of[i], 0, 16);
	_outcome_ struct outcome o = outcome_of_bytes(ml_parse_taskstats, m.bytes, m.n);

	row = row_at(&o, 0);
	assert_int_equal(row->cpu.count, 1);
	assert_int_equal(row->blkio.count, 0);
	assert_false(row->counted);
}

/* Flags in the type of an attribute are none of the type. */
static void test_flags(void **state)
{
	struct message m = message_of(14, offset_of, 432);
	uint16_t type = 5 | 0x8000;

	(void)state;
	memcpy(m.bytes + 6, &type, sizeof(type));
	check_message(&m, 14, 8);
}

static void test_cut(void **state)
{
	struct message m = message_of(16, offset_of, 560);

	(void)state;
	for (size_t n = 0; n < m.n; n++) {
		_outcome_ struct outcome o =
			outcome_of_bytes(ml_parse_taskstats, m.bytes, n);

		assert_int_equal(o.parsed.rows.n, 0);
	}
}

static void test_no_message(void **state)
{
	static const struct ml_str texts[] = {
		ML_STR(""),
		ML_STR("\2\1\0"),
		ML_STR("\2\1\0\0"),
		ML_STR("\2\1\0\0\0\0\5\0"),             /* an attribute of no length */
		ML_STR("\2\1\0\0\3\0\5\0"),             /* shorter than its header */
		ML_STR("\2\1\0\0\xff\xff\5\0"),         /* longer than the message */
		ML_STR("\2\1\0\0\4\0\5\0"),             /* nothing in it */
		ML_STR("\2\1\0\0\x08\0\4\0\4\0\2\0"),   /* about a thread */
		ML_STR("\2\1\0\0\x0c\0\5\0\x08\0\2\0\7\0\0\0"), /* without numbers */
		ML_STR("\2\1\0\0\x0d\0\5\0\x09\0\3\0\x10\0\0\0\0\0\0"), /* of nobody */
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++) {
		_outcome_ struct outcome o =
			outcome_of_bytes(ml_parse_taskstats, texts[i].p, texts[i].n);

		assert_int_equal(o.parsed.rows.n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),    cmocka_unit_test(test_interleaved),
		cmocka_unit_test(test_any_length),  cmocka_unit_test(test_not_counted),
		cmocka_unit_test(test_flags),       cmocka_unit_test(test_cut),
		cmocka_unit_test(test_no_message),  cmocka_unit_test(test_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
