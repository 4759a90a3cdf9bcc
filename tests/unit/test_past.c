/* SPDX-License-Identifier: MIT */
/* test_past: which instant is found at a time and so many further, where the session's
 * memory begins and recordings end, and what becomes of damaged ones. */
#include <errno.h>

#include "machine.h"

#include "recordings.h"
#include "source/manifest.h"
#include "top/past.h"

#define S 1000ull /* of milliseconds */

/* ---- recordings that are made up ---- */

struct ml_recording {
	struct ml_ctx *ctx;
	const char *path;
	uint64_t at[16];
	bool damaged[16];
	size_t n;
	unsigned unpacked;
};

static struct ml_recording made;

static int enter(struct ml_ctx *ctx, const char *path, struct ml_recording **ret)
{
	if (!made.n)
		return -ENOENT;
	made.ctx = ctx;
	made.path = path;
	*ret = &made;
	return 0;
}

static void leave(struct ml_recording *r)
{
	r->n = 0;
}

static int beside(struct ml_recording *r, uint64_t wall_ms, bool later, uint64_t *ret)
{
	for (size_t k = 0; k < r->n; k++) {
		uint64_t at = r->at[later ? k : r->n - 1 - k];

		if (later ? at > wall_ms : at < wall_ms) {
			*ret = at;
			return 0;
		}
	}
	return -ENOENT;
}

static int instant(struct ml_recording *r, uint64_t wall_ms, struct ml_root **ret,
		   uint64_t *ret_interval_ms)
{
	*ret_interval_ms = 10 * S;
	r->unpacked++;
	for (size_t i = 0; i < r->n; i++)
		if (r->at[i] == wall_ms)
			return r->damaged[i] ? -EBADMSG
					     : ml_root_open(r->ctx, r->path, ret);
	return -ENOENT;
}

static const struct recordings fake = {
	.enter = enter, .leave = leave, .beside = beside, .instant = instant
};
const struct recordings *const recordings = &fake;

/* A sample each ten seconds from 100 s on, as the letters say: x is a damaged one, - is
 * none. */
static struct past *record(struct machine *m, const char *samples,
			   struct ml_history *history)
{
	const struct past_start start = { m->ctx, history, m->path, 0 };
	struct past *p;

	made = (struct ml_recording){ 0 };
	for (size_t i = 0; samples[i]; i++) {
		if (samples[i] == '-')
			continue;
		made.at[made.n] = (100 + 10 * i) * S;
		made.damaged[made.n++] = samples[i] == 'x';
	}
	p = past_new(&start);
	assert_non_null(p);
	return p;
}

static struct instant find(struct past *p, struct aim aim)
{
	struct instant found;

	assert_int_equal(past_find(p, &aim, &found), 0);
	assert_non_null(found.root);
	return found;
}

static void is_at(struct past *p, struct aim aim, uint64_t seconds)
{
	assert_int_equal(find(p, aim).bearing.wall_ms, seconds * S);
}

/* ---- where ---- */

static void at_a_time(void **state)
{
	struct past *p = record(*state, "....", NULL);

	is_at(p, (struct aim){ AIM_LAST, 0, 0 }, 130);
	is_at(p, (struct aim){ 120 * S, 0, 0 }, 120);
	is_at(p, (struct aim){ 129 * S, 0, 0 }, 120);
	is_at(p, (struct aim){ 1, 0, 0 }, 100);
	past_free(p);
}

static void so_many_further(void **state)
{
	struct past *p = record(*state, "....", NULL);

	is_at(p, (struct aim){ 130 * S, 0, -1 }, 120);
	is_at(p, (struct aim){ 130 * S, 0, -3 }, 100);
	is_at(p, (struct aim){ 130 * S, 0, -9 }, 100);
	is_at(p, (struct aim){ 100 * S, 0, 2 }, 120);
	is_at(p, (struct aim){ 100 * S, 0, 9 }, 130);
	past_free(p);
}

