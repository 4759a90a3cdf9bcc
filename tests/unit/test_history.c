/* SPDX-License-Identifier: MIT */
/* test_history: instants in memory - every report on them, thinning, bounds. */
#include <dirent.h>
#include <errno.h>

#include "machine.h"

#include "base/buf.h"
#include "record/history.h"
#include "source/tape.h"
#include "source/walk.h"

#define SYSROOTS "tests/sysroots"
#define NS 1000000000ull

/* ---- every report ---- */

static void put_value(struct ml_buf *out, const struct ml_col *col, const void *row)
{
	struct ml_value v;

	ml_value_of(col, row, &v);
	if (!v.known)
		ml_buf_printf(out, "-");
	else if (v.type == ML_TYPE_STR)
		ml_buf_str(out, v.str);
	else if (v.type == ML_TYPE_U64)
		ml_buf_printf(out, "%llu", (unsigned long long)v.u64);
	else
		ml_buf_printf(out, "%.9g", ml_value_number(&v));
	ml_buf_add(out, "\t", 1);
}

static void put_table(struct ml_buf *out, struct ml_result *result, size_t i)
{
	const struct ml_table *table = ml_result_table(result, i);
	const void *row;

	while ((row = ml_result_next(result, i))) {
		ml_buf_printf(out, "%s: ", ml_table_id(table));
		for (size_t c = 0; c < ml_table_ncols(table); c++)
			put_value(out, ml_table_col(table, c), row);
		ml_buf_add(out, "\n", 1);
	}
}

static void put_snap(struct ml_buf *out, const struct ml_snap *snap)
{
	struct ml_source source;
	struct ml_host host;

	for (size_t i = 0; i < ml_snap_nsources(snap); i++) {
		ml_snap_source(snap, i, &source);
		ml_buf_printf(out, "%s %s %d\n", source.path,
			      ml_status_name(source.status), source.error);
	}
	ml_snap_host(snap, &host);
	ml_buf_printf(out, "%s %s %llu %llu\n", host.name ? host.name : "-",
		      host.kernel ? host.kernel : "-", (unsigned long long)host.page_size,
		      (unsigned long long)host.wall_ms);
}

static void put_report(struct ml_buf *out, struct ml_ctx *ctx, struct ml_root *root,
		       const struct ml_report *report)
{
	struct ml_query query = { .parts = (1ull << ml_report_ntables(report)) - 1 };
	struct ml_result *result;
	struct ml_snap *snap;

	ml_buf_printf(out, "== %s\n", ml_report_id(report));
	if (ml_snap_take(root, report, &query, &snap)) {
		ml_buf_printf(out, "%s\n", ml_ctx_error(ctx));
		return;
	}
	put_snap(out, snap);
	if (!ml_report_build(ctx, report, &query, NULL, snap, &result)) {
		for (size_t i = 0; i < ml_result_ntables(result); i++)
			put_table(out, result, i);
		ml_result_unref(result);
	}
	ml_snap_unref(snap);
}

static void put_reports(struct ml_buf *out, struct ml_ctx *ctx, struct ml_root *root)
{
	for (size_t i = 0; i < ml_report_count(); i++)
		put_report(out, ctx, root, ml_report_at(i));
}

static void show_difference(const char *name, const struct ml_buf *a,
			    const struct ml_buf *b)
{
	struct ml_str x = ml_buf_text(a), y = ml_buf_text(b), line, other;

	while (ml_next_line(&x, &line) && ml_next_line(&y, &other))
		if (!ml_str_eq(line, other)) {
			print_error("%s:\n- %.*s\n+ %.*s\n", name, (int)line.n, line.p,
				    (int)other.n, other.p);
			return;
		}
}

