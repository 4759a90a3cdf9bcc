/* SPDX-License-Identifier: MIT */
/* test_groups: limits that come from above, both versions, and trees that mean harm. */
#include "machine.h"

#include <errno.h>

#include "model/groups.h"
#include "model/snap.h"
#include "report/cgroup.h"

#define V2_MOUNT "30 1 0:5 / /cg rw - cgroup2 cg rw\n"
#define V1_MOUNT "31 1 0:6 / /m rw - cgroup cg rw,memory\n"

struct taken {
	struct ml_snap *snap;
	const struct ml_rows *rows;
	const struct ml_groups_head *head;
};

static void taken_deinit(struct taken *t)
{
	ml_snap_unref(t->snap);
}

#define _taken_ _cleanup_(taken_deinit)

static struct taken take(struct machine *m, const char *const *paths, size_t n)
{
	struct ml_want want = { .use = ML_FEED(GROUPS) | ML_FEED(CGROUP_LIMIT),
				.reads = 0x3fffffff & ~0xffffu,
				.paths = paths,
				.npaths = n };
	struct taken ret;
	const struct ml_parsed *parsed;

	assert_int_equal(ml_snap_take_wanted(m->root, &want, &ret.snap), 0);
	parsed = ml_snap_parsed(ret.snap, ML_FEED_GROUPS);
	assert_non_null(parsed);
	ret.rows = &parsed->rows;
	ret.head = ml_groups_head(ret.snap);
	return ret;
}

static const struct ml_group *find(const struct taken *t, const char *path)
{
	const struct ml_group *g;

	ml_for_each_row(g, t->rows)
		if (ml_str_is(g->path, path))
			return g;
	return NULL;
}

static void put_v2(struct machine *m, const char *group, const char *current,
		   const char *max)
{
	char path[120];

	snprintf(path, sizeof(path), "cg%s/memory.current", group);
	machine_put(m, path, current);
	snprintf(path, sizeof(path), "cg%s/memory.max", group);
	machine_put(m, path, max);
}

/* a 1000 -> a/b 500 -> a/b/c max, a/d 2000; e without */
static void put_tree(struct machine *m)
{
	machine_put(m, "proc/self/mountinfo", V2_MOUNT);
	put_v2(m, "/a", "900\n", "1000\n");
	put_v2(m, "/a/b", "300\n", "500\n");
	put_v2(m, "/a/b/c", "100\n", "max\n");
	put_v2(m, "/a/d", "600\n", "2000\n");
	put_v2(m, "/e", "5\n", "max\n");
}

static void test_limits(void **state)
{
	struct machine *m = *state;
	const struct ml_group *g;

	put_tree(m);
	_taken_ struct taken t = take(m, NULL, 0);

	assert_int_equal(t.rows->n, 6);
	g = find(&t, "/a/b/c");
	assert_int_equal(g->limit, 500);
	assert_bytes(g->limit_by, "/a/b");
	assert_int_equal(g->headroom, 100); /* that of /a */
	assert_true(g->max == ML_NONE);
	g = find(&t, "/a/d");
	assert_int_equal(g->limit, 1000);
	assert_bytes(g->limit_by, "/a");
	g = find(&t, "/e");
	assert_true(g->limit == ML_NONE && g->headroom == ML_NONE);
	assert_null(g->limit_by.p);
	assert_true(find(&t, "/")->usage == ML_NONE);
}

/* Largest first among siblings, parents before children. */
static void test_order(void **state)
{
	static const char *const order[] = { "/", "/a", "/a/d", "/a/b", "/a/b/c", "/e" };
	struct machine *m = *state;

	put_tree(m);
	_taken_ struct taken t = take(m, NULL, 0);

	for (size_t i = 0; i < ML_ARRAY_SIZE(order); i++) {
		const struct ml_group *g = ml_rows_at(t.rows, i);

		assert_int_equal(g->path.n, strlen(order[i]));
		assert_memory_equal(g->path.p, order[i], g->path.n);
	}
}

