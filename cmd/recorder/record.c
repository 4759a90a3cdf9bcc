/* SPDX-License-Identifier: MIT */
/* record: samples, one each interval, until a signal ends it. */
#include "recorder/record.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "recorder/recorder.h"

#define INTERVAL_S 10
#define KEEP_S (7 * 86400.0)
#define BYTES_MAX (1ull << 30)

static volatile sig_atomic_t caught;

static void catch (int number)
{
	caught = number;
}

static void catch_endings(void)
{
	static const int endings[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = catch }, old;

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (!sigaction(endings[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(endings[i], &action, NULL);
	signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error of write(2) then */
}

/* Descriptors of processes stay open as far as this goes. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void wait_until(struct timespec *next, double seconds)
{
	long long step = (long long)(seconds * 1e9);
	long long ns = next->tv_sec * 1000000000LL + next->tv_nsec + step, now_ns;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = now.tv_sec * 1000000000LL + now.tv_nsec;
	if (ns <= now_ns)
		ns = now_ns + step;
	*next = (struct timespec){ (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
	while (!caught &&
	       clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL) == EINTR)
		;
}

/* Trouble is told when it begins and when it ends. */
static void tell(struct ml_ctx *ctx, int rc, int *before)
{
	if (rc && rc != *before)
		complain(0, "%s: not recorded; going on", ml_ctx_error(ctx));
	if (!rc && *before)
		complain(0, "recording again");
	*before = rc;
}

static int record_samples(struct ml_ctx *ctx, const struct opts *opts,
			  struct ml_recorder *recorder, double interval)
{
	struct timespec next;
	int trouble = 0;

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (uint64_t n = 1;; n++) {
		tell(ctx, ml_recorder_sample(recorder), &trouble);
		if (caught || (opts->samples && n >= opts->samples))
			break;
		wait_until(&next, interval);
		if (caught)
			break;
	}
	return trouble ? EXIT_FAILED : EXIT_DONE;
}

static int record_into(struct ml_ctx *ctx, const struct opts *opts, const char *folder)
{
	struct ml_recorder_bounds bounds = {
		.interval = opts->interval ? opts->interval : INTERVAL_S,
		.keep = opts->keep ? opts->keep : KEEP_S,
		.bytes = opts->max_size ? opts->max_size : BYTES_MAX,
	};
	struct ml_recorder *recorder;
	int rc;

	umask(077);
	mallopt(M_MMAP_THRESHOLD,
		256 << 10); /* what is large goes back when it is freed */
	raise_limit();
	catch_endings();
	if (ml_recorder_new(ctx, folder, &bounds, &recorder))
		return complain(EXIT_FAILED, "%s", ml_ctx_error(ctx));
	rc = record_samples(ctx, opts, recorder, bounds.interval);
	ml_recorder_free(recorder);
	return rc;
}

static record_fn *asked_by(const struct opts *opts)
{
	return opts->list || opts->status ? record_list
	       : opts->series_names	  ? record_series
	       : opts->export_names	  ? record_export
	       : opts->import		  ? record_import
					  : record_into;
}

int record(const struct opts *opts, const char *folder)
{
	struct ml_ctx *ctx;
	int rc;

	if (ml_ctx_new(&ctx))
		return complain(EXIT_FAILED, "out of memory");
	rc = asked_by(opts)(ctx, opts, folder);
	ml_ctx_free(ctx);
	return rc;
}
