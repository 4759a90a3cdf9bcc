/* SPDX-License-Identifier: MIT */
/* test_verdict: a wrong number is told from one that moves, is missing or is known to
 * differ. */
#include <errno.h>
#include <math.h>

#include "base/fail.h"
#include "report/comparison.h"
#include "unit.h"

static struct ml_value number(uint64_t n)
{
	return (struct ml_value){ .type = ML_TYPE_U64, .known = n != ML_NONE, .u64 = n };
}

static struct ml_value text(const char *s)
{
	return (struct ml_value){ .type = ML_TYPE_STR,
				  .known = s != NULL,
				  .str = ml_str_of(s) };
}

static struct ml_value seconds(double s)
{
	return (struct ml_value){ .type = ML_TYPE_F64, .known = !isnan(s), .f64 = s };
}

static enum ml_verdict of(struct ml_value before, struct ml_value theirs,
			  struct ml_value after)
{
	return ml_verdict_of(&before, &theirs, &after);
}

static enum ml_verdict of_numbers(uint64_t before, uint64_t theirs, uint64_t after)
{
	return of(number(before), number(theirs), number(after));
}

static void test_numbers(void **state)
{
	(void)state;
	assert_int_equal(of_numbers(7, 7, 7), ML_VERDICT_SAME);
	assert_int_equal(of_numbers(7, 7, 9), ML_VERDICT_SAME);
	assert_int_equal(of_numbers(7, 9, 9), ML_VERDICT_SAME);
	assert_int_equal(of_numbers(7, 8, 9), ML_VERDICT_MOVED);
	assert_int_equal(of_numbers(9, 8, 7), ML_VERDICT_MOVED);
	assert_int_equal(of_numbers(7, 6, 9), ML_VERDICT_DIFFERS);
	assert_int_equal(of_numbers(7, 10, 9), ML_VERDICT_DIFFERS);
	assert_int_equal(of_numbers(7, 8, 7), ML_VERDICT_DIFFERS);
	/* exact where a double is not */
	assert_int_equal(of_numbers(1ull << 60, (1ull << 60) + 1, 1ull << 60),
			 ML_VERDICT_DIFFERS);
}

static void test_unknown(void **state)
{
	(void)state;
	assert_int_equal(of_numbers(ML_NONE, ML_NONE, ML_NONE), ML_VERDICT_NOTHING);
	assert_int_equal(of_numbers(7, ML_NONE, 7), ML_VERDICT_ONLY_OURS);
	assert_int_equal(of_numbers(ML_NONE, 0, ML_NONE), ML_VERDICT_ONLY_THEIRS);
	assert_int_equal(of_numbers(ML_NONE, 7, ML_NONE), ML_VERDICT_DIFFERS);
	assert_int_equal(of_numbers(ML_NONE, 7, 7), ML_VERDICT_SAME);
	assert_int_equal(of_numbers(ML_NONE, 8, 7), ML_VERDICT_DIFFERS);
	/* a 0 of ours is a number, and theirs too */
	assert_int_equal(of_numbers(0, 7, 0), ML_VERDICT_DIFFERS);
	assert_int_equal(of_numbers(7, 0, 7), ML_VERDICT_DIFFERS);
}

static void test_texts(void **state)
{
	(void)state;
	assert_int_equal(of(text("a"), text("a"), text("a")), ML_VERDICT_SAME);
	assert_int_equal(of(text("a"), text("b"), text("b")), ML_VERDICT_SAME);
	assert_int_equal(of(text("a"), text("b"), text("c")), ML_VERDICT_DIFFERS);
	assert_int_equal(of(text("a"), text("aa"), text("a")), ML_VERDICT_DIFFERS);
	assert_int_equal(of(text(NULL), text("a"), text(NULL)), ML_VERDICT_DIFFERS);
	assert_int_equal(of(text(NULL), text(""), text(NULL)), ML_VERDICT_DIFFERS);
	assert_int_equal(of(text("7"), number(7), text("7")), ML_VERDICT_DIFFERS);
}

