/* SPDX-License-Identifier: MIT */
/* test_parse_smaps: mappings of many kernels, one by one, however the text is cut. */
#include "exact.h"

#include <stdio.h>
#include <time.h>

#include "parse/smaps.h"

/* Linux 6.18 */
#define FIRST \
	"55d0c8a00000-55d0c8a21000 rw-p 00001000 fe:01 1234567                    [heap]\n" \
	"Size:                132 kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\n" \
	"Rss:                  44 kB\nPss:                  43 kB\nPss_Dirty:            42 kB\n" \
	"Shared_Clean:          1 kB\nShared_Dirty:          2 kB\nPrivate_Clean:         3 kB\n" \
	"Private_Dirty:         4 kB\nReferenced:            5 kB\nAnonymous:             6 kB\n" \
	"KSM:                   7 kB\nLazyFree:              8 kB\nAnonHugePages:         9 kB\n" \
	"ShmemPmdMapped:       10 kB\nFilePmdMapped:        11 kB\nShared_Hugetlb:       12 kB\n" \
	"Private_Hugetlb:      13 kB\nSwap:                 14 kB\nSwapPss:              15 kB\n" \
	"Locked:               16 kB\nTHPeligible:           1\nProtectionKey:         2\n" \
	"VmFlags: rd wr mr mw me ac \n"
/* 2.6.32 */
#define SECOND \
	"08048000-0804c000 r-xp 00000000 08:01 42         /bin/a b (deleted)\n" \
	"Size:                 16 kB\nRss:                   8 kB\nPss:                   4 kB\n" \
	"Shared_Clean:          8 kB\nShared_Dirty:          0 kB\nPrivate_Clean:         0 kB\n" \
	"Private_Dirty:         0 kB\nReferenced:            8 kB\nSwap:                  0 kB\n" \
	"KernelPageSize:        4 kB\nMMUPageSize:           4 kB\n"
#define THIRD \
	"7f0000000000-7f0000001000 ---s fffffffffffff000 1ff:fffff 18446744073709551615 \n" \
	"Size:                  4 kB\nNew_Key:       77 kB\nNewer:   x y z\nRss:   1 kB\n"

static const char sample[] = FIRST SECOND THIRD;

static void check_first(const struct ml_smaps_row *m)
{
	const uint64_t sizes[] = {
		m->shared_clean, m->shared_dirty, m->private_clean, m->private_dirty,
		m->referenced, m->anonymous, m->ksm, m->lazy_free, m->anon_huge_pages,
		m->shmem_pmd_mapped, m->file_pmd_mapped, m->shared_hugetlb,
		m->private_hugetlb, m->swap, m->swap_pss, m->locked,
	};

	assert_true(m->start == 0x55d0c8a00000 && m->end == 0x55d0c8a21000);
	assert_true(m->offset == 0x1000 && m->inode == 1234567);
	assert_memory_equal(m->perms, "rw-p", 4);
	assert_string_equal(m->dev, "fe:01");
	assert_bytes(m->name, "[heap]");
	assert_int_equal(m->size, 132 * 1024);
	assert_int_equal(m->kernel_page_size, 4096);
	assert_int_equal(m->rss, 44 * 1024);
	assert_int_equal(m->pss, 43 * 1024);
	assert_int_equal(m->pss_dirty, 42 * 1024);
	for (size_t i = 0; i < ML_ARRAY_SIZE(sizes); i++)
		assert_int_equal(sizes[i], (i + 1) * 1024);
	assert_int_equal(m->thp_eligible, 1);
	assert_int_equal(m->protection_key, 2);
	assert_int_equal(m->pss_anon, ML_NONE);
	assert_bytes(m->vm_flags, "rd wr mr mw me ac");
	assert_absent(m->other);
}

static void check_second(const struct ml_smaps_row *m)
{
	assert_true(m->start == 0x08048000 && m->end == 0x0804c000);
	assert_bytes(m->name, "/bin/a b (deleted)");
	assert_int_equal(m->pss, 4096);
	assert_int_equal(m->mmu_page_size, 4096);
	assert_int_equal(m->anonymous, ML_NONE);
	assert_int_equal(m->locked, ML_NONE);
	assert_absent(m->vm_flags);
}

static void check_third(const struct ml_smaps_row *m)
{
	assert_string_equal(m->dev, "1ff:fffff");
	assert_true(m->offset == 0xfffffffffffff000 && m->inode == ML_U64_MAX);
	assert_memory_equal(m->perms, "---s", 4);
	assert_absent(m->name);
	assert_bytes(m->other, "New_Key:       77 kB\nNewer:   x y z");
	assert_int_equal(m->rss, 1024);
}

