/* SPDX-License-Identifier: MIT */
/* psi_trigger: waits until tasks have stalled for a given time within a window. */
#include "probe/psi_trigger.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "base/str.h"

static const struct {
	const char *suffix;
	uint64_t us;
} units[] = { { "us", 1 }, { "ms", 1000 }, { "s", 1000000 } };

/* "100ms" */
static bool duration_of(struct ml_str s, uint64_t *ret)
{
	uint64_t v;

	if (!ml_take_u64(&s, &v))
		return false;
	for (size_t i = 0; i < ML_ARRAY_SIZE(units); i++) {
		if (!ml_str_is(s, units[i].suffix))
			continue;
		*ret = ml_mul(v, units[i].us);
		return true;
	}
	return false;
}

/* "some:100ms/2s" */
static bool trigger_of(const char *spec, struct ml_psi_trigger *ret)
{
	struct ml_str s = ml_str_of(spec), kind, stall;

	if (!ml_split(&s, ':', &kind) ||
	    (!ml_str_is(kind, "some") && !ml_str_is(kind, "full")))
		return false;
	ret->full = ml_str_is(kind, "full");
	if (!ml_split(&s, '/', &stall) || !duration_of(stall, &ret->stall_us) ||
	    !duration_of(s, &ret->window_us))
		return false;
	return ret->stall_us && ret->stall_us <= ret->window_us;
}

int ml_psi_trigger_open(const char *path, const struct ml_psi_trigger *trigger)
{
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC), n, error;
	char text[64];

	if (fd < 0)
		return -errno;
	n = snprintf(text, sizeof(text), "%s %llu %llu", trigger->full ? "full" : "some",
		     (unsigned long long)trigger->stall_us,
		     (unsigned long long)trigger->window_us);
	/* with its NUL: the kernel puts one over the last byte */
	if (write(fd, text, (size_t)n + 1) >= 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

static int wait_until(struct ml_ctx *ctx, int fd, const char *path, const char *spec,
		      int timeout_ms)
{
	struct pollfd poller = { .fd = fd, .events = POLLPRI };
	int n = poll(&poller, 1, timeout_ms);

	if (n < 0)
		return ml_fail(ctx, -errno, "%s: %s", path, strerror(errno));
	if (!n)
		return ml_fail(ctx, -ETIMEDOUT, "%s: no stall in time", spec);
	if (poller.revents & POLLERR)
		return ml_fail(ctx, -ENODEV, "%s: the trigger has gone", path);
	return 0;
}

static int explain(struct ml_ctx *ctx, const char *path, const char *spec, int rc)
{
	if (rc != -EINVAL)
		return ml_fail(ctx, rc, "%s: %s", path, strerror(-rc));
	return ml_fail(ctx, rc,
		       "%s: %s (windows are 500ms to 10s; without CAP_SYS_RESOURCE "
		       "multiples of 2s)",
		       spec, strerror(-rc));
}

int ml_psi_trigger(struct ml_ctx *ctx, const char *path, const char *spec, int timeout_ms)
{
	_cleanup_close_ int fd = -1;
	struct ml_psi_trigger trigger;

	if (!trigger_of(spec, &trigger))
		return ml_fail(
			ctx, -EINVAL,
			"%s: not a trigger like some:100ms/2s (stall within window)",
			spec);
	fd = ml_psi_trigger_open(path, &trigger);
	if (fd < 0)
		return explain(ctx, path, spec, fd);
	return wait_until(ctx, fd, path, spec, timeout_ms);
}

int ml_psi_wait(struct ml_ctx *ctx, struct ml_root *root, const char *resource,
		const char *spec, int timeout_ms)
{
	char path[64];

	if (!root->live)
		return ml_fail(ctx, -EINVAL, "only the live machine can be waited for");
	snprintf(path, sizeof(path), "/proc/pressure/%.20s", resource);
	return ml_psi_trigger(ctx, path, spec, timeout_ms);
}
