/* SPDX-License-Identifier: MIT */
/* signs: what an alarm goes by, of the running machine. */
#include "recorder/signs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/num.h"
#include "probe/psi_trigger.h"
#include "recorder/group_ooms.h"
#include "source/log.h"

#define PRESSURE "/proc/pressure/memory"
/* Records that are read at once, and how long the log rests after them: somebody may
 * write to it without end. */
#define RECORDS 1000
#define REST_NS 250000000ull
#define OLD_READS 1000

enum {
	MEMINFO,
	VMSTAT,
	STALLS,
	FILES
};

static const char *const paths[FILES] = { "/proc/meminfo", "/proc/vmstat", PRESSURE };

struct ml_signs {
	int fd[FILES]; /* or -1 */
	int trigger;   /* or -1 */
	double window; /* seconds */
	bool triggered;
	struct ml_log log;
	int log_error; /* errno of reading it; 0: it can be */
	uint64_t log_rests_ns;
	struct ml_oom_text reports;
	struct ml_group_ooms groups;
	char text[32768];
};

/* ---- opening ---- */

/* The shorter window takes CAP_SYS_RESOURCE. */
static void set_trigger(struct ml_signs *s)
{
	static const uint64_t windows_us[] = { 1000000, 2000000 };

	s->trigger = -1;
	for (size_t i = 0; i < ML_ARRAY_SIZE(windows_us) && s->trigger < 0; i++) {
		struct ml_psi_trigger trigger = {
			.stall_us = (uint64_t)(ML_ALARM_STALL * (double)windows_us[i]),
			.window_us = windows_us[i],
		};

		s->trigger = ml_psi_trigger_open(PRESSURE, &trigger);
		s->window = (double)windows_us[i] / 1e6;
	}
	if (s->trigger < 0)
		s->window = 0;
}

/* Only the device can be waited for and tells records apart. */
static void open_log(struct ml_signs *s)
{
	int rc = ml_log_open_live(&s->log);

	if (!rc && !s->log.records) {
		ml_log_close(&s->log);
		rc = -EOPNOTSUPP;
	}
	s->log_error = -rc;
}

/* ---- the log ---- */

static void lose_log(struct ml_signs *s, int rc)
{
	ml_log_close(&s->log);
	s->log_error = -rc;
}

/* Whether there may be more. */
static bool read_log(struct ml_signs *s)
{
	int i;

	for (i = 0; i < RECORDS && !s->log_error; i++) {
		ssize_t n = ml_log_read(&s->log, s->text, ML_LOG_RECORD_MAX);
		int rc = n > 0 ? ml_oom_text_add(&s->reports,
						 (struct ml_str){ s->text, (size_t)n })
			       : (int)n;

		if (rc)
			lose_log(s, rc);
		else if (!n)
			break;
	}
	s->log_rests_ns = ml_clock_monotonic_ns() + REST_NS;
	return i == RECORDS;
}

/* What it has by now: kills that are told there are none of ours. */
static void read_old_log(struct ml_signs *s)
{
	for (int i = 0; i < OLD_READS && read_log(s); i++)
		;
}

int ml_signs_log(struct ml_signs *s, const struct ml_oom_text **ret)
{
	(void)read_log(s);
	*ret = &s->reports;
	return s->log_error;
}

/* ---- the whole ---- */

int ml_signs_new(struct ml_signs **ret)
{
	struct ml_signs *s = calloc(1, sizeof(*s));

	if (!s || ml_oom_text_init(&s->reports)) {
		free(s);
		return -ENOMEM;
	}
	for (size_t i = 0; i < FILES; i++)
		s->fd[i] = open(paths[i], O_RDONLY | O_CLOEXEC);
	set_trigger(s);
	open_log(s);
	read_old_log(s);
	*ret = s;
	return 0;
}

void ml_signs_free(struct ml_signs *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < FILES; i++)
		if (s->fd[i] >= 0)
			close(s->fd[i]);
	if (s->trigger >= 0)
		close(s->trigger);
	if (!s->log_error)
		ml_log_close(&s->log);
	ml_oom_text_deinit(&s->reports);
	ml_group_ooms_close(&s->groups);
	free(s);
}

