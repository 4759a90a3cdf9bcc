/* SPDX-License-Identifier: MIT */
/* oom_opening: who asked for what, and how a report begins. */
#include "base/cleanup.h"
#include "parse/oom_lines.h"

/* A name of 15 bytes, escaped. */
#define COMM_MAX 60

/* "0xcc0(GFP_KERNEL), ..." or "0x201da, ..."; the names may hold no comma. */
static void take_gfp(struct ml_oom_report *o, struct ml_str s)
{
	struct ml_str word = s, hex, names;

	if (!ml_split(&word, ',', &s))
		s = word;
	hex = s;
	if (ml_split(&s, '(', &hex)) {
		names = s;
		if (names.n && names.p[names.n - 1] == ')')
			names.n--;
		ML_OOM_COPY(o->gfp, names);
	} else {
		ML_OOM_COPY(o->gfp, hex);
	}
	hex = ml_str_trim(hex);
	if (!ml_num_hex(hex, &o->gfp_mask))
		o->gfp_mask = ML_NONE;
}

static int64_t signed_of(struct ml_str s, const char *key)
{
	struct ml_str value;
	int64_t v;

	return ml_oom_value(s, key, &value) && ml_num_s64(value, &v) ? v : INT64_MIN;
}

/* "COMM invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0" */
bool ml_oom_opening(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, comm, mask;
	struct ml_oom_report *o;

	if (!ml_oom_cut(&s, " invoked oom-killer: ", &comm) || comm.n > COMM_MAX)
		return false;
	o = ml_oom_open(r, l, ML_OOM_KILL);
	o->last_line = r->nlines;
	o->parts |= ML_OOM_OPENING;
	ML_OOM_COPY(o->asker, comm);
	if (ml_oom_cut(&s, "gfp_mask=", &mask))
		take_gfp(o, s);
	o->order = signed_of(s, "order=");
	o->asker_adj = signed_of(s, "oom_score_adj=");
	if (ml_oom_value(s, "nodemask=", &mask) && !ml_str_is(mask, "(null)"))
		ML_OOM_COPY(o->nodes, mask);
	r->trace = o;
	return true;
}

/* ---- what is no kill ---- */

static struct ml_oom_report *open_failure(struct ml_oom_reader *r,
					  const struct ml_oom_line *l,
					  enum ml_oom_kind kind, struct ml_str comm)
{
	struct ml_oom_report *o = ml_oom_open(r, l, kind);

	o->last_line = r->nlines;
	o->parts |= ML_OOM_OPENING;
	ML_OOM_COPY(o->asker, comm);
	r->trace = o;
	return o;
}

/* "mode:0x14080c0(GFP_KERNEL|__GFP_ZERO), ..." */
static void take_mode(struct ml_oom_report *o, struct ml_str s)
{
	struct ml_str head, nodes;

	if (ml_oom_cut(&s, "mode:", &head))
		take_gfp(o, s);
	if (ml_oom_value(s, "nodemask=", &nodes) && !ml_str_is(nodes, "(null)"))
		ML_OOM_COPY(o->nodes, nodes);
}

/* "COMM: page allocation failure: order:2, mode:0x..." (before 3.x a full stop), "COMM:
 * page allocation stalls for 10023ms, order:0, mode:..." */
static bool page_failure(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, comm;
	struct ml_oom_report *o;
	uint64_t ms = ML_NONE;

	if (ml_oom_cut(&s, ": page allocation stalls for ", &comm)) {
		if (comm.n > COMM_MAX || !ml_take_u64(&s, &ms))
			return false;
	} else if (!ml_oom_cut(&s, ": page allocation failure", &comm) ||
		   comm.n > COMM_MAX) {
		return false;
	}
	o = open_failure(r, l, ms == ML_NONE ? ML_OOM_ALLOC : ML_OOM_STALL, comm);
	o->stalled_ms = ms;
	s = ml_str_skip(s, 1);
	o->order = signed_of(s, "order:");
	take_mode(o, s);
	return true;
}

