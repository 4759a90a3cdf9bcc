/* SPDX-License-Identifier: MIT */
/* test_proc: processes of a copied machine - what they lack, hide and pretend to be. */
#include "machine.h"

#include <math.h>

#include "model/proc.h"
#include "model/snap.h"

#define ALL_READS \
	(ML_READ_STAT | ML_READ_STATUS | ML_READ_ROLLUP | ML_READ_CMDLINE | \
	 ML_READ_CGROUP | \
	 ML_READ_OOM | ML_READ_IO | ML_READ_EXE | ML_READ_FDS | ML_READ_LIMITS)

/* What a gather gave. */
struct scan {
	struct ml_arena arena;
	struct ml_feed_data data;
	const struct ml_rows *rows;
	const struct ml_proc_head *head;
};

static void scan_deinit(struct scan *s)
{
	ml_arena_deinit(&s->arena);
}

#define _scan_ _cleanup_(scan_deinit)

static void scan(struct machine *m, struct ml_want want, struct scan *ret)
{
	const struct ml_snap snap = { .page_size = 4096 };

	*ret = (struct scan){ .data = { .want = &want, .snap = &snap } };
	assert_int_equal(ml_processes_gather(m->root, &ret->arena, &ret->data), 0);
	ret->data.want = NULL;
	ret->data.snap = NULL;
	ret->rows = &ret->data.parsed.rows;
	ret->head = ret->data.parsed.head;
	assert_non_null(ret->head);
}

static void scan_reads(struct machine *m, uint32_t reads, struct scan *ret)
{
	scan(m, (struct ml_want){ .need = ML_FEED(PROCESSES), .reads = reads }, ret);
	assert_int_equal(ret->data.status, ML_OK);
	for (size_t i = 1; i < ret->rows->n; i++) {
		const struct ml_proc *a = ml_rows_at(ret->rows, i - 1);
		const struct ml_proc *b = ml_rows_at(ret->rows, i);

		assert_true(a->pid < b->pid);
	}
}

static const struct ml_proc *proc_of(const struct scan *s, uint64_t pid)
{
	const struct ml_proc *proc;

	ml_for_each_row(proc, s->rows)
		if (proc->pid == pid)
			return proc;
	return NULL;
}

static void put(struct machine *m, const char *pid, const char *file, const char *text)
{
	char name[128];

	snprintf(name, sizeof(name), "proc/%s/%s", pid, file);
	machine_put(m, name, text);
}

static void put_stat(struct machine *m, const char *pid, char state, unsigned flags,
		     unsigned rss)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "%s (p%s) %c 1 1 1 0 -1 %u 5 0 6 0 7 8 0 0 20 0 3 0 1234 81920 %u 0 0\n",
		 pid, pid, state, flags, rss);
	put(m, pid, "stat", text);
}

/* Sizes in pages of 4 KiB. */
static void put_sizes(struct machine *m, const char *pid, unsigned rss, unsigned shared,
		      unsigned pss_anon, unsigned pss_file)
{
	char text[512];

	put_stat(m, pid, 'S', 0, rss);
	snprintf(text, sizeof(text), "%u %u %u 1 0 1 0\n", rss + 9, rss, shared);
	put(m, pid, "statm", text);
	snprintf(
		text, sizeof(text),
		"1000-2000 ---p 00000000 00:00 0   [rollup]\nRss: %u kB\nPss: %u kB\n"
		"Pss_Anon: %u kB\nPss_File: %u kB\nPss_Shmem: 0 kB\nPrivate_Clean: 0 kB\n"
		"Private_Dirty: 4 kB\n",
		rss * 4, (pss_anon + pss_file) * 4, pss_anon * 4, pss_file * 4);
	put(m, pid, "smaps_rollup", text);
}

