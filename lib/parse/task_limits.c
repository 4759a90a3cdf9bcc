/* SPDX-License-Identifier: MIT */
/* task_limits: /proc/PID/limits - the soft resource limits that concern memory. */
#include "parse/task_limits.h"

#include "base/cleanup.h"

static const struct {
	const char *name;
	size_t offset;
} limits[] = {
	{ "Max stack size", offsetof(struct ml_task_limits, stack) },
	{ "Max locked memory", offsetof(struct ml_task_limits, locked) },
	{ "Max address space", offsetof(struct ml_task_limits, address_space) },
	{ "Max data size", offsetof(struct ml_task_limits, data) },
	{ "Max open files", offsetof(struct ml_task_limits, files) },
};

/* "Max stack size            8388608              unlimited            bytes" */
static bool take_soft(struct ml_str line, const char *name, uint64_t *ret)
{
	struct ml_str word;

	line = ml_str_skip(line, strlen(name));
	if (!ml_next_word(&line, &word))
		return false;
	if (!ml_str_is(word, "unlimited"))
		return ml_num_u64(word, ret);
	*ret = ML_LIMIT_NONE;
	return true;
}

bool ml_parse_task_limits(struct ml_str text, struct ml_task_limits *ret)
{
	struct ml_str line;
	bool any = false;

	memset(ret, 0xff, sizeof(*ret)); /* ML_NONE */
	while (ml_next_line(&text, &line))
		for (size_t i = 0; i < ML_ARRAY_SIZE(limits); i++)
			if (ml_str_starts(line, limits[i].name))
				any |= take_soft(
					line, limits[i].name,
					(uint64_t *)((char *)ret + limits[i].offset));
	return any;
}
