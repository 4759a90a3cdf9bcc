/* SPDX-License-Identifier: MIT */
/* turns: a share of the processes each time, round and round in the order of pids. */
#include "recorder/turns.h"

static uint64_t pid_at(const struct ml_rows *pids, size_t i)
{
	return *(const uint64_t *)ml_rows_at(pids, i);
}

void ml_turns_begin(struct ml_turns *t, const struct ml_rows *pids, size_t n)
{
	t->left = n < pids->n ? n : pids->n;
	t->at = 0;
	while (t->at < pids->n && pid_at(pids, t->at) < t->next_pid)
		t->at++;
}

bool ml_turns_next(struct ml_turns *t, const struct ml_rows *pids, uint64_t *ret)
{
	if (!t->left)
		return false;
	t->left--;
	if (t->at == pids->n) {
		t->at = 0;
		t->round++;
	}
	*ret = pid_at(pids, t->at++);
	t->next_pid = *ret + 1;
	return true;
}
