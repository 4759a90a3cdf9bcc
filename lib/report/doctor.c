/* SPDX-License-Identifier: MIT */
/* doctor: what the rules found, and what became of each rule. */
#include <errno.h>

#include "diag/diag.h"
#include "report/report.h"

static bool tells_remarks(const struct ml_build *b)
{
	return b->query->judging && b->query->judging->remarks;
}

/* ---- one run of the engine for all tables ---- */

static int judge(struct ml_build *b, const struct ml_verdict **ret)
{
	struct ml_verdict *v = b->shared;
	int rc;

	if (!v) {
		v = ml_arena_calloc(b->arena, 1, sizeof(*v));
		if (!v)
			return -ENOMEM;
		rc = ml_diag_run(b->ctx, b->prev, b->cur, b->query, b->arena, v);
		if (rc)
			return rc;
		b->shared = v;
	}
	*ret = v;
	return 0;
}

static void plan(const struct ml_query *query, struct ml_want *want)
{
	ml_feeds feeds;
	uint32_t reads;

	ml_diag_want(query, &feeds, &reads);
	want->use |= feeds;
	want->reads |= reads;
}

/* ---- findings ---- */

struct finding_row {
	struct ml_str severity, rule, object, confidence;
	struct ml_str kind;
	uint64_t pid;
	double start;
	struct ml_str comm, cgroup, mount;
	uint64_t shmid, node;
	struct ml_str name;
	struct ml_str message;
	struct ml_list evidence;
	struct ml_str why, isnt, remedy, risk, next;
	struct ml_str by;
};

static const struct ml_col evidence_cols[] = {
	ML_LABEL(struct ml_evidence, key, "key", "", "the kernel's name of the number, or a formula",
		 .flags = ML_COL_HIDDEN),
	ML_COL(struct ml_evidence, value, ML_UNIT_NONE, ML_SEM_GAUGE, "value", "",
	       "the number, in base units", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ml_evidence, unit, "unit", "", "what it is counted in",
		 .flags = ML_COL_HIDDEN),
	ML_COL(struct ml_evidence, limit, ML_UNIT_NONE, ML_SEM_GAUGE, "limit", "",
	       "what it crossed, in the same unit", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ml_evidence, shown, "text", "", "all of it in words"),
};

static const struct ml_table evidence_table = {
	.id = "evidence",
	.help = "the numbers that speak for a finding",
	ML_TABLE_COLS(evidence_cols),
	.row_size = sizeof(struct ml_evidence),
};

#define HIDDEN .flags = ML_COL_HIDDEN
#define WIDE .flags = ML_COL_WIDE

static const struct ml_col finding_cols[] = {
	ML_LABEL(struct finding_row, severity, "severity", "", "crit, warn or info"),
	ML_LABEL(struct finding_row, rule, "rule", "", "the rule that found it: memlens explain RULE"),
	ML_LABEL(struct finding_row, object, "about", "", "what it is about, in a word"),
	ML_LABEL(struct finding_row, confidence, "confidence", "confidence",
		 "how sure it is: high, medium or low"),
	ML_LABEL(struct finding_row, kind, "object.kind", "",
		 "host, node, zone, cgroup, process, mount, cache, shm, file or device", HIDDEN),
	ML_COL(struct finding_row, pid, ML_UNIT_NONE, ML_SEM_LABEL, "object.pid", "",
	       "of a process", HIDDEN),
	ML_SECONDS(struct finding_row, start, "object.start", "",
		   "when it was started, after boot; with the pid its name for good", HIDDEN),
	ML_LABEL(struct finding_row, comm, "object.comm", "", "its name", HIDDEN),
	ML_LABEL(struct finding_row, cgroup, "object.cgroup", "", "the control group", HIDDEN),
	ML_LABEL(struct finding_row, mount, "object.mount", "", "the mount point", HIDDEN),
	ML_COL(struct finding_row, shmid, ML_UNIT_NONE, ML_SEM_LABEL, "object.shmid", "",
	       "of a System V segment", HIDDEN),
	ML_COL(struct finding_row, node, ML_UNIT_NONE, ML_SEM_LABEL, "object.node", "",
	       "of a NUMA node or a zone", HIDDEN),
	ML_LABEL(struct finding_row, name, "object.name", "", "of a zone, cache, file or device",
		 HIDDEN),
	ML_LABEL(struct finding_row, message, "message", "", "what is the matter", WIDE),
	ML_COL(struct finding_row, evidence, ML_UNIT_NONE, ML_SEM_LABEL, "evidence", "evidence",
	       "the numbers that speak for it, and the limits they crossed",
	       .flags = ML_COL_WIDE | ML_COL_LIST, .list = &evidence_table),
	ML_LABEL(struct finding_row, why, "why", "why", "why it matters", WIDE),
	ML_LABEL(struct finding_row, isnt, "isnt", "is not", "what it is not", WIDE),
	ML_LABEL(struct finding_row, remedy, "remedy", "do", "what to do", WIDE),
	ML_LABEL(struct finding_row, risk, "risk", "risk", "what that may cost", WIDE),
	ML_LABEL(struct finding_row, next, "next", "next", "commands to run next", WIDE),
};

