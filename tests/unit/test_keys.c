/* SPDX-License-Identifier: MIT */
/* test_keys: every key has one meaning and a name that is read back. */
#include "unit.h"

#include <stdio.h>

#include "top/keys.h"
#include "top/panels.h"

static void check_parsed(const char *words, const uint32_t *expected, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(key_parse(&words), expected[i]);
	assert_int_equal(key_parse(&words), KEY_NONE);
	assert_string_equal(words, "");
}

#define CHECK(words, ...)                                                              \
	check_parsed(words, (const uint32_t[]){ __VA_ARGS__ },                         \
		     sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static void test_parse(void **state)
{
	(void)state;
	CHECK("3q", '3', 'q');
	CHECK("<Down><up>e", KEY_DOWN_, KEY_UP_, 'e');
	CHECK("<Enter><Tab><Esc><Space>", '\r', '\t', 27, ' ');
	CHECK("<F1><F12>", KEY_F1, KEY_F1 + 11);
	CHECK("<C-u><c-L>", 21, 12);
	CHECK("<<", '<', '<');
	CHECK("<>", '<', '>');
	CHECK("a<b>c", 'a', '<', 'b', '>', 'c');
	CHECK("<F0><F13>", '<', 'F', '0', '>', '<', 'F', '1', '3', '>');
	CHECK("<C-1>", '<', 'C', '-', '1', '>');
	CHECK("<Down", '<', 'D', 'o', 'w', 'n');
	check_parsed("", NULL, 0);
}

static void test_names(void **state)
{
	char name[KEY_NAME_MAX], words[KEY_NAME_MAX + 3];

	(void)state;
	for (size_t i = 0; i < bindings_count; i++) {
		const uint32_t keys[] = { bindings[i].key, bindings[i].alias };

		for (size_t k = 0; k < 2; k++) {
			const char *p = words;

			if (!keys[k] || keys[k] == '\n') /* Enter is named once */
				continue;
			key_name(keys[k], name);

			snprintf(words, sizeof(words), strlen(name) > 1 ? "<%s>" : "%s",
				 name);
			assert_int_equal(key_parse(&p), keys[k]);
		}
	}
}

static void test_one_meaning(void **state)
{
	(void)state;
	for (size_t i = 0; i < bindings_count; i++) {
		assert_ptr_equal(binding_of(bindings[i].key), &bindings[i]);
		if (bindings[i].alias)
			assert_ptr_equal(binding_of(bindings[i].alias), &bindings[i]);
		assert_true(bindings[i].help || bindings[i].action == ACTION_PANEL);
	}
	assert_null(binding_of(KEY_NONE));
	assert_null(binding_of(0x65e5));
}

/* Every digit leads to one screen at most, and the ways lead somewhere. */
static void test_panels(void **state)
{
	(void)state;
	for (size_t i = 0; i < panels_count; i++) {
		assert_ptr_equal(panel_find(panels[i].id), &panels[i]);
		assert_true(panel_nsections(&panels[i]) > 0);
		for (size_t j = 0; j < i && panels[i].key; j++)
			assert_int_not_equal(panels[i].key, panels[j].key);
		for (size_t w = 0; w < WAYS_MAX; w++)
			if (panels[i].ways[w].panel)
				assert_non_null(panel_find(panels[i].ways[w].panel));
		if (panels[i].key)
			assert_int_equal(binding_of((uint32_t)panels[i].key)->action,
					 ACTION_PANEL);
	}
	assert_null(panel_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_one_meaning),
		cmocka_unit_test(test_panels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
