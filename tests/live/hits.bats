#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Hits of the page cache: known numbers of lookups, as the kernel's events tell them.
# shellcheck disable=SC2154 # status, out, err and lines are set by ml

load ../cli/helper

reader=$BATS_TEST_DIRNAME/../../build/${BUILD:-release}/tests/live/reader
PAGES=2048 # of the file that is read

setup() {
	needs jq
	[ -x "$reader" ] || skip 'the program that reads is not built (make tests)'
	file=$(mktemp -d /var/tmp/memlens-hits.XXXXXX)/file
	page=$(getconf PAGESIZE)
	head -c $((PAGES * page)) /dev/zero | tr '\0' x >"$file"
	sync "$file"
	ml cache --hits --for 1ms -J
	[ "$status" -ne 3 ] || skip "${err#memlens: }"
	[ "$(jq '.hits[0].lookups' <<<"$out")" != null ] ||
		skip "$(jq -r '.notes[0]' <<<"$out")"
}

teardown() {
	local pid
	for pid in ${watcher-} ${worker-}; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	[ -z "${file-}" ] || rm -rf "${file%/*}"
}

# watch_once BEFORE WORDS...: what the words in BEFORE do first is not watched.
watch_once() {
	local before=$1 rc=0 go
	shift
	rm -f "$BATS_TEST_TMPDIR/go"
	mkfifo "$BATS_TEST_TMPDIR/go"
	exec {go}<>"$BATS_TEST_TMPDIR/go"
	# shellcheck disable=SC2086 # words
	timeout 60 "$reader" "$file" $before go "$@" stay <"$BATS_TEST_TMPDIR/go" \
		>"$BATS_TEST_TMPDIR/said" {go}>&- 3>&- &
	worker=$!
	for _ in {1..300}; do
		! grep -q ready "$BATS_TEST_TMPDIR/said" || break
		sleep 0.1
	done
	(sleep 0.4; echo >&"$go") 3>&- &
	ml cache --hits --for 1200ms -J
	wait "$worker" || rc=$?
	worker=
	exec {go}>&-
	[ "$rc" -ne 77 ] || skip 'the file system cannot do that'
	[ "$rc" -eq 0 ]
	exits 0
}

# A busy machine may be too much for the rings.
watch() {
	for _ in 1 2 3; do
		watch_once "$@"
		[ "$(jq '.hits[0].lost' <<<"$out")" != 0 ] || return 0
	done
	skip 'events were lost: the machine is too busy'
}

# of_file FILTER: of the row of our file; nothing without one.
of_file() {
	jq -r --argjson i "$(stat -c %i "$file")" \
		"([.hits_files[] | select(.inode == \$i)][0] // empty) | $1" <<<"$out"
}

of_reader() {
	jq -r "[.hits_processes[] | select(.comm == \"reader\")][0] | $1" <<<"$out"
}

# near VALUE WANTED PERCENT
near() {
	awk -v v="$1" -v w="$2" -v p="$3" \
		'BEGIN { d = v - w; if (d < 0) d = -d; exit !(v != "" && d <= w * p / 100) }' ||
		wrong "$1 is not within $3 % of $2"
}

@test "hits: a cold file read once has none, and is named" {
	watch cold read
	[ "$(of_file .path)" = "$file" ]
	[ "$(of_file .device)" = "$(stat -c %Hd:%Ld "$file")" ] || [[ $(of_file .device) == 0:* ]]
	near "$(of_file .lookups)" $PAGES 1
	near "$(of_file .misses)" $PAGES 2
	near "$(of_file .brought)" $((PAGES * page)) 2
	[ "$(of_file '.ratio < 0.02')" = true ]
}

@test "hits: a warm file has nothing else" {
	watch read read
	near "$(of_file .lookups)" $PAGES 1
	[ "$(of_file '.ratio > 0.98')" = true ]
}

@test "hits: cold once and warm once are half, and the process that looked is named" {
	watch cold read read
	near "$(of_file .lookups)" $((2 * PAGES)) 1
	near "$(of_file '.ratio * 100')" 50 2
	near "$(of_reader .lookups)" $((2 * PAGES)) 10
	near "$(of_reader .misses)" $PAGES 5
	near "$(of_reader .brought)" $((PAGES * page)) 5
}

@test "hits: one long read counts each page once, cold and warm" {
	watch cold long long
	near "$(of_file .lookups)" $((2 * PAGES)) 1
	near "$(of_file .misses)" $PAGES 2
}

@test "hits: single pages, some of them again" {
	watch cold random
	near "$(of_file .lookups)" $PAGES 1
	near "$(of_file .misses)" "$(tail -n 1 "$BATS_TEST_TMPDIR/said")" 2
}

@test "hits: what a read asks for behind the end of the file is no lookup" {
	watch read tail
	[ "$(of_file .lookups)" = 100 ] || wrong "100 wanted, not $(of_file .lookups)"
}

@test "hits: a mapping that is touched for the first time, cold" {
	watch cold map
	[ "$(of_file '.faults == .lookups and .lookups > 10')" = true ]
	[ "$(of_file '.ratio < 0.1')" = true ] || wrong "$(of_file .)"
	near "$(of_file .brought)" $((PAGES * page)) 2
}