static const struct ml_table findings_table = {
	.id = "findings",
	.help = "what the rules found, worst first",
	.source = "the rules: memlens check --list",
	ML_TABLE_COLS(finding_cols),
	.row_size = sizeof(struct finding_row),
	.layout = ML_LAYOUT_TEXT,
	.flags = ML_TABLE_DEFAULT,
};

static const char *const confidences[] = { NULL, "low", "medium", "high" };

/* The words of all evidence, one after the other. */
static struct ml_str join_evidence(struct ml_arena *a, const struct ml_rows *evidence)
{
	const struct ml_evidence *e;
	size_t n = 1;
	char *text, *out;

	ml_for_each_row(e, evidence)
		n += e->shown.n + 2;
	out = text = ml_arena_calloc(a, n, 1);
	if (!text || !evidence->n)
		return (struct ml_str){ 0 };
	ml_for_each_row(e, evidence) {
		if (out != text)
			out = mempcpy(out, "; ", 2);
		if (e->shown.n)
			out = mempcpy(out, e->shown.p, e->shown.n);
	}
	return (struct ml_str){ text, (size_t)(out - text) };
}

static void fill_row(struct ml_build *b, const struct ml_finding *f,
		     struct finding_row *row)
{
	const struct ml_object *o = &f->object;

	*row = (struct finding_row){
		.severity = ml_str_of(ml_severity_name(f->severity)),
		.rule = ml_str_of(f->rule->id),
		.object = ml_object_label(b->arena, o),
		.confidence = ml_str_of(confidences[f->confidence]),
		.kind = ml_str_of(ml_object_kind_name(o->kind)),
		.pid = o->pid,
		.start = o->start,
		.comm = o->comm,
		.cgroup = o->cgroup,
		.mount = o->mount,
		.shmid = o->shmid,
		.node = o->node,
		.name = o->name,
		.message = f->message,
		.evidence = { join_evidence(b->arena, &f->evidence), f->evidence.at,
			      f->evidence.n },
		.why = f->why,
		.isnt = f->isnt,
		.remedy = f->remedy,
		.risk = f->risk,
		.next = f->next,
	};
}

static bool is_told(const struct ml_build *b, const struct ml_finding *f)
{
	return !f->ignored && f->cause == SIZE_MAX &&
	       (f->severity > ML_INFO || tells_remarks(b));
}

static int build_findings(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_verdict *v;
	const struct ml_finding *f;
	int rc = judge(b, &v);

	if (rc)
		return rc;
	ml_for_each_row(f, &v->findings) {
		struct finding_row *row;

		if (!is_told(b, f))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		fill_row(b, f, row);
	}
	return 0;
}

/* ---- findings that are no findings of their own ---- */

static const struct ml_col folded_cols[] = {
	ML_LABEL(struct finding_row, severity, "severity", "SEVERITY", "crit, warn or info"),
	ML_LABEL(struct finding_row, rule, "rule", "RULE", "the rule that found it"),
	ML_LABEL(struct finding_row, object, "about", "ABOUT", "what it is about"),
	ML_LABEL(struct finding_row, by, "by", "BY",
		 "the finding that explains it, or how it is ignored"),
	ML_LABEL(struct finding_row, message, "message", "MESSAGE", "what is the matter", WIDE),
};

static const struct ml_table explained_table = {
	.id = "explained",
	.title = "Explained by another finding:",
	.help = "findings that are symptoms of another one",
	.source = "the rules",
	ML_TABLE_COLS(folded_cols),
	.row_size = sizeof(struct finding_row),
	.flags = ML_TABLE_SPARSE,
};

static const struct ml_table ignored_table = {
	.id = "ignored",
	.title = "Ignored:",
	.help = "findings that somebody chose to ignore",
	.source = "the rules",
	ML_TABLE_COLS(folded_cols),
	.row_size = sizeof(struct finding_row),
	.flags = ML_TABLE_SPARSE | ML_TABLE_DEFAULT,
};

