/* SPDX-License-Identifier: MIT */
/* sampler: reads what a recording keeps of a live machine, onto the tape of its root. */
#include "recorder/sampler.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/str.h"
#include "capture/paths.h"
#include "recorder/seen.h"
#include "recorder/turns.h"
#include "source/group.h"
#include "source/hold.h"
#include "source/walk.h"

/* The longest file of a process that is one record; what is longer is cut off. */
#define RECORD_BYTES 32768
/* All of one sample: 10,000 processes. */
#define SAMPLE_BYTES (32u << 20)
/* Of one processor, for rollups: one of 100 GiB takes a second. It can be saved up to so
 * much, which is what the first sample has. */
#define ROLLUP_SHARE 0.01
#define ROLLUP_NS 1e9
#define HEAVY_TURNS 5
/* From one sample to the next. */
#define SOON_S 5
/* A Kubernetes node has some thousand. */
#define GROUPS_MAX 5000
#define GROUP_DEPTH 32
/* A full sample reads processes for so long: when memory is short, each may wait for the
 * lock of its mappings. Of more than so many it reads what is read in turn only. */
#define FULL_NS 5000000000ull
#define FULL_PROCESSES 4000

/* Processes are listed anew at least so often: a walk that takes them for those listed
 * before is one of HOLD_WALKS at most. */
#define LISTED_S 5
#define HOLD_WALKS 5

struct ml_sampler {
	struct ml_root *root;
	struct ml_processes processes;
	double since_turn;  /* seconds since all but the processes was read */
	unsigned turns;     /* of all but the processes */
	uint64_t now_ns;    /* since the first sample */
	struct ml_turns labels, rollups;
	double rollup_ns;   /* that they may still take */
	struct ml_arena known_arena;
	struct ml_rows known; /* of uint64_t: pids of the sample before, ascending */
	char buf[RECORD_BYTES];
};

int ml_sampler_new(struct ml_root *root, struct ml_sampler **ret)
{
	struct ml_sampler *s = calloc(1, sizeof(*s));
	int rc = s ? ml_root_keep(root, ML_KEEP_ALL, SAMPLE_BYTES)
		   : ml_fail(root->ctx, -ENOMEM, "out of memory");

	if (!rc) {
		rc = ml_processes_open(root, &s->processes);
		if (rc)
			ml_fail(root->ctx, rc, "/proc: cannot be opened");
	}
	if (!rc)
		rc = ml_root_hold(root);
	if (rc) {
		free(s);
		return rc;
	}
	s->root = root;
	s->since_turn = ML_SAMPLER_TURN;
	s->rollup_ns = ROLLUP_NS;
	*ret = s;
	return 0;
}

void ml_sampler_free(struct ml_sampler *s)
{
	if (!s)
		return;
	ml_processes_close(&s->processes);
	ml_arena_deinit(&s->known_arena);
	free(s);
}

/* ---- the machine ---- */

/* Read each time: short, and no lock is held for long. */
static const char *const quick[] = {
	"/proc/meminfo",      "/proc/vmstat",          "/proc/zoneinfo",
	"/proc/buddyinfo",    "/proc/stat",            "/proc/loadavg",
	"/proc/swaps",        "/proc/pressure/memory", "/proc/pressure/cpu",
	"/proc/pressure/io",  "/proc/uptime",          "/proc/net/sockstat",
	"/proc/net/sockstat6",
};

/* Read in each fifth turn: long, or made under a lock that others wait for. */
static const char *const heavy[] = { "/proc/vmallocinfo", "/proc/pagetypeinfo" };

static bool is_one_of(const char *const *paths, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(path, paths[i]) == 0)
			return true;
	return false;
}

/* The tape has what was read, and why not. */
static void read_file(const struct ml_sampler *s, const char *path)
{
	struct ml_arena arena = { 0 };
	struct ml_str text;

	(void)!ml_root_read(s->root, path, &arena, &text);
	ml_arena_deinit(&arena);
}

