# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# tmux: a terminal of our own to run programs in. `load tmux`; call end_tmux in teardown.

load ../cli/helper

socket=memlens-$BATS_TEST_NUMBER-$$
SECONDS_TO_WAIT=${SECONDS_TO_WAIT:-10}

# Nobody's configuration, and no server but the one that is killed in the end.
tm() { # TMUX-COMMAND...
	TMUX='' TMUX_TMPDIR=$BATS_TEST_TMPDIR LC_ALL=C.UTF-8 tmux -u -L "$socket" -f /dev/null "$@"
}

# A shell in a terminal of this size. A server that is still going takes no session.
start_tmux() { # WIDTH HEIGHT [TERM]
	local try
	for try in 1 2 3 4 5; do
		tm new-session -d -x "$1" -y "$2" \
			"cd '$BATS_TEST_TMPDIR' && exec env LC_ALL=C.UTF-8 TERM=${3:-screen} PS1='ready> ' bash --norc --noprofile" && break
		sleep "0.$try"
	done
	tm set-option -g status off
	tm resize-window -x "$1" -y "$2"
	wait_for 'ready>'
}

end_tmux() {
	tm kill-server 2>/dev/null || :
}

type_line() { # TEXT
	tm send-keys -l "$1"
	tm send-keys Enter
}

screen() {
	tm capture-pane -p
}

# What the terminal was asked for: another screen, reports of the mouse, no cursor, keypad.
terminal_state() {
	tm display-message -p '#{alternate_on}#{mouse_any_flag}#{mouse_sgr_flag}#{cursor_flag}#{keypad_flag}#{keypad_cursor_flag}'
}

until_true() { # COMMAND...
	local i
	for ((i = 0; i < SECONDS_TO_WAIT * 20; i++)); do
		"$@" && return
		sleep 0.05
	done
	return 1
}

shows() { # TEXT
	grep -qF -- "$1" <<<"$(screen)"
}

wait_for() { # TEXT: somewhere on the screen
	until_true shows "$1" && return
	printf 'expected on the screen: %s\n' "$1" >&2
	screen | sed 's/^/| /' >&2
	return 1
}

# The process in the foreground of the shell.
program_pid() { # NAME
	pgrep -P "$(tm display-message -p '#{pane_pid}')" -x "$1"
}

is_gone() { # PID
	! kill -0 "$1" 2>/dev/null
}
