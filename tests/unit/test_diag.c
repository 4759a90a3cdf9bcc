/* SPDX-License-Identifier: MIT */
/* test_diag: the engine - what is skipped, tempered, ignored and explained. */
#include <errno.h>

#include "machine.h"

#include "diag/diag.h"

#define MEMINFO(available) \
	"MemTotal: 1000000 kB\nMemFree: 500000 kB\nMemAvailable: " #available " kB\n"
#define PRESSURE(us) "some avg10=0 avg60=0 avg300=0 total=0\n" \
		     "full avg10=0 avg60=0 avg300=0 total=" #us "\n"

static const struct ml_query once;

static struct ml_snap *snap_at(const struct machine *m, const char *uptime,
			       const char *meminfo, const char *pressure)
{
	struct ml_want want = { 0 };
	struct ml_snap *snap = NULL;

	machine_put(m, "proc/uptime", uptime);
	machine_put(m, "proc/meminfo", meminfo);
	if (pressure)
		machine_put(m, "proc/pressure/memory", pressure);
	ml_diag_want(&once, &want.use, &want.reads);
	assert_int_equal(ml_snap_take_wanted(m->root, &want, &snap), 0);
	return snap;
}

static const struct ml_finding *found(const struct ml_verdict *v, const char *rule)
{
	const struct ml_finding *f;

	ml_for_each_row(f, &v->findings)
		if (!strcmp(f->rule->id, rule))
			return f;
	return NULL;
}

static const struct ml_judged *judged(const struct ml_verdict *v, const char *rule)
{
	const struct ml_judged *j;

	ml_for_each_row(j, &v->judged)
		if (!strcmp(j->rule->id, rule))
			return j;
	return NULL;
}

static void test_levels(void **state)
{
	struct machine *m = *state;
	struct ml_arena arena = { 0 };
	struct ml_snap *snap = snap_at(m, "10 10\n", MEMINFO(40000), NULL);
	struct ml_verdict v;
	const struct ml_finding *f;

	assert_int_equal(ml_diag_run(m->ctx, NULL, snap, &once, &arena, &v), 0);
	f = found(&v, "mem.avail.low");
	assert_non_null(f);
	assert_int_equal(f->severity, ML_CRIT);
	assert_true(f->evidence.n >= 2);
	/* neither a missing file nor a missing sample is well */
	assert_int_equal(judged(&v, "psi.mem.full")->outcome, ML_OUTCOME_SKIPPED);
	assert_true(judged(&v, "psi.mem.full")->reason.n > 0);
	assert_int_equal(judged(&v, "mem.avail.low")->outcome, ML_OUTCOME_FOUND);
	ml_snap_unref(snap);
	ml_arena_deinit(&arena);
}

/* 30 % of the time, over long enough and over too short a time. */
static void test_window(void **state)
{
	struct machine *m = *state;
	struct ml_arena arena = { 0 };
	struct ml_snap *first = snap_at(m, "10 10\n", MEMINFO(800000), PRESSURE(0));
	struct ml_snap *soon = snap_at(m, "12 12\n", MEMINFO(800000), PRESSURE(600000));
	struct ml_snap *late = snap_at(m, "70 70\n", MEMINFO(800000), PRESSURE(18000000));
	struct ml_verdict v;
	const struct ml_finding *f;

	assert_int_equal(ml_diag_run(m->ctx, first, soon, &once, &arena, &v), 0);
	f = found(&v, "psi.mem.full");
	assert_int_equal(f->severity, ML_WARN);
	assert_int_equal(f->confidence, ML_CONFIDENCE_LOW);
	assert_non_null(memmem(f->message.p, f->message.n, "over 2 s", 8));
	assert_int_equal(ml_diag_run(m->ctx, first, late, &once, &arena, &v), 0);
	f = found(&v, "psi.mem.full");
	assert_int_equal(f->severity, ML_CRIT);
	assert_int_equal(f->confidence, ML_CONFIDENCE_HIGH);
	ml_snap_unref(first);
	ml_snap_unref(soon);
	ml_snap_unref(late);
	ml_arena_deinit(&arena);
}

/* All of the stall lies in one of four intervals. */
static void test_intervals(void **state)
{
	struct machine *m = *state;
	struct ml_arena arena = { 0 };
	struct ml_snap *first = snap_at(m, "10 10\n", MEMINFO(800000), PRESSURE(0));
	const struct ml_snap *between[] = {
		snap_at(m, "50 50\n", MEMINFO(800000), PRESSURE(0)),
		snap_at(m, "90 90\n", MEMINFO(800000), PRESSURE(30000000)),
		snap_at(m, "130 130\n", MEMINFO(800000), PRESSURE(30000000)),
	};
	struct ml_snap *last =
		snap_at(m, "170 170\n", MEMINFO(800000), PRESSURE(30000000));
	const struct ml_query query = { .between = between, .nbetween = 3 };
	struct ml_verdict v;
	const struct ml_finding *f;

	assert_int_equal(ml_diag_run(m->ctx, first, last, &query, &arena, &v), 0);
	f = found(&v, "psi.mem.full");
	assert_int_equal(f->severity, ML_INFO);
	assert_int_equal(f->seen, 1);
	assert_int_equal(f->of, 4);
	ml_snap_unref(first);
	for (size_t i = 0; i < 3; i++)
		ml_snap_unref((struct ml_snap *)(uintptr_t)between[i]);
	ml_snap_unref(last);
	ml_arena_deinit(&arena);
}

