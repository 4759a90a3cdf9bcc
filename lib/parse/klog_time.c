/* SPDX-License-Identifier: MIT */
/* klog_time: the times that stand before the lines of logs. */
#include "parse/klog_time.h"

#include "base/cleanup.h"

#define DAY_MS 86400000ull

/* Days from 1970-01-01, of the Gregorian calendar; years begin in March here, so that a
 * leap day ends one. */
uint64_t ml_klog_days(uint64_t year, uint64_t month, uint64_t day)
{
	uint64_t y = month > 2 ? year : year - 1;
	uint64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return 365 * y + y / 4 - y / 100 + y / 400 + of_year - 719468;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly `n` digits, of which leading ones may be blanks. */
static bool take_digits(struct ml_str *s, size_t n, uint64_t *ret)
{
	uint64_t v = 0;

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = s->p[i];

		if (!is_digit(c) && (c != ' ' || i == n - 1 || v))
			return false;
		v = 10 * v + (is_digit(c) ? (uint64_t)(c - '0') : 0);
	}
	*s = ml_str_skip(*s, n);
	*ret = v;
	return true;
}

static bool take_char(struct ml_str *s, char c)
{
	if (!s->n || *s->p != c)
		return false;
	*s = ml_str_skip(*s, 1);
	return true;
}

/* "10:14:00" in ms. */
static bool take_clock(struct ml_str *s, uint64_t *ret)
{
	uint64_t hour, minute, second;

	if (!take_digits(s, 2, &hour) || !take_char(s, ':') ||
	    !take_digits(s, 2, &minute) || !take_char(s, ':') ||
	    !take_digits(s, 2, &second) || hour > 23 || minute > 59 || second > 60)
		return false;
	*ret = ((hour * 60 + minute) * 60 + second) * 1000;
	return true;
}

/* ".123456" or ",123": what is below a millisecond is dropped. */
static void take_fraction(struct ml_str *s, uint64_t *ms)
{
	uint64_t scale = 100;

	if (s->n < 2 || (*s->p != '.' && *s->p != ',') || !is_digit(s->p[1]))
		return;
	for (*s = ml_str_skip(*s, 1); s->n && is_digit(*s->p); *s = ml_str_skip(*s, 1)) {
		*ms += scale * (uint64_t)(*s->p - '0');
		scale /= 10;
	}
}

static bool take_month(struct ml_str *s, uint64_t *ret)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (uint64_t i = 0; i < 12; i++)
		if (s->n >= 3 && !memcmp(s->p, names + 3 * i, 3)) {
			*s = ml_str_skip(*s, 3);
			*ret = i + 1;
			return true;
		}
	return false;
}

/* ---- dmesg ---- */

/* "   47.219811" and perhaps more up to the bracket. */
static bool is_uptime(struct ml_str s, uint64_t *ret_us)
{
	uint64_t seconds, us = 0, scale = 100000;

	s = ml_str_trim(s);
	if (!ml_take_u64(&s, &seconds) || !take_char(&s, '.') || !s.n || !is_digit(*s.p))
		return false;
	for (; s.n && is_digit(*s.p); s = ml_str_skip(s, 1)) {
		us += scale * (uint64_t)(*s.p - '0');
		scale /= 10;
	}
	if (s.n && *s.p != ' ')
		return false;
	*ret_us = ml_add(ml_mul(seconds, 1000000), us);
	return true;
}

/* "Mon Nov 23 10:14:00 2026" */
static bool is_ctime(struct ml_str s, uint64_t *ret_ms)
{
	uint64_t month, day, clock, year;
	struct ml_str word;

	if (!ml_next_word(&s, &word) || word.n != 3)
		return false;
	s = ml_str_trim(s);
	if (!take_month(&s, &month) || !take_char(&s, ' ') || !take_digits(&s, 2, &day) ||
	    !take_char(&s, ' ') || !take_clock(&s, &clock) || !take_char(&s, ' ') ||
	    !take_digits(&s, 4, &year) || day < 1 || day > 31 || year < 1970)
		return false;
	*ret_ms = ml_klog_days(year, month, day) * DAY_MS + clock;
	return true;
}

