/* SPDX-License-Identifier: MIT */
/*
 * numbers: what of a sample is rolled up: counters of the machine in the kernel's names,
 * and of what there are many the largest.
 *
 *   MemFree                              /proc/meminfo, /proc/vmstat
 *   pressure/memory/some                 seconds that tasks waited, since boot
 *   pressure/memory/some/avg10           share of the last ten seconds
 *   process/PID@START/COMM               its anonymous memory and swap
 *   slab/NAME
 *   cgroup/PATH                          memory.current
 *
 * START is in seconds since the epoch, so that no two processes have the same name. What
 * the kernel lets others choose stands last, with any byte but NUL.
 */
#pragma once

#include "base/arena.h"
#include "recorder/rollup.h"
#include "source/tape.h"

/* The longest name; what would have a longer one is left out. */
#define ML_NUMBERS_NAME_MAX 1000

#define ML_NUMBERS_PROCESSES 50
#define ML_NUMBERS_SLABS 20
#define ML_NUMBERS_GROUPS 50

/* A process is a series when it is so old: what comes and goes has no trend. */
#define ML_NUMBERS_AGE_S 60

/* Zero-initialise, but for the page size. */
struct ml_numbers {
	struct ml_arena arena; /* of the names */
	struct ml_rows rows;   /* of struct ml_number */
	uint64_t minute;       /* the last in which that was told which is read seldom */
	uint64_t page_size;    /* of the machine */
};

void ml_numbers_deinit(struct ml_numbers *numbers);

/* The numbers of a sample take the place of those before; what the tape does not tell is
 * left out. 0 or -ENOMEM. */
int ml_numbers_take(struct ml_numbers *numbers, const struct ml_tape *tape,
		    uint64_t wall_ms);

/* ---- for those that find them ---- */

typedef int ml_numbers_fn(const struct ml_tape *tape, struct ml_numbers *ret);

ml_numbers_fn ml_numbers_host, ml_numbers_pressure, ml_numbers_processes,
	ml_numbers_slabs, ml_numbers_groups;

/* The text of a file of the tape, without one if it is not there. */
struct ml_str ml_numbers_text(const struct ml_tape *tape, const char *path);

/* One that has a name made of `format`; NaN is left out. 0 or -ENOMEM. */
int ml_numbers_add(struct ml_numbers *numbers, const char *unit, double value,
		   const char *format, ...) __attribute__((format(printf, 4, 5)));
