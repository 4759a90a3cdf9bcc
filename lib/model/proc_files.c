/* SPDX-License-Identifier: MIT */
/* proc_files: what each file of a process tells about it. */
#include "model/proc_files.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "model/delays.h"
#include "model/proc_maps.h"
#include "model/smaps_file.h"
#include "parse/ksm_stat.h"
#include "parse/task_cgroup.h"
#include "parse/task_io.h"
#include "parse/task_limits.h"
#include "parse/task_stat.h"
#include "parse/task_statm.h"
#include "parse/task_status.h"
#include "source/walk.h"

/* A command line is cut off here; all other files are far smaller. */
#define BUF_BYTES (32 * 1024)

typedef ml_proc_take_fn take_fn;

void ml_proc_init(struct ml_proc *proc, uint64_t pid)
{
	memset(proc, 0xff, sizeof(*proc)); /* ML_NONE */
	proc->pid = pid;
	proc->start = proc->pss_age = NAN;
	proc->oom_adj = proc->ksm_profit = INT64_MIN;
	proc->kernel = false;
	proc->delays = NULL;
	proc->user = proc->comm = proc->cmdline = proc->exe = proc->state = proc->cgroup =
		proc->unit = proc->how = (struct ml_str){ 0 };
}

int ml_proc_reader_init(struct ml_proc_reader *r, const struct ml_processes *processes,
			const struct ml_users *users, uint64_t page_size)
{
	*r = (struct ml_proc_reader){
		.processes = processes,
		.users = users,
		.page_size = page_size,
		.buf = malloc(BUF_BYTES),
		.taskstats.fd = -1,
	};
	return r->buf ? 0 : -ENOMEM;
}

void ml_proc_reader_deinit(struct ml_proc_reader *r)
{
	free(r->buf);
	ml_taskstats_close(&r->taskstats);
	ml_arena_deinit(&r->arena);
}

static uint64_t pages(const struct ml_proc_reader *r, uint64_t n)
{
	return ml_mul(n, r->page_size);
}

static int keep(struct ml_proc_reader *r, struct ml_str s, struct ml_str *ret)
{
	char *p = ml_arena_strndup(&r->arena, s.p, s.n);

	if (!p)
		return -ENOMEM;
	*ret = (struct ml_str){ p, s.n };
	return 0;
}

/* The whole file as text in the buffer: 0 or -errno. */
static int read_text(struct ml_proc_reader *r, const struct ml_process *process,
		     const char *name, struct ml_str *ret)
{
	ssize_t n = ml_process_read(process, name, r->buf, BUF_BYTES);

	if (n < 0)
		return (int)n;
	*ret = (struct ml_str){ r->buf, (size_t)n };
	return 0;
}

/* ---- stat, statm ---- */

static int take_stat_text(struct ml_proc_reader *r, struct ml_str text,
			  struct ml_proc *ret)
{
	struct ml_task_stat stat;

	if (!text.n)
		return -ESRCH;
	if (!ml_parse_task_stat(text, &stat)) {
		r->bad[ML_PROC_FILE_STAT]++;
		return 0;
	}
	ret->start = (double)stat.start / ML_TICKS_PER_SECOND;
	ret->ppid = stat.ppid;
	ret->threads = stat.threads;
	ret->minflt = stat.minflt;
	ret->majflt = stat.majflt;
	ret->cpu_ticks = ml_add(stat.utime, stat.stime);
	ret->kernel = stat.flags & ML_TASK_KTHREAD;
	ret->how = ML_STR("stat");
	if (!ret->kernel && stat.state.p[0] != 'Z' && stat.state.p[0] != 'X') {
		ret->vss = stat.vsize;
		ret->rss = pages(r, stat.rss);
	}
	if (keep(r, stat.state, &ret->state))
		return -ENOMEM;
	return keep(r, stat.comm, &ret->comm);
}

static int take_stat(struct ml_proc_reader *r, const struct ml_process *process,
		     struct ml_proc *ret)
{
	struct ml_str text;
	int rc = read_text(r, process, "stat", &text);

	return rc ? rc : take_stat_text(r, text, ret);
}

int ml_proc_statm(struct ml_proc_reader *r, uint64_t pid, struct ml_task_statm *ret)
{
	ssize_t n = ml_processes_read(r->processes, pid, "statm", r->buf, BUF_BYTES);

	if (n < 0)
		return (int)n;
	if (!ml_parse_task_statm((struct ml_str){ r->buf, (size_t)n }, ret))
		*ret = (struct ml_task_statm){ 0 };
	return 0;
}

