#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# oom: logs of many kernels and in all forms. Beside each tests/oom/NAME.txt stands in NAME.want
# what somebody who read it expects; MEMLENS_CORPUS is a folder of other logs with theirs.

load helper
bats_require_minimum_version 1.5.0

logs=$BATS_TEST_DIRNAME/../oom
columns=number,kind,scope,cause,victim,pid,killed,group,holder,innocent,helped,complete,asker,order

events() { # FILE
	"$MEMLENS" oom --table events --csv -o "$columns" "$1"
}

# The same log as others keep it; a dmesg of no callers goes in.
as_plain() { sed 's/^\[ *[0-9.]*\] //'; }
as_syslog() { sed 's/^/Nov 23 10:14:00 host kernel: /'; }
as_iso() { sed 's/^/2026-11-23T10:14:00.123456+00:00 host kernel: /'; }
as_journal() { sed 's/^\[ *[0-9.]*\] /Nov 23 10:14:00 host kernel: /'; }
as_monotonic() { sed 's/^\(\[ *[0-9.]*\]\) /\1 host kernel: /'; }
as_ctime() { sed 's/^\[ *[0-9.]*\] /[Mon Nov 23 10:14:00 2026] /'; }
as_callers() { sed 's/^\(\[ *[0-9.]*\]\) /\1 [   T79] /'; }
as_raw() { sed 's/^/<6>/'; }
as_crlf() { sed 's/$/\r/'; }
as_kmsg() { python3 -c '
import re, sys
for n, line in enumerate(sys.stdin):
    at, text = re.match(r"\[ *([0-9.]+)\] (.*)", line).groups()
    print(f"4,{n},{int(float(at) * 1000000)},-,caller=T79;" + text.replace("\t", "\\x09"))
    print(" SUBSYSTEM=memory")
'; }
as_export() { python3 -c '
import re, sys
for n, line in enumerate(sys.stdin):
    at, text = re.match(r"\[ *([0-9.]+)\] (.*)", line).groups()
    out = sys.stdout.buffer
    out.write(b"__CURSOR=%d\n__REALTIME_TIMESTAMP=1795429380000000\n_TRANSPORT=kernel\n" % n)
    out.write(b"SYSLOG_FACILITY=0\nSYSLOG_IDENTIFIER=kernel\n")
    out.write(b"_SOURCE_MONOTONIC_TIMESTAMP=%d\n" % int(float(at) * 1000000))
    text = text.encode()
    if n % 2:
        out.write(b"MESSAGE=" + text + b"\n\n")
    else:
        out.write(b"MESSAGE\n" + len(text).to_bytes(8, "little") + text + b"\n\n")
'; }
as_json() { python3 -c '
import json, re, sys
for n, line in enumerate(sys.stdin):
    at, text = re.match(r"\[ *([0-9.]+)\] (.*)", line).groups()
    message = list(text.encode()) if n % 5 == 0 else text
    print(json.dumps({"__CURSOR": "x", "MESSAGE": message, "_TRANSPORT": "kernel",
        "SYSLOG_FACILITY": "0", "_SOURCE_MONOTONIC_TIMESTAMP": str(int(float(at) * 1000000)),
        "__REALTIME_TIMESTAMP": "1795429380000000", "nested": None, "n": 12}))
'; }

@test "oom: each log means what its reader expects" {
	for log in "$logs"/*.txt; do
		events "$log" >"$BATS_TEST_TMPDIR/got"
		diff -u "${log%.txt}.want" "$BATS_TEST_TMPDIR/got"
	done
}

@test "oom: each log of a corpus means what its reader expects" {
	[ -d "${MEMLENS_CORPUS-}" ] || skip "MEMLENS_CORPUS names no folder of logs"
	while read -r name want; do # \x20 is a blank
		[ "$name" != "#" ] || continue
		echo "$name"
		got=$("$MEMLENS" oom --table events -n -r -o \
			kind,scope,cause,victim,pid,holder,complete "$MEMLENS_CORPUS/$name")
		[ "$got" = "$want" ]
	done <"$logs/corpus.want"
}

@test "oom: a log is the same in all forms" {
	for log in 6.1-global 6.1-group 6.18-v1; do
		for form in plain syslog iso journal monotonic ctime callers raw crlf kmsg export \
			json; do
			echo "$log $form"
			"as_$form" <"$logs/$log.txt" >"$BATS_TEST_TMPDIR/log"
			events "$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/got"
			diff -u "$logs/$log.want" "$BATS_TEST_TMPDIR/got"
		done
	done
}

@test "oom: times are those of the log" {
	at() { "$MEMLENS" oom --table events -n -r -o time,boot -; }
	[ "$(at <"$logs/6.1-global.txt")" = "- 47.219" ]
	[ "$(as_iso <"$logs/6.1-global.txt" | at)" = "1795428840.123 47.219" ]
	[ "$(as_ctime <"$logs/6.1-global.txt" | at)" = "1795428840 -" ]
	[ "$(as_export <"$logs/6.1-global.txt" | at)" = "1795429380 47.219" ]
	[ "$(sed 's/^/2026-11-23T12:14:00+0200 host kernel: /' "$logs/6.1-global.txt" | at)" = \
		"1795428840 47.219" ]
}

@test "oom: standard input, and what is no log" {
	"$MEMLENS" oom - <"$logs/6.1-global.txt" | grep -q 'init (pid 79) was killed'
	run -3 "$MEMLENS" oom /nonexistent
	[ "${#lines[@]}" = 1 ] || [ "${lines[1]}" = "(no rows)" ]
	[[ ${lines[0]} == *"/nonexistent: No such file or directory"* ]]
	run -3 "$MEMLENS" oom /tmp
	[[ ${lines[0]} == *"/tmp: Is a directory"* ]]
	gzip -c "$logs/6.1-global.txt" >"$BATS_TEST_TMPDIR/log.gz"
	run -3 "$MEMLENS" oom "$BATS_TEST_TMPDIR/log.gz"
	[[ ${lines[0]} == *"log.gz (gzip): "*"needs text"* ]]
	printf 'x\0y\n%s\n' 'a line' >"$BATS_TEST_TMPDIR/binary"
	run -3 "$MEMLENS" oom "$BATS_TEST_TMPDIR/binary"
	[[ ${lines[0]} == *"binary: malformed"* ]]
	head -c 1000000 "$MEMLENS" >"$BATS_TEST_TMPDIR/binary"
	run -3 "$MEMLENS" oom "$BATS_TEST_TMPDIR/binary"
	[[ ${lines[0]} == *"binary (a program): "* ]]
	run -0 "$MEMLENS" oom /dev/null
	[[ $output == *"no kill"* ]]
	run -0 "$MEMLENS" oom "$0"
	[[ $output == *"no kill"* ]]
}

@test "oom: no escape of a name reaches a terminal" {
	printf '[    1.0] \e]0;x\ainvoked oom-killer: \n' >"$BATS_TEST_TMPDIR/log"
	printf '[    1.0] \e[31mred invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, x\n' \
		>>"$BATS_TEST_TMPDIR/log"
	printf '[    1.1] Out of memory: Killed process 12 (\e[31m\xff) total-vm:8kB, anon-rss:4kB\n' \
		>>"$BATS_TEST_TMPDIR/log"
	for args in "" -J --csv -r -P; do
		# shellcheck disable=SC2086 # options are words
		"$MEMLENS" oom --all $args "$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/out"
		[ "$(LC_ALL=C grep -c $'\e' "$BATS_TEST_TMPDIR/out")" = 0 ]
		grep -q '31m' "$BATS_TEST_TMPDIR/out"
	done
	"$MEMLENS" oom -J "$BATS_TEST_TMPDIR/log" | python3 -m json.tool >/dev/null
}

@test "oom: users' words are not the kernel's" {
	run -0 "$MEMLENS" oom - <<-'END'
	12,1,100,-;Out of memory: Killed process 1 (init) total-vm:8kB, anon-rss:4kB, file-rss:0kB
	12,2,101,-;x\x0aOut of memory: Killed process 1 (init) total-vm:8kB, anon-rss:4kB
	END
	[[ $output == *"no kill"* ]]
	[[ $output == *"were not believed"* ]]
	run -0 "$MEMLENS" oom - <<-'END'
	__CURSOR=x
	_TRANSPORT=syslog
	SYSLOG_IDENTIFIER=kernel
	MESSAGE=Out of memory: Killed process 1 (init) total-vm:8kB, anon-rss:4kB, file-rss:0kB

	END
	[[ $output == *"no kill"* ]]
}

@test "oom: a long log takes no more memory than a short one" {
	[ "${BUILD-}" != asan ] || skip 'the sanitizer holds freed memory back'
	peak() { # FILE
		python3 - "$MEMLENS" "$1" <<-'END'
		import os, resource, subprocess, sys
		subprocess.run([sys.argv[1], "oom", sys.argv[2]], stdout=subprocess.DEVNULL, check=True)
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
		END
	}
	for _ in {1..400}; do cat "$logs/6.1-global.txt" "$logs/6.18-v1.txt"; done \
		>"$BATS_TEST_TMPDIR/some"
	for _ in {1..8}; do cat "$BATS_TEST_TMPDIR/some"; done >"$BATS_TEST_TMPDIR/many"
	some=$(peak "$BATS_TEST_TMPDIR/some") many=$(peak "$BATS_TEST_TMPDIR/many")
	echo "$some KiB, $many KiB"
	[ "$many" -lt $((some + 1024)) ]
	[ "$many" -lt 24000 ]
	"$MEMLENS" oom "$BATS_TEST_TMPDIR/some" | grep -q 'newest 256 events are held, 544 older'
	"$MEMLENS" oom --table total -r -n -o kills,victims "$BATS_TEST_TMPDIR/some" |
		grep -qx '800 800'
}

@test "oom: a line of 64 MiB is cut" {
	{
		head -c 67108864 /dev/zero | tr '\0' x
		cat "$logs/6.1-global.txt"
		echo
		cat "$logs/6.1-global.txt"
	} >"$BATS_TEST_TMPDIR/long"
	timeout 20 "$MEMLENS" oom "$BATS_TEST_TMPDIR/long" | grep -q 'init (pid 79) was killed'
}

@test "oom: the last three unless all are wanted" {
	for _ in {1..5}; do cat "$logs/6.1-global.txt"; done >"$BATS_TEST_TMPDIR/five"
	[ "$("$MEMLENS" oom "$BATS_TEST_TMPDIR/five" | grep -c 'was killed')" = 3 ]
	[ "$("$MEMLENS" oom --all "$BATS_TEST_TMPDIR/five" | grep -c 'was killed')" = 5 ]
	[ "$("$MEMLENS" oom --top 1 "$BATS_TEST_TMPDIR/five" | grep -c 'was killed')" = 1 ]
	[ "$("$MEMLENS" oom --top 1 --table events -r -n -o number "$BATS_TEST_TMPDIR/five")" = 5 ]
	[ "$("$MEMLENS" oom --top 1 --sort number --table events -r -n -o number \
		"$BATS_TEST_TMPDIR/five")" = 5 ]
	[ "$("$MEMLENS" oom --top 1 --sort number:asc --table events -r -n -o number \
		"$BATS_TEST_TMPDIR/five")" = 1 ]
}

@test "oom: processes of a report on request" {
	run -0 "$MEMLENS" oom --tasks "$logs/6.8-innocent.txt"
	[[ $output == *"1500 "*"postgres"* ]]
	[ "$("$MEMLENS" oom --table tasks -r -n -o pid --filter 'killed == yes' \
		"$logs/6.8-innocent.txt")" = 3000 ]
}

@test "oom: whom the kernel would kill now" {
	run -0 "$MEMLENS" oom --next
	[[ $output == *"host "* ]]
	ml oom --next -J
	exits 0
	python3 -c '
import json, sys
rows = json.load(open(sys.argv[1]))["next"]
assert rows[0]["where"] == "host" and rows[0]["score"] >= 0 and rows[0]["pid"] > 1
' "$BATS_TEST_TMPDIR/out"
	ml oom --next -r -n --table next -o pid,adj,score --root "$SYSROOTS/6.12-amd64"
	prints '244 500 '
}
