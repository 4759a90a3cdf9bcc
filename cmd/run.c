/* SPDX-License-Identifier: MIT */
/* run: collect a report, render it, repeat. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "handover.h"
#include "recordings.h"
#include "run.h"
#include "sources.h"
#include "watching.h"

/* So many say something of trends. */
#define TREND_SAMPLES 30

/* The status that a library failure means; its message is in the context. */
int run_fail(const struct run *r, int rc)
{
	return complain(rc == -EINVAL   ? EXIT_USAGE
			: rc == -ENOENT ? EXIT_UNREADABLE
					: EXIT_FAILED,
			"%s", ml_ctx_error(r->ctx));
}

static int open_root(struct run *r, const char *path, struct ml_root **ret)
{
	uint64_t page_size = r->opts->page_size;

	if (ml_root_open(r->ctx, path, ret))
		return complain(EXIT_UNREADABLE, "%s", ml_ctx_error(r->ctx));
	if (r->opts->noperands && ml_root_is_live(*ret)) /* it is that of the copies */
		page_size = 0;
	if (page_size && ml_root_set_page_size(*ret, page_size))
		return run_fail(r, -EINVAL);
	return 0;
}

/* As many as there may be: three are of use for each process. */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit); /* else with fewer */
}

/* It will be read again and again. */
static int hold_root(struct run *r)
{
	if (!ml_root_is_live(r->root))
		return 0;
	allow_descriptors();
	return ml_root_hold(r->root) ? run_fail(r, -EIO) : 0;
}

/* The root that operand `i` names; NULL when it names none. */
static const char *root_operand(const struct run *r, size_t i)
{
	return r->command->roots && i < r->opts->noperands ? r->opts->operands[i] : NULL;
}

/* What moment `i` of two is called in messages; NULL where there is no other. */
static const char *moment_name(const struct run *r, size_t i)
{
	const char *time = i ? r->opts->to : r->opts->from;

	return time ? time : root_operand(r, i);
}

static int open_roots(struct run *r)
{
	const char *before = root_operand(r, 0), *path = root_operand(r, 1);
	int rc;

	if (ml_ctx_new(&r->ctx))
		return complain(EXIT_FAILED, "out of memory");
	ml_ctx_set_opener(r->ctx, archive_opener);
	ml_ctx_set_witness(r->ctx, witness);
	if (is_recorded(r->opts))
		return open_recorded(r->ctx, r->opts,
				     r->command->watches ? NULL : &r->before, &r->root);
	rc = before ? open_root(r, before, &r->before) : 0;
	if (!rc)
		rc = open_root(r, path ? path : r->opts->root, &r->root);
	if (rc || (!r->opts->delay && !r->command->watches))
		return rc;
	return hold_root(r);
}

/* ---- what could not be read ---- */

/* Of a recording most is there, or was never meant to be. */
static int complain_source(const struct run *r, const struct ml_source *s, const char *of)
{
	const char *lead = of ? of : "", *colon = of ? ": " : "";
	char text[SOURCE_TEXT];

	if (is_recorded(r->opts) && s->status == ML_ABSENT && !s->capability)
		return complain(EXIT_UNREADABLE, "%s%s%s: not recorded (without it: %s)",
				lead, colon, s->path, s->loss ? s->loss : "nothing");
	return complain(EXIT_UNREADABLE, "%s%s%s", lead, colon, source_failure(s, text));
}

/* Sources that the report can do without, on one line; `of` names the root where there
 * are two. */
static void complain_others(const struct ml_snap *snap, const char *of)
{
	char list[SOURCE_TEXT];

	if (sources_missed(snap, list))
		complain(0, "%s%sshown without %s", of ? of : "", of ? ": " : "", list);
}

static void complain_bad_lines(const struct ml_source *s, const char *of)
{
	complain(0, "%s%s%s: %llu line%s not understood", of ? of : "", of ? ": " : "",
		 s->path, (unsigned long long)s->bad_lines, s->bad_lines == 1 ? "" : "s");
}

/* Said once, with the first sample. */
void run_check_sources(struct run *r, const struct ml_snap *snap, const char *of)
{
	for (size_t i = 0; i < ml_snap_nsources(snap); i++) {
		struct ml_source s;

		ml_snap_source(snap, i, &s);
		if (s.needed && s.status != ML_OK)
			r->status = complain_source(r, &s, of);
		if (s.bad_lines && s.status != ML_MALFORMED)
			complain_bad_lines(&s, of);
		if (r->opts->strict && (source_is_trouble(&s) || s.bad_lines))
			r->status = EXIT_UNREADABLE;
	}
	if (!r->command->pair) /* which tells itself what it could not judge */
		complain_others(snap, of);
}

