/* SPDX-License-Identifier: MIT */
/* whole: all that is known of a machine, by what was read of it in turn. */
#include "record/whole.h"

#include <errno.h>
#include <stdlib.h>

#include "base/str.h"

static bool has_path(const void *rows, uint32_t row, struct ml_str path)
{
	const struct ml_known *at = rows;

	return ml_str_eq(ml_known_path(&at[row]), path);
}

static bool is_listing(struct ml_str path, int error)
{
	return ml_str_ends(path, "/") && !error;
}

/* ---- one file ---- */

void ml_said_unref(struct ml_said *said)
{
	if (said && !--said->refs)
		free(said);
}

/* A little more than is needed: what malloc gives in any case. */
static struct ml_said *new_said(struct ml_str path, size_t ntext)
{
	size_t bytes = ((sizeof(struct ml_said) + path.n + ntext) | 15) + 9;
	struct ml_said *said = bytes > UINT32_MAX ? NULL : malloc(bytes);

	if (!said)
		return NULL;
	*said = (struct ml_said){ .refs = 1,
				  .npath = (uint32_t)path.n,
				  .room = (uint32_t)(bytes - sizeof(*said)) };
	memcpy(said->p, path.p, path.n);
	return said;
}

static bool says(const struct ml_said *said, const struct ml_taped *from)
{
	return said->error == from->error && ml_str_eq(ml_said_text(said), from->text);
}

/* What others keep, or has no room, makes place for another. */
static int set_text(struct ml_known *file, const struct ml_taped *from)
{
	struct ml_said *said = file->said;

	if (said && says(said, from))
		return 0;
	if (!said || said->refs > 1 || from->path.n + from->text.n > said->room) {
		said = new_said(from->path, from->text.n);
		if (!said)
			return -ENOMEM;
		ml_said_unref(file->said);
		file->said = said;
	}
	if (from->text.n)
		memcpy(said->p + said->npath, from->text.p, from->text.n);
	said->ntext = (uint32_t)from->text.n;
	said->error = from->error;
	return 0;
}

static int make_room(struct ml_whole *w)
{
	uint32_t cap = w->cap ? 2 * w->cap : 64;
	struct ml_known *at;

	if (w->n < w->cap)
		return 0;
	at = realloc(w->at, cap * sizeof(*at));
	if (!at)
		return -ENOMEM;
	w->at = at;
	w->cap = cap;
	return 0;
}

static int add_file(struct ml_whole *w, const struct ml_taped *from, uint32_t hash)
{
	struct ml_known file = { .hash = hash, .serial = w->serial };
	int rc = make_room(w);

	if (!rc)
		rc = ml_folders_of(&w->folders, from->path, &file.folder);
	if (!rc)
		rc = set_text(&file, from);
	if (!rc)
		rc = ml_index_add(&w->index, hash, w->n);
	if (rc) {
		ml_said_unref(file.said);
		return rc;
	}
	w->at[w->n++] = file;
	w->bytes += from->path.n;
	w->serial++;
	return 0;
}

/* Of a file that was read twice the first text stays, but what it said rather than why it
 * could not be read. */
static bool is_repeated(const struct ml_whole *w, const struct ml_known *file,
			const struct ml_taped *from)
{
	return file->turn == w->turn && (!file->said->error || from->error);
}

static int put(struct ml_whole *w, const struct ml_taped *from, uint64_t read_ns)
{
	uint32_t hash = ml_name_hash(from->path);
	uint32_t row = ml_index_find(&w->index, hash, from->path, has_path, w->at);
	struct ml_known *file;
	bool same = false;
	int rc = 0;

	if (row == ML_NO_ROW) {
		row = w->n;
		rc = add_file(w, from, hash);
		file = w->at + row;
	} else {
		file = w->at + row;
		if (is_repeated(w, file, from))
			return 0;
		ml_folders_read(&w->folders, file->folder, from->path,
				ml_known_text(file), from->text, w->turn);
		same = says(file->said, from);
		w->bytes -= file->said->ntext;
		rc = set_text(file, from);
	}
	if (rc)
		return rc;
	w->bytes += from->text.n;
	file->turn = w->turn;
	file->read_ns = read_ns;
	if (is_listing(from->path, from->error) && !same)
		ml_folders_list(&w->folders, file->folder, from->text, w->turn);
	return 0;
}

int ml_whole_recall(struct ml_whole *w, const struct ml_taped *file, uint64_t read_ns)
{
	return put(w, file, read_ns);
}

/* ---- forgetting ---- */

static int index_anew(struct ml_whole *w)
{
	int rc = 0;

	ml_index_clear(&w->index);
	for (uint32_t i = 0; i < w->n && !rc; i++)
		rc = ml_index_add(&w->index, w->at[i].hash, i);
	return rc;
}

struct turn {
	const struct ml_whole *whole;
	uint64_t now_ns;
	double seconds;
};

