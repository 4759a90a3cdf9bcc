#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens top on a terminal: keys, mouse and sizes; what it keeps; that it ends as it should.
# shellcheck disable=SC2154 # status, out and err are set by capture

load tmux

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
MEMLENS=$TOP/build/${BUILD:-release}/memlens
COPY=tests/sysroots/6.12-amd64
SHELL_STATE=000100
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

@test 'digits and Tab go to the screens, q gives the terminal back' {
	on_copy
	state_is "$TOP_STATE"
	keys 3
	wait_for COMMAND
	keys 7
	wait_for 'kernfs_node_cache'
	keys Tab
	wait_for 'GROUP'
	keys BTab BTab
	wait_for 'watermarks'
	keys BSpace BSpace BSpace BSpace
	wait_for COMMAND
	quit
}

@test 'Enter goes into a row, Backspace comes back to it' {
	on_copy
	keys 3
	wait_for COMMAND
	keys Down Enter
	wait_for 'a process 204'
	keys BSpace
	wait_for COMMAND
	keys Enter
	wait_for 'a process 204'
	keys q
	wait_for COMMAND
	quit
}

@test 'the search finds while it is typed, and goes on' {
	on_copy
	keys 3
	wait_for COMMAND
	words /wl-ksm
	keys Enter Enter
	wait_for 'a process 212'
	keys BSpace
	wait_for COMMAND
	keys n Enter
	wait_for 'a process 213'
	keys BSpace n
	wait_for 'wl-ksm: no more'
	words /nobody-is-called-so
	keys Enter
	wait_for 'nobody-is-called-so: not found'
	words /abc
	keys Escape
	wait_for '? help'
	shows COMMAND
}

@test 'a filter hides rows; one that is wrong is told, and the screen stays' {
	on_copy
	keys 3
	wait_for wl-threads
	words '\rss>10M'
	keys Enter
	wait_for 'filter rss>10M'
	hides wl-threads
	shows wl-anon
	words '\'
	keys C-u
	words 'rss>>1'
	keys Enter
	wait_for 'rss is a number'
	shows 'filter rss>10M'
	shows wl-anon
	words '\'
	keys C-u Enter
	wait_for wl-threads
}

@test 'columns, order and units are chosen, kept, and there again' {
	local file=$BATS_TEST_TMPDIR/config/memlens/top
	on_copy
	keys 3
	wait_for COMMAND
	keys o C-u
	words pid,swap,comm
	keys Enter
	hides RSS
	keys '>' u T
	wait_for 'theme mono'
	quit
	for line in 'theme = mono' 'units = si' 'processes.columns = pid,swap,comm' 'processes.sort = swap'; do
		grep -qxF "$line" "$file"
	done
	type_line "clear; '$MEMLENS' top processes --root '$TOP/$COPY'"
	wait_for wl-swap
	not_shown RSS
	[[ $(line 4) == *wl-swap ]]
	equals "$(find "$BATS_TEST_TMPDIR/config" -type f | wc -l)" 1
}

@test 'what is kept is not believed' {
	local file=$BATS_TEST_TMPDIR/config/memlens/top
	mkdir -p "${file%/*}"
	{
		printf 'theme = none\ninterval = -5\nunits\nprocesses.sort = nothing\nx.sort = y\n= =\n'
		printf 'processes.columns = %s\n\0\377\n' "$(printf 'x%.0s' {1..2000})"
	} >"$file"
	on_copy 80x24 processes
	wait_for wl-anon
	quit
}

@test 'the mouse goes to screens, sorts, chooses rows and scrolls' {
	on_copy
	click "$(column_of 2 3Procs)" 2
	wait_for COMMAND
	click "$(column_of 3 SWAP)" 3
	until_true eval '[[ $(line 4) == 214* ]]'
	click 10 6
	click 10 6
	wait_for 'a process 205'
	keys BSpace
	wait_for COMMAND
	words $'\e[<65;10;10M'
	words $'\e[<65;10;10M'
	words $'\e[<65;10;10M'
	keys Enter
	hides COMMAND
	not_shown 'a process 205'
	keys BSpace
	wait_for COMMAND
	click 10 24
	shows COMMAND
}

