/* SPDX-License-Identifier: MIT */
/* test_stream: mappings row by row - filtered, sorted, shortened, held, and in sums. */
#include "machine.h"

#include <errno.h>

#include "model/snap.h"
#include "report/report.h"

#define ROWS 3000

/* Names tell their row; more than any window holds. */
static void put_mappings(struct machine *m)
{
	char path[128];
	FILE *f;

	machine_put(m, "proc/5/stat",
		    "5 (five) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 7 8 9 0\n");
	snprintf(path, sizeof(path), "%s/proc/5/smaps", m->path);
	f = fopen(path, "w");
	assert_non_null(f);
	for (unsigned i = 0; i < ROWS; i++)
		fprintf(f,
			"%x000-%x000 rw-p 00000000 00:00 7   /file/%u\nSize: 4 kB\nRss: %u kB\n"
			"Pss: 1 kB\nVmFlags: rd wr\n",
			i + 1, i + 2, i, i * 7919 % ROWS);
	fclose(f);
}

struct view {
	const struct ml_report *report;
	struct ml_snap *snap;
	struct ml_result *result;
};

/* The tables with the given names ("mappings total"). */
static ml_parts parts_of(const struct ml_report *report, const char *names)
{
	ml_parts parts = 0;

	for (size_t i = 0; i < ml_report_ntables(report); i++)
		if (strstr(names, ml_table_id(ml_report_table(report, i))))
			parts |= 1ull << i;
	return parts;
}

static void open_view(struct machine *m, const char *tables, struct ml_query query,
		      struct view *ret)
{
	static const uint64_t pid = 5;

	ret->report = ml_report_find("map");
	query.parts = parts_of(ret->report, tables);
	query.pids = &pid;
	query.npids = 1;
	assert_int_equal(ml_snap_take(m->root, ret->report, &query, &ret->snap), 0);
	assert_int_equal(ml_report_build(m->ctx, ret->report, &query, NULL, ret->snap,
					 &ret->result),
			 0);
}

static void close_view(struct view *v)
{
	ml_result_unref(v->result);
	ml_snap_unref(v->snap);
}

#define _view_ _cleanup_(close_view)

static struct ml_value value_of(const struct view *v, size_t table, const void *row,
				const char *key)
{
	const struct ml_col *col = ml_table_find(ml_result_table(v->result, table), key);
	struct ml_value ret;

	assert_non_null(col);
	ml_value_of(col, row, &ret);
	return ret;
}

/* The number in the name of a row, which its other cells have to agree with. */
static unsigned check_row(const struct view *v, const void *row)
{
	struct ml_str name = value_of(v, 0, row, "name").str;
	uint64_t i;

	assert_true(ml_str_starts(name, "/file/"));
	assert_true(ml_num_u64(ml_str_skip(name, 6), &i));
	assert_true(value_of(v, 0, row, "start").u64 == (i + 1) << 12);
	assert_true(value_of(v, 0, row, "rss").u64 == i * 7919 % ROWS << 10);
	assert_bytes(value_of(v, 0, row, "vm_flags").str, "rd wr");
	assert_bytes(value_of(v, 0, row, "kind").str, "file");
	assert_bytes(value_of(v, 0, row, "perms").str, "rw-p");
	return (unsigned)i;
}

static void check_total(const struct view *v, size_t table)
{
	const void *row = ml_result_next(v->result, table);

	assert_non_null(row);
	assert_int_equal(value_of(v, table, row, "mappings").u64, ROWS);
	assert_int_equal(value_of(v, table, row, "pss").u64, ROWS << 10);
	assert_int_equal(value_of(v, table, row, "size").u64, ROWS << 12);
	assert_null(ml_result_next(v->result, table));
}

static void test_next(void **state)
{
	_view_ struct view v;
	const void *row;
	unsigned n = 0;

	put_mappings(*state);
	open_view(*state, "mappings total", (struct ml_query){ 0 }, &v);
	assert_true(ml_result_nrows(v.result, 0) == ML_ROWS_UNREAD);
	while ((row = ml_result_next(v.result, 0)))
		assert_int_equal(check_row(&v, row), n++);
	assert_int_equal(n, ROWS);
	assert_null(ml_result_next(v.result, 0));
	check_total(&v, 1);
}

