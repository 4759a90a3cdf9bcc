/* SPDX-License-Identifier: MIT */
/*
 * files: the files that processes have open or mapped, each once, and who holds them.
 *
 * The caller says which files it means, and is asked before anything is asked of a file
 * system: first with the name that the kernel gives, then with the mount. A file on a
 * mount that may hang (ml_mount_may_hang()) is never looked at, whatever the caller says.
 */
#pragma once

#include "model/mount_spaces.h"
#include "source/process.h"

/* One process that holds a file. */
struct ml_file_holder {
	size_t file; /* in ml_files.rows */
	uint64_t pid;
	uint64_t descriptors;
	uint64_t
		mapped; /* bytes of address space, over all of its mappings of the file */
};

/* A file by device and inode. What could not be asked of it is ML_NONE. */
struct ml_held_file {
	uint64_t major, minor, inode;
	/* IPC namespace of a SysV segment, whose inode is its number there; else 0 */
	uint64_t space;
	struct ml_str name; /* "/var/x", "/memfd:NAME", without " (deleted)" */
	bool deleted;       /* no name leads to it, or never did (memfd, SysV) */
	uint64_t mode;      /* st_mode */
	uint64_t size;      /* its end, holes included */
	uint64_t bytes;     /* allocated: st_blocks of 512 */
	uint64_t links;
	const struct ml_mount_row *mount; /* NULL: none that we see (memfd, SysV) */
	uint64_t holders;                 /* processes */
	uint64_t descriptors;             /* in all of them */
	uint64_t mapped;
	size_t last_holder; /* in ml_files.holders, of the one met last */
	/* The first that was met with it: by these it can be opened */
	uint64_t pid;
	int fd;              /* -1: it is only mapped */
	uint64_t start, end; /* of the mapping */
};

struct ml_files_ask {
	/* By its name ("/memfd:x (deleted)"; NULL: any that begins with '/'). The cheap
	 * test: false spares all that follows. */
	bool (*by_name)(struct ml_str name, void *data);
	/* By its mount (NULL: any). The mount is NULL for what is on none that we see:
	 * memory of the kernel's own mounts, or a file of a mount that was detached,
	 * whose file system may hang. */
	bool (*by_mount)(const struct ml_mount_row *mount, struct ml_str name,
			 void *data);
	/* Whether to look into a process (NULL: all). */
	bool (*by_pid)(uint64_t pid, void *data);
	/* Each descriptor that is no such file ("/dev/dri/card0"; NULL: not told); -errno
	 * ends the walk. */
	int (*other)(const struct ml_process *process, int fd, struct ml_str name,
		     void *data);
	void *data;
};

struct ml_files {
	struct ml_rows rows;    /* of struct ml_held_file, as they were met */
	struct ml_rows holders; /* of struct ml_file_holder, by process */
	uint64_t processes;     /* that were looked into, in part at least */
	uint64_t refused;       /* that have memory and may not be looked into */
};

/* Live machine only: a copy has no files to ask. Processes that go meanwhile are left
 * out. 0, -ENOMEM, or -errno when /proc cannot be listed. */
int ml_files_walk(const struct ml_root *root, struct ml_arena *a,
		  const struct ml_mount_spaces *spaces, const struct ml_files_ask *ask,
		  struct ml_files *ret);

/* Open it anew by who holds it, with the flags of open(2). A descriptor or -errno. Look
 * with fstat() whether it is still the same one: a descriptor's number is soon given
 * anew. */
int ml_held_file_open(const struct ml_held_file *file, int flags);
