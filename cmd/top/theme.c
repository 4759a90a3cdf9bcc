/* SPDX-License-Identifier: MIT */
/* theme: the table of what each ink looks like, by theme and by what a terminal can. */
#include "top/theme.h"

#include <string.h>

#define OWN (-1)

/* An ink, and its foreground on the background of what is selected. */
struct tint {
	struct paint paint;
	short lit;
};

struct palette {
	struct tint inks[INK_COUNT];
	struct paint selected,
		focus; /* without a background only their attributes count */
};

/* Foregrounds have a contrast of 3:1 or more both on black and on white, since nobody
 * knows which is behind them; what needs more brings a background of its own. */
static const struct palette default_256 = {
	.inks = {
		[INK_PLAIN]  = { { OWN, OWN, 0              }, 231 },
		[INK_DIM]    = { { 244, OWN, 0              }, 251 },
		[INK_STRONG] = { { OWN, OWN, ATTR_BOLD      }, 231 },
		[INK_TITLE]  = { { 231, 24,  ATTR_BOLD      }, 231 },
		[INK_HEAD]   = { { 252, 238, 0              }, 252 },
		[INK_SORT]   = { { 231, 31,  ATTR_BOLD      }, 231 },
		[INK_BAR]    = { { 32,  OWN, 0              }, 117 },
		[INK_SPARK]  = { { 31,  OWN, 0              }, 117 },
		[INK_OK]     = { { 64,  OWN, 0              }, 120 },
		[INK_WARN]   = { { 136, OWN, ATTR_BOLD      }, 221 },
		[INK_CRIT]   = { { 196, OWN, ATTR_BOLD      }, 217 },
		[INK_MATCH]  = { { 16,  220, 0              }, 220 },
		[INK_KEY]    = { { 32,  OWN, ATTR_BOLD      }, 117 },
		[INK_ERROR]  = { { 231, 160, ATTR_BOLD      }, 217 },
		[INK_PART    ] = { { 166, OWN, 0              }, 215 },
		[INK_PART + 1] = { { 133, OWN, 0              }, 219 },
		[INK_PART + 2] = { { 32,  OWN, 0              }, 117 },
		[INK_PART + 3] = { { 244, OWN, 0              }, 251 },
		[INK_PART + 4] = { { 64,  OWN, 0              }, 120 },
		[INK_PART + 5] = { { 30,  OWN, 0              }, 123 },
		[INK_PART + 6] = { { 137, OWN, 0              }, 223 },
		[INK_PART + 7] = { { 161, OWN, 0              }, 218 },
	},
	.selected = { 231, 24, 0 },
	.focus    = { 231, 31, ATTR_BOLD | ATTR_UNDERLINE },
};

/* Of eight colours those that are dark or bright everywhere are few: states have a
 * background. */
static const struct palette default_8 = {
	.inks = {
		[INK_PLAIN]  = { { OWN, OWN, 0              }, OWN },
		[INK_DIM]    = { { OWN, OWN, ATTR_DIM       }, OWN },
		[INK_STRONG] = { { OWN, OWN, ATTR_BOLD      }, OWN },
		[INK_TITLE]  = { { 7,   4,   ATTR_BOLD      }, OWN },
		[INK_HEAD]   = { { 0,   6,   0              }, OWN },
		[INK_SORT]   = { { 7,   4,   ATTR_BOLD      }, OWN },
		[INK_BAR]    = { { 6,   OWN, 0              }, OWN },
		[INK_SPARK]  = { { 6,   OWN, 0              }, OWN },
		[INK_OK]     = { { 2,   OWN, 0              }, OWN },
		[INK_WARN]   = { { 0,   3,   0              }, OWN },
		[INK_CRIT]   = { { 7,   1,   ATTR_BOLD      }, OWN },
		[INK_MATCH]  = { { 0,   3,   0              }, OWN },
		[INK_KEY]    = { { 6,   OWN, ATTR_BOLD      }, OWN },
		[INK_ERROR]  = { { 7,   1,   ATTR_BOLD      }, OWN },
		[INK_PART    ] = { { 3,   OWN, 0              }, OWN },
		[INK_PART + 1] = { { 5,   OWN, 0              }, OWN },
		[INK_PART + 2] = { { 6,   OWN, 0              }, OWN },
		[INK_PART + 3] = { { 6,   OWN, 0              }, OWN },
		[INK_PART + 4] = { { 2,   OWN, 0              }, OWN },
		[INK_PART + 5] = { { 4,   OWN, 0              }, OWN },
		[INK_PART + 6] = { { 5,   OWN, 0              }, OWN },
		[INK_PART + 7] = { { 1,   OWN, 0              }, OWN },
	},
	.selected = { OWN, OWN, ATTR_REVERSE },
	.focus    = { OWN, OWN, ATTR_REVERSE | ATTR_BOLD | ATTR_UNDERLINE },
};

