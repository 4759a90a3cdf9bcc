/* SPDX-License-Identifier: MIT */
/* redact_process: the files of a process without its names. */
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "capture/redact_words.h"

/* ---- mappings ---- */

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
		ml_redact_newline(out);
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
	if (!ml_redact_is_listed((struct ml_str){ word.p, n }, numa_words,
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
		ml_redact_word_path(r, ml_str_skip(word, strlen(file)), out);
	} else if (first ? ml_num_hex(word, &address) : is_numa_word(word)) {
		ml_buf_str(out, word);
	} else {
		ml_redact_token(r, word, out);
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
		ml_redact_newline(out);
	}
}

/* ---- names of processes ---- */

/* Of a kernel thread what stands before a slash: behind it can stand a device or a volume
 * that somebody named. */
static void put_comm(const struct ml_redactor *r, struct ml_str comm, struct ml_buf *out)
{
	struct ml_str head;

	if (!r->kernel_thread) {
		ml_redact_token(r, comm, out);
	} else if (ml_split(&comm, '/', &head)) {
		ml_buf_str(out, head);
		ml_buf_add(out, "/", 1);
		ml_redact_token(r, comm, out);
	} else {
		ml_buf_str(out, comm);
	}
}

void ml_redact_comm(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	if (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	put_comm(r, text, out);
	ml_redact_newline(out);
}

/* "12 (comm) S 1 ...": the name may hold anything, so the last parenthesis ends it. */
void ml_redact_stat(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	const char *open = text.n ? memchr(text.p, '(', text.n) : NULL;
	const char *close = text.n ? memrchr(text.p, ')', text.n) : NULL;

	if (!open || !close || close < open) {
		ml_redact_token(r, text, out);
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
		ml_redact_newline(out);
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
			ml_redact_token(r, arg, out);
		if (ended)
			ml_buf_add(out, "", 1);
		first = false;
	}
}

/* ---- control groups ---- */

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
				ml_redact_token(r, list, out);
			else
				ml_buf_str(out, list);
			ml_buf_add(out, ":", 1);
		}
		ml_redact_path(r, line, out);
		ml_redact_newline(out);
	}
}
