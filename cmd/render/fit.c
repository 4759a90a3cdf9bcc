/* SPDX-License-Identifier: MIT */
/* fit: which columns of a table a line has room for. */
#include "render/fit.h"

#define WIDE_MIN 20

size_t fit_width(const struct fit *fit)
{
	size_t sum = 0;

	for (size_t c = 0; c < fit->ncols; c++) {
		bool is_cut =
			fit->cols[c]->flags & ML_COL_WIDE && fit->widths[c] > WIDE_MIN;

		if (!fit->drops[c])
			sum += (is_cut ? WIDE_MIN : fit->widths[c]) + 1;
	}
	return sum;
}

/* Whether any row has it, and not only zeros; of rows that are yet to be read that is not
 * known. */
static bool has_any(const struct ml_col *col, struct ml_result *result, size_t table)
{
	size_t n = ml_result_nrows(result, table);
	struct ml_value v = { .known = n == ML_ROWS_UNREAD };

	for (size_t i = 0; i < n && !v.known; i++) {
		ml_value_of(col, ml_result_row(result, table, i), &v);
		v.known = v.known && (v.type == ML_TYPE_STR ? v.str.n > 0
							    : ml_value_number(&v) != 0);
	}
	return v.known;
}

void fit_drop_empty(struct fit *fit, struct ml_result *result, size_t table)
{
	for (size_t c = 0; c < fit->ncols; c++)
		if (fit->cols[c]->flags & ML_COL_SPARSE &&
		    !has_any(fit->cols[c], result, table))
			fit->drops[c] = true;
}

static void drop_column(struct fit *fit, size_t c)
{
	fit->dropped += !fit->drops[c];
	fit->drops[c] = true;
}

void fit_drop(struct fit *fit, size_t line, size_t keep)
{
	for (size_t c = fit->ncols; c-- > 0 && fit_width(fit) > line + 1;)
		if (fit->cols[c]->flags & ML_COL_MINOR && c != keep)
			drop_column(fit, c);
	for (size_t c = fit->ncols; c-- > 2 && fit_width(fit) > line + 1;)
		if (!(fit->cols[c]->flags & ML_COL_WIDE) && c != keep)
			drop_column(fit, c);
}
