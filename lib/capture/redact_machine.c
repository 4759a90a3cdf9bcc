/* SPDX-License-Identifier: MIT */
/* redact_machine: the files of a machine without its names. */
#include <string.h>

#include "base/cleanup.h"
#include "capture/redact_words.h"

void ml_redact_line(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	struct ml_str line;

	while (ml_next_line(&text, &line)) {
		ml_redact_token(r, line, out);
		ml_redact_newline(out);
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
	ml_redact_newline(out);
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
			ml_redact_token(r, group, out);
			ml_buf_add(out, ")", 1);
			line = rest;
		}
		ml_buf_str(out, line);
		ml_redact_newline(out);
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
		ml_redact_newline(out);
	}
}

void ml_redact_swaps(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	struct ml_str line, word;

	while (ml_next_line(&text, &line)) {
		if (!ml_str_starts(line, "Filename") && ml_next_word(&line, &word))
			ml_redact_word_path(r, word, out);
		ml_buf_str(out, line);
		ml_redact_newline(out);
	}
}

/* ---- mounts ---- */

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
	if (ml_redact_is_listed(option, options, ML_ARRAY_SIZE(options)))
		ml_buf_str(out, option);
	else
		ml_redact_token(r, option, out);
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
		ml_redact_word_path(r, word, out);
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
		ml_redact_newline(out);
	}
}
