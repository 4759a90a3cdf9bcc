#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Notes on control groups that need a machine made for them.
# shellcheck disable=SC2154 # ml sets status, out, err and lines

load reports

@test "cgroup: why the root of version 1 has less than a group below" {
	top=$BATS_TEST_TMPDIR/root/sys/fs/cgroup/memory
	mkdir -p "$top/a" "$BATS_TEST_TMPDIR/root/proc"
	echo 1000000 >"$top/memory.usage_in_bytes"
	echo 2000000 >"$top/a/memory.usage_in_bytes"
	ml cgroup --root "$BATS_TEST_TMPDIR/root"
	prints 'leaves kernel memory out of the usage of /'
	echo 900000 >"$top/a/memory.usage_in_bytes"
	ml cgroup --root "$BATS_TEST_TMPDIR/root"
	prints_not 'leaves kernel memory out'
}
