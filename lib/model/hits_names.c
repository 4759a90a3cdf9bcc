/* SPDX-License-Identifier: MIT */
/* hits_names: the names of files and processes that were met, while these live. */
#include "model/hits_names.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"

static void set_comm(struct ml_hits_process *process, struct ml_str comm)
{
	size_t n = comm.n < ML_COMM_MAX ? comm.n : ML_COMM_MAX - 1;

	memcpy(process->comm, comm.p, n);
	process->comm[n] = '\0';
}

void ml_hits_named(struct ml_hits *h, uint32_t pid, struct ml_str comm)
{
	const struct ml_hits_key key = { .nr = pid };
	struct ml_hits_process *process = ml_hits_table_get(&h->processes, &key);

	if (process && comm.n)
		set_comm(process, comm);
}

static void name_process(const struct ml_processes *of, struct ml_hits_process *process)
{
	char buf[64];
	ssize_t n;

	if (*process->comm)
		return;
	n = ml_processes_read(of, process->key.nr, "comm", buf, sizeof(buf));
	if (n > 0)
		set_comm(process,
			 (struct ml_str){ buf, (size_t)n - (buf[n - 1] == '\n') });
}

static int name_file(struct ml_hits_names *names, struct ml_hits_file *file)
{
	const struct ml_file_id id = { file->key.dev, file->key.ino };
	struct ml_open_file *found = &names->found;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	file->tried = file->pid;
	if (ml_open_file_find(file->pid, &id, file->mapped, found))
		return 0;
	if (found->bytes != ML_NONE)
		ml_hits_size(file, found->bytes / page + (found->bytes % page > 0));
	file->name = ml_arena_strndup(names->arena, found->name, strlen(found->name));
	return file->name ? 0 : -ENOMEM;
}

void ml_hits_names_again(struct ml_hits_names *names)
{
	names->files = 0;
}

static bool is_left(const struct ml_hits_names *names, const struct ml_hits *h)
{
	return names->budget &&
	       (names->processes < h->processes.n || names->files < h->files.n);
}

/* Both in turn: neither shall wait for all of the other. */
static int name_next(struct ml_hits_names *names, struct ml_hits *h)
{
	if (names->processes < h->processes.n)
		name_process(&names->live,
			     ml_hits_table_at(&h->processes, names->processes++));
	while (names->files < h->files.n) {
		struct ml_hits_file *file = ml_hits_table_at(&h->files, names->files++);

		if (!file->name && file->tried != file->pid)
			return name_file(names, file);
	}
	return 0;
}

int ml_hits_name(struct ml_hits_names *names, struct ml_hits *h)
{
	uint64_t start, used;
	int rc = 0;

	if (!is_left(names, h)) /* mostly: no clock is asked */
		return 0;
	start = ml_clock_cpu_ns();
	while (!rc && is_left(names, h)) {
		rc = name_next(names, h);
		used = ml_clock_cpu_ns() - start;
		start += used;
		names->budget -= used < names->budget ? used : names->budget;
	}
	return rc;
}
