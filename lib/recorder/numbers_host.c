/* SPDX-License-Identifier: MIT */
/* numbers_host: counters of the whole machine. */
#include "base/num.h"
#include "base/str.h"
#include "recorder/numbers.h"

/* In the kernel's names; a line is "MemFree:  12 kB" or "pgmajfault 12". */
static const struct number {
	const char *file;
	const char *key;
	const char *series;
	const char *unit;
} numbers[] = {
	{ "proc/meminfo", "MemTotal:",     "MemTotal",     "bytes" },
	{ "proc/meminfo", "MemFree:",      "MemFree",      "bytes" },
	{ "proc/meminfo", "MemAvailable:", "MemAvailable", "bytes" },
	{ "proc/meminfo", "Cached:",       "Cached",       "bytes" },
	{ "proc/meminfo", "AnonPages:",    "AnonPages",    "bytes" },
	{ "proc/meminfo", "Shmem:",        "Shmem",        "bytes" },
	{ "proc/meminfo", "Slab:",         "Slab",         "bytes" },
	{ "proc/meminfo", "SUnreclaim:",   "SUnreclaim",   "bytes" },
	{ "proc/meminfo", "KernelStack:",  "KernelStack",  "bytes" },
	{ "proc/meminfo", "PageTables:",   "PageTables",   "bytes" },
	{ "proc/meminfo", "VmallocUsed:",  "VmallocUsed",  "bytes" },
	{ "proc/meminfo", "Percpu:",       "Percpu",       "bytes" },
	{ "proc/meminfo", "SwapTotal:",    "SwapTotal",    "bytes" },
	{ "proc/meminfo", "SwapFree:",     "SwapFree",     "bytes" },
	{ "proc/meminfo", "Committed_AS:", "Committed_AS", "bytes" },
	{ "proc/vmstat",  "pgmajfault",    "pgmajfault",   "count" },
	{ "proc/vmstat",  "pswpin",        "pswpin",       "pages" },
	{ "proc/vmstat",  "pswpout",       "pswpout",      "pages" },
	{ "proc/vmstat",  "oom_kill",      "oom_kill",     "count" },
};

static bool value_of(struct ml_str text, const char *key, uint64_t *ret)
{
	struct ml_str line, word;

	while (ml_next_line(&text, &line))
		if (ml_next_word(&line, &word) && ml_str_is(word, key))
			return ml_next_word(&line, &word) && ml_num_u64(word, ret);
	return false;
}

int ml_numbers_host(const struct ml_tape *tape, struct ml_numbers *ret)
{
	const char *file = "";
	struct ml_str text = { 0 };
	uint64_t value;
	int rc = 0;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]) && !rc; i++) {
		const struct number *number = &numbers[i];
		bool bytes = strcmp(number->unit, "bytes") == 0;

		if (strcmp(file, number->file) != 0)
			text = ml_numbers_text(tape, file = number->file);
		if (value_of(text, number->key, &value))
			rc = ml_numbers_add(ret, number->unit,
					    (double)value * (bytes ? 1024 : 1), "%s",
					    number->series);
	}
	return rc;
}
