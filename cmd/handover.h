/* SPDX-License-Identifier: MIT */
/* handover: archives are opened by memlens-store, which is this command with their
 * library linked in. */
#pragma once

#include "commands.h"

/* What opens archives: NULL in memlens, which then hands over. */
extern const struct ml_opener *const archive_opener;

/* Whether the command line names an archive, to be read or to be made. */
const char *archive_named(const struct command *command, const struct opts *opts);

/* Run memlens-store with the same words. Returns an exit status, after one line to
 * stderr, when that is not possible. */
int hand_over(const char *archive, char **argv);
