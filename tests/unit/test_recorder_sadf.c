/* SPDX-License-Identifier: MIT */
/* test_recorder_sadf: what sysstat recorded, whole, in pieces, cut and hostile. */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "unit.h"

#include "base/buf.h"
#include "recorder/sadf.h"

#define HEAD "{\"sysstat\": {\"hosts\": [{\"nodename\": \"vm\", \"statistics\": [\n"
#define TAIL "], \"restarts\": [{\"boot\": {\"date\": \"2026-11-23\"}}]}]}}\n"
#define TIME(time, utc)                                                                  \
	"\"timestamp\": {\"date\": \"2026-11-23\", \"time\": \"" time "\", \"utc\": " utc    \
	", \"interval\": 600}"

struct got {
	struct ml_buf text; /* "T NAME UNIT VALUE\n" */
	int rc;             /* that the callback returns */
};

static int met(int64_t t, const struct ml_number *numbers, size_t n, void *data)
{
	struct got *got = data;

	assert_true(n > 0);
	for (size_t i = 0; i < n; i++)
		ml_buf_printf(&got->text, "%lld %s %s %.15g\n", (long long)t,
			      numbers[i].series, numbers[i].unit, numbers[i].value);
	return got->rc;
}

struct reading {
	struct got got;
	struct sadf sadf;
	int rc;
};

static void reading_deinit(struct reading *r)
{
	ml_buf_deinit(&r->got.text);
	sadf_deinit(&r->sadf);
}

#define _reading_ _cleanup_(reading_deinit)

/* `step` bytes at a time; each piece has the exact size. */
static void read_text(struct reading *r, const char *text, size_t n, size_t step)
{
	r->sadf.fn = met;
	r->sadf.data = &r->got;
	for (size_t i = 0; i < n && !r->rc; i += step) {
		size_t part = n - i < step ? n - i : step;
		_cleanup_free_ char *piece = malloc(part);

		assert_non_null(piece);
		memcpy(piece, text + i, part);
		r->rc = sadf_feed(&r->sadf, piece, part);
	}
	if (!r->rc)
		r->rc = sadf_end(&r->sadf);
	ml_buf_add(&r->got.text, "", 1);
}

static const char good[] = HEAD "{" TIME(
	"10:00:00",
	"1") ", \"memory\": {\"memfree\": 10, \"avail\": 20, "
	     "\"swpfree\": 3, \"swpused\": 4, \"memused-percent\": 3.60}, "
	     "\"io\": [{\"a\": \"}]\\\"\"}]},\n{" TIME(
		     "10:10:00",
		     "1") ", \"swap-pages\": {\"pswpin\": 1.25}, \"paging\": {\"pgpgin\": 2}, "
			  "\"psi\": {\"psi-mem\": {\"some_avg10\": 50.00}}}" TAIL;

static const char good_numbers[] = "1795428000 MemFree bytes 10240\n"
				   "1795428000 MemAvailable bytes 20480\n"
				   "1795428000 SwapFree bytes 3072\n"
				   "1795428000 SwapTotal bytes 7168\n"
				   "1795428600 pswpin/s pages/s 1.25\n"
				   "1795428600 pgpgin/s bytes/s 2048\n"
				   "1795428600 pressure/memory/some/avg10 ratio 0.5\n";

static void samples_are_read_in_pieces_of_any_size(void **state)
{
	(void)state;
	for (size_t step = 1; step < 300; step = step * 2 + 1) {
		_reading_ struct reading r = { 0 };

		read_text(&r, good, sizeof(good) - 1, step);
		assert_int_equal(r.rc, 0);
		assert_string_equal(r.got.text.p, good_numbers);
		assert_int_equal(r.sadf.samples, 2);
		assert_int_equal(r.sadf.bad, 0);
	}
}

static void what_is_cut_is_told(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(good) - 2; n++) {
		_reading_ struct reading r = { 0 };

		read_text(&r, good, n, 64);
		assert_int_equal(r.rc, -EINVAL);
	}
}

static void what_is_something_else_is_told(void **state)
{
	static const char *const texts[] = {
		"", "x", "[]", "{}", "\"sysstat\"", "root:x:0:0\n", "{\"a\": [{\"b\": 1}]}",
		HEAD TAIL "more", "]", "}}", "{\"x\": {\"h\": [{\"s\": [{}]}]}}",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++) {
		_reading_ struct reading r = { 0 };

		read_text(&r, texts[i], strlen(texts[i]), 7);
		assert_int_equal(r.rc, -EINVAL);
		assert_int_equal(r.sadf.samples, 0);
	}
}

