/* SPDX-License-Identifier: MIT */
/*
 * shm_text: the ledger of shared memory as a file of a capture, since nothing that the
 * kernel prints tells it.
 *
 *	shm 1 PROCESSES REFUSED SPACES
 *	mount MAJ:MIN TYPE SPACE SPACES OWN SIZE USED FILES_MAX FILES LISTED BYTES CUT
 *		POINT
 *	KIND MAJ:MIN INODE SPACE OWN SIZE BYTES SWAPPED MAPPED DESCRIPTORS NAME
 *	holder PID DESCRIPTORS MAPPED
 *
 * Each on one line; holders are of the object above them. "-" is unknown; names are
 * escaped as in a manifest.
 */
#pragma once

#include "base/buf.h"
#include "model/shm.h"

#define ML_SHM_TEXT "shm.txt"

/* How names go into it: the redaction of a capture. */
typedef void ml_shm_name_fn(const void *data, struct ml_str name, struct ml_buf *out);

/* `name` NULL: as they are. Memory that was short is in out->failed. */
void ml_shm_text(const struct ml_shm *shm, ml_shm_name_fn *name, const void *data,
		 struct ml_buf *out);

/* The head is a struct ml_shm, its names of processes empty; rows are its objects. */
ml_parse_fn ml_parse_shm_text;
