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

/* From 7.1 on pgscan_direct counts reclaim for groups as well; allocstall never did. */
bool ml_traffic_is_host(const struct ml_diag *d)
{
	return ml_traffic_rate(d, "allocstall") > 0 ||
	       ml_traffic_rate(d, "pgscan_kswapd") > 0;
}

double ml_traffic_available(const struct ml_diag *d)
{
	uint64_t bytes = ml_snap_mem(d->cur, "MemAvailable");

	if (bytes == ML_NONE)
		bytes = ml_mem_available(d->cur); /* before 3.14 */
	return ml_ratio(bytes, ml_snap_mem(d->cur, "MemTotal"));
}

/* What zswap takes and gives is not counted by pswpin and pswpout; what it writes back to
 * its device had left memory before. */
struct ml_swap_traffic ml_traffic_swap(const struct ml_diag *d)
{
	double zin = ml_traffic_or0(ml_diag_vm_rate(d, "zswpin"));
	double in = ml_diag_vm_rate(d, "pswpin");
	double out = ml_diag_vm_rate(d, "pswpout") +
		     ml_traffic_or0(ml_diag_vm_rate(d, "zswpout")) -
		     ml_traffic_or0(ml_diag_vm_rate(d, "zswpwb"));
	double ahead = ml_traffic_or0(ml_diag_vm_rate(d, "swap_ra"));

	return (struct ml_swap_traffic){
		.in = in + zin,
		.out = out < 0 ? 0 : out,
		.faults = ahead < in ? in - ahead + zin : in + zin,
	};
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
