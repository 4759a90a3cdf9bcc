/* SPDX-License-Identifier: MIT */
/*
 * redact_log: reports of want of memory out of a kernel log, without names. Other lines
 * name programs, hosts and disks in any form: they are left out.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "capture/redact_words.h"
#include "source/manifest.h"

/* What one log is redacted with. */
struct log {
	const struct ml_redactor *r;
	struct ml_buf *out;
	struct ml_buf name;
	size_t before_name; /* words of a row of processes before the name; 0: none yet */
};

/* What stands before `text` in `s`, taken off with it; of several the last. */
static bool cut(struct ml_str *s, const char *text, bool last, struct ml_str *ret)
{
	size_t n = strlen(text);
	struct ml_str rest = *s, from = *s;
	const char *at;
	bool found = false;

	while (from.n && (at = memmem(from.p, from.n, text, n))) {
		*ret = (struct ml_str){ s->p, (size_t)(at - s->p) };
		rest = ml_str_skip(*s, ret->n + n);
		found = true;
		if (!last)
			break;
		from = rest;
	}
	*s = rest;
	return found;
}

static void put(struct log *g, const char *text)
{
	ml_buf_str(g->out, ml_str_of(text));
}

/* As it is called elsewhere, where it is not escaped. */
static struct ml_str plain(struct log *g, struct ml_str name)
{
	ml_buf_clear(&g->name);
	ml_manifest_unescape(&g->name, name);
	return ml_buf_text(&g->name);
}

static void put_name(struct log *g, struct ml_str name)
{
	ml_redact_token(g->r, plain(g, name), g->out);
}

static void put_path(struct log *g, struct ml_str path)
{
	ml_redact_path(g->r, plain(g, path), g->out);
}

/* ---- lines with names ---- */

/* Each writes a line that is its own; false: it is another's. */
typedef bool line_fn(struct log *g, struct ml_str s);

/* "COMM invoked oom-killer: ...", "COMM: page allocation failure: ...,cpuset=X,..." */
static bool asker(struct log *g, struct ml_str s)
{
	static const char *const texts[] = {
		" invoked oom-killer: ", ": page allocation failure", ": page allocation stalls",
		": vmalloc: allocation failure", ": vmalloc error: ",
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(texts); i++) {
		struct ml_str rest = s, comm, shown;

		if (!cut(&rest, texts[i], false, &comm))
			continue;
		put_name(g, comm);
		put(g, texts[i]);
		shown = rest;
		cut(&rest, ",cpuset=", false, &shown);
		ml_buf_str(g->out, shown);
		return true;
	}
	return false;
}

/* "CPU: 1 PID: 79 Comm: init Not tainted 6.1.0 #1", without what follows the version */
static bool cpu(struct log *g, struct ml_str s)
{
	struct ml_str head, comm, word;

	if (!ml_str_starts(s, "CPU: ") || !cut(&s, " Comm: ", false, &head))
		return false;
	ml_buf_str(g->out, head);
	put(g, " Comm: ");
	if (!cut(&s, " Not tainted ", true, &comm) && !cut(&s, " Tainted: ", true, &comm))
		return true;
	put_name(g, comm);
	put(g, " Not tainted ");
	while (ml_next_word(&s, &word))
		if (*word.p >= '0' && *word.p <= '9') {
			ml_buf_str(g->out, word);
			return true;
		}
	return true;
}

/* "Memory cgroup stats for /B:" with the numbers behind, or not */
static bool stats(struct log *g, struct ml_str s)
{
	struct ml_str head, path;

	if (!cut(&s, "Memory cgroup stats for ", false, &head) || head.n)
		return false;
	put(g, "Memory cgroup stats for ");
	path = s;
	if (cut(&s, ": cache:", true, &path)) {
		put_path(g, path);
		put(g, ": cache:");
		ml_buf_str(g->out, s);
		return true;
	}
	path.n -= path.n && path.p[path.n - 1] == ':';
	put_path(g, path);
	put(g, ":");
	return true;
}