static void a_span_goes_over_gaps(void **state)
{
	struct past *p = record(*state, "...----..", NULL);

	is_at(p, (struct aim){ 100 * S, 20 * S, 0 }, 120);
	is_at(p, (struct aim){ 100 * S, 15 * S, 0 }, 120);
	is_at(p, (struct aim){ 120 * S, 10 * S, 0 }, 170);
	is_at(p, (struct aim){ 170 * S, 60 * S, 0 }, 180);
	is_at(p, (struct aim){ 180 * S, -10 * (int64_t)S, 0 }, 170);
	is_at(p, (struct aim){ 180 * S, -20 * (int64_t)S, 0 }, 120);
	is_at(p, (struct aim){ 120 * S, -500 * (int64_t)S, 0 }, 100);
	is_at(p, (struct aim){ 120 * S, 10 * S, -1 }, 120);
	past_free(p);
}

static void what_is_beside_is_told(void **state)
{
	struct past *p = record(*state, "..---.", NULL);
	struct bearing b = find(p, (struct aim){ 110 * S, 0, 0 }).bearing;

	assert_int_equal(b.older_ms, 100 * S);
	assert_int_equal(b.newer_ms, 150 * S);
	assert_int_equal(b.usual_ms, 10 * S);
	assert_true(b.recorded);
	assert_false(bearing_is_gap(&b, 10 * S));
	assert_true(bearing_is_gap(&b, 40 * S));
	b = find(p, (struct aim){ 100 * S, 0, 0 }).bearing;
	assert_int_equal(b.older_ms, ML_NONE);
	assert_null(find(p, (struct aim){ 100 * S, 0, 0 }).before);
	b = find(p, (struct aim){ AIM_LAST, 0, 0 }).bearing;
	assert_int_equal(b.newer_ms, ML_NONE);
	past_free(p);
}

/* ---- damage ---- */

static void damage_is_passed_over_both_ways(void **state)
{
	struct past *p = record(*state, "..xx..", NULL);
	struct bearing b = find(p, (struct aim){ 140 * S, 0, -1 }).bearing;

	assert_int_equal(b.wall_ms, 110 * S);
	assert_int_equal(b.damaged, 2);
	b = find(p, (struct aim){ 110 * S, 0, 1 }).bearing;
	assert_int_equal(b.wall_ms, 140 * S);
	assert_int_equal(b.older_ms, 110 * S);
	assert_int_equal(b.damaged, 2);
	assert_int_equal(find(p, (struct aim){ AIM_LAST, 0, 0 }).bearing.damaged, 0);
	past_free(p);
}

static void the_other_way_where_there_is_nothing(void **state)
{
	struct past *p = record(*state, "xx..xx", NULL);

	is_at(p, (struct aim){ 120 * S, 0, -1 }, 120);
	is_at(p, (struct aim){ 130 * S, 0, 1 }, 130);
	is_at(p, (struct aim){ 1, 0, 0 }, 120);
	is_at(p, (struct aim){ AIM_LAST, 0, 0 }, 130);
	past_free(p);
}

static void all_damaged_is_an_error(void **state)
{
	struct past *p = record(*state, "xxx", NULL);
	const struct aim last = { AIM_LAST, 0, 0 };
	struct instant found;

	complain_quietly(true);
	assert_int_equal(past_find(p, &last, &found), EXIT_UNREADABLE);
	complain_quietly(false);
	past_free(p);
}

static void nothing_is_an_error(void **state)
{
	struct past *p = record(*state, "", NULL);
	const struct aim last = { AIM_LAST, 0, 0 };
	struct instant found;

	complain_quietly(true);
	assert_int_equal(past_find(p, &last, &found), EXIT_UNREADABLE);
	assert_int_equal(past_enter(p), EXIT_UNREADABLE);
	complain_quietly(false);
	past_free(p);
}

/* ---- what is unpacked ---- */

