/* SPDX-License-Identifier: MIT */
/* test_parse_trace_format: the fields of events as several kernels lay them out. */
#include "unit.h"

#include "parse/trace_format.h"

#define COMMON \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"

/* Linux 5.10: one page at a time. */
static const char add_5_10[] =
	"name: mm_filemap_add_to_page_cache\nID: 485\nformat:\n" COMMON
	"\tfield:unsigned long pfn;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned long i_ino;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned long index;\toffset:24;\tsize:8;\tsigned:0;\n"
	"\tfield:dev_t s_dev;\toffset:32;\tsize:4;\tsigned:0;\n\n"
	"print fmt: \"dev %d:%d ino %lx page=%p pfn=%lu ofs=%lu\", ((unsigned int) "
	"((REC->s_dev) >> 20))\n";

/* Linux 7.2: fields moved, and there are large folios. */
static const char add_7_2[] =
	"name: mm_filemap_add_to_page_cache\nID: 564\nformat:\n" COMMON
	"\tfield:u64 i_ino;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned long pfn;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned long index;\toffset:24;\tsize:8;\tsigned:0;\n"
	"\tfield:dev_t s_dev;\toffset:32;\tsize:4;\tsigned:0;\n"
	"\tfield:unsigned char order;\toffset:36;\tsize:1;\tsigned:0;\n\n"
	"print fmt: \"dev %d:%d ino %llx pfn=0x%lx ofs=%lu order=%u\", REC->order\n";

static const char dirty[] =
	"name: writeback_dirty_folio\nID: 1009\nformat:\n" COMMON
	"\tfield:char name[32];\toffset:8;\tsize:32;\tsigned:0;\n"
	"\tfield:ino_t ino;\toffset:40;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned long index;\toffset:48;\tsize:8;\tsigned:0;\n\n"
	"print fmt: \"bdi %s: ino=%lu index=%lu\", REC->name\n";

static void assert_field(const struct outcome *o, const char *name, uint64_t offset,
			 uint64_t size)
{
	const struct ml_trace_field *field = ml_trace_field_find(&o->parsed, name);

	assert_non_null(field);
	assert_int_equal(field->offset, offset);
	assert_int_equal(field->size, size);
}

static void test_5_10(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_trace_format, add_5_10);
	const struct ml_trace_format *head = o.parsed.head;

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 8);
	assert_int_equal(head->id, 485);
	assert_bytes(head->name, "mm_filemap_add_to_page_cache");
	assert_field(&o, "common_type", 0, 2);
	assert_field(&o, "i_ino", 16, 8);
	assert_field(&o, "s_dev", 32, 4);
	assert_null(ml_trace_field_find(&o.parsed, "order"));
}

static void test_7_2(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_trace_format, add_7_2);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 9);
	assert_field(&o, "i_ino", 8, 8);
	assert_field(&o, "order", 36, 1);
}

static void test_array(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_trace_format, dirty);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_field(&o, "name", 8, 32);
	assert_field(&o, "index", 48, 8);
}

static void test_pointer(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_trace_format,
			   "\tfield:struct file * file;\toffset:8;\tsize:8;\tsigned:0;\n"
			   "\tfield:char *s;\toffset:16;\tsize:8;\tsigned:0;\n");
	const struct ml_trace_format *head = o.parsed.head;

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_field(&o, "file", 8, 8);
	assert_field(&o, "s", 16, 8);
	assert_int_equal(head->id, ML_NONE);
}

static void test_malformed(void **state)
{
	static const char *const cases[] = {
		"ID: x\n",
		"ID: \n",
		"field:\n",
		"field:;offset:0;size:1;\n",
		"field:int a;offset:0\n",
		"field:int a;offset:0;size:1\n",
		"field:int a;offset:-1;size:1;\n",
		"field:int a;size:1;offset:0;\n",
		"field:int a;offset:0x1;size:1;\n",
		"field:int *;offset:0;size:1;\n",
		"field:int [4];offset:0;size:1;\n",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		_outcome_ struct outcome o = outcome_of(ml_parse_trace_format, cases[i]);

		assert_int_equal(o.parsed.bad_lines, 1);
		assert_int_equal(o.parsed.rows.n, 0);
	}
}

/* What stands behind the print format belongs to it. */
static void test_nothing_behind_print(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_trace_format,
			   "ID: 7\nprint fmt: \"x\"\n"
			   "\tfield:int a;\toffset:0;\tsize:4;\tsigned:1;\nfield:junk\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 0);
	assert_int_equal(o.parsed.bad_lines, 0);
}

static void test_empty(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_trace_format, "");

	(void)state;
	assert_non_null(o.parsed.head);
	assert_int_equal(o.parsed.rows.n, 0);
}

static void test_numbers(void **state)
{
	static const char bytes[] =
		"\x01\x02\x03\x04\x05\x06\x07\x08\xff\xff\xff\xff\xff\xff"
		"\xff\xff";
	const struct ml_str raw = { bytes, 16 };
	struct ml_trace_field field = { .offset = 0 };
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	(void)state;
	memcpy(&v16, bytes, sizeof(v16));
	memcpy(&v32, bytes, sizeof(v32));
	memcpy(&v64, bytes, sizeof(v64));
	field.size = 1;
	assert_int_equal(ml_trace_number(&field, raw), 1);
	field.size = 2;
	assert_int_equal(ml_trace_number(&field, raw), v16);
	field.size = 4;
	assert_int_equal(ml_trace_number(&field, raw), v32);
	field.size = 8;
	assert_int_equal(ml_trace_number(&field, raw), v64);
	field.offset = 8; /* a number, not "unknown" */
	assert_int_equal(ml_trace_number(&field, raw), ML_U64_MAX);
}

static void test_outside(void **state)
{
	static const struct ml_trace_field cases[] = {
		{ .offset = 1,          .size = 8  },
		{ .offset = 8,          .size = 1  },
		{ .offset = 9,          .size = 1  },
		{ .offset = 0,          .size = 0  },
		{ .offset = 0,          .size = 3  },
		{ .offset = 0,          .size = 16 },
		{ .offset = UINT64_MAX, .size = 1  },
		{ .offset = 1,          .size = UINT64_MAX },
		{ .offset = UINT64_MAX - 3, .size = 4 },
	};
	const struct ml_str raw = { "12345678", 8 };

	(void)state;
	assert_int_equal(ml_trace_number(NULL, raw), ML_NONE);
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++)
		assert_int_equal(ml_trace_number(&cases[i], raw), ML_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_5_10),
		cmocka_unit_test(test_7_2),
		cmocka_unit_test(test_array),
		cmocka_unit_test(test_pointer),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_nothing_behind_print),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
