/* SPDX-License-Identifier: MIT */
/* test_delays: delays of processes that wait, from the running kernel. Switches
 * kernel.task_delayacct on and back. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/delays.h"

#define SWITCH "/proc/sys/kernel/task_delayacct"

static char before[8]; /* what SWITCH was, or "" when it cannot be set */

static int set_switch(const char *value)
{
	_cleanup_close_ int fd = open(SWITCH, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, value, strlen(value)) > 0 ? 0 : -1;
}

static int save_switch(void **state)
{
	_cleanup_close_ int fd = open(SWITCH, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, before, sizeof(before) - 1);

	(void)state;
	if (n <= 0 || set_switch(before))
		before[0] = '\0';
	return 0;
}

static int restore_switch(void **state)
{
	(void)state;
	return before[0] ? set_switch(before) : 0;
}

/* ---- processes ---- */

/* Reads past the page cache, so that each page waits for the device. */
static void *wait_for_device(void *data)
{
	_cleanup_close_ int fd = open("/proc/self/exe", O_RDONLY | O_DIRECT | O_CLOEXEC);
	void *page;

	if (fd < 0 || posix_memalign(&page, 4096, 4096))
		return NULL;
	for (int i = 0; i < 2000 && pread(fd, page, 4096, i % 16 * 4096) > 0; i++)
		*(bool *)data = true;
	free(page);
	return NULL;
}

/* The thread has ended when the process says that it is ready. */
static void wait_in_a_thread(int ready)
{
	char waited[2] = "-";
	pthread_t thread;
	bool read_something = false;

	if (pthread_create(&thread, NULL, wait_for_device, &read_something) ||
	    pthread_join(thread, NULL))
		_exit(1);
	waited[0] = read_something ? 'r' : '-';
	if (write(ready, waited, 1) != 1)
		_exit(1);
}

static void stand(int ready)
{
	if (write(ready, "-", 1) != 1)
		_exit(1);
}

struct process {
	pid_t pid;
	char said; /* 'r': it waited for a device */
};

static struct process start(void (*work)(int ready))
{
	struct process p;
	int ready[2];

	assert_int_equal(pipe(ready), 0);
	p.pid = fork();
	assert_true(p.pid >= 0);
	if (!p.pid) {
		alarm(60);
		work(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &p.said, 1), 1);
	close(ready[0]);
	return p;
}

static void end(const struct process *p)
{
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
}

/* ---- tests ---- */

static bool can_ask(struct ml_taskstats *ts)
{
	struct ml_delays delays;
	int rc = ml_taskstats_open(ts);

	if (rc == -EOPNOTSUPP)
		return false;
	assert_int_equal(rc, 0);
	rc = ml_delays_read(ts, (uint64_t)getpid(), &delays);
	assert_true(!rc || rc == -EPERM);
	return !rc;
}

static void test_counted(void **state)
{
	_cleanup_(ml_taskstats_close) struct ml_taskstats ts = { .fd = -1 };
	struct ml_delays old_delays, delays;
	struct process old, fresh;

	(void)state;
	if (!before[0] || !can_ask(&ts)) {
		skip();
		return;
	}
	assert_int_equal(set_switch("0"), 0);
	old = start(stand);
	assert_int_equal(set_switch("1"), 0);
	fresh = start(wait_in_a_thread);
	assert_int_equal(ml_delays_read(&ts, (uint64_t)old.pid, &old_delays), 0);
	assert_int_equal(ml_delays_read(&ts, (uint64_t)fresh.pid, &delays), 0);
	end(&old);
	end(&fresh);

	/* who was there before is not counted */
	assert_false(old_delays.counted);
	assert_int_equal(old_delays.blkio.count, 0);
	assert_true(delays.counted);
	assert_true(delays.wpcopy.count == ML_NONE || delays.wpcopy.count > 0);
	/* a thread that has ended still is */
	if (fresh.said == 'r')
		assert_true(delays.blkio.count > 0 && delays.blkio.seconds > 0);
	else
		print_message("# no direct IO here: blkio was not checked\n");
}

static void test_gone(void **state)
{
	_cleanup_(ml_taskstats_close) struct ml_taskstats ts = { .fd = -1 };
	struct process p;
	struct ml_delays delays;

	(void)state;
	if (!can_ask(&ts)) {
		skip();
		return;
	}
	p = start(stand);
	end(&p);
	assert_int_equal(ml_delays_read(&ts, (uint64_t)p.pid, &delays), -ESRCH);
	assert_int_equal(ml_delays_read(&ts, 1ull << 32 | (uint64_t)getpid(), &delays),
			 -ESRCH);
	/* an error leaves nothing behind for the next question */
	assert_int_equal(ml_delays_read(&ts, (uint64_t)getpid(), &delays), 0);
	assert_int_equal(delays.tgid, getpid());
}

static void check_refused(int ready)
{
	struct ml_taskstats ts;
	struct ml_delays delays;
	bool refused;

	refused = !setgid(65534) && !setuid(65534) && !ml_taskstats_open(&ts) &&
		  ml_delays_read(&ts, (uint64_t)getpid(), &delays) == -EPERM;
	if (write(ready, refused ? "p" : "-", 1) != 1)
		_exit(1);
}

static void test_refused(void **state)
{
	_cleanup_(ml_taskstats_close) struct ml_taskstats ts = { .fd = -1 };
	struct process p;

	(void)state;
	if (geteuid() || !can_ask(&ts)) {
		skip();
		return;
	}
	p = start(check_refused);
	end(&p);
	assert_int_equal(p.said, 'p');
}

static void test_switch(void **state)
{
	struct ml_ctx *ctx;
	struct ml_root *root;

	(void)state;
	assert_int_equal(ml_ctx_new(&ctx), 0);
	assert_int_equal(ml_root_open(ctx, NULL, &root), 0);
	if (access(SWITCH, F_OK)) {
		assert_true(ml_delays_switch(root) == ML_NONE);
	} else if (before[0]) {
		assert_int_equal(set_switch("1"), 0);
		assert_int_equal(ml_delays_switch(root), 1);
		assert_int_equal(set_switch("0"), 0);
		assert_int_equal(ml_delays_switch(root), 0);
	} else {
		assert_true(ml_delays_switch(root) <= 1);
	}
	ml_root_unref(root);
	ml_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_counted, save_switch,
						restore_switch),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_refused),
		cmocka_unit_test_setup_teardown(test_switch, save_switch, restore_switch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
