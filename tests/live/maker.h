/* SPDX-License-Identifier: MIT */
/* maker: what the programs have in common that make memory and keep it. */
#pragma once

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define EXIT_SKIP 77

static size_t page; /* set by main */

/* ---- leaving --------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3), noreturn)) static inline void
leave(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, ": %s\n", strerror(errno));
	exit(status);
}

#define fail(...) leave(EXIT_FAILURE, __VA_ARGS__)
#define skip(...) leave(EXIT_SKIP, __VA_ARGS__)

static inline void die_with_parent(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
}

/* ---- staying --------------------------------------------------------------------- */

static inline bool input_ended(int timeout_ms)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	char byte;

	return poll(&fd, 1, timeout_ms) > 0 && read(STDIN_FILENO, &byte, 1) <= 0;
}

static inline void pause_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* Closes the line, and stays. */
static inline void hold(void)
{
	printf("]}\n");
	fflush(stdout);
	while (!input_ended(-1))
		;
}

/* ---- arguments ------------------------------------------------------------------- */

static inline size_t number(const char *text)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);
	const char *units = "KMGT", *unit = *end ? strchr(units, *end) : NULL;

	if (end == text || (*end && (!unit || end[1]))) {
		errno = EINVAL;
		fail("%s", text);
	}
	return (size_t)(n << (unit ? 10 * (unit - units + 1) : 0));
}

static inline size_t pages(const char *text)
{
	return (number(text) + page - 1) & ~(page - 1);
}

/* ---- limits ---------------------------------------------------------------------- */

/* As many descriptors as we may have. */
static inline void raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* ---- mapping --------------------------------------------------------------------- */

/*
 * Between two pages of another protection, so that no neighbour is merged with it. They
 * can be read: above an unreadable page it would look like the stack of a thread.
 */
static inline char *map_aligned(size_t size, size_t align, int prot, int flags, int fd)
{
	int anonymous = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	size_t room = size + align + 2 * page;
	char *around = mmap(NULL, room, PROT_READ, anonymous, -1, 0), *p;

	if (around == MAP_FAILED)
		fail("mmap");
	p = (char *)(((uintptr_t)around + page + align - 1) & ~(uintptr_t)(align - 1));
	p = mmap(p, size, prot, flags | MAP_FIXED, fd, 0);
	if (p == MAP_FAILED)
		skip("mmap of %zu bytes", size);
	return p;
}

static inline char *map(size_t size, int flags, int fd)
{
	return map_aligned(size, page, PROT_READ | PROT_WRITE, flags, fd);
}

/* Small pages, whatever the machine's policy. */
static inline char *map_small(size_t size, int flags, int fd)
{
	char *p = map(size, flags, fd);

	madvise(p, size, MADV_NOHUGEPAGE);
	return p;
}

/* Every page differs from every other and from zero. */
static inline void write_pages(char *p, size_t size)
{
	for (size_t i = 0; i < size; i += page) {
		uint64_t word = (uintptr_t)(p + i) * 0x9e3779b97f4a7c15u | 1;

		for (size_t j = 0; j < page; j += sizeof(word)) {
			memcpy(p + i + j, &word, sizeof(word));
			word = word * 6364136223846793005u + 1442695040888963407u;
		}
	}
}

static inline void read_pages(const char *p, size_t size)
{
	for (size_t i = 0; i < size; i += page)
		*(const volatile char *)(p + i);
}

/* ---- asking ---------------------------------------------------------------------- */

/* Bytes of `key` in the mapping that begins at `start`, as the kernel says. */
static inline long long ask_smaps(const char *start, const char *key)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	unsigned long from, to;
	long long kb, found = -1;
	bool inside = false;
	char line[8192], name[64];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = from == (unsigned long)start;
		else if (inside && sscanf(line, "%63[^:]: %lld kB", name, &kb) == 2 &&
			 !strcmp(name, key))
			found = kb * 1024;
	}
	if (f)
		fclose(f);
	return found;
}

static inline size_t huge_size(const char *path, unsigned long unit)
{
	FILE *f = fopen(path, "re");
	unsigned long n = 0;
	char line[256];

	while (f && !n && fgets(line, sizeof(line), f))
		if (sscanf(line, "Hugepagesize: %lu kB", &n) != 1)
			n = strtoul(line, NULL, 10);
	if (f)
		fclose(f);
	if (!n)
		skip("no huge pages: %s", path);
	return n * unit;
}
