/* SPDX-License-Identifier: MIT */
/* test_record_delta: what changed since an earlier instant - any course of files, damage,
 * another instant, hostile lists. */
#include <errno.h>
#include <stdio.h>

#include "exact.h"

#include "record/delta.h"
#include "record/instant.h"
#include "source/tape.h"

static struct ml_packer *packer;

static int setup(void **state)
{
	(void)state;
	return ml_packer_new(&packer);
}

static int teardown(void **state)
{
	(void)state;
	ml_packer_free(packer);
	return 0;
}

/* ---- a machine of numbered files ---- */

#define FILES 60

struct course {
	struct ml_whole whole;
	unsigned seed, second;
	int text[FILES]; /* 0: it is not there */
};

static unsigned draw(struct course *c, unsigned n)
{
	c->seed = c->seed * 1103515245 + 12345;
	return (c->seed >> 16) % n;
}

static void put_one(struct course *c, struct ml_tape *tape, int i)
{
	char path[32], text[64];
	int error = c->text[i] % 7 ? 0 : EACCES;

	snprintf(path, sizeof(path), "sys/%d/file", i);
	snprintf(text, sizeof(text), "the number of it is %d\n", c->text[i]);
	if (error)
		ml_tape_add_error(tape, path, -error);
	else
		ml_tape_add(tape, path, ml_str_of(text));
}

/* Some files change, some go, some come (again). */
static void go_on(struct course *c)
{
	struct ml_tape *tape = ml_tape_new(ML_KEEP_ALL, 0);
	uint64_t ns = ++c->second * 1000000000ull;

	for (int i = 0; i < FILES; i++) {
		if (!draw(c, 20))
			c->text[i] = c->text[i] ? 0 : 1;
		else if (c->text[i] && !draw(c, 4))
			c->text[i]++;
		if (c->text[i])
			put_one(c, tape, i);
	}
	ml_whole_begin(&c->whole);
	assert_int_equal(ml_whole_put(&c->whole, &tape->files, ns), 0);
	assert_int_equal(ml_whole_end(&c->whole, ns, 0.5), 0);
	ml_tape_free(tape);
}

/* The files of the whole, in its order. */
static struct ml_tape *tape_of(const struct course *c)
{
	struct ml_tape *tape = ml_tape_new(ML_KEEP_ALL, 0);
	struct ml_buf key = { 0 };

	assert_int_equal(ml_instant_pack(packer, &c->whole, &key), 0);
	assert_int_equal(ml_instant_unpack(packer, ml_buf_text(&key), tape), 0);
	ml_buf_deinit(&key);
	return tape;
}

static void same(const struct ml_tape *a, const struct ml_tape *b)
{
	assert_int_equal(a->files.n, b->files.n);
	for (size_t i = 0; i < a->files.n; i++) {
		const struct ml_taped *x = ml_rows_at(&a->files, i);
		const struct ml_taped *y = ml_rows_at(&b->files, i);

		assert_true(ml_str_eq(x->path, y->path));
		assert_true(ml_str_eq(x->text, y->text));
		assert_int_equal(x->error, y->error);
	}
}

static struct ml_buf pack(const struct course *c, const struct ml_reference *from)
{
	struct ml_delta delta = { .packer = packer };
	struct ml_buf packed = { 0 };

	assert_int_equal(ml_delta_pack(&delta, from, &c->whole, &packed), 0);
	assert_true(ml_is_delta(ml_buf_text(&packed)));
	ml_delta_deinit(&delta);
	return packed;
}

static void any_course_is_told(void **state)
{
	struct course c = { .seed = 3 };
	struct ml_reference from = { 0 };

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct ml_tape *tape, *now;
		struct ml_buf packed;

		go_on(&c);
		assert_int_equal(ml_reference_take(&from, &c.whole), 0);
		tape = tape_of(&c);
		for (unsigned n = draw(&c, 4); n; n--)
			go_on(&c);
		packed = pack(&c, &from);
		assert_int_equal(ml_delta_unpack(packer, ml_buf_text(&packed), tape), 0);
		now = tape_of(&c);
		same(tape, now);
		ml_buf_deinit(&packed);
		ml_tape_free(tape);
		ml_tape_free(now);
	}
	ml_reference_deinit(&from);
	ml_whole_deinit(&c.whole);
}