/* Blue, orange and white are told apart with every kind of colour blindness. */
static const struct palette safe_256 = {
	.inks = {
		[INK_PLAIN]  = { { OWN, OWN, 0              }, 231 },
		[INK_DIM]    = { { 244, OWN, 0              }, 251 },
		[INK_STRONG] = { { OWN, OWN, ATTR_BOLD      }, 231 },
		[INK_TITLE]  = { { 231, 24,  ATTR_BOLD      }, 231 },
		[INK_HEAD]   = { { 252, 238, 0              }, 252 },
		[INK_SORT]   = { { 231, 31,  ATTR_BOLD      }, 231 },
		[INK_BAR]    = { { 32,  OWN, 0              }, 117 },
		[INK_SPARK]  = { { 32,  OWN, 0              }, 117 },
		[INK_OK]     = { { 32,  OWN, 0              }, 117 },
		[INK_WARN]   = { { 166, OWN, ATTR_BOLD      }, 215 },
		[INK_CRIT]   = { { 16,  208, ATTR_BOLD      }, 208 },
		[INK_MATCH]  = { { 16,  255, ATTR_UNDERLINE }, 255 },
		[INK_KEY]    = { { 32,  OWN, ATTR_BOLD      }, 117 },
		[INK_ERROR]  = { { 16,  208, ATTR_BOLD      }, 208 },
		[INK_PART    ] = { { 166, OWN, 0              }, 215 },
		[INK_PART + 1] = { { 133, OWN, 0              }, 219 },
		[INK_PART + 2] = { { 32,  OWN, 0              }, 117 },
		[INK_PART + 3] = { { 244, OWN, 0              }, 251 },
		[INK_PART + 4] = { { 97,  OWN, 0              }, 147 },
		[INK_PART + 5] = { { 25,  OWN, 0              }, 153 },
		[INK_PART + 6] = { { 137, OWN, 0              }, 223 },
		[INK_PART + 7] = { { 130, OWN, 0              }, 222 },
	},
	.selected = { 231, 24, 0 },
	.focus    = { 231, 31, ATTR_BOLD | ATTR_UNDERLINE },
};

static const struct palette safe_8 = {
	.inks = {
		[INK_PLAIN]  = { { OWN, OWN, 0              }, OWN },
		[INK_DIM]    = { { OWN, OWN, ATTR_DIM       }, OWN },
		[INK_STRONG] = { { OWN, OWN, ATTR_BOLD      }, OWN },
		[INK_TITLE]  = { { 7,   4,   ATTR_BOLD      }, OWN },
		[INK_HEAD]   = { { 0,   7,   0              }, OWN },
		[INK_SORT]   = { { 7,   4,   ATTR_BOLD      }, OWN },
		[INK_BAR]    = { { OWN, OWN, 0              }, OWN },
		[INK_SPARK]  = { { OWN, OWN, 0              }, OWN },
		[INK_OK]     = { { 4,   OWN, ATTR_BOLD      }, OWN },
		[INK_WARN]   = { { 0,   3,   0              }, OWN },
		[INK_CRIT]   = { { 0,   3,   ATTR_BOLD | ATTR_UNDERLINE }, OWN },
		[INK_MATCH]  = { { 0,   7,   ATTR_UNDERLINE }, OWN },
		[INK_KEY]    = { { OWN, OWN, ATTR_BOLD      }, OWN },
		[INK_ERROR]  = { { 0,   3,   ATTR_BOLD      }, OWN },
		[INK_PART    ] = { { 3,   OWN, 0              }, OWN },
		[INK_PART + 1] = { { 5,   OWN, 0              }, OWN },
		[INK_PART + 2] = { { 6,   OWN, 0              }, OWN },
		[INK_PART + 3] = { { OWN, OWN, 0              }, OWN },
		[INK_PART + 4] = { { 4,   OWN, 0              }, OWN },
		[INK_PART + 5] = { { 6,   OWN, 0              }, OWN },
		[INK_PART + 6] = { { 5,   OWN, 0              }, OWN },
		[INK_PART + 7] = { { 3,   OWN, 0              }, OWN },
	},
	.selected = { OWN, OWN, ATTR_REVERSE },
	.focus    = { OWN, OWN, ATTR_REVERSE | ATTR_BOLD | ATTR_UNDERLINE },
};

