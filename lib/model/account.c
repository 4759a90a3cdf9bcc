/* SPDX-License-Identifier: MIT */
/* account: where MemTotal went - parts that count no page twice, and what remains. */
#include "model/account.h"

#include <errno.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "model/compressed.h"
#include "model/hugetlb.h"
#include "model/proc.h"
#include "model/queue.h"
#include "model/slab.h"
#include "model/vmalloc.h"
#include "model/zone.h"
#include "model/zram.h"
#include "model/zswap.h"

#define UNKNOWN INT64_MIN

/* No machine is near it, and sums of all terms stay within 64 bits, whatever a tree
 * says. */
#define TERM_MAX (INT64_MAX / 64)

/* How many slab caches and vmalloc callers stand in the tree by name. */
#define LARGEST 5

/* The terms of the identity, in bytes; UNKNOWN where this kernel does not tell. */
struct terms {
	int64_t total;
	int64_t free, buddy, cma, unaccepted, uninitialised, pcp;
	int64_t user, anon, file, cache, buffers, shmem, lru_other;
	int64_t kernel, slab, slab_reclaimable, slab_unreclaimable, stacks, vmalloc,
		pagetables, sec_pagetables, percpu, misc_reclaimable, memmap, gpu;
	int64_t hugetlb, hugetlb_used, hugetlb_reserved, hugetlb_free;
	int64_t compressed, balloon, poisoned;
	int64_t residue, sockets, unix_queues, pipes, unattributed;
	bool stacks_in_vmalloc;
};

struct tree {
	const struct ml_snap *snap;
	struct ml_arena *arena;
	struct ml_rows *rows;
	struct terms t;
};

/* ---- the terms ---- */

static int64_t signed_of(uint64_t v)
{
	if (v == ML_NONE)
		return UNKNOWN;
	return v > TERM_MAX ? TERM_MAX : (int64_t)v;
}

static int64_t mem(const struct ml_snap *snap, const char *key)
{
	return signed_of(ml_snap_mem(snap, key));
}

static int64_t vm(const struct ml_snap *snap, const char *key)
{
	return signed_of(ml_snap_pages(snap, ml_snap_vm(snap, key)));
}

static int64_t or0(int64_t v)
{
	return v == UNKNOWN ? 0 : v;
}

static int64_t at_least_0(int64_t v)
{
	return v < 0 ? 0 : v;
}

static void free_terms(const struct ml_snap *snap, struct terms *t)
{
	struct ml_zone_sums zones;
	int64_t mem_free = mem(snap, "MemFree");

	ml_zone_sums(snap, &zones);
	t->cma = mem(snap, "CmaFree");
	t->unaccepted = mem(snap, "Unaccepted");
	t->pcp = signed_of(ml_snap_pages(snap, zones.pcp));
	t->uninitialised = signed_of(ml_uninitialised(snap));
	t->buddy = mem_free - or0(t->uninitialised) - or0(t->cma) - or0(t->unaccepted);
	t->free = mem_free + or0(t->pcp);
}

/* The LRU lists are exclusive, so their sum is safe; the split by type is not (a mapped
 * swap cache page is in AnonPages and in SwapCached), so its remainder stands
 * by itself. */
static void user_terms(const struct ml_snap *snap, struct terms *t)
{
	int64_t cached = mem(snap, "Cached");

	t->user = or0(mem(snap, "Active")) + or0(mem(snap, "Inactive")) +
		  or0(mem(snap, "Unevictable")) + or0(vm(snap, "nr_isolated_anon")) +
		  or0(vm(snap, "nr_isolated_file"));
	t->anon = mem(snap, "AnonPages");
	t->shmem = mem(snap, "Shmem");
	t->buffers = mem(snap, "Buffers");
	t->cache = cached == UNKNOWN ? UNKNOWN : at_least_0(cached - or0(t->shmem));
	t->file = or0(t->cache) + or0(t->buffers);
	t->lru_other = t->user - or0(t->anon) - or0(t->shmem) - t->file;
}

