/* SPDX-License-Identifier: MIT */
/* vma_kind: what a mapping is for, by its name and its neighbours. */
#include "model/vma_kind.h"

#include "base/cleanup.h"

enum kind {
	KIND_HEAP,
	KIND_ARENA,
	KIND_ANON,
	KIND_NAMED,
	KIND_STACK,
	KIND_THREAD,
	KIND_FILE,
	KIND_DELETED,
	KIND_SHARED,
	KIND_HUGETLB,
	KIND_DEVICE,
	KIND_RESERVED,
	KIND_VDSO,
	KIND_COUNT,
};

const struct ml_vma_kind ml_vma_kinds[] = {
	[KIND_HEAP] = { "heap", "brk(2): what malloc(3) takes for small blocks" },
	[KIND_ARENA] = { "arena", "a heap of glibc's malloc for threads" },
	[KIND_ANON] = { "anon", "anonymous: large blocks of malloc(3), mmap(2)" },
	[KIND_NAMED] = { "named", "anonymous, with a name that the program gave" },
	[KIND_STACK] = { "stack", "stack of the first thread" },
	[KIND_THREAD] = { "thread", "stack of another thread, told by the guard below it" },
	[KIND_FILE] = { "file", "a file: program, libraries, data" },
	[KIND_DELETED] = { "deleted", "a file that has been deleted, kept by its users" },
	[KIND_SHARED] = { "shared", "shared memory: tmpfs, memfd, SysV, shared anonymous" },
	[KIND_HUGETLB] = { "hugetlb", "pages of a hugetlb pool" },
	[KIND_DEVICE] = { "device", "a device, or a kernel object" },
	[KIND_RESERVED] = { "reserved", "addresses only: no access, mostly no memory" },
	[KIND_VDSO] = { "vdso", "code and data that the kernel gives every process" },
	[KIND_COUNT] = { NULL, NULL },
};

/* Names tell most; first match. */
static const struct {
	const char *prefix;
	enum kind kind;
	bool deleted; /* " (deleted)" ends it */
} names[] = {
	{ "[heap]", KIND_HEAP },
	{ "[stack]", KIND_STACK },
	{ "[stack:", KIND_THREAD }, /* Linux 3.4 to 4.4 */
	{ "[anon: glibc: pthread", KIND_THREAD },
	{ "[anon: glibc: malloc arena", KIND_ARENA },
	{ "[anon: glibc: malloc", KIND_ANON },
	{ "[anon_shmem:", KIND_SHARED },
	{ "[anon:", KIND_NAMED },
	{ "[", KIND_VDSO }, /* [vdso] [vvar] [vsyscall] [vectors] [sigpage] [uprobes] */
	{ "/anon_hugepage", KIND_HUGETLB, true },
	{ "/dev/hugepages/", KIND_HUGETLB },
	{ "/memfd:", KIND_SHARED, true },
	{ "/SYSV", KIND_SHARED, true },
	{ "/dev/zero", KIND_SHARED, true },
	{ "/dev/shm/", KIND_SHARED },
	{ "/dev/", KIND_DEVICE },
	{ "anon_inode:", KIND_DEVICE },
	{ "socket:", KIND_DEVICE },
};

#define DELETED " (deleted)"

/* A heap of an arena: HEAP_MAX_SIZE of glibc, aligned to itself. */
static uint64_t arena_size(uint64_t address)
{
	return address >= 1ull << 32 ? 64ull << 20 : 1ull << 20;
}

static bool is_barred(const struct ml_smaps_row *m)
{
	return memcmp(m->perms, "---", 3) == 0;
}

static bool is_anonymous(const struct ml_smaps_row *m)
{
	return !m->name.n && m->perms[3] == 'p';
}

bool ml_vma_needs_after(const struct ml_smaps_row *m)
{
	return m->start % arena_size(m->start) == 0 && is_anonymous(m);
}

/* Readable and writable from an aligned address on, the rest of the aligned piece barred:
 * this is how a heap of an arena grows. */
static bool begins_arena(const struct ml_smaps_row *m, const struct ml_smaps_row *after)
{
	uint64_t size = arena_size(m->start);

	if (m->start % size || memcmp(m->perms, "rw", 2) != 0)
		return false;
	if (m->end - m->start == size)
		return true;
	return after->end && after->start == m->end && after->end == m->start + size &&
	       is_barred(after) && is_anonymous(after);
}

static bool ends_arena(const struct ml_vma_before *before, const struct ml_smaps_row *m)
{
	return before->arena && before->end == m->start && is_barred(m) &&
	       m->end % arena_size(m->start) == 0;
}

/* Above a guard of a few pages, and no smaller than the smallest stack. */
static bool is_thread_stack(const struct ml_vma_before *before,
			    const struct ml_smaps_row *m)
{
	return before->barred && before->anonymous && before->end == m->start &&
	       before->end - before->start <= 256 << 10 &&
	       m->end - m->start >= 16 << 10 && memcmp(m->perms, "rw", 2) == 0;
}

static enum kind anonymous_kind(const struct ml_vma_before *before,
				const struct ml_smaps_row *m,
				const struct ml_smaps_row *after)
{
	if (begins_arena(m, after) || ends_arena(before, m))
		return KIND_ARENA;
	if (is_barred(m))
		return KIND_RESERVED;
	return is_thread_stack(before, m) ? KIND_THREAD : KIND_ANON;
}

/* Where the kernel says it: a pool may be mounted anywhere. */
static bool is_hugetlb(const struct ml_smaps_row *m)
{
	struct ml_str flags = m->vm_flags, flag;

	while (ml_next_word(&flags, &flag))
		if (ml_str_is(flag, "ht"))
			return true;
	return false;
}

/* Shared memory without a path of its own is always deleted: so a file called /SYSVx is
 * told from it. */
static bool is_named(const struct ml_smaps_row *m, size_t i)
{
	return ml_str_starts(m->name, names[i].prefix) &&
	       (!names[i].deleted || ml_str_ends(m->name, DELETED));
}

static enum kind named_kind(const struct ml_smaps_row *m)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(names); i++)
		if (is_named(m, i))
			return names[i].kind;
	return ml_str_ends(m->name, DELETED) ? KIND_DELETED : KIND_FILE;
}

/* Only the kernel's own names stand without a slash: a file called [heap] has a path. */
static enum kind kind_of(const struct ml_vma_before *before, const struct ml_smaps_row *m,
			 const struct ml_smaps_row *after)
{
	if (is_hugetlb(m))
		return KIND_HUGETLB;
	if (m->name.n)
		return named_kind(m);
	if (m->perms[3] == 's')
		return KIND_SHARED;
	return anonymous_kind(before, m, after);
}

struct ml_str ml_vma_kind_of(struct ml_vma_before *before, const struct ml_smaps_row *m,
			     const struct ml_smaps_row *after)
{
	enum kind kind = kind_of(before, m, after);

	*before = (struct ml_vma_before){
		.start = m->start,
		.end = m->end,
		.anonymous = is_anonymous(m),
		.barred = is_barred(m),
		.arena = kind == KIND_ARENA,
	};
	return ml_str_of(ml_vma_kinds[kind].name);
}