int ml_proc_read_statm(struct ml_proc_reader *r, struct ml_proc *ret)
{
	struct ml_task_statm statm;
	int rc = ml_proc_statm(r, ret->pid, &statm);

	if (rc || !statm.size) /* a kernel thread or a zombie */
		return rc;
	ret->vss = pages(r, statm.size);
	ret->rss = pages(r, statm.resident);
	ret->file = pages(r, statm.shared);
	ret->anon = ml_sub_sat(ret->rss, ret->file);
	return 0;
}

/* ---- status ---- */

static void take_sizes(const struct ml_task_status *status, struct ml_proc *ret)
{
	/* stat counts pages of a size that may be unknown, and lags: only these add up */
	ret->rss = status->vm_rss;
	ret->anon = status->rss_anon;
	ret->file = status->rss_file;
	ret->shmem = status->rss_shmem;
	ret->swap = status->vm_swap;
	ret->pagetables = ml_add(status->vm_pte, ml_or0(status->vm_pmd));
	ret->locked = status->vm_lck;
	if (status->threads != ML_NONE)
		ret->threads = status->threads;
	ret->pinned = status->vm_pin;
	ret->hugetlb = status->hugetlb;
	ret->thp_allowed = status->thp;
	ret->peak_rss = status->vm_hwm;
	ret->data = status->vm_data;
	ret->stack = status->vm_stk;
}

/* More than two reads of one moment differ by. */
#define STALE_BYTES (1u << 20)

/* A recording has status of up to a minute ago, and statm of just then. */
static void freshen(struct ml_proc_reader *r, struct ml_proc *ret)
{
	struct ml_task_statm statm;
	uint64_t rss, shared, off;

	if (!r->processes->root->tree || ml_proc_statm(r, ret->pid, &statm))
		return;
	rss = pages(r, statm.resident);
	shared = pages(r, statm.shared);
	off = rss > ret->rss ? rss - ret->rss : ret->rss - rss;
	if (!statm.size || rss == ML_NONE || shared == ML_NONE || off < STALE_BYTES)
		return;
	ret->rss = rss;
	ret->anon = ml_sub_sat(rss, shared);
	if (ret->shmem != ML_NONE)
		ret->file = ml_sub_sat(shared, ret->shmem);
}

static int take_status(struct ml_proc_reader *r, const struct ml_process *process,
		       struct ml_proc *ret)
{
	struct ml_task_status status;
	struct ml_str text;
	int rc = read_text(r, process, "status", &text);

	if (rc)
		return rc;
	if (!ml_parse_task_status(text, &status))
		r->bad[ML_PROC_FILE_STATUS] += text.n > 0;
	ret->uid = status.uid;
	ret->user = r->users ? ml_users_find(r->users, status.uid) : (struct ml_str){ 0 };
	if (!ret->user.p && status.uid != ML_NONE) {
		const char *number = ml_arena_printf(&r->arena, "%llu",
						     (unsigned long long)status.uid);

		if (!number)
			return -ENOMEM;
		ret->user = ml_str_of(number);
	}
	if (!ret->kernel && status.vm_rss != ML_NONE) {
		take_sizes(&status, ret);
		freshen(r, ret);
		ret->how = ML_STR("status");
	}
	return 0;
}

/* ---- rollup ---- */

/* smaps_rollup holds one record, smaps one per mapping: their sum is the same but for
 * what is rounded. `ret_n` counts records. */
static int sum_mappings(struct ml_proc_reader *r, const struct ml_process *process,
			const char *name, struct ml_smaps_row *ret, size_t *ret_n)
{
	struct ml_smaps_file file;
	struct ml_smaps_row m;
	int fd = ml_process_openat(process, name);
	int rc = fd < 0 ? fd : ml_smaps_file_init(&file, fd);

	if (rc)
		return rc;
	memset(ret, 0xff, sizeof(*ret));
	for (*ret_n = 0; (rc = ml_smaps_file_next(&file, &m, NULL)) > 0; (*ret_n)++)
		ml_smaps_add(ret, &m);
	if (!rc && file.error)
		rc = -file.error;
	r->bad[ML_PROC_FILE_ROLLUP] += file.count.bad_lines > 0;
	ml_smaps_file_deinit(&file);
	return rc;
}

/* The common case in one read: the file is some 600 bytes. */
static int read_rollup(struct ml_proc_reader *r, const struct ml_process *process,
		       struct ml_smaps_row *ret, size_t *ret_n)
{
	struct ml_parsed count = { 0 };
	struct ml_str text;
	int rc = read_text(r, process, "smaps_rollup", &text);

