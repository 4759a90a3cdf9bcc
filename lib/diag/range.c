/* SPDX-License-Identifier: MIT */
/* range: the ranges of the monitoring plugins, "[@]start:end". */
#include "diag/range.h"

#include <math.h>
#include <stdio.h>

#include "base/num.h"

bool ml_range_number(struct ml_str text, double plain, double *ret)
{
	static const char suffixes[] = "KMGT";
	const char *suffix;
	double scale = plain;

	if (!text.n)
		return false;
	suffix = memchr(suffixes, text.p[text.n - 1], sizeof(suffixes) - 1);
	if (suffix)
		scale = (double)(1ull << 10 * (suffix - suffixes + 1));
	else if (text.p[text.n - 1] == '%')
		scale = 0.01;
	if (suffix || text.p[text.n - 1] == '%')
		text.n--;
	if (!ml_num_f64(text, ret))
		return false;
	*ret *= scale;
	return true;
}

bool ml_range_parse(const char *text, double plain, struct ml_range *ret)
{
	struct ml_range range = { .end = INFINITY };
	struct ml_str rest = ml_str_of(text), start;

	range.inside = rest.n && rest.p[0] == '@';
	if (range.inside)
		rest = ml_str_skip(rest, 1);
	if (!rest.n)
		return false;
	if (ml_split(&rest, ':', &start)) {
		if (ml_str_is(start, "~"))
			range.start = -INFINITY;
		else if (start.n && !ml_range_number(start, plain, &range.start))
			return false;
		if (!rest.n) {
			*ret = range;
			return true;
		}
	}
	if (!ml_range_number(rest, plain, &range.end) || range.start > range.end)
		return false;
	*ret = range;
	return true;
}

bool ml_range_alerts(const struct ml_range *range, double value)
{
	bool inside = value >= range->start && value <= range->end;

	return inside == range->inside;
}

const char *ml_range_text(const struct ml_range *range, double plain,
			  char ret[static ML_RANGE_TEXT])
{
	char start[24] = "", end[24] = "";

	if (isinf(range->start))
		snprintf(start, sizeof(start), "~:");
	else if (range->start != 0 || isinf(range->end))
		snprintf(start, sizeof(start), "%.10g:", range->start / plain);
	if (!isinf(range->end))
		snprintf(end, sizeof(end), "%.10g", range->end / plain);
	snprintf(ret, ML_RANGE_TEXT, "%s%s%s", range->inside ? "@" : "", start, end);
	return ret;
}
