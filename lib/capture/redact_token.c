/* SPDX-License-Identifier: MIT */
/*
 * redact_token: what stands for a name - SipHash-2-4, whose key cannot be found
 * from its results.
 */
#include <errno.h>
#include <sys/random.h>

#include "capture/redact_words.h"

int ml_redactor_init(struct ml_redactor *r)
{
	ssize_t n = getrandom(r->key, sizeof(r->key), 0);

	return n == (ssize_t)sizeof(r->key) ? 0 : n < 0 ? -errno : -EIO;
}

static uint64_t rotate(uint64_t v, unsigned bits)
{
	return v << bits | v >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
}

static uint64_t sip_hash(const uint64_t key[2], struct ml_str s)
{
	uint64_t v[4] = {
		key[0] ^ 0x736f6d6570736575,
		key[1] ^ 0x646f72616e646f6d,
		key[0] ^ 0x6c7967656e657261,
		key[1] ^ 0x7465646279746573,
	};
	uint64_t last = (uint64_t)s.n << 56, word;
	size_t whole = s.n & ~(size_t)7;

	for (size_t i = 0; i < whole; i += 8) {
		word = 0;
		for (size_t j = 8; j--;)
			word = word << 8 | (unsigned char)s.p[i + j];
		sip_word(v, word);
	}
	for (size_t i = whole; i < s.n; i++)
		last |= (uint64_t)(unsigned char)s.p[i] << 8 * (i - whole);
	sip_word(v, last);
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Eleven bytes: it fits where the kernel allows 15. */
void ml_redact_token(const struct ml_redactor *r, struct ml_str name, struct ml_buf *out)
{
	if (name.n)
		ml_buf_printf(out, "r%010llx",
			      (unsigned long long)(sip_hash(r->key, name) >> 24));
}
