/* SPDX-License-Identifier: MIT */
/*
 * gendoc: what is written about the command, from its registers - tables of manual pages,
 * shell completions, the JSON schema, the rules. Runs when memlens is built.
 */
#include "gendoc/gendoc.h"

#include <string.h>

static int complete(const char *shell)
{
	static const struct {
		const char *shell;
		int (*print)(void);
	} shells[] = {
		{ "bash", complete_bash },
		{ "zsh", complete_zsh },
		{ "fish", complete_fish },
	};

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(shells[i].shell, shell) == 0)
			return shells[i].print();
	fprintf(stderr, "gendoc: %s: no such shell\n", shell);
	return -1;
}

static const struct {
	const char *name;
	int nargs;
	int (*print)(const char *arg);
} documents[] = {
	{ "man", 1, man },
	{ "completion", 1, complete },
	{ "schema", 0, schema },
	{ "rules", 0, rules },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		if (argc != 2 + documents[i].nargs ||
		    strcmp(argv[1], documents[i].name) != 0)
			continue;
		if (documents[i].print(argv[2]) || fclose(stdout))
			return 1;
		return 0;
	}
	fputs("usage: gendoc man NAME | completion SHELL | schema | rules\n", stderr);
	return 2;
}
