/* SPDX-License-Identifier: MIT */
/* klog: lines of a kernel log in any of the ways it is kept. */
#include "parse/klog.h"

#include <errno.h>

#include "base/cleanup.h"
#include "parse/klog_record.h"
#include "parse/klog_time.h"

void ml_klog_init(struct ml_klog *k, ml_klog_fn *fn, void *data, uint64_t now_ms)
{
	*k = (struct ml_klog){ .fn = fn, .data = data, .now_ms = now_ms };
	ml_klog_begin_record(k);
}

void ml_klog_deinit(struct ml_klog *k)
{
	ml_buf_deinit(&k->line);
	ml_buf_deinit(&k->text);
}

static const struct {
	const char *magic, *kind;
} foreign[] = {
	{ "\x1f\x8b", "gzip" },
	{ "\x28\xb5\x2f\xfd", "zstd" },
	{ "\xfd" "7zXZ", "xz" },
	{ "BZh", "bzip2" },
	{ "PK\x03\x04", "zip" },
	{ "LPKSHHRH", "a binary journal" },
	{ "\x7f" "ELF", "a program" },
	{ "KDUMP", "a crash dump" },
	{ "SQLite format 3", "a database" },
};

const char *ml_klog_foreign(struct ml_str begin)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(foreign); i++)
		if (ml_str_starts(begin, foreign[i].magic))
			return foreign[i].kind;
	return NULL;
}

/* ---- one line ---- */

static void give(struct ml_klog *k, struct ml_klog_line *line, struct ml_str text)
{
	if (text.n && text.p[text.n - 1] == '\r')
		text.n--;
	line->text = text;
	k->fn(line, k->data);
}

/* The kernel's own records can be several lines; a user's are one, lest a second line
 * pass for a report. */
static void give_lines(struct ml_klog *k, struct ml_klog_line *line, struct ml_str text)
{
	struct ml_str part;

	while (ml_split(&text, '\n', &part)) {
		give(k, line, part);
		if (line->from == ML_KLOG_USER)
			return;
	}
	if (text.n)
		give(k, line, text);
}

/* "systemd-oomd[123]: text" or "kernel: text". */
static bool take_ident(struct ml_str *s, struct ml_str *ret)
{
	struct ml_str rest = *s, ident;
	const char *bracket;

	if (!ml_split(&rest, ':', &ident) || !ident.n || ident.n > 64 || !rest.n ||
	    *rest.p != ' ' || memchr(ident.p, ' ', ident.n))
		return false;
	bracket = memchr(ident.p, '[', ident.n);
	if (bracket)
		ident.n = (size_t)(bracket - ident.p);
	*ret = ident;
	*s = ml_str_skip(rest, 1);
	return true;
}

/* "HOST kernel: [   47.2] text" behind the time of day. */
static void take_syslog(struct ml_str *s, struct ml_klog_line *line)
{
	struct ml_str rest = *s, host, ident;

	if (!ml_next_word(&rest, &host))
		return;
	rest = ml_str_skip(rest, 1);
	if (!take_ident(&rest, &ident))
		return;
	*s = rest;
	if (!ml_str_is(ident, "kernel")) {
		line->from = ML_KLOG_USER;
		line->ident = ident;
		return;
	}
	line->from = ML_KLOG_KERNEL;
	if (ml_klog_take_bracket(s, line))
		ml_klog_take_caller(s, line);
}

/* journalctl -o short-monotonic: "[   47.219811] HOST kernel: text". */
static void take_monotonic(struct ml_str *s, struct ml_klog_line *line)
{
	struct ml_str rest = *s, host, ident;

	if (!ml_next_word(&rest, &host) || !rest.n || *rest.p != ' ')
		return;
	rest = ml_str_skip(rest, 1);
	if (!take_ident(&rest, &ident) || memchr(host.p, ':', host.n))
		return;
	if (ml_str_is(ident, "kernel")) {
		line->from = ML_KLOG_KERNEL;
		*s = rest;
	}
}

/* "<6>" of dmesg -r and of consoles. */
static void take_priority(struct ml_str *s, struct ml_klog_line *line)
{
	struct ml_str rest = *s, digits;
	uint64_t priority;

	if (!rest.n || *rest.p != '<')
		return;
	rest = ml_str_skip(rest, 1);
	if (!ml_split(&rest, '>', &digits) || digits.n > 3 ||
	    !ml_num_u64(digits, &priority))
		return;
	line->from = priority >> 3 ? ML_KLOG_USER : ML_KLOG_KERNEL;
	*s = rest;
}

/* A daemon that wrote into the kernel's buffer: "systemd-oomd[123]: text". */
static void take_daemon(struct ml_str *s, struct ml_klog_line *line)
{
	static const char *const daemons[] = { "systemd-oomd", "earlyoom" };
	struct ml_str rest = *s, ident;

	if (line->from == ML_KLOG_KERNEL || line->ident.n || !take_ident(&rest, &ident))
		return;
	for (size_t i = 0; i < ML_ARRAY_SIZE(daemons); i++)
		if (ml_str_is(ident, daemons[i])) {
			line->ident = ident;
			line->from = ML_KLOG_USER;
			*s = rest;
		}
}

/* rsyslog writes the line ends within a record as "#012"; the counters of Mem-Info are
 * the only record of which they part something. */
