/* SPDX-License-Identifier: MIT */
/* alarm: when memory runs short, and how much is to be recorded then. */
#include "recorder/alarm.h"

#include "base/num.h"

#define SECOND_NS 1000000000ull

/* The last twentieth is mostly files that programs are running from; with half as much
 * again it is over. */
#define LOW 0.05
#define ENOUGH 0.075
/* Pages a second for which even a fast disk needs a tenth of its time. */
#define SWAPPING 1000
/* Rates over less say nothing. */
#define RATE_NS (SECOND_NS * 9 / 10)

static bool moved(uint64_t before, uint64_t now)
{
	return before != ML_NONE && now != ML_NONE && now > before;
}

static double seconds_between(uint64_t from_ns, uint64_t to_ns)
{
	return (double)ml_sub_sat(to_ns, from_ns) / 1e9;
}

/* A second; 0: not known, or it went down. */
static double rate_of(uint64_t before, uint64_t now, double seconds)
{
	return moved(before, now) ? (double)(now - before) / seconds : 0;
}

/* ---- signs ---- */

static bool is_kill(const struct ml_alarm *a, const struct ml_alarm_reading *now)
{
	if (now->kills != ML_NONE)
		return moved(a->before.kills, now->kills);
	return moved(a->before.logged_kills, now->logged_kills);
}

/* Once when it gets low, and each time that half of what was left is gone. */
static bool gets_low(struct ml_alarm *a, const struct ml_alarm_reading *now)
{
	double share = ml_ratio(now->available, now->total);

	if (!(share < ENOUGH)) {
		a->low = 0;
		return false;
	}
	if (a->low ? now->available > a->low / 2 : !(share < LOW))
		return false;
	a->low = now->available ? now->available : 1;
	return true;
}

/* By rates, over a second or more. */
static const char *trend(struct ml_alarm *a, const struct ml_alarm_reading *now)
{
	uint64_t ns = ml_sub_sat(now->now_ns, a->since.now_ns);
	double seconds = (double)ns / 1e9, stall, out;

	if (ns < RATE_NS)
		return NULL;
	stall = rate_of(a->since.stalled_us, now->stalled_us, seconds) / 1e6;
	out = rate_of(a->since.swapped_out, now->swapped_out, seconds);
	a->since = *now;
	return stall >= ML_ALARM_STALL ? "pressure"
	       : out >= SWAPPING       ? "swapping out"
				       : NULL;
}

/* What is no kill, the gravest first; each has to be looked at each time. */
static const char *sign(struct ml_alarm *a, const struct ml_alarm_reading *now)
{
	bool group = moved(a->before.group_ooms, now->group_ooms);
	bool low = gets_low(a, now);
	const char *by_rate = trend(a, now);

	if (group)
		return "group out of memory";
	if (now->triggered)
		return "pressure";
	return low ? "low memory" : by_rate;
}

/* ---- bounds ---- */

static void refill(struct ml_alarm *a, uint64_t now_ns)
{
	a->tokens += seconds_between(a->filled_ns, now_ns) / ML_ALARM_REFILL_S;
	if (a->tokens > ML_ALARM_TOKENS)
		a->tokens = ML_ALARM_TOKENS;
	a->filled_ns = now_ns;
}

static bool is_apart(uint64_t before_ns, uint64_t now_ns, double seconds)
{
	return !before_ns || seconds_between(before_ns, now_ns) >= seconds;
}

static const char *take(struct ml_alarm *a, uint64_t now_ns, const char *mark)
{
	a->tokens--;
	a->taken_ns = now_ns;
	a->quick_until_ns = now_ns + ML_ALARM_QUICK_FOR_S * SECOND_NS;
	return mark;
}

/* A kill waits until it may be recorded, but not until it is history. */
static const char *take_kill(struct ml_alarm *a, uint64_t now_ns)
{
	if (seconds_between(a->killed_ns, now_ns) > ML_ALARM_KILL_SPACE_S) {
		a->killed_ns = 0;
		return NULL;
	}
	if (a->tokens < 1 || !is_apart(a->kill_taken_ns, now_ns, ML_ALARM_KILL_SPACE_S))
		return NULL;
	a->killed_ns = 0;
	a->kill_taken_ns = now_ns;
	return take(a, now_ns, "oom kill");
}

static const char *take_sign(struct ml_alarm *a, uint64_t now_ns, const char *mark)
{
	if (a->tokens < 1 + ML_ALARM_FOR_KILLS ||
	    !is_apart(a->taken_ns, now_ns, ML_ALARM_SPACE_S))
		return NULL;
	return take(a, now_ns, mark);
}

static void begin(struct ml_alarm *a, const struct ml_alarm_reading *now)
{
	a->begun = true;
	a->tokens = ML_ALARM_TOKENS;
	a->filled_ns = now->now_ns;
	a->before = a->since = *now;
	(void)gets_low(a, now); /* it was so before: no news */
}

struct ml_alarm_call ml_alarm_step(struct ml_alarm *a, const struct ml_alarm_reading *now)
{
	struct ml_alarm_call call = { 0 };
	const char *mark;

	if (!a->begun)
		begin(a, now);
	refill(a, now->now_ns);
	if (is_kill(a, now))
		a->killed_ns = now->now_ns;
	mark = sign(a, now);
	if (a->killed_ns)
		call.mark = take_kill(a, now->now_ns);
	if (!call.mark && mark)
		call.mark = take_sign(a, now->now_ns, mark);
	call.quick = now->now_ns < a->quick_until_ns;
	a->before = *now;
	return call;
}
