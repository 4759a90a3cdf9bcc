/* SPDX-License-Identifier: MIT */
/* task_stat: /proc/PID/stat - one line about a process, its name in parentheses. */
#include "parse/task_stat.h"

#include "base/cleanup.h"

/* Where the fields stand behind the name, which is the second; state is the third. */
static const struct {
	unsigned field;
	size_t offset;
} fields[] = {
	{ 4, offsetof(struct ml_task_stat, ppid) },
	{ 9, offsetof(struct ml_task_stat, flags) },
	{ 10, offsetof(struct ml_task_stat, minflt) },
	{ 12, offsetof(struct ml_task_stat, majflt) },
	{ 14, offsetof(struct ml_task_stat, utime) },
	{ 15, offsetof(struct ml_task_stat, stime) },
	{ 20, offsetof(struct ml_task_stat, threads) },
	{ 22, offsetof(struct ml_task_stat, start) },
	{ 23, offsetof(struct ml_task_stat, vsize) },
	{ 24, offsetof(struct ml_task_stat, rss) },
};

/* A name may hold parentheses, blanks and newlines: it ends at the last parenthesis. */
static bool take_name(struct ml_str *text, struct ml_task_stat *ret)
{
	const char *open = memchr(text->p, '(', text->n);
	const char *close = memrchr(text->p, ')', text->n);
	struct ml_str pid;

	if (!open || !close || close < open)
		return false;
	pid = ml_str_trim((struct ml_str){ text->p, (size_t)(open - text->p) });
	if (!ml_num_u64(pid, &ret->pid))
		return false;
	ret->comm = (struct ml_str){ open + 1, (size_t)(close - open - 1) };
	*text = ml_str_skip(*text, (size_t)(close + 1 - text->p));
	return true;
}

bool ml_parse_task_stat(struct ml_str text, struct ml_task_stat *ret)
{
	struct ml_str word;
	unsigned field = 4;

	if (!text.n || !take_name(&text, ret) || !ml_next_word(&text, &ret->state))
		return false;
	for (size_t i = 0; i < ML_ARRAY_SIZE(fields); i++) {
		do
			if (!ml_next_word(&text, &word))
				return false;
		while (field++ < fields[i].field);
		if (!ml_num_u64(word, (uint64_t *)((char *)ret + fields[i].offset)))
			return false;
	}
	return true;
}
