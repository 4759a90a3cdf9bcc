/* SPDX-License-Identifier: MIT */
/* runs: ascending numbers as bytes - how many to skip, how many to take, and so on. */
#include "record/runs.h"

#include <errno.h>

#include "base/str.h"

#define BITS 7
#define MORE 0x80u

/* ---- writing ---- */

static void put(struct ml_buf *out, size_t v)
{
	char bytes[10];
	size_t n = 0;

	do {
		bytes[n++] = (char)((v & (MORE - 1)) | (v >> BITS ? MORE : 0));
		v >>= BITS;
	} while (v);
	ml_buf_add(out, bytes, n);
}

void ml_runs_end(struct ml_runs *r)
{
	if (!r->n)
		return;
	put(r->out, r->from - r->end);
	put(r->out, r->n);
	r->end = r->from + r->n;
	r->n = 0;
}

void ml_runs_add(struct ml_runs *r, size_t number)
{
	if (r->n && number == r->from + r->n) {
		r->n++;
		return;
	}
	ml_runs_end(r);
	r->from = number;
	r->n = 1;
}

/* ---- reading ---- */

static bool take(struct ml_str *bytes, size_t *ret)
{
	size_t v = 0;

	for (int shift = 0; shift < 5 * BITS && bytes->n; shift += BITS) {
		unsigned char byte = (unsigned char)*bytes->p;

		*bytes = ml_str_skip(*bytes, 1);
		v |= (size_t)(byte & (MORE - 1)) << shift;
		if (!(byte & MORE)) {
			*ret = v;
			return true;
		}
	}
	return false;
}

int ml_runs_next(struct ml_runs_reader *r, size_t *ret)
{
	size_t skip;

	if (!r->left) {
		if (!r->bytes.n)
			return 0;
		if (!take(&r->bytes, &skip) || !take(&r->bytes, &r->left) || !r->left ||
		    skip > r->bound - r->next || r->left > r->bound - r->next - skip)
			return -EBADMSG;
		r->next += skip;
	}
	r->left--;
	*ret = r->next++;
	return 1;
}