/* "Task in A killed as a result of limit of B", "Tasks in P are going to be killed due to
 * memory.oom.group set" */
static bool task_in(struct log *g, struct ml_str s)
{
	static const char limit[] = " killed as a result of limit of ";
	static const char group[] = " are going to be killed due to memory.oom.group";
	struct ml_str head, path;

	if (cut(&s, "Task in ", false, &head) && !head.n) {
		if (!cut(&s, limit, false, &path))
			return false;
		put(g, "Task in ");
		put_path(g, path);
		put(g, limit);
		put_path(g, s);
		return true;
	}
	if (!cut(&s, "Tasks in ", false, &head) || head.n || !cut(&s, group, true, &path))
		return false;
	put(g, "Tasks in ");
	put_path(g, path);
	put(g, group);
	put(g, " set");
	return true;
}

/* "oom-kill:constraint=..,nodemask=..,cpuset=X,mems_allowed=..,oom_memcg=P,task_memcg=P,
 * task=C,pid=N,uid=N" */
static bool verdict(struct log *g, struct ml_str s)
{
	/* in their order; what stands before the key is of the key before it */
	static const char *const keys[] = { ",cpuset=",    ",mems_allowed=",
					    ",oom_memcg=", ",task_memcg=",
					    ",task=",      ",pid=" };
	void (*put_value)(struct log * g, struct ml_str value) = NULL;
	struct ml_str head;

	if (!ml_str_starts(s, "oom-kill:"))
		return false;
	for (size_t i = 0; i < ML_ARRAY_SIZE(keys); i++) {
		if (!cut(&s, keys[i], i > 2, &head))
			continue;
		if (put_value)
			put_value(g, head);
		else
			ml_buf_str(g->out, head);
		put(g, keys[i]);
		put_value = i == 1 ? NULL : i == 4 ? put_name : i == 5 ? NULL : put_path;
	}
	ml_buf_str(g->out, s);
	return true;
}

/* "... process N (C) total-vm:...", "... (C) score S or sacrifice child", "oom_reaper:
 * reaped process N (C), now anon-rss:..." */
static bool victim(struct log *g, struct ml_str s)
{
	static const char *const leads[] = { "Out of memory",
					     "Memory cgroup out of memory",
					     "Killed process ", "oom_reaper: reaped " };
	static const char *const ends[] = { ") total-vm:", ") score ",
					    "), now anon-rss:" };
	struct ml_str head, name;

	for (size_t i = 0; i < ML_ARRAY_SIZE(leads); i++) {
		if (!ml_str_starts(s, leads[i]))
			continue;
		if (!cut(&s, "(", false, &head))
			break;
		if (ml_str_starts(s, "oom_kill_allocating_task")) /* of the lead */
			if (!cut(&s, "(", false, &name))
				return false;
		for (size_t j = 0; j < ML_ARRAY_SIZE(ends); j++) {
			if (!cut(&s, ends[j], true, &name))
				continue;
			ml_buf_str(g->out, head);
			put(g, "(");
			put_name(g, name);
			put(g, ends[j]);
			ml_buf_str(g->out, s);
			return true;
		}
	}
	return false;
}

/* "[  pid  ]   uid ... name", "[     79]     0 ... init" */
static bool table(struct log *g, struct ml_str s)
{
	struct ml_str rest = s, word, head;
	uint64_t pid;

	if (!ml_str_starts(s, "[") || !ml_split(&rest, ']', &head))
		return false;
	head = ml_str_trim(ml_str_skip(head, 1));
	if (ml_str_is(head, "pid")) {
		for (g->before_name = 0; ml_next_word(&rest, &word);)
			g->before_name++;
		g->before_name -= g->before_name > 0;
		ml_buf_str(g->out, s);
		return true;
	}
	if (!g->before_name || !ml_num_u64(head, &pid))
		return false;
	for (size_t i = 0; i < g->before_name; i++)
		if (!ml_next_word(&rest, &word))
			return false;
	ml_buf_add(g->out, s.p, s.n - rest.n);
	put(g, " ");
	put_name(g, ml_str_skip(rest, 1));
	return true;
}

