/* SPDX-License-Identifier: MIT */
/* panels: the register of screens. */
#include "top/panels.h"

#include <string.h>

const struct panel panels[] = {
	{ "overview", '1', "Over", "where memory is, who waits, what is wrong",
	  .sections = {
		  { "overview --table machine,memory,swap,pressure,limit", .spark = "bytes",
		    .ident = "name", .idle = 5, .quiet = true },
		  { "doctor --table findings -o severity,about,message", "findings", .every = 60,
		    .wrap = "message", .aside = true, .right = true, .quiet = true },
		  { "vmstat --table meaning", .rates = true, .right = true },
	  },
	  .ways = { { "message", "findings" } } },
	{ "rates", '2', "Rates", "what moves: paging, swap, reclaim, and what it means",
	  .sections = {
		  { "vmstat --table vmstat", .rates = true },
		  { "vmstat --table meaning", .rates = true },
		  { "psi", "pressure", .rates = true },
		  { "vmstat --table reclaim,swap,thp", .rates = true },
		  { "vmstat --table all --filter rate!=0 --sort rate", .spark = "rate", .sort = "rate",
		    .ident = "counter", .idle = 1, .rates = true, .right = true },
	  } },
	{ "processes", '3', "Procs", "processes, and what each has",
	  .sections = {
		  { "ps --sort rss -o pid,user,pss,rss,swap,anon,file,shmem,pss_age,comm,cmdline",
		    .growth = "pid,user,pss,rss,rss_growth,pss_growth,majflt_rate,swap,comm",
		    .spark = "rss", .sort = "rss", .ident = "pid,start", .idle = 2, .pss = true },
	  },
	  .ways = { { "pid", "process" }, { "cgroup", "cgroups", .ask = "ps %s -o cgroup", .zoom = true } } },
	{ "process", '4', "Map", "one process: its mappings by kind, by file, and each",
	  .sections = {
		  { "map %s --table total,by_kind,by_file", .spark = "rss", .ident = "kind",
		    .every = 2 },
		  { "map %s --table mappings --sort rss", "mappings", .spark = "rss",
		    .sort = "rss", .ident = "start", .every = 2 },
	  },
	  .subject = "a process" },
	{ "where", '5', "Where", "all memory as a tree: Enter goes in, Backspace out",
	  .sections = { { "where", .spark = "bytes", .bar = "share", .ident = "key", .every = 5,
		        .aside = true } },
	  .ways = { { "pid", "process" }, { "cache", "slab" } },
	  .descends = true },
	{ "frag", '6', "Frag", "free memory by size of block, and the marks of zones",
	  .sections = {
		  { "frag --table zones", .every = 10 }, /* it holds the locks of zones */
		  { "frag --table forecast" },
		  { "zone", "watermarks", .idle = 1 },
		  { "frag --table frag", .idle = 1 },
		  { "frag --table types", .every = 30 },
	  } },
	{ "slab", '7', "Slab", "kernel memory: slab caches and vmalloc areas",
	  .sections = {
		  { "slab", .spark = "bytes", .sort = "bytes", .ident = "cache", .every = 2, .idle = 15 },
		  { "vmalloc", "vmalloc", .spark = "bytes", .sort = "bytes", .ident = "caller,kind,module",
		    .every = 5, .idle = 60, .right = true },
	  } },
	{ "cgroups", '8', "Cgrp", "control groups; z goes to the processes of one",
	  .sections = { { "cgroup", .spark = "usage", .ident = "path", .every = 2, .idle = 15 } },
	  .ways = { { "path", "members" }, { "path", "members", .zoom = true } } },
	{ "findings", '9', "Find", "what is wrong, with evidence",
	  .sections = {
		  { "doctor --table findings,explained,ignored", .every = 10, .aside = true,
		    .wrap = "message,evidence" },
	  } },
	{ "leaks", '0', "Leaks", "what grows as leaks do, watched since this was first shown",
	  .sections = {
		  { "leak -o verdict,pid,name,of,floor,rate,since,until,why", .spark = "value",
		    .ident = "what,pid,start,name,of", .wrap = "why", .every = 2, .idle = 10,
		    .wakes = true, .aside = true },
	  },
	  .ways = { { "pid", "process" } } },
	{ "members", 0, "Members", "the processes of one control group",
	  .sections = {
		  { "ps --cgroup %s --sort rss -o pid,user,pss,rss,swap,anon,file,shmem,pss_age,comm,cmdline",
		    .growth = "pid,user,pss,rss,rss_growth,pss_growth,majflt_rate,swap,comm",
		    .spark = "rss", .sort = "rss", .ident = "pid,start", .pss = true },
	  },
	  .ways = { { "pid", "process" }, { "cgroup", "cgroups", .ask = "ps %s -o cgroup", .zoom = true } },
	  .subject = "a control group" },
};

const size_t panels_count = sizeof(panels) / sizeof(panels[0]);

const struct panel *panel_find(const char *id)
{
	for (size_t i = 0; i < panels_count; i++)
		if (strcmp(panels[i].id, id) == 0)
			return &panels[i];
	return NULL;
}

size_t panel_nsections(const struct panel *panel)
{
	size_t n = 0;

	while (n < SECTIONS_MAX && panel->sections[n].words)
		n++;
	return n;
}
