/* SPDX-License-Identifier: MIT */
/* kernel: what small files tell of the kernel's own memory, and of what it grows with. */
#include "model/kernel.h"

#include <errno.h>

#include "model/cgroup.h"
#include "model/snap.h"
#include "source/small.h"

/* Up to `n` words of a file as numbers; what it lacks stays as it is. 0 or -ENOMEM. */
static int read_words(const struct ml_root *root, struct ml_arena *a, const char *path,
		      uint64_t *const *to, size_t n)
{
	struct ml_str text, word;
	int rc = ml_root_read(root, path, a, &text);

	if (rc)
		return rc == -ENOMEM ? rc : 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t v;

		while (text.n && text.p[0] == '\n')
			text = ml_str_skip(text, 1);
		if (!ml_next_word(&text, &word))
			break;
		word = ml_str_trim(word);
		if (ml_num_u64(word, &v) && to[i])
			*to[i] = v;
	}
	return 0;
}

/* "0-3,8": one above the last. */
static int read_cpus(const struct ml_root *root, struct ml_arena *a, uint64_t *ret)
{
	struct ml_str text, part;
	uint64_t v;
	int rc = ml_small_text(root, a, &text, "/sys/devices/system/cpu/possible");

	if (rc)
		return rc == -ENOMEM ? rc : 0;
	while (ml_split(&text, ',', &part))
		;
	while (ml_split(&text, '-', &part))
		;
	if (ml_num_u64(text, &v) && v < ML_U64_MAX)
		*ret = v + 1;
	return 0;
}

/* "memory 4 23 1" of /proc/cgroups. */
static int read_groups(const struct ml_root *root, struct ml_arena *a, uint64_t *ret)
{
	struct ml_str text, line, word;
	int rc = ml_root_read(root, "/proc/cgroups", a, &text);

	if (rc)
		return rc == -ENOMEM ? rc : 0;
	while (ml_next_line(&text, &line)) {
		uint64_t v;

		if (ml_next_word(&line, &word) && ml_str_is(word, "memory") &&
		    ml_next_word(&line, &word) && ml_next_word(&line, &word) &&
		    ml_num_u64(word, &v))
			*ret = v;
	}
	return 0;
}

/* Only where the memory controller is one of version 2 do its groups hold memory. */
static int read_dying(const struct ml_root *root, struct ml_arena *a,
		      const struct ml_snap *snap, uint64_t *ret)
{
	const struct ml_parsed *mounts =
		snap ? ml_snap_parsed(snap, ML_FEED_MOUNTS) : NULL;
	struct ml_str text, line, word;
	struct ml_cgroup_tree tree;
	const char *path;
	int rc;

	if (ml_cgroup_find_tree(root, mounts ? &mounts->rows : NULL, &tree) ||
	    tree.files->version != 2)
		return 0;
	path = ml_arena_printf(a, "%.*s/cgroup.stat", (int)tree.mount.n, tree.mount.p);
	rc = path ? ml_root_read(root, path, a, &text) : -ENOMEM;
	if (rc)
		return rc == -ENOMEM ? rc : 0;
	while (ml_next_line(&text, &line)) {
		uint64_t v;

		if (ml_next_word(&line, &word) &&
		    ml_str_is(word, "nr_dying_descendants") &&
		    ml_next_word(&line, &word) && ml_num_u64(word, &v))
			*ret = v;
	}
	return 0;
}

int ml_kernel_gather(const struct ml_root *root, struct ml_arena *a,
		     struct ml_feed_data *ret)
{
	struct ml_kernel *k;
	int rc;

	ret->parsed.rows = ML_ROWS(struct ml_kernel);
	k = ml_rows_add(&ret->parsed.rows, a);
	if (!k)
		return -ENOMEM;
	memset(k, 0xff, sizeof(*k)); /* all ML_NONE */
	rc = read_words(
		root, a, "/proc/sys/fs/dentry-state",
		(uint64_t *const[]){ &k->dentries, NULL, NULL, NULL, &k->negative }, 5);
	if (!rc)
		rc = read_words(root, a, "/proc/sys/net/ipv4/tcp_mem",
				(uint64_t *const[]){ &k->tcp_low, &k->tcp_pressure,
						     &k->tcp_high },
				3);
	if (!rc)
		rc = read_cpus(root, a, &k->cpus);
	if (!rc)
		rc = read_groups(root, a, &k->groups);
	if (!rc)
		rc = read_dying(root, a, ret->snap, &k->groups_dying);
	if (!k->negative) /* never so few: a kernel that does not count them */
		k->negative = ML_NONE;
	return rc;
}

const struct ml_kernel *ml_kernel_of(const struct ml_snap *snap)
{
	const struct ml_parsed *parsed = ml_snap_parsed(snap, ML_FEED_KERNEL);

	return parsed && parsed->rows.n ? ml_rows_at(&parsed->rows, 0) : NULL;
}
