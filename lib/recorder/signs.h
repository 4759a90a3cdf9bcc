/* SPDX-License-Identifier: MIT */
/*
 * signs: what an alarm goes by, of the running machine - a trigger of the kernel for
 * pressure, its log, and numbers that are cheap to read.
 *
 * A trigger that may not be set, or a log that may not be read, is done without.
 */
#pragma once

#include "recorder/alarm.h"
#include "recorder/oom_text.h"

struct ml_signs;

/* 0 or -ENOMEM. */
int ml_signs_new(struct ml_signs **ret);
void ml_signs_free(struct ml_signs *signs); /* NULL is fine */

/* Wait until a monotonic time, or shorter: until the kernel tells of pressure or of a
 * kill, which is 1. Else 0, or -EINTR when a signal came. */
int ml_signs_wait(struct ml_signs *signs, uint64_t until_ns);

void ml_signs_read(struct ml_signs *signs, struct ml_alarm_reading *ret);

/* What the log has told of want of memory so far. An errno when it cannot be read. */
int ml_signs_log(struct ml_signs *signs, const struct ml_oom_text **ret);

/* Seconds of the trigger's window; 0: there is none. */
double ml_signs_window(const struct ml_signs *signs);
