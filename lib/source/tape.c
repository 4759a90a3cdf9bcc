/* SPDX-License-Identifier: MIT */
/* tape: the text of the kernel files that were read through a root. */
#include "source/tape.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

struct ml_tape *ml_tape_new(bool processes)
{
	struct ml_tape *tape = calloc(1, sizeof(*tape));

	if (!tape)
		return NULL;
	tape->files = ML_ROWS(struct ml_taped);
	tape->processes = processes;
	return tape;
}

void ml_tape_free(struct ml_tape *tape)
{
	if (!tape)
		return;
	ml_arena_deinit(&tape->arena);
	free(tape);
}

static void keep(struct ml_tape *tape, const char *path, struct ml_str text)
{
	size_t n = strlen(path);
	struct ml_taped *file;

	if (tape->bytes + n + text.n > ML_TAPE_BYTES_MAX) {
		tape->full = true;
		return;
	}
	file = ml_rows_add(&tape->files, &tape->arena);
	if (file) {
		file->path =
			(struct ml_str){ ml_arena_strndup(&tape->arena, path, n), n };
		file->text =
			(struct ml_str){ ml_arena_strndup(&tape->arena,
							  text.p ? text.p : "", text.n),
					 text.n };
	}
	if (!file || !file->path.p || !file->text.p) {
		tape->full = true;
		tape->files.n -= file != NULL;
		return;
	}
	tape->bytes += n + text.n;
}

/* "/proc/1/mountinfo" */
static bool is_of_process(const char *path)
{
	return !strncmp(path, "/proc/", 6) && path[6] >= '0' && path[6] <= '9';
}

void ml_tape_add(struct ml_tape *tape, const char *path, struct ml_str text)
{
	if (!tape || is_of_process(path) ||
	    (strncmp(path, "/proc/", 6) != 0 && strncmp(path, "/sys/", 5) != 0))
		return;
	keep(tape, path + 1, text);
}

void ml_tape_add_group(struct ml_tape *tape, const char *group, const char *name,
		       struct ml_str text)
{
	char path[PATH_MAX];
	int n;

	if (!tape)
		return;
	n = snprintf(path, sizeof(path), "%s/%s", group, name);
	if (n > 0 && (size_t)n < sizeof(path))
		ml_tape_add(tape, path, text);
}

/* Files of one short record; names and arguments of programs are nobody's business. */
void ml_tape_add_process(struct ml_tape *tape, uint64_t pid, const char *name,
			 struct ml_str text)
{
	static const char *const names[] = { "stat",   "statm",  "status",
					     "cgroup", "limits", "io" };
	char path[64];

	if (!tape || !tape->processes)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		snprintf(path, sizeof(path), "proc/%llu/%s", (unsigned long long)pid,
			 name);
		keep(tape, path, text);
	}
}

static int by_path(const void *a, const void *b)
{
	const struct ml_taped *x = a, *y = b;
	int order = ml_str_cmp(x->path, y->path);

	return order ? order : (x->text.p > y->text.p) - (x->text.p < y->text.p);
}

/* Of a file that was read twice one stays. */
void ml_tape_sort(struct ml_tape *tape)
{
	struct ml_taped *files = (struct ml_taped *)(void *)tape->files.at;
	size_t n = 0;

	if (!tape->files.n)
		return;
	qsort(files, tape->files.n, sizeof(*files), by_path);
	for (size_t i = 0; i < tape->files.n; i++)
		if (!n || !ml_str_eq(files[n - 1].path, files[i].path))
			files[n++] = files[i];
	tape->files.n = n;
}
