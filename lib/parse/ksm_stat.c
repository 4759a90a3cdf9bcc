/* SPDX-License-Identifier: MIT */
/* ksm_stat: /proc/PID/ksm_stat - what merging equal pages does for a process. */
#include "parse/ksm_stat.h"

#include <stddef.h>

#include "base/cleanup.h"

static const struct {
	const char *key;
	size_t offset;
} numbers[] = {
	{ "ksm_rmap_items", offsetof(struct ml_ksm_stat, rmap_items) },
	{ "ksm_zero_pages", offsetof(struct ml_ksm_stat, zero_pages) },
	{ "ksm_merging_pages", offsetof(struct ml_ksm_stat, merging_pages) },
};

static const struct {
	const char *key;
	size_t offset;
} switches[] = {
	{ "ksm_merge_any", offsetof(struct ml_ksm_stat, merge_any) },
	{ "ksm_mergeable", offsetof(struct ml_ksm_stat, mergeable) },
};

static bool take_number(struct ml_str key, struct ml_str word, struct ml_ksm_stat *ret)
{
	if (ml_str_is(key, "ksm_process_profit"))
		return ml_num_s64(word, &ret->profit);
	for (size_t i = 0; i < ML_ARRAY_SIZE(numbers); i++)
		if (ml_str_is(key, numbers[i].key))
			return ml_num_u64(word,
					  (uint64_t *)((char *)ret + numbers[i].offset));
	return false;
}

/* "ksm_mergeable: yes" */
static bool take_switch(struct ml_str key, struct ml_str word, struct ml_ksm_stat *ret)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(switches); i++) {
		if (!ml_str_is(key, switches[i].key))
			continue;
		if (!ml_str_is(word, "yes") && !ml_str_is(word, "no"))
			return false;
		*(uint64_t *)((char *)ret + switches[i].offset) = ml_str_is(word, "yes");
		return true;
	}
	return false;
}

bool ml_parse_ksm_stat(struct ml_str text, struct ml_ksm_stat *ret)
{
	struct ml_str line, key, word;
	bool any = false;

	memset(ret, 0xff, sizeof(*ret)); /* ML_NONE */
	ret->profit = INT64_MIN;
	while (ml_next_line(&text, &line)) {
		if (!ml_next_word(&line, &key) || !ml_next_word(&line, &word))
			continue;
		if (ml_str_ends(key, ":")) {
			key.n--;
			any |= take_switch(key, word, ret);
		} else {
			any |= take_number(key, word, ret);
		}
	}
	return any;
}
