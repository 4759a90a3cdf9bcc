/* SPDX-License-Identifier: MIT */
/* room: how much more a thing may grow, and what bounds it. */
#include "watch/room.h"

#include <math.h>

#include "model/groups.h"
#include "model/proc.h"
#include "model/shm.h"

int ml_rooms_init(const struct ml_snap *snap, struct ml_arena *a, struct ml_rooms *ret)
{
	*ret = (struct ml_rooms){ .snap = snap };
	if (!ml_snap_parsed(snap, ML_FEED_GROUPS))
		return 0;
	return ml_groups_index(snap, a, &ret->groups, &ret->ngroups);
}

static void take_less(struct ml_room *room, uint64_t left, const char *bound)
{
	if (left != ML_NONE && !(room->left <= (double)left))
		*room = (struct ml_room){ (double)left, bound };
}

/* What of a limit that it has reached is used. */
static uint64_t left_of(uint64_t limit, uint64_t used)
{
	return limit == ML_NONE || used == ML_NONE ? ML_NONE : ml_sub_sat(limit, used);
}

static void take_machine(const struct ml_rooms *rooms, struct ml_room *room)
{
	uint64_t available = ml_snap_mem(rooms->snap, "MemAvailable");
	uint64_t swap = ml_snap_mem(rooms->snap, "SwapFree");

	if (available != ML_NONE)
		take_less(room, available + ml_or0(swap),
			  ml_or0(swap) ? "memory and swap" : "memory");
}

/* Of the group and those above it; what can be reclaimed is room, too. */
static void take_group(const struct ml_rooms *rooms, struct ml_str path,
		       struct ml_room *room)
{
	const struct ml_groups_head *head = ml_groups_head(rooms->snap);
	const struct ml_group *group =
		path.p && rooms->groups
			? ml_groups_find(rooms->groups, rooms->ngroups, path)
			: NULL;
	struct ml_group_split split;

	if (!group || !head || group->headroom == ML_NONE)
		return;
	ml_group_split(head, group, ml_snap_mem(rooms->snap, "SwapFree"), &split);
	take_less(room, group->headroom + ml_or0(split.reclaimable),
		  "the limit of its control group");
}

static const struct ml_proc *process_of(const struct ml_rooms *rooms,
					const struct ml_watched *thing)
{
	const struct ml_parsed *procs = ml_snap_parsed(rooms->snap, ML_FEED_PROCESSES);
	struct ml_proc like = { .pid = thing->pid, .start = thing->start };

	return procs ? ml_proc_find(&procs->rows, &like) : NULL;
}

static void take_process(const struct ml_rooms *rooms, const struct ml_watched *thing,
			 struct ml_room *room)
{
	const struct ml_proc *p = process_of(rooms, thing);

	if (!p)
		return;
	if (thing->kind == ML_WATCHED_DESCRIPTORS)
		take_less(room, left_of(p->limit_files, p->fds), "its RLIMIT_NOFILE");
	if (ml_watched_words[thing->kind].unit != ML_UNIT_BYTES)
		return;
	take_group(rooms, p->cgroup, room);
	take_less(room, left_of(p->limit_data, p->data), "its RLIMIT_DATA");
	take_less(room, left_of(p->limit_as, p->vss), "its RLIMIT_AS");
	if (thing->kind == ML_WATCHED_LOCKED)
		take_less(room, left_of(p->limit_locked, p->locked),
			  "its RLIMIT_MEMLOCK");
}

static void take_tmpfs(const struct ml_rooms *rooms, const struct ml_watched *thing,
		       struct ml_room *room)
{
	const struct ml_parsed *tmpfs = ml_snap_parsed(rooms->snap, ML_FEED_TMPFS);
	const struct ml_shm_mount *m;

	if (!tmpfs)
		return;
	ml_for_each_row(m, &tmpfs->rows)
		if (ml_str_eq(m->point, ml_watched_name(thing)))
			take_less(room, left_of(m->size, m->used), "its size");
}

struct ml_room ml_room_of(const struct ml_rooms *rooms, const struct ml_watched *thing)
{
	const struct ml_watched_words *words = &ml_watched_words[thing->kind];
	struct ml_room room = { (double)NAN, NULL };

	if (words->unit == ML_UNIT_BYTES)
		take_machine(rooms, &room);
	switch (words->class) {
	case ML_WATCH_PROCESSES:
		take_process(rooms, thing, &room);
		break;
	case ML_WATCH_GROUPS:
		take_group(rooms, ml_watched_name(thing), &room);
		break;
	case ML_WATCH_TMPFS:
		take_tmpfs(rooms, thing, &room);
		break;
	default:
		break;
	}
	return room;
}
