/* SPDX-License-Identifier: MIT */
/* day: records a simulated day of a machine whose numbers move, and reads it back.
 *
 *	day [-s SAMPLES] [-i SECONDS] [-p PROCESSES] [-a ACTIVE] [-m MEGABYTES] SYSROOT
 *
 * The machine is a copy whose counters go up and whose sizes go to and fro; ACTIVE of
 * its processes do, and one ends and another begins each minute. Its clock is simulated,
 * all else is the recorder's own. Prints what a sample takes; fails when all of them take
 * more than MEGABYTES, or one is not what it was. */
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"
#include "recorder/recorder.h"
#include "recorder/recording.h"
#include "source/root.h"

#define FIRST_MS 1700000000000ull
#define FIRST_PID 1000
#define FILES_MAX 4096
#define CHECKS 16

static struct {
	unsigned samples, processes, active;
	double interval, megabytes;
	const char *sysroot;
} plan = { 8640, 300, 20, 10, 200, NULL };

static void die(const char *what, int rc)
{
	fprintf(stderr, "day: %s: %s\n", what, strerror(-rc));
	exit(1);
}

static uint64_t seed = 20;

static uint64_t draw(uint64_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % n;
}

/* ---- a text whose numbers move ---- */

enum kind {
	FIXED,
	COUNTER,
	GAUGE
};

struct number {
	size_t at, n; /* in the text */
	uint64_t value;
	enum kind kind;
};

struct text {
	char *path;
	char *p;
	size_t n;
	struct number *numbers;
	size_t nnumbers;
	bool slow; /* few of its numbers move */
};

/* A third of what a busy machine counts moves from one sample to the next. */
static enum kind kind_of(const struct text *t)
{
	uint64_t one = draw(t->slow ? 60 : 9);

