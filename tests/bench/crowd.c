/* SPDX-License-Identifier: MIT */
/* crowd: makes processes to measure against, and waits until its standard input closes.
 *
 *	crowd [-n PROCESSES] [-m MAPPINGS] [-x MAPPINGS_OF_ONE] [-g GIB_OF_ONE]
 *
 * PROCESSES have MAPPINGS each; one more has very many mappings, another much memory (0:
 * leave it out). Prints `many PID`, `big PID` and `crowd PROCESSES` once all of them are
 * complete. They end with it, also when it is killed. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES_MAX 100000
#define MAPPINGS_MAX 65000 /* below vm.max_map_count as it is by default */
#define GIB_MAX 1024

#define SHARED_PAGES 64   /* of a file that all of them map */
#define INHERITED_PAGES 64 /* written before the fork, shared until somebody writes */

struct plan {
	unsigned long processes;
	unsigned long mappings;
	unsigned long mappings_of_one;
	unsigned long gib_of_one;
};

static size_t page;
static int shared_fd, program_fd;

static void die(const char *what)
{
	fprintf(stderr, "crowd: %s: %s\n", what, strerror(errno));
	exit(1);
}

static char *map(size_t bytes, int protection, int flags, int fd)
{
	char *p = mmap(NULL, bytes, protection, flags, fd, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

static void read_page(const char *p)
{
	(void)*(const volatile char *)p;
}

/* ---- kinds of mappings: neighbours differ, so that the kernel cannot merge them ---- */

static void map_written(void)
{
	char *p = map(2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	*p = 1;
}

static void map_shared(void)
{
	read_page(map(4 * page, PROT_READ | PROT_WRITE, MAP_SHARED, shared_fd));
}

static void map_program(void)
{
	read_page(map(page, PROT_READ, MAP_PRIVATE, program_fd));
}

static void map_reserved(void)
{
	map(2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void map_many(unsigned long mappings)
{
	static void (*const kinds[])(void) = { map_written, map_shared, map_program,
					       map_reserved };

	for (unsigned long i = 0; i < mappings; i++)
		kinds[i % (sizeof(kinds) / sizeof(*kinds))]();
}

/* One half in base pages, the other in huge pages where the kernel gives them. */
static void map_big(unsigned long gib)
{
	size_t half = gib << 29;
	int advice[] = { MADV_NOHUGEPAGE, MADV_HUGEPAGE };

	for (size_t i = 0; i < sizeof(advice) / sizeof(*advice); i++) {
		char *p = map(half, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			      -1);

		madvise(p, half, advice[i]);
		for (size_t at = 0; at < half; at += page)
			p[at] = 1;
	}
}

/* ---- processes ---- */

/* A child says that it is complete by a byte into `ready`. */
static pid_t start(void (*make)(unsigned long), unsigned long much, const char *comm,
		   int ready)
{
	pid_t parent = getpid(), pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		_exit(1);
	prctl(PR_SET_NAME, comm);
	make(much);
	if (write(ready, "", 1) != 1)
		_exit(1);
	close(ready);
	for (;;)
		pause();
}

/* All of them, or fewer bytes than there are when one of them ended early. */
static void await(int ready, size_t n)
{
	char buf[256];

	while (n) {
		ssize_t got = read(ready, buf, n < sizeof(buf) ? n : sizeof(buf));

		if (got <= 0) {
			fprintf(stderr, "crowd: %zu processes did not become complete\n",
				n);
			exit(1);
		}
		n -= (size_t)got;
	}
}

static void end_all(const pid_t *pids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		kill(pids[i], SIGKILL);
	for (size_t i = 0; i < n; i++)
		waitpid(pids[i], NULL, 0);
}

static void share_something(void)
{
	page = (size_t)sysconf(_SC_PAGESIZE);
	shared_fd = memfd_create("crowd", MFD_CLOEXEC);
	program_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (shared_fd < 0 || program_fd < 0)
		die("a file to map");
	if (ftruncate(shared_fd, (off_t)(SHARED_PAGES * page)))
		die("ftruncate");
	memset(map(SHARED_PAGES * page, PROT_READ | PROT_WRITE, MAP_SHARED, shared_fd), 1,
	       SHARED_PAGES * page);
	memset(map(INHERITED_PAGES * page, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1),
	       1, INHERITED_PAGES * page);
}

static size_t start_all(const struct plan *plan, pid_t *pids, int ready)
{
	size_t n = 0;

	if (plan->mappings_of_one) {
		pids[n++] = start(map_many, plan->mappings_of_one, "crowd-many", ready);
		printf("many %d\n", (int)pids[n - 1]);
	}
	if (plan->gib_of_one) {
		pids[n++] = start(map_big, plan->gib_of_one, "crowd-big", ready);
		printf("big %d\n", (int)pids[n - 1]);
	}
	for (unsigned long i = 0; i < plan->processes; i++)
		pids[n++] = start(map_many, plan->mappings, "crowd-member", ready);
	return n;
}

static void wait_for_end_of_input(void)
{
	char buf[64];

	while (read(STDIN_FILENO, buf, sizeof(buf)) > 0)
		;
}

/* ---- arguments ---- */

static unsigned long number(const char *text, unsigned long most)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (end == text || *end || v > most) {
		fprintf(stderr, "crowd: %s: not a number from 0 to %lu\n", text, most);
		exit(2);
	}
	return v;
}

static struct plan plan_of(int argc, char **argv)
{
	struct plan plan = { 1000, 200, 60000, 4 };
	int c;

	while ((c = getopt(argc, argv, "n:m:x:g:")) != -1) {
		switch (c) {
		case 'n':
			plan.processes = number(optarg, PROCESSES_MAX);
			break;
		case 'm':
			plan.mappings = number(optarg, MAPPINGS_MAX);
			break;
		case 'x':
			plan.mappings_of_one = number(optarg, MAPPINGS_MAX);
			break;
		case 'g':
			plan.gib_of_one = number(optarg, GIB_MAX);
			break;
		default:
			exit(2);
		}
	}
	return plan;
}

int main(int argc, char **argv)
{
	struct plan plan = plan_of(argc, argv);
	pid_t *pids = calloc(plan.processes + 2, sizeof(*pids));
	int ready[2];
	size_t n;

	if (!pids || pipe2(ready, O_CLOEXEC))
		die("start");
	share_something();
	n = start_all(&plan, pids, ready[1]);
	close(ready[1]);
	await(ready[0], n);
	printf("crowd %lu\n", plan.processes);
	fflush(stdout);
	wait_for_end_of_input();
	end_all(pids, n);
	free(pids);
	return 0;
}
