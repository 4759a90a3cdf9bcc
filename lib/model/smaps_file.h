/* SPDX-License-Identifier: MIT */
/* smaps_file: the mappings in a file that is read as they are asked for - smaps is tens
 * of megabytes where there are many. */
#pragma once

#include "parse/smaps.h"

struct ml_smaps_file {
	int fd;
	char *buf;
	size_t cap, n; /* bytes held */
	size_t at;     /* where the next mapping begins */
	bool end;      /* the file has no more than what is held */
	bool in_line;  /* what comes next is the rest of a line that was dropped */
	int error;     /* of read, which ends the file: ESRCH when the process has gone */
	struct ml_parsed count;
};

/* Takes the descriptor. 0 or -ENOMEM, the descriptor closed. */
int ml_smaps_file_init(struct ml_smaps_file *file, int fd);
void ml_smaps_file_deinit(struct ml_smaps_file *file);

/* 1 with the next mapping and, unless NULL, the header of the one after it (its end 0
 * when there is none); both valid until the next call. 0 at the end, or -ENOMEM. */
int ml_smaps_file_next(struct ml_smaps_file *file, struct ml_smaps_row *ret,
		       struct ml_smaps_row *ret_after);

/* That header by itself, after a call with NULL. */
void ml_smaps_file_peek(const struct ml_smaps_file *file, struct ml_smaps_row *ret);
