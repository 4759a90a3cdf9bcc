/* SPDX-License-Identifier: MIT */
/* oom_memory: what a report tells of the machine's memory (Mem-Info). */
#include "base/cleanup.h"
#include "parse/oom_lines.h"
#include "parse/parse.h"

static const char *const counters[ML_OOM_COUNTERS] = {
	[ML_OOM_ACTIVE_ANON] = "active_anon:",
	[ML_OOM_INACTIVE_ANON] = "inactive_anon:",
	[ML_OOM_ISOLATED_ANON] = "isolated_anon:",
	[ML_OOM_ACTIVE_FILE] = "active_file:",
	[ML_OOM_INACTIVE_FILE] = "inactive_file:",
	[ML_OOM_ISOLATED_FILE] = "isolated_file:",
	[ML_OOM_UNEVICTABLE] = "unevictable:",
	[ML_OOM_DIRTY] = "dirty:",
	[ML_OOM_WRITEBACK] = "writeback:",
	[ML_OOM_SLAB_RECLAIMABLE] = "slab_reclaimable:",
	[ML_OOM_SLAB_UNRECLAIMABLE] = "slab_unreclaimable:",
	[ML_OOM_SHMEM] = "shmem:",
	[ML_OOM_PAGETABLES] = "pagetables:",
	[ML_OOM_SEC_PAGETABLES] = "sec_pagetables:",
	[ML_OOM_BOUNCE] = "bounce:",
	[ML_OOM_KERNEL_MISC] = "kernel_misc_reclaimable:",
	[ML_OOM_FREE] = "free:",
	[ML_OOM_FREE_PCP] = "free_pcp:",
	[ML_OOM_FREE_CMA] = "free_cma:",
};

/* The report that this part of it belongs to, which goes on from the line before. */
static struct ml_oom_report *owner(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_oom_report *o = r->mem;

	if (o && (!l->from->caller.n || !o->caller[0] ||
		  ml_str_is(l->from->caller, o->caller)))
		return o;
	return l->from->caller.n ? ml_oom_lacking(r, l, ML_OOM_VICTIM) : NULL;
}

static bool begins(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	if (!ml_str_is(ml_str_trim(l->text), "Mem-Info:"))
		return false;
	r->mem = ml_oom_for(r, l, ML_OOM_MEM_INFO);
	r->mem->parts |= ML_OOM_MEM_INFO;
	r->pending_node = ML_NONE;
	r->reserve_follows = false;
	return true;
}

static void take_counter(struct ml_oom_report *o, struct ml_str word, uint64_t v)
{
	for (size_t i = 0; i < ML_OOM_COUNTERS; i++)
		if (ml_str_starts(word, counters[i]) && o->counter[i] == ML_NONE)
			o->counter[i] = v;
}

/* " active_file:0 inactive_file:0 isolated_file:0": nothing but such words. */
static bool take_counters(struct ml_oom_report *o, struct ml_str s)
{
	struct ml_str rest = s, word, key, number;
	uint64_t v;

	if (!ml_next_word(&rest, &word))
		return false;
	for (rest = s; ml_next_word(&rest, &word);) {
		number = word;
		if (!ml_split(&number, ':', &key) || !key.n || !ml_num_u64(number, &v))
			return false;
		take_counter(o, word, v);
	}
	return true;
}

/* ---- zones ---- */

static struct ml_oom_zone *find_zone(struct ml_oom_report *o, uint64_t node,
				     struct ml_str name)
{
	for (size_t i = 0; i < o->nzones; i++)
		if (o->zones[i].node == node && ml_str_is(name, o->zones[i].name))
			return &o->zones[i];
	return NULL;
}

static struct ml_oom_zone *add_zone(struct ml_oom_report *o, uint64_t node,
				    struct ml_str name)
{
	struct ml_oom_zone *z = find_zone(o, node, name);

	if (z || o->nzones == ML_OOM_ZONES || name.n >= sizeof(z->name))
		return z;
	z = &o->zones[o->nzones++];
	*z = (struct ml_oom_zone){ .node = node };
	ML_OOM_COPY(z->name, name);
	z->free = z->min = z->low = z->high = z->managed = ML_NONE;
	return z;
}

