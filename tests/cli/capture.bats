#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A capture is the machine: every report of it is what the machine's is, as a directory and as an
# archive; what was refused stays refused; what is unfinished leaves nothing behind.
# long: every report of every machine
# shellcheck disable=SC2154 # status, out, err and lines are set by ml

load reports

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

needs_store() {
	[ -x "$(dirname "$MEMLENS")/memlens-store" ] || skip 'memlens-store is not built (libarchive)'
}

# Names of the commands that print a report of a machine as they are.
reports_of() {
	"$MEMLENS" help --reports
}

# What a report prints, and how it ends; not how long it took.
print_of() { # ROOT WORD...
	local root=$1
	shift
	"$MEMLENS" "$@" --root "$root" 2>&1 | sed -E 's/"seconds":[0-9.e-]+/"seconds":0/'
	echo "exit ${PIPESTATUS[0]}"
}

differs() { # A B WORD...
	local a b
	a=$(print_of "$1" "${@:3}")
	b=$(print_of "$2" "${@:3}")
	[ "$a" != "$b" ] || return 1
	echo "memlens ${*:3}: $1 and $2 differ"
	diff <(echo "$a") <(echo "$b") | head -20
}

# same A B [PID...]: every report, as text and as JSON, prints the same of two roots, and ends
# alike; and so do those of some processes.
formats=(--noheadings -J)
same() {
	local command format pid
	for format in "${formats[@]}"; do
		for command in '' $(reports_of); do
			[ "$command" = doctor ] && continue # a fixture has two samples, its copy one
			differs "$1" "$2" ${command:+"$command"} "$format" && return 1
		done
		differs "$1" "$2" doctor --samples 1 "$format" && return 1
		differs "$1" "$2" ps --by unit "$format" && return 1
		for pid in "${@:3}"; do
			differs "$1" "$2" map "$pid" "$format" && return 1
		done
	done
	return 0
}

# Processes that a copied machine has.
pids_of() { # DIR
	find "$1/proc" -maxdepth 1 -name '[0-9]*' -printf '%f\n' | sort -n | tail -n 3
}

# Nothing there but what is named.
only() { # NAME...
	equals "$(find . -mindepth 1 -maxdepth 1 ! -name out ! -name err -printf '%f\n' | sort)" \
		"$(printf '%s\n' "$@" | sort | sed '/^$/d')"
}