@test 'any size is drawn whole' {
	local size
	on_copy
	keys 3
	wait_for COMMAND
	for size in 100x30 40x10 300x100 132x43 41x11 80x24; do
		tm resize-window -x "${size%x*}" -y "${size#*x}"
		until_true eval '[ "$(screen | wc -l)" = "${size#*x}" ]'
		wait_for 32.0Mi
		sleep 0.3
		is_whole
	done
	tm resize-window -x 19 -y 3
	wait_for 'too small'
	tm resize-window -x 80 -y 24
	wait_for wl-threads
	is_whole
}

@test 'a pause holds the picture, and its past can be walked' {
	local at
	start_top 80x24 screen -d 0.5
	wait_for 'LIVE 0.5s'
	sleep 3
	keys Space
	wait_for PAUSED
	at=$(line 1 | grep -oE '[0-9:]{8}')
	sleep 1.5
	[[ $(line 1) == *"PAUSED $at"* ]]
	keys '[' '[' '['
	wait_for PAST
	until_true eval '[[ $(line 1) != *"$at"* ]]'
	keys 2
	wait_for PAST
	keys L
	wait_for LIVE
	keys 1 +
	wait_for 'every 1 s'
	quit
}

@test 'help, meaning, command and row are told' {
	on_copy
	keys 7
	wait_for kernfs
	keys '?'
	wait_for 'the screen before'
	keys NPage
	wait_for 'sort by the column'
	keys Escape
	hides 'sort by the column'
	keys c
	wait_for 'memlens slab --root'
	keys Down e
	wait_for 'counted in'
	keys Escape
	hides 'counted in'
	keys Enter
	wait_for 'objects '
}

@test 'the screen is written to a file that was not there' {
	local file=$BATS_TEST_TMPDIR/shot.json
	on_copy
	keys 7
	wait_for kernfs
	keys w C-u
	words "$file"
	keys Enter
	wait_for 'written:'
	equals "$(stat -c %a "$file")" 600
	grep -q '"schema"' "$file"
	keys w C-u
	words "$file"
	keys Enter
	wait_for 'File exists'
	keys w
	wait_for 'memlens-slab'
	keys Enter
	wait_for 'written:'
	grep -q '^\$ memlens slab' "$BATS_TEST_TMPDIR"/memlens-slab*.txt
}

ends_by() { # SIGNAL STATUS
	start_top 80x24 screen
	kill "-$1" "$(program_pid memlens-top)"
	is_given_back "$2"
	end_tmux
}

@test 'signals give the terminal back' {
	ulimit -c 0
	ends_by TERM 0
	ends_by HUP 0
	ends_by INT 0
	[ "${BUILD-}" = asan ] || ends_by SEGV 139
}

@test 'Ctrl-Z gives the terminal back, fg goes on' {
	on_copy
	keys C-z
	wait_for Stopped
	until_true state_is "$SHELL_STATE"
	tm resize-window -x 90 -y 20
	type_line fg
	wait_for '9Find'
	wait_for '? help'
	until_true state_is "$TOP_STATE"
	is_whole
	keys q
	until_true state_is "$SHELL_STATE"
}

@test 'without its terminal it ends' {
	local pid
	start_top 80x24 screen
	pid=$(program_pid memlens-top)
	end_tmux
	until_true is_gone "$pid"
}

@test 'terminals old and new' {
	local term
	on_copy
	keys q
	for term in vt100 linux screen xterm-256color; do
		TERM=$term tput cols >/dev/null 2>&1 || continue
		type_line "clear; TERM=$term '$MEMLENS' top --root '$TOP/$COPY'; echo status \$?"
		wait_for 'A anonymous'
		keys 3
		wait_for wl-threads
		keys q
		wait_for 'status 0'
	done
}

