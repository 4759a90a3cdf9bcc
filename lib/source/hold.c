/* SPDX-License-Identifier: MIT */
/* hold: descriptors of the live machine that stay open from one reading to the next. */
#include "source/hold.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "base/str.h"

/* Descriptors that are left to others. */
#define RESERVE 64

/* No process has more of use. */
#define ROOM_MAX (1u << 20)

/* A file that was not read for so many walks is closed: each takes the kernel some
 * 5 KiB. */
#define WALKS_IDLE 8

#define MACHINE_FILES 32

#define HOLD_TASKS 64

/* Walks in which processes may be taken for those that were listed. */
#define WALKS_UNLISTED 5

struct machine_file {
	char *path;
	int fd; /* or -1 */
};

struct ml_hold {
	DIR *proc;
	struct ml_held *at, *listed; /* ascending by pid; the second while walking */
	size_t n, cap, nlisted, listed_cap;
	uint32_t walk, listed_at;
	char tasks[HOLD_TASKS]; /* of /proc/loadavg at the last walk */
	atomic_bool ended;      /* a process was seen to have ended since */
	bool trusts;            /* loadavg */
	atomic_size_t last;     /* that was looked for */
	atomic_long room;   /* descriptors that may still be opened */
	struct machine_file files[MACHINE_FILES];
	size_t nfiles;
};

static const char *const names[ML_HELD_FILES] = {
	[ML_HELD_STAT] = "stat",
	[ML_HELD_STATM] = "statm",
	[ML_HELD_STATUS] = "status",
};

/* ---- how many ---- */