@test "capture: a directory of a copied machine gives the same reports" {
	for host in "$SYSROOTS"/*/; do
		host=$(basename "$host")
		ml capture --root "$SYSROOTS/$host" "$host"
		exits 0
		mapfile -t pids < <(pids_of "$SYSROOTS/$host")
		same "$SYSROOTS/$host" "$host" "${pids[@]}"
		formats=(-J) # text is made of the same: one machine will do
	done
}

@test "capture: an archive of a copied machine gives the same reports" {
	needs_store
	for host in 5.10-686 6.1-arm64 6.12-ppc64el-64k 7.2-amd64; do
		for suffix in tar tar.zst tar.gz tar.xz; do
			ml capture --root "$SYSROOTS/$host" "$host.$suffix"
			exits 0
		done
		mapfile -t pids < <(pids_of "$SYSROOTS/$host")
		same "$SYSROOTS/$host" "$host.tar.zst" "${pids[@]}"
		formats=(-J)
		for suffix in tar tar.gz tar.xz; do
			ml where -J --root "$host.$suffix"
			equals "$out" "$("$MEMLENS" where -J --root "$SYSROOTS/$host")"
		done
	done
}

@test "capture: of a capture it is the same again" {
	needs_store
	ml capture --root "$SYSROOTS/6.12-amd64" one.tar.zst
	ml capture --root one.tar.zst two
	exits 0
	same one.tar.zst two
	diff <(sed 's/ [0-9]* \// \//' two/MANIFEST) \
		<(tar --zstd -xOf one.tar.zst one/MANIFEST | sed 's/ [0-9]* \// \//')
}

@test "capture: this machine, and every report of it works" {
	needs_store
	ml capture live
	exits 0
	matches '^live: [0-9]+ files, .*, [0-9]+ processes, [0-9]+ refused, '
	ml capture live.tar.zst
	exits 0
	for root in live live.tar.zst; do
		for command in '' $(reports_of); do
			[ "$command" = psi ] && [ ! -r /proc/pressure/memory ] && continue
			[ "$command" = cache ] && continue # of a running machine only
			[ "$command" = numa ] && [ ! -d /sys/devices/system/node ] && continue
			[ -n "$command" ] && [ "$(id -u)" -ne 0 ] && continue
			ml ${command:+"$command"} --root "$root"
			exits 0
		done
	done
	only live live.tar.zst
}

@test "capture: processes of this machine are those of the capture, in each form of it" {
	needs jq
	needs_store
	sleep 60 &
	child=$!
	ml capture live
	ml capture --root live live.tar.zst
	ml capture --root live copy
	# of each mapping what does not depend on who else has the pages
	mappings='[.mappings[] | [.start, .["end"], .perms, .inode, .name, .size, .rss, .anon, .swap]]'
	ml map $child -J
	jq -S "$mappings" <"$BATS_TEST_TMPDIR/out" >here
	for root in live live.tar.zst copy; do
		ml map $child -J --root "$root"
		exits 0
		jq -S "$mappings" <"$BATS_TEST_TMPDIR/out" | diff here -
	done
	ml ps $child -J
	jq -S '.processes[0] | [.pid, .start, .ppid, .user, .comm, .cmdline, .vss, .rss, .exe]' \
		<"$BATS_TEST_TMPDIR/out" >here
	ml ps $child -J --root live.tar.zst
	jq -S '.processes[0] | [.pid, .start, .ppid, .user, .comm, .cmdline, .vss, .rss, .exe]' \
		<"$BATS_TEST_TMPDIR/out" | diff here -
	kill $child
	same live live.tar.zst $child $$
	formats=(-J)
	same live copy $child $$
	grep -qE '^0 /' "live/proc/$child/fd.txt" || grep -qE '^0 (pipe|socket):' "live/proc/$child/fd.txt"
	cmp <(readlink /proc/$$/exe | tr -d '\n') live/proc/$$/exe
}

@test "capture: every file of a process that ps and map open is taken" {
	needs strace
	strace -o /dev/null true 2>/dev/null || skip 'strace is not permitted here'
	ml capture live
	for words in ps 'ps -J' "map $$" "map $$ -J --output-all"; do
		# shellcheck disable=SC2086 # words
		# A leak cannot be looked for while another traces.
		ASAN_OPTIONS=detect_leaks=0 timeout 60 strace -y -e trace=openat -o trace "$MEMLENS" $words >/dev/null 2>&1
		grep -oE '</proc(/[0-9]+)?>, "[^"]*"' trace
	done | sed -E 's/.*"([0-9]+\/)?([^"]*)"/\2/' | grep -vE '^[0-9]*$' | sort -u >opened
	[ -s opened ]
	sed '1,/^$/d' live/MANIFEST | cut -d ' ' -f 5 | sed -nE 's,^/proc/[0-9]+/,,p' | sort -u >held
	empty=$(comm -23 opened held)
	equals "$empty" ''
}

@test "capture: values are those of the machine, and the manifest tells what cannot be inferred" {
	needs jq
	ml capture live
	total=$(($(awk '/^MemTotal/ { print $2 }' /proc/meminfo) * 1024))
	ml free -J --root live
	json '.free[0].total' "$total"
	json .host "$(uname -n)"
	json .kernel "$(uname -r)"
	json .page_size "$(getconf PAGESIZE)"
	json '.time | fromdateiso8601? // (sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601) | (now - .) < 100'
	equals "$(head -1 live/MANIFEST)" 'memlens-capture 1'
	equals "$(stat -c %a live)" 700
	equals "$(grep -c environ live/MANIFEST)" 0
	[ -s live/proc/self/mountinfo ]
	[ -s live/proc/1/status ]
	[ ! -L live/proc/1/exe ]
}

@test "capture: page size comes from the manifest where the files do not tell" {
	needs jq
	ml capture --root "$SYSROOTS/6.1-ppc64el" --page-size 65536 copy
	exits 0
	rm copy/proc/vmstat
	ml frag -J --root copy
	json .page_size 65536
	sed -i '/^page_size/d' copy/MANIFEST
	ml frag -J --root copy
	json .page_size null
}

@test "capture: every file that the commands open is in the manifest" {
	needs strace
	strace -o /dev/null true 2>/dev/null || skip 'strace is not permitted here'
	ml capture live
	exits 0
	for command in '' $(reports_of); do
		timeout 60 strace -f -e trace=open,openat -o "trace-$command" \
			"$MEMLENS" ${command:+"$command"} >/dev/null 2>&1 || true
	done
	cat trace-* | grep -oE '"/(proc|sys)/[^"]*"' | tr -d '"' | grep -vE '^/proc/(self/(fd|exe|maps|cmdline|environ)|[0-9]+)(/|$)' |
		grep -vE '^/sys/fs/cgroup/|^/sys/devices/system/memory/memory[0-9]+/' | sort -u >opened
	[ -s opened ]
	sed '1,/^$/d' live/MANIFEST | cut -d ' ' -f 5 | sort -u >held
	# memory blocks are held as a list: blocks.txt
	# a folder is held with the files in it, and of one that was listed all that it had
	while read -r path; do
		grep -qxF -e "$path" -e "${path%/*}" held || grep -qF -- "${path%/}/" held || echo "$path"
	done <opened >missing
	[ ! -s missing ] || wrong "not captured: $(cat missing)"
}

@test "capture: a process that ends meanwhile is no failure" {
	(for _ in $(seq 300); do sleep 0.01 & done; wait) &
	crowd=$!
	ml capture live
	exits 0
	wait "$crowd"
	ml free --root live
	exits 0
}

@test "capture: without privileges it takes what it can, and what was refused is refused again" {
	needs_root
	needs jq
	chmod 755 "$BATS_FILE_TMPDIR" "$BATS_SUITE_TMPDIR" "$BATS_RUN_TMPDIR"
	mkdir -m 777 open
	cd open
	as_nobody test -w . || skip 'nobody cannot reach the temporary folder'
	ml_nobody capture live
	exits 0
	complains 'files were refused'
	equals "$(grep -c . <<<"$err")" 1
	if ! as_nobody cat /proc/slabinfo >/dev/null 2>&1 && [ -e /proc/slabinfo ]; then
		ml slab --root live
		exits 3
		complains '/proc/slabinfo: Permission denied (needs CAP_DAC_READ_SEARCH)'
		ml slab -J --root live
		json '.sources[] | select(.path == "/proc/slabinfo") | [.status, .errno] | join(" ")' 'denied 13'
	fi
	if [ -d /sys/kernel/debug/zswap ]; then # a folder that cannot be entered
		grep -q '^denied 13 .* /sys/kernel/debug' live/MANIFEST
	fi
}

@test "capture: a second sample is a root of its own" {
	needs jq
	needs_store
	ml capture --samples 3 --interval 100ms live
	exits 0
	for root in live live/second-sample live/sample-3; do
		ml -J --root "$root"
		exits 0
		jq -r .time <"$BATS_TEST_TMPDIR/out" >>when
	done
	equals "$(sort -u when | wc -l)" 3
	equals "$(sort when)" "$(cat when)"
	ml capture --samples 2 --interval 10ms live.tar
	exits 0
	tar tf live.tar | grep -q '^live/second-sample/MANIFEST$'
	ml --root live.tar
	exits 0
	ml capture --samples 2 --root live copy
	exits 2
	complains_in_one_line
	only live live.tar when
}

@test "capture: bad names and values are usage errors, and what is there already is left alone" {
	for words in '' 'a b' '--samples 0 a' '--samples x a' '--interval 0 a' '--interval 2x a' '-J a' '.' '/'; do
		# shellcheck disable=SC2086 # words
		ml capture $words
		exits 2
		complains_in_one_line
	done
	mkdir there
	touch there/file there.tar
	ln -s nowhere link
	for name in there there/ there.tar link; do
		[ "$name" = there.tar ] && [ ! -x "$(dirname "$MEMLENS")/memlens-store" ] && continue
		ml capture "$name"
		exits 1
		complains_in_one_line
		complains 'exists already'
	done
	ml capture no/such/folder
	exits 1
	complains_in_one_line
	ml capture --root nothing copy
	exits 3
	complains_in_one_line
	only there there.tar link
}

@test "capture: a full disk leaves nothing behind" {
	needs_root
	needs_store
	mkdir small
	mount -t tmpfs -o size=256k,nr_inodes=2000 tmpfs small 2>/dev/null || skip 'no mount here'
	for name in live live.tar; do
		ml capture "small/$name"
		exits 1
		complains 'No space left on device'
		complains_in_one_line
		equals "$(ls -A small)" ''
	done
	umount small
}

@test "capture: interrupted it leaves nothing behind and ends by the signal" {
	needs_store
	for name in live live.tar.zst; do
		for signal in TERM INT HUP; do
			# bash starts what is in the background with INT ignored
			python3 - "$MEMLENS" "$name" "$signal" <<-'END' || wrong "$name $signal"
				import os, signal, subprocess, sys, time
				number = getattr(signal, "SIG" + sys.argv[3])
				p = subprocess.Popen([sys.argv[1], "capture", "--samples", "2", "--interval", "20s", sys.argv[2]],
				    stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
				for _ in range(1000):
				    if any(".partial-" in n for n in os.listdir(".")):
				        break
				    time.sleep(0.005)
				else:
				    sys.exit("it never began")
				time.sleep(0.05)
				p.send_signal(number)
				message = p.communicate(timeout=10)[1].decode()
				if p.returncode != -number or "interrupted" not in message:
				    sys.exit("%s %s" % (p.returncode, message))
			END
			only
		done
	done
}

teardown() {
	[ -z "${child-}" ] || kill "$child" 2>/dev/null || true
	mountpoint -q "$BATS_TEST_TMPDIR/small" 2>/dev/null && umount "$BATS_TEST_TMPDIR/small"
	return 0
}
