/* SPDX-License-Identifier: MIT */
/* files: the files that processes have open or mapped, each once, and who holds them. */
#include "model/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "parse/fdinfo.h"
#include "parse/smaps.h"
#include "source/walk.h"

#define STATX_FLAGS (AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT)
#define DELETED " (deleted)"
#define READ_BYTES (64u << 10)
/* Powers of two. */
#define SLOTS_FIRST 1024
#define RECENT 256

/* What one process was last seen with, so that a file open a thousand times is asked
 * once. */
struct recent_fd {
	char *name;
	size_t n, cap;
	size_t file;
	uint64_t turn; /* the process it was seen in */
};

struct recent_map {
	uint64_t major, minor, inode, space;
	size_t file;
	bool used;
};

struct walk {
	const struct ml_root *root;
	struct ml_arena *arena;
	const struct ml_mount_spaces *spaces;
	const struct ml_files_ask *ask;
	struct ml_files *ret;
	struct ml_processes processes;
	struct ml_process process; /* that is looked into */
	uint64_t turn;
	uint64_t own_space, space; /* IPC namespaces: ours, its; ML_NONE: not asked yet */
	uint32_t *slots;           /* file + 1, by identity */
	size_t nslots;
	struct recent_fd recent_fd[RECENT];
	struct recent_map recent_map[RECENT];
	struct ml_buf text;
};

/* ---- identity ---- */

static uint64_t mix(uint64_t v)
{
	v ^= v >> 33;
	v *= 0xff51afd7ed558ccdull;
	return v ^ v >> 33;
}

static uint64_t identity_hash(const struct ml_held_file *f)
{
	return mix(f->inode + mix(f->major << 20 ^ f->minor ^ f->space << 32));
}

static bool is_same(const struct ml_held_file *x, const struct ml_held_file *y)
{
	return x->inode == y->inode && x->minor == y->minor && x->major == y->major &&
	       x->space == y->space;
}

static void put_slot(struct walk *w, size_t file)
{
	size_t at = identity_hash(ml_rows_at(&w->ret->rows, file)) & (w->nslots - 1);

	while (w->slots[at])
		at = (at + 1) & (w->nslots - 1);
	w->slots[at] = (uint32_t)file + 1;
}