static long open_now(void)
{
	DIR *dir = opendir("/proc/self/fd");
	long n = 0;

	if (!dir)
		return 0;
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static long room_now(void)
{
	struct rlimit limit;
	long most;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 0;
	most = limit.rlim_cur > ROOM_MAX ? ROOM_MAX : (long)limit.rlim_cur;
	most -= open_now() + RESERVE;
	return most > 0 ? most : 0;
}

static bool take_room(struct ml_hold *hold)
{
	if (atomic_fetch_sub(&hold->room, 1) > 0)
		return true;
	atomic_fetch_add(&hold->room, 1);
	return false;
}

static void close_one(struct ml_hold *hold, int *fd)
{
	if (*fd < 0)
		return;
	close(*fd);
	*fd = -1;
	atomic_fetch_add(&hold->room, 1);
}

static void close_all(struct ml_hold *hold, struct ml_held *held)
{
	for (size_t i = 0; i < ML_HELD_FILES; i++)
		close_one(hold, &held->fd[i]);
}

static void drop(struct ml_hold *hold, struct ml_held *held)
{
	close_all(hold, held);
	free(held->notes);
}

int ml_hold_new(struct ml_hold **ret)
{
	struct ml_hold *hold = calloc(1, sizeof(*hold));

	if (!hold)
		return -ENOMEM;
	hold->proc = opendir("/proc");
	if (!hold->proc) {
		int rc = -errno;

		free(hold);
		return rc;
	}
	atomic_init(&hold->room, room_now());
	*ret = hold;
	return 0;
}

void ml_hold_free(struct ml_hold *hold)
{
	if (!hold)
		return;
	for (size_t i = 0; i < hold->n; i++)
		drop(hold, &hold->at[i]);
	for (size_t i = 0; i < hold->nfiles; i++) {
		close_one(hold, &hold->files[i].fd);
		free(hold->files[i].path);
	}
	closedir(hold->proc);
	free(hold->listed);
	free(hold->at);
	free(hold);
}

/* ---- the walk ---- */

static int by_pid(const void *a, const void *b)
{
	const struct ml_held *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int add_listed(struct ml_hold *hold, uint64_t pid, uint64_t inode)
{
	if (hold->nlisted == hold->listed_cap) {
		size_t cap = hold->listed_cap * 2 + 256;
		struct ml_held *grown = realloc(hold->listed, cap * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		hold->listed = grown;
		hold->listed_cap = cap;
	}
	hold->listed[hold->nlisted++] =
		(struct ml_held){ .pid = pid, .inode = inode, .fd = { -1, -1, -1 } };
	return 0;
}

static int list(struct ml_hold *hold)
{
	const struct dirent *entry;
	bool ascends = true;
	uint64_t pid, last = 0;
	int rc = 0;

	hold->nlisted = 0;
	rewinddir(hold->proc);
	while (!rc && (entry = readdir(hold->proc))) {
		if (!ml_num_u64(ml_str_of(entry->d_name), &pid))
			continue;
		ascends &= pid > last;
		last = pid;
		rc = add_listed(hold, pid, entry->d_ino);
	}
	if (!rc && !ascends)
		qsort(hold->listed, hold->nlisted, sizeof(*hold->listed), by_pid);
	return rc;
}

static void close_idle(struct ml_hold *hold, struct ml_held *held)
{
	for (size_t i = 0; i < ML_HELD_FILES; i++)
		if (hold->walk - held->read[i] > WALKS_IDLE)
			close_one(hold, &held->fd[i]);
}

/* The same number with another inode is another process, or one whose inode the kernel
 * had dropped: neither has a descriptor that is worth keeping. */
static void take_over(struct ml_hold *hold)
{
	struct ml_held *before = hold->at, *end = hold->at + hold->n;

	for (size_t i = 0; i < hold->nlisted; i++) {
		struct ml_held *held = &hold->listed[i];

		while (before < end && before->pid < held->pid)
			drop(hold, before++);
		if (before == end || before->pid != held->pid)
			continue;
		if (before->inode == held->inode) {
			*held = *before++;
			close_idle(hold, held);
		}
	}
	while (before < end)
		drop(hold, before++);
}

/* "0.00 0.01 0.05 1/234 5678": how many threads there are, and the last pid that was
 * given to one. While both stand still nobody came, and nobody ended whose place was
 * taken. Where this file is not the kernel's own that may mislead, so not for long. */
static bool is_as_listed(struct ml_hold *hold)
{
	_cleanup_close_ int fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	char text[HOLD_TASKS], *slash;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	bool same;

	text[n < 0 ? 0 : n] = '\0';
	slash = strchr(text, '/');
	same = slash && strcmp(slash, hold->tasks) == 0 &&
	       !atomic_exchange(&hold->ended, false) &&
	       hold->walk - hold->listed_at < WALKS_UNLISTED;
	snprintf(hold->tasks, sizeof(hold->tasks), "%s", slash ? slash : "");
	return same;
}

static int list_anew(struct ml_hold *hold)
{
	struct ml_held *before = hold->at;
	size_t cap = hold->cap;
	int rc = list(hold);

	if (rc)
		return rc;
	take_over(hold);
	hold->listed_at = hold->walk;
	hold->at = hold->listed;
	hold->n = hold->nlisted;
	hold->cap = hold->listed_cap;
	hold->listed = before;
	hold->listed_cap = cap;
	return 0;
}

void ml_hold_trust(struct ml_hold *hold, bool yes)
{
	hold->trusts = yes;
}

int ml_hold_walk(struct ml_hold *hold, ml_pid_fn *fn, void *data)
{
	bool same = hold->trusts && is_as_listed(hold);
	int rc;

	hold->walk++;
	rc = same ? 0 : list_anew(hold);
	for (size_t i = 0; i < hold->n && !rc; i++) {
		if (same)
			close_idle(hold, &hold->at[i]);
		if (hold->at[i].inode)
			rc = fn(hold->at[i].pid, data);
	}
	return rc;
}

/* Who reads them goes from one to the next: it is mostly the last one found, or the one
 * behind it. */
struct ml_held *ml_hold_find(struct ml_hold *hold, uint64_t pid)
{
	struct ml_held like = { .pid = pid }, *found;
	size_t i;

	if (!hold)
		return NULL;
	i = atomic_load_explicit(&hold->last, memory_order_relaxed);
	if (i < hold->n && hold->at[i].pid == pid)
		return &hold->at[i];
	if (i + 1 < hold->n && hold->at[i + 1].pid == pid)
		found = &hold->at[i + 1];
	else
		found = hold->n ? bsearch(&like, hold->at, hold->n, sizeof(like), by_pid)
				: NULL;
	if (found)
		atomic_store_explicit(&hold->last, (size_t)(found - hold->at),
				      memory_order_relaxed);
	return found;
}

/* ---- files of a process ---- */

/* Which of its files it is; ML_HELD_FILES: none that is kept. */
static size_t file_named(const char *name)
{
	size_t i = 0;

	while (i < ML_HELD_FILES && strcmp(name, names[i]) != 0)
		i++;
	return i;
}

ssize_t ml_hold_read(struct ml_hold *hold, uint64_t pid, const char *name, char *buf,
		     size_t cap)
{
	size_t file = hold ? file_named(name) : ML_HELD_FILES;
	struct ml_held *held = file < ML_HELD_FILES ? ml_hold_find(hold, pid) : NULL;
	ssize_t n;

	if (!held || held->fd[file] < 0)
		return -EBADF;
	held->read[file] = hold->walk;
	do
		n = pread(held->fd[file], buf, cap, 0);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return n;
	n = -errno;
	if (n == -ESRCH) {
		close_all(hold, held);
		held->inode = 0;
		atomic_store(&hold->ended, true);
	}
	return n;
}

bool ml_hold_keep(struct ml_hold *hold, uint64_t pid, const char *name, int fd)
{
	size_t file = hold ? file_named(name) : ML_HELD_FILES;
	struct ml_held *held = file < ML_HELD_FILES ? ml_hold_find(hold, pid) : NULL;
	uint32_t before;

	if (!held || !held->inode)
		return false;
	before = held->read[file];
	held->read[file] = hold->walk;
	if (!before || before + 1 < hold->walk || held->fd[file] >= 0 || !take_room(hold))
		return false;
	held->fd[file] = fd;
	return true;
}

/* ---- files of the machine ---- */

/* Names of /proc that stay what they are: no process, nothing of whoever asks. */
static bool may_be_kept(const char *path)
{
	return !strncmp(path, "/proc/", 6) && (path[6] < '0' || path[6] > '9') &&
	       strncmp(path + 6, "self", 4) != 0 && strncmp(path + 6, "thread", 6) != 0;
}

static struct machine_file *find_file(struct ml_hold *hold, const char *path)
{
	for (size_t i = 0; hold && i < hold->nfiles; i++)
		if (strcmp(hold->files[i].path, path) == 0)
			return &hold->files[i];
	return NULL;
}

int ml_hold_file(struct ml_hold *hold, const char *path)
{
	struct machine_file *file = find_file(hold, path);

	if (!file || file->fd < 0)
		return -1;
	if (lseek(file->fd, 0, SEEK_SET) == 0)
		return file->fd;
	close_one(hold, &file->fd);
	return -1;
}

bool ml_hold_keep_file(struct ml_hold *hold, const char *path, int fd)
{
	struct machine_file *file = find_file(hold, path);

	if (!hold || !may_be_kept(path))
		return false;
	if (!file) { /* read once: it is kept when it is read again */
		if (hold->nfiles < MACHINE_FILES &&
		    (hold->files[hold->nfiles].path = strdup(path)))
			hold->files[hold->nfiles++].fd = -1;
		return false;
	}
	if (file->fd >= 0 || !take_room(hold))
		return false;
	file->fd = fd;
	return true;
}

void ml_hold_drop_file(struct ml_hold *hold, const char *path)
{
	struct machine_file *file = find_file(hold, path);

	if (file)
		close_one(hold, &file->fd);
}
