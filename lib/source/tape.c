/* SPDX-License-Identifier: MIT */
/* tape: the text of the kernel files that were read through a root. */
#include "source/tape.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"

struct ml_tape *ml_tape_new(enum ml_keep keep, size_t bytes_max)
{
	struct ml_tape *tape = calloc(1, sizeof(*tape));

	if (!tape)
		return NULL;
	pthread_mutex_init(&tape->lock, NULL);
	tape->keep = keep;
	tape->bytes_max = bytes_max ? bytes_max : ML_TAPE_BYTES_MAX;
	ml_tape_clear(tape);
	return tape;
}

void ml_tape_clear(struct ml_tape *tape)
{
	ml_arena_deinit(&tape->arena);
	tape->arena = (struct ml_arena){ 0 };
	tape->files = ML_ROWS(struct ml_taped);
	tape->bytes = 0;
	tape->full = false;
	tape->wall_ms = tape->monotonic_ns = ML_NONE;
}

void ml_tape_free(struct ml_tape *tape)
{
	if (!tape)
		return;
	ml_arena_deinit(&tape->arena);
	pthread_mutex_destroy(&tape->lock);
	free(tape);
}

static bool copy(struct ml_arena *a, struct ml_str s, struct ml_str *ret)
{
	*ret = (struct ml_str){ ml_arena_strndup(a, s.p ? s.p : "", s.n), s.n };
	return ret->p;
}

static void add(struct ml_tape *tape, struct ml_str path, struct ml_str text, int error)
{
	struct ml_taped *file;

	if (tape->bytes + path.n + text.n > tape->bytes_max) {
		tape->full = true;
		return;
	}
	if (tape->wall_ms == ML_NONE) {
		tape->wall_ms = ml_clock_wall_ms();
		tape->monotonic_ns = ml_clock_monotonic_ns();
	}
	file = ml_rows_add(&tape->files, &tape->arena);
	if (!file || !copy(&tape->arena, path, &file->path) ||
	    !copy(&tape->arena, text, &file->text)) {
		tape->full = true;
		tape->files.n -= file != NULL;
		return;
	}
	file->error = error < 0 ? -error : error;
	file->nr = (uint32_t)tape->files.n;
	tape->bytes += path.n + text.n;
}

static void keep(struct ml_tape *tape, struct ml_str path, struct ml_str text, int error)
{
	pthread_mutex_lock(&tape->lock);
	add(tape, path, text, error);
	if (tape->drain && tape->bytes >= tape->drain_bytes)
		tape->drain(tape->drain_data);
	pthread_mutex_unlock(&tape->lock);
}

size_t ml_tape_room(struct ml_tape *tape)
{
	size_t room;

	pthread_mutex_lock(&tape->lock);
	room = tape->bytes_max - tape->bytes;
	pthread_mutex_unlock(&tape->lock);
	return room;
}

void ml_tape_overflow(struct ml_tape *tape)
{
	pthread_mutex_lock(&tape->lock);
	tape->full = true;
	pthread_mutex_unlock(&tape->lock);
}

bool ml_path_is_of_process(struct ml_str path)
{
	return path.n > 5 && ml_str_starts(path, "proc/") && path.p[5] >= '0' &&
	       path.p[5] <= '9';
}

static bool is_kept(const struct ml_tape *tape, struct ml_str path)
{
	if (ml_tape_keeps_all(tape))
		return true;
	return !ml_path_is_of_process(path) &&
	       (ml_str_starts(path, "proc/") || ml_str_starts(path, "sys/"));
}

void ml_tape_add(struct ml_tape *tape, const char *path, struct ml_str text)
{
	struct ml_str plain = ml_str_of(*path == '/' ? path + 1 : path);

	if (tape && is_kept(tape, plain))
		keep(tape, plain, text, 0);
}

void ml_tape_add_error(struct ml_tape *tape, const char *path, int error)
{
	if (ml_tape_keeps_all(tape))
		keep(tape, ml_str_of(path + (*path == '/')), ML_STR(""), error);
}

void ml_tape_add_names(struct ml_tape *tape, const char *path, struct ml_str names,
		       int error)
{
	char folder[PATH_MAX];
	int n = snprintf(folder, sizeof(folder), "%s/", path + (*path == '/'));

	if (ml_tape_keeps_all(tape) && n > 0 && (size_t)n < sizeof(folder))
		keep(tape, (struct ml_str){ folder, (size_t)n }, names, error);
}

void ml_tape_add_group(struct ml_tape *tape, const char *group, const char *name,
		       struct ml_str text, int error)
{
	char path[PATH_MAX];
	int n;

	if (!tape)
		return;
	n = snprintf(path, sizeof(path), "%s/%s", group, name);
	if (n <= 0 || (size_t)n >= sizeof(path))
		return;
	if (error)
		ml_tape_add_error(tape, path, error);
	else
		ml_tape_add(tape, path, text);
}

/* Files of one short record; names and arguments of programs are nobody's business. */
static bool is_short_record(const char *name)
{
	static const char *const names[] = { "stat",   "statm",  "status",
					     "cgroup", "limits", "io" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* "proc/123/stat", as decimal digits: there are thousands. */
static struct ml_str path_of(uint64_t pid, const char *name, size_t n, char *buf)
{
	char digits[20];
	size_t at = sizeof(digits);
	char *p = buf;

	do
		digits[--at] = (char)('0' + pid % 10);
	while (pid /= 10);
	memcpy(p, "proc/", 5);
	p += 5;
	memcpy(p, digits + at, sizeof(digits) - at);
	p += sizeof(digits) - at;
	*p++ = '/';
	memcpy(p, name, n);
	return (struct ml_str){ buf, (size_t)(p - buf) + n };
}

void ml_tape_add_process(struct ml_tape *tape, uint64_t pid, const char *name,
			 struct ml_str text, int error)
{
	size_t n = strlen(name);
	char path[128];

	if (!tape || n > sizeof(path) - 32)
		return;
	if (!ml_tape_keeps_all(tape) &&
	    (error || tape->keep != ML_KEEP_PROCESSES || !is_short_record(name)))
		return;
	keep(tape, path_of(pid, name, n, path), text, error);
}

static int by_path(const void *a, const void *b)
{
	const struct ml_taped *x = a, *y = b;
	int order = ml_str_cmp(x->path, y->path);

	if (!order)
		order = (x->error != 0) - (y->error != 0);
	return order ? order : (x->nr > y->nr) - (x->nr < y->nr);
}

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
