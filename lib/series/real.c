/* SPDX-License-Identifier: MIT */
/* real: square root, exponential and normal quantile without libm. */
#include "series/real.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LN2 0.69314718055994530942

/* 2^n for n of a normal double. */
static double two_to(int n)
{
	uint64_t bits = (uint64_t)(n + 1023) << 52;
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

double ml_sqrt(double v)
{
	uint64_t bits;
	double x;

	if (!(v > 0))
		return 0;
	if (isinf(v))
		return v;
	/* Half the exponent is a guess within some percent; each step doubles the
	 * digits. */
	memcpy(&bits, &v, sizeof(bits));
	bits = (bits >> 1) + ((uint64_t)1023 << 51);
	memcpy(&x, &bits, sizeof(x));
	for (int i = 0; i < 5; i++)
		x = 0.5 * (x + v / x);
	return x;
}

double ml_exp(double v)
{
	double r, term = 1, sum = 1;
	int n;

	if (!(v > -700))
		return 0;
	if (v > 700)
		return (double)INFINITY;
	n = (int)(v / LN2 + (v < 0 ? -0.5 : 0.5));
	r = v - n * LN2;
	for (int i = 1; i < 18; i++) {
		term *= r / i;
		sum += term;
	}
	return sum * two_to(n);
}

double ml_log(double v)
{
	double x, power, sum = 0;
	uint64_t bits;
	int n;

	if (!(v > 0) || isinf(v))
		return v > 0 ? v : -(double)INFINITY;
	memcpy(&bits, &v, sizeof(bits));
	n = (int)(bits >> 52) - 1023;
	v /= two_to(n);
	if (v > 1.5) {
		v /= 2;
		n++;
	}
	/* 2 artanh(x), of which |x| is at most a fifth */
	power = x = (v - 1) / (v + 1);
	for (int i = 1; i < 18; i += 2, power *= x * x)
		sum += 2 * power / i;
	return sum + n * LN2;
}

/* Abramowitz and Stegun, 26.2.23. */
double ml_normal_tail(double tail)
{
	double t;

	if (!(tail < 0.5))
		return 0;
	if (!(tail > 1e-40))
		tail = 1e-40;
	t = ml_sqrt(-2 * ml_log(tail));
	return t - (2.515517 + t * (0.802853 + t * 0.010328)) /
			   (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}
