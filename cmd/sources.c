/* SPDX-License-Identifier: MIT */
/* sources: what could not be read, in words. */
#include "sources.h"

#include <stdio.h>
#include <string.h>

bool source_is_trouble(const struct ml_source *s)
{
	return s->status != ML_OK && s->status != ML_ABSENT;
}

const char *source_failure(const struct ml_source *s, char ret[static SOURCE_TEXT])
{
	const char *hint = s->capability ? s->capability : s->loss ? s->loss : "";
	const char *lead = s->capability ? "needs " : "without it: ";
	const char *why = s->error ? strerror(s->error) : ml_status_name(s->status);

	if (!*hint)
		snprintf(ret, SOURCE_TEXT, "%s: %s", s->path, strerror(s->error));
	else
		snprintf(ret, SOURCE_TEXT, "%s: %s (%s%s)", s->path, why, lead, hint);
	return ret;
}

static size_t list_source(const struct ml_source *s, bool follows, char *out, size_t room)
{
	char processes[48] = "";

	if (s->missed)
		snprintf(processes, sizeof(processes), " of %llu process%s",
			 (unsigned long long)s->missed, s->missed == 1 ? "" : "es");
	return (size_t)snprintf(out, room, "%s%s%s (%s%s)", follows ? ", " : "", s->path,
				processes, s->capability ? "needs " : "",
				s->capability ? s->capability
					      : ml_status_name(s->status));
}

bool sources_missed(const struct ml_snap *snap, char ret[static SOURCE_TEXT])
{
	size_t n = 0;

	*ret = '\0';
	for (size_t i = 0; i < ml_snap_nsources(snap); i++) {
		struct ml_source s;

		ml_snap_source(snap, i, &s);
		if (s.needed || !source_is_trouble(&s) || n >= SOURCE_TEXT)
			continue;
		n += list_source(&s, n > 0, ret + n, SOURCE_TEXT - n);
	}
	return n > 0;
}
