/* SPDX-License-Identifier: MIT */
/* test_state: an instant in a file - written, read again, damaged, and of others. */
#include <errno.h>

#include "machine.h"

#include "model/snap.h"
#include "source/state.h"
#include "source/walk.h"

#define MEMINFO "MemTotal: 1000 kB\nMemFree: 10 kB\n"
#define BOOT "11111111-2222-3333-4444-555555555555\n"

static char *path_of(const struct machine *m)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/state", m->path);
	return path;
}

/* Keep meminfo, the uptime and a process. */
static void save(struct machine *m, bool processes)
{
	struct ml_want want = { .use = ML_FEED(MEMINFO) | ML_FEED(UPTIME) |
				       ML_FEED(PROCESSES) };
	struct ml_snap *snap;

	machine_put(m, "proc/meminfo", MEMINFO);
	machine_put(m, "proc/sys/kernel/random/boot_id", BOOT);
	machine_put(m, "proc/12/stat",
		    "12 (a b) S 1 1 1 0 -1 0 5 0 7 0 1 2 0 0 20 0 1 0 "
		    "300 4096 1 18446744073709551615\n");
	assert_int_equal(
		ml_root_keep(m->root, processes ? ML_KEEP_PROCESSES : ML_KEEP_HOST, 0),
		0);
	assert_int_equal(ml_snap_take_wanted(m->root, &want, &snap), 0);
	ml_snap_unref(snap);
	assert_int_equal(ml_state_save(m->root, path_of(m), ML_STR("two\nlines\n")), 0);
}

static void the_ordinary_parsers_read_it_again(void **state)
{
	struct machine *m = *state;
	struct ml_want want = { .use = ML_FEED(MEMINFO) | ML_FEED(UPTIME) };
	struct ml_root *root;
	struct ml_snap *snap;
	struct ml_str notes;

	save(m, false);
	machine_put(m, "proc/meminfo", "MemTotal: 5 kB\n");
	assert_int_equal(ml_state_load(m->ctx, path_of(m), m->root, &root, &notes), 0);
	assert_bytes(notes, "two\nlines\n");
	assert_int_equal(ml_snap_take_wanted(root, &want, &snap), 0);
	assert_int_equal(ml_snap_mem(snap, "MemTotal"), 1000 * 1024);
	assert_int_equal(snap->page_size, 4096);
	ml_snap_unref(snap);
	ml_root_unref(root);
}

static int count(uint64_t pid, void *data)
{
	*(uint64_t *)data += pid;
	return 0;
}

/* Processes that were not kept are not the same as none. */
static void processes_are_kept_or_not_told(void **state)
{
	struct machine *m = *state;
	struct ml_root *root;
	struct ml_str notes;
	uint64_t sum = 0;

	save(m, true);
	assert_int_equal(ml_state_load(m->ctx, path_of(m), m->root, &root, &notes), 0);
	assert_int_equal(ml_walk_pids(root, count, &sum), 0);
	assert_int_equal(sum, 12);
	ml_root_unref(root);
	save(m, false);
	assert_int_equal(ml_state_load(m->ctx, path_of(m), m->root, &root, &notes), 0);
	assert_int_equal(ml_walk_pids(root, count, &sum), -EOPNOTSUPP);
	ml_root_unref(root);
}

static void what_is_not_there_has_no_message(void **state)
{
	struct machine *m = *state;
	struct ml_root *root;
	struct ml_str notes;

	unlink(path_of(m));
	assert_int_equal(ml_state_load(m->ctx, path_of(m), m->root, &root, &notes),
			 -ENOENT);
}

static void another_boot_is_refused(void **state)
{
	struct machine *m = *state;
	struct ml_root *root, *now;
	struct ml_str notes;

	save(m, false);
	machine_put(m, "proc/sys/kernel/random/boot_id", "another\n");
	assert_int_equal(ml_root_open(m->ctx, m->path, &now), 0);
	assert_int_equal(ml_state_load(m->ctx, path_of(m), now, &root, &notes), -ESTALE);
	ml_root_unref(now);
}

static int parse(const char *text, size_t n)
{
	struct ml_tape *tape = ml_tape_new(ML_KEEP_HOST, 0);
	char *copy = malloc(n ? n : 1); /* of the exact size, for the sanitizers */
	int rc;

	memcpy(copy, text, n);
	rc = ml_state_parse((struct ml_str){ copy, n }, tape);
	ml_tape_free(tape);
	free(copy);
	return rc;
}

