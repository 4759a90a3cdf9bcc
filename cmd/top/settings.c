/* SPDX-License-Identifier: MIT */
/* settings: what is kept from one session to the next. */
#include "top/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"

#define FILE_NAME "top"
#define LINE_ROOM 512

static const char *const units[] = {
	[SCALE_HUMAN] = "human",
	[SCALE_SI] = "si",
	[SCALE_KIB] = "kib",
	[SCALE_BYTES] = "bytes",
};

void settings_default(struct settings *ret)
{
	*ret = (struct settings){ .theme = themes[0], .interval = 1 };
}

/* ---- reading ---- */

static void set_general(struct settings *s, const char *key, const char *value)
{
	if (strcmp(key, "theme") == 0)
		for (size_t i = 0; themes[i]; i++)
			if (strcmp(themes[i], value) == 0)
				s->theme = themes[i];
	if (strcmp(key, "units") == 0)
		for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
			if (strcmp(units[i], value) == 0)
				s->scale = (enum scale)i;
	if (strcmp(key, "interval") == 0) {
		double seconds = strtod(value, NULL);

		if (seconds >= 0.1 && seconds <= 3600)
			s->interval = seconds;
	}
}

static void set_of_panel(struct app *app, const char *id, const char *what,
			 const char *value)
{
	const struct panel *panel = panel_find(id);
	struct view *view = panel ? &app->views[panel - panels] : NULL;
	char **place = !view			      ? NULL
		       : strcmp(what, "sort") == 0    ? &view->sort
		       : strcmp(what, "columns") == 0 ? &view->columns
						      : NULL;

	if (!place)
		return;
	free(*place);
	*place = strdup(value);
}

static char *trim(char *s)
{
	char *end = s + strlen(s);

	while (end > s && strchr(" \t\r\n", end[-1]))
		*--end = '\0';
	return s + strspn(s, " \t");
}

static void take_line(struct app *app, char *line)
{
	char *equals = strchr(line, '='), *dot, *key, *value;

	if (!equals || *line == '#')
		return;
	*equals = '\0';
	key = trim(line);
	value = trim(equals + 1);
	dot = strchr(key, '.');
	if (!dot) {
		set_general(&app->settings, key, value);
		return;
	}
	*dot = '\0';
	set_of_panel(app, key, dot + 1, value);
}

void settings_load(struct app *app)
{
	char *path = config_path(FILE_NAME), line[LINE_ROOM];
	FILE *f = path ? fopen(path, "re") : NULL;

	while (f && fgets(line, sizeof(line), f))
		take_line(app, line);
	if (f)
		fclose(f);
	free(path);
}

/* ---- writing ---- */

static void write_settings(const struct app *app, FILE *out)
{
	fprintf(out, "theme = %s\ninterval = %g\nunits = %s\n", app->settings.theme,
		app->settings.interval, units[app->settings.scale]);
	for (size_t p = 0; p < panels_count; p++) {
		const struct view *view = &app->views[p];

		if (view->sort)
			fprintf(out, "%s.sort = %s\n", panels[p].id, view->sort);
		if (view->columns)
			fprintf(out, "%s.columns = %s\n", panels[p].id, view->columns);
	}
}

static void make_folders(char *path)
{
	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(path, 0700);
		*p = '/';
	}
}

/* Whole or not at all. A home that cannot be written to is no failure. */
void settings_save(struct app *app)
{
	char *path = config_path(FILE_NAME), *other = NULL;
	FILE *out;

	if (!path || asprintf(&other, "%s.%d", path, (int)getpid()) < 0) {
		free(path);
		return;
	}
	make_folders(path);
	out = fopen(other, "wxe");
	if (out) {
		write_settings(app, out);
		if (fclose(out) || rename(other, path))
			unlink(other);
	}
	free(other);
	free(path);
}
