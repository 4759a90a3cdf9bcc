/* SPDX-License-Identifier: MIT */
/* cell: one value as text - scaled numbers, and names made safe for a terminal. */
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include "render/render.h"

/* ---- numbers ---- */

/* Digits of `v` and a suffix. printf spends ten times as long on a double, and a table
 * of slabs is a thousand of these. */
static char *put_integer(char *out, uint64_t v)
{
	char digits[24], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + v % 10);
	while (v /= 10);
	return (char *)mempcpy(out, p, (size_t)(digits + sizeof(digits) - p));
}

/* Eight hexadecimal digits at least, as in maps. */
static char *put_address(char *out, uint64_t v)
{
	char digits[24], *p = digits + sizeof(digits), *least = p - 8;

	for (; v || p > least; v >>= 4)
		*--p = "0123456789abcdef"[v & 15];
	return (char *)mempcpy(out, p, (size_t)(digits + sizeof(digits) - p));
}

/* One decimal, rounded to nearest; any double the tables hold is far below 2^63 / 10. */
static void put_decimal(char *out, double v, const char *suffix)
{
	uint64_t tenths;

	if (!(fabs(v) < 1e17)) {
		snprintf(out, CELL_MAX, "%.3g%s", v, suffix);
		return;
	}
	tenths = (uint64_t)(fabs(v) * 10 + 0.5);
	if (v < 0 && tenths)
		*out++ = '-';
	out = put_integer(out, tenths / 10);
	*out++ = '.';
	*out++ = (char)('0' + tenths % 10);
	stpcpy(out, suffix);
}

static void put_whole(char *out, double v, const char *suffix)
{
	if (!(fabs(v) < 1e18)) {
		snprintf(out, CELL_MAX, "%.3g%s", v, suffix);
		return;
	}
	if (v < 0)
		*out++ = '-';
	stpcpy(put_integer(out, (uint64_t)(fabs(v) + 0.5)), suffix);
}

static void scaled(double v, double base, const char *const *suffixes, char *ret)
{
	size_t i = 0;

	/* 1023.96 would print as 1024.0: it belongs to the next suffix */
	while (suffixes[i + 1] && fabs(v) >= base - (i ? 0.05 : 0.5)) {
		v /= base;
		i++;
	}
	if (i)
		put_decimal(ret, v, suffixes[i]);
	else
		put_whole(ret, v, suffixes[i]);
}

static void size_cell(double bytes, enum scale scale, char *ret)
{
	static const char *const iec[] = {
		"B", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", NULL
	};
	static const char *const si[] = { "B", "k", "M", "G", "T", "P", "E", NULL };

	switch (scale) {
	case SCALE_HUMAN:
		scaled(bytes, 1024, iec, ret);
		return;
	case SCALE_SI:
		scaled(bytes, 1000, si, ret);
		return;
	case SCALE_KIB:
		put_whole(ret, bytes / 1024, "");
		return;
	case SCALE_BYTES:
		put_whole(ret, bytes, "");
		return;
	}
}

static void seconds_cell(double s, enum scale scale, char *ret)
{
	unsigned long long whole = s > 0 ? (unsigned long long)s : 0;

	if (scale != SCALE_HUMAN && scale != SCALE_SI)
		snprintf(ret, CELL_MAX, "%.6g", s);
	else if (s < 60)
		snprintf(ret, CELL_MAX, "%.1fs", s);
	else if (whole < 3600)
		snprintf(ret, CELL_MAX, "%llum%02llus", whole / 60, whole % 60);
	else if (whole < 86400)
		snprintf(ret, CELL_MAX, "%lluh%02llum", whole / 3600, whole / 60 % 60);
	else
		snprintf(ret, CELL_MAX, "%llud%02lluh", whole / 86400, whole / 3600 % 24);
}

static void plain_cell(const struct ml_value *v, char *ret)
{
	if (v->type == ML_TYPE_U64)
		*put_integer(ret, v->u64) = '\0';
	else if (v->type == ML_TYPE_S64)
		snprintf(ret, CELL_MAX, "%lld", (long long)v->s64);
	else
		snprintf(ret, CELL_MAX, "%.2f", v->f64);
}

static void rate_cell(double v, char *ret)
{
	if (fabs(v) >= 1000)
		put_whole(ret, v, "");
	else if (fabs(v) >= 0.1)
		put_decimal(ret, v, "");
	else /* rare is not never: 0.003 stays above 0 */
		snprintf(ret, CELL_MAX, "%.1g", v);
}

static void number(const struct ml_col *col, const struct ml_value *v, enum scale scale,
		   char ret[static CELL_MAX])
{
	double n;

	if (!v->known) {
		memcpy(ret, "-", 2);
		return;
	}
	n = ml_value_number(v);
	switch ((enum ml_unit)col->unit) {
	case ML_UNIT_BYTES:
	case ML_UNIT_BYTES_PER_SECOND:
		size_cell(n, scale, ret);
		return;
	case ML_UNIT_SECONDS:
		seconds_cell(n, scale, ret);
		return;
	case ML_UNIT_RATIO:
		(n >= 0.9995 ? put_whole : put_decimal)(ret, n * 100, "%");
		return;
	case ML_UNIT_INDEX:
		snprintf(ret, CELL_MAX, "%.3f", n);
		return;
	case ML_UNIT_PER_SECOND:
		rate_cell(n, ret);
		return;
	case ML_UNIT_ADDRESS:
		*put_address(ret, v->u64) = '\0';
		return;
	case ML_UNIT_TRUTH:
		snprintf(ret, CELL_MAX, "%s", n != 0 ? "yes" : "no");
		return;
	case ML_UNIT_NONE:
	case ML_UNIT_COUNT:
		plain_cell(v, ret);
		return;
	}
}

