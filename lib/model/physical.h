/* SPDX-License-Identifier: MIT */
/* physical: the RAM that the firmware gave the kernel, down to MemTotal. */
#pragma once

#include "model/snap.h"
#include "parse/iomem.h"

/* /proc/iomem, DENIED when the kernel withheld the addresses. */
ml_gather_fn ml_iomem_gather;

/* Bytes; ML_NONE where not told. */
struct ml_physical {
	uint64_t system_ram;   /* "System RAM" of iomem */
	uint64_t kernel_image; /* code, rodata, data, bss */
	uint64_t memmap;       /* struct pages allocated at boot */
	bool memmap_estimated; /* 64 bytes a frame, on kernels that do not tell */
	uint64_t mem_total;
	uint64_t offline;  /* memory blocks that are in no zone */
	uint64_t reserved;     /* what remains: crash kernel, hashes, firmware tables */
	uint64_t crash_kernel; /* of these; 0: none */
};

/* Whether a range of iomem is RAM of the kernel's: one of firmware's map, or added later
 * (kmem), but no second address of such. */
bool ml_iomem_is_ram(const struct ml_iomem_row *row);

void ml_physical_of(const struct ml_snap *snap, struct ml_physical *ret);