	return one == 0 ? GAUGE : one < 3 ? COUNTER : FIXED;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Decimal numbers that are words of their own. */
static void find_numbers(struct text *t)
{
	for (size_t i = 0; i < t->n; i++) {
		size_t end = i;

		while (end < t->n && is_digit(t->p[end]))
			end++;
		if (end == i || end - i > 15 || (i && !strchr(" \t:=,", t->p[i - 1])) ||
		    (end < t->n && !strchr(" \t\n,", t->p[end]))) {
			i = end > i ? end - 1 : i;
			continue;
		}
		t->numbers = realloc(t->numbers, (t->nnumbers + 1) * sizeof(*t->numbers));
		if (!t->numbers)
			die("numbers", -ENOMEM);
		t->numbers[t->nnumbers++] =
			(struct number){ i, end - i, strtoull(t->p + i, NULL, 10),
					 kind_of(t) };
		i = end;
	}
}

static void move(struct text *t)
{
	for (size_t i = 0; i < t->nnumbers; i++) {
		struct number *n = &t->numbers[i];
		uint64_t step = n->value / 500 + 3;

		if (n->kind == COUNTER)
			n->value += draw(200);
		else if (n->kind == GAUGE && n->value)
			n->value += draw(2 * step + 1) - (n->value > step ? step : 0);
	}
}

static void render(const struct text *t, struct ml_buf *out)
{
	size_t at = 0;

	for (size_t i = 0; i < t->nnumbers; i++) {
		const struct number *n = &t->numbers[i];

		ml_buf_add(out, t->p + at, n->at - at);
		ml_buf_printf(out, "%*" PRIu64, (int)n->n, n->value);
		at = n->at + n->n;
	}
	ml_buf_add(out, t->p + at, t->n - at);
}

/* ---- the machine ---- */

static const char *const of_process[] = { "status", "smaps_rollup", "cgroup", "cmdline",
					  "oom_score_adj" };

struct process {
	uint64_t pid, start, pages, ticks, faults;
	struct text files[5]; /* as above */
};

static struct text files[FILES_MAX];
static size_t nfiles;
static struct process *processes;
static struct ml_buf out; /* what a file says, until the next is asked for */
static size_t prefix;

static void load(struct text *t, const char *path, const char *from)
{
	FILE *f = fopen(from, "r");

	*t = (struct text){ .path = strdup(path), .p = malloc(1 << 20) };
	if (!f || !t->path || !t->p)
		die(from, -errno);
	t->n = fread(t->p, 1, 1 << 20, f);
	t->p = realloc(t->p, t->n + 1);
	fclose(f);
}

static int meet(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	const char *name = path + prefix;

	(void)st, (void)ftw;
	if (flag != FTW_F || nfiles == FILES_MAX ||
	    (strncmp(name, "proc/", 5) == 0 && is_digit(name[5])))
		return 0;
	load(&files[nfiles], name, path);
	files[nfiles].slow = strncmp(name, "proc/", 5) != 0 || strstr(name, "info");
	if (strcmp(name, "proc/meminfo") == 0 || strcmp(name, "proc/zoneinfo") == 0)
		files[nfiles].slow = false;
	find_numbers(&files[nfiles++]);
	return 0;
}

static void begin_process(struct process *p, uint64_t pid, uint64_t start, bool active)
{
	char from[512];

	for (size_t i = 0; i < 5; i++) {
		struct text *t = &p->files[i];

		free(t->path);
		free(t->p);
		free(t->numbers);
		snprintf(from, sizeof(from), "%s/proc/1/%s", plan.sysroot, of_process[i]);
		load(t, of_process[i], from);
		if (i > 1)
			continue;
		find_numbers(t);
		for (size_t k = 0; k < t->nnumbers; k++) {
			t->numbers[k].value += draw(t->numbers[k].value + 1);
			if (!active)
				t->numbers[k].kind = FIXED;
		}
	}
	p->pid = pid;
	p->start = start;
	p->pages = 500 + draw(50000);
	p->ticks = draw(1000);
	p->faults = draw(100000);
}

static void put_stat(const struct process *p)
{
	ml_buf_printf(
		&out,
		"%" PRIu64 " (worker) S 1 %" PRIu64 " 1 0 -1 4194560 %" PRIu64
		" 0 3 0 %" PRIu64 " %" PRIu64 " 0 0 20 0 4 0 %" PRIu64
		" 241819648 %" PRIu64 " 18446744073709551615 1 1 0 0 0 0 0 16781312 "
		"17442 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
		p->pid, p->pid, p->faults, p->ticks, p->ticks / 3, p->start, p->pages);
}

static void put_of_process(const struct process *p, const char *name)
{
	if (strcmp(name, "stat") == 0)
		put_stat(p);
	else if (strcmp(name, "statm") == 0)
		ml_buf_printf(&out, "59038 %" PRIu64 " 3100 12 0 5120 0\n", p->pages);
	for (size_t i = 0; i < 5; i++)
		if (strcmp(name, of_process[i]) == 0)
			render(&p->files[i], &out);
}

static struct process *find_process(uint64_t pid)
{
	for (unsigned i = 0; i < plan.processes; i++)
		if (processes[i].pid == pid)
			return &processes[i];
	return NULL;
}

static int tree_file(const struct ml_tree *tree, const char *path, struct ml_str *ret)
{
	char *end = NULL;
	const struct process *p = NULL;

	(void)tree;
	ml_buf_clear(&out);
	if (strncmp(path, "proc/", 5) == 0 && is_digit(path[5]))
		p = find_process(strtoull(path + 5, &end, 10));
	if (p && *end == '/')
		put_of_process(p, end + 1);
	for (size_t i = 0; i < nfiles && !p; i++)
		if (strcmp(files[i].path, path) == 0) {
			render(&files[i], &out);
			break;
		}
	if (!out.n)
		return -ENOENT;
	ml_buf_add(&out, "", 1);
	*ret = (struct ml_str){ out.p, out.n - 1 };
	return 0;
}

/* Files are in no order: a name that stood before the last one is told again. */
static int list_files(const char *path, ml_name_fn *fn, void *data)
{
	size_t n = strlen(path);
	struct ml_str last = { 0 };
	int rc = -ENOENT;

	for (size_t i = 0; i < nfiles && rc <= 0; i++) {
		const char *name = files[i].path + n + (n != 0);
		struct ml_str part = { name, strcspn(name, "/") };

		if (strncmp(files[i].path, path, n) != 0 || (n && name[-1] != '/') ||
		    (last.p && ml_str_eq(part, last)))
			continue;
		rc = fn(part, data);
		last = part;
	}
	return rc;
}

static int tree_list(const struct ml_tree *tree, const char *path, ml_name_fn *fn,
		     void *data)
{
	char name[24];
	int rc = 0;

	(void)tree;
	if (strcmp(path, "proc") != 0)
		return list_files(path, fn, data);
	for (unsigned i = 0; i < plan.processes && !rc; i++) {
		snprintf(name, sizeof(name), "%" PRIu64, processes[i].pid);
		rc = fn(ml_str_of(name), data);
	}
	return rc;
}

static void tree_close(struct ml_tree *tree)
{
	(void)tree;
}

static const struct ml_tree_ops ops = { tree_file, tree_list, tree_close };

/* ---- a day ---- */

static void make_machine(void)
{
	char *top = realpath(plan.sysroot, NULL);

	if (!top)
		die(plan.sysroot, -errno);
	prefix = strlen(top) + 1;
	nftw(top, meet, 16, FTW_PHYS);
	free(top);
	processes = calloc(plan.processes, sizeof(*processes));
	if (!processes)
		die("processes", -ENOMEM);
	for (unsigned i = 0; i < plan.processes; i++)
		begin_process(&processes[i], FIRST_PID + i, 100 + i, i < plan.active);
}

/* The oldest of those that stand still makes place: pids ascend. */
static void replace_one(unsigned n)
{
	struct process old = processes[plan.active];
	unsigned last = plan.processes - 1;

	memmove(processes + plan.active, processes + plan.active + 1,
		(last - plan.active) * sizeof(*processes));
	processes[last] = old;
	begin_process(&processes[last], processes[last - 1].pid + 1 + draw(40),
		      1000 + n * 100ull, false);
}

static void go_on(struct ml_root *root, unsigned n)
{
	unsigned minute = (unsigned)(60 / plan.interval);

	for (size_t i = 0; i < nfiles; i++)
		move(&files[i]);
	for (unsigned i = 0; i < plan.active && i < plan.processes; i++) {
		struct process *p = &processes[i];

		p->pages += draw(200) - (p->pages > 400 ? 99 : 0);
		p->ticks += draw(30);
		p->faults += draw(300);
		move(&p->files[0]);
		move(&p->files[1]);
	}
	if (plan.active + 1 < plan.processes && n % (minute ? minute : 1) == 0)
		replace_one(n);
	root->manifest->wall_ms = FIRST_MS + (uint64_t)(n * plan.interval * 1000);
	root->manifest->monotonic_ns = (uint64_t)(1e9 + n * plan.interval * 1e9);
}

/* What an instant must say when it is read back. */
struct check {
	uint64_t wall_ms;
	char meminfo[8192], stat[512];
	char stat_path[64];
};

static void keep_file(const char *path, char *to, size_t n)
{
	struct ml_str text = { 0 };

	if (tree_file(NULL, path, &text))
		die(path, -ENOENT);
	snprintf(to, n, "%.*s", (int)text.n, text.p);
}

static void keep_check(struct check *c, const struct ml_root *root)
{
	const struct process *p = &processes[draw(plan.processes)];

	c->wall_ms = root->manifest->wall_ms;
	snprintf(c->stat_path, sizeof(c->stat_path), "proc/%" PRIu64 "/stat", p->pid);
	keep_file("proc/meminfo", c->meminfo, sizeof(c->meminfo));
	keep_file(c->stat_path, c->stat, sizeof(c->stat));
}

static bool says(const struct ml_tree *tree, const char *path, const char *want)
{
	struct ml_str text = { 0 };

	if (!tree->ops->file(tree, path, &text) && ml_str_is(text, want))
		return true;
	printf("%s: \"%.*s\", not \"%s\"\n", path, (int)text.n, text.p, want);
	return false;
}

static bool is_as_it_was(struct ml_recording *recording, const struct check *c)
{
	struct ml_recorded found;
	struct ml_tree *tree;
	bool good;

	if (ml_recording_tree(recording, c->wall_ms, &tree, &found))
		return false;
	good = found.wall_ms == c->wall_ms && says(tree, "proc/meminfo", c->meminfo) &&
	       says(tree, c->stat_path, c->stat);
	tree->ops->close(tree);
	return good;
}

static uint64_t total;

static int add_file(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)path, (void)ftw;
	total += flag == FTW_F ? (uint64_t)st->st_size : 0;
	return 0;
}

