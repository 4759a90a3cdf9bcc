/* SPDX-License-Identifier: MIT */
/* task: the files of one process through their parsers, and as parts of a machine. */
#include "task.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "model/groups.h"
#include "model/proc.h"
#include "model/proc_files.h"
#include "model/shm_gpu.h"
#include "model/smaps_file.h"
#include "model/vma.h"
#include "model/vma_flags.h"
#include "model/vma_kind.h"
#include "parse/fdinfo.h"
#include "parse/flat.h"
#include "parse/ksm_stat.h"
#include "parse/task_cgroup.h"
#include "parse/task_io.h"
#include "parse/task_limits.h"
#include "parse/task_stat.h"
#include "parse/task_statm.h"
#include "parse/task_status.h"

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void expect_inside(struct ml_str s, struct ml_str text)
{
	expect(!s.n || (s.p >= text.p && s.p + s.n <= text.p + text.n));
}

/* ---- one record ---- */

static void run_stat(struct ml_str text)
{
	struct ml_task_stat stat;

	if (!ml_parse_task_stat(text, &stat))
		return;
	expect_inside(stat.comm, text);
	expect_inside(stat.state, text);
	expect(stat.state.n > 0);
}

static void run_ksm(struct ml_str text)
{
	struct ml_ksm_stat ksm;

	if (ml_parse_ksm_stat(text, &ksm))
		expect(ksm.rmap_items != ML_NONE || ksm.zero_pages != ML_NONE ||
		       ksm.merging_pages != ML_NONE || ksm.profit != INT64_MIN ||
		       ksm.merge_any <= 1 || ksm.mergeable <= 1);
}

static void run_statm(struct ml_str text)
{
	struct ml_task_statm statm;

	if (ml_parse_task_statm(text, &statm))
		expect(statm.size != ML_NONE && statm.shared != ML_NONE);
}

static void run_status(struct ml_str text)
{
	struct ml_task_status status;

	ml_parse_task_status(text, &status);
	expect(status.bad_lines <= text.n);
}

static void run_cgroup(struct ml_str text)
{
	struct ml_task_cgroup cgroup;
	struct ml_str unit;

	if (!ml_parse_task_cgroup(text, &cgroup))
		return;
	expect_inside(cgroup.unified, text);
	expect_inside(cgroup.memory, text);
	expect_inside(cgroup.systemd, text);
	unit = ml_cgroup_unit(ml_task_cgroup_systemd(&cgroup));
	expect_inside(unit, text);
	expect(!unit.p || (unit.n && !memchr(unit.p, '/', unit.n)));
}

static void run_flat(struct ml_str text)
{
	struct ml_arena arena = { 0 };
	struct ml_flat_names names = { 0 };
	struct ml_parsed count = { 0 };
	struct ml_flat flat, again;

	expect(!ml_parse_flat(text, &arena, &names, &count, &flat));
	expect(flat.n == names.kv.rows.n && flat.n <= ML_FLAT_MAX);
	/* names that are known change nothing */
	expect(!ml_parse_flat(text, &arena, &names, &count, &again));
	expect(again.n == flat.n &&
	       (!flat.n || !memcmp(again.at, flat.at, flat.n * sizeof(*flat.at))));
	ml_arena_deinit(&arena);
}

static void run_io(struct ml_str text)
{
	struct ml_task_io io;

	ml_parse_task_io(text, &io);
}

static void run_fdinfo(struct ml_str text)
{
	struct ml_parsed parsed = { 0 };
	struct ml_arena arena = { 0 };
	const struct ml_fdinfo *all;
	struct ml_fdinfo place;

	ml_fdinfo_place(text, &place);
	if (ml_parse_fdinfo(text, &arena, &parsed))
		abort();
	all = parsed.head;
	expect_inside(all->drm_driver, text);
	expect_inside(all->drm_device, text);
	ml_shm_gpu_bytes(&parsed.kv, "drm-resident-");
	ml_arena_deinit(&arena);
}

static void run_limits(struct ml_str text)
{
	struct ml_task_limits limits;

	ml_parse_task_limits(text, &limits);
}

/* ---- mappings ---- */

/* Rows with strings of their own, to be compared after their text has gone. */
struct mappings {
	struct ml_arena arena;
	struct ml_rows rows; /* of struct ml_smaps_row */
	struct ml_parsed count;
};

