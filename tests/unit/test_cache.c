/* SPDX-License-Identifier: MIT */
/* test_cache: files of a known state, found by the ways they can be named. */
#include <errno.h>
#include <fcntl.h>

#include "machine.h"
#include "model/cache_tree.h"
#include "model/snap.h"
#include "report/report.h"

/* A snapshot of the running machine, whose files the temporary folder holds. */
struct looked {
	struct ml_root *root;
	struct ml_snap *snap;
	const struct ml_rows *files;
	const struct ml_cache_head *head;
};

static void looked_deinit(struct looked *l)
{
	ml_snap_unref(l->snap);
	ml_root_unref(l->root);
}

#define _looked_ _cleanup_(looked_deinit)

static struct looked look(const struct machine *m, const struct ml_query *query)
{
	const struct ml_parsed *p;
	struct looked l;

	assert_int_equal(ml_root_open(m->ctx, NULL, &l.root), 0);
	assert_int_equal(ml_snap_take(l.root, ml_report_find("cache"), query, &l.snap),
			 0);
	p = ml_snap_parsed(l.snap, ML_FEED_CACHE);
	assert_non_null(p);
	l.files = &p->rows;
	l.head = p->head;
	return l;
}

static struct looked look_at(const struct machine *m, unsigned depth, const char *a,
			     const char *b)
{
	static char paths[2][300];
	const char *const list[] = { paths[0], paths[1] };
	const struct ml_query query = { .paths = list,
					.npaths = b ? 2 : 1,
					.depth = depth };

	snprintf(paths[0], sizeof(paths[0]), "%s/%s", m->path, a);
	if (b)
		snprintf(paths[1], sizeof(paths[1]), "%s/%s", m->path, b);
	return look(m, &query);
}

static const struct ml_cache_file *file_at(const struct looked *l, size_t i)
{
	assert_true(i < l->files->n);
	return ml_rows_at(l->files, i);
}

static const struct ml_cache_folder *folder_at(const struct looked *l, size_t i)
{
	assert_true(i < l->head->folders.n);
	return ml_rows_at(&l->head->folders, i);
}

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

static void put_pages(const struct machine *m, const char *name, size_t pages)
{
	_cleanup_free_ char *text = calloc(1, pages * page_size() + 1);

	memset(text, 'x', pages * page_size());
	machine_put(m, name, text);
}

/* Whether the refusal is there, whatever else is. */
static bool is_refused(const struct looked *l, const char *name, int error)
{
	for (size_t i = 0; i < ml_snap_nsources(l->snap); i++) {
		struct ml_source s;

		ml_snap_source(l->snap, i, &s);
		if (s.needed && s.error == error && ml_str_ends(ml_str_of(s.path), name))
			return true;
	}
	return false;
}

/* ---- paths ---- */

static void test_tree(void **state)
{
	const struct machine *m = *state;

	put_pages(m, "t/a", 1);
	put_pages(m, "t/small/b", 2);
	put_pages(m, "t/large/c", 5);
	put_pages(m, "t/large/deep/d\ne", 3);
	_looked_ struct looked l = look_at(m, 1, "t", NULL);

	assert_int_equal(l.files->n, 4);
	assert_int_equal(l.head->all.files, 4);
	assert_int_equal(l.head->all.size, 11 * page_size());
	assert_int_equal(l.head->all.cached, 11 * page_size());
	assert_int_equal(file_at(&l, 0)->s.cached, 5 * page_size());
	assert_true(ml_str_ends(file_at(&l, 1)->path, "/t/large/deep/d\ne"));
	assert_int_equal(file_at(&l, 1)->owners, ML_NONE);
	assert_int_equal(l.head->folders.n, 3);
	assert_true(ml_str_ends(folder_at(&l, 0)->name, "/t"));
	assert_null(folder_at(&l, 0)->parent.p);
	assert_int_equal(folder_at(&l, 0)->s.files, 4);
	assert_int_equal(folder_at(&l, 0)->s.cached, 11 * page_size());
	assert_bytes(folder_at(&l, 1)->name, "large");
	assert_int_equal(folder_at(&l, 1)->s.cached, 8 * page_size());
	assert_bytes(folder_at(&l, 2)->name, "small");
	assert_true(ml_str_eq(folder_at(&l, 2)->parent, folder_at(&l, 0)->path));
}

static void test_depth(void **state)
{
	const struct machine *m = *state;

	put_pages(m, "t/x/y/z/a", 1);
	put_pages(m, "t/w/b", 2);
	_looked_ struct looked flat = look_at(m, 0, "t", NULL);
	_looked_ struct looked deep = look_at(m, 9, "t/", NULL);

	assert_int_equal(flat.head->folders.n, 1);
	assert_int_equal(folder_at(&flat, 0)->s.cached, 3 * page_size());
	assert_int_equal(deep.head->folders.n, 5);
	assert_bytes(folder_at(&deep, 1)->name, "w");
	assert_bytes(folder_at(&deep, 2)->name, "x");
	assert_bytes(folder_at(&deep, 4)->name, "z");
	assert_int_equal(folder_at(&deep, 4)->s.cached, page_size());
}

