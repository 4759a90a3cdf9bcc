/* SPDX-License-Identifier: MIT */
/* glossary_layout: words of the physical map. */
#include "report/glossary.h"

static const char layout_terms[] = {
	TERM("System RAM") UNIT("bytes")
	MEANING("ranges of physical addresses that the firmware gave the kernel to use")
	FORMULA("MemTotal + struct pages + kernel image + offline blocks + boot "
		"reservations")
	TRAP("less than is plugged in: what firmware or graphics keep is not in it")
	SEE("layout")

	TERM("iomem")
	ALSO("/proc/iomem, physical map")
	MEANING("the kernel's list of physical addresses, and what each range is for")
	TRAP("without CAP_SYS_ADMIN every address in it is zero")
	SEE("layout")

	TERM("memory block") UNIT("bytes")
	ALSO("block_size_bytes, valid_zones")
	MEANING("the portion in which memory is added, removed, and put on and off line: "
		"128 MiB or more")
	TRAP("a block that is offline is in System RAM and not in MemTotal")
	SEE("layout")

	TERM("boot reservation") UNIT("bytes")
	MEANING("memory that was given out before the allocator was there, and stays so: "
		"hash tables, tables of the firmware, the crash kernel")
	FORMULA("present - managed of a zone, with struct pages and the kernel image")
	SEE("layout, zone")

	TERM("crash kernel") UNIT("bytes")
	ALSO("crashkernel, kdump")
	MEANING("memory kept for a second kernel, which saves a dump when the first one "
		"dies")
	TRAP("set at boot by crashkernel=; it is lost to MemTotal")
	SEE("layout")

	TERM("struct page") UNIT("bytes")
	ALSO("memmap, page descriptor")
	MEANING("what the kernel keeps on each page frame: 64 bytes, or 1.6 per cent of "
		"memory with pages of 4 KiB")
	FORMULA("nr_memmap_boot_pages + nr_memmap_pages")
	SEE("layout, where")

	TERM("hole") UNIT("bytes")
	MEANING("addresses between RAM at which no RAM is; a zone that spans one has "
		"less present than spanned")
	SEE("layout")

	TERM("soft reserved") UNIT("bytes")
	MEANING("memory that firmware marks for a purpose, such as high bandwidth or CXL "
		"memory: a driver has it first")
	SEE("layout")

	TERM("persistent memory") UNIT("bytes")
	ALSO("NVDIMM, pmem")
	MEANING("memory that keeps its content without power; a disk or a device until "
		"it is made System RAM (kmem)")
	SEE("layout")

	TERM("swap slot") UNIT("pages")
	MEANING("place for one page in a swap area; used of swap counts these")
	TRAP("a slot can be taken while the page is in zswap, in RAM again, or all "
	     "zeroes and only noted: nothing is on the device then")
	SEE("swap")

	TERM("major fault") UNIT("count")
	ALSO("majflt")
	MEANING("fault that has to wait for a disk: a page comes from a file or from "
		"swap")
	TRAP("pages from zram and zswap count, though no disk moves")
	SEE("swap, ps")
};

const struct ml_glossary ml_glossary_layout = {
	.kind = "word",
	GLOSSES(layout_terms),
};
