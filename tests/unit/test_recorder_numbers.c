/* SPDX-License-Identifier: MIT */
/* test_recorder_numbers: which numbers a sample has, and which are left out. */
#include <stdio.h>

#include "unit.h"

#include "recorder/numbers.h"

struct sample {
	struct ml_tape *tape;
	struct ml_numbers numbers;
};

static struct sample new_sample(void)
{
	struct sample s = { .tape = ml_tape_new(ML_KEEP_ALL, 16 << 20),
			    .numbers.page_size = 4096 };

	assert_non_null(s.tape);
	return s;
}

static void sample_deinit(struct sample *s)
{
	ml_tape_free(s->tape);
	ml_numbers_deinit(&s->numbers);
}

#define _sample_ _cleanup_(sample_deinit)

static void put(struct sample *s, const char *path, const char *text)
{
	ml_tape_add(s->tape, path, ml_str_of(text));
}

/* Booted at 1000 seconds, 100 seconds ago. */
static void put_clock(struct sample *s)
{
	put(s, "/proc/uptime", "100.00 50.00\n");
	put(s, "/proc/stat", "cpu 1 2 3\nbtime 1000\nprocesses 5\n");
}

/* A process that began `start` ticks after boot. */
static void put_process(struct sample *s, unsigned pid, const char *comm, unsigned start,
			unsigned long pages, const char *swap)
{
	char path[64], text[512];

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	snprintf(text, sizeof(text),
		 "%u (%s) S 1 1 1 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 %u 1000000 "
		 "%lu 0\n",
		 pid, comm, start, pages + 10);
	put(s, path, text);
	snprintf(path, sizeof(path), "/proc/%u/statm", pid);
	snprintf(text, sizeof(text), "%lu %lu 10 1 0 1 0\n", pages + 500, pages + 10);
	put(s, path, text);
	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	snprintf(text, sizeof(text), "Name:\t%s\nVmRSS:\t1 kB\n%s", comm, swap);
	put(s, path, text);
}

static const struct ml_number *find(const struct sample *s, const char *name)
{
	const struct ml_number *number;

	ml_for_each_row(number, &s->numbers.rows)
		if (strcmp(number->series, name) == 0)
			return number;
	return NULL;
}

static size_t count(const struct sample *s, const char *prefix)
{
	const struct ml_number *number;
	size_t n = 0;

	ml_for_each_row(number, &s->numbers.rows)
		n += strncmp(number->series, prefix, strlen(prefix)) == 0;
	return n;
}

static void is(const struct sample *s, const char *name, const char *unit, double value)
{
	const struct ml_number *number = find(s, name);

	if (!number)
		fail_msg("no %s", name);
	else {
		assert_string_equal(number->unit, unit);
		assert_float_equal(number->value, value, 1e-9);
	}
}

static void measure(struct sample *s, uint64_t wall_ms)
{
	assert_int_equal(ml_numbers_take(&s->numbers, s->tape, wall_ms), 0);
}

static void the_machine_has_its_counters(void **state)
{
	_sample_ struct sample s = new_sample();

	(void)state;
	put(&s, "/proc/meminfo", "MemTotal: 100 kB\nMemFree:   12 kB\nSlab: x kB\n");
	put(&s, "/proc/vmstat", "pswpin 5\npgmajfault 6\n");
	measure(&s, 0);
	is(&s, "MemTotal", "bytes", 102400);
	is(&s, "MemFree", "bytes", 12288);
	is(&s, "pswpin", "pages", 5);
	is(&s, "pgmajfault", "count", 6);
	assert_int_equal(s.numbers.rows.n, 4);
}

