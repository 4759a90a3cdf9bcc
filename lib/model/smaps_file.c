/* SPDX-License-Identifier: MIT */
/* smaps_file: the mappings in a file that is read as they are asked for. */
#include "model/smaps_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The kernel gives about a page a read. A window of many pages wastes little on the
 * mapping that is cut off at its end. */
#define WINDOW (64 * 1024)
#define READ_MIN 4096

/* No mapping is as long: a path has at most 4096 bytes, each up to 4 when escaped. */
#define WINDOW_MAX (1024 * 1024)

int ml_smaps_file_init(struct ml_smaps_file *file, int fd)
{
	*file = (struct ml_smaps_file){ .fd = fd, .cap = WINDOW };
	file->buf = malloc(file->cap);
	if (file->buf)
		return 0;
	close(fd);
	file->fd = -1;
	return -ENOMEM;
}

void ml_smaps_file_deinit(struct ml_smaps_file *file)
{
	free(file->buf);
	if (file->fd >= 0)
		close(file->fd);
	*file = (struct ml_smaps_file){ .fd = -1, .end = true, .count = file->count };
}

/* A mapping longer than any is no mapping: drop the lines held, and the rest of the last
 * one, which is not to be taken for a line of its own. */
static void drop_held(struct ml_smaps_file *file)
{
	ml_parse_bad(&file->count);
	file->in_line = file->buf[file->n - 1] != '\n';
	file->n = 0;
}

/* Room for more, by dropping what was taken. */
static int make_room(struct ml_smaps_file *file)
{
	char *big;

	memmove(file->buf, file->buf + file->at, file->n - file->at);
	file->n -= file->at;
	file->at = 0;
	if (file->cap - file->n >= READ_MIN)
		return 0;
	if (file->cap >= WINDOW_MAX) {
		drop_held(file);
		return 0;
	}
	big = realloc(file->buf, file->cap * 2);
	if (!big)
		return -ENOMEM;
	file->buf = big;
	file->cap *= 2;
	return 0;
}

/* Up to the end of a line whose beginning was dropped. */
static void drop_line(struct ml_smaps_file *file)
{
	const char *end = memchr(file->buf, '\n', file->n);
	size_t n = end ? (size_t)(end + 1 - file->buf) : file->n;

	memmove(file->buf, file->buf + n, file->n - n);
	file->n -= n;
	file->in_line = !end;
}

/* A line that an error cut off tells nothing: half a number is another number. */
static void drop_half_line(struct ml_smaps_file *file)
{
	const char *end = memrchr(file->buf, '\n', file->n);

	file->n = end ? (size_t)(end + 1 - file->buf) : 0;
}

static int fill(struct ml_smaps_file *file)
{
	int rc = make_room(file);

	while (!rc && !file->end && file->cap - file->n >= READ_MIN) {
		ssize_t got = read(file->fd, file->buf + file->n, file->cap - file->n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			file->error = got < 0 ? errno : 0;
			file->end = true;
			break;
		}
		file->n += (size_t)got;
		if (file->in_line)
			drop_line(file);
	}
	if (!rc && file->error)
		drop_half_line(file);
	return rc;
}

void ml_smaps_file_peek(const struct ml_smaps_file *file, struct ml_smaps_row *ret)
{
	if (!ml_smaps_peek((struct ml_str){ file->buf + file->at, file->n - file->at },
			   ret))
		ret->end = 0;
}

/* The mapping at the front of what is held, and the one after it. */
static bool take(struct ml_smaps_file *file, struct ml_smaps_row *ret,
		 struct ml_smaps_row *ret_after)
{
	struct ml_str text = { file->buf + file->at, file->n - file->at };
	bool found = ml_smaps_next(&text, file->end, ret, &file->count);

	file->at = file->n - text.n; /* past lines that are none of a mapping, too */
	if (found && ret_after)
		ml_smaps_file_peek(file, ret_after);
	return found;
}

int ml_smaps_file_next(struct ml_smaps_file *file, struct ml_smaps_row *ret,
		       struct ml_smaps_row *ret_after)
{
	for (;;) {
		int rc;

		if (take(file, ret, ret_after))
			return 1;
		if (file->end)
			return 0;
		rc = fill(file);
		if (rc)
			return rc;
	}
}
