/* SPDX-License-Identifier: MIT */
/* shm: the ledger of shared memory - what there is of each kind, and who holds it. */
#pragma once

#include "model/feeds.h"
#include "parse/sysvipc_shm.h"

enum ml_shm_kind {
	ML_SHM_TMPFS,   /* a file of a tmpfs that has a name */
	ML_SHM_POSIX,   /* the same in /dev/shm */
	ML_SHM_DELETED, /* a file of a tmpfs without a name any more */
	ML_SHM_SYSV,
	ML_SHM_MEMFD,
	ML_SHM_ANONYMOUS, /* shared anonymous mapping */
	ML_SHM_GEM,       /* object of a GPU driver that takes its pages from shmem */
	ML_SHM_KINDS_IN,  /* the kinds above are in Shmem, those below are not */
	ML_SHM_HUGETLB = ML_SHM_KINDS_IN,
	ML_SHM_SECRETMEM,
	ML_SHM_GPU, /* what a client of a GPU driver has, as its fdinfo tells */
	ML_SHM_KINDS,
};

const char *ml_shm_kind_name(enum ml_shm_kind kind);

/* A file system in memory, however often it is mounted. */
struct ml_shm_mount {
	uint64_t major, minor;
	struct ml_str type; /* "tmpfs", "devtmpfs", "hugetlbfs", "rootfs" */
	struct ml_str point;
	uint64_t space;  /* a mount namespace that it is in */
	uint64_t spaces; /* how many it is in */
	uint64_t own;    /* 1: ours is among them */
	uint64_t size, used, files_max,
		files;   /* ML_NONE: without a limit, or not asked */
	uint64_t listed; /* files and folders seen in it */
	uint64_t cut;    /* 1: there are more */
	/* bytes of its listed files; of a file system without a limit this is all that
	 * tells how much it has */
	uint64_t listed_bytes;
};

struct ml_shm_object {
	uint64_t kind; /* enum ml_shm_kind */
	uint64_t major, minor, inode;
	uint64_t space; /* IPC namespace of a SysV segment, else 0 */
	struct ml_str name;
	uint64_t size;    /* its end */
	uint64_t bytes;   /* allocated, in RAM or in swap */
	uint64_t swapped; /* of it; ML_NONE: not told */
	uint64_t mapped;  /* address space of all mappings */
	uint64_t descriptors;
	uint64_t holders; /* processes */
	size_t first_holder;
	uint64_t own_ipc;                     /* 1: a segment of our IPC namespace */
	const struct ml_shm_segment *segment; /* what is told of it there, or NULL */
};

/* A SysV segment, as the kernel lists it, and who made it. */
struct ml_shm_segment {
	const struct ml_sysv_row *row;
	uint64_t creator_lives;     /* a process has its pid; ML_NONE: not told */
	struct ml_str creator_comm; /* the name of that process */
};

struct ml_shm_holder {
	uint64_t pid;
	struct ml_str comm;
	uint64_t descriptors;
	uint64_t mapped;
};

/* The head of the feed. */
struct ml_shm {
	struct ml_rows mounts;  /* of struct ml_shm_mount */
	struct ml_rows objects; /* of struct ml_shm_object */
	struct ml_rows holders; /* of struct ml_shm_holder, those of an object together */
	uint64_t processes;     /* looked into */
	uint64_t refused;       /* that may not be looked into */
	uint64_t spaces;        /* mount namespaces */
	bool no_gpu;            /* there is no device of one: nobody can be its client */
};

/* Of a copy what its file shm.txt tells, with the segments of its /proc/sysvipc/shm. */
ml_gather_fn ml_shm_gather;

/* The same for who looks for what is large only: where all of it together is less, no
 * process is looked into and no files are listed, which is what it costs. */
ml_gather_fn ml_shm_large_gather;
#define ML_SHM_LARGE (64ull << 20)

/* Empty lists. */
void ml_shm_init(struct ml_shm *shm);

/* The same on the live machine alone, into an empty one. 0, -ENOMEM or -errno. */
int ml_shm_take(const struct ml_root *root, struct ml_arena *a, struct ml_shm *ret);

/* What a file system has in memory or in swap, by its own count or, without a limit, by
 * its files; ML_NONE when neither tells. */
uint64_t ml_shm_mount_used(const struct ml_shm_mount *mount);

/* Of each file system at most so many files that nobody holds are kept, the largest. */
#define ML_SHM_KEPT_MAX 64

/* The largest first. */
void ml_shm_sort(struct ml_shm *shm);