/* Pages behind vmalloc, kernel stacks apart where the kernel takes them from there. */
static int vmalloc_terms(struct tree *tree)
{
	struct terms *t = &tree->t;
	struct ml_rows callers = { 0 };
	const struct ml_vmalloc_row *row;
	int64_t used = mem(tree->snap, "VmallocUsed");
	uint64_t sum = 0, stacks = 0;

	if (ml_vmalloc_by_caller(tree->snap, tree->arena, &callers))
		return -ENOMEM;
	ml_for_each_row(row, &callers) {
		sum = ml_add(sum, ml_or0(row->bytes));
		if (ml_vmalloc_is_stack(row->caller))
			stacks = ml_add(stacks, ml_or0(row->bytes));
	}
	if (!or0(used) && sum) /* VmallocUsed read 0 from 4.4 to 5.2 */
		used = signed_of(sum);
	t->stacks_in_vmalloc = callers.n ? stacks > 0 : or0(used) >= or0(t->stacks);
	t->vmalloc = used;
	if (used != UNKNOWN && t->stacks_in_vmalloc)
		t->vmalloc = at_least_0(used - or0(t->stacks));
	return 0;
}

static int kernel_terms(struct tree *tree)
{
	const struct ml_snap *snap = tree->snap;
	struct terms *t = &tree->t;
	int64_t reclaimable = mem(snap, "KReclaimable");

	t->slab = mem(snap, "Slab");
	t->slab_reclaimable = mem(snap, "SReclaimable");
	t->slab_unreclaimable = mem(snap, "SUnreclaim");
	t->stacks = mem(snap, "KernelStack");
	t->pagetables = mem(snap, "PageTables");
	t->sec_pagetables = mem(snap, "SecPageTables");
	t->percpu = mem(snap, "Percpu");
	t->misc_reclaimable =
		reclaimable == UNKNOWN
			? UNKNOWN
			: at_least_0(reclaimable - or0(t->slab_reclaimable));
	t->memmap = vm(snap, "nr_memmap_pages");
	t->gpu = or0(mem(snap, "GPUActive")) + or0(mem(snap, "GPUReclaim"));
	if (vmalloc_terms(tree))
		return -ENOMEM;
	t->kernel = or0(t->slab) + or0(t->stacks) + or0(t->vmalloc) + or0(t->pagetables) +
		    or0(t->sec_pagetables) + or0(t->percpu) + or0(t->misc_reclaimable) +
		    or0(t->memmap) + t->gpu;
	return 0;
}

/* "Hugetlb" has pools of every size; before 4.16 only the default size is known, and so
 * is what is free where the pools themselves are not read. */
static void hugetlb_terms(const struct ml_snap *snap, struct terms *t)
{
	uint64_t size = ml_snap_mem(snap, "Hugepagesize"), free, reserved;
	struct ml_pool pools;

	free = ml_mul(ml_snap_mem(snap, "HugePages_Free"), size);
	reserved = ml_mul(ml_snap_mem(snap, "HugePages_Rsvd"), size);
	if (ml_hugetlb_sum(snap, ML_NONE, &pools)) {
		free = pools.free;
		reserved = pools.reserved;
	}
	t->hugetlb_free = signed_of(ml_sub_sat(free, ml_or0(reserved)));
	t->hugetlb_reserved = signed_of(free < reserved ? free : reserved);
	t->hugetlb = mem(snap, "Hugetlb");
	if (t->hugetlb == UNKNOWN)
		t->hugetlb =
			signed_of(ml_mul(ml_snap_mem(snap, "HugePages_Total"), size));
	t->hugetlb_used = t->hugetlb == UNKNOWN
				  ? UNKNOWN
				  : at_least_0(t->hugetlb - or0(signed_of(free)));
}

static void taken_terms(const struct ml_snap *snap, struct terms *t)
{
	t->compressed = signed_of(ml_compressed_bytes(snap));
	t->balloon = mem(snap, "Balloon");
	if (t->balloon == UNKNOWN)
		t->balloon = vm(snap, "nr_balloon_pages");
	t->poisoned = mem(snap, "HardwareCorrupted");
}

