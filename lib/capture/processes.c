/* SPDX-License-Identifier: MIT */
/* processes: the files of processes in a capture. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "capture/paths.h"
#include "capture/run.h"
#include "source/walk.h"

/* Children of kthreadd, process 2, and itself. */
static bool is_kernel_thread(uint64_t pid, struct ml_str stat)
{
	const char *close = stat.n ? memrchr(stat.p, ')', stat.n) : NULL;
	struct ml_str rest, word;
	uint64_t parent;

	if (!close)
		return false;
	rest = ml_str_skip(stat, (size_t)(close - stat.p) + 1);
	return ml_next_word(&rest, &word) && ml_next_word(&rest, &word) &&
	       ml_num_u64(word, &parent) && (parent == 2 || (pid == 2 && parent == 0));
}

/* What its files may show. False when the process has gone. */
static bool meet_process(struct ml_capture_run *r, uint64_t pid)
{
	struct ml_arena arena = { 0 };
	struct ml_str stat;
	char path[64];
	int rc;

	snprintf(path, sizeof(path), "/proc/%llu/stat", (unsigned long long)pid);
	rc = ml_root_read(r->root, path, &arena, &stat);
	r->redactor.kernel_thread = !rc && is_kernel_thread(pid, stat);
	ml_arena_deinit(&arena);
	return rc != -ENOENT && rc != -ESRCH;
}

static int add_fd(uint64_t pid, int fd, struct ml_str target, void *data)
{
	struct ml_capture_run *r = data;
	struct ml_buf shown = { 0 };

	(void)pid;
	if (r->what->redact)
		ml_redact_target(&r->redactor, target, &shown);
	ml_buf_printf(&r->text, "%d ", fd);
	ml_manifest_escape(&r->text, r->what->redact ? ml_buf_text(&shown) : target);
	ml_buf_add(&r->text, "\n", 1);
	r->text.failed |= shown.failed;
	ml_buf_deinit(&shown);
	return r->text.failed ? -ENOMEM : 0;
}

static int copy_fds(struct ml_capture_run *r, uint64_t pid)
{
	char path[64], stored[64];
	struct ml_capture_place place = { path, stored };
	int rc;

	snprintf(path, sizeof(path), "/proc/%llu/fd", (unsigned long long)pid);
	snprintf(stored, sizeof(stored), "proc/%llu/" ML_FD_LIST,
		 (unsigned long long)pid);
	ml_buf_clear(&r->text);
	rc = ml_walk_fds(r->root, pid, add_fd, r);
	return rc ? ml_capture_note(r, path, rc)
		  : ml_capture_put(r, &place, ml_buf_text(&r->text), NULL);
}

/* A link's target as the text of a file: no copy of a machine has links that lead
 * anywhere. */
static int copy_program(struct ml_capture_run *r, const struct ml_capture_place *place)
{
	char target[PATH_MAX];
	ssize_t n;

	if (!r->root->live)
		return ml_capture_copy(r, place->path, place, ml_redact_target, true,
				       NULL);
	n = readlink(place->path, target, sizeof(target));
	if (n < 0)
		return ml_capture_note(r, place->path, -errno);
	return ml_capture_put(r, place, (struct ml_str){ target, (size_t)n },
			      ml_redact_target);
}

static int copy_process(struct ml_capture_run *r, uint64_t pid)
{
	char path[128];
	struct ml_capture_place place = { path, NULL };
	int rc = 0, n;

	n = snprintf(path, sizeof(path), "/proc/%llu", (unsigned long long)pid);
	if (!meet_process(r, pid))
		return ml_capture_note(r, path, -ESRCH);
	for (size_t i = 0; i < ml_capture_process_count && !rc; i++) {
		const struct ml_capture_path *file = &ml_capture_process[i];

		snprintf(path + n, sizeof(path) - (size_t)n, "/%s", file->path);
		rc = ml_capture_copy(r, path, &place, file->redact, false, NULL);
	}
	snprintf(path + n, sizeof(path) - (size_t)n, "/exe");
	if (!rc)
		rc = copy_program(r, &place);
	r->sums->processes++;
	return rc ? rc : copy_fds(r, pid);
}

struct pid_listing {
	struct ml_arena *arena;
	struct ml_rows *rows;
};

static int keep_pid(uint64_t pid, void *data)
{
	const struct pid_listing *l = data;
	uint64_t *row = ml_rows_add(l->rows, l->arena);

	if (!row)
		return -ENOMEM;
	*row = pid;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int ml_capture_processes(struct ml_capture_run *r)
{
	struct ml_arena arena = { 0 };
	struct ml_rows pids = ML_ROWS(uint64_t);
	struct pid_listing l = { &arena, &pids };
	const uint64_t *pid;
	int rc = ml_walk_pids(r->root, keep_pid, &l);

	if (rc)
		rc = ml_capture_note(r, "/proc", rc);
	if (pids.n)
		qsort(pids.at, pids.n, pids.size, by_number);
	ml_for_each_row(pid, &pids)
		if (!rc)
			rc = copy_process(r, *pid);
	ml_arena_deinit(&arena);
	return rc;
}
