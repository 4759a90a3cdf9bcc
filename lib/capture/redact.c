/* SPDX-License-Identifier: MIT */
/* redact: names replaced by tokens, file by file. */
#include "capture/redact.h"

#include <errno.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/num.h"

int ml_redactor_init(struct ml_redactor *r)
{
	ssize_t n = getrandom(r->key, sizeof(r->key), 0);

	return n == (ssize_t)sizeof(r->key) ? 0 : n < 0 ? -errno : -EIO;
}

/* ---- tokens: SipHash-2-4, made for keys that must not be found from its results ---- */

static uint64_t rotate(uint64_t v, unsigned bits)
{
	return v << bits | v >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
}

static uint64_t sip_hash(const uint64_t key[2], struct ml_str s)
{
	uint64_t v[4] = {
		key[0] ^ 0x736f6d6570736575,
		key[1] ^ 0x646f72616e646f6d,
		key[0] ^ 0x6c7967656e657261,
		key[1] ^ 0x7465646279746573,
	};
	uint64_t last = (uint64_t)s.n << 56, word;
	size_t whole = s.n & ~(size_t)7;

	for (size_t i = 0; i < whole; i += 8) {
		word = 0;
		for (size_t j = 8; j--;)
			word = word << 8 | (unsigned char)s.p[i + j];
		sip_word(v, word);
	}
	for (size_t i = whole; i < s.n; i++)
		last |= (uint64_t)(unsigned char)s.p[i] << 8 * (i - whole);
	sip_word(v, last);
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Eleven bytes: it fits where the kernel allows 15. */
static void put_token(const struct ml_redactor *r, struct ml_str name, struct ml_buf *out)
{
	if (name.n)
		ml_buf_printf(out, "r%010llx",
			      (unsigned long long)(sip_hash(r->key, name) >> 24));
}

/* ---- words that are everybody's ---- */

static bool is_listed(struct ml_str s, const char *const *list, size_t n)
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

	if (is_listed(s, common, ML_ARRAY_SIZE(common)))
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
			put_token(r, ml_str_skip(s, strlen(named[i])), out);
			return;
		}
	end = ending_starts(s);
	put_token(r, (struct ml_str){ s.p, end }, out);
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

/* ---- mappings and descriptors ---- */

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
	if (is_listed(s, marks, ML_ARRAY_SIZE(marks)) || ml_str_starts(s, "stack:")) {
		ml_buf_str(out, s);
	} else {
		if (ml_split(&rest, ':', &kind) &&
		    (ml_str_is(kind, "anon") || ml_str_is(kind, "anon_shmem"))) {
			ml_buf_str(out, kind);
			ml_buf_add(out, ":", 1);
		}
		put_token(r, rest, out);
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
		 is_listed(kind, kinds, ML_ARRAY_SIZE(kinds)))
		ml_buf_str(out, s);
	else
		put_token(r, s, out);
}

static void put_newline(struct ml_buf *out)
{
	ml_buf_add(out, "\n", 1);
}

/* "7f00-7f10 rw-p 00000000 08:01 123      NAME": the part before the name, or nothing. */
static struct ml_str before_name(struct ml_str line)
{
	struct ml_str rest = line, word, start;
	uint64_t address;

	for (int i = 0; i < 5; i++) {
		if (!ml_next_word(&rest, &word))
			return (struct ml_str){ 0 };
		if (i == 0 &&
		    (!ml_split(&word, '-', &start) || !ml_num_hex(start, &address) ||
		     !ml_num_hex(word, &address)))
			return (struct ml_str){ 0 };
	}
	while (rest.n && *rest.p == ' ')
		rest = ml_str_skip(rest, 1);
	return (struct ml_str){ line.p, line.n - rest.n };
}

/* "Rss:     4 kB", "VmFlags: rd wr": a key of the kernel and no more than words. */
static bool is_measure(struct ml_str line)
{
	struct ml_str key;

	if (!ml_split(&line, ':', &key) || !key.n || ml_str_is(key, "Name"))
		return false;
	for (size_t i = 0; i < key.n; i++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_",
			    key.p[i]))
			return false;
	for (size_t i = 0; i < line.n; i++)
		if (!strchr(" \tkB0123456789abcdefghijklmnopqrstuvwxyz", line.p[i]))
			return false;
	return true;
}

void ml_redact_maps(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	struct ml_str line, head, word;

	while (ml_next_line(&text, &line)) {
		head = before_name(line);
		if (head.n) {
			ml_buf_str(out, head);
			if (head.n < line.n)
				ml_redact_target(r, ml_str_skip(line, head.n), out);
		} else if (is_measure(line)) {
			ml_buf_str(out, line);
		} else {
			if (ml_str_starts(line, "Name:") && ml_next_word(&line, &word))
				ml_buf_str(out, ML_STR("Name: "));
			ml_redact_target(r, ml_str_trim(line), out);
		}
		put_newline(out);
	}
}

void ml_redact_backing(const struct ml_redactor *r, struct ml_str text,
		       struct ml_buf *out)
{
	struct ml_str line;

