/* SPDX-License-Identifier: MIT */
/* leak_series: verdicts on series that files hold. */
#include <errno.h>
#include <math.h>

#include "base/cleanup.h"
#include "model/series_files.h"
#include "report/leak.h"
#include "report/trend_words.h"
#include "series/series.h"

struct series_row {
	struct ml_str file, verdict, rate, unit, why;
	uint64_t leak, samples, needed;
	double slope, low, high, since, span, growth, level, cycle;
};

#define ROW struct series_row
#define HIDDEN .flags = ML_COL_HIDDEN

static const struct ml_col series_cols[] = {
	ML_LABEL(ROW, file, "file", "FILE", "the series, as it was named"),
	ML_LABEL(ROW, verdict, "verdict", "VERDICT",
		 "insufficient, steady, growing, suspected or confirmed"),
	ML_TRUTH(ROW, leak, "leak", "LEAK", "whether a leak is suspected or confirmed", HIDDEN),
	ML_LABEL(ROW, rate, "rate", "RATE", "from the least to the most that the slope may be"),
	ML_RATE(ROW, slope, "slope", "SLOPE", "growth a second, in the unit of the values",
		HIDDEN),
	ML_RATE(ROW, low, "slope_low", "LOW", "lower end of its interval", HIDDEN),
	ML_RATE(ROW, high, "slope_high", "HIGH", "upper end of its interval", HIDDEN),
	ML_LABEL(ROW, unit, "unit", "UNIT", "of the slope: bytes/s, or 1/s when not told",
		 HIDDEN),
	ML_SECONDS(ROW, since, "since", "SINCE",
		   "when the growth began, by the times of the series; its start: or before",
		   HIDDEN),
	ML_COUNT(ROW, samples, "samples", "SAMPLES", "samples that were judged"),
	ML_COUNT(ROW, needed, "needed", "NEEDED",
		 "samples for a verdict; of what grows, for a suspicion", HIDDEN),
	ML_SECONDS(ROW, span, "span", "SPAN", "from the first sample to the last"),
	ML_COL(ROW, growth, ML_UNIT_NONE, ML_SEM_GAUGE, "growth", "GROWTH",
	       "how much the floor rose in the part that was judged", HIDDEN),
	ML_COL(ROW, level, ML_UNIT_NONE, ML_SEM_GAUGE, "level", "LEVEL", "the floor at the end",
	       HIDDEN),
	ML_SECONDS(ROW, cycle, "cycle", "CYCLE", "period of the cycle that was taken off",
		   HIDDEN),
	ML_LABEL(ROW, why, "why", "WHY", "what decided"),
};

const struct ml_table ml_leak_series_table = {
	.id = "series",
	.help = "one row per series of the files",
	.source = "the files that are named",
	ML_TABLE_COLS(series_cols),
	.row_size = sizeof(ROW),
};

static int judge(const struct ml_series_file *file, const struct ml_trend_ask *ask,
		 struct ml_trend *ret)
{
	_cleanup_(ml_series_deinit) struct ml_series series = { 0 };

	for (size_t i = 0; i < file->n; i++)
		if (ml_series_add(&series, (struct ml_series_id){ 0 }, file->samples[i].t,
				  file->samples[i].v))
			return -ENOMEM;
	return ml_trend_of(series.at, series.n, ask, ret);
}

static int add_series(const struct ml_series_file *file, const struct ml_trend_ask *ask,
		      struct ml_arena *a, struct ml_rows *ret)
{
	enum ml_unit unit = file->bytes ? ML_UNIT_BYTES : ML_UNIT_COUNT;
	ROW *row = ml_rows_add(ret, a);
	struct ml_trend t;

	if (!row || judge(file, ask, &t))
		return -ENOMEM;
	*row = (ROW){
		.file = file->name,
		.verdict = ml_str_of(ml_trend_verdict_name(t.verdict)),
		.rate = ml_trend_rate(a, &t, unit),
		.unit = file->bytes ? ML_STR("bytes/s") : ML_STR("1/s"),
		.why = file->error ? ML_STR("it could not be read")
				   : ml_trend_why(a, &t, unit, ask),
		.leak = ml_trend_is_leak(&t),
		.samples = t.samples,
		.needed = t.needed,
		.slope = t.slope,
		.low = t.low,
		.high = t.high,
		.since = t.since,
		.span = t.span,
		.growth = t.growth,
		.level = t.level,
		.cycle = t.cycle,
	};
	return row->why.p ? 0 : -ENOMEM;
}

int ml_leak_build_series(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *files = ml_snap_parsed(b->cur, ML_FEED_SERIES_FILES);
	const struct ml_query *q = b->query;
	struct ml_trend_ask ask = { .age = q->age, .min_window = q->min_window };
	const struct ml_series_file *file;

	if (!files)
		return 0;
	ask.series = q->series ? q->series : files->rows.n;
	ml_for_each_row(file, &files->rows) {
		int rc = add_series(file, &ask, b->arena, ret);

		if (rc)
			return rc;
	}
	return 0;
}