static void what_is_damaged_is_refused(void **state)
{
	static const char good[] = "memlens-state 1\n1 2\na\nxy\n3 0\nb/c\n\nend 2\n";
	static const char *const bad[] = {
		"",
		"memlens-state 2\nend 0\n",
		"memlens-state 1\n",
		"memlens-state 1\nend 1\n",
		"memlens-state 1\nend 0\nmore",
		"memlens-state 1\n1\na\nx\nend 1\n",
		"memlens-state 1\n0 1\n\nx\nend 1\n",
		"memlens-state 1\n1 2\na\nx\nend 1\n",
		"memlens-state 1\n-1 1\na\nx\nend 1\n",
		"memlens-state 1\n18446744073709551615 3\na\nx\nend 1\n",
		"memlens-state 1\n1 18446744073709551615\na\nx\nend 1\n",
		"memlens-state 1\n1 1\na\nx\nend x\n",
	};

	(void)state;
	assert_int_equal(parse("memlens-state 1\nend 0\n", 22), 0);
	assert_int_equal(parse(good, sizeof(good) - 1), 0);
	for (size_t n = 0; n < sizeof(good) - 1; n++)
		assert_int_equal(parse(good, n), -EINVAL);
	for (size_t i = 0; i < ML_ARRAY_SIZE(bad); i++)
		assert_int_equal(parse(bad[i], strlen(bad[i])), -EINVAL);
}

static void hostile_paths_stay_in_the_tree(void **state)
{
	static const char text[] = "memlens-state 1\n14 1\n../../etc/hosts\nend 1\n"
				   "13 1\n../etc/passwd\nx\nend 1\n";
	struct machine *m = *state;
	struct ml_arena arena = { 0 };
	struct ml_root *root;
	struct ml_str notes, got;

	machine_put(m, "state", "memlens-state 1\n13 1\n../etc/passwd\nx\nend 1\n");
	chmod(path_of(m), 0600);
	assert_int_equal(ml_state_load(m->ctx, path_of(m), m->root, &root, &notes), 0);
	assert_int_equal(ml_root_read(root, "/../etc/passwd", &arena, &got), -ELOOP);
	assert_int_equal(ml_root_read(root, "/etc/passwd", &arena, &got), -ENOENT);
	ml_root_unref(root);
	ml_arena_deinit(&arena);
	assert_int_equal(parse(text, sizeof(text) - 1), -EINVAL);
}

/* What does not fit is not kept by halves. */
static void a_tape_is_bounded(void **state)
{
	struct ml_tape *tape = ml_tape_new(ML_KEEP_PROCESSES, 0);
	char *long_text = calloc(1, ML_TAPE_BYTES_MAX);

	(void)state;
	ml_tape_add(tape, "/proc/meminfo", ML_STR(MEMINFO));
	ml_tape_add(tape, "/proc/slabinfo",
		    (struct ml_str){ long_text, ML_TAPE_BYTES_MAX });
	assert_true(tape->full);
	assert_int_equal(tape->files.n, 1);
	ml_tape_add(tape, "/etc/passwd", ML_STR("nobody's business"));
	ml_tape_add_process(tape, 1, "environ", ML_STR("nobody's business"), 0);
	assert_int_equal(tape->files.n, 1);
	ml_tape_add(tape, "/proc/meminfo", ML_STR(MEMINFO));
	ml_tape_sort(tape);
	assert_int_equal(tape->files.n, 1);
	free(long_text);
	ml_tape_free(tape);
}

int main(void)
{
#define ON_MACHINE(test) \
	cmocka_unit_test_setup_teardown(test, machine_setup, machine_teardown)
	const struct CMUnitTest tests[] = {
		ON_MACHINE(the_ordinary_parsers_read_it_again),
		ON_MACHINE(processes_are_kept_or_not_told),
		ON_MACHINE(what_is_not_there_has_no_message),
		ON_MACHINE(another_boot_is_refused),
		cmocka_unit_test(what_is_damaged_is_refused),
		ON_MACHINE(hostile_paths_stay_in_the_tree),
		cmocka_unit_test(a_tape_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
