/* SPDX-License-Identifier: MIT */
/* redact: words, paths and what a descriptor refers to, without their names. */
#include "capture/redact.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "capture/redact_words.h"

/* ---- words that are everybody's ---- */

bool ml_redact_is_listed(struct ml_str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ml_str_is(s, list[i]))
			return true;
	return false;
}

/* Folders of the hierarchy standard, of kernel file systems and of control groups. */
static const char *const common[] = {
	"", ".", "..", "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libexec",
	"local", "media", "mnt", "opt", "proc", "root", "run", "sbin", "share", "shm", "snap",
	"srv", "sys", "tmp", "usr", "user", "var", "cache", "log", "spool", "fs", "kernel",
	"debug", "tracing", "security", "bpf", "pts", "mqueue", "hugepages", "mapper", "disk",
	"zero", "null", "anon_hugepage", "x86_64-linux-gnu", "aarch64-linux-gnu",
	"i386-linux-gnu", "cgroup", "unified", "memory", "cpu", "cpuacct", "cpu,cpuacct",
	"cpuset", "blkio", "devices", "freezer", "hugetlb", "net_cls", "net_prio",
	"net_cls,net_prio", "perf_event", "pids", "rdma", "misc", "systemd", "system.slice",
	"user.slice", "secretmem", "drm mm object", "i915", "machine.slice", "init.scope", "kubepods", "kubepods.slice", "docker",
	"lxc", "swapfile", "cgroup2", "tmpfs", "devtmpfs", "sysfs", "none",
};

/* Devices: these and a number. */
static const char *const devices[] = { "zram", "loop", "dm-", "md", "ram" };

static bool is_common(struct ml_str s)
{
	uint64_t number;

	if (ml_redact_is_listed(s, common, ML_ARRAY_SIZE(common)))
		return true;
	for (size_t i = 0; i < ML_ARRAY_SIZE(devices); i++)
		if (ml_str_starts(s, devices[i]) && s.n < 12 &&
		    ml_num_u64(ml_str_skip(s, strlen(devices[i])), &number))
			return true;
	return false;
}

/* Endings that tell what a thing is. */
static const char *const endings[] = {
	".so",    ".service", ".slice", ".scope", ".socket", ".mount",
	".timer", ".swap",    ".jar",   ".py",    ".ko",
};

/* Without the version of a library: ".1.2". */
static size_t version_starts(struct ml_str s)
{
	size_t n = s.n;

	while (n && ((s.p[n - 1] >= '0' && s.p[n - 1] <= '9') || s.p[n - 1] == '.'))
		n--;
	return n;
}

/* Where the ending that may be seen begins; s.n when there is none. */
static size_t ending_starts(struct ml_str s)
{
	struct ml_str library = { s.p, version_starts(s) };

	if (ml_str_ends(library, ".so") && library.n > 3)
		return library.n - 3;
	for (size_t i = 0; i < ML_ARRAY_SIZE(endings); i++)
		if (ml_str_ends(s, endings[i]) && s.n > strlen(endings[i]))
			return s.n - strlen(endings[i]);
	return s.n;
}

/* Prefixes of names that programs gave. */
static const char *const named[] = { "memfd:", "dmabuf:" };

/* "SYSV0000002a": the key of a segment. */
static bool is_segment(struct ml_str s)
{
	uint64_t key;

	return s.n == 12 && ml_str_starts(s, "SYSV") &&
	       ml_num_hex(ml_str_skip(s, 4), &key);
}

static void put_component(const struct ml_redactor *r, struct ml_str s,
			  struct ml_buf *out)
{
	size_t end;

	if (is_common(s) || is_segment(s)) {
		ml_buf_str(out, s);
		return;
	}
	for (size_t i = 0; i < ML_ARRAY_SIZE(named); i++)
		if (ml_str_starts(s, named[i])) {
			ml_buf_add(out, named[i], strlen(named[i]));
			ml_redact_token(r, ml_str_skip(s, strlen(named[i])), out);
			return;
		}
	end = ending_starts(s);
	ml_redact_token(r, (struct ml_str){ s.p, end }, out);
	ml_buf_str(out, ml_str_skip(s, end));
}

