/* SPDX-License-Identifier: MIT */
/* cmd_check: the rules as a monitoring plugin. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "check/check.h"
#include "commands.h"
#include "config.h"
#include "handover.h"
#include "recordings.h"

#define TIMEOUT_SECONDS 10.0
#define SAMPLE_SECONDS 1.0

/* Names that monitoring people know, where one rule is what they mean. */
static const struct {
	const char *name, *rule;
} aliases[] = {
	{ "mem.available",      "mem.avail.low"        },
	{ "swap.used",          "swap.full"            },
	{ "swap.io",            "swap.storm"           },
	{ "psi.full",           "psi.mem.full"         },
	{ "psi.some",           "psi.mem.some"         },
	{ "oom.kills",          "oom.kill.recent"      },
	{ "slab.unreclaimable", "slab.unreclaim.large" },
	{ "vmalloc.used",       "vmalloc.large"        },
};

/* Everything that lives through one check. */
struct check {
	const struct opts *opts;
	const struct ml_report *report;
	const char **rules; /* as they are called; NULL: all */
	size_t nrules;
	struct config config;
	struct ml_judging judging;
	struct ml_query query;
	struct check_policy policy;
	unsigned bad, runs;    /* of --tolerate; 0: it was not given */
	bool rates, processes; /* what the rules want of two samples */
	struct ml_ctx *ctx;
	struct ml_root *root;
	struct ml_root *first;  /* of a copy with two samples, or the state */
	struct ml_root *kept;  /* the state that was loaded */
	struct ml_str notes;   /* that it holds */
	const char *trouble;   /* why there is no state */
	struct ml_watch *watch; /* of recordings; NULL: none are looked at */
	struct ml_snap *prev, *cur;
	struct ml_result *result;
};

/* ---- when there is nothing to tell ---- */

static int unknown(const char *text)
{
	char *safe = safe_string_but((struct ml_str){ text, strlen(text) },
				     locale_is_utf8(), "|");

	printf("MEMLENS UNKNOWN - %s\n", safe ? safe : "out of memory");
	free(safe);
	return CHECK_UNKNOWN;
}

int check_refuse(void)
{
	return unknown(complaint());
}

static int give_up(const struct check *c, const char *text)
{
	if (!c->opts->quiet)
		unknown(text);
	return c->opts->plugin == CHECK_NPD ? 2 : CHECK_UNKNOWN;
}

static int fail(const struct check *c)
{
	return give_up(c, ml_ctx_error(c->ctx));
}

/* For the signal handler. */
static char timeout_text[80];
static int timeout_status = CHECK_UNKNOWN;

static void end_at_once(int number)
{
	(void)number;
	_exit(timeout_status);
}

/* The reader of our output may be what does not answer. */
static void end_in_time(int number)
{
	ssize_t ignored;

	(void)number;
	signal(SIGALRM, end_at_once);
	alarm(1);
	ignored = write(STDOUT_FILENO, timeout_text, strlen(timeout_text));
	(void)ignored;
	_exit(timeout_status);
}

static int start_timeout(const struct check *c)
{
	const struct opts *opts = c->opts;
	double seconds = opts->timeout ? opts->timeout : TIMEOUT_SECONDS;
	struct sigaction action = { .sa_handler = end_in_time, .sa_flags = SA_NODEFER };
	struct itimerval timer = {
		.it_value = { (time_t)seconds,
			      (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6) }
	};

	if (!opts->quiet)
		snprintf(timeout_text, sizeof(timeout_text),
			 "MEMLENS UNKNOWN - no answer within %g s\n", seconds);
	if (opts->plugin == CHECK_NPD)
		timeout_status = 2;
	sigaction(SIGALRM, &action, NULL);
	signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error of write(2) then */
	return setitimer(ITIMER_REAL, &timer, NULL) ? give_up(c, strerror(errno)) : 0;
}

/* ---- what is asked ---- */

static bool is_rule(const char *name)
{
	struct ml_rule_info info;

	for (size_t i = 0; i < ml_rule_count(); i++) {
		ml_rule_at(i, &info);
		if (strcmp(info.id, name) == 0)
			return true;
	}
	return false;
}

static const char *rule_called(const char *name)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(aliases[i].name, name) == 0 && !is_rule(name))
			return aliases[i].rule;
	return name;
}

/* Whether any of them compares two samples, and of what. */
static void look_at_rules(struct check *c)
{
	struct ml_rule_info info;

	for (size_t i = 0; i < ml_rule_count(); i++) {
		bool named = !c->nrules;

		ml_rule_at(i, &info);
		for (size_t k = 0; k < c->nrules; k++)
			named |= strcmp(c->rules[k], info.id) == 0;
		c->rates |= named && info.rate;
		c->processes |= named && info.rate && info.processes;
	}
}