static void put_all(struct machine *m, const char *pid)
{
	put_sizes(m, pid, 100, 40, 60, 20);
	put(m, pid, "status",
	    "Name:\tx\nUid:\t1\t1000\t1\t1\nVmRSS:\t 400 kB\nVmSwap:\t8 kB\n"
	    "RssAnon:\t240 kB\nVmPTE:\t4 kB\n");
	put(m, pid, "cmdline", "a");
	put(m, pid, "cgroup", "0::/system.slice/a.service\n");
	put(m, pid, "oom_score", "667\n");
	put(m, pid, "oom_score_adj", "-1000\n");
	put(m, pid, "io", "read_bytes: 1\nwrite_bytes: 2\n");
	put(m, pid, "limits", "Max stack size   8388608   unlimited   bytes\n");
}

/* Linux 6.1 tells the merged pages in a file of their own. */
static void test_merged(void **state)
{
	_scan_ struct scan s;
	const struct ml_proc *p;

	put_all(*state, "7");
	put(*state, "7", "ksm_stat", "ksm_rmap_items 5\n");
	put(*state, "7", "ksm_merging_pages", "4\n");
	put_all(*state, "8");
	put(*state, "8", "ksm_stat", "ksm_merging_pages 3\nksm_process_profit -64\n");
	put(*state, "8", "ksm_merging_pages", "9\n");
	put_all(*state, "9");
	scan_reads(*state, ML_READ_STAT | ML_READ_KSM, &s);
	p = proc_of(&s, 7);
	assert_true(p->ksm_merged == 4 * 4096 && p->ksm_tracked == 5);
	assert_true(p->ksm_profit == INT64_MIN && p->ksm_zero == ML_NONE);
	p = proc_of(&s, 8);
	assert_true(p->ksm_merged == 3 * 4096 && p->ksm_profit == -64);
	p = proc_of(&s, 9);
	assert_true(p->ksm_merged == ML_NONE && p->ksm_tracked == ML_NONE);
}

static void test_golden(void **state)
{
	_scan_ struct scan s;
	const struct ml_proc *p;

	machine_put(*state, "etc/passwd", "amy:x:1000:1000::/:\n");
	put_all(*state, "7");
	scan_reads(*state, ALL_READS, &s);
	assert_int_equal(s.rows->n, 1);
	p = ml_rows_at(s.rows, 0);
	assert_true(p->pid == 7 && p->ppid == 1 && p->threads == 3 && !p->kernel);
	assert_true(p->start == 12.34);
	assert_bytes(p->comm, "p7");
	assert_bytes(p->state, "S");
	assert_bytes(p->user, "amy");
	assert_bytes(p->unit, "a.service");
	assert_bytes(p->cmdline, "a");
	assert_bytes(p->how, "rollup");
	assert_true(p->rss == 400 << 10 && p->pss == 320 << 10 && p->uss == 4096);
	assert_true(p->swap == 8192 && p->anon == 240 << 10 && p->pagetables == 4096);
	assert_true(p->shmem == ML_NONE && p->locked == ML_NONE && p->fds == ML_NONE);
	assert_true(p->oom_score == 667 && p->oom_adj == -1000);
	assert_true(p->read_bytes == 1 && p->write_bytes == 2 &&
		    p->limit_stack == 8388608);
	assert_int_equal(s.head->processes, 1);
	assert_int_equal(s.head->measured, 1);
	assert_int_equal(s.data.more.n, 0);
}

/* A copy may have any of the files; what it lacks is unknown. */
static void test_lacks(void **state)
{
	static const uint32_t reads[] = { ML_READ_STAT, ML_READ_ROLLUP, ALL_READS,
					  ML_READ_LARGEST_PSS };

	put_stat(*state, "5", 'S', 0, 10);
	put(*state, "6", "status", "VmRSS: 4 kB\n"); /* without stat it is none */
	put(*state, "7", "maps", "");
	put_sizes(*state, "8", 30, 10, 20, 5);
	for (size_t i = 0; i < ML_ARRAY_SIZE(reads); i++) {
		_scan_ struct scan s;
		const struct ml_proc *p;

		scan_reads(*state, reads[i], &s);
		assert_int_equal(s.rows->n, 2);
		p = proc_of(&s, 5);
		assert_non_null(p);
		assert_int_equal(p->rss, 40960);
		assert_true(p->pss == ML_NONE && p->swap == ML_NONE && !p->cmdline.p);
		assert_non_null(proc_of(&s, 8));
	}
}