static void test_times(void **state)
{
	(void)state;
	assert_int_equal(of(seconds(1.25), seconds(1.2501), seconds(1.25)),
			 ML_VERDICT_SAME);
	assert_int_equal(of(seconds(1.25), seconds(1.26), seconds(1.25)),
			 ML_VERDICT_DIFFERS);
	assert_int_equal(of(seconds(NAN), seconds(1), seconds(NAN)), ML_VERDICT_DIFFERS);
}

/* ---- the report, with a witness that we make up ---- */

struct reading {
	const char *subject;
	uint64_t value;
};

/* What it says the first, the second time; the last is repeated. */
struct script {
	struct ml_witness_level level;
	const struct reading (*readings)[4];
	size_t n, next;
};

static int read_script(const struct ml_witness_level *level, struct ml_arena *a,
		       struct ml_rows *ret)
{
	struct script *script = (struct script *)(uintptr_t)level;
	const struct reading *r = script->readings[script->next];

	if (script->next + 1 < script->n)
		script->next++;
	for (size_t i = 0; i < 4 && r[i].subject; i++) {
		struct ml_witness_row *row = ml_rows_add(ret, a);
		struct ml_value *value = ml_arena_calloc(a, 1, sizeof(*value));

		assert_true(row && value);
		*value = number(r[i].value);
		row->subject = ml_str_of(r[i].subject);
		row->values = value;
	}
	return 0;
}

static bool is_cached(struct ml_str subject, const struct ml_value *ours,
		      const struct ml_value *theirs)
{
	return ml_str_is(subject, "Cached") && ours->known && theirs->known;
}

static const char *const value_name[] = { "value" };
static const struct ml_witness_known known[] = {
	{ "meminfo", "value", is_cached, "they count it otherwise" },
};

/* Numbers of the machine below: MemTotal, MemFree. */
#define MACHINE "tests/sysroots/6.12-amd64"

struct verified {
	struct ml_ctx *ctx;
	struct ml_root *root;
	struct ml_snap *snap;
	struct ml_result *result;
};

static void verified_deinit(struct verified *v)
{
	ml_result_unref(v->result);
	ml_snap_unref(v->snap);
	ml_root_unref(v->root);
	ml_ctx_free(v->ctx);
}

#define _verified_ _cleanup_(verified_deinit)

static struct verified verify(struct script *script, bool known_too)
{
	const struct ml_witness_level *const levels[] = { &script->level };
	const struct ml_witness witness = {
		.name = "made up",
		.levels = levels,
		.nlevels = 1,
		.known = known,
		.nknown = known_too ? 1 : 0,
	};
	const struct ml_query query = { .parts = 7 };
	struct verified v = { 0 };

	assert_int_equal(ml_ctx_new(&v.ctx), 0);
	ml_ctx_set_witness(v.ctx, &witness);
	assert_int_equal(ml_root_open(v.ctx, MACHINE, &v.root), 0);
	assert_int_equal(ml_snap_take(v.root, &ml_report_verify, &query, &v.snap), 0);
	assert_int_equal(ml_report_build(v.ctx, &ml_report_verify, &query, NULL, v.snap,
					 &v.result),
			 0);
	return v;
}

static uint64_t summary(const struct verified *v, const char *key)
{
	struct ml_value value;

	assert_int_equal(ml_result_nrows(v->result, 0), 1);
	ml_value_of(ml_table_find(ml_result_table(v->result, 0), key),
		    ml_result_row(v->result, 0, 0), &value);
	return value.u64;
}

static struct ml_str cell(const struct verified *v, size_t table, size_t row,
			  const char *key)
{
	struct ml_value value;

	ml_value_of(ml_table_find(ml_result_table(v->result, table), key),
		    ml_result_row(v->result, table, row), &value);
	return value.str;
}