@test 'no colours where none are wanted' {
	VARIABLES='NO_COLOR=1' start_top 80x24 xterm-256color --root "$TOP/$COPY"
	wait_for 'A anonymous'
	[[ ! $(tm capture-pane -pe) =~ $'\e['([0-9]*\;)*[34][0-8][\;m] ]]
	quit
	type_line "clear; unset NO_COLOR; '$MEMLENS' top --root '$TOP/$COPY'"
	wait_for 'A anonymous'
	[[ $(tm capture-pane -pe) == *'38;5;'* ]]
}

@test 'only ASCII where the locale has no more' {
	VARIABLES='LC_ALL=C' start_top 80x24 screen --root "$TOP/$COPY"
	wait_for 'A anonymous'
	wait_for '####'
	keys '?'
	wait_for '+- help'
	! screen | LC_ALL=C grep -q '[^ -~]'
}

@test 'names of processes cannot do anything to the terminal' {
	local dir=$BATS_TEST_TMPDIR/n name
	name=$'\e[2J\e]0;x\a\xff日e\xcc\x81'
	mkdir "$dir"
	cp "$(command -v sleep)" "$dir/$name"
	(exec -a $'\e[31mred\e]0;stolen\a \xe2\x80\xae\xe2\x80\x8fltr\xff 日本\xcc\x81 \x9b2J' "$dir/$name" 60) &
	children+=($!)
	until_true grep -qs red "/proc/${children[0]}/cmdline"
	capture "$MEMLENS" top --dump 200x50 --keys "3\\pid=${children[0]}<Enter>"
	exits 0
	prints '\x1b[31mred\x1b]0;stolen\x07'
	clean_text "$out"
	start_top 132x24 tmux-256color
	keys 3
	wait_for COMMAND
	words "\\pid=${children[0]}"
	keys Enter
	wait_for '\x1b[31mred'
	shows '\x1b[2J'
	equals "$(tm display-message -p '#{pane_title}' | grep -c stolen)" 0
	is_whole
	keys Enter
	wait_for "a process ${children[0]}"
	is_whole
}

# Nothing that moves a cursor, turns the direction of text, or is no character.
clean_text() { # TEXT
	! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xc2[\x80-\x9f]' <<<"$1"
	iconv -f UTF-8 -t UTF-8 <<<"$1" >/dev/null
}

@test 'without privileges it shows what it can' {
	local dir
	[ "$(id -u)" -eq 0 ] || skip 'needs root, to be somebody else'
	dir=$(mktemp -d /tmp/memlens-top.XXXXXX)
	chmod 755 "$dir"
	cp "${MEMLENS%/*}"/memlens "${MEMLENS%/*}"/memlens-top "$dir"
	capture as_nobody env HOME=/nonexistent "$dir/memlens" top --dump 100x30 --keys 3
	exits 0
	prints COMMAND
	MEMLENS=$dir/memlens
	start_tmux 80 24
	type_line "HOME=/nonexistent setpriv --reuid=65534 --regid=65534 --clear-groups '$dir/memlens' top; echo status \$?"
	wait_for 'A anonymous'
	keys 2 3 5 6 7 8 9
	wait_for 'looked at'
	keys q
	wait_for 'status 0'
	rm -r "$dir"
}

@test 'a key is answered while a large process is read, and a refresh is short' {
	needs python3
	capture timeout 100 env HOME="$BATS_TEST_TMPDIR" python3 "$BATS_TEST_DIRNAME/pace.py" "$MEMLENS"
	exits 0
	echo "# $out" >&3
	[[ $out =~ key\ ([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" -lt 500 ]
	[[ $out =~ refresh\ ([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" -gt 0 ]
	[ "${BASH_REMATCH[1]}" -le 4096 ]
}
