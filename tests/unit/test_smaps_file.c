/* SPDX-License-Identifier: MIT */
/* test_smaps_file: mappings out of a file, however it comes, and when it breaks off. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/smaps_file.h"

/* Mappings with names of many lengths, so that windows end everywhere in them. */
static struct ml_str make_text(size_t rows)
{
	char *s = malloc(rows * 400);
	size_t n = 0;

	assert_non_null(s);
	for (size_t i = 0; i < rows; i++)
		n += (size_t)sprintf(
			s + n,
			"%zx-%zx rw-p 00000000 00:00 7   /%.*s\nSize: 4 kB\n"
			"Rss: %zu kB\nFoo: %zu kB\nVmFlags: rd wr \n",
			i << 12, (i + 1) << 12, (int)(i % 211),
			"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
			"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
			"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
			"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
			i % 1000, i);
	return (struct ml_str){ s, n };
}

/* Written to a pipe in pieces of `piece` bytes. */
struct writer {
	struct ml_str text;
	size_t piece;
	int fd;
};

static void *write_all(void *data)
{
	struct writer *w = data;

	while (w->text.n) {
		size_t n = w->piece < w->text.n ? w->piece : w->text.n;

		if (write(w->fd, w->text.p, n) != (ssize_t)n)
			break;
		w->text = ml_str_skip(w->text, n);
	}
	close(w->fd);
	return NULL;
}

/* Row i is the i-th made, and what is said of the next is so. */
static size_t check_rows(struct ml_smaps_file *file, size_t first)
{
	struct ml_smaps_row m, after = { 0 };
	size_t n = 0;

	while (ml_smaps_file_next(file, &m, &after) > 0) {
		size_t i = first + n++;

		assert_true(m.start == i << 12);
		assert_int_equal(m.rss, i % 1000 * 1024);
		assert_int_equal(m.name.n, i % 211 + 1);
		assert_bytes(m.vm_flags, "rd wr");
		assert_true(after.end == 0 || after.start == m.end);
	}
	assert_true(!n || after.end == 0);
	return n;
}

static void check_pieces(struct ml_str text, size_t rows, size_t piece)
{
	struct writer w = { .text = text, .piece = piece };
	struct ml_smaps_file file;
	pthread_t thread;
	int fds[2];

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	w.fd = fds[1];
	assert_int_equal(ml_smaps_file_init(&file, fds[0]), 0);
	assert_int_equal(pthread_create(&thread, NULL, write_all, &w), 0);
	assert_int_equal(check_rows(&file, 0), rows);
	pthread_join(thread, NULL);
	assert_int_equal(file.error, 0);
	assert_int_equal(file.count.bad_lines, 0);
	assert_int_equal(file.count.lines, rows * 5);
	ml_smaps_file_deinit(&file);
}

static void test_pieces(void **state)
{
	static const size_t pieces[] = {
		4095, 4096, 4097, 1000, 61, 65536, 65535, 1 << 20
	};
	size_t rows = 3000;
	struct ml_str text = make_text(rows);

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(pieces); i++)
		check_pieces(text, rows, pieces[i]);
	free((void *)(uintptr_t)text.p);
}

