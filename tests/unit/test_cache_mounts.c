/* SPDX-License-Identifier: MIT */
/* test_cache_mounts: which mount a path lies on, and what a walk leaves alone. */
#include "unit.h"

#include "model/cache_mounts.h"

static const char sample[] = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
			     "23 22 0:5 / /proc rw - proc proc rw\n"
			     "24 22 0:6 / /tmp rw - tmpfs tmpfs rw\n"
			     "25 22 8:1 /home /mnt/home rw - ext4 /dev/sda1 rw\n"
			     "26 22 0:7 / /mnt/far rw - autofs auto rw\n"
			     "27 26 0:8 / /mnt/far rw - nfs4 host:/x rw\n"
			     "28 22 0:9 / /mnt/far\\040away rw - xfs /dev/sdb rw\n"
			     "29 22 0:10 / /mnt/s rw - fuse.sshfs a rw\n"
			     "30 22 0:11 / /mnt/h rw - hugetlbfs none rw\n";

struct fixture {
	struct outcome o;
	struct ml_cache_mounts mounts;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->o = outcome_of(ml_parse_mountinfo, sample);
	*state = f;
	return ml_cache_mounts_init(&f->o.parsed.rows, &f->o.arena, &f->mounts);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	outcome_deinit(&f->o);
	free(f);
	return 0;
}

static const struct ml_cache_mount *of(void **state, const char *path)
{
	return ml_cache_mount_of(&((struct fixture *)*state)->mounts, ml_str_of(path));
}

static void test_of(void **state)
{
	static const struct {
		const char *path, *point;
	} wanted[] = {
		{ "/", "/" },
		{ "/usr/lib", "/" },
		{ "/tmp", "/tmp" },
		{ "/tmp/a/b", "/tmp" },
		{ "/tmpx", "/" },
		{ "/mnt/home/u", "/mnt/home" },
		{ "/mnt/far away/x", "/mnt/far away" },
		{ "/mnt/farther", "/" },
		{ "/mnt", "/" },
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(wanted); i++) {
		const struct ml_cache_mount *mount = of(state, wanted[i].path);

		assert_non_null(mount);
		assert_int_equal(mount->point.n, strlen(wanted[i].point));
		assert_memory_equal(mount->point.p, wanted[i].point, mount->point.n);
	}
}

static void test_at(void **state)
{
	const struct ml_cache_mounts *mounts = &((struct fixture *)*state)->mounts;

	assert_non_null(ml_cache_mount_at(mounts, ML_STR("/tmp")));
	assert_null(ml_cache_mount_at(mounts, ML_STR("/tmp/")));
	assert_null(ml_cache_mount_at(mounts, ML_STR("/tm")));
	assert_null(ml_cache_mount_at(mounts, ML_STR("")));
}

static void test_top_covers(void **state)
{
	assert_bytes(of(state, "/mnt/far/x")->fs.type, "nfs4");
	assert_int_equal(((struct fixture *)*state)->mounts.rows.n, 8);
}

static void test_kinds(void **state)
{
	assert_int_equal(of(state, "/usr")->fs.kind, ML_CACHE_FILES);
	assert_int_equal(of(state, "/tmp/x")->fs.kind, ML_CACHE_SHMEM);
	assert_true(of(state, "/mnt/far/x")->fs.may_hang);
	assert_true(of(state, "/mnt/s")->fs.may_hang);
	assert_false(of(state, "/mnt/far away")->fs.may_hang);
	assert_true(of(state, "/proc/1")->fs.is_kernel);
	assert_true(of(state, "/mnt/h")->fs.is_kernel);
	assert_false(of(state, "/usr")->fs.is_kernel);
}

static void test_shared(void **state)
{
	assert_true(of(state, "/usr")->fs.is_shared);
	assert_true(of(state, "/mnt/home")->fs.is_shared);
	assert_false(of(state, "/tmp")->fs.is_shared);
}

static void test_none(void **state)
{
	struct ml_cache_mounts mounts;
	struct ml_arena arena = { 0 };
	const struct ml_rows rows = { 0 };

	(void)state;
	assert_int_equal(ml_cache_mounts_init(&rows, &arena, &mounts), 0);
	assert_null(ml_cache_mount_of(&mounts, ML_STR("/usr")));
	ml_arena_deinit(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_of),	   TEST(test_at),     TEST(test_top_covers),
		TEST(test_kinds),  TEST(test_shared), cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
