/* SPDX-License-Identifier: MIT */
/* physical: the RAM that the firmware gave the kernel, down to MemTotal. */
#include "model/physical.h"

#include <errno.h>

#include "base/cleanup.h"
#include "model/zone.h"

/* Memory goes on and off line in blocks no smaller than a section of any architecture. */
#define MIN_BLOCK_BYTES (16u << 20)

/* sizeof(struct page) on every 64-bit configuration that is not debugging it, and on
 * 32-bit ones that account memory to control groups. */
#define STRUCT_PAGE_BYTES 64
#define STRUCT_PAGE_BYTES_32 36

int ml_iomem_gather(const struct ml_root *root, struct ml_arena *a,
		    struct ml_feed_data *ret)
{
	int rc = ml_feed_file(root, "/proc/iomem", ml_parse_iomem, a, ret);

	if (rc || ret->status != ML_OK || !ret->parsed.rows.n ||
	    !ml_iomem_hidden(&ret->parsed))
		return rc;
	ret->status = ML_DENIED;
	ret->error = EPERM;
	ret->parsed.rows.n = 0;
	return 0;
}

/* "System RAM (kmem)" lies below the device that it is of; "System RAM (boot alias)" is
 * memory that stands in another line, too. */
bool ml_iomem_is_ram(const struct ml_iomem_row *row)
{
	if (ml_str_is(row->name, "System RAM"))
		return row->depth == 0;
	return ml_str_starts(row->name, "System RAM (") &&
	       !ml_str_starts(row->name, "System RAM (boot alias");
}

static bool is_kernel_image(const struct ml_iomem_row *row)
{
	return row->depth > 0 && ml_str_starts(row->name, "Kernel ");
}

/* RAM in no zone: memory blocks that are offline. The ends of ranges that are no whole
 * page are in no zone either, and nothing to speak of. */
static uint64_t offline_of(const struct ml_snap *snap, uint64_t system_ram)
{
	struct ml_zone_sums zones;
	uint64_t missing;

	ml_zone_sums(snap, &zones);
	missing = ml_sub_sat(system_ram, ml_snap_pages(snap, zones.present));
	return missing != ML_NONE && missing < MIN_BLOCK_BYTES ? 0 : missing;
}

void ml_physical_of(const struct ml_snap *snap, struct ml_physical *ret)
{
	const struct ml_parsed *iomem = ml_snap_parsed(snap, ML_FEED_IOMEM);
	const struct ml_iomem_row *row;

	*ret = (struct ml_physical){
		.system_ram = ML_NONE,
		.kernel_image = ML_NONE,
		.memmap = ml_snap_pages(snap, ml_snap_vm(snap, "nr_memmap_boot_pages")),
		.mem_total = ml_snap_mem(snap, "MemTotal"),
		.reserved = ML_NONE,
	};
	if (!iomem || !iomem->rows.n)
		return;
	ret->system_ram = 0;
	ml_for_each_row(row, &iomem->rows) {
		uint64_t bytes = ml_add(row->end - row->start, 1);

		if (ml_iomem_is_ram(row))
			ret->system_ram = ml_add(ret->system_ram, bytes);
		else if (ml_str_starts(row->name, "Crash kernel"))
			ret->crash_kernel = ml_add(ret->crash_kernel, bytes);
		else if (is_kernel_image(row))
			ret->kernel_image = ml_add(ml_or0(ret->kernel_image), bytes);
	}
	if (ret->memmap == ML_NONE && snap->page_size != ML_NONE) {
		ret->memmap = ret->system_ram / snap->page_size *
			      (snap->narrow ? STRUCT_PAGE_BYTES_32 : STRUCT_PAGE_BYTES);
		ret->memmap_estimated = true;
	}
	ret->offline = offline_of(snap, ret->system_ram);
	ret->reserved = ml_sub_sat(ret->system_ram, ml_add(ret->mem_total, ret->memmap));
	ret->reserved = ml_sub_sat(ret->reserved, ml_or0(ret->kernel_image));
	ret->reserved = ml_sub_sat(ret->reserved, ml_or0(ret->offline));
}
