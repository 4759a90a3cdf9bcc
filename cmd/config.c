/* SPDX-License-Identifier: MIT */
/* config: the files that tell how to judge. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"

#define SYSTEM_FILE "/etc/memlens.conf"
#define BYTES_MAX (1 << 20)

enum section {
	SECTION_NONE,
	SECTION_LIMITS,
	SECTION_IGNORE,
};

/* While one file is read. */
struct reader {
	const char *path;
	unsigned line;
	enum section section;
	struct config *config;
	struct ml_ctx *ctx;
};

static int add(struct config_words *words, char *word)
{
	char **grown = word ? realloc(words->at, (words->n + 1) * sizeof(*grown)) : NULL;

	if (!grown) {
		free(word);
		return complain(EXIT_FAILED, "out of memory");
	}
	words->at = grown;
	words->at[words->n++] = word;
	return 0;
}

/* ---- lines ---- */

static char *trim(char *s)
{
	size_t n;

	s += strspn(s, " \t\r");
	n = strlen(s);
	while (n && strchr(" \t\r", s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}

static int wrong(const struct reader *r, const char *what, const char *line)
{
	return complain(EXIT_USAGE, "%s:%u: %s: %.80s", r->path, r->line, what, line);
}

static int take_section(struct reader *r, const char *line)
{
	if (strcmp(line, "[limits]") == 0)
		r->section = SECTION_LIMITS;
	else if (strcmp(line, "[ignore]") == 0)
		r->section = SECTION_IGNORE;
	else
		return wrong(r, "neither [limits] nor [ignore]", line);
	return 0;
}

static int take_limit(struct reader *r, char *line)
{
	char *equals = strchr(line, '='), *word;
	struct ml_judging judging = { .nlimits = 1 };

	if (!equals)
		return wrong(r, "not \"key = value\"", line);
	*equals = '\0';
	if (asprintf(&word, "%s=%s", trim(line), trim(equals + 1)) < 0)
		return complain(EXIT_FAILED, "out of memory");
	judging.limits = (const char *const *)&word;
	if (!ml_judging_check(r->ctx, &judging))
		return add(&r->config->limits, word);
	free(word);
	return complain(EXIT_USAGE, "%s:%u: %s", r->path, r->line, ml_ctx_error(r->ctx));
}

static int take_ignore(struct reader *r, const char *line)
{
	char *word = strdup(line);
	struct ml_judging judging = { .nrules = 1 };
	int rc;

	if (!word)
		return complain(EXIT_FAILED, "out of memory");
	word[strcspn(word, ":")] = '\0';
	judging.rules = (const char *const *)&word;
	rc = ml_judging_check(r->ctx, &judging);
	free(word);
	if (!rc)
		return add(&r->config->ignore, strdup(line));
	return complain(EXIT_USAGE, "%s:%u: %s", r->path, r->line, ml_ctx_error(r->ctx));
}

static int take_line(struct reader *r, char *line)
{
	if (!*line || *line == '#' || *line == ';')
		return 0;
	if (*line == '[')
		return take_section(r, line);
	switch (r->section) {
	case SECTION_NONE:
		return wrong(r, "stands before a section", line);
	case SECTION_LIMITS:
		return take_limit(r, line);
	case SECTION_IGNORE:
		return take_ignore(r, line);
	}
	return 0;
}

static int take_lines(struct reader *r, char *text, size_t n)
{
	char *end;
	int rc = 0;

	if (memchr(text, '\0', n))
		return complain(EXIT_USAGE, "%s: is no text", r->path);
	for (; !rc && *text; text = end) {
		r->line++;
		end = text + strcspn(text, "\n");
		if (*end)
			*end++ = '\0';
		rc = take_line(r, trim(text));
	}
	return rc;
}

/* ---- files ---- */

/* A file that is not there is a failure when it was named. */
static int read_all(const char *path, bool named, char **ret, size_t *ret_n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	ssize_t n = 0;
	char *text;

	if (fd < 0 && !named && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
		return 0;
	if (fd < 0)
		return complain(EXIT_UNREADABLE, "%s: %s", path, strerror(errno));
	text = malloc(BYTES_MAX + 1);
	if (text && !fstat(fd, &st) && S_ISREG(st.st_mode))
		n = read(fd, text, BYTES_MAX + 1);
	else
		n = -1, errno = text ? EINVAL : ENOMEM;
	close(fd);
	if (n >= 0 && n <= BYTES_MAX) {
		text[n] = '\0';
		*ret = text;
		*ret_n = (size_t)n;
		return 0;
	}
	free(text);
	return complain(EXIT_UNREADABLE, "%s: %s", path, strerror(n < 0 ? errno : EFBIG));
}

static int read_file(struct config *config, const char *path, bool named)
{
	struct reader r = { .path = path, .config = config };
	char *text = NULL;
	size_t n = 0;
	int rc = read_all(path, named, &text, &n);

	if (rc || !text)
		return rc;
	if (ml_ctx_new(&r.ctx))
		rc = complain(EXIT_FAILED, "out of memory");
	if (!rc)
		rc = take_lines(&r, text, n);
	ml_ctx_free(r.ctx);
	free(text);
	return rc;
}

char *config_path(const char *name)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *path = NULL;
	int rc = -1;

	if (base && *base == '/')
		rc = asprintf(&path, "%s/memlens/%s", base, name);
	else if (home && *home == '/')
		rc = asprintf(&path, "%s/.config/memlens/%s", home, name);
	return rc < 0 ? NULL : path;
}

static int read_users(struct config *config)
{
	char *path = config_path("config");
	int rc = path ? read_file(config, path, false) : 0;

	free(path);
	return rc;
}

/* What was said last counts: it is to stand first. */
static void reverse(struct config_words *words)
{
	for (size_t i = 0; i < words->n / 2; i++) {
		char *word = words->at[i];

		words->at[i] = words->at[words->n - 1 - i];
		words->at[words->n - 1 - i] = word;
	}
}

static int add_words(struct config_words *to, const struct words *from)
{
	int rc = 0;

	for (size_t i = 0; i < from->n && !rc; i++)
		rc = add(to, strdup(from->at[i]));
	return rc;
}

int config_load(const struct opts *opts, struct config *ret)
{
	int rc;

	*ret = (struct config){ 0 };
	if (opts->config) {
		rc = read_file(ret, opts->config, true);
	} else {
		rc = read_file(ret, SYSTEM_FILE, false);
		if (!rc)
			rc = read_users(ret);
	}
	if (!rc)
		rc = add_words(&ret->limits, &opts->limits);
	if (!rc)
		rc = add_words(&ret->ignore, &opts->ignore);
	reverse(&ret->limits);
	return rc;
}

static void free_words(struct config_words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->at[i]);
	free(words->at);
}

void config_deinit(struct config *config)
{
	free_words(&config->limits);
	free_words(&config->ignore);
}

void config_judge(const struct config *config, struct ml_judging *ret)
{
	ret->limits = (const char *const *)config->limits.at;
	ret->nlimits = config->limits.n;
	ret->ignore = (const char *const *)config->ignore.at;
	ret->nignore = config->ignore.n;
}
