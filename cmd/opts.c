/* SPDX-License-Identifier: MIT */
/* opts: the options of the command line - declared in tables, parsed once. */
#include "opts.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "commands.h"
#include "when.h"

#define OPTS_MAX 64

#define FIELD(field) .offset = offsetof(struct opts, field)

const struct opt shared_opts[] = {
	{ 'J', "json", NULL, "print JSON: exact numbers in base units, unknown is null",
	  OPT_FORMAT, .value = FORMAT_JSON },
	{ 0, "csv", NULL, "print comma-separated values, exact, in base units", OPT_FORMAT,
	  .value = FORMAT_CSV },
	{ 'r', "raw", NULL, "print blank-separated values, exact, in base units", OPT_FORMAT,
	  .value = FORMAT_RAW },
	{ 'P', "pairs", NULL, "print KEY=\"value\" pairs, exact, in base units", OPT_FORMAT,
	  .value = FORMAT_PAIRS },
	{ 'o', "output", "LIST", "show these columns (KEY or TABLE.KEY); +KEY adds to the default",
	  OPT_STRING, FIELD(output) },
	{ 0, "output-all", NULL, "show all columns", OPT_FLAG, FIELD(output_all) },
	{ 0, "table", "LIST", "show these tables", OPT_STRING, FIELD(tables) },
	{ 'n', "noheadings", NULL, "print no headings, titles or notes", OPT_FLAG,
	  FIELD(style.noheadings) },
	{ 's', "sort", "KEY[:asc|:desc]", "sort the tables that have this column", OPT_STRING,
	  FIELD(sort) },
	{ 0, "filter", "EXPR", "keep rows for which EXPR holds, as in 'bytes > 1M and name ~ ^k'",
	  OPT_STRING, FIELD(filter) },
	{ 0, "top", "N", "show the first N rows of each table", OPT_TOP },
	{ 'k', "kib", NULL, "sizes in KiB", OPT_SCALE, .value = SCALE_KIB },
	{ 'b', "bytes", NULL, "sizes in bytes", OPT_SCALE, .value = SCALE_BYTES },
	{ 'h', "human", NULL, "sizes with a suffix, powers of 1024 (the default)", OPT_SCALE,
	  .value = SCALE_HUMAN },
	{ 0, "si", NULL, "sizes with a suffix, powers of 1000", OPT_SCALE, .value = SCALE_SI },
	{ 'd', "delay", "SECONDS", "print again after each delay", OPT_DELAY },
	{ 'c', "count", "N", "stop after N samples", OPT_COUNT },
	{ 0, "root", "PATH", "read the kernel files of a copied machine: a directory, an archive or a recording",
	  OPT_STRING, FIELD(root), .general = true },
	{ 0, "at", "TIME", "what was recorded then, as in 03:10 or -2h (see memlens-record(1))",
	  OPT_STRING, FIELD(at) },
	{ 0, "from", "TIME", "what was recorded between then", OPT_STRING, FIELD(from) },
	{ 0, "to", "TIME", "and then (now)", OPT_STRING, FIELD(to) },
	{ 0, "page-size", "BYTES", "page size of that machine, when its files do not tell",
	  OPT_PAGE_SIZE, .general = true },
	{ 0, "strict", NULL, "exit with 3 when a file that it reads was refused or not understood", OPT_FLAG,
	  FIELD(strict) },
	{ 0, "color", "WHEN", "auto, always or never", OPT_COLOR, .words = "auto always never" },
	{ 0, "ascii", NULL, "draw with ASCII only", OPT_FLAG, FIELD(style.ascii) },
	{ 0, "help", NULL, "print this help", OPT_HELP, FIELD(help), .general = true },
	{ 'V', "version", NULL, "print the version", OPT_VERSION, FIELD(version), .general = true },
};

const size_t shared_opts_count = sizeof(shared_opts) / sizeof(shared_opts[0]);

