/* SPDX-License-Identifier: MIT */
/* tape_text: a tape as one text, and back. */
#include "source/tape_text.h"

#include <errno.h>
#include <unistd.h>

#include "base/num.h"
#include "base/str.h"

/* The largest errno that the kernel returns. */
#define ERRNO_MAX 4095

/* ---- reading ---- */

struct head {
	uint64_t path, text, error;
};

/* "12 345", "12 0 13" */
static bool take_head(struct ml_str line, size_t bytes_max, struct head *ret)
{
	struct ml_str word;

	if (!ml_split(&line, ' ', &word) || !ml_num_u64(word, &ret->path))
		return false;
	ret->error = 0;
	if (!ml_split(&line, ' ', &word))
		word = line;
	else if (!ml_num_u64(line, &ret->error) || !ret->error || ret->error > ERRNO_MAX)
		return false;
	return ml_num_u64(word, &ret->text) && ret->path && ret->path <= bytes_max &&
	       ret->text <= bytes_max && !(ret->error && ret->text);
}

/* So many bytes, each followed by a newline. */
static int take_file(struct ml_str line, size_t bytes_max, struct ml_str *text,
		     struct ml_tape *tape)
{
	struct ml_taped *file;
	struct head head;

	if (!take_head(line, bytes_max, &head) || text->n < head.path + head.text + 2 ||
	    text->p[head.path] != '\n' || text->p[head.path + 1 + head.text] != '\n' ||
	    memchr(text->p, '\0', head.path))
		return -EINVAL;
	file = ml_rows_add(&tape->files, &tape->arena);
	if (!file)
		return -ENOMEM;
	file->path = (struct ml_str){ text->p, head.path };
	file->text = (struct ml_str){ text->p + head.path + 1, head.text };
	file->error = (int)head.error;
	file->nr = (uint32_t)tape->files.n;
	if (tape->keep == ML_KEEP_HOST && ml_path_is_of_process(file->path))
		tape->keep = ML_KEEP_PROCESSES;
	*text = ml_str_skip(*text, head.path + head.text + 2);
	return 0;
}

int ml_tape_parse_unsorted(struct ml_str text, const char *magic, size_t bytes_max,
			   struct ml_tape *tape)
{
	struct ml_str line;
	uint64_t files;
	int rc = 0;

	if (!ml_split(&text, '\n', &line) || !ml_str_is(line, magic))
		return -EINVAL;
	while (!rc && ml_split(&text, '\n', &line) && !ml_str_starts(line, "end "))
		rc = take_file(line, bytes_max, &text, tape);
	if (!rc && (text.n || !ml_str_starts(line, "end ") ||
		    !ml_num_u64(ml_str_skip(line, 4), &files) || files != tape->files.n))
		rc = -EINVAL;
	return rc;
}

int ml_tape_parse(struct ml_str text, const char *magic, size_t bytes_max,
		  struct ml_tape *tape)
{
	int rc = ml_tape_parse_unsorted(text, magic, bytes_max, tape);

	if (!rc)
		ml_tape_sort(tape);
	return rc;
}

/* ---- writing ---- */

static char *put_number(char *p, size_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	memcpy(p, digits + at, sizeof(digits) - at);
	return p + sizeof(digits) - at;
}

static char *put_text(char *p, struct ml_str text)
{
	if (text.n)
		memcpy(p, text.p, text.n);
	return p + text.n;
}

/* By hand: there are thousands of files each second. */
void ml_tape_put(struct ml_buf *out, struct ml_str path, struct ml_str text, int error)
{
	size_t n = error ? 0 : text.n;
	char *p = ml_buf_room(out, path.n + n + 64);

	if (!p)
		return;
	p = put_number(p, path.n);
	*p++ = ' ';
	p = put_number(p, n);
	if (error) {
		*p++ = ' ';
		p = put_number(p, (size_t)error);
	}
	*p++ = '\n';
	p = put_text(p, path);
	*p++ = '\n';
	p = put_text(p, (struct ml_str){ text.p, n });
	*p++ = '\n';
	out->n = (size_t)(p - out->p);
}

void ml_tape_put_manifest(struct ml_buf *out, const struct ml_root *root,
			  uint64_t wall_ms, uint64_t monotonic_ns)
{
	uint64_t page = root->live ? (uint64_t)sysconf(_SC_PAGESIZE) : root->page_size;
	struct ml_buf text = { 0 };

	ml_buf_printf(&text, ML_MANIFEST_MAGIC "\n");
	if (page)
		ml_buf_printf(&text, "page_size %llu\n", (unsigned long long)page);
	if (wall_ms != ML_NONE)
		ml_buf_printf(&text, "wall_ms %llu\n", (unsigned long long)wall_ms);
	if (monotonic_ns != ML_NONE)
		ml_buf_printf(&text, "monotonic_ns %llu\n",
			      (unsigned long long)monotonic_ns);
	ml_buf_add(&text, "\n", 1);
	ml_tape_put(out, ML_STR("MANIFEST"), ml_buf_text(&text), 0);
	out->failed |= text.failed;
	ml_buf_deinit(&text);
}

bool ml_tape_leaves_out(const struct ml_tape *tape, struct ml_str path)
{
	return tape->full && (ml_path_is_of_process(path) || ml_str_is(path, "proc/"));
}
