/* SPDX-License-Identifier: MIT */
/* overview_findings: the worst that rules find in what the overview reads anyway. */
#include <errno.h>

#include "diag/diag.h"
#include "report/overview.h"

#define WORST 3

struct finding_row {
	struct ml_str severity, rule, object, message;
};

static const struct ml_col finding_cols[] = {
	ML_LABEL(struct finding_row, severity, "severity", "FINDING", "crit or warn"),
	ML_LABEL(struct finding_row, rule, "rule", "RULE", "the rule that found it: memlens explain RULE"),
	ML_LABEL(struct finding_row, object, "about", "ABOUT", "what it is about"),
	ML_LABEL(struct finding_row, message, "message", "MESSAGE", "what is the matter",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_overview_findings_table = {
	.id = "findings",
	.help = "the three worst findings by one look; memlens doctor looks twice, and at more",
	.source = "the rules",
	ML_TABLE_COLS(finding_cols),
	.row_size = sizeof(struct finding_row),
	.flags = ML_TABLE_DEFAULT | ML_TABLE_SPARSE,
};

int ml_overview_build_findings(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_finding *f;
	struct ml_verdict v;
	const struct ml_query once = { .judging = b->query->judging };
	int rc = ml_diag_run(b->ctx, b->prev, b->cur, &once, b->arena, &v);

	if (rc)
		return rc;
	ml_for_each_row(f, &v.findings) {
		struct finding_row *row;

		if (f->severity < ML_WARN || f->cause != SIZE_MAX || f->ignored ||
		    ret->n == WORST)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		*row = (struct finding_row){
			.severity = ml_str_of(ml_severity_name(f->severity)),
			.rule = ml_str_of(f->rule->id),
			.object = ml_object_label(b->arena, &f->object),
			.message = f->message,
		};
	}
	return 0;
}
