/* SPDX-License-Identifier: MIT */
/* rules_tmpfs: file systems in memory - how full they are, and what they hold. */
#include "diag/holders.h"
#include "diag/rules.h"
#include "parse/mountinfo.h"

static uint64_t total_of(const struct ml_diag *d)
{
	return ml_snap_mem(d->cur, "MemTotal");
}

static bool is_huge(const struct ml_shm_mount *m)
{
	return ml_str_is(m->type, "hugetlbfs");
}

static bool is_on(const struct ml_shm_object *o, const struct ml_shm_mount *m)
{
	return o->major == m->major && o->minor == m->minor;
}

/* The largest of its files that is known. */
static const struct ml_shm_object *largest_of(const struct ml_shm *shm,
					      const struct ml_shm_mount *m)
{
	const struct ml_shm_object *o;

	ml_for_each_row(o, &shm->objects)
		if (is_on(o, m) && o->bytes != ML_NONE && o->bytes)
			return o;
	return NULL;
}

static const char *where(const struct ml_shm_mount *m)
{
	return m->own ? "" : " (in another mount namespace)";
}

static const char *name_largest(struct ml_diag *d, const struct ml_shm *shm,
				const struct ml_shm_mount *m)
{
	const struct ml_shm_object *o = largest_of(shm, m);
	const char *text;

	if (!o)
		return "";
	text = ml_arena_printf(d->arena, "; its largest file is %.*s%s with %s",
			       (int)o->name.n, o->name.p,
			       o->kind == ML_SHM_DELETED ? ", deleted but held," : "",
			       ml_say_bytes(d, o->bytes));
	if (!text)
		d->failed = true;
	return text ? text : "";
}

/* ---- full ---- */

/* Nobody fills what cannot be written to. */
static bool is_read_only(const struct ml_diag *d, const struct ml_shm_mount *m)
{
	const struct ml_parsed *mounts = ml_snap_parsed(d->cur, ML_FEED_MOUNTS);
	const struct ml_mount_row *row;
	bool found = false;

	if (!mounts)
		return false;
	ml_for_each_row(row, &mounts->rows) {
		if (row->major != m->major || row->minor != m->minor)
			continue;
		if (!ml_mount_option(row->options, "ro"))
			return false;
		found = true;
	}
	return found;
}

static void judge_full(struct ml_diag *d, const struct ml_shm *shm,
		       const struct ml_shm_mount *m)
{
	const struct ml_object object = ml_object_mount(m->point);
	double blocks = ml_ratio(m->used, m->size);
	double inodes = ml_ratio(m->files, m->files_max);
	bool names = inodes > blocks || isnan(blocks);
	double share = names ? inodes : blocks;
	enum ml_severity severity = ml_diag_judge(d, share);
	struct ml_finding *f;

	if (isnan(share) || is_huge(m) || is_read_only(d, m))
		return;
	if (m->own || severity)
		ml_diag_measure(d, &object, share);
	if (!severity)
		return;
	f = ml_diag_add(d, severity, &object, "%.*s is %s full%s: %s of %s%s%s",
			(int)m->point.n, m->point.p, ml_say_share(d, share), where(m),
			names ? ml_say_count(d, m->files) : ml_say_bytes(d, m->used),
			names ? ml_say_count(d, m->files_max) : ml_say_bytes(d, m->size),
			names ? " files" : "", names ? "" : name_largest(d, shm, m));
	ml_diag_evidence(d, f, names ? "files used / files" : "blocks used / blocks",
			 share, ML_UNIT_RATIO, ml_diag_crossed(d, severity));
}

static int check_full(struct ml_diag *d)
{
	const struct ml_shm *shm = ml_diag_shm(d);
	const struct ml_shm_mount *m;

	if (shm)
		ml_for_each_row(m, &shm->mounts)
			judge_full(d, shm, m);
	return 0;
}

/* ---- large ---- */

/* What of it is in RAM, at most: the kernel counts swapped pages of its files too. Of
 * little it does not matter. */
static uint64_t resident_of(const struct ml_diag *d, const struct ml_shm *shm,
			    const struct ml_shm_mount *m)
{
	uint64_t used = ml_shm_mount_used(m), shmem = ml_snap_mem(d->cur, "Shmem");
	const struct ml_shm_object *o;

	if (used == ML_NONE || !ml_diag_judge(d, ml_ratio(used, total_of(d))))
		return used;
	ml_for_each_row(o, &shm->objects)
		if (is_on(o, m))
			used = ml_sub_sat(used, ml_or0(o->swapped));
	return used < shmem ? used : shmem;
}

