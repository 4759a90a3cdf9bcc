/* SPDX-License-Identifier: MIT */
/* fdinfo: /proc/PID/fdinfo/N - what the kernel tells of a descriptor, GPUs included. */
#include "parse/fdinfo.h"

#include <errno.h>

#include "base/cleanup.h"

static const struct ml_fdinfo unknown = {
	.mount = ML_NONE,
	.inode = ML_NONE,
	.drm_client = ML_NONE,
};

/* "KEY:\tVALUE" */
static bool take_pair(struct ml_str line, struct ml_str *key, struct ml_str *value)
{
	if (!ml_split(&line, ':', key) || !key->n)
		return false;
	*key = ml_str_trim(*key);
	*value = ml_str_trim(line);
	return true;
}

static bool take_place(struct ml_str key, struct ml_str value, struct ml_fdinfo *ret)
{
	if (ml_str_is(key, "mnt_id"))
		return ml_num_u64(value, &ret->mount);
	return ml_str_is(key, "ino") && ml_num_u64(value, &ret->inode);
}

void ml_fdinfo_place(struct ml_str text, struct ml_fdinfo *ret)
{
	struct ml_str line, key, value;

	*ret = unknown;
	while (ret->inode == ML_NONE && ml_next_line(&text, &line))
		if (take_pair(line, &key, &value))
			take_place(key, value, ret);
}

/* Documentation/gpu/drm-usage-stats.rst: "VALUE [KiB|MiB]"; drivers write GiB, too. */
static bool take_size(struct ml_str value, uint64_t *ret, enum ml_unit *unit)
{
	static const char *const units[] = { "KiB", "MiB", "GiB" };
	struct ml_str number, word;

	if (!ml_next_word(&value, &number) || !ml_num_u64(number, ret))
		return false;
	*unit = ML_UNIT_COUNT;
	if (!ml_next_word(&value, &word))
		return true;
	for (size_t i = 0; i < ML_ARRAY_SIZE(units); i++)
		if (ml_str_is(word, units[i])) {
			*ret = ml_mul(*ret, 1ull << (10 * (i + 1)));
			*unit = ML_UNIT_BYTES;
			return true;
		}
	*unit = ML_UNIT_NONE; /* ns, Hz */
	return true;
}

/* "drm-total-system0": how much of what; without a unit they are bytes. */
static bool is_size(struct ml_str key)
{
	static const char *const kinds[] = { "drm-total-",     "drm-memory-",
					     "drm-resident-",  "drm-shared-",
					     "drm-purgeable-", "drm-active-" };

	for (size_t i = 0; i < ML_ARRAY_SIZE(kinds); i++)
		if (ml_str_starts(key, kinds[i]))
			return true;
	return false;
}

static int take_drm(struct ml_str key, struct ml_str value, struct ml_arena *a,
		    struct ml_parsed *ret)
{
	struct ml_fdinfo *head = ret->head;
	enum ml_unit unit;
	uint64_t number;

	if (ml_str_is(key, "drm-driver"))
		head->drm_driver = value;
	else if (ml_str_is(key, "drm-pdev"))
		head->drm_device = value;
	else if (ml_str_is(key, "drm-client-id"))
		return ml_num_u64(value, &head->drm_client) ? 0 : -EINVAL;
	else if (!take_size(value, &number, &unit))
		return is_size(key) ? -EINVAL : 0;
	else
		return ml_parse_pair(ret, a, key, number,
				     is_size(key) ? ML_UNIT_BYTES : unit);
	return 0;
}

int ml_parse_fdinfo(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_fdinfo *head = ml_arena_calloc(a, 1, sizeof(*head));
	struct ml_str line, key, value;

	if (!head)
		return -ENOMEM;
	*head = unknown;
	ret->head = head;
	while (ml_parse_line(&text, ret, &line)) {
		int rc = 0;

		if (!ml_str_trim(line).n)
			continue;
		if (!take_pair(line, &key, &value))
			rc = -EINVAL;
		else if (ml_str_starts(key, "drm-"))
			rc = take_drm(key, value, a, ret);
		else
			take_place(key, value, head);
		if (rc == -ENOMEM)
			return rc;
		if (rc)
			ml_parse_bad(ret);
	}
	return 0;
}