/* "COMM: vmalloc: allocation failure: N bytes, mode:...", "COMM: vmalloc error: size N,
 * page order 0, failed to allocate pages, mode:...", "vmap allocation for size N
 * failed: use vmalloc=<size> to increase size" */
static bool vmalloc_failure(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	static const struct {
		const char *text;
	} forms[] = {
		{ "vmalloc: allocation failure: " }, { "vmalloc: allocation failure, allocated " },
		{ "vmalloc error: size " },          { "vmap allocation for size " },
		{ "vmalloc_node_range for size " },
	};
	struct ml_str s, comm;

	for (size_t i = 0; i < ML_ARRAY_SIZE(forms); i++) {
		struct ml_oom_report *o;
		uint64_t bytes;

		s = l->text;
		if (!ml_oom_cut(&s, forms[i].text, &comm) || comm.n > COMM_MAX + 2 ||
		    !ml_take_u64(&s, &bytes))
			continue;
		if (comm.n >= 2 && ml_str_ends(comm, ": "))
			comm.n -= 2;
		o = open_failure(r, l, ML_OOM_VMALLOC, comm);
		o->wanted = bytes;
		take_mode(o, s);
		return true;
	}
	return false;
}

/* "SLUB: Unable to allocate memory on node -1, gfp=0x...(...)" or "(gfp=0x20)", then
 * "  cache: kmalloc-64, object size: 64, ..." */
static bool slab_failure(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, head, word;
	struct ml_oom_report *o;

	if (ml_str_starts(s, "  cache: ") || ml_str_starts(s, "cache: ")) {
		o = ml_oom_lacking(r, l, 0);
		if (!o || o->kind != ML_OOM_SLAB || o->cache[0] ||
		    !ml_oom_value(s, "cache:", &word))
			return false;
		ML_OOM_COPY(o->cache, word);
		return true;
	}
	if (!ml_oom_cut(&s, "SLUB: Unable to allocate memory on ", &head) || head.n > 2)
		return false;
	o = open_failure(r, l, ML_OOM_SLAB, (struct ml_str){ 0 });
	if (ml_oom_cut(&s, "gfp=", &head)) {
		if (s.n && s.p[s.n - 1] == ')' && head.n && head.p[head.n - 1] == '(')
			s.n--;
		take_gfp(o, s);
	}
	return true;
}

bool ml_oom_failure(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	return page_failure(r, l) || vmalloc_failure(r, l) || slab_failure(r, l);
}

/* ---- what stands around ---- */

/* "CPU: 1 UID: 0 PID: 26658 Comm: appd Not tainted 6.18.44 #1" */
static bool take_cpu(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, head, comm, word;
	struct ml_oom_report *o;

	if (!ml_str_starts(s, "CPU: ") && !ml_str_starts(s, "Pid: "))
		return false;
	o = ml_oom_lacking(r, l, ML_OOM_CPU);
	if (!o)
		return true;
	o->parts |= ML_OOM_CPU;
	o->asker_pid = ml_oom_number(s, *s.p == 'C' ? "PID:" : "Pid:");
	if (!ml_oom_cut(&s, *s.p == 'C' ? " Comm: " : " comm: ", &head))
		return true;
	head = s;
	if (!ml_oom_cut(&s, " Not tainted ", &comm) &&
	    !ml_oom_cut(&s, " Tainted: ", &comm))
		return true;
	if (!o->asker[0] && comm.n <= COMM_MAX)
		ML_OOM_COPY(o->asker, comm);
	while (ml_next_word(&s, &word))
		if (*word.p >= '0' && *word.p <= '9') {
			ML_OOM_COPY(o->kernel, word);
			break;
		}
	return true;
}

/* "COMM cpuset=X mems_allowed=0-1" (to 4.20) */
bool ml_oom_context(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_str s = l->text, head, cpuset;
	struct ml_oom_report *o;

	if (take_cpu(r, l))
		return true;
	if (!ml_oom_cut(&s, " cpuset=", &head) || head.n > COMM_MAX ||
	    !ml_oom_cut(&s, " mems_allowed=", &cpuset))
		return false;
	o = ml_oom_lacking(r, l, ML_OOM_VICTIM);
	if (!o)
		return true;
	ML_OOM_COPY(o->cpuset, cpuset);
	if (!o->nodes[0])
		ML_OOM_COPY(o->nodes, ml_str_trim(s));
	return true;
}

