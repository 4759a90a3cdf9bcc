/* SPDX-License-Identifier: MIT */
/* series_files: reading tables of text as streams. */
#include "model/series_files.h"

#include <errno.h>

#include "base/cleanup.h"
#include "parse/csv_series.h"
#include "source/log.h"

/* A longer line is none of ours. */
#define LINE_MAX_BYTES 65536

struct reading {
	struct ml_csv_series csv;
	struct ml_sample *at;
	size_t n, cap;
	uint64_t bad;
	char *line; /* [LINE_MAX_BYTES]: what is not yet a whole line */
	size_t held;
	bool too_long; /* its rest is passed over */
};

static void deinit(struct reading *r)
{
	free(r->at);
	free(r->line);
}

static int keep(struct reading *r, const struct ml_sample *sample)
{
	if (r->n == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 1024;
		struct ml_sample *at = reallocarray(r->at, cap, sizeof(*at));

		if (!at)
			return -ENOMEM;
		r->at = at;
		r->cap = cap;
	}
	r->at[r->n++] = *sample;
	return 0;
}

static int take_line(struct reading *r, struct ml_str line)
{
	struct ml_sample sample;

	switch (ml_csv_series_line(&r->csv, line, &sample)) {
	case ML_CSV_SAMPLE:
		return keep(r, &sample);
	case ML_CSV_BAD:
		r->bad++;
		break;
	case ML_CSV_NOTHING:
		break;
	}
	return 0;
}

/* Lines that are whole; what remains is moved to the front. */
static int take_lines(struct reading *r)
{
	char *from = r->line, *to = r->line + r->held, *end;
	int rc = 0;

	while (!rc && (end = memchr(from, '\n', (size_t)(to - from)))) {
		if (!r->too_long)
			rc = take_line(r, (struct ml_str){ from, (size_t)(end - from) });
		r->too_long = false;
		from = end + 1;
	}
	r->held = (size_t)(to - from);
	memmove(r->line, from, r->held);
	if (r->held < LINE_MAX_BYTES)
		return rc;
	r->bad += !r->too_long;
	r->too_long = true;
	r->held = 0;
	return rc;
}

static int read_lines(struct reading *r, struct ml_log *log)
{
	for (int rc = 0; !rc;) {
		ssize_t n = ml_log_read(log, r->line + r->held, LINE_MAX_BYTES - r->held);

		if (n < 0)
			return (int)n;
		if (n == 0)
			break;
		r->held += (size_t)n;
		rc = take_lines(r);
		if (rc)
			return rc;
	}
	if (r->held && !r->too_long)
		return take_line(r, (struct ml_str){ r->line, r->held });
	return 0;
}

static int read_path(struct reading *r, const char *path)
{
	struct ml_log log = { .fd = -1 };
	int rc = ml_log_open_path(path, &log);

	r->line = malloc(LINE_MAX_BYTES);
	if (!r->line)
		rc = -ENOMEM;
	if (!rc)
		rc = read_lines(r, &log);
	ml_log_close(&log);
	return rc;
}

/* What was read of a file before an error stays out: it would be judged as the whole. */
static int take_samples(const struct reading *r, struct ml_arena *a,
			struct ml_series_file *ret)
{
	struct ml_sample *samples;

	if (ret->error || !r->n)
		return 0;
	samples = ml_arena_calloc(a, r->n, sizeof(*samples));
	if (!samples)
		return -ENOMEM;
	memcpy(samples, r->at, r->n * sizeof(*samples));
	ret->samples = samples;
	ret->n = r->n;
	return 0;
}

static int tell_source(const struct ml_series_file *file, struct ml_arena *a,
		       struct ml_feed_data *ret)
{
	enum ml_status status = file->error		? ml_status_of(file->error)
				: file->bad && !file->n ? ML_MALFORMED
							: ML_OK;

	return ml_feed_add_source(ret, a,
				  &(struct ml_source){
					  .path = strcmp(file->name.p, "-") == 0
							  ? "standard input"
							  : file->name.p,
					  .status = status,
					  .error = file->error,
					  .bad_lines = file->bad,
					  .loss = "its verdict",
					  .needed = true,
				  });
}

static int add_file(const char *path, struct ml_arena *a, struct ml_feed_data *ret)
{
	_cleanup_(deinit) struct reading r = { 0 };
	struct ml_series_file *file = ml_rows_add(&ret->parsed.rows, a);
	int rc = file ? read_path(&r, path) : -ENOMEM;

	if (rc == -ENOMEM)
		return rc;
	*file = (struct ml_series_file){
		.name = ml_str_of(path),
		.bytes = r.csv.bytes,
		.error = -rc,
		.bad = r.bad,
	};
	rc = take_samples(&r, a, file);
	if (!rc && (file->error || file->bad))
		rc = tell_source(file, a, ret);
	return rc;
}

int ml_series_files_gather(const struct ml_root *root, struct ml_arena *a,
			   struct ml_feed_data *ret)
{
	const struct ml_want *want = ret->want;
	int rc = 0;

	(void)root;
	ret->parsed.rows = ML_ROWS(struct ml_series_file);
	rc = ml_rows_reserve(&ret->parsed.rows, a, want->npaths);
	for (size_t i = 0; i < want->npaths && !rc; i++)
		rc = add_file(want->paths[i], a, ret);
	return ml_feed_end(ret, rc);
}