static uint64_t of_kinds(struct ml_str s)
{
	uint64_t exact = ml_oom_kb(s, "free_highatomic:");

	return exact == ML_NONE ? ml_or0(ml_oom_kb(s, "reserved_highatomic:")) : exact;
}

/* "free:3636kB boost:0kB min:3792kB low:4772kB high:5752kB ..." */
static void take_zone(struct ml_oom_report *o, uint64_t node, struct ml_str name,
		      struct ml_str s)
{
	struct ml_oom_zone *z = add_zone(o, node, name);
	uint64_t stacks = ml_oom_kb(s, "kernel_stack:");

	if (!z)
		return;
	z->free = ml_oom_kb(s, "free:");
	z->boost = ml_or0(ml_oom_kb(s, "boost:"));
	z->min = ml_oom_kb(s, "min:");
	z->low = ml_oom_kb(s, "low:");
	z->high = ml_oom_kb(s, "high:");
	z->managed = ml_oom_kb(s, "managed:");
	z->free_cma = ml_or0(ml_oom_kb(s, "free_cma:"));
	z->highatomic = of_kinds(s);
	o->stacks = ml_sum(o->stacks, stacks);
	o->parts |= ML_OOM_ZONE;
}

/* "0 948 948 948", of the zone before */
static void take_reserve(struct ml_oom_report *o, struct ml_str s)
{
	struct ml_oom_zone *z = o->nzones ? &o->zones[o->nzones - 1] : NULL;
	struct ml_str word;
	uint64_t v;

	while (z && z->nreserve < ML_OOM_RESERVES && ml_next_word(&s, &word) &&
	       ml_num_u64(word, &v))
		z->reserve[z->nreserve++] = v;
}

/* Blocks for urgent requests, for devices, or taken out, serve no ordinary request. */
static bool are_set_aside(struct ml_str letters)
{
	for (size_t i = 0; i < letters.n; i++)
		if (!strchr("()HCI", letters.p[i]))
			return false;
	return letters.n > 2;
}

/* "1*4kB (E) 0*8kB 1*16kB (M) ... = 3636kB" */
static void take_blocks(struct ml_oom_report *o, struct ml_oom_zone *z, struct ml_str s)
{
	struct ml_str word;
	uint64_t n, kb;

	while (ml_next_word(&s, &word) && !ml_str_is(word, "=")) {
		if (*word.p == '(') {
			if (z->norders && are_set_aside(word))
				z->odd |= 1u << (z->norders - 1);
			continue;
		}
		if (z->norders == ML_OOM_ORDERS || !ml_take_u64(&word, &n) || !word.n ||
		    *word.p != '*')
			return;
		word = ml_str_skip(word, 1);
		if (!ml_take_u64(&word, &kb) || !ml_str_is(word, "kB"))
			return;
		if (!z->norders && o->page_size == ML_NONE && kb && kb <= 1024)
			o->page_size = kb * ML_KIB;
		z->blocks[z->norders++] = n;
	}
	o->parts |= ML_OOM_BLOCKS;
}

/* "hugepages_total=0 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB" */
static void take_hugetlb(struct ml_oom_report *o, struct ml_str s)
{
	uint64_t size = ml_oom_kb(s, "hugepages_size=");

	o->hugetlb =
		ml_sum(o->hugetlb, ml_mul(ml_oom_number(s, "hugepages_total="), size));
	o->hugetlb_free = ml_sum(o->hugetlb_free,
				 ml_mul(ml_oom_number(s, "hugepages_free="), size));
}

static void take_of_node(struct ml_oom_reader *r, struct ml_oom_report *o, uint64_t node,
			 struct ml_str s)
{
	struct ml_str rest = s, name;
	struct ml_oom_zone *z;

	if (ml_str_starts(s, "hugepages_total=")) {
		take_hugetlb(o, s);
	} else if (ml_str_starts(s, "active_anon:")) {
		o->stacks = ml_sum(o->stacks, ml_oom_kb(s, "kernel_stack:"));
	} else if (!ml_next_word(&rest, &name)) {
		r->pending_node = node;
	} else if (name.n > 1 && name.p[name.n - 1] == ':') {
		name.n--;
		z = add_zone(o, node, name);
		if (z && !z->norders)
			take_blocks(o, z, rest);
	} else if (ml_str_starts(ml_str_trim(rest), "free:")) {
		take_zone(o, node, name, ml_str_trim(rest));
	}
}

