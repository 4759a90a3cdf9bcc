/* SPDX-License-Identifier: MIT */
/* sampler: a thread that samples. */
#include "top/sampler.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* Shots that wait for the other side. */
struct queue {
	struct shot *first, *last;
};

static void queue_put(struct queue *q, struct shot *shot)
{
	shot->next = NULL;
	if (q->last)
		q->last->next = shot;
	else
		q->first = shot;
	q->last = shot;
}

static struct shot *queue_take(struct queue *q)
{
	struct shot *shot = q->first;

	if (!shot)
		return NULL;
	q->first = shot->next;
	if (!q->first)
		q->last = NULL;
	return shot;
}

/* ---- what is wanted ---- */

/* A want that owns what it points to. */
struct wanted {
	struct want want;
	char *subject, *filter, *columns, *sort;
	uint64_t *fresh;
};

static void wanted_deinit(struct wanted *w)
{
	free(w->subject);
	free(w->filter);
	free(w->columns);
	free(w->sort);
	free(w->fresh);
}

static char *copy(const char *s)
{
	return s ? strdup(s) : NULL;
}

static void wanted_copy(const struct want *from, struct wanted *ret)
{
	size_t size = from->nfresh * sizeof(*ret->fresh);

	ret->want = *from;
	ret->want.subject = ret->subject = copy(from->subject);
	ret->want.filter = ret->filter = copy(from->filter);
	ret->want.columns = ret->columns = copy(from->columns);
	ret->want.sort = ret->sort = copy(from->sort);
	ret->want.fresh = ret->fresh = size ? malloc(size) : NULL;
	if (ret->fresh)
		memcpy(ret->fresh, from->fresh, size);
	else
		ret->want.nfresh = 0;
}

struct sampler {
	struct sampling *sampling; /* of the thread */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int fd;
	/* below: under the lock */
	bool over;
	struct wanted wanted;
	struct queue out;  /* for the screen */
	struct queue back; /* to be freed */
};

/* ---- the thread ---- */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Handed over as they are taken: what is quick does not wait for what is slow. */
static void hand_out(struct shot *shot, void *data)
{
	struct sampler *s = data;
	uint64_t one = 1;

	pthread_mutex_lock(&s->lock);
	queue_put(&s->out, shot);
	pthread_mutex_unlock(&s->lock);
	if (write(s->fd, &one, sizeof(one)) < 0) /* it is readable already */
		return;
}

/* With the lock held; returns with it held. */
static void free_returned(struct sampler *s)
{
	struct shot *shot;

	while ((shot = queue_take(&s->back))) {
		pthread_mutex_unlock(&s->lock);
		shot_free(shot);
		pthread_mutex_lock(&s->lock);
	}
}

static void wait_until(struct sampler *s, double at)
{
	struct timespec t;

	if (!(at < INFINITY)) {
		pthread_cond_wait(&s->changed, &s->lock);
		return;
	}
	t.tv_sec = (time_t)at;
	t.tv_nsec = (long)((at - (double)t.tv_sec) * 1e9);
	pthread_cond_timedwait(&s->changed, &s->lock, &t);
}

static void *run(void *data)
{
	struct sampler *s = data;
	double next = 0;

	pthread_mutex_lock(&s->lock);
	while (!s->over) {
		struct wanted wanted;

		free_returned(s);
		if (!s->wanted.want.panel) {
			wait_until(s, (double)INFINITY);
			continue;
		}
		wanted_copy(&s->wanted.want, &wanted);
		pthread_mutex_unlock(&s->lock);
		next = sampling_step(s->sampling, &wanted.want, now(), hand_out, s);
		pthread_mutex_lock(&s->lock);
		if (!s->over && s->wanted.want.change == wanted.want.change &&
		    !s->back.first)
			wait_until(s, next);
		wanted_deinit(&wanted);
	}
	free_returned(s);
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* ---- the other side ---- */

/* Signals are for the thread that draws. */
static int start_thread(struct sampler *s)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&s->thread, NULL, run, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return -rc;
}

int sampler_start(struct sampling *sampling, struct sampler **ret)
{
	struct sampler *s = calloc(1, sizeof(*s));
	pthread_condattr_t attr;
	int rc;

	if (!s) {
		sampling_close(sampling);
		return -ENOMEM;
	}
	s->sampling = sampling;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, &attr);
	pthread_condattr_destroy(&attr);
	s->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = s->fd < 0 ? -errno : start_thread(s);
	if (rc) {
		if (s->fd >= 0)
			close(s->fd);
		sampling_close(sampling);
		free(s);
		return rc;
	}
	*ret = s;
	return 0;
}

void sampler_stop(struct sampler *s)
{
	struct shot *shot;

	pthread_mutex_lock(&s->lock);
	s->over = true;
	pthread_cond_signal(&s->changed);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	while ((shot = queue_take(&s->out)) || (shot = queue_take(&s->back)))
		shot_free(shot);
	sampling_close(s->sampling);
	wanted_deinit(&s->wanted);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	close(s->fd);
	free(s);
}

void sampler_want(struct sampler *s, const struct want *want)
{
	struct wanted copied;

	wanted_copy(want, &copied);
	pthread_mutex_lock(&s->lock);
	wanted_deinit(&s->wanted);
	s->wanted = copied;
	pthread_cond_signal(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

int sampler_fd(const struct sampler *s)
{
	return s->fd;
}

struct shot *sampler_take(struct sampler *s)
{
	struct shot *shot;
	uint64_t n;

	pthread_mutex_lock(&s->lock);
	shot = queue_take(&s->out);
	if (!shot && read(s->fd, &n, sizeof(n)) < 0)
		n = 0; /* nothing was written: it is empty */
	pthread_mutex_unlock(&s->lock);
	return shot;
}

void sampler_release(struct sampler *s, struct shot *shot)
{
	if (!shot)
		return;
	pthread_mutex_lock(&s->lock);
	queue_put(&s->back, shot);
	pthread_mutex_unlock(&s->lock);
}
