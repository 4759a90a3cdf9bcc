/* SPDX-License-Identifier: MIT */
/* ask: turns the options of a command into the query of its report. */
#include "ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int select_columns(const struct command *command, const struct opts *opts, bool delta,
		   struct selection *ret)
{
	const struct choice choice = {
		.report = ml_report_find(command->report),
		.parts = opts->parts,
		.format = opts->format,
		.spec = opts->output,
		.all = opts->output_all,
		.delta = delta,
	};
	const char *bad = NULL;
	int rc = selection_init(&choice, ret, &bad);

	if (!rc)
		return 0;
	selection_deinit(ret);
	if (!bad)
		return complain(EXIT_FAILED, "%s", strerror(-rc));
	return complain(EXIT_USAGE, "--output %s: no such column (memlens %s%s--help)",
			bad, command->name, *command->name ? " " : "");
}

/* A number above all pids is one that no process has. */
static int take_pid(const struct command *command, const char *word, size_t n,
		    struct asked *ret)
{
	char *end;

	ret->pids[ret->query.npids++] = strtoull(word, &end, 10);
	if (n && *word >= '0' && *word <= '9' && end == word + n)
		return 0;
	return complain(EXIT_USAGE, "%.*s: not a process id (memlens %s --help)", (int)n,
			word, command->name);
}

static int take_pid_operands(const struct command *command, const struct opts *opts,
			     struct asked *ret)
{
	int rc = 0;

	for (size_t i = 0; i < opts->noperands && !rc; i++)
		rc = take_pid(command, opts->operands[i], strlen(opts->operands[i]), ret);
	return rc;
}

/* "12,345" */
static int take_pid_list(const struct command *command, const struct opts *opts,
			 struct asked *ret)
{
	const char *p = opts->pids;
	int rc = 0;

	for (bool more = true; more && !rc;) {
		size_t n = strcspn(p, ",");

		rc = take_pid(command, p, n, ret);
		more = p[n] == ',';
		p += n + more;
	}
	return rc;
}

static int take_pids(const struct command *command, const struct opts *opts,
		     struct asked *ret)
{
	bool operands = command->pids && opts->noperands;

	if (!operands && !opts->pids)
		return 0;
	ret->pids = calloc(operands ? opts->noperands : strlen(opts->pids) + 1,
			   sizeof(*ret->pids));
	if (!ret->pids)
		return complain(EXIT_FAILED, "out of memory");
	ret->query.pids = ret->pids;
	return (operands ? take_pid_operands : take_pid_list)(command, opts, ret);
}

static void take_paths(const struct command *command, const struct opts *opts,
		       struct asked *ret)
{
	if (!command->paths || !opts->noperands)
		return;
	ret->query.paths = (const char *const *)opts->operands;
	ret->query.npaths = opts->noperands;
}

/* A term of several words needs no quotes. */
static int take_term(const struct command *command, const struct opts *opts,
		     struct asked *ret)
{
	size_t n = 0;
	char *out;

	if (command->pids || command->paths || command->roots || !opts->noperands)
		return 0;
	for (size_t i = 0; i < opts->noperands; i++)
		n += strlen(opts->operands[i]) + 1;
	ret->term = out = calloc(n, 1);
	if (!out)
		return complain(EXIT_FAILED, "out of memory");
	for (size_t i = 0; i < opts->noperands; i++)
		out = stpcpy(stpcpy(out, i ? " " : ""), opts->operands[i]);
	ret->query.term = ret->term;
	return 0;
}

/* What the columns on show do not need is not read. */
static int take_columns(const struct command *command, const struct opts *opts,
			struct asked *ret)
{
	struct selection selection;
	size_t n = 0;
	int rc = select_columns(command, opts, opts->delay > 0, &selection);

	if (rc)
		return rc;
	for (size_t t = 0; t < selection.ntables; t++)
		n += selection.ncols[t];
	ret->cols = calloc(n + 1, sizeof(const struct ml_col *));
	for (size_t t = 0; ret->cols && t < selection.ntables; t++) {
		memcpy(ret->cols + ret->query.ncols, selection.cols[t],
		       selection.ncols[t] * sizeof(const struct ml_col *));
		ret->query.ncols += selection.ncols[t];
	}
	ret->query.cols = ret->cols;
	selection_deinit(&selection);
	return ret->cols ? 0 : complain(EXIT_FAILED, "out of memory");
}

int ask(const struct command *command, const struct opts *opts, struct asked *ret)
{
	int rc;

	*ret = (struct asked){ 0 };
	ret->query = (struct ml_query){
		.parts = opts->parts,
		.filter = opts->filter,
		.sort = opts->sort,
		.group = opts->group,
		.budget = opts->budget,
		.depth = (unsigned)opts->depth,
		.repeats = opts->delay > 0,
		.min = opts->min,
		.seconds = opts->interval,
		.stopped = opts->stopped,
		.judging = &opts->judging,
		.age = opts->age,
		.min_window = opts->min_window,
		.watching = opts->watching,
		.series = opts->series,
	};
	take_paths(command, opts, ret);
	rc = take_pids(command, opts, ret);
	if (!rc)
		rc = take_term(command, opts, ret);
	return rc ? rc : take_columns(command, opts, ret);
}

void asked_deinit(struct asked *asked)
{
	free(asked->cols);
	free(asked->pids);
	free(asked->term);
}
