#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What check answers to a monitoring system: status line, performance data, exit status, state.
# shellcheck disable=SC2154 # ml sets status, out, err and lines

load helper

label="'[A-Za-z0-9._:/@+-]+'"
number='-?[0-9]+(\.[0-9]+)?'
range="(@?((~|$number)?:)?($number)?)?"
perfdata="$label=($number(s|%|B|c)?;$range;$range;($number)?;($number)?|U)"

# A machine with so much available of 1,000,000 kB, and so long up.
machine() { # AVAILABLE [UPTIME [STALLED-MICROSECONDS]]
	root=$BATS_TEST_TMPDIR/machine
	mkdir -p "$root/proc/pressure" "$root/proc/sys/kernel/random"
	echo "${2-1000}.00 1000.00" >"$root/proc/uptime"
	echo 'btime 1700000000' >"$root/proc/stat"
	echo 11111111-2222-3333-4444-555555555555 >"$root/proc/sys/kernel/random/boot_id"
	printf 'MemTotal: 1000000 kB\nMemFree: 300000 kB\nMemAvailable: %s kB\n' "$1" >"$root/proc/meminfo"
	printf 'some avg10=0.00 avg60=0.00 avg300=0.00 total=%s\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=%s\n' \
		"${3-0}" "${3-0}" >"$root/proc/pressure/memory"
}

check() {
	ml check --root "$root" "$@"
	mapfile -t lines <<<"$out"
}

# The first line is one of a plugin, and no other begins performance data.
is_plugin() { # STATE
	[[ ${lines[0]} =~ ^MEMLENS\ $1\ -\ [^|]+(\ \|(\ $perfdata)+)?$ ]] || wrong "not a line of a plugin: ${lines[0]}"
	[[ "${out#*$'\n'}" != *'|'* || "$out" != *$'\n'* ]] || wrong 'a | in the long text'
}

setup() {
	export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/none
}

@test "check: well is 0, a warning 1, critical 2, unknown 3" {
	machine 500000
	check mem.avail.low
	exits 0
	is_plugin OK
	machine 900000
	check mem.avail.low -w 95:
	exits 1
	is_plugin WARNING
	machine 140000
	check mem.avail.low --limit mem.avail.low.warn=20%
	exits 1
	is_plugin WARNING
	machine 40000
	check mem.avail.low
	exits 2
	is_plugin CRITICAL
	prints 'only 39.1 MiB'
	rm "$root/proc/meminfo"
	check mem.avail.low
	exits 3
	is_plugin UNKNOWN
	prints '/proc/meminfo: No such file or directory'
}

@test "check: performance data has the value, both limits and what is possible" {
	machine 500000
	check mem.avail.low
	equals "${lines[0]}" "MEMLENS OK - available 50.0% | 'mem.avail.low'=50%;10:;5:;0;100"
	check mem.avail.low -w 20%: -c 10
	equals "${lines[0]#*|}" " 'mem.avail.low'=50%;20:;10;0;100"
	exits 2
}

@test "check: ranges as the guidelines have them" {
	machine 500000 # 50 %
	while read -r range want; do
		check mem.avail.low -c "$range" -w 0:100
		[ "$status" = "$want" ] || wrong "-c $range"
	done <<-'TXT'
		10 2
		50 0
		60 0
		10: 0
		51: 2
		~:10 2
		~:50 0
		10:60 0
		@10:60 2
		@51:60 0
		@50:50 2
		10%:60% 0
	TXT
	for bad in '' 1:0 abc 10:: @ ~ 10x -; do
		check mem.avail.low -c "$bad"
		[ "$status" = 3 ] || wrong "-c '$bad' was taken"
		is_plugin UNKNOWN
	done
}

@test "check: the user's ranges stand above what else the rule looks at" {
	machine 40000 # below the limit in bytes, too
	check mem.avail.low -w 2: -c 1:
	exits 0
	check mem.avail.low -w 5: -c 1:
	exits 1
}

