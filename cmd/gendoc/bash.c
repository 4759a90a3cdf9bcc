/* SPDX-License-Identifier: MIT */
/* bash: completion for bash. */
#include <string.h>

#include "gendoc/gendoc.h"

static void put_word(const char *name, const char *help)
{
	(void)help;
	printf("%s ", name);
}

static void bash_options(const char *name, const struct opt *opts, size_t n)
{
	printf("\t%s='", name);
	for (size_t i = 0; i < n; i++) {
		put_flags(&opts[i], " ");
		putchar(' ');
	}
	puts("'");
}

static void bash_general(void)
{
	fputs("\t\tshared='", stdout);
	for (size_t i = 0; i < shared_opts_count; i++)
		if (shared_opts[i].general) {
			put_flags(&shared_opts[i], " ");
			putchar(' ');
		}
	puts("'");
}

static void put_command_words(void)
{
	for (size_t i = 1; i < commands_count; i++)
		printf("%s ", commands[i].name);
	fputs("help", stdout);
}

static void bash_command(const struct command *command)
{
	printf("\t%s)\n", *command->name ? command->name : "*");
	if (command->nopts) {
		putchar('\t');
		bash_options("options", command->opts, command->nopts);
	}
	if (!command->report)
		bash_general();
	for (size_t i = 0; i < NLISTS; i++) {
		printf("\t\t%s='", lists[i].name);
		lists[i].each(command, put_word);
		puts("'");
	}
	puts("\t\t;;");
}

/* "COMMAND --option | ...": one name may take other words with another command. */
static void bash_argument(const char *command, const struct opt *o)
{
	char separator[64];

	if (argument_of(o) == ARGUMENT_NONE)
		return;
	snprintf(separator, sizeof(separator), " | %s/", command);
	printf("\t%s/", command);
	put_flags(o, separator);
	fputs(") ", stdout);
	switch (argument_of(o)) {
	case ARGUMENT_NONE:
	case ARGUMENT_FREE:
		break;
	case ARGUMENT_WORDS:
		printf("_memlens_words '%s' ", o->words);
		break;
	case ARGUMENT_COLUMNS:
		fputs("_memlens_list \"$columns\" ", stdout);
		break;
	case ARGUMENT_SORT:
	case ARGUMENT_FILTER:
		fputs("_memlens_start \"$keys\" ", stdout);
		break;
	case ARGUMENT_TABLES:
		fputs("_memlens_list \"$tables\" ", stdout);
		break;
	case ARGUMENT_PATH:
		fputs("_memlens_path ", stdout);
		break;
	}
	puts(";;");
}

/* The words that sort, as a regular expression. */
static void bash_order(void)
{
	fputs("\tlocal order='[[:space:]](", stdout);
	for (size_t i = 0; i < shared_opts_count; i++)
		if (argument_of(&shared_opts[i]) == ARGUMENT_SORT)
			put_flags(&shared_opts[i], "|");
	puts(")( =)? [a-z0-9_]+ :( ([a-z]*))?$'");
}

static const char *const bash_head[] = {
	"# SPDX-License-Identifier: MIT",
	"# bash completion for memlens(1); " REGENERATE,
	"# shellcheck shell=bash",
	"",
	"_memlens_words()",
	"{",
	"\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")",
	"}",
	"",
	"# The beginning of an argument that goes on.",
	"_memlens_start()",
	"{",
	"\t_memlens_words \"$1\"",
	"\tcompopt -o nospace 2>/dev/null",
	"}",
	"",
	"# The last item of a comma-separated list; a leading + adds to the default.",
	"_memlens_list()",
	"{",
	"\tlocal head='' item=$cur",
	"",
	"\t[[ $item == +* ]] && head=+ item=${item#+}",
	"\t[[ $item == *,* ]] && head+=${item%,*}, item=${item##*,}",
	"\tmapfile -t COMPREPLY < <(compgen -P \"$head\" -W \"$1\" -- \"$item\")",
	"\tcompopt -o nospace 2>/dev/null",
	"}",
	"",
	"_memlens_path()",
	"{",
	"\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")",
	"\tcompopt -o filenames 2>/dev/null",
	"}",
	"",
	"_memlens()",
	"{",
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}",
	"\tlocal command='' commands shared options='' columns keys tables",
	NULL,
};

static const char *const bash_middle[] = {
	"",
	"\tCOMPREPLY=()",
	"\t((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}",
	"\tif [[ \" ${COMP_WORDS[*]:0:COMP_CWORD + 1}\" =~ $order ]]; then # key:desc is three words",
	"\t\tcur=${BASH_REMATCH[4]}",
	"\t\t_memlens_words 'asc desc'",
	"\t\treturn",
	"\tfi",
	"\tif [[ $cur == = ]]; then # so is --option=value",
	"\t\tcur=",
	"\telif [[ $prev == = ]]; then",
	"\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}",
	"\tfi",
	"\tcase $command in",
	"\thelp)",
	"\t\t_memlens_words \"$commands\"",
	"\t\treturn",
	"\t\t;;",
	NULL,
};

/* What an operand can be, asked of the program itself. */
static void bash_offers(void)
{
	puts("\t\telse\n\t\t\tcase $command in");
	for (size_t i = 0; i < commands_count; i++)
		if (takes_files(&commands[i]))
			printf("\t\t\t%s) _memlens_path ;;\n", commands[i].name);
		else if (commands[i].choices)
			printf("\t\t\t%s) _memlens_words '%s' ;;\n", commands[i].name,
			       commands[i].choices);
		else if (commands[i].offers)
			printf("\t\t\t%s) _memlens_words \"$(memlens %s 2>/dev/null)\" ;;\n",
			       commands[i].name, commands[i].offers);
	puts("\t\t\tesac");
}

static const char *const bash_words[] = {
	"\t*)",
	"\t\tif [[ $cur == -* ]]; then",
	"\t\t\t_memlens_words \"$options $shared\"",
	"\t\telif ((COMP_CWORD == 1)); then",
	"\t\t\t_memlens_words \"$commands\"",
	NULL,
};

static const char *const bash_tail[] = {
	"\t\tfi",
	"\t\t;;",
	"\tesac",
	"}",
	"complete -F _memlens memlens",
	NULL,
};

int complete_bash(void)
{
	put_lines(bash_head);
	bash_order();
	fputs("\n\tcommands='", stdout);
	put_command_words();
	puts("'");
	bash_options("shared", shared_opts, shared_opts_count);
	put_lines(bash_middle);
	for (size_t i = commands_count; i--;) /* the bare command, "*", is the first */
		bash_command(&commands[i]);
	puts("\tesac\n\tcase $command/$prev in");
	for (size_t i = commands_count; i--;) /* what a command has itself stands first */
		for (size_t j = 0; j < commands[i].nopts; j++)
			bash_argument(*commands[i].name ? commands[i].name : "*",
				      &commands[i].opts[j]);
	for (size_t i = 0; i < shared_opts_count; i++)
		bash_argument("*", &shared_opts[i]);
	put_lines(bash_words);
	bash_offers();
	put_lines(bash_tail);
	return 0;
}
