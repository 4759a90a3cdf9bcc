# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# top: memlens top in a terminal of our own, and what a test does with it. `load top`.

load tmux

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
MEMLENS=$TOP/build/${BUILD:-release}/memlens
COPY=tests/sysroots/6.12-amd64
SHELL_STATE=000100 # of terminal_state, before and after
# shellcheck disable=SC2034 # for the tests
TOP_STATE=111011

setup() {
	needs tmux
	[ -x "${MEMLENS%/*}/memlens-top" ] || skip 'ncurses is not installed: there is no memlens top'
	children=()
}

teardown() {
	end_tmux
	[ ${#children[@]} -eq 0 ] || kill "${children[@]}" 2>/dev/null || :
}

# memlens top in a terminal, between two looks at its modes.
start_top() { # WIDTHxHEIGHT TERM [ARGUMENT...]
	start_tmux "${1%x*}" "${1#*x}" "$2"
	type_line "export TZ=UTC HOME=\$PWD XDG_CONFIG_HOME=\$PWD/config ${VARIABLES-}; stty -a >modes; clear"
	type_line "echo before; '$MEMLENS' top ${*:3}; echo status \$?; stty -a | cmp - modes && echo same"
	wait_for '1Over'
}

on_copy() { # [WIDTHxHEIGHT] [ARGUMENT...]
	start_top "${1:-80x24}" screen --root "$TOP/$COPY" "${@:2}"
	wait_for COPY
}

# Named keys of tmux, or characters.
keys() { # KEY...
	tm send-keys "$@"
}

words() { # TEXT
	tm send-keys -l "$1"
}

# A click of the left button, in columns and lines from 1 on.
click() { # X Y
	words $'\e[<0;'"$1;$2M"
	words $'\e[<0;'"$1;$2m"
}

line() { # N: of the screen, from 1 on
	screen | sed -n "$1p"
}

line_has() { # N PATTERN
	# shellcheck disable=SC2053 # it is a pattern
	[[ $(line "$1") == $2 ]]
}

has_lines() { # N
	[ "$(screen | wc -l)" -eq "$1" ]
}

# The column that a text of a line begins in, from 1 on.
column_of() { # LINE TEXT
	line "$1" | awk -v text="$2" '{ print index($0, text) }'
}

hides() { # TEXT
	until_true not_shown "$1" || {
		screen >&2
		return 1
	}
}

not_shown() {
	! shows "$1"
}

state_is() { # FLAGS
	[ "$(terminal_state)" = "$1" ]
}

is_given_back() { # STATUS
	wait_for "status $1"
	wait_for same
	until_true state_is "$SHELL_STATE" || equals "$(terminal_state)" "$SHELL_STATE"
	shows before
	not_shown '1Over'
}

quit() {
	keys q
	is_given_back 0
}

# Lines 3 to the last but one: what a screen says, without the time.
body() {
	screen | sed '1d;$d'
}

# What stands there is what is drawn anew.
is_whole() {
	local now
	now=$(body)
	keys C-l
	sleep 0.3
	[ "$(body)" = "$now" ] || {
		diff <(echo "$now") <(body) >&2
		return 1
	}
}
