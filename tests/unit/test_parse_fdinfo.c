/* SPDX-License-Identifier: MIT */
/* test_parse_fdinfo: where a descriptor's file is, and what GPU clients have. */
#include "unit.h"

#include "model/shm_gpu.h"
#include "parse/fdinfo.h"

static const char intel[] = "pos:\t0\n"
			    "flags:\t02100002\n"
			    "mnt_id:\t27\n"
			    "ino:\t284\n"
			    "drm-driver:\ti915\n"
			    "drm-pdev:\t0000:00:02.0\n"
			    "drm-client-id:\t31\n"
			    "drm-total-system0:\t31916 KiB\n"
			    "drm-shared-system0:\t12 MiB\n"
			    "drm-active-system0:\t0\n"
			    "drm-resident-system0:\t26556 KiB\n"
			    "drm-purgeable-system0:\t1352 KiB\n"
			    "drm-total-stolen-system0:\t8 MiB\n"
			    "drm-resident-stolen-system0:\t8 MiB\n"
			    "drm-engine-render:\t25662044495 ns\n"
			    "drm-engine-capacity-video:\t2\n";

static const char amd[] = "mnt_id:\t5\n"
			  "drm-driver:\tamdgpu\n"
			  "drm-client-id:\t7\n"
			  "drm-memory-vram:\t1024 KiB\n"
			  "drm-memory-gtt:\t2048 KiB\n"
			  "drm-memory-cpu:\t1 GiB\n";

static void test_place(void **state)
{
	struct ml_fdinfo info;

	(void)state;
	ml_fdinfo_place(ml_str_of(intel), &info);
	assert_int_equal(info.mount, 27);
	assert_int_equal(info.inode, 284);
	ml_fdinfo_place(ML_STR("pos:\t0\nflags:\t02\n"), &info);
	assert_true(info.mount == ML_NONE);
	assert_true(info.inode == ML_NONE);
	ml_fdinfo_place(ML_STR("mnt_id:\tx\nino:\t-1\n"), &info);
	assert_true(info.mount == ML_NONE);
	assert_true(info.inode == ML_NONE);
}

static void test_intel(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_fdinfo, intel);
	const struct ml_fdinfo *info = o.parsed.head;

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_bytes(info->drm_driver, "i915");
	assert_bytes(info->drm_device, "0000:00:02.0");
	assert_int_equal(info->drm_client, 31);
	assert_int_equal(info->mount, 27);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "drm-total-system0"), 31916 * 1024);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "drm-shared-system0"), 12 << 20);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "drm-engine-render"), 25662044495);
	/* what is stolen from RAM at boot is none of the kernel's */
	assert_int_equal(ml_shm_gpu_bytes(&o.parsed.kv, "drm-resident-"), 26556 * 1024);
	assert_int_equal(ml_shm_gpu_bytes(&o.parsed.kv, "drm-total-"), 31916 * 1024);
	assert_true(ml_shm_gpu_bytes(&o.parsed.kv, "drm-memory-") == ML_NONE);
}

static void test_amd(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_fdinfo, amd);

	(void)state;
	assert_int_equal(ml_shm_gpu_bytes(&o.parsed.kv, "drm-memory-"),
			 (2048ull << 10) + (1ull << 30));
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_fdinfo, "no colon\n"
					    "drm-client-id:\tx\n"
					    "drm-total-system:\tmuch\n"
					    "drm-total-gtt:\t18446744073709551615 GiB\n"
					    "drm-engine-x:\tmuch\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 3);
	assert_true(ml_kv_get(&o.parsed.kv, "drm-total-gtt") == ML_U64_MAX);
}

static void test_gpu_names(void **state)
{
	(void)state;
	assert_true(ml_shm_is_gpu(ML_STR("/dev/dri/card0")));
	assert_true(ml_shm_is_gpu(ML_STR("/dev/accel/accel0")));
	assert_false(ml_shm_is_gpu(ML_STR("/dev/drink")));
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_fdinfo);
	check_junk(ml_parse_fdinfo);
	check_dress(ml_parse_fdinfo, intel);
	check_cuts(ml_parse_fdinfo, amd);
	check_huge_line(ml_parse_fdinfo, "drm-total-system:\t1 KiB");
	check_huge_line(ml_parse_fdinfo, "drm-driver:\t");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_place),     cmocka_unit_test(test_intel),
		cmocka_unit_test(test_amd),       cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_gpu_names), cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
