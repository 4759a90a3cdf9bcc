/* SPDX-License-Identifier: MIT */
/* klog_record: the fields of a record of /dev/kmsg or the journal. */
#include "parse/klog_record.h"

/* ---- /dev/kmsg ---- */

/* Facility 0 is the kernel; whoever may write to /dev/kmsg gets another. */
static enum ml_klog_from from_of(uint64_t priority)
{
	return priority >> 3 ? ML_KLOG_USER : ML_KLOG_KERNEL;
}

/* "-,caller=T12": flags, then more. */
static void take_more(struct ml_str head, struct ml_klog_line *line)
{
	struct ml_str word;
	bool more = true;

	while (more) {
		more = ml_split(&head, ',', &word);
		if (!more)
			word = head;
		if (ml_str_starts(word, "caller="))
			line->caller = ml_str_skip(word, 7);
	}
}

bool ml_klog_take_kmsg(struct ml_str *s, struct ml_klog_line *line)
{
	struct ml_str rest = *s, head, word;
	uint64_t priority, sequence;

	if (!s->n || *s->p < '0' || *s->p > '9' || !ml_split(&rest, ';', &head) ||
	    head.n > 128 || !ml_split(&head, ',', &word) ||
	    !ml_num_u64(word, &priority) || !ml_split(&head, ',', &word) ||
	    !ml_num_u64(word, &sequence))
		return false;
	if (!ml_split(&head, ',', &word)) {
		word = head;
		head.n = 0;
	}
	if (!ml_num_u64(word, &line->boot_us))
		return false;
	line->from = from_of(priority);
	take_more(head, line);
	*s = rest;
	return true;
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void ml_klog_unescape(struct ml_str s, struct ml_buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\\' && i + 3 < s.n && s.p[i + 1] == 'x' &&
		    hex_of(s.p[i + 2]) >= 0 && hex_of(s.p[i + 3]) >= 0) {
			c = (char)(hex_of(s.p[i + 2]) * 16 + hex_of(s.p[i + 3]));
			i += 3;
		}
		ml_buf_add(out, &c, 1);
	}
}

/* ---- the journal ---- */

void ml_klog_begin_record(struct ml_klog *k)
{
	ml_buf_clear(&k->text);
	k->timed = k->kernel_transport = k->user_facility = false;
	k->ident[0] = '\0';
	k->record = (struct ml_klog_line){ .boot_us = ML_NONE, .wall_ms = ML_NONE };
}

static void take_ident(struct ml_klog *k, struct ml_str value)
{
	size_t n = value.n < sizeof(k->ident) - 1 ? value.n : sizeof(k->ident) - 1;

	if (n)
		memcpy(k->ident, value.p, n);
	k->ident[n] = '\0';
}

/* What the source tells is when it happened; the journal's own times are when it was
 * stored. */
void ml_klog_field(struct ml_klog *k, struct ml_str key, struct ml_str value)
{
	uint64_t v;

	if (ml_str_is(key, "MESSAGE")) {
		ml_buf_clear(&k->text);
		ml_buf_str(&k->text, value);
	} else if (ml_str_is(key, "_TRANSPORT")) {
		k->kernel_transport = ml_str_is(value, "kernel");
	} else if (ml_str_is(key, "SYSLOG_FACILITY")) {
		k->user_facility = !ml_str_is(value, "0");
	} else if (ml_str_is(key, "SYSLOG_IDENTIFIER")) {
		take_ident(k, value);
	} else if (ml_str_is(key, "_COMM") && !k->ident[0]) {
		take_ident(k, value);
	} else if (ml_str_is(key, "_SOURCE_MONOTONIC_TIMESTAMP")) {
		if (ml_num_u64(value, &v))
			k->record.boot_us = v;
	} else if (ml_str_is(key, "_SOURCE_REALTIME_TIMESTAMP")) {
		k->timed = ml_num_u64(value, &v);
		if (k->timed)
			k->record.wall_ms = v / 1000;
	} else if (ml_str_is(key, "__REALTIME_TIMESTAMP") && !k->timed) {
		if (ml_num_u64(value, &v))
			k->record.wall_ms = v / 1000;
	}
}

/* The journal writes fields that begin with "_" itself: they cannot be made up. */
void ml_klog_judge_record(struct ml_klog *k)
{
	bool kernel = k->kernel_transport && !k->user_facility;

	k->record.from = kernel ? ML_KLOG_KERNEL : ML_KLOG_USER;
	k->record.ident = ml_str_of(kernel ? NULL : k->ident);
}

