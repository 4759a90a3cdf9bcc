/* SPDX-License-Identifier: MIT */
/* task_statm: /proc/PID/statm - seven numbers, in pages. */
#include "parse/task_statm.h"

#include "base/cleanup.h"

bool ml_parse_task_statm(struct ml_str text, struct ml_task_statm *ret)
{
	struct ml_str line, word;
	uint64_t v[7];

	if (!ml_next_line(&text, &line))
		return false;
	for (size_t i = 0; i < ML_ARRAY_SIZE(v); i++)
		if (!ml_next_word(&line, &word) || !ml_num_u64(word, &v[i]))
			return false;
	*ret = (struct ml_task_statm){ v[0], v[1], v[2] };
	return true;
}
