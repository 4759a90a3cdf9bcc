/* SPDX-License-Identifier: MIT */
/* smaps: /proc/PID/smaps, and maps and smaps_rollup: a header per mapping, its sizes. */
#include "parse/smaps.h"

#include "base/cleanup.h"

#include <ctype.h>

#define KEY(name, field)                                                                 \
	{                                                                                \
		name, sizeof(name) - 1, offsetof(struct ml_smaps_row, field)             \
	}

/* In the order of Linux 6.18, so that the next key is usually the next row. */
static const struct key {
	const char *name;
	size_t n;
	size_t offset;
} keys[] = {
	KEY("Size", size),
	KEY("KernelPageSize", kernel_page_size),
	KEY("MMUPageSize", mmu_page_size),
	KEY("Rss", rss),
	KEY("Pss", pss),
	KEY("Pss_Dirty", pss_dirty),
	KEY("Pss_Anon", pss_anon),
	KEY("Pss_File", pss_file),
	KEY("Pss_Shmem", pss_shmem),
	KEY("Shared_Clean", shared_clean),
	KEY("Shared_Dirty", shared_dirty),
	KEY("Private_Clean", private_clean),
	KEY("Private_Dirty", private_dirty),
	KEY("Referenced", referenced),
	KEY("Anonymous", anonymous),
	KEY("KSM", ksm),
	KEY("LazyFree", lazy_free),
	KEY("AnonHugePages", anon_huge_pages),
	KEY("ShmemPmdMapped", shmem_pmd_mapped),
	KEY("FilePmdMapped", file_pmd_mapped),
	KEY("Shared_Hugetlb", shared_hugetlb),
	KEY("Private_Hugetlb", private_hugetlb),
	KEY("Swap", swap),
	KEY("SwapPss", swap_pss),
	KEY("Locked", locked),
	KEY("THPeligible", thp_eligible),
	KEY("ProtectionKey", protection_key),
};

/* So many fit, also times 1024. */
#define USUAL_DIGITS 15

#define NKEYS ML_ARRAY_SIZE(keys)

/* ---- headers ---- */

/* A header begins with hexadecimal digits and a dash; a key with an upper-case letter,
 * and no key is hexadecimal up to its colon. */
static bool is_header(struct ml_str line)
{
	size_t i = 0;

	while (i < line.n && isxdigit((unsigned char)line.p[i]))
		i++;
	return i && i < line.n && line.p[i] == '-';
}

static bool take_hex(struct ml_str *line, char end, uint64_t *ret)
{
	struct ml_str digits;

	return ml_split(line, end, &digits) && ml_num_hex(digits, ret);
}

static bool take_perms(struct ml_str *line, struct ml_smaps_row *ret)
{
	struct ml_str word;

	if (!ml_next_word(line, &word) || word.n != sizeof(ret->perms))
		return false;
	memcpy(ret->perms, word.p, sizeof(ret->perms));
	return true;
}

static bool take_dev(struct ml_str *line, struct ml_smaps_row *ret)
{
	struct ml_str word;

	if (!ml_next_word(line, &word) || word.n >= sizeof(ret->dev))
		return false;
	memcpy(ret->dev, word.p, word.n);
	ret->dev[word.n] = '\0';
	return true;
}

/* Blanks fill the line up to the name, which is taken raw to the end: it may begin or end
 * with any byte but a newline, which the kernel writes as \012. Padded or not, names
 * begin with a letter, '/' or '['. */
static struct ml_str take_name(struct ml_str line)
{
	while (line.n && *line.p == ' ')
		line = ml_str_skip(line, 1);
	return line.n ? line : (struct ml_str){ 0 };
}

static struct ml_str without_cr(struct ml_str s)
{
	if (s.n && s.p[s.n - 1] == '\r')
		s.n--;
	return s;
}

