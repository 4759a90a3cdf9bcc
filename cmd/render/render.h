/* SPDX-License-Identifier: MIT */
/*
 * render: prints a result. Renderers know types and units, never field names: each is one
 * loop over tables, columns and rows.
 */
#pragma once

#include <stdio.h>

#include "memlens.h"

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_CSV,
	FORMAT_RAW,
	FORMAT_PAIRS,
};

enum scale {
	SCALE_HUMAN, /* IEC with one decimal: 1.5Gi */
	SCALE_SI,    /* powers of 1000: 1.6G */
	SCALE_KIB,
	SCALE_BYTES,
};

/* How text looks. */
struct style {
	enum scale scale;
	bool noheadings;
	bool color;
	bool ascii;   /* no UTF-8 bars and lines; also where the locale has none */
	bool utf8;    /* names may be printed as UTF-8 */
	size_t width; /* columns of the terminal; 0: not a terminal, nothing is cut */
};

/* The columns to show of each table of a result. */
struct selection {
	const struct ml_table **tables; /* in the order of the report */
	const struct ml_col ***cols;    /* [table][i] */
	size_t *ncols;               /* [table]; 0: the table is left out */
	size_t ntables;
};

/* One sample to print. */
struct page {
	const char *schema; /* command or report, for the JSON envelope */
	struct ml_result *result;
	const struct ml_snap *snap;
	const struct selection *selection;
	const struct style *style;
	bool chosen;   /* the columns were asked for by name: show them all */
	size_t sample; /* 0 for the first */
	bool repeats;  /* more samples follow or went before */
	FILE *out;
};

/* 0 or -errno. */
int render(enum format format, const struct page *page);

/* What columns are chosen from, and by what. */
struct choice {
	const struct ml_report *report;
	ml_parts parts;   /* tables that are shown; 0: the default */
	enum format format;
	const char *spec; /* NULL: the default of `format`; "key,key" or "table.key,...":
			   * just these; "+key,...": these and the default */
	bool all;         /* every column */
	bool delta;       /* there is an earlier instant */
};

/* -EINVAL with the unknown name in `ret_bad`. Free with selection_deinit(). */
int selection_init(const struct choice *choice, struct selection *ret,
		   const char **ret_bad);
void selection_deinit(struct selection *selection);

int render_text(const struct page *page);
int render_json(const struct page *page);
int render_delimited(const struct page *page, enum format format);

/* ---- cells ---- */

/* The widest cell of a number. */
#define CELL_MAX 48

/* A value as text: scaled, "-" when unknown; its length. Strings are not cells: see safe_string(). */
size_t cell_number(const struct ml_col *col, const struct ml_value *v, enum scale scale,
		   char ret[static CELL_MAX]);

/* The widest time. */
#define TIME_MAX 32

/* RFC 3339 in UTC with milliseconds; NULL when unknown (ML_NONE). */
const char *wall_time(uint64_t wall_ms, char ret[static TIME_MAX]);

/* Printable text of hostile bytes: control characters, invalid UTF-8 and invisible
 * direction marks become \xHH. Allocated; NULL without memory. */
char *safe_string(struct ml_str s, bool utf8);
/* The same, with the ASCII characters `also` escaped too. */
char *safe_string_but(struct ml_str s, bool utf8, const char *also);

/* Bytes of the UTF-8 sequence at the start of `s`; 0 when it is not one. */
size_t utf8_length(struct ml_str s);
/* The same of an `s` that is not empty, with the character. */
size_t utf8_character(struct ml_str s, uint32_t *ret);

/* The character at the start of `s` when a terminal would obey rather than print it,
 * else 0. */
uint32_t unsafe_character(struct ml_str s);

/* Columns on a terminal that a safe string takes. */
size_t display_width(const char *s);
/* 0 for a character that combines with the one before it. */
size_t character_width(uint32_t u);

/* Whether the locale prints UTF-8, from the environment as setlocale(3) reads it. */
bool locale_is_utf8(void);