static void test_golden(void **state)
{
	static void (*const checks[])(const struct ml_smaps_row *) = {
		check_first, check_second, check_third,
	};
	_exact_ struct ml_str all = exact(sample, sizeof(sample) - 1);
	struct ml_parsed count = { 0 };
	struct ml_smaps_row m, after;
	struct ml_str text = all;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(ml_smaps_next(&text, true, &m, &count));
		checks[i](&m);
		assert_int_equal(ml_smaps_peek(text, &after), i < 2);
	}
	assert_false(ml_smaps_next(&text, true, &m, &count));
	assert_int_equal(count.lines, 26 + 12 + 5);
	assert_int_equal(count.bad_lines, 0);
}

/* The only mapping of a text. */
static bool only(const char *p, size_t n, struct ml_smaps_row *ret, uint64_t *ret_bad)
{
	struct ml_str text = { p, n };
	struct ml_parsed count = { 0 };
	struct ml_smaps_row more;
	bool found = ml_smaps_next(&text, true, ret, &count);

	assert_false(ml_smaps_next(&text, true, &more, &count));
	*ret_bad = count.bad_lines;
	return found;
}

#define ONLY(literal, ret, bad) only((literal), sizeof(literal) - 1, (ret), (bad))

static void test_rollup(void **state)
{
	struct ml_smaps_row m;
	uint64_t bad;

	(void)state;
	assert_true(
		ONLY("00400000-7ffc22a43000 ---p 00000000 00:00 0      [rollup]\n"
		     "Rss:   4408 kB\nPss:   2077 kB\nPss_Anon:  7 kB\nPss_File: 8 kB\n"
		     "Pss_Shmem:  9 kB\n",
		     &m, &bad));
	assert_int_equal(m.pss_anon, 7 * 1024);
	assert_int_equal(m.pss_file, 8 * 1024);
	assert_int_equal(m.pss_shmem, 9 * 1024);
	assert_int_equal(m.size, ML_NONE);
	assert_int_equal(bad, 0);
}

static void test_maps(void **state)
{
	static const char text[] =
		"00400000-00401000 r--p 00000000 00:02 32     /bin/wl\n"
		"bf000000-c0000000 rw-p 00000000 00:00 0 \n"
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0"
		"          [vsyscall]\n";
	struct ml_str rest = ML_STR(text);
	struct ml_parsed count = { 0 };
	struct ml_smaps_row m;

	(void)state;
	assert_true(ml_smaps_next(&rest, true, &m, &count));
	assert_bytes(m.name, "/bin/wl");
	assert_true(ml_smaps_next(&rest, true, &m, &count));
	assert_absent(m.name);
	assert_true(ml_smaps_next(&rest, true, &m, &count));
	assert_true(m.start == 0xffffffffff600000);
	assert_false(ml_smaps_next(&rest, true, &m, &count));
	assert_int_equal(count.bad_lines, 0);
	assert_int_equal(count.lines, 3);
}

/* Any byte but newline, which the kernel escapes: also at the ends, also a header. */
static void test_names(void **state)
{
	static const char *const names[] = {
		"/a", "/a ", "/a\r", "/a\t", "/\\012", "/ (deleted)", "/x (deleted) (deleted)",
		"/tmp/[heap]", "/7f00-7f10 r-xp 00000000 00:00 0", "/Rss: 5 kB", "[anon:]",
		"[anon:dalvik-main space (region space)]", "anon_inode:[eventfd]", "/\xff\xfe",
		"/\x1b[2J", "socket:[1]", "/\"quoted\"", "//", "/\x7f",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(names); i++) {
		char text[256];
		int n = snprintf(text, sizeof(text),
				 "1000-2000 r-xp 00000000 00:00 7   %s\nRss: 8 kB\n",
				 names[i]);
		struct ml_smaps_row m;
		uint64_t bad;

		assert_true(only(text, (size_t)n, &m, &bad));
		assert_int_equal(m.name.n, strlen(names[i]));
		assert_memory_equal(m.name.p, names[i], m.name.n);
		assert_int_equal(m.rss, 8192);
		assert_int_equal(bad, 0);
	}
}

static void test_every_byte_in_a_name(void **state)
{
	char text[] = "1000-2000 r-xp 00000000 00:00 7   /a_b\nRss: 8 kB\n";
	struct ml_smaps_row m;
	uint64_t bad;

	(void)state;
	for (int c = 0; c < 256; c++) {
		if (c == '\n')
			continue;
		*strchr(text + 34, '/') = '/';
		text[36] = (char)c;
		assert_true(only(text, sizeof(text) - 1, &m, &bad));
		assert_int_equal(m.name.n, 4);
		assert_int_equal((unsigned char)m.name.p[2], c);
		assert_int_equal(m.rss, 8192);
	}
}