# A machine that is short of memory may drop pages between the read and the mapping.
@test "hits: the same, warm" {
	for _ in 1 2 3; do
		watch read map
		[ "$(of_file '.faults == .lookups and .lookups > 0')" = true ]
		[ "$(of_file '.ratio > 0.98')" = false ] || break
	done
	[ "$(of_file '.ratio > 0.98')" = true ] || wrong "$(of_file .)"
}

@test "hits: what was just written is there" {
	watch read write read
	[ "$(of_file '.ratio > 0.98')" = true ]
	near "$(of_file .written)" $((PAGES * page)) 2
	[ "$(of_file ".brought < $((PAGES * page / 50))")" = true ]
}

@test "hits: direct reads do not look" {
	watch cold direct
	[ -z "$(of_file .lookups)" ] || wrong "$(of_file .)"
}

@test "hits: processes and files sum up to the host" {
	watch cold read map
	[ "$(jq '.hits[0].misses == ([.hits_processes[].misses] | add)' <<<"$out")" = true ]
	[ "$(jq '.hits[0].lookups == ([.hits_files[].lookups] | add)' <<<"$out")" = true ]
	[ "$(jq '.hits[0] | .hits + .misses == .lookups' <<<"$out")" = true ]
	[ "$(jq '.hits[0] | .events > 0 and .cost > 0 and .seconds >= 1.2' <<<"$out")" = true ]
}

@test "hits: what finds no room is counted, and said" {
	"$MEMLENS" cache --hits --for 3s -J >"$BATS_TEST_TMPDIR/lossy" 3>&- &
	watcher=$!
	sleep 0.7
	kill -STOP "$watcher"
	for _ in {1..40}; do
		timeout 20 dd if="$file" of=/dev/null bs="$page" status=none
	done
	kill -CONT "$watcher"
	wait "$watcher"
	watcher=
	lost=$(jq '.hits[0].lost' "$BATS_TEST_TMPDIR/lossy")
	[ "$lost" -gt 1000 ]
	[[ $(jq -r '.notes[]' "$BATS_TEST_TMPDIR/lossy") == *"$lost of "*'found no room'* ]]
}

instances() {
	ls /sys/kernel/tracing/instances /sys/kernel/debug/tracing/instances 2>/dev/null || :
}

@test "hits: an interrupt ends it early, and what was seen is shown" {
	before=$(instances)
	"$MEMLENS" cache --hits --for 60s -J >"$BATS_TEST_TMPDIR/early" 3>&- &
	watcher=$!
	sleep 0.5
	# A shell gives its background children an ignored SIGINT, which stays so: TERM then.
	kill -INT "$watcher"
	sleep 0.5
	if kill -0 "$watcher" 2>/dev/null; then
		kill "$watcher"
		wait "$watcher" || :
		watcher=
		python3 - "$MEMLENS" "$BATS_TEST_TMPDIR/early" <<'EOF'
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
with open(sys.argv[2], "w") as out:
    p = subprocess.Popen([sys.argv[1], "cache", "--hits", "--for", "60s", "-J"], stdout=out)
    time.sleep(0.5)
    p.send_signal(signal.SIGINT)
    sys.exit(p.wait(10))
EOF
	fi
	[ "$(jq '.hits[0].seconds < 30' "$BATS_TEST_TMPDIR/early")" = true ]
	[ "$(instances)" = "$before" ]
}

ignores() { # PID SIGNAL
	local ignored
	ignored=$(awk '$1 == "SigIgn:" { print $2 }' "/proc/$1/status")
	(((0x$ignored >> ($(kill -l "$2") - 1)) & 1))
}

@test "hits: nothing is left when it is killed" {
	before=$(instances)
	for signal in KILL TERM HUP; do
		"$MEMLENS" cache --hits --for 60s >/dev/null 3>&- &
		watcher=$!
		sleep 0.5
		[ "$(find "/proc/$watcher/fd" -lname '*perf_event*' | wc -l)" -gt 0 ]
		if ignores "$watcher" "$signal"; then # as whoever ran us wanted
			signal=TERM
		fi
		kill -"$signal" "$watcher"
		wait "$watcher" || :
		watcher=
	done
	[ "$(instances)" = "$before" ]
}

@test "hits: other tables of cache watch nothing" {
	command -v strace >/dev/null || skip 'strace is not there'
	capture timeout 20 strace -f -e trace=perf_event_open -o "$BATS_TEST_TMPDIR/calls" "$MEMLENS" cache
	[ "$(grep -c perf_event_open "$BATS_TEST_TMPDIR/calls")" = 0 ]
}

@test "hits: without the right it says what would give it" {
	command -v setpriv >/dev/null || skip 'setpriv is not there'
	[ "$(id -u)" = 0 ] || skip 'needs root'
	cp "$MEMLENS" "$BATS_TEST_TMPDIR/memlens"
	chmod -R a+rX "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "${BATS_TEST_TMPDIR%/*/*}"
	capture setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all \
		"$BATS_TEST_TMPDIR/memlens" cache --hits --for 1ms
	exits 3
	[ "$(wc -l <<<"$err")" = 1 ]
	[[ $err == *CAP_PERFMON* ]]
}

@test "hits: a copy has none" {
	ml cache --hits --root "$SYSROOTS/6.12-amd64"
	exits 3
	[[ $err == *'only a running machine'* ]]
}
