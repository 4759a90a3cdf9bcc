/* SPDX-License-Identifier: MIT */
/* carry: files that are not read each time are taken over from the instant before. */
#include "record/carry.h"

#include <errno.h>

#include <stdio.h>

#include "base/num.h"
#include "base/str.h"

/* While the two are joined. */
struct joining {
	const struct ml_carry *old;
	struct ml_tape *tape;
	struct ml_paths fresh;       /* files on the tape */
	struct ml_paths named;       /* what folders that were listed anew name */
	struct ml_arena arena;       /* of the two */
	struct ml_rows files, times; /* what comes of it, in the arena of the tape */
	uint64_t now_ns;
	double seconds;
	uint64_t pid;          /* that was asked for last */
	bool same;    /* it is still the same process */
	bool unmoved; /* and its sizes are what they were */
};

static const struct ml_taped *file_at(const struct ml_rows *files, size_t i)
{
	return ml_rows_at(files, i);
}

static bool is_listing(const struct ml_taped *file)
{
	return ml_str_ends(file->path, "/") && !file->error;
}

/* ---- what is there anew ---- */

static size_t count_names(const struct ml_tape *tape)
{
	const struct ml_taped *file;
	size_t n = 0;

	ml_for_each_row(file, &tape->files) {
		if (!is_listing(file))
			continue;
		for (size_t i = 0; i < file->text.n; i++)
			n += !file->text.p[i];
	}
	return n;
}

static int add_names(struct joining *j, const struct ml_taped *folder)
{
	struct ml_str names = folder->text, name;

	while (ml_split(&names, '\0', &name)) {
		char *path = ml_arena_printf(&j->arena, "%.*s%.*s", (int)folder->path.n,
					     folder->path.p, (int)name.n, name.p);

		if (!path)
			return -ENOMEM;
		ml_paths_add(&j->named, (struct ml_str){ path, folder->path.n + name.n },
			     0);
	}
	return 0;
}

static int index_tape(struct joining *j)
{
	const struct ml_taped *file;
	int rc = ml_paths_init(&j->fresh, &j->arena, j->tape->files.n);

	if (!rc)
		rc = ml_paths_init(&j->named, &j->arena, count_names(j->tape));
	for (size_t i = 0; i < j->tape->files.n && !rc; i++) {
		file = file_at(&j->tape->files, i);
		ml_paths_add(&j->fresh, file->path, i);
		if (is_listing(file))
			rc = add_names(j, file);
	}
	return rc;
}

/* ---- what of the old is still there ---- */

/* Whether `folder` ("proc/") was listed anew, and not with this name in it. */
static bool is_gone(const struct joining *j, struct ml_str folder, struct ml_str name)
{
	size_t nr = ml_paths_find(&j->fresh, folder);

	folder.n += name.n;
	return nr != SIZE_MAX && is_listing(file_at(&j->tape->files, nr)) &&
	       ml_paths_find(&j->named, folder) == SIZE_MAX;
}

/* Folders alone: a list may be of those only. One of /proc may be of processes only. */
static bool is_still_named(const struct joining *j, struct ml_str path)
{
	struct ml_str rest = path, name;

	while (ml_split(&rest, '/', &name)) {
		struct ml_str folder = { path.p, (size_t)(name.p - path.p) };

		if (folder.n && is_gone(j, folder, name) &&
		    (!ml_str_is(folder, "proc/") || ml_path_is_of_process(path)))
			return false;
	}
	return true;
}

/* "12 (a) b) S 1 ...": the 22nd word, when it began; empty when it is not there. */
static struct ml_str start_of(struct ml_str stat)
{
	const char *end = stat.n ? memrchr(stat.p, ')', stat.n) : NULL;
	struct ml_str word = { 0 };

	if (!end)
		return word;
	stat = ml_str_skip(stat, (size_t)(end + 1 - stat.p));
	for (int i = 3; i <= 22; i++)
		if (!ml_next_word(&stat, &word))
			return (struct ml_str){ 0 };
	return word;
}

static struct ml_str text_of(const struct ml_rows *files, const struct ml_paths *paths,
			     struct ml_str path)
{
	size_t nr = ml_paths_find(paths, path);

	if (nr == SIZE_MAX)
		return (struct ml_str){ 0 };
	return file_at(files, nr)->text;
}

/* The same text is of the same process; else it is if it began then. */
static bool is_same_process(const struct joining *j, struct ml_str stat)
{
	struct ml_str then = text_of(&j->old->files, &j->old->paths, stat);
	struct ml_str now = text_of(&j->tape->files, &j->fresh, stat);

	if (ml_str_eq(then, now))
		return true;
	then = start_of(then);
	now = start_of(now);
	return !then.n || !now.n || ml_str_eq(then, now);
}

/* A pid may have been given to another process. */
static void look_at(struct joining *j, uint64_t pid)
{
	struct ml_str then, now;
	char path[48];

	snprintf(path, sizeof(path), "proc/%llu/stat", (unsigned long long)pid);
	j->pid = pid;
	j->same =
		is_still_named(j, ml_str_of(path)) && is_same_process(j, ml_str_of(path));
	snprintf(path, sizeof(path), "proc/%llu/statm", (unsigned long long)pid);
	then = text_of(&j->old->files, &j->old->paths, ml_str_of(path));
	now = text_of(&j->tape->files, &j->fresh, ml_str_of(path));
	j->unmoved = j->same && now.n && ml_str_eq(then, now);
}

