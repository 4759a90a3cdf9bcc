/* SPDX-License-Identifier: MIT */
/*
 * objects KIND [ARGUMENT...]: makes memory of a known kind and size, says in one
 * line of JSON what is where, and keeps it until standard input ends or the parent
 * dies. Exit 77, with a reason, where the machine has no such thing.
 */
#include <fcntl.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "maker.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

enum {
	CHILDREN_MAX = 64,
	THREADS_MAX = 256
};

/* ---- telling --------------------------------------------------------------------- */

/* What is known of one mapping; what stays -1 is not told. */
struct object {
	const char *kind;
	pid_t pid;
	uintptr_t start;
	size_t size;
	long long rss, pss, swap, locked, hugetlb;
	long long at_least; /* of RSS, of the mapping that holds `start` */
	long long mappings; /* that `start` to `size` consists of */
	const char *name;   /* its last part, as bytes */
};

static struct object object_of(const char *kind, uintptr_t start, size_t size)
{
	return (struct object){
		.kind = kind,
		.pid = getpid(),
		.start = start,
		.size = size,
		.rss = -1,
		.pss = -1,
		.swap = -1,
		.locked = -1,
		.hugetlb = -1,
		.at_least = -1,
		.mappings = -1,
	};
}

static int told;

static void tell_number(const char *key, long long value)
{
	if (value >= 0)
		printf(",\"%s\":%lld", key, value);
}

static void tell(const struct object *o)
{
	printf("%s{\"kind\":\"%s\",\"pid\":%d", told++ ? "," : "", o->kind, (int)o->pid);
	printf(",\"start\":\"%lx\",\"end\":\"%lx\",\"size\":%zu", (unsigned long)o->start,
	       (unsigned long)(o->start + o->size), o->size);
	tell_number("rss", o->rss);
	tell_number("pss", o->pss);
	tell_number("swap", o->swap);
	tell_number("locked", o->locked);
	tell_number("hugetlb", o->hugetlb);
	tell_number("at_least", o->at_least);
	tell_number("mappings", o->mappings);
	if (o->name) {
		printf(",\"name\":\"");
		for (const char *p = o->name; *p; p++)
			printf("%02x", (unsigned char)*p);
		putchar('"');
	}
	putchar('}');
}

/* Resident pages that one of `sharers` has. */
static void tell_resident(const char *kind, pid_t pid, const char *start, size_t size,
			  size_t rss, size_t sharers)
{
	struct object o = object_of(kind, (uintptr_t)start, size);

	o.pid = pid;
	o.rss = (long long)rss;
	o.pss = (long long)(rss / sharers);
	tell(&o);
}

static void tell_named(const char *kind, const char *start, size_t size, size_t rss,
		       const char *name)
{
	struct object o = object_of(kind, (uintptr_t)start, size);

	o.rss = o.pss = (long long)rss;
	o.name = name;
	tell(&o);
}

/* ---- making ---------------------------------------------------------------------- */

/* Forks `n` children that read or write what is shared and stay. */
static void fork_touching(size_t n, char *p, size_t size, pid_t *children)
{
	pid_t parent = getpid();
	int ready[2];
	char byte = 1;

	if (n > CHILDREN_MAX || pipe(ready))
		fail("%zu children", n);
	for (size_t i = 0; i < n; i++) {
		children[i] = fork();
		if (children[i] < 0)
			fail("fork");
		if (children[i])
			continue;
		die_with_parent(parent);
		read_pages(p, size);
		if (write(ready[1], &byte, 1) == 1)
			for (;;)
				pause();
		_exit(EXIT_FAILURE);
	}
	for (size_t i = 0; i < n; i++)
		if (read(ready[0], &byte, 1) != 1)
			fail("a child");
}

