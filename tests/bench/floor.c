/* SPDX-License-Identifier: MIT */
/* floor: reads the files it is given and forgets them - what no program that reads them
 * can do without: to start, to open, to read, to close. */
#include <fcntl.h>
#include <unistd.h>

static char buf[32 * 1024];

static int read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		;
	close(fd);
	return n ? -1 : 0;
}

int main(int argc, char **argv)
{
	int rc = 0;

	for (int i = 1; i < argc; i++)
		rc |= read_file(argv[i]);
	return rc ? 1 : 0;
}
