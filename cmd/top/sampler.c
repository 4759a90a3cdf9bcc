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

struct sampler {
	struct sampling *sampling; /* of the thread */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int fd;
	/* below: under the lock */
	bool over;
	struct want want;  /* owns its strings */
	struct queue out;  /* for the screen */
	struct queue back; /* to be freed */
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

static void want_deinit(struct want *w)
{
	free((char *)w->subject);
	free((char *)w->filter);
	free((char *)w->columns);
	free((char *)w->sort);
	free((uint64_t *)w->fresh);
}

static char *copy(const char *s)
{
	return s ? strdup(s) : NULL;
}

static void want_copy(const struct want *from, struct want *ret)
{
	uint64_t *fresh = from->nfresh ? malloc(from->nfresh * sizeof(*fresh)) : NULL;

	*ret = *from;
	ret->subject = copy(from->subject);
	ret->filter = copy(from->filter);
	ret->columns = copy(from->columns);
	ret->sort = copy(from->sort);
	if (fresh)
		memcpy(fresh, from->fresh, from->nfresh * sizeof(*fresh));
	ret->fresh = fresh;
	ret->nfresh = fresh ? from->nfresh : 0;
}

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
		struct want want;

		free_returned(s);
		if (!s->want.panel) {
			wait_until(s, (double)INFINITY);
			continue;
		}
		want_copy(&s->want, &want);
		pthread_mutex_unlock(&s->lock);
		next = sampling_step(s->sampling, &want, now(), hand_out, s);
		pthread_mutex_lock(&s->lock);
		if (!s->over && s->want.change == want.change && !s->back.first)
			wait_until(s, next);
		want_deinit(&want);
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
	want_deinit(&s->want);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	close(s->fd);
	free(s);
}

void sampler_want(struct sampler *s, const struct want *want)
{
	struct want copied;

	want_copy(want, &copied);
	pthread_mutex_lock(&s->lock);
	want_deinit(&s->want);
	s->want = copied;
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
