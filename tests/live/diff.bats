#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens diff on memory that grows by a known size while it looks.
# shellcheck disable=SC2016,SC2154,SC2317 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports
load objects

setup() {
	needs jq
	needs_objects
	looker=''
}

teardown() {
	[ -z "$looker" ] || { kill "$looker" 2>/dev/null || true; wait "$looker" 2>/dev/null || true; }
	end_objects
	restore
}

# look ARGUMENT...: in the background, into the file that json reads.
look() {
	: >"$BATS_TEST_TMPDIR/out"
	"$MEMLENS" diff "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	looker=$!
}

# Until so many samples are printed.
samples() { # N
	for ((i = 0; i < 600; i++)); do
		[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -lt "$1" ] || return 0
		kill -0 "$looker" 2>/dev/null || break
		sleep 0.02
	done
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -ge "$1" ]
}

# told SAMPLE FILTER: of the n-th object printed.
told() {
	jq -sc ".[$1] | $2" "$BATS_TEST_TMPDIR/out"
}

# The growing process of the next three, large enough to be among those whose mappings are held.
make_grower() {
	make_objects grow 256M 96M 12M
	step=$((12 * 1024 * 1024)) before=$((96 * 1024 * 1024))
	pid=$(made .pid) start=$(made .start)
}

# The process and its mapping grew by one step, and nothing else of it changed.
grew_by_a_step() { # SAMPLE
	equals "$(told "$1" "[.processes[] | select(.pid == $pid) |
		[.what, .change, .after - .before, .rss_change, .uss_change, .anon_change, .comm]]")" \
		"[[\"grown\",$step,$step,$step,$step,$step,\"objects\"]]"
	equals "$(told "$1" "[.mappings[] | select(.pid == $pid) |
		[.what, .change, .pss_change, .anonymous_change, .size_change, .before, .kind, .start]]")" \
		"[[\"grown\",$step,$step,$step,0,$before,\"anon\",\"$start\"]]"
}

@test "growth between two samples is told of the process and the mapping, to the byte" {
	make_grower
	look -J --every 1s -c 2 --min 64K
	samples 1
	echo >&"$hold"
	samples 2
	wait "$looker"
	looker=''
	equals "$(told 0 "[.processes[], .mappings[] | select(.pid == $pid)]")" '[]'
	grew_by_a_step 1
	told 1 '.before.seconds > 0.9 and .before.boot_id == .boot_id and .moments[0].boot == "one boot"' |
		grep -qx true
}

@test "a capture and now" {
	[ "$(id -u)" -eq 0 ] || skip 'only root captures everything'
	make_grower
	timeout 120 "$MEMLENS" capture "$BATS_TEST_TMPDIR/first" >/dev/null 2>&1
	echo >&"$hold"
	sleep 0.3
	ml diff -J --min 64K "$BATS_TEST_TMPDIR/first"
	exits 0
	grew_by_a_step 0
	json '.before.boot_id == .boot_id and .before.seconds > 0.2 and .before.time < .time'
	json '.moments | length == 1 and .[0].boot == "one boot"'
	# backwards the machine is the earlier one, and what it was cannot be read
	ml diff -J "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/first"
	exits 0
	json '[.[] | arrays | select(length > 0) | .[0] | objects | has("change")] | any | not'
}

@test "two captures" {
	[ "$(id -u)" -eq 0 ] || skip 'only root captures everything'
	make_grower
	timeout 120 "$MEMLENS" capture "$BATS_TEST_TMPDIR/first" >/dev/null 2>&1
	echo >&"$hold"
	sleep 0.3
	timeout 120 "$MEMLENS" capture "$BATS_TEST_TMPDIR/second" >/dev/null 2>&1
	ml diff -J --min 64K "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/second"
	exits 0
	grew_by_a_step 0
	ml diff -J --min 64K "$BATS_TEST_TMPDIR/second" "$BATS_TEST_TMPDIR/first"
	exits 0
	json ".processes[] | select(.pid == $pid) | [.what, .change] | tojson" "[\"shrunk\",-$step]"
	json '.before.seconds < 0 and (.notes | any(startswith("the first is the later one")))'
	json '[.counters[] | .rate] | all(. == null)'
}

@test "processes that begin and end" {
	make_objects anon 24M 24M
	old=$(made .pid)
	look -J --every 1500ms -c 2 --min 64K --table processes
	samples 1
	make_objects anon 16M 16M
	new=$(made .pid)
	kill -KILL "$old"
	wait "$old" || true
	samples 2
	wait "$looker"
	looker=''
	equals "$(told 1 "[.processes[] | select(.pid == $old) |
		[.what, .after, .change == -.before, .before > 24 * 1024 * 1024]]")" '[["gone",null,true,true]]'
	equals "$(told 1 "[.processes[] | select(.pid == $new) |
		[.what, .before, .change == .after, .after > 16 * 1024 * 1024, .share]]")" '[["new",null,true,true,null]]'
}

@test "threads are told of slab caches and vmalloc" {
	needs_file /proc/slabinfo
	needs_file /proc/vmallocinfo
	look -J --every 2s -c 2 --table slab,vmalloc
	samples 1
	make_objects threads 250 64K 4K
	samples 2
	wait "$looker"
	looker=''
	# other threads begin and end meanwhile, and some stacks are kept for the next ones
	told 1 '[.slab[] | select(.cache == "task_struct") | .what == "grown" and .active_change > 100 and
		.change > 200 * 1024] | any' | grep -qx true
	grep -qE ' (kernel_clone|_do_fork|dup_task_struct|alloc_thread_stack)' /proc/vmallocinfo ||
		skip 'stacks are not in vmalloc here'
	told 1 '[.vmalloc[] | select(.caller | test("kernel_clone|_do_fork|dup_task_struct|alloc_thread_stack")) |
		.what == "grown" and .areas_change > 100 and .change >= .areas_change * 4096] | any' | grep -qx true
}
