/* SPDX-License-Identifier: MIT */
/* recorded: which instants of a recording are meant. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "recordings.h"
#include "when.h"

#define SYSTEM_FOLDER "/var/lib/memlens"

bool is_recorded(const struct opts *opts)
{
	return opts->at || opts->from || opts->to;
}

/* That of the system for who may write there, else that of the user. */
bool recordings_folder(char *ret, size_t room)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n = -1;

	if (!geteuid())
		n = snprintf(ret, room, "%s", SYSTEM_FOLDER);
	else if (state && *state == '/')
		n = snprintf(ret, room, "%s/memlens", state);
	else if (home && *home == '/')
		n = snprintf(ret, room, "%s/.local/state/memlens", home);
	return n > 0 && (size_t)n < room;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Where nothing was recorded just then, what stands for it is told. */
static void tell_distance(const char *asked, uint64_t wall_ms,
			  const struct recorded *found)
{
	uint64_t usual = found->interval_ms == ML_NONE ? 60000 : found->interval_ms;
	char then[32];

	print_when(found->wall_ms, then);
	if (found->damaged)
		complain(0, "%s: %u damaged sample%s passed over: this is %s", asked,
			 found->damaged, found->damaged == 1 ? " was" : "s were", then);
	else if (wall_ms - found->wall_ms > 2 * usual + 1000)
		complain(0, "%s: nothing was recorded just then: this is %s", asked,
			 then);
}

static int open_at(struct ml_ctx *ctx, const struct opts *opts, const char *path,
		   const char *asked, struct ml_root **ret)
{
	uint64_t now = now_ms(), wall_ms;
	struct recorded found;
	int rc;

	if (!parse_when(asked, now, &wall_ms))
		return complain(EXIT_USAGE, "%s: not a time (" WHEN_FORMS ")", asked);
	rc = recordings->open(ctx, path, wall_ms, ret, &found);
	if (rc)
		return complain(EXIT_UNREADABLE, "%s", ml_ctx_error(ctx));
	if (strcmp(asked, "now") != 0)
		tell_distance(asked, wall_ms, &found);
	if (opts->page_size && ml_root_set_page_size(*ret, opts->page_size))
		return complain(EXIT_USAGE, "%s", ml_ctx_error(ctx));
	return 0;
}

int open_recorded(struct ml_ctx *ctx, const struct opts *opts, struct ml_root **before,
		  struct ml_root **root)
{
	char folder[4096];
	const char *path = opts->root;
	int rc = 0;

	if (opts->at && (opts->from || opts->to))
		return complain(EXIT_USAGE,
				"--at: stands alone, without --from and --to");
	if (opts->to && !opts->from)
		return complain(EXIT_USAGE, "--to: needs --from");
	if (!path && !recordings_folder(folder, sizeof(folder)))
		return complain(EXIT_USAGE, "--root: is needed: there is no home");
	if (!path)
		path = folder;
	if (opts->from)
		rc = open_at(ctx, opts, path, opts->from, before);
	if (rc)
		return rc;
	return open_at(ctx, opts, path,
		       opts->at   ? opts->at
		       : opts->to ? opts->to
				  : "now",
		       root);
}