	while (ml_next_line(&text, &line)) {
		if (ml_str_is(line, "none"))
			ml_buf_str(out, line);
		else
			ml_redact_target(r, line, out);
		put_newline(out);
	}
}

/* ---- names of processes ---- */

/* Of a kernel thread what stands before a slash: behind it can stand a device or a volume
 * that somebody named. */
static void put_comm(const struct ml_redactor *r, struct ml_str comm, struct ml_buf *out)
{
	struct ml_str head;

	if (!r->kernel_thread) {
		put_token(r, comm, out);
	} else if (ml_split(&comm, '/', &head)) {
		ml_buf_str(out, head);
		ml_buf_add(out, "/", 1);
		put_token(r, comm, out);
	} else {
		ml_buf_str(out, comm);
	}
}

void ml_redact_comm(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	if (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	put_comm(r, text, out);
	put_newline(out);
}

/* "12 (comm) S 1 ...": the name may hold anything, so the last parenthesis ends it. */
void ml_redact_stat(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	const char *open = text.n ? memchr(text.p, '(', text.n) : NULL;
	const char *close = text.n ? memrchr(text.p, ')', text.n) : NULL;

	if (!open || !close || close < open) {
		put_token(r, text, out);
		return;
	}
	open++;
	ml_buf_add(out, text.p, (size_t)(open - text.p));
	put_comm(r, (struct ml_str){ open, (size_t)(close - open) }, out);
	ml_buf_add(out, close, (size_t)(text.p + text.n - close));
}

/* As the kernel writes the name in status: "\n" and "\\". */
static void unescape_status(struct ml_str s, struct ml_buf *out)
{
	while (s.n) {
		bool pair = s.n > 1 && *s.p == '\\' && (s.p[1] == 'n' || s.p[1] == '\\');

		ml_buf_add(out, pair && s.p[1] == 'n' ? "\n" : s.p, 1);
		s = ml_str_skip(s, pair ? 2 : 1);
	}
}

void ml_redact_status(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	struct ml_str line;

	while (ml_next_line(&text, &line)) {
		if (ml_str_starts(line, "Name:\t")) {
			struct ml_buf name = { 0 };

			unescape_status(ml_str_skip(line, strlen("Name:\t")), &name);
			out->failed |= name.failed;
			ml_buf_str(out, ML_STR("Name:\t"));
			put_comm(r, ml_buf_text(&name), out);
			ml_buf_deinit(&name);
		} else {
			ml_buf_str(out, line);
		}
		put_newline(out);
	}
}

/* The program by its path, every argument as a whole. */
void ml_redact_cmdline(const struct ml_redactor *r, struct ml_str text,
		       struct ml_buf *out)
{
	bool first = true;
	struct ml_str arg;

	while (text.n) {
		bool ended = ml_split(&text, '\0', &arg);

		if (!ended) {
			arg = text;
			text.n = 0;
		}
		if (first && ml_str_starts(arg, "/"))
			ml_redact_path(r, arg, out);
		else
			put_token(r, arg, out);
		if (ended)
			ml_buf_add(out, "", 1);
		first = false;
	}
}

/* ---- the machine ---- */

void ml_redact_line(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	struct ml_str line;

	while (ml_next_line(&text, &line)) {
		put_token(r, line, out);
		put_newline(out);
	}
}

/* "Linux version 6.1.0-9-amd64", without who built it and where. */
void ml_redact_version(const struct ml_redactor *r, struct ml_str text,
		       struct ml_buf *out)
{
	struct ml_str word;

	(void)r;
	for (int i = 0; i < 3 && ml_next_word(&text, &word); i++) {
		if (i)
			ml_buf_add(out, " ", 1);
		ml_buf_str(out, word);
	}
	put_newline(out);
}

/* "dentry(12:GROUP) ...": before Linux 5.9 a cache of a control group has its name. */
void ml_redact_slabinfo(const struct ml_redactor *r, struct ml_str text,
			struct ml_buf *out)
{
	struct ml_str line, head, group;

	while (ml_next_line(&text, &line)) {
		struct ml_str rest = line;

		if (ml_split(&rest, '(', &head) && ml_split(&rest, ')', &group) &&
		    memchr(group.p, ':', group.n)) {
			ml_buf_str(out, head);
			ml_buf_add(out, "(", 1);
			put_token(r, group, out);
			ml_buf_add(out, ")", 1);
			line = rest;
		}
		ml_buf_str(out, line);
		put_newline(out);
	}
}

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
static void put_word_path(const struct ml_redactor *r, struct ml_str word,
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

void ml_redact_swaps(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	struct ml_str line, word;

	while (ml_next_line(&text, &line)) {
		if (!ml_str_starts(line, "Filename") && ml_next_word(&line, &word))
			put_word_path(r, word, out);
		ml_buf_str(out, line);
		put_newline(out);
	}
}

/* "4:memory:/path", "1:name=systemd:/path". */
void ml_redact_cgroup(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	struct ml_str line, id, list;

	while (ml_next_line(&text, &line)) {
		if (ml_split(&line, ':', &id) && ml_split(&line, ':', &list)) {
			ml_buf_str(out, id);
			ml_buf_add(out, ":", 1);
			if (ml_str_starts(list, "name=") &&
			    !ml_str_is(list, "name=systemd"))
				put_token(r, list, out);
			else
				ml_buf_str(out, list);
			ml_buf_add(out, ":", 1);
		}
		ml_redact_path(r, line, out);
		put_newline(out);
	}
}

/* Options of mounts that name nobody; with "=" those with a number behind. */
static const char *const options[] = {
	"rw", "ro", "nosuid", "nodev", "noexec", "relatime", "noatime", "nodiratime",
	"cpu", "cpuacct", "cpuset", "memory", "blkio", "devices", "freezer", "hugetlb",
	"net_cls", "net_prio", "perf_event", "pids", "rdma", "misc", "name=systemd",
	"xattr", "nsdelegate", "memory_recursiveprot", "memory_localevents", "inode64",
};
static const char *const numbers[] = { "size=",   "nr_inodes=", "nr_blocks=", "mode=",
				       "uid=",    "gid=",       "huge=",      "pagesize=",
				       "shared:", "master:" };

static void put_option(const struct ml_redactor *r, struct ml_str option,
		       struct ml_buf *out)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(numbers); i++)
		if (ml_str_starts(option, numbers[i])) {
			ml_buf_str(out, option);
			return;
		}
	if (is_listed(option, options, ML_ARRAY_SIZE(options)))
		ml_buf_str(out, option);
	else
		put_token(r, option, out);
}

