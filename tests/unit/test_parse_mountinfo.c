/* SPDX-License-Identifier: MIT */
/* test_parse_mountinfo: tags, escapes, an empty source, and what may hang. */
#include "unit.h"

#include "parse/mountinfo.h"

static const char sample[] =
	"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n"
	"30 22 0:26 /sub /mnt/a\\040b rw master:2 propagate_from:1 - tmpfs tmp rw,size=8k\n"
	"31 22 0:27 / /c rw - cgroup cgroup rw,memory\n"
	"32 22 0:28 / /n rw -  nfs4 host:/x rw\n"
	"33 22 0:29 / /e rw - ramfs  rw\n"
	"34 22 0:30 / /s rw - fuse.sshfs a\\040b rw\n";

static void test_sample(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_mountinfo, sample);
	const struct ml_mount_row *first = row_at(&o, 0), *tmp = row_at(&o, 1),
				  *empty = row_at(&o, 4), *fuse = row_at(&o, 5);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 6);
	assert_int_equal(first->id, 22);
	assert_int_equal(first->parent, 1);
	assert_int_equal(first->major, 8);
	assert_int_equal(first->minor, 1);
	assert_bytes(first->root, "/");
	assert_bytes(first->type, "ext4");
	assert_bytes(first->source, "/dev/sda1");
	assert_bytes(tmp->point, "/mnt/a b");
	assert_bytes(tmp->root, "/sub");
	assert_bytes(tmp->type, "tmpfs");
	assert_bytes(tmp->super, "rw,size=8k");
	assert_int_equal(empty->source.n, 0);
	assert_bytes(empty->super, "rw");
	assert_bytes(fuse->source, "a b");
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_mountinfo, "22 1 8:1 / / rw ext4 /dev/sda1 rw\n"
					       "22 1 81 / / rw - ext4 /dev/sda1 rw\n"
					       "x 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
					       "22 1 8:1 / / rw -\n"
					       "\n"
					       "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 4);
	assert_int_equal(o.parsed.rows.n, 1);
}

static void test_options(void **state)
{
	struct ml_str list = ML_STR("rw,memory,size=1k");

	(void)state;
	assert_true(ml_mount_option(list, "rw"));
	assert_true(ml_mount_option(list, "memory"));
	assert_true(ml_mount_option(list, "size=1k"));
	assert_false(ml_mount_option(list, "size"));
	assert_false(ml_mount_option(ML_STR(""), "rw"));
}

static void test_what_may_hang(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_mountinfo, sample);
	static const bool hangs[] = { false, false, false, true, false, true };

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(hangs); i++)
		assert_true(ml_mount_may_hang(row_at(&o, i)) == hangs[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sample),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_what_may_hang),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