/* A tight machine where nothing ran for a while is short of memory. */
static void test_corroborated(void **state)
{
	struct machine *m = *state;
	struct ml_arena arena = { 0 };
	struct ml_snap *first =
		snap_at(m, "10 10\n", "MemTotal: 4000000 kB\n", PRESSURE(0));
	struct ml_snap *last =
		snap_at(m, "70 70\n", "MemTotal: 4000000 kB\nMemAvailable: 300000 kB\n",
			PRESSURE(1200000));
	struct ml_verdict v;

	assert_int_equal(ml_diag_run(m->ctx, NULL, last, &once, &arena, &v), 0);
	assert_int_equal(found(&v, "mem.avail.low")->severity, ML_WARN);
	assert_int_equal(ml_diag_run(m->ctx, first, last, &once, &arena, &v), 0);
	assert_int_equal(found(&v, "mem.avail.low")->severity, ML_CRIT);
	ml_snap_unref(first);
	ml_snap_unref(last);
	ml_arena_deinit(&arena);
}

static void test_judging(void **state)
{
	static const char *const rules[] = { "mem.avail.low" }, *const no_rule[] = {
		"mem"
	};
	static const char *const limits[] = { "mem.avail.low.warn=90%" };
	static const char *const bad[][1] = { { "mem.avail.low.warn" },
					      { "mem.avail.low.warn=x" },
					      { "mem.avail.high.warn=1" } };
	static const char *const ignore[] = { "mem.avail.low:host" }, *const other[] = {
		"mem.avail.low:node0", "mem.avail"
	};
	struct ml_judging j = { .rules = rules, .nrules = 1 };
	const struct ml_query asked = { .judging = &j };
	struct machine *m = *state;
	struct ml_arena arena = { 0 };
	struct ml_snap *snap = snap_at(m, "10 10\n", MEMINFO(800000), NULL);
	struct ml_verdict v;

	assert_int_equal(ml_diag_run(m->ctx, NULL, snap, &asked, &arena, &v), 0);
	assert_int_equal(v.judged.n, 1);
	assert_int_equal(v.findings.n, 0);
	assert_int_equal(v.measures.n, 1); /* also of what is well */
	j.limits = limits;
	j.nlimits = 1;
	assert_int_equal(ml_diag_run(m->ctx, NULL, snap, &asked, &arena, &v), 0);
	assert_int_equal(found(&v, "mem.avail.low")->severity, ML_WARN);
	assert_false(found(&v, "mem.avail.low")->ignored);
	j.ignore = other;
	j.nignore = 2;
	assert_int_equal(ml_diag_run(m->ctx, NULL, snap, &asked, &arena, &v), 0);
	assert_false(found(&v, "mem.avail.low")->ignored);
	j.ignore = ignore;
	j.nignore = 1;
	assert_int_equal(ml_diag_run(m->ctx, NULL, snap, &asked, &arena, &v), 0);
	assert_true(found(&v, "mem.avail.low")->ignored);
	j = (struct ml_judging){
		.rules = rules, .nrules = 1, .warn = "85:", .crit = "10:"
	};
	assert_int_equal(ml_diag_run(m->ctx, NULL, snap, &asked, &arena, &v), 0);
	assert_int_equal(found(&v, "mem.avail.low")->severity, ML_WARN);
	j.warn = "5:1";
	assert_int_equal(ml_diag_run(m->ctx, NULL, snap, &asked, &arena, &v), -EINVAL);
	j = (struct ml_judging){ .rules = no_rule, .nrules = 1 };
	assert_int_equal(ml_diag_run(m->ctx, NULL, snap, &asked, &arena, &v), -EINVAL);
	for (size_t i = 0; i < 3; i++) {
		j = (struct ml_judging){ .limits = bad[i], .nlimits = 1 };
		assert_int_equal(ml_diag_run(m->ctx, NULL, snap, &asked, &arena, &v),
				 -EINVAL);
	}
	ml_snap_unref(snap);
	ml_arena_deinit(&arena);
}

/* ---- causes ---- */

static struct ml_finding *add(struct ml_rows *findings, struct ml_arena *a,
			      const struct ml_rule *rule, enum ml_severity severity,
			      double swap)
{
	struct ml_finding *f = ml_rows_add(findings, a);

	*f = (struct ml_finding){ .rule = rule,
				  .severity = severity,
				  .order = findings->n - 1,
				  .cause = SIZE_MAX };
	for (size_t i = 0; i < ML_AMOUNTS; i++)
		f->amount[i] = NAN;
	f->amount[ML_AMOUNT_SWAP] = swap;
	return f;
}

static void test_causes(void **state)
{
	static const struct ml_rule thrash = { .id = "cg.thrash" },
				    storm = { .id = "swap.storm" };
	struct ml_rows findings = ML_ROWS(struct ml_finding);
	struct ml_arena arena = { 0 };
	struct ml_finding *f;

	(void)state;
	add(&findings, &arena, &thrash, ML_WARN, 500);
	add(&findings, &arena, &thrash, ML_WARN, 400);
	add(&findings, &arena, &storm, ML_CRIT, 1000);
	ml_diag_attribute(&findings);
	f = ml_rows_at(&findings, 2);
	assert_int_equal(f->cause, 0); /* the larger of the two, who are 90 % together */
	f = ml_rows_at(&findings, 0);
	assert_int_equal(f->severity, ML_CRIT);

	findings.n = 0;
	add(&findings, &arena, &thrash, ML_WARN, 300);
	add(&findings, &arena, &storm, ML_CRIT, 1000);
	ml_diag_attribute(&findings);
	f = ml_rows_at(&findings, 1);
	assert_int_equal(f->cause, SIZE_MAX); /* most of it is something else */
	f = ml_rows_at(&findings, 0);
	assert_int_equal(f->severity, ML_WARN);
	ml_arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_levels, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(test_window, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(test_intervals, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(test_corroborated, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(test_judging, machine_setup,
						machine_teardown),
		cmocka_unit_test(test_causes),
	};

	return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