static int take_rules(struct check *c)
{
	const struct opts *opts = c->opts;

	c->rules = calloc(opts->noperands + 1, sizeof(*c->rules));
	if (!c->rules)
		return give_up(c, "out of memory");
	for (size_t i = 0; i < opts->noperands; i++)
		c->rules[c->nrules++] = rule_called(opts->operands[i]);
	look_at_rules(c);
	return 0;
}

static int take_words(struct check *c)
{
	const struct opts *opts = c->opts;

	if (opts->tolerate && !check_tolerance_parse(opts->tolerate, &c->bad, &c->runs))
		return give_up(c, "--tolerate: not N/M, of which M is 64 at most");
	if (opts->tolerate && !opts->state)
		return give_up(c, "--tolerate: needs --state, to know the runs before");
	if ((opts->warn || opts->crit) && !opts->noperands)
		return give_up(c, "--warning and --critical: need the names of rules");
	if (c->rates && (opts->interval ? opts->interval : SAMPLE_SECONDS) >=
				(opts->timeout ? opts->timeout : TIMEOUT_SECONDS))
		return give_up(c, "--timeout: not longer than --sample");
	return 0;
}

static ml_parts parts_of(const struct ml_report *report)
{
	static const char *const names[] = { "findings", "ignored", "skipped", "checked",
					     "measures" };
	ml_parts parts = 0;

	for (size_t i = 0; i < ml_report_ntables(report); i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (!strcmp(ml_table_id(ml_report_table(report, i)), names[k]))
				parts |= 1ull << i;
	return parts;
}

static void make_query(struct check *c)
{
	c->judging = (struct ml_judging){
		.rules = c->nrules ? c->rules : NULL,
		.nrules = c->nrules,
		.warn = c->opts->warn,
		.crit = c->opts->crit,
		.remarks = true,
	};
	config_judge(&c->config, &c->judging);
	c->query =
		(struct ml_query){ .parts = parts_of(c->report), .judging = &c->judging };
	c->policy = (struct check_policy){ .named = c->nrules > 0,
					   .ranges = c->opts->warn || c->opts->crit,
					   .absent = (enum check_absent)c->opts->absent };
}

static int prepare(struct check *c)
{
	int rc = take_rules(c);

	if (!rc)
		rc = take_words(c);
	if (!rc && config_load(c->opts, &c->config))
		rc = give_up(c, complaint());
	if (rc)
		return rc;
	make_query(c);
	if (ml_ctx_new(&c->ctx))
		return give_up(c, "out of memory");
	ml_ctx_set_opener(c->ctx, archive_opener);
	return ml_judging_check(c->ctx, &c->judging) ? fail(c) : start_timeout(c);
}

/* ---- two samples ---- */

static int open_root(struct check *c)
{
	const struct opts *opts = c->opts;

	/* trends of recordings are held against the machine as it is now, unless it is
	 * another one */
	if (opts->from && opts->root)
		return open_recorded(c->ctx, opts, NULL, &c->root)
			       ? give_up(c, complaint())
			       : 0;
	if (ml_root_open(c->ctx, opts->root, &c->root))
		return fail(c);
	if (opts->page_size && ml_root_set_page_size(c->root, opts->page_size))
		return fail(c);
	return 0;
}

static int take(struct check *c, struct ml_root *root, struct ml_snap **ret)
{
	return ml_snap_take(root, c->report, &c->query, ret) ? fail(c) : 0;
}

/* What cannot be used is as if there were none, but for a line about it. */
static int load_state(struct check *c)
{
	int rc = ml_state_load(c->ctx, c->opts->state, c->root, &c->kept, &c->notes);
	static char text[256];

	if (rc == -ENOENT || !rc)
		return 0;
	if (rc == -ENOMEM)
		return fail(c);
	snprintf(text, sizeof(text), "state ignored: %s", ml_ctx_error(c->ctx));
	c->trouble = text;
	return 0;
}

static void wait_for(double seconds)
{
	struct timespec time = { (time_t)seconds,
				 (long)((seconds - (double)(time_t)seconds) * 1e9) };

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

/* The earlier instant: of the run before, of the copy, or of now. */
static int take_earlier(struct check *c)
{
	int rc;

	if (!c->rates)
		return 0;
	if (c->kept)
		return take(c, c->kept, &c->prev);
	if (!ml_root_is_live(c->root)) {
		if (ml_root_sample(c->root, 2, &c->first))
			return 0;
		rc = take(c, c->root, &c->prev);
		ml_root_unref(c->root);
		c->root = c->first;
		c->first = NULL;
		return rc;
	}
	rc = take(c, c->root, &c->prev);
	if (!rc)
		wait_for(c->opts->interval ? c->opts->interval : SAMPLE_SECONDS);
	return rc;
}

/* ---- recordings, for trends ---- */

static int see_recorded(struct ml_root *root, void *data)
{
	struct check *c = data;
	struct ml_snap *snap;
	int rc;

	c->judging.earlier = true;
	rc = take(c, root, &snap);
	c->judging.earlier = false;
	if (rc)
		return rc;
	if (ml_watch_add(c->watch, snap))
		rc = fail(c);
	ml_snap_unref(snap);
	return rc;
}

static int take_recorded(struct check *c)
{
	if (!c->opts->from)
		return 0;
	if (ml_watch_new(c->ctx, 0, &c->watch))
		return fail(c);
	c->query.watch = c->watch;
	if (each_recorded(c->ctx, c->opts, see_recorded, c))
		return give_up(c, complaint());
	return 0;
}

static int take_last(struct check *c)
{
	int rc = take(c, c->root, &c->cur);

	return rc || !c->watch || !ml_watch_add(c->watch, c->cur) ? rc : fail(c);
}

static int take_both(struct check *c)
{
	int rc = open_root(c);

	if (!rc)
		rc = take_recorded(c);
	if (!rc && c->opts->state)
		rc = load_state(c);
	if (!rc)
		rc = take_earlier(c);
	if (!rc && c->opts->state &&
	    ml_root_keep(c->root, c->processes ? ML_KEEP_PROCESSES : ML_KEEP_HOST, 0))
		rc = fail(c);
	return rc ? rc : take_last(c);
}

/* ---- the verdict ---- */

/* The old state stays when the new one cannot be written; the check answers anyway. */
static void save_state(const struct check *c, const char *notes, struct check_verdict *v)
{
	if (ml_state_save(c->root, c->opts->state,
			  (struct ml_str){ notes, strlen(notes) }))
		check_note(v, "state: %s", ml_ctx_error(c->ctx));
}

static int keep_state(struct check *c, struct check_verdict *v)
{
	char *notes = NULL;

	if (c->trouble)
		check_note(v, "%s", c->trouble);
	if (c->runs) {
		if (check_tolerate(v, c->notes, c->bad, c->runs, &notes))
			return give_up(c, "out of memory");
		check_settle(v, &c->policy);
	}
	if (c->opts->state)
		save_state(c, notes ? notes : "", v);
	free(notes);
	return 0;
}

static int print(const struct check *c, const struct check_verdict *v)
{
	const struct opts *opts = c->opts;
	enum check_format format = opts->format == FORMAT_JSON
					   ? CHECK_JSON
					   : (enum check_format)opts->plugin;

	if (opts->quiet)
		return format == CHECK_NPD ? check_npd_status(v, !opts->npd_warn)
					   : (int)v->state;
	switch (format) {
	case CHECK_PLUGIN:
		return check_print_plugin(v, opts->verbosity, stdout);
	case CHECK_NPD:
		return check_print_npd(v, !opts->npd_warn, stdout);
	case CHECK_JSON:
		return check_print_json(v, stdout);
	case CHECK_JUNIT:
		return check_print_junit(v, stdout);
	}
	return CHECK_UNKNOWN;
}

static int tell(struct check *c)
{
	struct check_verdict v;
	int rc;

	if (ml_report_build(c->ctx, c->report, &c->query, c->prev, c->cur, &c->result))
		return fail(c);
	if (check_verdict_init(c->result, &c->policy, &v))
		return give_up(c, "out of memory");
	rc = keep_state(c, &v);
	if (!rc)
		rc = print(c, &v);
	check_verdict_deinit(&v);
	if (fflush(stdout))
		return complain(CHECK_UNKNOWN, "standard output: %s", strerror(errno));
	return rc;
}

static void deinit(struct check *c)
{
	ml_result_unref(c->result);
	ml_snap_unref(c->prev);
	ml_snap_unref(c->cur);
	ml_watch_free(c->watch);
	ml_root_unref(c->kept);
	ml_root_unref(c->root);
	ml_ctx_free(c->ctx);
	config_deinit(&c->config);
	free(c->rules);
}

/* ---- without looking ---- */

static int explain(const struct opts *opts)
{
	const struct command *command = command_find("explain");
	char *words[] = { (char *)(uintptr_t)rule_called(opts->explain), NULL };
	struct opts o = *opts;

	if (!is_rule(words[0])) {
		complain(EXIT_USAGE, "there is no rule \"%s\" (memlens check --list)",
			 opts->explain);
		return CHECK_UNKNOWN;
	}
	o.operands = words;
	o.noperands = 1;
	return run_report(command, &o);
}

int cmd_check(const struct command *command, const struct opts *opts)
{
	struct check c = { .opts = opts, .report = ml_report_find("doctor") };
	int rc;

	(void)command;
	if (opts->list) {
		check_list(opts->format == FORMAT_JSON || opts->plugin == CHECK_JSON,
			   opts->quiet, stdout);
		return CHECK_OK;
	}
	if (opts->explain)
		return explain(opts);
	rc = prepare(&c);
	if (!rc)
		rc = take_both(&c);
	if (!rc)
		rc = tell(&c);
	deinit(&c);
	return rc;
}
