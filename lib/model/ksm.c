/* SPDX-License-Identifier: MIT */
/* ksm: the machine's merging of equal pages. */
#include "model/ksm.h"

#include <errno.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "source/small.h"

#define FOLDER "/sys/kernel/mm/ksm"
#define K(member) offsetof(struct ml_ksm, member)

static const struct {
	const char *name;
	size_t offset;
} numbers[] = {
	{ "run", K(run) },
	{ "pages_shared", K(shared) },
	{ "pages_sharing", K(sharing) },
	{ "pages_unshared", K(unshared) },
	{ "pages_volatile", K(volatiles) },
	{ "pages_scanned", K(scanned) },
	{ "pages_skipped", K(skipped) },
	{ "full_scans", K(full_scans) },
	{ "stable_node_chains", K(chains) },
	{ "stable_node_dups", K(dups) },
	{ "pages_to_scan", K(to_scan) },
	{ "sleep_millisecs", K(sleep_ms) },
	{ "max_page_sharing", K(max_sharing) },
	{ "merge_across_nodes", K(across_nodes) },
	{ "use_zero_pages", K(use_zero_pages) },
	{ "smart_scan", K(smart_scan) },
};

/* These have a sign. INT64_MIN where there is none, or -ENOMEM. */
static int read_signed(const struct ml_root *root, struct ml_arena *a, const char *name,
		       int64_t *ret)
{
	struct ml_str text;
	int rc = ml_small_text(root, a, &text, FOLDER "/%s", name);

	if (rc || !ml_num_s64(text, ret))
		*ret = INT64_MIN;
	return rc == -ENOMEM ? rc : 0;
}

int ml_ksm_gather(const struct ml_root *root, struct ml_arena *a,
		  struct ml_feed_data *ret)
{
	struct ml_ksm *ksm = ml_arena_calloc(a, 1, sizeof(*ksm));
	struct ml_str text;
	int rc;

	if (!ksm)
		return -ENOMEM;
	for (size_t i = 0; i < ML_ARRAY_SIZE(numbers); i++)
		*(uint64_t *)((char *)ksm + numbers[i].offset) =
			ml_small_u64(root, FOLDER "/%s", numbers[i].name);
	if (read_signed(root, a, "ksm_zero_pages", &ksm->zero) ||
	    read_signed(root, a, "general_profit", &ksm->profit))
		return -ENOMEM;
	rc = ml_small_text(root, a, &text, FOLDER "/advisor_mode");
	if (!rc)
		ksm->advisor = ml_small_choice(text);
	if (rc != -ENOMEM)
		rc = ml_small_text(root, a, &text, FOLDER "/pages_sharing");
	ret->parsed.head = ksm;
	return ml_feed_end(ret, rc);
}

const struct ml_ksm *ml_ksm_of(const struct ml_snap *snap)
{
	const struct ml_parsed *parsed = snap ? ml_snap_parsed(snap, ML_FEED_KSM) : NULL;

	return parsed ? parsed->head : NULL;
}

uint64_t ml_ksm_saved(const struct ml_snap *snap, const struct ml_ksm *ksm)
{
	uint64_t zero = ksm->zero > 0 ? (uint64_t)ksm->zero : 0;

	return ml_snap_pages(snap, ml_add(ksm->sharing, zero));
}

/* general_profit = (sharing + zero) * page - rmap items * their size. */
uint64_t ml_ksm_cost(const struct ml_snap *snap, const struct ml_ksm *ksm)
{
	uint64_t saved = ml_ksm_saved(snap, ksm);

	if (saved == ML_NONE || ksm->profit == INT64_MIN)
		return ML_NONE;
	if (ksm->profit > 0)
		return ml_sub_sat(saved, (uint64_t)ksm->profit);
	return ml_add(saved, (uint64_t)-ksm->profit);
}
