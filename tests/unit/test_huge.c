/* SPDX-License-Identifier: MIT */
/* test_huge: pools, settings, merged pages and nodes of copied machines, odd ones too. */
#include "machine.h"

#include "model/hugetlb.h"
#include "model/ksm.h"
#include "model/node.h"
#include "model/numa_maps.h"
#include "model/thp.h"

#define HUGEPAGES "sys/kernel/mm/hugepages/hugepages-"
#define THP "sys/kernel/mm/transparent_hugepage/"
#define KSM "sys/kernel/mm/ksm/"
#define NODE "sys/devices/system/node/node"

static struct ml_snap *take(struct machine *m, ml_feeds feeds, const uint64_t *pids,
			    size_t npids)
{
	const struct ml_want want = { .need = feeds, .pids = pids, .npids = npids };
	struct ml_snap *snap;

	assert_int_equal(ml_snap_take_wanted(m->root, &want, &snap), 0);
	return snap;
}

static void snap_unrefp(struct ml_snap **snap)
{
	ml_snap_unref(*snap);
}

#define _snap_ _cleanup_(snap_unrefp)

/* ---- pools ---- */

static const struct ml_pool *pool_of(const struct ml_snap *snap, uint64_t size,
				     uint64_t node)
{
	const struct ml_parsed *pools = ml_snap_parsed(snap, ML_FEED_HUGETLB);
	const struct ml_pool *pool;

	assert_non_null(pools);
	ml_for_each_row(pool, &pools->rows)
		if (pool->size == size && pool->node == node)
			return pool;
	return NULL;
}

static void test_pools(void **state)
{
	_snap_ struct ml_snap *snap = NULL;
	const struct ml_pool *pool;
	struct ml_pool sum;

	machine_put(*state, HUGEPAGES "2048kB/nr_hugepages", "12\n");
	machine_put(*state, HUGEPAGES "2048kB/free_hugepages", "8\n");
	machine_put(*state, HUGEPAGES "2048kB/resv_hugepages", "3\n");
	machine_put(*state, HUGEPAGES "2048kB/surplus_hugepages", "1\n");
	machine_put(*state, HUGEPAGES "2048kB/nr_overcommit_hugepages", "4\n");
	machine_put(*state, HUGEPAGES "1048576kB/nr_hugepages", "2\n");
	machine_put(*state, HUGEPAGES "1048576kB/free_hugepages", "1\n");
	machine_put(*state, NODE "8/hugepages/hugepages-2048kB/nr_hugepages", "12\n");
	machine_put(*state, NODE "8/hugepages/hugepages-2048kB/free_hugepages", "8\n");
	snap = take(*state, ML_FEED(HUGETLB), NULL, 0);
	assert_int_equal(ml_snap_parsed(snap, ML_FEED_HUGETLB)->rows.n, 3);
	pool = pool_of(snap, 2 << 20, ML_NONE);
	assert_true(pool->total == 24u << 20 && pool->free == 16u << 20);
	assert_true(pool->used == 8u << 20 && pool->idle == 10u << 20);
	assert_true(pool->surplus == 2u << 20 && pool->overcommit == 8u << 20);
	pool = pool_of(snap, 1u << 30, ML_NONE);
	assert_true(pool->reserved == ML_NONE && pool->idle == ML_NONE);
	assert_true(pool->used == 1u << 30);
	pool = pool_of(snap, 2 << 20, 8);
	assert_true(pool->used == 8u << 20 && pool->reserved == ML_NONE);
	assert_true(ml_hugetlb_sum(snap, ML_NONE, &sum));
	assert_true(sum.total == (24ull << 20) + (2ull << 30));
	assert_true(ml_hugetlb_sum(snap, 8, &sum) && sum.total == 24u << 20);
	assert_false(ml_hugetlb_sum(snap, 0, &sum));
	assert_true(sum.total == ML_NONE);
}