static struct ml_str cause_of(struct ml_build *b, const struct ml_verdict *v,
			      const struct ml_finding *f)
{
	const struct ml_finding *g;

	ml_for_each_row(g, &v->findings)
		if (g->order == f->cause) {
			struct ml_str about = ml_object_label(b->arena, &g->object);

			return ml_str_of(ml_arena_printf(b->arena, "%s:%.*s", g->rule->id,
							 (int)about.n, about.p));
		}
	return (struct ml_str){ 0 };
}

static int build_folded(struct ml_build *b, bool ignored, struct ml_rows *ret)
{
	const struct ml_verdict *v;
	const struct ml_finding *f;
	int rc = judge(b, &v);

	if (rc)
		return rc;
	ml_for_each_row(f, &v->findings) {
		struct finding_row *row;

		if (ignored ? !f->ignored : f->ignored || f->cause == SIZE_MAX)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		fill_row(b, f, row);
		row->by = ignored ? ML_STR("--ignore") : cause_of(b, v, f);
	}
	return 0;
}

static int build_explained(struct ml_build *b, struct ml_rows *ret)
{
	return build_folded(b, false, ret);
}

static int build_ignored(struct ml_build *b, struct ml_rows *ret)
{
	return build_folded(b, true, ret);
}

/* ---- what became of each rule ---- */

struct judged_row {
	struct ml_str rule, outcome, reason, title;
};

static const struct ml_col skipped_cols[] = {
	ML_LABEL(struct judged_row, rule, "rule", "RULE", "the rule"),
	ML_LABEL(struct judged_row, reason, "reason", "REASON", "why it could not be judged", WIDE),
};

static const struct ml_col checked_cols[] = {
	ML_LABEL(struct judged_row, rule, "rule", "RULE", "the rule"),
	ML_LABEL(struct judged_row, outcome, "outcome", "OUTCOME",
		 "ok, found, or absent: this machine has no such thing"),
	ML_LABEL(struct judged_row, reason, "reason", "REASON", "what is absent", HIDDEN),
	ML_LABEL(struct judged_row, title, "title", "LOOKS FOR", "what it looks for", WIDE),
};

static const struct ml_table skipped_table = {
	.id = "skipped",
	.title = "Could not be judged:",
	.help = "rules that could not be judged, and why: nothing is known of them",
	.source = "the rules",
	ML_TABLE_COLS(skipped_cols),
	.row_size = sizeof(struct judged_row),
	.flags = ML_TABLE_SPARSE,
};

static const struct ml_table checked_table = {
	.id = "checked",
	.title = "Looked at:",
	.help = "rules that were judged, and how",
	.source = "the rules",
	ML_TABLE_COLS(checked_cols),
	.row_size = sizeof(struct judged_row),
	.flags = ML_TABLE_SPARSE,
};

static int build_judged(struct ml_build *b, bool skipped, struct ml_rows *ret)
{
	static const char *const outcomes[] = { "ok", "found", "skipped", "absent" };
	const struct ml_verdict *v;
	const struct ml_judged *j;
	int rc = judge(b, &v);

	if (rc)
		return rc;
	ml_for_each_row(j, &v->judged) {
		struct judged_row *row;

		if ((j->outcome == ML_OUTCOME_SKIPPED) != skipped)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		*row = (struct judged_row){ ml_str_of(j->rule->id),
					    ml_str_of(outcomes[j->outcome]), j->reason,
					    ml_str_of(j->rule->title) };
	}
	return 0;
}

static int build_skipped(struct ml_build *b, struct ml_rows *ret)
{
	return build_judged(b, true, ret);
}

static int build_checked(struct ml_build *b, struct ml_rows *ret)
{
	return build_judged(b, false, ret);
}

/* ---- the numbers that were compared ---- */

struct measure_row {
	struct ml_str rule, object, measure, severity;
	double value;
	struct ml_str unit, warn, crit;
	double min, max;
};

