/* SPDX-License-Identifier: MIT */
/* test_hold: the live machine read again and again - processes that end, whose number is
 * another's, that change; few descriptors; and that nothing differs from a new root. */
#include <errno.h>
#include <linux/sched.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "model/proc.h"
#include "model/snap.h"
#include "source/hold.h"
#include "source/process.h"

struct live {
	struct ml_ctx *ctx;
	struct ml_root *root;
};

static int setup(void **state)
{
	struct live *live = calloc(1, sizeof(*live));

	*state = live;
	return ml_ctx_new(&live->ctx) || ml_root_open(live->ctx, NULL, &live->root) ||
	       ml_root_hold(live->root);
}

static int teardown(void **state)
{
	struct live *live = *state;

	ml_root_unref(live->root);
	ml_ctx_free(live->ctx);
	free(live);
	return 0;
}

/* ---- processes ---- */

/* It ends with the test, also where that fails. */
static _Noreturn void wait_for_ever(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static pid_t start(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid)
		wait_for_ever();
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* A process with this number, which is free; -1 with errno where we may not choose. */
static pid_t start_as(pid_t number)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&number,
		.set_tid_size = 1,
	};
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (!pid)
		wait_for_ever();
	return pid;
}

/* ---- samples ---- */

/* Of the report ps: all columns, but those that cost most, unless `keys` names some. */
static struct ml_snap *take(struct ml_root *root, const char *keys, const uint64_t *fresh,
			    size_t nfresh, double budget)
{
	const struct ml_report *ps = ml_report_find("ps");
	const struct ml_col *cols[16];
	struct ml_query query = {
		.parts = 1, .fresh = fresh, .nfresh = nfresh, .budget = budget
	};
	_cleanup_free_ char *words = strdup(keys ? keys : "");
	char *rest = words, *key;
	struct ml_snap *snap;

	while (keys && (key = strsep(&rest, ","))) {
		cols[query.ncols] = ml_table_find(ml_report_table(ps, 0), key);
		assert_non_null(cols[query.ncols++]);
	}
	query.cols = keys ? cols : NULL;
	assert_int_equal(ml_snap_take(root, ps, &query, &snap), 0);
	return snap;
}

static const struct ml_proc *proc_of(const struct ml_snap *snap, pid_t pid)
{
	const struct ml_parsed *p = ml_snap_parsed(snap, ML_FEED_PROCESSES);
	const struct ml_proc *proc;

	assert_non_null(p);
	ml_for_each_row(proc, &p->rows)
		if (proc->pid == (uint64_t)pid)
			return proc;
	return NULL;
}

#define LEAN "pid,user,comm,rss"

static void take_twice(struct ml_root *root, const char *keys)
{
	ml_snap_unref(take(root, keys, NULL, 0, 0));
	ml_snap_unref(take(root, keys, NULL, 0, 0));
}

/* ---- tests ---- */

static int nothing(uint64_t pid, void *data)
{
	(void)pid, (void)data;
	return 0;
}

static ssize_t read_stat(struct live *live, pid_t pid)
{
	struct ml_processes processes;
	char buf[1024];
	ssize_t n;

	assert_int_equal(ml_processes_open(live->root, &processes), 0);
	n = ml_processes_read(&processes, (uint64_t)pid, "stat", buf, sizeof(buf));
	ml_processes_close(&processes);
	return n;
}

static void what_is_read_in_two_walks_is_kept(void **state)
{
	struct live *live = *state;
	pid_t pid = start();
	struct ml_held *held;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(ml_walk_pids(live->root, nothing, NULL), 0);
		held = ml_hold_find(live->root->hold, (uint64_t)pid);
		assert_non_null(held);
		assert_int_equal(held->fd[ML_HELD_STAT], -1);
		assert_true(read_stat(live, pid) > 0);
	}
	assert_true(held->fd[ML_HELD_STAT] >= 0);
	assert_int_equal(held->fd[ML_HELD_STATM], -1);
	assert_true(read_stat(live, pid) > 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(ml_walk_pids(live->root, nothing, NULL), 0);
	held = ml_hold_find(live->root->hold, (uint64_t)pid);
	assert_int_equal(held->fd[ML_HELD_STAT], -1);
	end(pid);
}

