/* SPDX-License-Identifier: MIT */
/* screens: the keys and the screens of memlens top, as tables of a manual page. */
#include "gendoc/gendoc.h"

#include "top/keys.h"
#include "top/panels.h"

static void item(const char *words)
{
	fputs(".It Cm ", stdout);
	put_troff(words);
	puts("");
}

/* ".It" of a key and of the one that does the same. */
static void key_item(const struct binding *b)
{
	char name[KEY_NAME_MAX];

	fputs(".It Cm ", stdout);
	put_troff(key_name(b->key, name));
	if (b->alias) {
		fputs(" , ", stdout);
		put_troff(key_name(b->alias, name));
	}
	puts("");
}

int man_keys(const struct command *command)
{
	(void)command;
	puts(".Bl -tag -width Backspace");
	item("1 to 9");
	puts("a screen, see below.");
	for (size_t i = 0; i < bindings_count; i++) {
		if (!bindings[i].help)
			continue;
		key_item(&bindings[i]);
		put_troff(bindings[i].help);
		puts(".");
	}
	puts(".El");
	return 0;
}

static void command_lines(const struct panel *panel)
{
	puts(".Bd -literal -compact");
	for (size_t s = 0; s < panel_nsections(panel); s++) {
		fputs("memlens ", stdout);
		for (const char *p = panel->sections[s].words; *p; p++)
			if (p[0] == '%' && p[1] == 's') {
				fputs("SUBJECT", stdout);
				p++;
			} else if (*p == '-') {
				fputs("\\-", stdout);
			} else {
				putchar(*p);
			}
		puts("");
	}
	puts(".Ed");
}

int man_screens(const struct command *command)
{
	(void)command;
	puts(".Bl -tag -width Ds");
	for (size_t p = 0; p < panels_count; p++) {
		item(panels[p].id);
		if (panels[p].key)
			printf("(key\n.Cm %c )\n", panels[p].key);
		put_troff(panels[p].about);
		puts(".");
		command_lines(&panels[p]);
	}
	puts(".El");
	return 0;
}
