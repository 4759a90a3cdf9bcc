/* SPDX-License-Identifier: MIT */
/* klog_record: the fields of a record of /dev/kmsg or the journal. */
#pragma once

#include "parse/klog.h"

/* Whether "4,1234,5678,-,caller=T12;text" it is; the text is left in `s`. */
bool ml_klog_take_kmsg(struct ml_str *s, struct ml_klog_line *line);
/* Resolve "\x0a" as /dev/kmsg writes what is not printable. */
void ml_klog_unescape(struct ml_str s, struct ml_buf *out);

/* A field of the journal, by its name. What it tells goes into the record of `k`. */
void ml_klog_field(struct ml_klog *k, struct ml_str key, struct ml_str value);
/* Forget the record before. */
void ml_klog_begin_record(struct ml_klog *k);
/* Whose record it was, once all its fields are known. */
void ml_klog_judge_record(struct ml_klog *k);

/* All fields of an object on one line. False: it is none. */
bool ml_klog_json(struct ml_klog *k, struct ml_str s);
