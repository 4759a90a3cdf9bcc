/* SPDX-License-Identifier: MIT */
/*
 * week: fills a folder with days of roll-ups as the recorder writes them, one sample a
 * minute.
 *
 *	week DIR DAYS SERIES
 *
 * The last minute is the running one. The series "leak" rises, "steady" does not; frames
 * are a few bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "recorder/day.h"
#include "recorder/folder.h"

#define MINUTE_MS 60000

static double noise(void)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return (double)(state >> 40) / (1 << 24);
}

static void fill(struct ml_number *numbers, size_t n, double share)
{
	numbers[0].value = 1e9 + 3e8 * share + 1e6 * noise();
	for (size_t i = 1; i < n; i++)
		numbers[i].value =
			4096 * (double)(uint64_t)(1e5 * (1 + noise()) / (double)i);
}

static struct ml_number *make_numbers(size_t n)
{
	struct ml_number *numbers = calloc(n, sizeof(*numbers));
	char name[64];

	for (size_t i = 0; numbers && i < n; i++) {
		snprintf(name, sizeof(name),
			 i == 0   ? "leak"
			 : i == 1 ? "steady"
				  : "process/%zu@1795419667/worker",
			 i);
		numbers[i] = (struct ml_number){ strdup(name), "bytes", 0 };
	}
	return numbers;
}

static int fail(struct ml_ctx *ctx)
{
	fprintf(stderr, "week: %s\n", ml_ctx_error(ctx));
	return 1;
}

int main(int argc, char **argv)
{
	const size_t days = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
	const size_t nseries = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
	uint64_t now = (uint64_t)time(NULL) * 1000, before = 0;
	struct ml_number *numbers = make_numbers(nseries);
	struct ml_day *day = NULL;
	struct ml_ctx *ctx;

	if (!days || nseries < 2 || !numbers || ml_ctx_new(&ctx))
		return 2;
	umask(077);
	if (ml_folder_make(ctx, argv[1]))
		return fail(ctx);
	for (uint64_t i = 0, n = days * 1440; i < n; i++) {
		uint64_t t = now - (n - 1 - i) * MINUTE_MS;
		struct ml_day_frame frame = { .wall_ms = t,
					      .boot = { "b", 1 },
					      .data = { "", 0 } };
		struct ml_arena arena = { 0 };

		if (t / 86400000 != before) {
			ml_day_close(day);
			if (ml_day_create(ctx, ml_folder_path(argv[1], t, &arena),
					  &day) ||
			    ml_day_set_interval(day, MINUTE_MS))
				return fail(ctx);
		}
		before = t / 86400000;
		ml_arena_deinit(&arena);
		fill(numbers, nseries, (double)i / (double)n);
		if (ml_day_add(day, &frame, numbers, nseries))
			return fail(ctx);
	}
	ml_day_close(day);
	return 0;
}
