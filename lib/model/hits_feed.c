/* SPDX-License-Identifier: MIT */
/* hits_feed: the page cache watched for a while on the running machine. */
#include "model/hits_feed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "model/hits_names.h"
#include "parse/perf_record.h"
#include "parse/trace_format.h"
#include "probe/trace.h"
#include "probe/tracefs.h"
#include "source/read.h"

#define SECONDS 1.0
#define SECONDS_MAX 86400.0
#define NS 1000000000u
/* At least this often we look: names are found while processes live. */
#define TICK_MS 20
/* An event takes its time before its place in the ring. */
#define SLACK_NS 2000000u
/* Of CPU time for names, of each tick. */
#define NAMES_NS 5000000u

static const struct ml_hits_bounds bounds = {
	.files = 8192,
	.processes = 4096,
	.tasks = 4096,
	.blocks = 65536,
};

/* What each event is called and where it tells what. */
static const struct {
	enum ml_hits_kind kind;
	const char *event;
	const char *ino, *dev, *first, *last, *order; /* NULL: not told */
} shapes[] = {
	{ ML_HITS_READ,   "filemap/mm_filemap_get_pages",
	  "i_ino", "s_dev", "index", "last_index", NULL },
	{ ML_HITS_FAULT,  "filemap/mm_filemap_fault",
	  "i_ino", "s_dev", "index", NULL, NULL },
	{ ML_HITS_AROUND, "filemap/mm_filemap_map_pages",
	  "i_ino", "s_dev", "index", "last_index", NULL },
	{ ML_HITS_ADD,    "filemap/mm_filemap_add_to_page_cache",
	  "i_ino", "s_dev", "index", NULL, "order" },
	{ ML_HITS_DIRTY,  "writeback/writeback_dirty_folio",
	  "ino", NULL, "index", NULL, NULL },
	{ ML_HITS_DIRTY,  "writeback/writeback_dirty_page", /* before Linux 5.18 */
	  "ino", NULL, "index", NULL, NULL },
};

#define SHAPES ML_ARRAY_SIZE(shapes)

/* An event as this kernel has it. */
struct layout {
	enum ml_hits_kind kind;
	uint64_t id;
	const struct ml_trace_field *type, *ino, *dev, *first, *last, *order;
};

struct stream {
	struct ml_perf_ring ring;
	struct ml_perf_record next;
	bool there;
};

struct watch {
	const struct ml_root *root;
	struct ml_arena *arena;
	const struct ml_want *want;
	struct layout layouts[SHAPES];
	size_t nlayouts;
	struct ml_trace *trace;
	struct stream *streams;
	size_t nstreams;
	struct ml_hits hits;
	struct ml_hits_names names;
	struct ml_hits_head *head;
	uint32_t self;
	int error; /* -ENOMEM while events were taken */
};

/* ---- events of this kernel ---- */

static int read_format(int tracefs, const char *event, struct ml_arena *a,
		       struct ml_parsed *ret)
{
	_cleanup_close_ int fd = -1;
	struct ml_str text;
	char path[96];
	int rc;

