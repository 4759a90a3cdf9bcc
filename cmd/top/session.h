/* SPDX-License-Identifier: MIT */
/* session: memlens top from its start to its end. */
#pragma once

#include "commands.h"
#include "top/app.h"

/* Returns an exit status. */
int top_run(const struct command *command, const struct opts *opts);

/* Without a terminal: --dump and --batch. Takes the sampling over; an exit status. */
int top_dump(struct app *app, struct sampling *sampling, const struct opts *opts);

/* On the terminal. Takes the sampling over; an exit status. */
int top_interact(struct app *app, struct sampling *sampling, const struct opts *opts);