/* Sizes below 1 KiB, zero above all, are half of a table of mappings. */
static bool is_small_size(const struct ml_col *col, const struct ml_value *v,
			  enum scale scale)
{
	return col->unit == ML_UNIT_BYTES && v->type == ML_TYPE_U64 && v->known &&
	       scale == SCALE_HUMAN && v->u64 < 1000;
}

size_t cell_number(const struct ml_col *col, const struct ml_value *v, enum scale scale,
		   char ret[static CELL_MAX])
{
	if (is_small_size(col, v, scale)) {
		char *end = put_integer(ret, v->u64);

		memcpy(end, "B", 2);
		return (size_t)(end + 1 - ret);
	}
	number(col, v, scale, ret);
	return strlen(ret);
}

const char *wall_time(uint64_t wall_ms, char ret[static TIME_MAX])
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm tm;
	size_t n;

	if (wall_ms == ML_NONE || !gmtime_r(&seconds, &tm))
		return NULL;
	n = strftime(ret, TIME_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(ret + n, TIME_MAX - n, ".%03uZ", (unsigned)(wall_ms % 1000));
	return ret;
}

/* ---- strings ---- */

size_t utf8_character(struct ml_str s, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)s.p[0];
	size_t n = c < 0x80       ? 1
		   : c >> 5 == 6  ? 2
		   : c >> 4 == 14 ? 3
		   : c >> 3 == 30 ? 4
				  : 0;
	uint32_t u = n == 1 ? c : n == 0 ? 0 : c & (0x7fu >> n);

	if (!n || n > s.n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		c = (unsigned char)s.p[i];
		if (c >> 6 != 2)
			return 0;
		u = u << 6 | (c & 0x3f);
	}
	if (u < least[n] || u > 0x10ffff || (u >= 0xd800 && u <= 0xdfff))
		return 0;
	*ret = u;
	return n;
}

size_t utf8_length(struct ml_str s)
{
	uint32_t u;

	return s.n ? utf8_character(s, &u) : 0;
}

/* Controls, and marks that turn the direction of what follows or hide it. */
static bool is_unsafe(uint32_t u)
{
	return u < 0x20 || (u >= 0x7f && u < 0xa0) || (u >= 0x200b && u <= 0x200f) ||
	       (u >= 0x2028 && u <= 0x202e) || (u >= 0x2060 && u <= 0x206f) ||
	       u == 0xfeff || (u >= 0xfff9 && u <= 0xfffb);
}

uint32_t unsafe_character(struct ml_str s)
{
	uint32_t u;

	return s.n && utf8_character(s, &u) && is_unsafe(u) ? u : 0;
}

/* Most names: nothing in them has to be looked at twice. */
static bool is_plain(struct ml_str s, const char *also)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	for (; *also; also++)
		if (memchr(s.p, *also, s.n))
			return false;
	return true;
}

char *safe_string_but(struct ml_str s, bool utf8, const char *also)
{
	char *ret, *out;

	if (s.n && is_plain(s, also))
		return strndup(s.p, s.n);
	ret = out = malloc(s.n * 4 + 1);
	if (!ret)
		return NULL;
	while (s.n) {
		uint32_t u;
		size_t n = utf8_character(s, &u);

		if (n && !is_unsafe(u) && (u < 0x80 ? !strchr(also, (int)u) : utf8)) {
			out = (char *)memcpy(out, s.p, n) + n;
			s = (struct ml_str){ s.p + n, s.n - n };
			continue;
		}
		if (!n)
			n = 1;
		for (size_t i = 0; i < n; i++)
			out += snprintf(out, 5, "\\x%02x", (unsigned char)s.p[i]);
		s = (struct ml_str){ s.p + n, s.n - n };
	}
	*out = '\0';
	return ret;
}

char *safe_string(struct ml_str s, bool utf8)
{
	return safe_string_but(s, utf8, "");
}

bool locale_is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = getenv(names[i]);

		if (v && *v)
			return strcasestr(v, "utf-8") || strcasestr(v, "utf8");
	}
	return false;
}

/* Only names outside ASCII are worth loading a locale for. */
static int wide_width(uint32_t u)
{
	static bool ready;

	if (!ready)
		setlocale(LC_CTYPE, "");
	ready = true;
	return wcwidth((wchar_t)u);
}

size_t character_width(uint32_t u)
{
	int columns = u < 0x80 ? 1 : wide_width(u);

	return columns < 0 ? 1 : (size_t)columns; /* unknown in this locale */
}

size_t display_width(const char *s)
{
	struct ml_str rest = { s, strlen(s) };
	size_t width = 0;

	while (rest.n) {
		uint32_t u;
		size_t n = utf8_character(rest, &u);

		width += n ? character_width(u) : 1;
		n += !n;
		rest = (struct ml_str){ rest.p + n, rest.n - n };
	}
	return width;
}
