/* SPDX-License-Identifier: MIT */
/* cmd_capture: copies a machine into a directory or an archive. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "handover.h"

/* ---- signals: what is unfinished is removed before they end us ---- */

static volatile sig_atomic_t caught;

static const int endings[] = { SIGINT, SIGTERM, SIGHUP };

static void catch (int number)
{
	caught = number;
}

static bool is_stopped(void *data)
{
	(void)data;
	return caught != 0;
}

/* Reads and sleeps are interrupted; a signal that was ignored (nohup) stays so. */
static void catch_endings(void)
{
	struct sigaction action = { .sa_handler = catch }, old;

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (!sigaction(endings[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(endings[i], &action, NULL);
	signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error of write(2) then */
	signal(SIGPIPE, SIG_IGN);
}

static void end_as_caught(void)
{
	if (!caught)
		return;
	signal((int)caught, SIG_DFL);
	raise((int)caught);
}

/* ---- what became of it ---- */

static const char *plural(uint64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

static void print_size(uint64_t bytes, char ret[static CELL_MAX])
{
	static const struct ml_col col = { .type = ML_TYPE_U64, .unit = ML_UNIT_BYTES };
	struct ml_value value = { .type = ML_TYPE_U64, .known = true, .u64 = bytes };

	cell_number(&col, &value, SCALE_HUMAN, ret);
}

static void summarise(const char *path, const struct ml_captured *sums)
{
	char *name = safe_string((struct ml_str){ path, strlen(path) }, locale_is_utf8());
	char size[CELL_MAX];

	print_size(sums->bytes, size);
	printf("%s: %llu files, %s, %llu processes, %llu refused, %.1f s\n",
	       name ? name : "capture", (unsigned long long)sums->files, size,
	       (unsigned long long)sums->processes, (unsigned long long)sums->denied,
	       sums->seconds);
	free(name);
	if (sums->denied)
		complain(0, "%llu %s refused, which MANIFEST lists%s",
			 (unsigned long long)sums->denied,
			 plural(sums->denied, "file was", "files were"),
			 geteuid() ? " (root can read more)" : "");
	if (sums->cut)
		complain(0,
			 "%llu %s too large or too slow to be taken whole (see MANIFEST)",
			 (unsigned long long)sums->cut,
			 plural(sums->cut, "file was", "files were"));
}

static int capture(struct ml_ctx *ctx, const struct opts *opts)
{
	struct ml_capture what = {
		.path = opts->operands[0],
		.redact = opts->redact,
		.samples = (unsigned)opts->samples,
		.interval = opts->interval ? opts->interval : 1,
		.stopped = is_stopped,
	};
	struct ml_captured sums;
	struct ml_root *root;
	int rc = ml_root_open(ctx, opts->root, &root);

	if (rc)
		return complain(EXIT_UNREADABLE, "%s", ml_ctx_error(ctx));
	rc = opts->page_size ? ml_root_set_page_size(root, opts->page_size) : 0;
	if (!rc)
		rc = ml_capture(ctx, root, &what, &sums);
	ml_root_unref(root);
	if (rc)
		return complain(rc == -EINVAL ? EXIT_USAGE : EXIT_FAILED, "%s",
				ml_ctx_error(ctx));
	summarise(what.path, &sums);
	return EXIT_DONE;
}

int cmd_capture(const struct command *command, const struct opts *opts)
{
	struct ml_ctx *ctx;
	int status;

	if (is_foreign_archive(opts->operands[0]))
		return complain(EXIT_USAGE,
				"%s: not a name of a folder, .tar, .tar.zst, .tar.gz or "
				".tar.xz (memlens %s --help)",
				opts->operands[0], command->name);
	if (ml_ctx_new(&ctx))
		return complain(EXIT_FAILED, "out of memory");
	ml_ctx_set_opener(ctx, archive_opener);
	catch_endings();
	status = capture(ctx, opts);
	ml_ctx_free(ctx);
	if (status)
		end_as_caught();
	return status;
}
