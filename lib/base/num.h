/* SPDX-License-Identifier: MIT */
/* num: strict numbers out of kernel text, and arithmetic that does not wrap. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "memlens.h"

/* The largest u64 that is a number; one above it is ML_NONE. */
#define ML_U64_MAX (UINT64_MAX - 1)

/* The whole slice is decimal digits. Too large for u64 saturates at ML_U64_MAX. */
bool ml_num_u64(struct ml_str s, uint64_t *ret);

/* As above with an optional minus; saturates at the ends of int64_t. */
bool ml_num_s64(struct ml_str s, int64_t *ret);

/* The whole slice is hexadecimal digits, with or without 0x. */
bool ml_num_hex(struct ml_str s, uint64_t *ret);

/* The whole slice is digits with at most one point and an optional minus: "12.34". No
 * exponent, infinity or NaN: the kernel prints none. */
bool ml_num_f64(struct ml_str s, double *ret);

/* Decimal digits at the front of `s`, taken off it. False with nothing taken when
 * none. */
bool ml_take_u64(struct ml_str *s, uint64_t *ret);

/* Unknown in, unknown out; otherwise saturating. */
uint64_t ml_add(uint64_t a, uint64_t b);
uint64_t ml_sub_sat(uint64_t a, uint64_t b); /* at 0 */
uint64_t ml_mul(uint64_t a, uint64_t b);

/* Unknown counts as nothing: for sums over whatever a kernel has. */
static inline uint64_t ml_or0(uint64_t v)
{
	return v == ML_NONE ? 0 : v;
}

/* A sum over what is known: an unknown part adds nothing, a sum of none is unknown. */
static inline uint64_t ml_sum(uint64_t sum, uint64_t part)
{
	return part == ML_NONE ? sum : ml_add(ml_or0(sum), part);
}

/* part / whole; NaN when either is unknown or the whole is 0. */
double ml_ratio(uint64_t part, uint64_t whole);

/* As a double; NaN when unknown. */
double ml_f64(uint64_t v);