	if (rc)
		return rc;
	*ret_n = ml_smaps_next(&text, true, ret, &count);
	r->bad[ML_PROC_FILE_ROLLUP] += count.bad_lines > 0;
	return 0;
}

static int take_rollup(struct ml_proc_reader *r, const struct ml_process *process,
		       struct ml_proc *ret)
{
	struct ml_smaps_row sum;
	const char *how = "rollup";
	size_t n;
	int rc = ret->kernel ? -ESRCH : read_rollup(r, process, &sum, &n);

	if (rc == -ENOENT) { /* before 4.14 */
		how = "smaps";
		rc = sum_mappings(r, process, "smaps", &sum, &n);
	}
	if (rc == -ESRCH && (ret->kernel || ml_str_is(ret->state, "Z")))
		return 0; /* it has no memory */
	if (rc || !n)
		return rc;
	ret->how = ml_str_of(how);
	ret->rss = sum.rss;
	ret->pss = sum.pss;
	ret->pss_age = sum.pss == ML_NONE ? (double)NAN : 0;
	ret->uss = ml_add(sum.private_clean, sum.private_dirty);
	ret->pss_anon = sum.pss_anon;
	ret->pss_file = sum.pss_file;
	ret->pss_shmem = sum.pss_shmem;
	ret->pss_dirty = sum.pss_dirty;
	ret->referenced = sum.referenced;
	ret->thp = sum.anon_huge_pages;
	ret->thp_shmem = sum.shmem_pmd_mapped;
	ret->thp_file = sum.file_pmd_mapped;
	ret->ksm = sum.ksm;
	ret->swap_pss = sum.swap_pss;
	return 0;
}

/* ---- the small ones ---- */

/* Arguments end with NUL: shown with blanks between. */
static int take_cmdline(struct ml_proc_reader *r, const struct ml_process *process,
			struct ml_proc *ret)
{
	struct ml_str text = { 0 };
	int rc = ret->kernel ? 0 : read_text(r, process, "cmdline", &text);

	if (rc)
		return rc;
	while (text.n && !text.p[text.n - 1])
		text.n--;
	for (size_t i = 0; i < text.n; i++)
		if (!r->buf[i])
			r->buf[i] = ' ';
	return text.n ? keep(r, text, &ret->cmdline) : 0;
}

static int take_cgroup(struct ml_proc_reader *r, const struct ml_process *process,
		       struct ml_proc *ret)
{
	struct ml_task_cgroup cgroup;
	struct ml_str text, path;
	int rc = read_text(r, process, "cgroup", &text);

	if (rc)
		return rc;
	if (!ml_parse_task_cgroup(text, &cgroup)) {
		r->bad[ML_PROC_FILE_CGROUP] += text.n > 0;
		return 0;
	}
	path = ml_cgroup_unit(ml_task_cgroup_systemd(&cgroup));
	if (path.p && keep(r, path, &ret->unit))
		return -ENOMEM;
	path = ml_task_cgroup_memory(&cgroup);
	return path.p ? keep(r, path, &ret->cgroup) : 0;
}

static int take_oom(struct ml_proc_reader *r, const struct ml_process *process,
		    struct ml_proc *ret)
{
	struct ml_str text, line;
	int rc = read_text(r, process, "oom_score", &text), rc_adj;

	if (!rc && (!ml_next_line(&text, &line) ||
		    !ml_num_u64(ml_str_trim(line), &ret->oom_score)))
		r->bad[ML_PROC_FILE_OOM]++;
	rc_adj = read_text(r, process, "oom_score_adj", &text); /* a copy may have one */
	if (!rc_adj && (!ml_next_line(&text, &line) ||
			!ml_num_s64(ml_str_trim(line), &ret->oom_adj)))
		r->bad[ML_PROC_FILE_OOM]++;
	return rc ? rc : rc_adj;
}

static int take_io(struct ml_proc_reader *r, const struct ml_process *process,
		   struct ml_proc *ret)
{
	struct ml_task_io io;
	struct ml_str text;
	int rc = read_text(r, process, "io", &text);

	if (rc)
		return rc;
	if (!ml_parse_task_io(text, &io))
		r->bad[ML_PROC_FILE_IO]++;
	ret->read_bytes = io.read_bytes;
	ret->write_bytes = io.write_bytes;
	return 0;
}

static int take_exe(struct ml_proc_reader *r, const struct ml_process *process,
		    struct ml_proc *ret)
{
	ssize_t n = ret->kernel ? 0 : ml_process_link(process, "exe", r->buf, PATH_MAX);

