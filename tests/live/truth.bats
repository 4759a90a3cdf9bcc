#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens ps and map on memory whose owner, kind and size are known, because the test made it, and
# on the whole machine: tests/live/truth.py reads the same a second time.
# shellcheck disable=SC2016,SC2154,SC2317 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports
load objects

setup() {
	needs python3 jq
	needs_objects
}

teardown() {
	end_objects
	restore
}

# ---- one kind each -----------------------------------------------------------------------

@test "anonymous memory, half of it touched" {
	agrees anon 64M 32M
}

@test "a few pages of a large mapping" {
	agrees anon 1G 20K
}

@test "memory inherited by children, which nobody copied" {
	agrees forked 8M 3
}

@test "shared anonymous memory of five processes" {
	agrees shared 32M 16M 4
}

@test "pages only read, which are the one page of zeros" {
	agrees zero 16M
}

@test "an address space that is only reserved" {
	agrees reserve 64G
}

@test "pages locked" {
	agrees mlock 4M
}

@test "guard pages, which are neither memory nor swap" {
	agrees guard 64K
}

@test "a named anonymous mapping" {
	agrees anon-name $'br\033[31m(1) x' 4M
}

@test "a memfd with a hostile name" {
	agrees memfd $'m\033[2J\n\377 (deleted)' 8M 4M
}

@test "System V shared memory" {
	agrees sysv 8M
}

@test "/dev/zero shared" {
	agrees dev-zero 4M
}

@test "a mapped file" {
	agrees file "$BATS_TEST_TMPDIR/file" 16M 3M
}

@test "a mapped file that was deleted" {
	agrees deleted "$BATS_TEST_TMPDIR/gone" 8M 1M
}

@test "a private mapping of a file, partly copied" {
	agrees cow "$BATS_TEST_TMPDIR/file" 8M 1M
}

@test "files whose names are all the bytes there are" {
	mkdir "$BATS_TEST_TMPDIR/names"
	agrees hostile "$BATS_TEST_TMPDIR/names"
}

@test "transparent huge pages" {
	agrees thp 8
}

@test "a huge page of which a half is left" {
	agrees thp-half 4
}

@test "huge pages only read" {
	agrees thp-zero 4
}

@test "huge pages of the pool, private" {
	needs_pool 4
	agrees hugetlb private 3
}

@test "huge pages of the pool, shared by three" {
	needs_pool 4
	agrees hugetlb shared 3 2
}

@test "anonymous memory in swap" {
	needs_swap
	agrees swap 16M
}

@test "shared memory in swap" {
	needs_swap
	agrees swap-shmem 8M
}

@test "frames that are no pages" {
	agrees pfn 64K
}

@test "the ring of perf" {
	agrees ring 8
}

@test "a stack that grew" {
	agrees stack 4M
}

@test "stacks of threads" {
	agrees threads 8 1M 256K
}

@test "heaps of threads" {
	agrees arenas 4 8M
}

@test "20,000 mappings" {
	export ML_SECONDS=120
	agrees many 20000
}

# ---- processes of every kind -------------------------------------------------------------

@test "a zombie has a row and no memory" {
	make_objects zombie $'z) R 1 (\n'
	pid=$(made '.pid')
	truth ps "$pid"
	ml ps -J "$pid"
	exits 0
	json '.processes[0] | .state == "Z" and .rss == null and .pss == null'
	equals "$(jq -r '.processes[0].comm' "$BATS_TEST_TMPDIR/out" | od -An -c | tr -d ' ')" \
		"$(printf 'z) R 1 (\n\n' | od -An -c | tr -d ' ')"
}

@test "a process whose first thread is gone is not without memory" {
	make_objects leaderless 8M
	pid=$(made '.pid')
	for _ in {1..50}; do
		[[ $(cat "/proc/$pid/stat") != *') Z '* ]] || break
		sleep 0.02
	done
	ml ps -J "$pid"
	exits 0
	# unknown, or what its other threads say; nothing is what it has not
	json '.processes[0] | .state == "Z" and .threads == 2 and (.rss == null or .rss >= 8388608) and
		(.pss == null or .pss >= 8388608)'
}