static void test_hard_links(void **state)
{
	const struct machine *m = *state;
	char from[300], to[300];

	put_pages(m, "t/a", 4);
	put_pages(m, "t/b/c", 1);
	snprintf(from, sizeof(from), "%s/t/a", m->path);
	snprintf(to, sizeof(to), "%s/t/b/same", m->path);
	assert_int_equal(link(from, to), 0);
	_looked_ struct looked l = look_at(m, 1, "t", NULL);

	assert_int_equal(l.files->n, 2);
	assert_int_equal(l.head->all.cached, 5 * page_size());
	assert_int_equal(folder_at(&l, 0)->s.files, 2);
	assert_int_equal(file_at(&l, 0)->links, 2);
}

static void test_named_twice(void **state)
{
	const struct machine *m = *state;

	put_pages(m, "t/a", 4);
	put_pages(m, "t/b/c", 1);
	_looked_ struct looked l = look_at(m, 1, "t/b", "t");
	_looked_ struct looked same = look_at(m, 1, "t/a", "t/a");
	_looked_ struct looked apart = look_at(m, 1, "t/b", "t/a");

	assert_int_equal(l.head->all.files, 2);
	assert_int_equal(l.head->all.cached, 5 * page_size());
	assert_int_equal(same.files->n, 1);
	assert_int_equal(apart.files->n, 2);
}

static void test_refused(void **state)
{
	const struct machine *m = *state;
	char path[300];

	put_pages(m, "t/a", 1);
	snprintf(path, sizeof(path), "%s/fifo", m->path);
	assert_int_equal(mkfifo(path, 0600), 0);
	_looked_ struct looked l = look_at(m, 1, "t/a", "fifo");
	_looked_ struct looked none = look_at(m, 1, "none", "t");

	assert_int_equal(l.files->n, 1);
	assert_true(is_refused(&l, "/fifo", EINVAL));
	assert_int_equal(none.head->all.files, 1);
	assert_true(is_refused(&none, "/none", ENOENT));
}

static void test_links_that_were_named(void **state)
{
	const struct machine *m = *state;
	char path[300];

	put_pages(m, "t/b/c", 2);
	snprintf(path, sizeof(path), "%s/to", m->path);
	assert_int_equal(symlink("t/b", path), 0);
	snprintf(path, sizeof(path), "%s/t/up", m->path);
	assert_int_equal(symlink("..", path), 0);
	_looked_ struct looked l = look_at(m, 1, "to", "t");

	assert_int_equal(l.head->all.files, 1);
	assert_int_equal(l.head->all.cached, 2 * page_size());
	assert_int_equal(l.head->folders.n, 3);
}

static void test_empty(void **state)
{
	const struct machine *m = *state;

	machine_put(m, "t/a", "");
	_looked_ struct looked l = look_at(m, 1, "t", NULL);

	assert_int_equal(l.files->n, 1);
	assert_int_equal(file_at(&l, 0)->s.cached, 0);
	assert_int_equal(l.head->all.files, 1);
}

static void test_more_than_are_listed(void **state)
{
	const struct machine *m = *state;
	char name[32];

	put_pages(m, "t/large", 3);
	for (unsigned i = 0; i < ML_CACHE_LISTED + 9; i++) {
		snprintf(name, sizeof(name), "t/%u", i);
		machine_put(m, name, i % 2 ? "x" : "");
	}
	_looked_ struct looked l = look_at(m, 1, "t", NULL);

	assert_int_equal(l.files->n, ML_CACHE_LISTED);
	assert_int_equal(l.head->all.files, ML_CACHE_LISTED + 10);
	assert_int_equal(l.head->omitted, 10);
	assert_int_equal(l.head->omitted_cached, 0);
	assert_true(ml_str_ends(file_at(&l, 0)->path, "/large"));
	for (size_t i = 1; i < l.files->n; i++)
		assert_true(file_at(&l, i - 1)->s.cached >= file_at(&l, i)->s.cached);
}

static void test_time_is_up(void **state)
{
	const struct machine *m = *state;
	char path[300];
	const char *const paths[] = { path };
	const struct ml_query query = { .paths = paths, .npaths = 1, .budget = 1e-9 };

	put_pages(m, "t/a", 1);
	snprintf(path, sizeof(path), "%s/t", m->path);
	_looked_ struct looked l = look(m, &query);

	assert_true(l.head->late);
	assert_int_equal(l.head->all.files, 0);
}

/* ---- mounts ---- */

