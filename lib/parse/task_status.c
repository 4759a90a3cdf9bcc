/* SPDX-License-Identifier: MIT */
/* task_status: /proc/PID/status - what a process is and has, a key a line. */
#include "parse/task_status.h"

#include "base/cleanup.h"

#define KEY(name, field)                                                                 \
	{                                                                                \
		name, sizeof(name) - 1, offsetof(struct ml_task_status, field)           \
	}

/* In the order of the kernel, so that the next key is usually the next row. */
static const struct {
	const char *name;
	size_t n;
	size_t offset;
} keys[] = {
	KEY("VmPeak", vm_peak),   KEY("VmSize", vm_size),     KEY("VmLck", vm_lck),
	KEY("VmPin", vm_pin),     KEY("VmHWM", vm_hwm),	      KEY("VmRSS", vm_rss),
	KEY("RssAnon", rss_anon), KEY("RssFile", rss_file),   KEY("RssShmem", rss_shmem),
	KEY("VmData", vm_data),   KEY("VmStk", vm_stk),	      KEY("VmExe", vm_exe),
	KEY("VmLib", vm_lib),     KEY("VmPTE", vm_pte),	      KEY("VmPMD", vm_pmd),
	KEY("VmSwap", vm_swap),   KEY("HugetlbPages", hugetlb), KEY("THP_enabled", thp),
	KEY("Threads", threads),
};

/* The key that a line begins with, looked for from `from` on; the number of keys when it
 * is none of them. */
static size_t find_key(struct ml_str key, size_t from)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(keys); i++) {
		size_t at = (from + i) % ML_ARRAY_SIZE(keys);

		if (key.n == keys[at].n && memcmp(key.p, keys[at].name, key.n) == 0)
			return at;
	}
	return ML_ARRAY_SIZE(keys);
}

/* "1234 kB", or a bare number. */
static bool take_value(struct ml_str line, uint64_t *ret)
{
	struct ml_str word, unit;

	if (!ml_next_word(&line, &word) || !ml_num_u64(word, ret))
		return false;
	if (ml_next_word(&line, &unit))
		*ret = ml_mul(*ret, ML_KIB);
	return true;
}

/* "Uid: real effective saved filesystem" */
static bool take_uid(struct ml_str line, uint64_t *ret)
{
	struct ml_str word;

	return ml_next_word(&line, &word) && ml_next_word(&line, &word) &&
	       ml_num_u64(word, ret);
}

/* Of the keys that we want, only these begin with a letter that begins few others. */
static bool may_be_wanted(struct ml_str line)
{
	return line.n > 3 && strchr("VRHTU", line.p[0]);
}

bool ml_parse_task_status(struct ml_str text, struct ml_task_status *ret)
{
	struct ml_str line, key;
	size_t next = 0;
	bool any = false;

	memset(ret, 0xff, sizeof(*ret)); /* ML_NONE */
	ret->bad_lines = 0;
	while (ml_next_line(&text, &line)) {
		uint64_t value;
		size_t at;

		if (!may_be_wanted(line) || !ml_split(&line, ':', &key))
			continue;
		if (ml_str_is(key, "Uid")) {
			any |= take_uid(line, &ret->uid);
			continue;
		}
		at = find_key(key, next);
		if (at == ML_ARRAY_SIZE(keys))
			continue;
		if (take_value(line, &value)) {
			*(uint64_t *)((char *)ret + keys[at].offset) = value;
			any = true;
		} else {
			ret->bad_lines++;
		}
		next = at + 1;
	}
	return any;
}
