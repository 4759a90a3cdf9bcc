/* SPDX-License-Identifier: MIT */
/* reports: the register of reports. */
#include "report/report.h"

static const struct ml_report *const reports[] = {
	&ml_report_overview,
	&ml_report_free,
	&ml_report_where,
	&ml_report_vmstat,
	&ml_report_psi,
	&ml_report_ps,
	&ml_report_map,
	&ml_report_swap,
	&ml_report_layout,
	&ml_report_diff,
	&ml_report_zone,
	&ml_report_slab,
	&ml_report_vmalloc,
	&ml_report_frag,
	&ml_report_cgroup,
	&ml_report_shm,
	&ml_report_huge,
	&ml_report_numa,
	&ml_report_cache,
	&ml_report_doctor,
	&ml_report_oom,
	&ml_report_leak,
	&ml_report_explain,
	&ml_report_verify,
};

size_t ml_report_count(void)
{
	return ML_ARRAY_SIZE(reports);
}

const struct ml_report *ml_report_at(size_t i)
{
	return reports[i];
}

const struct ml_report *ml_report_find(const char *id)
{
	for (size_t i = 0; id && i < ML_ARRAY_SIZE(reports); i++)
		if (strcmp(reports[i]->id, id) == 0)
			return reports[i];
	return NULL;
}

const char *ml_report_id(const struct ml_report *report)
{
	return report->id;
}

const char *ml_report_title(const struct ml_report *report)
{
	return report->title;
}

size_t ml_report_ntables(const struct ml_report *report)
{
	return report ? report->nparts : 0;
}

const struct ml_table *ml_report_table(const struct ml_report *report, size_t i)
{
	return report->parts[i].table;
}

ml_parts ml_report_default_parts(const struct ml_report *report)
{
	ml_parts parts = 0;

	for (size_t i = 0; i < ml_report_ntables(report); i++)
		if (report->parts[i].table->flags & ML_TABLE_DEFAULT)
			parts |= 1ull << i;
	return parts;
}
