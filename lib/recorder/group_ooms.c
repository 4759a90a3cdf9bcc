/* SPDX-License-Identifier: MIT */
/* group_ooms: how often groups of version 2 met a limit that could not be kept, by those
 * at the top, which count for all below them. */
#include "recorder/group_ooms.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "base/str.h"

#define TOP "/sys/fs/cgroup"
/* Groups at the top come and go seldom. */
#define LIST_NS 30000000000ull

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* "oom 3" */
static uint64_t ooms_of(struct ml_str text)
{
	struct ml_str line, word;
	uint64_t value;

	while (ml_next_line(&text, &line))
		if (ml_next_word(&line, &word) && ml_str_is(word, "oom") &&
		    ml_next_word(&line, &word) && ml_num_u64(word, &value))
			return value;
	return ML_NONE;
}

static uint64_t read_ooms(int fd)
{
	char text[512];
	ssize_t n = pread(fd, text, sizeof(text), 0);

	return n > 0 ? ooms_of((struct ml_str){ text, (size_t)n }) : ML_NONE;
}

void ml_group_ooms_close(struct ml_group_ooms *g)
{
	for (unsigned i = 0; i < g->n; i++)
		close(g->fd[i]);
	g->n = 0;
}

static int open_events(int top, const char *name)
{
	_cleanup_close_ int dir = openat(top, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return dir < 0 ? -1 : openat(dir, "memory.events", O_RDONLY | O_CLOEXEC);
}

static void list(struct ml_group_ooms *g)
{
	_cleanup_(closedirp) DIR *dir = opendir(TOP);
	const struct dirent *entry;

	ml_group_ooms_close(g);
	while (dir && g->n < ML_GROUP_OOMS_MAX && (entry = readdir(dir))) {
		int fd = entry->d_type == DT_DIR && entry->d_name[0] != '.'
				 ? open_events(dirfd(dir), entry->d_name)
				 : -1;

		if (fd < 0)
			continue;
		g->last[g->n] = ml_or0(read_ooms(fd));
		g->fd[g->n++] = fd;
	}
}

static void add_moves(struct ml_group_ooms *g)
{
	for (unsigned i = 0; i < g->n; i++) {
		uint64_t now = read_ooms(g->fd[i]);

		if (now == ML_NONE)
			continue;
		g->sum += ml_sub_sat(now, g->last[i]);
		g->last[i] = now;
	}
}

uint64_t ml_group_ooms_read(struct ml_group_ooms *g, uint64_t now_ns)
{
	add_moves(g);
	if (!g->listed_ns || now_ns - g->listed_ns > LIST_NS) {
		list(g);
		g->listed_ns = now_ns;
	}
	return g->n ? g->sum : ML_NONE;
}
