/* SPDX-License-Identifier: MIT */
/* test_history: instants in memory - every report on them, thinning, bounds. */
#include <dirent.h>
#include <errno.h>

#include "machine.h"

#include "base/buf.h"
#include "record/history.h"
#include "source/tape.h"
#include "source/walk.h"

#define SYSROOTS "tests/sysroots"
#define NS 1000000000ull

/* ---- every report ---- */

static void put_value(struct ml_buf *out, const struct ml_col *col, const void *row)
{
	struct ml_value v;

	ml_value_of(col, row, &v);
	if (!v.known)
		ml_buf_printf(out, "-");
	else if (v.type == ML_TYPE_STR)
		ml_buf_str(out, v.str);
	else if (v.type == ML_TYPE_U64)
		ml_buf_printf(out, "%llu", (unsigned long long)v.u64);
	else
		ml_buf_printf(out, "%.9g", ml_value_number(&v));
	ml_buf_add(out, "\t", 1);
}

static void put_table(struct ml_buf *out, struct ml_result *result, size_t i)
{
	const struct ml_table *table = ml_result_table(result, i);
	const void *row;

	while ((row = ml_result_next(result, i))) {
		ml_buf_printf(out, "%s: ", ml_table_id(table));
		for (size_t c = 0; c < ml_table_ncols(table); c++)
			put_value(out, ml_table_col(table, c), row);
		ml_buf_add(out, "\n", 1);
	}
}

static void put_snap(struct ml_buf *out, const struct ml_snap *snap)
{
	struct ml_source source;
	struct ml_host host;

	for (size_t i = 0; i < ml_snap_nsources(snap); i++) {
		ml_snap_source(snap, i, &source);
		ml_buf_printf(out, "%s %s %d\n", source.path,
			      ml_status_name(source.status), source.error);
	}
	ml_snap_host(snap, &host);
	ml_buf_printf(out, "%s %s %llu %llu\n", host.name ? host.name : "-",
		      host.kernel ? host.kernel : "-", (unsigned long long)host.page_size,
		      (unsigned long long)host.wall_ms);
}

static void put_report(struct ml_buf *out, struct ml_ctx *ctx, struct ml_root *root,
		       const struct ml_report *report)
{
	struct ml_query query = { .parts = (1ull << ml_report_ntables(report)) - 1 };
	struct ml_result *result;
	struct ml_snap *snap;

	ml_buf_printf(out, "== %s\n", ml_report_id(report));
	if (ml_snap_take(root, report, &query, &snap)) {
		ml_buf_printf(out, "%s\n", ml_ctx_error(ctx));
		return;
	}
	put_snap(out, snap);
	if (!ml_report_build(ctx, report, &query, NULL, snap, &result)) {
		for (size_t i = 0; i < ml_result_ntables(result); i++)
			put_table(out, result, i);
		ml_result_unref(result);
	}
	ml_snap_unref(snap);
}

static void put_reports(struct ml_buf *out, struct ml_ctx *ctx, struct ml_root *root)
{
	for (size_t i = 0; i < ml_report_count(); i++)
		put_report(out, ctx, root, ml_report_at(i));
}

static void show_difference(const char *name, const struct ml_buf *a,
			    const struct ml_buf *b)
{
	struct ml_str x = ml_buf_text(a), y = ml_buf_text(b), line, other;

	while (ml_next_line(&x, &line) && ml_next_line(&y, &other))
		if (!ml_str_eq(line, other)) {
			print_error("%s:\n- %.*s\n+ %.*s\n", name, (int)line.n, line.p,
				    (int)other.n, other.p);
			return;
		}
}

static void reports_agree(const char *name)
{
	struct ml_buf before = { 0 }, after = { 0 };
	struct ml_root *root, *again;
	struct ml_history *h;
	struct ml_ctx *ctx;
	char path[512];

	snprintf(path, sizeof(path), SYSROOTS "/%s", name);
	assert_int_equal(ml_ctx_new(&ctx), 0);
	assert_int_equal(ml_root_open(ctx, path, &root), 0);
	assert_int_equal(ml_root_keep(root, ML_KEEP_ALL, 64 << 20), 0);
	assert_int_equal(ml_history_new(ctx, NULL, &h), 0);
	put_reports(&before, ctx, root);
	assert_false(root->tape->full);
	assert_int_equal(ml_history_add(h, root), 0);
	assert_int_equal(ml_history_root(h, 0, &again), 0);
	ml_history_free(h);
	ml_root_unref(root);
	put_reports(&after, ctx, again);
	if (!ml_str_eq(ml_buf_text(&before), ml_buf_text(&after)))
		show_difference(name, &before, &after);
	assert_true(ml_str_eq(ml_buf_text(&before), ml_buf_text(&after)));
	ml_root_unref(again);
	ml_ctx_free(ctx);
	ml_buf_deinit(&before);
	ml_buf_deinit(&after);
}

static void every_report_says_the_same_of_it(void **state)
{
	DIR *dir = opendir(SYSROOTS);
	const struct dirent *e;
	char path[512];
	size_t n = 0;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir))) {
		snprintf(path, sizeof(path), SYSROOTS "/%s/proc", e->d_name);
		if (*e->d_name == '.' || access(path, F_OK))
			continue;
		reports_agree(e->d_name);
		n++;
	}
	closedir(dir);
	assert_in_range(n, 10, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_report_says_the_same_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
