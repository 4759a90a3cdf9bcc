/* SPDX-License-Identifier: MIT */
/* test_parse_task_cgroup: v1, hybrid, v2, namespaces, and the units in their paths. */
#include "exact.h"

#include "parse/task_cgroup.h"

static void test_v2(void **state)
{
	struct ml_task_cgroup cgroup;

	(void)state;
	assert_true(
		ml_parse_task_cgroup(ML_STR("0::/system.slice/ssh.service\n"), &cgroup));
	assert_bytes(cgroup.unified, "/system.slice/ssh.service");
	assert_absent(cgroup.memory);
	assert_bytes(ml_task_cgroup_memory(&cgroup), "/system.slice/ssh.service");
	assert_bytes(ml_task_cgroup_systemd(&cgroup), "/system.slice/ssh.service");
}

static void test_v1(void **state)
{
	struct ml_task_cgroup cgroup;

	(void)state;
	assert_true(ml_parse_task_cgroup(
		ML_STR("11:cpuset:/\n10:hugetlb,memory:/docker/abc\n"
		       "9:memory_recursiveprot:/no\n"
		       "1:name=systemd:/system.slice/docker.service\n"),
		&cgroup));
	assert_absent(cgroup.unified);
	assert_bytes(ml_task_cgroup_memory(&cgroup), "/docker/abc");
	assert_bytes(ml_task_cgroup_systemd(&cgroup), "/system.slice/docker.service");
}

static void test_hybrid(void **state)
{
	struct ml_task_cgroup cgroup;

	(void)state;
	assert_true(ml_parse_task_cgroup(
		ML_STR("4:memory:/m\n1:name=systemd:/s\n0::/u\n"), &cgroup));
	assert_bytes(ml_task_cgroup_memory(&cgroup), "/m");
	assert_bytes(ml_task_cgroup_systemd(&cgroup), "/u");
	assert_true(ml_parse_task_cgroup(ML_STR("4:memory:/m\n1:name=systemd:/s\n0::/\n"),
					 &cgroup));
	assert_bytes(ml_task_cgroup_systemd(&cgroup), "/s");
	assert_true(ml_parse_task_cgroup(ML_STR("4:memory:/m\n"), &cgroup));
	assert_bytes(ml_task_cgroup_systemd(&cgroup), "/m");
}

static void test_paths(void **state)
{
	static const struct ml_str texts[] = {
		ML_STR("0::/a:b::c\n"), ML_STR("0::/a:b::c"), ML_STR("0::/a:b::c\r\n"),
		ML_STR("\n\n0::/a:b::c\n\0\0\0"), ML_STR("junk\n0::/x\n0::/a:b::c\n:::\n"),
	};
	struct ml_task_cgroup cgroup;

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++) {
		_exact_ struct ml_str text = exact(texts[i].p, texts[i].n);

		assert_true(ml_parse_task_cgroup(text, &cgroup));
		assert_bytes(cgroup.unified, "/a:b::c");
	}
}

static void test_nothing(void **state)
{
	static const struct ml_str texts[] = {
		ML_STR(""), ML_STR("\n"), ML_STR("\0\0"), ML_STR("0"), ML_STR("0:"),
		ML_STR("x::/a"), ML_STR("-1::/a"), ML_STR(":::"),
	};
	struct ml_task_cgroup cgroup;

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++) {
		assert_false(ml_parse_task_cgroup(texts[i], &cgroup));
		assert_absent(ml_task_cgroup_memory(&cgroup));
		assert_absent(ml_task_cgroup_systemd(&cgroup));
	}
}

static void test_cuts(void **state)
{
	struct ml_task_cgroup cgroup;

	(void)state;
	for_each_cut(text, "4:memory:/m\n1:name=systemd:/s\n0::/u\n")
		ml_parse_task_cgroup(text, &cgroup);
	assert_int_equal(cgroup.unified.n, 2);
}

static void test_units(void **state)
{
	static const struct {
		const char *path;
		const char *unit;
	} cases[] = {
		{ "/system.slice/ssh.service", "ssh.service" },
		{ "/system.slice/ssh.service/x/y", "ssh.service" },
		{ "/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service" },
		{ "/user.slice/user-1000.slice/session-3.scope", "session-3.scope" },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/a.service",
		  "user@1000.service" },
		{ "/init.scope", "init.scope" },
		{ "/system.slice/_cpu.service", "cpu.service" },
		{ "/system.slice/dbus.socket", "dbus.socket" },
		{ "/system.slice/boot.mount", "boot.mount" },
		{ "/system.slice/dev-sda2.swap", "dev-sda2.swap" },
		{ "system.slice//x.service", "x.service" },
		{ "/system.slice/a b:c.service", "a b:c.service" },
		{ "/system.slice/a\\x2db.service", "a\\x2db.service" },
		{ "/system.slice/ssh.service (deleted)", "ssh.service" },
		{ "/system.slice/gone.slice (deleted)", NULL },
		{ "/../../system.slice/ssh.service", "ssh.service" },
		{ "/../ssh.service", "ssh.service" },
		{ "/..", NULL },
		{ "/", NULL },
		{ "", NULL },
		{ " (deleted)", NULL },
		{ "/.service", NULL },
		{ "/_", NULL },
		{ "/_.service", NULL },
		{ "/user.slice", NULL },
		{ "/docker/0123456789abcdef", NULL },
		{ "/kubepods/besteffort/x.service", NULL },
		{ "/lab/a b", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		_exact_ struct ml_str path = exact(cases[i].path, strlen(cases[i].path));
		struct ml_str unit = ml_cgroup_unit(path);

		if (!cases[i].unit != !unit.p ||
		    (unit.p && !ml_str_is(unit, cases[i].unit)))
			fail_msg("%s: %.*s", cases[i].path, (int)unit.n, unit.p);
	}
	assert_absent(ml_cgroup_unit((struct ml_str){ 0 }));
}

static void test_deep(void **state)
{
	_cleanup_free_ char *s = malloc(HUGE_LINE);

	(void)state;
	assert_non_null(s);
	fill(s, HUGE_LINE, ML_STR("/a.slice"));
	assert_absent(ml_cgroup_unit((struct ml_str){ s, HUGE_LINE }));
	fill(s, HUGE_LINE, ML_STR("/"));
	assert_absent(ml_cgroup_unit((struct ml_str){ s, HUGE_LINE }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_v2),    cmocka_unit_test(test_v1),
		cmocka_unit_test(test_hybrid), cmocka_unit_test(test_paths),
		cmocka_unit_test(test_nothing), cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_units), cmocka_unit_test(test_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
