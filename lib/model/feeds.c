/* SPDX-License-Identifier: MIT */
/* feeds: the register of sources. */
#include "model/feeds.h"

#include "model/cache.h"
#include "model/cgroup.h"
#include "model/group_pressure.h"
#include "model/groups.h"
#include "model/hits_feed.h"
#include "model/hugepages.h"
#include "model/hugetlb.h"
#include "model/kernel.h"
#include "model/ksm.h"
#include "model/memory_blocks.h"
#include "model/node.h"
#include "model/numa_maps.h"
#include "model/oom.h"
#include "model/physical.h"
#include "model/proc.h"
#include "model/queue.h"
#include "model/series_files.h"
#include "model/shm.h"
#include "model/swap.h"
#include "model/thp.h"
#include "model/tmpfs.h"
#include "model/vm_settings.h"
#include "model/vma.h"
#include "model/zram.h"
#include "model/zswap.h"
#include "parse/arcstats.h"
#include "parse/buddyinfo.h"
#include "parse/diskstats.h"
#include "parse/loadavg.h"
#include "parse/meminfo.h"
#include "parse/mountinfo.h"
#include "parse/pagetypeinfo.h"
#include "parse/pressure.h"
#include "parse/slabinfo.h"
#include "parse/sockstat.h"
#include "parse/stat.h"
#include "parse/swaps.h"
#include "parse/sysvipc_shm.h"
#include "parse/uptime.h"
#include "parse/vmallocinfo.h"
#include "parse/vmstat.h"
#include "parse/zoneinfo.h"

/* Files of mode 0400 that root owns. */
#define READ_ANY "CAP_DAC_READ_SEARCH"
#define PSI_LOSS "stall times (kernel built without CONFIG_PSI, or booted with psi=0)"