static uint64_t ours(const char *key)
{
	struct ml_ctx *ctx;
	struct ml_root *root;
	struct ml_snap *snap;
	uint64_t value;

	assert_int_equal(ml_ctx_new(&ctx), 0);
	assert_int_equal(ml_root_open(ctx, MACHINE, &root), 0);
	assert_int_equal(ml_snap_take(root, &ml_report_free, NULL, &snap), 0);
	assert_int_equal(ml_snap_meminfo(snap, key, &value), 0);
	ml_snap_unref(snap);
	ml_root_unref(root);
	ml_ctx_free(ctx);
	return value;
}

static struct script script_of(const struct reading (*readings)[4], size_t n)
{
	return (struct script){
		.level = { "meminfo", value_name, 1, read_script },
		.readings = readings,
		.n = n,
	};
}

static void test_same(void **state)
{
	const struct reading readings[1][4] = {
		{ { "MemTotal", ours("MemTotal") }, { "MemFree", ours("MemFree") },
		  { "NoSuchThing", 0 } },
	};
	struct script script = script_of(readings, 1);

	(void)state;
	_verified_ struct verified v = verify(&script, false);

	assert_int_equal(summary(&v, "compared"), 2);
	assert_int_equal(summary(&v, "same"), 2);
	assert_int_equal(summary(&v, "only_theirs"), 1);
	assert_true(summary(&v, "only_ours") > 20);
	assert_int_equal(summary(&v, "tries"), 1);
	assert_int_equal(ml_result_nrows(v.result, 1), 0);
}

static void test_one_byte(void **state)
{
	const struct reading readings[1][4] = {
		{ { "MemTotal", ours("MemTotal") + 1 }, { "MemFree", ours("MemFree") } },
	};
	struct script script = script_of(readings, 1);

	(void)state;
	_verified_ struct verified v = verify(&script, false);

	assert_int_equal(summary(&v, "differs"), 1);
	assert_true(summary(&v, "tries") > 1);
	assert_int_equal(ml_result_nrows(v.result, 1), 1);
	assert_bytes(cell(&v, 1, 0, "subject"), "MemTotal");
	assert_bytes(cell(&v, 1, 0, "verdict"), "differs");
}

/* What swung once and is right when it is read again is no difference. */
static void test_again(void **state)
{
	const struct reading readings[2][4] = {
		{ { "MemTotal", ours("MemTotal") }, { "MemFree", 1 } },
		{ { "MemTotal", ours("MemTotal") }, { "MemFree", ours("MemFree") } },
	};
	struct script script = script_of(readings, 2);

	(void)state;
	_verified_ struct verified v = verify(&script, false);

	assert_int_equal(summary(&v, "differs"), 0);
	assert_int_equal(summary(&v, "same"), 2);
	assert_int_equal(summary(&v, "tries"), 2);
}

static void test_known(void **state)
{
	const struct reading readings[1][4] = {
		{ { "MemTotal", 1 }, { "Cached", 1 } },
	};
	struct script script = script_of(readings, 1);

	(void)state;
	_verified_ struct verified v = verify(&script, true);

	assert_int_equal(summary(&v, "explained"), 1);
	assert_int_equal(summary(&v, "differs"), 1); /* not every number is explained */
}

/* A number that only they have, and that is not 0, is one that we missed. */
static void test_missed(void **state)
{
	const struct reading readings[1][4] = { { { "NoSuchThing", 5 } } };
	struct script script = script_of(readings, 1);

	(void)state;
	_verified_ struct verified v = verify(&script, false);

	assert_int_equal(summary(&v, "differs"), 1);
	assert_bytes(cell(&v, 1, 0, "why"), "unknown to us");
	assert_null(cell(&v, 1, 0, "ours").p);
}

static void test_nobody(void **state)
{
	struct verified v = { 0 };

	(void)state;
	assert_int_equal(ml_ctx_new(&v.ctx), 0);
	assert_int_equal(ml_root_open(v.ctx, MACHINE, &v.root), 0);
	assert_int_equal(ml_snap_take(v.root, &ml_report_verify, NULL, &v.snap), 0);
	assert_int_equal(
		ml_report_build(v.ctx, &ml_report_verify, NULL, NULL, v.snap, &v.result),
		-EOPNOTSUPP);
	assert_non_null(strstr(ml_ctx_error(v.ctx), "nothing to compare"));
	verified_deinit(&v);
}

