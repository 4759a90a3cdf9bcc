/* SPDX-License-Identifier: MIT */
/* fish: completion for fish. */
#include <string.h>

#include "gendoc/gendoc.h"

static void put_fish(const char *s)
{
	putchar('\'');
	for (; *s; s++) {
		if (*s == '\'' || *s == '\\')
			putchar('\\');
		putchar(*s);
	}
	putchar('\'');
}

static void fish_name(const char *name, const char *help)
{
	printf("\t\t\tprintf '%%s\\t%%s\\n' %s ", name);
	put_fish(help);
	puts("");
}

static void fish_list(size_t list)
{
	printf("function __memlens_%s\n\tswitch (__memlens_command)\n", lists[list].name);
	for (size_t i = commands_count; i--;) {
		printf("\t\tcase '%s'\n", *commands[i].name ? commands[i].name : "*");
		lists[list].each(&commands[i], fish_name);
	}
	puts("\tend\nend\n");
}

static void fish_argument(const struct opt *o)
{
	switch (argument_of(o)) {
	case ARGUMENT_NONE:
		return;
	case ARGUMENT_FREE:
		fputs(" -x", stdout);
		return;
	case ARGUMENT_WORDS:
		printf(" -x -a '%s'", o->words);
		return;
	case ARGUMENT_COLUMNS:
		fputs(" -x -a '(__fish_complete_list , __memlens_columns)'", stdout);
		return;
	case ARGUMENT_SORT:
	case ARGUMENT_FILTER:
		fputs(" -x -a '(__memlens_keys)'", stdout);
		return;
	case ARGUMENT_TABLES:
		fputs(" -x -a '(__fish_complete_list , __memlens_tables)'", stdout);
		return;
	case ARGUMENT_PATH:
		fputs(" -r -F", stdout);
		return;
	}
}

static void fish_option(const struct opt *o, const struct command *command)
{
	fputs("complete -c memlens", stdout);
	if (command && *command->name)
		printf(" -n 'test (__memlens_command) = %s'", command->name);
	if (!command && !o->general)
		fputs(" -n __memlens_reports", stdout);
	if (o->letter)
		printf(" -s %c", o->letter);
	printf(" -l %s", o->name);
	fish_argument(o);
	fputs(" -d ", stdout);
	put_fish(o->help);
	puts("");
}

static const char *const fish_head[] = {
	"# SPDX-License-Identifier: MIT",
	"# fish completion for memlens(1); " REGENERATE,
	"",
	"# The subcommand, or - for the bare command.",
	"function __memlens_command",
	"\tset -l words (commandline -opc)",
	"\tif set -q words[2]; and not string match -q -- '-*' $words[2]",
	"\t\techo $words[2]",
	"\telse",
	"\t\techo -",
	"\tend",
	"end",
	"",
	"function __memlens_wants_command",
	"\tset -l words (commandline -opc)",
	"\ttest (count $words) -eq 1; or test (count $words) -eq 2 -a \"$words[2]\" = help",
	"end",
	"",
	NULL,
};

/* Whether the command prints a report. */
static void fish_reports(void)
{
	fputs("function __memlens_reports\n\tnot contains -- (__memlens_command)",
	      stdout);
	for (size_t i = 0; i < commands_count; i++)
		if (!commands[i].report)
			printf(" %s", commands[i].name);
	puts("\nend\n");
}

int complete_fish(void)
{
	put_lines(fish_head);
	fish_reports();
	for (size_t i = 0; i < NLISTS; i++)
		fish_list(i);
	puts("complete -c memlens -f");
	for (size_t i = 1; i < commands_count; i++) {
		printf("complete -c memlens -n __memlens_wants_command -a %s -d ",
		       commands[i].name);
		put_fish(commands[i].summary);
		puts("");
	}
	puts("complete -c memlens -n __memlens_wants_command -a help -d "
	     "'what the command and its columns are'");
	for (size_t i = 0; i < shared_opts_count; i++)
		fish_option(&shared_opts[i], NULL);
	for (size_t i = 0; i < commands_count; i++)
		for (size_t j = 0; j < commands[i].nopts; j++)
			fish_option(&commands[i].opts[j], &commands[i]);
	for (size_t i = 0; i < commands_count; i++)
		if (takes_files(&commands[i]))
			printf("complete -c memlens -n 'test (__memlens_command) = %s' "
			       "-F\n",
			       commands[i].name);
		else if (commands[i].choices)
			printf("complete -c memlens -n 'test (__memlens_command) = %s' "
			       "-a '%s'\n",
			       commands[i].name, commands[i].choices);
		else if (commands[i].offers)
			printf("complete -c memlens -n 'test (__memlens_command) = %s' "
			       "-a '(memlens %s 2>/dev/null)'\n",
			       commands[i].name, commands[i].offers);
	return 0;
}