static int remove_file(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static void record(struct ml_ctx *ctx, struct ml_root *root, const char *folder,
		   struct check checks[CHECKS])
{
	struct ml_recorder_bounds bounds = { .interval = plan.interval };
	struct ml_recorder *recorder;

	go_on(root, 0);
	if (ml_recorder_of_root(root, folder, &bounds, &recorder)) {
		fprintf(stderr, "day: %s\n", ml_ctx_error(ctx));
		exit(1);
	}
	for (unsigned n = 0; n < plan.samples; n++) {
		go_on(root, n);
		if (ml_recorder_sample(recorder, NULL)) {
			fprintf(stderr, "day: %s\n", ml_ctx_error(ctx));
			exit(1);
		}
		if (n % (plan.samples / CHECKS + 1) == plan.samples / CHECKS)
			keep_check(&checks[n / (plan.samples / CHECKS + 1)], root);
	}
	ml_recorder_free(recorder);
}

static bool read_back(struct ml_ctx *ctx, const char *folder,
		      const struct check checks[CHECKS])
{
	struct ml_recording *recording;
	bool good = true;

	if (ml_recording_open(ctx, folder, &recording))
		return false;
	for (int i = 0; i < CHECKS; i++)
		if (checks[i].wall_ms)
			good &= is_as_it_was(recording, &checks[i]);
	ml_recording_close(recording);
	return good;
}

static void take_options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "s:i:p:a:m:")) != -1) {
		if (c == 's')
			plan.samples = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 'i')
			plan.interval = strtod(optarg, NULL);
		else if (c == 'p')
			plan.processes = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 'a')
			plan.active = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 'm')
			plan.megabytes = strtod(optarg, NULL);
		else
			exit(2);
	}
	plan.sysroot = optind < argc ? argv[optind] : "tests/sysroots/7.2-amd64";
}

int main(int argc, char **argv)
{
	static struct check checks[CHECKS];
	struct ml_tree tree = { &ops };
	const char *above = getenv("TMPDIR");
	char folder[256];
	struct ml_ctx *ctx;
	struct ml_root *root;
	bool good;

	take_options(argc, argv);
	snprintf(folder, sizeof(folder), "%s/memlens-day-XXXXXX",
		 above && *above ? above : "/tmp");
	make_machine();
	if (!mkdtemp(folder) || ml_ctx_new(&ctx) || ml_root_of_tree(ctx, &tree, &root))
		die(folder, -errno);
	record(ctx, root, folder, checks);
	good = read_back(ctx, folder, checks);
	nftw(folder, add_file, 16, FTW_PHYS);
	nftw(folder, remove_file, 16, FTW_DEPTH | FTW_PHYS);
	printf("%u samples of %u processes, %u active: %.1f MB, %.0f bytes each\n",
	       plan.samples, plan.processes, plan.active, (double)total / 1e6,
	       (double)total / plan.samples);
	ml_root_unref(root);
	ml_ctx_free(ctx);
	if (!good)
		printf("an instant is not what it was\n");
	return !good || (double)total > plan.megabytes * 1e6;
}