static void residue_terms(const struct ml_snap *snap, struct terms *t)
{
	const struct ml_kv *sockstat = ml_snap_kv(snap, ML_FEED_SOCKSTAT);
	const struct ml_parsed *queues = ml_snap_parsed(snap, ML_FEED_QUEUES);
	uint64_t tcp = ml_kv_get(sockstat, "TCP.mem"),
		 udp = ml_kv_get(sockstat, "UDP.mem");

	t->residue = t->total - t->free - t->user - t->kernel - or0(t->hugetlb) -
		     or0(t->compressed) - or0(t->balloon) - or0(t->poisoned);
	t->sockets = signed_of(ml_snap_pages(snap, ml_add(tcp, ml_or0(udp))));
	t->unix_queues = signed_of(ml_queue_total(queues, "unix"));
	t->pipes = signed_of(ml_queue_total(queues, "pipe"));
	t->unattributed =
		t->residue - or0(t->sockets) - or0(t->unix_queues) - or0(t->pipes);
}

static int find_terms(struct tree *tree)
{
	struct terms *t = &tree->t;

	t->total = mem(tree->snap, "MemTotal");
	free_terms(tree->snap, t);
	user_terms(tree->snap, t);
	if (kernel_terms(tree))
		return -ENOMEM;
	hugetlb_terms(tree->snap, t);
	taken_terms(tree->snap, t);
	residue_terms(tree->snap, t);
	return 0;
}

/* ---- the tree ---- */

static int add_row(struct tree *tree, struct ml_account_row row)
{
	struct ml_account_row *at = ml_rows_add(tree->rows, tree->arena);

	if (!at)
		return -ENOMEM;
	row.pid = row.pid ? row.pid : ML_NONE;
	row.share = row.bytes == UNKNOWN || tree->t.total <= 0
			    ? (double)__builtin_nan("")
			    : (double)row.bytes / (double)tree->t.total;
	*at = row;
	return 0;
}

/* A child found in the data: its name is the kernel's. */
static int add_child(struct tree *tree, struct ml_account_row row)
{
	row.key = ml_str_of(ml_arena_printf(tree->arena, "%.*s.%.*s", (int)row.parent.n,
					    row.parent.p, (int)row.name.n, row.name.p));
	return row.key.p ? add_row(tree, row) : -ENOMEM;
}

static int add_named(struct tree *tree, const char *parent, struct ml_str name,
		     int64_t bytes, const char *source)
{
	return add_child(tree, (struct ml_account_row){ .parent = ml_str_of(parent),
							.name = name,
							.bytes = bytes,
							.source = ml_str_of(source) });
}

static int add_slabs(struct tree *tree)
{
	struct ml_rows caches = { 0 };
	const struct ml_slab_row *row;
	int64_t left = tree->t.slab;

	if (ml_slab_caches(NULL, tree->snap, tree->arena, &caches))
		return -ENOMEM;
	if (!caches.n || left == UNKNOWN)
		return 0;
	ml_for_each_row(row, &caches) {
		if (row_i == LARGEST)
			break;
		left -= or0(signed_of(row->bytes));
		if (add_child(tree,
			      (struct ml_account_row){
				      .parent = ML_STR("slab"),
				      .name = row->cache,
				      .bytes = signed_of(row->bytes),
				      .source = ML_STR("slabs x slab size (slabinfo)"),
				      .cache = row->cache }))
			return -ENOMEM;
	}
	return add_named(tree, "slab", ML_STR("others, large kmalloc"), left,
			 "Slab - the caches above");
}

static int add_callers(struct tree *tree)
{
	struct ml_rows callers = { 0 };
	const struct ml_vmalloc_row *row;
	int64_t left = tree->t.vmalloc;
	unsigned shown = 0;

	if (ml_vmalloc_by_caller(tree->snap, tree->arena, &callers))
		return -ENOMEM;
	if (!callers.n || left == UNKNOWN)
		return 0;
	ml_for_each_row(row, &callers) {
		if (ml_vmalloc_is_stack(row->caller))
			continue;
		if (shown++ == LARGEST || or0(signed_of(row->bytes)) <= 0)
			break;
		left -= signed_of(row->bytes);
		if (add_named(tree, "vmalloc", row->caller, signed_of(row->bytes),
			      "pages of its areas (vmallocinfo)"))
			return -ENOMEM;
	}
	return add_named(tree, "vmalloc", ML_STR("other callers"), left,
			 "VmallocUsed - stacks - the callers above");
}

