/* SPDX-License-Identifier: MIT */
/* cache_tasks: the page cache of what processes have open or mapped. */
#include "model/cache_tasks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "model/files.h"
#include "model/members.h"

/* Pids that are named in a row. */
#define PIDS_NAMED 4

/* Of linux/magic.h. */
#define MAGIC_TMPFS 0x01021994
#define MAGIC_HUGETLBFS 0x958458f6

struct tasks {
	const struct ml_root *root;
	struct ml_cache_ledger *ledger;
	const struct ml_want *want;
	struct ml_processes processes;
	struct ml_members members; /* with want->group */
	struct ml_files files;
	struct ml_file_holder **holders; /* sorted by file */
};

/* ---- which processes ---- */

static bool is_wanted_pid(const struct ml_want *want, uint64_t pid)
{
	for (size_t i = 0; i < want->npids; i++)
		if (want->pids[i] == pid)
			return true;
	return !want->npids;
}

static bool by_pid(uint64_t pid, void *data)
{
	const struct tasks *t = data;

	return is_wanted_pid(t->want, pid) &&
	       (!t->want->group || ml_members_has(&t->members, &t->processes, pid));
}

/* ---- which files ---- */

/* Where the mount is not seen the file may be of one that was detached: shared memory of
 * the kernel's own mount is known by its name. */
static bool is_known_place(const struct ml_mount_row *mount, struct ml_str name)
{
	return mount || ml_str_starts(name, "/memfd:") || ml_str_starts(name, "/SYSV") ||
	       ml_str_starts(name, "/dev/zero");
}

static bool by_mount(const struct ml_mount_row *mount, struct ml_str name, void *data)
{
	(void)data;
	return is_known_place(mount, name) &&
	       (!mount || !ml_cache_fs_of(mount).is_kernel);
}

/* Devices that are no disks, FIFOs and folders have none. */
static bool has_pages(uint64_t mode)
{
	return S_ISREG(mode) || S_ISBLK(mode);
}

/* ---- one file ---- */

