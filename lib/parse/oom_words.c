/* SPDX-License-Identifier: MIT */
/* oom_words: words, numbers and names in the lines of a report. */
#include "parse/oom_lines.h"

#include "parse/parse.h"

static bool is_break(char c)
{
	return c == ' ' || c == ',' || c == '\t';
}

bool ml_oom_value(struct ml_str s, const char *key, struct ml_str *ret)
{
	size_t n = strlen(key);
	const char *from = s.p, *end = s.p + s.n, *at;

	while (s.n && (at = memmem(from, (size_t)(end - from), key, n))) {
		const char *p = at + n;

		from = at + 1;
		if (at > s.p && !is_break(at[-1]))
			continue;
		while (p < end && *p == ' ')
			p++;
		*ret = (struct ml_str){ p, 0 };
		while (p < end && !is_break(*p))
			p++;
		ret->n = (size_t)(p - ret->p);
		return true;
	}
	return false;
}

uint64_t ml_oom_number(struct ml_str s, const char *key)
{
	struct ml_str value;
	uint64_t v;

	return ml_oom_value(s, key, &value) && ml_take_u64(&value, &v) ? v : ML_NONE;
}

uint64_t ml_oom_kb(struct ml_str s, const char *key)
{
	return ml_mul(ml_oom_number(s, key), ML_KIB);
}

bool ml_oom_cut(struct ml_str *s, const char *text, struct ml_str *ret)
{
	size_t n = strlen(text);
	const char *at = s->n ? memmem(s->p, s->n, text, n) : NULL;

	if (!at)
		return false;
	*ret = (struct ml_str){ s->p, (size_t)(at - s->p) };
	*s = ml_str_skip(*s, ret->n + n);
	return true;
}

void ml_oom_copy(char *to, size_t room, struct ml_str s)
{
	size_t n = s.n < room - 1 ? s.n : room - 1;

	if (n)
		memcpy(to, s.p, n);
	to[n] = '\0';
}

uint64_t ml_oom_weight(const struct ml_oom_task *task)
{
	return ml_add(ml_add(ml_or0(task->rss), ml_or0(task->swap)),
		      ml_or0(task->pagetables));
}
