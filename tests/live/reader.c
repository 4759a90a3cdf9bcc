/* SPDX-License-Identifier: MIT */
/*
 * reader: looks up a known number of pages of a file in a known way.
 *
 * reader FILE WORD...: each word is done in turn; where one cannot be done it says why
 * and ends with 77.
 *   cold    drop the file from the page cache
 *   read    all of it, once, 64 KiB at a time
 *   long    all of it in one read(2)
 *   random  as many single pages as it has, without readahead; prints how many differ
 *   tail    a read of 32 pages that begins on the last page, 100 times
 *   map     touch all its pages in a new mapping
 *   direct  all of it past the page cache
 *   write   all of it anew
 *   go      say that it is ready, and wait for a line on standard input
 *   stay    half a second, so that somebody can look who reads what
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP (64u << 10)

static const char *path;
static int fd;
static size_t size, page;
static char *buf;

static int cannot(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", path, what, strerror(errno));
	return 77;
}

static int drop(void)
{
	if (fsync(fd) || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		return cannot("drop");
	return 0;
}

static int read_by(int from, size_t step)
{
	for (size_t at = 0; at < size; at += step)
		if (pread(from, buf, step, (off_t)at) < 0)
			return cannot("read");
	return 0;
}

static int read_all(void)
{
	return read_by(fd, STEP);
}

static int read_long(void)
{
	return read_by(fd, size);
}

static int read_random(void)
{
	size_t n = size / page, differ = 0;
	char *seen = calloc(n, 1);
	uint64_t x = 1;

	if (!seen)
		return cannot("random");
	posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	for (size_t i = 0; i < n; i++) {
		size_t at;

		x = x * 6364136223846793005u + 1442695040888963407u;
		at = (size_t)(x >> 33) % n;
		differ += !seen[at];
		seen[at] = 1;
		if (pread(fd, buf, page, (off_t)(at * page)) < 0)
			return cannot("random");
	}
	posix_fadvise(fd, 0, 0, POSIX_FADV_NORMAL);
	free(seen);
	printf("%zu\n", differ);
	return 0;
}

static int read_tail(void)
{
	for (int i = 0; i < 100; i++)
		if (pread(fd, buf, 32 * page, (off_t)(size - page)) < 0)
			return cannot("tail");
	return 0;
}

static int touch_all(void)
{
	const volatile char *at = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	unsigned sum = 0;

	if (at == MAP_FAILED)
		return cannot("map");
	for (size_t i = 0; i < size; i += page)
		sum += (unsigned char)at[i];
	return sum == 1; /* it is full of letters */
}

static int read_direct(void)
{
	int direct = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	int rc;

	if (direct < 0)
		return cannot("direct");
	rc = read_by(direct, STEP);
	close(direct);
	return rc;
}

static int write_all(void)
{
	int out = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	memset(buf, 'x', STEP);
	if (out < 0)
		return cannot("write");
	for (size_t at = 0; at < size; at += STEP)
		if (pwrite(out, buf, STEP, (off_t)at) != STEP)
			return cannot("write");
	close(out);
	return 0;
}

static int wait_for_line(void)
{
	puts("ready");
	fflush(stdout);
	for (char c = 0; c != '\n';)
		if (read(STDIN_FILENO, &c, 1) != 1)
			return 1;
	return 0;
}

static int stay(void)
{
	return usleep(500000) ? cannot("stay") : 0;
}

static const struct {
	const char *word;
	int (*what)(void);
} words[] = {
	{ "cold", drop },        { "read", read_all },   { "long", read_long },
	{ "random", read_random }, { "tail", read_tail }, { "map", touch_all },
	{ "direct", read_direct }, { "write", write_all }, { "go", wait_for_line },
	{ "stay", stay },
};

static int run(const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].what();
	fprintf(stderr, "%s: no such word\n", word);
	return 2;
}

int main(int argc, char **argv)
{
	struct stat st;
	int rc = 0;

	path = argc > 1 ? argv[1] : "";
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		return cannot("open");
	size = (size_t)st.st_size;
	page = (size_t)sysconf(_SC_PAGESIZE);
	if (size < 64 * page || size % STEP || posix_memalign((void **)&buf, page, size))
		return cannot("size");
	for (int i = 2; i < argc && !rc; i++)
		rc = run(argv[i]);
	free(buf);
	close(fd);
	return rc;
}