static int by_file(const void *a, const void *b)
{
	const struct ml_file_holder *x = *(struct ml_file_holder *const *)a,
				    *y = *(struct ml_file_holder *const *)b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int sort_holders(struct tasks *t)
{
	size_t n = t->files.holders.n;

	t->holders = calloc(n + 1, sizeof(struct ml_file_holder *));
	if (!t->holders)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		t->holders[i] = ml_rows_at(&t->files.holders, i);
	qsort(t->holders, n, sizeof(*t->holders), by_file);
	return 0;
}

static size_t first_holder(const struct tasks *t, size_t nth)
{
	size_t low = 0, high = t->files.holders.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (t->holders[mid]->file < nth)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* "12 345 +3": of the file `nth`. */
static int name_holders(const struct tasks *t, size_t nth, struct ml_str *ret)
{
	size_t first = first_holder(t, nth), end = first_holder(t, nth + 1), named = 0;
	char text[PIDS_NAMED * 24 + 24];
	size_t at = 0;

	for (; first + named < end && named < PIDS_NAMED; named++)
		at += (size_t)snprintf(
			text + at, sizeof(text) - at, "%s%llu", named ? " " : "",
			(unsigned long long)t->holders[first + named]->pid);
	if (first + named < end)
		at += (size_t)snprintf(text + at, sizeof(text) - at, " +%zu",
				       end - first - named);
	ret->p = ml_arena_strndup(t->ledger->arena, text, at);
	ret->n = at;
	return ret->p ? 0 : -ENOMEM;
}

/* On no mount that we see: the kernel's own of shared memory, or of huge pages. */
static struct ml_cache_fs fs_of(const struct ml_held_file *file, int fd)
{
	struct statfs fs;

	if (file->mount)
		return ml_cache_fs_of(file->mount);
	if (fd < 0 || fstatfs(fd, &fs))
		return (struct ml_cache_fs){ 0 };
	if ((uint32_t)fs.f_type == MAGIC_TMPFS)
		return (struct ml_cache_fs){ .type = ML_STR("tmpfs"),
					     .kind = ML_CACHE_SHMEM };
	return (struct ml_cache_fs){ .is_kernel =
					     (uint32_t)fs.f_type == MAGIC_HUGETLBFS };
}

/* Without the capability that map_files needs, the name that the process has for it. */
static int find_by_name(const struct ml_held_file *file)
{
	char path[4200];
	int fd;

	if (file->deleted || !file->mount)
		return -EPERM;
	snprintf(path, sizeof(path), "/proc/%llu/root%.*s", (unsigned long long)file->pid,
		 (int)file->name.n, file->name.p);
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int find_file(const struct ml_held_file *file)
{
	int fd = ml_held_file_open(file, O_PATH);

	return (fd == -EPERM || fd == -EACCES) && file->fd < 0 ? find_by_name(file) : fd;
}

/* The number of a descriptor may stand for a device by now, whose driver would act on
 * being opened: the file is looked at first. -ESTALE when it is another one. */
static int open_file(const struct ml_held_file *file, struct stat *st)
{
	_cleanup_close_ int found = find_file(file);
	char path[40];
	struct stat now;
	int fd;

	if (found < 0)
		return found;
	if (fstat(found, &now))
		return -errno;
	if (now.st_ino != file->inode || !has_pages(now.st_mode))
		return -ESTALE;
	*st = now;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static void stat_of(const struct ml_held_file *file, struct stat *ret)
{
	*ret = (struct stat){
		.st_dev = makedev((unsigned)file->major, (unsigned)file->minor),
		.st_ino = file->inode,
		.st_mode = file->mode == ML_NONE ? S_IFREG : (mode_t)file->mode,
		.st_size = file->size == ML_NONE ? -1 : (off_t)file->size,
		.st_nlink = file->links == ML_NONE ? 0 : (nlink_t)file->links,
	};
}

static int add_open(struct tasks *t, size_t nth, const struct ml_held_file *file,
		    const struct stat *st, int fd)
{
	struct ml_cache_found found = {
		.path = file->name,
		.fd = fd,
		.st = st,
		.fs = fs_of(file, fd),
		.asked = t->want->npids > 0,
		.owners = file->holders,
	};
	struct ml_cache_sums unused;
	bool known;
	int rc = found.fs.is_kernel ? 0 : ml_cache_ledger_is_new(t->ledger, st);

	if (rc > 0 && name_holders(t, nth, &found.pids))
		return -ENOMEM;
	return rc > 0 ? ml_cache_ledger_add(t->ledger, &found, &unused, &known) : rc;
}

static int add_file(struct tasks *t, size_t nth)
{
	const struct ml_held_file *file = ml_rows_at(&t->files.rows, nth);
	struct stat st;
	int fd, rc;

	if (file->mode != ML_NONE && !has_pages(file->mode))
		return 0;
	stat_of(file, &st);
	fd = open_file(file, &st);
	if (fd == -ESTALE || fd == -ENOENT || fd == -ESRCH)
		return 0; /* closed meanwhile */
	rc = add_open(t, nth, file, &st, fd);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* ---- all of them ---- */

static int add_files(struct tasks *t)
{
	int rc = sort_holders(t);

	for (size_t i = 0; i < t->files.rows.n && !rc; i++) {
		if (ml_cache_ledger_is_late(t->ledger))
			break;
		rc = add_file(t, i);
	}
	return rc;
}

static int add_source(struct ml_arena *a, struct ml_feed_data *ret,
		      const struct ml_source *source)
{
	struct ml_source *row;

	ret->more.size = sizeof(*row);
	row = ml_rows_add(&ret->more, a);
	if (!row)
		return -ENOMEM;
	*row = *source;
	return 0;
}

/* The group of the query is not there, or has no process. */
static int tell_group(const struct tasks *t, int error, struct ml_arena *a,
		      struct ml_feed_data *ret)
{
	const struct ml_source group = {
		.path = ml_arena_printf(a, "control group %s", t->want->group),
		.status = ml_status_of(error),
		.error = error,
		.needed = true,
	};

	return group.path ? add_source(a, ret, &group) : -ENOMEM;
}

/* Processes that may not be looked into, and those that were named and are not there. */
static int tell_missed(struct tasks *t, struct ml_arena *a, struct ml_feed_data *ret)
{
	struct ml_source denied = {
		.path = "/proc/*/fd",
		.status = ML_DENIED,
		.error = EACCES,
		.capability = "CAP_SYS_PTRACE",
		.loss = "the files of other users' processes",
		.missed = t->files.refused,
		.needed = t->want->npids > 0,
	};

	if (denied.missed && add_source(a, ret, &denied))
		return -ENOMEM;
	if (t->want->group && !t->files.processes && !denied.missed &&
	    tell_group(t, ESRCH, a, ret))
		return -ENOMEM;
	for (size_t i = 0; i < t->want->npids; i++) {
		struct ml_source gone = { .status = ML_ABSENT,
					  .error = ENOENT,
					  .needed = true };

		if (ml_processes_inode(&t->processes, t->want->pids[i]))
			continue;
		gone.path = ml_arena_printf(a, "/proc/%llu",
					    (unsigned long long)t->want->pids[i]);
		if (!gone.path || add_source(a, ret, &gone))
			return -ENOMEM;
	}
	return 0;
}

int ml_cache_tasks(const struct ml_root *root, struct ml_cache_ledger *ledger,
		   struct ml_feed_data *ret)
{
	struct tasks t = { .root = root, .ledger = ledger, .want = ret->want };
	const struct ml_files_ask ask = { .by_mount = by_mount,
					  .by_pid = by_pid,
					  .data = &t };
	struct ml_mount_spaces spaces;
	int rc = ml_mount_spaces_read(root, ledger->arena, &spaces);

	if (!rc && ret->want->group) {
		rc = ml_members_init(root, ret->want, ledger->arena, &t.members);
		if (rc && rc != -ENOMEM)
			return tell_group(&t, -rc, ledger->arena, ret);
	}
	if (!rc)
		rc = ml_processes_open(root, &t.processes);
	if (rc)
		return rc;
	rc = ml_files_walk(root, ledger->arena, &spaces, &ask, &t.files);
	if (!rc)
		rc = add_files(&t);
	if (!rc)
		rc = tell_missed(&t, ledger->arena, ret);
	ledger->head->candidates = t.files.rows.n;
	ledger->head->closed_processes = t.files.refused;
	free(t.holders);
	ml_processes_close(&t.processes);
	return rc;
}
