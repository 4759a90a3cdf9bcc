/* SPDX-License-Identifier: MIT */
/* sadf: what sysstat recorded, as "sadf -j" prints it, sample by sample. */
#include "recorder/sadf.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The root, sysstat, hosts, one of them, statistics, a sample. */
#define SAMPLE_DEPTH 6
/* A sample of a thousand disks has a tenth. */
#define SAMPLE_BYTES_MAX (1u << 20)
#define DEPTH_MAX 32

/* ---- numbers ---- */

/* In the kernel's names where it is the kernel's number; what sysstat made a rate is
 * called so. */
static const struct {
	const char *within; /* an object of the sample, or of its "psi" */
	const char *key;
	const char *plus;   /* to be added; NULL: nothing */
	const char *series;
	const char *unit;
	double factor;
} fields[] = {
	{ "memory",     "memfree",    NULL,      "MemFree",      "bytes",   1024 },
	{ "memory",     "avail",      NULL,      "MemAvailable", "bytes",   1024 },
	{ "memory",     "buffers",    NULL,      "Buffers",      "bytes",   1024 },
	{ "memory",     "cached",     NULL,      "Cached",       "bytes",   1024 },
	{ "memory",     "commit",     NULL,      "Committed_AS", "bytes",   1024 },
	{ "memory",     "active",     NULL,      "Active",       "bytes",   1024 },
	{ "memory",     "inactive",   NULL,      "Inactive",     "bytes",   1024 },
	{ "memory",     "dirty",      NULL,      "Dirty",        "bytes",   1024 },
	{ "memory",     "anonpg",     NULL,      "AnonPages",    "bytes",   1024 },
	{ "memory",     "slab",       NULL,      "Slab",         "bytes",   1024 },
	{ "memory",     "kstack",     NULL,      "KernelStack",  "bytes",   1024 },
	{ "memory",     "pgtbl",      NULL,      "PageTables",   "bytes",   1024 },
	{ "memory",     "vmused",     NULL,      "VmallocUsed",  "bytes",   1024 },
	{ "memory",     "swpfree",    NULL,      "SwapFree",     "bytes",   1024 },
	{ "memory",     "swpfree",    "swpused", "SwapTotal",    "bytes",   1024 },
	{ "memory",     "swpcad",     NULL,      "SwapCached",   "bytes",   1024 },
	{ "swap-pages", "pswpin",     NULL,      "pswpin/s",     "pages/s", 1 },
	{ "swap-pages", "pswpout",    NULL,      "pswpout/s",    "pages/s", 1 },
	{ "paging",     "pgpgin",     NULL,      "pgpgin/s",     "bytes/s", 1024 },
	{ "paging",     "pgpgout",    NULL,      "pgpgout/s",    "bytes/s", 1024 },
	{ "paging",     "fault",      NULL,      "pgfault/s",    "count/s", 1 },
	{ "paging",     "majflt",     NULL,      "pgmajfault/s", "count/s", 1 },
	{ "paging",     "pgscank",    NULL,      "pgscan_kswapd/s", "pages/s", 1 },
	{ "paging",     "pgscand",    NULL,      "pgscan_direct/s", "pages/s", 1 },
	{ "paging",     "pgsteal",    NULL,      "pgsteal/s",    "pages/s", 1 },
	{ "psi-mem",    "some_avg10", NULL, "pressure/memory/some/avg10", "ratio", 0.01 },
	{ "psi-mem",    "full_avg10", NULL, "pressure/memory/full/avg10", "ratio", 0.01 },
	{ "psi-cpu",    "some_avg10", NULL, "pressure/cpu/some/avg10",    "ratio", 0.01 },
	{ "psi-io",     "some_avg10", NULL, "pressure/io/some/avg10",     "ratio", 0.01 },
	{ "psi-io",     "full_avg10", NULL, "pressure/io/full/avg10",     "ratio", 0.01 },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static bool number_at(struct json_object *o, const char *key, double *ret)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    (!json_object_is_type(v, json_type_int) &&
	     !json_object_is_type(v, json_type_double)))
		return false;
	*ret = json_object_get_double(v);
	return *ret >= 0 && *ret < 1e18;
}

static struct json_object *object_at(struct json_object *o, const char *key)
{
	struct json_object *v;

	return o && json_object_object_get_ex(o, key, &v) &&
			       json_object_is_type(v, json_type_object)
		       ? v
		       : NULL;
}

static size_t take_numbers(struct json_object *sample,
			   struct ml_number ret[static FIELDS])
{
	struct json_object *psi = object_at(sample, "psi"), *o;
	double value, plus = 0;
	size_t n = 0;

