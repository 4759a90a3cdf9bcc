/* SPDX-License-Identifier: MIT */
/* interface: memlens draws no screens itself. */
#include "handover.h"

int (*const interface)(const struct command *command, const struct opts *opts) = NULL;
