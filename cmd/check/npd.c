/* SPDX-License-Identifier: MIT */
/* npd: what a custom plugin of node-problem-detector prints. */
#include <stdlib.h>
#include <string.h>

#include "check/check.h"

/* What it keeps of a message. */
#define MESSAGE_MAX 80

/* Not within a character. */
static size_t cut(const char *text, size_t max)
{
	size_t n = strlen(text);

	if (n <= max)
		return n;
	while (max && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

int check_npd_status(const struct check_verdict *v, bool warn_is_problem)
{
	if (v->state == CHECK_WARNING)
		return warn_is_problem;
	return v->state == CHECK_CRITICAL ? 1 : v->state == CHECK_UNKNOWN ? 2 : 0;
}

int check_print_npd(const struct check_verdict *v, bool warn_is_problem, FILE *out)
{
	char *text = check_headline(v);

	if (text)
		fwrite(text, 1, cut(text, MESSAGE_MAX), out);
	fputc('\n', out);
	free(text);
	return check_npd_status(v, warn_is_problem);
}