/* ---- one sample ---- */

static int print(struct run *r, struct ml_result *result, struct ml_snap *snap)
{
	const struct opts *opts = r->opts;
	struct selection selection;
	struct page page = {
		.schema = ml_report_id(r->report),
		.result = result,
		.snap = snap,
		.selection = &selection,
		.style = &opts->style,
		.chosen = opts->output || opts->output_all,
		.sample = r->sample,
		.repeats = opts->delay > 0,
		.out = stdout,
	};
	int rc =
		select_columns(r->command, opts, ml_result_has_delta(result), &selection);

	if (rc)
		return rc;
	rc = render(opts->format, &page);
	if (!rc)
		rc = ml_result_error(result);
	selection_deinit(&selection);
	if (rc)
		return complain(EXIT_FAILED, "%s", strerror(-rc));
	if (fflush(stdout))
		return complain(EXIT_FAILED, "standard output: %s", strerror(errno));
	return 0;
}

static int show(struct run *r, struct ml_snap *snap)
{
	const struct opts *opts = r->opts;
	struct ml_result *result;
	int rc = ml_report_build(r->ctx, r->report, &r->asked.query, r->prev, snap,
				 &result);

	if (rc)
		return run_fail(r, rc);
	if (r->command->judge && !r->status)
		r->status = r->command->judge(result);
	if (opts->filter)
		rc = ml_result_filter(r->ctx, result, opts->filter);
	if (!rc && opts->sort)
		rc = ml_result_sort(r->ctx, result, opts->sort);
	if (rc) {
		rc = run_fail(r, rc);
	} else {
		if (opts->top)
			ml_result_top(result, opts->top);
		rc = print(r, result, snap);
	}
	ml_result_unref(result);
	return rc;
}

static int take(struct run *r, struct ml_root *root, struct ml_snap **ret)
{
	int rc = ml_snap_take(root, r->report, &r->asked.query, ret);

	return rc ? run_fail(r, rc) : 0;
}

bool run_is_stopped(const struct run *r)
{
	return r->opts->stopped && r->opts->stopped(NULL);
}

/* Wait for the next multiple of the delay: no drift, and no burst after a suspend. */
void run_wait(struct run *r, double seconds)
{
	struct timespec now;
	long long step = (long long)(seconds * 1e9), ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!r->next.tv_sec && !r->next.tv_nsec)
		r->next = now;
	ns = (long long)r->next.tv_sec * 1000000000 + r->next.tv_nsec + step;
	if (ns <= (long long)now.tv_sec * 1000000000 + now.tv_nsec)
		ns = (long long)now.tv_sec * 1000000000 + now.tv_nsec + step;
	r->next = (struct timespec){ (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &r->next, NULL) == EINTR &&
	       !run_is_stopped(r))
		;
}

static void wait_for_next(struct run *r)
{
	run_wait(r, r->opts->delay ? r->opts->delay : r->opts->interval);
}

/* ---- a pair, and what lies between ---- */

/* The first of them is compared with the last, which is still to come. */
static int keep(struct run *r, struct ml_snap *snap)
{
	struct ml_snap **grown;

	if (r->watch && ml_watch_add(r->watch, snap)) {
		ml_snap_unref(snap);
		return complain(EXIT_FAILED, "out of memory");
	}
	if (!r->prev) {
		r->prev = snap;
		return 0;
	}
	grown = realloc(r->between, (r->nbetween + 1) * sizeof(*grown));
	if (!grown) {
		ml_snap_unref(snap);
		return complain(EXIT_FAILED, "out of memory");
	}
	r->between = grown;
	r->between[r->nbetween++] = snap;
	r->asked.query.between = (const struct ml_snap *const *)grown;
	r->asked.query.nbetween = r->nbetween;
	return 0;
}

/* From one sample of a copy to the next; the first root is kept, which finds them. */
static void follow(struct run *r, struct ml_root *later)
{
	if (r->before)
		ml_root_unref(r->root);
	else
		r->before = r->root;
	r->root = later;
}