static void reports_agree(const char *name)
{
	struct ml_buf before = { 0 }, after = { 0 };
	struct ml_root *root, *again;
	struct ml_history *h;
	struct ml_ctx *ctx;
	char path[512];

	snprintf(path, sizeof(path), SYSROOTS "/%s", name);
	assert_int_equal(ml_ctx_new(&ctx), 0);
	assert_int_equal(ml_root_open(ctx, path, &root), 0);
	assert_int_equal(ml_root_keep(root, ML_KEEP_ALL, 64 << 20), 0);
	assert_int_equal(ml_history_new(ctx, NULL, &h), 0);
	put_reports(&before, ctx, root);
	assert_false(root->tape->full);
	assert_int_equal(ml_history_add(h, root), 0);
	assert_int_equal(ml_history_root(h, 0, &again), 0);
	ml_history_free(h);
	ml_root_unref(root);
	put_reports(&after, ctx, again);
	if (!ml_str_eq(ml_buf_text(&before), ml_buf_text(&after)))
		show_difference(name, &before, &after);
	assert_true(ml_str_eq(ml_buf_text(&before), ml_buf_text(&after)));
	ml_root_unref(again);
	ml_ctx_free(ctx);
	ml_buf_deinit(&before);
	ml_buf_deinit(&after);
}

static void every_report_says_the_same_of_it(void **state)
{
	DIR *dir = opendir(SYSROOTS);
	const struct dirent *e;
	char path[512];
	size_t n = 0;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir))) {
		snprintf(path, sizeof(path), SYSROOTS "/%s/proc", e->d_name);
		if (*e->d_name == '.' || access(path, F_OK))
			continue;
		reports_agree(e->d_name);
		n++;
	}
	closedir(dir);
	assert_in_range(n, 10, 1000);
}

/* ---- many instants ---- */

/* Read these as if it were so many seconds after boot, and add them. */
static void add_at(struct machine *m, struct ml_history *h, double seconds,
		   const char *const *paths)
{
	struct ml_arena arena = { 0 };
	struct ml_str text;

	m->root->manifest->monotonic_ns = (uint64_t)(seconds * 1e9);
	for (; *paths; paths++)
		(void)!ml_root_read(m->root, *paths, &arena, &text);
	ml_arena_deinit(&arena);
	assert_int_equal(ml_history_add(h, m->root), 0);
}

static const char *const meminfo[] = { "/proc/meminfo", NULL };

static struct ml_history *begin(struct machine *m, struct ml_history_bounds bounds)
{
	struct ml_history *h;

	machine_put(m, "proc/meminfo", "MemTotal: 1000 kB\n");
	assert_int_equal(ml_root_keep(m->root, ML_KEEP_ALL, 0), 0);
	assert_int_equal(ml_history_new(m->ctx, &bounds, &h), 0);
	return h;
}

/* What instant `i` has of a file; its length, or -errno. */
static int read_back(struct ml_history *h, size_t i, const char *path, char buf[64])
{
	struct ml_arena arena = { 0 };
	struct ml_root *root;
	struct ml_str text;
	int rc;

	assert_int_equal(ml_history_root(h, i, &root), 0);
	rc = ml_root_read(root, path, &arena, &text);
	if (!rc)
		rc = snprintf(buf, 64, "%.*s", (int)text.n, text.p);
	ml_root_unref(root);
	ml_arena_deinit(&arena);
	return rc;
}

static void nothing_read_is_no_instant(void **state)
{
	struct machine *m = *state;
	struct ml_history *h = begin(m, (struct ml_history_bounds){ 0 });

	assert_int_equal(ml_history_add(h, m->root), -ENODATA);
	assert_int_equal(ml_history_count(h), 0);
	ml_history_free(h);
}

static void old_instants_stand_further_apart(void **state)
{
	struct machine *m = *state;
	struct ml_history *h = begin(m, (struct ml_history_bounds){ 0 });
	uint64_t before = 0;
	size_t close = 0, n;

	for (int s = 1; s <= 2 * 3600; s++)
		add_at(m, h, s, meminfo);
	n = ml_history_count(h);
	assert_in_range(n, 300 + 3300 / 15 - 2, 315 + 3300 / 15 + 3);
	assert_int_equal(ml_history_monotonic_ns(h, n - 1), 7200 * NS);
	assert_int_equal(ml_history_monotonic_ns(h, 0), 3600 * NS);
	for (size_t i = 0; i < n; i++) {
		uint64_t ns = ml_history_monotonic_ns(h, i);

		assert_true(ns > before);
		close += ns - before == NS;
		before = ns;
	}
	assert_in_range(close, 299, 317);
	ml_history_free(h);
}