/* ---- JSON, as much of it as journalctl writes ---- */

struct scan {
	const char *p, *end;
	struct ml_buf *out; /* of the string in hand */
};

static void skip_blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'))
		s->p++;
}

static bool take(struct scan *s, char c)
{
	skip_blanks(s);
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static void put_utf8(struct ml_buf *out, unsigned v)
{
	char text[3];

	if (v < 0x80) {
		text[0] = (char)v;
		ml_buf_add(out, text, 1);
		return;
	}
	if (v < 0x800) {
		text[0] = (char)(0xc0 | v >> 6);
		text[1] = (char)(0x80 | (v & 0x3f));
		ml_buf_add(out, text, 2);
		return;
	}
	text[0] = (char)(0xe0 | v >> 12);
	text[1] = (char)(0x80 | (v >> 6 & 0x3f));
	text[2] = (char)(0x80 | (v & 0x3f));
	ml_buf_add(out, text, 3);
}

static bool take_hex4(struct scan *s)
{
	unsigned v = 0;

	if (s->end - s->p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = hex_of(*s->p++);

		if (digit < 0)
			return false;
		v = v * 16 + (unsigned)digit;
	}
	put_utf8(s->out, v);
	return true;
}

static bool take_escape(struct scan *s)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *at;
	char c;

	if (s->p == s->end)
		return false;
	c = *s->p++;
	if (c == 'u')
		return take_hex4(s);
	at = memchr(from, c, sizeof(from) - 1);
	if (at)
		c = to[at - from];
	ml_buf_add(s->out, &c, 1);
	return true;
}

static bool take_string(struct scan *s)
{
	ml_buf_clear(s->out);
	if (!take(s, '"'))
		return false;
	while (s->p < s->end && *s->p != '"') {
		const char *from = s->p;

		while (s->p < s->end && *s->p != '"' && *s->p != '\\')
			s->p++;
		ml_buf_add(s->out, from, (size_t)(s->p - from));
		if (s->p < s->end && *s->p == '\\') {
			s->p++;
			if (!take_escape(s))
				return false;
		}
	}
	return take(s, '"');
}

/* Of bytes, as it writes what is no UTF-8; or of strings, where a field stands twice:
 * then the last counts. */
static bool take_array(struct scan *s)
{
	ml_buf_clear(s->out);
	if (take(s, ']'))
		return true;
	do {
		struct ml_str rest;
		uint64_t v;

		skip_blanks(s);
		if (s->p < s->end && *s->p == '"') {
			if (!take_string(s))
				return false;
			continue;
		}
		rest = (struct ml_str){ s->p, (size_t)(s->end - s->p) };
		if (!ml_take_u64(&rest, &v) || v > 255)
			return false;
		s->p = rest.p;
		ml_buf_add(s->out, &(char){ (char)v }, 1);
	} while (take(s, ','));
	return take(s, ']');
}

/* A number, null, true: nothing of that is looked at. */
static bool take_word(struct scan *s)
{
	const char *from = s->p;

	ml_buf_clear(s->out);
	while (s->p < s->end && *s->p != ',' && *s->p != '}')
		s->p++;
	return s->p > from;
}

static bool take_value(struct scan *s)
{
	skip_blanks(s);
	if (s->p < s->end && *s->p == '"')
		return take_string(s);
	return take(s, '[') ? take_array(s) : take_word(s);
}

bool ml_klog_json(struct ml_klog *k, struct ml_str text)
{
	struct ml_buf out = { 0 };
	struct scan s = { text.p, text.p + text.n, &out };
	bool good = take(&s, '{');

	ml_klog_begin_record(k);
	while (good) {
		char key[40];
		size_t n;

		if (!take_string(&s))
			break;
		n = out.n < sizeof(key) ? out.n : 0; /* a longer one is none of ours */
		if (n)
			memcpy(key, out.p, n);
		good = take(&s, ':') && take_value(&s);
		if (good)
			ml_klog_field(k, (struct ml_str){ key, n }, ml_buf_text(&out));
		if (!good || !take(&s, ','))
			break;
	}
	good = good && take(&s, '}') && !out.failed;
	ml_buf_deinit(&out);
	ml_klog_judge_record(k);
	return good;
}