const struct ml_feed ml_feeds_register[ML_FEED_COUNT] = {
	[ML_FEED_MEMINFO] = {
		.key = "meminfo",
		.path = "/proc/meminfo",
		.parse = ml_parse_meminfo,
		.never_empty = true,
		.loss = "how memory is used",
	},
	[ML_FEED_VMSTAT] = {
		.key = "vmstat",
		.path = "/proc/vmstat",
		.parse = ml_parse_vmstat,
		.never_empty = true,
		.loss = "what moves: faults, reclaim, swap, compaction",
	},
	[ML_FEED_ZONEINFO] = {
		.key = "zoneinfo",
		.path = "/proc/zoneinfo",
		.parse = ml_parse_zoneinfo,
		.loss = "watermarks and per-CPU lists",
	},
	[ML_FEED_BUDDYINFO] = {
		.key = "buddyinfo",
		.path = "/proc/buddyinfo",
		.parse = ml_parse_buddyinfo,
		.loss = "free blocks by size",
	},
	[ML_FEED_PAGETYPEINFO] = {
		.key = "pagetypeinfo",
		.path = "/proc/pagetypeinfo",
		.parse = ml_parse_pagetypeinfo,
		.capability = READ_ANY,
		.loss = "migrate types and mixed blocks",
	},
	[ML_FEED_SLABINFO] = {
		.key = "slabinfo",
		.path = "/proc/slabinfo",
		.parse = ml_parse_slabinfo,
		.capability = READ_ANY,
		.loss = "the slab caches by name",
	},
	[ML_FEED_VMALLOCINFO] = {
		.key = "vmallocinfo",
		.path = "/proc/vmallocinfo",
		.parse = ml_parse_vmallocinfo,
		.capability = READ_ANY,
		.loss = "vmalloc areas by caller",
	},
	[ML_FEED_STAT] = {
		.key = "stat",
		.path = "/proc/stat",
		.parse = ml_parse_stat,
		.never_empty = true,
		.loss = "CPU time and tasks",
	},
	[ML_FEED_LOADAVG] = {
		.key = "loadavg",
		.path = "/proc/loadavg",
		.parse = ml_parse_loadavg,
		.never_empty = true,
		.loss = "the load average",
	},
	[ML_FEED_SWAPS] = {
		.key = "swaps",
		.path = "/proc/swaps",
		.parse = ml_parse_swaps,
		.loss = "swap devices",
	},
	[ML_FEED_PRESSURE_CPU] = {
		.key = "pressure_cpu",
		.path = "/proc/pressure/cpu",
		.parse = ml_parse_pressure,
		.never_empty = true,
		.loss = PSI_LOSS,
	},
	[ML_FEED_PRESSURE_MEMORY] = {
		.key = "pressure_memory",
		.path = "/proc/pressure/memory",
		.parse = ml_parse_pressure,
		.never_empty = true,
		.loss = PSI_LOSS,
	},
	[ML_FEED_PRESSURE_IO] = {
		.key = "pressure_io",
		.path = "/proc/pressure/io",
		.parse = ml_parse_pressure,
		.never_empty = true,
		.loss = PSI_LOSS,
	},
	[ML_FEED_PRESSURE_IRQ] = {
		.key = "pressure_irq",
		.path = "/proc/pressure/irq",
		.parse = ml_parse_pressure,
		.never_empty = true,
		.loss = "interrupt stall times (kernel built without CONFIG_IRQ_TIME_ACCOUNTING)",
	},
	[ML_FEED_UPTIME] = {
		.key = "uptime",
		.path = "/proc/uptime",
		.parse = ml_parse_uptime,
		.never_empty = true,
		.loss = "time since boot",
	},
	[ML_FEED_MOUNTS] = {
		.key = "mounts",
		.path = "/proc/self/mountinfo",
		.parse = ml_parse_mountinfo,
		.never_empty = true,
		.loss = "what is mounted",
	},
	[ML_FEED_IOMEM] = {
		.key = "iomem",
		.path = "/proc/iomem",
		.gather = ml_iomem_gather,
		.capability = "CAP_SYS_ADMIN",
		.loss = "how much RAM the machine has beside MemTotal",
	},
	[ML_FEED_SOCKSTAT] = {
		.key = "sockstat",
		.path = "/proc/net/sockstat",
		.parse = ml_parse_sockstat,
		.loss = "pages in TCP and UDP queues",
	},
	[ML_FEED_HUGEPAGE_SIZES] = {
		.key = "hugepage_sizes",
		.path = "/sys/kernel/mm/hugepages",
		.gather = ml_hugepage_sizes_gather,
		.loss = "the sizes of huge pages",
	},
	[ML_FEED_HUGETLB] = {
		.key = "hugetlb",
		.path = "/sys/kernel/mm/hugepages",
		.gather = ml_hugetlb_gather,
		.loss = "the pools of huge pages (kernel built without CONFIG_HUGETLBFS)",
	},
	[ML_FEED_THP] = {
		.key = "thp",
		.path = "/sys/kernel/mm/transparent_hugepage",
		.gather = ml_thp_gather,
		.loss = "transparent huge pages (kernel built without them)",
	},
	[ML_FEED_KSM] = {
		.key = "ksm",
		.path = "/sys/kernel/mm/ksm",
		.gather = ml_ksm_gather,
		.loss = "the merging of equal pages (kernel built without CONFIG_KSM)",
	},
	[ML_FEED_NODES] = {
		.key = "nodes",
		.path = ML_NODE_FOLDER,
		.gather = ml_nodes_gather,
		.loss = "the nodes (kernel built without CONFIG_NUMA)",
	},
	[ML_FEED_ZRAM] = {
		.key = "zram",
		.path = "/sys/block/zram*",
		.gather = ml_zram_gather,
		.loss = "what zram devices hold and take",
	},
	[ML_FEED_ZSWAP] = {
		.key = "zswap",
		.path = "/sys/module/zswap",
		.gather = ml_zswap_gather,
		.loss = "how zswap is set",
	},
	[ML_FEED_DISKSTATS] = {
		.key = "diskstats",
		.path = "/proc/diskstats",
		.parse = ml_parse_diskstats,
		.loss = "what disks read and write",
	},
	[ML_FEED_SWAP_SETTINGS] = {
		.key = "swap_settings",
		.path = "/proc/sys/vm",
		.gather = ml_swap_settings_gather,
		.loss = "how swapping is set",
	},
	[ML_FEED_VM_SETTINGS] = {
		.key = "vm_settings",
		.path = "/proc/sys/vm",
		.gather = ml_vm_settings_gather,
		.loss = "how the kernel's memory management is set",
	},
	[ML_FEED_ARCSTATS] = {
		.key = "arcstats",
		.path = "/proc/spl/kstat/zfs/arcstats",
		.parse = ml_parse_arcstats,
		.never_empty = true,
		.loss = "the cache of ZFS",
	},
	[ML_FEED_MEMORY_BLOCKS] = {
		.key = "memory_blocks",
		.path = ML_MEMORY_BLOCKS,
		.gather = ml_memory_blocks_gather,
		.loss = "which blocks of memory are online",
	},
	[ML_FEED_CGROUP_LIMIT] = {
		.key = "cgroup_limit",
		.path = "/proc/self/cgroup",
		.gather = ml_cgroup_limit_gather,
		.uses = ML_FEED(MOUNTS),
		.loss = "the memory limit of our control group",
	},
	[ML_FEED_GROUPS] = {
		.key = "groups",
		.path = "/sys/fs/cgroup",
		.gather = ml_groups_gather,
		.uses = ML_FEED(MOUNTS),
		.loss = "the control groups",
	},
	[ML_FEED_GROUP_PRESSURE] = {
		.key = "group_pressure",
		.path = "/sys/fs/cgroup/*/*.pressure",
		.gather = ml_group_pressure_gather,
		.loss = "the stall times of the control group",
	},
	[ML_FEED_SYSV_SHM] = {
		.key = "sysv_shm",
		.path = "/proc/sysvipc/shm",
		.parse = ml_parse_sysvipc_shm,
		.loss = "SysV segments (kernel built without CONFIG_SYSVIPC)",
	},
	[ML_FEED_SHM] = {
		.key = "shared_memory",
		.path = "/proc/*/{fd,maps}",
		.gather = ml_shm_gather,
		.uses = ML_FEED(SYSV_SHM),
		.capability = "CAP_SYS_PTRACE",
		.loss = "shared memory of other users' processes",
	},
	[ML_FEED_QUEUES] = {
		.key = "queues",
		.path = "/proc/*/fd",
		.gather = ml_queues_gather,
		.capability = "CAP_SYS_PTRACE",
		.loss = "sockets, pipes and UNIX queues of other users' processes",
	},
	[ML_FEED_TMPFS] = {
		.key = "tmpfs",
		.path = "/proc/self/mountinfo",
		.gather = ml_tmpfs_gather,
		.loss = "how full file systems in memory are",
	},
	[ML_FEED_SHM_LARGE] = {
		.key = "shared_memory_large",
		.path = "/proc/*/{fd,maps}",
		.gather = ml_shm_large_gather,
		.uses = ML_FEED(SYSV_SHM) | ML_FEED(MEMINFO),
		.capability = "CAP_SYS_PTRACE",
		.loss = "shared memory of other users' processes",
	},
	[ML_FEED_QUEUES_LARGE] = {
		.key = "queues_large",
		.path = "/proc/*/fd",
		.gather = ml_queues_large_gather,
		.uses = ML_FEED(MEMINFO) | ML_FEED(ZONEINFO) | ML_FEED(VMSTAT) |
			ML_FEED(VMALLOCINFO) | ML_FEED(SOCKSTAT),
		.capability = "CAP_SYS_PTRACE",
		.loss = "sockets, pipes and UNIX queues of other users' processes",
	},
	[ML_FEED_KERNEL] = {
		.key = "kernel",
		.path = "/proc/sys",
		.gather = ml_kernel_gather,
		.uses = ML_FEED(MOUNTS),
		.loss = "what the kernel's own memory grows with",
	},
	[ML_FEED_PROCESSES] = {
		.key = "processes",
		.path = "/proc/*",
		.gather = ml_processes_gather,
		.loss = "the processes",
	},
	[ML_FEED_MAPPINGS] = {
		.key = "mappings",
		.path = "/proc/*/smaps",
		.gather = ml_mappings_gather,
		.capability = "CAP_SYS_PTRACE",
		.loss = "the mappings of the process",
	},
	[ML_FEED_NUMA_MAPS] = {
		.key = "numa_maps",
		.path = "/proc/*/numa_maps",
		.gather = ml_numa_maps_gather,
		.capability = "CAP_SYS_PTRACE",
		.loss = "on which nodes the memory of the process is",
	},
	[ML_FEED_CACHE] = {
		.key = "cache",
		.path = "cachestat(2)",
		.gather = ml_cache_gather,
		.uses = ML_FEED(MOUNTS),
		.loss = "which files are in memory",
	},
	[ML_FEED_HITS] = {
		.key = "hits",
		.path = "/sys/kernel/tracing/events/filemap",
		.gather = ml_hits_gather,
		.capability = "root, or CAP_PERFMON and a tracefs it may read",
		.loss = "hits of the page cache, which only a running machine has",
	},
	[ML_FEED_OOM] = {
		.key = "oom",
		.path = "/dev/kmsg",
		.gather = ml_oom_gather,
		.uses = ML_FEED(VMSTAT),
		.capability = "CAP_SYSLOG; or try journalctl -k | memlens oom -",
		.loss = "what the kernel log tells of kills and failed allocations",
	},
	[ML_FEED_SERIES_FILES] = {
		.key = "series_files",
		.path = "FILE",
		.gather = ml_series_files_gather,
		.loss = "the series of the files that are named",
	},
};