static void share(const char *kind, char *p, size_t size, size_t touched, size_t n)
{
	pid_t children[CHILDREN_MAX];

	fork_touching(n, p, touched, children);
	tell_resident(kind, getpid(), p, size, touched, n + 1);
	for (size_t i = 0; i < n; i++)
		tell_resident(kind, children[i], p, size, touched, n + 1);
}

static int create(const char *path, size_t size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, (off_t)size))
		fail("a file to map");
	return fd;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* ---- kinds: anonymous ------------------------------------------------------------ */

static void make_anon(char **argv)
{
	size_t size = pages(argv[0]), touched = pages(argv[1]);
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	write_pages(p, touched);
	tell_resident("anon", getpid(), p, size, touched, 1);
}

/* Written by one, inherited by many. */
static void make_forked(char **argv)
{
	size_t size = pages(argv[0]);
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	write_pages(p, size);
	share("forked", p, size, size, number(argv[1]));
}

/* Read only: the kernel's one page of zeros, which nobody is charged for. */
static void make_zero(char **argv)
{
	size_t size = pages(argv[0]);
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	read_pages(p, size);
	tell_resident("zero", getpid(), p, size, 0, 1);
}

static void make_reserve(char **argv)
{
	size_t size = pages(argv[0]);
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	char *p = map_aligned(size, page, PROT_NONE, flags, -1);

	tell_resident("reserve", getpid(), p, size, 0, 1);
}

static void make_mlock(char **argv)
{
	size_t size = pages(argv[0]);
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	struct object o = object_of("mlock", (uintptr_t)p, size);

	if (mlock(p, size))
		skip("mlock");
	o.rss = o.pss = o.locked = (long long)size;
	tell(&o);
}

/* Guard pages look like swap to who reads the page tables only. */
static void make_guard(char **argv)
{
	size_t size = pages(argv[0]);
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	struct object o = object_of("guard", (uintptr_t)p, size);

	write_pages(p, size);
	if (madvise(p + page, page, MADV_GUARD_INSTALL))
		skip("MADV_GUARD_INSTALL");
	o.rss = o.pss = (long long)(size - page);
	o.swap = 0;
	tell(&o);
}

static void make_anon_name(char **argv)
{
	size_t size = pages(argv[1]);
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	if (prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, p, size, argv[0]))
		skip("PR_SET_VMA_ANON_NAME");
	write_pages(p, size);
	tell_named("anon-name", p, size, size, argv[0]);
}

/* Pages of alternating protection, each a mapping of its own. */
static void make_many(char **argv)
{
	size_t n = number(argv[0]), size = n * page, touched = 0;
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	struct object o = object_of("many", (uintptr_t)p, size);

	for (size_t i = 0; i < n; i++) {
		if (i % 16 == 0) {
			write_pages(p + i * page, page);
			touched += page;
		}
		if (i % 2 && mprotect(p + i * page, page, PROT_READ))
			skip("%zu mappings (vm.max_map_count)", n);
	}
	o.rss = o.pss = (long long)touched;
	o.mappings = (long long)n;
	tell(&o);
}

/* ---- kinds: huge ----------------------------------------------------------------- */

static char *map_thp(size_t *size, const char *count)
{
	size_t huge = huge_size("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", 1);
	char *p;

	*size = number(count) * huge;
	p = map_aligned(*size, huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1);
	if (madvise(p, *size, MADV_HUGEPAGE))
		skip("MADV_HUGEPAGE");
	return p;
}

static void need_huge(const char *p, size_t size)
{
	errno = EAGAIN;
	if (ask_smaps(p, "AnonHugePages") != (long long)size)
		skip("the kernel gave no %zu bytes of huge pages", size);
}

static void make_thp(char **argv)
{
	size_t size;
	char *p = map_thp(&size, argv[0]);

	write_pages(p, size);
	need_huge(p, size);
	tell_resident("thp", getpid(), p, size, size, 1);
}

