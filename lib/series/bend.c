/* SPDX-License-Identifier: MIT */
/* bend: least squares of v = a + rest t - c e(t), where e falls ever more slowly by an
 * unknown length; all lengths that the data allow are asked. */
#include "series/bend.h"

#include <math.h>

#include "series/real.h"

#define LENGTHS 46
/* What is looked for within the record: a longer decay is as good as a line in it. */
#define SHORTEST 0.02
#define LONGEST 0.5
/* Longer, and a good part of the rate is left at the end of the record. */
#define LOG_SHORTEST 0.005
#define LOG_LONGEST 0.05
#define KNEE_STEP 0.02
#define WIDTH 2.0 /* standard deviations of `low` */

/* Sums of squares and products about the means, time as a share of the record. */
struct moments {
	double tt, tv, vv, te, ee, ev;
};

struct fit {
	double rest, c, sse;
	double weight; /* of the evidence for `rest` */
};

static double shape(enum ml_bend_kind kind, double t, double length)
{
	if (kind == ML_BEND_DECAY)
		return ml_exp(-t / length);
	if (kind == ML_BEND_LOG)
		return -ml_log(1 + t / length);
	return t < length ? length - t : 0;
}

/* Of LENGTHS lengths by equal ratios. */
static double between(double from, double to, size_t i)
{
	return from * ml_exp(ml_log(to / from) * (double)i / (LENGTHS - 1));
}

static double length_of(enum ml_bend_kind kind, size_t i)
{
	if (kind == ML_BEND_KNEE)
		return KNEE_STEP * (double)(i + 2);
	if (kind == ML_BEND_LOG)
		return between(LOG_SHORTEST, LOG_LONGEST, i);
	return between(SHORTEST, LONGEST, i);
}

static double mean_of(const double *v, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i] / (double)n;
	return sum;
}

static struct moments moments_of(const double *t, const double *v, const double *e,
				 size_t n)
{
	double t0 = mean_of(t, n), v0 = mean_of(v, n), e0 = mean_of(e, n);
	struct moments m = { 0 };

	for (size_t i = 0; i < n; i++) {
		double x = t[i] - t0, y = v[i] - v0, z = e[i] - e0;

		m.tt += x * x;
		m.tv += x * y;
		m.vv += y * y;
		m.te += x * z;
		m.ee += z * z;
		m.ev += z * y;
	}
	return m;
}

static struct fit line(const struct moments *m)
{
	double slope = m->tv / m->tt;

	return (struct fit){ slope, 0, ml_max(m->vv - slope * m->tv, 0), m->tt };
}

/* A curve that bends upwards is none of ours: then the line. */
static struct fit curve(const struct moments *m)
{
	double det = m->tt * m->ee - m->te * m->te, rest, c;

	if (!(det > 1e-12 * m->tt * m->ee))
		return line(m);
	rest = (m->tv * m->ee - m->ev * m->te) / det;
	c = (m->ev * m->tt - m->tv * m->te) / det;
	if (c >= 0)
		return line(m);
	return (struct fit){ rest, c, ml_max(m->vv - rest * m->tv - c * m->ev, 0),
			     m->tt - m->te * m->te / m->ee };
}

/* The variance about the fit, larger where neighbours are alike. */
static double variance(const double *t, const double *v, const double *e, size_t n,
		       const struct fit *f, const struct moments *m)
{
	double t0 = mean_of(t, n), v0 = mean_of(v, n), e0 = mean_of(e, n);
	double last = 0, all = 0, neighbours = 0, rho;

	for (size_t i = 0; i < n; i++) {
		double r = v[i] - v0 - f->rest * (t[i] - t0) - f->c * (e[i] - e0);

		all += r * r;
		neighbours += i ? r * last : 0;
		last = r;
	}
	rho = all > 0 ? ml_min(ml_max(neighbours / all, 0), 0.9) : 0;
	/* Rounding is not to be taken for a perfect fit. */
	return ml_max(all, 1e-12 * m->vv) / (double)(n - 4) * (1 + rho) / (1 - rho);
}

/* The least slope within WIDTH of the best fit, if the curve were `f`. */
static double least_rest(const struct fit *f, const struct fit *best, double var)
{
	double room = WIDTH * WIDTH * var - (f->sse - best->sse);

	return room < 0 ? (double)INFINITY : f->rest - ml_sqrt(room / f->weight);
}

/* Of a logarithm the time in which its rate falls by e grows; that of the end. */
static double time_of(enum ml_bend_kind kind, double length)
{
	return kind == ML_BEND_LOG ? 1 + length : length;
}

void ml_bend_of(const struct ml_floor *f, enum ml_bend_kind kind, struct ml_bend *ret)
{
	double t[ML_FLOOR_MOST], e[ML_FLOOR_MOST], span = f->t[f->n - 1] - f->t[0], var;
	struct fit fits[LENGTHS], straight, *best = fits;
	struct moments m;

	for (size_t i = 0; i < f->n; i++)
		t[i] = (f->t[i] - f->t[0]) / span;
	for (size_t k = 0; k < LENGTHS; k++) {
		for (size_t i = 0; i < f->n; i++)
			e[i] = shape(kind, t[i], length_of(kind, k));
		m = moments_of(t, f->v, e, f->n);
		fits[k] = curve(&m);
		if (fits[k].sse < best->sse)
			best = &fits[k];
	}
	straight = line(&m);
	for (size_t i = 0; i < f->n; i++)
		e[i] = shape(kind, t[i], length_of(kind, (size_t)(best - fits)));
	var = variance(t, f->v, e, f->n, best, &m);
	*ret = (struct ml_bend){
		.gain = var > 0 ? (straight.sse - best->sse) / var : 0,
		.left = best->sse,
		.at = span * time_of(kind, length_of(kind, (size_t)(best - fits))),
		.rest = best->rest / span,
		.low = least_rest(&straight, best, var),
	};
	for (size_t k = 0; k < LENGTHS; k++)
		ret->low = ml_min(ret->low, least_rest(&fits[k], best, var));
	ret->low /= span;
}
