/* SPDX-License-Identifier: MIT */
/* folder: the files of a recording, one a day, in a directory. */
#include "recorder/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"

#define LOCK ".lock"

const char *ml_folder_path(const char *folder, uint64_t wall_ms, struct ml_arena *a)
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;

	if (!gmtime_r(&t, &tm))
		return NULL;
	return ml_arena_printf(a, "%s/%04d-%02d-%02d" ML_DAY_SUFFIX, folder,
			       tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/* "2026-11-23.memlens" */
static bool is_day(const char *name, uint64_t *ret_ms)
{
	struct tm tm = { 0 };
	const char *end = strptime(name, "%Y-%m-%d", &tm);

	if (!end || strcmp(end, ML_DAY_SUFFIX) != 0)
		return false;
	*ret_ms = (uint64_t)timegm(&tm) * 1000;
	return true;
}

static uint64_t bytes_of(const char *path, const char *suffix)
{
	_cleanup_free_ char *full = NULL;
	struct stat st;

	if (asprintf(&full, "%s%s", path, suffix) < 0) {
		full = NULL;
		return 0;
	}
	return stat(full, &st) ? 0 : (uint64_t)st.st_size;
}

static int by_time(const void *a, const void *b)
{
	const struct ml_folder_day *x = a, *y = b;

	return (x->from_ms > y->from_ms) - (x->from_ms < y->from_ms);
}

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

int ml_folder_list(struct ml_ctx *ctx, const char *folder, struct ml_arena *a,
		   struct ml_rows *ret)
{
	_cleanup_(closedirp) DIR *dir = opendir(folder);
	const struct dirent *entry;
	uint64_t ms;

	if (!dir)
		return ml_fail(ctx, -errno, "%s: %s", folder, strerror(errno));
	*ret = ML_ROWS(struct ml_folder_day);
	while ((entry = readdir(dir))) {
		struct ml_folder_day *day;

		if (!is_day(entry->d_name, &ms))
			continue;
		day = ml_rows_add(ret, a);
		if (day)
			day->path = ml_arena_printf(a, "%s/%s", folder, entry->d_name);
		if (!day || !day->path)
			return ml_fail(ctx, -ENOMEM, "out of memory");
		day->from_ms = ms;
		day->bytes = bytes_of(day->path, "") + bytes_of(day->path, "-wal");
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_time);
	return 0;
}

int ml_folder_make(struct ml_ctx *ctx, const char *folder)
{
	struct stat st;

	if (mkdir(folder, 0700) && errno != EEXIST)
		return ml_fail(ctx, -errno, "%s: %s", folder, strerror(errno));
	if (stat(folder, &st))
		return ml_fail(ctx, -errno, "%s: %s", folder, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return ml_fail(ctx, -ENOTDIR, "%s: %s", folder, strerror(ENOTDIR));
	if (st.st_uid != geteuid() || st.st_mode & (S_IWGRP | S_IWOTH))
		return ml_fail(ctx, -EPERM, "%s: others could write to it", folder);
	return 0;
}

static int open_lock(const char *folder, int flags)
{
	_cleanup_free_ char *path = NULL;
	int fd;

	if (asprintf(&path, "%s/" LOCK, folder) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	fd = open(path, flags | O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

int ml_folder_lock(struct ml_ctx *ctx, const char *folder)
{
	int fd = open_lock(folder, O_CREAT);

	if (fd < 0)
		return ml_fail(ctx, fd, "%s: %s", folder, strerror(-fd));
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	close(fd);
	return ml_fail(ctx, -EBUSY, "%s: another recorder writes here", folder);
}

bool ml_folder_is_locked(const char *folder)
{
	_cleanup_close_ int fd = open_lock(folder, 0);

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
}

int ml_folder_remove(const char *path)
{
	static const char *const parts[] = { "-wal", "-shm", "" };

	for (size_t i = 0; i < ML_ARRAY_SIZE(parts); i++) {
		_cleanup_free_ char *full = NULL;

		if (asprintf(&full, "%s%s", path, parts[i]) < 0) {
			full = NULL;
			return -ENOMEM;
		}
		if (unlink(full) && errno != ENOENT)
			return -errno;
	}
	return 0;
}
