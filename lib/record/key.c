/* SPDX-License-Identifier: MIT */
/* key: all that was known of a machine at one time, packed. */
#include "record/key.h"

#include <errno.h>
#include <stdlib.h>

#include "base/str.h"
#include "source/tape_text.h"

#define MAGIC "memlens-key 1"
/* The last of each block: how long ago each of the others was read, in ms. */
#define AGES "ages"

/* Text and base are within the cache of one core. */
#define BLOCK_BYTES (240u << 10)

/* A new base after so many keys, or when what differs from it is an eighth of it. */
#define BASE_KEYS 60
#define BASE_DRIFT 8

struct block {
	/* the serial of the first file that is in none before and not here */
	uint64_t end;
	size_t n;
	char *packed;
};

/* What keys are packed against. */
struct base {
	unsigned refs;
	unsigned keys; /* that were ever packed against it */
	size_t bytes;
	struct block *at;
	size_t n;
};

struct ml_key {
	uint64_t when_ns;
	struct base *base;
	struct block *at; /* as many as the base has; NULL: it is the base */
	size_t bytes;
};

/* ---- freeing ---- */

static void free_blocks(struct block *at, size_t n)
{
	for (size_t i = 0; at && i < n; i++)
		free(at[i].packed);
	free(at);
}

static void unref_base(struct ml_keys *keys, struct base *base)
{
	if (!base || --base->refs)
		return;
	keys->bytes -= base->bytes;
	free_blocks(base->at, base->n);
	free(base);
}

void ml_key_free(struct ml_keys *keys, struct ml_key *key)
{
	if (!key)
		return;
	keys->bytes -= key->bytes;
	if (key->base)
		free_blocks(key->at, key->base->n);
	unref_base(keys, key->base);
	free(key);
}

/* ---- packing ---- */

struct packing {
	struct ml_packer *packer;
	const struct ml_whole *whole;
	uint64_t now_ns;
	uint32_t next; /* file */
	struct ml_buf text, base, packed, ages;
};

static void put_age(struct packing *p, const struct ml_known *file)
{
	uint64_t ms = (p->now_ns - file->read_ns) / 1000000;
	uint32_t age = ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;

	ml_buf_add(&p->ages, (const char *)&age, sizeof(age));
}

/* The files up to a serial, and to so many bytes. */
static int write_block(struct packing *p, uint64_t end, size_t bytes)
{
	const struct ml_whole *w = p->whole;
	size_t n = 1;

	ml_buf_clear(&p->text);
	ml_buf_clear(&p->ages);
	ml_buf_printf(&p->text, MAGIC "\n");
	for (; p->next < w->n && w->at[p->next].serial < end && p->text.n < bytes; n++) {
		const struct ml_known *file = &w->at[p->next++];

		ml_tape_put(&p->text, ml_known_path(file), ml_known_text(file),
			    file->said->error);
		put_age(p, file);
	}
	ml_tape_put(&p->text, ML_STR(AGES), ml_buf_text(&p->ages), 0);
	ml_buf_printf(&p->text, "end %zu\n", n);
	return p->text.failed || p->ages.failed ? -ENOMEM : 0;
}

static int pack_block(struct packing *p, struct ml_str base, struct block *ret)
{
	int rc;

	ml_buf_clear(&p->packed);
	rc = ml_frame_pack(p->packer, ml_buf_text(&p->text), base, &p->packed);
	if (rc)
		return rc;
	ret->packed = malloc(p->packed.n);
	if (!ret->packed)
		return -ENOMEM;
	ret->n = p->packed.n;
	memcpy(ret->packed, p->packed.p, p->packed.n);
	return 0;
}

static int unpack_block(struct ml_packer *packer, const struct block *block,
			struct ml_str base, struct ml_buf *ret)
{
	struct ml_str frame = { block->packed, block->n };

	ml_buf_clear(ret);
	return ml_frame_unpack(packer, frame, base, ML_FRAME_BYTES_MAX, ret);
}

static int pack_against_base(struct packing *p, struct ml_key *key)
{
	const struct base *base = key->base;
	int rc = 0;

	key->at = calloc(base->n, sizeof(*key->at));
	if (!key->at)
		return -ENOMEM;
	for (size_t i = 0; i < base->n && !rc; i++) {
		rc = unpack_block(p->packer, &base->at[i], (struct ml_str){ 0 },
				  &p->base);
		if (!rc)
			rc = write_block(p, base->at[i].end, SIZE_MAX);
		if (!rc)
			rc = pack_block(p, ml_buf_text(&p->base), &key->at[i]);
		key->bytes += key->at[i].n;
	}
	return rc;
}

