/* SPDX-License-Identifier: MIT */
/* run: a capture while it is made - what is written, and what is noted of it. */
#pragma once

#include "base/arena.h"
#include "capture/redact.h"
#include "source/root.h"

struct ml_capture_run {
	struct ml_root *root;
	const struct ml_capture *what;
	struct ml_captured *sums;
	struct ml_sink *sink;
	struct ml_redactor redactor;
	/* of a sample */
	unsigned sample;       /* from 1 */
	char prefix[32];       /* of every path in the sink: "", "second-sample/" */
	struct ml_buf manifest;
	struct ml_arena arena;  /* of `folders` */
	struct ml_rows folders; /* of const char *: those noted already */
	uint64_t start_ns;
	uint64_t wall_ms;      /* of its start; ML_NONE in a copy that does not tell */
	/* of a file */
	struct ml_buf text;
	struct ml_buf shown;
	struct ml_buf path;
	int cut;               /* why it is not whole: an errno, or 0 */
};

/* A place of a file: its path on the machine, as it may be shown, and in the sink. */
struct ml_capture_place {
	const char *path;
	const char *stored; /* NULL: the path without its slash */
};

/* Functions return 0, or -errno of what ends the capture: writing, memory, a stop. */

/* Read a file of the machine and put it; an error of reading is noted and returned in
 * `ret_error`, which may be NULL. `loose`: a name that turned out to be a folder is
 * nothing. */
int ml_capture_copy(struct ml_capture_run *r, const char *path,
		    const struct ml_capture_place *place, ml_redact_fn *redact,
		    bool loose, int *ret_error);

/* Put a text, `redact` being applied to it when names are to be replaced. */
int ml_capture_put(struct ml_capture_run *r, const struct ml_capture_place *place,
		   struct ml_str text, ml_redact_fn *redact);

/* Note a folder that was listed, which may have nothing in it, or could not be; once. */
int ml_capture_folder(struct ml_capture_run *r, const char *path, int error);

/* Note what could not be read; -ENOMEM and -EINTR come back. */
int ml_capture_note(struct ml_capture_run *r, const char *path, int error);

/* Note what is not there on purpose. */
void ml_capture_omit(struct ml_capture_run *r, const char *path);

/* Names in a folder (const char *), sorted, so that two captures of one tree are the
 * same. 0, or -errno of listing. */
int ml_capture_names(const struct ml_capture_run *r, const char *path, struct ml_arena *a,
		     struct ml_rows *ret);

/* The parts of a sample that have files of their own here. */
int ml_capture_groups(struct ml_capture_run *r);
int ml_capture_processes(struct ml_capture_run *r);
int ml_capture_shared(struct ml_capture_run *r);
int ml_capture_queues(struct ml_capture_run *r);
int ml_capture_blocks(struct ml_capture_run *r);

/* The fields before the lines, and the file itself. */
void ml_capture_begin(struct ml_capture_run *r);
int ml_capture_end(struct ml_capture_run *r);

/* -EINTR when the caller wants it to stop. */
int ml_capture_check(const struct ml_capture_run *r);
