/* SPDX-License-Identifier: MIT */
/* tape_stream: a file that is read bit by bit, kept on a tape. */
#include "source/tape_stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"

static bool is_text(const char *name)
{
	static const char *const names[] = { "smaps", "maps", "numa_maps",
					     "smaps_rollup" };

	for (size_t i = 0; i < ML_ARRAY_SIZE(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* 0, -errno of reading, or 1 when it is longer than `max`. */
static int read_all(int fd, size_t max, struct ml_buf *ret)
{
	for (;;) {
		char *room = ml_buf_room(ret, 64 << 10);
		ssize_t n = room ? read(fd, room, 64 << 10) : 0;

		if (!room || ret->n + (n > 0 ? (size_t)n : 0) > max)
			return 1;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (!n)
			return 0;
		ret->n += n > 0 ? (size_t)n : 0;
	}
}

static int as_file(struct ml_buf *text)
{
	int fd = memfd_create("memlens", MFD_CLOEXEC);

	for (size_t done = 0; fd >= 0 && done < text->n;) {
		ssize_t n = write(fd, text->p + done, text->n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	if (fd >= 0)
		(void)lseek(fd, 0, SEEK_SET);
	return fd;
}

int ml_tape_stream(struct ml_tape *tape, const char *path, int fd)
{
	struct ml_buf text = { 0 };
	int rc, copy = -1;

	if (fd < 0)
		ml_tape_add_error(tape, path, fd);
	if (fd < 0 || !ml_tape_keeps_all(tape))
		return fd;
	rc = read_all(fd, ml_tape_room(tape), &text);
	if (!rc)
		copy = as_file(&text);
	if (rc < 0)
		ml_tape_add_error(tape, path, rc);
	else if (copy >= 0)
		ml_tape_add(tape, path, ml_buf_text(&text));
	else
		ml_tape_overflow(tape);
	ml_buf_deinit(&text);
	if (rc < 0 || copy >= 0)
		close(fd);
	else
		(void)lseek(fd, 0, SEEK_SET); /* as if nothing had been read */
	return rc < 0 ? rc : copy >= 0 ? copy : fd;
}

int ml_tape_stream_process(struct ml_tape *tape, uint64_t pid, const char *name, int fd)
{
	char path[64];

	if (!ml_tape_keeps_all(tape) || !is_text(name))
		return fd;
	snprintf(path, sizeof(path), "proc/%llu/%s", (unsigned long long)pid, name);
	return ml_tape_stream(tape, path, fd);
}