static int grow_slots(struct walk *w)
{
	size_t n = w->nslots ? w->nslots * 2 : SLOTS_FIRST;
	uint32_t *slots = calloc(n, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	free(w->slots);
	w->slots = slots;
	w->nslots = n;
	for (size_t i = 0; i < w->ret->rows.n; i++)
		put_slot(w, i);
	return 0;
}

/* SIZE_MAX when it was not met before. */
static size_t find(const struct walk *w, const struct ml_held_file *key)
{
	size_t at = w->nslots ? identity_hash(key) & (w->nslots - 1) : 0;

	for (; w->nslots && w->slots[at]; at = (at + 1) & (w->nslots - 1))
		if (is_same(ml_rows_at(&w->ret->rows, w->slots[at] - 1), key))
			return w->slots[at] - 1;
	return SIZE_MAX;
}

static int add(struct walk *w, const struct ml_held_file *file, size_t *ret)
{
	struct ml_held_file *row;

	if (w->ret->rows.n >= w->nslots / 2 && grow_slots(w))
		return -ENOMEM;
	row = ml_rows_add(&w->ret->rows, w->arena);
	if (!row)
		return -ENOMEM;
	*row = *file;
	row->name.p = ml_arena_strndup(w->arena, file->name.p, file->name.n);
	*ret = w->ret->rows.n - 1;
	put_slot(w, *ret);
	return row->name.p ? 0 : -ENOMEM;
}

/* What one sighting knew and the others did not. */
static void merge(struct ml_held_file *row, const struct ml_held_file *seen)
{
	if (row->bytes == ML_NONE && seen->bytes != ML_NONE) {
		row->mode = seen->mode;
		row->size = seen->size;
		row->bytes = seen->bytes;
		row->links = seen->links;
	}
	if (row->fd < 0 && seen->fd >= 0) {
		row->fd = seen->fd;
		row->pid = seen->pid;
	}
	if (!row->mount)
		row->mount = seen->mount;
	row->deleted |= seen->deleted;
}

static int add_holder(struct walk *w, size_t file, uint64_t mapped)
{
	struct ml_held_file *row = ml_rows_at(&w->ret->rows, file);
	struct ml_rows *holders = &w->ret->holders;
	struct ml_file_holder *h =
		row->holders ? ml_rows_at(holders, row->last_holder) : NULL;

	if (!h || h->pid != w->process.pid) {
		h = ml_rows_add(holders, w->arena);
		if (!h)
			return -ENOMEM;
		*h = (struct ml_file_holder){ .file = file, .pid = w->process.pid };
		row->last_holder = holders->n - 1;
		row->holders++;
	}
	h->descriptors += !mapped;
	row->descriptors += !mapped;
	h->mapped += mapped;
	row->mapped += mapped;
	return 0;
}

static int take(struct walk *w, const struct ml_held_file *seen, uint64_t mapped,
		size_t *ret)
{
	size_t file = find(w, seen);
	int rc = 0;

	if (file == SIZE_MAX)
		rc = add(w, seen, &file);
	else
		merge(ml_rows_at(&w->ret->rows, file), seen);
	*ret = file;
	return rc ? rc : add_holder(w, file, mapped);
}

/* ---- what is asked of a file ---- */

static bool is_sysv(struct ml_str name)
{
	return ml_str_starts(name, "/SYSV") && ml_str_ends(name, DELETED);
}

/* The inode of a SysV segment is its number in an IPC namespace, and may be that of
 * another file, too (ipc/shm.c, newseg). */
static uint64_t ipc_space(struct walk *w)
{
	if (w->space == ML_NONE) {
		char path[64];
		struct stat st;

		snprintf(path, sizeof(path), "/proc/%llu/ns/ipc",
			 (unsigned long long)w->process.pid);
		w->space = stat(path, &st) ? w->own_space : st.st_ino;
	}
	return w->space;
}

static bool by_name(const struct walk *w, struct ml_str name)
{
	return w->ask->by_name ? w->ask->by_name(name, w->ask->data)
			       : ml_str_starts(name, "/");
}

static bool by_mount(const struct walk *w, const struct ml_mount_row *mount,
		     struct ml_str name)
{
	if (mount && ml_mount_may_hang(mount))
		return false;
	return !w->ask->by_mount || w->ask->by_mount(mount, name, w->ask->data);
}

static struct ml_held_file seen_as(struct walk *w, struct ml_str name)
{
	bool deleted = ml_str_ends(name, DELETED);
	uint64_t space = is_sysv(name) ? ipc_space(w) : 0;

	if (deleted)
		name.n -= strlen(DELETED);
	return (struct ml_held_file){
		.space = space,
		.name = name,
		.deleted = deleted,
		.mode = ML_NONE,
		.size = ML_NONE,
		.bytes = ML_NONE,
		.links = ML_NONE,
		.pid = w->process.pid,
		.fd = -1,
	};
}

static bool ask_file(const struct walk *w, const char *path, struct ml_held_file *ret)
{
	struct statx st;

	if (statx(w->process.fd, path, STATX_FLAGS, STATX_BASIC_STATS, &st))
		return false;
	ret->major = st.stx_dev_major;
	ret->minor = st.stx_dev_minor;
	ret->inode = st.stx_ino;
	ret->mode = st.stx_mode;
	ret->size = st.stx_size;
	ret->bytes = st.stx_blocks * 512;
	ret->links = st.stx_nlink;
	if (ret->deleted && st.stx_nlink) /* a name may end so itself */
		ret->name.n += strlen(DELETED);
	ret->deleted = !st.stx_nlink;
	return true;
}

/* ---- descriptors ---- */

static uint64_t name_hash(struct ml_str name)
{
	uint64_t h = 0xcbf29ce484222325ull;

	for (size_t i = name.n > 24 ? name.n - 24 : 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 0x100000001b3ull;
	return mix(h + name.n);
}

/* Only a name that leads to the file is one file's. */
static struct recent_fd *recent_fd(struct walk *w, struct ml_str name)
{
	return ml_str_ends(name, DELETED) ? NULL
					  : &w->recent_fd[name_hash(name) & (RECENT - 1)];
}

static bool is_recent(const struct walk *w, const struct recent_fd *r, struct ml_str name)
{
	return r && r->turn == w->turn && r->n == name.n &&
	       memcmp(r->name, name.p, name.n) == 0;
}

static void remember_fd(struct walk *w, struct recent_fd *r, struct ml_str name,
			size_t file)
{
	if (r->cap < name.n) {
		char *p = realloc(r->name, name.n);

		if (!p)
			return;
		r->name = p;
		r->cap = name.n;
	}
	memcpy(r->name, name.p, name.n);
	r->n = name.n;
	r->file = file;
	r->turn = w->turn;
}

static const struct ml_mount_row *mount_of_fd(const struct walk *w, int fd)
{
	char path[32], text[1024];
	struct ml_fdinfo info;
	ssize_t n;

	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	n = ml_process_read(&w->process, path, text, sizeof(text));
	if (n <= 0)
		return NULL;
	ml_fdinfo_place((struct ml_str){ text, (size_t)n }, &info);
	return ml_mount_spaces_by_id(w->spaces, info.mount);
}

static int met_fd(struct walk *w, int fd, struct ml_str name)
{
	struct recent_fd *recent;
	struct ml_held_file seen;
	char path[32];
	size_t file;
	int rc;

	if (!by_name(w, name))
		return w->ask->other ? w->ask->other(&w->process, fd, name, w->ask->data)
				     : 0;
	recent = recent_fd(w, name);
	if (is_recent(w, recent, name))
		return add_holder(w, recent->file, 0);
	seen = seen_as(w, name);
	seen.fd = fd;
	seen.mount = mount_of_fd(w, fd);
	snprintf(path, sizeof(path), "fd/%d", fd);
	if (!by_mount(w, seen.mount, name) || !ask_file(w, path, &seen))
		return 0;
	rc = take(w, &seen, 0, &file);
	if (!rc && recent)
		remember_fd(w, recent, name, file);
	return rc;
}

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int walk_fds(struct walk *w)
{
	_cleanup_(closedirp) DIR *dir = NULL;
	const struct dirent *entry;
	char name[PATH_MAX];
	int fd = ml_process_openat(&w->process, "fd"), rc = 0;
	uint64_t number;

	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while (!rc && (entry = readdir(dir))) {
		ssize_t n;

		if (!ml_num_u64(ml_str_of(entry->d_name), &number) || number > INT_MAX)
			continue;
		n = readlinkat(fd, entry->d_name, name, sizeof(name));
		if (n > 0)
			rc = met_fd(w, (int)number, (struct ml_str){ name, (size_t)n });
	}
	return rc;
}

/* ---- mappings ---- */

/* "fd:00" */
static bool take_device(const char *text, struct ml_held_file *ret)
{
	struct ml_str s = ml_str_of(text), major;

	return ml_split(&s, ':', &major) && ml_num_hex(major, &ret->major) &&
	       ml_num_hex(s, &ret->minor);
}

static struct recent_map *recent_map(struct walk *w, const struct ml_held_file *seen)
{
	return &w->recent_map[identity_hash(seen) & (RECENT - 1)];
}

static bool is_recent_map(const struct recent_map *r, const struct ml_held_file *seen)
{
	return r->used && r->inode == seen->inode && r->minor == seen->minor &&
	       r->major == seen->major && r->space == seen->space;
}

/* Without the capability that map_files needs the file's own name does as well, unless
 * that leads to another file by now. */
static void ask_mapped(const struct walk *w, const struct ml_smaps_row *m,
		       struct ml_held_file *seen)
{
	struct ml_held_file told = *seen;
	char path[PATH_MAX + 8];

	snprintf(path, sizeof(path), "map_files/%llx-%llx", (unsigned long long)m->start,
		 (unsigned long long)m->end);
	if (ask_file(w, path, seen))
		return;
	if (seen->deleted || !seen->mount)
		return;
	snprintf(path, sizeof(path), "root%.*s", (int)seen->name.n, seen->name.p);
	if (ask_file(w, path, &told) && is_same(&told, seen))
		*seen = told;
}

/* A name with a slash is a file's; the first SysV segment has the inode 0. */
static int met_mapping(struct walk *w, const struct ml_smaps_row *m)
{
	struct recent_map *recent;
	struct ml_held_file seen;
	size_t file;
	int rc;

	if (!ml_str_starts(m->name, "/") || !by_name(w, m->name))
		return 0;
	seen = seen_as(w, m->name);
	seen.inode = m->inode;
	if (!take_device(m->dev, &seen))
		return 0;
	recent = recent_map(w, &seen);
	if (is_recent_map(recent, &seen))
		return add_holder(w, recent->file, m->end - m->start);
	seen.mount = ml_mount_spaces_by_device(w->spaces, seen.major, seen.minor);
	if (!by_mount(w, seen.mount, m->name))
		return 0;
	*recent = (struct recent_map){ seen.major, seen.minor, seen.inode, seen.space };
	seen.start = m->start;
	seen.end = m->end;
	ask_mapped(w, m, &seen);
	rc = take(w, &seen, m->end - m->start, &file);
	recent->file = file;
	recent->used = !rc;
	return rc;
}

static int read_maps(struct walk *w)
{
	_cleanup_close_ int fd = ml_process_openat(&w->process, "maps");

	if (fd < 0)
		return fd;
	ml_buf_clear(&w->text);
	for (;;) {
		char *room = ml_buf_room(&w->text, READ_BYTES);
		ssize_t n = room ? read(fd, room, READ_BYTES) : 0;

		if (!room)
			return -ENOMEM;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : 0;
		w->text.n += (size_t)n;
	}
}

static int walk_maps(struct walk *w)
{
	struct ml_smaps_row row;
	struct ml_str text, line;
	int rc = read_maps(w);

	text = ml_buf_text(&w->text);
	while (!rc && ml_smaps_peek(text, &row) && ml_split(&text, '\n', &line))
		rc = met_mapping(w, &row);
	return rc;
}

/* ---- processes ---- */

static bool is_refusal(int rc)
{
	return rc == -EACCES || rc == -EPERM;
}

/* Kernel threads and what is left of ended processes have none. */
static bool has_memory(const struct walk *w)
{
	char text[32];
	ssize_t n = ml_process_read(&w->process, "statm", text, sizeof(text));

	return n > 1 && memcmp(text, "0 ", 2) != 0;
}

static int met_pid(uint64_t pid, void *data)
{
	struct walk *w = data;
	int fds, maps;

	if (w->ask->by_pid && !w->ask->by_pid(pid, w->ask->data))
		return 0;
	if (ml_process_open(&w->processes, pid, &w->process))
		return 0;
	w->turn++;
	w->space = ML_NONE;
	fds = walk_fds(w);
	maps = fds == -ENOMEM ? fds : walk_maps(w);
	if (!fds || !maps)
		w->ret->processes++;
	if ((is_refusal(fds) || is_refusal(maps)) && has_memory(w))
		w->ret->refused++;
	ml_process_close(&w->process);
	return fds == -ENOMEM ? fds : maps == -ENOMEM ? maps : 0;
}

static void deinit(struct walk *w)
{
	for (size_t i = 0; i < RECENT; i++)
		free(w->recent_fd[i].name);
	free(w->slots);
	ml_buf_deinit(&w->text);
	ml_processes_close(&w->processes);
}

int ml_files_walk(const struct ml_root *root, struct ml_arena *a,
		  const struct ml_mount_spaces *spaces, const struct ml_files_ask *ask,
		  struct ml_files *ret)
{
	struct stat st;
	struct walk w = {
		.root = root,
		.arena = a,
		.spaces = spaces,
		.ask = ask,
		.ret = ret,
		.own_space = stat("/proc/self/ns/ipc", &st) ? 0 : st.st_ino,
	};
	int rc = ml_processes_open(root, &w.processes);

	*ret = (struct ml_files){ .rows = ML_ROWS(struct ml_held_file),
				  .holders = ML_ROWS(struct ml_file_holder) };
	if (rc)
		return rc;
	rc = ml_walk_pids(root, met_pid, &w);
	deinit(&w);
	return rc;
}

int ml_held_file_open(const struct ml_held_file *file, int flags)
{
	char path[96];
	int fd;

	if (file->fd >= 0)
		snprintf(path, sizeof(path), "/proc/%llu/fd/%d",
			 (unsigned long long)file->pid, file->fd);
	else
		snprintf(path, sizeof(path), "/proc/%llu/map_files/%llx-%llx",
			 (unsigned long long)file->pid, (unsigned long long)file->start,
			 (unsigned long long)file->end);
	fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return fd < 0 ? -errno : fd;
}
