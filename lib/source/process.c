/* SPDX-License-Identifier: MIT */
/* process: the files of one process, held by a descriptor of its directory. */
#include "source/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/hold.h"
#include "source/root.h"
#include "source/tape_stream.h"

#define NAME_ROOM 64

int ml_processes_open(const struct ml_root *root, struct ml_processes *ret)
{
	*ret = (struct ml_processes){ root, -1 };
	if (!root->live)
		return 0;
	ret->fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return ret->fd < 0 ? -errno : 0;
}

void ml_processes_close(struct ml_processes *processes)
{
	if (processes->fd >= 0)
		close(processes->fd);
}

/* "123/stat", as decimal digits: printf costs as much as the open. */
static const char *name_of(uint64_t pid, const char *name, char buf[static NAME_ROOM])
{
	char *p = buf + NAME_ROOM - strlen(name) - 1;
	char *end = stpcpy(p, name);

	if (end == p)
		*p = '\0';
	else
		*--p = '/';
	do
		*--p = (char)('0' + pid % 10);
	while (pid /= 10);
	return p;
}

static void path_of(uint64_t pid, const char *name, char ret[static NAME_ROOM + 8])
{
	snprintf(ret, NAME_ROOM + 8, "/proc/%llu/%s", (unsigned long long)pid, name);
}

static int open_by_path(const struct ml_processes *of, uint64_t pid, const char *name)
{
	char path[NAME_ROOM + 8];

	path_of(pid, name, path);
	return ml_root_openat(of->root, path);
}

static int open_at(int fd, const char *name)
{
	int ret = openat(fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return ret < 0 ? -errno : ret;
}

int ml_process_open(const struct ml_processes *of, uint64_t pid, struct ml_process *ret)
{
	char buf[NAME_ROOM];

	*ret = (struct ml_process){ of, pid, -1 };
	if (of->fd < 0)
		return 0;
	ret->fd = openat(of->fd, name_of(pid, "", buf), O_PATH | O_DIRECTORY | O_CLOEXEC);
	return ret->fd < 0 ? -errno : 0;
}

void ml_process_close(struct ml_process *process)
{
	if (process->fd >= 0)
		close(process->fd);
}

uint64_t ml_processes_inode(const struct ml_processes *of, uint64_t pid)
{
	char buf[NAME_ROOM];
	struct stat st;

	if (of->fd < 0 || fstatat(of->fd, name_of(pid, "", buf), &st, 0))
		return 0;
	return st.st_ino;
}

uint64_t ml_process_inode(const struct ml_process *process)
{
	struct stat st;

	return process->fd >= 0 && !fstat(process->fd, &st) ? st.st_ino : 0;
}

static int open_file(const struct ml_process *process, const char *name)
{
	if (process->fd < 0)
		return open_by_path(process->of, process->pid, name);
	return open_at(process->fd, name);
}

int ml_process_openat(const struct ml_process *process, const char *name)
{
	return ml_tape_stream_process(process->of->root->tape, process->pid, name,
				      open_file(process, name));
}

/* A read that leaves room is the last: these files are one record. */
static ssize_t read_whole(int fd, bool live, char *buf, size_t cap)
{
	size_t n = 0;

	while (n < cap) {
		ssize_t got = read(fd, buf + n, cap - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		n += (size_t)got;
		if (!got || live)
			break;
	}
	return (ssize_t)n;
}

/* Reads a file that was just opened, and closes it unless it will be read again. */
static ssize_t read_open(const struct ml_processes *of, uint64_t pid, const char *name,
			 int fd, char *buf, size_t cap)
{
	ssize_t n = fd < 0 ? fd : read_whole(fd, of->fd >= 0, buf, cap);

	if (fd >= 0 && (n < 0 || !ml_hold_keep(of->root->hold, pid, name, fd)))
		close(fd);
	return n;
}

static ssize_t keep(const struct ml_processes *of, uint64_t pid, const char *name,
		    const char *buf, ssize_t n)
{
	ml_tape_add_process(of->root->tape, pid, name,
			    (struct ml_str){ buf, n > 0 ? (size_t)n : 0 },
			    n < 0 ? (int)n : 0);
	return n;
}

/* A tree has texts; making a descriptor of each would take most of the time. */
static ssize_t read_in_tree(const struct ml_processes *of, uint64_t pid, const char *name,
			    char *buf, size_t cap)
{
	char path[NAME_ROOM + 8];

	path_of(pid, name, path);
	return ml_root_copy(of->root, path, buf, cap);
}

ssize_t ml_process_read(const struct ml_process *process, const char *name, char *buf,
			size_t cap)
{
	const struct ml_processes *of = process->of;
	ssize_t n = of->root->tree
			    ? read_in_tree(of, process->pid, name, buf, cap)
			    : ml_hold_read(of->root->hold, process->pid, name, buf, cap);

	if (n == -EBADF && !of->root->tree)
		n = read_open(of, process->pid, name, open_file(process, name), buf, cap);
	return keep(process->of, process->pid, name, buf, n);
}

ssize_t ml_processes_read(const struct ml_processes *of, uint64_t pid, const char *name,
			  char *buf, size_t cap)
{
	char path[NAME_ROOM];
	ssize_t n = of->root->tree ? read_in_tree(of, pid, name, buf, cap)
				   : ml_hold_read(of->root->hold, pid, name, buf, cap);

	if (n == -EBADF && !of->root->tree)
		n = read_open(of, pid, name,
			      of->fd < 0 ? open_by_path(of, pid, name)
					 : open_at(of->fd, name_of(pid, name, path)),
			      buf, cap);
	return keep(of, pid, name, buf, n);
}

/* A link that leads nowhere from here, or a file that was made of it. */
static ssize_t link_in_tree(const struct ml_process *process, const char *name, char *buf,
			    size_t cap)
{
	_cleanup_close_ int dir = -1;
	char path[NAME_ROOM];
	ssize_t n = -1;

	snprintf(path, sizeof(path), "/proc/%llu", (unsigned long long)process->pid);
	dir = ml_root_opendir(process->of->root, path);
	if (dir >= 0)
		n = readlinkat(dir, name, buf, cap);
	return n >= 0 ? n : ml_process_read(process, name, buf, cap);
}

ssize_t ml_process_link(const struct ml_process *process, const char *name, char *buf,
			size_t cap)
{
	ssize_t n;

	if (process->fd < 0)
		return link_in_tree(process, name, buf, cap);
	n = readlinkat(process->fd, name, buf, cap);
	return keep(process->of, process->pid, name, buf, n < 0 ? -errno : n);
}
