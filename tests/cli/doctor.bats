#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What doctor tells, of the running machine and of copies.
# shellcheck disable=SC2154 # ml sets status, out, err and lines

load reports

# A small machine of two samples, a minute apart, with so much available of 1,000,000 kB.
machine() { # AVAILABLE
	root=$BATS_TEST_TMPDIR/machine
	rm -rf "$root"
	mkdir -p "$root/proc" "$root/second-sample/proc"
	echo '1000.00 1000.00' >"$root/proc/uptime"
	echo '1060.00 1060.00' >"$root/second-sample/proc/uptime"
	echo 'btime 1700000000' | tee "$root/proc/stat" >"$root/second-sample/proc/stat"
	printf 'MemTotal: 1000000 kB\nMemFree: 300000 kB\nMemAvailable: %s kB\n' "$1" |
		tee "$root/proc/meminfo" >"$root/second-sample/proc/meminfo"
}

@test "doctor: a machine that is well is told so in one line" {
	machine 800000
	ml doctor --root "$root"
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 1 ]
	[[ $out == '(nothing is wrong: '*' could not be judged'* ]]
}

@test "doctor: a finding has evidence, reasons, a remedy, its risk and a command" {
	machine 40000
	ml doctor --root "$root"
	[ "$status" = 0 ]
	[[ ${lines[0]} == 'crit  mem.avail.low  host  confidence high' ]]
	for word in 'only 39.1 MiB (4 %) of 977 MiB' 'evidence ' 'limit 5 %' 'why ' 'is not ' 'do ' 'risk ' \
		'next .*memlens where'; do
		grep -q -- "$word" <<<"$out"
	done
}

@test "doctor: the latest of two samples counts, and rates lie between them" {
	machine 800000
	printf 'MemTotal: 1000000 kB\nMemAvailable: 40000 kB\n' >"$root/second-sample/proc/meminfo"
	mkdir -p "$root/proc/pressure" "$root/second-sample/proc/pressure"
	for share in 0 30; do
		printf 'some avg10=0.00 avg60=0.00 avg300=0.00 total=%s\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=%s\n' \
			"${share}000000" "${share}000000" >"$BATS_TEST_TMPDIR/$share"
	done
	cp "$BATS_TEST_TMPDIR/0" "$root/proc/pressure/memory"
	cp "$BATS_TEST_TMPDIR/30" "$root/second-sample/proc/pressure/memory"
	ml doctor --root "$root" -rn -o severity,rule --table findings
	grep -qx 'crit mem.avail.low' <<<"$out"
	grep -qx 'crit psi.mem.full' <<<"$out"
}

@test "doctor: an archive with two samples is judged by both" {
	[ -x "${MEMLENS%/*}/memlens-store" ] || skip 'memlens-store is not built: libarchive is missing'
	machine 40000
	tar -C "$BATS_TEST_TMPDIR" -cf "$BATS_TEST_TMPDIR/machine.tar" machine
	ml doctor --root "$BATS_TEST_TMPDIR/machine.tar" -J
	python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["before"]["seconds"] == 60, d["before"]
assert any(f["rule"] == "mem.avail.low" for f in d["findings"])' <<<"$out"
}

@test "doctor: JSON has objects, evidence in base units, and what was skipped" {
	machine 40000
	ml doctor --root "$root" -J
	python3 -c '
import json, sys
d = json.load(sys.stdin)
f = [f for f in d["findings"] if f["rule"] == "mem.avail.low"][0]
assert f["severity"] == "crit" and f["object"]["kind"] == "host" and f["object"]["pid"] is None, f
e = f["evidence"][0]
assert abs(e["value"] - 0.04) < 1e-9 and e["unit"] == "ratio" and e["limit"] == 0.05, e
for key in "message confidence why isnt remedy risk next".split():
	assert f[key], key
s = [s for s in d["skipped"] if s["rule"] == "psi.mem.full"]
assert s and "No such file" in s[0]["reason"], d["skipped"]' <<<"$out"
}

@test "doctor: a limit can be set, and what is no limit is refused" {
	machine 400000
	ml doctor --root "$root" --limit mem.avail.low.warn=50%
	[[ $out == 'warn  mem.avail.low'* ]]
	for bad in mem.avail.low.warn mem.avail.low.warn=much no.such.limit=1; do
		ml doctor --root "$root" --limit "$bad"
		[ "$status" = 2 ]
		[[ $err == "memlens: limit \""* ]]
		[ "$(wc -l <<<"$err")" = 1 ]
	done
}

@test "doctor: what is ignored is shown as ignored" {
	machine 40000
	ml doctor --root "$root" --ignore mem.avail.low:host
	grep -q '^(nothing is wrong' <<<"$out"
	grep -q '^Ignored:' <<<"$out"
	grep -q '^crit.*mem.avail.low.*--ignore' <<<"$out"
	ml doctor --root "$root" --ignore mem.avail.low:node1
	[[ $out == 'crit  mem.avail.low'* ]]
}

@test "doctor: -v tells what was looked at and what could not be judged" {
	machine 800000
	ml doctor --root "$root" -v
	grep -qE '^mem.avail.low +ok ' <<<"$out"
	grep -q '^Could not be judged:' <<<"$out"
	grep -qE '^psi.mem.full +/proc/pressure/memory: No such file' <<<"$out"
}

@test "doctor: one sample judges levels and skips rates" {
	ml doctor --samples 1 -rn --table skipped -o rule,reason
	[ "$status" = 0 ]
	grep -qE '^psi.mem.full .*two' <<<"$out"
}

@test "doctor: names of processes cannot write to the terminal" {
	machine 800000
	mkdir -p "$root/sys/fs/cgroup" "$root/proc/66"
	printf 'x\033[2Jy\n' >"$root/proc/66/comm"
	printf 'Name:\tx\033[2Jy\nState:\tS (sleeping)\nPid:\t66\nVmSize:\t900000 kB\nVmLck:\t800000 kB\nVmRSS:\t900000 kB\nRssAnon:\t900000 kB\n' >"$root/proc/66/status"
	echo "66 (x$(printf '\033')[2Jy) S 1 66 66 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 921600000 225000 18446744073709551615" >"$root/proc/66/stat"
	echo '225000 225000 10 1 0 224990 0' >"$root/proc/66/statm"
	echo -1000 >"$root/proc/66/oom_score_adj"
	for format in '' -v -J --csv; do
		# shellcheck disable=SC2086 # none, or one word
		ml doctor --root "$root" $format
		[[ $out != *$'\033'* ]]
	done
}

@test "doctor: everybody may ask" {
	needs_root
	ml_nobody doctor --sample 0.2s
	[ "$status" = 0 ]
}
