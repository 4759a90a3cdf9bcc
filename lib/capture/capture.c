/* SPDX-License-Identifier: MIT */
/* capture: copies what is read of a machine into a tree that is a root again. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fail.h"
#include "base/num.h"
#include "capture/dirsink.h"
#include "capture/paths.h"
#include "capture/run.h"
#include "model/cgroup.h"
#include "source/walk.h"

/* systemd makes some hundred groups, a Kubernetes node some thousand. */
#define GROUPS_MAX 20000
#define GROUP_DEPTH_MAX 64
/* The kernel writes no record larger; a smaller buffer gets an error. */
#define KMSG_RECORD_BYTES 8192
/* Larger than any ring buffer: records that come while it is read must not keep us. */
#define KMSG_BYTES_MAX (32u << 20)

/* ---- names ---- */

struct listing {
	struct ml_arena *arena;
	struct ml_rows *rows; /* of const char * */
};

static int keep_name(struct ml_str name, void *data)
{
	const struct listing *l = data;
	const char **row = ml_rows_add(l->rows, l->arena);

	if (row)
		*row = ml_arena_strndup(l->arena, name.p, name.n);
	return row && *row ? 0 : -ENOMEM;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, so that two captures of one tree are the same. 0, or -errno of listing. */
static int names_in(struct ml_capture_run *r, const char *path, struct ml_arena *a,
		    struct ml_rows *ret)
{
	struct listing l = { a, ret };
	int rc;

	*ret = ML_ROWS(const char *);
	rc = ml_walk_names(r->root, path, keep_name, &l);
	if (!rc && ret->n)
		qsort(ret->at, ret->n, ret->size, by_name);
	return rc;
}

/* ---- files of the machine ---- */

/* Where the names of a pattern's first "*" are found. */
static const char *star_folder_end(const char *pattern)
{
	const char *star = strchr(pattern, '*');

	while (*star != '/')
		star--;
	return star;
}

static int expand(struct ml_capture_run *r, const char *pattern, bool loose,
		  ml_redact_fn *redact);

/* One step of a pattern: `folder` is listed, `part` is the component with the star. */
static int expand_names(struct ml_capture_run *r, const char *folder, struct ml_str part,
			const char *rest, ml_redact_fn *redact, struct ml_arena *a)
{
	struct ml_rows names;
	const char **name;
	int rc = names_in(r, folder, a, &names);

	if (rc == -ENOTDIR)
		return 0;
	if (rc)
		return ml_capture_folder(r, folder, rc);
	rc = ml_capture_folder(r, folder, 0);
	ml_for_each_row(name, &names) {
		struct ml_str s = ml_str_of(*name);
		const char *path;

		if (rc || !ml_capture_fits(s, part) || ml_capture_leaves(s))
			continue;
		path = ml_arena_printf(a, "%s/%s%s", folder, *name, rest);
		rc = path ? expand(r, path, true, redact) : -ENOMEM;
	}
	return rc;
}

/* A name with a star in it is read as a name, since expanding goes from left to right and
 * the kernel has none. */
static int expand(struct ml_capture_run *r, const char *pattern, bool loose,
		  ml_redact_fn *redact)
{
	struct ml_capture_place place = { pattern, NULL };
	struct ml_arena arena = { 0 };
	const char *end, *rest, *folder;
	struct ml_str part;
	int rc;

	if (!strchr(pattern, '*'))
		return ml_capture_copy(r, pattern, &place, redact, loose, NULL);
	end = star_folder_end(pattern);
	rest = end + 1 + strcspn(end + 1, "/");
	part = (struct ml_str){ end + 1, (size_t)(rest - end - 1) };
	folder = ml_arena_strndup(&arena, pattern, (size_t)(end - pattern));
	rc = folder ? expand_names(r, folder, part, rest, redact, &arena) : -ENOMEM;
	ml_arena_deinit(&arena);
	return rc;
}

static int copy_host(struct ml_capture_run *r)
{
	int rc = 0;

	for (size_t i = 0; i < ml_capture_host_count && !rc; i++)
		rc = expand(r, ml_capture_host[i].path, false, ml_capture_host[i].redact);
	return rc;
}

/* ---- control groups ---- */

struct groups {
	struct ml_capture_run *run;
	unsigned n;
	struct ml_str own; /* path of our own group: it and those above it come first */
	struct ml_str mount;
};

/* A file in the folder of a group, or with an `error` the folder itself: the path has the
 * names of groups in it. */
static int copy_group_file(struct ml_capture_run *r, const char *path, int error)
{
	struct ml_capture_place place = { path, NULL };
	const char *file = error ? path + strlen(path) : strrchr(path, '/');
	struct ml_buf shown = { 0 };
	int rc;

	if (r->what->redact) {
		ml_redact_path(&r->redactor,
			       (struct ml_str){ path, (size_t)(file - path) }, &shown);
		ml_buf_add(&shown, file, strlen(file) + 1);
		place.path = shown.p;
	}
	if (shown.failed)
		rc = -ENOMEM;
	else if (error)
		rc = ml_capture_note(r, place.path, error);
	else
		rc = ml_capture_copy(r, path, &place, NULL, true, NULL);
	ml_buf_deinit(&shown);
	return rc;
}

static bool is_group_file(struct ml_str name)
{
	for (size_t i = 0; i < ml_capture_cgroup_count; i++)
		if (ml_capture_fits(name, ml_str_of(ml_capture_cgroup[i])))
			return !ml_capture_leaves(name);
	return false;
}

static int copy_group_files(struct groups *g, const char *folder,
			    const struct ml_rows *names, struct ml_arena *a)
{
	const char **name;
	int rc = 0;

	ml_for_each_row(name, names) {
		const char *path;

		if (rc || !is_group_file(ml_str_of(*name)))
			continue;
		path = ml_arena_printf(a, "%s/%s", folder, *name);
		rc = path ? copy_group_file(g->run, path, 0) : -ENOMEM;
	}
	return rc;
}

/* Whether the group is ours or above ours, and so was copied before. */
static bool is_own(const struct groups *g, struct ml_str group)
{
	return g->own.n >= group.n && memcmp(g->own.p, group.p, group.n) == 0 &&
	       (g->own.n == group.n || g->own.p[group.n] == '/');
}

static int copy_own_groups(struct groups *g)
{
	struct ml_str group = g->own;
	int rc = 0;

	while (!rc) {
		struct ml_arena arena = { 0 };
		const char *folder = ml_arena_printf(&arena, "%.*s%.*s", (int)g->mount.n,
						     g->mount.p, (int)group.n, group.p);
		struct ml_rows names;

		rc = folder ? names_in(g->run, folder, &arena, &names) : -ENOMEM;
		if (!rc)
			rc = copy_group_files(g, folder, &names, &arena);
		else if (rc != -ENOMEM)
			rc = copy_group_file(g->run, folder, rc);
		ml_arena_deinit(&arena);
		if (!group.n)
			break;
		while (group.n && group.p[--group.n] != '/')
			;
	}
	return rc;
}

static int copy_groups(struct groups *g, const char *folder, unsigned depth);

/* What is no folder is found by trying: in a group there are files and groups alone. */
static int copy_subgroups(struct groups *g, const char *folder,
			  const struct ml_rows *names, struct ml_arena *a, unsigned depth)
{
	const char **name;
	int rc = 0;

	ml_for_each_row(name, names) {
		const char *path;

		if (rc || is_group_file(ml_str_of(*name)))
			continue;
		path = ml_arena_printf(a, "%s/%s", folder, *name);
		rc = path ? copy_groups(g, path, depth + 1) : -ENOMEM;
	}
	return rc;
}

static int copy_groups(struct groups *g, const char *folder, unsigned depth)
{
	struct ml_str group = ml_str_skip(ml_str_of(folder), g->mount.n);
	struct ml_arena arena = { 0 };
	struct ml_rows names;
	int rc = names_in(g->run, folder, &arena, &names);

	if (rc) {
		ml_arena_deinit(&arena);
		return rc == -ENOMEM ? rc : 0; /* a file, or a group that has gone */
	}
	if (++g->n > GROUPS_MAX || depth > GROUP_DEPTH_MAX) {
		g->run->sums->cut++;
		ml_arena_deinit(&arena);
		return 0;
	}
	if (!is_own(g, group))
		rc = copy_group_files(g, folder, &names, &arena);
	if (!rc)
		rc = copy_subgroups(g, folder, &names, &arena, depth);
	ml_arena_deinit(&arena);
	return rc;
}

static int copy_hierarchy(struct ml_capture_run *r, struct ml_str mount,
			  struct ml_str own)
{
	struct groups g = { .run = r, .own = own, .mount = mount };
	char *folder = strndup(mount.p, mount.n);
	int rc = folder ? copy_own_groups(&g) : -ENOMEM;

	if (!rc)
		rc = copy_groups(&g, folder, 0);
	free(folder);
	return rc;
}

/* Both versions, where both are mounted; ours is in one of them. */
static int copy_cgroups(struct ml_capture_run *r)
{
	struct ml_arena arena = { 0 };
	struct ml_str cgroup, mounts, mount, own_mount = { 0 }, own = { 0 };
	int rc = 0;

	if (!ml_root_read(r->root, "/proc/self/mountinfo", &arena, &mounts)) {
		if (!ml_root_read(r->root, "/proc/self/cgroup", &arena, &cgroup) &&
		    !ml_cgroup_own(cgroup, mounts, &own_mount, &own))
			own_mount.n = 0;
		for (uint64_t version = 1; version <= 2 && !rc; version++)
			if (ml_cgroup_mount(mounts, version, &mount))
				rc = copy_hierarchy(
					r, mount,
					ml_str_eq(mount, own_mount) ? own : ML_STR(""));
	}
	ml_arena_deinit(&arena);
	return rc;
}

/* ---- users and the log ---- */

/* Names and numbers alone. */
static int copy_users(struct ml_capture_run *r)
{
	static const struct ml_capture_place place = { "/etc/passwd", NULL };
	struct ml_arena arena = { 0 };
	struct ml_buf out = { 0 };
	struct ml_str text, line, name, word, uid;
	int rc = ml_root_read(r->root, place.path, &arena, &text);

	if (rc) {
		ml_arena_deinit(&arena);
		return ml_capture_note(r, place.path, rc);
	}
	while (ml_next_line(&text, &line)) {
		if (!ml_split(&line, ':', &name) || !ml_split(&line, ':', &word) ||
		    !ml_split(&line, ':', &uid) || !name.n)
			continue;
		if (r->what->redact) {
			ml_redact_line(&r->redactor, name, &out);
			out.n -= out.n > 0;
		} else {
			ml_buf_str(&out, name);
		}
		ml_buf_printf(&out, ":x:%.*s::::\n", (int)uid.n, uid.p);
	}
	rc = out.failed ? -ENOMEM : ml_capture_put(r, &place, ml_buf_text(&out), NULL);
	ml_buf_deinit(&out);
	ml_arena_deinit(&arena);
	return rc;
}

/* Records as the kernel gives them: "6,123,456789,-;text", and lines with more that begin
 * with a blank. Overwritten ones are left out, as the sequence numbers tell. */
static int read_log(struct ml_capture_run *r, int fd)
{
	ml_buf_clear(&r->text);
	while (r->text.n < KMSG_BYTES_MAX) {
		char *room = ml_buf_room(&r->text, KMSG_RECORD_BYTES);
		ssize_t n = room ? read(fd, room, KMSG_RECORD_BYTES) : 0;

		if (!room)
			return -ENOMEM;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0 && errno != EPIPE && errno != EINTR)
			return -errno;
		if (!n)
			break;
		r->text.n += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int copy_log(struct ml_capture_run *r)
{
	static const struct ml_capture_place place = { "/dev/kmsg", "kmsg.txt" };
	_cleanup_close_ int fd = -1;
	int rc;

	if (r->what->redact) { /* its lines name programs, hosts and disks in any form */
		ml_capture_omit(r, place.path);
		return 0;
	}
	if (!r->root->live)
		return ml_capture_copy(r, "/kmsg.txt", &place, NULL, false, NULL);
	fd = open(place.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	rc = fd < 0 ? -errno : read_log(r, fd);
	return rc ? ml_capture_note(r, place.path, rc)
		  : ml_capture_put(r, &place, ml_buf_text(&r->text), NULL);
}

/* ---- processes ---- */

/* Children of kthreadd, process 2, and itself. */
static bool is_kernel_thread(uint64_t pid, struct ml_str stat)
{
	const char *close = stat.n ? memrchr(stat.p, ')', stat.n) : NULL;
	struct ml_str rest, word;
	uint64_t parent;

	if (!close)
		return false;
	rest = ml_str_skip(stat, (size_t)(close - stat.p) + 1);
	return ml_next_word(&rest, &word) && ml_next_word(&rest, &word) &&
	       ml_num_u64(word, &parent) && (parent == 2 || (pid == 2 && parent == 0));
}

/* What its files may show. False when the process has gone. */
static bool meet_process(struct ml_capture_run *r, uint64_t pid)
{
	struct ml_arena arena = { 0 };
	struct ml_str stat;
	char path[64];
	int rc;

	snprintf(path, sizeof(path), "/proc/%llu/stat", (unsigned long long)pid);
	rc = ml_root_read(r->root, path, &arena, &stat);
	r->redactor.kernel_thread = !rc && is_kernel_thread(pid, stat);
	ml_arena_deinit(&arena);
	return rc != -ENOENT && rc != -ESRCH;
}

static int add_fd(uint64_t pid, int fd, struct ml_str target, void *data)
{
	struct ml_capture_run *r = data;
	struct ml_buf shown = { 0 };

	(void)pid;
	if (r->what->redact)
		ml_redact_target(&r->redactor, target, &shown);
	ml_buf_printf(&r->text, "%d ", fd);
	ml_manifest_escape(&r->text, r->what->redact ? ml_buf_text(&shown) : target);
	ml_buf_add(&r->text, "\n", 1);
	r->text.failed |= shown.failed;
	ml_buf_deinit(&shown);
	return r->text.failed ? -ENOMEM : 0;
}

static int copy_fds(struct ml_capture_run *r, uint64_t pid)
{
	char path[64], stored[64];
	struct ml_capture_place place = { path, stored };
	int rc;

	snprintf(path, sizeof(path), "/proc/%llu/fd", (unsigned long long)pid);
	snprintf(stored, sizeof(stored), "proc/%llu/" ML_FD_LIST,
		 (unsigned long long)pid);
	ml_buf_clear(&r->text);
	rc = ml_walk_fds(r->root, pid, add_fd, r);
	return rc ? ml_capture_note(r, path, rc)
		  : ml_capture_put(r, &place, ml_buf_text(&r->text), NULL);
}

/* A link's target as the text of a file: no copy of a machine has links that lead
 * anywhere. */
static int copy_program(struct ml_capture_run *r, const struct ml_capture_place *place)
{
	char target[PATH_MAX];
	ssize_t n;

	if (!r->root->live)
		return ml_capture_copy(r, place->path, place, ml_redact_target, true,
				       NULL);
	n = readlink(place->path, target, sizeof(target));
	if (n < 0)
		return ml_capture_note(r, place->path, -errno);
	return ml_capture_put(r, place, (struct ml_str){ target, (size_t)n },
			      ml_redact_target);
}

static int copy_process(struct ml_capture_run *r, uint64_t pid)
{
	char path[128];
	struct ml_capture_place place = { path, NULL };
	int rc = 0, n;

	n = snprintf(path, sizeof(path), "/proc/%llu", (unsigned long long)pid);
	if (!meet_process(r, pid))
		return ml_capture_note(r, path, -ESRCH);
	for (size_t i = 0; i < ml_capture_process_count && !rc; i++) {
		const struct ml_capture_path *file = &ml_capture_process[i];

		snprintf(path + n, sizeof(path) - (size_t)n, "/%s", file->path);
		rc = ml_capture_copy(r, path, &place, file->redact, false, NULL);
	}
	snprintf(path + n, sizeof(path) - (size_t)n, "/exe");
	if (!rc)
		rc = copy_program(r, &place);
	r->sums->processes++;
	return rc ? rc : copy_fds(r, pid);
}

struct pid_listing {
	struct ml_arena *arena;
	struct ml_rows *rows;
};

static int keep_pid(uint64_t pid, void *data)
{
	const struct pid_listing *l = data;
	uint64_t *row = ml_rows_add(l->rows, l->arena);

	if (!row)
		return -ENOMEM;
	*row = pid;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int copy_processes(struct ml_capture_run *r)
{
	struct ml_arena arena = { 0 };
	struct ml_rows pids = ML_ROWS(uint64_t);
	struct pid_listing l = { &arena, &pids };
	const uint64_t *pid;
	int rc = ml_walk_pids(r->root, keep_pid, &l);

	if (rc)
		rc = ml_capture_note(r, "/proc", rc);
	if (pids.n)
		qsort(pids.at, pids.n, pids.size, by_number);
	ml_for_each_row(pid, &pids)
		if (!rc)
			rc = copy_process(r, *pid);
	ml_arena_deinit(&arena);
	return rc;
}

/* ---- samples ---- */

static int (*const steps[])(struct ml_capture_run *r) = {
	copy_host, copy_cgroups, copy_users, copy_log, copy_processes, ml_capture_end,
};

static void name_sample(struct ml_capture_run *r)
{
	*r->prefix = '\0';
	if (r->sample == 2)
		snprintf(r->prefix, sizeof(r->prefix), "second-sample/");
	else if (r->sample > 2)
		snprintf(r->prefix, sizeof(r->prefix), "sample-%u/", r->sample);
}

static int take_sample(struct ml_capture_run *r)
{
	int rc = 0;

	name_sample(r);
	ml_capture_begin(r);
	for (size_t i = 0; i < ML_ARRAY_SIZE(steps) && !rc; i++)
		rc = steps[i](r);
	return rc;
}

/* Until `interval` after the start of the last sample. */
static int wait_for_next(const struct ml_capture_run *r)
{
	uint64_t ns = r->start_ns + (uint64_t)(r->what->interval * 1e9);
	struct timespec until = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
	int rc;

	do
		rc = ml_capture_check(r);
	while (!rc &&
	       clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR);
	return rc;
}

static int take_samples(struct ml_capture_run *r)
{
	unsigned n = r->what->samples ? r->what->samples : 1;
	int rc = 0;

	for (r->sample = 1; r->sample <= n && !rc; r->sample++) {
		if (r->sample > 1)
			rc = wait_for_next(r);
		if (!rc)
			rc = take_sample(r);
	}
	return rc ? rc : r->sink->ops->finish(r->sink);
}

/* ---- the whole ---- */

static bool is_archive(const char *path)
{
	static const char *const suffixes[] = { ".tar", ".tar.zst", ".tar.gz",
						".tar.xz" };

	for (size_t i = 0; i < ML_ARRAY_SIZE(suffixes); i++)
		if (ml_str_ends(ml_str_of(path), suffixes[i]))
			return true;
	return false;
}

static int open_sink(struct ml_ctx *ctx, const char *path, struct ml_sink **ret)
{
	if (!is_archive(path))
		return ml_dirsink_new(ctx, path, ret);
	if (!ctx->opener)
		return ml_fail(ctx, -EINVAL, "%s: nothing here writes archives", path);
	return ctx->opener->create(ctx, path, ret);
}

static int explain(struct ml_ctx *ctx, const char *path, int rc)
{
	if (rc == -EINTR)
		return ml_fail(ctx, rc, "%s: interrupted, nothing was kept", path);
	return ml_fail(ctx, rc, "%s: %s", path,
		       rc == -EEXIST ? "exists already" : strerror(-rc));
}

int ml_capture(struct ml_ctx *ctx, struct ml_root *root, const struct ml_capture *what,
	       struct ml_captured *ret)
{
	struct ml_captured sums = { 0 };
	struct ml_capture_run r = { .root = root, .what = what, .sums = &sums };
	uint64_t start = ml_clock_monotonic_ns();
	int rc;

	if (what->samples > 1 && !root->live)
		return ml_fail(ctx, -EINVAL,
			       "several samples: a copied machine does not move");
	rc = what->redact ? ml_redactor_init(&r.redactor) : 0;
	if (rc)
		return ml_fail(ctx, rc, "no random key to redact with: %s",
			       strerror(-rc));
	rc = open_sink(ctx, what->path, &r.sink);
	if (rc)
		return rc;
	rc = take_samples(&r);
	r.sink->ops->close(r.sink);
	ml_buf_deinit(&r.manifest);
	ml_buf_deinit(&r.text);
	ml_buf_deinit(&r.shown);
	ml_buf_deinit(&r.path);
	ml_arena_deinit(&r.arena);
	if (rc)
		return explain(ctx, what->path, rc);
	sums.seconds = (double)(ml_clock_monotonic_ns() - start) / 1e9;
	*ret = sums;
	return 0;
}
