/* SPDX-License-Identifier: MIT */
/* test_vm_settings: numbers below /proc/sys/vm, and what is none. */
#include "machine.h"

#include "model/vm_settings.h"

static struct ml_snap *snap_of(const struct machine *m)
{
	const struct ml_want want = { .use = ML_FEED(VM_SETTINGS) };
	struct ml_snap *snap = NULL;

	assert_int_equal(ml_snap_take_wanted(m->root, &want, &snap), 0);
	return snap;
}

static void test_numbers(void **state)
{
	struct machine *m = *state;
	struct ml_snap *snap;

	machine_put(m, "proc/sys/vm/swappiness", "60\n");
	machine_put(m, "proc/sys/vm/dirty_bytes", "0\n");
	machine_put(m, "proc/sys/vm/max_map_count", "65530\n");
	machine_put(m, "proc/sys/vm/overcommit_memory", "-1\n");
	machine_put(m, "proc/sys/vm/panic_on_oom", "");
	snap = snap_of(m);
	assert_int_equal(snap->feed[ML_FEED_VM_SETTINGS].status, ML_OK);
	assert_int_equal(ml_vm_setting(snap, "swappiness"), 60);
	assert_int_equal(ml_vm_setting(snap, "dirty_bytes"), 0);
	assert_int_equal(ml_vm_setting(snap, "max_map_count"), 65530);
	assert_int_equal(ml_vm_setting(snap, "overcommit_memory"), ML_NONE);
	assert_int_equal(ml_vm_setting(snap, "panic_on_oom"), ML_NONE);
	assert_int_equal(ml_vm_setting(snap, "overcommit_ratio"), ML_NONE);
	ml_snap_unref(snap);
}

static void test_nothing(void **state)
{
	struct machine *m = *state;
	struct ml_snap *snap;

	machine_put(m, "proc/meminfo", "MemTotal: 1 kB\n");
	snap = snap_of(m);
	assert_int_equal(snap->feed[ML_FEED_VM_SETTINGS].status, ML_ABSENT);
	assert_int_equal(ml_vm_setting(snap, "swappiness"), ML_NONE);
	ml_snap_unref(snap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_numbers),
		MACHINE_TEST(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