/* Paths that fit a pattern, component by component. */
struct fitting {
	const struct ml_sampler *sampler;
	const char *folder;
	struct ml_str pattern; /* of the names in it */
	const char *rest;      /* of the pattern behind it: "/stats", "" */
};

static int read_fitting(const struct ml_sampler *s, const char *folder,
			const char *pattern);

static int met_name(struct ml_str name, void *data)
{
	const struct fitting *f = data;
	char path[PATH_MAX];
	int n;

	if (!ml_capture_fits(name, f->pattern) || ml_capture_leaves(name))
		return 0;
	n = snprintf(path, sizeof(path), "%s/%.*s", f->folder, (int)name.n, name.p);
	if (n < 0 || (size_t)n >= sizeof(path))
		return 0;
	return read_fitting(f->sampler, path, f->rest);
}

/* The part before the component that has a wildcard, that component, and the rest. */
static int read_fitting(const struct ml_sampler *s, const char *folder,
			const char *pattern)
{
	const char *star = strchr(pattern, '*'), *name, *end;
	struct fitting f = { .sampler = s };
	char path[PATH_MAX];
	int rc;

	if (!star) {
		snprintf(path, sizeof(path), "%s%s", folder, pattern);
		read_file(s, path);
		return 0;
	}
	for (name = star; name[-1] != '/'; name--)
		;
	end = star + strcspn(star, "/");
	snprintf(path, sizeof(path), "%s%.*s", folder, (int)(name - 1 - pattern),
		 pattern);
	f.folder = path;
	f.pattern = (struct ml_str){ name, (size_t)(end - name) };
	f.rest = end;
	rc = ml_walk_names(s->root, path, met_name, &f);
	return rc == -ENOMEM ? rc : 0;
}

static bool is_due(const struct ml_sampler *s, const char *path)
{
	if (is_one_of(quick, ML_ARRAY_SIZE(quick), path))
		return false;
	return s->turns % HEAVY_TURNS == 0 ||
	       !is_one_of(heavy, ML_ARRAY_SIZE(heavy), path);
}

static int read_slow(const struct ml_sampler *s)
{
	int rc = 0;

	for (size_t i = 0; i < ml_capture_host_count && !rc; i++)
		if (is_due(s, ml_capture_host[i].path))
			rc = read_fitting(s, "", ml_capture_host[i].path);
	read_file(s, "/etc/passwd");
	return rc;
}

/* ---- control groups ---- */

struct groups {
	struct ml_sampler *sampler;
	const char *path;
	unsigned depth;
	unsigned *n;
};

static int read_group(struct groups *g);

static int met_group(struct ml_str name, void *data)
{
	const struct groups *above = data;
	char path[PATH_MAX];
	struct groups g = { above->sampler, path, above->depth + 1, above->n };
	int n = snprintf(path, sizeof(path), "%s/%.*s", above->path, (int)name.n, name.p);

	if (n < 0 || (size_t)n >= sizeof(path) || g.depth > GROUP_DEPTH ||
	    *g.n >= GROUPS_MAX)
		return 0;
	return read_group(&g);
}

/* Of version 2; each file is one record, and what a group does not have is cheap to ask
 * for. */
static const char *const group_files[] = {
	"memory.current",   "memory.stat",   "memory.events",  "memory.max",
	"memory.high",      "memory.low",    "memory.min",     "memory.peak",
	"memory.pressure",  "memory.swap.current", "memory.swap.max",
	"memory.oom.group", "cgroup.procs",  "cgroup.controllers", "cgroup.stat",
};

