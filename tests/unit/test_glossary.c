/* SPDX-License-Identifier: MIT */
/* test_glossary: every counter of every machine has a meaning, and every term is told
 * once and in full. */
#include "report/glossary.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "parse/meminfo.h"
#include "parse/vmstat.h"
#include "unit.h"

#define SYSROOTS "tests/sysroots"

struct fixture {
	struct ml_arena arena;
	struct ml_rows rows;
};

static struct fixture fixture_of(void)
{
	struct fixture f = { .rows = ML_ROWS(struct ml_gloss_row) };

	assert_int_equal(ml_glossary_rows(&f.arena, &f.rows), 0);
	assert_true(f.rows.n > 300);
	return f;
}

static const struct ml_gloss *find(const struct fixture *f, const char *kind,
				   const char *term)
{
	const struct ml_gloss_row *row;

	ml_for_each_row(row, &f->rows)
		if (strcmp(row->of->kind, kind) == 0 &&
		    strcmp(row->gloss.term, term) == 0)
			return &row->gloss;
	return NULL;
}

/* ---- machines ---- */

static char *text_of(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t n = in ? getdelim(&text, &size, '\0', in) : -1;

	if (in)
		fclose(in);
	if (n >= 0)
		return text;
	free(text);
	return NULL;
}

static size_t count_missing(const struct fixture *f, const char *machine,
			    const char *kind, ml_parse_fn *parse)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	const struct ml_kv_row *row;
	size_t missing = 0;

	if (asprintf(&path, SYSROOTS "/%s/proc/%s", machine, kind) < 0)
		fail();
	text = text_of(path);
	if (!text)
		fail_msg("%s cannot be read", path);
	_outcome_ struct outcome o = outcome_of(parse, text);

	assert_true(o.parsed.kv.rows.n > 20);
	ml_for_each_row(row, &o.parsed.kv.rows) {
		char key[256];

		snprintf(key, sizeof(key), "%.*s", (int)row->key.n, row->key.p);
		if (find(f, kind, key))
			continue;
		print_error("%s: %s is not in the glossary\n", path, key);
		missing++;
	}
	return missing;
}

static void test_machines(void **state)
{
	struct fixture f = fixture_of();
	DIR *dir = opendir(SYSROOTS);
	size_t machines = 0, missing = 0;

	(void)state;
	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir));) {
		if (*e->d_name < '0' || *e->d_name > '9')
			continue;
		missing += count_missing(&f, e->d_name, "meminfo", ml_parse_meminfo);
		missing += count_missing(&f, e->d_name, "vmstat", ml_parse_vmstat);
		machines++;
	}
	closedir(dir);
	ml_arena_deinit(&f.arena);
	assert_true(machines >= 10);
	assert_int_equal(missing, 0);
}

/* Every key of memory.stat of the groups of a machine, if it has that file. */
static size_t count_missing_keys(const struct fixture *f, const char *machine,
				 unsigned *machines)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	struct ml_str rest, line, key;
	size_t missing = 0, n = 0;

	if (asprintf(&path, SYSROOTS "/%s/sys/fs/cgroup/lab/high/memory.stat", machine) <
	    0)
		fail();
	text = text_of(path);
	if (!text)
		return 0;
	++*machines;
	rest = ml_str_of(text);
	for (; ml_next_line(&rest, &line) && ml_next_word(&line, &key); n++) {
		char name[256];

		snprintf(name, sizeof(name), "%.*s", (int)key.n, key.p);
		if (find(f, "memory.stat", name))
			continue;
		print_error("%s: %s is not in the glossary\n", path, name);
		missing++;
	}
	assert_true(n > 30);
	return missing;
}

static void test_groups(void **state)
{
	static const char *const v1[] = {
		"total_rss", "cache", "hierarchical_memory_limit", "total_pgpgin",
		"total_workingset_refault_file", "total_inactive_file", "mapped_file",
	};
	struct fixture f = fixture_of();
	DIR *dir = opendir(SYSROOTS);
	unsigned machines = 0;
	size_t missing = 0;

	(void)state;
	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir));)
		if (*e->d_name >= '0' && *e->d_name <= '9')
			missing += count_missing_keys(&f, e->d_name, &machines);
	closedir(dir);
	for (size_t i = 0; i < ML_ARRAY_SIZE(v1); i++)
		assert_non_null(find(&f, "memory.stat-v1", v1[i]));
	assert_true(machines >= 10);
	assert_non_null(find(&f, "memory.events", "oom_group_kill"));
	ml_arena_deinit(&f.arena);
	assert_int_equal(missing, 0);
}

/* ---- terms ---- */

