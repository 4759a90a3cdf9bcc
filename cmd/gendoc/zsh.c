/* SPDX-License-Identifier: MIT */
/* zsh: completion for zsh. */
#include <string.h>

#include "gendoc/gendoc.h"

/* Within single quotes; brackets would end a description of _arguments and _values. */
static void put_zsh(const char *s)
{
	for (; *s; s++)
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s == '[' ? '(' : *s == ']' ? ')' : *s);
}

static void zsh_name(const char *name, const char *help)
{
	printf("\t\t\t'%s[", name);
	put_zsh(help);
	puts("]'");
}

static void zsh_argument(const struct opt *o)
{
	printf(":");
	put_zsh(o->kind == OPT_STRING || o->kind == OPT_COLOR ? o->name : o->help);
	putchar(':');
	switch (argument_of(o)) {
	case ARGUMENT_NONE:
	case ARGUMENT_FREE:
		break;
	case ARGUMENT_WORDS:
		printf("(%s)", o->words);
		break;
	case ARGUMENT_COLUMNS:
		fputs(" _memlens_list $columns", stdout);
		break;
	case ARGUMENT_SORT:
		fputs(" _memlens_sort", stdout);
		break;
	case ARGUMENT_FILTER:
		fputs(" _memlens_filter", stdout);
		break;
	case ARGUMENT_TABLES:
		fputs(" _memlens_list $tables", stdout);
		break;
	case ARGUMENT_PATH:
		fputs("_files", stdout);
		break;
	}
}

/* One specification of _arguments, of the letter or of the name. */
static void zsh_flag(const struct opt *o, bool letter)
{
	fputs("\t\t'(", stdout);
	put_flags(o, " ");
	putchar(')');
	if (letter)
		printf("-%c%s[", o->letter, o->arg ? "+" : "");
	else
		printf("--%s%s[", o->name, o->arg ? "=" : "");
	put_zsh(o->help);
	putchar(']');
	if (o->arg)
		zsh_argument(o);
	puts("'");
}

static void zsh_options(const char *name, const struct opt *opts, size_t n)
{
	printf("\t%s=(\n", name);
	for (size_t i = 0; i < n; i++) {
		if (opts[i].letter)
			zsh_flag(&opts[i], true);
		zsh_flag(&opts[i], false);
	}
	puts("\t)");
}

static void zsh_general(void)
{
	puts("\t\tshared=(");
	for (size_t i = 0; i < shared_opts_count; i++) {
		if (!shared_opts[i].general)
			continue;
		if (shared_opts[i].letter)
			zsh_flag(&shared_opts[i], true);
		zsh_flag(&shared_opts[i], false);
	}
	puts("\t\t)");
}

static void zsh_command(const struct command *command)
{
	printf("\t(%s)\n", *command->name ? command->name : "*");
	zsh_options("options", command->opts, command->nopts);
	if (!command->report)
		zsh_general();
	for (size_t i = 0; i < NLISTS; i++) {
		printf("\t\t%s=(\n", lists[i].name);
		lists[i].each(command, zsh_name);
		puts("\t\t)");
	}
	if (takes_files(command))
		printf("\t\toperands=('*:%s:_files')\n", command->operand);
	if (command->choices)
		printf("\t\toperands=('1:%s:(%s)')\n", command->name, command->choices);
	if (command->offers)
		printf("\t\toperands=(\"1::%s:($(memlens %s 2>/dev/null))\")\n",
		       command->name, command->offers);
	puts("\t\t;;");
}

static const char *const zsh_head[] = {
	"#compdef memlens",
	"# SPDX-License-Identifier: MIT",
	"# zsh completion for memlens(1); " REGENERATE,
	"",
	"# A comma-separated list; a leading + adds to the default.",
	"_memlens_list() {",
	"\tcompset -P '+'",
	"\t_values -s , name \"$@\"",
	"}",
	"",
	"_memlens_sort() {",
	"\tif compset -P '*:'; then",
	"\t\t_values order asc desc",
	"\telse",
	"\t\t_values column $keys",
	"\tfi",
	"}",
	"",
	"_memlens_filter() {",
	"\t_values column $keys",
	"}",
	"",
	"_memlens() {",
	"\tlocal -a commands shared options columns keys tables",
	"\tlocal -a operands=('1::delay in seconds:' '2::number of samples:')",
	"",
	"\tcommands=(",
	NULL,
};

static const char *const zsh_middle[] = {
	"\tif (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then",
	"\t\t_describe command commands",
	"\t\treturn",
	"\tfi",
	"\tcase $words[2] in",
	"\t(help)",
	"\t\t(( CURRENT == 3 )) && _describe command commands",
	"\t\treturn",
	"\t\t;;",
	NULL,
};

static const char *const zsh_tail[] = {
	"\tesac",
	"\tif [[ $words[2] != -* ]]; then",
	"\t\tshift words",
	"\t\t(( CURRENT-- ))",
	"\tfi",
	"\t_arguments -s -S $shared $options $operands",
	"}",
	"",
	"_memlens \"$@\"",
	NULL,
};

int complete_zsh(void)
{
	put_lines(zsh_head);
	for (size_t i = 1; i < commands_count; i++) {
		printf("\t\t'%s:", commands[i].name);
		put_zsh(commands[i].summary);
		puts("'");
	}
	puts("\t\t'help:what the command and its columns are'\n\t)");
	zsh_options("shared", shared_opts, shared_opts_count);
	put_lines(zsh_middle);
	for (size_t i = commands_count; i--;)
		zsh_command(&commands[i]);
	put_lines(zsh_tail);
	return 0;
}
