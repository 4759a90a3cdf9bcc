/* SPDX-License-Identifier: MIT */
/* commands: the register of subcommands, and finding one by its name. */
#include "commands.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(field) .offset = offsetof(struct opts, field)
/* `what` of the group is looked at, as in "the pressure". */
#define CGROUP_OPT(what) \
	{ 0, "cgroup", "PATH", what " of this control group", OPT_STRING, FIELD(group) }
#define OPTS(array) .opts = (array), .nopts = sizeof(array) / sizeof((array)[0])

static const struct opt free_opts[] = {
	{ 0, "compare", NULL, "add what other tools call used, with their formulas", OPT_ADD,
	  .table = "compare" },
	{ 0, "swaps", NULL, "add the swap areas", OPT_ADD, .table = "swaps" },
	{ 0, "nodes", NULL, "add the NUMA nodes", OPT_ADD, .table = "nodes" },
};

static const struct opt where_opts[] = {
	{ 0, "attribute", NULL, "add sockets, pipes and UNIX queues by process", OPT_ADD,
	  .table = "attribution" },
	{ 0, "shared", NULL, "add the largest objects of shared memory, with who holds them", OPT_ADD,
	  .table = "shared" },
};

static const struct opt vmstat_opts[] = {
	{ 0, "reclaim", NULL, "who looks for memory, and whether it is found", OPT_TABLES,
	  .table = "reclaim" },
	{ 0, "thp", NULL, "huge pages and compaction", OPT_TABLES, .table = "thp" },
	{ 0, "swap", NULL, "swap traffic, zswap included", OPT_TABLES, .table = "swap" },
	{ 0, "all", NULL, "every counter of the kernel", OPT_TABLES, .table = "all" },
	{ 0, "explain", NULL, "add a sentence for each counter that tells of trouble", OPT_ADD,
	  .table = "meaning" },
	{ 0, "since-boot", NULL, "with a delay: first print the averages since boot", OPT_FLAG,
	  FIELD(since_boot) },
};

static const struct opt psi_opts[] = {
	CGROUP_OPT("the pressure"),
	{ 0, "wait", "KIND:STALL/WINDOW",
	  "block until memory stalls that long within the window, as in some:100ms/2s", OPT_STRING,
	  FIELD(wait) },
	{ 0, "since-boot", NULL, "with a delay: first print the averages since boot", OPT_FLAG,
	  FIELD(since_boot) },
};

static const struct opt ps_opts[] = {
	CGROUP_OPT("the processes"),
	{ 0, "by", "WHAT", "sums by user, comm, cgroup, unit or exe", OPT_BY,
	  .words = "user comm cgroup unit exe" },
	{ 0, "kernel", NULL, "the kernel threads, which have no memory of their own", OPT_TABLES,
	  .table = "kernel_threads" },
	{ 0, "delays", NULL, "how long each waited for memory: swap, reclaim, thrashing, compaction",
	  OPT_TABLES, .table = "delays" },
	{ 0, "budget", "TIME", "read PSS for so long only, largest first, as in 50ms or 2s",
	  OPT_BUDGET },
};

static const struct opt map_opts[] = {
	{ 0, "by", "WHAT", "sums by file or kind", OPT_BY, .words = "file kind" },
};

static const struct opt cgroup_opts[] = {
	{ 0, "events", NULL, "how often limits were met", OPT_TABLES, .table = "events" },
	{ 0, "stat", NULL, "every counter of the groups, by the kernel's names", OPT_TABLES,
	  .table = "stat" },
	{ 0, "processes", NULL, "add the processes of these groups", OPT_ADD,
	  .table = "processes" },
};

static const struct opt shm_opts[] = {
	{ 0, "mounts", NULL, "the file systems in memory, in all mount namespaces", OPT_TABLES,
	  .table = "mounts" },
	{ 0, "objects", NULL, "each file, segment and mapping, with who holds it", OPT_TABLES,
	  .table = "objects" },
	{ 0, "owners", NULL, "each process that holds any", OPT_TABLES, .table = "owners" },
};

