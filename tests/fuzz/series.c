/* SPDX-License-Identifier: MIT */
/* series: tables in pieces, and verdicts on whatever samples. */
#include "series.h"

#include <math.h>
#include <stdlib.h>

#include "parse/csv_series.h"
#include "series/series.h"
#include "series/trend.h"

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void judge(const struct ml_sample *at, size_t n)
{
	struct ml_trend_ask ask = { .series = n };
	struct ml_trend t;

	expect(ml_trend_of(at, n, &ask, &t) == 0);
	expect(t.verdict <= ML_TREND_SUSPECTED && t.reason < ML_REASON_EVIDENCE);
	expect(t.samples <= n);
	if (t.verdict < ML_TREND_GROWING)
		return;
	expect(t.samples >= ML_TREND_LEAST && t.high > 0 && t.low <= t.slope &&
	       t.slope <= t.high);
	expect(t.since >= at[0].t && t.span > 0);
}

static void run_table(struct ml_str text)
{
	struct ml_csv_series csv = { 0 };
	struct ml_series series = { 0 };
	struct ml_sample sample;
	struct ml_str line;

	while (ml_next_line(&text, &line)) {
		if (ml_csv_series_line(&csv, line, &sample) != ML_CSV_SAMPLE)
			continue;
		expect(isfinite(sample.t) && isfinite(sample.v));
		expect(ml_series_add(&series, (struct ml_series_id){ 0 }, sample.t,
				     sample.v) == 0);
	}
	judge(series.at, series.n);
	ml_series_deinit(&series);
}

/* Two bytes a sample: how much later, how much more. */
static void run_steps(struct ml_str bytes)
{
	struct ml_sample *at = calloc(bytes.n / 2 + 1, sizeof(*at));
	double t = 0, v = 0;

	expect(at);
	for (size_t i = 0; i < bytes.n / 2; i++) {
		t += (unsigned char)bytes.p[2 * i];
		v += (signed char)bytes.p[2 * i + 1];
		at[i] = (struct ml_sample){ t, v };
	}
	judge(at, bytes.n / 2);
	free(at);
}

bool fuzz_series(struct ml_str name, struct ml_str bytes)
{
	if (ml_str_is(name, "csv_series"))
		run_table(bytes);
	else if (ml_str_is(name, "trend"))
		run_steps(bytes);
	else
		return false;
	return true;
}
