/* SPDX-License-Identifier: MIT */
/*
 * whole: all that is known of a machine, by what was read of it in turn. What is not read
 * each time is taken for what it was, for so many seconds, if what it is of is still
 * there: where its folder was listed anew that still names it, and the process is the
 * same. What is of a process whose sizes have not moved counts for longer, while they do
 * not.
 */
#pragma once

#include "record/folders.h"
#include "source/tape.h"

/* What a file said. Who keeps it holds a reference: it does not change then. */
struct ml_said {
	uint32_t refs;
	uint32_t npath, ntext;
	uint32_t room; /* for both */
	int error;
	char p[]; /* its path, then its text */
};

struct ml_known {
	struct ml_said *said;
	uint32_t hash; /* of the path */
	uint32_t folder;
	uint32_t turn; /* in which it was read last */
	uint64_t read_ns;
	uint64_t serial; /* the how many-th that was ever known: they are in this order */
};

/* Zero-initialise to start empty. */
struct ml_whole {
	struct ml_known *at;
	uint32_t n, cap;
	size_t bytes; /* of all paths and texts */
	uint32_t turn;
	uint64_t serial; /* of the next */
	struct ml_index index;
	struct ml_folders folders;
};

static inline struct ml_str ml_said_path(const struct ml_said *said)
{
	return (struct ml_str){ said->p, said->npath };
}

static inline struct ml_str ml_said_text(const struct ml_said *said)
{
	return (struct ml_str){ said->p + said->npath, said->ntext };
}

static inline struct ml_said *ml_said_ref(struct ml_said *said)
{
	said->refs++;
	return said;
}

void ml_said_unref(struct ml_said *said); /* NULL is fine */

static inline struct ml_str ml_known_path(const struct ml_known *file)
{
	return ml_said_path(file->said);
}

static inline struct ml_str ml_known_text(const struct ml_known *file)
{
	return ml_said_text(file->said);
}

/* A turn: what was read (struct ml_taped) is put, then what is not known any more is
 * forgotten. Of a file that was read twice the first text counts. 0 or -ENOMEM. */
void ml_whole_begin(struct ml_whole *whole);
int ml_whole_put(struct ml_whole *whole, const struct ml_rows *files, uint64_t now_ns);
int ml_whole_end(struct ml_whole *whole, uint64_t now_ns, double seconds);

/* This was read earlier. 0 or -ENOMEM. */
int ml_whole_recall(struct ml_whole *whole, const struct ml_taped *file,
		    uint64_t read_ns);

/* Of the processes nothing is known. 0 or -ENOMEM. */
int ml_whole_forget_processes(struct ml_whole *whole);

/* All of it, in the order in which it was first known, on a tape that is used each turn:
 * what has not been read since is on it. The rows are of the tape, paths and texts stay
 * those of the whole. Zero-initialise; the tape's arena is to be freed. */
struct ml_lent {
	struct ml_tape tape;
	uint32_t turn;
};

/* 0 or -ENOMEM. */
int ml_whole_lend(const struct ml_whole *whole, struct ml_lent *lent);

/* All of it, sorted, as copies. 0 or -ENOMEM. */
int ml_whole_to_tape(const struct ml_whole *whole, struct ml_tape *ret);

/* Let go of folders in which nothing is known. 0 or -ENOMEM. */
int ml_whole_tidy(struct ml_whole *whole);

void ml_whole_deinit(struct ml_whole *whole);
