/* SPDX-License-Identifier: MIT */
/* import: what sysstat recorded, into the series of a recording. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "recorder/folder.h"
#include "recorder/past.h"
#include "recorder/record.h"
#include "recorder/sadf.h"
#include "when.h"

#define DAY 86400
#define CHUNK 65536

struct import {
	struct ml_ctx *ctx;
	struct ml_past *past;
	int64_t now;
	/* of one file */
	uint64_t samples, old, coming;
	int64_t first, last;
};

static char *shown(const char *path)
{
	if (strcmp(path, "-") == 0)
		path = "standard input";
	return safe_string((struct ml_str){ path, strlen(path) }, locale_is_utf8());
}

static int met_sample(int64_t t, const struct ml_number *numbers, size_t n, void *data)
{
	struct import *import = data;

	if (t < import->now - (int64_t)ML_PAST_HOURS_DAYS * DAY) {
		import->old++;
		return 0;
	}
	if (t > import->now + DAY) {
		import->coming++;
		return 0;
	}
	if (!import->samples || t < import->first)
		import->first = t;
	if (!import->samples || t > import->last)
		import->last = t;
	import->samples++;
	return ml_past_add(import->past, t, numbers, n);
}

static int read_file(FILE *file, struct sadf *sadf)
{
	char *chunk = malloc(CHUNK);
	size_t n;
	int rc = chunk ? 0 : -ENOMEM;

	errno = 0;
	while (!rc && (n = fread(chunk, 1, CHUNK, file)))
		rc = sadf_feed(sadf, chunk, n);
	if (!rc && ferror(file))
		rc = errno ? -errno : -EIO;
	free(chunk);
	return rc ? rc : sadf_end(sadf);
}

static int tell_count(const char *name, uint64_t n, const char *what)
{
	if (n)
		complain(0, "%s: %llu sample%s %s", name, (unsigned long long)n,
			 n == 1 ? "" : "s", what);
	return 0;
}

static int tell(const struct import *import, const struct sadf *sadf, const char *name)
{
	char first[32], last[32];

	tell_count(name, sadf->bad, "not understood");
	tell_count(name, import->old, "too old to be kept");
	tell_count(name, import->coming, "of times to come left out");
	if (!import->samples)
		return complain(EXIT_UNREADABLE,
				"%s: no sample of memory in it (sadf -j FILE"
				" -- -r ALL -S -B -W -q ALL)",
				name);
	print_when((uint64_t)import->first * 1000, first);
	print_when((uint64_t)import->last * 1000, last);
	printf("%s: %llu samples, %s to %s\n", name, (unsigned long long)import->samples,
	       first, last);
	return 0;
}

static int import_stream(struct import *import, FILE *file, const char *name)
{
	struct sadf sadf = { .fn = met_sample, .data = import };
	int rc = ml_past_begin(import->past);

	if (rc)
		return complain(EXIT_FAILED, "%s", ml_ctx_error(import->ctx));
	rc = read_file(file, &sadf);
	if (rc == -EINVAL)
		complain(0, "%s: not what sadf -j prints, or cut off", name);
	else if (rc)
		complain(0, "%s: %s", name, strerror(-rc));
	if (ml_past_end(import->past, rc) && !rc)
		rc = complain(EXIT_FAILED, "%s", ml_ctx_error(import->ctx));
	else
		rc = rc ? EXIT_UNREADABLE : tell(import, &sadf, name);
	sadf_deinit(&sadf);
	return rc;
}

static int import_file(struct import *import, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	char *name = shown(path);
	int rc;

	import->samples = import->old = import->coming = 0;
	if (!file)
		rc = complain(EXIT_UNREADABLE, "%s: %s", name ? name : "?",
			      strerror(errno));
	else
		rc = import_stream(import, file, name ? name : "?");
	if (file && !standard)
		fclose(file);
	free(name);
	return rc;
}

int record_import(struct ml_ctx *ctx, const struct opts *opts, const char *folder)
{
	struct import import = { .ctx = ctx, .now = time(NULL) };
	int rc = 0, worst = 0;

	umask(077);
	if (ml_folder_make(ctx, folder) || ml_past_create(ctx, folder, &import.past))
		return complain(EXIT_FAILED, "%s", ml_ctx_error(ctx));
	for (size_t i = 0; i < opts->noperands; i++) {
		rc = import_file(&import, opts->operands[i]);
		worst = rc > worst ? rc : worst;
	}
	if (ml_past_bound(import.past, import.now, 0))
		worst = complain(EXIT_FAILED, "%s", ml_ctx_error(ctx));
	ml_past_close(import.past);
	return worst;
}