/* A copy that went through another system; in maps nothing tells whose the CR is. */
static void test_crlf(void **state)
{
	size_t n;
	_cleanup_free_ char *s = rewrite(sample, "", "\r\n", 0, &n);
	struct ml_str text = { s, n };
	struct ml_parsed count = { 0 };
	struct ml_smaps_row m;

	(void)state;
	assert_true(ml_smaps_next(&text, true, &m, &count));
	check_first(&m);
	assert_true(ml_smaps_next(&text, true, &m, &count));
	check_second(&m);
	assert_true(ml_smaps_next(&text, true, &m, &count));
	assert_absent(m.name);
	assert_int_equal(m.rss, 1024);
	assert_int_equal(count.bad_lines, 0);
}

static void test_padding(void **state)
{
	struct ml_smaps_row m;
	uint64_t bad;

	(void)state;
	assert_true(ONLY("\n\n" FIRST "\n\0\0\0\0\0\0\0", &m, &bad));
	check_first(&m);
	assert_int_equal(bad, 0);
}

static void test_android(void **state)
{
	struct ml_smaps_row m;
	uint64_t bad;

	(void)state;
	assert_true(ONLY("1000-2000 rw-p 00000000 00:00 0 \n"
			 "Name:           [anon:libc_malloc]\nSize: 4 kB\n",
			 &m, &bad));
	assert_bytes(m.name, "[anon:libc_malloc]");
	assert_int_equal(bad, 0);
}

static void test_values(void **state)
{
	struct ml_smaps_row m;
	uint64_t bad;

	(void)state;
	assert_true(ONLY(
		"1000-2000 rw-p 00000000 00:00 0 \n"
		"Size: 18446744073709551616 kB\nRss: 18014398509481984 kB\nPss: -1 kB\n"
		"Swap:\nLocked: 5kB\nno colon\nRss: 3 kB\nReferenced: 0000000000000000007 kB\n"
		"KSM: 12\n",
		&m, &bad));
	assert_int_equal(m.size, ML_U64_MAX);
	assert_int_equal(m.rss, 3072); /* the last one holds */
	assert_int_equal(m.pss, ML_NONE);
	assert_int_equal(m.swap, ML_NONE);
	assert_int_equal(m.locked, ML_NONE);
	assert_int_equal(m.referenced, 7 * 1024);
	assert_int_equal(m.ksm, 12);
	assert_int_equal(bad, 4);
}

/* Neither these nor the lines below them are a mapping's. */
static void test_bad_headers(void **state)
{
	static const char *const headers[] = {
		"1000-2000", "1000-2000 rw-p", "1000-2000 rw-p 0", "1000-2000 rw-p 0 0:0",
		"1000-2000 rw-p 0 0:0 x", "1000-2000 rwxps 0 0:0 0", "1000-2000 rw- 0 0:0 0",
		"1000- rw-p 0 0:0 0", "1000-x rw-p 0 0:0 0", "1000-2000 rw-p x 0:0 0",
		"1000-2000 rw-p 0 123456:123456 0", "1000-2000 rw-p 0 0:0 -1", "-2000 rw-p 0 0:0 0",
		"g000-2000 rw-p 0 0:0 0", " 1000-2000 rw-p 0 0:0 0",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(headers); i++) {
		char text[256];
		int n = snprintf(text, sizeof(text), "%s\nRss: 4 kB\n", headers[i]);
		struct ml_smaps_row m;
		uint64_t bad;

		assert_false(only(text, (size_t)n, &m, &bad));
		assert_int_equal(bad, 2);
	}
}

static void test_lines_before_any(void **state)
{
	struct ml_smaps_row m;
	uint64_t bad;

	(void)state;
	assert_true(ONLY("Rss: 5 kB\nVmFlags: rd\n" FIRST, &m, &bad));
	check_first(&m);
	assert_int_equal(bad, 2);
}

/* A header that is none ends the mapping before it all the same. */
static void test_bad_header_between(void **state)
{
	static const char text[] = SECOND "1000-2000 junk\nRss: 9 kB\n" FIRST;
	struct ml_str rest = ML_STR(text);
	struct ml_parsed count = { 0 };
	struct ml_smaps_row m;

	(void)state;
	assert_true(ml_smaps_next(&rest, true, &m, &count));
	check_second(&m);
	assert_true(ml_smaps_next(&rest, true, &m, &count));
	check_first(&m);
	assert_int_equal(count.bad_lines, 2);
}

static void test_nothing(void **state)
{
	static const struct ml_str texts[] = {
		ML_STR(""), ML_STR("\n"), ML_STR("\0\0\0"), ML_STR("\n\n\r\n"), ML_STR("-"),
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++) {
		struct ml_smaps_row m;
		uint64_t bad;

		assert_false(only(texts[i].p, texts[i].n, &m, &bad));
	}
}

