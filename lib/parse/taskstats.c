/* SPDX-License-Identifier: MIT */
/* taskstats: how long a process waited, out of a netlink message. */
#include "parse/taskstats.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"

/* Of linux/genetlink.h, linux/netlink.h and linux/taskstats.h. Their struct taskstats is
 * not used: it is as long as in the kernel of the build host. */
enum {
	GENL_HEADER = 4,
	ATTR_HEADER = 4,
	ATTR_ALIGN = 4,
	ATTR_FLAGS = 0xc000,
	TYPE_TGID = 2,
	TYPE_STATS = 3,
	TYPE_AGGR_TGID = 5,
};

/* Where struct taskstats has the count; the total in ns follows. It grows at its end
 * only, but for version 15 (Linux 6.14): that has the longest and the shortest delay
 * behind each total, where version 16 has them at the end (commit 0bf2d838de1f). */
enum {
	VERSION_INTERLEAVED = 15,
	INTERLEAVED_BYTES = 16,
};

static const struct {
	size_t offset;
	size_t member;
} layout[] = {
	{ 16,  offsetof(struct ml_delays, cpu)       },
	{ 32,  offsetof(struct ml_delays, blkio)     },
	{ 48,  offsetof(struct ml_delays, swapin)    },
	{ 312, offsetof(struct ml_delays, freepages) },
	{ 328, offsetof(struct ml_delays, thrashing) },
	{ 352, offsetof(struct ml_delays, compact)   },
	{ 400, offsetof(struct ml_delays, wpcopy)    },
	{ 416, offsetof(struct ml_delays, irq)       },
};

static uint64_t u16_at(struct ml_str s, size_t at)
{
	uint16_t v;

	memcpy(&v, s.p + at, sizeof(v));
	return v;
}

static uint64_t u32_at(struct ml_str s, size_t at)
{
	uint32_t v;

	memcpy(&v, s.p + at, sizeof(v));
	return v;
}

static uint64_t u64_at(struct ml_str s, size_t at)
{
	uint64_t v;

	memcpy(&v, s.p + at, sizeof(v));
	return v;
}

static struct ml_delay delay_at(struct ml_str stats, size_t at)
{
	if (at + 16 > stats.n)
		return (struct ml_delay){ ML_NONE, NAN };
	return (struct ml_delay){ u64_at(stats, at),
				  ml_f64(u64_at(stats, at + 8)) / 1e9 };
}

/* False when it is too short to have a version. */
static bool fill(struct ml_str stats, struct ml_delays *ret)
{
	if (stats.n < 2)
		return false;
	ret->version = u16_at(stats, 0);
	ret->counted = false;
	for (size_t i = 0; i < ML_ARRAY_SIZE(layout); i++) {
		size_t shift =
			ret->version == VERSION_INTERLEAVED ? i * INTERLEAVED_BYTES : 0;
		struct ml_delay *delay = (void *)((char *)ret + layout[i].member);

		*delay = delay_at(stats, layout[i].offset + shift);
		if (i && ml_or0(delay->count))
			ret->counted = true;
	}
	return true;
}

/* Take the next attribute off `s`. False when none is left; a length that cannot be is
 * counted, and ends it. */
static bool next_attr(struct ml_str *s, struct ml_parsed *count, uint64_t *ret_type,
		      struct ml_str *ret)
{
	size_t n;

	if (s->n < ATTR_HEADER)
		return false;
	count->lines++;
	n = u16_at(*s, 0);
	if (n < ATTR_HEADER || n > s->n) {
		ml_parse_bad(count);
		return false;
	}
	*ret_type = u16_at(*s, 2) & ~(uint64_t)ATTR_FLAGS;
	*ret = (struct ml_str){ s->p + ATTR_HEADER, n - ATTR_HEADER };
	*s = ml_str_skip(*s, (n + ATTR_ALIGN - 1) / ATTR_ALIGN * ATTR_ALIGN);
	return true;
}

static int add_process(struct ml_str attrs, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_delays delays = { .tgid = ML_NONE }, *row;
	bool filled = false;
	struct ml_str value;
	uint64_t type;

	while (next_attr(&attrs, ret, &type, &value)) {
		if (type == TYPE_TGID && value.n >= 4)
			delays.tgid = u32_at(value, 0);
		else if (type == TYPE_STATS)
			filled = fill(value, &delays);
	}
	if (delays.tgid == ML_NONE || !filled) {
		ml_parse_bad(ret);
		return 0;
	}
	row = ml_rows_add(&ret->rows, a);
	if (!row)
		return -ENOMEM;
	*row = delays;
	return 0;
}

int ml_parse_taskstats(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_str attrs = ml_str_skip(text, GENL_HEADER), value;
	uint64_t type;

	ret->rows.size = sizeof(struct ml_delays);
	while (next_attr(&attrs, ret, &type, &value)) {
		int rc = type == TYPE_AGGR_TGID ? add_process(value, a, ret) : 0;

		if (rc)
			return rc;
	}
	return 0;
}