@test "a kernel thread has a row and no memory" {
	[ "$(cat /proc/2/comm 2>/dev/null)" = kthreadd ] || skip 'no kernel threads are seen here'
	ml ps -J --output-all 2
	exits 0
	json '.processes | length == 1 and (.[0] | .pid == 2 and .comm == "kthreadd" and .rss == null and .uss == null)'
}

@test "kernel threads are apart" {
	[ "$(cat /proc/2/comm 2>/dev/null)" = kthreadd ] || skip 'no kernel threads are seen here'
	ml ps -J
	json '[.processes[].pid] | index(2) == null'
	json '[.processes[] | select(.rss == null and .state != "Z")] | length == 0'
	ml ps --kernel -J
	exits 0
	json '[.[] | arrays[] | select(.pid)] | length > 5 and any(.pid == 2 and .comm == "kthreadd")'
}

@test "a process that is not there: exit 3 and one line" {
	gone=$(sh -c 'echo $$')
	for command in ps map; do
		ml "$command" "$gone"
		exits 3
		equals "$(wc -l <"$BATS_TEST_TMPDIR/err")" 1
		complains "$gone"
	done
}

@test "one of two processes is not there: the other is shown" {
	gone=$(sh -c 'echo $$')
	ml ps -J "$gone" "$$"
	json '[.processes[].pid]' "$(printf '[\n  %d\n]' "$$")"
	equals "$(wc -l <"$BATS_TEST_TMPDIR/err")" 1
	complains "$gone"
}

@test "a PID that is none" {
	for pid in 0 -1 x 1x 99999999999999999999; do
		ml ps -- "$pid"
		[ "$status" -eq 2 ] || [ "$status" -eq 3 ] || wrong 'expected exit status 2 or 3'
		equals "$(wc -l <"$BATS_TEST_TMPDIR/err")" 1
	done
}

@test "a PID that two processes take in turns never makes one row of both" {
	make_objects reuse 8M
	pid=$(made '.pid')
	for _ in {1..150}; do
		"$MEMLENS" ps -J "$pid" 2>/dev/null || true
	done | jq -c '.processes[]' >"$BATS_TEST_TMPDIR/rows"
	jq -s 'group_by(.comm)[] | [.[0].comm, length]' -c "$BATS_TEST_TMPDIR/rows"
	# both were seen, and none with the memory of the other
	jq -es '(any(.comm == "small") and any(.comm == "large")) and
		all(if .comm == "small" then (.pss // 0) < 4194304 and (.anon // 0) < 4194304
		elif .comm == "large" then (.rss // 8388608) >= 8388608 else true end)' "$BATS_TEST_TMPDIR/rows"
}

@test "a thousand short-lived processes while ps runs" {
	make_objects churn 8 200
	local n end=$((SECONDS + 2))
	for ((n = 0; n < 20 || SECONDS < end; n++)); do
		timeout -k 5 30 "$MEMLENS" ps -J >>"$BATS_TEST_TMPDIR/all"
	done
	equals "$(jq -s length "$BATS_TEST_TMPDIR/all")" "$n"
	jq -es 'all(.[]; all(.processes[]; (.rss == null and .pss == null) or .rss >= 0) and
		([.processes[].pid] | length == (unique | length)))' "$BATS_TEST_TMPDIR/all"
	# the row is of one life: what has memory has all of it
	wait_objects
	born=$(tail -n 1 "$said")
	echo "$born processes"
	[ "$born" -ge 1000 ] || [ "$(nproc)" -lt 2 ]
}

@test "map of processes that die while it reads" {
	make_objects churn 4 500
	local there=0 gone=0
	: >"$BATS_TEST_TMPDIR/maps"
	for _ in {1..40}; do
		for pid in $(pgrep -P "$maker"); do
			status=0
			timeout -k 5 30 "$MEMLENS" map -J "$pid" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
			case $status in
			0) there=$((there + 1)) && cat "$BATS_TEST_TMPDIR/out" >>"$BATS_TEST_TMPDIR/maps" ;;
			3) gone=$((gone + 1)) && equals "$(wc -l <"$BATS_TEST_TMPDIR/err")" 1 ;;
			*) wrong "map -J $pid: exit $status" ;;
			esac
		done
	done
	echo "$there were there, $gone were gone"
	[ $((there + gone)) -gt 40 ]
	equals "$(jq -s 'map(.mappings | arrays) | length' "$BATS_TEST_TMPDIR/maps")" "$there"
}