@test "check: usage errors are UNKNOWN, in a status line too" {
	for args in '--nonsense' '-t' '-t x' 'no.such.rule' '--tolerate 2/3' '--tolerate 3/2 --state x' '-w 10:' \
		'--format xml' '--absent never' '--limit no.such=1' '--sample 20s' '-c'; do
		# shellcheck disable=SC2086 # words are meant
		ml check $args
		exits 3
		[[ $out == 'MEMLENS UNKNOWN - '* ]] || wrong "$args"
		equals "$(wc -l <<<"$out")" 1
	done
}

@test "check: -V, -h, --list, --explain" {
	ml check -V
	exits 0
	matches '^memlens [0-9]'
	ml check -h
	exits 0
	prints 'Usage: memlens check'
	ml check --list
	exits 0
	prints mem.avail.low
	ml check --list -J
	json 'map(select(.rule == "mem.avail.low"))[0].limits.warn' 0.1
	equals "$("$MEMLENS" check --list -q | head -n 1 | grep -c ' ')" 0
	ml check --explain mem.avail.low
	exits 0
	prints 'mem.avail.low.warn = 10 %'
	ml check --explain no.such
	exits 3
}

@test "check: other names of measures" {
	machine 40000
	check mem.available
	exits 2
	prints "'mem.avail.low'="
}

@test "check: all rules; those that cannot be judged are told, and nothing at all is UNKNOWN" {
	machine 500000
	check
	exits 0
	is_plugin OK
	prints 'psi.mem.full: needs two samples'
	check psi.mem.full
	exits 3
	is_plugin UNKNOWN
	rm -r "$root/proc/meminfo" "$root/proc/pressure"
	check mem.avail.low mem.free.low
	exits 3
}

