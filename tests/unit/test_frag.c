/* SPDX-License-Identifier: MIT */
/* test_frag: the kernel's integer formulas, worked by hand and at their edges. */
#include "model/frag.h"
#include "unit.h"

/* A zone of these free lists, without watermarks. */
#define ZONE(name, ...) \
	uint64_t name##_blocks[] = { __VA_ARGS__ }; \
	struct ml_buddyinfo_row name##_row = { \
		.norders = sizeof(name##_blocks) / sizeof(uint64_t), \
		.blocks = name##_blocks \
	}; \
	struct ml_frag_zone name = { .buddy = &name##_row }; \
	count(&name)

static void count(struct ml_frag_zone *z)
{
	for (unsigned o = 0; o < z->buddy->norders; o++) {
		z->free_blocks += z->buddy->blocks[o];
		z->free_pages += z->buddy->blocks[o] << o;
	}
}

static void test_suitable(void **state)
{
	ZONE(z, 10, 4, 0, 1); /* 10 + 8 + 8 pages */

	(void)state;
	assert_int_equal(ml_frag_suitable(&z, 0), 26);
	assert_int_equal(ml_frag_suitable(&z, 1), 8);
	assert_int_equal(ml_frag_suitable(&z, 3), 1);
	assert_int_equal(ml_frag_suitable(&z, 4), 0);
}

static void test_unusable(void **state)
{
	ZONE(z, 10, 4, 0, 1);
	ZONE(empty, 0, 0, 0);

	(void)state;
	assert_int_equal(ml_frag_unusable(&z, 0), 0);
	assert_int_equal(ml_frag_unusable(&z, 1), 384); /* 10000 / 26 */
	assert_int_equal(ml_frag_unusable(&z, 3), 692); /* 18000 / 26 */
	assert_int_equal(ml_frag_unusable(&z, 4), 1000);
	assert_int_equal(ml_frag_unusable(&empty, 1), 1000);
}

static void test_index(void **state)
{
	ZONE(z, 100, 0, 0, 0, 0);
	ZONE(short_of_memory, 1, 0, 0, 0, 0);
	ZONE(empty, 0, 0);

	(void)state;
	assert_int_equal(ml_frag_index(&z, 0), -1000);
	assert_int_equal(ml_frag_index(&z, 3),
			 865); /* 1000 - (1000 + 100000 / 8) / 100 */
	assert_int_equal(ml_frag_index(&short_of_memory, 4),
			 -62); /* 1000 - (1000 + 62) / 1 */
	assert_int_equal(ml_frag_index(&empty, 0), 0);
}

/* now: takes while free stays above the mark; upper: the free memory above it. */
static void test_forecast(void **state)
{
	ZONE(z, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4); /* four blocks of 512 pages */
	struct ml_zoneinfo_row marks = { .min = 600, .nr_protection = 1 };
	uint64_t now, upper;

	(void)state;
	ml_frag_forecast(&z, 9, &now, &upper);
	assert_int_equal(now, 4);
	assert_int_equal(upper, 4);
	z.zone = &marks;
	ml_frag_forecast(&z, 9, &now, &upper);
	assert_int_equal(now, 2);
	assert_int_equal(upper, 2);
	marks.protection[0] = 100000; /* this class may not have any of it */
	ml_frag_forecast(&z, 9, &now, &upper);
	assert_int_equal(now, 0);
	assert_int_equal(upper, 0);
}

static void test_huge_numbers(void **state)
{
	ZONE(z, UINT64_MAX - 1, UINT64_MAX - 1, UINT64_MAX - 1);

	(void)state;
	z.free_pages = z.free_blocks = UINT64_MAX - 1;
	assert_true(ml_frag_unusable(&z, 2) <= 1000);
	assert_int_equal(ml_frag_index(&z, 2), -1000);
	ml_frag_index(&z, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suitable), cmocka_unit_test(test_unusable),
		cmocka_unit_test(test_index),	 cmocka_unit_test(test_forecast),
		cmocka_unit_test(test_huge_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
