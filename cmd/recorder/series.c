/* SPDX-License-Identifier: MIT */
/* series: which numbers are recorded over time. */
#include <stdlib.h>

#include "recorder/json.h"
#include "when.h"

/* ---- text ---- */

static void print_value(const struct ml_series *series)
{
	static const struct ml_col bytes = { .type = ML_TYPE_U64, .unit = ML_UNIT_BYTES };
	struct ml_value value = { .type = ML_TYPE_U64, .known = true };
	char text[CELL_MAX];

	if (series_is_bytes(series) && series->value >= 0) {
		value.u64 = (uint64_t)series->value;
		cell_number(&bytes, &value, SCALE_HUMAN, text);
	} else {
		snprintf(text, sizeof(text), "%.10g", series->value);
	}
	printf("%12s", text);
}

static void print_series(const struct ml_series *series)
{
	char first[32], last[32];
	char *name = series_name(series->name, locale_is_utf8());
	char *unit = safe_string(series->unit, false);

	print_when((uint64_t)series->first * 1000, first);
	print_when((uint64_t)series->last * 1000, last);
	printf("%s  %s  ", first, last);
	print_value(series);
	printf("  %-8s  %s\n", unit ? unit : "?", name ? name : "?");
	free(name);
	free(unit);
}

static void print_text(const struct ml_rows *rows)
{
	const struct ml_series *series;

	printf("%-19s  %-19s  %12s  %-8s  %s\n", "FIRST", "LAST", "VALUE", "UNIT",
	       "NAME");
	ml_for_each_row(series, rows)
		print_series(series);
}

/* ---- JSON ---- */

static void print_json(const struct ml_rows *rows)
{
	const struct ml_series *series;

	json_begin();
	ml_for_each_row(series, rows) {
		struct json_object *o = json_series(series);

		json_add_number(o, "first", (double)series->first);
		json_add_number(o, "last", (double)series->last);
		json_add_number(o, "value", series->value);
		json_print(o, series_i == 0);
	}
	json_end();
}

int record_series(struct ml_ctx *ctx, const struct opts *opts, const char *folder)
{
	struct named named;
	int rc = named_init(&named, ctx, folder, true);

	if (rc)
		return rc;
	(opts->format == FORMAT_JSON ? print_json : print_text)(&named.rows);
	rc = named.damaged ? EXIT_UNREADABLE : EXIT_DONE;
	named_deinit(&named);
	return rc;
}
