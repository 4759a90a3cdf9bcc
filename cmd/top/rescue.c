/* SPDX-License-Identifier: MIT */
/* rescue: handlers of signals; what they call is async-signal-safe. */
#include "top/rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define TEXT_MAX 512
#define STACK_SIZE (64 << 10)
#define PATIENCE_S 3 /* for an end in order */

typedef void handler(int number);
static handler on_wish, on_end, on_crash, on_impatience;

struct guard {
	int number;
	handler *handler;
	unsigned wants;
	bool obeys; /* stays ignored where it was ignored, as nohup wants it */
};

static const struct guard guards[] = {
	{ SIGWINCH, on_wish,  WANTS_SIZE, false },
	{ SIGTSTP,  on_wish,  WANTS_STOP, true  },
	{ SIGCONT,  on_wish,  WANTS_BACK, false },
	{ SIGTERM,  on_end,   WANTS_END,  true  },
	{ SIGHUP,   on_end,   WANTS_END,  true  },
	{ SIGINT,   on_end,   WANTS_END,  true  },
	{ SIGALRM,  on_impatience, 0,     false },
	{ SIGQUIT,  on_crash, 0,          true  },
	{ SIGSEGV,  on_crash, 0,          false },
	{ SIGABRT,  on_crash, 0,          false },
	{ SIGBUS,   on_crash, 0,          false },
	{ SIGFPE,   on_crash, 0,          false },
	{ SIGILL,   on_crash, 0,          false },
};
#define NGUARDS (sizeof(guards) / sizeof(guards[0]))

/* Handlers have no argument of ours: the one place where the command keeps state of the
 * whole program. */
static struct {
	atomic_bool on;
	int fd;
	int pipe[2];
	struct termios modes;
	/* one is read by handlers while the other is written */
	char texts[2][TEXT_MAX];
	atomic_int text;
	atomic_uint wants;
	atomic_int ends; /* the signal that asked for it; 0: none */
	struct sigaction before[NGUARDS];
	bool at_exit;
} rescue = { .fd = -1, .pipe = { -1, -1 } };

/* A stack that has run over has no room for its own handler. */
static char crash_stack[STACK_SIZE];

bool rescue_is_owner(void)
{
	return tcgetpgrp(rescue.fd) == getpgrp();
}

bool rescue_is_writable(void)
{
	struct pollfd p = { .fd = rescue.fd, .events = POLLOUT };

	return poll(&p, 1, 0) == 1 && p.revents & POLLOUT;
}

void rescue_give_back(void)
{
	const char *text = rescue.texts[atomic_load(&rescue.text)];
	ssize_t n = 0;

	if (rescue_is_owner())
		tcsetattr(rescue.fd, TCSANOW, &rescue.modes);
	if (rescue_is_writable())
		n = write(rescue.fd, text, strlen(text));
	(void)n; /* there is nobody left to tell */
}

/* ---- handlers ---- */

static size_t guard_of(int number)
{
	size_t i = 0;

	while (i + 1 < NGUARDS && guards[i].number != number)
		i++;
	return i;
}

static void on_wish(int number)
{
	int error = errno;
	ssize_t n;

	atomic_fetch_or(&rescue.wants, guards[guard_of(number)].wants);
	n = write(rescue.pipe[1], "", 1); /* a full pipe wakes as well */
	(void)n;
	errno = error;
}

/* The signal is blocked in its handler: the second comes when this returns, and does what
 * it would have done without us. */
static void on_crash(int number)
{
	int error = errno;

	if (atomic_exchange(&rescue.on, false))
		rescue_give_back();
	sigaction(number, &rescue.before[guard_of(number)], NULL);
	raise(number);
	errno = error;
}

/* Who asks twice has waited: at once then. A program that hangs, since nobody reads what
 * it writes, ends too. */
static void on_end(int number)
{
	if (atomic_exchange(&rescue.ends, number)) {
		on_crash(number);
		return;
	}
	alarm(PATIENCE_S);
	on_wish(number);
}

static void on_impatience(int number)
{
	int ends = atomic_load(&rescue.ends);

	on_crash(ends ? ends : number);
}

static void on_exit_of_program(void)
{
	if (atomic_exchange(&rescue.on, false))
		rescue_give_back();
}

/* ---- installing ---- */

static void set_handler(const struct guard *guard)
{
	struct sigaction action = { .sa_handler = guard->handler };

	/* reads of the keyboard go on, so that no key is half read */
	action.sa_flags = SA_RESTART | SA_ONSTACK;
	sigfillset(&action.sa_mask);
	sigaction(guard->number, &action, NULL);
}

static void set_handlers(void)
{
	stack_t stack = { .ss_sp = crash_stack, .ss_size = sizeof(crash_stack) };

	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < NGUARDS; i++) {
		sigaction(guards[i].number, NULL, &rescue.before[i]);
		if (!guards[i].obeys || rescue.before[i].sa_handler != SIG_IGN)
			set_handler(&guards[i]);
	}
}

int rescue_start(int fd)
{
	if (tcgetattr(fd, &rescue.modes) || pipe2(rescue.pipe, O_NONBLOCK | O_CLOEXEC))
		return -errno;
	rescue.fd = fd;
	rescue_set_text("");
	atomic_store(&rescue.wants, 0);
	atomic_store(&rescue.ends, 0);
	if (!rescue.at_exit && !atexit(on_exit_of_program))
		rescue.at_exit = true;
	atomic_store(&rescue.on, true);
	set_handlers();
	return 0;
}

void rescue_stop(void)
{
	stack_t none = { .ss_flags = SS_DISABLE };

	atomic_store(&rescue.on, false);
	if (atomic_load(&rescue.ends))
		alarm(0);
	for (size_t i = 0; i < NGUARDS; i++)
		sigaction(guards[i].number, &rescue.before[i], NULL);
	sigaltstack(&none, NULL);
	close(rescue.pipe[0]);
	close(rescue.pipe[1]);
	rescue.fd = rescue.pipe[0] = rescue.pipe[1] = -1;
}

void rescue_set_text(const char *text)
{
	int other = !atomic_load(&rescue.text);

	if (strlen(text) >= TEXT_MAX)
		return;
	stpcpy(rescue.texts[other], text);
	atomic_store(&rescue.text, other);
}

int rescue_fd(void)
{
	return rescue.pipe[0];
}

unsigned rescue_take(void)
{
	char bytes[64];

	while (read(rescue.pipe[0], bytes, sizeof(bytes)) > 0)
		;
	return atomic_exchange(&rescue.wants, 0);
}

void rescue_suspend(void)
{
	size_t i = guard_of(SIGTSTP);

	atomic_store(&rescue.on, false);
	sigaction(SIGTSTP, &rescue.before[i], NULL);
	raise(SIGTSTP);
	set_handler(&guards[i]);
	atomic_store(&rescue.on, true);
}
