/* SPDX-License-Identifier: MIT */
/* test_wander: walks without an aim, and what returns, drifts or keeps what it took. */
#include "noise.h"
#include "series/wander.h"
#include "unit.h"

#define N 48
#define SEEDS 200

typedef double value_fn(double last, double x);

static double walk(double last, double x)
{
	(void)x;
	return last + noise();
}

static double noisy_line(double last, double x)
{
	(void)last;
	return 6 * x + noise();
}

static double drift(double last, double x)
{
	(void)x;
	return last + 0.8 + noise();
}

/* Rises now and then, and never falls. */
static double stairs(double last, double x)
{
	(void)x;
	return last + (even_noise() < 0.2 ? even_noise() : 0);
}

/* In how many of SEEDS series; the slope is that of the two ends. */
static int wandering(value_fn *value, size_t n)
{
	double t[N], v[N];
	int count = 0;

	for (uint32_t seed = 0; seed < SEEDS; seed++) {
		noise_state = seed * 104729;
		for (size_t i = 0; i < n; i++) {
			t[i] = (double)i * 60;
			v[i] = value(i ? v[i - 1] : 0, (double)i / N);
		}
		count += ml_wanders(t, v, n, (v[n - 1] - v[0]) / (t[n - 1] - t[0]));
	}
	return count;
}

static void test_all(void **state)
{
	(void)state;
	assert_in_range(wandering(walk, N), SEEDS * 85 / 100, SEEDS);
	assert_in_range(wandering(noisy_line, N), 0, SEEDS / 20);
	assert_in_range(wandering(drift, N), 0, SEEDS / 20);
	assert_int_equal(wandering(stairs, N), 0);
}

static void test_few(void **state)
{
	double t[N], v[N];

	(void)state;
	assert_int_equal(wandering(walk, 7), 0);
	for (size_t i = 0; i < N; i++) {
		t[i] = (double)i;
		v[i] = 3;
	}
	assert_false(ml_wanders(t, v, N, 0)); /* it does not move */
	for (size_t i = 0; i < N; i++)
		v[i] = i % 2 ? 3 : 4;
	assert_false(ml_wanders(t, v, N, 0)); /* it always returns */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