/* What is kept of an earlier instant does not change with the whole. */
static void a_reference_outlives_the_whole(void **state)
{
	struct course c = { .seed = 5 };
	struct ml_reference from = { 0 };
	struct ml_tape *then, *now;
	struct ml_buf packed;

	(void)state;
	for (int i = 0; i < 10; i++)
		go_on(&c);
	assert_int_equal(ml_reference_take(&from, &c.whole), 0);
	then = tape_of(&c);
	for (int i = 0; i < 50; i++)
		go_on(&c);
	packed = pack(&c, &from);
	now = tape_of(&c);
	ml_whole_deinit(&c.whole);
	assert_int_equal(ml_delta_unpack(packer, ml_buf_text(&packed), then), 0);
	same(then, now);
	ml_reference_deinit(&from);
	ml_buf_deinit(&packed);
	ml_tape_free(then);
	ml_tape_free(now);
}

static void what_stands_still_takes_nothing(void **state)
{
	struct course c = { .seed = 6 };
	struct ml_reference from = { 0 };
	struct ml_buf packed;

	(void)state;
	for (int i = 0; i < 30; i++)
		go_on(&c);
	assert_int_equal(ml_reference_take(&from, &c.whole), 0);
	packed = pack(&c, &from);
	assert_in_range(packed.n, 12, 80);
	ml_reference_deinit(&from);
	ml_buf_deinit(&packed);
	ml_whole_deinit(&c.whole);
}

/* ---- damage ---- */

static int unpack_of(const struct course *c, struct ml_str packed)
{
	struct ml_tape *tape = tape_of(c);
	char *exact = malloc(packed.n + !packed.n);
	int rc;

	if (packed.n)
		memcpy(exact, packed.p, packed.n);
	rc = ml_delta_unpack(packer, (struct ml_str){ exact, packed.n }, tape);
	free(exact);
	ml_tape_free(tape);
	return rc;
}

static void damage_is_told(void **state)
{
	struct course c = { .seed = 7 }, later;
	struct ml_reference from = { 0 };
	struct ml_buf packed;

	(void)state;
	for (int i = 0; i < 10; i++)
		go_on(&c);
	assert_int_equal(ml_reference_take(&from, &c.whole), 0);
	later = c;
	later.whole = (struct ml_whole){ 0 };
	for (int i = 0; i < 10; i++)
		go_on(&later);
	/* another machine's files by the numbers of this one's: it must hold together */
	packed = pack(&c, &from);
	assert_int_equal(unpack_of(&c, ml_buf_text(&packed)), 0);
	ml_buf_deinit(&packed);
	go_on(&c);
	packed = pack(&c, &from);
	assert_int_not_equal(unpack_of(&later, ml_buf_text(&packed)), 0);
	for (size_t n = 0; n < packed.n; n++)
		assert_int_not_equal(unpack_of(&c, (struct ml_str){ packed.p, n }), 0);
	for (size_t i = 0; i < packed.n; i++) {
		packed.p[i] = (char)(packed.p[i] ^ 0x55);
		(void)!unpack_of(&c, ml_buf_text(&packed));
		packed.p[i] = (char)(packed.p[i] ^ 0x55);
	}
	ml_reference_deinit(&from);
	ml_buf_deinit(&packed);
	ml_whole_deinit(&c.whole);
	ml_whole_deinit(&later.whole);
}

/* Lists that reach beyond the files, never end, or are cut. */
static void hostile_lists_are_refused(void **state)
{
	static const char *const lists[] = {
		"\x3c\x01",                     /* from the end on */
		"\x00\x3d",                     /* one more than there are */
		"\xff\xff\xff\xff\x0f\x01",     /* far away */
		"\x00\xff\xff\xff\xff\xff\x01", /* a number without an end */
		"\x01",                         /* half a run */
		"\x01\x80",
	};
	struct course c = { .seed = 8 };

	(void)state;
	for (int i = 0; i < FILES; i++)
		c.text[i] = 1;
	for (int i = 0; i < 40; i++)
		go_on(&c);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		size_t n = i ? strlen(lists[i] + 1) + 1 : 2;
		struct ml_buf packed = { 0 };

		for (int which = 0; which < 2; which++) {
			char head[12] = { 'M', 'L', 'D', '1' };

			ml_buf_clear(&packed);
			head[which ? 8 : 4] = (char)n;
			ml_buf_add(&packed, head, sizeof(head));
			ml_buf_add(&packed, lists[i], n);
			assert_int_equal(ml_frame_pack(packer,
						       ML_STR("memlens-delta 1\nend 0\n"),
						       ML_STR(""), &packed),
					 0);
			assert_int_equal(unpack_of(&c, ml_buf_text(&packed)), -EBADMSG);
		}
		ml_buf_deinit(&packed);
	}
	ml_whole_deinit(&c.whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_course_is_told),
		cmocka_unit_test(a_reference_outlives_the_whole),
		cmocka_unit_test(what_stands_still_takes_nothing),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(hostile_lists_are_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
