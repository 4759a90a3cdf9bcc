/* SPDX-License-Identifier: MIT */
/* test_escape: keys and mouse reports behind ESC, and all that is none. */
#include "unit.h"

#include "top/escape.h"

/* The key behind ESC, and how many characters it took; 0 when the text is too short. */
static size_t taken(const char *text, size_t n, struct key *ret)
{
	struct escape escape = { 0 };

	for (size_t i = 0; i < n; i++)
		if (escape_take(&escape, (unsigned char)text[i], ret))
			return i + 1;
	return 0;
}

static void test_keys(void **state)
{
	static const struct {
		const char *text;
		uint32_t code;
	} cases[] = {
		{ "[A",      KEY_UP_       }, { "OB",      KEY_DOWN_     },
		{ "[5~",     KEY_PAGE_UP   }, { "[6~",     KEY_PAGE_DOWN },
		{ "[H",      KEY_HOME_     }, { "[4~",     KEY_END_      },
		{ "[Z",      KEY_SHIFT_TAB }, { "[3~",     KEY_DELETE    },
		{ "OP",      KEY_F1        }, { "[24~",    KEY_F1 + 11   },
		{ "OM",      '\n'          }, { "[1;5C",   KEY_RIGHT_    },
		{ "[[A",     KEY_NONE      }, { "[200~",   KEY_NONE      },
		{ "[201~",   KEY_NONE      }, { "[I",      KEY_NONE      },
		{ "[?1;2c",  KEY_NONE      }, { "[>0;1c",  KEY_NONE      },
		{ "[1;1R",   KEY_F1 + 2    }, { "x",       KEY_NONE      },
		{ "[ q",     KEY_NONE      }, { "[9~",     KEY_NONE      },
		{ "[99999999999999999999~", KEY_NONE },
		{ "[1;2;3;4;5;6;7;8;9~",    KEY_HOME_ },
		{ "[;;;;;;;;A",             KEY_UP_   },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		size_t n = strlen(cases[i].text);
		struct key key = { 1 };

		assert_int_equal(taken(cases[i].text, n, &key), n);
		assert_int_equal(key.code, cases[i].code);
		if (n > 1)
			assert_int_equal(taken(cases[i].text, n - 1, &key), 0);
	}
}

static void test_mouse(void **state)
{
	static const struct {
		const char *text;
		struct key key;
	} cases[] = {
		{ "[<0;1;1M",      { KEY_CLICK,      0,   0  } },
		{ "[<0;250;80M",   { KEY_CLICK,      249, 79 } },
		{ "[<16;3;4M",     { KEY_CLICK,      2,   3  } },
		{ "[<64;3;4M",     { KEY_WHEEL_UP,   2,   3  } },
		{ "[<65;3;4M",     { KEY_WHEEL_DOWN, 2,   3  } },
		{ "[<0;3;4m",      { KEY_NONE,       0,   0  } },
		{ "[<1;3;4M",      { KEY_NONE,       2,   3  } },
		{ "[<32;3;4M",     { KEY_NONE,       2,   3  } },
		{ "[<0;0;4M",      { KEY_NONE,       0,   0  } },
		{ "[<M",           { KEY_NONE,       0,   0  } },
		{ "[M !!",         { KEY_CLICK,      0,   0  } },
		{ "[M`#$",         { KEY_WHEEL_UP,   2,   3  } },
		{ "[M##$",         { KEY_NONE,       2,   3  } },
		{ "[M  \x01",      { KEY_NONE,       0,   0  } },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		size_t n = strlen(cases[i].text);
		struct key key = { 1, 9, 9 };

		assert_int_equal(taken(cases[i].text, n, &key), n);
		assert_int_equal(key.code, cases[i].key.code);
		assert_int_equal(key.x, cases[i].key.x);
		assert_int_equal(key.y, cases[i].key.y);
	}
}

/* Whatever comes, a code is a known one; numbers without end stay within bounds. */
static void test_noise(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (size_t i = 0; i < 200000; i++) {
		static const char some[] = "[[O<?;;0199~MmA \x1b\x80z";
		struct escape escape = { 0 };
		struct key key;

		for (size_t j = 0; j < 40; j++) {
			seed = seed * 1664525 + 1013904223;
			if (escape_take(&escape,
					(uint32_t)some[(seed >> 16) % (sizeof(some) - 1)],
					&key))
				break;
		}
		assert_true(key.code == KEY_NONE || key.code == '\n' ||
			    (key.code >= KEY_FIRST && key.code < KEY_LAST));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
