/* SPDX-License-Identifier: MIT */
/* stat: /proc/stat as libproc2 reads it - ticks of all CPUs and of each, and counts. */
#include <errno.h>
#include <libproc2/stat.h>
#include <stdio.h>

#include "procps/procps.h"

static const struct {
	enum stat_item item;
	const char *name;
} ticks[] = {
	{ STAT_TIC_USER, "user" },
	{ STAT_TIC_NICE, "nice" },
	{ STAT_TIC_SYSTEM, "system" },
	{ STAT_TIC_IDLE, "idle" },
	{ STAT_TIC_IOWAIT, "iowait" },
	{ STAT_TIC_IRQ, "irq" },
	{ STAT_TIC_SOFTIRQ, "softirq" },
	{ STAT_TIC_STOLEN, "steal" },
	{ STAT_TIC_GUEST, "guest" },
	{ STAT_TIC_GUEST_NICE, "guest_nice" },
};

static const struct {
	enum stat_item item;
	const char *key;
} counts[] = {
	{ STAT_SYS_CTX_SWITCHES, "ctxt" },
	{ STAT_SYS_INTERRUPTS, "intr" },
	{ STAT_SYS_TIME_OF_BOOT, "btime" },
	{ STAT_SYS_PROC_CREATED, "processes" },
	{ STAT_SYS_PROC_RUNNING, "procs_running" },
	{ STAT_SYS_PROC_BLOCKED, "procs_blocked" },
};

#define NTICKS ML_ARRAY_SIZE(ticks)
#define NCOUNTS ML_ARRAY_SIZE(counts)

/* The first result is the number of the CPU, which the sum of all has not. */
static int take_ticks(const struct stat_result *results, bool all, struct ml_arena *a,
		      struct ml_rows *ret)
{
	char cpu[16] = "", subject[64];

	if (!all)
		snprintf(cpu, sizeof(cpu), "%d", results[0].result.s_int);
	for (size_t i = 0; i < NTICKS; i++) {
		struct ml_value *value;

		snprintf(subject, sizeof(subject), "cpu%s %s", cpu, ticks[i].name);
		value = ml_procps_row(a, ret, subject, 1);
		if (!value)
			return -ENOMEM;
		*value = ml_procps_u64(results[i + 1].result.ull_int);
	}
	return 0;
}

static int read_ticks(struct stat_info *info, struct ml_arena *a, struct ml_rows *ret)
{
	enum stat_item asked[NTICKS + 1] = { STAT_TIC_ID };
	const struct stat_reaped *reaped;
	int rc;

	for (size_t i = 0; i < NTICKS; i++)
		asked[i + 1] = ticks[i].item;
	reaped = procps_stat_reap(info, STAT_REAP_CPUS_ONLY, asked, NTICKS + 1);
	if (!reaped)
		return -errno;
	rc = take_ticks(reaped->summary->head, true, a, ret);
	for (int i = 0; !rc && i < reaped->cpus->total; i++)
		rc = take_ticks(reaped->cpus->stacks[i]->head, false, a, ret);
	return rc;
}

static int read_counts(struct stat_info *info, struct ml_arena *a, struct ml_rows *ret)
{
	enum stat_item asked[NCOUNTS];
	const struct stat_stack *stack;

	for (size_t i = 0; i < NCOUNTS; i++)
		asked[i] = counts[i].item;
	stack = procps_stat_select(info, asked, NCOUNTS);
	if (!stack)
		return -errno;
	for (size_t i = 0; i < NCOUNTS; i++) {
		struct ml_value *value = ml_procps_row(a, ret, counts[i].key, 1);

		if (!value)
			return -ENOMEM;
		*value = ml_procps_u64(stack->head[i].result.ul_int);
	}
	return 0;
}

static int read_stat(const struct ml_witness_level *level, struct ml_arena *a,
		     struct ml_rows *ret)
{
	struct stat_info *info = NULL;
	int rc = procps_stat_new(&info);

	(void)level;
	if (rc < 0)
		return rc;
	rc = read_ticks(info, a, ret);
	if (!rc)
		rc = read_counts(info, a, ret);
	procps_stat_unref(&info);
	return rc;
}

const struct ml_witness_level ml_procps_stat = {
	.id = "stat",
	.names = ml_procps_value,
	.nnames = 1,
	.read = read_stat,
};
