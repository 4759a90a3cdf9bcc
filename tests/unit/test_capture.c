/* SPDX-License-Identifier: MIT */
/* test_capture: captures hold what is read, manifests answer for what is missing, and
 * tokens are what they are said to be. */
#include <errno.h>
#include <string.h>

#include "capture/paths.h"
#include "model/feeds.h"
#include "model/memory_blocks.h"
#include "source/manifest.h"
#include "unit.h"

/* ---- the register ---- */

/* What the feeds read that are more than their one path. A new one that gathers has a row
 * here, or the test below fails. */
static const struct {
	enum ml_feed_id id;
	const char *reads[4];
} gatherers[] = {
	{ ML_FEED_IOMEM, { "proc/iomem" } },
	{ ML_FEED_HUGEPAGE_SIZES,
	  { "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages" } },
	{ ML_FEED_HUGETLB,
	  { "sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages",
	    "sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages" } },
	{ ML_FEED_THP,
	  { "sys/kernel/mm/transparent_hugepage/enabled",
	    "sys/kernel/mm/transparent_hugepage/khugepaged/full_scans",
	    "sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled",
	    "sys/kernel/mm/transparent_hugepage/hugepages-64kB/stats/nr_anon" } },
	{ ML_FEED_KSM, { "sys/kernel/mm/ksm/run", "proc/1/ksm_stat" } },
	{ ML_FEED_NODES,
	  { "sys/devices/system/node/node0/meminfo",
	    "sys/devices/system/node/node0/numastat",
	    "sys/devices/system/node/node0/cpulist",
	    "sys/devices/system/node/node0/distance" } },
	{ ML_FEED_NUMA_MAPS, { "proc/1/numa_maps", "proc/1/stat" } },
	{ ML_FEED_ZRAM,
	  { "sys/block/zram0/mm_stat", "sys/block/zram0/bd_stat",
	    "sys/block/zram0/disksize", "sys/block/zram0/backing_dev" } },
	{ ML_FEED_ZSWAP,
	  { "sys/module/zswap/parameters/zpool",
	    "sys/kernel/debug/zswap/pool_total_size" } },
	{ ML_FEED_SWAP_SETTINGS, { "proc/sys/vm/swappiness" } },
	{ ML_FEED_VM_SETTINGS, { "proc/sys/vm/overcommit_memory" } },
	{ ML_FEED_MEMORY_BLOCKS,
	  { "sys/devices/system/memory/block_size_bytes",
	    "sys/devices/system/memory/" ML_MEMORY_BLOCK_LIST } },
	{ ML_FEED_CGROUP_LIMIT, { "proc/self/cgroup" } },
	{ ML_FEED_GROUPS, { "proc/self/mountinfo" } },
	{ ML_FEED_GROUP_PRESSURE, { "proc/self/mountinfo" } },
	{ ML_FEED_SHM, { "shm.txt", "proc/1/comm" } },
	{ ML_FEED_QUEUES, { "queues.txt", "proc/1/comm" } },
	{ ML_FEED_SHM_LARGE, { "shm.txt", "proc/1/comm" } },
	{ ML_FEED_QUEUES_LARGE, { "queues.txt", "proc/1/comm" } },
	{ ML_FEED_KERNEL,
	  { "proc/sys/fs/dentry-state", "proc/sys/net/ipv4/tcp_mem", "proc/cgroups",
	    "sys/devices/system/cpu/possible" } },
	{ ML_FEED_PROCESSES,
	  { "proc/1/stat", "proc/1/statm", "proc/1/status", "proc/1/smaps_rollup" } },
	{ ML_FEED_MAPPINGS, { "proc/1/smaps", "proc/1/maps" } },
	{ ML_FEED_OOM, { "kmsg.txt" } },
	/* asked of a running machine only */
	{ ML_FEED_CACHE, { NULL } },
	{ ML_FEED_HITS, { NULL } },
	{ ML_FEED_TMPFS, { NULL } },
	/* files of the user */
	{ ML_FEED_SERIES_FILES, { NULL } },
	  };

