/* SPDX-License-Identifier: MIT */
/* oom_words: an event in sentences. */
#include <errno.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/oom.h"

#define PUT(b, s) ml_buf_str(b, ML_STR(s))

static void put(struct ml_buf *b, const char *s)
{
	ml_buf_str(b, ml_str_of(s));
}

static void put_break(struct ml_buf *b)
{
	if (b->n)
		PUT(b, "; ");
}

/* ---- numbers ---- */

static void put_size(struct ml_buf *b, uint64_t bytes)
{
	static const char *const units[] = {
		"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"
	};
	double v = (double)bytes;
	size_t i = 0;

	if (bytes == ML_NONE) {
		PUT(b, "an unknown size");
		return;
	}
	while (v >= 1023.95 && i + 1 < ML_ARRAY_SIZE(units)) {
		v /= 1024;
		i++;
	}
	ml_buf_printf(b, i ? "%.1f %s" : "%.0f %s", v, units[i]);
}

/* " (96 %)", where both are known. */
static void put_share(struct ml_buf *b, uint64_t part, uint64_t whole)
{
	if (part != ML_NONE && whole != ML_NONE && whole && part <= whole)
		ml_buf_printf(b, " (%.0f %%)", 100.0 * (double)part / (double)whole);
}

static void put_seconds(struct ml_buf *b, uint64_t ms)
{
	if (ms < 60000)
		ml_buf_printf(b, "%.1f s", (double)ms / 1000);
	else
		ml_buf_printf(b, "%llu min", (unsigned long long)ms / 60000);
}

struct ml_str ml_oom_when(struct ml_arena *a, uint64_t wall_ms, uint64_t boot_ms)
{
	time_t t = (time_t)(wall_ms / 1000);
	char text[40];
	struct tm tm;

