/* SPDX-License-Identifier: MIT */
/* pair: what one command costs beside others - they run in turn, so that the noise of the
 * machine meets all of them.
 *
 *	pair RUNS COMMAND [ARG...] -- COMMAND [ARG...] [-- ...]
 *
 * A line per command: median and least CPU (user + system, us), the median of the first
 * command's CPU divided by this one's in the same turn, and VmHWM (KiB). */
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
#include <unistd.h>

#define COMMANDS_MAX 8
#define HWM_RUNS 5

extern char **environ;

struct command {
	char **argv;
	double *us; /* CPU of every run */
	long hwm_kib;
};

static void die(const char *what)
{
	fprintf(stderr, "pair: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- CPU ---- */

static double cpu_us(const struct rusage *ru)
{
	return (double)(ru->ru_utime.tv_sec + ru->ru_stime.tv_sec) * 1e6 +
	       (double)(ru->ru_utime.tv_usec + ru->ru_stime.tv_usec);
}

/* posix_spawn() shares our memory until the exec: a fork() would charge the child for
 * copying our page tables. */
static double run(char **argv, const posix_spawn_file_actions_t *to_null)
{
	struct rusage ru;
	int status;
	pid_t pid;

	errno = posix_spawnp(&pid, argv[0], to_null, NULL, argv, environ);
	if (errno)
		die(argv[0]);
	if (wait4(pid, &status, 0, &ru) < 0)
		die("wait4");
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "pair: %s: ended with status %#x\n", argv[0], status);
		exit(1);
	}
	return cpu_us(&ru);
}

static void run_in_turn(struct command *commands, size_t n, size_t runs)
{
	posix_spawn_file_actions_t to_null;

	if (posix_spawn_file_actions_init(&to_null) ||
	    posix_spawn_file_actions_addopen(&to_null, 1, "/dev/null", O_WRONLY, 0))
		die("posix_spawn");
	for (size_t c = 0; c < n; c++) /* fill the caches */
		run(commands[c].argv, &to_null);
	for (size_t i = 0; i < runs; i++)
		for (size_t c = 0; c < n; c++)
			commands[c].us[i] = run(commands[c].argv, &to_null);
	posix_spawn_file_actions_destroy(&to_null);
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
	if (fd < 0 || dup2(fd, 1) < 0 || ptrace(PTRACE_TRACEME, 0, NULL, NULL))
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

static double median(const double *values, size_t n, double *least)
{
	double *sorted = malloc(n * sizeof(*sorted)), ret;

	if (!sorted)
		die("malloc");
	memcpy(sorted, values, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_value);
	ret = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
	*least = sorted[0];
	free(sorted);
	return ret;
}

static void print(const struct command *first, const struct command *c, size_t runs)
{
	double *ratios = malloc(runs * sizeof(*ratios)), least, unused, mid;

	if (!ratios)
		die("malloc");
	for (size_t i = 0; i < runs; i++)
		ratios[i] = first->us[i] / c->us[i];
	mid = median(c->us, runs, &least);
	printf("%.0f %.0f %.3f %ld %s\n", mid, least, median(ratios, runs, &unused),
	       c->hwm_kib, c->argv[0]);
	free(ratios);
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

int main(int argc, char **argv)
{
	struct command commands[COMMANDS_MAX] = { 0 };
	size_t runs = argc > 2 ? strtoul(argv[1], NULL, 10) : 0, n;

	if (!runs || runs > 1000000) {
		fprintf(stderr,
			"usage: pair RUNS COMMAND [ARG...] [-- COMMAND [ARG...]]...\n");
		return 2;
	}
	n = split(argv + 2, commands);
	for (size_t c = 0; c < n; c++) {
		commands[c].us = calloc(runs, sizeof(double));
		if (!commands[c].us || !commands[c].argv[0])
			die("a command");
	}
	run_in_turn(commands, n, runs);
	for (size_t c = 0; c < n; c++)
		commands[c].hwm_kib = highest_peak_kib(commands[c].argv);
	for (size_t c = 0; c < n; c++)
		print(&commands[0], &commands[c], runs);
	for (size_t c = 0; c < n; c++)
		free(commands[c].us);
	return 0;
}