static bool holds(const char *path)
{
	return ml_capture_holds(ml_str_of(path));
}

static bool is_covered(enum ml_feed_id id)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(gatherers); i++) {
		if (gatherers[i].id != id)
			continue;
		for (size_t j = 0; j < 4 && gatherers[i].reads[j]; j++)
			if (!holds(gatherers[i].reads[j]))
				return false;
		return true;
	}
	return false;
}

static void test_every_feed_is_captured(void **state)
{
	(void)state;
	for (unsigned id = 0; id < ML_FEED_COUNT; id++) {
		const struct ml_feed *feed = &ml_feeds_register[id];

		if (feed->parse ? !holds(feed->path + 1) : !is_covered(id))
			fail_msg("%s: not in capture/paths.c", feed->path);
	}
}

static void test_what_is_held(void **state)
{
	static const struct {
		const char *path;
		bool held;
	} paths[] = {
		{ "proc/meminfo", true },
		{ "proc/meminfo/x", false },
		{ "proc/12/smaps", true },
		{ "proc/12/environ", false },
		{ "proc/12/mem", false },
		{ "proc/self/environ", false },
		{ "proc/x/smaps", false },
		{ "proc/12", false },
		{ "proc/cmdline", false },
		{ "proc/sys/vm/swappiness", true },
		{ "proc/sys/vm/", true },
		{ "sys/devices/system/node/node1/meminfo", true },
		{ "sys/devices/system/node/node1/hugepages/hugepages-2048kB/free_hugepages",
		  true },
		{ "sys/devices/system/node/node/1/meminfo", false },
		{ "MANIFEST", true },
		{ "", false },
		{ "/", false },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(paths); i++)
		if (holds(paths[i].path) != paths[i].held)
			fail_msg("%s", paths[i].path);
}

static void test_fits(void **state)
{
	(void)state;
	assert_true(ml_capture_fits(ML_STR("node12"), ML_STR("node*")));
	assert_true(ml_capture_fits(ML_STR("node"), ML_STR("node*")));
	assert_true(ml_capture_fits(ML_STR("io.pressure"), ML_STR("*.pressure")));
	assert_false(ml_capture_fits(ML_STR("pressure"), ML_STR("*.pressure")));
	assert_false(ml_capture_fits(ML_STR("a"), ML_STR("aa*a")));
	assert_false(ml_capture_fits(ML_STR("aa"), ML_STR("aa*a")));
	assert_true(ml_capture_fits(ML_STR("aaa"), ML_STR("aa*a")));
	assert_true(ml_capture_fits(ML_STR(""), ML_STR("*")));
}

/* ---- manifests ---- */

static struct ml_manifest manifest_of(const char *text)
{
	struct ml_manifest m = { 0 };

	ml_manifest_parse(&m, ml_str_of(text));
	return m;
}

static void test_header(void **state)
{
	struct ml_manifest m =
		manifest_of("memlens-capture 1\nhost a\\x20b\npage_size 65536\n"
			    "wall_ms 12\nmonotonic_ns x\n\nok 0 1 2 /proc/x\n");

	(void)state;
	assert_int_equal(m.page_size, 65536);
	assert_int_equal(m.wall_ms, 12);
	assert_true(m.monotonic_ns == ML_NONE);
	m = manifest_of("something else\npage_size 65536\n\ndenied 13 0 0 /proc/x\n");
	assert_true(m.page_size == ML_NONE);
	assert_int_equal(ml_manifest_error(&m, "/proc/x"), 0);
	m = manifest_of("");
	assert_true(m.wall_ms == ML_NONE);
}