const struct opt *opts_at(const struct command *command, size_t i)
{
	for (size_t j = 0; j < shared_opts_count; j++)
		if ((command->report || shared_opts[j].general) && !i--)
			return &shared_opts[j];
	return i < command->nopts ? &command->opts[i] : NULL;
}

/* ---- arguments ---- */

static bool take_number(const char *s, double *ret)
{
	char *end;

	errno = 0;
	*ret = strtod(s, &end);
	return end != s && !*end && !errno && *ret >= 0 && *ret <= 1e9;
}

static bool take_count(const char *s, uint64_t *ret)
{
	double v;

	if (!take_number(s, &v) || v != (double)(uint64_t)v)
		return false;
	*ret = (uint64_t)v;
	return true;
}

static bool take_delay(const char *s, struct opts *ret)
{
	return take_number(s, &ret->delay) && ret->delay >= 0.001;
}

/* Seconds in a unit of time; 0: none of ours. */
static double unit_of_time(const char *s)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = {
		{ "", 1 }, { "ms", 1e-3 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(s, units[i].name) == 0)
			return units[i].seconds;
	return 0;
}

/* "50ms", "1.5s", "2", "10m", "2h", "7d": seconds, perhaps none. */
static bool take_span(const char *s, double *ret)
{
	char number[32];
	size_t n = strspn(s, "0123456789.");
	double unit = unit_of_time(s + n);

	if (n >= sizeof(number) || !unit)
		return false;
	memcpy(number, s, n);
	number[n] = '\0';
	if (!take_number(number, ret))
		return false;
	*ret *= unit;
	return true;
}

static bool take_duration(const char *s, double *ret)
{
	return take_span(s, ret) && *ret > 0;
}

/* "64K", "1.5M", "4096": bytes. */
static bool take_size(const char *s, uint64_t *ret)
{
	static const char units[] = "KMGT";
	size_t n = strspn(s, "0123456789.");
	const char *unit = s[n] ? strchr(units, s[n]) : NULL;
	char number[32];
	double v;

	if (!n || n >= sizeof(number) || (s[n] && (!unit || s[n + 1])))
		return false;
	memcpy(number, s, n);
	number[n] = '\0';
	if (!take_number(number, &v))
		return false;
	for (; unit && unit >= units; unit--)
		v *= 1024;
	*ret = (uint64_t)v;
	return true;
}