static void give_text(struct ml_klog *k, struct ml_klog_line *line, struct ml_str text)
{
	const char *at;

	if (!ml_str_starts(text, "active_anon:")) {
		give(k, line, text);
		return;
	}
	while (text.n && (at = memmem(text.p, text.n, "#012", 4))) {
		size_t n = (size_t)(at - text.p);

		give(k, line, (struct ml_str){ text.p, n });
		text = ml_str_skip(text, n + 4);
	}
	give(k, line, text);
}

static void take_text(struct ml_klog *k, struct ml_str s)
{
	struct ml_klog_line line = { .boot_us = ML_NONE, .wall_ms = ML_NONE };

	take_priority(&s, &line);
	if (ml_klog_take_bracket(&s, &line)) {
		ml_klog_take_caller(&s, &line);
		take_monotonic(&s, &line);
	} else if (ml_klog_take_rfc3164(&s, k->now_ms, &line)) {
		take_syslog(&s, &line);
	} else if (ml_klog_take_iso(&s, &line)) {
		/* dmesg --time-format=iso has no host */
		take_syslog(&s, &line);
	} else {
		ml_klog_take_caller(&s, &line);
	}
	take_daemon(&s, &line);
	give_text(k, &line, s);
}

static void take_kmsg(struct ml_klog *k, struct ml_klog_line *line, struct ml_str s)
{
	ml_buf_clear(&k->text);
	ml_klog_unescape(s, &k->text);
	if (line->from == ML_KLOG_USER)
		take_daemon(&s, line);
	if (line->from != ML_KLOG_USER)
		s = ml_buf_text(&k->text);
	give_lines(k, line, s);
}

static void take_export(struct ml_klog *k, struct ml_str s)
{
	struct ml_str key;

	if (!s.n) {
		ml_klog_judge_record(k);
		give_lines(k, &k->record, ml_buf_text(&k->text));
		ml_klog_begin_record(k);
		return;
	}
	if (ml_split(&s, '=', &key)) {
		ml_klog_field(k, key, s);
		return;
	}
	k->is_message = ml_str_is(s, "MESSAGE");
	if (k->is_message)
		ml_buf_clear(&k->text);
	k->size_bytes = 8;
	k->binary = 0;
	k->behind = true;
}

static bool begins_export(struct ml_str s)
{
	return ml_str_starts(s, "__CURSOR=") || ml_str_starts(s, "__REALTIME_TIMESTAMP=");
}

/* Logs of a machine that crashed have runs of NUL where nothing was written. */
static struct ml_str without_padding(struct ml_str s)
{
	while (s.n && !*s.p)
		s = ml_str_skip(s, 1);
	while (s.n && !s.p[s.n - 1])
		s.n--;
	return s;
}

static void take_line(struct ml_klog *k)
{
	struct ml_klog_line line = { .boot_us = ML_NONE, .wall_ms = ML_NONE };
	struct ml_str s = without_padding(ml_buf_text(&k->line));

	k->export |= !k->lines && begins_export(s);
	k->lines++;
	if (s.n && s.p[s.n - 1] == '\r')
		s.n--;
	if (k->export)
		take_export(k, s);
	else if (!s.n)
		return;
	else if (memchr(s.p, '\0', s.n))
		k->bad_lines++;
	else if (*s.p == '{' && ml_klog_json(k, s))
		give_lines(k, &k->record, ml_buf_text(&k->text));
	else if (ml_klog_take_kmsg(&s, &line))
		take_kmsg(k, &line, s);
	else
		take_text(k, s);
}

/* ---- bytes ---- */

static void end_line(struct ml_klog *k)
{
	take_line(k);
	ml_buf_clear(&k->line);
	k->overlong = false;
}

/* As much of a line as is kept. */
static void keep(struct ml_klog *k, const char *p, size_t n)
{
	size_t room = ML_KLOG_LINE_MAX - k->line.n;

	if (n > room && !k->overlong) {
		k->overlong = true;
		k->cut_lines++;
	}
	ml_buf_add(&k->line, p, n < room ? n : room);
}

/* The length of an exported field, then its bytes, then a line end. */
static size_t take_binary(struct ml_klog *k, const char *p, size_t n)
{
	size_t used = 0, room;

	for (; k->size_bytes && used < n; used++, k->size_bytes--)
		k->binary |= (uint64_t)(unsigned char)p[used] << 8 * (8 - k->size_bytes);
	if (k->size_bytes)
		return used;
	n -= used;
	if (n > k->binary)
		n = (size_t)k->binary;
	room = k->is_message ? ML_KLOG_LINE_MAX - k->text.n : 0;
	ml_buf_add(&k->text, p + used, n < room ? n : room);
	k->binary -= n;
	return used + n;
}

int ml_klog_push(struct ml_klog *k, const char *p, size_t n)
{
	while (n) {
		const char *end;
		size_t used;

		if (k->size_bytes || k->binary) {
			used = take_binary(k, p, n);
			p += used;
			n -= used;
			continue;
		}
		end = memchr(p, '\n', n);
		used = end ? (size_t)(end - p) : n;
		keep(k, p, used);
		if (end) {
			/* the line end behind a field of bytes ends no record */
			bool behind = k->behind && !k->line.n;

			k->behind = false;
			if (!behind)
				end_line(k);
			used++;
		}
		p += used;
		n -= used;
	}
	return k->line.failed || k->text.failed ? -ENOMEM : 0;
}

int ml_klog_end(struct ml_klog *k)
{
	if (k->line.n)
		end_line(k);
	if (k->export)
		take_export(k, (struct ml_str){ 0 });
	return k->line.failed || k->text.failed ? -ENOMEM : 0;
}
