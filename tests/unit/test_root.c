/* SPDX-License-Identifier: MIT */
/* test_root: nothing is read outside a directory root, and nothing but regular files. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/root.h"
#include "unit.h"

/* A tree T with a secret beside it: T/proc/..., T/../secret. */
struct tree {
	char base[64];
	char path[96];
	struct ml_ctx *ctx;
};

static void put(const struct tree *t, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", t->path, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void make_dir(const struct tree *t, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", t->path, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void make_link(const struct tree *t, const char *name, const char *target)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", t->path, name);
	assert_int_equal(symlink(target, path), 0);
}

static int setup(void **state)
{
	struct tree *t = calloc(1, sizeof(*t));

	strcpy(t->base, "/tmp/memlens-root-XXXXXX");
	assert_non_null(mkdtemp(t->base));
	snprintf(t->path, sizeof(t->path), "%s/tree", t->base);
	assert_int_equal(mkdir(t->path, 0755), 0);
	make_dir(t, "proc");
	put(t, "proc/meminfo", "MemTotal: 1 kB\n");
	put(t, "../secret", "secret\n");
	assert_int_equal(ml_ctx_new(&t->ctx), 0);
	*state = t;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct tree *t = *state;

	nftw(t->base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	ml_ctx_free(t->ctx);
	free(t);
	return 0;
}

/* 0 and the text, or the error. */
static int read_path(const struct tree *t, const char *path, char *ret, size_t size)
{
	struct ml_arena arena = { 0 };
	struct ml_root *root;
	struct ml_str text;
	int rc;

	assert_int_equal(ml_root_open(t->ctx, t->path, &root), 0);
	rc = ml_root_read(root, path, &arena, &text);
	if (!rc)
		snprintf(ret, size, "%.*s", (int)text.n, text.p);
	ml_arena_deinit(&arena);
	ml_root_unref(root);
	return rc;
}

static void test_plain(void **state)
{
	char text[64];

	assert_int_equal(read_path(*state, "/proc/meminfo", text, sizeof(text)), 0);
	assert_string_equal(text, "MemTotal: 1 kB\n");
	assert_int_equal(read_path(*state, "/proc/absent", text, sizeof(text)), -ENOENT);
}

static void test_escapes(void **state)
{
	struct tree *t = *state;
	char text[64], outside[128];

	snprintf(outside, sizeof(outside), "%s/secret", t->base);
	make_link(t, "proc/relative", "../../secret");
	make_link(t, "proc/absolute", outside);
	make_link(t, "proc/up", "..");
	make_link(t, "proc/loop", "loop");
	assert_int_not_equal(read_path(t, "/proc/relative", text, sizeof(text)), 0);
	assert_int_not_equal(read_path(t, "/proc/absolute", text, sizeof(text)), 0);
	assert_int_not_equal(read_path(t, "/proc/up/../secret", text, sizeof(text)), 0);
	assert_int_not_equal(read_path(t, "/../secret", text, sizeof(text)), 0);
	assert_int_equal(read_path(t, "/proc/loop", text, sizeof(text)), -ELOOP);
}

/* A link that stays inside leads where it says. */
static void test_inner_link(void **state)
{
	char text[64];

	make_link(*state, "proc/inner", "meminfo");
	make_link(*state, "proc/rooted", "/proc/meminfo");
	assert_int_equal(read_path(*state, "/proc/inner", text, sizeof(text)), 0);
	assert_string_equal(text, "MemTotal: 1 kB\n");
	assert_int_equal(read_path(*state, "/proc/rooted", text, sizeof(text)), 0);
	assert_string_equal(text, "MemTotal: 1 kB\n");
}

static void test_special_files(void **state)
{
	struct tree *t = *state;
	char path[256], text[64];

	snprintf(path, sizeof(path), "%s/proc/fifo", t->path);
	assert_int_equal(mkfifo(path, 0644), 0);
	make_dir(t, "proc/directory");
	assert_int_equal(read_path(t, "/proc/fifo", text, sizeof(text)), -EINVAL);
	assert_int_equal(read_path(t, "/proc/directory", text, sizeof(text)), -EINVAL);
	snprintf(path, sizeof(path), "%s/proc/device", t->path);
	if (mknod(path, S_IFCHR | 0666, 1 << 8 | 5)) /* /dev/zero would never end */
		return;
	assert_int_equal(read_path(t, "/proc/device", text, sizeof(text)), -EINVAL);
}

static void test_bare_proc(void **state)
{
	struct tree *t = *state;
	struct ml_root *root;
	struct ml_arena arena = { 0 };
	struct ml_str text;
	char bare[128];

	snprintf(bare, sizeof(bare), "%s/proc", t->path);
	assert_int_equal(ml_root_open(t->ctx, bare, &root), 0);
	assert_int_equal(ml_root_read(root, "/proc/meminfo", &arena, &text), 0);
	assert_int_equal(ml_root_read(root, "/sys/meminfo", &arena, &text), -ENOENT);
	ml_arena_deinit(&arena);
	ml_root_unref(root);
}

static void test_not_a_root(void **state)
{
	struct tree *t = *state;
	struct ml_root *root;
	char path[128];

	make_dir(t, "proc/1");
	snprintf(path, sizeof(path), "%s/proc/1", t->path);
	assert_int_equal(ml_root_open(t->ctx, path, &root), -EINVAL);
	assert_non_null(strstr(ml_ctx_error(t->ctx), path));
	snprintf(path, sizeof(path), "%s/secret", t->base);
	assert_int_equal(ml_root_open(t->ctx, path, &root), -ENOTDIR);
	snprintf(path, sizeof(path), "%s/nothing", t->base);
	assert_int_equal(ml_root_open(t->ctx, path, &root), -ENOENT);
}

/* A folder with one machine in it is that machine; with two it is neither. */
static void test_folder_above(void **state)
{
	struct tree *t = *state;
	struct ml_arena arena = { 0 };
	struct ml_root *root;
	struct ml_str text;

	assert_int_equal(ml_root_open(t->ctx, t->base, &root), 0);
	assert_int_equal(ml_root_read(root, "/proc/meminfo", &arena, &text), 0);
	ml_arena_deinit(&arena);
	ml_root_unref(root);
	make_link(t, "../linked", "tree");
	assert_int_equal(ml_root_open(t->ctx, t->base, &root), 0);
	ml_root_unref(root);
	make_dir(t, "../other");
	make_dir(t, "../other/proc");
	assert_int_equal(ml_root_open(t->ctx, t->base, &root), -EINVAL);
}

/* What is not there has the error that the manifest tells; what is there is read. */
static void test_manifest(void **state)
{
	struct tree *t = *state;
	struct ml_arena arena = { 0 };
	struct ml_root *root;
	struct ml_str text;

	put(t, "MANIFEST",
	    "memlens-capture 1\npage_size 16384\n\ndenied 13 0 1 /proc/slabinfo\n"
	    "denied 13 0 1 /proc/meminfo\ndenied 13 0 1 /proc/7/fd\n");
	assert_int_equal(ml_root_open(t->ctx, t->path, &root), 0);
	assert_int_equal(root->page_size, 16384);
	assert_int_equal(ml_root_read(root, "/proc/slabinfo", &arena, &text), -EACCES);
	assert_int_equal(ml_root_read(root, "/proc/absent", &arena, &text), -ENOENT);
	assert_int_equal(ml_root_read(root, "/proc/meminfo", &arena, &text), 0);
	assert_int_equal(ml_root_opendir(root, "/proc/7/fd"), -EACCES);
	ml_arena_deinit(&arena);
	ml_root_unref(root);
	put(t, "MANIFEST", "memlens-capture 1\npage_size 5\n\n");
	assert_int_equal(ml_root_open(t->ctx, t->path, &root), -EINVAL);
}

static void test_page_size(void **state)
{
	struct tree *t = *state;
	struct ml_root *root;

	assert_int_equal(ml_root_open(t->ctx, t->path, &root), 0);
	assert_int_equal(ml_root_set_page_size(root, 65536), 0);
	assert_int_equal(ml_root_set_page_size(root, 5000), -EINVAL);
	assert_int_equal(ml_root_set_page_size(root, 0), -EINVAL);
	assert_int_equal(ml_root_set_page_size(root, 1 << 21), -EINVAL);
	ml_root_unref(root);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plain),	  TEST(test_escapes),	TEST(test_inner_link),
		TEST(test_special_files), TEST(test_bare_proc), TEST(test_not_a_root),
		TEST(test_page_size),	  TEST(test_folder_above), TEST(test_manifest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
