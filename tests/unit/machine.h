/* SPDX-License-Identifier: MIT */
/* machine: a directory root in a temporary folder, for tests that need files. */
#pragma once

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/root.h"
#include "unit.h"

struct machine {
	char path[64];
	struct ml_ctx *ctx;
	struct ml_root *root;
};

static inline void machine_put(const struct machine *m, const char *name,
			       const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", m->path, name);
	for (char *p = strchr(path + strlen(m->path) + 1, '/'); p;
	     p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static inline int machine_setup(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	strcpy(m->path, "/tmp/memlens-unit-XXXXXX");
	if (!mkdtemp(m->path))
		return -1;
	chmod(m->path, 0755);
	machine_put(m, "proc/uptime", "1.0 1.0\n");
	if (ml_ctx_new(&m->ctx) || ml_root_open(m->ctx, m->path, &m->root))
		return -1;
	*state = m;
	return ml_root_set_page_size(m->root, 4096);
}

static inline int machine_remove(const char *path, const struct stat *st, int flag,
				 struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static inline int machine_teardown(void **state)
{
	struct machine *m = *state;

	nftw(m->path, machine_remove, 16, FTW_DEPTH | FTW_PHYS);
	ml_root_unref(m->root);
	ml_ctx_free(m->ctx);
	free(m);
	return 0;
}

#define MACHINE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)
