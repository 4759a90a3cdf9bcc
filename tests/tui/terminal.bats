#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the terminal is asked for, what it gives, and that it is given back however it ends.
# shellcheck disable=SC2154 # status, out and err are set by capture

load tmux

SHOW=$BATS_TEST_DIRNAME/../../build/${BUILD:-release}/tests/tui/show
SHELL_STATE=000100

setup() {
	needs tmux
	[ -x "$SHOW" ] || skip 'ncurses is not installed: no terminal was built'
}

teardown() {
	end_tmux
}

# show in a terminal, between two looks at its modes.
start_show() { # WIDTH HEIGHT TERM [ARGUMENT...]
	start_tmux "$1" "$2" "$3"
	type_line "echo before; stty -a >modes; '$SHOW' ${*:4}; echo status \$?; stty -a | cmp - modes && echo same"
	wait_for "size $1x$2"
}

is_in_state() { # FLAGS
	[ "$(terminal_state)" = "$1" ]
}

# The screen of the shell, with nothing of ours on it, and the modes it had.
is_given_back() { # STATUS
	wait_for "status $1"
	wait_for same
	until_true is_in_state "$SHELL_STATE" || equals "$(terminal_state)" "$SHELL_STATE"
	shows before
	! shows 'drawing '
}

@test 'the terminal is taken and given back' {
	start_show 80 24 screen
	equals "$(terminal_state)" 111011
	tm send-keys q
	is_given_back 0
	shows 'ended after'
}

@test 'keys are known by name' {
	local key
	start_show 80 24 screen
	for key in 'Up up' 'Down down' 'PageUp page-up' 'NPage page-down' 'Home home' 'End end' \
		'BSpace back' 'DC delete' 'BTab back-tab' 'F1 function' 'F12 function' \
		'a character 97' 'Enter character 10' 'Tab character 9' 'Escape character 27' \
		'é character 233' '日 character 26085' 'C-s character 19'; do
		tm send-keys "${key%% *}"
		wait_for "key ${key#* }"
	done
}

@test 'the mouse clicks and turns its wheel' {
	start_show 80 24 screen
	tm send-keys -l $'\e[<0;11;6M\e[<0;11;6m'
	wait_for 'key click'
	wait_for '10,5'
	tm send-keys -l $'\e[<64;250;2M'
	wait_for 'key wheel-up'
	wait_for '249,1'
	tm send-keys -l $'\e[<65;1;1M'
	wait_for 'key wheel-down'
	tm send-keys -l $'\e[M 0!'
	wait_for 'key click'
	wait_for '15,0'
}

@test 'xterm may be clicked too' {
	start_show 80 24 xterm-256color
	tm send-keys -l $'\e[<0;7;8M'
	wait_for 'key click'
	wait_for '6,7'
}

@test 'a sequence that is no key does nothing' {
	start_show 80 24 screen
	tm send-keys a
	wait_for 'key character 97'
	tm send-keys -l $'\e[200~\e[201~\e[?1;2c\e[I\eq'
	sleep 0.5
	shows 'key character 97'
}

@test 'a new size is a key, and the picture is whole' {
	local size
	start_show 80 24 screen
	for size in 100x30 40x10 132x43 8x3; do
		tm resize-window -x "${size%x*}" -y "${size#*x}"
		wait_for "size $size"
		wait_for end
		equals "$(screen | wc -l)" "${size#*x}"
	done
	tm resize-window -x 80 -y 24
	wait_for 'key resized'
	shows 'error          error'
}

@test 'wide and combining characters keep their columns' {
	start_show 80 24 screen
	equals "$(screen | sed -n 3p)" $'█▌▁▄█ 日本|e\xcc\x81|'
}

@test 'colours are those of the theme, and none where none are wanted' {
	local escapes
	start_show 80 24 tmux-256color
	escapes=$(tm capture-pane -pe)
	[[ $escapes == *'38;5;136m'* && $escapes == *'48;5;24m'* ]]
	tm send-keys m
	sleep 0.5
	escapes=$(tm capture-pane -pe)
	[[ $escapes != *'38;5;'* && $escapes == *$'\e[7m'* ]]
	tm send-keys q
	is_given_back 0
	type_line "clear; '$SHOW' --no-color"
	wait_for 'size 80x24'
	escapes=$(tm capture-pane -pe)
	[[ ! $escapes =~ $'\e['([0-9]*\;)*[34][0-8] ]]
}

@test 'terminals old and new' {
	local term
	start_tmux 80 24
	for term in vt100 linux xterm screen tmux-256color xterm-256color; do
		TERM=$term tput cols >/dev/null 2>&1 || continue
		type_line "clear; TERM=$term '$SHOW'; echo status \$?"
		wait_for 'size 80x24'
		wait_for 'error'
		tm send-keys q
		wait_for 'status 0'
	done
}

