/* SPDX-License-Identifier: MIT */
/* gauge: bars of blocks or number signs, sparklines of blocks or strokes. */
#include "top/gauge.h"

#include <math.h>

#include "render/bar.h"

/* ---- bars ---- */

size_t gauge_bar(const struct gauge *gauge, unsigned ink, double share)
{
	struct bar bar = bar_of(share, gauge->n);

	canvas_fill(gauge->canvas, gauge->x, gauge->y, bar.whole, ink,
		    gauge->ascii ? '#' : 0x2588);
	if (gauge->ascii || !bar.eighth)
		return bar.whole;
	canvas_text(gauge->canvas, gauge->x + bar.whole, gauge->y, 1, ink,
		    bar_block(bar.eighth));
	return bar.whole + 1;
}

/* Ends are rounded, not widths: so errors do not add up. */
size_t gauge_stack(const struct gauge *gauge, const struct gauge_part *parts,
		   size_t nparts)
{
	size_t at = 0;
	double sum = 0;

	for (size_t i = 0; i < nparts; i++) {
		size_t end;

		if (!(parts[i].share > 0))
			continue;
		sum += parts[i].share;
		end = bar_end(sum, gauge->n);
		canvas_fill(gauge->canvas, gauge->x + at, gauge->y, end - at,
			    parts[i].ink, parts[i].mark);
		at = end;
	}
	return at;
}

/* ---- sparklines ---- */

#define FIRST_BLOCK 0x2581 /* one eighth; seven higher ones follow */
#define BLOCKS 8
/* What moves by less than this share of its size is no mountain. */
#define LEAST_MOVE 0.02

static const char strokes[] = "_.-=^";

struct range {
	double low, high;
};

static struct range range_of(const double *values, size_t n, enum gauge_base base)
{
	struct range range = { INFINITY, -INFINITY };

	for (size_t i = 0; i < n; i++)
		if (isfinite(values[i])) {
			range.low = values[i] < range.low ? values[i] : range.low;
			range.high = values[i] > range.high ? values[i] : range.high;
		}
	if (base == GAUGE_FROM_ZERO) {
		range.low = range.low > 0 ? 0 : range.low;
		range.high = range.high < 0 ? 0 : range.high;
	} else if (range.high - range.low < fabs(range.high) * LEAST_MOVE) {
		range.high = range.low + fabs(range.high) * LEAST_MOVE;
	}
	return range;
}

/* 0 to levels - 1, of a value within the range. Halves, since a difference may be more
 * than a double holds. */
static size_t level_of(double value, struct range range, size_t levels)
{
	double height = value / 2 - range.low / 2, whole = range.high / 2 - range.low / 2;

	if (!(whole > 0))
		return 0;
	return (size_t)(height / whole * (double)(levels - 1) + 0.5);
}

void gauge_spark(const struct gauge *gauge, unsigned ink, enum gauge_base base,
		 const double *values, size_t nvalues)
{
	size_t n = nvalues < gauge->n ? nvalues : gauge->n;
	size_t x = gauge->x + gauge->n - n;
	struct range range;

	if (!n)
		return;
	values += nvalues - n;
	range = range_of(values, n, base);
	for (size_t i = 0; i < n; i++) {
		size_t level;

		if (!isfinite(values[i]))
			continue;
		level = level_of(values[i], range,
				 gauge->ascii ? sizeof(strokes) - 1 : BLOCKS);
		canvas_fill(gauge->canvas, x + i, gauge->y, 1, ink,
			    gauge->ascii ? (uint32_t)strokes[level]
					 : FIRST_BLOCK + (uint32_t)level);
	}
}
