/* SPDX-License-Identifier: MIT */
/* numbers_process: the processes that have the most memory of their own. */
#include <stdlib.h>

#include "base/num.h"
#include "base/str.h"
#include "parse/task_stat.h"
#include "parse/task_statm.h"
#include "recorder/largest.h"
#include "recorder/numbers.h"

/* Less is no matter, not even among the largest. */
#define LEAST_BYTES (1u << 20)

/* What is known of one of them. */
struct process {
	uint64_t pid;
	uint64_t anon; /* bytes */
	struct ml_str stat, status;
};

struct clock {
	uint64_t boot_s; /* since the epoch */
	double uptime_s;
};

/* "proc/12/statm": what it is of, and its name. */
static bool take_path(struct ml_str path, uint64_t *ret_pid, struct ml_str *ret_name)
{
	if (!ml_path_is_of_process(path))
		return false;
	path = ml_str_skip(path, sizeof("proc/") - 1);
	if (!ml_take_u64(&path, ret_pid) || !path.n)
		return false;
	*ret_name = ml_str_skip(path, 1);
	return true;
}

/* Resident pages that are neither of files nor shared: the same counter as RssAnon, of a
 * file that is read each time. */
static uint64_t anon_of(const struct ml_taped *file, uint64_t page_size)
{
	struct ml_task_statm statm;
	uint64_t bytes;

	if (!ml_parse_task_statm(file->text, &statm))
		return 0;
	bytes = ml_mul(ml_sub_sat(statm.resident, statm.shared), page_size);
	return bytes < LEAST_BYTES ? 0 : bytes;
}

static void find_largest(const struct ml_tape *tape, uint64_t page_size,
			 struct ml_largest *ret)
{
	const struct ml_taped *file;
	struct ml_str name;
	uint64_t pid;

	ml_for_each_row(file, &tape->files)
		if (ml_str_ends(file->path, "/statm") &&
		    take_path(file->path, &pid, &name) && ml_str_is(name, "statm"))
			ml_largest_add(ret, (struct ml_sized){ anon_of(file, page_size),
							       pid, NULL });
}

static int by_pid(const void *a, const void *b)
{
	const struct process *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* The texts of those, which stand anywhere on the tape. */
static void find_texts(const struct ml_tape *tape, struct process *at, size_t n)
{
	const struct ml_taped *file;
	struct process *process, key = { 0 };
	struct ml_str name;

	qsort(at, n, sizeof(*at), by_pid);
	ml_for_each_row(file, &tape->files) {
		bool is_stat = ml_str_ends(file->path, "/stat");

		if (!is_stat && !ml_str_ends(file->path, "/status"))
			continue;
		if (!take_path(file->path, &key.pid, &name) || name.n > 6)
			continue;
		process = bsearch(&key, at, n, sizeof(*at), by_pid);
		if (process && is_stat)
			process->stat = file->text;
		else if (process)
			process->status = file->text;
	}
}

/* "VmSwap:   12 kB"; nothing where the kernel knows no swap. */
static uint64_t swap_of(struct ml_str status)
{
	struct ml_str line, word;
	uint64_t kib = 0;

	while (ml_next_line(&status, &line))
		if (ml_str_starts(line, "VmSwap:") && ml_next_word(&line, &word) &&
		    ml_next_word(&line, &word) && ml_num_u64(word, &kib))
			return ml_mul(kib, 1024);
	return 0;
}

static bool read_clock(const struct ml_tape *tape, struct clock *ret)
{
	struct ml_str text = ml_numbers_text(tape, "proc/uptime"), line, word;

	if (!ml_next_word(&text, &word) || !ml_num_f64(word, &ret->uptime_s))
		return false;
	text = ml_numbers_text(tape, "proc/stat");
	while (ml_next_line(&text, &line))
		if (ml_next_word(&line, &word) && ml_str_is(word, "btime"))
			return ml_next_word(&line, &word) &&
			       ml_num_u64(word, &ret->boot_s);
	return false;
}

static int add_process(const struct process *process, const struct clock *clock,
		       struct ml_numbers *ret)
{
	struct ml_task_stat stat;
	unsigned long long start_s;
	uint64_t bytes;

	if (!ml_parse_task_stat(process->stat, &stat))
		return 0;
	start_s = stat.start / ML_TICKS_PER_SECOND;
	if (clock->uptime_s - (double)start_s < ML_NUMBERS_AGE_S)
		return 0;
	bytes = ml_add(process->anon, swap_of(process->status));
	return ml_numbers_add(ret, "bytes", (double)bytes, "process/%llu@%llu/%.*s",
			      (unsigned long long)process->pid, clock->boot_s + start_s,
			      (int)stat.comm.n, stat.comm.p);
}

int ml_numbers_processes(const struct ml_tape *tape, struct ml_numbers *ret)
{
	struct ml_sized places[ML_NUMBERS_PROCESSES];
	struct ml_largest largest = { places, 0, ML_NUMBERS_PROCESSES };
	struct process processes[ML_NUMBERS_PROCESSES];
	struct clock clock;
	int rc = 0;

	if (!read_clock(tape, &clock))
		return 0;
	find_largest(tape, ret->page_size, &largest);
	for (size_t i = 0; i < largest.n; i++)
		processes[i] =
			(struct process){ .pid = places[i].id, .anon = places[i].size };
	find_texts(tape, processes, largest.n);
	for (size_t i = 0; i < largest.n && !rc; i++)
		rc = add_process(&processes[i], &clock, ret);
	return rc;
}
