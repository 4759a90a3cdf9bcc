/* SPDX-License-Identifier: MIT */
/* open_file: the name of a file by its inode, found with a process that has it open. */
#include "probe/open_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/num.h"

/* Of one process at most. */
#define FDS_MAX 4096
#define MAPS_MAX (1u << 20)

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static bool is_same(const struct statx *st, const struct ml_file_id *id)
{
	uint64_t dev = (uint64_t)st->stx_dev_major << 20 | st->stx_dev_minor;

	return st->stx_ino == id->ino && (dev == id->dev || !st->stx_dev_major);
}

/* What the kernel knows already: asking a server could hang. */
static bool is_file(int dir, const char *fd, const struct ml_file_id *id, uint64_t *bytes)
{
	struct statx st;

	if (statx(dir, fd, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_TYPE | STATX_INO | STATX_SIZE, &st))
		return false;
	*bytes = S_ISREG(st.stx_mode) ? st.stx_size : ML_NONE;
	return is_same(&st, id);
}

static int find_fd(uint64_t pid, const struct ml_file_id *id, struct ml_open_file *ret)
{
	_cleanup_(closedirp) DIR *dir = NULL;
	const struct dirent *entry;
	char path[64];
	int left = FDS_MAX;

	snprintf(path, sizeof(path), "/proc/%llu/fd", (unsigned long long)pid);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (left-- && (entry = readdir(dir))) {
		ssize_t n;

		if (entry->d_name[0] == '.' ||
		    !is_file(dirfd(dir), entry->d_name, id, &ret->bytes))
			continue;
		n = readlinkat(dirfd(dir), entry->d_name, ret->name,
			       sizeof(ret->name) - 1);
		if (n <= 0)
			continue;
		ret->name[n] = '\0';
		return 0;
	}
	return -ENOENT;
}

/* "7f00-7f01 r-xp 00000000 fe:00 1234   /usr/lib/x.so" */
static bool is_mapping(struct ml_str line, const struct ml_file_id *id,
		       struct ml_str *ret_name)
{
	struct ml_str word, dev, major, ino;
	uint64_t high, low, number;

	for (int i = 0; i < 3; i++)
		if (!ml_next_word(&line, &word))
			return false;
	if (!ml_next_word(&line, &dev) || !ml_next_word(&line, &ino) ||
	    !ml_num_u64(ino, &number) || number != id->ino)
		return false;
	if (!ml_split(&dev, ':', &major) || !ml_num_hex(major, &high) ||
	    !ml_num_hex(dev, &low))
		return false;
	*ret_name = ml_str_trim(line);
	return ret_name->n && ((high << 20 | low) == id->dev || !high);
}

static int find_mapping(uint64_t pid, const struct ml_file_id *id,
			struct ml_open_file *ret)
{
	_cleanup_(ml_freep) char *line = NULL;
	size_t room = 0, seen = 0;
	char path[64];
	ssize_t n;
	int rc = -ENOENT;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%llu/maps", (unsigned long long)pid);
	maps = fopen(path, "re");
	if (!maps)
		return -errno;
	while (rc && seen < MAPS_MAX && (n = getline(&line, &room, maps)) > 0) {
		struct ml_str name;

		seen += (size_t)n;
		if (line[n - 1] == '\n')
			n--;
		if (!is_mapping((struct ml_str){ line, (size_t)n }, id, &name))
			continue;
		snprintf(ret->name, sizeof(ret->name), "%.*s", (int)name.n, name.p);
		rc = 0;
	}
	fclose(maps);
	return rc;
}

int ml_open_file_find(uint64_t pid, const struct ml_file_id *id, bool mapped,
		      struct ml_open_file *ret)
{
	int rc = find_fd(pid, id, ret);

	if (!rc)
		return 0;
	ret->bytes = ML_NONE;
	return mapped && rc == -ENOENT ? find_mapping(pid, id, ret) : rc;
}