# ---- the whole machine -------------------------------------------------------------------

@test "every process that stands still, and the sum of all" {
	truth machine
}

@test "a large object is found in ps, in where and in the overview" {
	anonymous() { "$MEMLENS" where -J | jq '.where[] | select(.key == "anon").bytes'; }
	grew() {
		local before after
		before=$(anonymous)
		make_objects anon 512M 512M
		after=$(anonymous)
		end_objects
		echo "anonymous grew by $((after - before))"
		[ $((after - before)) -ge $((508 << 20)) ] && [ $((after - before)) -le $((516 << 20)) ]
	}
	for _ in {1..10}; do
		! grew || return 0
	done
	false
}

@test "rss and pss of ps(1)" {
	needs ps
	make_objects shared 16M 16M 1
	pid=$(made '.pid')
	read -r rss pss < <(ps -o rss=,pss= -p "$pid")
	ml ps -J "$pid"
	json '.processes[0] | "\(.rss / 1024 | floor) \(.pss / 1024 | floor)"' "$rss $pss"
}

@test "the mappings of pmap -x" {
	needs pmap
	make_objects anon 8M 4M
	pid=$(made '.pid')
	ml map -J "$pid"
	exits 0
	pmap -x "$pid" | awk 'length($1) == 16 && $1 ~ /^[0-9a-f]*$/ { sub(/^0+/, "", $1); print $1, $2, $3 }' >"$BATS_TEST_TMPDIR/theirs"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/theirs")" -gt 5 ]
	jq -r '.mappings[] | "\(.start | sub("^0+"; "")) \(.size / 1024) \(.rss / 1024)"' \
		"$BATS_TEST_TMPDIR/out" >"$BATS_TEST_TMPDIR/ours"
	diff "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
}

@test "the sums of smem" {
	needs smem
	make_objects shared 16M 8M 2
	pid=$(made '.pid')
	theirs=$(smem -H -c 'pid swap uss pss rss' | awk -v pid="$pid" '$1 == pid')
	[ "$theirs" ] || skip 'smem does not see the process'
	ml ps -J "$pid"
	# smem adds mappings up, each of which has lost less than one kB
	read -r _ swap uss pss rss <<<"$theirs"
	json ".processes[0] | [.swap, .uss, .rss] == [$swap * 1024, $uss * 1024, $rss * 1024]"
	json ".processes[0].pss / 1024 - $pss | . >= 0 and . < 100"
}

# ---- privileges --------------------------------------------------------------------------

@test "as nobody: own processes in full, others by what is readable, exit 0, one line" {
	needs_root
	make_objects_as_nobody anon 8M 4M
	pid=$(made '.pid')
	ml_nobody ps -J
	exits 0
	equals "$(wc -l <"$BATS_TEST_TMPDIR/err")" 1
	complains CAP_SYS_PTRACE
	json ".processes[] | select(.pid == $pid) | .pss >= 4194304 and .uss >= 4194304 and .rss >= 4194304"
	# a process of root: memory as statm tells it, its share unknown
	json ".processes[] | select(.pid == $$) | .rss > 0 and .pss == null and .uss == null"
	equals "$(jq '[.processes[].pid] | index(1) != null' "$BATS_TEST_TMPDIR/out")" true
	ml_nobody ps --strict
	exits 3
}

@test "as nobody: an own process that does not let itself be read" {
	needs_root
	make_objects_as_nobody undumpable 8M
	pid=$(made '.pid')
	ml_nobody ps -J
	exits 0
	json ".processes[] | select(.pid == $pid) | .rss >= 8388608 and .pss == null and .uss == null"
	ml_nobody map "$pid"
	exits 3
	equals "$(wc -l <"$BATS_TEST_TMPDIR/err")" 1
}