/* Compressed memory by who has it; in zsmalloc, or beside it. */
static int add_compressed(struct tree *tree)
{
	const struct ml_parsed *feed = ml_snap_parsed(tree->snap, ML_FEED_ZRAM);
	uint64_t pool = ml_zswap_pool(tree->snap);
	int64_t left = tree->t.compressed;
	const struct ml_zram *z;

	if (left == UNKNOWN || !feed)
		return 0;
	ml_for_each_row(z, &feed->rows) {
		if (!ml_or0(z->mm.used))
			continue;
		left -= signed_of(z->mm.used);
		if (add_named(tree, "compressed", z->name, signed_of(z->mm.used),
			      "mem_used_total (mm_stat)"))
			return -ENOMEM;
	}
	if (ml_or0(pool)) {
		left -= signed_of(pool);
		if (add_named(tree, "compressed", ML_STR("zswap"), signed_of(pool),
			      "Zswap, or pool_total_size"))
			return -ENOMEM;
	}
	return left == tree->t.compressed || !left
		       ? 0
		       : add_named(tree, "compressed", ML_STR("others, lag"), left,
				   "compressed - the parts above");
}

/* ---- who has it ---- */

struct holder {
	uint64_t bytes;
	const struct ml_proc *proc;
};

/* Keep the largest in falling order. */
static void insert(struct holder best[static LARGEST], struct holder h)
{
	for (size_t i = 0; i < LARGEST; i++)
		if (h.bytes > best[i].bytes) {
			struct holder smaller = best[i];

			best[i] = h;
			h = smaller;
		}
}

/* The processes with the largest share of a kind of memory, and the rest of it. */
static int add_holders(struct tree *tree, const char *parent, size_t field, int64_t total,
		       const char *others, const char *source)
{
	const struct ml_parsed *procs = ml_snap_parsed(tree->snap, ML_FEED_PROCESSES);
	struct holder best[LARGEST] = { 0 };
	const struct ml_proc *proc;
	int64_t left = total;

	if (!procs || total == UNKNOWN)
		return 0;
	ml_for_each_row(proc, &procs->rows) {
		uint64_t bytes = *(const uint64_t *)((const char *)proc + field);

		insert(best, (struct holder){ ml_or0(bytes), proc });
	}
	if (!best[0].bytes)
		return 0;
	for (size_t i = 0; i < LARGEST && best[i].bytes; i++) {
		struct ml_str comm = best[i].proc->comm;
		const char *name =
			ml_arena_printf(tree->arena, "%.*s (%llu)", (int)comm.n, comm.p,
					(unsigned long long)best[i].proc->pid);

		left -= or0(signed_of(best[i].bytes));
		if (!name || add_child(tree, (struct ml_account_row){
						     .parent = ml_str_of(parent),
						     .name = ml_str_of(name),
						     .bytes = signed_of(best[i].bytes),
						     .source = ml_str_of(source),
						     .pid = best[i].proc->pid }))
			return -ENOMEM;
	}
	return add_named(tree, parent, ml_str_of(others), left, "the rest");
}

static int add_anon_holders(struct tree *tree)
{
	return add_holders(tree, "anon", offsetof(struct ml_proc, pss_anon), tree->t.anon,
			   "other processes", "Pss_Anon (smaps_rollup)");
}

static int add_file_holders(struct tree *tree)
{
	return add_holders(tree, "cache", offsetof(struct ml_proc, pss_file),
			   tree->t.cache, "other processes, not mapped",
			   "Pss_File (smaps_rollup)");
}

static int add_shmem_holders(struct tree *tree)
{
	return add_holders(tree, "shmem", offsetof(struct ml_proc, pss_shmem),
			   tree->t.shmem, "other processes, not mapped",
			   "Pss_Shmem (smaps_rollup)");
}

static const char *note_slab(const struct tree *tree)
{
	const struct terms *t = &tree->t;

	if (t->slab_reclaimable == UNKNOWN || t->slab <= 0)
		return NULL;
	return ml_arena_printf(tree->arena, "%.0f%% of it reclaimable",
			       100.0 * (double)t->slab_reclaimable / (double)t->slab);
}

static const char *note_lru_other(const struct tree *tree)
{
	if (tree->t.lru_other >= -tree->t.total / 1000)
		return NULL;
	return "negative: the counters lag behind each other";
}