	snprintf(path, sizeof(path), "events/%s/format", event);
	fd = openat(tracefs, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = ml_read_fd(fd, a, &text);
	return rc ? rc : ml_parse_trace_format(text, a, ret);
}

static const struct ml_trace_field *field_of(const struct ml_parsed *format,
					     const char *name)
{
	return name ? ml_trace_field_find(format, name) : NULL;
}

/* Whether all that we must know is told. */
static bool layout_of(const struct ml_parsed *format, size_t shape, struct layout *ret)
{
	const struct ml_trace_format *head = format->head;

	if (!head)
		return false;
	*ret = (struct layout){
		.kind = shapes[shape].kind,
		.id = head->id,
		.type = field_of(format, "common_type"),
		.ino = field_of(format, shapes[shape].ino),
		.dev = field_of(format, shapes[shape].dev),
		.first = field_of(format, shapes[shape].first),
		.last = field_of(format, shapes[shape].last),
		.order = field_of(format, shapes[shape].order),
	};
	return ret->id != ML_NONE && ret->type && ret->ino && ret->first &&
	       (ret->dev || !shapes[shape].dev) && (ret->last || !shapes[shape].last);
}

/* 0 or -errno: without pages that are added there is nothing to tell. */
static int find_events(struct watch *w)
{
	_cleanup_close_ int tracefs = ml_tracefs_open();

	if (tracefs < 0)
		return tracefs;
	for (size_t i = 0; i < SHAPES; i++) {
		struct ml_parsed format = { 0 };
		int rc = read_format(tracefs, shapes[i].event, w->arena, &format);

		if (rc == -ENOMEM || rc == -EACCES || rc == -EPERM)
			return rc;
		if (rc || !layout_of(&format, i, &w->layouts[w->nlayouts]))
			continue;
		w->head->kinds |= 1u << shapes[i].kind;
		w->nlayouts++;
	}
	return w->head->kinds & 1u << ML_HITS_ADD ? 0 : -ENOENT;
}

static int open_trace(struct watch *w)
{
	uint64_t ids[SHAPES];
	int rc;

	for (size_t i = 0; i < w->nlayouts; i++)
		ids[i] = w->layouts[i].id;
	rc = ml_trace_open(ids, w->nlayouts, &w->trace);
	if (rc)
		return rc;
	w->nstreams = ml_trace_nrings(w->trace);
	w->streams = calloc(w->nstreams, sizeof(*w->streams));
	return w->streams ? 0 : -ENOMEM;
}

/* ---- one event ---- */

static const struct layout *layout_for(const struct watch *w, struct ml_str raw)
{
	for (size_t i = 0; i < w->nlayouts; i++)
		if (ml_trace_number(w->layouts[i].type, raw) == w->layouts[i].id)
			return &w->layouts[i];
	return NULL;
}

static void take_sample(struct watch *w, const struct ml_perf_record *record)
{
	const struct layout *layout = layout_for(w, record->raw);
	struct ml_hits_event event;
	uint64_t order;

	if (!layout)
		return;
	w->head->events++;
	if (record->pid == w->self)
		return;
	event = (struct ml_hits_event){
		.kind = layout->kind,
		.pid = record->pid,
		.tid = record->tid,
		.dev = ml_or0(ml_trace_number(layout->dev, record->raw)),
		.ino = ml_trace_number(layout->ino, record->raw),
		.first = ml_trace_number(layout->first, record->raw),
	};
	event.last =
		layout->last ? ml_trace_number(layout->last, record->raw) : event.first;
	order = ml_or0(ml_trace_number(layout->order, record->raw));
	if (order && order < 32)
		event.last = event.first + (1ull << order) - 1;
	if (event.ino != ML_NONE && event.first != ML_NONE && event.last != ML_NONE)
		ml_hits_take(&w->hits, &event);
	/* Now: it may be closed soon, and its size bounds what is counted. */
	if (!w->error)
		w->error = ml_hits_name(&w->names, &w->hits);
}

static void take_record(struct watch *w, const struct ml_perf_record *record)
{
	switch (record->kind) {
	case ML_PERF_SAMPLE:
		take_sample(w, record);
		break;
	case ML_PERF_LOST:
		w->head->lost += record->lost;
		break;
	case ML_PERF_COMM:
		if (record->pid == record->tid)
			ml_hits_named(&w->hits, record->pid, record->raw);
		break;
	case ML_PERF_OTHER:
		break;
	}
}

/* ---- all processors in the order of time ---- */

static void advance(struct stream *s)
{
	s->there = ml_perf_next(&s->ring, &s->next);
}

/* The stream with the earliest record; `ret_limit` is when another has an earlier one. */
static struct stream *earliest(struct watch *w, uint64_t *ret_limit)
{
	struct stream *first = NULL;

