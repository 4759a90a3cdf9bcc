/* SPDX-License-Identifier: MIT */
/* test_filter: the expression language, its errors, and unknown values. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "report/view.h"
#include "unit.h"

struct row {
	struct ml_str name;
	uint64_t bytes;
	double share;
	int64_t growth;
};

static const struct ml_col cols[] = {
	ML_LABEL(struct row, name, "name", "NAME", "a name"),
	ML_BYTES(struct row, bytes, "bytes", "SIZE", "a size"),
	ML_RATIO(struct row, share, "share", "SHARE", "a share"),
	ML_BYTES(struct row, growth, "growth", "GROWTH", "a change"),
};

static const struct ml_table table = { .id = "t",
				       ML_TABLE_COLS(cols),
				       .row_size = sizeof(struct row) };

static const struct row dentry = { { "dentry", 6 }, 3 << 20, 0.25, -4096 };
static const struct row unknown = { { NULL, 0 }, ML_NONE, NAN, INT64_MIN };

static bool matches(const char *expr, const struct row *row)
{
	struct ml_filter *filter;
	bool ret;

	assert_int_equal(ml_filter_parse(NULL, expr, &filter), 0);
	assert_int_equal(ml_filter_bind(NULL, filter, &table, NULL), 0);
	ret = ml_filter_match(filter, row);
	ml_filter_free(filter);
	return ret;
}

static void test_comparisons(void **state)
{
	static const struct {
		const char *expr;
		bool holds;
	} cases[] = {
		{ "bytes = 3M", true },	      { "bytes=3145728", true },  { "bytes != 3m", false },
		{ "bytes > 2.9M", true },     { "bytes < 3M", false },	  { "bytes >= 3M", true },
		{ "bytes <= 3M", true },      { "share = 25%", true },	  { "share > 0.2", true },
		{ "growth < 0", true },	      { "growth = -4K", true },	  { "name = dentry", true },
		{ "name = 'dentry'", true },  { "name != dentry", false }, { "name ~ ^den", true },
		{ "name ~ 'x|try$'", true },  { "name !~ den", false },	  { "name < e", true },
		{ "bytes ~ ^3145", true },    { "bytes == 3M", true },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++)
		if (matches(cases[i].expr, &dentry) != cases[i].holds)
			fail_msg("%s", cases[i].expr);
}

static void test_logic(void **state)
{
	(void)state;
	assert_true(matches("bytes > 1M and name ~ d", &dentry));
	assert_false(matches("bytes > 1M and name ~ z", &dentry));
	assert_true(matches("name ~ z or bytes > 1M", &dentry));
	/* and binds before or */
	assert_true(matches("name = dentry or bytes > 9G and share > 9", &dentry));
	assert_false(matches("(name = dentry or bytes > 9G) and share > 9", &dentry));
	assert_true(matches("not name = inode", &dentry));
	assert_false(matches("not (name = dentry)", &dentry));
}

static void test_unknown(void **state)
{
	(void)state;
	assert_false(matches("bytes > 0", &unknown));
	assert_false(matches("bytes < 9G", &unknown));
	assert_false(matches("bytes = 0", &unknown));
	assert_true(matches("bytes = -", &unknown));
	assert_false(matches("bytes != -", &unknown));
	assert_true(matches("bytes != -", &dentry));
	assert_true(matches("share = -", &unknown));
	assert_true(matches("name = -", &unknown));
	assert_false(matches("name ~ .", &unknown));
}

static void test_errors(void **state)
{
	static const char *const bad[] = {
		"", " ", "bytes", "bytes >", "> 5", "bytes > 5 and", "bytes > 5 bytes", "(bytes > 5",
		"bytes > 5)", "name ~ '('", "name = 'open", "bytes ? 5", "not", "and", "()",
	};
	struct ml_filter *filter;
	struct ml_ctx ctx;

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(bad); i++) {
		ctx.error[0] = '\0';
		if (ml_filter_parse(&ctx, bad[i], &filter) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
		assert_true(strlen(ctx.error) > 8);
	}
}

/* Deep nesting is refused before it costs the stack. */
static void test_depth(void **state)
{
	struct ml_filter *filter;
	char expr[20000];

	(void)state;
	memset(expr, '(', sizeof(expr) - 1);
	expr[sizeof(expr) - 1] = '\0';
	assert_int_equal(ml_filter_parse(NULL, expr, &filter), -EINVAL);
	for (size_t i = 0; i + 4 < sizeof(expr); i += 4)
		memcpy(expr + i, "not ", 4);
	assert_int_equal(ml_filter_parse(NULL, expr, &filter), -EINVAL);
}

static void test_binding(void **state)
{
	static const char *const not_numbers[] = { "bytes > abc", "bytes = 1.5.2G",
						   "share < x%",
						   "bytes > 1 and growth = many" };
	const char *missing = NULL;
	struct ml_filter *filter;
	struct ml_ctx ctx;

	(void)state;
	assert_int_equal(ml_filter_parse(NULL, "bytes > 1 and colour = red", &filter), 0);
	assert_int_equal(ml_filter_bind(NULL, filter, &table, &missing), -ENOENT);
	assert_string_equal(missing, "colour");
	ml_filter_free(filter);
	for (size_t i = 0; i < ML_ARRAY_SIZE(not_numbers); i++) {
		assert_int_equal(ml_filter_parse(NULL, not_numbers[i], &filter), 0);
		assert_int_equal(ml_filter_bind(&ctx, filter, &table, &missing), -EINVAL);
		assert_non_null(strstr(ctx.error, "number"));
		ml_filter_free(filter);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comparisons), cmocka_unit_test(test_logic),
		cmocka_unit_test(test_unknown),	    cmocka_unit_test(test_errors),
		cmocka_unit_test(test_depth),	    cmocka_unit_test(test_binding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