/* A huge page of which only a half is mapped still. */
static void make_thp_half(char **argv)
{
	size_t size, half;
	char *p = map_thp(&size, argv[0]);

	write_pages(p, size);
	need_huge(p, size);
	half = size - (size / number(argv[0])) / 2;
	if (mprotect(p + half, size - half, PROT_NONE) || munmap(p + half, size - half))
		fail("munmap");
	tell_resident("thp-half", getpid(), p, half, half, 1);
}

/* Read only: the huge page of zeros. */
static void make_thp_zero(char **argv)
{
	size_t size;
	char *p = map_thp(&size, argv[0]);

	read_pages(p, size);
	tell_resident("thp-zero", getpid(), p, size, 0, 1);
}

/* All pages are equal, and the kernel may merge them. */
static void make_ksm(char **argv)
{
	size_t size = pages(argv[0]);
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	write_pages(p, page);
	for (size_t i = page; i < size; i += page)
		memcpy(p + i, p, page);
	if (madvise(p, size, MADV_MERGEABLE))
		skip("MADV_MERGEABLE");
	tell_resident("ksm", getpid(), p, size, size, 1);
}

/* Promised by the pool, not yet touched. */
static void make_reserved(char **argv)
{
	size_t huge = huge_size("/proc/meminfo", 1024), size = number(argv[0]) * huge;
	int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB;
	char *p = map_aligned(size, huge, PROT_READ | PROT_WRITE, flags, -1);
	struct object o = object_of("reserved", (uintptr_t)p, size);

	o.rss = o.pss = o.hugetlb = 0;
	tell(&o);
}

static void make_hugetlb(char **argv)
{
	size_t huge = huge_size("/proc/meminfo", 1024), size = number(argv[1]) * huge;
	bool shared = !strcmp(argv[0], "shared");
	int flags = (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS | MAP_HUGETLB;
	pid_t children[CHILDREN_MAX];
	size_t n = shared ? number(argv[2]) : 0;
	char *p = map_aligned(size, huge, PROT_READ | PROT_WRITE, flags, -1);
	struct object o = object_of("hugetlb", (uintptr_t)p, size);

	write_pages(p, size);
	fork_touching(n, p, size, children);
	o.rss = o.pss = 0;
	o.hugetlb = (long long)size;
	tell(&o);
	for (size_t i = 0; i < n; i++) {
		o.pid = children[i];
		tell(&o);
	}
}

/* ---- kinds: shared --------------------------------------------------------------- */

static void make_shared(char **argv)
{
	size_t size = pages(argv[0]), touched = pages(argv[1]);
	char *p = map_small(size, MAP_SHARED | MAP_ANONYMOUS, -1);

	write_pages(p, touched);
	share("shared", p, size, touched, number(argv[2]));
}

static char *map_memfd(const char *name, size_t size)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)size))
		fail("memfd");
	return map_small(size, MAP_SHARED, fd);
}

static void make_memfd(char **argv)
{
	size_t size = pages(argv[1]), touched = pages(argv[2]);
	char *p = map_memfd(argv[0], size);

	write_pages(p, touched);
	tell_named("memfd", p, size, touched, argv[0]);
}

static void make_sysv(char **argv)
{
	size_t size = pages(argv[0]);
	int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
	char *p = id < 0 ? MAP_FAILED : shmat(id, NULL, 0);

	if (id >= 0)
		shmctl(id, IPC_RMID, NULL);
	if (p == MAP_FAILED)
		skip("shmget of %zu bytes", size);
	madvise(p, size, MADV_NOHUGEPAGE);
	write_pages(p, size);
	tell_resident("sysv", getpid(), p, size, size, 1);
}

static void make_dev_zero(char **argv)
{
	size_t size = pages(argv[0]);
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	char *p;

	if (fd < 0)
		skip("/dev/zero");
	p = map_small(size, MAP_SHARED, fd);
	write_pages(p, size);
	tell_resident("dev-zero", getpid(), p, size, size, 1);
}

/* ---- kinds: files ---------------------------------------------------------------- */