	for (size_t i = 0; i < w->nstreams; i++) {
		struct stream *s = &w->streams[i];

		if (!s->there)
			continue;
		if (!first || s->next.time < first->next.time) {
			if (first && first->next.time < *ret_limit)
				*ret_limit = first->next.time;
			first = s;
		} else if (s->next.time < *ret_limit) {
			*ret_limit = s->next.time;
		}
	}
	return first;
}

/* What is younger stays in the ring: a neighbour may still come before it. */
static void drain(struct watch *w, uint64_t until)
{
	struct ml_trace_ring ring;
	struct stream *s;
	uint64_t limit;

	for (size_t i = 0; i < w->nstreams; i++) {
		ml_trace_look(w->trace, i, &ring);
		w->streams[i].ring = (struct ml_perf_ring){ ring.data, ring.size,
							    ring.head, ring.tail, 0 };
		advance(&w->streams[i]);
	}
	while (limit = until, (s = earliest(w, &limit)) && s->next.time <= until)
		while (s->there && s->next.time <= limit) {
			uint64_t tail = s->ring.tail;

			take_record(w, &s->next);
			advance(s);
			ml_trace_done(w->trace, (size_t)(s - w->streams), tail);
		}
	for (size_t i = 0; i < w->nstreams; i++)
		if (!w->streams[i].there) /* read to the end, or not understood */
			ml_trace_done(w->trace, i, w->streams[i].ring.head);
}

/* ---- the observation ---- */

static bool is_stopped(const struct watch *w)
{
	return w->want->stopped && w->want->stopped(w->want->data);
}

static int observe(struct watch *w, uint64_t begin)
{
	double seconds = w->want->seconds > 0 ? w->want->seconds : SECONDS;
	uint64_t end, now;
	int rc = 0;

	seconds = seconds < SECONDS_MAX ? seconds : SECONDS_MAX;
	end = begin + (uint64_t)(seconds * NS);
	for (now = begin; now < end && !rc; now = ml_clock_monotonic_ns()) {
		uint64_t left = (end - now) / 1000000u + 1;

		w->names.budget = NAMES_NS;
		ml_hits_names_again(&w->names);
		rc = ml_trace_wait(w->trace, left < TICK_MS ? (int)left : TICK_MS);
		if (rc == -EINTR)
			rc = 0;
		drain(w, ml_clock_monotonic_ns() - SLACK_NS);
		if (!rc)
			rc = ml_hits_name(&w->names, &w->hits);
		if (is_stopped(w))
			break;
	}
	ml_trace_stop(w->trace);
	w->head->seconds = (double)(ml_clock_monotonic_ns() - begin) / NS;
	drain(w, UINT64_MAX);
	return rc ? rc : w->error;
}

static int copy_rows(const struct ml_hits_table *t, const void *other, bool with_other,
		     struct ml_arena *a, struct ml_rows *ret)
{
	size_t n = t->n + (with_other ? 1 : 0);

	ret->size = t->size;
	if (ml_rows_reserve(ret, a, n ? n : 1))
		return -ENOMEM;
	if (t->n)
		memcpy(ret->at, t->at, t->n * t->size);
	if (with_other)
		memcpy(ret->at + t->n * t->size, other, t->size);
	ret->n = n;
	return 0;
}

static bool is_empty(const struct ml_hits_sum *sum)
{
	return !sum->lookups && !sum->brought && !sum->written;
}

static int keep(struct watch *w)
{
	struct ml_hits *h = &w->hits;
	struct ml_hits_head *head = w->head;
	struct ml_hits_file *rest = &h->other_files;
	struct ml_hits_process *others = &h->other_processes;
	int rc;

	ml_hits_names_again(&w->names);
	w->names.budget = NAMES_NS * 10ull;
	rc = ml_hits_name(&w->names, h);
	ml_hits_end(h);
	rest->key.ino = ML_NONE;
	others->key.nr = ML_NONE;
	if (!rc)
		rc = copy_rows(&h->files, rest, !is_empty(&rest->sum), w->arena,
			       &head->files);
	if (!rc)
		rc = copy_rows(&h->processes, others, !is_empty(&others->sum), w->arena,
			       &head->processes);
	head->sum = h->sum;
	head->ahead = h->ahead;
	head->unsure = h->unsure;
	head->unmarked = h->unmarked;
	return rc;
}

static int watch_it(struct watch *w)
{
	uint64_t begin, cpu = ml_clock_cpu_ns();
	int rc = ml_hits_init(&w->hits, &bounds);

	if (!rc)
		rc = open_trace(w);
	begin = ml_clock_monotonic_ns();
	if (!rc)
		rc = observe(w, begin);
	if (!rc)
		rc = keep(w);
	ml_trace_close(w->trace);
	ml_hits_deinit(&w->hits);
	free(w->streams);
	w->head->cost = (double)(ml_clock_cpu_ns() - cpu) / NS;
	return rc;
}

int ml_hits_gather(const struct ml_root *root, struct ml_arena *a,
		   struct ml_feed_data *ret)
{
	struct watch w = {
		.root = root,
		.arena = a,
		.want = ret->want,
		.names = { .arena = a },
		.self = (uint32_t)getpid(),
	};
	int rc;

	if (!root->live) {
		ret->status = ML_ABSENT;
		return 0;
	}
	w.head = ml_arena_calloc(a, 1, sizeof(*w.head));
	if (!w.head)
		return -ENOMEM;
	rc = ml_processes_open(root, &w.names.live);
	if (rc)
		return rc == -ENOMEM ? rc : 0;
	rc = find_events(&w);
	if (!rc) {
		rc = watch_it(&w);
		if (rc)
			ret->path = "perf_event_open";
	}
	ml_processes_close(&w.names.live);
	if (rc == -ENOMEM)
		return rc;
	ret->error = -rc;
	ret->status = ml_status_of(-rc);
	if (!rc) {
		ret->parsed.head = w.head;
		ret->parsed.rows = w.head->files;
	}
	return 0;
}
