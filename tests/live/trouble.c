/* SPDX-License-Identifier: MIT */
/*
 * trouble KIND [ARGUMENT...]: makes trouble of a known kind, says in one line of JSON
 * when it is there, and keeps it until standard input ends or the parent dies. Exit 77,
 * with a reason, where the machine does not let it.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "maker.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

#define MIB ((size_t)1 << 20)

/* ---- telling --------------------------------------------------------------------- */

static void tell(const char *key, long long value)
{
	printf("{\"%s\":%lld}", key, value);
}

/* Closes the line; what follows goes on meanwhile. */
static void ready(void)
{
	printf("]}\n");
	fflush(stdout);
}

/* ---- shared memory --------------------------------------------------------------- */

static int leave_segment(size_t size)
{
	int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
	char *p = id < 0 ? MAP_FAILED : shmat(id, NULL, 0);

	if (p == MAP_FAILED)
		skip("a segment of %zu bytes", size);
	write_pages(p, size);
	return id;
}

/* A segment whose maker has gone; who called has to remove it. */
static void make_orphan(char **argv)
{
	size_t size = pages(argv[0]);
	int said[2], id = -1, status;
	pid_t pid;

	if (pipe(said))
		fail("pipe");
	pid = fork();
	if (!pid) {
		id = leave_segment(size);
		_exit(write(said[1], &id, sizeof(id)) != sizeof(id));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		fail("fork");
	if (status)
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
	if (read(said[0], &id, sizeof(id)) != sizeof(id))
		fail("a segment");
	tell("shmid", id);
}

/* ---- page tables, names and threads ---------------------------------------------- */

/* One page read of each 2 MiB: a page table for each, and no memory. */
static void make_sparse(char **argv)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	size_t step = 2 * MIB, n = number(argv[0]);
	const char *p = map_small(n * step, flags, -1);

	for (size_t i = 0; i < n; i++)
		*(const volatile char *)(p + i * step);
}

static void look_up(size_t from, size_t to, size_t step)
{
	char name[64];

	for (size_t i = from; i < to; i += step) {
		snprintf(name, sizeof(name), "%zu", i);
		if (!access(name, F_OK))
			fail("%s", name);
	}
}

/* Lookups of so many names that are not there, by all processors. */
static void make_names(char **argv)
{
	size_t n = number(argv[1]), workers = (size_t)sysconf(_SC_NPROCESSORS_ONLN);
	pid_t parent = getpid();

	if (chdir(argv[0]))
		fail("%s", argv[0]);
	for (size_t i = 1; i < workers; i++)
		if (!fork()) {
			die_with_parent(parent);
			look_up(i, n, workers);
			_exit(0);
		}
	look_up(0, n, workers);
	while (wait(NULL) > 0)
		;
}

static void *stay(void *unused)
{
	while (pause() < 0) /* it returns after a signal alone */
		;
	return unused;
}