/* More promised than free, more free than there are; numbers beyond all bounds. */
static void test_odd_pools(void **state)
{
	_snap_ struct ml_snap *snap = NULL;
	const struct ml_pool *pool;

	machine_put(*state, HUGEPAGES "64kB/nr_hugepages", "2\n");
	machine_put(*state, HUGEPAGES "64kB/free_hugepages", "3\n");
	machine_put(*state, HUGEPAGES "64kB/resv_hugepages", "4\n");
	machine_put(*state, HUGEPAGES "16384kB/nr_hugepages", "99999999999999999999\n");
	machine_put(*state, HUGEPAGES "16384kB/free_hugepages", "-1\n");
	machine_put(*state, HUGEPAGES "0kB/nr_hugepages", "1\n");
	machine_put(*state, HUGEPAGES "xkB/nr_hugepages", "1\n");
	snap = take(*state, ML_FEED(HUGETLB), NULL, 0);
	assert_int_equal(ml_snap_parsed(snap, ML_FEED_HUGETLB)->rows.n, 2);
	pool = pool_of(snap, 64 << 10, ML_NONE);
	assert_true(pool->used == 0 && pool->idle == 0);
	pool = pool_of(snap, 16 << 20, ML_NONE);
	assert_true(pool->total == ML_U64_MAX && pool->used == ML_NONE);
}

/* ---- transparent ones ---- */

static void test_thp(void **state)
{
	_snap_ struct ml_snap *snap = NULL;
	const struct ml_parsed *parsed;
	const struct ml_thp *thp;
	const struct ml_mthp *m;

	machine_put(*state, THP "enabled", "always [madvise] never\n");
	machine_put(*state, THP "defrag", "always defer [defer+madvise] madvise never\n");
	machine_put(*state, THP "hpage_pmd_size", "2097152\n");
	machine_put(*state, THP "khugepaged/max_ptes_none", "511\n");
	machine_put(*state, THP "hugepages-64kB/enabled",
		    "always [inherit] madvise never\n");
	machine_put(*state, THP "hugepages-64kB/stats/anon_fault_alloc", "7\n");
	machine_put(*state, THP "hugepages-64kB/stats/split", "x\n");
	machine_put(*state, THP "hugepages-8kB/shmem_enabled", "a new word\n");
	snap = take(*state, ML_FEED(THP), NULL, 0);
	parsed = ml_snap_parsed(snap, ML_FEED_THP);
	assert_non_null(parsed);
	thp = parsed->head;
	assert_bytes(thp->enabled, "madvise");
	assert_bytes(thp->defrag, "defer+madvise");
	assert_null(thp->shmem_enabled.p);
	assert_true(thp->pmd_size == 2 << 20 && thp->max_none == 511);
	assert_true(thp->collapsed == ML_NONE && thp->zero_page == ML_NONE);
	assert_int_equal(parsed->rows.n, 2);
	m = ml_rows_at(&parsed->rows, 0);
	assert_true(m->size == 8 << 10 && m->nr_anon == ML_NONE);
	assert_bytes(m->shmem_enabled, "a new word");
	assert_null(m->enabled.p);
	m = ml_rows_at(&parsed->rows, 1);
	assert_bytes(m->enabled, "inherit");
	assert_true(m->anon_fault_alloc == 7 && m->split == ML_NONE);
}

/* ---- equal pages ---- */

static void test_ksm(void **state)
{
	_snap_ struct ml_snap *snap = NULL;
	const struct ml_ksm *ksm;

	machine_put(*state, KSM "run", "1\n");
	machine_put(*state, KSM "pages_shared", "16\n");
	machine_put(*state, KSM "pages_sharing", "100\n");
	machine_put(*state, KSM "ksm_zero_pages", "-3\n");
	machine_put(*state, KSM "general_profit", "-4096\n");
	machine_put(*state, KSM "advisor_mode", "none [scan-time]\n");
	snap = take(*state, ML_FEED(KSM), NULL, 0);
	ksm = ml_ksm_of(snap);
	assert_non_null(ksm);
	assert_true(ksm->shared == 16 && ksm->zero == -3 && ksm->profit == -4096);
	assert_true(ksm->unshared == ML_NONE);
	assert_bytes(ksm->advisor, "scan-time");
	assert_int_equal(ml_ksm_saved(snap, ksm), 100 * 4096);
	assert_int_equal(ml_ksm_cost(snap, ksm), 101 * 4096);
}

static void test_ksm_unknown(void **state)
{
	_snap_ struct ml_snap *snap = NULL;
	const struct ml_ksm *ksm;

	machine_put(*state, KSM "pages_sharing", "100\n");
	snap = take(*state, ML_FEED(KSM), NULL, 0);
	ksm = ml_ksm_of(snap);
	assert_true(ksm->profit == INT64_MIN && ml_ksm_cost(snap, ksm) == ML_NONE);
	assert_int_equal(ml_ksm_saved(snap, ksm), 100 * 4096);
}

/* ---- nodes ---- */