/* " ? name+0x1/0x2 [module]", without the module */
static bool frame(struct log *g, struct ml_str s)
{
	struct ml_str rest = s, word, name;

	if (!ml_str_starts(s, " ") || !ml_next_word(&rest, &word) ||
	    !ml_split(&word, '+', &name) || !ml_str_starts(word, "0x"))
		return false;
	put(g, " ");
	ml_buf_str(g->out, name);
	put(g, "+");
	ml_buf_str(g->out, word);
	return true;
}

/* ---- lines without ---- */

/* "anon_thp" */
static bool is_key(struct ml_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz_", s.p[i]) || !s.p[i])
			return false;
	return s.n > 0;
}

/* "anon 4096", a number of a group */
static bool number(struct log *g, struct ml_str s)
{
	struct ml_str rest = s, key, word;
	uint64_t v;

	if (!ml_next_word(&rest, &key) || !ml_next_word(&rest, &word) || rest.n ||
	    !is_key(key) || !ml_num_u64(word, &v))
		return false;
	ml_buf_str(g->out, s);
	return true;
}

/* " active_file:0 inactive_file:0", with line ends escaped */
static bool counters(struct log *g, struct ml_str s)
{
	struct ml_str rest = s, word, key;
	uint64_t v;

	if (!memchr(s.p, ':', s.n))
		return false;
	while (ml_next_word(&rest, &word))
		if (!ml_split(&word, ':', &key) || !is_key(key) ||
		    !ml_take_u64(&word, &v) || (word.n && !ml_str_is(word, "\\x0a")))
			return false;
	ml_buf_str(g->out, s);
	return true;
}

static bool known(struct log *g, struct ml_str s)
{
	static const char *const leads[] = {
		"memory: usage ", "memory+swap: usage ", "swap: usage ", "kmem: usage ",
		"Mem-Info:", "Node ", "lowmem_reserve[]:", "Free swap ", "Total swap ",
		"Tasks state ", "Call Trace:", "Unreclaimable slab info:", "SLUB: Unable ",
		"Out of memory and no killable processes",
		"Kernel panic - not syncing: System is deadlocked on memory",
		"vmap allocation for size ",
	};
	struct ml_str rest = s;
	uint64_t n;

	for (size_t i = 0; i < ML_ARRAY_SIZE(leads); i++)
		if (ml_str_starts(s, leads[i])) {
			ml_buf_str(g->out, s);
			return true;
		}
	if (!ml_take_u64(&rest, &n) || (!ml_str_starts(rest, " pages ") &&
					!ml_str_starts(rest, " total pagecache pages")))
		return false;
	ml_buf_str(g->out, s);
	return true;
}

static line_fn *const lines[] = {
	table, victim,  verdict, asker,    cpu,    stats,
	task_in, known, counters, number, frame,
};

static bool put_text(struct log *g, struct ml_str s)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(lines); i++) {
		size_t before = g->out->n;

		if (lines[i](g, s))
			return true;
		g->out->n = before;
	}
	return false;
}

/* "4,123,456789,-,caller=T1;text" of facility 0, which is the kernel's. */
void ml_redact_log(const struct ml_redactor *r, struct ml_str text, struct ml_buf *out)
{
	_cleanup_(ml_buf_deinit) struct ml_buf line = { 0 };
	struct log g = { .r = r, .out = &line };
	struct ml_str record, head;
	uint64_t priority;

	while (ml_next_line(&text, &record)) {
		struct ml_str before;

		if (!ml_split(&record, ';', &head) || head.n > 100)
			continue;
		before = head;
		ml_buf_clear(&line);
		if (!ml_take_u64(&head, &priority) || priority > 7 ||
		    !put_text(&g, record))
			continue;
		ml_buf_str(out, before);
		ml_buf_add(out, ";", 1);
		ml_buf_str(out, ml_buf_text(&line));
		ml_redact_newline(out);
	}
	out->failed |= line.failed || g.name.failed;
	ml_buf_deinit(&g.name);
}
