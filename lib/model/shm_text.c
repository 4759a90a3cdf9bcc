/* SPDX-License-Identifier: MIT */
/* shm_text: the ledger of shared memory as a file of a capture. */
#include "model/shm_text.h"

#include <errno.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "source/manifest.h"

/* ---- writing ---- */

static void put_number(struct ml_buf *out, uint64_t v)
{
	if (v == ML_NONE)
		ml_buf_add(out, " -", 2);
	else
		ml_buf_printf(out, " %llu", (unsigned long long)v);
}

static void put_device(struct ml_buf *out, uint64_t major, uint64_t minor)
{
	if (major == ML_NONE)
		ml_buf_add(out, " -", 2);
	else
		ml_buf_printf(out, " %llu:%llu", (unsigned long long)major,
			      (unsigned long long)minor);
}

static void put_name(struct ml_buf *out, struct ml_str s, ml_shm_name_fn *name,
		     const void *data)
{
	struct ml_buf shown = { 0 };

	if (name)
		name(data, s, &shown);
	ml_buf_add(out, " ", 1);
	ml_manifest_escape(out, name ? ml_buf_text(&shown) : s);
	ml_buf_add(out, "\n", 1);
	out->failed |= shown.failed;
	ml_buf_deinit(&shown);
}

#define FIELD(st, field) offsetof(struct st, field)

static const size_t mount_fields[] = {
	FIELD(ml_shm_mount, space),        FIELD(ml_shm_mount, spaces),
	FIELD(ml_shm_mount, own),          FIELD(ml_shm_mount, size),
	FIELD(ml_shm_mount, used),         FIELD(ml_shm_mount, files_max),
	FIELD(ml_shm_mount, files),        FIELD(ml_shm_mount, listed),
	FIELD(ml_shm_mount, listed_bytes), FIELD(ml_shm_mount, cut),
};

static const size_t object_fields[] = {
	FIELD(ml_shm_object, inode),   FIELD(ml_shm_object, space),
	FIELD(ml_shm_object, own_ipc), FIELD(ml_shm_object, size),
	FIELD(ml_shm_object, bytes),   FIELD(ml_shm_object, swapped),
	FIELD(ml_shm_object, mapped),  FIELD(ml_shm_object, descriptors),
};

static const size_t holder_fields[] = {
	FIELD(ml_shm_holder, pid),
	FIELD(ml_shm_holder, descriptors),
	FIELD(ml_shm_holder, mapped),
};

static void put_fields(struct ml_buf *out, const void *row, const size_t *fields,
		       size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_number(out, *(const uint64_t *)((const char *)row + fields[i]));
}

#define PUT_FIELDS(out, row, fields) put_fields(out, row, fields, ML_ARRAY_SIZE(fields))

static void put_object(const struct ml_shm *shm, const struct ml_shm_object *o,
		       ml_shm_name_fn *name, const void *data, struct ml_buf *out)
{
	ml_buf_str(out, ml_str_of(ml_shm_kind_name((enum ml_shm_kind)o->kind)));
	put_device(out, o->major, o->minor);
	PUT_FIELDS(out, o, object_fields);
	put_name(out, o->name, o->kind == ML_SHM_GPU ? NULL : name, data);
	for (size_t i = 0; i < o->holders; i++) {
		ml_buf_str(out, ML_STR("holder"));
		PUT_FIELDS(out, ml_rows_at(&shm->holders, o->first_holder + i),
			   holder_fields);
		ml_buf_add(out, "\n", 1);
	}
}

void ml_shm_text(const struct ml_shm *shm, ml_shm_name_fn *name, const void *data,
		 struct ml_buf *out)
{
	const struct ml_shm_mount *m;
	const struct ml_shm_object *o;

	ml_buf_str(out, ML_STR("shm 1"));
	put_number(out, shm->processes);
	put_number(out, shm->refused);
	put_number(out, shm->spaces);
	ml_buf_add(out, "\n", 1);
	ml_for_each_row(m, &shm->mounts) {
		ml_buf_str(out, ML_STR("mount"));
		put_device(out, m->major, m->minor);
		ml_buf_add(out, " ", 1);
		ml_manifest_escape(out, m->type);
		PUT_FIELDS(out, m, mount_fields);
		put_name(out, m->point, name, data);
	}
	ml_for_each_row(o, &shm->objects)
		put_object(shm, o, name, data, out);
}

/* ---- reading ---- */

