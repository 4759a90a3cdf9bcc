/* SPDX-License-Identifier: MIT */
/* man: fills the tables of a manual page. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gendoc/gendoc.h"

/* What troff would read as something else. */
static const char *troff_of(char c)
{
	switch (c) {
	case '\\':
		return "\\e";
	case '~':
		return "\\(ti";
	case '^':
		return "\\(ha";
	case '`':
		return "\\(ga";
	case '\'':
		return "\\(aq";
	case '"':
		return "\\(dq";
	}
	return NULL;
}

/* A minus, unless it joins two words. */
static bool is_minus(const char *s, const char *p)
{
	return *p == '-' && (p == s || !isalnum((unsigned char)p[-1]) ||
			     !isalnum((unsigned char)p[1]));
}

/* Text none of whose lines begins a request, whatever it is, or is longer than it
 * should. */
void put_troff(const char *s)
{
	const char *line = s;

	fputs("\\&", stdout);
	for (const char *p = s; *p; p++) {
		const char *special = is_minus(s, p) ? "\\-" : troff_of(*p);

		if (*p == ' ' && p - line > 50) {
			special = "\n\\&";
			line = p;
		}
		if (special)
			fputs(special, stdout);
		else
			putchar(*p);
	}
}

static void man_option(const struct opt *o)
{
	fputs(".It", stdout);
	if (o->letter)
		printf(" Fl %c%s%s ,", o->letter, o->arg ? " Ar " : "",
		       o->arg ? o->arg : "");
	printf(" Fl -%s%s%s\n", o->name, o->arg ? " Ar " : "", o->arg ? o->arg : "");
	put_troff(o->help);
	if (o->table)
		printf(" (table\n.Cm %s )", o->table);
	fputs(o->table ? "\n" : ".\n", stdout);
}

static void man_general(void)
{
	puts(".Pp\nThese are those of every command:\n.Bl -tag -width Ds");
	for (size_t i = 0; i < shared_opts_count; i++)
		if (shared_opts[i].general)
			man_option(&shared_opts[i]);
	puts(".El");
}

static void man_option_list(const struct opt *opts, size_t n)
{
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < n; i++)
		man_option(&opts[i]);
	puts(".El");
}

static int man_options(const struct command *command)
{
	if (!*command->name) {
		man_option_list(shared_opts, shared_opts_count);
		return 0;
	}
	if (!command->report) {
		man_option_list(command->opts, command->nopts);
		man_general();
		return 0;
	}
	if (command->nopts) {
		man_option_list(command->opts, command->nopts);
		puts(".Pp");
	} else {
		puts("The command has no options of its own.");
	}
	puts("The options of every report are described in\n.Xr memlens 1 .");
	return 0;
}

static void man_column(const struct ml_table *table, const struct ml_col *col)
{
	printf(".It Cm %s Pq \"", col->key);
	if (*col->head) {
		put_troff(col->head);
		fputs(", ", stdout);
	}
	printf("%s%s%s%s\"\n", ml_unit_name(col),
	       col->sem == ML_SEM_COUNTER ? ", grows until the next boot" : "",
	       col->flags & ML_COL_HIDDEN ? ", not shown as text unless asked for" : "",
	       col->flags & ML_COL_DELTA ? ", needs two samples" : "");
	put_troff(col->help);
	if (col->source &&
	    (!ml_table_source(table) || strcmp(col->source, ml_table_source(table)))) {
		fputs("; from ", stdout);
		put_troff(col->source);
	}
	puts("");
}

static void man_table(const struct ml_table *table)
{
	printf(".Ss Table %s\n", ml_table_id(table));
	put_troff(ml_table_help(table));
	printf(" (%s).\n", ml_table_flags(table) & ML_TABLE_DEFAULT ? "shown by default"
								    : "shown on request");
	if (ml_table_source(table)) {
		puts(".br\nSource:");
		put_troff(ml_table_source(table));
		puts(".");
	}
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < ml_table_ncols(table); i++)
		man_column(table, ml_table_col(table, i));
	puts(".El");
}

static int man_columns(const struct command *command)
{
	const struct ml_report *report = report_of(command);

	puts("Each column stands with its key, its heading in text and its unit in the exact\n"
	     "formats.");
	for (size_t i = 0; i < ml_report_ntables(report); i++)
		man_table(ml_report_table(report, i));
	return 0;
}

static int man_commands(const struct command *command)
{
	(void)command;
	puts(".Bl -tag -width Ds");
	for (size_t i = 1; i < commands_count; i++) {
		printf(".It Xr memlens-%s 1\n", commands[i].name);
		put_troff(commands[i].summary);
		puts("");
	}
	puts(".El");
	return 0;
}

static const struct {
	const char *line;
	int (*print)(const struct command *command);
} markers[] = {
	{ ".\\\" @OPTIONS@\n", man_options },   { ".\\\" @COLUMNS@\n", man_columns },
	{ ".\\\" @COMMANDS@\n", man_commands }, { ".\\\" @KEYS@\n", man_keys },
	{ ".\\\" @SCREENS@\n", man_screens },
};

static int man_line(const struct command *command, const char *line)
{
	for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++)
		if (strcmp(line, markers[i].line) == 0)
			return command ? markers[i].print(command) : -1;
	if (strncmp(line, ".\\\" @", 5) == 0)
		return -1;
	fputs(line, stdout);
	return 0;
}

/* The page of NAME on standard input with its marked lines filled in. */
int man(const char *name)
{
	const char *prefix = "memlens", *rest = name + strlen(prefix);
	const struct command *command = NULL;
	char *line = NULL;
	size_t size = 0;
	int rc = 0;

	if (strncmp(name, prefix, strlen(prefix)) == 0)
		command = command_find(rest + (*rest == '-'));
	while (!rc && getline(&line, &size, stdin) >= 0)
		rc = man_line(command, line);
	if (rc)
		fprintf(stderr, "gendoc: %s: cannot fill in %s", name, line);
	free(line);
	return rc;
}