/* A copy without statm is measured all the same. */
static void test_no_statm(void **state)
{
	struct machine *m = *state;
	_scan_ struct scan s;
	char path[128];

	put_sizes(m, "8", 30, 10, 20, 5);
	snprintf(path, sizeof(path), "%s/proc/8/statm", m->path);
	assert_int_equal(remove(path), 0);
	scan_reads(m, ML_READ_LARGEST_PSS, &s);
	assert_int_equal(s.rows->n, 1);
	assert_int_equal(proc_of(&s, 8)->pss, 25 * 4096);
	assert_bytes(proc_of(&s, 8)->comm, "p8");
}

static void test_zombie_and_kernel_thread(void **state)
{
	static const char *const empty[] = { "smaps_rollup", "smaps",  "maps", "cmdline",
					     "cgroup",       "status", "io",   "limits" };
	_scan_ struct scan s;
	const struct ml_proc *p;

	put_stat(*state, "3", 'Z', 0, 0);
	put(*state, "3", "statm", "0 0 0 0 0 0 0\n");
	put_stat(*state, "2", 'I', 0x00200040, 0);
	for (size_t i = 0; i < ML_ARRAY_SIZE(empty); i++) {
		put(*state, "2", empty[i], "");
		put(*state, "3", empty[i], "");
	}
	scan_reads(*state, ALL_READS & ~ML_READ_OOM, &s);
	assert_int_equal(s.rows->n, 2);
	assert_int_equal(s.head->kernel_threads, 1);
	p = proc_of(&s, 3);
	assert_true(p->rss == ML_NONE && p->pss == ML_NONE && !p->kernel);
	assert_bytes(p->state, "Z");
	p = proc_of(&s, 2);
	assert_true(p->kernel && p->rss == ML_NONE && p->vss == ML_NONE);
}

static void test_malformed(void **state)
{
	_scan_ struct scan s;
	struct ml_source *source;
	const struct ml_proc *p;

	put_all(*state, "9");
	put(*state, "9", "stat", "garbage\n");
	put(*state, "9", "oom_score", "x\n");
	put(*state, "9", "smaps_rollup", "x\n\n-\n");
	put(*state, "9", "cgroup", "\xff\xff");
	scan_reads(*state, ALL_READS, &s);
	assert_int_equal(s.rows->n, 1);
	p = proc_of(&s, 9);
	assert_true(p->pss == ML_NONE && !p->comm.p && p->oom_score == ML_NONE);
	assert_true(isnan(p->start));
	assert_true(s.data.more.n >= 4);
	ml_for_each_row(source, &s.data.more)
		assert_true(source->bad_lines > 0 && source->status == ML_OK);
}

/* A number for a name makes no process. */
static void test_no_processes(void **state)
{
	struct machine *m = *state;
	static const uint32_t reads[] = { ML_READ_STAT, ALL_READS, ML_READ_LARGEST_PSS };
	char path[128];

	put_stat(m, "1", 'S', 0, 1);
	machine_put(m, "proc/11", "a file\n");
	machine_put(m, "proc/12/stat/x", "a directory\n");
	snprintf(path, sizeof(path), "%s/proc/13", m->path);
	assert_int_equal(symlink("../../..", path), 0);
	snprintf(path, sizeof(path), "%s/proc/14", m->path);
	assert_int_equal(symlink("14", path), 0);
	snprintf(path, sizeof(path), "%s/proc/15", m->path);
	assert_int_equal(mkdir(path, 0755), 0);
	put(m, "16", "stat", "");
	put(m, "self", "stat", "1 (x) S");
	put(m, "-1", "stat", "1 (x) S");
	for (size_t i = 0; i < ML_ARRAY_SIZE(reads); i++) {
		_scan_ struct scan s;

		scan_reads(m, reads[i], &s);
		assert_int_equal(s.rows->n, 1);
		assert_non_null(proc_of(&s, 1));
		assert_int_equal(s.head->gone, 6);
	}
}

