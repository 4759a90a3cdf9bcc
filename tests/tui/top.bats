#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens top on a terminal: keys, mouse and sizes; what it keeps.
# shellcheck disable=SC2154 # status, out and err are set by capture

load top

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
	keys F4
	keys C-u
	words 'rss>>1'
	keys Enter
	wait_for 'rss is a number'
	shows 'filter rss>10M'
	shows wl-anon
	keys F4
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
	until_true line_has 4 '214*'
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
		until_true has_lines "${size#*x}"
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
	hides "$at"
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
