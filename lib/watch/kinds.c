/* SPDX-License-Identifier: MIT */
/* kinds: the register of what is watched - what can grow, and of which kind of memory. */
#include "watch/kinds.h"

#define BYTES(what, of, class, help, isnt, next) \
	{ what, of, help, isnt, next, ML_UNIT_BYTES, class }
#define COUNT(what, of, class, help, isnt, next) \
	{ what, of, help, isnt, next, ML_UNIT_COUNT, class }
#define MACHINE(of, help, isnt, next) \
	BYTES("machine", of, ML_WATCH_MACHINE, help, isnt, next)
#define GROUP(of, help, isnt) \
	BYTES("group", of, ML_WATCH_GROUPS, help, isnt, \
	      "memlens ps --cgroup %N --sort pss")
#define PROCESS(of, help, isnt, next) \
	BYTES("process", of, ML_WATCH_PROCESSES, help, isnt, next)
#define MAPPING(of, help, isnt) \
	BYTES("mapping", of, ML_WATCH_PROCESSES, help, isnt, "memlens map %P")

const struct ml_watched_words ml_watched_words[ML_WATCHED_KINDS] = {
	[ML_WATCHED_USED] = MACHINE("used",
		"memory that is not available, and swap that is used",
		"page cache: it counts as available", "memlens where"),
	[ML_WATCHED_UNACCOUNTED] = MACHINE("unaccounted",
		"memory that no counter of the kernel tells of",
		"memory of a process: it would be counted", "memlens where --attribute"),
	[ML_WATCHED_SHARED] = MACHINE("shared", "shared memory and files of tmpfs",
		"page cache: it can only go to swap", "memlens shm"),
	[ML_WATCHED_PAGE_TABLES] = MACHINE("pagetables", "page tables of all processes",
		NULL, "memlens ps --sort pagetables"),
	[ML_WATCHED_STACKS] = MACHINE("kernelstack", "kernel stacks: one for each thread",
		NULL, "memlens ps --sort threads"),
	[ML_WATCHED_PERCPU] = MACHINE("percpu", "memory that the kernel has for each CPU",
		NULL, "memlens cgroup"),
	[ML_WATCHED_SOCKETS] = MACHINE("sockets", "queues of sockets",
		NULL, "memlens where --attribute"),
	[ML_WATCHED_SLAB] = BYTES("slab", "cache", ML_WATCH_SLAB, "a slab cache",
		NULL, "memlens slab"),
	[ML_WATCHED_VMALLOC] = BYTES("vmalloc", "caller", ML_WATCH_VMALLOC,
		"what a function of the kernel has from vmalloc", NULL, "memlens vmalloc"),
	[ML_WATCHED_TMPFS] = BYTES("tmpfs", "files", ML_WATCH_TMPFS,
		"files of a file system in memory", "page cache: it can only go to swap",
		"memlens shm --objects"),
	[ML_WATCHED_GROUP_PRIVATE] = GROUP("private",
		"anonymous memory of a control group, and its swap",
		"the group's page cache: it is not counted here"),
	[ML_WATCHED_GROUP_SHARED] = GROUP("shmem",
		"shared memory and tmpfs of a control group", NULL),
	[ML_WATCHED_GROUP_KERNEL] = GROUP("kernel", "kernel memory of a control group",
		NULL),
	[ML_WATCHED_GROUP_SOCKETS] = GROUP("sockets", "socket queues of a control group",
		NULL),
	[ML_WATCHED_PRIVATE] = PROCESS("private", "anonymous memory and swap of a process",
		"page cache or shared libraries: they are not counted here",
		"memlens map %P"),
	[ML_WATCHED_SHMEM] = PROCESS("shmem", "shared memory that a process has mapped",
		"memory of its own: others may have it mapped, too", "memlens shm"),
	[ML_WATCHED_PAGETABLES] = PROCESS("pagetables", "page tables of a process",
		"data: it maps ever more addresses", "memlens map %P"),
	[ML_WATCHED_LOCKED] = PROCESS("locked", "memory that a process has locked",
		NULL, "memlens map %P"),
	[ML_WATCHED_DESCRIPTORS] = COUNT("process", "descriptors", ML_WATCH_PROCESSES,
		"files that a process has open", NULL, "ls -l /proc/%P/fd"),
	[ML_WATCHED_THREADS] = COUNT("process", "threads", ML_WATCH_PROCESSES,
		"threads of a process", NULL, "ls /proc/%P/task"),
	[ML_WATCHED_HEAP] = MAPPING("heap", "what malloc has by brk, and its swap", NULL),
	[ML_WATCHED_ARENAS] = MAPPING("arenas", "malloc's heaps for threads, all together",
		NULL),
	[ML_WATCHED_ARENA] = MAPPING("arena",
		"malloc's heaps for threads, by the first address", NULL),
	[ML_WATCHED_ANON] = MAPPING("anon", "anonymous mappings, and their swap", NULL),
	[ML_WATCHED_STACK] = MAPPING("stack", "stacks of threads", NULL),
	[ML_WATCHED_FILE] = MAPPING("file",
		"a file or shared memory that is mapped, as far as it is in memory",
		"memory of its own, where it is a file"),
};