static const struct palette mono = {
	.inks = {
		[INK_PLAIN]  = { { OWN, OWN, 0              }, OWN },
		[INK_DIM]    = { { OWN, OWN, ATTR_DIM       }, OWN },
		[INK_STRONG] = { { OWN, OWN, ATTR_BOLD      }, OWN },
		[INK_TITLE]  = { { OWN, OWN, ATTR_REVERSE   }, OWN },
		[INK_HEAD]   = { { OWN, OWN, ATTR_BOLD      }, OWN },
		[INK_SORT]   = { { OWN, OWN, ATTR_BOLD | ATTR_UNDERLINE }, OWN },
		[INK_BAR]    = { { OWN, OWN, 0              }, OWN },
		[INK_SPARK]  = { { OWN, OWN, 0              }, OWN },
		[INK_OK]     = { { OWN, OWN, 0              }, OWN },
		[INK_WARN]   = { { OWN, OWN, ATTR_BOLD      }, OWN },
		[INK_CRIT]   = { { OWN, OWN, ATTR_BOLD | ATTR_REVERSE }, OWN },
		[INK_MATCH]  = { { OWN, OWN, ATTR_UNDERLINE }, OWN },
		[INK_KEY]    = { { OWN, OWN, ATTR_BOLD      }, OWN },
		[INK_ERROR]  = { { OWN, OWN, ATTR_BOLD | ATTR_REVERSE }, OWN },
		[INK_PART    ] = { { OWN, OWN, 0              }, OWN },
		[INK_PART + 1] = { { OWN, OWN, 0              }, OWN },
		[INK_PART + 2] = { { OWN, OWN, 0              }, OWN },
		[INK_PART + 3] = { { OWN, OWN, 0              }, OWN },
		[INK_PART + 4] = { { OWN, OWN, 0              }, OWN },
		[INK_PART + 5] = { { OWN, OWN, 0              }, OWN },
		[INK_PART + 6] = { { OWN, OWN, 0              }, OWN },
		[INK_PART + 7] = { { OWN, OWN, 0              }, OWN },
	},
	.selected = { OWN, OWN, ATTR_REVERSE },
	.focus    = { OWN, OWN, ATTR_REVERSE | ATTR_BOLD | ATTR_UNDERLINE },
};

const char *const themes[] = { "default", "mono", "safe", NULL };

static const struct {
	const struct palette *rich, *basic; /* 256 colours and eight */
} palettes[] = {
	{ &default_256, &default_8 },
	{ &mono,        &mono      },
	{ &safe_256,    &safe_8    },
};
_Static_assert(sizeof(themes) / sizeof(themes[0]) ==
		       sizeof(palettes) / sizeof(palettes[0]) + 1,
	       "each theme has its palettes");

const struct palette *theme_palette(const char *theme, int colors)
{
	for (size_t i = 0; themes[i]; i++)
		if (strcmp(themes[i], theme) == 0)
			return colors >= 256 ? palettes[i].rich
			       : colors >= 8 ? palettes[i].basic
					     : &mono;
	return NULL;
}

/* Reverse within reverse is plain again, and so stands out. */
static void lay_over(struct paint *paint, const struct paint *over, short fg)
{
	if (over->bg != OWN) {
		paint->fg = fg;
		paint->bg = over->bg;
	}
	paint->attrs = (paint->attrs ^ (over->attrs & ATTR_REVERSE)) |
		       (over->attrs & ~(unsigned)ATTR_REVERSE);
}

struct paint palette_paint(const struct palette *palette, unsigned ink)
{
	unsigned base = ink & ~(unsigned)(INK_SELECTED | INK_FOCUS);
	const struct tint *tint = &palette->inks[base < INK_COUNT ? base : INK_PLAIN];
	struct paint paint = tint->paint;

	if (ink & INK_SELECTED)
		lay_over(&paint, &palette->selected, tint->lit);
	if (ink & INK_FOCUS)
		lay_over(&paint, &palette->focus, palette->focus.fg);
	return paint;
}