static void test_odd_pids(void **state)
{
	_scan_ struct scan s;

	put_stat(*state, "0", 'S', 0, 1);
	put_stat(*state, "18446744073709551614", 'S', 0, 1);
	put_stat(*state, "18446744073709551615", 'S', 0, 1);
	put_stat(*state, "99999999999999999999999999", 'S', 0, 1);
	put_stat(*state, "0000000000000000000000000000007", 'S', 0, 1);
	put_stat(*state, "7", 'S', 0, 1);
	scan_reads(*state, ML_READ_STAT, &s);
	assert_int_equal(s.rows->n, 3);
	assert_non_null(proc_of(&s, 0));
	assert_non_null(proc_of(&s, 7));
	assert_non_null(proc_of(&s, 18446744073709551614u));
}

static void test_wanted(void **state)
{
	static const uint64_t pids[] = { 6, 5, 77, 5, 6, 78 };
	const struct ml_source *missing;
	_scan_ struct scan s;

	put_all(*state, "5");
	put_all(*state, "6");
	put_all(*state, "7");
	scan(*state,
	     (struct ml_want){ .need = ML_FEED(PROCESSES),
			       .reads = ML_READ_ROLLUP,
			       .pids = pids,
			       .npids = ML_ARRAY_SIZE(pids) },
	     &s);
	assert_int_equal(s.rows->n, 2);
	assert_true(proc_of(&s, 5) && proc_of(&s, 6));
	assert_int_equal(s.data.more.n, 2);
	missing = ml_rows_at(&s.data.more, 0);
	assert_string_equal(missing->path, "/proc/77");
	assert_int_equal(missing->status, ML_GONE);
	assert_true(missing->needed);
}

/* As another user: what may not be read is refused, not absent. */
static void test_refused(void **state)
{
	struct machine *m = *state;
	_scan_ struct scan s;
	const struct ml_source *source;
	char path[128];

	if (geteuid())
		skip(); /* only root can become another */
	put_all(m, "5");
	snprintf(path, sizeof(path), "%s/proc/5/smaps_rollup", m->path);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(seteuid(65534), 0);
	scan(m, (struct ml_want){ .reads = ML_READ_ROLLUP | ML_READ_STATUS }, &s);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(s.rows->n, 1);
	assert_int_equal(proc_of(&s, 5)->pss, ML_NONE);
	assert_int_equal(proc_of(&s, 5)->rss, 400 << 10);
	assert_int_equal(s.data.more.n, 1);
	source = ml_rows_at(&s.data.more, 0);
	assert_int_equal(source->status, ML_DENIED);
	assert_int_equal(source->missed, 1);
	assert_string_equal(source->capability, "CAP_SYS_PTRACE");
}

/* When the time is up the rest goes without; kernel threads are not missed. */
static void test_budget(void **state)
{
	_scan_ struct scan s, endless;
	char pid[16];

	for (unsigned i = 1; i <= 50; i++) {
		snprintf(pid, sizeof(pid), "%u", i);
		put_all(*state, pid);
	}
	put_stat(*state, "60", 'S', 0x00200000, 0);
	put_stat(*state, "61", 'Z', 0, 0);
	scan(*state, (struct ml_want){ .reads = ML_READ_ROLLUP, .budget = 1e-9 }, &s);
	assert_int_equal(s.rows->n, 52);
	assert_int_equal(s.head->late, 50);
	assert_int_equal(s.head->measured, 0);
	assert_int_equal(proc_of(&s, 7)->rss, 400 << 10);
	assert_int_equal(proc_of(&s, 7)->pss, ML_NONE);
	scan(*state, (struct ml_want){ .reads = ML_READ_ROLLUP, .budget = 1e300 },
	     &endless);
	assert_int_equal(endless.head->late, 0);
	assert_int_equal(endless.head->measured, 50);
}

/* A search that has no time says how many it did not look at, once. */
static void test_budget_of_search(void **state)
{
	_scan_ struct scan s;
	char pid[16];

	for (unsigned i = 1; i <= 20; i++) {
		snprintf(pid, sizeof(pid), "%u", i);
		put_all(*state, pid);
	}
	put_stat(*state, "60", 'S', 0x00200000, 0);
	scan(*state,
	     (struct ml_want){ .reads = ML_READ_LARGEST_PSS | ML_READ_LARGEST_KINDS,
			       .budget = 1e-9 },
	     &s);
	assert_int_equal(s.head->late, 20);
}

