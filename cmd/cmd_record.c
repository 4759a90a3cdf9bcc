/* SPDX-License-Identifier: MIT */
/* cmd_record: the flight recorder; what it writes with is in memlens-store. */
#include <string.h>

#include "recordings.h"

/* What it does instead of recording: one of these. */
struct other {
	const char *name;
	bool asked;
};

static const char *next_asked(const struct other *others, size_t n, size_t *i)
{
	while (*i < n)
		if (others[(*i)++].asked)
			return others[*i - 1].name;
	return NULL;
}

/* 0, or an exit status after one line to stderr. */
static int check_others(const struct opts *opts)
{
	const struct other others[] = {
		{ "--list", opts->list },
		{ "--status", opts->status },
		{ "--series", opts->series_names },
		{ "--export", opts->export_names },
		{ "--import", opts->import },
	};
	size_t n = sizeof(others) / sizeof(others[0]), i = 0;
	const char *first = next_asked(others, n, &i);
	const char *second = next_asked(others, n, &i);

	return first && second ? complain(EXIT_USAGE, "%s: stands alone, without %s",
					  first, second)
			       : 0;
}

static int check_rest(const struct opts *opts)
{
	if (opts->import && !opts->noperands)
		return complain(EXIT_USAGE, "--import: needs files of sadf -j");
	if (!opts->import && opts->noperands)
		return complain(EXIT_USAGE, "%s: a file can stand here with --import",
				opts->operands[0]);
	if ((opts->from || opts->to) && !opts->export_names)
		return complain(EXIT_USAGE, "%s: goes with --export",
				opts->from ? "--from" : "--to");
	if (opts->format == FORMAT_CSV && !opts->export_names)
		return complain(EXIT_USAGE, "--csv: goes with --export");
	if (opts->format == FORMAT_JSON && !opts->export_names && !opts->series_names)
		return complain(EXIT_USAGE, "--json: goes with --export and --series");
	return 0;
}

int cmd_record(const struct command *command, const struct opts *opts)
{
	char folder[4096];
	int rc;

	(void)command;
	if (opts->root)
		return complain(EXIT_USAGE, "--root: only this machine moves");
	rc = check_others(opts);
	if (!rc)
		rc = check_rest(opts);
	if (rc)
		return rc;
	if (opts->dir)
		return recordings->record(opts, opts->dir);
	if (!recordings_folder(folder, sizeof(folder)))
		return complain(EXIT_USAGE, "--dir: is needed: there is no home");
	return recordings->record(opts, folder);
}
