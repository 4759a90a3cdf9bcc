/* SPDX-License-Identifier: MIT */
/* mountinfo: /proc/PID/mountinfo - what is mounted in the namespace of a process. */
#include "parse/mountinfo.h"

#include <errno.h>

#include "base/table.h"

/* "8:1" */
static bool read_device(struct ml_str word, struct ml_mount_row *ret)
{
	struct ml_str major;

	return ml_split(&word, ':', &major) && ml_num_u64(major, &ret->major) &&
	       ml_num_u64(word, &ret->minor);
}

/* "ID PARENT MAJ:MIN ROOT POINT OPTIONS [TAG...] - TYPE SOURCE SUPER"; the source may be
 * empty. */
static bool read_row(struct ml_str line, struct ml_mount_row *ret)
{
	struct ml_str id, parent, device, word;

	if (!ml_next_word(&line, &id) || !ml_next_word(&line, &parent) ||
	    !ml_next_word(&line, &device) || !ml_next_word(&line, &ret->root) ||
	    !ml_next_word(&line, &ret->point) || !ml_next_word(&line, &ret->options))
		return false;
	do
		if (!ml_next_word(&line, &word))
			return false;
	while (!ml_str_is(word, "-"));
	if (!ml_next_word(&line, &ret->type))
		return false;
	ml_last_word(&line, &ret->super);
	ret->source = ml_str_trim(line);
	return ml_num_u64(id, &ret->id) && ml_num_u64(parent, &ret->parent) &&
	       read_device(device, ret);
}

static int unescape(struct ml_mount_row *row, struct ml_arena *a)
{
	struct ml_str *const names[] = { &row->root, &row->point, &row->options,
					 &row->source, &row->super };

	for (size_t i = 0; i < ML_ARRAY_SIZE(names); i++)
		if (ml_parse_unescape(*names[i], a, names[i]))
			return -ENOMEM;
	return 0;
}

int ml_parse_mountinfo(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_str line;

	ret->rows = ML_ROWS(struct ml_mount_row);
	while (ml_parse_line(&text, ret, &line)) {
		struct ml_mount_row row = { 0 }, *at;

		if (!ml_str_trim(line).n)
			continue;
		if (!read_row(line, &row)) {
			ml_parse_bad(ret);
			continue;
		}
		at = ml_rows_add(&ret->rows, a);
		if (!at || unescape(&row, a))
			return -ENOMEM;
		*at = row;
	}
	return 0;
}

bool ml_mount_option(struct ml_str list, const char *item)
{
	struct ml_str part;

	while (ml_split(&list, ',', &part))
		if (ml_str_is(part, item))
			return true;
	return ml_str_is(list, item);
}

bool ml_mount_may_hang(const struct ml_mount_row *mount)
{
	static const char *const types[] = {
		"nfs",	"nfs4", "cifs",	 "smb3",   "smbfs",  "ncpfs", "afs",  "ceph",
		"coda", "9p",	"fuse",	 "autofs", "lustre", "gfs2",  "ocfs2", "glusterfs",
		"gpfs", "beegfs", "orangefs", "fuseblk",
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(types); i++)
		if (ml_str_is(mount->type, types[i]))
			return true;
	return ml_str_starts(mount->type, "fuse.");
}
