/* SPDX-License-Identifier: MIT */
/* physical: the RAM of the kernel as a tree down to MemTotal, which two reports show. */
#include "report/physical.h"

#include <errno.h>
#include <stddef.h>

#include "model/physical.h"

static const struct ml_col cols[] = { ML_ACCOUNT_COLS, ML_ACCOUNT_NOTE_COLS };

const struct ml_table ml_physical_table = {
	.id = "physical",
	.title = "the RAM around it",
	.help = "what the firmware gave the kernel, down to MemTotal",
	.source = "/proc/iomem, /proc/vmstat",
	ML_TABLE_COLS(cols),
	.row_size = sizeof(struct ml_account_row),
	.layout = ML_LAYOUT_TREE,
	.flags = ML_TABLE_DEFAULT,
};

const struct ml_table ml_summary_table = {
	.id = "summary",
	.help = "what the firmware gave the kernel, down to MemTotal",
	.source = "/proc/iomem, /proc/vmstat",
	ML_TABLE_COLS(cols),
	.row_size = sizeof(struct ml_account_row),
	.layout = ML_LAYOUT_TREE,
	.flags = ML_TABLE_DEFAULT,
};

/* The parts of System RAM; the first is the whole. */
static const struct {
	const char *key, *parent, *name, *source, *note;
	size_t offset; /* in struct ml_physical */
} physical_parts[] = {
	{ "ram", NULL, "System RAM", "sum of System RAM in iomem", NULL,
	  offsetof(struct ml_physical, system_ram) },
	{ "mem_total", "ram", "MemTotal", "MemTotal", "what memlens where divides",
	  offsetof(struct ml_physical, mem_total) },
	{ "memmap_boot", "ram", "struct pages",
	  "nr_memmap_boot_pages", NULL,
	  offsetof(struct ml_physical, memmap) },
	{ "kernel_image", "ram", "kernel image", "Kernel code, rodata, data, bss", NULL,
	  offsetof(struct ml_physical, kernel_image) },
	{ "offline", "ram", "offline", "System RAM - present of all zones",
	  "memory blocks switched off", offsetof(struct ml_physical, offline) },
	{ "reserved", "ram", "boot reservations", "System RAM - the parts above",
	  "crash kernel, hash tables, firmware tables",
	  offsetof(struct ml_physical, reserved) },
	{ "crash_kernel", "reserved", "crash kernel", "Crash kernel in iomem",
	  "for the kernel that saves a dump", offsetof(struct ml_physical, crash_kernel) },
};

static int add_part(struct ml_build *b, const struct ml_physical *p, size_t i,
		    struct ml_rows *ret)
{
	uint64_t bytes = *(const uint64_t *)((const char *)p + physical_parts[i].offset);
	struct ml_account_row *row;

	if (bytes == ML_NONE || !bytes)
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	row->key = ml_str_of(physical_parts[i].key);
	row->parent = ml_str_of(physical_parts[i].parent);
	row->name = ml_str_of(physical_parts[i].name);
	row->source = ml_str_of(physical_parts[i].source);
	row->note = ml_str_of(physical_parts[i].note);
	if (p->memmap_estimated && strcmp(physical_parts[i].key, "memmap_boot") == 0)
		row->note = ML_STR("estimated by the number of frames");
	row->bytes = (int64_t)bytes;
	row->share = ml_ratio(bytes, p->system_ram);
	return 0;
}

int ml_build_physical(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_physical p;

	ml_physical_of(b->cur, &p);
	for (size_t i = 0; p.system_ram != ML_NONE && i < ML_ARRAY_SIZE(physical_parts);
	     i++)
		if (add_part(b, &p, i, ret))
			return -ENOMEM;
	return 0;
}
