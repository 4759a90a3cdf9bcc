/* SPDX-License-Identifier: MIT */
/* noise: numbers by chance that are the same on every run and machine. */
#pragma once

#include <stdint.h>

static uint32_t noise_state;

/* 0 to 1. */
static inline double even_noise(void)
{
	noise_state = noise_state * 1664525 + 1013904223;
	return (double)(noise_state >> 8) / (1 << 24);
}

/* About normal, standard deviation 1. */
static inline double noise(void)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += even_noise();
	return sum - 6;
}
