/* SPDX-License-Identifier: MIT */
/* group_split: what a control group's memory is, by the names of both versions. */
#include <stdio.h>

#include "base/cleanup.h"
#include "model/groups.h"

/* Names of v2 that v1 has under another. */
static const struct {
	const char *v2, *v1;
} renamed[] = {
	{ "anon", "total_rss" },
	{ "file", "total_cache" },
	{ "file_mapped", "total_mapped_file" },
	{ "file_dirty", "total_dirty" },
	{ "file_writeback", "total_writeback" },
	{ "anon_thp", "total_rss_huge" },
};

/* The hierarchical counter, or that of the group alone where there is no other. */
static uint64_t stat_v1(const struct ml_groups_head *head, const struct ml_group *group,
			const char *name)
{
	char total[80];
	uint64_t v;

	snprintf(total, sizeof(total), "total_%s", name);
	for (size_t i = 0; i < ML_ARRAY_SIZE(renamed); i++)
		if (strcmp(renamed[i].v2, name) == 0)
			snprintf(total, sizeof(total), "%s", renamed[i].v1);
	v = ml_flat_get(&head->names, &group->stat, total);
	return v != ML_NONE ? v : ml_flat_get(&head->names, &group->stat, total + 6);
}

uint64_t ml_group_stat(const struct ml_groups_head *head, const struct ml_group *group,
		       const char *name)
{
	return group->version == 1 ? stat_v1(head, group, name)
				   : ml_flat_get(&head->names, &group->stat, name);
}

/* What "kernel" is the sum of where there is no such line (before Linux 5.18). */
static uint64_t sum_kernel(const struct ml_groups_head *head,
			   const struct ml_group *group)
{
	static const char *const parts[] = { "slab",   "kernel_stack",   "pagetables",
					     "percpu", "sec_pagetables", "vmalloc" };
	uint64_t sum = ml_group_stat(head, group, parts[0]);

	for (size_t i = 1; i < ML_ARRAY_SIZE(parts); i++)
		sum = ml_add(sum, ml_or0(ml_group_stat(head, group, parts[i])));
	return sum;
}

static uint64_t kernel_of(const struct ml_groups_head *head, const struct ml_group *group)
{
	uint64_t told = ml_group_stat(head, group, "kernel");

	if (group->version == 1)
		return group->kernel;
	return told != ML_NONE ? told : sum_kernel(head, group);
}

/* v1 tells what is swapped in memory.stat with swap accounting, else not at all. */
static uint64_t swap_of(const struct ml_groups_head *head, const struct ml_group *group)
{
	uint64_t told;

	if (group->version == 2)
		return group->swap;
	told = ml_group_stat(head, group, "swap");
	return told != ML_NONE ? told : ml_sub_sat(group->memsw, group->usage);
}

/* Since Linux 5.9 there is one counter for each kind. */
static uint64_t refaults_of(const struct ml_groups_head *head,
			    const struct ml_group *group)
{
	uint64_t anon = ml_group_stat(head, group, "workingset_refault_anon");
	uint64_t file = ml_group_stat(head, group, "workingset_refault_file");

	return anon == ML_NONE && file == ML_NONE
		       ? ml_group_stat(head, group, "workingset_refault")
		       : ml_add(ml_or0(anon), ml_or0(file));
}

/* Files on the lists of reclaim, less what has to be written first. Shared memory and
 * locked pages are on other lists. */
static uint64_t reclaimable_of(const struct ml_groups_head *head,
			       const struct ml_group *group)
{
	uint64_t file = ml_add(ml_group_stat(head, group, "inactive_file"),
			       ml_group_stat(head, group, "active_file"));

	file = ml_sub_sat(file, ml_or0(ml_group_stat(head, group, "file_dirty")));
	file = ml_sub_sat(file, ml_or0(ml_group_stat(head, group, "file_writeback")));
	return ml_add(file, ml_or0(ml_group_stat(head, group, "slab_reclaimable")));
}

static uint64_t swappable_of(const struct ml_groups_head *head,
			     const struct ml_group *group, uint64_t swap_free)
{
	uint64_t anon = ml_add(ml_group_stat(head, group, "inactive_anon"),
			       ml_group_stat(head, group, "active_anon"));
	uint64_t room = swap_free;

	if (room == ML_NONE || anon == ML_NONE)
		return ML_NONE;
	if (group->swap_room < room)
		room = group->swap_room;
	return anon < room ? anon : room;
}

/* In v1 the pages of TCP queues are counted beside the usage. */
static int64_t other_of(const struct ml_group *group, const struct ml_group_split *s)
{
	uint64_t known = ml_add(ml_add(s->anon, s->file), ml_add(s->shmem, s->kernel));

	if (group->version == 2)
		known = ml_add(known, s->sock);
	if (known == ML_NONE || group->usage == ML_NONE)
		return INT64_MIN;
	return (int64_t)(group->usage - known);
}

void ml_group_split(const struct ml_groups_head *head, const struct ml_group *group,
		    uint64_t swap_free, struct ml_group_split *ret)
{
	uint64_t cache = ml_group_stat(head, group, "file");

	ret->anon = ml_group_stat(head, group, "anon");
	ret->shmem = ml_group_stat(head, group, "shmem");
	ret->file = ml_sub_sat(cache, ml_or0(ret->shmem));
	ret->kernel = kernel_of(head, group);
	ret->sock =
		group->version == 1 ? group->sock : ml_group_stat(head, group, "sock");
	ret->other = other_of(group, ret);
	ret->swap = swap_of(head, group);
	ret->working_set =
		ml_sub_sat(group->usage, ml_group_stat(head, group, "inactive_file"));
	ret->reclaimable = reclaimable_of(head, group);
	ret->swappable = swappable_of(head, group, swap_free);
	ret->refaults = refaults_of(head, group);
}
