/* SPDX-License-Identifier: MIT */
/* unit: what unit tests share - cmocka, and inputs that every parser must survive. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "parse/parse.h"

#define assert_bytes(str, literal)                                                     \
	do {                                                                           \
		struct ml_str got_ = (str);                                            \
                                                                                       \
		assert_non_null(got_.p);                                               \
		assert_int_equal(got_.n, sizeof(literal) - 1);                         \
		assert_memory_equal(got_.p, literal, sizeof(literal) - 1);             \
	} while (0)

/* What a parser made of a text. */
struct outcome {
	struct ml_arena arena;
	struct ml_parsed parsed;
	char *text;
};

static inline void outcome_deinit(struct outcome *o)
{
	ml_arena_deinit(&o->arena);
	free(o->text);
}

#define _outcome_ _cleanup_(outcome_deinit)

/* The copy has the exact size, so that a sanitizer sees a read behind the text. */
static inline struct outcome outcome_of_bytes(ml_parse_fn *parse, const char *p, size_t n)
{
	struct outcome o = { .text = malloc(n ? n : 1) };

	assert_non_null(o.text);
	if (n)
		memcpy(o.text, p, n);
	assert_int_equal(parse((struct ml_str){ o.text, n }, &o.arena, &o.parsed), 0);
	assert_true(o.parsed.bad_lines <= o.parsed.lines);
	assert_int_equal(o.parsed.first_bad_line > 0, o.parsed.bad_lines > 0);
	assert_true(o.parsed.first_bad_line <= o.parsed.lines);
	return o;
}

static inline struct outcome outcome_of(ml_parse_fn *parse, const char *text)
{
	return outcome_of_bytes(parse, text, strlen(text));
}

/* The text with each newline replaced, and something before and after it. */
static inline char *rewrite(const char *text, const char *begin, const char *newline,
			    size_t pad, size_t *ret_n)
{
	size_t nbegin = strlen(begin), nnewline = strlen(newline), n = 0;
	char *s = malloc(nbegin + strlen(text) * (nnewline + 1) + pad + 1);

	assert_non_null(s);
	memcpy(s, begin, nbegin);
	n = nbegin;
	for (; *text; text++) {
		if (*text == '\n') {
			memcpy(s + n, newline, nnewline);
			n += nnewline;
		} else {
			s[n++] = *text;
		}
	}
	memset(s + n, 0, pad);
	*ret_n = n + pad;
	return s;
}

/* Copying tools pad with NULs, end lines with CR LF, indent, cut trailing blanks or the
 * last newline: none of it may change what is read. */
static inline void check_dress(ml_parse_fn *parse, const char *text)
{
	static const struct {
		const char *begin;
		const char *newline;
		size_t pad;
	} dresses[] = {
		{ "",     "\n",     4096 },
		{ "",     "\r\n",   0    },
		{ "",     "\n  ",   0    },
		{ "\t",   "  \n\t", 1    },
		{ "\n\n", "\n\n\n", 0    },
	};
	_outcome_ struct outcome plain = outcome_of(parse, text);
	size_t length = strlen(text);

	assert_true(length && text[length - 1] == '\n');
	for (size_t i = 0; i < ML_ARRAY_SIZE(dresses); i++) {
		size_t n;
		_cleanup_free_ char *s = rewrite(text, dresses[i].begin,
						 dresses[i].newline, dresses[i].pad, &n);
		_outcome_ struct outcome o = outcome_of_bytes(parse, s, n);

		assert_int_equal(o.parsed.rows.n, plain.parsed.rows.n);
		assert_int_equal(o.parsed.kv.rows.n, plain.parsed.kv.rows.n);
		assert_int_equal(o.parsed.bad_lines, plain.parsed.bad_lines);
	}
	_outcome_ struct outcome cut = outcome_of_bytes(parse, text, length - 1);

	assert_int_equal(cut.parsed.rows.n, plain.parsed.rows.n);
	assert_int_equal(cut.parsed.kv.rows.n, plain.parsed.kv.rows.n);
	assert_int_equal(cut.parsed.bad_lines, plain.parsed.bad_lines);
}

/* Cut at every byte: only the line that is cut may be bad, and rows only become more. */
static inline void check_cuts(ml_parse_fn *parse, const char *text)
{
	size_t rows = 0, pairs = 0;

	for (size_t n = 0; n <= strlen(text); n++) {
		_outcome_ struct outcome o = outcome_of_bytes(parse, text, n);

		assert_true(o.parsed.bad_lines <= 1);
		assert_true(o.parsed.rows.n + 1 >= rows);
		assert_true(o.parsed.kv.rows.n + 1 >= pairs);
		rows = o.parsed.rows.n;
		pairs = o.parsed.kv.rows.n;
	}
}

