/* SPDX-License-Identifier: MIT */
/* test_frame: texts packed against others - unpacked again, damaged, and bombs. */
#include <errno.h>
#include <zstd.h>

#include "exact.h"

#include "record/frame.h"

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

/* Kernel text of `lines` lines, of which every `step`-th differs by `salt`. */
static struct ml_buf text_of(unsigned lines, unsigned step, unsigned salt)
{
	struct ml_buf b = { 0 };

	for (unsigned i = 0; i < lines; i++)
		ml_buf_printf(&b, "Name%u: %u kB of %u\n", i,
			      i * 2654435761u + (i % step ? 0 : salt), i ^ 77);
	return b;
}

static void what_was_packed_comes_out_again(void **state)
{
	static const unsigned lines[] = { 0, 1, 1000, 200000 };
	struct ml_buf base = text_of(1000, 100, 0);

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(lines); i++)
		for (int against = 0; against < 2; against++) {
			struct ml_str of =
				against ? ml_buf_text(&base) : (struct ml_str){ 0 };
			struct ml_buf text = text_of(lines[i], 100, 5);
			struct ml_buf frame = { 0 }, back = { 0 };

			assert_int_equal(
				ml_frame_pack(packer, ml_buf_text(&text), of, &frame), 0);
			assert_int_equal(ml_frame_unpack(packer, ml_buf_text(&frame), of,
							 text.n, &back),
					 0);
			assert_true(ml_str_eq(ml_buf_text(&text), ml_buf_text(&back)));
			ml_buf_deinit(&text);
			ml_buf_deinit(&frame);
			ml_buf_deinit(&back);
		}
	ml_buf_deinit(&base);
}

static void what_repeats_its_base_takes_little(void **state)
{
	struct ml_buf base = text_of(20000, 100, 0), text = text_of(20000, 1000, 5);
	struct ml_buf frame = { 0 };

	(void)state;
	assert_int_equal(
		ml_frame_pack(packer, ml_buf_text(&text), ml_buf_text(&base), &frame), 0);
	assert_in_range(frame.n, 1, text.n / 200);
	ml_buf_deinit(&base);
	ml_buf_deinit(&text);
	ml_buf_deinit(&frame);
}

static int unpack(struct ml_str frame, struct ml_str base, size_t max)
{
	struct ml_buf back = { 0 };
	int rc = ml_frame_unpack(packer, frame, base, max, &back);

	ml_buf_deinit(&back);
	return rc;
}

/* A bit that says how much room to make may change nothing. */
static bool is_told(struct ml_str frame, struct ml_str base, struct ml_str text)
{
	struct ml_buf back = { 0 };
	int rc = ml_frame_unpack(packer, frame, base, 1 << 20, &back);
	bool told = rc < 0 || ml_str_eq(ml_buf_text(&back), text);

	ml_buf_deinit(&back);
	return told;
}

static void damage_at_any_byte_is_told(void **state)
{
	struct ml_buf base = text_of(300, 10, 0), text = text_of(300, 7, 5),
		      frame = { 0 };

	(void)state;
	assert_int_equal(
		ml_frame_pack(packer, ml_buf_text(&text), ml_buf_text(&base), &frame), 0);
	for (size_t i = 0; i < frame.n; i++) {
		_exact_ struct ml_str copy = exact(frame.p, frame.n);
		char *p = (char *)(uintptr_t)copy.p;

		for (int bit = 0; bit < 8; bit++) {
			p[i] ^= (char)(1 << bit);
			assert_true(
				is_told(copy, ml_buf_text(&base), ml_buf_text(&text)));
			p[i] ^= (char)(1 << bit);
		}
	}
	for (size_t n = 0; n < frame.n; n++) {
		_exact_ struct ml_str cut = exact(frame.p, n);

		assert_int_equal(unpack(cut, ml_buf_text(&base), 1 << 20), -EBADMSG);
	}
	ml_buf_add(&frame, "x", 1);
	assert_int_equal(unpack(ml_buf_text(&frame), ml_buf_text(&base), 1 << 20),
			 -EBADMSG);
	ml_buf_deinit(&base);
	ml_buf_deinit(&text);
	ml_buf_deinit(&frame);
}

static void another_base_is_told(void **state)
{
	struct ml_buf base = text_of(300, 10, 0), text = text_of(300, 7, 5),
		      frame = { 0 };
	struct ml_buf other = text_of(300, 3, 1);

	(void)state;
	assert_int_equal(
		ml_frame_pack(packer, ml_buf_text(&text), ml_buf_text(&base), &frame), 0);
	assert_int_equal(unpack(ml_buf_text(&frame), ml_buf_text(&other), 1 << 20),
			 -EBADMSG);
	assert_int_equal(unpack(ml_buf_text(&frame), (struct ml_str){ 0 }, 1 << 20),
			 -EBADMSG);
	ml_buf_deinit(&base);
	ml_buf_deinit(&other);
	ml_buf_deinit(&text);
	ml_buf_deinit(&frame);
}

/* A gigabyte of zeros, packed by zstd itself under a head that tells `size`. */
static struct ml_buf bomb(uint32_t size)
{
	size_t n = 1u << 30, bound = ZSTD_compressBound(n);
	char *zeros = calloc(1, n);
	struct ml_buf b = { 0 };
	char *room;

	assert_non_null(zeros);
	ml_buf_add(&b, "MLF1", 4);
	for (int i = 0; i < 4; i++)
		ml_buf_add(&b, &(char){ (char)(size >> 8 * i) }, 1);
	room = ml_buf_room(&b, bound);
	assert_non_null(room);
	b.n += ZSTD_compress(room, bound, zeros, n, 1);
	free(zeros);
	return b;
}

static void bombs_are_refused_before_they_go_off(void **state)
{
	static const uint32_t sizes[] = { 0,        100,
					  1 << 20,  ML_FRAME_BYTES_MAX,
					  1u << 30, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(sizes); i++) {
		struct ml_buf b = bomb(sizes[i]);
		int rc = unpack(ml_buf_text(&b), (struct ml_str){ 0 }, SIZE_MAX);

		assert_int_equal(rc, sizes[i] > ML_FRAME_BYTES_MAX ? -EFBIG : -EBADMSG);
		ml_buf_deinit(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_packed_comes_out_again),
		cmocka_unit_test(what_repeats_its_base_takes_little),
		cmocka_unit_test(damage_at_any_byte_is_told),
		cmocka_unit_test(another_base_is_told),
		cmocka_unit_test(bombs_are_refused_before_they_go_off),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
