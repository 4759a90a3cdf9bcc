/* SPDX-License-Identifier: MIT */
/* stat: /proc/stat - CPU ticks by column, and the first number of every other line. */
#include "parse/stat.h"

#include <errno.h>

#include "base/cleanup.h"

#define TICKS(field) offsetof(struct ml_stat_cpu, field)

/* In the order of the file. 2.4 stops after idle, 2.6.0 after softirq; steal came with
 * 2.6.11, guest with 2.6.24, guest_nice with 2.6.33. */
static const uint16_t columns[] = {
	TICKS(user), TICKS(nice),    TICKS(system), TICKS(idle),  TICKS(iowait),
	TICKS(irq),  TICKS(softirq), TICKS(steal),  TICKS(guest), TICKS(guest_nice),
};

static uint64_t *ticks_at(struct ml_stat_cpu *cpu, size_t column)
{
	return (uint64_t *)((char *)cpu + columns[column]);
}

static void cpu_init(struct ml_stat_cpu *cpu, uint64_t number)
{
	cpu->cpu = number;
	for (size_t i = 0; i < ML_ARRAY_SIZE(columns); i++)
		*ticks_at(cpu, i) = ML_NONE;
}

static bool read_ticks(struct ml_str line, struct ml_stat_cpu *ret)
{
	struct ml_str word;
	size_t n = 0;

	while (n < ML_ARRAY_SIZE(columns) && ml_next_word(&line, &word)) {
		if (!ml_num_u64(word, ticks_at(ret, n)))
			return false;
		n++;
	}
	return n > 0;
}

/* 0, -EINVAL for a line not understood, -ENOMEM. */
static int cpu_line(struct ml_str number, struct ml_str line, struct ml_arena *a,
		    struct ml_parsed *ret)
{
	struct ml_stat_head *head = ret->head;
	struct ml_stat_cpu cpu, *at;
	uint64_t n = ML_NONE;

	if (number.n && !ml_num_u64(number, &n))
		return -EINVAL;
	cpu_init(&cpu, n);
	if (!read_ticks(line, &cpu))
		return -EINVAL;
	at = number.n ? ml_rows_add(&ret->rows, a) : &head->all;
	if (!at)
		return -ENOMEM;
	*at = cpu;
	head->ncpus = ret->rows.n;
	return 0;
}

/* "intr" and "softirq" go on with a number for each interrupt; the first is the sum. */
static int value_line(struct ml_str key, struct ml_str line, struct ml_arena *a,
		      struct ml_parsed *ret)
{
	enum ml_unit unit = ml_str_is(key, "btime") ? ML_UNIT_SECONDS : ML_UNIT_COUNT;
	struct ml_str word;
	uint64_t value;

	if (!ml_next_word(&line, &word) || !ml_num_u64(word, &value))
		return -EINVAL;
	return ml_parse_pair(ret, a, key, value, unit);
}

static bool is_cpu(struct ml_str key)
{
	uint64_t number;

	return ml_str_is(key, "cpu") ||
	       (ml_str_starts(key, "cpu") && ml_num_u64(ml_str_skip(key, 3), &number));
}

int ml_parse_stat(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_stat_head *head = ml_arena_calloc(a, 1, sizeof(*head));
	struct ml_str line, key;
	int rc;

	if (!head)
		return -ENOMEM;
	cpu_init(&head->all, ML_NONE);
	ret->head = head;
	ret->rows = ML_ROWS(struct ml_stat_cpu);
	while (ml_parse_line(&text, ret, &line)) {
		if (!ml_next_word(&line, &key))
			continue;
		if (is_cpu(key))
			rc = cpu_line(ml_str_skip(key, 3), line, a, ret);
		else
			rc = value_line(key, line, a, ret);
		if (rc == -ENOMEM)
			return rc;
		if (rc)
			ml_parse_bad(ret);
	}
	return 0;
}
