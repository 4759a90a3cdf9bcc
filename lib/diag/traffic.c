/* SPDX-License-Identifier: MIT */
/* traffic: what the kernel does to find memory, in numbers that several rules need. */
#include "diag/traffic.h"

#include "model/counter.h"
#include "model/zone.h"

double ml_traffic_rate(const struct ml_diag *d, const char *name)
{
	return d->prev ? ml_diag_rate(d, ml_snap_counter(d->prev, name),
				      ml_snap_counter(d->cur, name))
		       : NAN;
}

double ml_traffic_some(const struct ml_diag *d)
{
	return ml_diag_stall(d, ML_FEED_PRESSURE_MEMORY, "some");
}

bool ml_traffic_is_unfelt(const struct ml_diag *d)
{
	return ml_traffic_some(d) < ml_diag_limit(d, "stall");
}

/* Of the scanned pages: less than this by kswapd is a moment's work beside a group's. */
#define HOST_SHARE 0.1

/* From 7.1 on pgscan_direct counts reclaim for groups as well; allocstall never did. */
bool ml_traffic_is_host(const struct ml_diag *d)
{
	double kswapd = ml_traffic_rate(d, "pgscan_kswapd");
	double all = kswapd + ml_traffic_rate(d, "pgscan_direct");

	if (ml_traffic_rate(d, "allocstall") > 0)
		return true;
	return !(kswapd < HOST_SHARE * all) && kswapd != 0;
}

double ml_traffic_available(const struct ml_diag *d)
{
	return ml_ratio(ml_available(d->cur), ml_snap_mem(d->cur, "MemTotal"));
}

static double larger(double a, double b)
{
	return a >= b || isnan(b) ? a : b;
}

/* What zswap takes and gives is not counted by pswpin and pswpout; what it writes back to
 * its device had left memory before. */
static void add_zswap(const struct ml_diag *d, struct ml_swap_traffic *t)
{
	double in = ml_diag_vm_rate(d, "zswpin"), out = ml_diag_vm_rate(d, "zswpout");

	if (isnan(in) || isnan(out)) { /* before 5.19: by what else counts them */
		t->in = larger(t->in, ml_diag_vm_rate(d, "workingset_refault_anon"));
		t->out = larger(t->out, ml_diag_vm_rate(d, "nr_vmscan_write"));
		return;
	}
	t->in += in;
	t->out += out - ml_traffic_or0(ml_diag_vm_rate(d, "zswpwb"));
	if (t->out < 0)
		t->out = 0;
}

struct ml_swap_traffic ml_traffic_swap(const struct ml_diag *d)
{
	struct ml_swap_traffic t = {
		.in = ml_diag_vm_rate(d, "pswpin"),
		.out = ml_diag_vm_rate(d, "pswpout"),
	};
	double ahead = ml_traffic_or0(ml_diag_vm_rate(d, "swap_ra"));

	add_zswap(d, &t);
	t.faults = ahead < t.in ? t.in - ahead : t.in;
	return t;
}

void ml_traffic_show_some(struct ml_diag *d, struct ml_finding *f)
{
	double some = ml_traffic_some(d);

	if (!isnan(some))
		ml_diag_evidence(d, f, "memory some", some, ML_UNIT_RATIO, NAN);
}

const struct ml_rows *ml_traffic_zones(const struct ml_snap *snap)
{
	static const struct ml_rows none;
	const struct ml_parsed *zoneinfo = ml_snap_parsed(snap, ML_FEED_ZONEINFO);

	return zoneinfo ? &zoneinfo->rows : &none;
}