/* Only writes touch exactly one page each: reads map those around, too. */
static void make_file(char **argv)
{
	size_t size = pages(argv[1]), touched = pages(argv[2]);
	char *p = map(size, MAP_SHARED, create(argv[0], size));

	write_pages(p, touched);
	tell_named("file", p, size, touched, last_part(argv[0]));
}

static void make_deleted(char **argv)
{
	size_t size = pages(argv[1]), touched = pages(argv[2]);
	char *p = map(size, MAP_SHARED, create(argv[0], size));

	write_pages(p, touched);
	if (unlink(argv[0]))
		fail("unlink");
	tell_named("deleted", p, size, touched, last_part(argv[0]));
}

/* A private mapping of a file, of which some pages are copies by now. */
static void make_cow(char **argv)
{
	size_t size = pages(argv[1]), touched = pages(argv[2]);
	char *p = map(size, MAP_PRIVATE, create(argv[0], size));

	write_pages(p, touched);
	tell_named("cow", p, size, touched, last_part(argv[0]));
}

/* In folder argv[0]: files whose names are what names must not be. */
static void make_hostile(char **argv)
{
	static const char *const fixed[] = {
		"7f00-7f10 r-xp 00000000 00:00 0",
		"a\n7f0000000000-7f0000001000 rw-p 00000000 00:00 0 [heap]\nRss: 9999 kB",
		"gone (deleted)",
		"\\012\\",
		"[heap]",
	};
	static char bytes[256], *all = bytes;
	static const char *names[1 + sizeof(fixed) / sizeof(*fixed)];
	size_t n = 0;

	for (int c = 1; c < 256; c++)
		if (c != '/')
			*all++ = (char)c;
	names[n++] = bytes;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		names[n++] = fixed[i];
	if (chdir(argv[0]))
		fail("%s", argv[0]);
	for (size_t i = 0; i < n; i++) {
		char *p = map(4 * page, MAP_SHARED, create(names[i], 4 * page));

		write_pages(p, (i % 3 + 1) * page);
		tell_named("hostile", p, 4 * page, (i % 3 + 1) * page, names[i]);
	}
}

/* ---- kinds: swapped -------------------------------------------------------------- */

static void page_out(const char *kind, char *p, size_t size)
{
	struct object o = object_of(kind, (uintptr_t)p, size);
	long long swap = 0;

	for (int i = 0; i < 50 && swap < (long long)size; i++) {
		if (madvise(p, size, MADV_PAGEOUT))
			skip("MADV_PAGEOUT");
		swap = ask_smaps(p, "Swap");
		usleep(20 * 1000);
	}
	errno = EAGAIN;
	if (swap < (long long)size / 2)
		skip("only %lld bytes went to swap", swap);
	o.rss = o.pss = (long long)size - swap;
	o.swap = swap;
	tell(&o);
}

static void make_swap(char **argv)
{
	size_t size = pages(argv[0]);
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	write_pages(p, size);
	page_out("swap", p, size);
}

static void make_swap_shmem(char **argv)
{
	size_t size = pages(argv[0]);
	char *p = map_memfd("swapped", size);

	write_pages(p, size);
	page_out("swap-shmem", p, size);
}

/* ---- kinds: devices -------------------------------------------------------------- */

/* The ring of perf, which newer kernels map as bare frames; nothing is known of
 * its RSS but what smaps says. */
static void make_ring(char **argv)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
	};
	size_t size = (number(argv[0]) + 1) * page;
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
	char *p = fd < 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	struct object o = object_of("ring", (uintptr_t)p, size);

	if (p == MAP_FAILED)
		skip("a ring of perf");
	read_pages(p, size);
	tell(&o);
}

/* Frames of no page: the machine's ROM. Nobody's memory, although the tables name
 * them. */
