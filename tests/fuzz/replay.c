/* SPDX-License-Identifier: MIT */
/* replay: every file of the given directories through the fuzz harness, without
 * a fuzzer. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "fuzz.h"

#define INPUT_MAX (64l << 20)

static void fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}

/* True when the file went through; the harness itself aborts on a fault. */
static bool replay_file(const char *path)
{
	_cleanup_(fclosep) FILE *f = fopen(path, "rb");
	_cleanup_free_ uint8_t *data = NULL;
	struct stat st;
	size_t n;

	if (!f || fstat(fileno(f), &st) || st.st_size > INPUT_MAX) {
		fprintf(stderr, "replay: %s: cannot be read\n", path);
		return false;
	}
	data = malloc((size_t)st.st_size + 1);
	if (!data)
		return false;
	n = fread(data, 1, (size_t)st.st_size, f);
	LLVMFuzzerTestOneInput(data, n);
	return true;
}

static bool replay_entry(const char *dir, const char *name, unsigned long *count)
{
	char path[4096];
	struct stat st;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return false;
	if (stat(path, &st))
		return false;
	if (!S_ISREG(st.st_mode))
		return true;
	if (!replay_file(path))
		return false;
	++*count;
	return true;
}

static bool replay_dir(const char *path, unsigned long *count)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	bool good = true;

	if (!dir) {
		perror(path);
		return false;
	}
	while ((e = readdir(dir)))
		good &= replay_entry(path, e->d_name, count);
	closedir(dir);
	return good;
}

int main(int argc, char **argv)
{
	unsigned long count = 0;
	bool good = argc > 1;

	for (int i = 1; i < argc; i++)
		good &= replay_dir(argv[i], &count);
	printf("replay: %lu inputs\n", count);
	return good && count ? EXIT_SUCCESS : EXIT_FAILURE;
}