static void each_instant_has_its_own_text(void **state)
{
	struct machine *m = *state;
	struct ml_history *h = begin(m, (struct ml_history_bounds){ 0 });
	char text[64], want[64];

	for (int s = 0; s < 200; s++) {
		snprintf(want, sizeof(want), "MemTotal: %d kB\n", s);
		machine_put(m, "proc/meminfo", want);
		add_at(m, h, s, meminfo);
	}
	for (size_t i = 0; i < 200; i += 13) {
		snprintf(want, sizeof(want), "MemTotal: %zu kB\n", i);
		assert_true(read_back(h, i, "/proc/meminfo", text) > 0);
		assert_string_equal(text, want);
	}
	ml_history_free(h);
}

/* Text that no base helps with. */
static void put_noise(struct machine *m, size_t n)
{
	char path[128];
	FILE *f, *from = fopen("/dev/urandom", "r");

	snprintf(path, sizeof(path), "%s/proc/noise", m->path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_non_null(from);
	while (n--)
		fputc(fgetc(from), f);
	fclose(from);
	fclose(f);
}

static void bytes_are_bounded(void **state)
{
	static const char *const noise[] = { "/proc/meminfo", "/proc/noise", NULL };
	struct machine *m = *state;
	struct ml_history *h = begin(m, (struct ml_history_bounds){ .bytes = 1 << 20 });

	for (int s = 1; s <= 50; s++) {
		put_noise(m, 100000);
		add_at(m, h, s, noise);
		assert_in_range(ml_history_bytes(h), 1, 1 << 20);
	}
	assert_in_range(ml_history_count(h), 3, 10);
	assert_int_equal(ml_history_monotonic_ns(h, ml_history_count(h) - 1), 50 * NS);
	ml_history_free(h);
}

static void one_large_instant_is_kept(void **state)
{
	static const char *const noise[] = { "/proc/meminfo", "/proc/noise", NULL };
	struct machine *m = *state;
	struct ml_history *h = begin(m, (struct ml_history_bounds){ .bytes = 1 << 20 });
	char text[64];

	put_noise(m, 4000000);
	add_at(m, h, 1, noise);
	add_at(m, h, 2, noise);
	assert_in_range(ml_history_count(h), 1, 2);
	assert_true(read_back(h, 0, "/proc/meminfo", text) > 0);
	for (int s = 3; s < 6; s++)
		add_at(m, h, s, meminfo);
	assert_true(read_back(h, ml_history_count(h) - 1, "/proc/meminfo", text) > 0);
	ml_history_free(h);
}

/* ---- what is not read each time ---- */

static const char *const rare[] = { "/proc/meminfo", "/proc/slabinfo", "/proc/absent",
				    NULL };

static void files_are_carried_for_a_while(void **state)
{
	struct machine *m = *state;
	struct ml_history *h = begin(m, (struct ml_history_bounds){ .carry_s = 10 });
	char text[64];

	machine_put(m, "proc/slabinfo", "old\n");
	add_at(m, h, 1, rare);
	add_at(m, h, 5, meminfo);
	add_at(m, h, 11, meminfo);
	add_at(m, h, 12, meminfo);
	machine_put(m, "proc/slabinfo", "new\n");
	add_at(m, h, 13, rare);
	assert_int_equal(read_back(h, 1, "/proc/slabinfo", text), 4);
	assert_string_equal(text, "old\n");
	assert_int_equal(read_back(h, 2, "/proc/slabinfo", text), 4);
	assert_int_equal(read_back(h, 3, "/proc/slabinfo", text), -ENOENT);
	assert_int_equal(read_back(h, 4, "/proc/slabinfo", text), 4);
	assert_string_equal(text, "new\n");
	ml_history_free(h);
}

static int no_pid(uint64_t pid, void *data)
{
	(void)pid, (void)data;
	return 0;
}

#define STAT(start) "7 (a) b) S 1 1 1 0 -1 0 5 0 7 0 1 2 0 0 20 0 1 0 " start " 4096 1\n"

static const char *const process[] = { "/proc/7/stat", "/proc/7/smaps_rollup", NULL };
static const char *const stat_of_it[] = { "/proc/7/stat", NULL };

static void rename_away(const struct machine *m, const char *name)
{
	char from[128], to[128];

	snprintf(from, sizeof(from), "%s/%s", m->path, name);
	snprintf(to, sizeof(to), "%s/gone", m->path);
	assert_int_equal(rename(from, to), 0);
}

static void what_is_of_a_gone_process_goes(void **state)
{
	struct machine *m = *state;
	struct ml_history *h = begin(m, (struct ml_history_bounds){ 0 });
	char text[64];

	machine_put(m, "proc/7/stat", STAT("300"));
	machine_put(m, "proc/7/smaps_rollup", "Rss: 1 kB\n");
	assert_int_equal(ml_walk_pids(m->root, no_pid, NULL), 0);
	add_at(m, h, 1, process);
	assert_int_equal(ml_walk_pids(m->root, no_pid, NULL), 0);
	add_at(m, h, 2, stat_of_it);
	assert_true(read_back(h, 1, "/proc/7/smaps_rollup", text) > 0);
	machine_put(m, "proc/7/stat", STAT("301")); /* another of the same number */
	assert_int_equal(ml_walk_pids(m->root, no_pid, NULL), 0);
	add_at(m, h, 3, stat_of_it);
	assert_int_equal(read_back(h, 2, "/proc/7/smaps_rollup", text), -ENOENT);
	add_at(m, h, 4, process);
	rename_away(m, "proc/7");
	assert_int_equal(ml_walk_pids(m->root, no_pid, NULL), 0);
	add_at(m, h, 5, meminfo);
	assert_true(read_back(h, 3, "/proc/7/stat", text) > 0);
	assert_int_equal(read_back(h, 4, "/proc/7/stat", text), -ENOENT);
	ml_history_free(h);
}

/* Thinned instants are complete. */
static void old_instants_have_everything(void **state)
{
	struct machine *m = *state;
	struct ml_history *h = begin(m, (struct ml_history_bounds){ 0 });
	char text[64], want[64];

	for (int s = 0; s < 1200; s++) {
		snprintf(want, sizeof(want), "%d\n", s / 40);
		machine_put(m, "proc/slabinfo", want);
		add_at(m, h, s, s % 40 ? meminfo : rare);
	}
	assert_in_range(ml_history_count(h), 300 + 60 - 2, 300 + 60 + 17);
	for (size_t i = 0; i < ml_history_count(h); i += 7) {
		uint64_t at = ml_history_monotonic_ns(h, i) / NS;

		snprintf(want, sizeof(want), "%d\n", (int)at / 40);
		assert_true(read_back(h, i, "/proc/slabinfo", text) > 0);
		assert_string_equal(text, want);
		assert_true(read_back(h, i, "/proc/meminfo", text) > 0);
		assert_int_equal(read_back(h, i, "/proc/absent", text), -ENOENT);
	}
	ml_history_free(h);
}

static void an_instant_is_gathered_in_parts(void **state)
{
	static const char *const slabinfo[] = { "/proc/slabinfo", NULL };
	struct machine *m = *state;
	struct ml_history *h = begin(m, (struct ml_history_bounds){ 0 });
	struct ml_arena arena = { 0 };
	char text[64];
	struct ml_str got;

	machine_put(m, "proc/slabinfo", "old\n");
	for (int s = 0; s < 3; s++) {
		assert_int_equal(ml_root_read(m->root, "/proc/meminfo", &arena, &got), 0);
		m->root->manifest->monotonic_ns = (uint64_t)s * NS;
		assert_int_equal(ml_history_gather(h, m->root), 0);
		assert_int_equal(ml_history_gather(h, m->root), -ENODATA);
		assert_int_equal(ml_history_count(h), s);
		add_at(m, h, s, slabinfo);
		assert_int_equal(ml_history_count(h), s + 1);
		machine_put(m, "proc/slabinfo", "new\n");
	}
	assert_int_equal(ml_history_gather(h, m->root), -ENODATA);
	assert_int_equal(ml_history_add(h, m->root), -ENODATA);
	for (size_t i = 0; i < 3; i++) {
		assert_true(read_back(h, i, "/proc/meminfo", text) > 0);
		assert_true(read_back(h, i, "/proc/slabinfo", text) > 0);
		assert_string_equal(text, i ? "new\n" : "old\n");
	}
	ml_arena_deinit(&arena);
	ml_history_free(h);
}

static void what_is_read_is_taken_off_the_tape(void **state)
{
	static const char *const noise[] = { "/proc/meminfo", "/proc/noise",
					     "/proc/slabinfo", NULL };
	struct machine *m = *state;
	struct ml_history *h = begin(m, (struct ml_history_bounds){ 0 });
	struct ml_arena arena = { 0 };
	struct ml_str got;
	char text[64];

	put_noise(m, 300 << 10);
	machine_put(m, "proc/slabinfo", "all\n");
	ml_history_follow(h, m->root);
	for (int s = 0; s < 3; s++)
		add_at(m, h, s, noise);
	assert_int_equal(ml_root_read(m->root, "/proc/noise", &arena, &got), 0);
	assert_int_equal(m->root->tape->files.n, 0);
	assert_int_equal(ml_history_count(h), 3);
	assert_true(read_back(h, 2, "/proc/meminfo", text) > 0);
	assert_true(read_back(h, 2, "/proc/noise", text) > 0);
	assert_int_equal(read_back(h, 2, "/proc/slabinfo", text), 4);
	ml_history_free(h);
	assert_int_equal(ml_root_read(m->root, "/proc/noise", &arena, &got), 0);
	assert_int_equal(m->root->tape->files.n, 1);
	ml_arena_deinit(&arena);
}

/* ---- any course of things, and all of it kept plainly ---- */

#define PIDS 6
#define SECONDS 400
#define CARRY 20

enum {
	STAT_OF,
	STATM_OF,
	STATUS_OF,
	FDS_OF,
	FILES
};

static const char *const names[FILES] = { "stat", "statm", "status", "fd/list" };

struct plain {
	char text[FILES][96]; /* empty: not known */
	int read[FILES];
};

struct course {
	struct machine *m;
	unsigned seed;
	int start[PIDS]; /* 0: it does not run */
	int started;
	int moves[PIDS];
	struct plain now[PIDS];
	struct plain *then; /* PIDS for each second */
};

static unsigned draw(struct course *c, unsigned n)
{
	c->seed = c->seed * 1103515245 + 12345;
	return (c->seed >> 16) % n;
}

static void path_to(char path[64], int pid, int file)
{
	snprintf(path, 64, "proc/%d/%s", pid + 10, names[file]);
}

static void end_process(struct course *c, int pid)
{
	char from[128], to[128];

	snprintf(from, sizeof(from), "%s/proc/%d", c->m->path, pid + 10);
	snprintf(to, sizeof(to), "%s/gone-%d", c->m->path, c->start[pid]);
	assert_int_equal(rename(from, to), 0);
	c->start[pid] = 0;
}

static void put_process(struct course *c, int pid, int second)
{
	char text[FILES][96], path[64];

	snprintf(text[STAT_OF], 96,
		 "7 (a) b) S 1 1 1 0 -1 0 5 0 7 %d 1 2 0 0 20 0 1 0 %d 1 1\n", second,
		 c->start[pid]);
	snprintf(text[STATM_OF], 96, "%d %d 1\n", c->start[pid], c->moves[pid]);
	snprintf(text[STATUS_OF], 96, "Name: a\nAt: %d\n", second);
	snprintf(text[FDS_OF], 96, "%d\n", second);
	for (int f = 0; f < FILES; f++) {
		path_to(path, pid, f);
		machine_put(c->m, path, text[f]);
	}
}

static void go_on(struct course *c, int pid, int second)
{
	if (c->start[pid] && !draw(c, 25))
		end_process(c, pid);
	if (!c->start[pid] && !draw(c, 8))
		c->start[pid] = 1000 + ++c->started;
	c->moves[pid] += !draw(c, 40);
	if (c->start[pid])
		put_process(c, pid, second);
}

static int start_in(const char *stat)
{
	int start;

	assert_int_equal(sscanf(stat,
				"7 (a) b) S %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d "
				"%*d %*d %*d %*d %*d %*d %*d %*d %d",
				&start),
			 1);
	return start;
}

/* What is read of it, by the root and plainly. */
static void read_process(struct course *c, int pid, int second, bool listed)
{
	struct plain old = c->now[pid], *now = &c->now[pid];
	struct ml_arena arena = { 0 };
	struct ml_str got;
	bool other, still;
	char path[65] = "/";

	for (int f = 0; c->start[pid] && f < FILES; f++) {
		if (draw(c, f == STATM_OF ? 2 : 12))
			continue;
		path_to(path + 1, pid, f);
		assert_int_equal(ml_root_read(c->m->root, path, &arena, &got), 0);
		snprintf(now->text[f], sizeof(now->text[f]), "%.*s", (int)got.n, got.p);
		now->read[f] = second;
	}
	ml_arena_deinit(&arena);
	other = *old.text[STAT_OF] && now->read[STAT_OF] == second &&
		start_in(old.text[STAT_OF]) != start_in(now->text[STAT_OF]);
	still = now->read[STATM_OF] == second &&
		strcmp(old.text[STATM_OF], now->text[STATM_OF]) == 0;
	for (int f = 0; f < FILES; f++)
		if (now->read[f] < second && ((listed && !c->start[pid]) || other ||
					      (second - now->read[f] > CARRY && !still)))
			*now->text[f] = '\0';
}

static void one_second(struct course *c, struct ml_history *h, int second)
{
	bool listed = draw(c, 4) != 0;

	for (int pid = 0; pid < PIDS; pid++)
		go_on(c, pid, second);
	if (listed)
		assert_int_equal(ml_walk_pids(c->m->root, no_pid, NULL), 0);
	for (int pid = 0; pid < PIDS; pid++)
		read_process(c, pid, second, listed);
	memcpy(&c->then[(size_t)second * PIDS], c->now, sizeof(c->now));
	add_at(c->m, h, second, meminfo);
}

static void compare_instant(const struct course *c, struct ml_history *h, size_t i)
{
	size_t second = ml_history_monotonic_ns(h, i) / NS;
	char path[64], text[64], want[64];

	for (int pid = 0; pid < PIDS; pid++)
		for (int f = 0; f < FILES; f++) {
			const char *plain = c->then[second * PIDS + (size_t)pid].text[f];

			path_to(path, pid, f);
			snprintf(want, sizeof(want), "%s", plain);
			if (read_back(h, i, path, text) < 0)
				*text = '\0';
			assert_string_equal(text, want);
		}
}

static void any_course_is_as_if_kept_plainly(void **state)
{
	struct course c = { .m = *state, .seed = 7 };
	struct ml_history *h = begin(
		*state, (struct ml_history_bounds){ .carry_s = CARRY, .all_s = 100 });

	c.then = calloc(SECONDS * PIDS, sizeof(*c.then));
	assert_non_null(c.then);
	for (int second = 0; second < SECONDS; second++)
		one_second(&c, h, second);
	assert_in_range(ml_history_count(h), 100 + 20 - 1, 115 + 20 + 1);
	for (size_t i = 0; i < ml_history_count(h); i++)
		compare_instant(&c, h, i);
	free(c.then);
	ml_history_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_report_says_the_same_of_it),
		MACHINE_TEST(nothing_read_is_no_instant),
		MACHINE_TEST(old_instants_stand_further_apart),
		MACHINE_TEST(each_instant_has_its_own_text),
		MACHINE_TEST(bytes_are_bounded),
		MACHINE_TEST(one_large_instant_is_kept),
		MACHINE_TEST(files_are_carried_for_a_while),
		MACHINE_TEST(what_is_of_a_gone_process_goes),
		MACHINE_TEST(old_instants_have_everything),
		MACHINE_TEST(an_instant_is_gathered_in_parts),
		MACHINE_TEST(what_is_read_is_taken_off_the_tape),
		MACHINE_TEST(any_course_is_as_if_kept_plainly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