static void judge_large(struct ml_diag *d, const struct ml_shm *shm,
			const struct ml_shm_mount *m)
{
	const struct ml_object object = ml_object_mount(m->point);
	uint64_t bytes = resident_of(d, shm, m);
	double share = ml_ratio(bytes, total_of(d));
	enum ml_severity severity = ml_diag_judge(d, share);
	struct ml_finding *f;

	if (isnan(share) || is_huge(m))
		return;
	if (m->own || severity)
		ml_diag_measure(d, &object, share);
	if (!severity)
		return;
	f = ml_diag_add(d, severity, &object, "%.*s%s holds %s of memory (%s)%s",
			(int)m->point.n, m->point.p, where(m), ml_say_bytes(d, bytes),
			ml_say_share(d, share), name_largest(d, shm, m));
	ml_diag_evidence(d, f, "used in RAM / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "used, in swap too", ml_f64(ml_shm_mount_used(m)),
			 ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "Shmem", ml_f64(ml_snap_mem(d->cur, "Shmem")),
			 ML_UNIT_BYTES, NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(bytes);
}

static int check_large(struct ml_diag *d)
{
	const struct ml_shm *shm = ml_diag_shm(d);
	const struct ml_shm_mount *m;

	if (shm)
		ml_for_each_row(m, &shm->mounts)
			judge_large(d, shm, m);
	return 0;
}

/* ---- what they may hold ---- */

static int check_cap(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	const struct ml_shm *shm = ml_diag_shm(d);
	const struct ml_shm_mount *m;
	enum ml_severity severity;
	struct ml_finding *f;
	uint64_t sum = 0, n = 0;
	double share;

	if (!shm)
		return 0;
	ml_for_each_row(m, &shm->mounts)
		if (m->own && ml_str_is(m->type, "tmpfs") && m->size != ML_NONE) {
			sum = ml_add(sum, m->size);
			n++;
		}
	share = ml_ratio(sum, total_of(d));
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"%s tmpfs may together grow to %s, more than the memory there is",
			ml_say_count(d, n), ml_say_bytes(d, sum));
	ml_diag_evidence(d, f, "sizes / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	return 0;
}

/* ---- huge pages in files that nobody has ---- */

static void judge_left(struct ml_diag *d, const struct ml_shm *shm,
		       const struct ml_shm_mount *m)
{
	const struct ml_object object = ml_object_mount(m->point);
	const struct ml_shm_object *o, *largest = NULL;
	uint64_t bytes = 0, n = 0;
	enum ml_severity severity;
	struct ml_finding *f;

	ml_for_each_row(o, &shm->objects) {
		if (!is_on(o, m) || o->holders || !ml_or0(o->bytes))
			continue;
		bytes = ml_add(bytes, o->bytes);
		largest = largest ? largest : o;
		n++;
	}
	severity = ml_diag_measure(d, &object, ml_f64(bytes));
	if (!severity || !largest)
		return;
	if (ml_or0(shm->refused)) /* they may have these files */
		severity = ML_INFO;
	f = ml_diag_add(
		d, severity, &object,
		"%s of huge pages are in %s file%s of %.*s that nobody has open or "
		"mapped; the largest is %.*s",
		ml_say_bytes(d, bytes), ml_say_count(d, n), n == 1 ? "" : "s",
		(int)m->point.n, m->point.p, (int)largest->name.n, largest->name.p);
	if (ml_or0(shm->refused)) {
		f->confidence = ML_CONFIDENCE_LOW;
		ml_diag_evidence(d, f, "processes not looked into", ml_f64(shm->refused),
				 ML_UNIT_COUNT, NAN);
	}
	ml_diag_evidence(d, f, "st_blocks * 512", ml_f64(bytes), ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	f->amount[ML_AMOUNT_BYTES] = ml_f64(bytes);
}

static int check_left(struct ml_diag *d)
{
	const struct ml_shm *shm = ml_diag_shm(d);
	const struct ml_shm_mount *m;
	bool any = false;

	if (!shm)
		return 0;
	ml_for_each_row(m, &shm->mounts)
		any |= is_huge(m);
	if (!any)
		return ml_diag_absent(d, "no hugetlbfs is mounted");
	ml_for_each_row(m, &shm->mounts)
		if (is_huge(m))
			judge_left(d, shm, m);
	return ml_diag_shm_end(d, shm, false);
}

static const struct ml_rule rules[] = {
	{
		.id = "tmpfs.full",
		.title = "a tmpfs has little room left",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(SHM_LARGE) | ML_FEED(MOUNTS),
		.measure = "full",
		.unit = ML_UNIT_RATIO,
		.check = check_full,
		.why = "programs that write there get \"No space left on device\"; one that "
		       "maps a file there dies of SIGBUS",
		.isnt = "the size of a tmpfs is a limit, not memory that is set aside",
		.remedy = "delete files there, or mount it again with a larger size",
		.risk = "deleted files are gone; a larger size can take all memory",
		.next = "memlens shm",
	},
	{
		.id = "tmpfs.large",
		.title = "files of a tmpfs take much memory",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(SHM_LARGE),
		.measure = "used",
		.unit = ML_UNIT_RATIO,
		.check = check_large,
		.why = "files there are memory: free and top show them as cache, but they "
		       "cannot be dropped, only swapped",
		.isnt = "what of the files is in swap is not counted, though df counts it",
		.remedy = "delete what is not needed, or put it on a disk",
		.risk = "deleted files are gone; a file that is still held keeps its memory",
		.next = "memlens shm, memlens where",
	},
	{
		.id = "tmpfs.cap",
		.title = "all tmpfs together may grow larger than memory",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(SHM_LARGE),
		.measure = "sizes",
		.unit = ML_UNIT_RATIO,
		.check = check_cap,
		.why = "whoever may write there can use up all memory",
		.isnt = "no shortage: each has half of memory as its limit unless told "
			"otherwise, and takes what is in it only",
		.remedy = "mount them with size=, where users may write",
		.risk = "a size that is too small makes programs fail",
		.next = "memlens shm",
	},
	{
		.id = "hugetlbfs.left",
		.title = "files that nobody has hold huge pages",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(SHM_LARGE),
		.measure = "left",
		.unit = ML_UNIT_BYTES,
		.check = check_left,
		.why = "huge pages of a file stay taken until it is removed, also after its "
		       "program ended",
		.isnt = "some programs (DPDK) keep them for their next start on purpose",
		.remedy = "remove the files, when their program is not to start again with "
			  "them",
		.risk = "what is in them is gone",
		.next = "memlens shm, memlens huge",
	},
};

const struct ml_rule_set ml_rules_tmpfs = ML_RULE_SET(rules);
