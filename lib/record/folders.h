/* SPDX-License-Identifier: MIT */
/*
 * folders: which folders are still there, and whether those of processes are still of the
 * same ones, by what was read in each turn.
 */
#pragma once

#include "base/arena.h"
#include "base/index.h"

struct ml_folder {
	struct ml_str path; /* "proc/12/" */
	uint32_t above;     /* a row, or ML_NO_ROW */
	/* the last turn in which */
	uint32_t named;   /* the folder above was listed, and named it */
	uint32_t listed;  /* it was listed */
	uint32_t other;   /* it was seen to be of another process */
	uint32_t unmoved; /* its process was seen to have the sizes it had */
	bool gone;        /* what was read of it before the last turn is of no more */
};

/* Zero-initialise to start empty. */
struct ml_folders {
	struct ml_arena arena;
	struct ml_rows rows; /* of struct ml_folder; one above another comes before it */
	struct ml_index index;
};

/* The folder that a file is in, or that a listing is of; ML_NO_ROW for none. 0 or
 * -ENOMEM. */
int ml_folders_of(struct ml_folders *folders, struct ml_str path, uint32_t *ret);

struct ml_folder *ml_folders_at(const struct ml_folders *folders, uint32_t row);

/* It was listed; `names`, each with a NUL behind it. */
void ml_folders_list(struct ml_folders *folders, uint32_t row, struct ml_str names,
		     uint32_t turn);

/* A file in it was read; `before` is what it was, if that is known. */
void ml_folders_read(struct ml_folders *folders, uint32_t row, struct ml_str path,
		     struct ml_str before, struct ml_str now, uint32_t turn);

/* Once all of a turn was told: which of them are gone, or unmoved with those above. */
void ml_folders_settle(struct ml_folders *folders, uint32_t turn);

void ml_folders_deinit(struct ml_folders *folders);