bool ml_klog_take_bracket(struct ml_str *s, struct ml_klog_line *line)
{
	struct ml_str rest = *s, inside;

	if (!take_char(&rest, '[') || !ml_split(&rest, ']', &inside) || inside.n > 48)
		return false;
	if (is_ctime(inside, &line->wall_ms))
		line->local = true;
	else if (!is_uptime(inside, &line->boot_us))
		return false;
	take_char(&rest, ' ');
	*s = rest;
	return true;
}

bool ml_klog_take_caller(struct ml_str *s, struct ml_klog_line *line)
{
	struct ml_str rest = *s, inside, word;
	uint64_t number;

	if (!take_char(&rest, '[') || !ml_split(&rest, ']', &inside) || inside.n > 32)
		return false;
	inside = word = ml_str_trim(inside);
	if (word.n < 2 || (*word.p != 'T' && *word.p != 'C'))
		return false;
	word = ml_str_skip(word, 1);
	if (!ml_take_u64(&word, &number) || (word.n && *word.p != '@'))
		return false;
	take_char(&rest, ' ');
	*s = rest;
	line->caller = inside;
	return true;
}

/* ---- syslog ---- */

/* A log is of the past; a day is left for clocks and zones. */
static uint64_t with_year(uint64_t month, uint64_t day, uint64_t clock, uint64_t now_ms)
{
	uint64_t year = 1970, ms = ML_NONE;

	if (now_ms == ML_NONE)
		return ML_NONE;
	year += now_ms / DAY_MS / 365 + 1; /* not below */
	for (int i = 0; i < 4 && year > 1970; i++, year--) {
		ms = ml_klog_days(year, month, day) * DAY_MS + clock;
		if (ms <= now_ms + DAY_MS)
			return ms;
	}
	return ms;
}

bool ml_klog_take_rfc3164(struct ml_str *s, uint64_t now_ms, struct ml_klog_line *line)
{
	uint64_t month, day, clock;
	struct ml_str rest = *s;

	if (!take_month(&rest, &month) || !take_char(&rest, ' ') ||
	    !take_digits(&rest, 2, &day) || !take_char(&rest, ' ') ||
	    !take_clock(&rest, &clock) || day < 1 || day > 31)
		return false;
	take_fraction(&rest, &clock);
	if (!take_char(&rest, ' '))
		return false;
	line->wall_ms = with_year(month, day, clock, now_ms);
	line->local = true;
	*s = rest;
	return true;
}

/* "Z", "+01:00", "+0100"; false when none is told. */
static bool take_zone(struct ml_str *s, int64_t *ret_ms)
{
	bool west = s->n && *s->p == '-';
	uint64_t hour, minute;

	*ret_ms = 0;
	if (take_char(s, 'Z'))
		return true;
	if (!s->n || (*s->p != '+' && *s->p != '-'))
		return false;
	*s = ml_str_skip(*s, 1);
	if (!take_digits(s, 2, &hour))
		return false;
	take_char(s, ':');
	if (!take_digits(s, 2, &minute))
		return false;
	*ret_ms = (int64_t)(hour * 60 + minute) * 60000;
	if (west)
		*ret_ms = -*ret_ms;
	return true;
}

bool ml_klog_take_iso(struct ml_str *s, struct ml_klog_line *line)
{
	uint64_t year, month, day, clock;
	struct ml_str rest = *s;
	int64_t zone;

	if (!take_digits(&rest, 4, &year) || !take_char(&rest, '-') ||
	    !take_digits(&rest, 2, &month) || !take_char(&rest, '-') ||
	    !take_digits(&rest, 2, &day) ||
	    (!take_char(&rest, 'T') && !take_char(&rest, ' ')) ||
	    !take_clock(&rest, &clock))
		return false;
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	take_fraction(&rest, &clock);
	line->local = !take_zone(&rest, &zone);
	if (!take_char(&rest, ' '))
		return false;
	clock += ml_klog_days(year, month, day) * DAY_MS;
	line->wall_ms = zone > 0 && (uint64_t)zone > clock ? 0 : clock - (uint64_t)zone;
	*s = rest;
	return true;
}
