/* SPDX-License-Identifier: MIT */
/* num: strict numbers out of kernel text, and arithmetic that does not wrap. */
#include "base/num.h"

#include <math.h>

#include "base/str.h"

bool ml_take_u64(struct ml_str *s, uint64_t *ret)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < s->n; i++) {
		unsigned d = (unsigned char)s->p[i] - '0';

		if (d > 9)
			break;
		if (v > (ML_U64_MAX - d) / 10)
			v = ML_U64_MAX;
		else
			v = v * 10 + d;
	}
	if (!i)
		return false;
	*s = ml_str_skip(*s, i);
	*ret = v;
	return true;
}

bool ml_num_u64(struct ml_str s, uint64_t *ret)
{
	uint64_t v;

	if (!ml_take_u64(&s, &v) || s.n)
		return false;
	*ret = v;
	return true;
}

bool ml_num_s64(struct ml_str s, int64_t *ret)
{
	bool minus = s.n && s.p[0] == '-';
	uint64_t v;

	if (!ml_num_u64(minus ? ml_str_skip(s, 1) : s, &v))
		return false;
	if (v > INT64_MAX)
		v = INT64_MAX;
	*ret = minus ? -(int64_t)v : (int64_t)v;
	return true;
}

/* One more than the digit's value; 0: no digit. */
static const unsigned char hex_digits[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool ml_num_hex(struct ml_str s, uint64_t *ret)
{
	uint64_t v = 0;

	if (ml_str_starts(s, "0x"))
		s = ml_str_skip(s, 2);
	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = hex_digits[(unsigned char)s.p[i]];

		if (!d)
			return false;
		if (v > ML_U64_MAX >> 4)
			v = ML_U64_MAX;
		else
			v = v << 4 | (d - 1);
	}
	*ret = v == ML_NONE ? ML_U64_MAX : v;
	return true;
}

bool ml_num_f64(struct ml_str s, double *ret)
{
	bool minus = s.n && s.p[0] == '-';
	uint64_t whole, part = 0;
	double scale = 1;

	if (minus)
		s = ml_str_skip(s, 1);
	if (!ml_take_u64(&s, &whole))
		return false;
	if (s.n) {
		struct ml_str digits = ml_str_skip(s, 1);

		if (s.p[0] != '.' || digits.n > 15 || !ml_num_u64(digits, &part))
			return false;
		for (size_t i = 0; i < digits.n; i++)
			scale *= 10;
	}
	*ret = ((double)whole + (double)part / scale) * (minus ? -1 : 1);
	return true;
}

uint64_t ml_add(uint64_t a, uint64_t b)
{
	uint64_t v;

	if (a == ML_NONE || b == ML_NONE)
		return ML_NONE;
	return __builtin_add_overflow(a, b, &v) || v > ML_U64_MAX ? ML_U64_MAX : v;
}

uint64_t ml_sub_sat(uint64_t a, uint64_t b)
{
	if (a == ML_NONE || b == ML_NONE)
		return ML_NONE;
	return a > b ? a - b : 0;
}

uint64_t ml_mul(uint64_t a, uint64_t b)
{
	uint64_t v;

	if (a == ML_NONE || b == ML_NONE)
		return ML_NONE;
	return __builtin_mul_overflow(a, b, &v) || v > ML_U64_MAX ? ML_U64_MAX : v;
}

double ml_ratio(uint64_t part, uint64_t whole)
{
	if (part == ML_NONE || whole == ML_NONE || !whole)
		return NAN;
	return (double)part / (double)whole;
}

double ml_f64(uint64_t v)
{
	return v == ML_NONE ? NAN : (double)v;
}
