/* SPDX-License-Identifier: MIT */
/* cmd_doctor: all rules at once; formats for programs hold all that they tell. */
#include <string.h>

#include "commands.h"
#include "config.h"

#define SAMPLE_SECONDS 2.0

static ml_parts all_parts(const struct ml_report *report)
{
	return (1ull << ml_report_ntables(report)) - 1;
}

int cmd_doctor(const struct command *command, const struct opts *opts)
{
	const struct ml_report *report = ml_report_find(command->report);
	struct opts o = *opts;
	struct config config;
	int rc = config_load(opts, &config);

	if (!o.interval)
		o.interval = SAMPLE_SECONDS;
	if (!o.parts && (o.verbose || o.format == FORMAT_JSON))
		o.parts = all_parts(report);
	o.judging.remarks = o.verbose || o.format != FORMAT_TEXT;
	config_judge(&config, &o.judging);
	if (!rc)
		rc = run_report(command, &o);
	config_deinit(&config);
	return rc;
}
