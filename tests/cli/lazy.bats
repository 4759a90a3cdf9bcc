#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Memory that is not initialised yet: MemTotal and MemFree count it, no zone and no node does.
# shellcheck disable=SC2154 # ml sets status, out, err and lines

load reports

# A copy of a machine to which this much was added.
copy() { # NAME KIB
	root=$BATS_TEST_TMPDIR/$1
	cp -r "$BATS_TEST_DIRNAME/../sysroots/$1" "$root"
	awk -v more="$2" '/^Mem(Total|Free):/ { $2 += more } { print }' \
		"$BATS_TEST_DIRNAME/../sysroots/$1/proc/meminfo" >"$root/proc/meminfo"
}

@test "layout: it stands beside what is reserved" {
	needs jq
	copy 6.12-riscv64 4096
	before=$("$MEMLENS" layout --root "$BATS_TEST_DIRNAME/../sysroots/6.12-riscv64" -J |
		jq '[.zones[].reserved] | add')
	ml layout --root "$root" -J
	exits 0
	json '[.zones[].uninitialised] | add == 4096 * 1024'
	json 'all(.zones[]; .present == .reserved + .uninitialised + .managed)'
	json "$before - ([.zones[].reserved] | add) == 4096 * 1024"
	ml layout --root "$root" --table zones
	prints 'NOT INIT'
	ml layout --root "$BATS_TEST_DIRNAME/../sysroots/6.12-riscv64" --table zones
	prints_not 'NOT INIT'
}

@test "layout: with several nodes it is not known whose it is" {
	needs jq
	copy 6.1-cloud-amd64 16384
	ml layout --root "$root" -J
	json 'all(.zones[]; .uninitialised == null and .present == .reserved + .managed)'
	ml layout --root "$root" --table zones
	prints 'reserved holds memory that is free but not initialised yet'
}

@test "free --nodes and numa: why the nodes have less than the machine" {
	copy 6.1-cloud-amd64 65536
	for command in 'free --nodes' numa; do
		# shellcheck disable=SC2086 # a command and its option
		ml $command --root "$root"
		prints 'in no node'
		# shellcheck disable=SC2086
		ml $command --root "$BATS_TEST_DIRNAME/../sysroots/6.1-cloud-amd64"
		prints_not 'in no node'
	done
}