static bool color_is_wanted(void)
{
	const char *no = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE");
	const char *term = getenv("TERM");

	if (no && *no)
		return false;
	if (force && *force && strcmp(force, "0") != 0)
		return true;
	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

static bool take_color(const char *s, struct opts *ret)
{
	if (strcmp(s, "always") == 0)
		ret->style.color = true;
	else if (strcmp(s, "never") == 0)
		ret->style.color = false;
	else if (strcmp(s, "auto") == 0)
		ret->style.color = color_is_wanted();
	else
		return false;
	return true;
}

/* Bit of the table in the command's report. */
static ml_parts part_of(const struct command *command, const char *table, size_t n)
{
	const struct ml_report *report = ml_report_find(command->report);

	for (size_t i = 0; i < ml_report_ntables(report); i++) {
		const char *id = ml_table_id(ml_report_table(report, i));

		if (strlen(id) == n && memcmp(id, table, n) == 0)
			return 1ull << i;
	}
	return 0;
}

static bool take_tables(const struct command *command, const char *list, struct opts *ret)
{
	while (*list) {
		size_t n = strcspn(list, ",");
		ml_parts part = part_of(command, list, n);

		if (!part)
			return false;
		ret->parts |= part;
		list += n + (list[n] == ',');
	}
	return true;
}

/* "user": the table by_user. */
static bool take_by(const struct command *command, const char *arg, struct opts *ret)
{
	char table[32];
	int n = snprintf(table, sizeof(table), "by_%s", arg);
	ml_parts part = n < (int)sizeof(table) ? part_of(command, table, (size_t)n) : 0;

	ret->parts |= part;
	return part != 0;
}

static bool add_word(struct words *words, const char *arg)
{
	if (!*arg || words->n >= WORDS_MAX)
		return false;
	words->at[words->n++] = arg;
	return true;
}

static bool take_choice(const char *words, const char *arg, unsigned *ret)
{
	size_t n = strlen(arg), length;

	for (unsigned i = 0; *words; i++) {
		length = strcspn(words, " ");
		if (length == n && memcmp(words, arg, n) == 0) {
			*ret = i;
			return true;
		}
		words += length + (words[length] == ' ');
	}
	return false;
}

static bool apply(const struct command *command, const struct opt *o, const char *arg,
		  struct opts *ret)
{
	char *field = (char *)ret + o->offset;

	switch (o->kind) {
	case OPT_FORMAT:
		ret->format = (enum format)o->value;
		return true;
	case OPT_SCALE:
		ret->style.scale = (enum scale)o->value;
		return true;
	case OPT_BIT:
		*(unsigned *)(void *)field |= (unsigned)o->value;
		return true;
	case OPT_FLAG:
	case OPT_HELP:
	case OPT_VERSION:
		*(bool *)field = true;
		return true;
	case OPT_STRING:
		*(const char **)field = arg;
		return *arg != '\0';
	case OPT_WORDS:
		return add_word((struct words *)(void *)field, arg);
	case OPT_TABLES:
		return take_tables(command, o->table, ret);
	case OPT_ADD:
		ret->added |= part_of(command, o->table, strlen(o->table));
		return true;
	case OPT_BY:
		return take_by(command, arg, ret);
	case OPT_DELAY:
		return take_delay(arg, ret);
	case OPT_BUDGET:
		return take_duration(arg, &ret->budget);
	case OPT_INTERVAL:
		return take_duration(arg, &ret->interval) && ret->interval <= 86400;
	case OPT_EVERY:
		return take_duration(arg, &ret->delay) && ret->delay >= 0.001;
	case OPT_TIMES:
		*(unsigned *)(void *)field += 1;
		return true;
	case OPT_CHOICE:
		return take_choice(o->words, arg, (unsigned *)(void *)field);
	case OPT_DURATION:
		return take_duration(arg, (double *)(void *)field) &&
		       *(double *)(void *)field <= 86400;
	case OPT_SPAN:
		return take_span(arg, (double *)(void *)field);
	case OPT_NUMBER:
		return take_count(arg, (uint64_t *)field) && *(uint64_t *)field > 0;
	case OPT_SIZE:
		return take_size(arg, (uint64_t *)field);
	case OPT_SAMPLES:
		return take_count(arg, &ret->samples) && ret->samples > 0 &&
		       ret->samples <= 1000;
	case OPT_COUNT:
		return take_count(arg, &ret->count) && ret->count > 0;
	case OPT_DEPTH:
		return take_count(arg, &ret->depth) && ret->depth < 256;
	case OPT_TOP:
		return take_count(arg, &ret->top) && ret->top > 0;
	case OPT_PAGE_SIZE:
		return take_count(arg, &ret->page_size);
	case OPT_COLOR:
		return take_color(arg, ret);
	}
	return false;
}

/* ---- getopt ---- */

static void fill_getopt(const struct command *command, struct option *longs,
			char *letters)
{
	const struct opt *o;
	size_t n = 0;

	*letters++ = ':';
	for (; (o = opts_at(command, n)); n++) {
		longs[n] = (struct option){ o->name,
					    o->arg ? required_argument : no_argument,
					    NULL, 256 + (int)n };
		if (!o->letter)
			continue;
		*letters++ = o->letter;
		if (o->arg)
			*letters++ = ':';
	}
	longs[n] = (struct option){ 0 };
	*letters = '\0';
}

static const struct opt *by_letter(const struct command *command, int letter)
{
	const struct opt *o;

	if (letter >= 256)
		return opts_at(command, (size_t)letter - 256);
	for (size_t i = 0; (o = opts_at(command, i)); i++)
		if (o->letter == letter)
			return o;
	return NULL;
}

static int usage(const struct command *command, const char *what, const char *subject)
{
	return complain(EXIT_USAGE, "%s: %s (memlens %s%s--help)", subject, what,
			command->name, *command->name ? " " : "");
}

/* Of a cluster like -xJ the letter, of a long option the word. */
static int unknown_option(const struct command *command, const char *word)
{
	char letter[] = { '-', (char)optopt, '\0' };

	if (optopt >= 256)
		return usage(command, "takes no value", word);
	return usage(command, "unknown option", optopt ? letter : word);
}

static int take_options(const struct command *command, int argc, char **argv,
			struct opts *ret)
{
	struct option longs[OPTS_MAX + 1];
	char letters[OPTS_MAX * 2 + 3];
	const struct opt *o;
	int letter;

	fill_getopt(command, longs, letters);
	opterr = 0;
	optind = 1;
	while ((letter = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (letter == ':')
			return usage(command, "needs an argument", argv[optind - 1]);
		o = letter == '?' ? NULL : by_letter(command, letter);
		if (!o)
			return unknown_option(command, argv[optind - 1]);
		if (!apply(command, o, optarg, ret)) {
			char subject[80];

			snprintf(subject, sizeof(subject), "--%s %.40s", o->name,
				 optarg ? optarg : "");
			return usage(command, "not a valid value", subject);
		}
	}
	return 0;
}

static int take_named(const struct command *command, int argc, char **argv,
		      struct opts *ret)
{
	size_t n = (size_t)(argc - optind);

	ret->operands = argv + optind;
	ret->noperands = n;
	if (n < command->least)
		return usage(command, "is missing", command->operand);
	if (n > command->most)
		return usage(command, "one operand too many",
			     ret->operands[command->most]);
	return 0;
}

/* "delay [count]" after the options. */
static int take_delay_count(const struct command *command, int argc, char **argv,
			    struct opts *ret)
{
	if (optind < argc && *argv[optind] && command_find(argv[optind]))
		return usage(command, "the command comes before its options",
			     argv[optind]);
	if (optind < argc && !take_delay(argv[optind], ret))
		return usage(command,
			     "unexpected operand, a delay in seconds can stand here",
			     argv[optind]);
	if (optind + 1 < argc &&
	    (!take_count(argv[optind + 1], &ret->count) || !ret->count))
		return usage(command, "not a count", argv[optind + 1]);
	if (optind + 2 < argc)
		return usage(command, "one operand too many", argv[optind + 2]);
	return 0;
}

/* ---- terminal ---- */

static size_t terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ||
	    !size.ws_col)
		return 0;
	return size.ws_col;
}