static int read_group(struct groups *g)
{
	struct ml_group_dir dir;
	struct ml_str text;
	int rc;

	if (ml_group_open(g->sampler->root, g->path, &dir))
		return 0;
	++*g->n;
	for (size_t i = 0; i < ML_ARRAY_SIZE(group_files); i++)
		(void)!ml_group_read(&dir, group_files[i], g->sampler->buf, &text);
	rc = ml_group_walk(&dir, met_group, g);
	ml_group_close(&dir);
	return rc == -ENOMEM ? rc : 0;
}

static int read_groups(struct ml_sampler *s)
{
	unsigned n = 0;
	struct groups g = { s, "/sys/fs/cgroup", 0, &n };

	return read_group(&g);
}

/* ---- processes ---- */

/* What is read of a process when it is its turn; the rollup goes by its own. */
static const char *const labels[] = { "status", "cgroup", "cmdline", "oom_score_adj" };

static void read_labels(struct ml_sampler *s, uint64_t pid)
{
	struct ml_process process;

	if (ml_process_open(&s->processes, pid, &process))
		return;
	for (size_t i = 0; i < ML_ARRAY_SIZE(labels); i++)
		(void)!ml_process_read(&process, labels[i], s->buf, sizeof(s->buf));
	(void)!ml_process_link(&process, "exe", s->buf, PATH_MAX);
	ml_process_close(&process);
}

static void read_rollup(struct ml_sampler *s, uint64_t pid)
{
	uint64_t before = ml_clock_monotonic_ns();

	(void)!ml_processes_read(&s->processes, pid, "smaps_rollup", s->buf,
				 sizeof(s->buf));
	s->rollup_ns -= (double)(ml_clock_monotonic_ns() - before);
}

struct pids {
	struct ml_sampler *sampler;
	struct ml_arena arena;
	struct ml_rows rows; /* of uint64_t, ascending as in /proc */
};

static void read_sizes(struct ml_sampler *s, uint64_t pid)
{
	struct ml_seen *seen = ml_seen_of(s->root->hold, pid);
	ssize_t n;

	n = ml_processes_read(&s->processes, pid, "statm", s->buf, sizeof(s->buf));
	ml_seen_sizes(seen, s->now_ns, s->buf, n);
	if (!ml_seen_wants_stat(seen, pid, s->now_ns))
		return;
	n = ml_processes_read(&s->processes, pid, "stat", s->buf, sizeof(s->buf));
	ml_seen_stat(seen, s->now_ns, n);
}

static int met_pid(uint64_t pid, void *data)
{
	struct pids *l = data;
	uint64_t *row = ml_rows_add(&l->rows, &l->arena);

	if (!row)
		return -ENOMEM;
	*row = pid;
	read_sizes(l->sampler, pid);
	return 0;
}

static uint64_t pid_at(const struct ml_rows *pids, size_t i)
{
	return *(const uint64_t *)ml_rows_at(pids, i);
}

static bool may_roll_up(const struct ml_sampler *s)
{
	return s->rollup_ns > 0;
}

/* Who was not there before, as far as `most` goes. Where samples follow soon on each
 * other many of those do not live long, and their rollup waits for its turn. */
static void read_new(struct ml_sampler *s, const struct ml_rows *pids, size_t most,
		     double seconds)
{
	size_t k = 0;

	for (size_t i = 0; i < pids->n && most; i++) {
		uint64_t pid = pid_at(pids, i);

		while (k < s->known.n && pid_at(&s->known, k) < pid)
			k++;
		if (k < s->known.n && pid_at(&s->known, k) == pid)
			continue;
		read_labels(s, pid);
		if (seconds >= SOON_S && may_roll_up(s))
			read_rollup(s, pid);
		most--;
	}
}

static void read_label_turns(struct ml_sampler *s, const struct ml_rows *pids, size_t n)
{
	uint64_t pid;

	ml_turns_begin(&s->labels, pids, n);
	while (ml_turns_next(&s->labels, pids, &pid))
		if (ml_seen_take_turn(ml_seen_of(s->root->hold, pid), pid, ML_SEEN_LABELS,
				      s->labels.round))
			read_labels(s, pid);
}