static void test_errors(void **state)
{
	struct ml_manifest m = manifest_of(
		"memlens-capture 1\n\nok 0 10 1 /proc/meminfo\ndenied 13 0 1 /proc/slabinfo\n"
		"gone 3 0 1 /proc/7/smaps\ndenied 13 0 1 /sys/kernel/debug/zswap\n"
		"denied 1 0 9 /sys/fs/cgroup/a\\x20b\nfolder 0 0 1 /sys/kernel/mm\n"
		"denied 99999 0 0 /too/large\ndenied -1 0 0 /negative\ndenied 13 0\n\n \njunk\n"
		"denied 13 0 0 /last");

	(void)state;
	assert_int_equal(ml_manifest_error(&m, "/proc/slabinfo"), EACCES);
	assert_int_equal(ml_manifest_error(&m, "/proc/7/smaps"), ESRCH);
	assert_int_equal(ml_manifest_error(&m, "/sys/kernel/debug/zswap/pool"), EACCES);
	assert_int_equal(ml_manifest_error(&m, "/sys/fs/cgroup/a b/memory.max"), EPERM);
	assert_int_equal(ml_manifest_error(&m, "/last"), EACCES);
	assert_int_equal(ml_manifest_error(&m, "/proc/meminfo"), 0);
	assert_int_equal(ml_manifest_error(&m, "/proc/slabinf"), 0);
	assert_int_equal(ml_manifest_error(&m, "/proc/slabinfo2"), 0);
	assert_int_equal(ml_manifest_error(&m, "/sys/kernel/mm/ksm"), 0);
	assert_int_equal(ml_manifest_error(&m, "/too/large"), 0);
	assert_int_equal(ml_manifest_error(&m, "/negative"), 0);
	assert_int_equal(ml_manifest_error(&m, ""), 0);
	ml_arena_deinit(&m.arena);
}

static void test_escapes_come_back(void **state)
{
	struct ml_buf escaped = { 0 }, back = { 0 };
	char all[256];

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)i;
	ml_manifest_escape(&escaped, (struct ml_str){ all, sizeof(all) });
	assert_null(memchr(escaped.p, ' ', escaped.n));
	assert_null(memchr(escaped.p, '\n', escaped.n));
	ml_manifest_unescape(&back, ml_buf_text(&escaped));
	assert_int_equal(back.n, sizeof(all));
	assert_memory_equal(back.p, all, sizeof(all));
	ml_buf_clear(&back);
	ml_manifest_unescape(&back, ML_STR("\\x4\\xzz\\"));
	assert_bytes(ml_buf_text(&back), "\\x4\\xzz\\");
	ml_buf_deinit(&escaped);
	ml_buf_deinit(&back);
}

/* ---- redaction ---- */

static const struct ml_redactor redactor = {
	.key = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 },
};

static void redacts_to(ml_redact_fn *redact, struct ml_str text, struct ml_str expected)
{
	struct ml_buf out = { 0 };

	redact(&redactor, text, &out);
	assert_false(out.failed);
	assert_int_equal(out.n, expected.n);
	if (out.n)
		assert_memory_equal(out.p, expected.p, expected.n);
	ml_buf_deinit(&out);
}

/* The vector of the authors of SipHash: a129ca6149be45e5. */
static void test_token(void **state)
{
	static const char bytes[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 };

	(void)state;
	redacts_to(ml_redact_comm, (struct ml_str){ bytes, sizeof(bytes) },
		   ML_STR("ra129ca6149\n"));
}

static void test_what_stays(void **state)
{
	static const char *const paths[] = {
		"",   "/",   "//",     "/usr/lib/x86_64-linux-gnu/", "/dev/zram0",
		"..", "./.", "/dev/shm", "/sys/fs/cgroup/unified/system.slice",
	};
	static const char *const targets[] = {
		"[heap]",       "[stack]", "[stack:12]", "[vdso]",     "pipe:[12]",
		"socket:[999]", "anon_inode:[eventfd]",  "net:[4026]", "/dev/zero (deleted)",
		"/SYSV0000002a (deleted)", "[anon:]",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(paths); i++)
		redacts_to(ml_redact_path, ml_str_of(paths[i]), ml_str_of(paths[i]));
	for (size_t i = 0; i < ML_ARRAY_SIZE(targets); i++)
		redacts_to(ml_redact_target, ml_str_of(targets[i]),
			   ml_str_of(targets[i]));
}