	if (n < 0 && ml_str_is(ret->state, "Z"))
		return 0;
	if (n <= 0)
		return (int)n;
	return keep(r, (struct ml_str){ r->buf, (size_t)n }, &ret->exe);
}

static int take_fds(struct ml_proc_reader *r, const struct ml_process *process,
		    struct ml_proc *ret)
{
	uint64_t n = 0;
	int rc = ml_count_fds(r->processes->root, process->pid, &n);

	if (!rc)
		ret->fds = n;
	return rc;
}

/* No limit is no number. */
static uint64_t limit(uint64_t v)
{
	return v == ML_LIMIT_NONE ? ML_NONE : v;
}

static int take_limits(struct ml_proc_reader *r, const struct ml_process *process,
		       struct ml_proc *ret)
{
	struct ml_task_limits limits;
	struct ml_str text;
	int rc = read_text(r, process, "limits", &text);

	if (rc)
		return rc;
	if (!ml_parse_task_limits(text, &limits))
		r->bad[ML_PROC_FILE_LIMITS] += text.n > 0;
	ret->limit_stack = limit(limits.stack);
	ret->limit_locked = limit(limits.locked);
	ret->limit_as = limit(limits.address_space);
	ret->limit_data = limit(limits.data);
	ret->limit_files = limit(limits.files);
	return 0;
}

/* Before Linux 6.1 there is one number in a file of its own. */
static int take_merging_pages(struct ml_proc_reader *r, const struct ml_process *process,
			      struct ml_proc *ret)
{
	struct ml_str text, line;
	uint64_t merging;
	int rc = read_text(r, process, "ksm_merging_pages", &text);

	if (!rc && ml_next_line(&text, &line) && ml_num_u64(ml_str_trim(line), &merging))
		ret->ksm_merged = pages(r, merging);
	return rc;
}

static int take_ksm(struct ml_proc_reader *r, const struct ml_process *process,
		    struct ml_proc *ret)
{
	struct ml_ksm_stat ksm;
	struct ml_str text;
	int rc = ret->kernel ? 0 : read_text(r, process, "ksm_stat", &text);

	if (ret->kernel)
		return 0;
	if (rc && rc != -ENOENT)
		return rc;
	if (rc || !ml_parse_ksm_stat(text, &ksm))
		ksm.merging_pages = ML_NONE;
	if (!rc) {
		ret->ksm_zero = pages(r, ksm.zero_pages);
		ret->ksm_tracked = ksm.rmap_items;
		ret->ksm_profit = ksm.profit;
	}
	if (ksm.merging_pages == ML_NONE)
		return take_merging_pages(r, process, ret);
	ret->ksm_merged = pages(r, ksm.merging_pages);
	return 0;
}

/* ---- what is asked rather than read ---- */

static int open_taskstats(struct ml_proc_reader *r)
{
	int rc;

	if (r->taskstats.fd >= 0)
		return 0;
	rc = r->no_taskstats ? -EOPNOTSUPP : ml_taskstats_open(&r->taskstats);
	r->no_taskstats = rc;
	return rc;
}

static int take_delays(struct ml_proc_reader *r, const struct ml_process *process,
		       struct ml_proc *ret)
{
	struct ml_delays *delays;
	int rc = r->processes->root->live ? open_taskstats(r) : -EOPNOTSUPP;

	if (rc)
		return rc;
	delays = ml_arena_calloc(&r->arena, 1, sizeof(*delays));
	if (!delays)
		return -ENOMEM;
	rc = ml_delays_read(&r->taskstats, process->pid, delays);
	if (!rc)
		ret->delays = delays;
	return rc;
}

/* ---- the table ---- */

#define PTRACE "CAP_SYS_PTRACE"