static bool take_number(struct ml_str *line, uint64_t *ret)
{
	struct ml_str word;

	if (!ml_next_word(line, &word))
		return false;
	*ret = ML_NONE;
	return ml_str_is(word, "-") || ml_num_u64(word, ret);
}

static bool take_device(struct ml_str *line, uint64_t *major, uint64_t *minor)
{
	struct ml_str word, first;

	if (!ml_next_word(line, &word))
		return false;
	*major = *minor = ML_NONE;
	if (ml_str_is(word, "-"))
		return true;
	return ml_split(&word, ':', &first) && ml_num_u64(first, major) &&
	       ml_num_u64(word, minor);
}

static bool take_fields(struct ml_str *line, void *row, const size_t *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!take_number(line, (uint64_t *)((char *)row + fields[i])))
			return false;
	return true;
}

#define TAKE_FIELDS(line, row, fields)                                                   \
	take_fields(line, row, fields, ML_ARRAY_SIZE(fields))

static int take_name(struct ml_str line, struct ml_arena *a, struct ml_str *ret)
{
	struct ml_buf plain = { 0 };

	ml_manifest_unescape(&plain, ml_str_trim(line));
	ret->n = plain.n;
	ret->p = plain.failed ? NULL
			      : ml_arena_strndup(a, plain.p ? plain.p : "", plain.n);
	ml_buf_deinit(&plain);
	return ret->p ? 0 : -ENOMEM;
}

/* 1: taken, 0: not understood. */
static int take_mount(struct ml_str line, struct ml_arena *a, struct ml_shm *shm)
{
	struct ml_shm_mount m = { 0 }, *row;

	if (!take_device(&line, &m.major, &m.minor) || !ml_next_word(&line, &m.type) ||
	    !TAKE_FIELDS(&line, &m, mount_fields))
		return 0;
	row = ml_rows_add(&shm->mounts, a);
	if (!row || take_name(line, a, &m.point))
		return -ENOMEM;
	*row = m;
	return 1;
}

static int take_object(struct ml_str line, uint64_t kind, struct ml_arena *a,
		       struct ml_shm *shm)
{
	struct ml_shm_object o = { .kind = kind, .first_holder = shm->holders.n }, *row;

	if (!take_device(&line, &o.major, &o.minor) ||
	    !TAKE_FIELDS(&line, &o, object_fields))
		return 0;
	row = ml_rows_add(&shm->objects, a);
	if (!row || take_name(line, a, &o.name))
		return -ENOMEM;
	*row = o;
	return 1;
}

static int take_holder(struct ml_str line, struct ml_arena *a, struct ml_shm *shm)
{
	struct ml_shm_holder h = { 0 }, *row;
	struct ml_shm_object *o;

	if (!shm->objects.n || !TAKE_FIELDS(&line, &h, holder_fields) || h.pid == ML_NONE)
		return 0;
	row = ml_rows_add(&shm->holders, a);
	if (!row)
		return -ENOMEM;
	*row = h;
	o = ml_rows_at(&shm->objects, shm->objects.n - 1);
	o->holders++;
	return 1;
}

static int take_head(struct ml_str line, struct ml_shm *shm)
{
	uint64_t version;

	return take_number(&line, &version) && version == 1 &&
	       take_number(&line, &shm->processes) && take_number(&line, &shm->refused) &&
	       take_number(&line, &shm->spaces);
}

static int take_line(struct ml_str line, struct ml_arena *a, struct ml_shm *shm)
{
	struct ml_str word;

	if (!ml_next_word(&line, &word))
		return 1;
	if (ml_str_is(word, "shm"))
		return take_head(line, shm);
	if (ml_str_is(word, "mount"))
		return take_mount(line, a, shm);
	if (ml_str_is(word, "holder"))
		return take_holder(line, a, shm);
	for (uint64_t kind = 0; kind < ML_SHM_KINDS; kind++)
		if (ml_str_is(word, ml_shm_kind_name((enum ml_shm_kind)kind)))
			return take_object(line, kind, a, shm);
	return 0;
}

int ml_parse_shm_text(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_shm *shm = ml_arena_calloc(a, 1, sizeof(*shm));
	struct ml_str line;

	if (!shm)
		return -ENOMEM;
	ml_shm_init(shm);
	ret->head = shm;
	while (ml_parse_line(&text, ret, &line)) {
		int rc = take_line(line, a, shm);

		if (rc < 0)
			return rc;
		if (!rc)
			ml_parse_bad(ret);
	}
	ret->rows = shm->objects;
	return 0;
}