/* "start-end perms offset maj:min inode   name" */
static bool take_header(struct ml_str line, struct ml_smaps_row *ret)
{
	struct ml_str word;

	memset(ret, 0xff, sizeof(*ret)); /* ML_NONE */
	ret->vm_flags = ret->other = (struct ml_str){ 0 };
	if (!take_hex(&line, '-', &ret->start) || !take_hex(&line, ' ', &ret->end) ||
	    !take_perms(&line, ret))
		return false;
	if (!ml_next_word(&line, &word) || !ml_num_hex(word, &ret->offset))
		return false;
	if (!take_dev(&line, ret) || !ml_next_word(&line, &word) ||
	    !ml_num_u64(without_cr(word), &ret->inode))
		return false;
	ret->name = take_name(line);
	if (ml_str_is(ret->name, "\r")) /* of a copy whose lines end with CR LF */
		ret->name = (struct ml_str){ 0 };
	return true;
}

/* ---- sizes ---- */

/* The row of a key, looked for from `from` on; NKEYS when there is none. */
static size_t find_key(struct ml_str key, size_t from)
{
	for (size_t i = 0; i < NKEYS; i++) {
		size_t at = from + i < NKEYS ? from + i : from + i - NKEYS;

		if (key.n == keys[at].n && memcmp(key.p, keys[at].name, key.n) == 0)
			return at;
	}
	return NKEYS;
}

static bool take_value(struct ml_str rest, uint64_t *ret)
{
	struct ml_str word;

	if (!ml_next_word(&rest, &word) || !ml_num_u64(word, ret))
		return false;
	if (ml_next_word(&rest, &word)) /* kB, the only unit there is */
		*ret = ml_mul(*ret, ML_KIB);
	return true;
}

static void keep_other(struct ml_smaps_row *ret, struct ml_str line)
{
	if (ret->other.p)
		ret->other.n = (size_t)(line.p + line.n - ret->other.p);
	else
		ret->other = line;
}

/* A name may end with CR; whether it does, or the copy's lines do, the lines below tell,
 * which the kernel never ends so. */
static struct ml_str without_line_end(struct ml_str line, struct ml_smaps_row *ret)
{
	struct ml_str bare = without_cr(line);

	if (bare.n < line.n && ret->size == ML_NONE && ret->rss == ML_NONE)
		ret->name = without_cr(ret->name);
	return bare;
}

/* One line below a header; `next` is the row expected. */
static void take_line(struct ml_str line, struct ml_smaps_row *ret,
		      struct ml_parsed *count, size_t *next)
{
	struct ml_str rest, key;
	size_t at;

	rest = line = without_line_end(line, ret);
	if (!ml_split(&rest, ':', &key)) {
		if (line.n && *line.p)
			ml_parse_bad(count);
		return;
	}
	at = find_key(key, *next);
	if (at < NKEYS) {
		*next = at + 1;
		if (!take_value(rest, (uint64_t *)((char *)ret + keys[at].offset)))
			ml_parse_bad(count);
	} else if (ml_str_is(key, "VmFlags")) {
		ret->vm_flags = ml_str_trim(rest);
	} else if (ml_str_is(key, "Name") && !ret->name.n) { /* Android, before 5.17 */
		ret->name = take_name(ml_str_trim(rest));
	} else {
		keep_other(ret, line);
	}
}

/* The usual line, read at a stroke: "Key:   1234 kB" with the key that is expected. It
 * takes half as long as the general way, and a large process has millions of lines. False
 * with nothing taken when it is any other. */
static bool take_usual(struct ml_str *text, struct ml_smaps_row *ret, size_t *next)
{
	const struct key *key = &keys[*next < NKEYS ? *next : 0];
	const char *p = text->p + key->n, *end = text->p + text->n, *digits;
	uint64_t v = 0;

	if (text->n <= key->n || *p != ':' || memcmp(text->p, key->name, key->n) != 0)
		return false;
	do
		p++;
	while (p < end && *p == ' ');
	for (digits = p; p < end && *p >= '0' && *p <= '9'; p++)
		v = v * 10 + (uint64_t)(*p - '0');
	if (p == digits || p - digits > USUAL_DIGITS)
		return false;
	if (end - p >= 4 && memcmp(p, " kB\n", 4) == 0) {
		v *= ML_KIB;
		p += 4;
	} else if (p < end && *p == '\n') {
		p++;
	} else {
		return false;
	}
	*(uint64_t *)((char *)ret + key->offset) = v;
	*next = (size_t)(key - keys) + 1;
	*text = (struct ml_str){ p, (size_t)(end - p) };
	return true;
}

