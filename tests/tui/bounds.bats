#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens top ends as it should, on terminals of all kinds, whatever processes are called and
# whoever starts it; keys are answered soon, and little is written.
# shellcheck disable=SC2154 # status, out and err are set by capture

load top

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
	equals "$(screen | LC_ALL=C grep -c '[^ -~]')" 0
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
	equals "$(LC_ALL=C grep -cP '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xc2[\x80-\x9f]' <<<"$1")" 0
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
