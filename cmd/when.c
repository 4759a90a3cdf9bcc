/* SPDX-License-Identifier: MIT */
/* when: a moment as people write it. */
#include "when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool parse_span(const char *s, double *ret)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = { { "ms", 1e-3 }, { "s", 1 },     { "", 1 },
		      { "m", 60 },    { "h", 3600 }, { "d", 86400 } };
	size_t n = strspn(s, "0123456789.");
	char *end;
	double v;

	if (!n)
		return false;
	errno = 0;
	v = strtod(s, &end);
	if (errno || end != s + n)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(end, units[i].name) == 0) {
			*ret = v * units[i].seconds;
			return *ret <= 1e9;
		}
	return false;
}

/* So many digits, all of them. */
static bool take_digits(const char **s, int n, int *ret)
{
	*ret = 0;
	for (; n--; ++*s) {
		if (**s < '0' || **s > '9')
			return false;
		*ret = *ret * 10 + (**s - '0');
	}
	return true;
}

static bool take_char(const char **s, const char *any)
{
	if (!**s || !strchr(any, **s))
		return false;
	++*s;
	return true;
}

/* "2026-11-23" */
static bool take_date(const char **s, struct tm *tm)
{
	const char *p = *s;

	if (!take_digits(&p, 4, &tm->tm_year) || !take_char(&p, "-") ||
	    !take_digits(&p, 2, &tm->tm_mon) || !take_char(&p, "-") ||
	    !take_digits(&p, 2, &tm->tm_mday))
		return false;
	tm->tm_year -= 1900;
	tm->tm_mon--;
	*s = p;
	return tm->tm_mon >= 0 && tm->tm_mon < 12 && tm->tm_mday > 0 && tm->tm_mday < 32;
}

/* "03:10", "03:10:05" */
static bool take_time(const char **s, struct tm *tm)
{
	if (!take_digits(s, 2, &tm->tm_hour) || !take_char(s, ":") ||
	    !take_digits(s, 2, &tm->tm_min))
		return false;
	if (take_char(s, ":") && !take_digits(s, 2, &tm->tm_sec))
		return false;
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec < 61;
}

/* "Z", "+02:00"; nothing is the local clock. */
static bool take_zone(const char **s, bool *ret_local, long *ret_east)
{
	int hours, minutes;
	bool west = **s == '-';

	*ret_local = !**s;
	*ret_east = 0;
	if (*ret_local || take_char(s, "Zz"))
		return !**s;
	if (!take_char(s, "+-") || !take_digits(s, 2, &hours))
		return false;
	take_char(s, ":");
	if (!take_digits(s, 2, &minutes) || hours > 15 || minutes > 59 || **s)
		return false;
	*ret_east = (west ? -1 : 1) * (hours * 3600L + minutes * 60L);
	return true;
}

/* The day it is there, for a time without one. */
static void set_today(time_t now, bool local, long east, struct tm *tm)
{
	time_t there = now + east;
	struct tm today;

	if (local)
		localtime_r(&now, &today);
	else
		gmtime_r(&there, &today);
	tm->tm_year = today.tm_year;
	tm->tm_mon = today.tm_mon;
	tm->tm_mday = today.tm_mday;
}

static time_t seconds_of(struct tm tm, bool local, long east)
{
	tm.tm_isdst = -1;
	return local ? mktime(&tm) : timegm(&tm) - east;
}

static bool parse_clock(const char *s, uint64_t now_ms, uint64_t *ret)
{
	time_t now = (time_t)(now_ms / 1000), t;
	struct tm tm = { 0 };
	bool dated = take_date(&s, &tm), local;
	long east;

	if (dated ? *s && strchr("T ", *s) && !(s++, take_time(&s, &tm))
		  : !take_time(&s, &tm))
		return false;
	if (!take_zone(&s, &local, &east))
		return false;
	if (!dated)
		set_today(now, local, east, &tm);
	t = seconds_of(tm, local, east);
	if (!dated && t > now) {
		tm.tm_mday--;
		t = seconds_of(tm, local, east);
	}
	*ret = (uint64_t)t * 1000;
	return t >= 0;
}

/* "1795419667.5" */
static bool parse_epoch(const char *s, uint64_t *ret)
{
	char *end;
	double v = strtod(s, &end);

	if (*s < '0' || *s > '9' || *end || !(v < 1e11))
		return false;
	*ret = (uint64_t)(v * 1000 + 0.5); /* a fraction is never quite what was typed */
	return true;
}

bool parse_when(const char *s, uint64_t now_ms, uint64_t *ret)
{
	double span;

	if (strcmp(s, "now") == 0) {
		*ret = now_ms;
		return true;
	}
	if (*s == '-') {
		if (!parse_span(s + 1, &span) || span * 1000 > (double)now_ms)
			return false;
		*ret = now_ms - (uint64_t)(span * 1000);
		return true;
	}
	if (*s == '@')
		return parse_epoch(s + 1, ret);
	return parse_clock(s, now_ms, ret);
}

void print_when(uint64_t wall_ms, char ret[static 32])
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;

	if (!localtime_r(&t, &tm) || !strftime(ret, 32, "%Y-%m-%d %H:%M:%S", &tm))
		memcpy(ret, "?", 2);
}
