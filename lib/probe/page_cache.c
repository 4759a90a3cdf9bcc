/* SPDX-License-Identifier: MIT */
/* page_cache: how much of an open file the kernel keeps in memory. */
#include "probe/page_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "probe/capability.h"

/* One number on every architecture, as all calls since 5.1; alpha adds 110. */
#ifndef SYS_cachestat
#ifdef __alpha__
#define SYS_cachestat 561
#else
#define SYS_cachestat 451
#endif
#endif

/* struct cachestat_range and struct cachestat of linux/mman.h, which older headers
 * lack. */
struct range {
	uint64_t offset, length; /* a length of 0: to the end of the file */
};

struct answer {
	uint64_t cached, dirty, writeback, evicted, recently_evicted; /* pages */
};

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

static long cachestat_call(int fd, struct answer *ret)
{
	const struct range all = { 0 };

	return syscall(SYS_cachestat, fd, &all, ret, 0u);
}

/* A filter that does not know the call refuses it with EPERM, as the kernel does for
 * other users' files: it would refuse it for no file at all, too. */
static bool is_filtered(void)
{
	struct answer unused;

	return cachestat_call(-1, &unused) < 0 && errno != EBADF;
}

int ml_page_cache_cachestat(int fd, struct ml_page_cache *ret)
{
	uint64_t page = page_size();
	struct answer pages;

	if (cachestat_call(fd, &pages) < 0) {
		int error = errno;

		return (error == EPERM || error == EACCES) && is_filtered() ? -ENOSYS
									    : -error;
	}
	*ret = (struct ml_page_cache){
		.cached = pages.cached * page,
		.dirty = pages.dirty * page,
		.writeback = pages.writeback * page,
		.evicted = pages.evicted * page,
		.recently_evicted = pages.recently_evicted * page,
		.how = "cachestat",
	};
	return 0;
}

/* ---- mincore ---- */

/* Pages asked about at once. */
#define WINDOW_PAGES 16384u

/* Of a larger file, which is mostly holes, only what is not a hole is asked about: every
 * page costs time, and anybody can make a file of 8 EiB. */
#define DENSE_MAX (1ull << 40)

/* The user id that stands for all that are not mapped into a user namespace. */
#define OVERFLOW_UID 65534u

/*
 * Where mincore may not tell it calls every page present (mm/mincore.c, can_do_mincore):
 * whether it may has to be found out before. An owner that our user namespace does not
 * know is not under our CAP_FOWNER.
 */
static int may_tell(int fd)
{
	char path[40];
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_uid == geteuid() ||
	    (st.st_uid != OVERFLOW_UID && ml_has_capability("CAP_FOWNER")))
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) ? -EPERM : 0;
}

static int count_window(int fd, uint64_t offset, uint64_t bytes, uint64_t *pages)
{
	unsigned char present[WINDOW_PAGES];
	uint64_t page = page_size(), n = (bytes + page - 1) / page;
	void *at = mmap(NULL, (size_t)bytes, PROT_NONE, MAP_SHARED, fd, (off_t)offset);
	int error = 0;

	if (at == MAP_FAILED)
		return -errno;
	if (mincore(at, (size_t)bytes, present))
		error = errno;
	munmap(at, (size_t)bytes);
	for (uint64_t i = 0; i < n && !error; i++)
		*pages += present[i] & 1;
	return -error;
}

/* The page of the next data; `size` when only a hole is left. */
static uint64_t next_data(int fd, uint64_t at, uint64_t size)
{
	off_t data = lseek(fd, (off_t)at, SEEK_DATA);

	if (data < 0)
		return errno == ENXIO ? size : at;
	return (uint64_t)data & ~(page_size() - 1);
}

int ml_page_cache_mincore(int fd, uint64_t size, struct ml_page_cache *ret)
{
	uint64_t window = WINDOW_PAGES * page_size(), pages = 0;
	int rc = may_tell(fd), flags = fcntl(fd, F_GETFL);

	if (flags >= 0) /* a mapping touches the time of access; refused to others */
		(void)fcntl(fd, F_SETFL, flags | O_NOATIME);
	for (uint64_t at = 0; at < size && !rc; at += window) {
		if (size > DENSE_MAX)
			at = next_data(fd, at, size);
		if (at < size)
			rc = count_window(fd, at, size - at < window ? size - at : window,
					  &pages);
	}
	if (rc)
		return rc;
	*ret = (struct ml_page_cache){
		.cached = pages * page_size(),
		.dirty = ML_NONE,
		.writeback = ML_NONE,
		.evicted = ML_NONE,
		.recently_evicted = ML_NONE,
		.how = "mincore",
	};
	return 0;
}

int ml_page_cache(int fd, uint64_t size, struct ml_page_cache *ret)
{
	int rc = ml_page_cache_cachestat(fd, ret);

	return rc == -ENOSYS ? ml_page_cache_mincore(fd, size, ret) : rc;
}
