/* SPDX-License-Identifier: MIT */
/* record: samples, one each interval and more when memory runs short, until a signal ends
 * it. */
#include "recorder/record.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "recorder/notify.h"
#include "recorder/recorder.h"
#include "recorder/signs.h"

#define INTERVAL_S 10
#define KEEP_S (7 * 86400.0)
#define BYTES_MAX (1ull << 30)
/* What was freed between texts that are kept goes back once in so many samples. */
#define TRIM_SAMPLES 16

#define SECOND_NS 1000000000ull
/* How often numbers are looked at for trouble. */
#define LOOK_NS SECOND_NS
/* A sample has the log of this long ago at least, so that it is in every one: readers
 * take what is older for unknown. */
#define LOG_NS (60 * SECOND_NS)

struct flight {
	struct ml_ctx *ctx;
	struct ml_recorder *recorder;
	struct ml_signs *signs; /* NULL: trouble is not looked for */
	struct ml_alarm alarm;
	double interval;
	bool quick;
	uint64_t next_ns, looked_ns;
	uint64_t log_version, log_ns; /* that was recorded last, and when; 0: none */
	int trouble;
};

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

/* What is in use by now stays: who records that memory is short must not wait for its
 * own. Nothing is read in for it, and where it may not be done it is not. */
static void stay_in_memory(void)
{
#ifdef MCL_ONFAULT
	(void)mlockall(MCL_CURRENT | MCL_ONFAULT);
#endif
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * SECOND_NS + (uint64_t)ts.tv_nsec;
}

/* ---- one sample ---- */

/* Trouble is told when it begins and when it ends. */
static void tell(struct flight *f, int rc)
{
	if (rc && rc != f->trouble)
		complain(0, "%s: not recorded; going on", ml_ctx_error(f->ctx));
	if (!rc && f->trouble)
		complain(0, "recording again");
	f->trouble = rc;
}

static void put_log(struct flight *f)
{
	const struct ml_oom_text *log;
	int error = ml_signs_log(f->signs, &log);
	uint64_t now = now_ns();

	if (f->log_ns && log->version == f->log_version && now - f->log_ns < LOG_NS)
		return;
	ml_recorder_put_log(f->recorder, ml_buf_text(&log->text), error);
	f->log_version = log->version;
	f->log_ns = now;
}

static void take(struct flight *f, const char *mark)
{
	int rc;

	if (f->signs)
		put_log(f);
	rc = ml_recorder_sample(f->recorder, mark);
	if (!rc && mark && ML_ALARM_QUICK_S < f->interval)
		rc = ml_recorder_tell_quick(f->recorder, ML_ALARM_QUICK_FOR_S);
	tell(f, rc);
	notify_alive();
}

/* ---- until the next ---- */

/* From where the last one should have been, so that times do not drift. */
static void plan(struct flight *f)
{
	double seconds = f->quick && f->interval > ML_ALARM_QUICK_S ? ML_ALARM_QUICK_S
								    : f->interval;
	uint64_t step = (uint64_t)(seconds * 1e9), now = now_ns();

	f->next_ns += step;
	if (f->next_ns <= now || f->next_ns > now + step)
		f->next_ns = now + step;
}

/* Why to take a full sample now; NULL: no reason. */
static const char *look(struct flight *f)
{
	struct ml_alarm_reading reading;
	struct ml_alarm_call call;

	ml_signs_read(f->signs, &reading);
	f->looked_ns = reading.now_ns;
	call = ml_alarm_step(&f->alarm, &reading);
	f->quick = call.quick;
	return call.mark;
}

static const char *watch(struct flight *f)
{
	const char *mark = NULL;

	while (!caught && !mark) {
		uint64_t until = f->looked_ns + LOOK_NS;
		bool due = f->next_ns <= until;
		int told = ml_signs_wait(f->signs, due ? f->next_ns : until);

		notify_alive();
		if (told > 0 || now_ns() >= until)
			mark = look(f);
		if (due && now_ns() >= f->next_ns)
			break;
	}
	return mark;
}

static void sleep_until_next(struct flight *f)
{
	while (!caught && now_ns() < f->next_ns) {
		uint64_t until = now_ns() + LOOK_NS;
		struct timespec ts;

		if (until > f->next_ns)
			until = f->next_ns;
		ts = (struct timespec){ (time_t)(until / SECOND_NS),
					(long)(until % SECOND_NS) };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
		notify_alive();
	}
}

static const char *wait_for_next(struct flight *f)
{
	plan(f);
	if (f->signs)
		return watch(f);
	sleep_until_next(f);
	return NULL;
}

static int fly(struct flight *f, uint64_t samples)
{
	const char *mark = NULL;

	f->next_ns = now_ns();
	if (f->signs)
		(void)look(f);
	for (uint64_t n = 1;; n++) {
		take(f, mark);
		if (n % TRIM_SAMPLES == 0)
			malloc_trim(0);
		if (n == 1) {
			stay_in_memory();
			notify("READY=1");
		}
		if (caught || (samples && n >= samples))
			break;
		mark = wait_for_next(f);
		if (caught)
			break;
	}
	notify("STOPPING=1");
	return f->trouble ? EXIT_FAILED : EXIT_DONE;
}

/* ---- the whole ---- */

static int record_into(struct ml_ctx *ctx, const struct opts *opts, const char *folder)
{
	struct ml_recorder_bounds bounds = {
		.interval = opts->interval ? opts->interval : INTERVAL_S,
		.keep = opts->keep ? opts->keep : KEEP_S,
		.bytes = opts->max_size ? opts->max_size : BYTES_MAX,
	};
	struct flight flight = { .ctx = ctx, .interval = bounds.interval };
	int rc;

	umask(077);
	mallopt(M_MMAP_THRESHOLD,
		256 << 10); /* what is large goes back when it is freed */
	raise_limit();
	catch_endings();
	if (ml_recorder_new(ctx, folder, &bounds, &flight.recorder))
		return complain(EXIT_FAILED, "%s", ml_ctx_error(ctx));
	if (!opts->calm && ml_signs_new(&flight.signs))
		complain(0, "out of memory: trouble is not looked for");
	rc = fly(&flight, opts->samples);
	ml_signs_free(flight.signs);
	ml_recorder_free(flight.recorder);
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
