#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The limit of our control group, on a group made for it.
# beside others: groups of its own
# shellcheck disable=SC2016,SC2154,SC2317 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports

limit=$((512 * 1024 * 1024))

setup() {
	needs jq
	[ "$(id -u)" -eq 0 ] || skip 'only root can make a group'
}

# Empties and removes what make_group made, inner group first.
teardown() {
	local dir
	for dir in "${group-/none}/inner" "${group-/none}"; do
		[ -d "$dir" ] || continue
		for _ in {1..50}; do
			! rmdir "$dir" 2>/dev/null || break
			sleep 0.1
		done
	done
	[ -z "${group-}" ] || [ ! -d "$group" ]
}

mount_of() { # TYPE OPTION
	awk -v type="$1" -v option="$2" '{
		for (i = 7; $i != "-"; i++);
		if ($(i + 1) == type && (option == "" || $(i + 3) ~ "(^|,)" option "(,|$)")) { print $5; exit }
	}' /proc/self/mountinfo
}

# memlens inside the group; the shell moves itself in, so nothing of ours stays.
ml_inside() { # GROUP ARGUMENT...
	local dir=$1
	shift
	# shellcheck disable=SC2016 # the inner shell expands
	capture timeout 20 sh -c 'echo $$ >"$1/cgroup.procs" || exit 99; shift; exec "$@"' sh "$dir" "$MEMLENS" "$@"
}

check_limit() { # VERSION
	ml_inside "$group" -J
	exits 0
	json ".limit | length == 1 and (.[0] | .limit == $limit and .version == $1 and .usage >= 0 and
		.usage <= .limit and .headroom == .limit - .usage and .working_set <= .usage)"
	json '.limit[0].path' "$path"
	ml_inside "$group"
	prints "our limit 512.0Mi"
	prints "$path"
	# an inner group without a limit has that of the one above it
	mkdir "$group/inner"
	ml_inside "$group/inner" -J
	exits 0
	json ".limit[0].limit == $limit"
	json '.limit[0].path' "$path"
}

@test "version 1" {
	top=$(mount_of cgroup memory)
	[ "$top" ] || skip 'no memory controller of version 1'
	group=$top/memlens-test-$$
	mkdir "$group" 2>/dev/null || skip "no group can be made in $top"
	echo "$limit" >"$group/memory.limit_in_bytes"
	# as the kernel tells it, below the mount
	path=/memlens-test-$$
	check_limit 1
}

@test "version 2" {
	top=$(mount_of cgroup2 '')
	[ "$top" ] || skip 'no version 2'
	grep -qw memory "$top/cgroup.controllers" 2>/dev/null || skip 'version 2 has no memory controller here'
	group=$top/memlens-test-$$
	mkdir "$group" 2>/dev/null || skip "no group can be made in $top"
	[ -e "$group/memory.max" ] || skip 'the memory controller is not delegated'
	echo "$limit" >"$group/memory.max"
	path=/memlens-test-$$
	echo +memory >"$group/cgroup.subtree_control" 2>/dev/null || true
	check_limit 2
}

@test "without a limit below the machine's memory there is no such line" {
	top=$(mount_of cgroup memory)
	[ "$top" ] || top=$(mount_of cgroup2 '')
	[ "$top" ] || skip 'no control groups'
	group=$top/memlens-test-$$
	mkdir "$group" 2>/dev/null || skip "no group can be made in $top"
	capture true
	ml_inside "$group" -J
	[ "$status" -ne 99 ] || skip 'the group cannot be entered'
	exits 0
	own=$(jq '.limit | length' "$BATS_TEST_TMPDIR/out")
	ml -J
	json '.limit | length' "$own"
}

# The pressure file that the process has open.
watched() { # PID
	readlink "/proc/$1/fd/"* 2>/dev/null | grep -F .pressure
}

@test "psi --wait --cgroup: it is the group's own stalls that are waited for" {
	top=$(mount_of cgroup2 '')
	[ "$top" ] || skip 'no version 2'
	group=$top/memlens-test-$$
	mkdir "$group" 2>/dev/null || skip "no group can be made in $top"
	[ -w "$group/memory.pressure" ] || skip 'groups have no pressure here'
	timeout 10 "$MEMLENS" psi --wait some:100ms/2s --cgroup "/memlens-test-$$" 3>&- &
	waiter=$!
	file=
	for _ in {1..50}; do
		for pid in $(pgrep -P "$waiter"); do file=$(watched "$pid") && break 2; done
		sleep 0.1
	done
	kill "$waiter"
	equals "$file" "$group/memory.pressure"
}

@test "psi --wait --cgroup: a group that is not there is exit 3, and one line" {
	[ -r /proc/pressure/memory ] || skip 'no pressure'
	ml psi --wait some:100ms/2s --cgroup /no/such/group
	exits 3
	complains_in_one_line
	complains '/no/such/group: '
}
