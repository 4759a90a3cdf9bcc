/* SPDX-License-Identifier: MIT */
/* rules_shared: memory that is no process's own - segments, memfds, deleted files. */
#include <errno.h>

#include "diag/holders.h"
#include "diag/rules.h"

static const struct ml_shm_holder *first_holder(const struct ml_shm *shm,
						const struct ml_shm_object *o)
{
	return o->holders && o->first_holder < shm->holders.n
		       ? ml_rows_at(&shm->holders, o->first_holder)
		       : NULL;
}

/* ---- all of it ---- */

static int check_shmem(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t bytes = ml_snap_mem(d->cur, "Shmem");
	uint64_t cached = ml_snap_mem(d->cur, "Cached");
	double share = ml_ratio(bytes, ml_snap_mem(d->cur, "MemTotal"));
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;

	if (isnan(share))
		return ml_diag_skip(d, "this kernel does not tell Shmem");
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"%s (%s of memory) of what counts as cache is shared memory and "
			"cannot be dropped",
			ml_say_bytes(d, bytes), ml_say_share(d, share));
	ml_diag_evidence(d, f, "Shmem / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "Cached", ml_f64(cached), ML_UNIT_BYTES, NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(bytes);
	return 0;
}

/* ---- segments that nobody has attached ---- */

static bool was_orphan(const struct ml_diag *d, uint64_t id)
{
	const struct ml_parsed *before =
		d->prev ? ml_snap_parsed(d->prev, ML_FEED_SYSV_SHM) : NULL;
	const struct ml_sysv_row *row;

	if (!before)
		return true;
	ml_for_each_row(row, &before->rows)
		if (row->id == id)
			return !row->attached;
	return false;
}

/* A copy need not have all processes: only the machine tells that one has ended. */
static const char *say_creator(struct ml_diag *d, const struct ml_shm_segment *s)
{
	unsigned long long pid = s ? (unsigned long long)s->row->creator : 0;
	const char *text;

	if (!s || s->row->creator == ML_NONE || !pid)
		return "";
	if (s->creator_lives == 1)
		text = ml_arena_printf(d->arena, "; process %llu (%.*s) made it", pid,
				       (int)s->creator_comm.n, s->creator_comm.p);
	else
		text = ml_arena_printf(d->arena, "; process %llu made it%s", pid,
				       d->cur->root->live ? ", which has ended" : "");
	if (!text)
		d->failed = true;
	return text ? text : "";
}

