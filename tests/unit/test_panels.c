/* SPDX-License-Identifier: MIT */
/* test_panels: what the register of screens names is there. */
#include "unit.h"

#include <string.h>

#include "commands.h"
#include "top/keys.h"
#include "top/panels.h"
#include "top/request.h"

/* The columns of a table that the section shows. */
static const struct ml_col *find_column(const struct request *r, const char *key)
{
	for (size_t t = 0; t < ml_report_ntables(r->report); t++) {
		const struct ml_col *col =
			ml_table_find(ml_report_table(r->report, t), key);

		if (col)
			return col;
	}
	return NULL;
}

static void check_columns(const struct request *r, const char *keys)
{
	char key[64];

	while (keys && *keys) {
		size_t n = strcspn(keys, ",");

		snprintf(key, sizeof(key), "%.*s", (int)n, keys);
		if (!find_column(r, key))
			fail_msg("%s: no column %s", ml_report_id(r->report), key);
		keys += n + (keys[n] == ',');
	}
}

/* The command that a section stands for, once as it is and once with growth. */
static void check_section(const struct panel *panel, const struct section *section)
{
	for (int growth = 0; growth < 2; growth++) {
		const struct want want = { .panel = panel,
					   .subject = panel->subject ? "1" : NULL,
					   .growth = growth };
		struct request r = { 0 };

		if (request_init(section, &want, NULL, &r))
			fail_msg("%s: %s", panel->id, complaint());
		check_columns(&r, section->spark);
		check_columns(&r, section->bar);
		check_columns(&r, section->ident);
		check_columns(&r, section->sort);
		check_columns(&r, section->wrap);
		request_deinit(&r);
	}
}

static void test_sections(void **state)
{
	(void)state;
	complain_quietly(true);
	for (size_t p = 0; p < panels_count; p++) {
		assert_in_range(panel_nsections(&panels[p]), 1, SECTIONS_MAX);
		for (size_t s = 0; s < panel_nsections(&panels[p]); s++)
			check_section(&panels[p], &panels[p].sections[s]);
	}
	complain_quietly(false);
}

/* Some section of the panel has the column, and the panel that it leads to exists. */
static void check_way(const struct panel *panel, const struct way *way)
{
	const struct want want = { .panel = panel,
				   .subject = panel->subject ? "1" : NULL };
	bool found = false;

	assert_non_null(panel_find(way->panel));
	for (size_t s = 0; s < panel_nsections(panel); s++) {
		struct request r = { 0 };

		assert_int_equal(request_init(&panel->sections[s], &want, NULL, &r), 0);
		found |= find_column(&r, way->column) != NULL;
		request_deinit(&r);
	}
	if (!found)
		fail_msg("%s: no column %s to go by", panel->id, way->column);
}

static void test_ways(void **state)
{
	(void)state;
	for (size_t p = 0; p < panels_count; p++)
		for (size_t w = 0; w < WAYS_MAX && panels[p].ways[w].panel; w++)
			check_way(&panels[p], &panels[p].ways[w]);
}

/* A digit is a key, and leads to one screen. */
static void test_digits(void **state)
{
	(void)state;
	for (size_t p = 0; p < panels_count; p++) {
		const struct binding *b = binding_of((uint32_t)panels[p].key);

		if (!panels[p].key)
			continue;
		assert_non_null(b);
		assert_int_equal(b->action, ACTION_PANEL);
		assert_int_equal(b->argument, panels[p].key);
		for (size_t q = 0; q < p; q++)
			assert_int_not_equal(panels[p].key, panels[q].key);
	}
}

/* Help, manual and completions offer each of them, and nothing else. */
static void test_choices(void **state)
{
	const char *choices = command_find("top")->choices;
	size_t n = 0;

	(void)state;
	for (; *choices; n++) {
		size_t length = strcspn(choices, " ");

		assert_true(n < panels_count);
		assert_int_equal(strlen(panels[n].id), length);
		assert_memory_equal(panels[n].id, choices, length);
		choices += length + (choices[length] == ' ');
	}
	assert_int_equal(n, panels_count);
}

/* What help names is read back as the same key. */
static void test_key_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < bindings_count; i++) {
		const uint32_t keys[] = { bindings[i].key, bindings[i].alias };

		for (size_t k = 0; k < 2 && keys[k]; k++) {
			char name[KEY_NAME_MAX], words[KEY_NAME_MAX + 2];
			const char *p = words;

			key_name(keys[k], name);
			snprintf(words, sizeof(words), strlen(name) > 1 ? "<%s>" : "%s",
				 name);
			assert_int_equal(key_parse(&p), keys[k]);
			assert_string_equal(p, "");
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),  cmocka_unit_test(test_ways),
		cmocka_unit_test(test_digits),    cmocka_unit_test(test_choices),
		cmocka_unit_test(test_key_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