static void pressure_has_sums_and_averages(void **state)
{
	_sample_ struct sample s = new_sample();

	(void)state;
	put(&s, "/proc/pressure/memory",
	    "some avg10=12.50 avg60=0.00 avg300=0.00 total=2500000\n"
	    "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
	put(&s, "/proc/pressure/cpu", "some avg10=x total=7000000\n");
	measure(&s, 0);
	is(&s, "pressure/memory/some", "seconds", 2.5);
	is(&s, "pressure/memory/some/avg10", "ratio", 0.125);
	is(&s, "pressure/memory/full", "seconds", 0);
	is(&s, "pressure/cpu/some", "seconds", 7);
	assert_null(find(&s, "pressure/cpu/some/avg10"));
	assert_null(find(&s, "pressure/io/some"));
}

static void processes_are_known_by_their_start(void **state)
{
	_sample_ struct sample s = new_sample();

	(void)state;
	put_clock(&s);
	put_process(&s, 7, "a b) c", 300, 1000, "VmSwap:\t     4096 kB\n");
	put_process(&s, 8, "noswap", 400, 2000, "");
	put_process(&s, 9, "young", 9000, 9000, "");
	put_process(&s, 10, "small", 300, 255, "");
	put_process(&s, 11, "kernel", 300, 0, "");
	measure(&s, 0);
	is(&s, "process/7@1003/a b) c", "bytes", 1000 * 4096 + (4 << 20));
	is(&s, "process/8@1004/noswap", "bytes", 2000 * 4096);
	assert_int_equal(count(&s, "process/"), 2);
}

static void only_the_largest_processes_count(void **state)
{
	_sample_ struct sample s = new_sample();

	(void)state;
	put_clock(&s);
	for (unsigned i = 1; i <= 300; i++)
		put_process(&s, i, "p", 0, 1000 + (i * 7919) % 300, "");
	measure(&s, 0);
	assert_int_equal(count(&s, "process/"), ML_NUMBERS_PROCESSES);
	for (unsigned i = 1; i <= 300; i++) {
		char name[64];

		snprintf(name, sizeof(name), "process/%u@1000/p", i);
		assert_int_equal(find(&s, name) != NULL,
				 (i * 7919) % 300 >= 300 - ML_NUMBERS_PROCESSES);
	}
}

static void no_clock_no_processes(void **state)
{
	_sample_ struct sample s = new_sample();

	(void)state;
	put_process(&s, 7, "a", 300, 1000, "");
	measure(&s, 0);
	assert_int_equal(s.numbers.rows.n, 0);
}

/* What is read once a minute is told once a minute. */
static void slabs_and_groups_come_once_a_minute(void **state)
{
	_sample_ struct sample s = new_sample();

	(void)state;
	put(&s, "/proc/slabinfo",
	    "slabinfo - version: 2.1\n"
	    "# name <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : "
	    "tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> "
	    "<num_slabs> <sharedavail>\n"
	    "dentry 10 20 192 21 2 : tunables 0 0 0 : slabdata 5 5 0\n"
	    "empty 0 0 192 21 1 : tunables 0 0 0 : slabdata 0 0 0\n");
	put(&s, "/sys/fs/cgroup/a/b c/memory.current", "8192\n");
	put(&s, "/sys/fs/cgroup/memory.current", "1\n");
	put(&s, "/sys/fs/cgroup/a/memory.current", "max\n");
	put(&s, "/sys/fs/cgroup/a/memory.max", "99\n");
	measure(&s, 60000);
	is(&s, "slab/dentry", "bytes", 5 * 2 * 4096);
	is(&s, "cgroup/a/b c", "bytes", 8192);
	assert_int_equal(s.numbers.rows.n, 2);
	measure(&s, 119999);
	assert_int_equal(s.numbers.rows.n, 0);
	measure(&s, 120000);
	assert_int_equal(s.numbers.rows.n, 2);
}

static void only_the_largest_groups_count(void **state)
{
	_sample_ struct sample s = new_sample();
	char path[1200], text[32];

	(void)state;
	for (unsigned i = 1; i <= 200; i++) {
		snprintf(path, sizeof(path), "/sys/fs/cgroup/g%u/memory.current", i);
		snprintf(text, sizeof(text), "%u\n", i);
		put(&s, path, text);
	}
	memset(path, 'x', sizeof(path));
	snprintf(path + 1100, 100, "/memory.current");
	memcpy(path, "/sys/fs/cgroup/", 15);
	put(&s, path, "99999\n");
	measure(&s, 60000);
	assert_int_equal(count(&s, "cgroup/"), ML_NUMBERS_GROUPS - 1);
	assert_non_null(find(&s, "cgroup/g200"));
	assert_null(find(&s, "cgroup/g151"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_machine_has_its_counters),
		cmocka_unit_test(pressure_has_sums_and_averages),
		cmocka_unit_test(processes_are_known_by_their_start),
		cmocka_unit_test(only_the_largest_processes_count),
		cmocka_unit_test(no_clock_no_processes),
		cmocka_unit_test(slabs_and_groups_come_once_a_minute),
		cmocka_unit_test(only_the_largest_groups_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
