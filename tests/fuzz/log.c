/* SPDX-License-Identifier: MIT */
/* log: any bytes as a kernel log, in pieces, and what follows from its reports. */
#include "log.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "capture/redact.h"
#include "model/oom.h"

static volatile unsigned sink;

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void touch(struct ml_str s)
{
	for (size_t i = 0; i < s.n; i++)
		sink += (unsigned char)s.p[i];
}

static void take_report(const struct ml_oom_report *o, void *data)
{
	struct ml_arena a = { 0 };
	const struct ml_oom_who *who;
	struct ml_oom_event e;
	uint64_t *last = data;

	expect(o->seq && o->kind < ML_OOM_KINDS && o->nzones <= ML_OOM_ZONES &&
	       o->ntasks <= ML_OOM_TASKS && o->ncomms <= ML_OOM_COMMS &&
	       o->nkills <= ML_OOM_KILLS && o->ntasks <= o->nrows);
	for (size_t i = 0; i < o->nzones; i++)
		expect(o->zones[i].norders <= ML_OOM_ORDERS &&
		       o->zones[i].nreserve <= ML_OOM_RESERVES);
	expect(ml_oom_explain(o, &a, &e) == 0);
	expect(e.complete == !e.missing && e.killed >= o->nkills);
	touch(e.victim.name);
	touch(e.hog.name);
	touch(e.group);
	touch(e.zone);
	touch(e.words);
	ml_for_each_row(who, &e.rows)
		touch(who->name);
	ml_arena_deinit(&a);
	(*last)++;
}

static void take_line(const struct ml_klog_line *line, void *data)
{
	touch(line->text);
	touch(line->caller);
	touch(line->ident);
	ml_oom_reader_line(data, line);
}

/* The same reports come out however the bytes were cut. */
static uint64_t run(struct ml_str bytes, size_t step)
{
	struct ml_oom_reader r;
	uint64_t reports = 0;
	struct ml_klog k;

	if (ml_oom_reader_init(&r, take_report, &reports))
		return 0;
	ml_klog_init(&k, take_line, &r, 1795435200000);
	for (size_t i = 0; i < bytes.n; i += step) {
		size_t n = bytes.n - i < step ? bytes.n - i : step;
		_cleanup_free_ char *piece = malloc(n);

		if (piece)
			expect(ml_klog_push(&k, memcpy(piece, bytes.p + i, n), n) == 0);
	}
	expect(ml_klog_end(&k) == 0);
	expect(k.bad_lines <= k.lines && k.cut_lines <= k.lines);
	ml_oom_reader_end(&r);
	ml_oom_reader_deinit(&r);
	ml_klog_deinit(&k);
	return reports;
}

static void run_redaction(struct ml_str bytes)
{
	static const struct ml_redactor redactor = { .key = { 1, 2 } };
	struct ml_buf out = { 0 };

	ml_redact_log(&redactor, bytes, &out);
	touch(ml_buf_text(&out));
	ml_buf_deinit(&out);
}

bool fuzz_log(struct ml_str name, struct ml_str bytes)
{
	if (!ml_str_is(name, "log"))
		return false;
	expect(run(bytes, bytes.n + 1) == run(bytes, 37));
	run_redaction(bytes);
	return true;
}