/* Before 4.9 a line can come in pieces: "Node 0 ", then "DMA free:..." */
static bool take_node(struct ml_oom_reader *r, struct ml_oom_report *o, struct ml_str s)
{
	struct ml_str rest = s, name;
	uint64_t node;

	if (ml_str_starts(s, "Node ")) {
		s = ml_str_skip(s, 5);
		if (!ml_take_u64(&s, &node))
			return false;
		r->pending_node = ML_NONE;
		take_of_node(r, o, node, ml_str_trim(s));
		return true;
	}
	if (r->pending_node == ML_NONE || !ml_next_word(&rest, &name) || name.n > 12)
		return false;
	rest = ml_str_trim(rest);
	if (!ml_str_starts(rest, "free:") && !(name.n > 1 && name.p[name.n - 1] == ':'))
		return false;
	node = r->pending_node;
	r->pending_node = ML_NONE;
	take_of_node(r, o, node, s);
	return true;
}

static bool take_reserves(struct ml_oom_reader *r, struct ml_oom_report *o,
			  struct ml_str s)
{
	struct ml_str rest = s, word;
	uint64_t v;

	if (ml_str_starts(s, "lowmem_reserve[]:")) {
		take_reserve(o, ml_str_skip(s, 17));
		r->reserve_follows = true;
		return true;
	}
	if (!r->reserve_follows || !ml_next_word(&rest, &word) || rest.n ||
	    !ml_num_u64(word, &v))
		return false;
	take_reserve(o, s);
	return true;
}

/* ---- totals ---- */

/* "262014 pages RAM", in pages; the page size is known by now. */
static bool take_pages(struct ml_oom_report *o, struct ml_str s)
{
	uint64_t n, page = o->page_size == ML_NONE ? 4096 : o->page_size;

	if (!ml_take_u64(&s, &n))
		return false;
	if (ml_str_is(s, " pages RAM"))
		o->ram = ml_mul(n, page);
	else if (ml_str_is(s, " pages reserved"))
		o->reserved = ml_mul(n, page);
	else
		return ml_str_starts(s, " total pagecache pages") ||
		       ml_str_starts(s, " pages ");
	return true;
}

static bool take_swap(struct ml_oom_report *o, struct ml_str s)
{
	bool free = ml_str_starts(s, "Free swap ");

	if (!free && !ml_str_starts(s, "Total swap "))
		return false;
	*(free ? &o->swap_free : &o->swap_total) = ml_oom_kb(s, "=");
	o->parts |= ML_OOM_SWAP;
	return true;
}

bool ml_oom_memory(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_oom_report *o;
	struct ml_str s = l->text;

	if (begins(r, l))
		return true;
	o = owner(r, l);
	if (!o)
		return false;
	if (!take_reserves(r, o, ml_str_trim(s)) && !take_node(r, o, s) &&
	    !take_swap(o, s) && !take_pages(o, s) && !take_counters(o, s))
		return false;
	o->last_line = r->nlines;
	return true;
}

/* ---- slab ---- */

/* "Unreclaimable slab info:", "Name   Used   Total", "kmalloc-64   100KB   120KB" */
bool ml_oom_slab(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_oom_report *o = r->slab_table;
	struct ml_str s = l->text, total, used;
	uint64_t kb;

	if (ml_str_is(ml_str_trim(s), "Unreclaimable slab info:")) {
		r->slab_table = ml_oom_lacking(r, l, ML_OOM_SLAB_TABLE | ML_OOM_VICTIM);
		if (r->slab_table)
			r->slab_table->parts |= ML_OOM_SLAB_TABLE;
		return true;
	}
	if (!o || o->parts & ML_OOM_TABLE || !ml_last_word(&s, &total) ||
	    !ml_last_word(&s, &used) || !ml_str_ends(total, "KB") ||
	    !ml_str_ends(used, "KB") || !ml_take_u64(&total, &kb))
		return false;
	if (o->slab_bytes == ML_NONE || ml_mul(kb, ML_KIB) > o->slab_bytes) {
		o->slab_bytes = ml_mul(kb, ML_KIB);
		ML_OOM_COPY(o->slab_name, ml_str_trim(s));
	}
	return true;
}
