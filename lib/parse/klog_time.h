/* SPDX-License-Identifier: MIT */
/* klog_time: the times that stand before the lines of logs. */
#pragma once

#include "parse/klog.h"

/* Each takes what it understands off `s` and sets the times of `line`; false with
 * nothing taken otherwise. */

/* "[   47.219811] ", "[   47.2 <    0.1>] ", "[Mon Nov 23 10:14:00 2026] " */
bool ml_klog_take_bracket(struct ml_str *s, struct ml_klog_line *line);
/* "Nov 23 10:14:00 ", whose year is the last in which that is not after `now_ms` */
bool ml_klog_take_rfc3164(struct ml_str *s, uint64_t now_ms, struct ml_klog_line *line);
/* "2026-11-23T10:14:00.123456+01:00 ", with "," or ".", with or without a zone */
bool ml_klog_take_iso(struct ml_str *s, struct ml_klog_line *line);

/* "[ T123]", "[    C0]", "[    T1@CPU2]" */
bool ml_klog_take_caller(struct ml_str *s, struct ml_klog_line *line);

/* Of a date and a time of day, UTC. */
uint64_t ml_klog_days(uint64_t year, uint64_t month, uint64_t day);