/* Their stacks lie in one mapping: it is the kernel's memory that they are to need. */
static void make_threads(char **argv)
{
	size_t n = number(argv[0]), size = 16 * 1024;
	char *stacks = map_small(n * size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	pthread_attr_t attr;
	pthread_t thread;

	for (size_t i = 0; i < n; i++) {
		if (pthread_attr_init(&attr) ||
		    pthread_attr_setstack(&attr, stacks + i * size, size))
			fail("a stack");
		errno = pthread_create(&thread, &attr, stay, NULL);
		if (errno)
			skip("%zu threads", i);
	}
}

static void make_zombies(char **argv)
{
	size_t n = number(argv[0]);

	for (size_t i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			skip("%zu processes", i);
		if (!pid)
			_exit(0);
	}
}

/* ---- huge pages ------------------------------------------------------------------ */

/* Huge pages of which one small page each is used. */
static void make_bloat(char **argv)
{
	size_t huge = huge_size("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", 1);
	size_t n = number(argv[0]);
	char *p = map_aligned(n * huge, huge, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1);

	if (madvise(p, n * huge, MADV_HUGEPAGE))
		skip("MADV_HUGEPAGE");
	for (size_t i = 0; i < n; i++)
		p[i * huge] = 1;
	errno = EAGAIN;
	if (ask_smaps(p, "AnonHugePages") < (long long)(n * huge))
		skip("%zu huge pages", n);
}

/* ---- swap ------------------------------------------------------------------------ */

/* As most memory is: it can be compressed. */
static void write_thin(char *p, size_t size, size_t turn)
{
	for (size_t i = 0; i < size; i += page)
		for (size_t j = 0; j < page / 4; j += sizeof(size_t))
			*(volatile size_t *)(p + i + j) = i * 31 + j + turn;
}

static char *page_out(size_t size)
{
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	long long swap = 0;

	write_thin(p, size, 0);
	for (int i = 0; i < 50 && swap < (long long)size / 10 * 9; i++) {
		if (madvise(p, size, MADV_PAGEOUT))
			skip("MADV_PAGEOUT");
		swap = ask_smaps(p, "Swap");
		pause_ms(20);
	}
	errno = EAGAIN;
	if (swap < (long long)size / 10 * 9)
		skip("only %lld bytes went to swap", swap);
	return p;
}

static void make_cold(char **argv)
{
	page_out(pages(argv[0]));
}

/* In and out again, as where there is too little memory. */
static void make_storm(char **argv)
{
	size_t size = pages(argv[0]), turn = 0;
	char *p = page_out(size);

	ready();
	do {
		write_thin(p, size, ++turn);
		madvise(p, size, MADV_PAGEOUT);
	} while (!input_ended(0));
	exit(0);
}

/* Touches again and again more than its group may have. */
static void make_cycle(char **argv)
{
	size_t size = pages(argv[0]), turn = 0;
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	write_thin(p, size, 0);
	ready();
	do
		write_thin(p, size, ++turn);
	while (!input_ended(0));
	exit(0);
}

/* ---- buffers --------------------------------------------------------------------- */

/* Writes what goes in, at most `most`; how much it was. */
static size_t stuff(int fd, size_t most)
{
	static const char bytes[64 * 1024];
	size_t sum = 0;
	ssize_t n;

	while (sum < most && (n = write(fd, bytes, sizeof(bytes))) > 0)
		sum += (size_t)n;
	return sum;
}

static int listen_here(struct sockaddr_in *at)
{
	socklen_t n = sizeof(*at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), size = 16 << 20;

	*at = (struct sockaddr_in){ .sin_family = AF_INET };
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (const struct sockaddr *)at, sizeof(*at)) ||
	    listen(fd, 128) || getsockname(fd, (struct sockaddr *)at, &n))
		skip("a socket of the loopback");
	/* inherited by what is accepted */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}

/* Sent over TCP and never received. */
static void make_unread(char **argv)
{
	size_t wanted = number(argv[0]), sum = 0, n;
	struct sockaddr_in at;
	int listener = listen_here(&at);

	raise_files();
	do {
		int from = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (from < 0 || connect(from, (const struct sockaddr *)&at, sizeof(at)) ||
		    accept4(listener, NULL, NULL, SOCK_CLOEXEC) < 0)
			skip("a connection after %zu bytes", sum);
		fcntl(from, F_SETFL, O_NONBLOCK);
		n = stuff(from, wanted - sum);
		sum += n;
	} while (n && sum < wanted);
	if (sum < wanted)
		skip("more than %zu bytes in sockets", sum);
}

/* Written into pipes and never read. */
static void make_pipes(char **argv)
{
	size_t wanted = number(argv[0]), sum = 0, n;
	int fds[2];

	raise_files();
	do {
		if (pipe2(fds, O_NONBLOCK | O_CLOEXEC))
			skip("a pipe after %zu bytes", sum);
		fcntl(fds[1], F_SETPIPE_SZ, (int)MIB);
		n = stuff(fds[1], wanted - sum);
		sum += n;
	} while (n && sum < wanted);
	if (sum < wanted)
		skip("more than %zu bytes in pipes", sum);
}

/* ---- limits and files ------------------------------------------------------------ */

static void eat_and_die(size_t size)
{
	pid_t parent = getpid(), pid = fork();
	int status;

	if (!pid) {
		die_with_parent(parent);
		prctl(PR_SET_NAME, "glutton");
		write_thin(map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1), size, 0);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		fail("fork");
	errno = EAGAIN;
	if (!WIFSIGNALED(status))
		skip("%zu bytes did not kill it", size);
}

