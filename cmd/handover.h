/* SPDX-License-Identifier: MIT */
/* handover: what needs another library is done by memlens-store, memlens-verify and
 * memlens-top, which are this command with that library linked in. */
#pragma once

#include "commands.h"

/* What opens archives, and what is compared with: NULL in memlens, which then hands
 * over. */
extern const struct ml_opener *const archive_opener;
extern const struct ml_witness *const witness;

/* What runs `memlens top` and `memlens replay`; NULL likewise. */
extern int (*const interface)(const struct command *command, const struct opts *opts);

struct helper;

/* The program that can do what is asked, and what it is needed for; NULL when this one
 * can. */
const struct helper *helper_for(const struct command *command, const struct opts *opts,
				const char **ret_subject);

/* A name that promises a file of a kind which is not made here: x.zip. */
bool is_foreign_archive(const char *path);

/* Run it with the same words. Returns an exit status, after one line to stderr, when that
 * is not possible. */
int hand_over(const struct helper *helper, const char *subject, char **argv);
