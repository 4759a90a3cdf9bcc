/* SPDX-License-Identifier: MIT */
/*
 * leaks KIND [OPTION VALUE]...: a process that leaks in a known way. Says "READY PID" and
 * goes on until standard input ends or the parent dies; what it took goes with it, but
 * for the files of `tmpfs`, which are in a folder of the caller. Exit 77, with a reason,
 * where the machine does not let it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/shm.h>
#include <sys/socket.h>

#include "turns.h"

/* ---- heaps ----------------------------------------------------------------------- */

/* Forgets blocks of many sizes until so many bytes are lost. */
static void lose_blocks(size_t *lost, size_t wanted)
{
	while (*lost < wanted) {
		size_t size = 64 + random_below(2000);

		take_block(size);
		*lost += size;
	}
}

static void turn_steady(const struct plan *p, double t)
{
	static size_t lost;

	lose_blocks(&lost, due(p, t));
}

/* All of a period at once. */
static void turn_step(const struct plan *p, double t)
{
	double step = (double)p->period;

	turn_steady(p, (double)(size_t)(t / step) * step);
}

/* Beside a load that comes and goes by more than is lost in a minute. */
static void turn_noisy(const struct plan *p, double t)
{
	make_noise(p);
	turn_steady(p, t);
}

struct worker {
	struct plan plan;
	double start;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	size_t lost = 0;

	for (;;) {
		lose_blocks(&lost, due(&w->plan, seconds() - w->start));
		pause_ms((long)w->plan.every);
	}
	return NULL;
}

/* Each thread in an arena of its own; the first one has nothing to do. */
static void turn_arena(const struct plan *p, double t)
{
	static struct worker worker;
	pthread_t thread;

	if (worker.start > 0)
		return;
	worker = (struct worker){ *p, seconds() - t };
	worker.plan.rate /= p->threads;
	for (size_t i = 0; i < p->threads; i++) {
		errno = pthread_create(&thread, NULL, work, &worker);
		if (errno)
			skip("%zu threads", i);
	}
}

/* ---- mappings -------------------------------------------------------------------- */

static char *map_more(size_t size, int protection)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	char *p = mmap(NULL, size, protection, flags, -1, 0);

	if (p == MAP_FAILED)
		skip("mmap");
	madvise(p, size, MADV_NOHUGEPAGE);
	return p;
}

static void turn_mmap(const struct plan *p, double t)
{
	static size_t lost;
	const size_t size = 64 * KIB;

	for (; lost < due(p, t); lost += size)
		write_pages(map_more(size, PROT_READ | PROT_WRITE), size);
}

static void turn_locked(const struct plan *p, double t)
{
	static size_t lost;
	const size_t size = 64 * KIB;

	for (; lost < due(p, t); lost += size)
		if (mlock(map_more(size, PROT_READ | PROT_WRITE), size))
			skip("mlock");
}

/* A page read of each 2 MiB: a page of page tables, and no memory. */
static void turn_tables(const struct plan *p, double t)
{
	static size_t lost;

	for (; lost < due(p, t); lost += page)
		read_pages(map_more(2 * MIB, PROT_READ), 1);
}

/* Nobody else can attach them, and they end with us. */
static void turn_shm(const struct plan *p, double t)
{
	static size_t lost;
	const size_t size = 256 * KIB;

	for (; lost < due(p, t); lost += size) {
		int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
		char *at = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

		if (id >= 0)
			shmctl(id, IPC_RMID, NULL);
		if (at == (void *)-1)
			skip("a segment");
		write_pages(at, size);
	}
}

/* ---- things ---------------------------------------------------------------------- */

static void turn_files(const struct plan *p, double t)
{
	static size_t lost;

	for (; lost < due(p, t); lost++)
		if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
			skip("%zu files", lost);
}

/* Kernel memory most of all: each is a file, an inode and two queues. */
static void turn_sockets(const struct plan *p, double t)
{
	static size_t lost;

	for (; lost < due(p, t); lost++)
		if (socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0)
			skip("%zu sockets", lost);
}

static void *stay(void *unused)
{
	while (pause() < 0) /* it returns after a signal alone */
		;
	return unused;
}

static void turn_threads(const struct plan *p, double t)
{
	static size_t lost;
	pthread_attr_t attr;
	pthread_t thread;

	if (pthread_attr_init(&attr) || pthread_attr_setstacksize(&attr, 64 * KIB))
		fail("a stack");
	for (; lost < due(p, t); lost++) {
		errno = pthread_create(&thread, &attr, stay, NULL);
		if (errno)
			skip("%zu threads", lost);
	}
}

static void turn_tmpfs(const struct plan *p, double t)
{
	static char bytes[64 * 1024];
	static size_t lost;
	char name[4096];

	for (; lost < due(p, t); lost += sizeof(bytes)) {
		int fd;

		snprintf(name, sizeof(name), "%s/%zu", p->dir, lost);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 || write(fd, bytes, sizeof(bytes)) != sizeof(bytes))
			skip("%s", name);
		close(fd);
	}
}

static const struct kind kinds[] = {
	{ "arena",   turn_arena,   { .rate = 256 * KIB, .threads = 1, .every = 100 } },
	{ "files",   turn_files,   { .rate = 5, .every = 100 } },
	{ "locked",  turn_locked,  { .rate = 256 * KIB, .every = 100 } },
	{ "mmap",    turn_mmap,    { .rate = 256 * KIB, .every = 100 } },
	{ "noisy",   turn_noisy,   { .rate = 128 * KIB, .cap = 16 * MIB, .every = 250 } },
	{ "shm",     turn_shm,     { .rate = 256 * KIB, .every = 100 } },
	{ "sockets", turn_sockets, { .rate = 40, .every = 100 } },
	{ "steady",  turn_steady,  { .rate = 256 * KIB, .every = 100 } },
	{ "step",    turn_step,    { .rate = 256 * KIB, .period = 8, .every = 100 } },
	{ "tables",  turn_tables,  { .rate = 64 * KIB, .every = 100 } },
	{ "threads", turn_threads, { .rate = 2, .every = 100 } },
	{ "tmpfs",   turn_tmpfs,   { .rate = 256 * KIB, .every = 100, .dir = "." } },
};

int main(int argc, char **argv)
{
	return take_turns(argc, argv, kinds, sizeof(kinds) / sizeof(*kinds));
}
