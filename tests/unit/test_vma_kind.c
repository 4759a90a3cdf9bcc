/* SPDX-License-Identifier: MIT */
/* test_vma_kind: what mappings are for, by names and neighbours. */
#include "unit.h"

#include <stdio.h>

#include "model/vma_flags.h"
#include "model/vma_kind.h"

#define MIB (1ull << 20)

static struct ml_smaps_row row(uint64_t start, uint64_t size, const char *perms,
			       const char *name)
{
	struct ml_smaps_row m = { .start = start, .end = start + size };

	memcpy(m.perms, perms, sizeof(m.perms));
	m.name = ml_str_of(name);
	return m;
}

static void expect_kind(struct ml_str kind, const char *wanted, const char *of)
{
	if (!ml_str_is(kind, wanted))
		fail_msg("%s: %.*s, not %s", of, (int)kind.n, kind.p, wanted);
}

static void test_names(void **state)
{
	static const struct {
		const char *name;
		const char *kind;
	} cases[] = {
		{ "[heap]", "heap" },
		{ "[stack]", "stack" },
		{ "[stack:1234]", "thread" },
		{ "[vdso]", "vdso" },
		{ "[vvar]", "vdso" },
		{ "[vvar_vclock]", "vdso" },
		{ "[vsyscall]", "vdso" },
		{ "[vectors]", "vdso" },
		{ "[sigpage]", "vdso" },
		{ "[uprobes]", "vdso" },
		{ "[anon:]", "named" },
		{ "[anon:dalvik-main space (region space)]", "named" },
		{ "[anon: glibc: malloc]", "anon" },
		{ "[anon: glibc: malloc arena]", "arena" },
		{ "[anon: glibc: pthread stack: 7]", "thread" },
		{ "[anon_shmem:x]", "shared" },
		{ "/memfd:x (deleted)", "shared" },
		{ "/dev/zero (deleted)", "shared" },
		{ "/SYSV00000000 (deleted)", "shared" },
		{ "/dev/shm/x", "shared" },
		{ "/dev/shm/x (deleted)", "shared" },
		{ "/anon_hugepage (deleted)", "hugetlb" },
		{ "/dev/hugepages/x", "hugetlb" },
		{ "/dev/dri/card0", "device" },
		{ "anon_inode:[perf_event]", "device" },
		{ "anon_inode:i915.gem", "device" },
		{ "socket:[7]", "device" },
		{ "/lib/libc.so.6", "file" },
		{ "/lib/libc.so.6 (deleted)", "deleted" },
		{ "/x (deleted) (deleted)", "deleted" },
		{ " (deleted)", "deleted" },
		{ "/x (deleted) ", "file" },
		{ "/x (deleted).so", "file" },
		{ "/tmp/[heap]", "file" },
		{ "/tmp/[stack]", "file" },
		{ "/[vdso]", "file" },
		{ "/devices/x", "file" },
		{ "/dev", "file" },
		{ "x", "file" },
	};
	struct ml_smaps_row none = { 0 };

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		struct ml_smaps_row m = row(0x1000, 4096, "rw-p", cases[i].name);
		struct ml_vma_before before = { 0 };

		expect_kind(ml_vma_kind_of(&before, &m, &none), cases[i].kind,
			    cases[i].name);
		assert_false(before.anonymous);
		assert_true(before.end == m.end);
	}
}

/* Mappings one after the other, and the kind of each. */
struct step {
	uint64_t start, size;
	const char *perms, *name, *kind;
};

static void check_steps(const struct step *steps, size_t n)
{
	struct ml_vma_before before = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct step *s = &steps[i], *next = i + 1 < n ? s + 1 : NULL;
		struct ml_smaps_row m = row(s->start, s->size, s->perms, s->name);
		struct ml_smaps_row after = { 0 };
		char of[64];

		if (next)
			after = row(next->start, next->size, next->perms, next->name);
		snprintf(of, sizeof(of), "step %zu", i);
		expect_kind(ml_vma_kind_of(&before, &m, &after), s->kind, of);
	}
}

#define CHECK(...) \
	do { \
		static const struct step steps_[] = { __VA_ARGS__ }; \
		check_steps(steps_, ML_ARRAY_SIZE(steps_)); \
	} while (0)

static void test_anonymous(void **state)
{
	(void)state;
	CHECK({ 0x10000, 8192, "rw-p", NULL, "anon" });
	CHECK({ 0x10000, 8192, "---p", NULL, "reserved" });
	CHECK({ 0x10000, 8192, "rw-s", NULL, "shared" });
	CHECK({ 0x10000, 8192, "---s", NULL, "shared" });
	CHECK({ 0x10000, 8192, "r-xp", NULL, "anon" });
}