@test "check: -v tells more each time" {
	machine 40000
	check mem.avail.low
	n=${#lines[@]}
	for v in -v -vv -vvv; do
		check mem.avail.low "$v"
		[ "${#lines[@]}" -gt "$n" ] || wrong "$v tells no more"
		n=${#lines[@]}
	done
	is_plugin CRITICAL
}

@test "check: --quiet prints nothing" {
	machine 40000
	check mem.avail.low -q
	exits 2
	equals "$out$err" ''
	check no.such -q
	exits 3
	equals "$out" ''
}

@test "check: a timeout is UNKNOWN" {
	# It waits for a pipe that is full, which nobody reads; the handler does not wait for it, too.
	needs python3
	capture python3 -c '
import os, subprocess, sys
r, w = os.pipe()
os.set_blocking(w, False)
for size in 65536, 1:
    try:
        while True:
            os.write(w, bytes(size))
    except BlockingIOError:
        pass
os.set_blocking(w, True)
sys.exit(subprocess.run([sys.argv[1], "check", "-t", "0.2", "mem.avail.low"], stdout=w, timeout=5).returncode)
' "$MEMLENS"
	exits 3
}

@test "check: npd has its own exit statuses and a short message" {
	machine 140000
	check --format npd mem.avail.low --limit mem.avail.low.warn=20%
	exits 1
	[ "$(head -n 1 <<<"$out" | tr -d '\n' | wc -c)" -le 80 ]
	check --format npd mem.avail.low --limit mem.avail.low.warn=20% --npd-warn ok
	exits 0
	machine 40000
	check --format npd mem.avail.low
	exits 1
	check --format npd mem.avail.low -q
	exits 1
	check --format npd no.such
	exits 2
	machine 500000
	check --format npd mem.avail.low
	exits 0
}

@test "check: JSON and JUnit" {
	machine 40000
	check --format json
	exits 2
	json .status CRITICAL
	json '.findings[0].rule' mem.avail.low
	json '.measures[] | select(.rule == "mem.avail.low") | .value' 0.04
	json '.rules[] | select(.rule == "psi.mem.full") | .outcome' skipped
	check --format junit
	exits 2
	prints 'failures="1"'
	python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$BATS_TEST_TMPDIR/out"
}

# ---- state ----

@test "check: rates are between the runs, and nobody waits" {
	machine 500000 1000 0
	check --state "$BATS_TEST_TMPDIR/s" psi.mem.full
	exits 3
	machine 500000 1060 30000000
	check --state "$BATS_TEST_TMPDIR/s" psi.mem.full -v
	exits 2
	is_plugin CRITICAL
	prints "'psi.mem.full'=50%"
	prints 'rates are over 60.0 s'
	machine 500000 1120 30000000
	check --state "$BATS_TEST_TMPDIR/s" psi.mem.full
	exits 0
	equals "$(stat -c %a "$BATS_TEST_TMPDIR/s")" 600
	equals "$(find "$BATS_TEST_TMPDIR" -name '*partial*')" ''
}

@test "check: a state of another boot is ignored" {
	machine 500000 1000 0
	check --state "$BATS_TEST_TMPDIR/s" psi.mem.full
	machine 500000 1060 30000000
	echo 99999999-2222-3333-4444-555555555555 >"$root/proc/sys/kernel/random/boot_id"
	check --state "$BATS_TEST_TMPDIR/s" psi.mem.full
	exits 3
	prints 'is of another boot'
}

@test "check: a damaged state is ignored with one line, and replaced" {
	machine 500000 1000 0
	s=$BATS_TEST_TMPDIR/s
	check --state "$s" psi.mem.full
	cp "$s" "$s.good"
	size=$(stat -c %s "$s")
	for n in 0 1 15 17 40 $((size / 2)) $((size - 1)); do
		head -c "$n" "$s.good" >"$s"
		check --state "$s" mem.avail.low
		exits 0
		equals "$(grep -c 'state ignored: .* is damaged' <<<"$out")" 1
		is_plugin OK
		cmp -s <(head -c 15 "$s") <(echo -n 'memlens-state 1') || wrong 'not replaced'
	done
	printf 'memlens-state 1\n99999999999999999999 1\nx\n' >"$s"
	check --state "$s" mem.avail.low
	prints 'is damaged'
	printf 'memlens-state 1\n4194304 4194304\nx\n' >"$s"
	check --state "$s" mem.avail.low
	prints 'is damaged'
	truncate -s 1G "$s"
	check --state "$s" mem.avail.low
	exits 0
	prints 'is too long'
}

@test "check: a state that is a link, a FIFO or another's is neither read nor written" {
	machine 500000
	s=$BATS_TEST_TMPDIR/s
	echo precious >"$BATS_TEST_TMPDIR/precious"
	ln -s "$BATS_TEST_TMPDIR/precious" "$s"
	check --state "$s" mem.avail.low
	exits 0
	prints 'is a link'
	prints 'not written'
	equals "$(cat "$BATS_TEST_TMPDIR/precious")" precious
	[ -L "$s" ]
	rm "$s"
	mkfifo "$s"
	check --state "$s" mem.avail.low
	exits 0
	prints 'is no plain file'
	[ -p "$s" ]
	rm "$s"
	check --state "$s" mem.avail.low
	chmod 666 "$s"
	check --state "$s" mem.avail.low
	exits 0
	prints 'others could have written it'
	[ "$(id -u)" = 0 ] || skip 'not root: nobody cannot be another'
	chmod 600 "$s"
	chown 65534 "$s"
	check --state "$s" mem.avail.low
	exits 0
	prints 'others could have written it'
	prints 'not written'
	equals "$(stat -c %u "$s")" 65534
}

@test "check: a full disk leaves the old state, and the check answers" {
	[ "$(id -u)" = 0 ] || skip 'not root: no file system of our own'
	full=$BATS_TEST_TMPDIR/full
	mkdir "$full"
	mount -t tmpfs -o size=32k memlens-test "$full" 2>/dev/null || skip 'no mounts here'
	machine 500000 1000 0
	check --state "$full/s" psi.mem.full
	old=$(cksum <"$full/s")
	head -c 100k /dev/zero >"$full/filler" 2>/dev/null || :
	machine 500000 1060 30000000
	check --state "$full/s" psi.mem.full
	now=$(cksum <"$full/s") left=$(ls -A "$full")
	umount "$full"
	exits 2
	prints 'not written: No space left on device'
	equals "$now" "$old"
	equals "$left" $'filler\ns'
}

@test "check: --tolerate waits for N bad runs of M" {
	s=$BATS_TEST_TMPDIR/s
	for step in 40000:0 40000:2 500000:0 40000:2 500000:0 500000:0 40000:0; do
		machine "${step%:*}"
		check --state "$s" --tolerate 2/3 mem.avail.low
		[ "$status" = "${step#*:}" ] || wrong "at step $step"
	done
	is_plugin OK
	prints tolerated
	machine 40000
	check --state "$s" --tolerate 2/3 mem.avail.low
	exits 2
}

@test "check: the live machine answers, also nobody" {
	bin=$BATS_TEST_TMPDIR/bin
	mkdir "$bin" && cp "$MEMLENS" "$bin" && chmod 755 "$BATS_TEST_TMPDIR" "$bin"
	capture as_nobody "$bin/memlens" check --sample 100ms || :
	mapfile -t lines <<<"$out"
	is_plugin '[A-Z]+'
	[ "$status" -le 3 ]
}

# ---- configuration ----

@test "config: limits and what to ignore, for doctor and check" {
	machine 140000
	printf '# a comment\n[limits]\nmem.avail.low.warn = 20%%\r\n\n[ignore]\nmem.free.low\n' >"$BATS_TEST_TMPDIR/c"
	check --config "$BATS_TEST_TMPDIR/c" mem.avail.low
	exits 1
	ml doctor --root "$root" --config "$BATS_TEST_TMPDIR/c"
	prints 'warn  mem.avail.low'
	check --config "$BATS_TEST_TMPDIR/c" --limit mem.avail.low.warn=1% mem.avail.low
	exits 0
	mkdir -p "$BATS_TEST_TMPDIR/x/memlens"
	cp "$BATS_TEST_TMPDIR/c" "$BATS_TEST_TMPDIR/x/memlens/config"
	XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/x check mem.avail.low
	exits 1
	printf '[ignore]\nmem.avail.low:host\n' >"$BATS_TEST_TMPDIR/c"
	machine 40000
	check --config "$BATS_TEST_TMPDIR/c" mem.avail.low
	exits 0
}

@test "config: what is wrong is said with its line" {
	machine 500000
	while IFS='#' read -r text line; do
		printf '%b' "$text" >"$BATS_TEST_TMPDIR/c"
		check --config "$BATS_TEST_TMPDIR/c" mem.avail.low
		exits 3
		prints "/c:$line: "
		equals "${#lines[@]}" 1
		ml doctor --root "$root" --config "$BATS_TEST_TMPDIR/c"
		exits 2
		complains_in_one_line
	done <<-'TXT'
		mem.avail.low.warn = 1\n#1
		[limits]\nnonsense\n#2
		[limits]\n\nno.such = 1\n#3
		[limits]\nmem.avail.low.warn = x\n#2
		[other]\n#1
		[ignore]\nno.such.rule\n#2
		[limits]\n\033[31m = 1|\n#2
	TXT
	check --config "$BATS_TEST_TMPDIR/none" mem.avail.low
	exits 3
	head -c 2M /dev/zero >"$BATS_TEST_TMPDIR/c"
	check --config "$BATS_TEST_TMPDIR/c" mem.avail.low
	exits 3
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	check --config "$BATS_TEST_TMPDIR/fifo" mem.avail.low
	exits 3
}
