/* SPDX-License-Identifier: MIT */
/* test_klog: what stands before the lines of logs is taken off, in all forms. */
#include "unit.h"

#include "parse/klog.h"
#include "parse/klog_time.h"

struct seen {
	size_t n;
	struct ml_klog_line last;
	char text[256], caller[32], ident[64];
};

static void put(char *to, size_t room, struct ml_str s)
{
	assert_true(s.n < room);
	if (s.n)
		memcpy(to, s.p, s.n);
	to[s.n] = '\0';
}

static void see(const struct ml_klog_line *line, void *data)
{
	struct seen *s = data;

	s->n++;
	s->last = *line;
	put(s->text, sizeof(s->text), line->text);
	put(s->caller, sizeof(s->caller), line->caller);
	put(s->ident, sizeof(s->ident), line->ident);
}

/* 2026-11-23 12:00:00 */
#define NOW 1795435200000ull

/* In pieces of `step` bytes, as reads may give them. */
static struct seen seen_in(const char *text, size_t n, size_t step)
{
	struct seen s = { 0 };
	struct ml_klog k;

	ml_klog_init(&k, see, &s, NOW);
	for (size_t i = 0; i < n; i += step)
		assert_int_equal(ml_klog_push(&k, text + i, n - i < step ? n - i : step),
				 0);
	assert_int_equal(ml_klog_end(&k), 0);
	ml_klog_deinit(&k);
	return s;
}

static struct seen seen_of(const char *text)
{
	return seen_in(text, strlen(text), strlen(text) + 1);
}

static const struct {
	const char *line, *text, *caller, *ident;
	enum ml_klog_from from;
	uint64_t boot_us, wall_ms;
	bool local;
} forms[] = {
	{ "plain text", "plain text", "", "", ML_KLOG_UNTOLD, ML_NONE, ML_NONE, false },
	{ "[   47.219811] a b", "a b", "", "", ML_KLOG_UNTOLD, 47219811, ML_NONE, false },
	{ "[   47.2 <    0.1>] a", "a", "", "", ML_KLOG_UNTOLD, 47200000, ML_NONE, false },
	{ "[   47.219811] [ T123] a", "a", "T123", "", ML_KLOG_UNTOLD, 47219811, ML_NONE, false },
	{ "[   47.219811][    C0] a", "a", "C0", "", ML_KLOG_UNTOLD, 47219811, ML_NONE, false },
	{ "[   47.2] [   T9@CPU1] a", "a", "T9@CPU1", "", ML_KLOG_UNTOLD, 47200000, ML_NONE, false },
	{ "<4>[    1.5] a", "a", "", "", ML_KLOG_KERNEL, 1500000, ML_NONE, false },
	{ "<12>[    1.5] a", "a", "", "", ML_KLOG_USER, 1500000, ML_NONE, false },
	{ "[Mon Nov 23 10:14:00 2026] a", "a", "", "", ML_KLOG_UNTOLD, ML_NONE, 1795428840000,
	  true },
	{ "Nov 23 10:14:00 h kernel: a: b", "a: b", "", "", ML_KLOG_KERNEL, ML_NONE, 1795428840000,
	  true },
	{ "Dec 24 10:14:00 h kernel: a", "a", "", "", ML_KLOG_KERNEL, ML_NONE, 1766571240000, true },
	{ "Nov  3 10:14:00 h kernel: [    2.5] a", "a", "", "", ML_KLOG_KERNEL, 2500000,
	  1793700840000, true },
	{ "Nov 23 10:14:00 h systemd-oomd[12]: a", "a", "", "systemd-oomd", ML_KLOG_USER, ML_NONE,
	  1795428840000, true },
	{ "2026-11-23T10:14:00.5+01:00 h kernel: a", "a", "", "", ML_KLOG_KERNEL, ML_NONE,
	  1795425240500, false },
	{ "2026-11-23T10:14:00-0030 h x[1]: a", "a", "", "x", ML_KLOG_USER, ML_NONE, 1795430640000,
	  false },
	{ "2026-11-23T10:14:00,123456+00:00 a b", "a b", "", "", ML_KLOG_UNTOLD, ML_NONE,
	  1795428840123, false },
	{ "[   47.5] host kernel: a", "a", "", "", ML_KLOG_KERNEL, 47500000, ML_NONE, false },
	{ "6,12,345,-;a", "a", "", "", ML_KLOG_KERNEL, 345, ML_NONE, false },
	{ "6,12,345,-,caller=T7;a\\x1bb", "a\033b", "T7", "", ML_KLOG_KERNEL, 345, ML_NONE, false },
	{ "30,12,345,-;systemd-oomd[1]: a", "a", "", "systemd-oomd", ML_KLOG_USER, 345, ML_NONE,
	  false },
	{ "30,12,345,-;a\\x0ab", "a\\x0ab", "", "", ML_KLOG_USER, 345, ML_NONE, false },
	{ "{\"MESSAGE\":\"a\\u00e9\\n\",\"_TRANSPORT\":\"kernel\",\"SYSLOG_FACILITY\":\"0\","
	  "\"_SOURCE_MONOTONIC_TIMESTAMP\":\"7\"}",
	  "a\u00e9", "", "", ML_KLOG_KERNEL, 7, ML_NONE, false },
	{ "{\"MESSAGE\":[97,255],\"SYSLOG_IDENTIFIER\":\"kernel\",\"_TRANSPORT\":\"syslog\"}",
	  "a\377", "", "kernel", ML_KLOG_USER, ML_NONE, ML_NONE, false },
	/* no times */
	{ "[  246]     0 x", "[  246]     0 x", "", "", ML_KLOG_UNTOLD, ML_NONE, ML_NONE, false },
	{ "Nov 33 10:14:00 h kernel: a", "Nov 33 10:14:00 h kernel: a", "", "", ML_KLOG_UNTOLD,
	  ML_NONE, ML_NONE, false },
	{ "2026-13-23T10:14:00Z h", "2026-13-23T10:14:00Z h", "", "", ML_KLOG_UNTOLD, ML_NONE,
	  ML_NONE, false },
};