/* ---- records ---- */

/* A line that is whole: its end is there, or nothing follows. A name may end with any
 * byte, so nothing is cut off but the newline. */
static bool next_whole(struct ml_str *text, bool last, struct ml_str *line)
{
	if (ml_split(text, '\n', line))
		return true;
	if (!last || !text->n)
		return false;
	*line = *text;
	*text = ml_str_skip(*text, text->n);
	return true;
}

/* Take lines that belong to no mapping, up to one that begins one, which stays. */
static bool find_header(struct ml_str *text, bool last, struct ml_smaps_row *ret,
			struct ml_parsed *count)
{
	struct ml_str rest = *text, line;

	while (next_whole(&rest, last, &line)) {
		if (is_header(line) && take_header(line, ret))
			return true;
		*text = rest;
		count->lines++;
		if (line.n && *line.p) /* padding of some copying tools */
			ml_parse_bad(count);
	}
	return false;
}

bool ml_smaps_next(struct ml_str *text, bool last, struct ml_smaps_row *ret,
		   struct ml_parsed *count)
{
	struct ml_parsed seen = { 0 };
	struct ml_str rest, line;
	size_t next = 0;

	if (!find_header(text, last, ret, count))
		return false;
	rest = *text;
	next_whole(&rest, last, &line);
	for (;;) {
		struct ml_str at = rest;

		seen.lines++;
		if (take_usual(&rest, ret, &next))
			continue;
		if (!next_whole(&rest, last, &line)) {
			if (!last)
				return false;
			break;
		}
		if (is_header(line)) {
			rest = at;
			break;
		}
		take_line(line, ret, &seen, &next);
	}
	count->lines += seen.lines;
	count->bad_lines += seen.bad_lines;
	*text = rest;
	return true;
}

bool ml_smaps_peek(struct ml_str text, struct ml_smaps_row *ret)
{
	struct ml_str line;

	return next_whole(&text, true, &line) && is_header(line) &&
	       take_header(line, ret);
}

/* The sizes of a mapping, which add up. */
static const size_t sizes[] = {
	offsetof(struct ml_smaps_row, size),
	offsetof(struct ml_smaps_row, rss),
	offsetof(struct ml_smaps_row, pss),
	offsetof(struct ml_smaps_row, pss_dirty),
	offsetof(struct ml_smaps_row, pss_anon),
	offsetof(struct ml_smaps_row, pss_file),
	offsetof(struct ml_smaps_row, pss_shmem),
	offsetof(struct ml_smaps_row, shared_clean),
	offsetof(struct ml_smaps_row, shared_dirty),
	offsetof(struct ml_smaps_row, private_clean),
	offsetof(struct ml_smaps_row, private_dirty),
	offsetof(struct ml_smaps_row, referenced),
	offsetof(struct ml_smaps_row, anonymous),
	offsetof(struct ml_smaps_row, ksm),
	offsetof(struct ml_smaps_row, lazy_free),
	offsetof(struct ml_smaps_row, anon_huge_pages),
	offsetof(struct ml_smaps_row, shmem_pmd_mapped),
	offsetof(struct ml_smaps_row, file_pmd_mapped),
	offsetof(struct ml_smaps_row, shared_hugetlb),
	offsetof(struct ml_smaps_row, private_hugetlb),
	offsetof(struct ml_smaps_row, swap),
	offsetof(struct ml_smaps_row, swap_pss),
	offsetof(struct ml_smaps_row, locked),
};

void ml_smaps_add(struct ml_smaps_row *sum, const struct ml_smaps_row *m)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(sizes); i++) {
		uint64_t *to = (uint64_t *)((char *)sum + sizes[i]);

		*to = ml_sum(*to, *(const uint64_t *)((const char *)m + sizes[i]));
	}
}
