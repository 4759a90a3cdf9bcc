/* SPDX-License-Identifier: MIT */
/* test_file_tree: every file once, however the tree loops, and nothing that blocks. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "machine.h"
#include "source/file_tree.h"

/* What a walk called, a letter and a path each: "f tree/a". */
struct log {
	char text[65536];
	size_t files, folders, left, refused;
	int last_error;
	unsigned deepest;
	const char *skip; /* the name of a folder to leave out */
	size_t stop_at;   /* end the walk with this file */
};

static void note(struct log *log, char what, const struct ml_file_tree_at *at)
{
	size_t n = strlen(log->text);

	if (n < sizeof(log->text) - 600)
		snprintf(log->text + n, sizeof(log->text) - n, "%c %.*s\n", what,
			 (int)at->path.n, at->path.p);
}

static int enter(const struct ml_file_tree_at *at, void *data)
{
	const struct log *log = data;

	assert_null(at->st);
	return log->skip && strcmp(at->name, log->skip) == 0 ? ML_FILE_TREE_SKIP : 0;
}

static int opened(const struct ml_file_tree_at *at, void *data)
{
	struct log *log = data;

	note(log, 'd', at);
	log->folders++;
	return 0;
}

static int met_file(const struct ml_file_tree_at *at, void *data)
{
	struct log *log = data;
	struct stat st;

	note(log, 'f', at);
	assert_true(S_ISREG(at->st->st_mode));
	assert_int_equal(fstatat(at->dir, at->name, &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(st.st_ino, at->st->st_ino);
	if (at->depth > log->deepest)
		log->deepest = at->depth;
	return ++log->files == log->stop_at ? 42 : 0;
}

static int refused(const struct ml_file_tree_at *at, void *data)
{
	struct log *log = data;

	note(log, 'x', at);
	log->refused++;
	log->last_error = at->error;
	return 0;
}

static int leave(void *data)
{
	((struct log *)data)->left++;
	return 0;
}

static const struct ml_file_tree calls = { enter, opened, met_file, refused, leave };

static void below(const struct machine *m, const char *name, char ret[static 300])
{
	snprintf(ret, 300, "%s/%s", m->path, name);
}

static int walk(const struct machine *m, const char *name, struct log *log)
{
	char path[300];

	below(m, name, path);
	return ml_file_tree_walk(path, &calls, log);
}

static void test_all_below(void **state)
{
	const struct machine *m = *state;
	struct log log = { 0 };

	machine_put(m, "t/a", "1");
	machine_put(m, "t/b/c", "2");
	machine_put(m, "t/b/d/e\nf", "3");
	assert_int_equal(walk(m, "t", &log), 0);
	assert_int_equal(log.files, 3);
	assert_int_equal(log.folders, 3);
	assert_int_equal(log.left, 3);
	assert_int_equal(log.refused, 0);
	assert_int_equal(log.deepest, 2);
	assert_non_null(strstr(log.text, "/t/b/d/e\nf\n"));
}

static void test_loops(void **state)
{
	const struct machine *m = *state;
	struct log log = { 0 };
	char path[300], target[300];

	machine_put(m, "t/b/c", "2");
	below(m, "t/b/up", path);
	assert_int_equal(symlink("..", path), 0);
	below(m, "t/self", path);
	assert_int_equal(symlink("self", path), 0);
	below(m, "t/abs", path);
	below(m, "t", target);
	assert_int_equal(symlink(target, path), 0);
	below(m, "t/file", path);
	assert_int_equal(symlink("b/c", path), 0);
	assert_int_equal(walk(m, "t", &log), 0);
	assert_int_equal(log.files, 1);
	assert_int_equal(log.folders, 2);
	assert_int_equal(log.refused, 0);
	/* but the one that was given is followed */
	log = (struct log){ 0 };
	assert_int_equal(walk(m, "t/abs", &log), 0);
	assert_int_equal(log.files, 1);
}

static void test_no_files(void **state)
{
	const struct machine *m = *state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct log log = { 0 };
	char path[300];
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	machine_put(m, "t/a", "1");
	below(m, "t/fifo", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	below(m, "t/s", path);
	assert_true(strlen(path) < sizeof(at.sun_path));
	strcpy(at.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(walk(m, "t", &log), 0);
	assert_int_equal(log.files, 1);
	assert_int_equal(log.refused, 0);
	close(fd);
}

static void test_left_out(void **state)
{
	const struct machine *m = *state;
	struct log log = { .skip = "b" };

	machine_put(m, "t/a", "1");
	machine_put(m, "t/b/c", "2");
	assert_int_equal(walk(m, "t", &log), 0);
	assert_int_equal(log.files, 1);
	assert_int_equal(log.folders, 1);
	assert_null(strstr(log.text, "/b"));
}

static void test_ended(void **state)
{
	const struct machine *m = *state;
	struct log log = { .stop_at = 2 };

	machine_put(m, "t/a", "1");
	machine_put(m, "t/b/c", "2");
	machine_put(m, "t/b/d", "3");
	assert_int_equal(walk(m, "t", &log), 42);
	assert_int_equal(log.files, 2);
}

/* Root may list every folder: a child gives that up. */
static void test_refused(void **state)
{
	const struct machine *m = *state;
	struct log log = { 0 };
	char path[300];
	int status;
	pid_t pid;

	machine_put(m, "t/b/c", "2");
	machine_put(m, "t/d", "3");
	below(m, "t/b", path);
	assert_int_equal(chmod(path, 0), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		if (!geteuid() && (setgid(65534) || setuid(65534)))
			_exit(1);
		_exit(walk(m, "t", &log) || log.files != 1 || log.folders != 1 ||
		      log.refused != 1 || log.last_error != EACCES);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(chmod(path, 0700), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_not_there(void **state)
{
	const struct machine *m = *state;
	struct log log = { 0 };

	machine_put(m, "t/a", "1");
	assert_int_equal(walk(m, "none", &log), 0);
	assert_int_equal(log.last_error, ENOENT);
	assert_int_equal(walk(m, "t/a", &log), 0);
	assert_int_equal(log.last_error, ENOTDIR);
	assert_int_equal(log.refused, 2);
	assert_int_equal(log.folders, 0);
}

/* Folders nested beyond the bound, made and removed one below the other. */
static void test_too_deep(void **state)
{
	const struct machine *m = *state;
	struct log log = { 0 };
	int top, fd;

	machine_put(m, "t/a", "1");
	assert_int_equal(chdir(m->path), 0);
	top = fd = open("t", O_RDONLY | O_DIRECTORY);
	for (unsigned i = 0; i < ML_FILE_TREE_DEPTH + 20; i++) {
		int next;

		assert_int_equal(mkdirat(fd, "d", 0700), 0);
		next = openat(fd, "d", O_RDONLY | O_DIRECTORY);
		assert_true(next >= 0);
		if (fd != top)
			close(fd);
		fd = next;
	}
	assert_int_equal(walk(m, "t", &log), 0);
	assert_int_equal(log.folders, ML_FILE_TREE_DEPTH);
	assert_int_equal(log.left, ML_FILE_TREE_DEPTH);
	assert_int_equal(log.refused, 1);
	assert_int_equal(log.last_error, ELOOP);
	assert_int_equal(log.files, 1);
	close(fd);
	close(top);
	assert_int_equal(chdir("/"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_all_below), MACHINE_TEST(test_loops),
		MACHINE_TEST(test_no_files),  MACHINE_TEST(test_left_out),
		MACHINE_TEST(test_ended),     MACHINE_TEST(test_refused),
		MACHINE_TEST(test_not_there), MACHINE_TEST(test_too_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
