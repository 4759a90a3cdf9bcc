/* SPDX-License-Identifier: MIT */
/* task_cgroup: /proc/PID/cgroup - the control groups of a process. */
#include "parse/task_cgroup.h"

#include "base/cleanup.h"

static bool has_controller(struct ml_str list, const char *name)
{
	struct ml_str item;

	while (ml_split(&list, ',', &item))
		if (ml_str_is(item, name))
			return true;
	return ml_str_is(list, name);
}

/* "ID:controllers:path"; a path may hold colons. */
static bool take_line(struct ml_str line, struct ml_task_cgroup *ret)
{
	struct ml_str id, list;
	uint64_t number;

	if (!ml_split(&line, ':', &id) || !ml_split(&line, ':', &list) ||
	    !ml_num_u64(id, &number))
		return false;
	if (!number && !list.n)
		ret->unified = line;
	else if (has_controller(list, "memory"))
		ret->memory = line;
	else if (ml_str_is(list, "name=systemd"))
		ret->systemd = line;
	return true;
}

bool ml_parse_task_cgroup(struct ml_str text, struct ml_task_cgroup *ret)
{
	struct ml_str line;
	bool any = false;

	*ret = (struct ml_task_cgroup){ 0 };
	while (ml_next_line(&text, &line))
		any |= take_line(line, ret);
	return any;
}

struct ml_str ml_task_cgroup_memory(const struct ml_task_cgroup *cgroup)
{
	return cgroup->memory.p ? cgroup->memory : cgroup->unified;
}

struct ml_str ml_task_cgroup_systemd(const struct ml_task_cgroup *cgroup)
{
	if (cgroup->unified.p && cgroup->unified.n > 1)
		return cgroup->unified;
	if (cgroup->systemd.p)
		return cgroup->systemd;
	return ml_task_cgroup_memory(cgroup);
}

static bool is_unit(struct ml_str name)
{
	static const char *const kinds[] = {
		".service", ".scope", ".socket", ".mount", ".swap",
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(kinds); i++)
		if (name.n > strlen(kinds[i]) && ml_str_ends(name, kinds[i]))
			return true;
	return false;
}

/* What the kernel adds to the path of a group that was removed. */
#define DELETED " (deleted)"

/* Below slices, the first component is the unit; what it makes below itself is its own
 * business (user@1000.service has units of its own). A path outside the reader's cgroup
 * namespace begins with "/..". */
struct ml_str ml_cgroup_unit(struct ml_str path)
{
	struct ml_str name;
	bool more = true;

	if (ml_str_ends(path, DELETED))
		path.n -= strlen(DELETED);
	while (more && path.n) {
		more = ml_split(&path, '/', &name);
		if (!more)
			name = path;
		if (!name.n || ml_str_is(name, "..") || ml_str_ends(name, ".slice"))
			continue;
		if (name.p[0] == '_') /* systemd escapes names of controllers so */
			name = ml_str_skip(name, 1);
		return is_unit(name) ? name : (struct ml_str){ 0 };
	}
	return (struct ml_str){ 0 };
}
