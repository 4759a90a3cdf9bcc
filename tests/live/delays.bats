#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# How long processes waited, with the kernel's accounting switched on and back.
# beside others: processes of its own
# shellcheck disable=SC2016,SC2154,SC2317 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports

switch=/proc/sys/kernel/task_delayacct

setup() {
	needs jq
	[ "$(id -u)" -eq 0 ] || skip 'only root can count delays'
	[ -w "$switch" ] || skip 'the kernel has no kernel.task_delayacct'
	before=$(cat "$switch")
}

teardown() {
	[ -z "${before-}" ] || echo "$before" >"$switch"
	[ -z "${old-}" ] || kill "$old" 2>/dev/null || :
	[ -z "${fresh-}" ] || kill "$fresh" 2>/dev/null || :
}

@test "ps --delays: who started while delays are counted has numbers, who was there has none" {
	echo 0 >"$switch"
	sleep 60 3>&- &
	old=$!
	ml ps --delays "$old"
	exits 0
	prints 'kernel.task_delayacct=1'
	echo 1 >"$switch"
	sleep 60 3>&- &
	fresh=$!
	sleep 0.5
	ml ps --delays -J "$old" "$fresh"
	exits 0
	json "[.delays[].pid] | sort == ([$old, $fresh] | sort)"
	json ".delays[] | select(.pid == $old) | .memory_delay == null and .swapin_count == null"
	json ".delays[] | select(.pid == $fresh) | .memory_delay >= 0 and .swapin_count >= 0 and
		.memory_delay == .swapin_delay + .reclaim_delay + .thrashing_delay + (.compact_delay // 0)"
	json '.notes | length == 1'
}

@test "ps --delays: without the right to ask they are unknown, and that is said" {
	command -v setpriv >/dev/null || skip 'no setpriv'
	capture setpriv --reuid 65534 --clear-groups "$MEMLENS" ps --delays -J "$$"
	[ "$status" -ne 126 ] || skip 'nobody may not run the command from here'
	exits 0
	json '.delays[0].memory_delay == null'
	json '[.sources[] | select(.capability == "CAP_NET_ADMIN")] | length == 1'
}
