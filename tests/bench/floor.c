/* SPDX-License-Identifier: MIT */
/* floor: reads what it is told to and forgets it - what no program that reads the same
 * can do without: to start, to open, to read, to close.
 *
 *	floor FILE...		these files
 *	floor -e NAME		/proc/PID/NAME of every process
 *	floor -g DIR FILE...	these files of the directory and of all below it
 *	floor -s PID		maps of the process, and its pages by PAGEMAP_SCAN */
#include <dirent.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static char buf[32 * 1024];

static int read_at(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		;
	close(fd);
	return n ? -1 : 0;
}

/* A process that ends meanwhile, or a kernel thread without the file, is no failure. */
static int read_of_each(const char *name)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char path[300];

	if (!proc)
		return -1;
	while ((entry = readdir(proc))) {
		if (*entry->d_name < '0' || *entry->d_name > '9')
			continue;
		snprintf(path, sizeof(path), "%s/%s", entry->d_name, name);
		read_at(dirfd(proc), path);
	}
	closedir(proc);
	return 0;
}

/* A file that not every directory has is no failure. */
static int read_of_folders(int parent, const char *name, char **files, int nfiles)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return -1;
	for (int i = 0; i < nfiles; i++)
		read_at(fd, files[i]);
	while ((entry = readdir(dir)))
		if (entry->d_type == DT_DIR && *entry->d_name != '.')
			read_of_folders(fd, entry->d_name, files, nfiles);
	closedir(dir);
	return 0;
}

/* As linux/fs.h has them since Linux 6.7. */
struct region {
	__u64 start, end, categories;
};

struct scan {
	__u64 size, flags, start, end, walk_end, vec, vec_len, max_pages;
	__u64 category_inverted, category_mask, category_anyof_mask, return_mask;
};

#define SCAN _IOWR('f', 16, struct scan)
#define PRESENT (1 << 3)
#define ADDRESSES_END (1ull << 47)

/* -1 also where the kernel knows no PAGEMAP_SCAN. */
static int scan_pages(const char *pid)
{
	static struct region regions[1024];
	struct scan scan = { .size = sizeof(scan),
			     .end = ADDRESSES_END - 4096,
			     .vec = (__u64)(unsigned long)regions,
			     .vec_len = sizeof(regions) / sizeof(*regions),
			     .category_mask = PRESENT,
			     .return_mask = PRESENT };
	int fd, rc;

	snprintf(buf, sizeof(buf), "/proc/%s/pagemap", pid);
	fd = open(buf, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	while ((rc = ioctl(fd, SCAN, &scan)) > 0 && scan.walk_end < scan.end)
		scan.start = scan.walk_end;
	close(fd);
	return rc < 0 ? -1 : 0;
}

static int read_maps_and_pages(const char *pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/maps", pid);
	return read_at(AT_FDCWD, path) | scan_pages(pid);
}

int main(int argc, char **argv)
{
	int rc = 0;

	if (argc == 3 && strcmp(argv[1], "-e") == 0)
		return read_of_each(argv[2]) ? 1 : 0;
	if (argc > 3 && strcmp(argv[1], "-g") == 0)
		return read_of_folders(AT_FDCWD, argv[2], argv + 3, argc - 3) ? 1 : 0;
	if (argc == 3 && strcmp(argv[1], "-s") == 0)
		return read_maps_and_pages(argv[2]) ? 1 : 0;
	for (int i = 1; i < argc; i++)
		rc |= read_at(AT_FDCWD, argv[i]);
	return rc ? 1 : 0;
}
