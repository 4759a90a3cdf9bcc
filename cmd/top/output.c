/* SPDX-License-Identifier: MIT */
/* output: writes what is on the screen to a file, as the commands behind it print it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "top/app.h"

static enum format format_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot && strcmp(dot, ".json") == 0)
		return FORMAT_JSON;
	return dot && strcmp(dot, ".csv") == 0 ? FORMAT_CSV : FORMAT_TEXT;
}

static int write_shot(const struct app *app, const struct shot *shot, enum format format,
		      FILE *out)
{
	struct style style = app->style;
	struct page page = { .schema = shot->schema,
			     .result = shot->result,
			     .snap = shot->snap,
			     .selection = &shot->selection,
			     .style = &style,
			     .out = out };

	style.scale = shot->scale;
	return render(format, &page);
}

static int write_shots(const struct app *app, FILE *out, enum format format)
{
	int rc = 0;

	for (size_t s = 0; s < SECTIONS_MAX && !rc; s++) {
		const struct shot *shot = app->view->shots[s];

		if (!shot || !shot->result)
			continue;
		if (format == FORMAT_TEXT)
			fprintf(out, "%s$ %s\n", s ? "\n" : "", shot->command);
		rc = write_shot(app, shot, format, out);
	}
	return rc;
}

/* An existing file is not ours to replace. */
void write_screen(struct app *app, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	int rc;

	if (!out) {
		app_say(app, true, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return;
	}
	rc = write_shots(app, out, format_of(path));
	if (fclose(out) && !rc)
		rc = -errno;
	if (rc)
		app_say(app, true, "%s: %s", path, strerror(-rc));
	else
		app_say(app, false, "written: %s", path);
}