static void a_step_unpacks_one(void **state)
{
	struct past *p = record(*state, "..........", NULL);
	struct instant a = find(p, (struct aim){ AIM_LAST, 0, 0 }), b;

	assert_int_equal(made.unpacked, 2);
	b = find(p, (struct aim){ a.bearing.wall_ms, 0, -1 });
	assert_int_equal(made.unpacked, 3);
	assert_int_equal(b.serial, a.before_serial);
	past_look_ahead(p);
	assert_int_equal(made.unpacked, 4);
	find(p, (struct aim){ b.bearing.wall_ms, 0, -1 });
	assert_int_equal(made.unpacked, 4);
	past_free(p);
}

static void a_peek_leaves_all_as_it_was(void **state)
{
	struct past *p = record(*state, "..x...", NULL);
	struct instant a = find(p, (struct aim){ AIM_LAST, 0, 0 });
	struct ml_root *root;
	uint64_t wall_ms;
	double at;

	assert_true(past_peek(p, 119 * S, &root, &wall_ms, &at));
	assert_int_equal(wall_ms, 110 * S);
	assert_true(at == 110);
	ml_root_unref(root);
	assert_false(past_peek(p, 125 * S, &root, &wall_ms, &at));
	assert_false(past_peek(p, 99 * S, &root, &wall_ms, &at));
	assert_int_equal(find(p, (struct aim){ AIM_LAST, 0, 0 }).serial, a.serial);
	past_free(p);
}

/* ---- before what is remembered ---- */

static void remember(struct machine *m, struct ml_history *h, uint64_t seconds)
{
	struct ml_arena arena = { 0 };
	struct ml_str text;

	m->root->manifest->wall_ms = seconds * S;
	m->root->manifest->monotonic_ns = seconds * 1000000000ull;
	assert_int_equal(ml_root_read(m->root, "/proc/uptime", &arena, &text), 0);
	ml_arena_deinit(&arena);
	assert_int_equal(ml_history_add(h, m->root), 0);
}

static void memory_goes_on_into_recordings(void **state)
{
	static const struct ml_history_bounds bounds = { 0 };
	struct machine *m = *state;
	struct ml_history *h;
	struct past *p;

	assert_int_equal(ml_root_keep(m->root, ML_KEEP_ALL, 0), 0);
	assert_int_equal(ml_history_new(m->ctx, &bounds, &h), 0);
	remember(m, h, 125);
	remember(m, h, 126);
	p = record(m, "....", h); /* that of 130 s is remembered better */
	is_at(p, (struct aim){ AIM_LAST, 0, 0 }, 126);
	is_at(p, (struct aim){ 126 * S, 0, -1 }, 125);
	is_at(p, (struct aim){ 126 * S, 0, -2 }, 120);
	is_at(p, (struct aim){ 126 * S, 0, -9 }, 100);
	is_at(p, (struct aim){ 124 * S, 0, 0 }, 120);
	is_at(p, (struct aim){ 110 * S, 0, 2 }, 125);
	is_at(p, (struct aim){ 110 * S, 0, 9 }, 126);
	assert_int_equal(find(p, (struct aim){ 125 * S, 0, 0 }).bearing.older_ms,
			 120 * S);
	assert_int_equal(find(p, (struct aim){ 120 * S, 0, 0 }).bearing.newer_ms,
			 125 * S);
	past_free(p);
	p = record(m, "", h);
	complain_quietly(true);
	is_at(p, (struct aim){ 126 * S, 0, -9 }, 125);
	complain_quietly(false);
	past_free(p);
	ml_history_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(at_a_time),
		MACHINE_TEST(so_many_further),
		MACHINE_TEST(a_span_goes_over_gaps),
		MACHINE_TEST(what_is_beside_is_told),
		MACHINE_TEST(damage_is_passed_over_both_ways),
		MACHINE_TEST(the_other_way_where_there_is_nothing),
		MACHINE_TEST(all_damaged_is_an_error),
		MACHINE_TEST(nothing_is_an_error),
		MACHINE_TEST(a_step_unpacks_one),
		MACHINE_TEST(a_peek_leaves_all_as_it_was),
		MACHINE_TEST(memory_goes_on_into_recordings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