/* Stat first: the others ask it for the state. */
static const struct file {
	uint32_t reads;
	take_fn *take;
	const char *path;
	const char *capability;
	const char *loss;
} files[ML_PROC_FILE_COUNT] = {
	[ML_PROC_FILE_STAT] = { ML_READ_STAT, take_stat, "/proc/*/stat", NULL, "processes" },
	[ML_PROC_FILE_STATUS] = { ML_READ_STATUS | ML_READ_USER, take_status, "/proc/*/status", NULL,
				  "their memory by kind" },
	[ML_PROC_FILE_ROLLUP] = { ML_READ_ROLLUP, take_rollup, "/proc/*/smaps_rollup", PTRACE,
				  "PSS and USS of other users' processes" },
	[ML_PROC_FILE_CMDLINE] = { ML_READ_CMDLINE, take_cmdline, "/proc/*/cmdline", PTRACE,
				   "command lines" },
	[ML_PROC_FILE_CGROUP] = { ML_READ_CGROUP, take_cgroup, "/proc/*/cgroup", NULL,
				  "control groups" },
	[ML_PROC_FILE_OOM] = { ML_READ_OOM, take_oom, "/proc/*/oom_score", NULL, "OOM scores" },
	[ML_PROC_FILE_IO] = { ML_READ_IO, take_io, "/proc/*/io", PTRACE,
			      "reads and writes of other users' processes" },
	[ML_PROC_FILE_EXE] = { ML_READ_EXE, take_exe, "/proc/*/exe", PTRACE,
			       "program files of other users' processes" },
	[ML_PROC_FILE_FDS] = { ML_READ_FDS, take_fds, "/proc/*/fd", PTRACE,
			       "open files of other users' processes" },
	[ML_PROC_FILE_LIMITS] = { ML_READ_LIMITS, take_limits, "/proc/*/limits", NULL,
				  "resource limits" },
	[ML_PROC_FILE_DELAYS] = { ML_READ_DELAYS, take_delays, "taskstats", "CAP_NET_ADMIN",
				  "how long processes waited" },
	[ML_PROC_FILE_MAPS] = { ML_READ_VMAS, ml_proc_maps_take, "/proc/*/maps", PTRACE,
				"how many mappings other users' processes have" },
	[ML_PROC_FILE_KSM] = { ML_READ_KSM, take_ksm, "/proc/*/ksm_stat", PTRACE,
			       "equal pages of other users' processes" },
};

static bool is_refusal(int rc)
{
	return rc == -EACCES || rc == -EPERM;
}

/* 0, -ENOMEM, or that the process has gone. What a tree lacks stays unknown. */
static int take_file(struct ml_proc_reader *r, enum ml_proc_file id,
		     const struct ml_process *process, struct ml_proc *ret)
{
	int rc = files[id].take(r, process, ret);

	if (is_refusal(rc)) {
		r->denied[id]++;
		return 0;
	}
	if (rc == -ENOMEM || rc == -ESRCH || id == ML_PROC_FILE_STAT)
		return rc;
	return 0;
}

static int read_stat_only(struct ml_proc_reader *r, struct ml_proc *ret)
{
	ssize_t n = ml_processes_read(r->processes, ret->pid, "stat", r->buf, BUF_BYTES);

	if (is_refusal((int)n)) {
		r->denied[ML_PROC_FILE_STAT]++;
		return 0;
	}
	if (n < 0)
		return (int)n;
	return take_stat_text(r, (struct ml_str){ r->buf, (size_t)n }, ret);
}

static int take_files(struct ml_proc_reader *r, uint32_t reads,
		      const struct ml_process *process, struct ml_proc *ret)
{
	int rc = 0;

	for (unsigned id = 0; id < ML_PROC_FILE_COUNT && !rc; id++)
		if (reads & files[id].reads)
			rc = take_file(r, id, process, ret);
	return rc;
}

int ml_proc_read_files(struct ml_proc_reader *r, uint32_t reads, struct ml_proc *ret)
{
	struct ml_process process;
	int rc;

	if (reads == ML_READ_STAT)
		return read_stat_only(r, ret);
	rc = ml_process_open(r->processes, ret->pid, &process);
	if (!rc)
		rc = take_files(r, reads, &process, ret);
	ml_process_close(&process);
	return rc;
}

int ml_proc_read_rest(struct ml_proc_reader *r, uint32_t reads, uint64_t inode,
		      struct ml_proc *ret)
{
	struct ml_process process;
	int rc = ml_process_open(r->processes, ret->pid, &process);

	if (!rc && ml_process_inode(&process) == inode)
		reads &= ~(uint32_t)ML_READ_STAT;
	else if (!rc)
		ml_proc_init(ret, ret->pid);
	if (!rc)
		rc = take_files(r, reads, &process, ret);
	ml_process_close(&process);
	return rc;
}

int ml_proc_read_more(struct ml_proc_reader *r, uint32_t reads, uint64_t inode,
		      struct ml_proc *ret)
{
	struct ml_process process;
	int rc = ml_process_open(r->processes, ret->pid, &process);

	if (!rc && ml_process_inode(&process) != inode)
		rc = -ESRCH;
	if (!rc)
		rc = take_files(r, reads, &process, ret);
	ml_process_close(&process);
	return rc;
}

void ml_proc_file_source(enum ml_proc_file file, struct ml_source *ret)
{
	*ret = (struct ml_source){
		.path = files[file].path,
		.capability = files[file].capability,
		.loss = files[file].loss,
	};
}