static void samples_that_are_none_are_counted(void **state)
{
	static const char *const samples[] = {
		"{\"timestamp\": {}}",
		"{\"timestamp\": {\"date\": 5, \"time\": \"10:00:00\"}}",
		"{" TIME("25:00:00", "1") "}",
		"{" TIME("10:00:00 AM", "1") "}",
		"{" TIME("10:00:00", "1") ", \"memory\": }",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(samples); i++) {
		_reading_ struct reading r = { 0 };
		char text[512];

		snprintf(text, sizeof(text), HEAD "%s" TAIL, samples[i]);
		read_text(&r, text, strlen(text), 64);
		assert_int_equal(r.rc, 0);
		assert_int_equal(r.sadf.bad, 1);
		assert_int_equal(r.got.text.n, 1);
	}
}

static void numbers_that_are_none_are_left_out(void **state)
{
	static const char text[] = HEAD "{" TIME(
		"10:00:00",
		"1") ", \"memory\": {\"memfree\": \"10\", "
		     "\"avail\": -5, \"cached\": 1e300, \"slab\": null, \"swpfree\": 1, "
		     "\"dirty\": [1]}, \"paging\": 7}" TAIL;
	_reading_ struct reading r = { 0 };

	(void)state;
	read_text(&r, text, sizeof(text) - 1, 64);
	assert_int_equal(r.rc, 0);
	assert_string_equal(r.got.text.p, "1795428000 SwapFree bytes 1024\n");
}

static void times_without_utc_are_local(void **state)
{
	static const char text[] =
		HEAD "{" TIME("10:00:00", "0") ", \"memory\": {\"memfree\": 1}}" TAIL;
	_reading_ struct reading r = { 0 };

	(void)state;
	setenv("TZ", "XXX-2", 1);
	tzset();
	read_text(&r, text, sizeof(text) - 1, 64);
	setenv("TZ", "UTC", 1);
	tzset();
	assert_string_equal(r.got.text.p, "1795420800 MemFree bytes 1024\n");
}

static void what_is_too_long_or_deep_is_refused(void **state)
{
	_reading_ struct reading deep = { 0 }, huge = { 0 };
	struct ml_buf text = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		ml_buf_add(&text, "[", 1);
	read_text(&deep, text.p, text.n, 64);
	assert_int_equal(deep.rc, -EINVAL);
	ml_buf_clear(&text);
	ml_buf_printf(&text, HEAD "{\"x\": \"");
	for (int i = 0; i < 3 << 20; i++)
		ml_buf_add(&text, "x", 1);
	read_text(&huge, text.p, text.n, 4096);
	assert_int_equal(huge.rc, -EINVAL);
	assert_true(huge.sadf.room <= 1 << 20);
	ml_buf_deinit(&text);
}

static void what_the_caller_returns_ends_it(void **state)
{
	_reading_ struct reading r = { .got.rc = -ENOSPC };

	(void)state;
	read_text(&r, good, sizeof(good) - 1, 64);
	assert_int_equal(r.rc, -ENOSPC);
	assert_int_equal(r.sadf.samples, 1);
}

/* Whatever is changed in a good text, it ends. */
static void damage_ends_in_an_answer(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		_reading_ struct reading r = { 0 };
		char text[sizeof(good)];

		memcpy(text, good, sizeof(good));
		for (int k = 0; k <= i % 4; k++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			text[(random >> 33) % (sizeof(good) - 1)] =
				i % 2 ? (char)(random >> 25)
				      : "{}[]\",:\\0"[(random >> 25) % 9];
		}
		read_text(&r, text, sizeof(good) - 1, 64);
		assert_true(r.rc == 0 || r.rc == -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_read_in_pieces_of_any_size),
		cmocka_unit_test(what_is_cut_is_told),
		cmocka_unit_test(what_is_something_else_is_told),
		cmocka_unit_test(samples_that_are_none_are_counted),
		cmocka_unit_test(numbers_that_are_none_are_left_out),
		cmocka_unit_test(times_without_utc_are_local),
		cmocka_unit_test(what_is_too_long_or_deep_is_refused),
		cmocka_unit_test(what_the_caller_returns_ends_it),
		cmocka_unit_test(damage_ends_in_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