static const char *note_residue(const struct tree *tree)
{
	double share = (double)tree->t.residue / (double)tree->t.total;
	bool asked = tree->snap->taken & ML_FEED(QUEUES);

	if (tree->t.total <= 0)
		return NULL;
	if (tree->t.residue < 0)
		return "negative: the counters lag behind each other";
	if (share < 0.005)
		return share < 0.001 ? "below the noise of the counters" : "ordinary";
	return asked ? "pages under no counter"
		     : "pages under no counter: memlens where --attribute";
}

enum {
	CLASS = 1 << 0,    /* a part of the identity, also without the tree */
	OPTIONAL = 1 << 1, /* not worth a line when zero or unknown */
	IN_SPLIT = 1 << 2, /* a class by itself where the tree above it is not shown */
	MEASURED = 1 << 3,
	ESTIMATED = 1 << 4,
};

struct part {
	const char *mark, *key, *parent, *name, *source;
	unsigned flags;
	size_t term; /* offset in struct terms */
	const char *(*note)(const struct tree *tree);
	int (*children)(struct tree *tree);
};

#define T(field) offsetof(struct terms, field)

static const struct part parts[] = {
	{ NULL, "total", NULL, "memory", "MemTotal", CLASS, T(total), NULL, NULL },
	{ ".", "free", "total", "free", "MemFree + per-CPU lists", CLASS, T(free), NULL, NULL },
	{ NULL, "buddy", "free", "page allocator", "MemFree - the parts below", 0, T(buddy), NULL, NULL },
	{ NULL, "pcp", "free", "per-CPU lists", "sum of pagesets count (zoneinfo); outside MemFree", 0,
	  T(pcp), NULL, NULL },
	{ NULL, "cma", "free", "contiguous area", "CmaFree", OPTIONAL, T(cma), NULL, NULL },
	{ NULL, "unaccepted", "free", "not accepted yet", "Unaccepted", OPTIONAL, T(unaccepted), NULL,
	  NULL },
	{ NULL, "uninitialised", "free", "not initialised yet", "MemFree - nr_free_pages", OPTIONAL,
	  T(uninitialised), NULL, NULL },
	{ NULL, "user", "total", "processes and cache", "Active + Inactive + Unevictable + nr_isolated_*",
	  0, T(user), NULL, NULL },
	{ "A", "anon", "user", "anonymous", "AnonPages", IN_SPLIT, T(anon), NULL,
	  add_anon_holders },
	{ "S", "shmem", "user", "shared memory", "Shmem", IN_SPLIT, T(shmem), NULL,
	  add_shmem_holders },
	{ "F", "file", "user", "file cache", "Cached - Shmem + Buffers", IN_SPLIT, T(file), NULL, NULL },
	{ NULL, "cache", "file", "files", "Cached - Shmem", 0, T(cache), NULL, add_file_holders },
	{ NULL, "buffers", "file", "block devices", "Buffers", 0, T(buffers), NULL, NULL },
	{ "w", "lru_other", "user", "swap cache, other", "user - anonymous - shared - file cache",
	  IN_SPLIT, T(lru_other), note_lru_other, NULL },
	{ "K", "kernel", "total", "kernel", "sum of its parts", CLASS, T(kernel), NULL, NULL },
	{ NULL, "slab", "kernel", "slab caches", "Slab", 0, T(slab), note_slab, add_slabs },
	{ NULL, "stacks", "kernel", "stacks", "KernelStack", 0, T(stacks), NULL, NULL },
	{ NULL, "vmalloc", "kernel", "vmalloc", "VmallocUsed - KernelStack where stacks come from it", 0,
	  T(vmalloc), NULL, add_callers },
	{ NULL, "pagetables", "kernel", "page tables", "PageTables", 0, T(pagetables), NULL, NULL },
	{ NULL, "sec_pagetables", "kernel", "KVM and IOMMU tables", "SecPageTables", OPTIONAL,
	  T(sec_pagetables), NULL, NULL },
	{ NULL, "percpu", "kernel", "per-CPU variables", "Percpu", 0, T(percpu), NULL, NULL },
	{ NULL, "misc_reclaimable", "kernel", "other reclaimable", "KReclaimable - SReclaimable", OPTIONAL,
	  T(misc_reclaimable), NULL, NULL },
	{ NULL, "memmap", "kernel", "struct pages", "nr_memmap_pages (added after boot)", OPTIONAL,
	  T(memmap), NULL, NULL },
	{ NULL, "gpu", "kernel", "graphics", "GPUActive + GPUReclaim", OPTIONAL, T(gpu), NULL, NULL },
	{ "H", "hugetlb", "total", "huge page pools", "Hugetlb", CLASS, T(hugetlb), NULL, NULL },
	{ NULL, "hugetlb_used", "hugetlb", "in use", "Hugetlb - free", OPTIONAL, T(hugetlb_used), NULL,
	  NULL },
	{ NULL, "hugetlb_reserved", "hugetlb", "reserved", "resv_hugepages of all sizes", OPTIONAL,
	  T(hugetlb_reserved), NULL, NULL },
	{ NULL, "hugetlb_free", "hugetlb", "idle", "free_hugepages - resv_hugepages of all sizes",
	  OPTIONAL, T(hugetlb_free), NULL, NULL },
	{ "C", "compressed", "total", "compressed", "nr_zspages, and Zswap where it has pages of its own", CLASS,
	  T(compressed), NULL, add_compressed },
	{ "B", "balloon", "total", "balloon", "Balloon", CLASS | OPTIONAL, T(balloon), NULL, NULL },
	{ "x", "poisoned", "total", "broken frames", "HardwareCorrupted", CLASS | OPTIONAL, T(poisoned),
	  NULL, NULL },
	{ "?", "residue", "total", "residue", "MemTotal - all parts above", CLASS, T(residue),
	  note_residue, NULL },
	{ NULL, "sockets", "residue", "TCP and UDP queues", "mem of /proc/net/sockstat", MEASURED,
	  T(sockets), NULL, NULL },
	{ NULL, "unix_queues", "residue", "UNIX socket queues", "sock_diag wmem_alloc; partly slab",
	  OPTIONAL | ESTIMATED, T(unix_queues), NULL, NULL },
	{ NULL, "pipes", "residue", "pipe buffers", "FIONREAD in whole pages", OPTIONAL | ESTIMATED,
	  T(pipes), NULL, NULL },
	{ NULL, "unattributed", "residue", "unattributed", "residue - the parts above", 0,
	  T(unattributed), NULL, NULL },
};