static void make_pfn(char **argv)
{
	size_t size = pages(argv[0]);
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	char *p = MAP_FAILED;

	if (fd >= 0)
		p = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0xf0000);
	if (p == MAP_FAILED)
		skip("a map of /dev/mem");
	read_pages(p, size);
	tell_resident("pfn", getpid(), p, size, 0, 1);
}

/* ---- kinds: stacks and heaps ----------------------------------------------------- */

struct work {
	size_t size;
	uintptr_t at;
	pthread_barrier_t *ready;
};

/* An address within what was used; it stays resident when the frame is gone. */
static __attribute__((noinline)) uintptr_t use_stack(size_t size)
{
	char *p = __builtin_alloca(size + page);

	for (size_t i = size; i; i -= page)
		*(volatile char *)(p + i) = 1;
	return (uintptr_t)p + page;
}

static void *stay(void)
{
	for (;;)
		pause();
	return NULL;
}

static void tell_at_least(const char *kind, uintptr_t at, size_t size)
{
	struct object o = object_of(kind, at, 0);

	o.at_least = (long long)size;
	tell(&o);
}

static void make_stack(char **argv)
{
	size_t size = pages(argv[0]);

	tell_at_least("stack", use_stack(size), size);
}

static void *stack_thread(void *arg)
{
	struct work *work = arg;

	work->at = use_stack(work->size);
	pthread_barrier_wait(work->ready);
	return stay();
}

/* Many small pieces: one above the threshold would be a mapping of its own. */
static void *heap_thread(void *arg)
{
	enum {
		PIECE = 32 * 1024
	};
	struct work *work = arg;

	for (size_t n = 0; n < work->size; n += PIECE) {
		char *p = malloc(PIECE);

		if (!p)
			fail("malloc");
		memset(p, 1, PIECE);
		if (!work->at)
			work->at = (uintptr_t)p;
	}
	pthread_barrier_wait(work->ready);
	return stay();
}

static void start_threads(const char *kind, size_t n, size_t stack, size_t size,
			  void *(*run)(void *))
{
	static struct work works[THREADS_MAX];
	pthread_barrier_t ready;
	pthread_attr_t attr;
	pthread_t thread;

	if (n > THREADS_MAX || pthread_barrier_init(&ready, NULL, (unsigned)n + 1))
		fail("%zu threads", n);
	if (pthread_attr_init(&attr) || pthread_attr_setstacksize(&attr, stack))
		fail("a stack of %zu bytes", stack);
	for (size_t i = 0; i < n; i++) {
		works[i] = (struct work){ size, 0, &ready };
		if (pthread_create(&thread, &attr, run, &works[i]))
			fail("thread %zu", i);
	}
	pthread_barrier_wait(&ready);
	for (size_t i = 0; i < n; i++)
		tell_at_least(kind, works[i].at, size);
}

static void make_threads(char **argv)
{
	start_threads("thread-stack", number(argv[0]), pages(argv[1]), pages(argv[2]),
		      stack_thread);
}

static void make_arenas(char **argv)
{
	start_threads("arena", number(argv[0]), 256 * 1024, pages(argv[1]), heap_thread);
}

/* ---- kinds: processes ------------------------------------------------------------ */

/* argv[0] becomes the name; the other arguments are there to be read by others. */
static void make_name(char **argv)
{
	struct object o = object_of("name", 0, 0);

	prctl(PR_SET_NAME, argv[0]);
	o.name = argv[0];
	tell(&o);
}

static void make_zombie(char **argv)
{
	struct object o = object_of("zombie", 0, 0);
	siginfo_t info;

	o.pid = fork();
	if (o.pid < 0)
		fail("fork");
	if (!o.pid) {
		prctl(PR_SET_NAME, argv[0]);
		_exit(0);
	}
	waitid(P_PID, (id_t)o.pid, &info, WEXITED | WNOWAIT);
	o.name = argv[0];
	tell(&o);
}

