/* SPDX-License-Identifier: MIT */
/* room: how much more a thing may grow, and what bounds it. */
#pragma once

#include "watch/watch.h"

struct ml_room {
	double left;       /* in the unit of the thing; NaN: not known */
	const char *bound; /* "memory", "group", "RLIMIT_DATA"...; NULL: not known */
};

/* What bounds things in one snapshot. */
struct ml_rooms {
	const struct ml_snap *snap;
	const struct ml_group **groups;
	size_t ngroups;
};

/* 0 or -ENOMEM. */
int ml_rooms_init(const struct ml_snap *snap, struct ml_arena *a, struct ml_rooms *ret);

struct ml_room ml_room_of(const struct ml_rooms *rooms, const struct ml_watched *thing);
