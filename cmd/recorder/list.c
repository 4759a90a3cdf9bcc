/* SPDX-License-Identifier: MIT */
/* list: what is in a folder of recordings. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "recorder/alarm.h"
#include "recorder/folder.h"
#include "recorder/record.h"
#include "recorder/recording.h"
#include "when.h"

/* Gaps that are told one by one. */
#define GAPS_SHOWN 10
/* Marked samples of a day that are. */
#define MARKS_SHOWN 300

struct marks {
	uint64_t n;
	uint64_t last_ms;
	char last[64];
	bool shown;
};

struct sums {
	struct ml_day_range range;
	struct marks marks;
	uint64_t gaps, gap_ms;
	size_t damaged;
};

static void print_size(uint64_t bytes, char ret[static CELL_MAX])
{
	static const struct ml_col col = { .type = ML_TYPE_U64, .unit = ML_UNIT_BYTES };
	struct ml_value value = { .type = ML_TYPE_U64, .known = true, .u64 = bytes };

	cell_number(&col, &value, SCALE_HUMAN, ret);
}

static const char *safe(const char *path, char **ret)
{
	*ret = safe_string((struct ml_str){ path, strlen(path) }, locale_is_utf8());
	return *ret ? *ret : "?";
}

static void print_day(const char *path, const struct ml_day_range *range)
{
	const char *slash = strrchr(path, '/');
	char first[32] = "-", last[32] = "-", size[CELL_MAX], *name;

	if (range->frames) {
		print_when(range->first_ms, first);
		print_when(range->last_ms, last);
	}
	print_size(range->bytes, size);
	printf("%s  %s  %s  %llu samples  %s\n", safe(slash ? slash + 1 : path, &name),
	       first, last, (unsigned long long)range->frames, size);
	free(name);
}

/* Who made the file may have marked anything as anything. */
static int meet_mark(uint64_t wall_ms, struct ml_str mark, void *data)
{
	struct marks *marks = data;
	char *text = safe_string(mark, locale_is_utf8()), when[32];

	marks->n++;
	marks->last_ms = wall_ms;
	snprintf(marks->last, sizeof(marks->last), "%s", text ? text : "?");
	if (marks->shown && marks->n <= MARKS_SHOWN) {
		print_when(wall_ms, when);
		printf("  %s  %s\n", when, marks->last);
	}
	free(text);
	return 0;
}

static void print_marks(struct ml_recording *recording, size_t i)
{
	struct marks marks = { .shown = true };

	(void)!ml_recording_marks(recording, i, meet_mark, &marks);
	if (marks.n > MARKS_SHOWN)
		printf("  and %llu more\n", (unsigned long long)(marks.n - MARKS_SHOWN));
}

static int count_gap(uint64_t from_ms, uint64_t to_ms, void *data)
{
	struct sums *sums = data;
	char from[32], to[32];

	sums->gap_ms += to_ms - from_ms;
	if (++sums->gaps > GAPS_SHOWN)
		return 0;
	print_when(from_ms, from);
	print_when(to_ms, to);
	printf("gap      %s to %s\n", from, to);
	return 0;
}

/* More than two samples are missing. */
static uint64_t gap_of(const struct ml_day_range *range)
{
	return range->interval_ms == ML_NONE ? 60000 : 3 * range->interval_ms + 1000;
}

static void add_day(struct ml_recording *recording, size_t i,
		    const struct ml_day_range *day, struct sums *sums)
{
	uint64_t last = sums->range.last_ms;

	if (last != ML_NONE && day->frames && day->first_ms > last &&
	    day->first_ms - last > gap_of(day))
		count_gap(last, day->first_ms, sums);
	(void)!ml_recording_gaps(recording, i, gap_of(day), count_gap, sums);
	(void)!ml_recording_marks(recording, i, meet_mark, &sums->marks);
	if (sums->range.first_ms == ML_NONE)
		sums->range.first_ms = day->first_ms;
	if (day->frames)
		sums->range.last_ms = day->last_ms;
	sums->range.frames += day->frames;
	sums->range.bytes += day->bytes;
	sums->range.interval_ms = day->interval_ms;
	sums->range.quick_until_ms = day->quick_until_ms;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Further ahead than it can be: the clock was set back since. */
static bool is_quick(const struct ml_day_range *range)
{
	uint64_t now = now_ms(), until = range->quick_until_ms;

	return until != ML_NONE && until > now &&
	       until - now <= ML_ALARM_QUICK_FOR_S * 1000;
}

static void print_interval(const struct ml_day_range *range)
{
	char until[32];

	printf("interval %g s", (double)range->interval_ms / 1000);
	if (is_quick(range)) {
		print_when(range->quick_until_ms, until);
		printf(", but %g s until %s", ML_ALARM_QUICK_S, until);
	}
	printf("\n");
}

static void print_last_mark(const struct marks *marks)
{
	char when[32];

	printf("marked   %llu", (unsigned long long)marks->n);
	if (marks->n) {
		print_when(marks->last_ms, when);
		printf(", the last %s: %s", when, marks->last);
	}
	printf("\n");
}

static void print_sums(const char *folder, const struct sums *sums)
{
	char first[32], last[32], size[CELL_MAX], *name;
	const struct ml_day_range *range = &sums->range;

	print_size(range->bytes, size);
	printf("folder   %s\n", safe(folder, &name));
	free(name);
	printf("recorder %s\n", ml_folder_is_locked(folder) ? "running" : "not running");
	if (range->frames) {
		print_when(range->first_ms, first);
		print_when(range->last_ms, last);
		printf("range    %s to %s\n", first, last);
	}
	printf("samples  %llu\n", (unsigned long long)range->frames);
	if (range->interval_ms != ML_NONE)
		print_interval(range);
	printf("size     %s, %llu bytes a sample\n", size,
	       (unsigned long long)(range->frames ? range->bytes / range->frames : 0));
	print_last_mark(&sums->marks);
	printf("gaps     %llu, %.0f s in all\n", (unsigned long long)sums->gaps,
	       (double)sums->gap_ms / 1000);
}

int record_list(struct ml_ctx *ctx, const struct opts *opts, const char *folder)
{
	struct sums sums = { .range = { .first_ms = ML_NONE,
					.last_ms = ML_NONE,
					.interval_ms = ML_NONE,
					.quick_until_ms = ML_NONE } };
	struct ml_recording *recording;
	int rc = ml_recording_open(ctx, folder, &recording);

	if (rc)
		return complain(EXIT_UNREADABLE, "%s", ml_ctx_error(ctx));
	for (size_t i = 0; i < ml_recording_count(recording); i++) {
		struct ml_day_range range;

		if (ml_recording_range(recording, i, &range)) {
			rc = complain(EXIT_UNREADABLE, "%s", ml_ctx_error(ctx));
			continue;
		}
		if (opts->list) {
			print_day(ml_recording_path(recording, i), &range);
			print_marks(recording, i);
		} else {
			add_day(recording, i, &range, &sums);
		}
	}
	if (opts->status)
		print_sums(folder, &sums);
	ml_recording_close(recording);
	return rc;
}
