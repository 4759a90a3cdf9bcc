/* SPDX-License-Identifier: MIT */
/* capability: whether this process has a capability by name. */
#include "probe/capability.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Those that kernel files ask for. */
static const struct {
	const char *name;
	unsigned bit;
} known[] = {
	{ "CAP_DAC_READ_SEARCH", CAP_DAC_READ_SEARCH },
	{ "CAP_FOWNER", CAP_FOWNER },
	{ "CAP_NET_ADMIN", CAP_NET_ADMIN },
	{ "CAP_SYS_ADMIN", CAP_SYS_ADMIN },
	{ "CAP_SYS_PTRACE", CAP_SYS_PTRACE },
	{ "CAP_SYSLOG", CAP_SYSLOG },
};

bool ml_has_capability(const char *name)
{
	struct __user_cap_header_struct header = { .version =
							   _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &header, data))
		return false;
	for (size_t i = 0; i < ML_ARRAY_SIZE(known); i++)
		if (strcmp(known[i].name, name) == 0)
			return data[known[i].bit / 32].effective >> known[i].bit % 32 & 1;
	return false;
}
