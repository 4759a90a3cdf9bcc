/* SPDX-License-Identifier: MIT */
/* test_query: files that no column, filter or sort needs stay unread. */
#include "machine.h"

#include <errno.h>

#include "model/proc.h"
#include "model/snap.h"
#include "report/report.h"

/* Each file with a value that its columns would show. */
static void put_process(struct machine *m)
{
	machine_put(m, "proc/5/stat",
		    "5 (five) S 1 1 1 0 -1 0 1 0 2 0 0 0 0 0 20 0 1 0 7 8 9 0\n");
	machine_put(m, "proc/5/statm", "9 9 1 0 0 0 0\n");
	machine_put(m, "proc/5/status", "Uid: 1 1 1 1\nVmRSS: 36 kB\nVmSwap: 4 kB\n");
	machine_put(m, "proc/5/smaps_rollup",
		    "1000-2000 ---p 0 0:0 0 [rollup]\nRss: 36 kB\nPss: 20 kB\n");
	machine_put(m, "proc/5/cmdline", "five");
	machine_put(m, "proc/5/cgroup", "0::/a.service\n");
	machine_put(m, "proc/5/oom_score", "3\n");
	machine_put(m, "proc/5/oom_score_adj", "4\n");
	machine_put(m, "proc/5/io", "read_bytes: 5\nwrite_bytes: 6\n");
	machine_put(m, "proc/5/exe", "/bin/five");
	machine_put(m, "proc/5/limits", "Max stack size  8  8  bytes\n");
}

/* What was read, by what is known. */
static uint32_t reads_known(const struct ml_proc *p)
{
	return (p->comm.p ? ML_READ_STAT : 0) | (p->uid != ML_NONE ? ML_READ_STATUS : 0) |
	       (p->pss != ML_NONE ? ML_READ_ROLLUP : 0) |
	       (p->cmdline.p ? ML_READ_CMDLINE : 0) | (p->cgroup.p ? ML_READ_CGROUP : 0) |
	       (p->oom_score != ML_NONE ? ML_READ_OOM : 0) |
	       (p->read_bytes != ML_NONE ? ML_READ_IO : 0) |
	       (p->exe.p ? ML_READ_EXE : 0) |
	       (p->limit_stack != ML_NONE ? ML_READ_LIMITS : 0);
}

static uint32_t reads_for(struct machine *m, struct ml_query query)
{
	const struct ml_report *report = ml_report_find("ps");
	const struct ml_parsed *parsed;
	struct ml_snap *snap;
	uint32_t ret;

	query.parts = 1; /* processes */
	assert_string_equal(ml_table_id(ml_report_table(report, 0)), "processes");
	assert_int_equal(ml_snap_take(m->root, report, &query, &snap), 0);
	parsed = ml_snap_parsed(snap, ML_FEED_PROCESSES);
	assert_non_null(parsed);
	assert_int_equal(parsed->rows.n, 1);
	ret = reads_known(ml_rows_at(&parsed->rows, 0));
	ml_snap_unref(snap);
	return ret;
}

static void test_columns(void **state)
{
	static const struct {
		const char *key;
		uint32_t reads;
	} cases[] = {
		{ "pid", 0 },
		{ "rss", 0 },
		{ "comm", 0 },
		{ "user", ML_READ_STATUS },
		{ "swap", ML_READ_STATUS },
		{ "pss", ML_READ_ROLLUP },
		{ "cmdline", ML_READ_CMDLINE },
		{ "unit", ML_READ_CGROUP },
		{ "oom_adj", ML_READ_OOM },
		{ "read_bytes", ML_READ_IO },
		{ "exe", ML_READ_EXE },
		{ "limit_stack", ML_READ_LIMITS },
	};
	const struct ml_table *table = ml_report_table(ml_report_find("ps"), 0);

	put_process(*state);
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		const struct ml_col *cols[2] = { ml_table_find(table, "pid"),
						 ml_table_find(table, cases[i].key) };

		assert_non_null(cols[1]);
		assert_int_equal(
			reads_for(*state, (struct ml_query){ .cols = cols, .ncols = 2 }),
			cases[i].reads | ML_READ_STAT);
	}
}

static void test_filter_and_sort(void **state)
{
	const struct ml_table *table = ml_report_table(ml_report_find("ps"), 0);
	const struct ml_col *pid = ml_table_find(table, "pid");
	struct ml_query query = { .cols = &pid, .ncols = 1 };

	put_process(*state);
	query.filter = "swap > 0 and oom_adj < 9";
	assert_int_equal(reads_for(*state, query),
			 ML_READ_STAT | ML_READ_STATUS | ML_READ_OOM);
	query.filter = "not (pss = 3 or unit ~ x)";
	assert_int_equal(reads_for(*state, query),
			 ML_READ_STAT | ML_READ_ROLLUP | ML_READ_CGROUP);
	query.filter = NULL;
	query.sort = "pss";
	assert_int_equal(reads_for(*state, query), ML_READ_STAT | ML_READ_ROLLUP);
	query.sort = "swap:asc";
	assert_int_equal(reads_for(*state, query), ML_READ_STAT | ML_READ_STATUS);
	query.sort = "rss:nonsense";
	assert_int_equal(reads_for(*state, query), ML_READ_STAT);
}

/* No columns named: all that are not costly. */
static void test_default(void **state)
{
	put_process(*state);
	assert_int_equal(reads_for(*state, (struct ml_query){ 0 }),
			 ML_READ_STAT | ML_READ_STATUS | ML_READ_ROLLUP |
				 ML_READ_CMDLINE | ML_READ_CGROUP | ML_READ_OOM);
}

static void test_bad_filter(void **state)
{
	struct machine *m = *state;
	struct ml_query query = { .filter = "pss >" };
	struct ml_snap *snap = NULL;

	assert_int_equal(ml_snap_take(m->root, ml_report_find("ps"), &query, &snap),
			 -EINVAL);
	assert_null(snap);
	assert_true(strlen(ml_ctx_error(m->ctx)) > 0);
	query.filter = "nothing = 1"; /* before anything is read */
	assert_int_equal(ml_snap_take(m->root, ml_report_find("ps"), &query, &snap),
			 -EINVAL);
	query.filter = NULL;
	query.sort = "nothing";
	assert_int_equal(ml_snap_take(m->root, ml_report_find("ps"), &query, &snap),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_columns),
		MACHINE_TEST(test_filter_and_sort),
		MACHINE_TEST(test_default),
		MACHINE_TEST(test_bad_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
