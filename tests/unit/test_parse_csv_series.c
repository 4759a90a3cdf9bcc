/* SPDX-License-Identifier: MIT */
/* test_parse_csv_series: headings, separators, numbers, and lines that are none. */
#include <math.h>

#include <stdio.h>

#include "parse/csv_series.h"
#include "unit.h"

/* The samples of a text, its bad lines counted; at most as many as there is room for. */
struct table {
	struct ml_csv_series csv;
	struct ml_sample at[16];
	size_t n, bad;
};

static struct table table_of(const char *text)
{
	struct table t = { 0 };
	struct ml_str rest = ml_str_of(text), line;

	while (ml_next_line(&rest, &line)) {
		struct ml_sample sample;
		enum ml_csv_line kind = ml_csv_series_line(&t.csv, line, &sample);

		t.bad += kind == ML_CSV_BAD;
		if (kind == ML_CSV_SAMPLE && t.n < ML_ARRAY_SIZE(t.at))
			t.at[t.n++] = sample;
	}
	return t;
}

static void assert_sample(const struct table *t, size_t i, double time, double value)
{
	assert_true(i < t->n);
	if (t->at[i].t != time || t->at[i].v != value)
		fail_msg("%zu: %.17g, %.17g", i, t->at[i].t, t->at[i].v);
}

static void test_columns(void **state)
{
	static const struct {
		const char *text;
		bool bytes;
	} cases[] = {
		{ "t_seconds,value\n1,20\n",               false },
		{ "t_seconds,bytes\n1,20\n",               true  },
		{ "1,20\n",                                false },
		{ "1;20\n",                                false },
		{ "1\t20\n",                               false },
		{ "value,t_seconds\n20,1\n",               false },
		{ "host,Value,Time\nweb,20,1\n",           false },
		{ "t,rss_bytes,x\n1,20,hello\n",           true  },
		{ "t,x,value,more\n1,7,20,8\n",            false },
		{ "\"t\",\"value\"\n\"1\",\"20\"\n",       false },
		{ "t,name,value\n1,\"a,b\",20\n",          false },
		{ "when,how much\n1,20\n",                 false },
		{ "# sar\n\n  # more\nt_seconds,value\n1,20\n", false },
		{ "t_seconds,value\r\n1,20\r\n",           false },
		{ " t_seconds , value \n 1 , 20 \n",       false },
		{ "t_seconds,value\n1,20",                 false },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		struct table t = table_of(cases[i].text);

		if (t.n != 1 || t.bad)
			fail_msg("%s: %zu samples, %zu bad", cases[i].text, t.n, t.bad);
		assert_sample(&t, 0, 1, 20);
		assert_int_equal(t.csv.bytes, cases[i].bytes);
	}
}

static void test_numbers(void **state)
{
	struct table t = table_of("1.5,-20\n2,1.5e3\n3,2E-2\n4,+7\n5,1e+09\n6,0\n");

	(void)state;
	assert_int_equal(t.bad, 0);
	assert_sample(&t, 0, 1.5, -20);
	assert_sample(&t, 1, 2, 1500);
	assert_sample(&t, 2, 3, 0.02);
	assert_sample(&t, 3, 4, 7);
	assert_sample(&t, 4, 5, 1e9);
	assert_sample(&t, 5, 6, 0);
}

static void test_unknown_values(void **state)
{
	struct table t = table_of("t,value\n1,\n2,NaN\n3,null\n4,-\n5,None\n6,1\n");

	(void)state;
	assert_int_equal(t.bad, 0);
	assert_int_equal(t.n, 1);
}

static void test_bad_lines(void **state)
{
	static const char *const lines[] = {
		"2", "x,1", "2,x", ",1", "nan,1", "2,1e999", "2,1e-9223372036854775808", "2,1e",
		"2,e5", "2,0x10", "2,1 2", "2,--1", "2,inf", "\"2,1", "2,1e9223372036854775807",
		"\x1b[31m,1", "2,1.2.3",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(lines); i++) {
		char text[128];
		struct table t;

		snprintf(text, sizeof(text), "t,value\n1,1\n%s\n3,3\n", lines[i]);
		t = table_of(text);
		if (t.bad != 1 || t.n != 2)
			fail_msg("%s: %zu samples, %zu bad", lines[i], t.n, t.bad);
	}
}

static void test_no_line_is_read_beyond(void **state)
{
	static const char hostile[] = ",,\";;\t\"\"\",e+-1\0\xff\x1b,1e5,\r#";

	(void)state;
	for (size_t n = 0; n < sizeof(hostile); n++) {
		_cleanup_free_ char *copy = malloc(n ? n : 1);
		struct ml_csv_series csv = { 0 };
		struct ml_sample sample;

		assert_non_null(copy);
		memcpy(copy, hostile, n);
		for (int i = 0; i < 3; i++)
			ml_csv_series_line(&csv, (struct ml_str){ copy, n }, &sample);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_unknown_values),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_no_line_is_read_beyond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