static void test_total_alone(void **state)
{
	_view_ struct view v;

	put_mappings(*state);
	open_view(*state, "total", (struct ml_query){ 0 }, &v);
	check_total(&v, 0);
}

static void test_filter(void **state)
{
	struct machine *m = *state;
	_view_ struct view v;
	const void *row;
	unsigned n = 0;

	put_mappings(m);
	open_view(m, "mappings", (struct ml_query){ .filter = "rss >= 2000K" }, &v);
	assert_int_equal(ml_result_filter(m->ctx, v.result, "rss >= 2000K"), 0);
	while ((row = ml_result_next(v.result, 0))) {
		check_row(&v, row);
		assert_true(value_of(&v, 0, row, "rss").u64 >= 2000 << 10);
		n++;
	}
	assert_int_equal(n, 1000);
	assert_int_equal(ml_result_filter(m->ctx, v.result, "nothing = 1"), -EINVAL);
}

/* What is sorted is held: the strings of each row, too, after the window moved on. */
static void test_sort(void **state)
{
	struct machine *m = *state;
	_view_ struct view v;
	uint64_t before = UINT64_MAX;
	const void *row;
	unsigned n = 0;

	put_mappings(m);
	open_view(m, "mappings total", (struct ml_query){ .sort = "rss" }, &v);
	assert_int_equal(ml_result_sort(m->ctx, v.result, "rss"), 0);
	assert_int_equal(ml_result_nrows(v.result, 0), ROWS);
	while ((row = ml_result_next(v.result, 0))) {
		uint64_t rss = value_of(&v, 0, row, "rss").u64;

		check_row(&v, row);
		assert_true(rss < before);
		before = rss;
		n++;
	}
	assert_int_equal(n, ROWS);
	check_total(&v, 1);
}

static void test_filter_sort_top(void **state)
{
	struct machine *m = *state;
	_view_ struct view v;
	const void *row;

	put_mappings(m);
	open_view(m, "mappings",
		  (struct ml_query){ .filter = "rss < 100K", .sort = "rss" }, &v);
	assert_int_equal(ml_result_filter(m->ctx, v.result, "rss < 100K"), 0);
	assert_int_equal(ml_result_sort(m->ctx, v.result, "rss:asc"), 0);
	ml_result_top(v.result, 10);
	assert_int_equal(ml_result_nrows(v.result, 0), 10);
	assert_int_equal(ml_result_omitted(v.result, 0), 90);
	for (unsigned i = 0; i < 10; i++) {
		row = ml_result_row(v.result, 0, i);
		check_row(&v, row);
		assert_int_equal(value_of(&v, 0, row, "rss").u64, i << 10);
	}
}

static void test_top_alone(void **state)
{
	_view_ struct view v;

	put_mappings(*state);
	open_view(*state, "mappings", (struct ml_query){ 0 }, &v);
	ml_result_top(v.result, 2);
	assert_int_equal(check_row(&v, ml_result_next(v.result, 0)), 0);
	assert_int_equal(check_row(&v, ml_result_next(v.result, 0)), 1);
	assert_null(ml_result_next(v.result, 0));
	assert_int_equal(ml_result_omitted(v.result, 0), ROWS - 2);
}

/* Tables that go over the mappings do not take them from each other. */
static void test_tables_together(void **state)
{
	_view_ struct view v;
	const void *row;
	size_t n[3] = { 0 };

	put_mappings(*state);
	open_view(*state, "mappings by_kind by_file total", (struct ml_query){ 0 }, &v);
	for (size_t t = 0; t < 3; t++)
		while ((row = ml_result_next(v.result, t)))
			n[t]++;
	assert_int_equal(n[0], ROWS);
	assert_int_equal(n[1], 1);
	assert_int_equal(n[2], ROWS);
	check_total(&v, 3);
}

