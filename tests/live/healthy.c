/* SPDX-License-Identifier: MIT */
/*
 * healthy KIND [OPTION VALUE]...: a process whose memory moves and that leaks nothing.
 * Says "READY PID" and goes on until standard input ends or the parent dies.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include "turns.h"

static void turn_idle(const struct plan *p, double t)
{
	(void)p, (void)t;
}

static void turn_noisy(const struct plan *p, double t)
{
	(void)t;
	make_noise(p);
}

/* To its cap, and then one thing out for each that comes. */
static void turn_cache(const struct plan *p, double t)
{
	static struct pool pool;

	resize_pool(&pool, least_of(p->cap, due(p, t)));
	if (pool.bytes + MOST_BLOCK >= p->cap)
		churn_pool(&pool, p->cap / 64);
}

/* Each turn takes its share of what is missing. */
static void turn_warm(const struct plan *p, double t)
{
	static struct pool pool;
	static double level, last;

	level += (t - last) / (double)p->period * ((double)p->cap - level);
	last = t;
	resize_pool(&pool, (size_t)level);
}

/* Pages of one region are in use up to `size`; the rest is given back. */
static void resize_region(size_t most, size_t size)
{
	static char *region;
	static size_t used;

	if (!region)
		region = map_small(most, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	size &= ~(page - 1);
	if (size > used)
		write_pages(region + used, size - used);
	else if (size < used)
		madvise(region + size, used - size, MADV_DONTNEED);
	used = size;
}

static double phase(const struct plan *p, double t)
{
	double turns = t / (double)p->period;

	return turns - (double)(size_t)turns;
}

/* Garbage up to the cap, of which an eighth survives each collection. */
static void turn_gc(const struct plan *p, double t)
{
	double live = (double)p->cap / 8;

	resize_region(p->cap, (size_t)(live + ((double)p->cap - live) * phase(p, t)));
}

/* Days of a load: up for a half, and down again. */
static void turn_cycle(const struct plan *p, double t)
{
	double x = 2 * phase(p, t), up = x < 1 ? x : 2 - x;

	resize_region(p->cap, (size_t)((double)p->cap * (0.2 + 0.8 * up)));
}

/* So much at once, for good. */
static void turn_once(const struct plan *p, double t)
{
	resize_region(p->cap, t < (double)p->delay ? page : p->cap);
}

/* A child at each turn, which needs memory and ends after a while. */
static void turn_server(const struct plan *p, double t)
{
	pid_t parent = getpid();

	(void)t;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	switch (fork()) {
	case -1:
		skip("fork");
	case 0:
		die_with_parent(parent);
		write_pages(map_small(p->cap, MAP_PRIVATE | MAP_ANONYMOUS, -1), p->cap);
		pause_ms((long)p->period * 1000);
		_exit(0);
	}
}

static void close_some(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
}

/* Connections that come and go. */
static void turn_clients(const struct plan *p, double t)
{
	static int fds[1024];
	static size_t n;
	size_t wanted = random_below(least_of(p->cap, 1024) + 1);

	(void)t;
	if (wanted < n)
		close_some(fds + wanted, n - wanted);
	for (; n < wanted; n++) {
		fds[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fds[n] < 0)
			skip("%zu sockets", n);
	}
	n = wanted;
}

static const struct kind kinds[] = {
	{ "cache",   turn_cache,   { .rate = MIB, .cap = 24 * MIB, .every = 100 } },
	{ "clients", turn_clients, { .cap = 200, .every = 100 } },
	{ "cycle",   turn_cycle,   { .cap = 32 * MIB, .period = 50, .every = 100 } },
	{ "gc",      turn_gc,      { .cap = 64 * MIB, .period = 20, .every = 100 } },
	{ "idle",    turn_idle,    { .every = 1000 } },
	{ "noisy",   turn_noisy,   { .cap = 16 * MIB, .every = 250 } },
	{ "once",    turn_once,    { .cap = 32 * MIB, .delay = 90, .every = 100 } },
	{ "server",  turn_server,  { .cap = 4 * MIB, .period = 1, .every = 250 } },
	{ "warm",    turn_warm,    { .cap = 48 * MIB, .period = 15, .every = 100 } },
};

int main(int argc, char **argv)
{
	return take_turns(argc, argv, kinds, sizeof(kinds) / sizeof(*kinds));
}
