/* SPDX-License-Identifier: MIT */
/* numbers_pressure: how long tasks waited for memory, CPU and devices. */
#include <stdio.h>

#include "parse/pressure.h"
#include "recorder/numbers.h"

/* The sum tells the share of any two moments; the average of ten seconds how bad the
 * worst moment of a minute was. */
static int add_row(const char *resource, const struct ml_pressure_row *row,
		   struct ml_numbers *ret)
{
	int n = (int)row->kind.n;
	int rc = ml_numbers_add(ret, "ratio", row->avg10, "pressure/%s/%.*s/avg10",
				resource, n, row->kind.p);

	if (rc || row->total_us == ML_NONE)
		return rc;
	return ml_numbers_add(ret, "seconds", (double)row->total_us / 1e6,
			      "pressure/%s/%.*s", resource, n, row->kind.p);
}

static int add_resource(const struct ml_tape *tape, const char *resource,
			struct ml_numbers *ret)
{
	const struct ml_pressure_row *row;
	struct ml_parsed parsed = { 0 };
	struct ml_arena arena = { 0 };
	char path[64];
	int rc;

	snprintf(path, sizeof(path), "proc/pressure/%s", resource);
	rc = ml_parse_pressure(ml_numbers_text(tape, path), &arena, &parsed);
	ml_for_each_row(row, &parsed.rows)
		if (!rc)
			rc = add_row(resource, row, ret);
	ml_arena_deinit(&arena);
	return rc;
}

int ml_numbers_pressure(const struct ml_tape *tape, struct ml_numbers *ret)
{
	static const char *const resources[] = { "memory", "cpu", "io" };
	int rc = 0;

	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]) && !rc; i++)
		rc = add_resource(tape, resources[i], ret);
	return rc;
}