static void test_numa_maps(void **state)
{
	static const char text[] =
		"7f01 prefer (many):0-1 file=/memfd:a\\040b\\040(deleted) dirty=3 N0=1 N12=2 "
		"kernelpagesize_kB=4\n"
		"7f02 bind=static:1 heap anon=3 active=0 N1=3 secret=4 N0=x\n";
	static const char want[] = "\n7f02 bind=static:1 heap anon=3 active=0 N1=3 r";
	static const char tail[] =
		"\\040(deleted) dirty=3 N0=1 N12=2 kernelpagesize_kB=4\n";
	struct ml_buf out = { 0 };

	(void)state;
	ml_redact_numa_maps(&redactor, ml_str_of(text), &out);
	assert_true(
		ml_str_starts(ml_buf_text(&out), "7f01 prefer (many):0-1 file=/memfd:r"));
	assert_non_null(memmem(out.p, out.n, want, sizeof(want) - 1));
	assert_non_null(memmem(out.p, out.n, tail, sizeof(tail) - 1));
	assert_null(memmem(out.p, out.n, "a\\040b", 6));
	assert_null(memmem(out.p, out.n, "secret", 6));
	ml_buf_deinit(&out);
}

/* Each transformer over whatever: nothing is read beyond the text, no secret stays. */
static void test_hostile_text(void **state)
{
	static ml_redact_fn *const all[] = {
		ml_redact_line,     ml_redact_path,   ml_redact_target, ml_redact_swaps,
		ml_redact_cgroup,   ml_redact_stat,   ml_redact_comm,   ml_redact_cmdline,
		ml_redact_mountinfo, ml_redact_maps, ml_redact_numa_maps,
	};
	static const struct ml_str texts[] = {
		ML_STR("S3CRET"),           ML_STR("/S3CRET"),
		ML_STR("S3CRET\n"),         ML_STR("S3CRET S3CRET S3CRET\n\nS3CRET"),
		ML_STR(") S3CRET ("),       ML_STR("/S3CRET/S3CRET (deleted)"),
		ML_STR("/\0S3CRET\0"),      ML_STR("/S3CRET\\040S3CRET 1 2"),
		ML_STR("[anon:S3CRET]"),    ML_STR("[S3CRET"),
		ML_STR("S3CRET:S3CRET"),    ML_STR("S3CRET.so.1.2"),
		ML_STR("S3CRET.service"),   ML_STR("\xff\xfeS3CRET\x1b[2J"),
		ML_STR("/memfd:S3CRET (deleted)"),
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(all); i++)
		for (size_t j = 0; j < ML_ARRAY_SIZE(texts); j++) {
			struct ml_buf out = { 0 };
			char *copy = malloc(texts[j].n);

			/* words that stand where files have numbers are not names */
			assert_non_null(copy);
			memcpy(copy, texts[j].p, texts[j].n);
			all[i](&redactor, (struct ml_str){ copy, texts[j].n }, &out);
			if (all[i] != ml_redact_mountinfo && all[i] != ml_redact_swaps &&
			    all[i] != ml_redact_cgroup && all[i] != ml_redact_stat &&
			    out.n)
				assert_null(memmem(out.p, out.n, "S3CRET", 6));
			ml_buf_deinit(&out);
			free(copy);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_feed_is_captured),
		cmocka_unit_test(test_what_is_held),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_escapes_come_back),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_what_stays),
		cmocka_unit_test(test_numa_maps),
		cmocka_unit_test(test_hostile_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
