/* SPDX-License-Identifier: MIT */
/*
 * klog: lines of a kernel log in any of the ways it is kept - dmesg, /dev/kmsg, syslog,
 * the journal as text, export or JSON - told apart line by line.
 *
 * Bytes go in as they come; each line that is whole goes out through a function. What is
 * kept is one line, so that a log of any length takes the same memory.
 */
#pragma once

#include "base/buf.h"
#include "base/num.h"
#include "base/str.h"

/* Longer lines are cut. The largest records of the kernel are 1 KiB, of the journal as
 * JSON some KiB. */
#define ML_KLOG_LINE_MAX (64u << 10)

/* Whose words these are. Anybody may write to a log; records tell it, plain text that
 * was copied out of the kernel's buffer does not. */
enum ml_klog_from {
	ML_KLOG_UNTOLD,
	ML_KLOG_KERNEL,
	ML_KLOG_USER,
};

struct ml_klog_line {
	struct ml_str text;   /* without what stands before it */
	struct ml_str caller; /* "T123" or "C0" of CONFIG_PRINTK_CALLER; n 0: not told */
	struct ml_str ident;  /* the program of a user's line; n 0: not told */
	enum ml_klog_from from;
	uint64_t boot_us;     /* after boot; ML_NONE: not told */
	uint64_t wall_ms;     /* since the epoch; ML_NONE: not told */
	bool local;           /* wall_ms is the time of a zone that is not told */
};

/* Strings are valid during the call. */
typedef void ml_klog_fn(const struct ml_klog_line *line, void *data);

struct ml_klog {
	ml_klog_fn *fn;
	void *data;
	uint64_t now_ms;  /* gives times without a year theirs; ML_NONE: unknown */
	struct ml_buf line;
	struct ml_buf
		text; /* of the record, in the formats of many lines; decoded text */
	struct ml_klog_line record;
	char ident[64];
	bool export, timed, kernel_transport, user_facility;
	uint64_t binary;      /* bytes of an exported field that are still to come */
	unsigned size_bytes;  /* of its length that are still to come */
	bool is_message;      /* it is the text */
	bool behind;          /* its line end is still to come */
	bool overlong;        /* the rest of the line is passed over */
	uint64_t lines, cut_lines, bad_lines;
};

/* The caller makes it zero with these three. */
void ml_klog_init(struct ml_klog *k, ml_klog_fn *fn, void *data, uint64_t now_ms);
/* 0 or -ENOMEM. */
int ml_klog_push(struct ml_klog *k, const char *p, size_t n);
/* The last line may lack its end. 0 or -ENOMEM. */
int ml_klog_end(struct ml_klog *k);
void ml_klog_deinit(struct ml_klog *k);

/* What kind of file begins so, where it is none of these: "gzip", "a binary journal".
 * NULL: it may be text. */
const char *ml_klog_foreign(struct ml_str begin);
