/* SPDX-License-Identifier: MIT */
/* trails: what one column of a table was in the last minutes, for each of its rows. */
#include "top/trails.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Two rings: a value a second for five minutes, one per 15 s for an hour. */
#define FINE_STEP 1.0
#define FINE_COUNT 300
#define COARSE_STEP 15.0
#define COARSE_COUNT 240
#define ROWS_MAX 2048

struct trail {
	uint64_t name;                /* 0: free */
	long long fine_at, coarse_at; /* the slots written last */
	float fine[FINE_COUNT], coarse[COARSE_COUNT];
};

struct trails {
	double since;                     /* 0: no value yet */
	struct trail *rows[2 * ROWS_MAX]; /* open addressing */
	size_t n;
};

struct trails *trails_new(void)
{
	return calloc(1, sizeof(struct trails));
}

void trails_free(struct trails *trails)
{
	if (!trails)
		return;
	for (size_t i = 0; i < 2 * ROWS_MAX; i++)
		free(trails->rows[i]);
	free(trails);
}

/* Where the row is, or where it would be. */
static size_t find(const struct trails *trails, uint64_t name)
{
	size_t i = (size_t)((name * 0x9e3779b97f4a7c15ull) >> 40) % (2 * ROWS_MAX);

	while (trails->rows[i] && trails->rows[i]->name != name)
		i = (i + 1) % (2 * ROWS_MAX);
	return i;
}

static void trail_clear(struct trail *t)
{
	t->fine_at = t->coarse_at = -1;
	for (size_t i = 0; i < FINE_COUNT; i++)
		t->fine[i] = NAN;
	for (size_t i = 0; i < COARSE_COUNT; i++)
		t->coarse[i] = NAN;
}

static struct trail *trail_new(uint64_t name)
{
	struct trail *t = malloc(sizeof(*t));

	if (!t)
		return NULL;
	t->name = name;
	trail_clear(t);
	return t;
}

/* Slots that were passed over without a value have none. */
static void write_slot(float *ring, size_t count, long long *last, long long slot,
		       double value)
{
	long long from = *last + 1;

	if (slot < *last) {
		if (slot > *last - (long long)count)
			ring[slot % (long long)count] = (float)value;
		return;
	}
	if (*last < 0 || slot - *last > (long long)count)
		from = slot - (long long)count + 1;

	for (long long i = from < 0 ? 0 : from; i < slot; i++)
		ring[i % (long long)count] = NAN;
	ring[slot % (long long)count] = (float)value;
	*last = slot;
}

void trails_put(struct trails *trails, uint64_t name, double at, double value)
{
	const long long coarse = (long long)(at / COARSE_STEP);
	size_t i = find(trails, name);
	struct trail *t = trails->rows[i];

	if (!(trails->since > 0) || at < trails->since)
		trails->since = at;
	if (!t) {
		if (trails->n >= ROWS_MAX)
			return;
		t = trails->rows[i] = trail_new(name);
		if (!t)
			return;
		trails->n++;
	}
	if (coarse <= t->coarse_at - COARSE_COUNT)
		trail_clear(t); /* a time long before */
	write_slot(t->fine, FINE_COUNT, &t->fine_at, (long long)(at / FINE_STEP), value);
	write_slot(t->coarse, COARSE_COUNT, &t->coarse_at, coarse, value);
}

double trails_since(const struct trails *trails)
{
	return trails->since;
}

/* What stands behind a gap in the table is found no more: all are put in again. */
void trails_sweep(struct trails *trails, double at)
{
	struct trail **old;
	const long long now = (long long)(at / COARSE_STEP);

	if (trails->n < ROWS_MAX / 2)
		return;
	old = calloc(2 * ROWS_MAX, sizeof(*old));
	if (!old)
		return;
	memcpy(old, trails->rows, sizeof(trails->rows));
	memset(trails->rows, 0, sizeof(trails->rows));
	for (size_t i = 0; i < 2 * ROWS_MAX; i++) {
		if (!old[i])
			continue;
		if (llabs(old[i]->coarse_at - now) > COARSE_COUNT) {
			free(old[i]);
			trails->n--;
		} else {
			trails->rows[find(trails, old[i]->name)] = old[i];
		}
	}
	free(old);
}

/* The last value known within the slots (from, to]. */
static double last_in(const float *ring, size_t count, long long last, long long from,
		      long long to)
{
	long long oldest = last - (long long)count;

	for (long long i = to < last ? to : last; i > from && i > oldest && i >= 0; i--)
		if (!isnan(ring[i % (long long)count]))
			return (double)ring[i % (long long)count];
	return (double)NAN;
}

bool trails_get(const struct trails *trails, uint64_t name, double at, double seconds,
		size_t n, double *ret)
{
	const struct trail *t = trails ? trails->rows[find(trails, name)] : NULL;
	double part = seconds / (double)n;

	if (!t)
		return 0;
	for (size_t i = 0; i < n; i++) {
		double from = at - seconds + part * (double)i, to = from + part;

		ret[i] = last_in(t->fine, FINE_COUNT, t->fine_at,
				 (long long)(from / FINE_STEP),
				 (long long)(to / FINE_STEP));
		if (isnan(ret[i]))
			ret[i] = last_in(t->coarse, COARSE_COUNT, t->coarse_at,
					 (long long)(from / COARSE_STEP),
					 (long long)(to / COARSE_STEP));
		if (isnan(ret[i]) && i > 0)
			ret[i] = ret[i - 1]; /* between two samples */
	}
	return 1;
}
