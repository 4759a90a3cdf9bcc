/* SPDX-License-Identifier: MIT */
/* task_io: /proc/PID/io - what a process has read and written. */
#include "parse/task_io.h"

#include "base/cleanup.h"

static const struct {
	const char *key;
	size_t offset;
} keys[] = {
	{ "rchar", offsetof(struct ml_task_io, rchar) },
	{ "wchar", offsetof(struct ml_task_io, wchar) },
	{ "read_bytes", offsetof(struct ml_task_io, read_bytes) },
	{ "write_bytes", offsetof(struct ml_task_io, write_bytes) },
};

bool ml_parse_task_io(struct ml_str text, struct ml_task_io *ret)
{
	struct ml_str line, key;
	bool any = false;

	memset(ret, 0xff, sizeof(*ret)); /* ML_NONE */
	while (ml_next_line(&text, &line)) {
		if (!ml_split(&line, ':', &key))
			continue;
		for (size_t i = 0; i < ML_ARRAY_SIZE(keys); i++)
			if (ml_str_is(key, keys[i].key))
				any |= ml_num_u64(
					ml_str_trim(line),
					(uint64_t *)((char *)ret + keys[i].offset));
	}
	return any;
}