static void one_that_ends_is_gone(void **state)
{
	struct live *live = *state;
	pid_t pid = start();
	struct ml_snap *snap;

	take_twice(live->root, LEAN);
	assert_true(ml_hold_find(live->root->hold, (uint64_t)pid)->fd[ML_HELD_STATM] >=
		    0);
	end(pid);
	assert_int_equal(ml_hold_read(live->root->hold, (uint64_t)pid, "statm",
				      (char[64]){ 0 }, 64),
			 -ESRCH);
	assert_int_equal(ml_hold_read(live->root->hold, (uint64_t)pid, "statm",
				      (char[64]){ 0 }, 64),
			 -EBADF);
	snap = take(live->root, LEAN, NULL, 0, 0);
	assert_null(proc_of(snap, pid));
	assert_null(ml_hold_find(live->root->hold, (uint64_t)pid));
	ml_snap_unref(snap);
}

/* The number is another's before the next sample. */
static void a_number_that_changes_hands_is_another(void **state)
{
	struct live *live = *state;
	pid_t pid = start();
	struct ml_snap *before, *after;
	const struct ml_proc *first, *second;

	take_twice(live->root, LEAN ",start");
	before = take(live->root, LEAN ",start", NULL, 0, 0);
	usleep(50000); /* starts are told in hundredths of a second */
	end(pid);
	if (start_as(pid) != pid) {
		ml_snap_unref(before);
		skip(); /* needs CAP_CHECKPOINT_RESTORE */
	}
	after = take(live->root, LEAN ",start", NULL, 0, 0);
	first = proc_of(before, pid);
	second = proc_of(after, pid);
	assert_true(first && second && second->start > first->start);
	assert_null(
		ml_proc_find(&ml_snap_parsed(before, ML_FEED_PROCESSES)->rows, second));
	ml_snap_unref(before);
	ml_snap_unref(after);
	end(pid);
}

/* Likewise, but after it was listed: what is held tells that its process has ended. */
static void a_descriptor_is_of_one_process(void **state)
{
	struct live *live = *state;
	pid_t pid = start(), other = start();
	struct ml_held *held, *ended;
	struct ml_snap *snap;
	double begin;

	take_twice(live->root, LEAN);
	held = ml_hold_find(live->root->hold, (uint64_t)pid);
	ended = ml_hold_find(live->root->hold, (uint64_t)other);
	assert_int_equal(dup2(ended->fd[ML_HELD_STATM], held->fd[ML_HELD_STATM]),
			 held->fd[ML_HELD_STATM]);
	end(other);
	snap = take(live->root, LEAN ",start", NULL, 0, 0);
	assert_null(proc_of(snap, pid));
	ml_snap_unref(snap);
	snap = take(live->root, LEAN ",start", NULL, 0, 0);
	assert_non_null(proc_of(snap, pid));
	begin = proc_of(snap, pid)->start;
	ml_snap_unref(snap);
	assert_true(begin > 0);
	end(pid);
}

static pid_t start_program(int *ret_go)
{
	int go[2];
	pid_t pid;

	assert_int_equal(pipe(go), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		char c;

		if (read(go[0], &c, 1) == 1)
			execlp("sleep", "sleep", "1000", NULL);
		_exit(1);
	}
	close(go[0]);
	*ret_go = go[1];
	return pid;
}

static bool has_comm(pid_t pid, const char *comm)
{
	char path[64], got[32] = "";
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	in = fopen(path, "re");
	assert_non_null(in);
	assert_non_null(fgets(got, sizeof(got), in));
	fclose(in);
	got[strcspn(got, "\n")] = '\0';
	return strcmp(got, comm) == 0;
}

static void another_program_has_another_name(void **state)
{
	const uint64_t nobody[1] = { 0 };
	struct live *live = *state;
	const struct ml_proc *proc;
	struct ml_snap *snap;
	int go;
	pid_t pid = start_program(&go);
	uint64_t fresh = (uint64_t)pid;

	ml_snap_unref(take(live->root, LEAN ",pss", &fresh, 1, 1e-9));
	snap = take(live->root, LEAN ",pss", &fresh, 1, 1e-9);
	assert_true(proc_of(snap, pid)->pss != ML_NONE);
	ml_snap_unref(snap);
	assert_int_equal(write(go, "x", 1), 1);
	close(go);
	for (int i = 0; i < 500 && !has_comm(pid, "sleep"); i++)
		usleep(10000);
	usleep(100000); /* its loader ends */
	snap = take(live->root, LEAN ",pss", nobody, 0, 1e-9);
	proc = proc_of(snap, pid);
	assert_bytes(proc->comm, "sleep");
	assert_true(proc->pss == ML_NONE && isnan(proc->pss_age));
	ml_snap_unref(snap);
	end(pid);
}

