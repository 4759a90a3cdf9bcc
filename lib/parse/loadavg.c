/* SPDX-License-Identifier: MIT */
/* loadavg: /proc/loadavg - one line of load averages and task counts. */
#include "parse/loadavg.h"

#include <errno.h>

static bool load_of(struct ml_str *line, double *ret)
{
	struct ml_str word;

	return ml_next_word(line, &word) && ml_num_f64(word, ret) && *ret >= 0;
}

/* "2/345": tasks that can run, of all. */
static bool tasks_of(struct ml_str *line, uint64_t *ret_running, uint64_t *ret_tasks)
{
	struct ml_str word, running;

	return ml_next_word(line, &word) && ml_split(&word, '/', &running) &&
	       ml_num_u64(running, ret_running) && ml_num_u64(word, ret_tasks);
}

static bool row_of(struct ml_str line, struct ml_loadavg_row *ret)
{
	struct ml_str word;

	return load_of(&line, &ret->load1) && load_of(&line, &ret->load5) &&
	       load_of(&line, &ret->load15) &&
	       tasks_of(&line, &ret->running, &ret->tasks) &&
	       ml_next_word(&line, &word) && ml_num_u64(word, &ret->last_pid);
}

int ml_parse_loadavg(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_loadavg_row row, *at;
	struct ml_str line;

	ret->rows = ML_ROWS(struct ml_loadavg_row);
	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		if (!line.n)
			continue;
		if (ret->rows.n || !row_of(line, &row)) {
			ml_parse_bad(ret);
			continue;
		}
		at = ml_rows_add(&ret->rows, a);
		if (!at)
			return -ENOMEM;
		*at = row;
	}
	return 0;
}
