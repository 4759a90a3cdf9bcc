/* SPDX-License-Identifier: MIT */
/* registers: columns, tables and options of a command, for every document. */
#include "gendoc/gendoc.h"

#include <stddef.h>
#include <stdio.h>

const struct ml_report *report_of(const struct command *command)
{
	return ml_report_find(command->report);
}

void put_lines(const char *const *lines)
{
	while (*lines)
		puts(*lines++);
}

void put_flags(const struct opt *o, const char *separator)
{
	if (o->letter)
		printf("-%c%s", o->letter, separator);
	printf("--%s", o->name);
}

static const struct {
	size_t offset;
	enum argument argument;
} strings[] = {
	{ offsetof(struct opts, output), ARGUMENT_COLUMNS },
	{ offsetof(struct opts, sort), ARGUMENT_SORT },
	{ offsetof(struct opts, filter), ARGUMENT_FILTER },
	{ offsetof(struct opts, tables), ARGUMENT_TABLES },
	{ offsetof(struct opts, root), ARGUMENT_PATH },
};

enum argument argument_of(const struct opt *o)
{
	if (!o->arg)
		return ARGUMENT_NONE;
	if (o->words)
		return ARGUMENT_WORDS;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		if (o->kind == OPT_STRING && o->offset == strings[i].offset)
			return strings[i].argument;
	return ARGUMENT_FREE;
}

bool takes_files(const struct command *command)
{
	return command->roots || (command->paths && !command->offers);
}

static bool is_in_earlier_table(const struct ml_report *report, size_t table,
				const char *key)
{
	while (table--)
		if (ml_table_find(ml_report_table(report, table), key))
			return true;
	return false;
}

/* Every column once: KEY means the first table that has it, the others are TABLE.KEY.
 * Only --output knows the latter. */
static void each_column(const struct command *command, bool qualified, name_fn *print)
{
	const struct ml_report *report = report_of(command);

	for (size_t t = 0; t < ml_report_ntables(report); t++) {
		const struct ml_table *table = ml_report_table(report, t);

		for (size_t i = 0; i < ml_table_ncols(table); i++) {
			const struct ml_col *col = ml_table_col(table, i);
			char name[128];

			snprintf(name, sizeof(name), "%s.%s", ml_table_id(table),
				 col->key);
			if (!is_in_earlier_table(report, t, col->key))
				print(col->key, col->help);
			else if (qualified)
				print(name, col->help);
		}
	}
}

static void all_columns(const struct command *command, name_fn *print)
{
	each_column(command, true, print);
}

static void all_keys(const struct command *command, name_fn *print)
{
	each_column(command, false, print);
}

static void all_tables(const struct command *command, name_fn *print)
{
	const struct ml_report *report = report_of(command);

	for (size_t i = 0; i < ml_report_ntables(report); i++)
		print(ml_table_id(ml_report_table(report, i)),
		      ml_table_help(ml_report_table(report, i)));
}

const struct list lists[NLISTS] = {
	{ "columns", all_columns },
	{ "keys", all_keys },
	{ "tables", all_tables },
};