/* Out of order, overlapping, backwards: told as they stand. */
static void test_odd_addresses(void **state)
{
	static const char text[] = "3000-4000 r--p 0 0:0 0\n1000-3800 r--p 0 0:0 0\n"
				   "9000-8000 r--p 0 0:0 0\n"
				   "fffffffffffffffff-0 r--p 0 0:0 0\n";
	struct ml_str rest = ML_STR(text);
	struct ml_parsed count = { 0 };
	struct ml_smaps_row m;
	size_t n = 0;

	(void)state;
	while (ml_smaps_next(&rest, true, &m, &count))
		n++;
	assert_int_equal(n, 4);
	assert_true(m.start == ML_U64_MAX && m.end == 0);
}

/* ---- pieces ---- */

struct seen {
	uint64_t n, sum, lines, bad;
};

static void add(struct seen *seen, const struct ml_smaps_row *m)
{
	seen->n++;
	seen->sum = seen->sum * 31 + m->start + m->rss + m->name.n * 7 + m->vm_flags.n +
		    m->other.n * 3;
}

static void take(struct seen *seen, struct ml_str *text, bool last)
{
	struct ml_parsed count = { 0 };
	struct ml_smaps_row m;

	while (ml_smaps_next(text, last, &m, &count))
		add(seen, &m);
	seen->lines += count.lines;
	seen->bad += count.bad_lines;
}

static struct seen take_in_two(const char *p, size_t n, size_t cut)
{
	_exact_ struct ml_str first = exact(p, cut);
	struct ml_str left = first, rest;
	struct seen seen = { 0 };

	take(&seen, &left, false);
	_exact_ struct ml_str second = exact(p + cut - left.n, n - cut + left.n);

	rest = second;
	take(&seen, &rest, true);
	assert_int_equal(rest.n, 0);
	return seen;
}

/* However the text comes in two, it is the same mappings. */
static void test_pieces(void **state)
{
	static const char text[] =
		"junk\n1-2\nRss: 1 kB\n" FIRST "x\n" SECOND "9-8 r--p 0 0:0 x\n" THIRD;
	struct seen whole = take_in_two(text, sizeof(text) - 1, 0);

	(void)state;
	assert_int_equal(whole.n, 3);
	for (size_t cut = 0; cut < sizeof(text); cut++) {
		struct seen parts = take_in_two(text, sizeof(text) - 1, cut);

		assert_memory_equal(&parts, &whole, sizeof(whole));
	}
}

/* Cut off at every byte: no row that is not there, at most the last line is bad. */
static void test_cuts(void **state)
{
	(void)state;
	for_each_cut(text, sample)
	{
		struct ml_str rest = text;
		struct seen seen = { 0 };

		take(&seen, &rest, true);
		assert_int_equal(rest.n, 0);
		assert_true(seen.n <= 3 && seen.bad <= 1);
	}
}

/* A million mappings, or a million lines of one: linear. */
static void check_million(const char *begin, const char *line, size_t rows)
{
	size_t nbegin = strlen(begin), nline = strlen(line), n = 1000000;
	_cleanup_free_ char *s = malloc(nbegin + n * nline);
	struct seen seen = { 0 };
	clock_t start = clock();
	struct ml_str text;

	assert_non_null(s);
	memcpy(s, begin, nbegin);
	for (size_t i = 0; i < n; i++)
		memcpy(s + nbegin + i * nline, line, nline);
	text = (struct ml_str){ s, nbegin + n * nline };
	take(&seen, &text, true);
	assert_int_equal(seen.n, rows);
	assert_true((clock() - start) / CLOCKS_PER_SEC < 20);
}

static void test_million(void **state)
{
	(void)state;
	check_million("", "1000-2000 rw-p 00000000 00:00 0 \nRss: 4 kB\n", 1000000);
	check_million("1000-2000 rw-p 00000000 00:00 0 \n", "Rss: 4 kB\n", 1);
	check_million("1000-2000 rw-p 00000000 00:00 0 \n", "Unknown: 4 kB\n", 1);
	check_million("", "Rss: 4 kB\n", 0);
	check_million("1000-2000 rw-p 00000000 00:00 0 /", "x", 1);
	check_million("", "1000-", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_rollup),
		cmocka_unit_test(test_maps),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_every_byte_in_a_name),
		cmocka_unit_test(test_crlf),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_android),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_bad_headers),
		cmocka_unit_test(test_lines_before_any),
		cmocka_unit_test(test_bad_header_between),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_odd_addresses),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_million),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