	if (wall_ms != ML_NONE && wall_ms / 1000 < 253402300800 && gmtime_r(&t, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		return ml_str_of(ml_arena_printf(a, "%s", text));
	if (boot_ms == ML_NONE)
		return (struct ml_str){ 0 };
	return ml_str_of(ml_arena_printf(a, "%.1f s after boot", (double)boot_ms / 1000));
}

/* ---- names ---- */

static void put_who(struct ml_buf *b, struct ml_str name, uint64_t pid)
{
	if (name.n)
		ml_buf_str(b, name);
	else
		PUT(b, "a process");
	if (pid != ML_NONE)
		ml_buf_printf(b, " (pid %llu)", (unsigned long long)pid);
}

static void put_adj(struct ml_buf *b, int64_t adj)
{
	if (adj != INT64_MIN)
		ml_buf_printf(b, ", oom_score_adj %lld", (long long)adj);
}

/* "1.2 GiB, and 300 MiB in swap" */
static void put_holdings(struct ml_buf *b, const struct ml_oom_who *who)
{
	put_size(b, who->rss);
	if (who->swap != ML_NONE && who->swap) {
		PUT(b, " and in swap ");
		put_size(b, who->swap);
	}
}

/* ---- what happened ---- */

static void put_place(struct ml_buf *b, const struct ml_oom_event *e)
{
	switch (e->scope) {
	case ML_OOM_SCOPE_CGROUP:
		PUT(b, "control group ");
		if (e->group.n)
			ml_buf_str(b, e->group);
		else
			PUT(b, "(not told)");
		PUT(b, " met its limit");
		if (e->limit != ML_NONE) {
			PUT(b, " of ");
			put_size(b, e->limit);
		}
		return;
	case ML_OOM_SCOPE_CPUSET:
	case ML_OOM_SCOPE_POLICY:
		PUT(b, "the NUMA nodes");
		if (e->nodes.n) {
			PUT(b, " ");
			ml_buf_str(b, e->nodes);
		}
		put(b, e->scope == ML_OOM_SCOPE_CPUSET ? " that a cpuset allows"
						       : " that a memory policy allows");
		PUT(b, " ran out of memory");
		return;
	case ML_OOM_SCOPE_HOST:
		PUT(b, "the machine ran out of memory");
		return;
	case ML_OOM_SCOPE_UNKNOWN:
	case ML_OOM_SCOPES:
		PUT(b, "memory ran out, of the machine or of a control group");
	}
}

static void put_kill(struct ml_buf *b, const struct ml_oom_event *e)
{
	if (!e->killed && !e->no_victim && !e->panic && !e->victim.name.n) {
		put_place(b, e);
		PUT(b, "; who was killed is not in the log");
		return;
	}
	if (e->killed) {
		put_who(b, e->victim.name, e->victim.pid);
		PUT(b, " was killed: ");
	}
	put_place(b, e);
	if (e->group_kill && e->killed > 1)
		ml_buf_printf(b,
			      "; %llu processes of %.*s died together (memory.oom.group)",
			      (unsigned long long)e->killed, (int)e->task_group.n,
			      e->task_group.n ? e->task_group.p : "");
	else if (e->killed > 1)
		ml_buf_printf(b, "; %llu processes died", (unsigned long long)e->killed);
	if (e->asker_killed)
		PUT(b, "; it was the one that asked (vm.oom_kill_allocating_task)");
	if (e->no_victim)
		PUT(b, ", and there was no process that could be killed");
	if (e->panic)
		PUT(b, "; the kernel panicked");
}

static void put_failure(struct ml_buf *b, const struct ml_oom_event *e)
{
	if (e->kind == ML_OOM_SLAB && !e->asker.n)
		PUT(b, "the kernel");
	else
		put_who(b, e->asker, e->asker_pid);
	if (e->kind == ML_OOM_STALL) {
		PUT(b, " waited for memory for ");
		put_seconds(b, ml_or0(e->stalled_ms));
		PUT(b, " and still waits");
		return;
	}
	PUT(b, " could not get ");
	if (e->kind == ML_OOM_SLAB) {
		PUT(b, "a slab");
		if (e->cache.n) {
			PUT(b, " for the cache ");
			ml_buf_str(b, e->cache);
		}
	} else if (e->asked == ML_NONE) {
		PUT(b, "memory");
	} else {
		put_size(b, e->asked);
		if (e->kind == ML_OOM_VMALLOC)
			PUT(b, " from vmalloc");
		else if (e->order > 0)
			PUT(b, " in one piece");
	}
	PUT(b, "; nobody was killed");
	if (e->atomic)
		PUT(b,
		    ". It could not wait, and such callers are written to go on without");
}

static void put_daemon(struct ml_buf *b, const struct ml_oom_event *e)
{
	ml_buf_printf(b, "%s killed ", ml_oom_kind_name(e->kind));
	if (e->victim.pid != ML_NONE) {
		put_who(b, e->victim.name, e->victim.pid);
		if (e->victim.anon != ML_NONE) {
			PUT(b, " of ");
			put_size(b, e->victim.anon);
		}
	} else {
		PUT(b, "control group ");
		ml_buf_str(b, e->task_group);
	}
}

static void put_what(struct ml_buf *b, const struct ml_oom_event *e)
{
	if (e->kind == ML_OOM_KILL)
		put_kill(b, e);
	else if (e->kind >= ML_OOM_SYSTEMD_OOMD)
		put_daemon(b, e);
	else
		put_failure(b, e);
}

/* ---- why ---- */

static void put_zone(struct ml_buf *b, const struct ml_oom_event *e)
{
	if (!e->zone.n)
		return;
	PUT(b, " (");
	ml_buf_str(b, e->zone);
	PUT(b, ": free ");
	put_size(b, e->zone_free);
	PUT(b, ", mark ");
	put_size(b, e->zone_need);
	PUT(b, ")");
}

static void put_swap(struct ml_buf *b, const struct ml_oom_event *e)
{
	const struct ml_oom_sizes *s = &e->sizes;

	if (s->swap_total == ML_NONE)
		return;
	if (!s->swap_total) {
		PUT(b, "; there is no swap");
	} else if (s->swap_free != ML_NONE && s->swap_free < s->swap_total / 50) {
		PUT(b, "; swap was full, all ");
		put_size(b, s->swap_total);
	} else if (s->swap_free != ML_NONE) {
		PUT(b, "; swap had ");
		put_size(b, s->swap_free);
		PUT(b, " free, which did not help");
	}
}

static void put_limit(struct ml_buf *b, const struct ml_oom_event *e)
{
	bool both = e->cause == ML_OOM_CAUSE_SWAP_LIMIT;

	PUT(b, "usage ");
	put_size(b, both ? e->memsw_usage : e->usage);
	put(b, both ? " of memory and swap met the limit " : " met the limit ");
	put_size(b, both ? e->memsw_limit : e->limit);
	if (e->failcnt != ML_NONE && e->failcnt)
		ml_buf_printf(b, ", which was met %llu times",
			      (unsigned long long)e->failcnt);
	if (!both && e->memsw_limit != ML_NONE && e->memsw_limit == e->limit)
		PUT(b, "; swap was closed: memory and swap have the same limit");
	else if (!both && e->memsw_limit != ML_NONE && e->memsw_usage >= e->memsw_limit)
		PUT(b, "; the limit on memory and swap together was met, too");
	else if (e->swap_limit != ML_NONE && !e->swap_limit)
		PUT(b, "; swap was closed to it");
	else if (e->swap_limit != ML_NONE && e->swap_usage >= e->swap_limit)
		PUT(b, "; its swap limit was met, too");
	else if (e->swap_usage != ML_NONE && !e->swap_usage)
		PUT(b, "; nothing of it was in swap");
}

static void put_why(struct ml_buf *b, const struct ml_oom_event *e)
{
	switch (e->cause) {
	case ML_OOM_CAUSE_UNKNOWN:
	case ML_OOM_CAUSES:
		return;
	case ML_OOM_CAUSE_SHORTAGE:
		PUT(b,
		    "a real shortage: no zone that could serve it had any left above its mark");
		put_zone(b, e);
		put_swap(b, e);
		return;
	case ML_OOM_CAUSE_FRAGMENTATION:
		PUT(b, "fragmentation: enough was free, but in no block of ");
		put_size(b, e->asked);
		put_zone(b, e);
		return;
	case ML_OOM_CAUSE_LOW_ZONE:
		PUT(b, "only a low zone was empty");
		put_zone(b, e);
		PUT(b, "; ");
		put_size(b, e->other_free);
		PUT(b, " were free above it, where this request may not go");
		return;
	case ML_OOM_CAUSE_CMA:
		PUT(b, "what was free is kept for devices (CMA, ");
		put_size(b, e->other_free);
		PUT(b, ") and only movable pages may use it");
		put_zone(b, e);
		return;
	case ML_OOM_CAUSE_BOOST:
		PUT(b, "the kernel had raised the mark by ");
		put_size(b, e->boost);
		PUT(b, " for a while (watermark boost); without that there was enough");
		put_zone(b, e);
		return;
	case ML_OOM_CAUSE_NODES:
		PUT(b, "the allowed nodes were empty");
		put_zone(b, e);
		PUT(b, "; ");
		put_size(b, e->other_free);
		PUT(b, " were free on other nodes");
		return;
	case ML_OOM_CAUSE_LIMIT:
	case ML_OOM_CAUSE_SWAP_LIMIT:
		if (e->usage != ML_NONE || e->memsw_usage != ML_NONE)
			put_limit(b, e);
		return;
	case ML_OOM_CAUSE_BY_HAND:
		PUT(b,
		    "somebody asked for it by hand (SysRq f); memory need not have been short");
		return;
	case ML_OOM_CAUSE_PRESSURE:
	case ML_OOM_CAUSE_LOW:
		ml_buf_str(b, e->words);
		return;
	case ML_OOM_CAUSE_ATOMIC:
		PUT(b, "free memory was low and the caller may not wait for more");
		put_zone(b, e);
		return;
	case ML_OOM_CAUSE_TOO_LARGE:
		PUT(b,
		    "more was asked for than the machine has: a wrong size, not a shortage");
		return;
	case ML_OOM_CAUSE_PASSED:
		PUT(b, "unknown: when the report was written, enough was free again");
		put_zone(b, e);
		return;
	}
}

/* ---- who asked ---- */

static void put_asked(struct ml_buf *b, const struct ml_oom_event *e)
{
	if (e->kind >= ML_OOM_SYSTEMD_OOMD || (!e->asker.n && !e->gfp.n))
		return;
	if (!e->asker.n)
		PUT(b, "the kernel");
	else if (e->victim.pid != ML_NONE && e->asker_pid == e->victim.pid)
		PUT(b, "the victim itself");
	else
		put_who(b, e->asker, e->asker_pid);
	if (e->via.n) {
		PUT(b, ", for ");
		ml_buf_str(b, e->via);
	}
	if (e->order >= 0) {
		PUT(b, ": ");
		put_size(b, e->asked);
		ml_buf_printf(b, ", order %lld", (long long)e->order);
	}
	if (e->gfp.n) {
		PUT(b, ", ");
		ml_buf_str(b, e->gfp);
	}
}

/* ---- what held it ---- */

static void put_holder(struct ml_buf *b, const struct ml_oom_event *e)
{
	static const char *const names[ML_OOM_HOLDERS] = {
		[ML_OOM_HELD_UNKNOWN] = "",
		[ML_OOM_HELD_ANON] = "anonymous memory of processes",
		[ML_OOM_HELD_SHMEM] = "shared memory and tmpfs",
		[ML_OOM_HELD_FILE] = "cached files",
		[ML_OOM_HELD_SLAB] = "kernel objects (slab)",
		[ML_OOM_HELD_PAGETABLES] = "page tables",
		[ML_OOM_HELD_HUGETLB] = "pools of huge pages",
		[ML_OOM_HELD_KERNEL] = "the kernel",
		[ML_OOM_HELD_UNACCOUNTED] = "something that no counter of the report tells",
	};
	uint64_t whole = e->scope == ML_OOM_SCOPE_CGROUP ? e->usage : e->sizes.total;

	ml_buf_printf(b, "%s, ", names[e->holder]);
	put_size(b, e->held);
	if (whole != ML_NONE) {
		PUT(b, " of ");
		put_size(b, whole);
		put_share(b, e->held, whole);
	}
}

static void put_slab(struct ml_buf *b, const struct ml_oom_event *e)
{
	if (e->holder != ML_OOM_HELD_SLAB || !e->slab_name.n)
		return;
	PUT(b, ", most of it ");
	ml_buf_str(b, e->slab_name);
	PUT(b, " ");
	put_size(b, e->slab_bytes);
}

static void put_held(struct ml_buf *b, const struct ml_oom_event *e)
{
	if (e->holder == ML_OOM_HELD_UNKNOWN && !e->crowd.n)
		return;
	if (e->kind != ML_OOM_KILL && e->cause != ML_OOM_CAUSE_SHORTAGE)
		return; /* there was memory */
	if (e->holder != ML_OOM_HELD_UNKNOWN) {
		put_holder(b, e);
		put_slab(b, e);
	}
	if (e->no_task) {
		put_break(b);
		PUT(b, "the processes have only ");
		put_size(b, e->sizes.tasks);
		PUT(b, " of it");
	} else if (e->crowd.n) {
		put_break(b);
		if (e->crowd_tasks == 1)
			PUT(b, "the most has ");
		else
			ml_buf_printf(b, "the most have %llu processes ",
				      (unsigned long long)e->crowd_tasks);
		ml_buf_str(b, e->crowd);
		PUT(b, ", ");
		put_size(b, e->crowd_bytes);
		PUT(b, " with swap and page tables");
	}
}

/* ---- was it the right one ---- */

static void put_victim(struct ml_buf *b, const struct ml_oom_event *e)
{
	if (e->kind != ML_OOM_KILL || e->victim.pid == ML_NONE)
		return;
	if (e->hog.bytes == ML_NONE) {
		PUT(b, "it had ");
		put_holdings(b, &e->victim);
		put_adj(b, e->victim.adj);
		PUT(b, "; whether others had more is not in the log");
	} else if (e->hog.pid == e->victim.pid) {
		PUT(b, "it was the largest process: ");
		put_holdings(b, &e->victim);
		put_adj(b, e->victim.adj);
	} else {
		put(b, e->innocent ? "it was not the hog: it had "
				   : "it was not the largest: it had ");
		put_holdings(b, &e->victim);
		put_adj(b, e->victim.adj);
		PUT(b, ", while ");
		put_who(b, e->hog.name, e->hog.pid);
		PUT(b, " has ");
		put_holdings(b, &e->hog);
		put_adj(b, e->hog.adj);
	}
}

static void put_helped(struct ml_buf *b, const struct ml_oom_event *e)
{
	if (e->kind != ML_OOM_KILL || !e->killed)
		return;
	if (e->parts & ML_OOM_NOT_REAPED)
		PUT(b, "its memory could not be freed at once");
	else if (e->parts & ML_OOM_REAPED)
		PUT(b, "its memory was freed at once");
	if (e->next_ms == ML_NONE)
		return;
	put_break(b);
	if (e->helped == ML_OOM_HELPED_NO)
		PUT(b, "not for long: ");
	PUT(b, "the next kill for the same reason came ");
	put_seconds(b, e->next_ms);
	PUT(b, " later");
}

/* ---- what would have prevented it ---- */

static const char *advice_of_cause(const struct ml_oom_event *e)
{
	switch (e->cause) {
	case ML_OOM_CAUSE_FRAGMENTATION:
		return "compaction ahead of need (vm.compaction_proactiveness, a larger "
		       "vm.min_free_kbytes), or smaller requests; see memlens frag";
	case ML_OOM_CAUSE_LOW_ZONE:
		return "a larger vm.lowmem_reserve_ratio protection of that zone, or a driver "
		       "that does without it; see memlens zone";
	case ML_OOM_CAUSE_CMA:
		return "a smaller CMA area (cma= on the kernel command line)";
	case ML_OOM_CAUSE_BOOST:
		return "vm.watermark_boost_factor=0";
	case ML_OOM_CAUSE_NODES:
		return "more nodes for it (cpuset.mems, numactl); see memlens numa";
	case ML_OOM_CAUSE_LIMIT:
	case ML_OOM_CAUSE_SWAP_LIMIT:
		return "a higher limit if the group needs that much, else find what grows in "
		       "it; memory.high below the limit slows it before it is killed";
	case ML_OOM_CAUSE_TOO_LARGE:
		return "a check of the size in the program that asked";
	case ML_OOM_CAUSE_ATOMIC:
		return "a larger vm.min_free_kbytes, if it happens often";
	case ML_OOM_CAUSE_PRESSURE:
	case ML_OOM_CAUSE_LOW:
		return "less memory in use; memlens psi and memlens cgroup show who waits";
	case ML_OOM_CAUSE_SHORTAGE:
	case ML_OOM_CAUSE_UNKNOWN:
	case ML_OOM_CAUSE_BY_HAND:
	case ML_OOM_CAUSE_PASSED:
	case ML_OOM_CAUSES:
		break;
	}
	return NULL;
}

static const char *advice_of_holder(const struct ml_oom_event *e)
{
	switch (e->holder) {
	case ML_OOM_HELD_SHMEM:
		return "a size limit on tmpfs, or fewer files in it; see memlens shm";
	case ML_OOM_HELD_SLAB:
		return "find which kernel objects grow: memlens slab";
	case ML_OOM_HELD_PAGETABLES:
		return "huge pages for large shared maps, or fewer processes that map them";
	case ML_OOM_HELD_HUGETLB:
		return "a smaller pool of huge pages; see memlens huge";
	case ML_OOM_HELD_KERNEL:
	case ML_OOM_HELD_UNACCOUNTED:
		return "find what the kernel or a driver holds: memlens where";
	case ML_OOM_HELD_ANON:
	case ML_OOM_HELD_FILE:
	case ML_OOM_HELD_UNKNOWN:
	case ML_OOM_HOLDERS:
		break;
	}
	return NULL;
}

static void put_shortage(struct ml_buf *b, const struct ml_oom_event *e)
{
	const char *advice = advice_of_holder(e);

	if (advice) {
		put(b, advice);
		return;
	}
	PUT(b, "a memory limit on the group of ");
	if (e->hog.name.n)
		ml_buf_str(b, e->hog.name);
	else if (e->victim.name.n)
		ml_buf_str(b, e->victim.name);
	else
		PUT(b, "the largest process");
	PUT(b, ", or more RAM");
	if (e->sizes.swap_total != ML_NONE && !e->sizes.swap_total)
		PUT(b, "; swap or zram buys time when there is none");
}

static void put_prevent(struct ml_buf *b, const struct ml_oom_event *e)
{
	const char *advice = advice_of_cause(e);

	if (e->kind != ML_OOM_KILL && e->cause == ML_OOM_CAUSE_UNKNOWN)
		return;
	if (advice)
		put(b, advice);
	else if (e->cause == ML_OOM_CAUSE_SHORTAGE)
		put_shortage(b, e);
	if (e->innocent && e->hog.adj != INT64_MIN && e->hog.adj < e->victim.adj) {
		put_break(b);
		PUT(b, "oom_score_adj protects the hog");
	}
}

/* ---- what the log lacks ---- */

static const struct {
	uint32_t part;
	const char *name;
} parts[] = {
	{ ML_OOM_OPENING,  "who asked" },
	{ ML_OOM_CPU,      "the kernel's version" },
	{ ML_OOM_GROUP,    "usage and limit of the group" },
	{ ML_OOM_MEM_INFO, "the state of memory" },
	{ ML_OOM_ZONE,     "the zones" },
	{ ML_OOM_TABLE,    "the processes" },
	{ ML_OOM_VERDICT,  "the scope" },
	{ ML_OOM_VICTIM,   "who was killed" },
};

static void put_missing(struct ml_buf *b, const struct ml_oom_event *e)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(parts); i++) {
		if (!(e->missing & parts[i].part))
			continue;
		put(b, b->n ? ", " : "the log has only a part of the report: without ");
		put(b, parts[i].name);
	}
}

/* ---- all of it ---- */

int ml_oom_put_words(const struct ml_oom_event *e, struct ml_arena *a,
		     struct ml_oom_words *ret)
{
	const struct {
		void (*put)(struct ml_buf *b, const struct ml_oom_event *e);
		struct ml_str *to;
	} all[] = {
		{ put_what, &ret->what },       { put_why, &ret->why },
		{ put_asked, &ret->asked },     { put_held, &ret->held },
		{ put_victim, &ret->victim },   { put_helped, &ret->helped },
		{ put_prevent, &ret->prevent }, { put_missing, &ret->missing },
	};
	_cleanup_(ml_buf_deinit) struct ml_buf b = { 0 };

	for (size_t i = 0; i < ML_ARRAY_SIZE(all); i++) {
		char *text;

		ml_buf_clear(&b);
		all[i].put(&b, e);
		text = b.n ? ml_arena_strndup(a, b.p, b.n) : NULL;
		if (b.failed || (b.n && !text))
			return -ENOMEM;
		*all[i].to = (struct ml_str){ text, text ? b.n : 0 };
	}
	return 0;
}
