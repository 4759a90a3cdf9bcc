#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens replay from outside: options, folders that are bad, empty or others', damage.
# shellcheck disable=SC2154 # status, out and err are set by ml

load helper

setup() {
	[ -x "$(dirname "$MEMLENS")/memlens-top" ] || skip 'ncurses is not installed: there is no memlens replay'
	[ -x "$(dirname "$MEMLENS")/memlens-store" ] || skip 'memlens-store is not built'
	cd "$BATS_TEST_TMPDIR" || return 1
	export TZ=UTC HOME=$PWD XDG_STATE_HOME=$PWD/state
}

record() { # SAMPLES [OPTION...]
	"$MEMLENS" record --dir rec --interval 50ms --samples "$1" "${@:2}"
}

replay() { # [OPTION...]
	ml replay --dump 100x24 "$@"
}

file_of() {
	echo rec/*.memlens
}

@test 'what was recorded is on the screens' {
	record 3
	replay --dir rec
	exits 0
	is_quiet
	prints "$(uname -n)"
	prints ']end'
	replay --root rec --keys '[[' processes
	exits 0
	prints '[begin'
	prints COMMAND
	replay --root "$(file_of)"
	exits 0
	prints ']end'
}

@test 'it begins where it is asked to, and prints on from there' {
	record 5
	replay --dir rec --at 2001-01-01
	exits 0
	prints '[begin'
	prints 'nothing was recorded just then'
	replay --dir rec --batch --from 2001-01-01
	exits 0
	equals "$(grep -c REPLAY <<<"$out")" 5
	replay --dir rec --batch --from 2001-01-01 --frames 2
	equals "$(grep -c REPLAY <<<"$out")" 2
}

@test 'the command that a screen tells shows the same sample' {
	local command
	record 4
	ml replay --dump 200x24 --dir rec --keys '[3c'
	command=$(tail -1 <<<"$out")
	[[ $command == memlens\ ps\ *\ --at\ @*\ --root\ rec ]] || wrong 'no such command'
	# shellcheck disable=SC2086 # they are words
	ml ${command#memlens } -J
	exits 0
	command=${command#*--at }
	replay --dir rec --at "${command%% *}"
	prints ']'
	prints_not ']end'
}

@test 'options that do not go together' {
	record 1
	for words in '--dir rec --root rec' '--dir rec --at now --from now' '--dir rec --at yesterday' \
		'--dir rec nowhere' '--dir rec processes 1' '--dir rec --dump x' '--dir rec --step 0' \
		'--dir rec --theme none'; do
		# shellcheck disable=SC2086 # they are words
		replay $words
		exits 2
		complains_in_one_line
	done
	ml top --dir rec --root rec --dump 80x24
	exits 2
	complains_in_one_line
}

@test 'folders that are none, empty, or of others' {
	replay --dir nowhere
	exits 3
	complains_in_one_line
	complains 'nowhere: No such file or directory'
	mkdir empty
	replay --dir empty
	exits 3
	complains_in_one_line
	complains 'empty: nothing is recorded there'
	echo text >empty/2026-01-01.memlens
	replay --dir empty
	exits 3
	complains_in_one_line
	: >empty/2026-01-01.memlens
	replay --dir empty
	exits 3
	complains_in_one_line
	replay --dir "$SYSROOTS/6.12-amd64"
	exits 3
	complains_in_one_line
}

@test 'recordings of others cannot be read' {
	local dir
	[ "$(id -u)" -eq 0 ] || skip 'needs root, to be somebody else'
	dir=$(mktemp -d /tmp/memlens-replay.XXXXXX)
	chmod 755 "$dir"
	cp "$(dirname "$MEMLENS")"/memlens "$(dirname "$MEMLENS")"/memlens-top "$dir"
	record 2
	cp -r rec "$dir"
	capture as_nobody env HOME=/nonexistent "$dir/memlens" replay --dir "$dir/rec" --dump 80x24
	exits 3
	complains_in_one_line
	complains 'Permission denied'
	chmod 755 "$dir/rec"
	capture as_nobody env HOME=/nonexistent "$dir/memlens" replay --dir "$dir/rec" --dump 80x24
	rm -r "$dir"
	exits 3
	complains_in_one_line
	complains 'Permission denied'
}

@test 'damaged samples are passed over, and told' {
	needs sqlite3
	record 6
	sqlite3 "$(file_of)" "UPDATE frame SET data = x'00' WHERE id IN (3, 4)"
	replay --dir rec
	prints_not damaged
	replay --dir rec --keys '['
	prints '2 damaged'
	replay --dir rec --keys '[['
	exits 0
	prints '2 damaged'
	replay --dir rec --keys '[[['
	prints '[begin'
	prints_not damaged
	sqlite3 "$(file_of)" "UPDATE frame SET data = x'00'"
	replay --dir rec
	exits 3
	complains_in_one_line
}

@test 'a day that cannot be read is told, and passed over' {
	record 2
	echo text >rec/2020-01-01.memlens
	replay --dir rec --keys '['
	exits 0
	prints '[begin'
	complains '2020-01-01.memlens'
	complains 'passed over'
	equals "$(wc -l <<<"$err")" 1
}

@test 'damage anywhere and every cut ends in a message or a screen' {
	needs python3
	record 3
	python3 - "$(file_of)" "$MEMLENS" <<'PY'
import os, random, subprocess, sys
path, memlens = sys.argv[1:]
data = open(path, 'rb').read()
random.seed(2)
os.mkdir('bad')
for i in range(60):
    if i % 2:
        bad = data[:random.randrange(len(data))]
    else:
        bad = bytearray(data)
        for _ in range(1 + i):
            bad[random.randrange(len(bad) if i % 4 else 4096)] = random.randrange(256)
    open('bad/2026-01-01.memlens', 'wb').write(bad)
    r = subprocess.run([memlens, 'replay', '--dir', 'bad', '--dump', '80x24', '--keys', '[3]{9}L[j-1s\n'],
                       capture_output=True, timeout=30)
    err = r.stderr.decode()
    if r.returncode not in (0, 3) or (r.returncode and err.count('\n') != 1):
        sys.exit(f'{i}: exit {r.returncode}: {err}')
PY
}

@test 'live screens without a terminal go on into recordings, too' {
	record 3
	ml top --dir rec --dump 100x24 --keys '['
	exits 0
	prints PAST
	prints ']0.'
	ml top --dir nowhere --dump 100x24 --keys '['
	exits 0
	prints 'nowhere: No such file or directory'
	prints PAUSED
}