/* ---- who comes and goes ---- */

static const struct ml_testimony_level census = { .id = "x",
						  .key = "pid",
						  .identity = "start",
						  .census = true };
static const char *const census_names[] = { "start", "rss" };
static const struct ml_witness_level census_like = { .id = "x",
						     .names = census_names,
						     .nnames = 2 };

static void add(struct ml_rows *rows, struct ml_arena *a, const char *pid, double start,
		uint64_t rss)
{
	struct ml_witness_row *row = ml_rows_add(rows, a);
	struct ml_value *values = ml_arena_calloc(a, 2, sizeof(*values));

	assert_true(row && values);
	values[0] = seconds(start);
	values[1] = number(rss);
	row->subject = ml_str_of(pid);
	row->values = values;
}

static const struct ml_fact *fact_of(const struct ml_rows *facts, const char *subject,
				     const char *name)
{
	const struct ml_fact *fact;

	ml_for_each_row(fact, facts)
		if (ml_str_is(fact->subject, subject) && strcmp(fact->name, name) == 0)
			return fact;
	return NULL;
}

static void test_census(void **state)
{
	const struct ml_witness nothing = { .name = "x" };
	struct ml_rows facts = ML_ROWS(struct ml_fact), now = ML_ROWS(struct ml_fact);
	struct ml_arena a = { 0 };
	struct ml_three three = { ML_ROWS(struct ml_witness_row),
				  ML_ROWS(struct ml_witness_row),
				  ML_ROWS(struct ml_witness_row) };

	(void)state;
	add(&three.before, &a, "10", 1, 5); /* stays, and is wrong */
	add(&three.theirs, &a, "10", 1, 6);
	add(&three.after, &a, "10", 1, 5);
	add(&three.before, &a, "9", 1, 5); /* ends, and another gets its id */
	add(&three.theirs, &a, "9", 1, 6);
	add(&three.after, &a, "9", 2, 7);
	add(&three.theirs, &a, "8", 3, 6); /* we never see it */
	add(&three.before, &a, "7", 3, 6); /* they never see it */
	add(&three.after, &a, "7", 3, 6);
	add(&three.after, &a, "6", 3, 6);  /* has just come */
	add(&three.before, &a, "5", 3, 6); /* twice: cannot be told apart */
	add(&three.before, &a, "5", 3, 7);
	add(&three.theirs, &a, "5", 3, 7);
	add(&three.theirs, &a, "5", 3, 6);
	ml_facts_sort_rows(&three.before);
	ml_facts_sort_rows(&three.theirs);
	ml_facts_sort_rows(&three.after);
	assert_int_equal(ml_facts_of(&census, &census_like, &nothing, &three, &a, &facts),
			 0);
	assert_int_equal(facts.n, 4);
	assert_int_equal(fact_of(&facts, "10", "rss")->verdict, ML_VERDICT_DIFFERS);
	assert_int_equal(fact_of(&facts, "10", "start")->verdict, ML_VERDICT_SAME);
	assert_int_equal(fact_of(&facts, "8", "pid")->verdict, ML_VERDICT_DIFFERS);
	assert_int_equal(fact_of(&facts, "7", "pid")->verdict, ML_VERDICT_DIFFERS);

	/* all three have ended when it is read again */
	ml_facts_update(&facts, &now);
	assert_int_equal(facts.n, 1);
	assert_int_equal(ml_facts_count(&facts, ML_VERDICT_DIFFERS), 0);
	ml_arena_deinit(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_texts),	cmocka_unit_test(test_times),
		cmocka_unit_test(test_same),	cmocka_unit_test(test_one_byte),
		cmocka_unit_test(test_again),	cmocka_unit_test(test_known),
		cmocka_unit_test(test_missed),	cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_census),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
