#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Samples of one run, which keeps files open, beside runs that open them anew.
# shellcheck disable=SC2016,SC2154 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports

setup() {
	needs jq
	sleep 1000 >/dev/null 2>&1 3>&- &
	pid=$!
	sleep 0.2
}

teardown() {
	local one
	for one in ${pid-} ${other-}; do
		kill "$one" 2>/dev/null || :
		wait "$one" 2>/dev/null || :
	done
}

row_of() { # PID; of the last sample
	jq -sc --argjson pid "$1" 'last.processes[] | select(.pid == $pid)' <<<"$out"
}

ml_to() { # FILE ARGUMENT...
	local file=$1
	shift
	timeout -k 5 30 "$MEMLENS" "$@" >"$file"
}

same() { # COLUMNS
	local held
	ml ps -J -d 0.1 -c 4 -o "$1"
	[ "$status" -eq 0 ]
	held=$(row_of "$pid")
	[ -n "$held" ]
	ml ps -J -o "$1"
	[ "$(row_of "$pid")" = "$held" ]
}

@test "held: the fourth sample is what a run of its own gives" {
	same pid,user,comm,cmdline,cgroup,ppid,start
	same pid,swap,anon,file,shmem,rss,peak_rss
	same pid,state,threads,minflt,majflt,vss
	same pid,oom_score,oom_adj,fds
}

@test "held: with PSS of all, each is read just now" {
	ml ps -J -d 0.1 -c 3 -o pid,pss,pss_age
	[ "$status" -eq 0 ]
	[ "$(row_of "$pid" | jq '.pss_age')" = 0 ]
	[ "$(row_of "$pid" | jq '.pss > 0')" = true ]
}

@test "held: who comes and who ends is seen in the next sample" {
	ml_to "$BATS_TEST_TMPDIR/out" ps -J -d 0.2 -c 8 -o pid,comm,rss &
	run=$!
	sleep 0.5
	kill "$pid"
	sleep 1000 >/dev/null 2>&1 3>&- &
	other=$!
	wait "$run"
	out=$(cat "$BATS_TEST_TMPDIR/out")
	[ -n "$(head -n 1 <<<"$out" | jq --argjson pid "$pid" '.processes[] | select(.pid == $pid)')" ]
	[ -z "$(row_of "$pid")" ]
	[ -n "$(row_of "$other")" ]
}

@test "held: few descriptors are enough" {
	out=$(ulimit -n 80 && timeout -k 5 30 "$MEMLENS" ps -J -d 0.1 -c 4 -o pid,comm,rss,state)
	[ -n "$(row_of "$pid")" ]
}
