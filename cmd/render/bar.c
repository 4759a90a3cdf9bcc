/* SPDX-License-Identifier: MIT */
/* bar: shares in columns and eighths of them. */
#include "render/bar.h"

static double clamp(double share)
{
	return share > 1 ? 1 : share > 0 ? share : 0;
}

struct bar bar_of(double share, size_t n)
{
	double columns = clamp(share) * (double)n;
	size_t whole = (size_t)columns;

	return (struct bar){ whole, (size_t)((columns - (double)whole) * 8) };
}

size_t bar_end(double sum, size_t n)
{
	return (size_t)(clamp(sum) * (double)n + 0.5);
}

const char *bar_block(size_t eighth)
{
	static const char *const blocks[] = {
		"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"
	};

	return blocks[eighth > 8 ? 8 : eighth];
}
