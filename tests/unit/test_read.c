/* SPDX-License-Identifier: MIT */
/* test_read: whole files whatever the chunks, and errors as they are. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/read.h"
#include "unit.h"

/* A writer that gives `n` bytes in chunks, so that the reader sees short reads. */
struct writer {
	int fd;
	size_t n;
	size_t chunk;
	pthread_t reader;
	int signals;
};

static void *write_all(void *data)
{
	struct writer *w = data;
	char buf[4096];

	for (size_t at = 0; at < w->n;) {
		size_t n = w->n - at < w->chunk ? w->n - at : w->chunk;

		for (size_t i = 0; i < n; i++)
			buf[i] = (char)('a' + (at + i) % 26);
		if (write(w->fd, buf, n) != (ssize_t)n)
			break;
		at += n;
		if (w->signals-- > 0)
			pthread_kill(w->reader, SIGUSR1);
	}
	close(w->fd);
	return NULL;
}

static void check_pipe(size_t n, size_t chunk, int signals)
{
	struct writer w = {
		.n = n, .chunk = chunk, .reader = pthread_self(), .signals = signals
	};
	struct ml_arena arena = { 0 };
	struct ml_str text;
	pthread_t thread;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	w.fd = fds[1];
	assert_int_equal(pthread_create(&thread, NULL, write_all, &w), 0);
	assert_int_equal(ml_read_fd(fds[0], &arena, &text), 0);
	pthread_join(thread, NULL);
	close(fds[0]);
	assert_int_equal(text.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(text.p[i], 'a' + i % 26);
	assert_int_equal(text.p[n], '\0');
	ml_arena_deinit(&arena);
}

static void test_sizes(void **state)
{
	static const size_t sizes[] = { 0,     1,      4096,   32767, 32768,
					32769, 131072, 131073, 500000 };

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(sizes); i++)
		check_pipe(sizes[i], 4096, 0);
}

static void test_short_reads(void **state)
{
	(void)state;
	check_pipe(1000, 1, 0);
	check_pipe(70000, 37, 0);
}

static void on_signal(int signal)
{
	(void)signal;
}

static void test_interrupts(void **state)
{
	struct sigaction sa = { .sa_handler = on_signal }; /* no SA_RESTART: EINTR */

	(void)state;
	sigaction(SIGUSR1, &sa, NULL);
	check_pipe(100000, 100, 200);
}

static void test_errors(void **state)
{
	struct ml_arena arena = { 0 };
	struct ml_str text = { "untouched", 9 };
	int fd = open("/", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_int_equal(ml_read_fd(-1, &arena, &text), -EBADF);
	assert_int_equal(ml_read_fd(fd, &arena, &text), -EISDIR);
	assert_int_equal(text.n, 9);
	close(fd);
	ml_arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_short_reads),
		cmocka_unit_test(test_interrupts),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