static void check_text(const char *term, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	if (!text)
		return;
	if (!n || strpbrk(text, "#%\n\t") || strstr(text, "  ") || text[n - 1] == '.' ||
	    text[n - 1] == ' ')
		fail_msg("%s: badly written: %s", term, text);
}

static void test_texts(void **state)
{
	struct fixture f = fixture_of();
	const struct ml_gloss_row *row;

	(void)state;
	ml_for_each_row(row, &f.rows) {
		const struct ml_gloss *g = &row->gloss;
		char folded[ML_TERM_MAX];

		assert_non_null(g->term);
		assert_non_null(g->meaning);
		assert_non_null(g->see);
		check_text(g->term, g->term);
		check_text(g->term, g->also);
		check_text(g->term, g->meaning);
		check_text(g->term, g->formula);
		check_text(g->term, g->trap);
		if (!ml_term_fold(g->term, folded))
			fail_msg("%s: cannot be asked for", g->term);
		assert_true(ml_term_is(folded, g->term));
	}
	ml_arena_deinit(&f.arena);
}

static void test_no_term_twice(void **state)
{
	struct fixture f = fixture_of();

	(void)state;
	for (size_t i = 0; i < f.rows.n; i++)
		for (size_t j = 0; j < i; j++) {
			const struct ml_gloss_row *a = ml_rows_at(&f.rows, i);
			const struct ml_gloss_row *b = ml_rows_at(&f.rows, j);

			if (a->of == b->of && strcmp(a->gloss.term, b->gloss.term) == 0)
				fail_msg("%s: %s is there twice", a->of->kind,
					 a->gloss.term);
		}
	ml_arena_deinit(&f.arena);
}

/* ---- families ---- */

static void test_families(void **state)
{
	struct fixture f = fixture_of();
	const struct ml_gloss *g = find(&f, "vmstat", "pgsteal_khugepaged");

	(void)state;
	assert_non_null(g);
	assert_string_equal(g->meaning, "pages that khugepaged took back");
	assert_non_null(strstr(g->formula, "pgsteal_khugepaged / pgscan_khugepaged"));
	assert_non_null(find(&f, "vmstat", "pgalloc_dma32"));
	assert_non_null(find(&f, "vmstat", "nr_zone_inactive_file"));
	assert_non_null(find(&f, "vmstat", "thp_scan_exceed_share_pte"));
	assert_null(find(&f, "vmstat", "pgalloc_#"));
	ml_arena_deinit(&f.arena);
}

/* ---- comparison ---- */

static void check_fold(const char *term, const char *expected)
{
	char folded[ML_TERM_MAX];

	if (!expected) {
		assert_false(ml_term_fold(term, folded));
		return;
	}
	assert_true(ml_term_fold(term, folded));
	assert_string_equal(folded, expected);
}

static void test_fold(void **state)
{
	char wide[ML_TERM_MAX + 1];

	(void)state;
	check_fold("MemAvailable", "memavailable");
	check_fold("mem_available", "memavailable");
	check_fold(" Mem Available: ", "memavailable");
	check_fold("Active(anon)", "activeanon");
	check_fold("per-CPU lists", "percpulists");
	check_fold("zone.free", "zone.free");
	check_fold("", NULL);
	check_fold("_-()", NULL);
	check_fold("\033[2Jrss", NULL);
	check_fold("rss\n", NULL);
	check_fold("\xc3\xa4", NULL);
	check_fold("a,b", NULL);
	memset(wide, 'x', sizeof(wide) - 1);
	wide[ML_TERM_MAX] = '\0';
	check_fold(wide, NULL);
	wide[ML_TERM_MAX - 1] = '\0';
	check_fold(wide, wide);
}

static void test_words(void **state)
{
	(void)state;
	assert_true(ml_term_is("vsz", "VSZ, virtual size"));
	assert_true(ml_term_is("virtualsize", "VSZ, virtual size"));
	assert_false(ml_term_is("virtual", "VSZ, virtual size"));
	assert_false(ml_term_is("x", ""));
}

static void test_distance(void **state)
{
	(void)state;
	assert_int_equal(ml_distance("", ""), 0);
	assert_int_equal(ml_distance("slab", "slab"), 0);
	assert_int_equal(ml_distance("slab", "slabs"), 1);
	assert_int_equal(ml_distance("slab", "stab"), 1);
	assert_int_equal(ml_distance("kitten", "sitting"), 3);
	assert_int_equal(ml_distance("", "psi"), 3);
	assert_int_equal(ml_distance("a", "0123456789012345678901234567890x"), 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machines), cmocka_unit_test(test_groups),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_no_term_twice), cmocka_unit_test(test_families),
		cmocka_unit_test(test_fold), cmocka_unit_test(test_words),
		cmocka_unit_test(test_distance),
	};

	return cmocka_run_group_tests_name("glossary", tests, NULL, NULL);
}