static const struct opt huge_opts[] = {
	{ 0, "processes", NULL, "add the processes that have huge pages, or pages merged by KSM",
	  OPT_ADD, .table = "processes" },
	{ 0, "sizes", NULL, "add transparent huge pages by size", OPT_ADD, .table = "mthp" },
	{ 0, "nodes", NULL, "add the pools by node", OPT_ADD, .table = "pools_node" },
	{ 0, "mounts", NULL, "add the mounts of hugetlbfs", OPT_ADD, .table = "mounts" },
	{ 0, "budget", "TIME", "with --processes: look for so long only, largest first, as in 50ms",
	  OPT_BUDGET },
};

static const struct opt numa_opts[] = {
	{ 0, "reclaim", NULL, "add the reclaim of each node", OPT_ADD, .table = "reclaim" },
	{ 0, "zones", NULL, "add the zones of each node", OPT_ADD, .table = "zones" },
	{ 0, "pools", NULL, "add the pools of huge pages of each node", OPT_ADD,
	  .table = "pools_node" },
	{ 0, "distances", NULL, "add the distances, a row per pair of nodes", OPT_ADD,
	  .table = "distances" },
	{ 0, "maps", NULL, "with PID: add its mappings", OPT_ADD, .table = "maps" },
};

static const struct opt cache_opts[] = {
	{ 0, "pid", "PID[,PID...]", "files that these processes have open or mapped", OPT_STRING,
	  FIELD(pids) },
	CGROUP_OPT("files that processes have open or mapped,"),
	{ 0, "depth", "N", "tell folders apart down to N below the named one (1)", OPT_DEPTH },
	{ 0, "budget", "TIME", "look at files for so long only, as in 500ms or 10s", OPT_BUDGET },
	{ 0, "hits", NULL, "watch what is looked up, and how much of it is there already", OPT_TABLES,
	  .table = "hits,hits_processes,hits_files" },
	{ 0, "for", "TIME", "with --hits: watch so long, as in 10s or 500ms (1s)", OPT_INTERVAL },
};

static const struct opt oom_opts[] = {
	{ 0, "all", NULL, "explain every event that is held, not the last ones only", OPT_FLAG,
	  FIELD(everything) },
	{ 0, "tasks", NULL, "add the processes that the reports list, the largest of each", OPT_ADD,
	  .table = "tasks" },
	{ 0, "next", NULL, "whom the kernel would kill now, in each limited group too, and who is protected",
	  OPT_TABLES, .table = "next,protected" },
};

#define WATCH(name_, help_, bits) \
	{ 0, name_, NULL, help_, OPT_BIT, FIELD(watching), .value = (bits) }

static const struct opt leak_opts[] = {
	{ 0, "for", "TIME", "watch so long, as in 90s or 10m (2m); Ctrl-C ends it early",
	  OPT_DURATION, FIELD(watch_for) },
	{ 0, "interval", "TIME", "look so often, as in 1s or 10s (1s)", OPT_INTERVAL },
	CGROUP_OPT("the groups and processes"),
	WATCH("processes", "watch processes, and the mappings of those that grow",
	      ML_WATCH_PROCESSES),
	WATCH("groups", "watch control groups", ML_WATCH_GROUPS),
	WATCH("slab", "watch slab caches", ML_WATCH_SLAB),
	WATCH("vmalloc", "watch what functions of the kernel have from vmalloc",
	      ML_WATCH_VMALLOC),
	WATCH("tmpfs", "watch file systems in memory", ML_WATCH_TMPFS),
	WATCH("machine",
	      "watch what is used, shared, in page tables, stacks, sockets or unaccounted",
	      ML_WATCH_MACHINE),
	{ 0, "from-csv", NULL, "judge series of files: columns t_seconds,value; - is standard input",
	  OPT_TABLES, .table = "series" },
	{ 0, "age", "TIME", "of files: how old what is judged is, as in 90 or 36h", OPT_SPAN,
	  FIELD(age) },
	{ 0, "min-window", "TIME",
	  "suspect nothing that was watched for less, as in 300 or 5m (5m; of files none)",
	  OPT_SPAN, FIELD(min_window) },
	{ 0, "series", "N", "of files: how many are tested at once (those that are named)",
	  OPT_NUMBER, FIELD(series) },
	{ 0, "exit-code", NULL, "end with 1 when a leak is suspected, 2 confirmed, 3 could not judge",
	  OPT_FLAG, FIELD(exit_code) },
};

