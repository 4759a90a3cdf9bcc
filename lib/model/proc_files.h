/* SPDX-License-Identifier: MIT */
/* proc_files: what each file of a process tells about it. */
#pragma once

#include "model/proc.h"
#include "model/users.h"
#include "parse/task_statm.h"
#include "probe/taskstats.h"
#include "source/process.h"

/* Files of processes, as far as they can be refused. */
enum ml_proc_file {
	ML_PROC_FILE_STAT,
	ML_PROC_FILE_STATUS,
	ML_PROC_FILE_ROLLUP,
	ML_PROC_FILE_CMDLINE,
	ML_PROC_FILE_CGROUP,
	ML_PROC_FILE_OOM,
	ML_PROC_FILE_IO,
	ML_PROC_FILE_EXE,
	ML_PROC_FILE_FDS,
	ML_PROC_FILE_LIMITS,
	ML_PROC_FILE_DELAYS,
	ML_PROC_FILE_KSM,
	ML_PROC_FILE_MAPS,
	ML_PROC_FILE_COUNT,
};

/* Reads files of one process after the other; belongs to one thread. */
struct ml_proc_reader {
	const struct ml_processes *processes;
	const struct ml_users *users;
	uint64_t page_size; /* ML_NONE: unknown */
	struct ml_arena arena;
	char *buf;
	struct ml_taskstats taskstats; /* fd -1: not asked yet, or there is none */
	bool no_taskstats;
	uint64_t denied[ML_PROC_FILE_COUNT];
	uint64_t bad[ML_PROC_FILE_COUNT]; /* not understood */
};

/* Takes what one file tells. 0 or -errno. */
typedef int ml_proc_take_fn(struct ml_proc_reader *r, const struct ml_process *process,
			    struct ml_proc *ret);

/* 0 or -ENOMEM. */
int ml_proc_reader_init(struct ml_proc_reader *r, const struct ml_processes *processes,
			const struct ml_users *users, uint64_t page_size);
void ml_proc_reader_deinit(struct ml_proc_reader *r); /* its arena too */

/* statm alone, all 0 for a kernel thread or a zombie. 0, -ESRCH or -ENOENT. */
int ml_proc_statm(struct ml_proc_reader *r, uint64_t pid, struct ml_task_statm *ret);

/* Size, resident and shared by statm alone; rss, anon and file of `ret` are set. 0,
 * -ESRCH or -ENOENT when it has gone. */
int ml_proc_read_statm(struct ml_proc_reader *r, struct ml_proc *ret);

/* The files of ML_READ_* in `reads` of the process ret->pid. 0, -ENOMEM, -ESRCH or
 * -ENOENT when it has gone. What is refused is counted and stays unknown. */
int ml_proc_read_files(struct ml_proc_reader *r, uint32_t reads, struct ml_proc *ret);

/* The same where stat has been read already, of the process that had `inode` before that:
 * it is read again if another has the pid now. */
int ml_proc_read_rest(struct ml_proc_reader *r, uint32_t reads, uint64_t inode,
		      struct ml_proc *ret);

/* More files of the process that has `inode`; -ESRCH when another has the pid now. */
int ml_proc_read_more(struct ml_proc_reader *r, uint32_t reads, uint64_t inode,
		      struct ml_proc *ret);

/* A row that knows nothing yet. */
void ml_proc_init(struct ml_proc *proc, uint64_t pid);

/* How a refusal is told: path, capability, what is lost. */
void ml_proc_file_source(enum ml_proc_file file, struct ml_source *ret);