/* What was read of a process counts while it does not move, and as long as any file
 * does. */
static bool is_wanted(struct joining *j, const struct ml_taped *file, bool young)
{
	struct ml_str rest = ml_str_skip(file->path, 5), word = rest;
	uint64_t pid;

	ml_split(&rest, '/', &word);
	if (!ml_path_is_of_process(file->path) || !ml_num_u64(word, &pid))
		return young && is_still_named(j, file->path);
	if (pid != j->pid)
		look_at(j, pid);
	return j->unmoved || (young && j->same);
}

static int put(struct joining *j, const struct ml_taped *file, uint64_t read_ns)
{
	struct ml_taped *row = ml_rows_add(&j->files, &j->tape->arena);
	uint64_t *time = ml_rows_add(&j->times, &j->tape->arena);

	if (!row || !time)
		return -ENOMEM;
	*row = *file;
	row->nr = (uint32_t)j->files.n;
	*time = read_ns;
	return 0;
}

static int take_over(struct joining *j, const struct ml_taped *old, uint64_t read_ns)
{
	struct ml_arena *a = &j->tape->arena;
	struct ml_taped file = *old;

	if (j->tape->bytes + old->path.n + old->text.n > j->tape->bytes_max)
		return 0;
	file.path.p = ml_arena_strndup(a, old->path.p, old->path.n);
	file.text.p = ml_arena_strndup(a, old->text.p, old->text.n);
	j->tape->bytes += old->path.n + old->text.n;
	return file.path.p && file.text.p ? put(j, &file, read_ns) : -ENOMEM;
}

/* What was read anew stands where it stood before: a text that keeps its order packs
 * best. */
static int join_old(struct joining *j, bool *taken)
{
	const struct ml_carry *old = j->old;
	int rc = 0;

	for (size_t i = 0; i < old->files.n && !rc; i++) {
		const struct ml_taped *file = file_at(&old->files, i);
		size_t nr = ml_paths_find(&j->fresh, file->path);
		bool young = (double)(j->now_ns - old->read_ns[i]) <= j->seconds * 1e9;

		if (nr != SIZE_MAX && !taken[nr]) {
			rc = put(j, file_at(&j->tape->files, nr), j->now_ns);
			taken[nr] = true;
		} else if (nr == SIZE_MAX && is_wanted(j, file, young)) {
			rc = take_over(j, file, old->read_ns[i]);
		}
	}
	return rc;
}

/* Of what was read twice the first, unless only then it could be read. */
static bool is_new(const struct joining *j, size_t i)
{
	const struct ml_taped *file = file_at(&j->tape->files, i);
	size_t nr = ml_paths_find(&j->fresh, file->path);

	return nr == i || (!file->error && file_at(&j->tape->files, nr)->error);
}

static int join(struct joining *j)
{
	size_t n = j->tape->files.n, most = n + j->old->files.n;
	bool *taken = ml_arena_calloc(&j->arena, n + 1, sizeof(*taken));
	int rc = taken ? ml_rows_reserve(&j->files, &j->tape->arena, most) : -ENOMEM;

	if (!rc)
		rc = ml_rows_reserve(&j->times, &j->tape->arena, most);
	if (!rc)
		rc = join_old(j, taken);
	for (size_t i = 0; i < n && !rc; i++)
		if (!taken[i] && is_new(j, i))
			rc = put(j, file_at(&j->tape->files, i), j->now_ns);
	if (!rc)
		j->tape->files = j->files;
	return rc;
}

/* ---- the next time's old ---- */

static int index_all(struct ml_carry *c)
{
	int rc = ml_paths_init(&c->paths, &c->arena, c->files.n);

	for (size_t i = 0; i < c->files.n && !rc; i++)
		ml_paths_add(&c->paths, file_at(&c->files, i)->path, i);
	return rc;
}

static int keep(struct ml_carry *c, struct ml_tape *tape, const struct ml_rows *times)
{
	int rc;

	c->arena = tape->arena;
	c->files = tape->files;
	c->read_ns = (const uint64_t *)(const void *)times->at;
	tape->arena = (struct ml_arena){ 0 };
	ml_tape_clear(tape);
	rc = index_all(c);
	if (rc)
		ml_carry_deinit(c);
	return rc;
}

int ml_carry_over(struct ml_carry *c, struct ml_tape *tape, uint64_t now_ns,
		  double seconds, int (*use)(const struct ml_tape *tape, void *data),
		  void *data)
{
	struct joining j = {
		.old = c,
		.tape = tape,
		.files = ML_ROWS(struct ml_taped),
		.times = ML_ROWS(uint64_t),
		.now_ns = now_ns,
		.seconds = seconds,
		.pid = ML_NONE,
	};
	int rc = index_tape(&j), used;

	if (!rc)
		rc = join(&j);
	ml_arena_deinit(&j.arena);
	if (rc) {
		ml_tape_clear(tape);
		return rc;
	}
	ml_carry_deinit(c); /* before more memory is taken */
	used = use(tape, data);
	rc = keep(c, tape, &j.times);
	return used ? used : rc;
}

void ml_carry_deinit(struct ml_carry *c)
{
	ml_arena_deinit(&c->arena);
	*c = (struct ml_carry){ 0 };
}
