/* SPDX-License-Identifier: MIT */
/* self: what the program itself takes. */
#include "top/self.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define EVERY 2.0

static const struct ml_col size_col = { .type = ML_TYPE_U64, .unit = ML_UNIT_BYTES };
static const struct ml_col share_col = { .type = ML_TYPE_F64, .unit = ML_UNIT_RATIO };

static double wall_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static double cpu_now(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/* Unknown where /proc is not to be had. */
static struct ml_value rss_now(void)
{
	struct ml_value v = { .type = ML_TYPE_U64 };
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long long size, rss;

	if (!f)
		return v;
	v.known = fscanf(f, "%llu %llu", &size, &rss) == 2;
	if (v.known)
		v.u64 = rss * (uint64_t)sysconf(_SC_PAGESIZE);
	fclose(f);
	return v;
}

void self_start(struct self *self)
{
	*self = (struct self){ .wall = wall_now(), .cpu = cpu_now() };
}

const char *self_measure(struct self *self, const struct style *style)
{
	double wall = wall_now(), cpu;
	char size[CELL_MAX], share[CELL_MAX];
	struct ml_value rss, busy = { .type = ML_TYPE_F64, .known = true };

	if (wall - self->wall < EVERY)
		return *self->text ? self->text : NULL;
	cpu = cpu_now();
	rss = rss_now();
	busy.f64 = (cpu - self->cpu) / (wall - self->wall);
	cell_number(&size_col, &rss, style->scale, size);
	cell_number(&share_col, &busy, style->scale, share);
	snprintf(self->text, sizeof(self->text), "self %s %s", size, share);
	self->wall = wall;
	self->cpu = cpu;
	return self->text;
}
