/* SPDX-License-Identifier: MIT */
/* jump: whether the clock of the wall was set, or the machine slept, between two
 * samples. */
#include "recorder/jump.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"

/* Less is the work of an NTP daemon, or of a sample that was interrupted between two
 * readings of clocks. */
#define LEAST_MS 2000
#define SETTLED_NS 3600000000000ull

struct ml_clocks ml_clocks_now(void)
{
	struct timespec ts;
	struct ml_clocks now = { .wall_ms = ml_clock_wall_ms(),
				 .awake_ns = ml_clock_monotonic_ns() };

	if (clock_gettime(CLOCK_BOOTTIME, &ts))
		now.boot_ns = now.awake_ns;
	else
		now.boot_ns = (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
	return now;
}

static int64_t ms_of(uint64_t from_ns, uint64_t to_ns)
{
	return (int64_t)(to_ns - from_ns) / 1000000;
}

static void say(char ret[static ML_JUMP_TEXT], const char *what, int64_t ms)
{
	long long s = (long long)(ms + 500) / 1000;

	snprintf(ret, ML_JUMP_TEXT, "%s %lld:%02lld:%02lld", what, s / 3600, s / 60 % 60,
		 s % 60);
}

bool ml_jump_step(struct ml_jump *jump, const struct ml_clocks *now,
		  char ret[static ML_JUMP_TEXT])
{
	const struct ml_clocks before = jump->before;
	int64_t passed, slept, set;

	jump->before = *now;
	if (!before.boot_ns)
		return false;
	passed = ms_of(before.boot_ns, now->boot_ns);
	slept = passed - ms_of(before.awake_ns, now->awake_ns);
	set = (int64_t)(now->wall_ms - before.wall_ms) - passed;
	if (set >= LEAST_MS)
		jump->forward_ns = now->awake_ns;
	if (set >= LEAST_MS)
		say(ret, "clock set forward by", set);
	else if (set <= -LEAST_MS)
		say(ret, "clock set back by", -set);
	else if (slept >= LEAST_MS)
		say(ret, "asleep for", slept);
	else
		return false;
	return true;
}

bool ml_jump_is_settled(const struct ml_jump *jump)
{
	return !jump->forward_ns ||
	       jump->before.awake_ns - jump->forward_ns >= SETTLED_NS;
}
