/* SPDX-License-Identifier: MIT */
/* redact_words: what the files of the redaction share. */
#pragma once

#include "capture/redact.h"

/* What stands for a name; nothing for none. */
void ml_redact_token(const struct ml_redactor *r, struct ml_str name, struct ml_buf *out);

bool ml_redact_is_listed(struct ml_str s, const char *const *list, size_t n);

/* A path in a file of words, where blanks stand as \040. */
void ml_redact_word_path(const struct ml_redactor *r, struct ml_str word,
			 struct ml_buf *out);

static inline void ml_redact_newline(struct ml_buf *out)
{
	ml_buf_add(out, "\n", 1);
}