	for (size_t i = 0; i < FIELDS; i++) {
		o = object_at(sample, fields[i].within);
		if (!o)
			o = object_at(psi, fields[i].within);
		if (!o || !number_at(o, fields[i].key, &value))
			continue;
		if (fields[i].plus && !number_at(o, fields[i].plus, &plus))
			continue;
		if (fields[i].plus)
			value += plus;
		ret[n++] = (struct ml_number){ fields[i].series, fields[i].unit,
					       value * fields[i].factor };
	}
	return n;
}

/* ---- times ---- */

static const char *text_at(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) &&
			       json_object_is_type(v, json_type_string)
		       ? json_object_get_string(v)
		       : "";
}

/* {"date": "2026-11-23", "time": "17:38:24", "utc": 1}; without utc the time is local. */
static bool take_time(struct json_object *sample, int64_t *ret)
{
	struct json_object *o = object_at(sample, "timestamp");
	struct tm tm = { .tm_isdst = -1 };
	const char *end;
	double utc = 0;

	if (!o)
		return false;
	end = strptime(text_at(o, "date"), "%Y-%m-%d", &tm);
	if (!end || *end)
		return false;
	end = strptime(text_at(o, "time"), "%H:%M:%S", &tm);
	if (!end || *end)
		return false;
	*ret = number_at(o, "utc", &utc) && utc != 0 ? timegm(&tm) : mktime(&tm);
	return *ret > 0;
}

/* ---- one sample ---- */

static int take_object(struct sadf *sadf, struct json_object *sample)
{
	struct ml_number numbers[FIELDS];
	int64_t t;
	size_t n;

	if (!object_at(sample, "timestamp"))
		return 0; /* a restart or a comment */
	if (!take_time(sample, &t)) {
		sadf->bad++;
		return 0;
	}
	n = take_numbers(sample, numbers);
	if (!n)
		return 0;
	sadf->samples++;
	return sadf->fn(t, numbers, n, sadf->data);
}

static int take_sample(struct sadf *sadf)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *sample;
	int rc = 0;

	if (!tokener)
		return -ENOMEM;
	sample = json_tokener_parse_ex(tokener, sadf->piece, (int)sadf->n);
	if (sample && json_object_is_type(sample, json_type_object))
		rc = take_object(sadf, sample);
	else
		sadf->bad++;
	json_object_put(sample);
	json_tokener_free(tokener);
	return rc;
}

/* ---- where samples are ---- */

static int keep(struct sadf *sadf, char c)
{
	if (sadf->n == sadf->room) {
		size_t room = sadf->room ? 2 * sadf->room : 4096;
		char *piece = room > SAMPLE_BYTES_MAX ? NULL : realloc(sadf->piece, room);

		if (!piece)
			return room > SAMPLE_BYTES_MAX ? -EINVAL : -ENOMEM;
		sadf->piece = piece;
		sadf->room = room;
	}
	sadf->piece[sadf->n++] = c;
	return 0;
}

/* What stands before the first names it. */
static int take_head(struct sadf *sadf)
{
	static const char name[] = "\"sysstat\"";

	if (sadf->named)
		return 0;
	sadf->named = sadf->n && memmem(sadf->piece, sadf->n, name, sizeof(name) - 1);
	return sadf->named ? 0 : -EINVAL;
}

static int opens(struct sadf *sadf)
{
	int rc = 0;

	if (++sadf->depth > DEPTH_MAX)
		return -EINVAL;
	if (sadf->depth == SAMPLE_DEPTH) {
		rc = take_head(sadf);
		sadf->n = 0;
	}
	return rc;
}

static int closes(struct sadf *sadf)
{
	int rc;

	if (!sadf->depth)
		return -EINVAL;
	if (sadf->depth-- != SAMPLE_DEPTH)
		return 0;
	rc = keep(sadf, '}');
	return rc ? rc : take_sample(sadf);
}

/* Whether the character may stand outside of everything. */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int take_char(struct sadf *sadf, char c)
{
	int rc = 0;

	if (sadf->in_string) {
		sadf->in_string = sadf->escaped || c != '"';
		sadf->escaped = !sadf->escaped && c == '\\';
	} else if (c == '"') {
		sadf->in_string = true;
	} else if (c == '{' || c == '[') {
		rc = opens(sadf);
	} else if (c == '}' || c == ']') {
		rc = closes(sadf);
		if (!rc && sadf->depth == SAMPLE_DEPTH - 1)
			return 0;
	}
	if (rc)
		return rc;
	if (!sadf->depth && c != '}' && !is_blank(c))
		return -EINVAL;
	if (sadf->named && sadf->depth < SAMPLE_DEPTH)
		return 0;
	return keep(sadf, c);
}

int sadf_feed(struct sadf *sadf, const char *p, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++)
		rc = take_char(sadf, p[i]);
	return rc;
}

int sadf_end(struct sadf *sadf)
{
	if (sadf->depth || sadf->in_string)
		return -EINVAL;
	return take_head(sadf);
}

void sadf_deinit(struct sadf *sadf)
{
	free(sadf->piece);
}
