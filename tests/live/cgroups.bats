#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Control groups as a tree, on groups made for it, beside the kernel's own files.
# beside others: groups of its own
# shellcheck disable=SC2016,SC2154,SC2317 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports

limit=$((256 * 1024 * 1024))

setup() {
	needs jq
	[ "$(id -u)" -eq 0 ] || skip 'only root can make a group'
	top=$(awk '$0 ~ / - cgroup / && $NF ~ /(^|,)memory(,|$)/ { print $5; exit }' /proc/self/mountinfo)
	version=1
	if [ -z "$top" ]; then
		top=$(awk '$0 ~ / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
		version=2
		grep -qw memory "$top/cgroup.controllers" 2>/dev/null || skip 'no memory controller here'
	fi
	group=$top/memlens-test-$$
	path=/memlens-test-$$
	mkdir "$group" 2>/dev/null || skip "no group can be made in $top"
	[ "$version" = 1 ] || echo +memory >"$group/cgroup.subtree_control"
	mkdir "$group/in a" "$group/in a/deep" "$group/b"
	set_limit "$group" "$limit"
	holder=
	churn=
}

set_limit() { # GROUP BYTES
	if [ "$version" = 1 ]; then
		echo "$2" >"$1/memory.limit_in_bytes"
	else
		echo "$2" >"$1/memory.max"
	fi
}

teardown() {
	local dir
	# not killed: what it has in hand would be left
	touch "$BATS_TEST_TMPDIR/stop"
	[ -z "${churn-}" ] || wait "$churn" 2>/dev/null || true
	[ -z "${holder-}" ] || kill "$holder" 2>/dev/null || true
	[ -z "${holder-}" ] || wait "$holder" 2>/dev/null || true
	[ -n "${group-}" ] || return 0
	for dir in "$group"/b/* "$group/in a/deep" "$group/in a" "$group/b" "$group"; do
		for _ in {1..50}; do
			[ -d "$dir" ] || break
			! rmdir "$dir" 2>/dev/null || break
			sleep 0.1
		done
	done
	[ ! -d "$group" ]
}

# A process of the group with so many MiB of anonymous memory.
hold() { # GROUP MIB
	command -v python3 >/dev/null || skip 'no python3'
	python3 -c '
import sys, time
open(sys.argv[1] + "/cgroup.procs", "w").write("0")
held = bytearray(int(sys.argv[2]) << 20)
for i in range(0, len(held), 4096): held[i] = 1
print("ready", flush=True)
time.sleep(60)' "$1" "$2" >"$BATS_TEST_TMPDIR/ready" 3>&- &
	holder=$!
	for _ in {1..100}; do
		[ ! -s "$BATS_TEST_TMPDIR/ready" ] || return 0
		sleep 0.1
	done
	return 1
}

# The row of a group.
row() { # PATH FILTER
	json "[.groups[] | select(.path == \"$1\")] | length == 1 and (.[0] | $2)"
}

@test "a limit holds below the group that has it, and it is named" {
	set_limit "$group/b" $((64 * 1024 * 1024))
	ml cgroup -J
	exits 0
	row "$path" ".limit == $limit and .limit_by == \"$path\" and .max == $limit and .version == $version"
	row "$path/in a/deep" ".limit == $limit and .limit_by == \"$path\" and .max == null and .headroom <= $limit"
	row "$path/b" ".limit == 67108864 and .limit_by == \"$path/b\""
	row "$path/in a" ".parent == \"$path\" and .name == \"in a\""
}

@test "what a process holds is its group's, and that of the groups above" {
	hold "$group/in a" 40
	ml cgroup -J --processes "$path"
	exits 0
	row "$path/in a" ".anon >= 41943040 and .anon < 62914560 and .usage >= .anon and .processes == 1"
	row "$path" ".anon >= 41943040 and .usage >= 41943040 and .headroom == $limit - .usage and .processes == 0"
	row "$path/b" ".usage < 1048576 and .processes == 0"
	json "(.processes | length) == 1 and .processes[0].pid == $holder and .processes[0].rss >= 41943040"
	ml ps --cgroup "$path" -J
	exits 0
	json "[.processes[].pid] == [$holder]"
	ml ps --cgroup "$path/b" -J
	json '.processes == []'
}

# The numbers of a group where nothing moves are those of its files.
@test "numbers are those of the files" {
	hold "$group/in a" 8
	sleep 3 # counters are folded every two seconds
	ml cgroup -J --table groups,stat "$group/in a"
	exits 0
	while read -r key value; do
		json "[.stat[] | select(.file == \"memory.stat\" and .key == \"$key\" and
			.path == \"$path/in a\") | .value] == [$value]"
	done < <(grep -Ev 'pg|refault' "$group/in a/memory.stat")
	if [ "$version" = 1 ]; then
		value=$(cat "$group/in a/memory.usage_in_bytes")
	else
		value=$(cat "$group/in a/memory.current")
	fi
	row "$path/in a" "(.usage - $value | fabs) <= 262144"
}

@test "a group that is not there is told of, the others are shown" {
	ml cgroup -J "$path/b" "$path/none"
	exits 3
	holds "$err" "$path/none: No such file or directory"
	json "[.groups[].path] == [\"$path/b\"]"
	ml ps --cgroup "$path/none"
	exits 3
	holds "$err" "control group $path/none: No such file or directory"
}

@test "a kill is counted" {
	set_limit "$group/b" $((16 * 1024 * 1024))
	[ "$version" = 1 ] || echo 0 >"$group/b/memory.swap.max"
	command -v python3 >/dev/null || skip 'no python3'
	grep -q 'Swap.*[1-9]' <(grep SwapTotal /proc/meminfo) && [ "$version" = 1 ] && skip 'it would swap'
	python3 -c '
import sys
open(sys.argv[1] + "/cgroup.procs", "w").write("0")
held = bytearray(64 << 20)
for i in range(0, len(held), 4096): held[i] = 1' "$group/b" || true
	ml cgroup -J --table groups,events "$path/b"
	exits 0
	row "$path/b" '.oom_kills == 1 and .max_events > 0'
	json '.events[0].oom_kill == 1'
}

@test "groups that come and go meanwhile disturb nobody" {
	(while [ ! -e "$BATS_TEST_TMPDIR/stop" ]; do mkdir "$group/b/x" && rmdir "$group/b/x"; done) 3>&- &
	churn=$!
	for _ in {1..10}; do
		ml cgroup -J
		exits 0
		json '[.groups[].path] | index("/") != null'
	done
}
