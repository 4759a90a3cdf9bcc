/* SPDX-License-Identifier: MIT */
/* oom_lines: the lines of a report, by part; each function says whether a line is its
 * own. */
#pragma once

#include "parse/oom.h"

/* ---- words of lines ---- */

/* What stands behind `key` up to a blank or comma, where the key begins a word. */
bool ml_oom_value(struct ml_str s, const char *key, struct ml_str *ret);
/* Digits behind the key; ML_NONE when it is not there. */
uint64_t ml_oom_number(struct ml_str s, const char *key);
/* The same in kB as bytes. */
uint64_t ml_oom_kb(struct ml_str s, const char *key);
/* Where `text` stands in `s`, taken off with all before it, which is `ret`. */
bool ml_oom_cut(struct ml_str *s, const char *text, struct ml_str *ret);
/* A copy, cut where it does not fit. */
void ml_oom_copy(char *to, size_t room, struct ml_str s);
#define ML_OOM_COPY(to, s) ml_oom_copy((to), sizeof(to), (s))

/* ---- reports ---- */

/* A line on its way. */
struct ml_oom_line {
	const struct ml_klog_line *from;
	struct ml_str text;
};

/* A new one; the oldest is given away when none is free. */
struct ml_oom_report *ml_oom_open(struct ml_oom_reader *r, const struct ml_oom_line *l,
				  enum ml_oom_kind kind);
/* The newest open one that may have this line and has none of `parts` yet; NULL. */
struct ml_oom_report *ml_oom_lacking(struct ml_oom_reader *r, const struct ml_oom_line *l,
				     uint32_t parts);
/* As above; one whose beginning was lost, where there is none. */
struct ml_oom_report *ml_oom_for(struct ml_oom_reader *r, const struct ml_oom_line *l,
				 uint32_t parts);
/* Whether the line comes soon enough after the others of the report. */
bool ml_oom_is_fresh(const struct ml_oom_reader *r, const struct ml_oom_report *o,
		     const struct ml_klog_line *line);
void ml_oom_touch(struct ml_oom_report *o, const struct ml_oom_line *l);

/* ---- parts ---- */

typedef bool ml_oom_line_fn(struct ml_oom_reader *r, const struct ml_oom_line *l);

ml_oom_line_fn ml_oom_opening, ml_oom_context, ml_oom_trace;
ml_oom_line_fn ml_oom_failure;
ml_oom_line_fn ml_oom_group;
ml_oom_line_fn ml_oom_memory, ml_oom_slab;
ml_oom_line_fn ml_oom_table;
ml_oom_line_fn ml_oom_verdict, ml_oom_kill, ml_oom_after;
ml_oom_line_fn ml_oom_daemon;

/* Rows of a table count once the machine or the group is known. */
uint64_t ml_oom_weight(const struct ml_oom_task *task);
