/* SPDX-License-Identifier: MIT */
/* test_when: moments as people write them - local, dated, with an offset, before now. */
#include <time.h>

#include "unit.h"

#include "when.h"

/* 2026-11-23 12:00:00 UTC, 13:00 in Berlin. */
#define NOON 1795435200000ull
#define HOUR 3600000ull
#define DAY (24 * HOUR)

static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void expect_when(const char *s, uint64_t want)
{
	uint64_t got = 0;

	if (!parse_when(s, NOON, &got) || got != want)
		fail_msg("%s: %llu, not %llu", s, (unsigned long long)got,
			 (unsigned long long)want);
}

static void times_are_local_and_have_passed(void **state)
{
	(void)state;
	set_zone("UTC");
	expect_when("12:00", NOON);
	expect_when("12:00:01", NOON - DAY + 1000);
	expect_when("03:10", NOON - 9 * HOUR + 600000);
	expect_when("2026-11-23 12:00", NOON);
	expect_when("2026-11-23T12:00:05", NOON + 5000);
	expect_when("2026-11-23", NOON - 12 * HOUR);
	set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	expect_when("13:00", NOON);
	expect_when("12:00", NOON - HOUR);
	expect_when("2026-07-01 12:00", 1782900000000ull); /* in summer */
}

static void offsets_stand_for_other_clocks(void **state)
{
	(void)state;
	set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	expect_when("12:00Z", NOON);
	expect_when("14:00+02:00", NOON);
	expect_when("07:00-0500", NOON);
	expect_when("2026-11-23T12:00:00Z", NOON);
	expect_when("00:30+13:00", NOON - HOUR / 2); /* it is tomorrow there */
}

static void spans_and_epochs(void **state)
{
	double span;

	(void)state;
	expect_when("now", NOON);
	expect_when("-90s", NOON - 90000);
	expect_when("-5m", NOON - 300000);
	expect_when("-2h", NOON - 2 * HOUR);
	expect_when("-3d", NOON - 3 * DAY);
	expect_when("@1795435200", NOON);
	expect_when("@1795435200.5", NOON + 500);
	assert_true(parse_span("1.5m", &span) && span == 90);
	assert_true(parse_span("7d", &span) && span == 7 * 86400);
	assert_false(parse_span("", &span));
	assert_false(parse_span("d", &span));
	assert_false(parse_span("1.2.3s", &span));
}

static void what_is_no_moment_is_refused(void **state)
{
	static const char *const bad[] = {
		"",	   "3:10",	 "25:00", "03:60",	   "03:10x",
		"03:10+2", "2026-13-01", "-",	  "-3x",	   "@",
		"@12a",	   "yesterday",	 "--",	  "2026-11-23 25:00", "2026-11-23T",
		"@1e99",   "-99999999d", "nowhere",
	};
	uint64_t got;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse_when(bad[i], NOON, &got))
			fail_msg("%s: was taken for %llu", bad[i],
				 (unsigned long long)got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_local_and_have_passed),
		cmocka_unit_test(offsets_stand_for_other_clocks),
		cmocka_unit_test(spans_and_epochs),
		cmocka_unit_test(what_is_no_moment_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