@test 'a terminal that cannot move its cursor is refused' {
	start_tmux 80 24
	type_line "TERM=dumb '$SHOW'; TERM=none-such '$SHOW'; echo status \$?"
	wait_for 'status 2'
	equals "$(screen | grep -c 'show: Invalid argument')" 2
}

@test 'what is no terminal is refused' {
	capture "$SHOW" </dev/null
	exits 2
	complains 'show: Inappropriate ioctl for device'
}

ends_in_order() { # SIGNAL
	start_show 80 24 screen
	kill "-$1" "$(program_pid show)"
	is_given_back 0
	shows 'ended after'
	end_tmux
}

@test 'signals that ask to end are obeyed in order' {
	ends_in_order TERM
	ends_in_order HUP
	ends_in_order INT
}

@test 'Ctrl-C ends in order' {
	start_show 80 24 screen
	tm send-keys C-c
	wait_for 'ended after'
	until_true is_in_state "$SHELL_STATE"
}

crashes() { # SIGNAL STATUS
	start_show 80 24 screen
	kill "-$1" "$(program_pid show)"
	is_given_back "$2"
	end_tmux
}

@test 'a crash gives the terminal back, and stays a crash' {
	ulimit -c 0
	# A sanitizer has its own end for the first.
	[ "${BUILD-}" = asan ] || crashes SEGV 139
	crashes ABRT 134
	crashes QUIT 131
}

@test 'an exit that nobody planned gives the terminal back' {
	start_show 80 24 screen
	tm send-keys x
	is_given_back 7
}

@test 'Ctrl-Z stops, fg goes on' {
	local pid
	start_show 80 24 screen
	tm send-keys C-z
	wait_for Stopped
	wait_for same
	until_true is_in_state "$SHELL_STATE"
	tm resize-window -x 90 -y 20
	type_line fg
	wait_for 'size 90x20'
	wait_for end
	equals "$(terminal_state)" 111011
	tm send-keys C-z
	wait_for 'ready>'
	until_true is_in_state "$SHELL_STATE"
	pid=$(program_pid show)
	type_line 'kill %1'
	wait_for 'ended after'
	until_true is_gone "$pid"
	until_true is_in_state "$SHELL_STATE"
}

@test 'a stop from outside ends in a whole picture too' {
	start_show 80 24 screen
	kill -STOP "$(program_pid show)"
	wait_for Stopped
	type_line 'clear; fg'
	wait_for 'size 80x24'
	wait_for 'error          error'
	tm send-keys q
	is_in_state "$SHELL_STATE" || until_true is_in_state "$SHELL_STATE"
}

@test 'without its terminal the program ends' {
	local pid
	start_show 80 24 screen
	pid=$(program_pid show)
	end_tmux
	until_true is_gone "$pid"
}

# Its output is not read, so that a picture is stuck half way: asking once is enough.
@test 'a terminal that stands still does not keep the program from ending' {
	needs python3
	capture timeout 30 python3 - "$SHOW" <<-'PY'
		import os, pty, signal, sys, time
		pid, master = pty.fork()
		if not pid:
		    os.environ["TERM"] = "xterm-256color"
		    os.execv(sys.argv[1], sys.argv[1:])
		for _ in range(60): # a whole picture each
		    os.write(master, b"l")
		    time.sleep(0.02)
		os.kill(pid, signal.SIGTERM)
		begin = time.monotonic()
		while time.monotonic() - begin < 8 and os.waitpid(pid, os.WNOHANG)[0] == 0:
		    time.sleep(0.05)
		print("ended" if time.monotonic() - begin < 8 else "hangs")
		try:
		    os.kill(pid, signal.SIGKILL)
		except ProcessLookupError:
		    pass
	PY
	prints ended
}

# script(1) keeps what is written, first picture and all.
bytes_of() { # ARGUMENT...
	local file=$BATS_TEST_TMPDIR/typescript
	TERM=tmux-256color LC_ALL=C.UTF-8 timeout 30 script -qc \
		"stty cols 80 rows 24; exec '$SHOW' $*" "$file" </dev/null >/dev/null
	wc -c <"$file"
}

@test 'a picture that is much like the last costs few bytes' {
	local one ten
	needs script
	one=$(bytes_of --drawings=1)
	ten=$(bytes_of --drawings=10)
	[ "$one" -gt 1000 ]
	[ $((ten - one)) -gt 9 ]
	[ $((ten - one)) -lt 500 ]
}
