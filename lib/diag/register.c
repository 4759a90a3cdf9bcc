/* SPDX-License-Identifier: MIT */
/* register: the rules and their limits, told to whoever lists or explains them. */
#include <stdio.h>

#include "diag/diag.h"
#include "diag/limits.h"

/* Rule `i` of all sets. */
static const struct ml_rule *rule_at(size_t i)
{
	size_t s = 0;

	while (i >= ml_rule_sets[s]->n)
		i -= ml_rule_sets[s++]->n;
	return &ml_rule_sets[s]->rules[i];
}

const struct ml_rule *ml_rule_find(struct ml_str id)
{
	for (size_t i = 0; i < ml_rule_count(); i++)
		if (ml_str_is(id, rule_at(i)->id))
			return rule_at(i);
	return NULL;
}

size_t ml_rule_count(void)
{
	size_t n = 0;

	for (size_t s = 0; s < ml_rule_sets_count; s++)
		n += ml_rule_sets[s]->n;
	return n;
}

void ml_rule_at(size_t i, struct ml_rule_info *ret)
{
	const struct ml_rule *rule = rule_at(i);

	*ret = (struct ml_rule_info){
		.id = rule->id,
		.title = rule->title,
		.measure = rule->measure,
		.why = rule->why,
		.isnt = rule->isnt,
		.remedy = rule->remedy,
		.risk = rule->risk,
		.next = rule->next,
		.unit = rule->unit,
		.below = rule->below,
		.rate = rule->rate,
		.processes = (rule->need | rule->use) & ML_FEED(PROCESSES),
		.window = rule->window,
	};
}

const char *ml_rule_need(size_t i, size_t n)
{
	ml_feeds need = rule_at(i)->need;

	for (int id = 0; id < ML_FEED_COUNT; id++)
		if (need & 1ull << id && !n--)
			return ml_feeds_register[id].path;
	return NULL;
}

/* Whether `key` is ID.NAME, where NAME has no further point. */
static bool is_limit_of(const char *key, const char *id)
{
	size_t n = strlen(id);

	return !strncmp(key, id, n) && key[n] == '.' && !strchr(key + n + 1, '.');
}

bool ml_rule_limit(size_t i, size_t n, char shown[48], struct ml_limit_info *ret)
{
	const char *id = rule_at(i)->id;

	for (size_t k = 0; k < ml_limits_count; k++) {
		const struct ml_limit *limit = &ml_limits[k];
		struct ml_arena arena = { 0 };

		if (!is_limit_of(limit->key, id) || n--)
			continue;
		snprintf(shown, 48, "%s", ml_say(&arena, limit->value, limit->unit));
		ml_arena_deinit(&arena);
		*ret = (struct ml_limit_info){ limit->key, limit->value, shown,
					       limit->why, limit->source };
		return true;
	}
	return false;
}