static void mappings_deinit(struct mappings *m)
{
	ml_arena_deinit(&m->arena);
}

static void keep_str(struct mappings *m, struct ml_str *s)
{
	s->p = s->n ? ml_arena_strndup(&m->arena, s->p, s->n) : NULL;
	expect(s->p || !s->n);
}

static void keep_row(struct mappings *m, const struct ml_smaps_row *row)
{
	struct ml_smaps_row *kept;

	m->rows.size = sizeof(*row);
	kept = ml_rows_add(&m->rows, &m->arena);
	expect(kept);
	*kept = *row;
	keep_str(m, &kept->name);
	keep_str(m, &kept->vm_flags);
	keep_str(m, &kept->other);
}

/* Take what is whole; each mapping makes the text shorter. */
static void take_all(struct mappings *m, struct ml_str *text, bool last)
{
	struct ml_smaps_row row, after;

	for (;;) {
		struct ml_str before = *text;
		bool found = ml_smaps_next(text, last, &row, &m->count);

		expect(text->p + text->n == before.p + before.n && text->n <= before.n);
		if (!found)
			break;
		expect(text->n < before.n);
		expect_inside(row.name, before);
		expect_inside(row.vm_flags, before);
		expect_inside(row.other, before);
		keep_row(m, &row);
		ml_smaps_peek(*text, &after);
	}
	expect(!last || !text->n);
}

static char *copy_of(struct ml_str a, struct ml_str b)
{
	char *p = malloc(a.n + b.n ? a.n + b.n : 1);

	expect(p);
	if (a.n)
		memcpy(p, a.p, a.n);
	if (b.n)
		memcpy(p + a.n, b.p, b.n);
	return p;
}

/* The first `cut` bytes alone, then with them what was left and the rest. */
static void take_in_two(struct mappings *m, struct ml_str text, size_t cut)
{
	_cleanup_free_ char *first =
		copy_of((struct ml_str){ text.p, cut }, (struct ml_str){ 0 });
	struct ml_str left = { first, cut }, all, tail = ml_str_skip(text, cut);
	_cleanup_free_ char *second = NULL;

	take_all(m, &left, false);
	second = copy_of(left, tail);
	all = (struct ml_str){ second, left.n + tail.n };
	take_all(m, &all, true);
}

static void expect_equal(const struct ml_smaps_row *a, const struct ml_smaps_row *b)
{
	struct ml_smaps_row x = *a, y = *b;

	expect(ml_str_eq(x.name, y.name) && ml_str_eq(x.vm_flags, y.vm_flags) &&
	       ml_str_eq(x.other, y.other));
	x.name = x.vm_flags = x.other = (struct ml_str){ 0 };
	y.name = y.vm_flags = y.other = (struct ml_str){ 0 };
	expect(memcmp(&x, &y, sizeof(x)) == 0);
}

static void expect_same(const struct mappings *a, const struct mappings *b)
{
	expect(a->rows.n == b->rows.n);
	for (size_t i = 0; i < a->rows.n; i++)
		expect_equal(ml_rows_at(&a->rows, i), ml_rows_at(&b->rows, i));
	expect(a->count.lines == b->count.lines);
	expect(a->count.bad_lines == b->count.bad_lines);
}

/* The same by way of a file; a mapping longer than any window is the one difference, and
 * no input is as long. */
static void take_file(struct mappings *m, struct ml_str text)
{
	struct ml_smaps_file file;
	struct ml_smaps_row row, after;
	int fd = memfd_create("smaps", MFD_CLOEXEC);

	expect(fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n);
	expect(lseek(fd, 0, SEEK_SET) == 0 && ml_smaps_file_init(&file, fd) == 0);
	while (ml_smaps_file_next(&file, &row, &after) > 0)
		keep_row(m, &row);
	m->count = file.count;
	expect(!file.error);
	ml_smaps_file_deinit(&file);
}

#define FILE_MAX (256u << 10)

