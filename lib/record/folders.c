/* SPDX-License-Identifier: MIT */
/* folders: which folders are still there, and of the same processes. */
#include "record/folders.h"

#include <errno.h>
#include <limits.h>

#include "base/str.h"
#include "source/tape.h"

struct ml_folder *ml_folders_at(const struct ml_folders *f, uint32_t row)
{
	return ml_rows_at(&f->rows, row);
}

static bool has_path(const void *rows, uint32_t row, struct ml_str path)
{
	return ml_str_eq(ml_folders_at(rows, row)->path, path);
}

static uint32_t find(const struct ml_folders *f, struct ml_str path)
{
	return ml_index_find(&f->index, ml_name_hash(path), path, has_path, f);
}

static int add(struct ml_folders *f, struct ml_str path, uint32_t above, uint32_t *ret)
{
	struct ml_folder *folder;
	char *copy;

	if (!f->rows.size)
		f->rows = ML_ROWS(struct ml_folder);
	*ret = (uint32_t)f->rows.n;
	copy = ml_arena_strndup(&f->arena, path.p, path.n);
	if (!copy || ml_index_add(&f->index, ml_name_hash(path), *ret))
		return -ENOMEM;
	folder = ml_rows_add(&f->rows, &f->arena);
	if (!folder)
		return -ENOMEM;
	folder->path = (struct ml_str){ copy, path.n };
	folder->above = above;
	return 0;
}

static struct ml_str folder_in(struct ml_str path)
{
	while (path.n && path.p[path.n - 1] != '/')
		path.n--;
	return path;
}

int ml_folders_of(struct ml_folders *f, struct ml_str path, uint32_t *ret)
{
	struct ml_str folder = folder_in(path);
	uint32_t above = ML_NO_ROW;
	int rc = 0;

	*ret = folder.n ? find(f, folder) : ML_NO_ROW;
	if (!folder.n || *ret != ML_NO_ROW)
		return 0;
	for (size_t n = 1; n <= folder.n && !rc; n++) {
		struct ml_str part = { folder.p, n };

		if (folder.p[n - 1] != '/')
			continue;
		*ret = find(f, part);
		if (*ret == ML_NO_ROW)
			rc = add(f, part, above, ret);
		above = *ret;
	}
	return rc;
}

/* ---- what a turn tells ---- */

void ml_folders_list(struct ml_folders *f, uint32_t row, struct ml_str names,
		     uint32_t turn)
{
	struct ml_folder *folder = ml_folders_at(f, row);
	size_t n = folder->path.n;
	char path[PATH_MAX];
	struct ml_str name;
	uint32_t below;

	folder->listed = turn;
	if (n >= sizeof(path))
		return;
	memcpy(path, folder->path.p, n);
	while (ml_split(&names, '\0', &name)) {
		if (name.n + n + 1 > sizeof(path))
			continue;
		memcpy(path + n, name.p, name.n);
		path[n + name.n] = '/';
		below = find(f, (struct ml_str){ path, n + name.n + 1 });
		if (below != ML_NO_ROW)
			ml_folders_at(f, below)->named = turn;
	}
}

/* "12 (a) b) S 1 ...": the 22nd word, when it began. */
static bool find_start(struct ml_str stat, struct ml_str *ret)
{
	const char *end = stat.n ? memrchr(stat.p, ')', stat.n) : NULL;

	if (!end)
		return false;
	stat = ml_str_skip(stat, (size_t)(end + 1 - stat.p));
	for (int i = 3; i <= 22; i++)
		if (!ml_next_word(&stat, ret))
			return false;
	return true;
}

/* A pid may have been given to another process. */
static bool is_other(struct ml_str before, struct ml_str now)
{
	struct ml_str x, y;

	return !ml_str_eq(before, now) && find_start(before, &x) && find_start(now, &y) &&
	       !ml_str_eq(x, y);
}

void ml_folders_read(struct ml_folders *f, uint32_t row, struct ml_str path,
		     struct ml_str before, struct ml_str now, uint32_t turn)
{
	struct ml_folder *folder;

	if (row == ML_NO_ROW || !ml_path_is_of_process(path))
		return;
	folder = ml_folders_at(f, row);
	path = ml_str_skip(path, folder->path.n);
	if (memchr(folder->path.p + 5, '/', folder->path.n - 5) !=
	    folder->path.p + folder->path.n - 1)
		return; /* of a thread */
	if (ml_str_is(path, "stat") && is_other(before, now))
		folder->other = turn;
	else if (ml_str_is(path, "statm") && now.n && ml_str_eq(before, now))
		folder->unmoved = turn;
}

/* Whether a listing of the folder above names it if it is there: /proc is walked for its
 * processes alone. */
static bool is_listed(struct ml_str above, struct ml_str path)
{
	return !ml_str_is(above, "proc/") || ml_path_is_of_process(path);
}

void ml_folders_settle(struct ml_folders *f, uint32_t turn)
{
	static const struct ml_folder top;
	struct ml_folder *folder;

	ml_for_each_row(folder, &f->rows) {
		const struct ml_folder *above = folder->above == ML_NO_ROW
							? &top
							: ml_folders_at(f, folder->above);

		folder->gone = above->gone || folder->other == turn ||
			       (above->listed == turn && folder->named != turn &&
				is_listed(above->path, folder->path));
		if (above->unmoved == turn)
			folder->unmoved = turn;
	}
}

void ml_folders_deinit(struct ml_folders *f)
{
	ml_arena_deinit(&f->arena);
	ml_index_deinit(&f->index);
	*f = (struct ml_folders){ 0 };
}
