/* SPDX-License-Identifier: MIT */
/* numbers_slab: the caches of the kernel that have the most memory. */
#include "parse/slabinfo.h"
#include "recorder/largest.h"
#include "recorder/numbers.h"

static int add_largest(const struct ml_largest *largest, struct ml_numbers *ret)
{
	int rc = 0;

	for (size_t i = 0; i < largest->n && !rc; i++) {
		const struct ml_slabinfo_row *row = largest->at[i].what;

		rc = ml_numbers_add(ret, "bytes", (double)largest->at[i].size,
				    "slab/%.*s", (int)row->cache.n, row->cache.p);
	}
	return rc;
}

int ml_numbers_slabs(const struct ml_tape *tape, struct ml_numbers *ret)
{
	struct ml_sized places[ML_NUMBERS_SLABS];
	struct ml_largest largest = { places, 0, ML_NUMBERS_SLABS };
	struct ml_slabinfo_head head = { 0 };
	struct ml_parsed parsed = { .head = &head };
	const struct ml_slabinfo_row *row;
	struct ml_arena arena = { 0 };
	int rc;

	rc = ml_parse_slabinfo(ml_numbers_text(tape, "proc/slabinfo"), &arena, &parsed);
	ml_for_each_row(row, &parsed.rows) {
		uint64_t pages = ml_mul(row->slabs, row->pages_per_slab);

		if (pages != ML_NONE)
			ml_largest_add(&largest,
				       (struct ml_sized){ ml_mul(pages, ret->page_size),
							  0, row });
	}
	if (!rc)
		rc = add_largest(&largest, ret);
	ml_arena_deinit(&arena);
	return rc;
}