static void test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(forms); i++) {
		struct seen s = seen_of(forms[i].line);

		if (s.n != 1 || strcmp(s.text, forms[i].text) != 0 ||
		    strcmp(s.caller, forms[i].caller) != 0 ||
		    strcmp(s.ident, forms[i].ident) != 0 ||
		    s.last.from != forms[i].from || s.last.boot_us != forms[i].boot_us ||
		    s.last.wall_ms != forms[i].wall_ms || s.last.local != forms[i].local)
			fail_msg("%s: %zu lines, \"%s\" [%s] %s from %d at %llu, %llu",
				 forms[i].line, s.n, s.text, s.caller, s.ident,
				 s.last.from, (unsigned long long)s.last.boot_us,
				 (unsigned long long)s.last.wall_ms);
	}
}

/* A field of bytes has its length before it, and may hold line ends. */
static const char export[] = "__CURSOR=x\n"
			     "_TRANSPORT=kernel\n"
			     "MESSAGE\n"
			     "\7\0\0\0\0\0\0\0one\ntwo\n"
			     "_SOURCE_MONOTONIC_TIMESTAMP=5\n"
			     "\n"
			     "__CURSOR=y\n"
			     "SYSLOG_IDENTIFIER=earlyoom\n"
			     "MESSAGE=three\n";

static void test_export(void **state)
{
	(void)state;
	for (size_t step = 1; step <= sizeof(export); step++) {
		struct seen s = seen_in(export, sizeof(export) - 1, step);

		assert_int_equal(s.n, 3);
		assert_string_equal(s.text, "three");
		assert_string_equal(s.ident, "earlyoom");
		assert_int_equal(s.last.from, ML_KLOG_USER);
	}
}

static void test_lines(void **state)
{
	struct seen s = seen_in("a\0b\nx\n\0\0\0\n", 9, 9);
	struct ml_klog k;

	(void)state;
	assert_int_equal(s.n, 1);
	assert_string_equal(s.text, "x");
	s = seen_of("7,1,2,-;one\\x0atwo");
	assert_int_equal(s.n, 2);
	assert_string_equal(s.text, "two");
	ml_klog_init(&k, see, &s, NOW);
	s.n = 0;
	assert_int_equal(ml_klog_push(&k, "a\0b\nx\n", 6), 0);
	assert_int_equal(ml_klog_end(&k), 0);
	assert_int_equal(k.bad_lines, 1);
	assert_int_equal(k.lines, 2);
	ml_klog_deinit(&k);
}

static void count(const struct ml_klog_line *line, void *data)
{
	size_t *most = data;

	*most = line->text.n > *most ? line->text.n : *most;
}

/* However long a line, it takes the same memory. */
static void test_huge_line(void **state)
{
	_cleanup_free_ char *text = malloc(1 << 20);
	struct ml_klog k;
	size_t most = 0;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 1 << 20);
	ml_klog_init(&k, count, &most, NOW);
	for (int i = 0; i < 64; i++)
		assert_int_equal(ml_klog_push(&k, text, 1 << 20), 0);
	assert_int_equal(ml_klog_push(&k, "\ny\n", 3), 0);
	assert_int_equal(ml_klog_end(&k), 0);
	assert_int_equal(most, ML_KLOG_LINE_MAX);
	assert_int_equal(k.cut_lines, 1);
	assert_int_equal(k.lines, 2);
	assert_true(k.line.cap <= 2 * ML_KLOG_LINE_MAX);
	ml_klog_deinit(&k);
}

static void test_foreign(void **state)
{
	(void)state;
	assert_string_equal(ml_klog_foreign(ML_STR("\x1f\x8b\x08")), "gzip");
	assert_null(ml_klog_foreign(ML_STR("[    0.0] Linux")));
	assert_null(ml_klog_foreign(ML_STR("")));
	assert_int_equal(ml_klog_days(1970, 1, 1), 0);
	assert_int_equal(ml_klog_days(2024, 2, 29), 19782);
	assert_int_equal(ml_klog_days(2024, 3, 1), 19783);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),     cmocka_unit_test(test_export),
		cmocka_unit_test(test_lines),     cmocka_unit_test(test_huge_line),
		cmocka_unit_test(test_foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
