/* SPDX-License-Identifier: MIT */
/* real: the few functions of libm that statistics need; the library links the C library
 * alone. */
#pragma once

/* `a` when either is NaN. */
static inline double ml_max(double a, double b)
{
	return b > a ? b : a;
}

static inline double ml_min(double a, double b)
{
	return b < a ? b : a;
}

/* 0 for what is not above 0. */
double ml_sqrt(double v);

/* e to the power of v, relative error below 1e-12; 0 below -700, infinite above 700. */
double ml_exp(double v);

/* The natural logarithm of a normal number, error below 1e-12; of 0 or less minus
 * infinity. */
double ml_log(double v);

/* How many standard deviations a normal value exceeds with probability `tail` (0 to 0.5),
 * absolute error below 5e-4. */
double ml_normal_tail(double tail);