/* Of what is not the last instant only what rates need is read. */
int run_take_earlier(struct run *r, struct ml_root *root, struct ml_snap **ret)
{
	struct ml_judging judging = *r->asked.query.judging;
	const struct ml_judging *whole = r->asked.query.judging;
	int rc;

	judging.earlier = true;
	r->asked.query.judging = &judging;
	rc = take(r, root, ret);
	r->asked.query.judging = whole;
	return rc;
}

/* All instants but the last, which is then taken and shown as any other. */
static int take_pair(struct run *r)
{
	bool live = ml_root_is_live(r->root);
	uint64_t most = r->opts->samples ? r->opts->samples : live ? 2 : UINT64_MAX;
	int rc = most >= TREND_SAMPLES ? watch_begin(r) : 0;

	for (uint64_t n = 2; !rc && n <= most; n++) {
		struct ml_root *later = NULL, *first = r->before ? r->before : r->root;
		struct ml_snap *snap;

		if (!live && ml_root_sample(first, (unsigned)n, &later))
			break;
		rc = run_take_earlier(r, r->root, &snap);
		if (!rc)
			rc = keep(r, snap);
		if (later)
			follow(r, later);
		else
			wait_for_next(r);
	}
	return rc;
}

/* With a delay, rates want two instants before the first line; a copy is one. */
static int take_baseline(struct run *r)
{
	const struct opts *opts = r->opts;

	if (r->command->watches)
		return watch(r);
	if (r->command->pair && !r->before)
		return take_pair(r);
	if (r->command->pair && is_recorded(opts))
		r->status = watch_recorded(r);
	if (r->status)
		return r->status;
	if (r->before) {
		r->status = take(r, r->before, &r->prev);
		if (!r->status)
			run_check_sources(r, r->prev, moment_name(r, 0));
		return r->prev ? 0 : r->status;
	}
	if (!opts->delay || !r->command->rates || opts->since_boot)
		return 0;
	r->status = take(r, r->root, &r->prev);
	if (r->status)
		return r->status;
	run_check_sources(r, r->prev, NULL);
	wait_for_next(r);
	return 0;
}

bool run_is_over(const struct run *r, const struct ml_snap *snap,
		 struct ml_source *ret_gone)
{
	struct ml_source s;
	size_t n = 0;

	for (size_t i = 0; i < ml_snap_nsources(snap); i++) {
		ml_snap_source(snap, i, &s);
		if (!s.needed || s.status != ML_GONE)
			continue;
		*ret_gone = s;
		n++;
	}
	return r->asked.query.npids && n >= r->asked.query.npids;
}

static int one_sample(struct run *r, bool check)
{
	struct ml_snap *snap;
	struct ml_source gone;
	int rc = take(r, r->root, &snap);

	if (rc)
		return rc;
	if (check)
		run_check_sources(r, snap, moment_name(r, 1));
	if (r->watch && ml_watch_add(r->watch, snap)) {
		ml_snap_unref(snap);
		return run_fail(r, -ENOMEM);
	}
	r->over = run_is_over(r, snap, &gone);
	if (check || !r->over)
		rc = show(r, snap);
	else /* since the sample before */
		rc = complain_source(r, &gone, NULL);
	ml_snap_unref(r->prev);
	r->prev = snap;
	return rc;
}

static int run_samples(struct run *r)
{
	const struct opts *opts = r->opts;
	int rc = take_baseline(r);
	bool checked = r->watch || (r->prev && !r->before && !r->command->pair);

	while (!rc) {
		rc = one_sample(r, !checked);
		checked = true;
		r->sample++;
		if (rc || r->over || run_is_stopped(r) || !opts->delay ||
		    (opts->count && r->sample >= opts->count))
			break;
		if (!ml_root_is_live(r->root)) /* a copy does not move */
			break;
		wait_for_next(r);
		if (run_is_stopped(r))
			break;
	}
	return rc ? rc : r->status;
}

int run_report(const struct command *command, const struct opts *opts)
{
	struct run r = {
		.command = command,
		.opts = opts,
		.report = ml_report_find(command->report),
	};
	int rc = ask(command, opts, &r.asked);

	if (!rc)
		rc = open_roots(&r);
	if (!rc)
		rc = run_samples(&r);
	asked_deinit(&r.asked);
	ml_snap_unref(r.prev);
	ml_watch_free(r.watch);
	for (size_t i = 0; i < r.nbetween; i++)
		ml_snap_unref(r.between[i]);
	free(r.between);
	ml_root_unref(r.before);
	ml_root_unref(r.root);
	ml_ctx_free(r.ctx);
	return rc;
}