static int file_of(struct ml_str text)
{
	int fd = memfd_create("smaps", MFD_CLOEXEC);

	assert_true(fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* The window ends at every byte of a mapping. */
static void test_windows(void **state)
{
	struct ml_str text = make_text(400);
	_cleanup_free_ char *padded = malloc(text.n + 600);

	(void)state;
	assert_non_null(padded);
	for (size_t pad = 1; pad < 600; pad++) {
		struct ml_smaps_file file;

		memset(padded, '\n', pad);
		memcpy(padded + pad, text.p, text.n);
		assert_int_equal(
			ml_smaps_file_init(
				&file, file_of((struct ml_str){ padded, text.n + pad })),
			0);
		assert_int_equal(check_rows(&file, 0), 400);
		ml_smaps_file_deinit(&file);
	}
	free((void *)(uintptr_t)text.p);
}

static void test_one_byte_at_a_time(void **state)
{
	struct ml_str text = make_text(20);

	(void)state;
	check_pieces(text, 20, 1);
	free((void *)(uintptr_t)text.p);
}

/* A line of some megabytes is no mapping; what follows it is. The look-alike inside is
 * none, wherever the window ended. */
static void check_long(const char *begin, struct ml_str pattern, size_t n)
{
	static const char after[] = "\n5000-6000 rw-p 00000000 00:00 7   /a\nRss: 4 kB\n";
	_cleanup_free_ char *s = malloc(n + 200);
	size_t at = strlen(begin);
	struct ml_smaps_file file;
	struct ml_smaps_row m;

	assert_non_null(s);
	memcpy(s, begin, at);
	fill(s + at, n, pattern);
	memcpy(s + at + n, after, sizeof(after) - 1);
	assert_int_equal(
		ml_smaps_file_init(
			&file, file_of((struct ml_str){ s, at + n + sizeof(after) - 1 })),
		0);
	assert_int_equal(ml_smaps_file_next(&file, &m, NULL), 1);
	assert_true(m.start == 0x5000);
	assert_bytes(m.name, "/a");
	assert_int_equal(m.rss, 4096);
	assert_int_equal(ml_smaps_file_next(&file, &m, NULL), 0);
	assert_true(file.count.bad_lines > 0);
	ml_smaps_file_deinit(&file);
}

static void test_long_lines(void **state)
{
	static const char header[] = "1000-2000 rw-p 00000000 00:00 7   /";

	(void)state;
	check_long(header, ML_STR("x"), 3 << 20);
	check_long("", ML_STR("x"), 3 << 20);
	check_long(header, ML_STR(" 7000-8000 rw-p 00000000 00:00 7 /"), (3 << 20) + 5);
	check_long(header, ML_STR("7000-8000 rw-p 00000000 00:00 7 /"), (1 << 20) + 4096);
	check_long("1000-2000 rw-p 00000000 00:00 7   /x\n", ML_STR("Rss: 4 kB\n"),
		   3 << 20);
}

/* A long line that is just a name is within bounds. */
static void test_longest_name(void **state)
{
	static const char header[] = "1000-2000 rw-p 00000000 00:00 7   /";
	_cleanup_free_ char *s = malloc(200000);
	struct ml_smaps_file file;
	struct ml_smaps_row m;

	(void)state;
	assert_non_null(s);
	memset(s, 'x', 200000);
	memcpy(s, header, sizeof(header) - 1);
	assert_int_equal(ml_smaps_file_init(&file, file_of((struct ml_str){ s, 200000 })),
			 0);
	assert_int_equal(ml_smaps_file_next(&file, &m, NULL), 1);
	assert_int_equal(m.name.n, 200000 - sizeof(header) + 2);
	assert_int_equal(ml_smaps_file_next(&file, &m, NULL), 0);
	ml_smaps_file_deinit(&file);
}

/* A terminal that went away gives EIO after what it had: here, a directory, at once. */
static void test_error_at_once(void **state)
{
	struct ml_smaps_file file;
	struct ml_smaps_row m;

	(void)state;
	assert_int_equal(ml_smaps_file_init(&file, open("/", O_RDONLY | O_CLOEXEC)), 0);
	assert_int_equal(ml_smaps_file_next(&file, &m, NULL), 0);
	assert_int_equal(file.error, EISDIR);
	assert_int_equal(ml_smaps_file_next(&file, &m, NULL), 0);
	ml_smaps_file_deinit(&file);
}

/* EAGAIN of an empty pipe stands for any error in the middle. The line that it cut off
 * is not read: half of 123 is 12. */
static void test_error_in_the_middle(void **state)
{
	static const char text[] =
		"1000-2000 rw-p 00000000 00:00 7   /a\nSize: 4 kB\nRss: 12";
	struct ml_smaps_file file;
	struct ml_smaps_row m, after;
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(write(fds[1], text, sizeof(text) - 1), sizeof(text) - 1);
	assert_int_equal(ml_smaps_file_init(&file, fds[0]), 0);
	assert_int_equal(ml_smaps_file_next(&file, &m, &after), 1);
	assert_int_equal(m.size, 4096);
	assert_int_equal(m.rss, ML_NONE);
	assert_int_equal(after.end, 0);
	assert_int_equal(ml_smaps_file_next(&file, &m, &after), 0);
	assert_int_equal(file.error, EAGAIN);
	ml_smaps_file_deinit(&file);
	close(fds[1]);
}

static void test_deinit(void **state)
{
	struct ml_smaps_file file;
	struct ml_smaps_row m;
	int fd = file_of(ML_STR("1000-2000 rw-p 00000000 00:00 7   /a\n"));

	(void)state;
	assert_int_equal(ml_smaps_file_init(&file, fd), 0);
	ml_smaps_file_deinit(&file);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(ml_smaps_file_next(&file, &m, NULL), 0);
	ml_smaps_file_deinit(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_one_byte_at_a_time),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_longest_name),
		cmocka_unit_test(test_error_at_once),
		cmocka_unit_test(test_error_in_the_middle),
		cmocka_unit_test(test_deinit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
