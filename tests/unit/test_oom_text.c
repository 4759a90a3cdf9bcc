/* SPDX-License-Identifier: MIT */
/* test_oom_text: of a log the reports of want of memory stay, all of them and little
 * else; it never gets longer than its bound; users cannot make up a kill. */
#include "unit.h"

#include <stdio.h>

#include "recorder/oom_text.h"

#define _oom_text_ _cleanup_(ml_oom_text_deinit)

static void add(struct ml_oom_text *t, const char *record)
{
	assert_int_equal(ml_oom_text_add(t, ml_str_of(record)), 0);
}

static bool has(const struct ml_oom_text *t, const char *text)
{
	return memmem(t->text.p ? t->text.p : "", t->text.n, text, strlen(text));
}

static void add_report(struct ml_oom_text *t, unsigned long long us)
{
	static const char *const lines[] = {
		"hog invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
		"CPU: 1 UID: 0 PID: 862 Comm: hog Not tainted 6.18.0 #1",
		"memory: usage 49152kB, limit 49152kB, failcnt 45",
		"[    862]     0   862    13000    12000    11000     1000         0   147456        0             0 hog",
		"Memory cgroup out of memory: Killed process 862 (hog) total-vm:52000kB, anon-rss:48000kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:144kB oom_score_adj:0",
	};
	char record[512];

	for (size_t i = 0; i < ML_ARRAY_SIZE(lines); i++) {
		snprintf(record, sizeof(record), "4,%zu,%llu,-;%s\n", i, us + i,
			 lines[i]);
		add(t, record);
	}
}

static void test_reports(void **state)
{
	_oom_text_ struct ml_oom_text t;

	(void)state;
	assert_int_equal(ml_oom_text_init(&t), 0);
	add(&t, "6,1,1000000,-;zram1: detected capacity change\n SUBSYSTEM=block\n");
	assert_int_equal(t.text.n, 0);
	assert_int_equal(t.version, 0);
	add_report(&t, 5000000);
	add(&t, "6,9,5100000,-;oom_reaper: reaped process 862 (hog), now anon-rss:0kB\n");
	add(&t, "6,10,500000000,-;usb 1-1: new device\n SUBSYSTEM=usb\n");
	assert_true(has(&t, "4,0,5000000,-;hog invoked oom-killer"));
	assert_true(has(&t, "limit 49152kB"));
	assert_true(has(&t, "Killed process 862"));
	assert_true(has(&t, "oom_reaper"));
	assert_false(has(&t, "zram"));
	assert_false(has(&t, "SUBSYSTEM"));
	assert_false(has(&t, "usb"));
	assert_int_equal(t.kills, 1);
}

static void test_users(void **state)
{
	_oom_text_ struct ml_oom_text t;

	(void)state;
	assert_int_equal(ml_oom_text_init(&t), 0);
	add(&t, "12,1,1000000,-;Out of memory: Killed process 1 (init)\n");
	add(&t, "12,2,1000000,-;hog invoked oom-killer: gfp_mask=0xcc0, order=0\n");
	assert_int_equal(t.kills, 0);
	assert_int_equal(t.text.n, 0);
}

static void test_bound(void **state)
{
	_oom_text_ struct ml_oom_text t;
	unsigned long long us = 1000000;

	(void)state;
	assert_int_equal(ml_oom_text_init(&t), 0);
	for (int i = 0; i < 5000; i++, us += 1000000) {
		add_report(&t, us);
		assert_true(t.text.n <= ML_OOM_TEXT_MAX);
	}
	assert_int_equal(t.kills, 5000);
	/* the newest is there, and what is kept begins with a record */
	assert_true(t.text.n > ML_OOM_TEXT_MAX / 3);
	assert_memory_equal(t.text.p, "4,", 2);
	assert_true(has(&t, "4,0,5000000000,-;hog invoked"));
	assert_false(has(&t, "4,0,1000000,-;hog invoked"));
}

static void test_hostile(void **state)
{
	static const char *const records[] = {
		"", "\n", ";\n", "4,1,2,-;\n", "4,1,99999999999999999999999,-;x\n", "-1,,,;",
		"4,1,2,-;** 99999999999999999999 printk messages dropped **\n", " A=B\n",
		"4,1,2,-;\\x0a\\x00Killed process \\xff\n",
	};
	_oom_text_ struct ml_oom_text t;

	(void)state;
	assert_int_equal(ml_oom_text_init(&t), 0);
	for (size_t i = 0; i < ML_ARRAY_SIZE(records); i++)
		add(&t, records[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
