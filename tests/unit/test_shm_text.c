/* SPDX-License-Identifier: MIT */
/* test_shm_text: the ledger of shared memory is the same after it was written. */
#include "unit.h"

#include "model/shm_text.h"

static const char sample[] =
	"shm 1 92 1 2\n"
	"mount 0:27 tmpfs 4026531832 1 1 25276510208 14680064 3085511 4 1 1048576 0 /dev/shm\n"
	"mount 0:23 tmpfs 4026531832 1 1 - - - - 0 0 1 /a\\x20b\n"
	"deleted 0:27 4 0 0 7340032 7340032 - 7340032 1 /dev/shm/gone\\x0amapped\n"
	"holder 10878 1 7340032\n"
	"sysv 0:1 7 4026531839 1 4096 4096 - 8192 0 /SYSV00000000\n"
	"holder 17 0 4096\n"
	"holder 18 0 4096\n"
	"gpu - 31 0 0 32681984 27193344 - 0 1 i915\\x200000:00:02.0\\x20client\\x2031\n"
	"holder 900 1 0\n"
	"tmpfs 0:27 9 0 0 12288 8192 - 0 0 /dev/shm/x\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_shm_text, sample);
	const struct ml_shm *shm = o.parsed.head;
	const struct ml_shm_object *gone, *segment, *file;
	const struct ml_shm_mount *covered;
	const struct ml_shm_holder *second;

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(shm->processes, 92);
	assert_int_equal(shm->refused, 1);
	assert_int_equal(shm->spaces, 2);
	assert_int_equal(shm->mounts.n, 2);
	assert_int_equal(shm->objects.n, 4);
	assert_int_equal(shm->holders.n, 4);
	covered = ml_rows_at(&shm->mounts, 1);
	assert_bytes(covered->point, "/a b");
	assert_true(covered->used == ML_NONE);
	assert_true(ml_shm_mount_used(covered) == ML_NONE);
	gone = ml_rows_at(&shm->objects, 0);
	assert_bytes(gone->name, "/dev/shm/gone\nmapped");
	assert_int_equal(gone->kind, ML_SHM_DELETED);
	assert_int_equal(gone->bytes, 7340032);
	assert_true(gone->swapped == ML_NONE);
	segment = ml_rows_at(&shm->objects, 1);
	assert_int_equal(segment->holders, 2);
	assert_int_equal(segment->own_ipc, 1);
	second = ml_rows_at(&shm->holders, segment->first_holder + 1);
	assert_int_equal(second->pid, 18);
	file = ml_rows_at(&shm->objects, 3);
	assert_int_equal(file->holders, 0);
	assert_int_equal(file->size, 12288);
}

static void test_there_and_back(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_shm_text, sample);
	struct ml_buf out = { 0 };

	(void)state;
	ml_shm_text(o.parsed.head, NULL, NULL, &out);
	assert_false(out.failed);
	assert_int_equal(out.n, sizeof(sample) - 1);
	assert_memory_equal(out.p, sample, out.n);
	ml_buf_deinit(&out);
}

static void put_x(const void *data, struct ml_str name, struct ml_buf *out)
{
	(void)data;
	assert_true(name.n > 0);
	ml_buf_add(out, "/x\n", 3);
}

/* Names of file systems and files, and nothing else; a GPU's is no name of anybody's. */
static void test_names_are_replaced(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_shm_text, sample);
	struct ml_buf out = { 0 };

	(void)state;
	ml_shm_text(o.parsed.head, put_x, NULL, &out);
	ml_buf_add(&out, "", 1);
	assert_null(strstr(out.p, "gone"));
	assert_null(strstr(out.p, "/dev/shm"));
	assert_null(strstr(out.p, "SYSV"));
	assert_non_null(strstr(out.p, "i915"));
	assert_non_null(strstr(out.p, " /x\\x0a\n"));
	ml_buf_deinit(&out);
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_shm_text, "holder 1 1 1\n" /* of nothing */
					      "shm 2 1 1 1\n"
					      "shm 1 1\n"
					      "mount 0:27 tmpfs 1 2\n"
					      "mount 027 tmpfs 1 1 1 1 1 1 1 1 1 1 /\n"
					      "tmpfs 0:27 9 0 0 12288 8192 - 0\n"
					      "tmpfs 0:27 9 0 0 -1 8192 - 0 0 /x\n"
					      "other 0:27 9 0 0 1 8192 - 0 0 /x\n"
					      "tmpfs 0:27 9 0 0 1 8192 - 0 0 /x\n"
					      "holder - 1 1\n");
	const struct ml_shm *shm = o.parsed.head;

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 9);
	assert_int_equal(shm->objects.n, 1);
	assert_int_equal(shm->holders.n, 0);
	assert_int_equal(shm->mounts.n, 0);
}

/* Holders belong to the object above them, also after sorting. */
static void test_sorted(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_shm_text, sample);
	struct ml_shm *shm = o.parsed.head;
	const struct ml_shm_object *first, *second;
	const struct ml_shm_holder *h;

	(void)state;
	ml_shm_sort(shm);
	first = ml_rows_at(&shm->objects, 0);
	second = ml_rows_at(&shm->objects, 1);
	assert_int_equal(first->kind, ML_SHM_GPU);
	h = ml_rows_at(&shm->holders, first->first_holder);
	assert_int_equal(h->pid, 900);
	assert_int_equal(second->kind, ML_SHM_DELETED);
	h = ml_rows_at(&shm->holders, second->first_holder);
	assert_int_equal(h->pid, 10878);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_shm_text);
	check_junk(ml_parse_shm_text);
	check_dress(ml_parse_shm_text, sample);
	check_cuts(ml_parse_shm_text, sample);
	check_numbers(ml_parse_shm_text, "tmpfs 0:27 9 0 0 1 ", " - 0 0 /x\n");
	check_huge_line(ml_parse_shm_text, "tmpfs 0:27 9 0 0 1 8192 - 0 0 /x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_names_are_replaced),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
