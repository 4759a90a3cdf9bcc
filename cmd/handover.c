/* SPDX-License-Identifier: MIT */
/* handover: what needs another library is done by another program. */
#include "handover.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recordings.h"

#ifndef MEMLENS_LIBEXECDIR
#error "MEMLENS_LIBEXECDIR comes from the Makefile"
#endif

struct helper {
	const char *program;
	const char *purpose; /* "archives need" */
	const char *library;
	const char *package; /* of Debian */
};

static const struct helper store = { "memlens-store", "archives need", "libarchive",
				     "libarchive-dev" };
static const struct helper recorder = { "memlens-store", "recordings need", "libsqlite3",
					"libsqlite3-dev" };
static const struct helper verify = { "memlens-verify", "comparing needs", "libproc2",
				      "libproc2-dev" };
static const struct helper top = { "memlens-top", "drawing needs", "ncursesw",
				   "libncurses-dev" };

static bool is_archive_name(const char *path)
{
	const char *name = strrchr(path, '/'), *tar = strstr(name ? name : path, ".tar");

	return tar && (!tar[4] || tar[4] == '.');
}

bool is_foreign_archive(const char *path)
{
	static const char *const ends[] = { ".zip", ".tgz", ".txz", ".7z",  ".zst",
					    ".gz",  ".xz",  ".bz2", ".cpio" };
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t length = strlen(ends[i]);

		if (n > length && strcmp(path + n - length, ends[i]) == 0)
			return !is_archive_name(path);
	}
	return false;
}

/* The archive that is to be read or made, or NULL. */
static const char *archive_named(const struct command *command, const struct opts *opts)
{
	struct stat st;

	if (opts->root && !stat(opts->root, &st) && S_ISREG(st.st_mode))
		return opts->root;
	for (size_t i = 0; command->roots && i < opts->noperands; i++)
		if (!stat(opts->operands[i], &st) && S_ISREG(st.st_mode))
			return opts->operands[i];
	if (command->run == cmd_capture && opts->noperands &&
	    is_archive_name(opts->operands[0]))
		return opts->operands[0];
	return NULL;
}

/* Where this program lies: "/usr/bin". False when that cannot be told. */
static bool own_folder(char ret[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", ret, PATH_MAX - 1);

	if (n <= 0)
		return false;
	while (n && ret[n - 1] != '/')
		n--;
	ret[n] = '\0';
	return n > 0;
}

/* Beside us in a build tree, in libexec beside our folder, where it was installed to;
 * never by PATH, and never in a folder that somebody else chose. */
static void try_places(const char *program, char **argv)
{
	static const char *const beside[] = { "", "../libexec/memlens/" };
	char folder[PATH_MAX], path[PATH_MAX + 64];

	if (own_folder(folder))
		for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
			snprintf(path, sizeof(path), "%s%s%s", folder, beside[i],
				 program);
			execv(path, argv);
		}
	snprintf(path, sizeof(path), "%s/%s", MEMLENS_LIBEXECDIR, program);
	execv(path, argv);
}

/* Who compares opens no archives, so that the two never hand over to each other. */
const struct helper *helper_for(const struct command *command, const struct opts *opts,
				const char **ret_subject)
{
	*ret_subject = command->name;
	if (command->witness)
		return witness ? NULL : &verify;
	if (command->run == cmd_top || command->run == cmd_replay)
		return interface ? NULL : &top;
	if (command->run == cmd_record || is_recorded(opts))
		return recordings ? NULL : &recorder;
	*ret_subject = archive_opener ? NULL : archive_named(command, opts);
	return *ret_subject ? &store : NULL;
}

int hand_over(const struct helper *helper, const char *subject, char **argv)
{
	try_places(helper->program, argv);
	return complain(EXIT_FAILED,
			"%s: %s %s, which is not installed "
			"(it is built where %s is: Debian %s)",
			subject, helper->purpose, helper->program, helper->library,
			helper->package);
}
