/* SPDX-License-Identifier: MIT */
/*
 * settings: what is kept from one session to the next, in the user's configuration.
 *
 *	theme = safe
 *	interval = 2
 *	units = human
 *	processes.sort = rss
 *	processes.columns = pid,rss,comm
 */
#pragma once

#include "top/app.h"

void settings_default(struct settings *ret);

/* What is not understood is left as it is. */
void settings_load(struct app *app);
void settings_save(struct app *app);
