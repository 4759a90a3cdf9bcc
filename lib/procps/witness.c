/* SPDX-License-Identifier: MIT */
/* witness: what libproc2 knows of our numbers, and where it differs for a reason. */
#include "procps/procps.h"

#include <stdio.h>
#include <unistd.h>

struct ml_value *ml_procps_row(struct ml_arena *a, struct ml_rows *rows,
			       const char *subject, size_t nvalues)
{
	struct ml_value *values = ml_arena_calloc(a, nvalues, sizeof(*values));
	char *copy = ml_arena_strndup(a, subject, strlen(subject));
	struct ml_witness_row *row = ml_rows_add(rows, a);

	if (!values || !copy || !row)
		return NULL;
	row->subject = ml_str_of(copy);
	row->values = values;
	return values;
}

/* ---- differences that are understood ---- */

static bool is_bracketed(struct ml_str subject, const struct ml_value *ours,
			 const struct ml_value *theirs)
{
	(void)subject;
	return (!ours->known || !ours->str.n) && ml_str_starts(theirs->str, "[");
}

/* They print a blank, a dot or a question mark for a byte that is no character. */
static bool is_cleaned(struct ml_str subject, const struct ml_value *ours,
		       const struct ml_value *theirs)
{
	size_t i = 0;

	(void)subject;
	if (!ours->known || ours->str.n != theirs->str.n)
		return false;
	while (i < ours->str.n && (ours->str.p[i] == theirs->str.p[i] ||
				   (strchr(" ?.", theirs->str.p[i]) &&
				    ((unsigned char)ours->str.p[i] < ' ' ||
				     (unsigned char)ours->str.p[i] >= 0x7f))))
		i++;
	return i == ours->str.n;
}

static bool is_number(struct ml_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static bool is_nameless(struct ml_str subject, const struct ml_value *ours,
			const struct ml_value *theirs)
{
	(void)subject;
	return theirs->known && (!ours->known || is_number(ours->str));
}

static bool is_low(struct ml_str subject, const struct ml_value *ours,
		   const struct ml_value *theirs)
{
	(void)theirs;
	return !ours->known &&
	       (ml_str_is(subject, "LowTotal") || ml_str_is(subject, "LowFree"));
}

static bool is_us(struct ml_str subject, const struct ml_value *ours,
		  const struct ml_value *theirs)
{
	char pid[16];

	(void)ours;
	(void)theirs;
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	return ml_str_is(subject, pid);
}

static const struct ml_witness_known known[] = {
	{ "meminfo", "value", is_low,
	  "where no memory is high they show all of it as low" },
	{ "processes", "cmdline", is_bracketed,
	  "without a command line they show the name in brackets" },
	{ "processes", "cmdline", is_cleaned, "they replace bytes that do not print" },
	{ "processes", "comm", is_cleaned, "they replace bytes that do not print" },
	{ "processes", "exe", is_cleaned, "they replace bytes that do not print" },
	{ "processes", "user", is_nameless,
	  "they ask the name service, we read /etc/passwd" },
	{ "processes", "threads", is_us,
	  "this program: we read with a second thread, they do not" },
};

/* ---- levels ---- */

const char *const ml_procps_value[] = { "value" };

static const struct ml_witness_level *const levels[] = {
	&ml_procps_free, &ml_procps_meminfo,   &ml_procps_vmstat, &ml_procps_stat,
	&ml_procps_slab, &ml_procps_processes, &ml_procps_kernel,
};

const struct ml_witness ml_procps_witness = {
	.name = "libproc2",
	.levels = levels,
	.nlevels = ML_ARRAY_SIZE(levels),
	.known = known,
	.nknown = ML_ARRAY_SIZE(known),
};
