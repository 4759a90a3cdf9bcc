/* SPDX-License-Identifier: MIT */
/* test_diag_range: ranges of monitoring plugins, and what rules judge by them. */
#include <math.h>

#include "unit.h"

#include "diag/diag.h"

static void ranges_are_as_in_the_guidelines(void **state)
{
	static const struct {
		const char *text;
		double start, end;
		bool inside;
	} cases[] = {
		{ "10", 0, 10, false },
		{ "10:", 10, INFINITY, false },
		{ "~:10", -INFINITY, 10, false },
		{ ":10", 0, 10, false },
		{ "10:20", 10, 20, false },
		{ "@10:20", 10, 20, true },
		{ "@5", 0, 5, true },
		{ "0", 0, 0, false },
		{ "~:", -INFINITY, INFINITY, false },
		{ "1K:1M", 1024, 1 << 20, false },
		{ "1.5:2.5", 1.5, 2.5, false },
		{ "10%:", 0.1, INFINITY, false },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		struct ml_range range;

		assert_true(ml_range_parse(cases[i].text, 1, &range));
		assert_true(range.start == cases[i].start);
		assert_true(range.end == cases[i].end);
		assert_int_equal(range.inside, cases[i].inside);
	}
}

static void what_is_no_range_is_refused(void **state)
{
	static const char *const cases[] = {
		"",   "@",	"x",  "10:x", "x:10", "20:10", "10:20:30", "10x", " 10",
		"10 ", "~",	"~~", "--1",  "10:~", "@@1",  "%",	     "K",   "1e",
		"nan", "inf",	"0x10",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		struct ml_range range = { 1, 2, true };

		if (ml_range_parse(cases[i], 1, &range))
			fail_msg("\"%s\" was taken", cases[i]);
		assert_true(range.start == 1 && range.end == 2 && range.inside);
	}
}

static void plain_numbers_are_in_the_unit_that_is_shown(void **state)
{
	struct ml_range range;

	(void)state;
	assert_true(ml_range_parse("5:80", 0.01, &range));
	assert_true(fabs(range.start - 0.05) < 1e-12 && fabs(range.end - 0.8) < 1e-12);
	assert_true(ml_range_parse("5%:80%", 0.01, &range));
	assert_true(fabs(range.start - 0.05) < 1e-12 && fabs(range.end - 0.8) < 1e-12);
}

static void alerts_are_outside_or_inside(void **state)
{
	static const struct {
		const char *text;
		double value;
		bool alerts;
	} cases[] = {
		{ "10", -1, true },    { "10", 0, false },   { "10", 10, false },
		{ "10", 10.1, true },  { "10:", 9.9, true }, { "10:", 10, false },
		{ "10:", 1e12, false }, { "~:10", -1e9, false }, { "~:10", 11, true },
		{ "5:9", 4, true },    { "5:9", 5, false },  { "5:9", 9, false },
		{ "@5:9", 5, true },   { "@5:9", 9, true },  { "@5:9", 4, false },
		{ "@5:9", 10, false },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		struct ml_range range;

		assert_true(ml_range_parse(cases[i].text, 1, &range));
		assert_int_equal(ml_range_alerts(&range, cases[i].value),
				 cases[i].alerts);
	}
}

static void a_range_is_the_same_as_text(void **state)
{
	static const char *const cases[] = { "10",       "10:",  "~:10", "10:20",
					     "@10:20",   "@5",   "0",    "~:",
					     "0.5:1.25", "-5:5", "@~:3", "4294967296:" };

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		char text[ML_RANGE_TEXT];
		struct ml_range range;

		assert_true(ml_range_parse(cases[i], 1, &range));
		assert_string_equal(ml_range_text(&range, 1, text), cases[i]);
		assert_true(ml_range_parse(cases[i], 0.01, &range));
		assert_string_equal(ml_range_text(&range, 0.01, text), cases[i]);
	}
}

static struct ml_diag judging(const char *rule, struct ml_arena *a)
{
	return (struct ml_diag){ .rule = ml_rule_find(ml_str_of(rule)),
				 .arena = a,
				 .measures = ML_ROWS(struct ml_measure) };
}

static void rules_judge_by_their_limits(void **state)
{
	struct ml_arena arena = { 0 };
	struct ml_diag low = judging("mem.avail.low", &arena);
	struct ml_diag high = judging("psi.mem.full", &arena);

	(void)state;
	assert_int_equal(ml_diag_judge(&low, 0.10), ML_QUIET);
	assert_int_equal(ml_diag_judge(&low, 0.0999), ML_WARN);
	assert_int_equal(ml_diag_judge(&low, 0.05), ML_WARN);
	assert_int_equal(ml_diag_judge(&low, 0.0499), ML_CRIT);
	assert_int_equal(ml_diag_judge(&low, NAN), ML_QUIET);
	assert_int_equal(ml_diag_judge(&high, 0.0499), ML_QUIET);
	assert_int_equal(ml_diag_judge(&high, 0.05), ML_WARN);
	assert_int_equal(ml_diag_judge(&high, 0.20), ML_CRIT);
	ml_arena_deinit(&arena);
}

static void ranges_of_the_user_replace_limits(void **state)
{
	struct ml_arena arena = { 0 };
	struct ml_diag d = judging("mem.avail.low", &arena);
	struct ml_object host = ml_object_host();
	const struct ml_measure *m;
	struct ml_range range;

	(void)state;
	assert_true(ml_diag_range(&d, ML_CRIT, &range));
	assert_true(range.start == 0.05 && isinf(range.end));
	d.has_range[ML_CRIT] = true;
	assert_true(ml_range_parse("50:", 0.01, &d.ranges[ML_CRIT]));
	assert_int_equal(ml_diag_measure(&d, &host, 0.4), ML_CRIT);
	m = ml_rows_at(&d.measures, 0);
	assert_true(m->has_crit && m->crit.start == 0.5);
	assert_true(m->has_warn && m->warn.start == 0.1); /* still its own */
	assert_true(isnan(ml_diag_crossed(&d, ML_CRIT)) ||
		    ml_diag_crossed(&d, ML_CRIT) == 0.1);
	ml_arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_as_in_the_guidelines),
		cmocka_unit_test(what_is_no_range_is_refused),
		cmocka_unit_test(plain_numbers_are_in_the_unit_that_is_shown),
		cmocka_unit_test(alerts_are_outside_or_inside),
		cmocka_unit_test(a_range_is_the_same_as_text),
		cmocka_unit_test(rules_judge_by_their_limits),
		cmocka_unit_test(ranges_of_the_user_replace_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