double ml_signs_window(const struct ml_signs *s)
{
	return s->window;
}

/* ---- waiting ---- */

static int left_ms(uint64_t now_ns, uint64_t until_ns)
{
	uint64_t ms = (ml_sub_sat(until_ns, now_ns) + 999999) / 1000000;

	return ms > 1000000 ? 1000000 : (int)ms;
}

/* While the log rests it is not waited for, but looked at when that is over. */
static int wait_once(struct ml_signs *s, uint64_t until_ns)
{
	uint64_t now = ml_clock_monotonic_ns();
	bool rests = s->log_rests_ns > now;
	int log = s->log_error || rests ? -1 : s->log.fd;
	struct pollfd fds[] = {
		{ .fd = s->trigger, .events = POLLPRI },
		{ .fd = log,	    .events = POLLIN  },
	};

	if (rests && !s->log_error && s->log_rests_ns < until_ns)
		until_ns = s->log_rests_ns;
	if (poll(fds, 2, left_ms(now, until_ns)) < 0)
		return -errno;
	if (fds[0].revents & POLLERR) {
		close(s->trigger);
		s->trigger = -1;
		s->window = 0;
	} else {
		s->triggered |= fds[0].revents != 0;
	}
	if (fds[1].revents)
		(void)read_log(s);
	return 0;
}

int ml_signs_wait(struct ml_signs *s, uint64_t until_ns)
{
	uint64_t kills = s->reports.kills;
	int rc = 0;

	while (!rc && !s->triggered && s->reports.kills == kills &&
	       ml_clock_monotonic_ns() < until_ns)
		rc = wait_once(s, until_ns);
	return rc ? rc : s->triggered || s->reports.kills != kills;
}

/* ---- numbers ---- */

/* The kernel gives a page at a time. */
static struct ml_str read_text(struct ml_signs *s, int which)
{
	size_t n = 0;
	ssize_t got = 1;

	while (s->fd[which] >= 0 && got > 0 && n < sizeof(s->text)) {
		got = pread(s->fd[which], s->text + n, sizeof(s->text) - n, (off_t)n);
		n += got > 0 ? (size_t)got : 0;
	}
	return (struct ml_str){ s->text, n };
}

/* The number behind a word at the start of a line. */
static uint64_t value_of(struct ml_str text, const char *key)
{
	struct ml_str line, word;
	uint64_t value;

	while (ml_next_line(&text, &line))
		if (ml_next_word(&line, &word) && ml_str_is(word, key))
			return ml_next_word(&line, &word) && ml_num_u64(word, &value)
				       ? value
				       : ML_NONE;
	return ML_NONE;
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=19553037" */
static uint64_t stalled_us(struct ml_str text)
{
	struct ml_str line, word;
	uint64_t value;

	if (!ml_next_line(&text, &line) || !ml_str_starts(line, "some "))
		return ML_NONE;
	while (ml_next_word(&line, &word))
		if (ml_str_starts(word, "total=") &&
		    ml_num_u64(ml_str_skip(word, 6), &value))
			return value;
	return ML_NONE;
}

void ml_signs_read(struct ml_signs *s, struct ml_alarm_reading *ret)
{
	struct ml_alarm_reading r = { .now_ns = ml_clock_monotonic_ns() };
	struct ml_str text;

	(void)read_log(s);
	r.logged_kills = s->log_error ? ML_NONE : s->reports.kills;
	text = read_text(s, MEMINFO);
	r.total = ml_mul(value_of(text, "MemTotal:"), 1024);
	r.available = ml_mul(value_of(text, "MemAvailable:"), 1024);
	text = read_text(s, VMSTAT);
	r.swapped_out = value_of(text, "pswpout");
	r.kills = value_of(text, "oom_kill");
	r.stalled_us = stalled_us(read_text(s, STALLS));
	r.group_ooms = ml_group_ooms_read(&s->groups, r.now_ns);
	r.triggered = s->triggered;
	s->triggered = false;
	*ret = r;
}