static const struct opt diff_opts[] = {
	{ 0, "every", "TIME", "compare this machine with itself after each TIME, as in 10s or 500ms",
	  OPT_EVERY },
	{ 0, "min", "SIZE", "leave out smaller changes, as in 64K or 1M (4K); counters stand anyway",
	  OPT_SIZE, FIELD(min) },
};

static const struct opt capture_opts[] = {
	{ 0, "redact", NULL, "replace names of hosts, users, programs, files and groups by tokens",
	  OPT_FLAG, FIELD(redact) },
	{ 0, "samples", "N", "take the machine N times, to see what moves", OPT_SAMPLES },
	{ 0, "interval", "TIME", "from one sample to the next, as in 2s or 500ms (1s)",
	  OPT_INTERVAL },
};

static const struct opt record_opts[] = {
	{ 0, "interval", "TIME", "from one sample to the next, as in 1s or 500ms (10s)",
	  OPT_INTERVAL },
	{ 0, "dir", "DIR", "the folder of the recording", OPT_STRING, FIELD(dir) },
	{ 0, "keep", "TIME", "remove days that are older, as in 12h or 30d (7d)", OPT_SPAN,
	  FIELD(keep) },
	{ 0, "max-size", "SIZE", "remove the oldest when all is larger, as in 200M (1G)", OPT_SIZE,
	  FIELD(max_size) },
	{ 0, "samples", "N", "end after N samples", OPT_SAMPLES },
	{ 0, "calm", NULL, "no more than that when memory runs short: no full samples",
	  OPT_FLAG, FIELD(calm) },
	{ 0, "list", NULL, "list the days that are recorded, and the samples that are marked",
	  OPT_FLAG, FIELD(list) },
	{ 0, "status", NULL, "tell the range, the size and the gaps", OPT_FLAG, FIELD(status) },
	{ 0, "series", NULL, "list the series that are recorded, with their last values", OPT_FLAG,
	  FIELD(series_names) },
	{ 0, "export", "NAME[,NAME...]", "print these series, a row a minute; * and ? match any",
	  OPT_STRING, FIELD(export_names) },
	{ 0, "import", NULL, "add what sysstat recorded: files of sadf -j; - is standard input",
	  OPT_FLAG, FIELD(import) },
	{ 0, "from", "TIME", "export from then on, as in 03:10 or -7d", OPT_STRING, FIELD(from) },
	{ 0, "to", "TIME", "and up to then (now)", OPT_STRING, FIELD(to) },
	{ 0, "csv", NULL, "print comma-separated values (the default of --export)", OPT_FORMAT,
	  .value = FORMAT_CSV },
	{ 'J', "json", NULL, "print JSON", OPT_FORMAT, .value = FORMAT_JSON },
};

static const struct opt layout_opts[] = {
	{ 0, "all", NULL, "every range of the map, those of devices too", OPT_TABLES,
	  .table = "all" },
};

static const struct opt doctor_opts[] = {
	{ 'v', "verbose", NULL, "add remarks, and what was looked at, skipped and explained",
	  OPT_FLAG, FIELD(verbose) },
	{ 0, "sample", "TIME", "look twice, so far apart, as in 10s or 500ms (2s)", OPT_INTERVAL },
	{ 0, "samples", "N", "look N times; what comes and goes weighs less (2)", OPT_SAMPLES },
	{ 0, "limit", "KEY=VALUE", "judge by this limit, as in mem.avail.low.warn=20%", OPT_WORDS,
	  FIELD(limits) },
	{ 0, "ignore", "RULE[:OBJECT]", "show these findings as ignored", OPT_WORDS,
	  FIELD(ignore) },
	{ 0, "config", "FILE", "limits and what to ignore, instead of the usual files", OPT_STRING,
	  FIELD(config) },
};