static const struct ml_col measure_cols[] = {
	ML_LABEL(struct measure_row, rule, "rule", "RULE", "the rule"),
	ML_LABEL(struct measure_row, object, "about", "ABOUT", "what it is a number of"),
	ML_LABEL(struct measure_row, measure, "measure", "MEASURE", "its name"),
	ML_LABEL(struct measure_row, severity, "severity", "SEVERITY",
		 "what it alone means: crit, warn, info or ok"),
	ML_COL(struct measure_row, value, ML_UNIT_NONE, ML_SEM_GAUGE, "value", "VALUE",
	       "the number, in base units"),
	ML_LABEL(struct measure_row, unit, "unit", "UNIT", "what it is counted in"),
	ML_LABEL(struct measure_row, warn, "warn", "WARN",
		 "outside this range it warns; ratios in per cent"),
	ML_LABEL(struct measure_row, crit, "crit", "CRIT",
		 "outside this range it is critical; ratios in per cent"),
	ML_COL(struct measure_row, min, ML_UNIT_NONE, ML_SEM_GAUGE, "min", "MIN",
	       "the least that it can be"),
	ML_COL(struct measure_row, max, ML_UNIT_NONE, ML_SEM_GAUGE, "max", "MAX",
	       "the most that it can be"),
};

static const struct ml_table measures_table = {
	.id = "measures",
	.title = "Measured:",
	.help = "the numbers that rules compared with their limits, well or not",
	.source = "the rules",
	ML_TABLE_COLS(measure_cols),
	.row_size = sizeof(struct measure_row),
	.flags = ML_TABLE_SPARSE,
};

/* Empty where there is none. */
static struct ml_str range_of(struct ml_arena *a, bool has, const struct ml_range *range,
			      enum ml_unit unit)
{
	double plain = unit == ML_UNIT_RATIO ? 0.01 : 1;
	char text[ML_RANGE_TEXT];

	if (!has)
		return (struct ml_str){ 0 };
	return ml_str_of(ml_arena_printf(a, "%s", ml_range_text(range, plain, text)));
}

static void fill_measure(struct ml_arena *a, const struct ml_measure *m,
			 struct measure_row *row)
{
	const struct ml_rule *rule = m->rule;
	const struct ml_col col = { .type = ML_TYPE_F64, .unit = (uint8_t)rule->unit };

	*row = (struct measure_row){
		.rule = ml_str_of(rule->id),
		.object = ml_object_label(a, &m->object),
		.measure = ml_str_of(rule->measure),
		.severity = ml_str_of(ml_severity_name(m->severity)),
		.value = m->value,
		.unit = ml_str_of(ml_unit_name(&col)),
		.warn = range_of(a, m->has_warn, &m->warn, rule->unit),
		.crit = range_of(a, m->has_crit, &m->crit, rule->unit),
		.min = 0,
		.max = rule->unit == ML_UNIT_RATIO ? 1 : (double)NAN,
	};
}

static int build_measures(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_verdict *v;
	const struct ml_measure *m;
	int rc = judge(b, &v);

	if (rc)
		return rc;
	ml_for_each_row(m, &v->measures) {
		struct measure_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		fill_measure(b->arena, m, row);
	}
	return 0;
}

/* ---- the report ---- */

static const struct ml_part parts[] = {
	{ .table = &findings_table, .build = build_findings, .plan = plan },
	{ .table = &explained_table, .build = build_explained, .plan = plan },
	{ .table = &ignored_table, .build = build_ignored, .plan = plan },
	{ .table = &skipped_table, .build = build_skipped, .plan = plan },
	{ .table = &checked_table, .build = build_checked, .plan = plan },
	{ .table = &measures_table, .build = build_measures, .plan = plan },
};

static size_t count_outcome(const struct ml_verdict *v, bool skipped)
{
	const struct ml_judged *j;
	size_t n = 0;

	ml_for_each_row(j, &v->judged)
		n += (j->outcome == ML_OUTCOME_SKIPPED) == skipped;
	return n;
}

/* One calm line where there is nothing, and how much was looked at. */
static int finish(struct ml_build *b)
{
	const struct ml_verdict *v;
	const struct ml_finding *f;
	size_t findings = 0, remarks = 0;
	int rc = judge(b, &v);

	if (rc)
		return rc;
	ml_for_each_row(f, &v->findings)
		if (!f->ignored && f->cause == SIZE_MAX)
			*(f->severity > ML_INFO ? &findings : &remarks) += 1;
	return ml_note(
		b,
		"%s%zu rules looked at, %zu could not be judged, %zu remark%s that need%s no "
		"action%s",
		findings ? "" : "nothing is wrong: ", count_outcome(v, false),
		count_outcome(v, true), remarks, remarks == 1 ? "" : "s",
		remarks == 1 ? "s" : "", b->parts & 1u << 4 ? "" : " (-v shows all)");
}

const struct ml_report ml_report_doctor = {
	.id = "doctor",
	.title = "what is wrong, why, and what to do",
	ML_REPORT_PARTS(parts),
	.finish = finish,
};
