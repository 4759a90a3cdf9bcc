/* SPDX-License-Identifier: MIT */
/* thp: transparent huge pages - the settings, khugepaged, and each size. */
#include "model/thp.h"

#include <errno.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "model/hugepages.h"
#include "source/small.h"

#define FOLDER "/sys/kernel/mm/transparent_hugepage"

struct file {
	const char *name;
	size_t offset;
};

#define T(member) offsetof(struct ml_thp, member)

static const struct file choices[] = {
	{ "enabled", T(enabled) },
	{ "shmem_enabled", T(shmem_enabled) },
	{ "defrag", T(defrag) },
};

static const struct file numbers[] = {
	{ "use_zero_page", T(zero_page) },
	{ "hpage_pmd_size", T(pmd_size) },
	{ "shrink_underused", T(underused) },
	{ "khugepaged/pages_collapsed", T(collapsed) },
	{ "khugepaged/full_scans", T(full_scans) },
	{ "khugepaged/pages_to_scan", T(pages_to_scan) },
	{ "khugepaged/scan_sleep_millisecs", T(scan_sleep_ms) },
	{ "khugepaged/alloc_sleep_millisecs", T(alloc_sleep_ms) },
	{ "khugepaged/max_ptes_none", T(max_none) },
	{ "khugepaged/max_ptes_swap", T(max_swap) },
	{ "khugepaged/max_ptes_shared", T(max_shared) },
	{ "khugepaged/defrag", T(khugepaged_defrag) },
};

#define M(member)                                                                        \
	{                                                                                \
#member, offsetof(struct ml_mthp, member)                                \
	}

static const struct file stats[] = {
	M(anon_fault_alloc),
	M(anon_fault_fallback),
	M(anon_fault_fallback_charge),
	M(shmem_alloc),
	M(shmem_fallback),
	M(shmem_fallback_charge),
	M(collapse_alloc),
	M(collapse_alloc_failed),
	M(split),
	M(split_failed),
	M(split_deferred),
	M(swpin),
	M(swpin_fallback),
	M(swpout),
	M(swpout_fallback),
	M(zswpout),
	M(nr_anon),
	M(nr_anon_partially_mapped),
};

/* The marked word of FOLDER/[hugepages-NkB/]NAME. 0 or -errno. */
static int read_choice(const struct ml_root *root, struct ml_arena *a, uint64_t size,
		       const char *name, struct ml_str *ret)
{
	struct ml_str text;
	int rc = size ? ml_small_text(root, a, &text, FOLDER "/hugepages-%llukB/%s",
				      (unsigned long long)(size / ML_KIB), name)
		      : ml_small_text(root, a, &text, FOLDER "/%s", name);

	*ret = (struct ml_str){ 0 };
	if (!rc)
		*ret = ml_small_choice(text);
	return rc;
}

static int read_size(const struct ml_root *root, struct ml_arena *a, uint64_t size,
		     struct ml_rows *ret)
{
	struct ml_mthp *row = ml_rows_add(ret, a);

	if (!row)
		return -ENOMEM;
	row->size = size;
	for (size_t i = 0; i < ML_ARRAY_SIZE(stats); i++)
		*(uint64_t *)((char *)row + stats[i].offset) =
			ml_small_u64(root, FOLDER "/hugepages-%llukB/stats/%s",
				     (unsigned long long)(size / ML_KIB), stats[i].name);
	if (read_choice(root, a, size, "enabled", &row->enabled) == -ENOMEM)
		return -ENOMEM;
	return read_choice(root, a, size, "shmem_enabled", &row->shmem_enabled) == -ENOMEM
		       ? -ENOMEM
		       : 0;
}

/* What became of "enabled", which every kernel with huge pages has. */
static int read_settings(const struct ml_root *root, struct ml_arena *a,
			 struct ml_thp *ret)
{
	int rc = 0;

	for (size_t i = ML_ARRAY_SIZE(choices); i-- > 0 && rc != -ENOMEM;)
		rc = read_choice(root, a, 0, choices[i].name,
				 (struct ml_str *)((char *)ret + choices[i].offset));
	for (size_t i = 0; i < ML_ARRAY_SIZE(numbers); i++)
		*(uint64_t *)((char *)ret + numbers[i].offset) =
			ml_small_u64(root, FOLDER "/%s", numbers[i].name);
	return rc;
}

int ml_thp_gather(const struct ml_root *root, struct ml_arena *a,
		  struct ml_feed_data *ret)
{
	struct ml_thp *thp = ml_arena_calloc(a, 1, sizeof(*thp));
	struct ml_rows sizes;
	const uint64_t *size;
	int rc;

	ret->parsed.rows = ML_ROWS(struct ml_mthp);
	if (!thp)
		return -ENOMEM;
	rc = read_settings(root, a, thp);
	ret->error = -rc;
	ret->status = ml_status_of(-rc);
	if (rc == -ENOMEM || ml_hugepage_sizes(root, FOLDER, a, &sizes) == -ENOMEM)
		return -ENOMEM;
	ml_for_each_row(size, &sizes)
		if (read_size(root, a, *size, &ret->parsed.rows))
			return -ENOMEM;
	ret->parsed.head = thp;
	return 0;
}