static void run_smaps(struct ml_str text)
{
	_cleanup_(mappings_deinit) struct mappings whole = { 0 };
	const size_t cuts[] = { text.n / 2, text.n - text.n / 7, text.n > 9 ? 9 : 0 };
	struct ml_str rest = text;

	take_all(&whole, &rest, true);
	expect(whole.count.bad_lines <= whole.count.lines);
	for (size_t i = 0; i < ML_ARRAY_SIZE(cuts); i++) {
		_cleanup_(mappings_deinit) struct mappings parts = { 0 };

		take_in_two(&parts, text, cuts[i]);
		expect_same(&whole, &parts);
	}
	if (text.n <= FILE_MAX) {
		_cleanup_(mappings_deinit) struct mappings read = { 0 };

		take_file(&read, text);
		expect_same(&whole, &read);
	}
}

/* ---- by name ---- */

static const struct {
	const char *name;
	void (*run)(struct ml_str text);
} parsers[] = {
	{ "task_stat",    run_stat   },
	{ "task_statm",   run_statm  },
	{ "task_status",  run_status },
	{ "task_cgroup",  run_cgroup },
	{ "flat",         run_flat   },
	{ "task_io",      run_io     },
	{ "ksm_stat",     run_ksm    },
	{ "task_limits",  run_limits },
	{ "smaps",        run_smaps  },
	{ "smaps_rollup", run_smaps  },
	{ "maps",         run_smaps  },
	{ "fdinfo",       run_fdinfo },
};

/* The copy has the exact size, so that a sanitizer sees a read behind the text. */
static void run_copy(void (*run)(struct ml_str), struct ml_str text)
{
	_cleanup_free_ char *copy = copy_of(text, (struct ml_str){ 0 });

	run((struct ml_str){ copy, text.n });
}

bool fuzz_task(struct ml_str name, struct ml_str text)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(parsers); i++) {
		if (!ml_str_is(name, parsers[i].name))
			continue;
		run_copy(parsers[i].run, text);
		return true;
	}
	return false;
}

void fuzz_tasks(struct ml_str text)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(parsers); i++)
		if (!i || parsers[i].run != parsers[i - 1].run)
			run_copy(parsers[i].run, text);
}

/* ---- sections ---- */

static struct ml_proc *last_proc(struct ml_snap *snap)
{
	struct ml_rows *rows = &snap->feed[ML_FEED_PROCESSES].parsed.rows;

	return rows->n ? ml_rows_at(rows, rows->n - 1) : NULL;
}

static void add_stat(struct ml_snap *snap, struct ml_str file)
{
	struct ml_parsed *parsed = &snap->feed[ML_FEED_PROCESSES].parsed;
	struct ml_task_stat stat;
	struct ml_proc *proc;

	if (!ml_parse_task_stat(file, &stat))
		return;
	if (!parsed->head) {
		parsed->head =
			ml_arena_calloc(&snap->arena, 1, sizeof(struct ml_proc_head));
		parsed->rows = ML_ROWS(struct ml_proc);
	}
	proc = ml_rows_add(&parsed->rows, &snap->arena);
	expect(parsed->head && proc);
	ml_proc_init(proc, stat.pid);
	proc->start = (double)stat.start / ML_TICKS_PER_SECOND;
	proc->ppid = stat.ppid;
	proc->threads = stat.threads;
	proc->minflt = stat.minflt;
	proc->majflt = stat.majflt;
	proc->kernel = stat.flags & ML_TASK_KTHREAD;
	proc->vss = stat.vsize;
	proc->rss = stat.rss;
	proc->state = stat.state;
	proc->comm = stat.comm;
	snap->taken |= ML_FEED(PROCESSES);
}

static void add_status(struct ml_snap *snap, struct ml_str file)
{
	struct ml_proc *proc = last_proc(snap);
	struct ml_task_status status;

	if (!proc || !ml_parse_task_status(file, &status))
		return;
	proc->uid = status.uid;
	proc->anon = status.rss_anon;
	proc->file = status.rss_file;
	proc->shmem = status.rss_shmem;
	proc->swap = status.vm_swap;
	proc->pagetables = ml_add(status.vm_pte, ml_or0(status.vm_pmd));
	proc->peak_rss = status.vm_hwm;
}

static void add_cgroup(struct ml_snap *snap, struct ml_str file)
{
	struct ml_proc *proc = last_proc(snap);
	struct ml_task_cgroup cgroup;

	if (!proc || !ml_parse_task_cgroup(file, &cgroup))
		return;
	proc->cgroup = ml_task_cgroup_memory(&cgroup);
	proc->unit = ml_cgroup_unit(ml_task_cgroup_systemd(&cgroup));
}

