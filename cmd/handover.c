/* SPDX-License-Identifier: MIT */
/* handover: archives are opened by memlens-store. */
#include "handover.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MEMLENS_LIBEXECDIR
#error "MEMLENS_LIBEXECDIR comes from the Makefile"
#endif

#define STORE "memlens-store"

static bool is_archive_name(const char *path)
{
	const char *name = strrchr(path, '/'), *tar = strstr(name ? name : path, ".tar");

	return tar && (!tar[4] || tar[4] == '.');
}

const char *archive_named(const struct command *command, const struct opts *opts)
{
	struct stat st;

	if (opts->root && !stat(opts->root, &st) && S_ISREG(st.st_mode))
		return opts->root;
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
static void try_places(char **argv)
{
	static const char *const beside[] = { STORE, "../libexec/memlens/" STORE };
	char folder[PATH_MAX], path[PATH_MAX + 64];

	if (own_folder(folder))
		for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
			snprintf(path, sizeof(path), "%s%s", folder, beside[i]);
			execv(path, argv);
		}
	execv(MEMLENS_LIBEXECDIR "/" STORE, argv);
}

int hand_over(const char *archive, char **argv)
{
	try_places(argv);
	return complain(EXIT_FAILED,
			"%s: archives need " STORE ", which is not installed "
			"(it is built where libarchive is: Debian libarchive-dev)",
			archive);
}
