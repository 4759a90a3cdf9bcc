/* SPDX-License-Identifier: MIT */
/* take: fills a snapshot - every feed that is wanted, in the order of the register. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "model/host.h"

enum ml_status ml_status_of(int error)
{
	switch (error) {
	case 0:
		return ML_OK;
	case ENOENT:
	case ENOTDIR:
		return ML_ABSENT;
	case EACCES:
	case EPERM:
		return ML_DENIED;
	case ESRCH:
	case ENODEV:
		return ML_GONE;
	default: /* EOPNOTSUPP, ENOSYS, EIO, EFBIG; EINVAL, ELOOP: not a file we read */
		return ML_UNSUPPORTED;
	}
}

int ml_feed_end(struct ml_feed_data *ret, int rc)
{
	if (rc == -ENOMEM)
		return rc;
	ret->error = -rc;
	ret->status = ml_status_of(-rc);
	return 0;
}

int ml_feed_file(const struct ml_root *root, const char *path, ml_parse_fn *parse,
		 struct ml_arena *a, struct ml_feed_data *ret)
{
	struct ml_str text;
	int rc = ml_root_read(root, path, a, &text);
	int end = ml_feed_end(ret, rc);

	if (rc)
		return end;
	if (ml_str_starts(text, "\xef\xbb\xbf")) /* an editor's byte order mark */
		text = ml_str_skip(text, 3);
	return parse(text, a, &ret->parsed);
}

int ml_feed_add_source(struct ml_feed_data *data, struct ml_arena *a,
		       const struct ml_source *source)
{
	struct ml_source *row;

	data->more.size = sizeof(*source);
	row = ml_rows_add(&data->more, a);
	if (!row)
		return -ENOMEM;
	*row = *source;
	return 0;
}

static bool is_empty(const struct ml_parsed *parsed)
{
	return !parsed->rows.n && !parsed->kv.rows.n;
}

static int take_feed(struct ml_snap *snap, const struct ml_want *want, enum ml_feed_id id)
{
	const struct ml_feed *feed = &ml_feeds_register[id];
	struct ml_feed_data *data = &snap->feed[id];
	int rc;

	data->want = want;
	if (feed->gather)
		ml_host_measure(snap);
	data->snap = snap;
	rc = feed->gather ? feed->gather(snap->root, &snap->arena, data)
			  : ml_feed_file(snap->root, feed->path, feed->parse,
					 &snap->arena, data);
	data->want = NULL;
	data->snap = NULL;
	if (rc)
		return rc;
	if (data->status == ML_OK && is_empty(&data->parsed) &&
	    (feed->never_empty || data->parsed.bad_lines))
		data->status = ML_MALFORMED;
	return 0;
}

/* With those that others look into, which stand before them. */
static ml_feeds all_feeds(ml_feeds wanted)
{
	for (unsigned id = ML_FEED_COUNT; id--;)
		if (wanted & 1ull << id)
			wanted |= ml_feeds_register[id].uses;
	return wanted;
}

int ml_snap_take_wanted(struct ml_root *root, const struct ml_want *want,
			struct ml_snap **ret)
{
	struct ml_snap *snap = calloc(1, sizeof(*snap));
	int rc = 0;

	if (!snap)
		return ml_fail(root->ctx, -ENOMEM, "out of memory");
	snap->refs = 1;
	snap->root = ml_root_ref(root);
	snap->taken = all_feeds(want->need | want->use);
	snap->needed = want->need;
	ml_host_clock(snap);
	for (unsigned id = 0; id < ML_FEED_COUNT && !rc; id++)
		if (snap->taken & 1ull << id)
			rc = take_feed(snap, want, id);
	if (rc) {
		ml_snap_unref(snap);
		return ml_fail(root->ctx, rc, "out of memory");
	}
	ml_host_measure(snap);
	*ret = snap;
	return 0;
}
