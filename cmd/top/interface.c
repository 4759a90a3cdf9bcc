/* SPDX-License-Identifier: MIT */
/* interface: memlens-top draws screens; all else is the command's. */
#include "handover.h"
#include "top/session.h"

int (*const interface)(const struct command *command, const struct opts *opts) = top_run;
