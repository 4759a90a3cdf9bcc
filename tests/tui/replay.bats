#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens replay on a terminal, and how the past of memlens top goes on into recordings.
# shellcheck disable=SC2154 # status, out and err are set by capture

load top

# Nine samples, ten seconds apart, on a day of their own.
make_recording() { # FOLDER
	local make=${MEMLENS%/*}/tests/tui/recording i at=()
	[ -x "$make" ] || skip 'SQLite is not installed: nothing is recorded'
	for i in 0 1 2 3 4 5 6 7 8; do
		at+=($((1795170600000 + i * 10000)) "$TOP/$COPY")
	done
	"$make" "$1" 10000 "${at[@]}"
}

replay() { # [ARGUMENT...]
	make_recording "$BATS_TEST_TMPDIR/rec"
	start_tmux 80 24 screen
	type_line "export TZ=UTC HOME=\$PWD XDG_CONFIG_HOME=\$PWD/config; stty -a >modes; clear"
	type_line "echo before; '$MEMLENS' replay --dir rec $*; echo status \$?; stty -a | cmp - modes && echo same"
	wait_for 'REPLAY'
}

stands_at() { # TIME OLDER NEWER
	wait_for "REPLAY 2026-11-20 $1 [$2 ]$3"
}

@test 'keys go back and forth, and every screen follows' {
	replay
	stands_at 10:31:20 10s end
	keys '['
	stands_at 10:31:10 10s 10s
	keys 3
	wait_for wl-thp
	stands_at 10:31:10 10s 10s
	keys '['
	stands_at 10:31:00 10s 10s
	keys '{'
	stands_at 10:30:00 begin 10s
	keys '['
	stands_at 10:30:00 begin 10s
	keys ']' ']' ']'
	stands_at 10:30:30 10s 10s
	keys '}'
	stands_at 10:31:20 10s end
	words j10:30:45
	keys Enter
	stands_at 10:30:40 10s 10s
	words j-20s
	keys Enter
	stands_at 10:30:20 10s 10s
	keys L
	stands_at 10:31:20 10s end
	quit
}

@test 'small graphs have the minutes before' {
	replay processes
	stands_at 10:31:20 10s end
	wait_for ' ▁▁▁ '
	wait_for 'RSS 5m'
	words j10:30:00
	keys Enter
	stands_at 10:30:00 begin 10s
	quit
}

@test 'a larger step is as large as asked for' {
	replay --step 30s --at 2026-11-20T10:30:00Z processes
	stands_at 10:30:00 begin 10s
	wait_for wl-thp
	keys '}'
	stands_at 10:30:30 10s 10s
	keys '}'
	stands_at 10:31:00 10s 10s
	keys '{'
	stands_at 10:30:30 10s 10s
	quit
}

@test 'it plays at several speeds, stops, and ends at the end' {
	replay --from 2026-11-20T10:30:00Z
	stands_at 10:30:00 begin 10s
	keys +
	wait_for '10 times as fast as it was'
	keys Space
	wait_for 'REPLAY 10x 2026-11-20 10:30:20'
	keys Space
	hides 10x
	keys + +
	wait_for '600 times'
	keys Space
	stands_at 10:31:20 10s end
	keys Space
	wait_for 'here the recording ends'
	keys -
	wait_for '60 times'
	quit
}

@test 'a step ends playing' {
	replay --from 2026-11-20T10:30:00Z
	keys + Space
	wait_for 10x
	keys '['
	hides 10x
	quit
}

@test 'a recording that grows goes on' {
	replay
	stands_at 10:31:20 10s end
	"${MEMLENS%/*}/tests/tui/recording" "$BATS_TEST_TMPDIR/rec" 10000 \
		1795170690000 "$TOP/$COPY" $((1795170600000 + 86400000)) "$TOP/$COPY"
	keys ']'
	stands_at 10:31:30 10s '23h58m gap'
	keys ']'
	wait_for '2026-11-21 10:30:00 [23h58m gap ]end'
	quit
}

@test 'the past of live screens goes on into recordings' {
	make_recording "$BATS_TEST_TMPDIR/rec"
	start_top 100x24 screen --dir rec
	wait_for LIVE
	keys '{'
	wait_for 'PAST 2026-11-20 10:31:20 [10s ]'
	keys '['
	wait_for 'PAST 2026-11-20 10:31:10 [10s ]10s'
	shows '6.12'
	keys 3
	wait_for wl-thp
	keys ']' ']'
	hides wl-thp
	wait_for PAST
	keys L
	wait_for LIVE
	quit
}

@test 'without recordings live screens stay where they are' {
	start_top 80x24 screen --dir nowhere
	wait_for LIVE
	keys '{'
	wait_for 'PAST'
	wait_for '[begin'
	keys L
	wait_for LIVE
	quit
}
