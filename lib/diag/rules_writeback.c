/* SPDX-License-Identifier: MIT */
/* rules_writeback: whether what was written gets to the disks in time. */
#include "diag/rules.h"
#include "diag/traffic.h"

/* ---- how much waits to be written ---- */

/* As balance_dirty_pages() in mm/page-writeback.c counts; nr_unstable until 5.7. */
static uint64_t waiting(const struct ml_snap *snap)
{
	uint64_t sum =
		ml_add(ml_snap_vm(snap, "nr_dirty"), ml_snap_vm(snap, "nr_writeback"));

	return ml_add(sum, ml_or0(ml_snap_vm(snap, "nr_unstable")));
}

static uint64_t threshold(const struct ml_snap *snap)
{
	return ml_snap_vm(snap, "nr_dirty_threshold");
}

/* Writers are slowed from halfway between the two thresholds on. */
static uint64_t free_run(const struct ml_snap *snap)
{
	uint64_t background = ml_snap_vm(snap, "nr_dirty_background_threshold");
	uint64_t sum = ml_add(background, threshold(snap));

	return sum == ML_NONE ? ML_NONE : sum / 2;
}

static double share_waiting(const struct ml_snap *snap)
{
	uint64_t pages = waiting(snap), from = free_run(snap);

	if (pages == ML_NONE || from == ML_NONE)
		return NAN;
	return pages > from ? ml_ratio(pages, threshold(snap)) : 0;
}

/* Of the file pages, those that reclaim cannot have yet. */
static double share_of_files(const struct ml_snap *snap)
{
	uint64_t files = ml_add(ml_snap_vm(snap, "nr_active_file"),
				ml_snap_vm(snap, "nr_inactive_file"));
	double share = ml_ratio(waiting(snap), files);

	return share > 1 ? 1 : share;
}

/* In both samples: a burst may go over it for a moment. */
static int check_throttle(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double before = share_waiting(d->prev), now = share_waiting(d->cur);
	double share = before < now ? before : now, some = ml_traffic_some(d);
	const char *bytes, *of;
	enum ml_severity severity;
	struct ml_finding *f;

	if (isnan(before) || isnan(now))
		return ml_diag_skip(d, "the thresholds of dirty pages are not known");
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	bytes = ml_say_bytes(d, ml_snap_pages(d->cur, waiting(d->cur)));
	of = ml_say_bytes(d, ml_snap_pages(d->cur, threshold(d->cur)));
	f = ml_diag_add(d, severity, &host,
			"writers are slowed: %s wait to be written, of %s allowed", bytes,
			of);
	ml_diag_evidence(d, f, "(nr_dirty + nr_writeback) / nr_dirty_threshold", share,
			 ML_UNIT_RATIO, ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "nr_written", ml_diag_vm_rate(d, "nr_written"),
			 ML_UNIT_PER_SECOND, NAN);
	f->amount[ML_AMOUNT_STALL] = share_of_files(d->cur) * (some > 0 ? some : 1);
	return 0;
}

static int check_window(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double bytes = ml_f64(ml_snap_pages(d->cur, threshold(d->cur)));
	enum ml_severity severity = ml_diag_measure(d, &host, bytes);
	struct ml_finding *f;

	if (isnan(bytes))
		return ml_diag_skip(d, "the thresholds of dirty pages are not known");
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"up to %s that programs have written may be in memory only",
			ml_say_bytes(d, bytes));
	ml_diag_evidence(d, f, "nr_dirty_threshold", bytes, ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "nr_dirty",
			 ml_f64(ml_snap_pages(d->cur, ml_snap_vm(d->cur, "nr_dirty"))),
			 ML_UNIT_BYTES, NAN);
	return 0;
}

/* ---- whether it gets anywhere ---- */

static int check_stuck(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t before = ml_snap_vm(d->prev, "nr_writeback");
	uint64_t now = ml_snap_vm(d->cur, "nr_writeback");
	double written = ml_diag_vm_rate(d, "nr_written"), bytes = 0;
	enum ml_severity severity;
	struct ml_finding *f;

	if (d->seconds < ml_diag_limit(d, "seconds"))
		return ml_diag_skip(d, "the samples are too close to each other");
	if (isnan(written) || before == ML_NONE || now == ML_NONE)
		return ml_diag_skip(d, "the growth of nr_written is not known");
	if (!(written > 0)) /* what is there in both samples has not moved */
		bytes = ml_f64(ml_snap_pages(d->cur, before < now ? before : now));
	severity = ml_diag_measure(d, &host, bytes);
	if (!severity)
		return 0;
	f = ml_diag_add(
		d, severity, &host,
		"writing does not get on: %s are on their way to a disk, and not a "
		"page has arrived for %s",
		ml_say_bytes(d, bytes), ml_say_time(d, d->seconds));
	ml_diag_evidence(d, f, "nr_writeback", bytes, ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "nr_written", written, ML_UNIT_PER_SECOND, NAN);
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "dirty.throttle",
		.title = "writers are slowed to the pace of the disk",
		.need = ML_FEED(VMSTAT),
		.use = ML_FEED(PRESSURE_MEMORY),
		.rate = true,
		.window = 30,
		.measure = "dirty",
		.unit = ML_UNIT_RATIO,
		.check = check_throttle,
		.why = "each program that writes now waits until the disk has taken what was "
		       "written before",
		.isnt = "one large copy may do so as long as it runs: that is how it is held "
			"back from filling the memory",
		.remedy = "find the writer and the disk; a faster disk, or smaller "
			  "vm.dirty_bytes for shorter waits",
		.risk = "smaller values write the same page more often",
		.next = "memlens psi 1, memlens cache",
	},
	{
		.id = "dirty.window.big",
		.title = "very much may wait to be written",
		.need = ML_FEED(VMSTAT),
		.measure = "threshold",
		.unit = ML_UNIT_BYTES,
		.check = check_window,
		.why = "a crash loses it, and a flush of it keeps the disk busy for long",
		.isnt = "it is what may be, not what is; programs that call fsync do not lose "
			"what they asked for",
		.remedy = "set vm.dirty_background_bytes and vm.dirty_bytes to what the disk "
			  "writes in a few seconds",
		.risk = "bursts of writing are slowed earlier",
		.next = "memlens free, memlens vmstat 1",
	},
	{
		.id = "writeback.stuck",
		.title = "pages are being written and nothing arrives",
		.need = ML_FEED(VMSTAT),
		.rate = true,
		.window = 10,
		.measure = "stuck",
		.unit = ML_UNIT_BYTES,
		.check = check_stuck,
		.why = "whoever needs these pages, and sync, waits for ever; the memory is lost "
		       "meanwhile",
		.isnt = "a slow disk still moves; and where another disk works, a dead one is "
			"not seen by this",
		.remedy = "look for a dead disk or a server of a network file system that does "
			  "not answer (kernel log, mounts)",
		.risk = "a forced unmount loses what was not written",
		.next = "memlens psi 1, memlens vmstat 1",
	},
};

const struct ml_rule_set ml_rules_writeback = ML_RULE_SET(rules);
