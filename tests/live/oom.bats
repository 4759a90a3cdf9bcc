#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A kill on the running machine: a process beyond the limit of a control group of version 1.
# shellcheck disable=SC2016,SC2154 # the inner shell expands; ml sets status, out and err

load ../cli/reports

mount_of() { # OPTION
	awk -v option="$1" '{
		for (i = 7; $i != "-"; i++);
		if ($(i + 1) == "cgroup" && $(i + 3) ~ "(^|,)" option "(,|$)") { print $5; exit }
	}' /proc/self/mountinfo
}

setup() {
	needs jq
	[ "$(id -u)" -eq 0 ] || skip 'only root can make a group'
	top=$(mount_of memory)
	if [ ! "$top" ]; then
		mounted=$BATS_TEST_TMPDIR/memory
		mkdir "$mounted"
		mount -t cgroup -o memory none "$mounted" 2>/dev/null ||
			skip 'no memory controller of version 1'
		top=$mounted
	fi
	timeout 5 "$MEMLENS" oom >/dev/null 2>&1 || skip 'the kernel log may not be read'
	group=$top/memlens-oom-$$
	mkdir "$group" || skip "no group can be made in $top"
	echo $((24 << 20)) >"$group/memory.limit_in_bytes"
	echo $((24 << 20)) >"$group/memory.memsw.limit_in_bytes" 2>/dev/null || true
}

teardown() {
	if [ -d "${group-/none}" ]; then
		for _ in {1..50}; do
			! rmdir "$group" 2>/dev/null || break
			sleep 0.1
		done
	fi
	[ -z "${mounted-}" ] || umount "$mounted" 2>/dev/null || true
	[ ! -d "${group-/none}" ]
}

# Ends by the kill, or by itself after 96 MiB.
eat() {
	timeout 20 sh -c 'echo $$ >"$1/cgroup.procs" && exec python3 -c "
import os
print(os.getpid(), flush=True)
held = [bytearray(b\"x\") * (1 << 20) for _ in range(96)]"' sh "$group"
}

@test "oom: a kill at the limit of a group is found and explained" {
	pid=$(eat) || true
	[ -n "$pid" ]
	for _ in {1..20}; do
		ml oom -J
		exits 0
		! jq -e ".events[] | select(.pid == $pid)" <<<"$out" >/dev/null || break
		sleep 0.1
	done
	event=$(jq -c "[.events[] | select(.pid == $pid and .group == \"/${group##*/}\")] | last" \
		<<<"$out")
	jq -e '.kind == "kill" and .scope == "cgroup" and .victim == "python3" and .from == "kernel"' \
		<<<"$event"
	jq -e ".limit == $((24 << 20)) and .killed == 1 and .holder == \"anonymous\"" <<<"$event"
	jq -e '.cause == "limit" or .cause == "memory+swap limit"' <<<"$event"
	jq -e '.complete == "yes" and .age >= 0 and .age < 60 and .hog_pid == .pid' <<<"$event"
	ml oom --table events --csv -o pid,what
	prints "$pid,python3 (pid $pid) was killed: control group /${group##*/} met its limit of 24.0 MiB"
	# a capture of it tells the same, and without names what happened
	ml capture --redact "$BATS_TEST_TMPDIR/hidden"
	ml oom -J --root "$BATS_TEST_TMPDIR/hidden"
	exits 0
	jq -e ".events[] | select(.pid == $pid) | .scope == \"cgroup\" and .limit == $((24 << 20)) and
		.victim != \"python3\" and .complete == \"yes\"" <<<"$out"
	[ "$(grep -c "python3\|memlens-oom" "$BATS_TEST_TMPDIR/hidden/kmsg.txt")" = 0 ]
}

@test "oom: who is next in a limited group is the one in it" {
	[ "${mounted-}" = "" ] || skip 'the memory controller is mounted where nobody looks for it'
	sh -c 'echo $$ >"$1/cgroup.procs"; exec sleep 30' sh "$group" &
	sleeper=$!
	for _ in {1..50}; do
		! grep -qx "$sleeper" "$group/cgroup.procs" || break
		sleep 0.1
	done
	ml oom --next -J
	kill "$sleeper"
	wait "$sleeper" || true
	exits 0
	jq -e ".next[] | select(.where == \"/${group##*/}\") | .pid == $sleeper and
		.limit == $((24 << 20)) and .processes == 1" <<<"$out"
}
