/* SPDX-License-Identifier: MIT */
/* again: what it costs to take a report again and again, beside a peer that runs at the
 * same time.
 *
 *	again [-s SECONDS] [-i INTERVAL] [-b BUDGET] [-f FRESH] [-o COLUMN,...] [-n]
 *	      REPORT [-- PEER [ARG...]]
 *
 * COLUMN are keys of the first table; FRESH processes, the largest, are read anew each
 * time and of the others as many as BUDGET seconds allow; -n: nothing is held. Prints
 * samples; CPU of a sample, user and system apart (us); descriptors at the end; VmHWM
 * (KiB); then CPU of the peer (us, whole) and the ratio of ours to it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "memlens.h"

#define COLUMNS_MAX 64
#define FRESH_MAX 1000

extern char **environ;

struct plan {
	double seconds, interval, budget;
	size_t fresh;
	char *columns;
	bool holds_nothing;
	const struct ml_report *report;
	char **peer; /* NULL: none */
};

struct run {
	struct ml_ctx *ctx;
	struct ml_root *root;
	struct ml_query query;
	const struct ml_col *cols[COLUMNS_MAX];
	uint64_t fresh[FRESH_MAX];
	struct ml_snap *prev;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "again: %s: %s\n", what, why);
	exit(1);
}

/* ---- figures ---- */

static double us_of(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static long read_hwm_kib(void)
{
	char line[256];
	long kib = -1;
	FILE *in = fopen("/proc/self/status", "re");

	if (!in)
		die("/proc/self/status", strerror(errno));
	while (kib < 0 && fgets(line, sizeof(line), in))
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	fclose(in);
	return kib;
}

static size_t count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	if (!dir)
		die("/proc/self/fd", strerror(errno));
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 3; /* ".", ".." and its own */
}

/* ---- samples ---- */

static void choose_columns(const struct plan *plan, struct run *r)
{
	const struct ml_table *table = ml_report_table(plan->report, 0);
	char *key, *rest = plan->columns;

	while (rest && (key = strsep(&rest, ",")) && r->query.ncols < COLUMNS_MAX) {
		const struct ml_col *col = ml_table_find(table, key);

		if (!col)
			die(key, "no such column");
		r->cols[r->query.ncols++] = col;
	}
	if (r->query.ncols)
		r->query.cols = r->cols;
	r->query.parts = 1;
}

/* Rows come with the largest first. */
static void choose_fresh(const struct plan *plan, struct run *r, struct ml_result *result)
{
	const struct ml_col *pid = ml_table_find(ml_result_table(result, 0), "pid");
	const void *row;

	r->query.nfresh = 0;
	while (pid && r->query.nfresh < plan->fresh &&
	       (row = ml_result_next(result, 0))) {
		struct ml_value value;

		ml_value_of(pid, row, &value);
		r->fresh[r->query.nfresh++] = value.u64;
	}
}

static void take_sample(const struct plan *plan, struct run *r)
{
	struct ml_result *result;
	struct ml_snap *snap;

	if (ml_snap_take(r->root, plan->report, &r->query, &snap) ||
	    ml_report_build(r->ctx, plan->report, &r->query, r->prev, snap, &result))
		die(ml_report_id(plan->report), ml_ctx_error(r->ctx));
	choose_fresh(plan, r, result);
	ml_result_unref(result);
	ml_snap_unref(r->prev);
	r->prev = snap;
}

static void wait_until(struct timespec *next, double interval)
{
	long long ns =
		next->tv_sec * 1000000000ll + next->tv_nsec + (long long)(interval * 1e9);

	*next = (struct timespec){ ns / 1000000000, ns % 1000000000 };
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL) == EINTR)
		;
}

static size_t take_samples(const struct plan *plan, struct run *r)
{
	size_t n = (size_t)(plan->seconds / plan->interval);
	struct timespec next;

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (size_t i = 0; i < n; i++) {
		take_sample(plan, r);
		wait_until(&next, plan->interval);
	}
	return n;
}

static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void start(const struct plan *plan, struct run *r)
{
	if (ml_ctx_new(&r->ctx) || ml_root_open(r->ctx, NULL, &r->root))
		die("root", "cannot be opened");
	if (!plan->holds_nothing && ml_root_hold(r->root))
		die("hold", ml_ctx_error(r->ctx));
	choose_columns(plan, r);
	r->query.budget = plan->budget;
	if (plan->fresh)
		r->query.fresh = r->fresh;
}

/* ---- the peer ---- */

static pid_t start_peer(char **argv)
{
	posix_spawn_file_actions_t to_null;
	pid_t pid;

	if (posix_spawn_file_actions_init(&to_null) ||
	    posix_spawn_file_actions_addopen(&to_null, 1, "/dev/null", O_WRONLY, 0))
		die("posix_spawn", "out of memory");
	errno = posix_spawnp(&pid, argv[0], &to_null, NULL, argv, environ);
	if (errno)
		die(argv[0], strerror(errno));
	posix_spawn_file_actions_destroy(&to_null);
	return pid;
}

static double cpu_of_peer(pid_t pid)
{
	struct rusage ru;
	int status;

	if (wait4(pid, &status, 0, &ru) < 0)
		die("wait4", strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		die("peer", "failed");
	return us_of(ru.ru_utime) + us_of(ru.ru_stime);
}

static struct plan plan_of(int argc, char **argv)
{
	struct plan plan = { .seconds = 30, .interval = 1 };
	int c;

	while ((c = getopt(argc, argv, "+s:i:b:f:o:n")) != -1) {
		switch (c) {
		case 's':
			plan.seconds = strtod(optarg, NULL);
			break;
		case 'i':
			plan.interval = strtod(optarg, NULL);
			break;
		case 'b':
			plan.budget = strtod(optarg, NULL);
			break;
		case 'f':
			plan.fresh = strtoul(optarg, NULL, 10);
			break;
		case 'o':
			plan.columns = optarg;
			break;
		case 'n':
			plan.holds_nothing = true;
			break;
		default:
			exit(2);
		}
	}
	plan.report = optind < argc ? ml_report_find(argv[optind]) : NULL;
	if (!plan.report || plan.interval <= 0 || plan.fresh > FRESH_MAX)
		die("arguments", "a report is wanted, and an interval above 0");
	if (optind + 2 < argc && strcmp(argv[optind + 1], "--") == 0)
		plan.peer = argv + optind + 2;
	return plan;
}

int main(int argc, char **argv)
{
	struct plan plan = plan_of(argc, argv);
	pid_t peer = plan.peer ? start_peer(plan.peer) : 0;
	struct run r = { 0 };
	struct rusage ru;
	double ours, theirs;
	size_t n;

	allow_descriptors();
	start(&plan, &r);
	n = take_samples(&plan, &r);
	getrusage(RUSAGE_SELF, &ru);
	ours = us_of(ru.ru_utime) + us_of(ru.ru_stime);
	printf("%zu samples, %.0f us (user %.0f, system %.0f), %zu descriptors, %ld KiB",
	       n, ours / (double)n, us_of(ru.ru_utime) / (double)n,
	       us_of(ru.ru_stime) / (double)n, count_descriptors(), read_hwm_kib());
	if (peer) {
		theirs = cpu_of_peer(peer);
		printf("; peer %.0f us, ratio %.3f", theirs, ours / theirs);
	}
	printf("\n");
	ml_snap_unref(r.prev);
	ml_root_unref(r.root);
	ml_ctx_free(r.ctx);
	return 0;
}