void ml_redact_path(const struct ml_redactor *r, struct ml_str path, struct ml_buf *out)
{
	bool deleted = ml_str_ends(path, " (deleted)");
	struct ml_str part;

	if (deleted)
		path.n -= strlen(" (deleted)");
	while (ml_split(&path, '/', &part)) {
		put_component(r, part, out);
		ml_buf_add(out, "/", 1);
	}
	put_component(r, path, out);
	if (deleted)
		ml_buf_str(out, ML_STR(" (deleted)"));
}

/* ---- paths in files of words ---- */

/* Blanks and the like stand as \040 in files of words. */
static void unescape_octal(struct ml_str s, struct ml_buf *out)
{
	while (s.n) {
		bool coded = s.n >= 4 && *s.p == '\\' && s.p[1] >= '0' && s.p[1] <= '3' &&
			     s.p[2] >= '0' && s.p[2] <= '7' && s.p[3] >= '0' &&
			     s.p[3] <= '7';
		char c = coded ? (char)((s.p[1] - '0') << 6 | (s.p[2] - '0') << 3 |
					(s.p[3] - '0'))
			       : *s.p;

		ml_buf_add(out, &c, 1);
		s = ml_str_skip(s, coded ? 4 : 1);
	}
}

/* A path in a file of words: no token needs an escape, but " (deleted)" does. */
void ml_redact_word_path(const struct ml_redactor *r, struct ml_str word,
			 struct ml_buf *out)
{
	bool deleted = ml_str_ends(word, "\\040(deleted)");
	struct ml_buf plain = { 0 };

	if (deleted)
		word.n -= strlen("\\040(deleted)");
	unescape_octal(word, &plain);
	out->failed |= plain.failed;
	ml_redact_path(r, ml_buf_text(&plain), out);
	if (deleted)
		ml_buf_str(out, ML_STR("\\040(deleted)"));
	ml_buf_deinit(&plain);
}

/* ---- what mappings and descriptors refer to ---- */

static const char *const marks[] = {
	"heap",     "stack",   "vdso",    "vvar", "vvar_vclock", "vsyscall",
	"vectors",  "sigpage", "uprobes", "anon", "rollup",      "aio",
};

/* What the kernel calls files without a path: "pipe:[12]", "anon_inode:[eventfd]". */
static const char *const kinds[] = { "pipe",
				     "socket",
				     "anon_inode",
				     "inotify",
				     "net",
				     "mnt",
				     "pid",
				     "uts",
				     "ipc",
				     "user",
				     "time",
				     "cgroup",
				     "pid_for_children",
				     "time_for_children" };

/* "[heap]", "[stack:12]", "[anon:NAME]" without the brackets. */
static void put_mark(const struct ml_redactor *r, struct ml_str s, struct ml_buf *out)
{
	struct ml_str rest = s, kind;

	ml_buf_add(out, "[", 1);
	if (ml_redact_is_listed(s, marks, ML_ARRAY_SIZE(marks)) ||
	    ml_str_starts(s, "stack:")) {
		ml_buf_str(out, s);
	} else {
		if (ml_split(&rest, ':', &kind) &&
		    (ml_str_is(kind, "anon") || ml_str_is(kind, "anon_shmem"))) {
			ml_buf_str(out, kind);
			ml_buf_add(out, ":", 1);
		}
		ml_redact_token(r, rest, out);
	}
	ml_buf_add(out, "]", 1);
}

void ml_redact_target(const struct ml_redactor *r, struct ml_str s, struct ml_buf *out)
{
	struct ml_str rest = s, kind;

	if (ml_str_starts(s, "/"))
		ml_redact_path(r, s, out);
	else if (ml_str_starts(s, "[") && ml_str_ends(s, "]") && s.n > 1)
		put_mark(r, (struct ml_str){ s.p + 1, s.n - 2 }, out);
	else if (ml_split(&rest, ':', &kind) &&
		 ml_redact_is_listed(kind, kinds, ML_ARRAY_SIZE(kinds)))
		ml_buf_str(out, s);
	else
		ml_redact_token(r, s, out);
}
