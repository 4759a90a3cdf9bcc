/* SPDX-License-Identifier: MIT */
/* rules_queue: kernel memory that waits to be read, in sockets and in pipes. */
#include "diag/holders.h"
#include "diag/rules.h"
#include "model/kernel.h"
#include "model/queue.h"

static const struct ml_parsed *queues_of(const struct ml_diag *d)
{
	return ml_snap_parsed(d->cur, ML_FEED_QUEUES_LARGE);
}

static bool is_socket(const struct ml_queue_row *row)
{
	return !ml_str_is(row->kind, "pipe");
}

/* Who holds most of the sockets or of the pipes, if one is known. */
static const struct ml_queue_row *largest(const struct ml_diag *d, bool sockets)
{
	const struct ml_parsed *queues = queues_of(d);
	const struct ml_queue_row *row;

	if (queues)
		ml_for_each_row(row, &queues->rows)
			if (is_socket(row) == sockets && row->pid != ML_NONE)
				return row;
	return NULL;
}

/* The process, when it is most of it; else the machine. */
static struct ml_object object_of(const struct ml_diag *d, const struct ml_queue_row *top,
				  double bytes)
{
	if (top && ml_f64(top->bytes) >= ml_diag_limit(d, "most") * bytes)
		return ml_diag_holder(d, top->pid, top->comm);
	return ml_object_host();
}

static const char *say_largest(struct ml_diag *d, const struct ml_queue_row *top)
{
	const char *text;

	if (!top)
		return "";
	text = ml_arena_printf(d->arena, "; process %llu (%.*s) has %s in %s %s%s",
			       (unsigned long long)top->pid, (int)top->comm.n,
			       top->comm.n ? top->comm.p : "",
			       ml_say_bytes(d, top->bytes), ml_say_count(d, top->count),
			       is_socket(top) ? "socket" : "pipe",
			       top->count == 1 ? "" : "s");
	if (!text)
		d->failed = true;
	return text ? text : "";
}

/* ---- sockets ---- */

struct sockets {
	uint64_t tcp, udp, local; /* bytes */
	double bytes;
	double low, pressure; /* of tcp_mem, in bytes; NaN: unknown */
};

static void find_sockets(const struct ml_diag *d, struct sockets *ret)
{
	const struct ml_kv *sockstat = ml_snap_kv(d->cur, ML_FEED_SOCKSTAT);
	const struct ml_kernel *k = ml_kernel_of(d->cur);

	ret->tcp = ml_snap_pages(d->cur, ml_kv_get(sockstat, "TCP.mem"));
	ret->udp = ml_snap_pages(d->cur, ml_kv_get(sockstat, "UDP.mem"));
	ret->local = ml_queue_total(queues_of(d), "unix");
	ret->bytes = ml_f64(ret->tcp) + (double)(ml_or0(ret->udp) + ml_or0(ret->local));
	ret->low = k ? ml_f64(ml_snap_pages(d->cur, k->tcp_low)) : NAN;
	ret->pressure = k ? ml_f64(ml_snap_pages(d->cur, k->tcp_pressure)) : NAN;
}

/* The marks of the kernel hold for TCP alone. */
static enum ml_severity judge_sockets(const struct ml_diag *d, const struct sockets *s,
				      enum ml_severity severity, double share)
{
	double near = ml_diag_limit(d, "near");

	if (ml_f64(s->tcp) >= near * s->pressure)
		return ML_CRIT;
	if (severity < ML_WARN && ml_f64(s->tcp) >= near * s->low)
		return ML_WARN;
	if (!severity && share >= ml_diag_limit(d, "share"))
		return ML_INFO;
	return severity;
}