/* ---- call traces ---- */

/* What a function among the callers means; the first that fits a report is its own, the
 * innermost of them is seen first. */
static const struct {
	const char *in, *means;
} callers[] = {
	{ "__netdev_alloc",      "receiving from the network" },
	{ "napi_alloc",          "receiving from the network" },
	{ "__alloc_skb",         "a network buffer" },
	{ "sk_page_frag",        "sending to the network" },
	{ "skb_page_frag",       "sending to the network" },
	{ "new_slab",            "kernel objects" },
	{ "allocate_slab",       "kernel objects" },
	{ "cache_grow",          "kernel objects" },
	{ "kmem_getpages",       "kernel objects" },
	{ "kmalloc_large",       "a large kernel object" },
	{ "kmalloc_order",       "a large kernel object" },
	{ "shmem_",              "shared memory" },
	{ "alloc_thread_stack",  "a new task" },
	{ "copy_process",        "a new task" },
	{ "dup_mm",              "a new process" },
	{ "pte_alloc",           "a page table" },
	{ "__pmd_alloc",         "a page table" },
	{ "__pud_alloc",         "a page table" },
	{ "filemap_fault",       "a page of a mapped file" },
	{ "page_cache_ra",       "reading ahead" },
	{ "do_page_cache_readahead", "reading ahead" },
	{ "pagecache_get_page",  "a page of a file" },
	{ "page_cache_alloc",    "a page of a file" },
	{ "filemap_alloc_folio", "a page of a file" },
	{ "do_swap_page",        "a page from swap" },
	{ "swapin",              "a page from swap" },
	{ "wp_page_copy",        "a copy of a page that was shared" },
	{ "do_wp_page",          "a copy of a page that was shared" },
	{ "do_cow",              "a copy of a page that was shared" },
	{ "get_user_pages",      "pages for the kernel or a device" },
	{ "pipe_write",          "a pipe" },
	{ "vmalloc",             "kernel memory from vmalloc" },
	{ "bpf_",                "a BPF program" },
	{ "moom_callback",       "a key pressed by hand (SysRq f)" },
	{ "handle_mm_fault",     "a page of its own" },
	{ "page_fault",          "a page of its own" },
};

/* " [<ffffffff8118475e>] oom_kill_process+0x24e/0x3c0", " ? unsure+0x1/0x2" */
static bool is_frame(struct ml_str s, struct ml_str *ret)
{
	struct ml_str word, name;

	s = ml_str_trim(s);
	if (ml_str_starts(s, "[<")) {
		if (!ml_split(&s, ']', &word))
			return false;
		s = ml_str_trim(s);
	}
	if (ml_str_starts(s, "? ") || !ml_next_word(&s, &word) ||
	    !ml_split(&word, '+', &name) || !ml_str_starts(word, "0x"))
		return false;
	*ret = name;
	return true;
}

bool ml_oom_trace(struct ml_oom_reader *r, const struct ml_oom_line *l)
{
	struct ml_oom_report *o = r->trace;
	struct ml_str name, rest, head;

	if (!o || !is_frame(l->text, &name))
		return false;
	if (l->from->caller.n && o->caller[0] && !ml_str_is(l->from->caller, o->caller))
		return true; /* of another */
	if (o->parts & (ML_OOM_MEM_INFO | ML_OOM_GROUP | ML_OOM_TABLE))
		return true;
	o->parts |= ML_OOM_TRACE;
	rest = name;
	o->via_group |= ml_oom_cut(&rest, "mem_cgroup_", &head) ||
			ml_str_starts(name, "try_charge");
	for (size_t i = 0; i < ML_ARRAY_SIZE(callers) && !o->via[0]; i++) {
		rest = name;
		if (ml_oom_cut(&rest, callers[i].in, &head))
			ML_OOM_COPY(o->via, ml_str_of(callers[i].means));
	}
	return true;
}