static void test_arenas(void **state)
{
	(void)state;
	CHECK({ 0x7f0000000000, MIB, "rw-p", NULL, "arena" },
	      { 0x7f0000000000 + MIB, 63 * MIB, "---p", NULL, "arena" },
	      { 0x7f0004000000, 64 * MIB, "rw-p", NULL, "arena" },
	      { 0x7f0008000000, MIB, "rw-p", NULL, "anon" });
	CHECK({ 0x7f0000000000, MIB, "rw-p", NULL, "anon" },
	      { 0x7f0000000000 + MIB, 62 * MIB, "---p", NULL, "reserved" });
	CHECK({ 0x7f0000001000, MIB, "rw-p", NULL, "anon" },
	      { 0x7f0000101000, 63 * MIB, "---p", NULL, "reserved" });
	CHECK({ 0x7f0000000000, MIB, "rw-p", NULL, "anon" },
	      { 0x7f0000000000 + 2 * MIB, 62 * MIB, "---p", NULL, "reserved" });
	CHECK({ 0x7f0000000000, MIB, "rw-p", NULL, "anon" },
	      { 0x7f0000000000 + MIB, 63 * MIB, "---p", "/file", "file" });
}

/* A heap of a 32-bit process is a MiB. */
static void test_arenas_of_32_bit(void **state)
{
	(void)state;
	CHECK({ 0xf6c00000, 0x21000, "rw-p", NULL, "arena" },
	      { 0xf6c21000, 0xdf000, "---p", NULL, "arena" },
	      { 0xf6d00000, 0x100000, "rw-p", NULL, "arena" });
	CHECK({ 0xf6c01000, 0x21000, "rw-p", NULL, "anon" },
	      { 0xf6c22000, 0xdf000, "---p", NULL, "reserved" });
}

static void test_threads(void **state)
{
	(void)state;
	CHECK({ 0x7f1234000000 - 4096, 4096, "---p", NULL, "reserved" },
	      { 0x7f1234000000, 8 * MIB, "rw-p", NULL, "thread" },
	      { 0x7f1234800000, 8 * MIB, "rw-p", NULL, "anon" });
	CHECK({ 0x7f1234001000, 256 << 10, "---p", NULL, "reserved" },
	      { 0x7f1234041000, 16384, "rwxp", NULL, "thread" });
	/* too large a guard, apart, of a file; the rest too small, not writable */
	CHECK({ 0x7f1234001000, 260 << 10, "---p", NULL, "reserved" },
	      { 0x7f1234042000, 16384, "rw-p", NULL, "anon" });
	CHECK({ 0x7f1234001000, 4096, "---p", NULL, "reserved" },
	      { 0x7f1234003000, 16384, "rw-p", NULL, "anon" });
	CHECK({ 0x7f1234001000, 4096, "---p", "/lib/x.so", "file" },
	      { 0x7f1234002000, 16384, "rw-p", NULL, "anon" });
	CHECK({ 0x7f1234001000, 4096, "---p", NULL, "reserved" },
	      { 0x7f1234002000, 12288, "rw-p", NULL, "anon" });
	CHECK({ 0x7f1234001000, 4096, "---p", NULL, "reserved" },
	      { 0x7f1234002000, 16384, "r--p", NULL, "anon" });
}

/* Backwards and at the end of all addresses: some kind, no fault. */
static void test_odd_addresses(void **state)
{
	struct ml_vma_before before = { 0 };
	struct ml_smaps_row m = row(0, 0, "rw-p", NULL), after = m;

	(void)state;
	m.start = ML_U64_MAX;
	m.end = 0;
	after.start = after.end = ML_U64_MAX;
	assert_true(ml_vma_kind_of(&before, &m, &after).n > 0);
	m.start = 0;
	m.end = ML_U64_MAX;
	assert_true(ml_vma_kind_of(&before, &m, &after).n > 0);
}

static void test_all_have_a_meaning(void **state)
{
	size_t n = 0;

	(void)state;
	for (; ml_vma_kinds[n].name; n++)
		assert_true(strlen(ml_vma_kinds[n].help) > 5);
	assert_int_equal(n, 13);
}

/* ---- flags ---- */

static void test_flags(void **state)
{
	struct ml_vma_words memo = { .nflags = 0 };

	(void)state;
	assert_null(ml_vma_flag_words((struct ml_str){ 0 }, &memo).p);
	for (size_t i = 0; i < 2; i++)
		assert_bytes(ml_vma_flag_words(ML_STR("rd wr"), &memo),
			     "readable, writable");
	assert_bytes(ml_vma_flag_words(ML_STR("  rd   zz "), &memo), "readable, zz");
	assert_null(ml_vma_flag_words((struct ml_str){ 0 }, &memo).p);
	assert_null(ml_vma_flag_words(ML_STR("   "), &memo).p);
}

/* More flags than are kept: within bounds, and not taken for those of the next. */
static void test_many_flags(void **state)
{
	struct ml_vma_words memo = { .nflags = 0 };
	char many[4096];

	(void)state;
	for (size_t n = 1; n < sizeof(many); n += 7) {
		struct ml_str s;

		fill(many, n, ML_STR("r"));
		for (size_t i = 2; i < n; i += 3)
			many[i] = ' ';
		s = ml_vma_flag_words((struct ml_str){ many, n }, &memo);
		assert_true(s.n <= ML_VMA_FLAG_WORDS);
		assert_null(ml_vma_flag_words((struct ml_str){ 0 }, &memo).p);
		assert_bytes(ml_vma_flag_words(ML_STR("wr"), &memo), "writable");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_anonymous),
		cmocka_unit_test(test_arenas),
		cmocka_unit_test(test_arenas_of_32_bit),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_odd_addresses),
		cmocka_unit_test(test_all_have_a_meaning),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_many_flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