/* Folders of a tree that stand for mounts: what can hang is not even opened. */
static void test_mounts_left_out(void **state)
{
	const struct machine *m = *state;
	char text[1024], real[300];
	struct ml_cache_head head = { .folders = ML_ROWS(struct ml_cache_folder) };
	struct ml_cache_mounts mounts;
	struct ml_arena arena = { 0 };
	struct ml_cache_ledger ledger = { .arena = &arena,
					  .head = &head,
					  .asked = ML_ROWS(struct ml_cache_file),
					  .deadline = ML_NONE };
	const struct ml_cache_tree tree = { &ledger, &mounts, 1, false };

	put_pages(m, "t/a", 1);
	put_pages(m, "t/far/b", 2);
	put_pages(m, "t/sys/c", 4);
	put_pages(m, "t/mem/d", 8);
	put_pages(m, "t/farther/e", 16);
	snprintf(
		text, sizeof(text),
		"1 0 8:1 / / rw - ext4 x rw\n2 1 0:2 / %s/t/far rw - nfs4 h:/ rw\n"
		"3 1 0:3 / %s/t/sys rw - sysfs x rw\n4 1 0:4 / %s/t/mem rw - tmpfs x rw\n",
		m->path, m->path, m->path);
	_outcome_ struct outcome o = outcome_of(ml_parse_mountinfo, text);

	assert_int_equal(ml_cache_mounts_init(&o.parsed.rows, &arena, &mounts), 0);
	snprintf(real, sizeof(real), "%s/t", m->path);
	assert_int_equal(ml_cache_tree_walk(&tree, real, real), 0);
	assert_int_equal(head.left_out, 1);
	assert_true(ml_str_ends(head.left_out_at, "/t/far"));
	assert_int_equal(head.all.files, 3);
	assert_int_equal(head.all.cached, 25 * page_size());
	assert_int_equal(head.of[ML_CACHE_SHMEM].cached, 8 * page_size());
	assert_int_equal(head.of[ML_CACHE_FILES].cached, 17 * page_size());
	/* but it is, when it is what was named */
	snprintf(real, sizeof(real), "%s/t/far", m->path);
	assert_int_equal(ml_cache_tree_walk(&tree, real, real), 0);
	assert_int_equal(head.all.files, 4);
	ml_cache_ledger_deinit(&ledger);
	ml_arena_deinit(&arena);
}

/* ---- processes ---- */

static void test_own_files(void **state)
{
	const struct machine *m = *state;
	const uint64_t pid = (uint64_t)getpid();
	const struct ml_query query = { .pids = &pid, .npids = 1 };
	const struct ml_cache_file *f = NULL;
	char path[300];
	int fd;

	put_pages(m, "gone\n", 6);
	snprintf(path, sizeof(path), "%s/gone\n", m->path);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(unlink(path), 0);
	_looked_ struct looked l = look(m, &query);

	close(fd);
	for (size_t i = 0; i < l.files->n && !f; i++)
		if (ml_str_ends(file_at(&l, i)->path, "/gone\n"))
			f = file_at(&l, i);
	assert_non_null(f);
	assert_int_equal(f->s.cached, 6 * page_size());
	assert_int_equal(f->links, 0);
	assert_int_equal(f->owners, 1);
	assert_true(l.files->n > 1); /* the C library is mapped */
}

static void test_no_process(void **state)
{
	const struct machine *m = *state;
	const uint64_t pid = 4000000000u;
	const struct ml_query query = { .pids = &pid, .npids = 1 };
	_looked_ struct looked l = look(m, &query);

	assert_int_equal(l.files->n, 0);
	assert_true(is_refused(&l, "/proc/4000000000", ENOENT));
}

static void test_no_group(void **state)
{
	const struct ml_query query = { .group = "/no such group" };
	_looked_ struct looked l = look(*state, &query);

	assert_int_equal(l.files->n, 0);
}

/* ---- copies ---- */

static void test_copy(void **state)
{
	const struct machine *m = *state;
	struct ml_snap *snap;
	struct ml_source s;
	bool told = false;

	assert_int_equal(ml_snap_take(m->root, ml_report_find("cache"), NULL, &snap), 0);
	assert_null(ml_snap_parsed(snap, ML_FEED_CACHE));
	for (size_t i = 0; i < ml_snap_nsources(snap); i++) {
		ml_snap_source(snap, i, &s);
		told |= s.needed && s.status == ML_ABSENT;
	}
	assert_true(told);
	ml_snap_unref(snap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_tree),
		MACHINE_TEST(test_depth),
		MACHINE_TEST(test_hard_links),
		MACHINE_TEST(test_named_twice),
		MACHINE_TEST(test_refused),
		MACHINE_TEST(test_links_that_were_named),
		MACHINE_TEST(test_empty),
		MACHINE_TEST(test_more_than_are_listed),
		MACHINE_TEST(test_time_is_up),
		MACHINE_TEST(test_mounts_left_out),
		MACHINE_TEST(test_own_files),
		MACHINE_TEST(test_no_process),
		MACHINE_TEST(test_no_group),
		MACHINE_TEST(test_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
