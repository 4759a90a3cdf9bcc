/* SPDX-License-Identifier: MIT */
/* psi: the share of time that tasks waited for a resource. */
#include <errno.h>
#include <math.h>

#include "model/group_pressure.h"
#include "report/report.h"
#include "series/delta.h"

struct psi_row {
	struct ml_str resource;
	struct ml_str kind;
	double share; /* by delta of total */
	double avg10, avg60, avg300;
	double total; /* seconds */
};

static const struct ml_col psi_cols[] = {
	ML_LABEL(struct psi_row, resource, "resource", "RESOURCE", "memory, cpu, io or irq"),
	ML_LABEL(struct psi_row, kind, "kind", "KIND",
		 "some: at least one task waited; full: all that could run did"),
	ML_RATIO(struct psi_row, share, "share", "SHARE",
		 "part of the time between two samples, or since boot, that was lost",
		 .source = "growth of total / time"),
	ML_RATIO(struct psi_row, avg10, "avg10", "AVG10", "running average over 10 s"),
	ML_RATIO(struct psi_row, avg60, "avg60", "AVG60", "running average over 60 s"),
	ML_RATIO(struct psi_row, avg300, "avg300", "AVG300", "running average over 300 s"),
	ML_COL(struct psi_row, total, ML_UNIT_SECONDS, ML_SEM_COUNTER, "total", "TOTAL",
	       "time lost since boot"),
};

static const struct ml_table psi_table = {
	.id = "psi",
	.help = "pressure stall information of the host, or of one control group",
	.source = "/proc/pressure; with --cgroup *.pressure of the group",
	ML_TABLE_COLS(psi_cols),
	.row_size = sizeof(struct psi_row),
	.flags = ML_TABLE_DEFAULT,
};

static const struct {
	const char *name;
	enum ml_feed_id feed;
} resources[] = {
	{ "memory", ML_FEED_PRESSURE_MEMORY },
	{ "io", ML_FEED_PRESSURE_IO },
	{ "cpu", ML_FEED_PRESSURE_CPU },
	{ "irq", ML_FEED_PRESSURE_IRQ },
};

static int add_row(struct ml_build *b, const char *resource,
		   const struct ml_pressure_row *p, uint64_t before, struct ml_rows *ret)
{
	struct psi_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	*row = (struct psi_row){
		.resource = ml_str_of(resource),
		.kind = p->kind,
		.avg10 = p->avg10,
		.avg60 = p->avg60,
		.avg300 = p->avg300,
		.total = ml_f64(p->total_us) / 1e6,
		.share = ml_rate(before, p->total_us, false, ml_build_seconds(b)) / 1e6,
	};
	return 0;
}

/* ---- the host ---- */

static uint64_t total_of(const struct ml_snap *snap, enum ml_feed_id feed,
			 struct ml_str kind)
{
	const struct ml_parsed *pressure = ml_snap_parsed(snap, feed);
	const struct ml_pressure_row *row;

	if (pressure)
		ml_for_each_row(row, &pressure->rows)
			if (ml_str_eq(row->kind, kind))
				return row->total_us;
	return ML_NONE;
}

static int add_rows(struct ml_build *b, size_t resource, struct ml_rows *ret)
{
	enum ml_feed_id feed = resources[resource].feed;
	const struct ml_parsed *pressure = ml_snap_parsed(b->cur, feed);
	const struct ml_pressure_row *p;

	if (!pressure)
		return 0;
	ml_for_each_row(p, &pressure->rows)
		if (add_row(b, resources[resource].name, p,
			    b->prev ? total_of(b->prev, feed, p->kind) : 0, ret))
			return -ENOMEM;
	return 0;
}

/* ---- a control group ---- */

static uint64_t group_total(const struct ml_snap *snap,
			    const struct ml_group_pressure *like)
{
	const struct ml_parsed *pressure = ml_snap_parsed(snap, ML_FEED_GROUP_PRESSURE);
	const struct ml_group_pressure *row;

	if (pressure)
		ml_for_each_row(row, &pressure->rows)
			if (row->resource == like->resource &&
			    ml_str_eq(row->p.kind, like->p.kind))
				return row->p.total_us;
	return ML_NONE;
}

/* When the group was made is not told, so that there is no average since then. */
static int build_group(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *pressure = ml_snap_parsed(b->cur, ML_FEED_GROUP_PRESSURE);
	const struct ml_group_pressure *p;

	if (pressure)
		ml_for_each_row(p, &pressure->rows)
			if (add_row(b, p->resource, &p->p,
				    b->prev ? group_total(b->prev, p) : ML_NONE, ret))
				return -ENOMEM;
	return b->prev || !ret->n ? 0 : ml_note(b, "share is known with a delay");
}

static int build_psi(struct ml_build *b, struct ml_rows *ret)
{
	if (b->query->group)
		return build_group(b, ret);
	for (size_t i = 0; i < ML_ARRAY_SIZE(resources); i++)
		if (add_rows(b, i, ret))
			return -ENOMEM;
	return b->prev ? 0
		       : ml_note(b,
				 "share is the average since boot; give a delay for now, "
				 "--cgroup PATH for one control group");
}

static const struct ml_part parts[] = {
	{ &psi_table, build_psi, ML_FEED(PRESSURE_MEMORY),
	  ML_FEED(PRESSURE_IO) | ML_FEED(PRESSURE_CPU) | ML_FEED(PRESSURE_IRQ) |
		  ML_FEED(UPTIME) | ML_FEED(GROUP_PRESSURE) },
};

const struct ml_report ml_report_psi = {
	.id = "psi",
	.title = "time lost waiting for memory, disk and CPU",
	ML_REPORT_PARTS(parts),
};