static struct ml_str note_of(const struct part *p, const struct tree *tree)
{
	if (p->flags & MEASURED)
		return ML_STR("measured");
	if (p->flags & ESTIMATED)
		return ML_STR("estimated");
	return ml_str_of(p->note ? p->note(tree) : NULL);
}

static bool is_shown(const struct part *p, int64_t bytes, enum ml_account_detail detail)
{
	if (p->flags & OPTIONAL && or0(bytes) == 0)
		return false;
	return detail == ML_ACCOUNT_TREE || p->flags & (CLASS | IN_SPLIT);
}

static int add_part(struct tree *tree, const struct part *p,
		    enum ml_account_detail detail)
{
	int64_t bytes = *(const int64_t *)((const char *)&tree->t + p->term);
	bool in_split = detail == ML_ACCOUNT_CLASSES && p->flags & IN_SPLIT;
	struct ml_account_row row = {
		.mark = ml_str_of(p->mark),
		.key = ml_str_of(p->key),
		.parent = ml_str_of(in_split ? "total" : p->parent),
		.name = ml_str_of(p->name),
		.bytes = bytes,
		.source = ml_str_of(p->source),
		.note = note_of(p, tree),
	};

	if (!is_shown(p, bytes, detail))
		return 0;
	if (add_row(tree, row))
		return -ENOMEM;
	return p->children && detail == ML_ACCOUNT_TREE ? p->children(tree) : 0;
}

int ml_account(const struct ml_snap *snap, enum ml_account_detail detail,
	       struct ml_arena *a, struct ml_rows *ret)
{
	struct tree tree = { .snap = snap, .arena = a, .rows = ret };

	ret->size = sizeof(struct ml_account_row);
	if (ml_snap_mem(snap, "MemTotal") == ML_NONE ||
	    ml_snap_mem(snap, "MemFree") == ML_NONE)
		return 0;
	if (find_terms(&tree))
		return -ENOMEM;
	for (size_t i = 0; i < ML_ARRAY_SIZE(parts); i++)
		if (add_part(&tree, &parts[i], detail))
			return -ENOMEM;
	return 0;
}