static void old_readings_tell_their_age(void **state)
{
	struct live *live = *state;
	const char *keys = LEAN ",pss,uss,pss_age";
	const struct ml_proc *one, *two;
	pid_t first = start(), second = start();
	uint64_t fresh = (uint64_t)first, pss;
	struct ml_snap *snap;

	snap = take(live->root, keys, &fresh, 1, 1e-9);
	one = proc_of(snap, first);
	two = proc_of(snap, second);
	pss = one->pss;
	assert_true(pss != ML_NONE && one->uss != ML_NONE && one->pss_age == 0);
	assert_true(two->pss == ML_NONE && isnan(two->pss_age));
	ml_snap_unref(snap);
	usleep(20000);
	fresh = (uint64_t)second;
	snap = take(live->root, keys, &fresh, 1, 1e-9);
	one = proc_of(snap, first);
	two = proc_of(snap, second);
	assert_int_equal(one->pss, pss);
	assert_true(one->pss_age >= 0.02 && one->pss_age < 60);
	assert_true(two->pss != ML_NONE && two->pss_age == 0);
	ml_snap_unref(snap);
	snap = take(live->root, LEAN, NULL, 0, 0);
	assert_true(proc_of(snap, first)->pss == ML_NONE);
	ml_snap_unref(snap);
	snap = take(live->root, keys, &fresh, 0, 0); /* no budget: all */
	assert_true(proc_of(snap, first)->pss_age == 0 &&
		    proc_of(snap, second)->pss_age == 0);
	ml_snap_unref(snap);
	end(first);
	end(second);
}

/* Each time another is the oldest. */
static void the_oldest_is_read_first(void **state)
{
	struct live *live = *state;
	const char *keys = LEAN ",pss,pss_age";
	uint64_t nobody = 0;
	pid_t pid = start();
	bool seen = false;

	ml_snap_unref(take(live->root, keys, &nobody, 0, 0)); /* all of them */
	for (int i = 0; i < 3000 && !seen; i++) {
		struct ml_snap *snap = take(live->root, keys, &nobody, 0, 1e-3);

		seen = proc_of(snap, pid)->pss_age == 0;
		ml_snap_unref(snap);
	}
	assert_true(seen);
	end(pid);
}

/* ---- the same as without ---- */

static bool same_values(const struct ml_value *x, const struct ml_value *y)
{
	if (x->known != y->known || !x->known)
		return x->known == y->known;
	if (x->type == ML_TYPE_STR)
		return ml_str_eq(x->str, y->str);
	return ml_value_number(x) == ml_value_number(y);
}

static const void *row_of(struct ml_result *result, pid_t pid)
{
	const struct ml_col *col = ml_table_find(ml_result_table(result, 0), "pid");

	for (size_t i = 0; i < ml_result_nrows(result, 0); i++) {
		const void *row = ml_result_row(result, 0, i);
		struct ml_value value;

		ml_value_of(col, row, &value);
		if (value.u64 == (uint64_t)pid)
			return row;
	}
	return NULL;
}

static struct ml_result *build(struct live *live, struct ml_snap *snap)
{
	const struct ml_query query = { .parts = 1 };
	struct ml_result *result;

	assert_int_equal(ml_report_build(live->ctx, ml_report_find("ps"), &query, NULL,
					 snap, &result),
			 0);
	return result;
}

/* Of what it shares, the part that is its own moves with the others. */
static bool is_shared(const struct ml_col *col)
{
	return col->reads & ML_READ_ROLLUP;
}

/* What RSS was read from is the one thing that may differ. */
static void compare(struct live *live, struct ml_snap *x, struct ml_snap *y, pid_t pid)
{
	struct ml_result *left = build(live, x), *right = build(live, y);
	const struct ml_table *table = ml_result_table(left, 0);
	const void *of_left = row_of(left, pid), *of_right = row_of(right, pid);

	assert_non_null(of_left);
	assert_non_null(of_right);
	for (size_t i = 0; i < ml_table_ncols(table); i++) {
		const struct ml_col *col = ml_table_col(table, i);
		struct ml_value l, r;

		if (strcmp(col->key, "how") == 0)
			continue;
		ml_value_of(col, of_left, &l);
		ml_value_of(col, of_right, &r);
		if (is_shared(col) ? l.known != r.known : !same_values(&l, &r))
			fail_msg("%s differs", col->key);
	}
	ml_result_unref(left);
	ml_result_unref(right);
}

