/* SPDX-License-Identifier: MIT */
/* test_users: names of users by the passwd file of a copied machine. */
#include "machine.h"

#include "model/users.h"

static struct ml_str find(struct machine *m, struct ml_arena *a, const char *passwd,
			  uint64_t uid)
{
	struct ml_users users;

	if (passwd)
		machine_put(m, "etc/passwd", passwd);
	assert_int_equal(ml_users_read(m->root, a, &users), 0);
	return ml_users_find(&users, uid);
}

static void test_golden(void **state)
{
	static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
				     "zoe:x:1002:1002::/:/bin/sh\namy:x:1001:1001::/:\n"
				     "big:x:4294967294:1::/:\n";
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };

	assert_bytes(find(*state, &a, passwd, 0), "root");
	assert_bytes(find(*state, &a, passwd, 1001), "amy");
	assert_bytes(find(*state, &a, passwd, 1002), "zoe");
	assert_bytes(find(*state, &a, passwd, 4294967294), "big");
	assert_null(find(*state, &a, passwd, 1).p);
	assert_null(find(*state, &a, passwd, ML_NONE).p);
}

/* As getpwuid(3): the first of several names. */
static void test_doubles(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };

	assert_bytes(find(*state, &a,
			  "a:x:5:\nc:x:7:\nb:x:5:\nd:x:7:\nroot:x:0:\ne:x:5:\n", 5),
		     "a");
	assert_bytes(find(*state, &a, NULL, 7), "c");
}

static void test_malformed(void **state)
{
	static const char passwd[] =
		"\n:\n::\n:x:5:\nx\nx:\nx:x\nx:x:\nx:x:-1:\nx:x:5x:\n"
		"+::::::\n# x:x:5:\nlast:x:6";
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };

	assert_null(find(*state, &a, passwd, 0).p);
	assert_bytes(find(*state, &a, passwd, 6), "last");
	assert_bytes(find(*state, &a, "a\x1b[2J:x:5:\r\nb:x:6\r\n", 5), "a\x1b[2J");
	assert_bytes(find(*state, &a, NULL, 6), "b");
}

static void test_absent(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };

	assert_null(find(*state, &a, NULL, 0).p);
	assert_null(find(*state, &a, "", 0).p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_golden),
		MACHINE_TEST(test_doubles),
		MACHINE_TEST(test_malformed),
		MACHINE_TEST(test_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
