/* SPDX-License-Identifier: MIT */
/* identity: whose machine a root is - its name, kernel and boot. */
#include "source/identity.h"

#include <sys/utsname.h>

#include "base/str.h"

/* The first line of a small file, or NULL. */
static const char *line_of(const struct ml_root *root, const char *path,
			   struct ml_arena *a)
{
	struct ml_str text, line;

	if (ml_root_read(root, path, a, &text) || !ml_next_line(&text, &line))
		return NULL;
	return ml_arena_strndup(a, line.p, line.n);
}

/* "Linux version 6.1.0-9-amd64 (..." */
static const char *kernel_of_version(const struct ml_root *root, struct ml_arena *a)
{
	struct ml_str text, word = { 0 };

	if (ml_root_read(root, "/proc/version", a, &text))
		return NULL;
	for (int i = 0; i < 3; i++)
		if (!ml_next_word(&text, &word))
			return NULL;
	return ml_arena_strndup(a, word.p, word.n);
}

static void identify_live(struct ml_identity *id)
{
	struct utsname uts;

	if (uname(&uts))
		return;
	id->name = ml_arena_printf(&id->arena, "%s", uts.nodename);
	id->kernel = ml_arena_printf(&id->arena, "%s", uts.release);
}

static void identify_tree(const struct ml_root *root, struct ml_identity *id)
{
	id->name = line_of(root, "/proc/sys/kernel/hostname", &id->arena);
	id->kernel = line_of(root, "/proc/sys/kernel/osrelease", &id->arena);
	if (!id->kernel)
		id->kernel = kernel_of_version(root, &id->arena);
}

const struct ml_identity *ml_root_identity(struct ml_root *root)
{
	struct ml_identity *id = root->identity;

	if (id->known)
		return id;
	id->known = true;
	id->boot_id = line_of(root, "/proc/sys/kernel/random/boot_id", &id->arena);
	if (root->live)
		identify_live(id);
	else
		identify_tree(root, id);
	return id;
}
