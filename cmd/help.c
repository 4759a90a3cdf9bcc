/* SPDX-License-Identifier: MIT */
/* help: --help from the registers. */
#include <string.h>

#include "commands.h"

#define LINE 80
#define INDENT 26

/* Words at the indent, on as many lines as they need; the first line is there already. */
static void print_wrapped(const char *text, FILE *out)
{
	size_t used = INDENT;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (used > INDENT && used + 1 + n > LINE) {
			fprintf(out, "\n%*s", INDENT, "");
			used = INDENT;
		}
		used += (size_t)fprintf(out, "%s%.*s", used > INDENT ? " " : "", (int)n,
					text);
		text += n + (text[n] == ' ');
	}
	fputc('\n', out);
}

static void print_opt(const struct opt *o, FILE *out)
{
	char left[64];

	if (o->letter)
		snprintf(left, sizeof(left), "-%c, --%s", o->letter, o->name);
	else
		snprintf(left, sizeof(left), "    --%s", o->name);
	if (o->arg) {
		size_t n = strlen(left);

		snprintf(left + n, sizeof(left) - n, " %s", o->arg);
	}
	if (strlen(left) > INDENT - 4)
		fprintf(out, "  %s\n%*s", left, INDENT, "");
	else
		fprintf(out, "  %-*s  ", INDENT - 4, left);
	print_wrapped(o->help, out);
}

static void print_opts(const struct opt *opts, size_t n, const char *title, FILE *out)
{
	if (!n)
		return;
	fprintf(out, "\n%s:\n", title);
	for (size_t i = 0; i < n; i++)
		print_opt(&opts[i], out);
}

static void print_general(FILE *out)
{
	fputs("\nOptions of every command:\n", out);
	for (size_t i = 0; i < shared_opts_count; i++)
		if (shared_opts[i].general)
			print_opt(&shared_opts[i], out);
}

static void print_commands(FILE *out)
{
	fputs("\nCommands:\n", out);
	for (size_t i = 1; i < commands_count; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	fputs("  help       this text, or that of a command\n", out);
}

static void print_tables(const struct ml_report *report, FILE *out)
{
	for (size_t t = 0; t < ml_report_ntables(report); t++) {
		const struct ml_table *table = ml_report_table(report, t);
		bool shown = ml_table_flags(table) & ML_TABLE_DEFAULT;

		fprintf(out, "\nTable %s%s: %s\n", ml_table_id(table),
			shown ? "" : " (on request)", ml_table_help(table));
		for (size_t c = 0; c < ml_table_ncols(table); c++) {
			const struct ml_col *col = ml_table_col(table, c);

			fprintf(out, "  %-*s  ", INDENT - 4, col->key);
			print_wrapped(col->help, out);
		}
	}
}

/* "[DELAY [COUNT]]", "PID", "[PID]...", "" */
static void print_operands(const struct command *command, FILE *out)
{
	if (!command->operand)
		fputs("[DELAY [COUNT]]\n", out);
	else
		fprintf(out,
			!*command->operand ? "%s%s\n"
			: command->least   ? "%s%s\n"
					   : "[%s]%s\n",
			command->operand, command->most > 1 ? "..." : "");
}

void help_print(const struct command *command, FILE *out)
{
	bool bare = !*command->name;

	fprintf(out, "Usage: memlens%s%s [OPTION]... ", bare ? "" : " ", command->name);
	print_operands(command, out);
	if (bare)
		fputs("       memlens COMMAND [OPTION]...\n", out);
	fprintf(out, "\n%c%s.\n", command->summary[0] - ('a' - 'A'),
		command->summary + 1);
	if (command->choices)
		fprintf(out,
			"\n%s, with what it is about where it needs that, is one of\n%s.\n",
			command->operand, command->choices);
	if (bare)
		print_commands(out);
	print_opts(command->opts, command->nopts, "Options of this command", out);
	if (command->report)
		print_opts(shared_opts, shared_opts_count, "Options of every report",
			   out);
	else
		print_general(out);
	print_tables(ml_report_find(command->report), out);
	fputs("\nExit status: 0 done, 1 failed, 2 usage, 3 something needed could not be read.\n",
	      out);
	fprintf(out, "Next: memlens %s. Manual: man memlens%s%s\n", command->see,
		bare ? "" : "-", command->name);
}