/* What is added stands beside what was chosen, or beside the default. */
static void choose_parts(const struct command *command, struct opts *ret)
{
	if (!ret->parts && ret->added)
		ret->parts = ml_report_default_parts(ml_report_find(command->report));
	ret->parts |= ret->added;
}

int opts_parse(const struct command *command, int argc, char **argv, struct opts *ret)
{
	bool utf8 = locale_is_utf8();
	int rc;

	*ret = (struct opts){
		.format = FORMAT_TEXT,
		.style = { .scale = SCALE_HUMAN,
			   .color = color_is_wanted(),
			   .ascii = !utf8,
			   .utf8 = utf8,
			   .width = terminal_width() },
		.min = 4096,
		.depth = 1,
	};
	rc = take_options(command, argc, argv, ret);
	if (ret->help || ret->version)
		return rc;
	if (!rc)
		rc = (command->operand ? take_named : take_delay_count)(command, argc,
									argv, ret);
	if (!rc && ret->tables && !take_tables(command, ret->tables, ret))
		rc = usage(command, "no such table", ret->tables);
	if (!rc && ret->page_size && !ret->root && !(command->roots && ret->noperands) &&
	    !ret->at && !ret->from)
		rc = usage(command, "the page size of this machine is known",
			   "--page-size");
	choose_parts(command, ret);
	if (!ret->top && !ret->everything && ret->format == FORMAT_TEXT)
		ret->top = command->top;
	if (!rc && ret->count > 1 && !ret->delay)
		ret->delay = 1;
	return rc;
}