/* Its owner may read of it what all may read, and no more. */
static void make_undumpable(char **argv)
{
	size_t size = pages(argv[0]);
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	write_pages(p, size);
	if (prctl(PR_SET_DUMPABLE, 0))
		fail("PR_SET_DUMPABLE");
	tell_resident("undumpable", getpid(), p, size, size, 1);
}

static void *hold_and_exit(void *unused)
{
	(void)unused;
	hold();
	exit(0);
}

/* The first thread is gone: a zombie by its name, with the memory of the others. */
static void make_leaderless(char **argv)
{
	size_t size = pages(argv[0]);
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	pthread_t thread;

	write_pages(p, size);
	tell_resident("leaderless", getpid(), p, size, size, 1);
	if (pthread_create(&thread, NULL, hold_and_exit, NULL))
		fail("a thread");
	pthread_exit(NULL);
}

static void short_life(size_t mappings)
{
	char *p = map_small((mappings + 1) * page, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	for (size_t i = 0; i < mappings; i++) {
		write_pages(p + i * page, page);
		if (i % 2)
			mprotect(p + i * page, page, PROT_READ);
	}
	_exit(0);
}

/*
 * argv[0] processes at a time that are born, map argv[1] pages and die, until the input
 * ends. How many there were is a second line.
 */
static void make_churn(char **argv)
{
	size_t wanted = number(argv[0]), mappings = number(argv[1]), alive = 0;
	pid_t parent = getpid(), pid;
	unsigned long born = 0;

	printf("]}\n");
	fflush(stdout);
	do {
		for (; alive < wanted; alive++, born++) {
			pid = fork();
			if (!pid) {
				die_with_parent(parent);
				prctl(PR_SET_NAME, "short-lived");
				short_life(mappings);
			}
			if (pid < 0)
				break;
		}
		while (alive && waitpid(-1, NULL, alive == wanted ? 0 : WNOHANG) > 0)
			alive--;
	} while (!input_ended(0));
	printf("%lu\n", born);
	exit(0);
}

static pid_t fork_as(pid_t pid)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&pid,
		.set_tid_size = 1,
	};

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/*
 * One of two that take turns under one PID: `small`, and `large`, which has `size` more.
 * Each takes its name when it is as large as it will be.
 */
static void live_as(bool large, size_t size, int ready)
{
	char byte = 1;

	if (large)
		write_pages(map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1), size);
	prctl(PR_SET_NAME, large ? "large" : "small");
	if (write(ready, &byte, 1) == 1)
		stay();
	_exit(EXIT_FAILURE);
}

