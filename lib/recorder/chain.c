/* SPDX-License-Identifier: MIT */
/* chain: which earlier frame the next one is told by. */
#include "recorder/chain.h"

/* How many bits at its end are 0; a key has all. */
static unsigned level_of(unsigned n)
{
	return n ? (unsigned)__builtin_ctz(n) : ML_CHAIN_LEVELS - 1;
}

const struct ml_chain_frame *ml_chain_base(const struct ml_chain *c)
{
	if (!c->n || c->n >= ML_CHAIN_FRAMES)
		return NULL;
	for (unsigned i = level_of(c->n) + 1; i < ML_CHAIN_LEVELS; i++)
		if (c->at[i].id)
			return &c->at[i];
	return NULL;
}

static void forget(struct ml_chain *c, unsigned levels)
{
	for (unsigned i = 0; i < levels; i++) {
		ml_reference_deinit(&c->at[i].known);
		c->at[i].id = 0;
	}
}

void ml_chain_clear(struct ml_chain *c)
{
	forget(c, ML_CHAIN_LEVELS);
	c->n = 0;
}

int ml_chain_add(struct ml_chain *c, bool key, int64_t id, const struct ml_whole *whole)
{
	unsigned level;
	int rc = 0;

	if (key)
		c->n = 0;
	level = level_of(c->n++);
	if (!level)
		return 0;
	forget(c, level + 1);
	rc = ml_reference_take(&c->at[level].known, whole);
	c->at[level].id = rc ? 0 : id;
	if (rc)
		ml_chain_clear(c);
	return rc;
}