static void test_exe(void **state)
{
	struct machine *m = *state;
	_scan_ struct scan s;
	char path[128];

	put_all(m, "5");
	put_all(m, "6");
	put(m, "6", "exe", "/bin/of a file");
	machine_put(m, "bin/real",
		    "\x7f"
		    "ELF");
	snprintf(path, sizeof(path), "%s/proc/5/exe", m->path);
	assert_int_equal(symlink("/bin/real", path), 0);
	scan_reads(m, ML_READ_EXE, &s);
	assert_bytes(proc_of(&s, 5)->exe, "/bin/real");
	assert_bytes(proc_of(&s, 6)->exe, "/bin/of a file");
}

static void test_cmdline(void **state)
{
	struct machine *m = *state;
	_scan_ struct scan s;
	char path[128];
	FILE *f;

	put_all(m, "5");
	snprintf(path, sizeof(path), "%s/proc/5/cmdline", m->path);
	f = fopen(path, "w");
	assert_non_null(f);
	fwrite("a\0b c\0\0\xff\n\0\0\0", 1, 12, f);
	fclose(f);
	scan_reads(m, ML_READ_CMDLINE, &s);
	assert_bytes(proc_of(&s, 5)->cmdline, "a b c  \xff\n");
}

/* Without smaps_rollup, before Linux 4.14, smaps is summed. */
static void test_smaps(void **state)
{
	_scan_ struct scan s;
	const struct ml_proc *p;

	put_stat(*state, "5", 'S', 0, 10);
	put(*state, "5", "smaps",
	    "1000-2000 rw-p 00000000 00:00 0 \nRss: 4 kB\nPss: 2 kB\nPrivate_Clean: 1 kB\n"
	    "Private_Dirty: 1 kB\n3000-4000 rw-p 00000000 00:00 0 \nRss: 8 kB\nPss: 3 kB\n"
	    "Private_Clean: 0 kB\nPrivate_Dirty: 2 kB\n");
	scan_reads(*state, ML_READ_ROLLUP, &s);
	p = proc_of(&s, 5);
	assert_bytes(p->how, "smaps");
	assert_true(p->rss == 12 << 10 && p->pss == 5 << 10 && p->uss == 4 << 10);
	assert_int_equal(p->pss_anon, ML_NONE);
}

/* ---- the search for the largest ---- */

static int falling(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x < *y) - (*x > *y);
}

#define NPROCS 40

/* The five largest values of `of` must be among those measured. */
static void check_largest(const struct scan *s, const uint64_t *truth, size_t offset)
{
	uint64_t found[NPROCS] = { 0 }, wanted[NPROCS];

	memcpy(wanted, truth, sizeof(wanted));
	for (size_t i = 0; i < s->rows->n; i++) {
		const char *row = ml_rows_at(s->rows, i);

		found[i] = ml_or0(*(const uint64_t *)(row + offset));
	}
	qsort(found, NPROCS, sizeof(*found), falling);
	qsort(wanted, NPROCS, sizeof(*wanted), falling);
	assert_memory_equal(found, wanted, 5 * sizeof(*found));
}

