/* SPDX-License-Identifier: MIT */
/* test_page_cache: files of a known state in memory, asked both ways. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "probe/page_cache.h"

#define PAGES 64

struct file {
	int fd;
	uint64_t page;
};

/* On a disk where there is one; unlinked, so that nothing is left behind. */
static int setup(void **state)
{
	static struct file file;
	char path[] = "/var/tmp/memlens-unit-XXXXXX";

	file.fd = mkstemp(path);
	file.page = (uint64_t)sysconf(_SC_PAGESIZE);
	if (file.fd < 0)
		return -1;
	unlink(path);
	*state = &file;
	return 0;
}

static int teardown(void **state)
{
	return close(((struct file *)*state)->fd);
}

static void write_pages(const struct file *f, size_t pages)
{
	_cleanup_free_ char *text = malloc(f->page);

	memset(text, 'x', f->page);
	for (size_t i = 0; i < pages; i++)
		assert_int_equal(write(f->fd, text, f->page), (int)f->page);
}

/* -ENOSYS where there is none, which others tell too. */
static int ask_cachestat(int fd, struct ml_page_cache *ret)
{
	int rc = ml_page_cache_cachestat(fd, ret);

	if (rc == -ENOSYS)
		skip();
	return rc;
}

static void test_written(void **state)
{
	const struct file *f = *state;
	struct ml_page_cache c;

	write_pages(f, PAGES);
	assert_int_equal(ask_cachestat(f->fd, &c), 0);
	assert_string_equal(c.how, "cachestat");
	assert_int_equal(c.cached, PAGES * f->page);
	assert_true(c.dirty + c.writeback <= PAGES * f->page);
	assert_int_equal(c.evicted, 0);
	assert_int_equal(c.recently_evicted, 0);
}

static void test_both_agree(void **state)
{
	const struct file *f = *state;
	struct ml_page_cache c, m;

	write_pages(f, PAGES);
	assert_int_equal(fsync(f->fd), 0);
	assert_int_equal(posix_fadvise(f->fd, 0, (off_t)(PAGES / 2 * f->page),
				       POSIX_FADV_DONTNEED),
			 0);
	assert_int_equal(ml_page_cache_mincore(f->fd, PAGES * f->page, &m), 0);
	assert_string_equal(m.how, "mincore");
	assert_true(m.cached >= PAGES / 2 * f->page && m.cached <= PAGES * f->page);
	assert_true(m.dirty == ML_NONE && m.writeback == ML_NONE);
	assert_true(m.evicted == ML_NONE && m.recently_evicted == ML_NONE);
	assert_int_equal(ask_cachestat(f->fd, &c), 0);
	assert_int_equal(c.cached, m.cached);
}

/* Neither by the size nor by the window of pages asked about at once. */
static void test_many_windows(void **state)
{
	const struct file *f = *state;
	uint64_t size = 40000 * f->page + 1;
	struct ml_page_cache m;

	assert_int_equal(ftruncate(f->fd, (off_t)size), 0);
	assert_int_equal(ml_page_cache_mincore(f->fd, size, &m), 0);
	assert_int_equal(m.cached, 0);
	assert_int_equal(pwrite(f->fd, "x", 1, (off_t)size - 1), 1);
	assert_int_equal(pwrite(f->fd, "x", 1, (off_t)(17000 * f->page)), 1);
	assert_int_equal(ml_page_cache_mincore(f->fd, size, &m), 0);
	assert_int_equal(m.cached, 2 * f->page);
}

/* The pages of the holes of so large a file are not asked about one by one. */
static void test_mostly_holes(void **state)
{
	const struct file *f = *state;
	uint64_t size = INT64_MAX - f->page, far = size / 2 & ~(f->page - 1);
	int fd = memfd_create("memlens-unit", 0);
	struct ml_page_cache m;

	if (fd < 0 || ftruncate(fd, (off_t)size))
		skip();
	assert_int_equal(pwrite(fd, "x", 1, 0), 1);
	assert_int_equal(pwrite(fd, "x", 1, (off_t)(far + 5 * f->page)), 1);
	assert_int_equal(pwrite(fd, "x", 1, (off_t)(far + 20000 * f->page)), 1);
	assert_int_equal(ml_page_cache_mincore(fd, size, &m), 0);
	assert_int_equal(m.cached, 3 * f->page);
	close(fd);
}

static void test_empty(void **state)
{
	const struct file *f = *state;
	struct ml_page_cache c;

	assert_int_equal(ml_page_cache(f->fd, 0, &c), 0);
	assert_int_equal(c.cached, 0);
}

static void test_memory_file(void **state)
{
	const struct file *f = *state;
	int fd = memfd_create("memlens-unit", 0);
	struct ml_page_cache c;

	if (fd < 0)
		skip();
	assert_int_equal(ftruncate(fd, (off_t)(8 * f->page)), 0);
	assert_int_equal(pwrite(fd, "x", 1, 0), 1);
	assert_int_equal(pwrite(fd, "x", 1, (off_t)(5 * f->page)), 1);
	assert_int_equal(ml_page_cache(fd, 8 * f->page, &c), 0);
	assert_int_equal(c.cached, 2 * f->page);
	close(fd);
}

static void test_no_file(void **state)
{
	struct ml_page_cache c;
	int ends[2];

	(void)state;
	assert_int_equal(ask_cachestat(-1, &c), -EBADF);
	assert_int_equal(ml_page_cache_mincore(-1, 1, &c), -EBADF);
	assert_int_equal(pipe(ends), 0);
	assert_true(ml_page_cache_mincore(ends[0], 1, &c) < 0);
	close(ends[0]);
	close(ends[1]);
}

/* What a child without privileges gets for a file of root's that it may read. */
static int ask_as_nobody(int fd, uint64_t size, bool mincore)
{
	struct ml_page_cache c;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		if (setgid(65534) || setuid(65534))
			_exit(100);
		_exit(-(mincore ? ml_page_cache_mincore(fd, size, &c)
				: ml_page_cache_cachestat(fd, &c)));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void test_of_others(void **state)
{
	const struct file *f = *state;
	char path[64];
	int fd, rc;

	if (geteuid())
		skip();
	write_pages(f, PAGES);
	assert_int_equal(fchmod(f->fd, 0644), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", f->fd);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(ask_as_nobody(fd, PAGES * f->page, true), -EPERM);
	rc = ask_as_nobody(fd, PAGES * f->page, false);
	assert_true(rc == -EPERM || rc == 0 || rc == -ENOSYS); /* by the kernel's age */
	assert_int_equal(fchown(f->fd, 65534, 65534), 0);
	assert_int_equal(ask_as_nobody(fd, PAGES * f->page, true), 0);
	close(fd);
}

/* In a container whose filter does not know the call: EPERM for whatever file. */
static void filter_cachestat(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 451, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { ML_ARRAY_SIZE(code), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(77);
}

static void test_filtered(void **state)
{
	const struct file *f = *state;
	struct ml_page_cache c;
	int status;
	pid_t pid;

	write_pages(f, PAGES);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		filter_cachestat();
		if (ml_page_cache_cachestat(f->fd, &c) != -ENOSYS)
			_exit(1);
		if (ml_page_cache(f->fd, PAGES * f->page, &c))
			_exit(2);
		_exit(strcmp(c.how, "mincore") != 0 || c.cached != PAGES * f->page ||
		      c.dirty != ML_NONE);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_written),   TEST(test_both_agree),  TEST(test_many_windows),
		TEST(test_empty),     TEST(test_memory_file), TEST(test_no_file),
		TEST(test_of_others), TEST(test_filtered),    TEST(test_mostly_holes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
