/* SPDX-License-Identifier: MIT */
/* trace: tracepoints of all processors as they fire, through perf_event_open(2). */
#include "probe/trace.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* All rings together, and one of them. What perf_event_mlock_kb (516) lets anybody lock
 * per processor is less than the most. */
#define RINGS_MAX (32u << 20)
#define RING_MAX (1u << 20)
#define RING_ALLOWED (512u << 10)
#define RING_MIN (32u << 10)

struct ring {
	int cpu;
	int *fds; /* [nids], -1: not open; the first owns the ring */
	struct perf_event_mmap_page *page;
};

struct ml_trace {
	struct ring *rings;
	struct pollfd *polls;
	size_t nrings;
	size_t nids;
	size_t size; /* of the data of a ring */
	size_t page_size;
};

static int open_event(uint64_t id, int cpu, bool owner, size_t size)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = id,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_RAW,
		.disabled = 1,
		.comm = owner, /* names of what is started meanwhile */
		.sample_id_all = 1,
		.watermark = 1,
		.wakeup_watermark = (uint32_t)(size / 4),
		.use_clockid = 1, /* ours, so that we know what has been written */
		.clockid = CLOCK_MONOTONIC,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1,
			      PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int map_ring(const struct ml_trace *t, struct ring *ring)
{
	void *at = mmap(NULL, t->page_size + t->size, PROT_READ | PROT_WRITE, MAP_SHARED,
			ring->fds[0], 0);

	if (at == MAP_FAILED)
		return -errno;
	ring->page = at;
	return 0;
}

/* -ENODEV from a processor that is off: it has no ring. */
static int open_ring(const struct ml_trace *t, const uint64_t *ids, struct ring *ring)
{
	int rc = 0;

	ring->fds = malloc(t->nids * sizeof(*ring->fds));
	if (!ring->fds)
		return -ENOMEM;
	for (size_t i = 0; i < t->nids; i++)
		ring->fds[i] = -1;
	for (size_t i = 0; i < t->nids && !rc; i++) {
		int fd = open_event(ids[i], ring->cpu, i == 0, t->size);

		if (fd < 0)
			return fd;
		ring->fds[i] = fd;
		if (i == 0)
			rc = map_ring(t, ring);
		else if (ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, ring->fds[0]))
			rc = -errno;
	}
	return rc;
}

static void close_ring(const struct ml_trace *t, struct ring *ring)
{
	if (ring->page)
		munmap(ring->page, t->page_size + t->size);
	for (size_t i = 0; ring->fds && i < t->nids; i++)
		if (ring->fds[i] >= 0)
			close(ring->fds[i]);
	free(ring->fds);
	*ring = (struct ring){ 0 };
}

static void each_event(struct ml_trace *t, unsigned long request)
{
	for (size_t i = 0; i < t->nrings; i++)
		for (size_t e = 0; e < t->nids; e++)
			ioctl(t->rings[i].fds[e], request, 0);
}

/* A power of two of pages, less for each where there are many. */
static size_t ring_size(size_t ncpus, size_t max, size_t page_size)
{
	size_t size = max;

	while (size > RING_MIN && size * ncpus > RINGS_MAX)
		size /= 2;
	return size > page_size ? size : page_size;
}

static int open_rings(struct ml_trace *t, const uint64_t *ids, int ncpus)
{
	for (int cpu = 0; cpu < ncpus; cpu++) {
		struct ring *ring = &t->rings[t->nrings];
		int rc;

		ring->cpu = cpu;
		rc = open_ring(t, ids, ring);
		if (rc)
			close_ring(t, ring);
		if (rc == -ENODEV)
			continue;
		if (rc)
			return rc;
		t->polls[t->nrings++] =
			(struct pollfd){ .fd = ring->fds[0], .events = POLLIN };
	}
	return t->nrings ? 0 : -ENODEV;
}

static int open_with(const uint64_t *ids, size_t nids, size_t max, struct ml_trace **ret)
{
	long ncpus = sysconf(_SC_NPROCESSORS_CONF);
	struct ml_trace *t = calloc(1, sizeof(*t));
	int rc;

	if (!t)
		return -ENOMEM;
	ncpus = ncpus < 1 ? 1 : ncpus;
	t->nids = nids;
	t->page_size = (size_t)sysconf(_SC_PAGESIZE);
	t->size = ring_size((size_t)ncpus, max, t->page_size);
	t->rings = calloc((size_t)ncpus, sizeof(*t->rings));
	t->polls = calloc((size_t)ncpus, sizeof(*t->polls));
	rc = t->rings && t->polls ? open_rings(t, ids, (int)ncpus) : -ENOMEM;
	if (rc) {
		ml_trace_close(t);
		return rc;
	}
	each_event(t, PERF_EVENT_IOC_ENABLE);
	*ret = t;
	return 0;
}

int ml_trace_open(const uint64_t *ids, size_t nids, struct ml_trace **ret)
{
	int rc = open_with(ids, nids, RING_MAX, ret);

	return rc == -EPERM ? open_with(ids, nids, RING_ALLOWED, ret) : rc;
}

void ml_trace_close(struct ml_trace *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->nrings; i++)
		close_ring(t, &t->rings[i]);
	free(t->rings);
	free(t->polls);
	free(t);
}

void ml_trace_stop(struct ml_trace *t)
{
	each_event(t, PERF_EVENT_IOC_DISABLE);
}

int ml_trace_wait(struct ml_trace *t, int ms)
{
	return poll(t->polls, t->nrings, ms) < 0 ? -errno : 0;
}

size_t ml_trace_nrings(const struct ml_trace *t)
{
	return t->nrings;
}

/* The kernel writes data, then the head; we read the head, then data, then write the
 * tail (include/uapi/linux/perf_event.h). */
void ml_trace_look(struct ml_trace *t, size_t i, struct ml_trace_ring *ret)
{
	struct perf_event_mmap_page *page = t->rings[i].page;

	*ret = (struct ml_trace_ring){
		.data = (const char *)page + t->page_size,
		.size = t->size,
		.head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE),
		.tail = page->data_tail,
	};
}

void ml_trace_done(struct ml_trace *t, size_t i, uint64_t tail)
{
	__atomic_store_n(&t->rings[i].page->data_tail, tail, __ATOMIC_RELEASE);
}
