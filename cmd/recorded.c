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
#define FOLDER_MAX 4096
/* Of a long time as many say as much of a trend as all of them. */
#define INSTANTS_MOST 400

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
	rc = recordings->open(ctx, path, wall_ms, asked == opts->from, ret, &found);
	if (rc)
		return complain(EXIT_UNREADABLE, "%s", ml_ctx_error(ctx));
	if (strcmp(asked, "now") != 0)
		tell_distance(asked, wall_ms, &found);
	if (opts->page_size && ml_root_set_page_size(*ret, opts->page_size))
		return complain(EXIT_USAGE, "%s", ml_ctx_error(ctx));
	return 0;
}

/* What is contradictory is refused, and `ret` is where the recordings are. */
static int find_folder(const struct opts *opts, char room[static FOLDER_MAX],
		       const char **ret)
{
	*ret = opts->root ? opts->root : room;
	if (!recordings)
		return complain(EXIT_USAGE, "--at and --from: only what is now can be "
					    "compared with another library");
	if (opts->at && (opts->from || opts->to))
		return complain(EXIT_USAGE,
				"--at: stands alone, without --from and --to");
	if (opts->to && !opts->from)
		return complain(EXIT_USAGE, "--to: needs --from");
	if (!opts->root && !recordings_folder(room, FOLDER_MAX))
		return complain(EXIT_USAGE, "--root: is needed: there is no home");
	return 0;
}

int open_recorded(struct ml_ctx *ctx, const struct opts *opts, struct ml_root **before,
		  struct ml_root **root)
{
	char folder[FOLDER_MAX];
	const char *path;
	int rc = find_folder(opts, folder, &path);

	if (!rc && opts->from && before)
		rc = open_at(ctx, opts, path, opts->from, before);
	if (rc)
		return rc;
	return open_at(ctx, opts, path,
		       opts->at   ? opts->at
		       : opts->to ? opts->to
				  : "now",
		       root);
}

/* ---- many ---- */

static int parse_range(const struct opts *opts, uint64_t *ret_from, uint64_t *ret_to)
{
	uint64_t now = now_ms();

	*ret_to = now;
	if (!parse_when(opts->from, now, ret_from))
		return complain(EXIT_USAGE, "%s: not a time (" WHEN_FORMS ")",
				opts->from);
	if (opts->to && !parse_when(opts->to, now, ret_to))
		return complain(EXIT_USAGE, "%s: not a time (" WHEN_FORMS ")", opts->to);
	if (*ret_from >= *ret_to)
		return complain(EXIT_USAGE, "--from: is not before --to");
	return 0;
}

/* The range that is recorded of the one that is asked for. 0 or -errno. */
static int narrow(struct ml_recording *recording, uint64_t *from, uint64_t *to)
{
	int rc = recordings->beside(recording, *from - 1, true, from);

	return rc ? rc : recordings->beside(recording, *to + 1, false, to);
}

/* The instant at `wall_ms` or before, unless it is no later than the last one; damaged
 * ones are passed over. */
static int give(struct ml_recording *recording, uint64_t wall_ms, uint64_t *last,
		recorded_fn *fn, void *data)
{
	uint64_t found, interval;
	struct ml_root *root;
	int rc = recordings->beside(recording, wall_ms + 1, false, &found);

	if (rc == -ENOENT || (!rc && found <= *last))
		return 0;
	if (!rc)
		rc = recordings->instant(recording, found, &root, &interval);
	if (rc)
		return rc == -EBADMSG ? 0 : rc;
	*last = found;
	rc = fn(root, data);
	ml_root_unref(root);
	return rc;
}

static int give_all(struct ml_recording *recording, uint64_t from, uint64_t to,
		    recorded_fn *fn, void *data)
{
	uint64_t last = from - 1;
	int rc = 0;

	for (unsigned i = 0; i <= INSTANTS_MOST && !rc; i++)
		rc = give(recording, from + (to - from) * i / INSTANTS_MOST, &last, fn,
			  data);
	return rc;
}

int each_recorded(struct ml_ctx *ctx, const struct opts *opts, recorded_fn *fn,
		  void *data)
{
	struct ml_recording *recording = NULL;
	char folder[FOLDER_MAX];
	uint64_t from, to;
	const char *path;
	int rc = find_folder(opts, folder, &path);

	if (!rc)
		rc = parse_range(opts, &from, &to);
	if (rc)
		return rc;
	rc = recordings->enter(ctx, path, &recording);
	if (!rc)
		rc = narrow(recording, &from, &to);
	if (rc == -ENOENT && recording) {
		rc = complain(EXIT_UNREADABLE, "%s: nothing was recorded then", path);
	} else if (!rc && from <= to) {
		rc = give_all(recording, from, to, fn, data);
	}
	if (rc < 0)
		rc = complain(EXIT_UNREADABLE, "%s", ml_ctx_error(ctx));
	recordings->leave(recording);
	return rc;
}
