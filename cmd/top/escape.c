/* SPDX-License-Identifier: MIT */
/* escape: control sequences as ECMA-48 builds them, and what xterm puts in them. */
#include "top/escape.h"

#define OLD_REPORT 3 /* button, column and line, a character each */
#define NUMBER_MAX 100000

/* By the last character of ESC [ and of ESC O. */
static const struct {
	uint32_t last;
	uint32_t code;
} cursor_keys[] = {
	{ 'A', KEY_UP_    }, { 'B', KEY_DOWN_  }, { 'C', KEY_RIGHT_    },
	{ 'D', KEY_LEFT_  }, { 'H', KEY_HOME_  }, { 'F', KEY_END_      },
	{ 'M', '\n'       }, { 'P', KEY_F1     }, { 'Q', KEY_F1 + 1    },
	{ 'R', KEY_F1 + 2 }, { 'S', KEY_F1 + 3 }, { 'Z', KEY_SHIFT_TAB },
};

/* By the number before the ~. */
static const struct {
	unsigned number;
	uint32_t code;
} numbered_keys[] = {
	{ 1,  KEY_HOME_     }, { 3,  KEY_DELETE    }, { 4,  KEY_END_       },
	{ 5,  KEY_PAGE_UP   }, { 6,  KEY_PAGE_DOWN }, { 7,  KEY_HOME_      },
	{ 8,  KEY_END_      }, { 11, KEY_F1        }, { 12, KEY_F1 + 1     },
	{ 13, KEY_F1 + 2    }, { 14, KEY_F1 + 3    }, { 15, KEY_F1 + 4     },
	{ 17, KEY_F1 + 5    }, { 18, KEY_F1 + 6    }, { 19, KEY_F1 + 7     },
	{ 20, KEY_F1 + 8    }, { 21, KEY_F1 + 9    }, { 23, KEY_F1 + 10    },
	{ 24, KEY_F1 + 11   },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t cursor_key(uint32_t last)
{
	for (size_t i = 0; i < COUNT(cursor_keys); i++)
		if (cursor_keys[i].last == last)
			return cursor_keys[i].code;
	return KEY_NONE;
}

static uint32_t numbered_key(unsigned number)
{
	for (size_t i = 0; i < COUNT(numbered_keys); i++)
		if (numbered_keys[i].number == number)
			return numbered_keys[i].code;
	return KEY_NONE;
}

/* Buttons as xterm numbers them, with 4, 8 and 16 for Shift, Meta and Control. */
static uint32_t button_code(unsigned button)
{
	switch (button & ~(4u | 8u | 16u)) {
	case 0:
		return KEY_CLICK;
	case 64:
		return KEY_WHEEL_UP;
	case 65:
		return KEY_WHEEL_DOWN;
	}
	return KEY_NONE; /* other buttons, releases, motion */
}

/* Columns and lines count from 1. */
static struct key mouse_key(unsigned button, unsigned column, unsigned line)
{
	if (!column || !line)
		return (struct key){ KEY_NONE };
	return (struct key){ button_code(button), column - 1, line - 1 };
}

static void take_digit(struct escape *e, unsigned digit)
{
	unsigned *number = &e->numbers[e->n];

	if (e->n < ESCAPE_NUMBERS && *number < NUMBER_MAX)
		*number = *number * 10 + digit;
}

/* ESC [ M b x y, each 32 more than it means, from terminals that know no better. */
static bool take_old(struct escape *e, uint32_t c, struct key *ret)
{
	e->numbers[OLD_REPORT - e->old] = c > 32 ? c - 32 : 0;
	if (--e->old)
		return false;
	*ret = mouse_key(e->numbers[0], e->numbers[1], e->numbers[2]);
	return true;
}

static struct key key_of(const struct escape *e, uint32_t last)
{
	if (e->mark == '<')
		return last == 'M'
			       ? mouse_key(e->numbers[0], e->numbers[1], e->numbers[2])
			       : (struct key){ KEY_NONE };
	if (e->mark)
		return (struct key){ KEY_NONE };
	if (last == '~')
		return (struct key){ numbered_key(e->numbers[0]) };
	return (struct key){ cursor_key(last) };
}

static bool take_in_sequence(struct escape *e, uint32_t c, struct key *ret)
{
	if (c >= '0' && c <= '9') {
		take_digit(e, c - '0');
		return false;
	}
	if (c == ';') {
		e->n += e->n < ESCAPE_NUMBERS;
		return false;
	}
	if ((c >= '<' && c <= '?') || (c == '[' && !e->mark)) { /* Linux: ESC [ [ A */
		e->mark = c;
		return false;
	}
	if (c >= ' ' && c < '0') /* intermediate */
		return false;
	if (c == 'M' && e->kind == '[' && !e->mark && !e->n && !e->numbers[0]) {
		e->old = OLD_REPORT;
		return false;
	}
	*ret = key_of(e, c);
	return true;
}

bool escape_take(struct escape *e, uint32_t c, struct key *ret)
{
	*ret = (struct key){ KEY_NONE };
	if (e->old)
		return take_old(e, c, ret);
	if (e->kind)
		return take_in_sequence(e, c, ret);
	e->kind = c;
	/* other characters come with Alt, which means nothing here */
	return c != '[' && c != 'O';
}