static void put_options(const struct ml_redactor *r, struct ml_str list,
			struct ml_buf *out)
{
	struct ml_str option;

	while (ml_split(&list, ',', &option)) {
		put_option(r, option, out);
		ml_buf_add(out, ",", 1);
	}
	put_option(r, list, out);
}

/* "ID PARENT MAJ:MIN ROOT POINT OPTS [TAGS...] - TYPE SOURCE SUPER" */
static void put_mount_word(const struct ml_redactor *r, unsigned i, int behind,
			   struct ml_str word, struct ml_buf *out)
{
	if (i == 3 || i == 4 || behind == 2)
		put_word_path(r, word, out);
	else if (i < 3 || behind == 0 || behind == 1) /* numbers; "-"; the type */
		ml_buf_str(out, word);
	else
		put_options(r, word, out);
}

void ml_redact_mountinfo(const struct ml_redactor *r, struct ml_str text,
			 struct ml_buf *out)
{
	struct ml_str line, word;

	while (ml_next_line(&text, &line)) {
		int behind = -1; /* words behind the dash */

		for (unsigned i = 0; ml_next_word(&line, &word); i++) {
			if (i)
				ml_buf_add(out, " ", 1);
			if (behind >= 0 || (i > 5 && ml_str_is(word, "-")))
				behind++;
			put_mount_word(r, i, behind, word, out);
		}
		put_newline(out);
	}
}

/* ---- numa_maps ---- */

static const char *const numa_words[] = {
	"default",  "prefer",     "bind",   "interleave", "weighted", "local",  "(many)",
	"heap",     "stack",      "huge",   "anon",       "dirty",    "mapped", "mapmax",
	"swapcache", "active",    "writeback", "kernelpagesize_kB",
};

/* "anon=12", "N0=3", "bind=static:0-1,4": the kernel's words, then flags and numbers. */
static bool is_numa_word(struct ml_str word)
{
	size_t n = 0;
	uint64_t node;

	while (n < word.n && word.p[n] != '=' && word.p[n] != ':')
		n++;
	if (!is_listed((struct ml_str){ word.p, n }, numa_words,
		       ML_ARRAY_SIZE(numa_words)) &&
	    !(word.p[0] == 'N' &&
	      ml_num_u64((struct ml_str){ word.p + 1, n - 1 }, &node)))
		return false;
	for (; n < word.n; n++)
		if (!word.p[n] ||
		    !strchr("0123456789,-:=|abcdefghijklmnopqrstuvwxyz", word.p[n]))
			return false;
	return true;
}

static void put_numa_word(const struct ml_redactor *r, struct ml_str word, bool first,
			  struct ml_buf *out)
{
	const char *file = "file=";
	uint64_t address;

	if (ml_str_starts(word, file)) {
		ml_buf_str(out, ml_str_of(file));
		put_word_path(r, ml_str_skip(word, strlen(file)), out);
	} else if (first ? ml_num_hex(word, &address) : is_numa_word(word)) {
		ml_buf_str(out, word);
	} else {
		put_token(r, word, out);
	}
}

void ml_redact_numa_maps(const struct ml_redactor *r, struct ml_str text,
			 struct ml_buf *out)
{
	struct ml_str line, word;

	while (ml_next_line(&text, &line)) {
		for (bool first = true; ml_next_word(&line, &word); first = false) {
			if (!first)
				ml_buf_add(out, " ", 1);
			put_numa_word(r, word, first, out);
		}
		put_newline(out);
	}
}
