/* SPDX-License-Identifier: MIT */
/* oom_daemon: what daemons of user space kill for want of memory. */
#include "parse/oom_lines.h"
#include "parse/parse.h"

static struct ml_oom_report *
open_daemon(struct ml_oom_reader *r, const struct ml_oom_line *l, enum ml_oom_kind kind)
{
	struct ml_oom_report *o = ml_oom_open(r, l, kind);

	o->last_line = r->nlines;
	o->parts |= ML_OOM_OPENING;
	return o;
}

static struct ml_oom_victim *one_victim(struct ml_oom_report *o, uint64_t pid)
{
	struct ml_oom_victim *v = &o->kills[o->nkills++];

	*v = (struct ml_oom_victim){
		.pid = pid,
		.uid = ML_NONE,
		.total_vm = ML_NONE,
		.anon = ML_NONE,
		.file = ML_NONE,
		.shmem = ML_NONE,
		.pagetables = ML_NONE,
		.adj = INT64_MIN,
	};
	o->parts |= ML_OOM_VICTIM;
	return v;
}

/* "Killed CGROUP due to memory pressure for PATH being 77.22% > 50.00% for > 20s with
 * reclaim activity", "Killed CGROUP due to memory used (..) / total (..) and swap used
 * (..) / total (..) being more than 90.00%" */
static bool systemd_oomd(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, head, group;
	struct ml_oom_report *o;

	if (!ml_str_is(l->from->ident, "systemd-oomd"))
		return false;
	if (!ml_oom_cut(&s, "Killed ", &head) || head.n ||
	    !ml_oom_cut(&s, " due to ", &group))
		return true;
	o = open_daemon(r, l, ML_OOM_SYSTEMD_OOMD);
	ML_OOM_COPY(o->task_group, group);
	ML_OOM_COPY(o->why, s);
	if (ml_oom_cut(&s, "memory pressure for ", &head) &&
	    ml_oom_cut(&s, " being ", &group))
		ML_OOM_COPY(o->limit_group, group);
	return true;
}

/* "low memory! at or below SIGTERM limits: mem 10.00%, swap 10.00%" comes before "sending
 * SIGTERM to process N uid U "C": oom_score S, oom_score_adj A, VmRSS N MiB" */
static bool earlyoom(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, head, name;
	struct ml_oom_report *o;
	struct ml_oom_victim *v;
	uint64_t pid;

	if (!ml_str_is(l->from->ident, "earlyoom"))
		return false;
	if (ml_str_starts(s, "low memory!")) {
		ML_OOM_COPY(r->low, s);
		return true;
	}
	if (!ml_oom_cut(&s, "sending SIG", &head) ||
	    !ml_oom_cut(&s, " to process ", &head) || !ml_take_u64(&s, &pid))
		return true;
	o = open_daemon(r, l, ML_OOM_EARLYOOM);
	v = one_victim(o, pid);
	v->uid = ml_oom_number(s, "uid");
	v->anon = ml_mul(ml_oom_number(s, "VmRSS"), ML_KIB * ML_KIB);
	if (ml_split(&s, '"', &head) && ml_oom_cut(&s, "\": ", &name))
		ML_OOM_COPY(v->name, name);
	if (ml_oom_value(s, "oom_score_adj", &head) && !ml_num_s64(head, &v->adj))
		v->adj = INT64_MIN;
	ML_OOM_COPY(o->why, ml_str_of(r->low));
	return true;
}

/* "oomd kill: AVG10 AVG60 AVG300 CGROUP ...", which it writes to /dev/kmsg */
static bool meta_oomd(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, head, word;
	struct ml_oom_report *o;
	double avg;

	if (!ml_oom_cut(&s, "oomd kill: ", &head) || head.n > 16 ||
	    l->from->from == ML_KLOG_KERNEL)
		return false;
	for (int i = 0; i < 3; i++)
		if (!ml_next_word(&s, &word) || !ml_num_f64(word, &avg))
			return false;
	if (!ml_next_word(&s, &word))
		return false;
	o = open_daemon(r, l, ML_OOM_META_OOMD);
	ML_OOM_COPY(o->task_group, word);
	ML_OOM_COPY(o->why, ml_str_trim(s));
	return true;
}

bool ml_oom_daemon(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	return systemd_oomd(r, l) || earlyoom(r, l) || meta_oomd(r, l);
}