/* A subtree has the limits of the groups above it, which are not of it. */
static void test_named(void **state)
{
	static const char *const names[] = { "/a/b/c", "cg/../x", "a//b/", "/cg/a/d",
					     "gone" };
	struct machine *m = *state;
	size_t shown = 0;
	const struct ml_group *g;

	put_tree(m);
	_taken_ struct taken t = take(m, names, ML_ARRAY_SIZE(names));

	ml_for_each_row(g, t.rows)
		shown += ml_group_is_shown(g);
	assert_int_equal(shown, 3); /* a/b, a/b/c once, a/d */
	assert_int_equal(find(&t, "/a/b/c")->limit, 500);
	assert_bytes(find(&t, "/a/d")->limit_by, "/a");
	assert_false(ml_group_is_shown(find(&t, "/a")));
	assert_int_equal(t.snap->feed[ML_FEED_GROUPS].more.n, 2);
}

static void put_v1(struct machine *m)
{
	machine_put(m, "proc/self/mountinfo", V1_MOUNT V2_MOUNT);
	machine_put(m, "m/memory.usage_in_bytes", "900\n");
	machine_put(m, "m/memory.limit_in_bytes", "9223372036854771712\n");
	machine_put(m, "m/memory.use_hierarchy", "1\n");
	machine_put(m, "m/a/memory.usage_in_bytes", "700\n");
	machine_put(m, "m/a/memory.limit_in_bytes", "800\n");
	machine_put(m, "m/a/memory.failcnt", "12\n");
	machine_put(m, "m/a/memory.oom_control",
		    "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
	machine_put(m, "m/a/memory.kmem.usage_in_bytes", "50\n");
	machine_put(m, "m/a/memory.stat",
		    "cache 1\nrss 2\ninactive_file 3\ntotal_cache 400\ntotal_shmem 100\n"
		    "total_rss 200\ntotal_inactive_file 60\ntotal_active_file 40\n"
		    "total_dirty 10\ntotal_writeback 5\ntotal_swap 7\n");
	machine_put(m, "m/a/x/memory.usage_in_bytes", "70\n");
	machine_put(m, "m/a/x/memory.limit_in_bytes", "18446744073709551615\n");
	machine_put(m, "cg/a/memory.pressure",
		    "some avg10=1.50 avg60=0.00 avg300=0.00 total=9\n");
}

static void test_v1(void **state)
{
	struct machine *m = *state;
	struct ml_group_split s;
	const struct ml_group *g;

	put_v1(m);
	_taken_ struct taken t = take(m, NULL, 0);

	g = find(&t, "/a");
	assert_int_equal(g->limit, 800);
	assert_int_equal(g->failcnt, 12);
	assert_int_equal(ml_flat_get(&t.head->names, &g->events, "oom_kill"), 3);
	assert_true(g->some.avg10 == 0.015); /* of the unified tree */
	ml_group_split(t.head, g, 0, &s);
	assert_int_equal(s.anon, 200);
	assert_int_equal(s.file, 300);
	assert_int_equal(s.shmem, 100);
	assert_int_equal(s.kernel, 50);
	assert_int_equal(s.other, 50);
	assert_int_equal(s.working_set, 640);
	assert_int_equal(s.reclaimable, 85);
	assert_int_equal(s.swap, 7);
	g = find(&t, "/a/x");
	assert_true(g->max == ML_NONE);
	assert_int_equal(g->limit, 800);
	assert_true(find(&t, "/")->limit == ML_NONE);
}

/* Before Linux 5.11 a tree could be flat: no group has a say over those below. */
static void test_v1_flat(void **state)
{
	struct machine *m = *state;

	put_v1(m);
	machine_put(m, "m/memory.use_hierarchy", "0\n");
	_taken_ struct taken t = take(m, NULL, 0);

	assert_true(find(&t, "/a/x")->limit == ML_NONE);
}

/* The kernel tells what holds, also of groups that stand above the mount. */
static void test_hidden_limit(void **state)
{
	struct machine *m = *state;

	put_v1(m);
	machine_put(m, "m/memory.stat", "hierarchical_memory_limit 600\n");
	_taken_ struct taken t = take(m, NULL, 0);

	assert_int_equal(find(&t, "/a")->limit, 600);
	assert_null(find(&t, "/a")->limit_by.p);
}

static void test_split_v2(void **state)
{
	struct machine *m = *state;
	struct ml_group_split s;

	machine_put(m, "proc/self/mountinfo", V2_MOUNT);
	put_v2(m, "/a", "1000\n", "max\n");
	machine_put(m, "cg/a/memory.swap.current", "30\n");
	machine_put(m, "cg/a/memory.swap.max", "50\n");
	machine_put(
		m, "cg/a/memory.stat",
		"anon 100\nfile 500\nkernel_stack 10\nslab 60\npercpu 5\nsock 8\nshmem 200\n"
		"file_dirty 30\nfile_writeback 20\ninactive_anon 250\nactive_anon 40\n"
		"inactive_file 150\nactive_file 140\nslab_reclaimable 44\n"
		"workingset_refault_anon 3\nworkingset_refault_file 4\n");
	_taken_ struct taken t = take(m, NULL, 0);

	ml_group_split(t.head, find(&t, "/a"), 1000, &s);
	assert_int_equal(s.file, 300);
	assert_int_equal(s.kernel, 75);
	assert_int_equal(s.other, 1000 - 100 - 300 - 200 - 75 - 8);
	assert_int_equal(s.working_set, 850);
	assert_int_equal(s.reclaimable, 150 + 140 - 30 - 20 + 44);
	assert_int_equal(s.swappable, 20); /* what the limit of swap leaves */
	assert_int_equal(s.refaults, 7);
	ml_group_split(t.head, find(&t, "/a"), 5, &s);
	assert_int_equal(s.swappable, 5); /* what the machine has free */
	ml_group_split(t.head, find(&t, "/a"), ML_NONE, &s);
	assert_true(s.swappable == ML_NONE);
}

/* Links are no groups: not one to the group itself, not one that leaves the tree. */
static void test_links(void **state)
{
	struct machine *m = *state;
	char path[120];

	put_tree(m);
	snprintf(path, sizeof(path), "%s/cg/a/loop", m->path);
	assert_int_equal(symlink(".", path), 0);
	snprintf(path, sizeof(path), "%s/cg/a/out", m->path);
	assert_int_equal(symlink("/", path), 0);
	snprintf(path, sizeof(path), "%s/cg/a/memory.peak", m->path);
	assert_int_equal(mkfifo(path, 0600), 0);
	_taken_ struct taken t = take(m, NULL, 0);

	assert_int_equal(t.rows->n, 6);
	assert_true(find(&t, "/a")->peak == ML_NONE);
}

static void test_odd_values(void **state)
{
	struct machine *m = *state;
	const struct ml_group *g;

	machine_put(m, "proc/self/mountinfo", V2_MOUNT);
	put_v2(m, "/a", "max\n", "\n");
	put_v2(m, "/b", "", "-5\n");
	put_v2(m, "/c\x1b[2J \xff", "1\n", "1152921504606846976\n");
	_taken_ struct taken t = take(m, NULL, 0);

	g = find(&t, "/a");
	assert_true(g->usage == ML_NONE && g->limit == ML_NONE);
	g = find(&t, "/b");
	assert_true(g->usage == ML_NONE && g->limit == ML_NONE);
	g = find(&t, "/c\x1b[2J \xff");
	assert_true(g->usage == 1 && g->limit == ML_NONE);
}

/* As deep as a path can be. */
static void test_deep(void **state)
{
	struct machine *m = *state;
	char path[4096];
	size_t n;

	machine_put(m, "proc/self/mountinfo", V2_MOUNT);
	n = (size_t)snprintf(path, sizeof(path), "%s/cg", m->path);
	mkdir(path, 0755);
	for (int i = 0; i < 1000; i++) {
		n += (size_t)snprintf(path + n, sizeof(path) - n, "/d");
		assert_int_equal(mkdir(path, 0755), 0);
	}
	_taken_ struct taken t = take(m, NULL, 0);

	assert_int_equal(t.rows->n, 1001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_limits),       MACHINE_TEST(test_order),
		MACHINE_TEST(test_named),        MACHINE_TEST(test_v1),
		MACHINE_TEST(test_v1_flat),      MACHINE_TEST(test_hidden_limit),
		MACHINE_TEST(test_split_v2),     MACHINE_TEST(test_links),
		MACHINE_TEST(test_odd_values),   MACHINE_TEST(test_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
