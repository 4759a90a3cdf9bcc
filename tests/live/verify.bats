#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Our numbers beside those of libproc2, on the running machine; and that a wrong one is seen.
# shellcheck disable=SC2016,SC2154 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports

setup() {
	[ -x "${MEMLENS%/*}/memlens-verify" ] || skip 'memlens-verify is not built (it needs libproc2)'
	needs jq
}

# Ends what start began, and removes the groups of make_unit, innermost first.
teardown() {
	local pid folder
	for pid in ${pids-}; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	for folder in ${folders-}; do
		for _ in {1..50}; do
			! rmdir "$folder" 2>/dev/null || break
			sleep 0.1
		done
	done
}

start() { # COMMAND...
	"$@" </dev/null >/dev/null 2>&1 3>&- &
	pid=$!
	pids="${pids-} $pid"
}

# A process that is very busy can swing out of every pair of readings.
verified() { # ARGUMENT...
	for _ in 1 2 3; do
		ml verify -J "$@"
		[ "$status" -ne 0 ] || return 0
	done
	jq -c '.differences[]' <<<"$out" >&2
	wrong 'something differs'
}

# A copy of what the levels free, meminfo, vmstat, stat and slab read.
copy() {
	local file
	copied=$BATS_TEST_TMPDIR/machine
	mkdir -p "$copied/proc"
	for file in meminfo vmstat stat swaps uptime; do
		cat /proc/$file >"$copied/proc/$file"
	done
}

row() { # SUBJECT [LEVEL]: of the last output
	jq -c --arg s "$1" --arg l "${2-meminfo}" '.all[] | select(.subject == $s and .level == $l)' <<<"$out"
}

@test "verify: every number that libproc2 knows is ours" {
	verified --all
	exits 0
	json '.differences == []'
	json '[.summary[].differs] | add == 0'
	json '[.summary[].level] - ["slab"] == ["free", "meminfo", "vmstat", "stat", "processes", "kernel_threads"]'
	# it is not the same for want of anything to compare
	json '.summary | map({ (.level): (.same + .moved) }) | add |
		.free == 9 and .meminfo > 30 and .vmstat > 80 and .stat > 16 and .processes > 30'
	json '.all as $all | .summary | all(.level as $l | .compared ==
		([$all[] | select(.level == $l and (.verdict | test("^only") | not))] | length))'
}

@test "verify: without privileges too" {
	capture as_nobody "$MEMLENS" verify -J
	[ "$status" -eq 0 ] || capture as_nobody "$MEMLENS" verify -J
	exits 0
	json '.differences == []'
}

@test "verify: no counter of the kernel is left out" {
	verified --all
	equals "$(jq -r '.all[] | select(.level == "vmstat" and .name == "value" and .verdict != "only theirs").subject' <<<"$out" | sort)" \
		"$(awk '{ print $1 }' /proc/vmstat | sort)"
	equals "$(jq -r '.all[] | select(.level == "meminfo" and .verdict != "only theirs" and .ours != null).subject' <<<"$out" | sort)" \
		"$(sed 's/:.*//' /proc/meminfo | sort)"
}

@test "verify: what libproc2 does not know is said to be only ours" {
	grep -q '^workingset_refault_file ' /proc/vmstat || skip 'a kernel before 5.9'
	verified --all
	json '.all | any(.subject == "workingset_refault_file" and .verdict == "only ours")'
	json '.all | any(.subject == "workingset_refault" and .verdict == "only theirs" and .theirs == "0")'
}

@test "verify: one number that is wrong by a page is seen" {
	copy
	ml verify --all -J --root "$copied"
	equals "$(row MemTotal | jq -r .verdict)" same
	equals "$(row btime stat | jq -r .verdict)" same

	awk '$1 == "MemTotal:" { $2 += 4 } { print }' /proc/meminfo >"$copied/proc/meminfo"
	ml verify --all -J --root "$copied"
	exits 1
	equals "$(row MemTotal | jq -r .verdict)" differs
	equals "$(row MemTotal | jq -r .difference)" -4096
	json '.differences | any(.subject == "MemTotal")'
	json '.summary[] | select(.level == "meminfo").differs > 0'
	# whichever table is shown, and whichever rows of it
	for args in '--table summary' '--table differences' '--table all' '--filter name=nothing'; do
		# shellcheck disable=SC2086 # words
		ml verify $args --root "$copied"
		exits 1
	done
}

@test "verify: a counter that only they have is a difference, unless it is 0" {
	copy
	sed -i '/^MemTotal:/d; /^HugePages_Total:/d' "$copied/proc/meminfo"
	ml verify --all -J --root "$copied"
	exits 1
	equals "$(row MemTotal | jq -r '"\(.verdict) \(.ours)"')" 'differs null'
	[ "$(cat /proc/sys/vm/nr_hugepages)" -ne 0 ] ||
		equals "$(row HugePages_Total | jq -r .verdict)" 'only theirs'
}

@test "verify: a process that we do not see is a difference" {
	copy
	mkdir "$copied/proc/1"
	for file in stat status; do
		cat /proc/1/$file >"$copied/proc/1/$file"
	done
	ml verify --all -J --root "$copied"
	exits 1
	json ".differences | any(.level == \"processes\" and .subject == \"$$\" and .why == \"we do not see it\")"
}

@test "verify: names that are meant to break a parser" {
	odd=$BATS_TEST_TMPDIR/$'odd) R 1 (\nx\t'
	cp "$(command -v sleep)" "$odd"
	start "$odd" 60
	start bash -c $'exec -a "a\nb\033[31m \377" sleep 60'
	start bash -c 'exec -a "" sleep 60'
	until grep -q sleep "/proc/$pid/comm"; do sleep 0.05; done
	verified --all
	json '[.all[] | select(.verdict == "explained" and .level == "processes")] | length >= 2'
}

@test "verify: the unit of a process is that of sd_pid_get_unit(3)" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can make a group'
	[ ! -d /run/systemd/system ] || skip 'systemd runs here: its groups are its own, and compared anyway'
	for hierarchy in systemd unified; do
		[ -w /sys/fs/cgroup/$hierarchy/cgroup.procs ] || skip 'no hierarchies as systemd has them'
	done
	ldd "${MEMLENS%/*}/memlens-verify" | grep -q libsystemd || skip 'libproc2 was built without systemd'
	start sleep 60
	for hierarchy in unified systemd; do
		slice=/sys/fs/cgroup/$hierarchy/memlens$$.slice
		mkdir -p "$slice/memlens-test@1.service/inner"
		folders="$slice/memlens-test@1.service/inner $slice/memlens-test@1.service $slice ${folders-}"
		echo "$pid" >"$slice/memlens-test@1.service/inner/cgroup.procs"
	done
	verified --all
	equals "$(jq -r --arg pid "$pid" '.all[] | select(.subject == $pid and .name == "unit") |
		"\(.verdict) \(.ours) \(.theirs)"' <<<"$out")" 'same memlens-test@1.service memlens-test@1.service'
}
