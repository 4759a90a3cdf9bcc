/* SPDX-License-Identifier: MIT */
/* request: the command line that a section of a screen stands for, parsed. */
#include "top/request.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_ROOM 24

static int add_word(struct request *r, const char *word, size_t n)
{
	if (r->nwords + 1 >= WORDS_ROOM)
		return complain(EXIT_FAILED, "too many words");
	r->words[r->nwords] = strndup(word, n);
	if (!r->words[r->nwords])
		return complain(EXIT_FAILED, "out of memory");
	r->nwords++;
	return 0;
}

static int add_option(struct request *r, const char *name, const char *value)
{
	int rc = value ? add_word(r, name, strlen(name)) : 0;

	return rc || !value ? rc : add_word(r, value, strlen(value));
}

/* "map %s --table total" with the subject in its place, whatever is in that. */
static int split(struct request *r, const char *words, const char *subject)
{
	int rc = 0;

	while (*words && !rc) {
		size_t n = strcspn(words, " ");
		bool is_subject = n == 2 && !memcmp(words, "%s", 2);
		const char *word = is_subject && subject ? subject : words;

		rc = add_word(r, word, is_subject && subject ? strlen(subject) : n);
		words += n + (words[n] == ' ');
	}
	return rc;
}

static const char *columns_of(const struct section *section, const struct want *want)
{
	bool first = section == want->panel->sections;

	if (first && want->columns)
		return want->columns;
	return want->growth ? section->growth : NULL;
}

/* The bare command has no name. */
static const struct command *find_command(const char *name)
{
	return command_find(strcmp(name, "overview") == 0 ? "" : name);
}

static int add_words(struct request *r, const struct section *section,
		     const struct want *want)
{
	bool first = section == want->panel->sections;
	int rc = split(r, section->words, want->subject);

	if (!rc)
		rc = add_option(r, "-o", columns_of(section, want));
	if (!rc && first)
		rc = add_option(r, "--filter", want->filter);
	if (!rc && first)
		rc = add_option(r, "--sort", want->sort);
	return rc;
}

/* What cmd_doctor does beside. */
static int take_config(struct request *r, const char *config)
{
	int rc;

	r->opts.config = config;
	rc = config_load(&r->opts, &r->config);
	config_judge(&r->config, &r->opts.judging);
	return rc;
}

int request_init(const struct section *section, const struct want *want,
		 const char *config, struct request *ret)
{
	struct request r = { 0 };
	int rc;

	r.words = calloc(WORDS_ROOM, sizeof(*r.words));
	rc = r.words ? add_words(&r, section, want)
		     : complain(EXIT_FAILED, "out of memory");
	if (!rc) {
		r.command = r.nwords ? find_command(r.words[0]) : NULL;
		r.report = r.command ? ml_report_find(r.command->report) : NULL;
		rc = r.report
			     ? 0
			     : complain(EXIT_USAGE, "%s: no such report", section->words);
	}
	if (!rc)
		rc = opts_parse(r.command, (int)r.nwords, r.words, &r.opts);
	if (!rc && r.command->pair)
		rc = take_config(&r, config);
	if (!rc) {
		r.opts.top = 0; /* a screen can be scrolled */
		r.opts.style.scale = want->scale;
		*ret = r;
		rc = ask(r.command, &ret->opts, &ret->asked);
		if (rc)
			request_deinit(ret);
		return rc;
	}
	request_deinit(&r);
	return rc;
}

void request_deinit(struct request *r)
{
	asked_deinit(&r->asked);
	config_deinit(&r->config);
	for (size_t i = 0; i < r->nwords; i++)
		free(r->words[i]);
	free(r->words);
	*r = (struct request){ 0 };
}

/* ---- the words again ---- */

static bool is_plain(const char *word)
{
	return *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
					   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789_-+=,./:@%")];
}

/* Between single quotes, where these are needed. */
static void put_word(FILE *out, const char *word)
{
	if (is_plain(word)) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	fputc('\'', out);
}

/* Milliseconds count: the sample itself is meant, not the one before it. */
static void put_root(FILE *out, const char *root, uint64_t at_ms)
{
	if (at_ms)
		fprintf(out, " --at @%llu.%03u", (unsigned long long)at_ms / 1000,
			(unsigned)(at_ms % 1000));
	if (root) {
		fputs(" --root ", out);
		put_word(out, root);
	}
}

char *request_line(const struct request *r, const char *root, uint64_t at_ms)
{
	char *line = NULL;
	size_t n;
	FILE *out = open_memstream(&line, &n);

	if (!out)
		return NULL;
	fputs("memlens", out);
	for (size_t i = 0; i < r->nwords; i++) {
		if (!i && !*r->command->name)
			continue;
		fputc(' ', out);
		put_word(out, r->words[i]);
	}
	put_root(out, root, at_ms);
	if (fclose(out)) {
		free(line);
		return NULL;
	}
	return line;
}