static bool is_forgotten(const struct ml_known *file, const struct turn *turn)
{
	const struct ml_whole *w = turn->whole;
	const struct ml_folder *folder = NULL;

	if (file->turn == w->turn)
		return false;
	if (file->folder != ML_NO_ROW)
		folder = ml_folders_at(&w->folders, file->folder);
	if (folder && folder->gone)
		return true;
	return (double)(turn->now_ns - file->read_ns) > turn->seconds * 1e9 &&
	       !(folder && folder->unmoved == w->turn);
}

static bool is_of_processes(const struct ml_known *file, const struct turn *turn)
{
	struct ml_str path = ml_known_path(file);

	(void)turn;
	return ml_path_is_of_process(path) || ml_str_is(path, "proc/");
}

static int forget(struct ml_whole *w, const struct turn *turn,
		  bool (*is)(const struct ml_known *file, const struct turn *turn))
{
	uint32_t kept = 0, n = w->n;

	for (uint32_t i = 0; i < n; i++) {
		if (is(&w->at[i], turn)) {
			w->bytes -= w->at[i].said->npath + w->at[i].said->ntext;
			ml_said_unref(w->at[i].said);
			continue;
		}
		if (kept != i)
			w->at[kept] = w->at[i];
		kept++;
	}
	w->n = kept;
	return kept == n ? 0 : index_anew(w);
}

int ml_whole_forget_processes(struct ml_whole *w)
{
	return forget(w, NULL, is_of_processes);
}

void ml_whole_begin(struct ml_whole *w)
{
	w->turn++;
}

int ml_whole_put(struct ml_whole *w, const struct ml_rows *files, uint64_t now_ns)
{
	const struct ml_taped *file;
	int rc = 0;

	for (size_t i = 0; i < files->n && !rc; i++) {
		file = ml_rows_at(files, i);
		rc = put(w, file, now_ns);
	}
	return rc;
}

int ml_whole_end(struct ml_whole *w, uint64_t now_ns, double seconds)
{
	struct turn turn = { w, now_ns, seconds };

	ml_folders_settle(&w->folders, w->turn);
	return forget(w, &turn, is_forgotten);
}

int ml_whole_tidy(struct ml_whole *w)
{
	struct ml_folders folders = { 0 };
	int rc = 0;

	for (uint32_t i = 0; i < w->n && !rc; i++)
		rc = ml_folders_of(&folders, ml_known_path(&w->at[i]), &w->at[i].folder);
	ml_folders_deinit(&w->folders);
	w->folders = folders;
	return rc;
}

/* ---- all of it ---- */

static struct ml_taped lend_one(const struct ml_whole *w, uint32_t i)
{
	return (struct ml_taped){
		.path = ml_known_path(&w->at[i]),
		.text = ml_known_text(&w->at[i]),
		.error = w->at[i].said->error,
		.nr = i,
	};
}

/* Room for all, and some that come. */
static int make_room_to_lend(const struct ml_whole *w, struct ml_tape *tape)
{
	if (tape->files.cap >= w->n)
		return 0;
	ml_arena_deinit(&tape->arena);
	tape->arena = (struct ml_arena){ 0 };
	tape->files = ML_ROWS(struct ml_taped);
	return ml_rows_reserve(&tape->files, &tape->arena, w->n + w->n / 8);
}

int ml_whole_lend(const struct ml_whole *w, struct ml_lent *lent)
{
	struct ml_rows *rows = &lent->tape.files;

	if (lent->turn + 1 != w->turn)
		rows->n = 0;
	if (make_room_to_lend(w, &lent->tape))
		return -ENOMEM;
	for (uint32_t i = 0; i < w->n; i++) {
		struct ml_taped *file = ml_rows_at(rows, i);

		if (i >= rows->n || w->at[i].turn == w->turn ||
		    file->path.p != w->at[i].said->p)
			*file = lend_one(w, i);
	}
	rows->n = w->n;
	lent->turn = w->turn;
	return 0;
}

int ml_whole_to_tape(const struct ml_whole *w, struct ml_tape *ret)
{
	for (uint32_t i = 0; i < w->n; i++) {
		struct ml_taped *file = ml_rows_add(&ret->files, &ret->arena);

		if (!file)
			return -ENOMEM;
		*file = lend_one(w, i);
		file->path.p = ml_arena_strndup(&ret->arena, file->path.p, file->path.n);
		file->text.p = ml_arena_strndup(&ret->arena, file->text.p, file->text.n);
		if (!file->path.p || !file->text.p)
			return -ENOMEM;
	}
	ml_tape_sort(ret);
	return 0;
}

void ml_whole_deinit(struct ml_whole *w)
{
	for (uint32_t i = 0; i < w->n; i++)
		ml_said_unref(w->at[i].said);
	free(w->at);
	ml_index_deinit(&w->index);
	ml_folders_deinit(&w->folders);
	*w = (struct ml_whole){ 0 };
}
