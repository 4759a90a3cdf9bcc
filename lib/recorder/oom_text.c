/* SPDX-License-Identifier: MIT */
/* oom_text: of the records of a kernel log those that tell of want of memory, as they
 * are, the newest. */
#include "recorder/oom_text.h"

#include <errno.h>

/* A report that was ended by its line. */
static void meet_report(const struct ml_oom_report *report, void *data)
{
	struct ml_oom_text *t = data;

	(void)report;
	t->is_wanted = true;
}

static bool is_kill(const struct ml_klog_line *line)
{
	static const char text[] = "Killed process ";

	return line->from == ML_KLOG_KERNEL && line->text.n &&
	       memmem(line->text.p, line->text.n, text, sizeof(text) - 1);
}

static void take_line(const struct ml_klog_line *line, void *data)
{
	struct ml_oom_text *t = data;

	ml_oom_reader_line(&t->reader, line);
	t->is_wanted |= ml_oom_reader_is_within(&t->reader, line);
	t->kills += is_kill(line);
}

int ml_oom_text_init(struct ml_oom_text *t)
{
	*t = (struct ml_oom_text){ 0 };
	ml_klog_init(&t->klog, take_line, t, ML_NONE);
	return ml_oom_reader_init(&t->reader, meet_report, t);
}

void ml_oom_text_deinit(struct ml_oom_text *t)
{
	ml_oom_reader_deinit(&t->reader);
	ml_klog_deinit(&t->klog);
	ml_buf_deinit(&t->text);
	*t = (struct ml_oom_text){ 0 };
}

/* The older half goes, to the end of a line: what begins with a blank belongs to the
 * record before. */
static void make_room(struct ml_buf *text)
{
	size_t from = text->n / 2;

	while (from < text->n && (text->p[from - 1] != '\n' || text->p[from] == ' '))
		from++;
	memmove(text->p, text->p + from, text->n - from);
	text->n -= from;
}

/* Its first line is the message; others tell of what device it is, and no time. */
static size_t message_bytes(struct ml_str record)
{
	const char *end = record.n ? memchr(record.p, '\n', record.n) : NULL;

	return end ? (size_t)(end - record.p) + 1 : record.n;
}

int ml_oom_text_add(struct ml_oom_text *t, struct ml_str record)
{
	int rc;

	t->is_wanted = false;
	rc = ml_klog_push(&t->klog, record.p, message_bytes(record));
	if (rc || !t->is_wanted)
		return rc;
	if (t->text.n + record.n > ML_OOM_TEXT_MAX && t->text.n)
		make_room(&t->text);
	ml_buf_str(&t->text, record);
	t->version++;
	return t->text.failed ? -ENOMEM : 0;
}
