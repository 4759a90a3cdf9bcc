/* SPDX-License-Identifier: MIT */
/* processes: what libproc2 reads of each process, under our names. */
#include <errno.h>
#include <libproc2/pids.h>
#include <stdio.h>

#include "procps/procps.h"

#define KIB 1024
#define PF_KTHREAD 0x00200000 /* include/linux/sched.h */

/* What was asked, in any order. */
struct stack {
	const struct pids_result *results;
	size_t n;
	struct ml_arena *arena;
};

static const struct pids_result *get(const struct stack *s, enum pids_item item)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->results[i].item == item)
			return &s->results[i];
	return NULL;
}

static uint64_t number(const struct stack *s, enum pids_item item)
{
	return get(s, item)->result.ul_int;
}

/* ---- values ---- */

typedef struct ml_value take_fn(const struct stack *s, enum pids_item item);

static struct ml_value take_count(const struct stack *s, enum pids_item item)
{
	return ml_procps_u64(number(s, item));
}

static struct ml_value take_kib(const struct stack *s, enum pids_item item)
{
	return ml_procps_u64(KIB * (uint64_t)number(s, item));
}

static struct ml_value take_int(const struct stack *s, enum pids_item item)
{
	return ml_procps_u64((uint64_t)get(s, item)->result.s_int);
}

static struct ml_value take_uint(const struct stack *s, enum pids_item item)
{
	return ml_procps_u64(get(s, item)->result.u_int);
}

static struct ml_value take_signed(const struct stack *s, enum pids_item item)
{
	return (struct ml_value){ .type = ML_TYPE_S64,
				  .known = true,
				  .s64 = get(s, item)->result.s_int };
}

static struct ml_value take_seconds(const struct stack *s, enum pids_item item)
{
	return (struct ml_value){ .type = ML_TYPE_F64,
				  .known = true,
				  .f64 = get(s, item)->result.real };
}

static struct ml_value take_char(const struct stack *s, enum pids_item item)
{
	const char text[] = { (char)get(s, item)->result.s_ch, '\0' };

	return ml_procps_text(s->arena, text);
}

/* "-" and "?" stand for what could not be read. */
static struct ml_value take_text(const struct stack *s, enum pids_item item)
{
	const char *text = get(s, item)->result.str;
	struct ml_value unknown = { .type = ML_TYPE_STR };

	if (!text || strcmp(text, "-") == 0 || strcmp(text, "?") == 0)
		return unknown;
	return ml_procps_text(s->arena, text);
}

/* Who may not read smaps_rollup is shown 0. */
static bool has_rollup(const struct stack *s)
{
	return number(s, PIDS_SMAP_RSS) || !number(s, PIDS_RSS);
}

static struct ml_value take_rollup(const struct stack *s, enum pids_item item)
{
	return has_rollup(s) ? take_kib(s, item) : (struct ml_value){ 0 };
}

static struct ml_value take_rss(const struct stack *s, enum pids_item item)
{
	return take_kib(s, has_rollup(s) ? item : PIDS_VM_RSS);
}

static struct ml_value take_words(const struct stack *s, enum pids_item item)
{
	char **words = get(s, item)->result.strv;
	struct ml_value value = { .type = ML_TYPE_STR };
	const char *text = words ? words[0] : NULL;

	for (size_t i = 1; text && words[i]; i++)
		text = ml_arena_printf(s->arena, "%s %s", text, words[i]);
	return text && *text ? ml_procps_text(s->arena, text) : value;
}

/* The group that is charged: that of the memory controller, or the one of version 2. */
static struct ml_value take_cgroup(const struct stack *s, enum pids_item item)
{
	char **lines = get(s, item)->result.strv;
	struct ml_value value = { .type = ML_TYPE_STR };
	const char *path = NULL;

	for (size_t i = 0; lines && lines[i]; i++) {
		const char *names = strchr(lines[i], ':');
		const char *group = names ? strchr(names + 1, ':') : NULL;

		if (!group)
			continue;
		if (!path && names + 1 == group)
			path = group + 1;
		if (strncmp(names, ":memory:", 8) == 0)
			path = group + 1;
	}
	return path ? ml_procps_text(s->arena, path) : value;
}

/* ---- items ---- */