/* A child that its group's limit kills. */
static void make_killed(char **argv)
{
	eat_and_die(pages(argv[0]));
}

/* Somebody starts it again each time. */
static void make_restarted(char **argv)
{
	size_t size = pages(argv[0]);

	eat_and_die(size);
	ready();
	while (!input_ended(300))
		eat_and_die(size);
	exit(0);
}

static int open_file(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		fail("%s", path);
	return fd;
}

static void read_all(int fd)
{
	static char bytes[MIB];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, bytes, sizeof(bytes), at)) > 0)
		at += n;
}

/* A file read from its beginning to its end, again and again. */
static void make_reread(char **argv)
{
	int fd = open_file(argv[0], O_RDONLY);

	read_all(fd);
	read_all(fd);
	ready();
	do
		read_all(fd);
	while (!input_ended(0));
	exit(0);
}

/* Files read once each, and held by nobody. */
static void make_read(char **argv)
{
	read_all(open_file(argv[0], O_RDONLY));
}

static void write_turn(int fd, size_t size)
{
	static const char bytes[MIB];

	for (size_t at = 0; at < size && !input_ended(0); at += sizeof(bytes))
		if (pwrite(fd, bytes, sizeof(bytes), (off_t)at) < 0)
			fail("write");
}

/* More is written than the disk takes. */
static void make_writer(char **argv)
{
	size_t size = number(argv[1]);
	int fd = open_file(argv[0], O_RDWR | O_CREAT);

	ready();
	while (!input_ended(0))
		write_turn(fd, size);
	exit(0);
}

/* ---- what is no trouble ---------------------------------------------------------- */

/* Grows in steps and gives all back, as a collector of garbage does. */
static void make_saw(char **argv)
{
	size_t size = pages(argv[0]), steps = number(argv[1]) / 20, step = size / steps;
	bool told = false;

	do {
		char *p = map_small(steps * step, MAP_PRIVATE | MAP_ANONYMOUS, -1);

		for (size_t i = 0; i < steps && !input_ended(20); i++)
			write_thin(p + i * step, step, i);
		munmap(p, steps * step);
		if (!told)
			ready();
		told = true;
	} while (!input_ended(0));
	exit(0);
}

/* ---- the register ---------------------------------------------------------------- */

static const struct {
	const char *kind;
	int nargs;
	void (*make)(char **argv);
	const char *usage;
} kinds[] = {
	{ "bloat",     1, make_bloat,     "HUGE-PAGES"    },
	{ "cold",      1, make_cold,      "SIZE"          },
	{ "cycle",     1, make_cycle,     "SIZE"          },
	{ "killed",    1, make_killed,    "SIZE"          },
	{ "names",     2, make_names,     "FOLDER NUMBER" },
	{ "orphan",    1, make_orphan,    "SIZE"          },
	{ "pipes",     1, make_pipes,     "SIZE"          },
	{ "read",      1, make_read,      "FILE"          },
	{ "reread",    1, make_reread,    "FILE"          },
	{ "restarted", 1, make_restarted, "SIZE"          },
	{ "saw",       2, make_saw,       "SIZE MS"       },
	{ "sparse",    1, make_sparse,    "PAGE-TABLES"   },
	{ "storm",     1, make_storm,     "SIZE"          },
	{ "threads",   1, make_threads,   "NUMBER"        },
	{ "unread",    1, make_unread,    "SIZE"          },
	{ "writer",    2, make_writer,    "FILE SIZE"     },
	{ "zombies",   1, make_zombies,   "NUMBER"        },
};

static int usage(void)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		fprintf(stderr, "trouble %s %s\n", kinds[i].kind, kinds[i].usage);
	return 2;
}

int main(int argc, char **argv)
{
	page = (size_t)sysconf(_SC_PAGESIZE);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; argc > 1 && i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].kind, argv[1]))
			continue;
		if (argc - 2 < kinds[i].nargs)
			return usage();
		printf("{\"pid\":%d,\"objects\":[", (int)getpid());
		kinds[i].make(argv + 2);
		hold();
		return 0;
	}
	return usage();
}