static void judge_segment(struct ml_diag *d, const struct ml_sysv_row *row,
			  const struct ml_shm_segment *segment)
{
	const struct ml_object object = ml_object_shm(row->id);
	uint64_t bytes = ml_add(row->rss, ml_or0(row->swap));
	enum ml_severity severity = ml_diag_judge(d, ml_f64(bytes));
	struct ml_finding *f;

	if (row->attached || !severity)
		return;
	ml_diag_measure(d, &object, ml_f64(bytes));
	if (!was_orphan(d, row->id))
		severity = ML_INFO; /* it may be on its way to somebody */
	f = ml_diag_add(d, severity, &object,
			"System V segment %llu (key 0x%08x) holds %s, but nobody has it "
			"attached%s",
			(unsigned long long)row->id, (unsigned)row->key,
			ml_say_bytes(d, bytes), say_creator(d, segment));
	ml_diag_evidence(d, f, "rss + swap", ml_f64(bytes), ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "nattch", 0, ML_UNIT_COUNT, NAN);
	ml_diag_evidence(d, f, "cpid", ml_f64(row->creator), ML_UNIT_NONE, NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(row->rss);
}

static const struct ml_shm_segment *segment_of(const struct ml_diag *d,
					       const struct ml_sysv_row *row)
{
	const struct ml_shm *shm = d->cur->feed[ML_FEED_SHM_LARGE].parsed.head;
	const struct ml_shm_object *o;

	if (shm)
		ml_for_each_row(o, &shm->objects)
			if (o->segment && o->segment->row->id == row->id)
				return o->segment;
	return NULL;
}

static int check_orphans(struct ml_diag *d)
{
	const struct ml_parsed *segments = ml_snap_parsed(d->cur, ML_FEED_SYSV_SHM);
	const struct ml_sysv_row *row;

	ml_for_each_row(row, &segments->rows)
		judge_segment(d, row, segment_of(d, row));
	return 0;
}

/* ---- files without a name ---- */

static void judge_deleted(struct ml_diag *d, const struct ml_shm *shm,
			  const struct ml_shm_object *o)
{
	const struct ml_shm_holder *h = first_holder(shm, o);
	double share = ml_ratio(o->bytes, ml_snap_mem(d->cur, "MemTotal"));
	enum ml_severity severity = ml_diag_judge(d, ml_f64(o->bytes));
	struct ml_object object;
	struct ml_finding *f;

	if (share >= ml_diag_limit(d, "share") && severity < ML_WARN)
		severity = ML_WARN;
	if (!severity || !h)
		return;
	object = ml_diag_holder(d, h->pid, h->comm);
	ml_diag_measure(d, &object, ml_f64(o->bytes));
	if (o->holders > 1 && o->mapped)
		severity = ML_INFO; /* this is how programs share memory */
	f = ml_diag_add(d, severity, &object, "%s keep%s %s of the deleted file %.*s",
			ml_say_holders(d, h->pid, object.comm, o->holders),
			o->holders > 1 ? "" : "s", ml_say_bytes(d, o->bytes),
			(int)o->name.n, o->name.p);
	ml_diag_evidence(d, f, "st_blocks * 512", ml_f64(o->bytes), ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "of MemTotal", share, ML_UNIT_RATIO,
			 share >= ml_diag_limit(d, "share") ? ml_diag_limit(d, "share")
							    : NAN);
	ml_diag_evidence(d, f, "in swap", ml_f64(o->swapped), ML_UNIT_BYTES, NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(ml_sub_sat(o->bytes, ml_or0(o->swapped)));
}

static int check_deleted(struct ml_diag *d)
{
	const struct ml_shm *shm = ml_diag_shm(d);
	const struct ml_shm_object *o;

	if (!shm)
		return 0;
	ml_for_each_row(o, &shm->objects)
		if (o->kind == ML_SHM_DELETED)
			judge_deleted(d, shm, o);
	return ml_diag_shm_end(d, shm, true);
}

/* ---- by process ---- */

/* What one process has of a kind. Each object counts for one of its holders alone, that
 * which maps most of it: several processes share one buffer of a compositor. */
struct share {
	uint64_t pid;
	struct ml_str comm;
	uint64_t objects, bytes, swapped, holders;
	struct ml_str name; /* of the largest */
};

static int add_share(struct ml_diag *d, struct ml_rows *shares,
		     const struct ml_shm_holder *h, const struct ml_shm_object *o)
{
	struct share *s, *found = NULL;

	ml_for_each_row(s, shares)
		if (s->pid == h->pid)
			found = s;
	if (!found) {
		found = ml_rows_add(shares, d->arena);
		if (!found)
			return -ENOMEM;
		*found =
			(struct share){ .pid = h->pid, .comm = h->comm, .name = o->name };
	}
	found->objects++;
	found->bytes = ml_add(found->bytes, o->bytes);
	found->swapped = ml_add(found->swapped, ml_or0(o->swapped));
	if (o->holders > found->holders)
		found->holders = o->holders;
	return 0;
}

static int list_shares(struct ml_diag *d, const struct ml_shm *shm, enum ml_shm_kind kind,
		       struct ml_rows *ret)
{
	const struct ml_shm_object *o;

	*ret = ML_ROWS(struct share);
	ml_for_each_row(o, &shm->objects) {
		const struct ml_shm_holder *h = first_holder(shm, o);

		if (o->kind == kind && h && o->bytes != ML_NONE &&
		    add_share(d, ret, h, o))
			return -ENOMEM;
	}
	return 0;
}

static void add_memfd(struct ml_diag *d, const struct share *s,
		      const struct ml_object *object, enum ml_severity severity)
{
	struct ml_str name = ml_str_skip(s->name, strlen("/memfd:"));
	struct ml_finding *f;

	f = ml_diag_add(d, severity, object,
			"process %llu (%.*s) holds %s in %s memfd%s, the "
			"largest is \"%.*s\"%s",
			(unsigned long long)s->pid, (int)object->comm.n,
			object->comm.n ? object->comm.p : "", ml_say_bytes(d, s->bytes),
			ml_say_count(d, s->objects), s->objects == 1 ? "" : "s",
			(int)name.n, name.n ? name.p : "",
			s->holders > 1 ? "; others have it as well" : "");
	ml_diag_evidence(d, f, "st_blocks * 512", ml_f64(s->bytes), ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "in swap", ml_f64(s->swapped), ML_UNIT_BYTES, NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(ml_sub_sat(s->bytes, s->swapped));
}

static void add_gpu(struct ml_diag *d, const struct share *s,
		    const struct ml_object *object, enum ml_severity severity)
{
	struct ml_finding *f;

	f = ml_diag_add(d, severity, object,
			"process %llu (%.*s) holds %s of memory for the GPU",
			(unsigned long long)s->pid, (int)object->comm.n,
			object->comm.n ? object->comm.p : "", ml_say_bytes(d, s->bytes));
	ml_diag_evidence(d, f, "fdinfo of its GPU clients", ml_f64(s->bytes),
			 ML_UNIT_BYTES, ml_diag_crossed(d, severity));
}

static int judge_shares(struct ml_diag *d, enum ml_shm_kind kind,
			void (*add)(struct ml_diag *d, const struct share *s,
				    const struct ml_object *object,
				    enum ml_severity severity))
{
	const struct ml_shm *shm = ml_diag_shm(d);
	const struct share *s;
	struct ml_rows shares;

	if (!shm)
		return 0;
	if (list_shares(d, shm, kind, &shares))
		return -ENOMEM;
	ml_for_each_row(s, &shares) {
		enum ml_severity severity = ml_diag_judge(d, ml_f64(s->bytes));
		struct ml_object object;

		if (!severity)
			continue;
		object = ml_diag_holder(d, s->pid, s->comm);
		ml_diag_measure(d, &object, ml_f64(s->bytes));
		add(d, s, &object, severity);
	}
	return ml_diag_shm_end(d, shm, kind < ML_SHM_KINDS_IN);
}

static int check_memfd(struct ml_diag *d)
{
	return judge_shares(d, ML_SHM_MEMFD, add_memfd);
}

static int check_gpu(struct ml_diag *d)
{
	const struct ml_shm *shm = ml_diag_shm(d);

	if (shm && shm->no_gpu)
		return ml_diag_absent(d, "there is no GPU");
	return shm ? judge_shares(d, ML_SHM_GPU, add_gpu) : 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "mem.shmem.large",
		.title = "much of what counts as cache is shared memory",
		.need = ML_FEED(MEMINFO),
		.measure = "shmem",
		.unit = ML_UNIT_RATIO,
		.check = check_shmem,
		.why = "free and top count it as cache, but it can be swapped at most",
		.isnt = "no file cache and no leak by itself: databases, tmpfs, memfds and GPU "
			"buffers are in it; what is available does not count on it",
		.remedy = "see what it is made of, and delete or end what is not needed",
		.risk = "deleting files or segments loses what is in them",
		.next = "memlens shm",
	},
	{
		.id = "shm.orphan",
		.title = "a System V segment holds memory, but nobody has it attached",
		.before = ML_FEED(SYSV_SHM),
		.need = ML_FEED(SYSV_SHM),
		.use = ML_FEED(SHM_LARGE),
		.measure = "unattached",
		.unit = ML_UNIT_BYTES,
		.check = check_orphans,
		.why = "it stays until somebody removes it or the machine is booted, and is in "
		       "no process's RSS",
		.isnt = "databases leave small ones, and some attach to theirs again when they "
			"start",
		.remedy = "make sure that its program does not come back for it, then "
			  "ipcrm -m ID",
		.risk = "what is in it is gone",
		.next = "memlens shm",
	},
	{
		.id = "file.deleted.held",
		.title = "a process keeps a deleted file of a tmpfs in memory",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(SHM_LARGE) | ML_FEED(PROCESSES),
		.reads = ML_READ_STAT,
		.measure = "held",
		.unit = ML_UNIT_BYTES,
		.check = check_deleted,
		.why = "no name leads to it any more, so that neither ls nor du find it, but "
		       "its memory stays taken",
		.isnt = "a deleted file on a disk takes space there, not memory, and is not "
			"counted; programs that share memory unlink it at once on purpose",
		.remedy = "make the process close it (a reload of logs) or restart it",
		.risk = "restarting loses what the process has not saved, and the file",
		.next = "memlens shm, memlens map PID",
	},
	{
		.id = "memfd.large",
		.title = "a process holds much memory in memfds",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(SHM_LARGE) | ML_FEED(PROCESSES),
		.reads = ML_READ_STAT,
		.measure = "memfd",
		.unit = ML_UNIT_BYTES,
		.check = check_memfd,
		.why = "it is in nobody's RSS unless it is mapped as well, and has no name in "
		       "any file system",
		.isnt = "browsers, compositors and sound servers share buffers so; one that "
			"several have is counted once",
		.remedy = "see whether the process needs it; closing the descriptor frees it",
		.risk = "restarting a process loses what it has not saved",
		.next = "memlens shm, memlens map PID",
	},
	{
		.id = "gpu.memory",
		.title = "a process holds much system memory through a GPU driver",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(SHM_LARGE) | ML_FEED(PROCESSES),
		.reads = ML_READ_STAT,
		.confidence = ML_CONFIDENCE_MEDIUM,
		.measure = "gpu",
		.unit = ML_UNIT_BYTES,
		.check = check_gpu,
		.why = "buffers of a GPU without memory of its own are system memory, and in "
		       "nobody's RSS",
		.isnt = "drivers that take it from shmem have it in Shmem as well",
		.remedy = "end or restart the program that draws so much",
		.risk = "restarting a program loses what it has not saved",
		.next = "memlens shm",
	},
};

const struct ml_rule_set ml_rules_shared = ML_RULE_SET(rules);
