/* SPDX-License-Identifier: MIT */
/* available: MemAvailable by our formula equals the kernel's, on every machine. */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "memlens.h"
#include "model/zone.h"
#include "unit.h"

#define SYSROOTS "tests/sysroots"

struct answer {
	uint64_t kernel, ours, page;
};

/* False when the tree has no meminfo with MemAvailable. */
static bool ask(const char *path, struct answer *ret)
{
	const struct ml_want want = {
		.need = ML_FEED(MEMINFO) | ML_FEED(ZONEINFO) | ML_FEED(VMSTAT),
	};
	struct ml_root *root = NULL;
	struct ml_snap *snap = NULL;
	struct ml_ctx *ctx;
	bool ok;

	assert_int_equal(ml_ctx_new(&ctx), 0);
	assert_int_equal(ml_root_open(ctx, path, &root), 0);
	assert_int_equal(ml_snap_take_wanted(root, &want, &snap), 0);
	ret->kernel = ml_snap_mem(snap, "MemAvailable");
	ret->page = ml_snap_pages(snap, 1);
	ret->ours = ml_mem_available(snap);
	ok = ret->kernel != ML_NONE;
	ml_snap_unref(snap);
	ml_root_unref(root);
	ml_ctx_free(ctx);
	return ok;
}

static uint64_t distance(const struct answer *a)
{
	return a->kernel > a->ours ? a->kernel - a->ours : a->ours - a->kernel;
}

/* All that moves comes from one file and the marks in zoneinfo stand still: equal. */
static void test_captures(void **state)
{
	struct dirent *entry;
	DIR *dir = opendir(SYSROOTS);
	unsigned n = 0;

	(void)state;
	if (!dir) { /* not run from the top of the tree */
		skip();
		return;
	}
	while ((entry = readdir(dir))) {
		char path[512];
		struct answer a;

		snprintf(path, sizeof(path), SYSROOTS "/%s/proc", entry->d_name);
		if (entry->d_name[0] == '.' || access(path, F_OK))
			continue;
		snprintf(path, sizeof(path), SYSROOTS "/%s", entry->d_name);
		assert_true(ask(path, &a));
		print_message("# %-18s kernel %10llu kB, formula %+lld kB\n",
			      entry->d_name, (unsigned long long)a.kernel / 1024,
			      ((long long)a.ours - (long long)a.kernel) / 1024);
		assert_int_equal(distance(&a), 0);
		n++;
	}
	closedir(dir);
	assert_true(n >= 12);
}

/* The machine moves between two counters of one file: one of many readings agrees. */
static void test_live(void **state)
{
	uint64_t best = UINT64_MAX;
	struct answer a;

	(void)state;
	for (int i = 0; i < 200 && best; i++) {
		if (!ask(NULL, &a)) {
			skip();
			return;
		}
		if (distance(&a) < best)
			best = distance(&a);
	}
	print_message("# kernel %llu kB, formula at best %llu kB away\n",
		      (unsigned long long)a.kernel / 1024,
		      (unsigned long long)best / 1024);
	assert_true(best <= a.page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