static const struct opt check_opts[] = {
	{ 0, "from", "TIME", "judge trends, too, by what was recorded since, as in -6h", OPT_STRING,
	  FIELD(from) },
	{ 'w', "warning", "RANGE", "warn outside this range of the rules' measure, as in 15%:", OPT_STRING,
	  FIELD(warn) },
	{ 'c', "critical", "RANGE", "critical outside this range, as in 5%: or 80 or @5:9", OPT_STRING,
	  FIELD(crit) },
	{ 't', "timeout", "SECONDS", "end as UNKNOWN after so long (10)", OPT_DURATION,
	  FIELD(timeout) },
	{ 'v', "verbose", NULL, "tell more; up to three times", OPT_TIMES, FIELD(verbosity) },
	{ 'h', "usage", NULL, "print this help", OPT_HELP, FIELD(help) },
	{ 0, "format", "FORMAT", "plugin (the default), npd, json or junit", OPT_CHOICE, FIELD(plugin),
	  .words = "plugin npd json junit" },
	{ 'J', "json", NULL, "the same as --format json", OPT_FORMAT, .value = FORMAT_JSON },
	{ 'q', "quiet", NULL, "print nothing: the exit status tells", OPT_FLAG, FIELD(quiet) },
	{ 0, "absent", "STATE", "what it means that the machine has no such thing: ok, warn or unknown (ok)",
	  OPT_CHOICE, FIELD(absent), .words = "ok warn unknown" },
	{ 0, "npd-warn", "STATE", "with --format npd: a warning is ok or a problem (problem)", OPT_CHOICE,
	  FIELD(npd_warn), .words = "problem ok" },
	{ 0, "state", "FILE", "compare with the run before, which left this file", OPT_STRING,
	  FIELD(state) },
	{ 0, "sample", "TIME", "without such a file: look twice, so far apart (1s)", OPT_INTERVAL },
	{ 0, "tolerate", "N/M", "a problem only when N of the last M runs were bad; needs --state",
	  OPT_STRING, FIELD(tolerate) },
	{ 0, "limit", "KEY=VALUE", "judge by this limit, as in mem.avail.low.warn=20%", OPT_WORDS,
	  FIELD(limits) },
	{ 0, "ignore", "RULE[:OBJECT]", "let these findings not count", OPT_WORDS, FIELD(ignore) },
	{ 0, "config", "FILE", "limits and what to ignore, instead of the usual files", OPT_STRING,
	  FIELD(config) },
	{ 0, "list", NULL, "list the rules", OPT_FLAG, FIELD(list) },
	{ 0, "explain", "RULE", "tell all about a rule", OPT_STRING, FIELD(explain) },
};

#define SCREENS \
	"overview rates processes process where frag slab cgroups findings leaks members"

/* Of all that draws screens. */
#define SCREEN_OPTS \
	{ 0, "step", "TIME", "how far { and } go, as in 30s or 1h (1m)", OPT_DURATION, \
	  FIELD(step) }, \
	{ 0, "theme", "NAME", "how it looks: default, mono, or safe for the colour-blind",\
	  OPT_STRING, FIELD(theme), .words = "default mono safe" }, \
	{ 0, "color", "WHEN", "auto, always or never", OPT_COLOR, \
	  .words = "auto always never" }, \
	{ 0, "ascii", NULL, "draw with ASCII only", OPT_FLAG, FIELD(style.ascii) }, \
	{ 0, "dump", "WxH", "print one screen of this size as text, after --keys, and end",\
	  OPT_STRING, FIELD(dump) }, \
	{ 0, "keys", "KEYS", "press these first, as in '3<Down>e' or '<Tab>/java<Enter>'",\
	  OPT_STRING, FIELD(keys) }, \
	{ 'c', "frames", "N", "with --batch: end after N screens", OPT_COUNT }, \
	{ 0, "config", "FILE", "limits and what to ignore, for the findings", OPT_STRING,\
	  FIELD(config) }

static const struct opt top_opts[] = {
	{ 'd', "delay", "SECONDS", "from one sample to the next (1)", OPT_DELAY },
	{ 0, "dir", "DIR", "the folder of recordings, into which the past goes on", OPT_STRING,
	  FIELD(dir) },
	{ 0, "batch", NULL, "print a screen as text after each delay, instead of drawing", OPT_FLAG,
	  FIELD(batch) },
	SCREEN_OPTS,
};

static const struct opt replay_opts[] = {
	{ 0, "dir", "DIR", "the folder of the recording; --root takes it, too, or one file of it",
	  OPT_STRING, FIELD(dir) },
	{ 0, "at", "TIME", "begin with the last sample then or before, as in 03:10 or -2h (the last one)",
	  OPT_STRING, FIELD(at) },
	{ 0, "from", "TIME", "the same", OPT_STRING, FIELD(from) },
	{ 0, "batch", NULL, "print the screen of each sample from there on as text, instead of drawing",
	  OPT_FLAG, FIELD(batch) },
	{ 'd', "delay", "SECONDS", "with --batch: from one screen to the next (every sample)",
	  OPT_DELAY },
	SCREEN_OPTS,
};