static inline void check_nothing(ml_parse_fn *parse)
{
	static const struct ml_str texts[] = {
		ML_STR(""),
		ML_STR("\n"),
		ML_STR("\n\n \n\t\n\r\n"),
		ML_STR("\0"),
		ML_STR("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
		ML_STR("\n\0\0\0\n"),
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++) {
		_outcome_ struct outcome o =
			outcome_of_bytes(parse, texts[i].p, texts[i].n);

		assert_int_equal(o.parsed.rows.n, 0);
		assert_int_equal(o.parsed.kv.rows.n, 0);
		assert_int_equal(o.parsed.bad_lines, 0);
	}
}

/* Lines that are no kernel's: all counted, nothing read. */
static inline void check_junk(ml_parse_fn *parse)
{
	static const char text[] =
		"?\n\x1b[2J\x1b]0;title\a\n\xff\xfe\xc3\x28\n: :\n= =\n"
		"-1 -1\n(((((\n%s%n\n\\040\\\n[ ]\n";
	_outcome_ struct outcome o = outcome_of_bytes(parse, text, sizeof(text) - 1);

	assert_int_equal(o.parsed.rows.n, 0);
	assert_int_equal(o.parsed.kv.rows.n, 0);
	assert_int_equal(o.parsed.lines, 10);
	assert_int_equal(o.parsed.bad_lines, 10);
	assert_int_equal(o.parsed.first_bad_line, 1);
}

#define HUGE_LINE (8u << 20)

static inline void fill(char *p, size_t n, struct ml_str pattern)
{
	size_t done = pattern.n;

	memcpy(p, pattern.p, pattern.n);
	for (; done < n - done; done *= 2)
		memcpy(p + done, p, done);
	memcpy(p + done, p, n - done);
}

/* One line of 8 MiB that begins like a good one. */
static inline void check_huge_line(ml_parse_fn *parse, const char *begin)
{
	static const struct ml_str fills[] = {
		ML_STR("x"),  ML_STR("9"),   ML_STR(" "),   ML_STR(" 1"),
		ML_STR(":"),  ML_STR(" : "), ML_STR(" a="), ML_STR(","),
		ML_STR("\0"), ML_STR("\r"),  ML_STR("\\040"), ML_STR(" : tunables "),
	};
	size_t nbegin = strlen(begin);
	_cleanup_free_ char *s = malloc(HUGE_LINE);

	assert_non_null(s);
	memcpy(s, begin, nbegin);
	for (size_t i = 0; i < ML_ARRAY_SIZE(fills); i++) {
		fill(s + nbegin, HUGE_LINE - nbegin, fills[i]);
		_outcome_ struct outcome o = outcome_of_bytes(parse, s, HUGE_LINE);

		assert_true(o.parsed.rows.n <= 1);
	}
}

/* `begin`, then a million times `line`. */
static inline struct outcome outcome_of_many(ml_parse_fn *parse, const char *begin,
					     const char *line)
{
	size_t nbegin = strlen(begin), nline = strlen(line), n = 1000000;
	_cleanup_free_ char *s = malloc(nbegin + n * nline);

	assert_non_null(s);
	memcpy(s, begin, nbegin);
	for (size_t i = 0; i < n; i++)
		memcpy(s + nbegin + i * nline, line, nline);
	return outcome_of_bytes(parse, s, nbegin + n * nline);
}

/* Each hostile number between `before` and `after`: read, or counted as a bad line. */
static inline void check_numbers(ml_parse_fn *parse, const char *before,
				 const char *after)
{
	static const struct {
		const char *text;
		bool good;
	} numbers[] = {
		{ "0",                                        true  },
		{ "0000000000000000000000000000000000000007", true  },
		{ "18446744073709551614",                     true  },
		{ "18446744073709551615",                     true  },
		{ "18446744073709551616",                     true  },
		{ "9999999999999999999999999999999999999999", true  },
		{ "-1",                                       false },
		{ "+5",                                       false },
		{ "0x10",                                     false },
		{ "1e9",                                      false },
		{ "nan",                                      false },
		{ "inf",                                      false },
		{ "1.5",                                      false },
		{ "1,024",                                    false },
		{ "1'024",                                    false },
		{ "5kB",                                      false },
		{ "\xd9\xa3",                                 false },
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(numbers); i++) {
		size_t n = strlen(before) + strlen(numbers[i].text) + strlen(after);
		_cleanup_free_ char *s = calloc(1, n + 1);

		assert_non_null(s);
		strcat(strcat(strcat(s, before), numbers[i].text), after);
		_outcome_ struct outcome o = outcome_of(parse, s);

		assert_int_equal(o.parsed.bad_lines, numbers[i].good ? 0 : 1);
	}
}

static inline void *row_at(const struct outcome *o, size_t i)
{
	assert_true(i < o->parsed.rows.n);
	return ml_rows_at(&o->parsed.rows, i);
}