/* A name in a copied file may hold NULs and look like a kind. */
static void test_names_of_groups(void **state)
{
	struct machine *m = *state;
	static const char text[] = "1000-2000 rw-p 0 0:0 7 /a\0b\nSize: 4 kB\n"
				   "3000-4000 rw-p 0 0:0 7 /a\0b\nSize: 4 kB\n"
				   "5000-6000 rw-p 0 0:0 7 /a\0c\nSize: 4 kB\n"
				   "7000-8000 rw-p 0 0:0 0 \nSize: 4 kB\n";
	_view_ struct view v;
	char path[128];
	FILE *f;

	put_mappings(m);
	snprintf(path, sizeof(path), "%s/proc/5/smaps", m->path);
	f = fopen(path, "w");
	assert_non_null(f);
	fwrite(text, 1, sizeof(text) - 1, f);
	fclose(f);
	open_view(m, "by_file", (struct ml_query){ 0 }, &v);
	assert_int_equal(ml_result_nrows(v.result, 0), 3);
	assert_bytes(value_of(&v, 0, ml_result_row(v.result, 0, 0), "name").str, "/a\0b");
	assert_int_equal(value_of(&v, 0, ml_result_row(v.result, 0, 0), "count").u64, 2);
	assert_bytes(value_of(&v, 0, ml_result_row(v.result, 0, 1), "name").str,
		     "(anon)");
	assert_bytes(value_of(&v, 0, ml_result_row(v.result, 0, 2), "name").str, "/a\0c");
}

/* Held for a later comparison, a mapping that grew keeps its start. */
static void test_growth(void **state)
{
	struct machine *m = *state;
	struct ml_query query = { .repeats = true };
	_view_ struct view before, after;
	struct ml_result *both;
	static const uint64_t pid = 5;
	const void *row;

	put_mappings(m);
	machine_put(m, "proc/5/smaps",
		    "1000-2000 rw-p 0 0:0 7 /a\nRss: 4 kB\nPss: 4 kB\n");
	open_view(m, "mappings", query, &before);
	machine_put(m, "proc/5/smaps",
		    "1000-3000 rw-p 0 0:0 7 /a\nRss: 8 kB\nPss: 1 kB\n"
		    "4000-5000 rw-p 0 0:0 7 /b\nRss: 8 kB\n");
	open_view(m, "mappings", query, &after);
	query.parts = parts_of(after.report, "mappings");
	query.pids = &pid;
	query.npids = 1;
	assert_int_equal(ml_report_build(m->ctx, after.report, &query, before.snap,
					 after.snap, &both),
			 0);
	ml_result_unref(after.result);
	after.result = both;
	row = ml_result_next(both, 0);
	assert_int_equal(value_of(&after, 0, row, "rss_growth").s64, 4096);
	assert_int_equal(value_of(&after, 0, row, "pss_growth").s64, -3072);
	row = ml_result_next(both, 0);
	assert_false(value_of(&after, 0, row, "rss_growth").known);
	assert_null(ml_result_next(both, 0));
}

static void test_no_process(void **state)
{
	_view_ struct view v;
	struct ml_source source;
	bool missed = false;

	open_view(*state, "mappings by_kind total", (struct ml_query){ 0 }, &v);
	for (size_t t = 0; t < 3; t++)
		assert_null(ml_result_next(v.result, t));
	for (size_t i = 0; i < ml_snap_nsources(v.snap); i++) {
		ml_snap_source(v.snap, i, &source);
		missed |= source.status == ML_ABSENT && source.needed;
	}
	assert_true(missed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_next),
		MACHINE_TEST(test_total_alone),
		MACHINE_TEST(test_filter),
		MACHINE_TEST(test_sort),
		MACHINE_TEST(test_filter_sort_top),
		MACHINE_TEST(test_top_alone),
		MACHINE_TEST(test_tables_together),
		MACHINE_TEST(test_names_of_groups),
		MACHINE_TEST(test_growth),
		MACHINE_TEST(test_no_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