@test "as nobody: map of another's process is refused in one line" {
	needs_root
	ml_nobody map "$$"
	exits 3
	equals "$(wc -l <"$BATS_TEST_TMPDIR/err")" 1
	complains CAP_SYS_PTRACE
}

@test "as nobody: the capability is said in JSON" {
	needs_root
	ml_nobody ps -J
	json '[.sources[] | select(.capability == "CAP_SYS_PTRACE")] | length > 0'
}

@test "processes hidden by the mount are not there, which is no error" {
	needs_root
	needs unshare
	hidden() { # COMMAND...: as nobody, where /proc hides the processes of others
		unshare --mount sh -c 'mount -t proc -o hidepid=2 proc /proc 2>/dev/null || exit 99; exec "$@"' sh \
			setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
	}
	capture hidden true
	[ "$status" -ne 99 ] || skip '/proc cannot be mounted with hidepid=2'
	capture hidden "$MEMLENS" ps -J
	exits 0
	json '[.processes[].user] | unique == ["nobody"]'
	json '.processes | length >= 1'
	capture hidden "$MEMLENS" ps "$$"
	exits 3
	equals "$(wc -l <"$BATS_TEST_TMPDIR/err")" 1
}

# ---- names -------------------------------------------------------------------------------

@test "hostile names leave no control character in any format" {
	hostile=$'a)\n\033[31m\377\t'
	make_objects name "$hostile" $'\033]0;title\a' $'new\nline' $'\xff\xfe' '"quoted", comma' ' '
	pid=$(made '.pid')
	for format in '' --csv -r -P --output-all; do
		ml ps ${format:+"$format"} "$pid"
		exits 0
		clean "$BATS_TEST_TMPDIR/out"
		matches "$pid"
	done
	ml ps -J "$pid"
	exits 0
	python3 - "$BATS_TEST_TMPDIR/out" "$hostile" <<-'END'
		import json, os, sys
		row = json.load(open(sys.argv[1], encoding="utf-8"))["processes"][0]
		assert bytes.fromhex(row["comm_raw"]) == os.fsencode(sys.argv[2]), row
	END
	clean "$BATS_TEST_TMPDIR/out"
}

@test "hostile file names leave no control character in any format" {
	mkdir "$BATS_TEST_TMPDIR/names"
	make_objects hostile "$BATS_TEST_TMPDIR/names"
	for format in '' --csv -r -P --output-all; do
		ml map ${format:+"$format"} "$(made '.pid')"
		exits 0
		clean "$BATS_TEST_TMPDIR/out"
	done
}

@test "CSV of hostile names is CSV" {
	make_objects name $'a",\n"b' $'1,\n2'
	ml ps --csv -o pid,comm,cmdline,rss "$(made '.pid')"
	exits 0
	python3 - "$BATS_TEST_TMPDIR/out" <<-'END'
		import csv, sys
		rows = list(csv.reader(open(sys.argv[1], newline="")))
		assert len(rows) == 2 and {len(row) for row in rows} == {4}, rows
	END
}

# ---- cost --------------------------------------------------------------------------------

@test "columns that need little open little" {
	needs strace
	make_objects anon 1M 1M
	capture strace -f -e trace=open,openat,openat2 -o "$BATS_TEST_TMPDIR/trace" \
		"$MEMLENS" ps -o pid,rss,comm
	exits 0
	opened=$(grep -cE '"(/proc/)?[0-9]*/?(stat|statm)"' "$BATS_TEST_TMPDIR/trace")
	echo "$opened opened"
	[ "$opened" -gt 10 ]
	equals "$(grep -cE '"[^"]*(smaps|smaps_rollup|status|cmdline|cgroup|limits|oom_score)"' "$BATS_TEST_TMPDIR/trace")" 0
}

@test "a budget that is too small says how much was covered" {
	make_objects many 20000
	ml ps --budget 1ms
	exits 0
	[[ $err$out == *%* ]] || [[ $err$out == *' of '* ]] || wrong 'expected how much was covered'
	ml ps --budget 1ms -J
	json '.processes | length > 0'
}