static int check_sockets(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	const struct ml_queue_row *top = largest(d, true);
	struct ml_object object;
	struct ml_finding *f;
	struct sockets s;
	enum ml_severity severity;
	double share;

	find_sockets(d, &s);
	if (isnan(s.bytes))
		return ml_diag_skip(d, "this kernel does not tell the memory of TCP");
	share = s.bytes / ml_f64(ml_snap_mem(d->cur, "MemTotal"));
	severity = judge_sockets(d, &s, ml_diag_measure(d, &host, s.bytes), share);
	if (!severity)
		return 0;
	object = object_of(d, top, s.bytes);
	f = ml_diag_add(
		d, severity, &object, "queues of sockets hold %s (%s of memory)%s",
		ml_say_bytes(d, s.bytes), ml_say_share(d, share), say_largest(d, top));
	ml_diag_evidence(d, f, "TCP mem", ml_f64(s.tcp), ML_UNIT_BYTES,
			 severity == ML_CRIT   ? s.pressure
			 : severity == ML_WARN ? s.low
					       : NAN);
	ml_diag_evidence(d, f, "UDP mem", ml_f64(s.udp), ML_UNIT_BYTES, NAN);
	if (s.local != ML_NONE)
		ml_diag_evidence(d, f, "UNIX queues", ml_f64(s.local), ML_UNIT_BYTES,
				 NAN);
	ml_diag_evidence(d, f, "of MemTotal", share, ML_UNIT_RATIO,
			 share >= ml_diag_limit(d, "share") ? ml_diag_limit(d, "share")
							    : NAN);
	f->amount[ML_AMOUNT_BYTES] = s.bytes;
	return 0;
}

/* ---- pipes ---- */

/* Of all that were refused nothing is known: what was seen is the least. */
static int check_pipes(struct ml_diag *d)
{
	const struct ml_feed_data *data = &d->cur->feed[ML_FEED_QUEUES_LARGE];
	const struct ml_object host = ml_object_host();
	const struct ml_queue_row *top = largest(d, false);
	double bytes = ml_f64(ml_queue_total(queues_of(d), "pipe"));
	enum ml_severity severity = ml_diag_measure(d, &host, bytes);
	struct ml_object object;
	struct ml_finding *f;

	if (!severity && data->status == ML_DENIED)
		return ml_diag_skip(d, "some processes may not be asked, needs "
				       "CAP_SYS_PTRACE");
	if (isnan(bytes))
		return ml_diag_skip(d, "what waits in pipes was not asked");
	if (!severity)
		return 0;
	object = object_of(d, top, bytes);
	f = ml_diag_add(d, severity, &object, "%s wait unread in pipes%s",
			ml_say_bytes(d, bytes), say_largest(d, top));
	ml_diag_evidence(d, f, "FIONREAD in whole pages", bytes, ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	f->amount[ML_AMOUNT_BYTES] = bytes;
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "sock.mem.high",
		.title = "queues of sockets hold much memory",
		.need = ML_FEED(MEMINFO) | ML_FEED(SOCKSTAT),
		.use = ML_FEED(KERNEL) | ML_FEED(QUEUES_LARGE) | ML_FEED(PROCESSES),
		.reads = ML_READ_STAT,
		.measure = "queues",
		.unit = ML_UNIT_BYTES,
		.check = check_sockets,
		.why = "it is in no process's RSS and in no field of meminfo; from its second "
		       "mark on TCP shrinks windows, from the third it drops",
		.isnt = "no leak of the kernel: some program does not read what it was sent, "
			"or a peer does not take what it asked for",
		.remedy = "find the socket with the full queue (ss -m), and mend or restart "
			  "who should read it",
		.risk = "closing a connection loses what is in its queues",
		.next = "memlens where",
	},
	{
		.id = "pipe.mem.high",
		.title = "much waits unread in pipes",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(QUEUES_LARGE) | ML_FEED(PROCESSES),
		.reads = ML_READ_STAT,
		.measure = "unread",
		.unit = ML_UNIT_BYTES,
		.confidence = ML_CONFIDENCE_MEDIUM,
		.check = check_pipes,
		.why = "pages of pipes are in no process's RSS and in no field of meminfo",
		.isnt = "no leak of the kernel: who has the reading end does not read; pages "
			"that were spliced in belong to files",
		.remedy = "find why its reader stands still, or end who has the pipes",
		.risk = "what is in the pipes is lost",
		.next = "memlens where",
	},
};

const struct ml_rule_set ml_rules_queue = ML_RULE_SET(rules);
