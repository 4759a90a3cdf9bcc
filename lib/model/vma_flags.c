/* SPDX-License-Identifier: MIT */
/* vma_flags: the two-letter VmFlags of smaps in words. */
#include "model/vma_flags.h"

#include "base/cleanup.h"
#include "base/str.h"

/* fs/proc/task_mmu.c, show_smap_vma_flags(): up to Linux 7.2. */
static const struct {
	const char *code;
	const char *words;
} flags_known[] = {
	{ "rd", "readable" },
	{ "wr", "writable" },
	{ "ex", "executable" },
	{ "sh", "shared" },
	{ "mr", "may be made readable" },
	{ "mw", "may be made writable" },
	{ "me", "may be made executable" },
	{ "ms", "may be shared" },
	{ "gd", "grows down" },
	{ "gu", "may have guard regions" },
	{ "pf", "page frames without struct page" },
	{ "dw", "no writes to the file" },
	{ "lo", "locked" },
	{ "lf", "locked as pages fault in" },
	{ "io", "device memory" },
	{ "sr", "read ahead (MADV_SEQUENTIAL)" },
	{ "rr", "no read ahead (MADV_RANDOM)" },
	{ "dc", "not copied by fork" },
	{ "de", "does not expand by mremap" },
	{ "ac", "counted against overcommit" },
	{ "nr", "no swap reserved" },
	{ "ht", "hugetlb" },
	{ "sf", "synchronous faults (DAX)" },
	{ "nl", "non-linear" },
	{ "ar", "of the architecture" },
	{ "wf", "wiped in the child by fork" },
	{ "dd", "not in core dumps" },
	{ "sd", "soft-dirty" },
	{ "mm", "mixed with page frames" },
	{ "hg", "huge pages wanted (MADV_HUGEPAGE)" },
	{ "nh", "no huge pages (MADV_NOHUGEPAGE)" },
	{ "mg", "merged by KSM where equal" },
	{ "um", "userfaultfd: missing pages" },
	{ "uw", "userfaultfd: writes" },
	{ "ui", "userfaultfd: minor faults" },
	{ "bt", "guarded branch targets (BTI)" },
	{ "mt", "memory tags (MTE)" },
	{ "ss", "shadow stack" },
	{ "sl", "sealed (mseal)" },
	{ "dp", "freed rather than swapped" },
	{ "mp", "guarded by MPX" },
};

static struct ml_str words_of(struct ml_str code)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(flags_known); i++)
		if (ml_str_is(code, flags_known[i].code))
			return ml_str_of(flags_known[i].words);
	return code;
}

static size_t put(char *out, size_t room, struct ml_str s)
{
	if (s.n > room)
		return 0;
	memcpy(out, s.p, s.n);
	return s.n;
}

static size_t translate(struct ml_str flags, char *out)
{
	struct ml_str code;
	size_t n = 0;

	while (ml_next_word(&flags, &code)) {
		struct ml_str words = words_of(code);

		if (n + 2 + words.n > ML_VMA_FLAG_WORDS)
			break;
		if (n)
			n += put(out + n, ML_VMA_FLAG_WORDS - n, ML_STR(", "));
		n += put(out + n, ML_VMA_FLAG_WORDS - n, words);
	}
	return n;
}

struct ml_str ml_vma_flag_words(struct ml_str flags, struct ml_vma_words *memo)
{
	if (!flags.n) /* too many flags to be kept are kept as none */
		return (struct ml_str){ 0 };
	if (!ml_str_eq(flags, (struct ml_str){ memo->flags, memo->nflags })) {
		memo->nflags = put(memo->flags, sizeof(memo->flags), flags);
		memo->nwords = translate(flags, memo->words);
	}
	return memo->nwords ? (struct ml_str){ memo->words, memo->nwords }
			    : (struct ml_str){ 0 };
}
