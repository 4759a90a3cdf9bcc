/* SPDX-License-Identifier: MIT */
/* group_files: what the files of one control group tell about it. */
#include <errno.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "model/groups_scan.h"

/* Files of one number. */
struct number_file {
	uint64_t version;
	uint32_t reads; /* 0: always */
	const char *name;
	size_t offset; /* in struct ml_group */
	bool limit;
};

#define NUMBER(version, reads, name, field) \
	{ version, reads, name, offsetof(struct ml_group, field), false }
#define LIMIT(version, reads, name, field) \
	{ version, reads, name, offsetof(struct ml_group, field), true }

static const struct number_file number_files[] = {
	NUMBER(2, 0, "memory.current", usage),
	LIMIT(2, 0, "memory.max", max),
	NUMBER(2, ML_READ_GROUP_PEAK, "memory.peak", peak),
	LIMIT(2, ML_READ_GROUP_MARKS, "memory.min", min),
	LIMIT(2, ML_READ_GROUP_MARKS, "memory.low", low),
	LIMIT(2, ML_READ_GROUP_MARKS, "memory.high", high),
	NUMBER(2, ML_READ_GROUP_SWAP, "memory.swap.current", swap),
	LIMIT(2, ML_READ_GROUP_SWAP, "memory.swap.max", swap_max),
	NUMBER(2, ML_READ_GROUP_PEAK, "memory.swap.peak", swap_peak),
	NUMBER(1, 0, "memory.usage_in_bytes", usage),
	LIMIT(1, 0, "memory.limit_in_bytes", max),
	NUMBER(1, ML_READ_GROUP_PEAK | ML_READ_GROUP_EVENTS, "memory.max_usage_in_bytes",
	       peak),
	LIMIT(1, ML_READ_GROUP_MARKS, "memory.soft_limit_in_bytes", soft),
	NUMBER(1, ML_READ_GROUP_SWAP, "memory.memsw.usage_in_bytes", memsw),
	LIMIT(1, ML_READ_GROUP_SWAP, "memory.memsw.limit_in_bytes", memsw_max),
	NUMBER(1, ML_READ_GROUP_KERNEL, "memory.kmem.usage_in_bytes", kernel),
	NUMBER(1, ML_READ_GROUP_KERNEL, "memory.kmem.tcp.usage_in_bytes", sock),
	NUMBER(1, ML_READ_GROUP_EVENTS, "memory.failcnt", failcnt),
};

/* Files of names and values. */
static const struct {
	uint64_t version;
	uint32_t reads;
	const char *name;
	size_t offset;
} flat_files[] = {
	{ 2, ML_READ_GROUP_STAT, "memory.stat", offsetof(struct ml_group, stat) },
	{ 2, ML_READ_GROUP_EVENTS, "memory.events", offsetof(struct ml_group, events) },
	{ 2, ML_READ_GROUP_EVENTS, "memory.swap.events",
	  offsetof(struct ml_group, swap_events) },
	{ 2, ML_READ_GROUP_DYING, "cgroup.stat", offsetof(struct ml_group, dying) },
	{ 1, ML_READ_GROUP_STAT, "memory.stat", offsetof(struct ml_group, stat) },
	{ 1, ML_READ_GROUP_EVENTS, "memory.oom_control",
	  offsetof(struct ml_group, events) },
};

static int read_numbers(const struct ml_groups_scan *s, const struct ml_group_dir *dir,
			struct ml_group *g)
{
	int rc = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(number_files) && !rc; i++) {
		const struct number_file *file = &number_files[i];
		uint64_t *to = (uint64_t *)((char *)g + file->offset);

		if (file->version != g->version ||
		    (file->reads && !(file->reads & s->reads)))
			continue;
		*to = file->limit ? ml_cgroup_limit(dir, file->name, &rc)
				  : ml_group_number(dir, file->name, &rc);
	}
	return rc;
}

static int read_flats(const struct ml_groups_scan *s, const struct ml_group_dir *dir,
		      struct ml_group *g)
{
	/* that of v1's root tells of limits above it */
	uint32_t reads = s->reads | (g->parent.p ? 0 : ML_READ_GROUP_STAT);
	struct ml_str text;
	int rc = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(flat_files); i++) {
		if (flat_files[i].version != g->version || !(flat_files[i].reads & reads))
			continue;
		rc = ml_group_read(dir, flat_files[i].name, s->text, &text);
		if (!rc)
			rc = ml_parse_flat(text, s->arena, &s->head->names,
					   &s->ret->parsed,
					   (void *)((char *)g + flat_files[i].offset));
		if (rc && rc != -ENOENT)
			return rc;
	}
	return 0;
}

/* Its kinds are words of ours: the text goes. */
static void keep_pressure(const struct ml_rows *rows, struct ml_group *g)
{
	const struct ml_pressure_row *p;

	ml_for_each_row(p, rows) {
		bool full = ml_str_is(p->kind, "full");
		struct ml_pressure_row *to = full ? &g->full : &g->some;

		*to = *p;
		to->kind = full ? ML_STR("full") : ML_STR("some");
	}
}

static int read_pressure(const struct ml_groups_scan *s, const struct ml_group_dir *dir,
			 struct ml_group *g)
{
	struct ml_arena arena = { 0 };
	struct ml_parsed parsed = { 0 };
	struct ml_str text;
	int rc = ml_group_read(dir, "memory.pressure", s->text, &text);

	if (!rc)
		rc = ml_parse_pressure(text, &arena, &parsed);
	if (!rc)
		keep_pressure(&parsed.rows, g);
	s->ret->parsed.lines += parsed.lines;
	s->ret->parsed.bad_lines += parsed.bad_lines;
	ml_arena_deinit(&arena);
	return rc;
}

/* Where v1 has the memory, the same path in v2 has the pressure, if it is there. */
static int read_other_pressure(const struct ml_groups_scan *s, struct ml_group *g)
{
	struct ml_arena arena = { 0 };
	struct ml_group_dir dir;
	int rc;

	if (!s->head->tree.other.p)
		return 0;
	rc = ml_cgroup_open(s->root, s->head->tree.other, ml_group_below_mount(g), &arena,
			    &dir);
	if (!rc) {
		rc = read_pressure(s, &dir, g);
		ml_group_close(&dir);
	}
	ml_arena_deinit(&arena);
	return rc;
}

int ml_group_files_read(const struct ml_groups_scan *s, const struct ml_group_dir *dir,
			struct ml_group *g)
{
	int rc = read_numbers(s, dir, g);

	if (rc != -ENODEV)
		rc = read_flats(s, dir, g);
	if (rc == -ENODEV || rc == -ENOMEM)
		return rc;
	if (s->reads & ML_READ_GROUP_PRESSURE)
		rc = g->version == 2 ? read_pressure(s, dir, g)
				     : read_other_pressure(s, g);
	if (rc == -ENOMEM)
		return rc;
	if (s->reads & ML_READ_GROUP_PROCESSES)
		g->processes = ml_group_lines(dir, "cgroup.procs", NULL);
	return 0;
}
