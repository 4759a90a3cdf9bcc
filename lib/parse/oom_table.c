/* SPDX-License-Identifier: MIT */
/* oom_table: the processes of a report. */
#include "base/cleanup.h"
#include "parse/oom_lines.h"

/* Headings of all versions; columns are found by them, sizes are in pages. */
enum {
	PID,
	UID,
	TGID,
	TOTAL_VM,
	RSS,
	ANON,
	FILE_,
	SHMEM,
	PTES,
	PGTABLES,
	SWAP,
	ADJ,
	NAME,
	UNKNOWN,
};

static const struct {
	const char *head;
	int column;
} heads[] = {
	{ "uid", UID },
	{ "tgid", TGID },
	{ "total_vm", TOTAL_VM },
	{ "rss", RSS },
	{ "rss_anon", ANON },
	{ "rss_file", FILE_ },
	{ "rss_shmem", SHMEM },
	{ "nr_ptes", PTES },
	{ "nr_pmds", PTES },
	{ "nr_puds", PTES },
	{ "pgtables_bytes", PGTABLES },
	{ "swapents", SWAP },
	{ "oom_score_adj", ADJ },
	{ "name", NAME },
};

static int column_of(struct ml_str head)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(heads); i++)
		if (ml_str_is(head, heads[i].head))
			return heads[i].column;
	return UNKNOWN;
}

/* "[ pid ]   uid  tgid total_vm ...name" */
static bool take_head(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, inside, word;

	if (!ml_str_starts(s, "[") || !ml_split(&s, ']', &inside) || inside.n > 16 ||
	    !ml_str_is(ml_str_trim(ml_str_skip(inside, 1)), "pid") ||
	    !ml_str_ends(ml_str_trim(s), "name"))
		return false;
	r->ncolumns = 0;
	while (r->ncolumns < ML_ARRAY_SIZE(r->columns) && ml_next_word(&s, &word))
		r->columns[r->ncolumns++] = column_of(word);
	r->table = ml_oom_for(r, l, ML_OOM_TABLE);
	r->table->parts |= ML_OOM_TABLE;
	r->group_stat = r->slab_table = r->mem = r->trace = NULL;
	return true;
}

/* ---- rows ---- */

static void set(struct ml_oom_report *o, struct ml_oom_task *t, int column, int64_t v)
{
	uint64_t page = o->page_size == ML_NONE ? 4096 : o->page_size;
	uint64_t n = v < 0 ? 0 : (uint64_t)v, bytes = ml_mul(n, page);

	switch (column) {
	case UID:
		t->uid = n;
		break;
	case TGID:
		t->tgid = n;
		break;
	case TOTAL_VM:
		t->total_vm = bytes;
		break;
	case RSS:
		t->rss = bytes;
		break;
	case ANON:
		t->anon = bytes;
		o->has_kinds = true;
		break;
	case FILE_:
		t->file = bytes;
		break;
	case SHMEM:
		t->shmem = bytes;
		break;
	case PTES:
		t->pagetables = ml_sum(t->pagetables, bytes);
		break;
	case PGTABLES:
		t->pagetables = n;
		break;
	case SWAP:
		t->swap = bytes;
		break;
	case ADJ:
		t->adj = v;
		break;
	}
}

/* The name is the rest of the line and may hold anything. */
static bool take_cells(struct ml_oom_reader *r, struct ml_oom_report *o, struct ml_str s,
		       struct ml_oom_task *t)
{
	for (size_t i = 0; i < r->ncolumns; i++) {
		struct ml_str word;
		int64_t v;

		if (r->columns[i] == NAME) {
			ML_OOM_COPY(t->name, ml_str_skip(s, s.n > 0));
			return true;
		}
		if (!ml_next_word(&s, &word) || !ml_num_s64(word, &v))
			return false;
		set(o, t, r->columns[i], v);
	}
	return false;
}

