/* SPDX-License-Identifier: MIT */
/* test_oom: parts of reports in any order, or missing, and what follows from zones. */
#include "unit.h"

#include <stdio.h>

#include "model/oom.h"

struct seen {
	size_t n;
	struct ml_oom_report report[8];
};

static void see(const struct ml_oom_report *report, void *data)
{
	struct seen *s = data;

	if (s->n < ML_ARRAY_SIZE(s->report))
		s->report[s->n] = *report;
	s->n++;
}

static void take_line(const struct ml_klog_line *line, void *data)
{
	ml_oom_reader_line(data, line);
}

static struct seen *seen_of(const char *text)
{
	struct seen *s = calloc(1, sizeof(*s));
	struct ml_oom_reader r;
	struct ml_klog k;

	assert_non_null(s);
	assert_int_equal(ml_oom_reader_init(&r, see, s), 0);
	ml_klog_init(&k, take_line, &r, 0);
	assert_int_equal(ml_klog_push(&k, text, strlen(text)), 0);
	assert_int_equal(ml_klog_end(&k), 0);
	ml_oom_reader_end(&r);
	ml_oom_reader_deinit(&r);
	ml_klog_deinit(&k);
	return s;
}

static struct ml_oom_event explain(struct ml_arena *a, const char *text)
{
	_cleanup_free_ struct seen *s = seen_of(text);
	struct ml_oom_event e;

	assert_int_equal(s->n, 1);
	assert_int_equal(ml_oom_explain(&s->report[0], a, &e), 0);
	return e;
}

/* A name may hold all that the kernel writes behind it. */
static void test_names(void **state)
{
	static const char *const names[] = {
		"a", "a b", ")", "(", ") total-vm:1kB", "a, UID 0,", "x)\\x1b[m",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(names); i++) {
		_cleanup_free_ struct seen *s = NULL;
		char text[256];

		snprintf(
			text, sizeof(text),
			"Out of memory: Killed process 12 (%s) total-vm:8kB, anon-rss:4kB, "
			"file-rss:2kB, shmem-rss:1kB, UID:5 pgtables:3kB oom_score_adj:-7",
			names[i]);
		s = seen_of(text);
		assert_int_equal(s->n, 1);
		assert_string_equal(s->report[0].kills[0].name, names[i]);
		assert_int_equal(s->report[0].kills[0].total_vm, 8192);
		assert_int_equal(s->report[0].kills[0].anon, 4096);
		assert_int_equal(s->report[0].kills[0].uid, 5);
		assert_int_equal(s->report[0].kills[0].adj, -7);
	}
}

static void test_nothing(void **state)
{
	static const char *const texts[] = {
		"", "Killed process ", "Killed process 1", "Killed process (a) total-vm:1kB",
		"Out of memory: Killed process 99999999999 (a) total-vm:1kB",
		"Mem-Info:\nNode 0 DMA free:1kB min:1kB", "oom-kill:constraint=",
		"[ pid ] uid name\n[ 1] 2 x", " invoked oom-killer", "memory: usage 1kB",
		"it is said that it was Killed process 1 (a) total-vm:1kB",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++) {
		_cleanup_free_ struct seen *s = seen_of(texts[i]);

		if (s->n)
			fail_msg("%s", texts[i]);
	}
}

/* More reports are open than there is place for; none is lost. */
static void test_many_open(void **state)
{
	_cleanup_free_ char *text = calloc(1, 1 << 16);
	_cleanup_free_ struct seen *s = NULL;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		n += (size_t)sprintf(text + n,
				     "[    1.%06d] [ T%d] c%d invoked oom-killer: "
				     "gfp_mask=0xcc0(GFP_KERNEL), order=0, "
				     "oom_score_adj=0\n",
				     i, i, i);
	s = seen_of(text);
	assert_int_equal(s->n, 100);
	assert_string_equal(s->report[7].asker, "c7");
}

static void test_group(void **state)
{
	_cleanup_free_ struct seen *s = seen_of(
		"Memory cgroup out of memory: Killed process 5 (a) total-vm:1kB\n"
		"Tasks in /g h are going to be killed due to memory.oom.group set\n"
		"Memory cgroup out of memory: Killed process 5 (a) total-vm:1kB\n"
		"Memory cgroup out of memory: Killed process 6 (b) total-vm:1kB\n"
		"Out of memory: Killed process 7 (c) total-vm:1kB\n");

	(void)state;
	assert_int_equal(s->report[0].nkills, 2);
	assert_string_equal(s->report[0].task_group, "/g h");
	assert_true(s->report[0].parts & ML_OOM_GROUP_KILL);
}

/* ---- zones ---- */

