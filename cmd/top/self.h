/* SPDX-License-Identifier: MIT */
/* self: what the program itself takes. */
#pragma once

#include "render/render.h"

struct self {
	double wall, cpu; /* at the last measure, in seconds */
	char text[2 * CELL_MAX + 8];
};

void self_start(struct self *self);

/* "self 4.1Mi 0.4%", anew when some time has passed; lives as long as `self`. */
const char *self_measure(struct self *self, const struct style *style);
