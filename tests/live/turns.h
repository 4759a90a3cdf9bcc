/* SPDX-License-Identifier: MIT */
/* turns: what the programs have in common that take memory bit by bit: options, turns at
 * a steady rate, and blocks of malloc. */
#pragma once

#include "maker.h"

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)
#define MOST_BLOCK (16 * KIB)

struct plan {
	size_t rate;    /* bytes or things a second */
	size_t cap;     /* bytes or things that are kept for good reason */
	size_t period;  /* seconds */
	size_t delay;   /* seconds until it begins */
	size_t threads;
	size_t every;   /* milliseconds between two turns */
	const char *dir;
};

/* One turn, `t` seconds after the start. */
typedef void turn_fn(const struct plan *p, double t);

static inline double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* How much has to be lost by now. */
static inline size_t due(const struct plan *p, double t)
{
	double since = t - (double)p->delay;

	return since > 0 ? (size_t)((double)p->rate * since) : 0;
}

static inline size_t least_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* ---- blocks of malloc ------------------------------------------------------------ */

/* A thread's own, so that none waits for another. */
static _Thread_local uint64_t random_state = 1;

static inline size_t random_below(size_t n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(random_state >> 33) % n;
}

static inline char *take_block(size_t size)
{
	char *p = malloc(size);

	if (!p)
		fail("malloc");
	memset(p, 0x5a, size);
	__asm__ volatile("" ::"r"(p) : "memory"); /* or it would not be made at all */
	return p;
}

/* What is known and given back one day. */
struct pool {
	struct block {
		char *p;
		size_t size;
	} * blocks;
	size_t n, room, bytes;
};

static inline void add_block(struct pool *pool)
{
	size_t size = 256 + random_below(MOST_BLOCK - 256);

	if (pool->n == pool->room) {
		pool->room = pool->room ? pool->room * 2 : 1024;
		pool->blocks =
			reallocarray(pool->blocks, pool->room, sizeof(*pool->blocks));
		if (!pool->blocks)
			fail("a pool");
	}
	pool->blocks[pool->n++] = (struct block){ take_block(size), size };
	pool->bytes += size;
}

static inline void drop_block(struct pool *pool)
{
	struct block *b = &pool->blocks[random_below(pool->n)];

	free(b->p);
	pool->bytes -= b->size;
	*b = pool->blocks[--pool->n];
}

/* To `bytes`, or a block less. */
static inline void resize_pool(struct pool *pool, size_t bytes)
{
	while (pool->bytes + MOST_BLOCK < bytes)
		add_block(pool);
	while (pool->n && pool->bytes > bytes)
		drop_block(pool);
}

/* A part of it makes place for others. */
static inline void churn_pool(struct pool *pool, size_t bytes)
{
	size_t left = pool->bytes;

	resize_pool(pool, left > bytes ? left - bytes : 0);
	resize_pool(pool, left);
}

/* A load that comes and goes: between half of the cap and all of it. */
static inline void make_noise(const struct plan *p)
{
	static struct pool pool;

	resize_pool(&pool, p->cap / 2 + random_below(p->cap / 2 + 1));
}

/* ---- going on -------------------------------------------------------------------- */

struct kind {
	const char *name;
	turn_fn *turn;
	struct plan plan; /* unless options say otherwise */
};

static inline int no_kind(const struct kind *kinds, size_t n)
{
	fprintf(stderr, "KIND [--rate N] [--cap N] [--period S] [--delay S] "
			"[--threads N] [--every MS] [--dir DIR]\n");
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "%s\n", kinds[i].name);
	return 2;
}

static inline bool set_option(struct plan *p, const char *name, const char *value)
{
	const struct {
		const char *name;
		size_t *at;
	} numbers[] = {
		{ "--rate",    &p->rate    },
		{ "--cap",     &p->cap     },
		{ "--period",  &p->period  },
		{ "--delay",   &p->delay   },
		{ "--threads", &p->threads },
		{ "--every",   &p->every   },
	};

	if (!strcmp(name, "--dir")) {
		p->dir = value;
		return true;
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (!strcmp(numbers[i].name, name)) {
			*numbers[i].at = number(value);
			return true;
		}
	return false;
}

static inline void go_on(const struct kind *kind)
{
	double start = seconds();

	printf("READY %d\n", (int)getpid());
	fflush(stdout);
	do
		kind->turn(&kind->plan, seconds() - start);
	while (!input_ended((int)kind->plan.every));
}

static inline int take_turns(int argc, char **argv, const struct kind *kinds, size_t n)
{
	page = (size_t)sysconf(_SC_PAGESIZE);
	die_with_parent(getppid());
	raise_files();
	random_state = (uint64_t)getpid();
	for (size_t i = 0; argc > 1 && argc % 2 == 0 && i < n; i++) {
		struct kind kind = kinds[i];

		if (strcmp(kind.name, argv[1]))
			continue;
		for (int k = 2; k < argc; k += 2)
			if (!set_option(&kind.plan, argv[k], argv[k + 1]))
				return no_kind(kinds, n);
		go_on(&kind);
		return 0;
	}
	return no_kind(kinds, n);
}