static void test_nodes(void **state)
{
	_snap_ struct ml_snap *snap = NULL;
	const struct ml_parsed *nodes;
	const struct ml_node *node;

	machine_put(*state, NODE "10/meminfo", "Node 10 MemTotal: 8 kB\n");
	machine_put(*state, NODE "10/cpulist", "\n");
	machine_put(*state, NODE "2/meminfo",
		    "Node 2 MemTotal: 4 kB\nNode 2 HugePages_Total: 3\n");
	machine_put(*state, NODE "2/numastat", "numa_hit 5\nnuma_miss 1\n");
	machine_put(*state, NODE "2/cpulist", "0-3,8\n");
	machine_put(*state, NODE "2/distance", "10 40\n");
	machine_put(*state, NODE "s/meminfo", "MemTotal: 4 kB\n");
	snap = take(*state, ML_FEED(NODES), NULL, 0);
	nodes = ml_snap_parsed(snap, ML_FEED_NODES);
	assert_non_null(nodes);
	assert_int_equal(nodes->rows.n, 2);
	node = ml_rows_at(&nodes->rows, 0);
	assert_int_equal(node->id, 2);
	assert_int_equal(ml_kv_get(&node->meminfo, "MemTotal"), 4096);
	assert_int_equal(ml_kv_get(&node->numastat, "numa_hit"), 5);
	assert_bytes(node->cpus, "0-3,8");
	assert_bytes(node->distances, "10 40");
	node = ml_node_find(snap, 10);
	assert_true(node && node->cpus.p && !node->cpus.n && !node->distances.p);
	assert_null(ml_node_find(snap, 0));
}

static void test_no_nodes(void **state)
{
	_snap_ struct ml_snap *snap = take(*state, ML_FEED(NODES), NULL, 0);

	assert_int_equal(snap->feed[ML_FEED_NODES].status, ML_ABSENT);
	assert_null(ml_node_find(snap, 0));
}

/* ---- processes ---- */

static void test_numa_maps(void **state)
{
	static const struct {
		uint64_t node, bytes;
		const char *kind;
	} want[] = {
		{ 0, 4096, "heap" },       { ML_NONE, 0, "anon" },  { 0, 8192, "file" },
		{ 1, 4096, "file" },       { 1, 2 << 20, "hugetlb" }, { 0, 4096, "shared" },
		{ 0, 4096, "deleted" },    { 0, ML_NONE, "hugetlb" },
	};
	static const uint64_t pids[] = { 7, 8 };
	_snap_ struct ml_snap *snap = NULL;
	const struct ml_numa_head *head;
	const struct ml_parsed *parsed;

	machine_put(*state, "proc/7/stat",
		    "7 (a) b) S 1 1 1 0 -1 0 5 0 6 0 7 8 0 0 20 0 3 0 "
		    "1234 81920 9 0 0\n");
	machine_put(*state, "proc/7/numa_maps",
		    "1000 default heap anon=1 N0=1 kernelpagesize_kB=4\n"
		    "2000 default\n"
		    "3000 bind:0-1 file=/x N0=2 N1=1\n"
		    "4000 default file=/m/h huge N1=1 kernelpagesize_kB=2048\n"
		    "5000 default file=/memfd:a\\040(deleted) N0=1\n"
		    "6000 default file=/memory\\040(deleted) N0=1\n"
		    "7000 default huge N0=1\n");
	snap = take(*state, ML_FEED(NUMA_MAPS), pids, 2);
	parsed = ml_snap_parsed(snap, ML_FEED_NUMA_MAPS);
	assert_non_null(parsed);
	assert_int_equal(parsed->rows.n, ML_ARRAY_SIZE(want));
	for (size_t i = 0; i < ML_ARRAY_SIZE(want); i++) {
		const struct ml_numa_vma *vma = ml_rows_at(&parsed->rows, i);

		assert_true(vma->node == want[i].node && vma->bytes == want[i].bytes);
		assert_true(ml_str_is(vma->kind, want[i].kind));
	}
	head = parsed->head;
	assert_int_equal(head->processes.n, 1);
	assert_bytes(((const struct ml_numa_process *)head->processes.at)->comm, "a) b");
	/* the other is not there */
	assert_int_equal(snap->feed[ML_FEED_NUMA_MAPS].more.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_pools),	MACHINE_TEST(test_odd_pools),
		MACHINE_TEST(test_thp),		MACHINE_TEST(test_ksm),
		MACHINE_TEST(test_ksm_unknown), MACHINE_TEST(test_nodes),
		MACHINE_TEST(test_no_nodes),	MACHINE_TEST(test_numa_maps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
