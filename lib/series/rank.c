/* SPDX-License-Identifier: MIT */
/* rank: sorting and selecting numbers. */
#include "series/rank.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void ml_sort_f64(double *v, size_t n)
{
	if (n > 1)
		qsort(v, n, sizeof(*v), ascending);
}

static void swap(double *a, double *b)
{
	double was = *a;

	*a = *b;
	*b = was;
}

static double middle_of(double a, double b, double c)
{
	if (a > b)
		swap(&a, &b);
	return c < a ? a : c > b ? b : c;
}

/* Hoare's selection: afterwards v[k] is as if sorted, with nothing larger before it and
 * nothing smaller behind it. */
static void select_kth(double *v, size_t n, size_t k)
{
	ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, want = (ptrdiff_t)k;

	while (low < high) {
		double pivot = middle_of(v[low], v[low + (high - low) / 2], v[high]);
		ptrdiff_t i = low, j = high;

		while (i <= j) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i <= j)
				swap(&v[i++], &v[j--]);
		}
		if (want <= j)
			high = j;
		else if (want >= i)
			low = i;
		else
			return;
	}
}

double ml_quantile(double *v, size_t n, double q)
{
	double place = (double)(n ? n - 1 : 0) * q, next;
	size_t k = (size_t)place;

	if (!n)
		return (double)NAN;
	select_kth(v, n, k);
	if (k + 1 == n || place == (double)k)
		return v[k];
	next = v[k + 1];
	for (size_t i = k + 2; i < n; i++)
		if (v[i] < next)
			next = v[i];
	return v[k] + (next - v[k]) * (place - (double)k);
}