/* It goes on where it had to stop. */
static void read_rollup_turns(struct ml_sampler *s, const struct ml_rows *pids, size_t n)
{
	uint64_t pid;

	ml_turns_begin(&s->rollups, pids, n);
	while (may_roll_up(s) && ml_turns_next(&s->rollups, pids, &pid))
		if (ml_seen_take_turn(ml_seen_of(s->root->hold, pid), pid, ML_SEEN_ROLLUP,
				      s->rollups.round))
			read_rollup(s, pid);
}

/* At first all, then a share each time and who is new. */
static void read_some(struct ml_sampler *s, const struct ml_rows *pids, double seconds)
{
	double share = s->known.n ? seconds / ML_SAMPLER_TURN : 1;
	size_t n = share < 1 ? (size_t)(share * (double)pids->n) + 1 : pids->n;

	read_label_turns(s, pids, n);
	read_rollup_turns(s, pids, n);
	if (s->known.n)
		read_new(s, pids, 4 * n + 16, seconds);
}

static void count_time(struct ml_sampler *s, double seconds)
{
	s->now_ns += (uint64_t)(seconds * 1e9);
	s->rollup_ns += seconds * 1e9 * ROLLUP_SHARE;
	if (s->rollup_ns > ROLLUP_NS)
		s->rollup_ns = ROLLUP_NS;
	if (s->root->hold)
		ml_hold_trust(s->root->hold, seconds * HOLD_WALKS < LISTED_S + 1);
}

static int read_processes(struct ml_sampler *s, double seconds)
{
	struct pids l = { .sampler = s, .rows = ML_ROWS(uint64_t) };
	int rc;

	count_time(s, seconds);
	rc = ml_walk_pids(s->root, met_pid, &l);
	if (rc) {
		ml_arena_deinit(&l.arena);
		return rc == -ENOMEM ? rc : 0;
	}
	read_some(s, &l.rows, seconds);
	ml_arena_deinit(&s->known_arena);
	s->known_arena = l.arena;
	s->known = l.rows;
	return 0;
}

/* ---- all at once ---- */

/* The last three are never read in turn. */
static const char *const fully[] = {
	"status", "cgroup",    "cmdline", "oom_score_adj", "smaps_rollup",
	"limits", "oom_score", "io",
};

static void read_fully(struct ml_sampler *s, uint64_t pid, size_t files)
{
	struct ml_process process;

	if (ml_process_open(&s->processes, pid, &process))
		return;
	for (size_t i = 0; i < files; i++)
		(void)!ml_process_read(&process, fully[i], s->buf, sizeof(s->buf));
	(void)!ml_process_link(&process, "exe", s->buf, PATH_MAX);
	ml_process_close(&process);
}

/* Of the processes of this sample. */
static void read_all_fully(struct ml_sampler *s)
{
	uint64_t until = ml_clock_monotonic_ns() + FULL_NS;
	size_t files = ML_ARRAY_SIZE(fully);

	if (s->known.n > FULL_PROCESSES)
		files -= 3;
	for (size_t i = 0; i < s->known.n && ml_clock_monotonic_ns() < until; i++)
		read_fully(s, pid_at(&s->known, i), files);
}

int ml_sampler_take(struct ml_sampler *s, double seconds, bool full)
{
	bool turn = full || s->since_turn + seconds / 2 >= ML_SAMPLER_TURN;
	int rc = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(quick); i++)
		read_file(s, quick[i]);
	rc = read_processes(s, seconds);
	s->since_turn += seconds;
	if (full && !rc)
		read_all_fully(s);
	if (full)
		s->turns -= s->turns % HEAVY_TURNS; /* what is heavy, too */
	if (!turn || rc)
		return rc;
	s->since_turn = 0;
	rc = read_slow(s);
	s->turns++;
	return rc ? rc : read_groups(s);
}