static void add_sums(struct ml_oom_task *sum, const struct ml_oom_task *t)
{
	sum->rss = ml_sum(sum->rss, t->rss);
	sum->anon = ml_sum(sum->anon, t->anon);
	sum->file = ml_sum(sum->file, t->file);
	sum->shmem = ml_sum(sum->shmem, t->shmem);
	sum->pagetables = ml_sum(sum->pagetables, t->pagetables);
	sum->swap = ml_sum(sum->swap, t->swap);
}

static void add_comm(struct ml_oom_report *o, const struct ml_oom_task *t)
{
	size_t i = 0;

	while (i < o->ncomms && strcmp(o->comms[i].name, t->name) != 0)
		i++;
	if (i == ML_OOM_COMMS) {
		o->other_comms = ml_add(o->other_comms, ml_oom_weight(t));
		return;
	}
	if (i == o->ncomms) {
		o->comms[o->ncomms++] = (struct ml_oom_comm){ 0 };
		ML_OOM_COPY(o->comms[i].name, ml_str_of(t->name));
	}
	o->comms[i].tasks++;
	o->comms[i].bytes = ml_add(o->comms[i].bytes, ml_oom_weight(t));
}

/* What the adjustment is a part of. */
static uint64_t total_of(const struct ml_oom_report *o)
{
	if (o->memory.limit != ML_NONE)
		return o->memory.limit;
	return ml_add(ml_sub_sat(o->ram, ml_or0(o->reserved)), ml_or0(o->swap_total));
}

/* What decides who is kept: those that are large, and those that an adjustment makes
 * likely victims. */
static uint64_t worth(const struct ml_oom_report *o, const struct ml_oom_task *t)
{
	uint64_t total = total_of(o), extra = 0;

	if (t->adj > 0 && t->adj <= 1000 && total != ML_NONE)
		extra = total / 1000 * (uint64_t)t->adj;
	return ml_add(ml_oom_weight(t), extra);
}

static void keep_task(struct ml_oom_report *o, const struct ml_oom_task *t)
{
	size_t least = 0;

	if (o->ntasks < ML_OOM_TASKS) {
		o->tasks[o->ntasks++] = *t;
		return;
	}
	for (size_t i = 1; i < o->ntasks; i++)
		if (worth(o, &o->tasks[i]) < worth(o, &o->tasks[least]))
			least = i;
	if (worth(o, t) > worth(o, &o->tasks[least]))
		o->tasks[least] = *t;
}

static struct ml_oom_report *owner(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_oom_report *o = r->table;

	if (!l->from->caller.n || !o || !o->caller[0] ||
	    ml_str_is(l->from->caller, o->caller))
		return o;
	for (size_t i = 0; i < ML_OOM_OPEN; i++)
		if (r->open[i].seq && r->open[i].parts & ML_OOM_TABLE &&
		    ml_str_is(l->from->caller, r->open[i].caller))
			return &r->open[i];
	return NULL;
}

/* "[  246]     0   246    16404 ... name" */
bool ml_oom_table(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_oom_task t = {
		.uid = ML_NONE, .tgid = ML_NONE, .total_vm = ML_NONE, .rss = ML_NONE,
		.anon = ML_NONE, .file = ML_NONE, .shmem = ML_NONE,
		.pagetables = ML_NONE, .swap = ML_NONE, .adj = INT64_MIN,
	};
	struct ml_str s = l->text, inside;
	struct ml_oom_report *o;

	if (!ml_str_starts(s, "["))
		return false;
	if (take_head(r, l))
		return true;
	o = owner(r, l);
	if (!o || o->parts & ML_OOM_VICTIM || !ml_split(&s, ']', &inside) ||
	    !ml_num_u64(ml_str_trim(ml_str_skip(inside, 1)), &t.pid) ||
	    !take_cells(r, o, s, &t))
		return false;
	if (!o->nrows++)
		add_sums(&o->sum,
			 &(struct ml_oom_task){ ML_NONE, ML_NONE, ML_NONE, ML_NONE,
						ML_NONE, ML_NONE, ML_NONE, ML_NONE,
						ML_NONE, ML_NONE, 0, "" });
	add_sums(&o->sum, &t);
	add_comm(o, &t);
	keep_task(o, &t);
	o->last_line = r->nlines;
	return true;
}
