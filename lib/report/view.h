/* SPDX-License-Identifier: MIT */
/* view: sorts, filters and shortens the rows of a result. */
#pragma once

#include "report/report.h"

/* Find the places of all rows of tree tables, again after what is shown has changed. 0
 * or -ENOMEM. */
int ml_view_place(struct ml_result *result);

/* A parsed filter expression; see ml_result_filter(). */
struct ml_filter;

/* Parse; -EINVAL with a message in `ctx`, or -ENOMEM. Free with ml_filter_free(). */
int ml_filter_parse(struct ml_ctx *ctx, const char *expr, struct ml_filter **ret);
void ml_filter_free(struct ml_filter *filter);

/* Bind the column names to a table. 0; -ENOENT with the first column that the table
 * lacks; -EINVAL with a message in `ctx` when a number is compared with what is none. */
int ml_filter_bind(struct ml_ctx *ctx, struct ml_filter *filter,
		   const struct ml_table *table, const char **ret_missing);

/* What the columns it names have to read, of those that the table has. */
uint32_t ml_filter_reads(const struct ml_filter *filter, const struct ml_table *table);

/* Whether the expression holds for a row of the table last bound. */
bool ml_filter_match(const struct ml_filter *filter, const void *row);

/* ---- streamed tables ---- */

/* The next row that the filter keeps, or NULL after the last. */
const void *ml_stream_next(struct ml_result_table *t);

/* Read all rows that are left and hold them: it is a table like any other from then on.
 * 0 or -ENOMEM. */
int ml_stream_hold(struct ml_result *result, struct ml_result_table *t);