static const struct opt verify_opts[] = {
	{ 0, "all", NULL, "every number, with its verdict", OPT_ADD, .table = "all" },
};

/* In the order of the road: what is used, what moves, then deeper. */
const struct command commands[] = {
	{ .name = "",
	  .report = "overview",
	  .summary = "the machine's memory on one screen",
	  .see = "where" },
	{ .name = "free",
	  .report = "free",
	  .summary = "memory and swap in total",
	  .see = "where",
	  OPTS(free_opts) },
	{ .name = "where",
	  .report = "where",
	  .summary = "where the memory went, to the last page",
	  .see = "slab, vmalloc",
	  OPTS(where_opts) },
	{ .name = "vmstat",
	  .report = "vmstat",
	  .summary = "what moves: tasks, paging, swap, reclaim",
	  .see = "psi, zone",
	  OPTS(vmstat_opts),
	  .rates = true },
	{ .name = "psi",
	  .report = "psi",
	  .summary = "time lost waiting for memory, disk and CPU",
	  .see = "vmstat",
	  OPTS(psi_opts),
	  .rates = true,
	  .run = cmd_psi },
	{ .name = "ps",
	  .report = "ps",
	  .summary = "processes: what each has, shares and keeps in swap",
	  .see = "map",
	  OPTS(ps_opts),
	  .operand = "PID",
	  .offers = "ps -nro pid",
	  .most = 4096,
	  .pids = true },
	{ .name = "map",
	  .report = "map",
	  .summary = "the mappings of a process, each with its kind",
	  .see = "ps",
	  OPTS(map_opts),
	  .operand = "PID",
	  .offers = "ps -nro pid",
	  .least = 1,
	  .most = 1,
	  .pids = true },
	{ .name = "huge",
	  .report = "huge",
	  .summary = "huge pages: transparent ones, pools, and merged equal pages",
	  .see = "frag, numa",
	  OPTS(huge_opts) },
	{ .name = "numa",
	  .report = "numa",
	  .summary = "NUMA nodes, and on which of them the memory of processes is",
	  .see = "zone, huge",
	  OPTS(numa_opts),
	  .operand = "PID",
	  .offers = "ps -nro pid",
	  .most = 4096,
	  .pids = true },
	{ .name = "slab",
	  .report = "slab",
	  .summary = "kernel objects by slab cache",
	  .see = "where" },
	{ .name = "vmalloc",
	  .report = "vmalloc",
	  .summary = "kernel memory from vmalloc by caller",
	  .see = "where" },
	{ .name = "frag",
	  .report = "frag",
	  .summary = "free memory by block size, and the huge pages it can give",
	  .see = "zone" },
	{ .name = "shm",
	  .report = "shm",
	  .summary = "shared memory: tmpfs, SysV, memfd, deleted files, and who holds it",
	  .see = "where",
	  OPTS(shm_opts),
	  .top = 20 },
	{ .name = "zone",
	  .report = "zone",
	  .summary = "memory zones and their watermarks",
	  .see = "frag" },
	{ .name = "cgroup",
	  .report = "cgroup",
	  .summary = "control groups: what each uses, may use and could give back",
	  .see = "psi --cgroup, ps --cgroup",
	  OPTS(cgroup_opts),
	  .operand = "PATH",
	  .offers = "cgroup -nro path --table groups",
	  .most = 4096,
	  .paths = true },
	{ .name = "swap",
	  .report = "swap",
	  .summary = "what is swapped, what it costs, and who swaps now",
	  .see = "ps, where",
	  .top = 5 },
	{ .name = "layout",
	  .report = "layout",
	  .summary = "the physical map: RAM, reservations, blocks and zones",
	  .see = "zone, where",
	  OPTS(layout_opts) },
	{ .name = "cache",
	  .report = "cache",
	  .summary = "which files are in memory, and how much is found there",
	  .see = "where, shm",
	  OPTS(cache_opts),
	  .operand = "PATH",
	  .most = SIZE_MAX,
	  .paths = true,
	  .top = 20,
	  .run = cmd_cache },
	{ .name = "oom",
	  .report = "oom",
	  .summary = "who was killed for want of memory and why, and who would be next",
	  .see = "where, cgroup, frag",
	  OPTS(oom_opts),
	  .operand = "FILE",
	  .most = 1,
	  .paths = true,
	  .top = 3 },
	{ .name = "leak",
	  .report = "leak",
	  .summary = "what grows as leaks do, how fast, since when and for how long yet",
	  .see = "map, slab, record",
	  OPTS(leak_opts),
	  .operand = "PID|FILE",
	  .most = SIZE_MAX,
	  .pids = true,
	  .watches = true,
	  .run = cmd_leak },
	{ .name = "diff",
	  .report = "diff",
	  .summary = "what changed between two moments, largest first",
	  .see = "map, explain",
	  OPTS(diff_opts),
	  .rates = true,
	  .operand = "ROOT",
	  .most = 2,
	  .roots = true,
	  .top = 10,
	  .run = cmd_diff },
	{ .name = "doctor",
	  .report = "doctor",
	  .summary = "what is wrong, with evidence, and what to do",
	  .see = "explain mem.avail.low",
	  OPTS(doctor_opts),
	  .pair = true,
	  .run = cmd_doctor },
	{ .name = "check",
	  .summary = "the same as a monitoring plugin: a status line and an exit status",
	  .see = "doctor, explain RULE",
	  OPTS(check_opts),
	  .operand = "RULE",
	  .most = 256,
	  .offers = "check --list -q",
	  .refuse = check_refuse,
	  .run = cmd_check },
	{ .name = "explain",
	  .report = "explain",
	  .summary = "what a counter, a column or a word means",
	  .see = "vmstat",
	  .operand = "TERM",
	  .most = 5,
	  .offers = "explain --table terms --filter \"term !~ [^[:alnum:]._-]\" -rn -o term" },
	{ .name = "top",
	  .summary = "all of this as screens to walk through, live",
	  .see = "doctor, ps, where",
	  OPTS(top_opts),
	  .operand = "SCREEN",
	  .most = 2,
	  .choices = SCREENS,
	  .run = cmd_top },
	{ .name = "replay",
	  .summary = "the same screens on what was recorded, to go back and forth in time",
	  .see = "top, record --status, ps --at 03:10",
	  OPTS(replay_opts),
	  .operand = "SCREEN",
	  .most = 2,
	  .choices = SCREENS,
	  .run = cmd_replay },
	{ .name = "capture",
	  .summary = "copy the machine's memory files into a directory or an archive",
	  .see = "free --root DIR",
	  OPTS(capture_opts),
	  .operand = "DIR|FILE.tar|FILE.tar.zst",
	  .least = 1,
	  .most = 1,
	  .run = cmd_capture },
	{ .name = "record",
	  .summary = "record this machine, for reports on any moment",
	  .see = "free --at -1h, diff --from -1h",
	  OPTS(record_opts),
	  .operand = "FILE",
	  .most = SIZE_MAX,
	  .paths = true,
	  .run = cmd_record },
	{ .name = "verify",
	  .report = "verify",
	  .summary = "our numbers beside those of libproc2",
	  .see = "explain",
	  OPTS(verify_opts),
	  .witness = true,
	  .judge = judge_verify },
};

const size_t commands_count = sizeof(commands) / sizeof(commands[0]);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < commands_count; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

const char *command_nearest(const char *name)
{
	const char *nearest = NULL;
	size_t least = 3;

	for (size_t i = 1; i < commands_count; i++) {
		size_t d = ml_distance(name, commands[i].name);

		if (d < least) {
			least = d;
			nearest = commands[i].name;
		}
	}
	return nearest;
}

static char last[1024];
static bool quiet;

void complain_quietly(bool yes)
{
	quiet = yes;
}

const char *complaint(void)
{
	return last;
}

int complain(int status, const char *fmt, ...)
{
	char text[1024], *safe;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	safe = safe_string((struct ml_str){ text, strlen(text) }, locale_is_utf8());
	if (!quiet)
		fprintf(stderr, "memlens: %s\n", safe ? safe : "out of memory");
	snprintf(last, sizeof(last), "%s", safe ? safe : "out of memory");
	free(safe);
	return status;
}
