#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Growth between two samples: of what was mapped or started meanwhile, too.
# beside others: processes of its own
# shellcheck disable=SC2154 # status, out, err and lines are set by ml

load ../cli/helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[ -z "${grower-}" ] || kill "$grower" 2>/dev/null || :
	[ -z "${grower-}" ] || wait "$grower" 2>/dev/null || :
}

# Maps 8 MiB more when it reads a line, and says so.
start_grower() {
	needs python3
	needs jq
	mkfifo go
	python3 -c '
import mmap, sys
held = []
with open("go") as go:
    for line in go:
        m = mmap.mmap(-1, 8 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        m.write(b"x" * (8 << 20))
        held.append(m)
        open("made", "w").close()
' &
	grower=$!
	exec {go}>go
}

@test "growth: what was mapped meanwhile counts in full" {
	start_grower
	echo >&"$go"
	for _ in {1..100}; do
		[ ! -e made ] || break
		sleep 0.1
	done
	(sleep 0.5; echo >&"$go") &
	ml map "$grower" --by kind -d 1.5 -c 2 -J
	[ "$status" -eq 0 ]
	grown=$(tail -n 1 <<<"$out" | jq '.by_kind[] | select(.kind == "anon").rss_growth')
	[ "$grown" -ge $((8 << 20)) ]
	[ "$grown" -lt $((9 << 20)) ]
	exec {go}>&-
}

@test "growth: a group grows by those who joined it" {
	needs jq
	name=grow$$
	cp "$(command -v sleep)" "$name"
	./"$name" 20 &
	grower=$!
	(sleep 0.5; ./"$name" 2) &
	ml ps --by comm -d 1.2 -c 2 -J --filter "comm = $name"
	[ "$status" -eq 0 ]
	last=$(tail -n 1 <<<"$out")
	[ "$(jq '.by_comm[0].count' <<<"$last")" = 2 ]
	[ "$(jq '.by_comm[0].pss_growth > 0' <<<"$last")" = true ]
	wait %2 2>/dev/null || :
}

@test "growth: the end of the process ends the samples" {
	sleep 1 &
	ml map $! -d 0.7 -c 20
	[ "$status" -eq 3 ]
	[[ $err == *'No such process'* ]]
}