static int add_block(struct packing *p, struct base *base)
{
	struct block *at = realloc(base->at, (base->n + 1) * sizeof(*at));
	int rc;

	if (!at)
		return -ENOMEM;
	base->at = at;
	at += base->n++;
	*at = (struct block){ 0 };
	rc = write_block(p, UINT64_MAX, BLOCK_BYTES);
	at->end = p->next < p->whole->n ? p->whole->at[p->next].serial : UINT64_MAX;
	if (!rc)
		rc = pack_block(p, (struct ml_str){ 0 }, at);
	base->bytes += at->n;
	return rc;
}

static int make_base(struct packing *p, struct ml_key *key)
{
	int rc = 0;

	key->base = calloc(1, sizeof(*key->base));
	if (!key->base)
		return -ENOMEM;
	key->base->refs = 1;
	do
		rc = add_block(p, key->base);
	while (!rc && p->next < p->whole->n);
	return rc;
}

static bool is_outdated(const struct ml_key *of)
{
	return of->base->keys >= BASE_KEYS ||
	       of->bytes > of->base->bytes / BASE_DRIFT + 1024;
}

static int pack(struct ml_keys *keys, struct packing *p, const struct ml_key *of,
		struct ml_key *key)
{
	int rc;

	if (!of || is_outdated(of)) {
		rc = make_base(p, key);
		if (key->base)
			keys->bytes += key->base->bytes;
		return rc;
	}
	key->base = of->base;
	key->base->refs++;
	key->base->keys++;
	rc = pack_against_base(p, key);
	keys->bytes += key->bytes;
	return rc;
}

int ml_key_new(struct ml_keys *keys, const struct ml_whole *whole, uint64_t now_ns,
	       const struct ml_key *of, struct ml_key **ret)
{
	struct packing p = { .packer = keys->packer, .whole = whole, .now_ns = now_ns };
	struct ml_key *key = calloc(1, sizeof(*key));
	int rc;

	if (!key)
		return -ENOMEM;
	key->when_ns = now_ns;
	rc = pack(keys, &p, of, key);
	ml_buf_deinit(&p.text);
	ml_buf_deinit(&p.base);
	ml_buf_deinit(&p.packed);
	ml_buf_deinit(&p.ages);
	if (rc)
		ml_key_free(keys, key);
	else
		*ret = key;
	return rc;
}

/* ---- reading ---- */

static int recall(const struct ml_key *key, struct ml_str text, struct ml_whole *whole)
{
	struct ml_tape tape = { .files = ML_ROWS(struct ml_taped) };
	const struct ml_taped *ages;
	int rc = ml_tape_parse_unsorted(text, MAGIC, ML_FRAME_BYTES_MAX, &tape);
	size_t n = tape.files.n ? tape.files.n - 1 : 0;

	ages = n || tape.files.n ? ml_rows_at(&tape.files, n) : NULL;
	if (!rc && (!ages || ages->text.n != n * sizeof(uint32_t)))
		rc = -EBADMSG;
	for (size_t i = 0; i < n && !rc; i++) {
		uint32_t ms;

		memcpy(&ms, ages->text.p + i * sizeof(ms), sizeof(ms));
		rc = ml_whole_recall(whole, ml_rows_at(&tape.files, i),
				     key->when_ns - ms * 1000000ull);
	}
	ml_arena_deinit(&tape.arena);
	return rc;
}

int ml_key_read(const struct ml_keys *keys, const struct ml_key *key,
		struct ml_whole *whole)
{
	struct ml_buf base = { 0 }, text = { 0 };
	int rc = 0;

	for (size_t i = 0; i < key->base->n && !rc; i++) {
		rc = unpack_block(keys->packer, &key->base->at[i], (struct ml_str){ 0 },
				  &base);
		if (!rc && key->at)
			rc = unpack_block(keys->packer, &key->at[i], ml_buf_text(&base),
					  &text);
		if (!rc)
			rc = recall(key, ml_buf_text(key->at ? &text : &base), whole);
	}
	ml_buf_deinit(&base);
	ml_buf_deinit(&text);
	return rc;
}