/* A search reads few rollups, and finds what reading all would. */
static void test_largest(void **state)
{
	uint64_t pss[NPROCS], anon[NPROCS], file[NPROCS];

	srand(7);
	for (unsigned round = 0; round < 25; round++) {
		_scan_ struct scan s;
		unsigned scale = round % 5 ? 1000 : 3; /* many that are equal */

		for (unsigned i = 0; i < NPROCS; i++) {
			unsigned a = (unsigned)rand() % scale,
				 f = (unsigned)rand() % scale;
			unsigned pa = a ? (unsigned)rand() % (a + 1) : 0;
			unsigned pf = f ? (unsigned)rand() % (f + 1) : 0;
			char pid[16];

			snprintf(pid, sizeof(pid), "%u", i + 1);
			put_sizes(*state, pid, a + f, f, pa, pf);
			pss[i] = (pa + pf) * 4096ull;
			anon[i] = pa * 4096ull;
			file[i] = pf * 4096ull;
		}
		scan(*state,
		     (struct ml_want){ .reads = ML_READ_LARGEST_PSS |
						ML_READ_LARGEST_KINDS,
				       .budget = 60 },
		     &s);
		assert_int_equal(s.rows->n, NPROCS);
		assert_int_equal(s.head->late, 0);
		check_largest(&s, pss, offsetof(struct ml_proc, pss));
		check_largest(&s, anon, offsetof(struct ml_proc, pss_anon));
		check_largest(&s, file, offsetof(struct ml_proc, pss_file));
	}
}

/* Where sizes differ much, most are not read. */
static void test_largest_reads_few(void **state)
{
	_scan_ struct scan s;
	char pid[16];

	for (unsigned i = 1; i <= NPROCS; i++) {
		snprintf(pid, sizeof(pid), "%u", i);
		put_sizes(*state, pid, i * 100, 0, i * 100 - 7, 0);
	}
	scan(*state, (struct ml_want){ .reads = ML_READ_LARGEST_PSS }, &s);
	assert_int_equal(s.head->measured, 5);
}

/* ---- two threads ---- */

/* Enough for a second thread: each process has what is its own. */
static void test_threads(void **state)
{
	char pid[16], comm[32];

	for (unsigned i = 1; i <= 300; i++) {
		snprintf(pid, sizeof(pid), "%u", i);
		put_sizes(*state, pid, i * 10, i, i * 8, i);
		put(*state, pid, "status", "Uid: 1 5 1 1\nVmRSS: 4 kB\n");
		snprintf(comm, sizeof(comm), "cmd of %u", i);
		put(*state, pid, "cmdline", comm);
	}
	for (unsigned round = 0; round < 10; round++) {
		_scan_ struct scan s;
		const struct ml_proc *p;

		scan_reads(*state, ML_READ_ROLLUP | ML_READ_STATUS | ML_READ_CMDLINE, &s);
		assert_int_equal(s.rows->n, 300);
		assert_int_equal(s.head->measured, 300);
		ml_for_each_row(p, s.rows) {
			snprintf(comm, sizeof(comm), "cmd of %llu",
				 (unsigned long long)p->pid);
			assert_true(ml_str_is(p->cmdline, comm));
			assert_int_equal(p->pss, p->pid * 9 * 4096);
			assert_bytes(p->user, "5");
		}
	}
}

static void test_find(void **state)
{
	_scan_ struct scan s;
	struct ml_rows none = ML_ROWS(struct ml_proc);
	struct ml_proc like = { .pid = 6, .start = 12.34 };

	put_all(*state, "5");
	put_all(*state, "6");
	scan_reads(*state, ML_READ_STAT, &s);
	assert_ptr_equal(ml_proc_find(s.rows, &like), proc_of(&s, 6));
	like.start = 12.35; /* another process with the same pid */
	assert_null(ml_proc_find(s.rows, &like));
	like.pid = 7;
	assert_null(ml_proc_find(s.rows, &like));
	assert_null(ml_proc_find(&none, &like));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_golden),
		MACHINE_TEST(test_merged),
		MACHINE_TEST(test_lacks),
		MACHINE_TEST(test_no_statm),
		MACHINE_TEST(test_zombie_and_kernel_thread),
		MACHINE_TEST(test_malformed),
		MACHINE_TEST(test_no_processes),
		MACHINE_TEST(test_odd_pids),
		MACHINE_TEST(test_wanted),
		MACHINE_TEST(test_refused),
		MACHINE_TEST(test_budget),
		MACHINE_TEST(test_budget_of_search),
		MACHINE_TEST(test_exe),
		MACHINE_TEST(test_cmdline),
		MACHINE_TEST(test_smaps),
		MACHINE_TEST(test_largest),
		MACHINE_TEST(test_largest_reads_few),
		MACHINE_TEST(test_threads),
		MACHINE_TEST(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