static void live_a_turn(pid_t pid, bool large, size_t size, const int *ready)
{
	pid_t parent = getpid(), again = fork_as(pid);
	char byte;

	if (!again) {
		die_with_parent(parent);
		live_as(large, size, ready[1]);
	}
	if (again != pid || read(ready[0], &byte, 1) != 1)
		skip("a process with a PID of choice");
	usleep(4000);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void make_reuse(char **argv)
{
	size_t size = pages(argv[0]);
	struct object o = object_of("reuse", 0, 0);
	unsigned long turns = 0;
	int ready[2];

	o.pid = fork();
	if (!o.pid)
		_exit(0);
	if (o.pid < 0 || waitpid(o.pid, NULL, 0) != o.pid || pipe(ready))
		fail("fork");
	prctl(PR_SET_NAME, "between");
	live_a_turn(o.pid, false, size, ready);
	tell(&o);
	printf("]}\n");
	fflush(stdout);
	do
		live_a_turn(o.pid, turns++ % 2, size, ready);
	while (!input_ended(0));
	printf("%lu\n", turns);
	exit(0);
}

/* A mapping of which STEP more is written for each byte of input, as long as there is
 * room. */
static void make_grow(char **argv)
{
	size_t size = pages(argv[0]), touched = pages(argv[1]), step = pages(argv[2]);
	char *p = map_small(size, MAP_PRIVATE | MAP_ANONYMOUS, -1), byte;

	write_pages(p, touched);
	tell_resident("grow", getpid(), p, size, touched, 1);
	printf("]}\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) == 1) {
		if (size - touched < step)
			continue;
		write_pages(p + touched, step);
		touched += step;
	}
	exit(0);
}

/* ---- the register ---------------------------------------------------------------- */

static const struct {
	const char *kind;
	int nargs;
	void (*make)(char **argv);
	const char *usage;
} kinds[] = {
	{ "anon",       2, make_anon,       "SIZE TOUCHED"                    },
	{ "anon-name",  2, make_anon_name,  "NAME SIZE"                       },
	{ "arenas",     2, make_arenas,     "THREADS SIZE"                    },
	{ "churn",      2, make_churn,      "PROCESSES MAPPINGS"              },
	{ "cow",        3, make_cow,        "PATH SIZE TOUCHED"               },
	{ "deleted",    3, make_deleted,    "PATH SIZE TOUCHED"               },
	{ "dev-zero",   1, make_dev_zero,   "SIZE"                            },
	{ "file",       3, make_file,       "PATH SIZE TOUCHED"               },
	{ "forked",     2, make_forked,     "SIZE CHILDREN"                   },
	{ "grow",       3, make_grow,       "SIZE TOUCHED STEP"               },
	{ "guard",      1, make_guard,      "SIZE"                            },
	{ "hostile",    1, make_hostile,    "FOLDER"                          },
	{ "hugetlb",    2, make_hugetlb,    "private N | shared N CHILDREN"   },
	{ "ksm",        1, make_ksm,        "SIZE"                            },
	{ "leaderless", 1, make_leaderless, "SIZE"                            },
	{ "many",       1, make_many,       "MAPPINGS"                        },
	{ "memfd",      3, make_memfd,      "NAME SIZE TOUCHED"               },
	{ "mlock",      1, make_mlock,      "SIZE"                            },
	{ "name",       1, make_name,       "NAME [ARGUMENT...]"              },
	{ "pfn",        1, make_pfn,        "SIZE"                            },
	{ "reserve",    1, make_reserve,    "SIZE"                            },
	{ "reserved",   1, make_reserved,   "N"                               },
	{ "reuse",      1, make_reuse,      "SIZE"                            },
	{ "ring",       1, make_ring,       "PAGES"                           },
	{ "shared",     3, make_shared,     "SIZE TOUCHED CHILDREN"           },
	{ "stack",      1, make_stack,      "SIZE"                            },
	{ "swap",       1, make_swap,       "SIZE"                            },
	{ "swap-shmem", 1, make_swap_shmem, "SIZE"                            },
	{ "sysv",       1, make_sysv,       "SIZE"                            },
	{ "thp",        1, make_thp,        "N"                               },
	{ "thp-half",   1, make_thp_half,   "N"                               },
	{ "thp-zero",   1, make_thp_zero,   "N"                               },
	{ "threads",    3, make_threads,    "THREADS STACK TOUCHED"           },
	{ "undumpable", 1, make_undumpable, "SIZE"                            },
	{ "zero",       1, make_zero,       "SIZE"                            },
	{ "zombie",     1, make_zombie,     "NAME"                            },
};

static int usage(void)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		fprintf(stderr, "objects %s %s\n", kinds[i].kind, kinds[i].usage);
	return 2;
}

/* The page of the clock, which is a frame of no page, becomes resident. */
static void read_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
}

int main(int argc, char **argv)
{
	read_clock();
	page = (size_t)sysconf(_SC_PAGESIZE);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; argc > 1 && i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].kind, argv[1]))
			continue;
		if (argc - 2 < kinds[i].nargs)
			return usage();
		printf("{\"pid\":%d,\"page\":%zu,\"objects\":[", (int)getpid(), page);
		kinds[i].make(argv + 2);
		hold();
		return 0;
	}
	return usage();
}
