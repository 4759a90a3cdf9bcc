/* SPDX-License-Identifier: MIT */
/* sample: a value at a time, of which series are made. */
#pragma once

struct ml_sample {
	double t; /* seconds */
	double v;
};