#define OPENING(mask, order) \
	"a invoked oom-killer: gfp_mask=" mask ", order=" order ", oom_score_adj=0\nMem-Info:\n"
#define ZONE(name, free, more) \
	"Node 0 " name " free:" free "kB" more \
	" min:4000kB low:5000kB high:6000kB managed:900000kB free_cma:0kB\n"
#define END \
	"oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom," \
	"task_memcg=/,task=a,pid=1,uid=0\n"
#define KERNEL "0xcc0(GFP_KERNEL)"
#define USER "0x140dca(GFP_HIGHUSER_MOVABLE)"

static void test_causes(void **state)
{
	static const struct {
		const char *text;
		enum ml_oom_cause cause;
	} cases[] = {
		{ OPENING(KERNEL, "0") ZONE("Normal", "3999", "") END, ML_OOM_CAUSE_SHORTAGE },
		{ OPENING(KERNEL, "0") ZONE("Normal", "90000", "") END, ML_OOM_CAUSE_PASSED },
		{ OPENING(KERNEL, "-1") ZONE("Normal", "90000", "") END, ML_OOM_CAUSE_BY_HAND },
		{ OPENING(KERNEL, "2") ZONE("Normal", "90000", "")
		  "Node 0 Normal: 22500*4kB (UME) 0*8kB 0*16kB = 90000kB\n" END,
		  ML_OOM_CAUSE_FRAGMENTATION },
		{ OPENING(KERNEL, "2") ZONE("Normal", "90000", "")
		  "Node 0 Normal: 22492*4kB (UME) 0*8kB 2*16kB (H) = 90000kB\n" END,
		  ML_OOM_CAUSE_FRAGMENTATION },
		{ OPENING(KERNEL, "2") ZONE("Normal", "90000", "")
		  "Node 0 Normal: 22492*4kB (UME) 0*8kB 2*16kB (MH) = 90000kB\n" END,
		  ML_OOM_CAUSE_PASSED },
		/* what is kept from higher zones */
		{ OPENING(USER, "0") ZONE("DMA", "9000", "") "lowmem_reserve[]: 0 900 2000 2000\n"
		  ZONE("Normal", "3000", "") "lowmem_reserve[]: 0 0 0 0\n" END,
		  ML_OOM_CAUSE_SHORTAGE },
		{ OPENING("0xcc1(GFP_KERNEL|GFP_DMA)", "0") ZONE("DMA", "3000", "")
		  "lowmem_reserve[]: 0 900 2000 2000\n" ZONE("Normal", "300000", "") END,
		  ML_OOM_CAUSE_LOW_ZONE },
		{ OPENING(KERNEL, "0") "Node 0 Normal free:90000kB min:4000kB low:5000kB "
		  "high:6000kB managed:900000kB free_cma:88000kB\n" END, ML_OOM_CAUSE_CMA },
		{ OPENING(KERNEL, "0") "active_file:100000 inactive_file:10000 isolated_file:0\n"
		  ZONE("Normal", "3500", " boost:3000kB") END, ML_OOM_CAUSE_BOOST },
		{ OPENING(KERNEL, "0") "active_file:10 inactive_file:10 isolated_file:0\n"
		  ZONE("Normal", "3500", " boost:3000kB") END, ML_OOM_CAUSE_SHORTAGE },
		{ OPENING(KERNEL, "0") END, ML_OOM_CAUSE_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		struct ml_arena a = { 0 };
		struct ml_oom_event e = explain(&a, cases[i].text);

		if (e.cause != cases[i].cause)
			fail_msg("%zu: %s", i, ml_oom_cause_name(e.cause));
		assert_int_equal(e.scope, ML_OOM_SCOPE_HOST);
		ml_arena_deinit(&a);
	}
}

static void test_badness(void **state)
{
	const uint64_t gib = 1ull << 30;

	(void)state;
	assert_int_equal(ml_oom_badness(gib, 0, 8 * gib), gib);
	assert_true(ml_oom_badness(gib, -1000, 8 * gib) == ML_NONE);
	assert_true(ml_oom_badness(ML_NONE, 0, 8 * gib) == ML_NONE);
	assert_true(ml_oom_badness(gib, INT64_MIN, 8 * gib) == ML_NONE);
	assert_true(ml_oom_badness(gib, 5, ML_NONE) == ML_NONE);
	assert_int_equal(ml_oom_badness(gib, 500, 8000), gib + 4000);
	assert_int_equal(ml_oom_badness(gib, -500, 8 * gib), 0);
	assert_int_equal(ml_oom_badness(5000, -500, 8000), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),     cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_many_open), cmocka_unit_test(test_group),
		cmocka_unit_test(test_causes),    cmocka_unit_test(test_badness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