/* Our key, their item, how its value is taken. */
#define FIELDS(X) \
	X(start, PIDS_TIME_START, take_seconds) \
	X(ppid, PIDS_ID_PPID, take_int) \
	X(user, PIDS_ID_EUSER, take_text) \
	X(uid, PIDS_ID_EUID, take_uint) \
	X(state, PIDS_STATE, take_char) \
	X(pss, PIDS_SMAP_PSS, take_rollup) \
	X(uss, PIDS_SMAP_PRV_TOTAL, take_rollup) \
	X(rss, PIDS_SMAP_RSS, take_rss) \
	X(swap, PIDS_VM_SWAP, take_kib) \
	X(swap_pss, PIDS_SMAP_SWAP_PSS, take_rollup) \
	X(anon, PIDS_VM_RSS_ANON, take_kib) \
	X(file, PIDS_VM_RSS_FILE, take_kib) \
	X(shmem, PIDS_VM_RSS_SHARED, take_kib) \
	X(pss_anon, PIDS_SMAP_PSS_ANON, take_rollup) \
	X(pss_file, PIDS_SMAP_PSS_FILE, take_rollup) \
	X(pss_shmem, PIDS_SMAP_PSS_SHMEM, take_rollup) \
	X(referenced, PIDS_SMAP_REFERENCED, take_rollup) \
	X(thp, PIDS_SMAP_HUGE_ANON, take_rollup) \
	X(vss, PIDS_VSIZE_BYTES, take_count) \
	X(data, PIDS_VM_DATA, take_kib) \
	X(stack, PIDS_VM_STACK, take_kib) \
	X(locked, PIDS_VM_RSS_LOCKED, take_kib) \
	X(minflt, PIDS_FLT_MIN, take_count) \
	X(majflt, PIDS_FLT_MAJ, take_count) \
	X(threads, PIDS_NLWP, take_int) \
	X(oom_score, PIDS_OOM_SCORE, take_int) \
	X(oom_adj, PIDS_OOM_ADJ, take_signed) \
	X(read_bytes, PIDS_IO_READ_BYTES, take_count) \
	X(write_bytes, PIDS_IO_WRITE_BYTES, take_count) \
	X(unit, PIDS_SD_UNIT, take_text) \
	X(cgroup, PIDS_CGROUP_V, take_cgroup) \
	X(comm, PIDS_CMD, take_text) \
	X(exe, PIDS_EXE, take_text) \
	X(cmdline, PIDS_CMDLINE_V, take_words)

#define FIELD(name_, item_, take_) { #name_, item_, take_ },
#define FIELD_NAME(name_, item_, take_) #name_,

static const struct field {
	const char *name;
	enum pids_item item;
	take_fn *take;
} fields[] = { FIELDS(FIELD) };

static const char *const process_names[] = { FIELDS(FIELD_NAME) };
static const char *const kernel_names[] = { "state", "comm" };

#define NFIELDS ML_ARRAY_SIZE(fields)

/* What is asked beside the fields. */
static const enum pids_item others[] = { PIDS_ID_PID, PIDS_FLAGS, PIDS_RSS, PIDS_VM_RSS };

#define NITEMS (NFIELDS + ML_ARRAY_SIZE(others))

static const struct field *field_of(const char *name)
{
	for (size_t i = 0; i < NFIELDS; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static int take_process(const struct ml_witness_level *level, const struct stack *s,
			struct ml_rows *ret)
{
	struct ml_value *values;
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", get(s, PIDS_ID_PID)->result.s_int);
	values = ml_procps_row(s->arena, ret, pid, level->nnames);
	if (!values)
		return -ENOMEM;
	for (size_t i = 0; i < level->nnames; i++) {
		const struct field *field = field_of(level->names[i]);

		values[i] = field->take(s, field->item);
		if (values[i].known && values[i].type == ML_TYPE_STR && !values[i].str.p)
			return -ENOMEM;
	}
	return 0;
}

static int read_tasks(const struct ml_witness_level *level, bool kernel,
		      struct ml_arena *a, struct ml_rows *ret)
{
	enum pids_item asked[NITEMS];
	struct pids_info *info = NULL;
	const struct pids_fetch *fetch;
	int rc;

	for (size_t i = 0; i < NFIELDS; i++)
		asked[i] = fields[i].item;
	memcpy(asked + NFIELDS, others, sizeof(others));
	rc = procps_pids_new(&info, asked, NITEMS);
	if (rc < 0)
		return rc;
	fetch = procps_pids_reap(info, PIDS_FETCH_TASKS_ONLY);
	rc = fetch ? 0 : -errno;
	for (int i = 0; !rc && i < fetch->counts->total; i++) {
		const struct stack s = { fetch->stacks[i]->head, NITEMS, a };

		if (kernel == ((number(&s, PIDS_FLAGS) & PF_KTHREAD) != 0))
			rc = take_process(level, &s, ret);
	}
	procps_pids_unref(&info);
	return rc;
}

static int read_processes(const struct ml_witness_level *level, struct ml_arena *a,
			  struct ml_rows *ret)
{
	return read_tasks(level, false, a, ret);
}

static int read_kernel(const struct ml_witness_level *level, struct ml_arena *a,
		       struct ml_rows *ret)
{
	return read_tasks(level, true, a, ret);
}

const struct ml_witness_level ml_procps_processes = {
	.id = "processes",
	.names = process_names,
	.nnames = ML_ARRAY_SIZE(process_names),
	.read = read_processes,
};

const struct ml_witness_level ml_procps_kernel = {
	.id = "kernel_threads",
	.names = kernel_names,
	.nnames = ML_ARRAY_SIZE(kernel_names),
	.read = read_kernel,
};
