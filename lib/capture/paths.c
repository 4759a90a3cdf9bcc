/* SPDX-License-Identifier: MIT */
/* paths: the register of what a capture holds. */
#include "capture/paths.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "model/memory_blocks.h"
#include "model/queue_text.h"
#include "model/shm_text.h"
#include "source/log.h"

/* The order of the register of feeds first; then what is slow or does not move. */
const struct ml_capture_path ml_capture_host[] = {
	{ "/proc/meminfo" },
	{ "/proc/vmstat" },
	{ "/proc/zoneinfo" },
	{ "/proc/buddyinfo" },
	{ "/proc/pagetypeinfo" },
	{ "/proc/slabinfo", ml_redact_slabinfo },
	{ "/proc/vmallocinfo" },
	{ "/proc/stat" },
	{ "/proc/loadavg" },
	{ "/proc/swaps", ml_redact_swaps },
	{ "/proc/pressure/cpu" },
	{ "/proc/pressure/memory" },
	{ "/proc/pressure/io" },
	{ "/proc/pressure/irq" },
	{ "/proc/uptime" },
	{ "/proc/diskstats" },
	{ "/proc/iomem" },
	{ "/proc/net/sockstat" },
	{ "/proc/net/sockstat6" },
	{ "/proc/self/cgroup", ml_redact_cgroup },
	{ "/proc/self/mountinfo", ml_redact_mountinfo },
	{ "/proc/allocinfo" },
	{ "/proc/cgroups" },
	{ "/proc/sysvipc/shm" },
	{ "/proc/version", ml_redact_version },
	{ "/proc/sys/kernel/hostname", ml_redact_line },
	{ "/proc/sys/kernel/osrelease" },
	{ "/proc/sys/kernel/random/boot_id" },
	{ "/proc/sys/kernel/pid_max" },
	{ "/proc/sys/kernel/shmmax" },
	{ "/proc/sys/kernel/shmall" },
	{ "/proc/sys/kernel/shmmni" },
	{ "/proc/sys/vm/*" },
	{ "/proc/spl/kstat/zfs/arcstats" },
	{ "/proc/sys/fs/dentry-state" },
	{ "/proc/sys/net/ipv4/tcp_mem" },
	{ "/sys/kernel/mm/hugepages/*/*" },
	{ "/sys/kernel/mm/transparent_hugepage/*" },
	{ "/sys/kernel/mm/transparent_hugepage/*/*" },
	{ "/sys/kernel/mm/transparent_hugepage/*/stats/*" },
	{ "/sys/kernel/mm/ksm/*" },
	{ "/sys/block/zram*/mm_stat" },
	{ "/sys/block/zram*/io_stat" },
	{ "/sys/block/zram*/bd_stat" },
	{ "/sys/block/zram*/disksize" },
	{ "/sys/block/zram*/comp_algorithm" },
	{ "/sys/block/zram*/backing_dev", ml_redact_backing },
	{ "/sys/module/zswap/parameters/*" },
	{ "/sys/kernel/debug/zswap/*" },
	{ "/sys/kernel/debug/extfrag/*" },
	{ "/sys/devices/system/cpu/online" },
	{ "/sys/devices/system/cpu/possible" },
	{ "/sys/devices/system/memory/block_size_bytes" },
	{ "/sys/devices/system/node/online" },
	{ "/sys/devices/system/node/possible" },
	{ "/sys/devices/system/node/has_*" },
	{ "/sys/devices/system/node/node*/meminfo" },
	{ "/sys/devices/system/node/node*/numastat" },
	{ "/sys/devices/system/node/node*/vmstat" },
	{ "/sys/devices/system/node/node*/distance" },
	{ "/sys/devices/system/node/node*/cpulist" },
	{ "/sys/devices/system/node/node*/hugepages/*/*" },
};

const size_t ml_capture_host_count = ML_ARRAY_SIZE(ml_capture_host);

/* The cheap ones first: they are of one instant then. */
const struct ml_capture_path ml_capture_process[] = {
	{ "stat", ml_redact_stat },
	{ "statm" },
	{ "status", ml_redact_status },
	{ "comm", ml_redact_comm },
	{ "cmdline", ml_redact_cmdline },
	{ "cgroup", ml_redact_cgroup },
	{ "oom_score" },
	{ "oom_score_adj" },
	{ "limits" },
	{ "io" },
	{ "smaps_rollup", ml_redact_maps },
	{ "maps", ml_redact_maps },
	{ "smaps", ml_redact_maps },
	{ "numa_maps", ml_redact_numa_maps },
	{ "ksm_stat" },
	{ "ksm_merging_pages" },
};

const size_t ml_capture_process_count = ML_ARRAY_SIZE(ml_capture_process);

const char *const ml_capture_cgroup[] = {
	"memory.*",
	"*.pressure",
	"cgroup.stat",
	"cgroup.procs",
	"cgroup.controllers",
};

const size_t ml_capture_cgroup_count = ML_ARRAY_SIZE(ml_capture_cgroup);

static const char *const left[] = {
	"stat_refresh",      /* vm: reading it folds the counters of all CPUs */
	"compact_memory",    /* vm: for writing */
	"drop_caches",       /* vm: for writing */
	"demote",            /* hugepages: for writing */
	"memory.reclaim",    /* for writing */
	"memory.force_empty",
	"memory.pressure_level",
	"memory.kmem.slabinfo", /* fails, or holds what /proc/slabinfo does */
};

bool ml_capture_fits(struct ml_str name, struct ml_str pattern)
{
	const char *star = memchr(pattern.p, '*', pattern.n);
	size_t head = star ? (size_t)(star - pattern.p) : pattern.n, tail;

	if (!star)
		return ml_str_eq(name, pattern);
	tail = pattern.n - head - 1;
	return name.n >= head + tail && memcmp(name.p, pattern.p, head) == 0 &&
	       memcmp(name.p + name.n - tail, star + 1, tail) == 0;
}

bool ml_capture_leaves(struct ml_str name)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(left); i++)
		if (ml_str_is(name, left[i]))
			return true;
	return false;
}

/* Component by component. */
static bool fits_path(struct ml_str path, struct ml_str pattern)
{
	struct ml_str part, wanted;
	bool more, wants;

	do {
		more = ml_split(&path, '/', &part);
		wants = ml_split(&pattern, '/', &wanted);
		if (!ml_capture_fits(more ? part : path, wants ? wanted : pattern))
			return false;
	} while (more && wants);
	return more == wants;
}

static bool is_of_process(struct ml_str path)
{
	struct ml_str part;
	uint64_t pid;

	if (!ml_split(&path, '/', &part) || !ml_str_is(part, "proc") ||
	    !ml_split(&path, '/', &part) || !ml_num_u64(part, &pid))
		return false;
	for (size_t i = 0; i < ml_capture_process_count; i++)
		if (ml_str_is(path, ml_capture_process[i].path))
			return true;
	return false;
}

bool ml_capture_holds(struct ml_str path)
{
	for (size_t i = 0; i < ml_capture_host_count; i++)
		if (fits_path(path, ml_str_of(ml_capture_host[i].path + 1)))
			return true;
	return is_of_process(path) || ml_str_is(path, "MANIFEST") ||
	       ml_str_is(path, ML_SHM_TEXT) || ml_str_is(path, ML_QUEUE_TEXT) ||
	       ml_str_is(path, ML_SHM_TEXT) || ml_str_is(path, ML_LOG_TEXT) ||
	       ml_str_is(path, &(ML_MEMORY_BLOCKS "/" ML_MEMORY_BLOCK_LIST)[1]);
}