/* A section is a group below the one before it. */
static void add_group(struct ml_snap *snap, struct ml_str file)
{
	struct ml_parsed *parsed = &snap->feed[ML_FEED_GROUPS].parsed;
	struct ml_groups_head *head = parsed->head;
	struct ml_group *group, *above;

	if (!head)
		head = parsed->head = ml_arena_calloc(&snap->arena, 1, sizeof(*head));
	expect(head);
	parsed->rows.size = sizeof(*group);
	group = ml_rows_add(&parsed->rows, &snap->arena);
	expect(group);
	memset(group, 0xff, sizeof(*group)); /* ML_NONE */
	memset(&group->stat, 0, sizeof(group->stat));
	group->events = group->swap_events = group->dying = group->stat;
	group->some = group->full = (struct ml_pressure_row){ 0 };
	above = parsed->rows.n > 1 ? ml_rows_at(&parsed->rows, parsed->rows.n - 2) : NULL;
	group->path = ml_str_of(ml_arena_printf(&snap->arena, "/%zu", parsed->rows.n));
	group->name = group->path;
	group->limit_by = (struct ml_str){ 0 };
	group->parent = above ? above->path : (struct ml_str){ 0 };
	group->version = 1 + parsed->rows.n % 2;
	group->above = false;
	group->usage = 1 << 20;
	expect(!ml_parse_flat(file, &snap->arena, &head->names, parsed, &group->stat));
	group->events = group->dying = group->stat;
	snap->taken |= ML_FEED(GROUPS);
}

static void add_rollup(struct ml_snap *snap, struct ml_str file)
{
	struct ml_proc *proc = last_proc(snap);
	struct ml_parsed count = { 0 };
	struct ml_smaps_row row;

	if (!proc || !ml_smaps_next(&file, true, &row, &count))
		return;
	proc->pss = row.pss;
	proc->uss = ml_add(row.private_clean, row.private_dirty);
	proc->pss_anon = row.pss_anon;
	proc->swap_pss = row.swap_pss;
}

static void add_vma(struct ml_snap *snap, struct ml_vma_before *before,
		    const struct ml_smaps_row *row, struct ml_str rest)
{
	struct ml_parsed *parsed = &snap->feed[ML_FEED_MAPPINGS].parsed;
	struct ml_vma_head *head = parsed->head;
	struct ml_vma *vma = ml_rows_add(&parsed->rows, &snap->arena);
	struct ml_smaps_row after;
	struct ml_vma_words words = { .nflags = 0 };

	expect(vma);
	if (!ml_smaps_peek(rest, &after))
		after.end = 0;
	vma->m = *row;
	vma->kind = ml_vma_kind_of(before, row, &after);
	head->sums.mappings++;
	ml_smaps_add(&head->sums.sum, row);
	ml_vma_flag_words(row->vm_flags, &words);
}

static void add_mappings(struct ml_snap *snap, struct ml_str file)
{
	struct ml_parsed *parsed = &snap->feed[ML_FEED_MAPPINGS].parsed;
	struct ml_vma_before before = { 0 };
	struct ml_smaps_row row;
	struct ml_vma_head *head;

	if (parsed->head)
		return;
	head = parsed->head = ml_arena_calloc(&snap->arena, 1, sizeof(*head));
	expect(head);
	head->how = "smaps";
	memset(&head->sums.sum, 0xff, sizeof(head->sums.sum)); /* ML_NONE */
	parsed->rows = ML_ROWS(struct ml_vma);
	while (ml_smaps_next(&file, true, &row, parsed))
		add_vma(snap, &before, &row, file);
	snap->taken |= ML_FEED(MAPPINGS);
}

static const struct {
	const char *key;
	void (*add)(struct ml_snap *snap, struct ml_str file);
} sections[] = {
	{ "task_stat",    add_stat     },
	{ "task_status",  add_status   },
	{ "task_cgroup",  add_cgroup   },
	{ "flat",         add_group    },
	{ "smaps_rollup", add_rollup   },
	{ "smaps",        add_mappings },
	{ "maps",         add_mappings },
};

bool fuzz_task_section(struct ml_snap *snap, struct ml_str key, struct ml_str file)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(sections); i++) {
		if (!ml_str_is(key, sections[i].key))
			continue;
		sections[i].add(snap, file);
		return true;
	}
	return false;
}
