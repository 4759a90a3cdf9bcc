/* SPDX-License-Identifier: MIT */
/* pair: what one command costs beside others - they run in turn, so that the noise of the
 * machine meets all of them.
 *
 *	pair RUNS SECONDS COMMAND [ARG...] -- COMMAND [ARG...] [-- ...]
 *
 * Ends after RUNS turns, or with the first turn after SECONDS when there were enough. A
 * line per command: turns; CPU (user + system, us) in the median, and the median of the
 * first command's CPU divided by this one's in the same turn; the same two of wall time;
 * VmHWM (KiB). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 8
#define HWM_RUNS 5
#define RUNS_LEAST 5

extern char **environ;

struct command {
	char **argv;
	double *cpu_us; /* of every run */
	double *wall_us;
	long hwm_kib;
};

static void die(const char *what)
{
	fprintf(stderr, "pair: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- time ---- */

static double now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static double cpu_us(const struct rusage *ru)
{
	return (double)(ru->ru_utime.tv_sec + ru->ru_stime.tv_sec) * 1e6 +
	       (double)(ru->ru_utime.tv_usec + ru->ru_stime.tv_usec);
}

/* posix_spawn() shares our memory until the exec: a fork() would charge the child for
 * copying our page tables. */
static void run(const struct command *c, size_t turn,
		const posix_spawn_file_actions_t *to_null)
{
	double start = now_us();
	struct rusage ru;
	int status;
	pid_t pid;

	errno = posix_spawnp(&pid, c->argv[0], to_null, NULL, c->argv, environ);
	if (errno)
		die(c->argv[0]);
	if (wait4(pid, &status, 0, &ru) < 0)
		die("wait4");
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "pair: %s: ended with status %#x\n", c->argv[0], status);
		exit(1);
	}
	c->wall_us[turn] = now_us() - start;
	c->cpu_us[turn] = cpu_us(&ru);
}

/* How many turns there were. */
static size_t run_in_turn(const struct command *commands, size_t n, size_t runs,
			  double seconds)
{
	posix_spawn_file_actions_t to_null, quiet;
	double end = now_us() + seconds * 1e6;
	size_t turn = 0;

	if (posix_spawn_file_actions_init(&to_null) ||
	    posix_spawn_file_actions_addopen(&to_null, 1, "/dev/null", O_WRONLY, 0))
		die("posix_spawn");
	if (posix_spawn_file_actions_init(&quiet) ||
	    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0) ||
	    posix_spawn_file_actions_adddup2(&quiet, 1, 2))
		die("posix_spawn");
	for (size_t c = 0; c < n;
	     c++) /* fills the caches, and shows what they complain of */
		run(&commands[c], 0, &to_null);
	while (turn < runs && (turn < RUNS_LEAST || now_us() < end)) {
		for (size_t c = 0; c < n; c++)
			run(&commands[c], turn, &quiet);
		turn++;
	}
	posix_spawn_file_actions_destroy(&quiet);
	posix_spawn_file_actions_destroy(&to_null);
	return turn;
}

/* ---- peak memory ---- */

static long read_hwm_kib(pid_t pid)
{
	char path[64], line[256];
	long kib = -1;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	in = fopen(path, "re");
	if (!in)
		die(path);
	while (kib < 0 && fgets(line, sizeof(line), in))
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	fclose(in);
	return kib;
}

static pid_t start_traced(char **argv)
{
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0 ||
	    ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(127);
	execvp(argv[0], argv);
	_exit(127);
}

static bool at_exit_stop(int status)
{
	return status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8);
}

/* ru_maxrss begins with the peak of the process that forked; VmHWM begins anew at exec.
 * It is final when the process stops on its way out, its memory still there. */
static long peak_kib(char **argv)
{
	pid_t pid = start_traced(argv);
	bool first = true;
	long kib = -1;
	int status;

	if (pid < 0)
		die("fork");
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		int sig = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);

		if (first && ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEEXIT))
			die("ptrace");
		first = false;
		if (at_exit_stop(status))
			kib = read_hwm_kib(pid);
		ptrace(PTRACE_CONT, pid, NULL, sig);
	}
	return kib;
}

static long highest_peak_kib(char **argv)
{
	long highest = -1;

	for (int i = 0; i < HWM_RUNS; i++) {
		long kib = peak_kib(argv);

		if (kib > highest)
			highest = kib;
	}
	return highest;
}

/* ---- figures ---- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts them. */
static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_value);
	return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* Of two series that are not sorted yet. */
static double median_ratio(const double *of, const double *to, size_t n)
{
	double *ratios = malloc(n * sizeof(*ratios)), ret;

	if (!ratios)
		die("malloc");
	for (size_t i = 0; i < n; i++)
		ratios[i] = of[i] / to[i];
	ret = median(ratios, n);
	free(ratios);
	return ret;
}

/* The first command goes last, since the others are compared with its series. */
static void figure(struct command *first, struct command *c, size_t n, char *line,
		   size_t size)
{
	double cpu_ratio = median_ratio(first->cpu_us, c->cpu_us, n);
	double wall_ratio = median_ratio(first->wall_us, c->wall_us, n);

	snprintf(line, size, "%zu %.0f %.3f %.0f %.3f %ld", n, median(c->cpu_us, n),
		 cpu_ratio, median(c->wall_us, n), wall_ratio, c->hwm_kib);
}

static void print(struct command *commands, size_t n, size_t turns)
{
	char lines[COMMANDS_MAX][160];

	for (size_t c = n; c--;)
		figure(&commands[0], &commands[c], turns, lines[c], sizeof(lines[c]));
	for (size_t c = 0; c < n; c++)
		printf("%s %s\n", lines[c], commands[c].argv[0]);
}

/* ---- arguments ---- */

/* The commands between the `--`; each is ended with a NULL in its place. */
static size_t split(char **argv, struct command *ret)
{
	size_t n = 0;

	while (*argv && n < COMMANDS_MAX) {
		ret[n++].argv = argv;
		while (*argv && strcmp(*argv, "--") != 0)
			argv++;
		if (*argv)
			*argv++ = NULL;
	}
	return n;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: pair RUNS SECONDS COMMAND [ARG...] [-- COMMAND [ARG...]]...\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct command commands[COMMANDS_MAX] = { 0 };
	size_t runs = argc > 3 ? strtoul(argv[1], NULL, 10) : 0, n, turns;

	if (!runs || runs > 1000000)
		return usage();
	if (runs < RUNS_LEAST)
		runs = RUNS_LEAST;
	n = split(argv + 3, commands);
	for (size_t c = 0; c < n; c++) {
		commands[c].cpu_us = calloc(runs, sizeof(double));
		commands[c].wall_us = calloc(runs, sizeof(double));
		if (!commands[c].cpu_us || !commands[c].wall_us || !commands[c].argv[0])
			die("a command");
	}
	turns = run_in_turn(commands, n, runs, strtod(argv[2], NULL));
	for (size_t c = 0; c < n; c++)
		commands[c].hwm_kib = highest_peak_kib(commands[c].argv);
	print(commands, n, turns);
	for (size_t c = 0; c < n; c++) {
		free(commands[c].cpu_us);
		free(commands[c].wall_us);
	}
	return 0;
}