static void values_are_those_of_a_new_root(void **state)
{
	static const char *const columns[] = { NULL, "pid,user,comm,swap,anon",
					       "pid,comm,state,minflt,threads",
					       "pid,user,cgroup,cmdline,ppid,start" };
	struct live *live = *state;
	pid_t pid = start();
	uint64_t fresh = (uint64_t)pid;
	struct ml_root *root;

	usleep(20000); /* until it waits */
	kill(pid, SIGSTOP);
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	assert_int_equal(ml_root_open(live->ctx, NULL, &root), 0);
	for (size_t i = 0; i < ML_ARRAY_SIZE(columns); i++)
		for (int with = 0; with < 2; with++) {
			struct ml_snap *held, *anew;

			take_twice(live->root, columns[i]);
			held = take(live->root, columns[i], with ? &fresh : NULL, 1, 0);
			anew = take(root, columns[i], NULL, 0, 0);
			compare(live, held, anew, pid);
			ml_snap_unref(held);
			ml_snap_unref(anew);
		}
	ml_root_unref(root);
	end(pid);
}

/* ---- descriptors ---- */

/* Calls for each of ours that is of a process; the number of all. */
static size_t each_descriptor(struct live *live, void (*fn)(struct live *, uint64_t))
{
	size_t n = 0;

	for (int fd = 0; fd < 65536; fd++) {
		char path[64], target[64] = "";
		unsigned long long pid;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (readlink(path, target, sizeof(target) - 1) < 0)
			continue;
		n++;
		if (fn && sscanf(target, "/proc/%llu/stat", &pid) == 1)
			fn(live, pid);
	}
	return n;
}

static void is_listed(struct live *live, uint64_t pid)
{
	assert_non_null(ml_hold_find(live->root->hold, pid));
}

static void nothing_is_kept_of_the_dead(void **state)
{
	struct live *live = *state;

	for (int i = 0; i < 100; i++) {
		pid_t pids[3];

		for (size_t p = 0; p < ML_ARRAY_SIZE(pids); p++)
			pids[p] = start();
		take_twice(live->root, i % 2 ? LEAN : LEAN ",state,swap");
		for (size_t p = 0; p < ML_ARRAY_SIZE(pids); p++)
			end(pids[p]);
	}
	ml_snap_unref(take(live->root, LEAN, NULL, 0, 0));
	assert_true(each_descriptor(live, is_listed) > 3);
}

/* All is read all the same, and others have room. */
static void few_descriptors_are_enough(void **state)
{
	struct live *live = *state;
	size_t before = each_descriptor(live, NULL);
	struct rlimit limit, low;
	struct ml_root *root;
	struct ml_snap *snap;
	pid_t pid = start();

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	low = limit;
	low.rlim_cur = before + 64 + 6;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	assert_int_equal(ml_root_open(live->ctx, NULL, &root), 0);
	assert_int_equal(ml_root_hold(root), 0);
	take_twice(root, NULL);
	take_twice(root, LEAN);
	snap = take(root, LEAN, NULL, 0, 0);
	assert_true(proc_of(snap, pid)->rss > 0 && proc_of(snap, pid)->rss != ML_NONE);
	assert_in_range(each_descriptor(live, NULL), before + 1, before + 6);
	ml_snap_unref(snap);
	ml_root_unref(root);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(each_descriptor(live, NULL), before);
	end(pid);
}

static void files_of_the_machine_move_on(void **state)
{
	struct live *live = *state;
	struct ml_arena arena = { 0 };
	struct ml_str first = { 0 }, last = { 0 };

	for (int i = 0; i < 50 && (!i || ml_str_eq(first, last)); i++) {
		assert_int_equal(ml_root_read(live->root, "/proc/uptime", &arena, &last),
				 0);
		first = i ? first : last;
		usleep(10000);
	}
	assert_false(ml_str_eq(first, last));
	assert_true(ml_hold_file(live->root->hold, "/proc/uptime") >= 0);
	assert_true(ml_hold_file(live->root->hold, "/etc/passwd") < 0);
	ml_hold_drop_file(live->root->hold, "/proc/uptime");
	assert_int_equal(ml_root_read(live->root, "/proc/uptime", &arena, &last), 0);
	ml_arena_deinit(&arena);
}

int main(void)
{
#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		LIVE(what_is_read_in_two_walks_is_kept),
		LIVE(one_that_ends_is_gone),
		LIVE(a_number_that_changes_hands_is_another),
		LIVE(a_descriptor_is_of_one_process),
		LIVE(another_program_has_another_name),
		LIVE(old_readings_tell_their_age),
		LIVE(the_oldest_is_read_first),
		LIVE(values_are_those_of_a_new_root),
		LIVE(nothing_is_kept_of_the_dead),
		LIVE(few_descriptors_are_enough),
		LIVE(files_of_the_machine_move_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
