/* SPDX-License-Identifier: MIT */
/* test_recorder_folder: the files of a recording - their names and order, who may write
 * there, locks, removal. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "machine.h"

#include "recorder/folder.h"

static const char *path_of(const struct machine *m, struct ml_arena *a, const char *name)
{
	const char *path = ml_arena_printf(a, "%s/%s", m->path, name);

	assert_non_null(path);
	return path;
}

static void days_are_those_of_utc(void **state)
{
	struct ml_arena a = { 0 };

	(void)state;
	assert_string_equal(ml_folder_path("f", 0, &a), "f/1970-01-01.memlens");
	assert_string_equal(ml_folder_path("f", 86399999, &a), "f/1970-01-01.memlens");
	assert_string_equal(ml_folder_path("f", 86400000, &a), "f/1970-01-02.memlens");
	assert_string_equal(ml_folder_path("f", 1709164800000, &a),
			    "f/2024-02-29.memlens");
	ml_arena_deinit(&a);
}

static const struct ml_folder_day *day_at(const struct ml_rows *days, size_t i)
{
	return ml_rows_at(days, i);
}

static void days_are_listed_the_oldest_first(void **state)
{
	const struct machine *m = *state;
	struct ml_arena a = { 0 };
	struct ml_rows days;

	machine_put(m, "2026-11-23.memlens", "1234");
	machine_put(m, "2026-11-23.memlens-wal", "12345");
	machine_put(m, "2026-11-23.memlens-shm", "1");
	machine_put(m, "2025-12-31.memlens", "");
	machine_put(m, "2026-02-01.memlens", "12");
	machine_put(m, "2026-11-23.memlens.bak", "1");
	machine_put(m, "x2026-11-23.memlens", "1");
	machine_put(m, "2026-13-01.memlens", "1");
	machine_put(m, "notes.memlens", "1");
	assert_int_equal(ml_folder_list(m->ctx, m->path, &a, &days), 0);
	assert_int_equal(days.n, 3);
	assert_string_equal(day_at(&days, 0)->path, path_of(m, &a, "2025-12-31.memlens"));
	assert_string_equal(day_at(&days, 1)->path, path_of(m, &a, "2026-02-01.memlens"));
	assert_string_equal(day_at(&days, 2)->path, path_of(m, &a, "2026-11-23.memlens"));
	assert_int_equal(day_at(&days, 2)->bytes, 9);
	assert_int_equal(day_at(&days, 0)->from_ms, 1767139200000);
	assert_int_equal(ml_folder_list(m->ctx, path_of(m, &a, "nowhere"), &a, &days),
			 -ENOENT);
	ml_arena_deinit(&a);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static void a_folder_is_private(void **state)
{
	const struct machine *m = *state;
	struct ml_arena a = { 0 };
	const char *path = path_of(m, &a, "new");
	mode_t before = umask(0);

	assert_int_equal(ml_folder_make(m->ctx, path), 0);
	umask(before);
	assert_int_equal(mode_of(path), 0700);
	assert_int_equal(ml_folder_make(m->ctx, path), 0);
	for (mode_t other = 0720; other <= 0777; other += 055) {
		assert_int_equal(chmod(path, other), 0);
		assert_int_equal(ml_folder_make(m->ctx, path), -EPERM);
		assert_int_equal(mode_of(path), other);
	}
	assert_int_equal(chmod(path, 0755), 0); /* others may look */
	assert_int_equal(ml_folder_make(m->ctx, path), 0);
	machine_put(m, "file", "1");
	assert_int_equal(ml_folder_make(m->ctx, path_of(m, &a, "file")), -ENOTDIR);
	assert_int_equal(ml_folder_make(m->ctx, path_of(m, &a, "no/where")), -ENOENT);
	ml_arena_deinit(&a);
}

static void one_recorder_writes_at_a_time(void **state)
{
	const struct machine *m = *state;
	struct ml_arena a = { 0 };
	int first, second;

	assert_false(ml_folder_is_locked(m->path));
	first = ml_folder_lock(m->ctx, m->path);
	assert_true(first >= 0);
	assert_int_equal(mode_of(path_of(m, &a, ".lock")) & 077, 0);
	assert_true(ml_folder_is_locked(m->path));
	assert_int_equal(ml_folder_lock(m->ctx, m->path), -EBUSY);
	close(first);
	assert_false(ml_folder_is_locked(m->path));
	second = ml_folder_lock(m->ctx, m->path);
	assert_true(second >= 0);
	close(second);
	assert_int_equal(unlink(path_of(m, &a, ".lock")), 0);
	assert_int_equal(symlink("elsewhere", path_of(m, &a, ".lock")), 0);
	assert_int_equal(ml_folder_lock(m->ctx, m->path), -ELOOP);
	ml_arena_deinit(&a);
}

static void a_day_goes_with_its_log(void **state)
{
	const struct machine *m = *state;
	struct ml_arena a = { 0 };
	const char *path = path_of(m, &a, "2026-11-23.memlens");
	struct ml_rows days;

	machine_put(m, "2026-11-23.memlens", "1");
	machine_put(m, "2026-11-23.memlens-wal", "1");
	machine_put(m, "2026-11-24.memlens", "1");
	assert_int_equal(ml_folder_remove(path), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(access(path_of(m, &a, "2026-11-23.memlens-wal"), F_OK), -1);
	assert_int_equal(ml_folder_list(m->ctx, m->path, &a, &days), 0);
	assert_int_equal(days.n, 1);
	assert_int_equal(ml_folder_remove(path), 0); /* it is not there any more */
	machine_put(m, "2026-11-25.memlens/in", "1");
	assert_int_equal(ml_folder_remove(path_of(m, &a, "2026-11-25.memlens")), -EISDIR);
	ml_arena_deinit(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_those_of_utc),
		cmocka_unit_test_setup_teardown(days_are_listed_the_oldest_first,
						machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(a_folder_is_private, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(one_recorder_writes_at_a_time,
						machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(a_day_goes_with_its_log, machine_setup,
						machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
