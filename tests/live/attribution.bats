#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens where --attribute names who holds what no counter has.
# beside others: queues of processes of its own
# shellcheck disable=SC2016,SC2154,SC2317 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports

setup() {
	needs python3 jq
}

teardown() {
	if [ "${holder-}" ]; then
		kill "$holder" 2>/dev/null || true
		wait "$holder" 2>/dev/null || true
	fi
}

# Starts a program that fills queues, prints the bytes it put in, and waits.
hold() { # PROGRAM
	python3 -c "$1" >"$BATS_TEST_TMPDIR/held" &
	holder=$!
	for _ in {1..100}; do
		[ ! -s "$BATS_TEST_TMPDIR/held" ] || break
		sleep 0.1
	done
	held=$(cat "$BATS_TEST_TMPDIR/held")
	[ "$held" -gt 0 ]
}

row() { # KIND COLUMN
	jq -r --arg kind "$1" --argjson pid "$holder" --arg c "$2" \
		'.attribution[] | select(.kind == $kind and .pid == $pid) | .[$c]' "$BATS_TEST_TMPDIR/out"
}

@test "a process with full pipes" {
	hold 'import fcntl, os, time
total, keep = 0, []
for i in range(8):
    r, w = os.pipe()
    try: fcntl.fcntl(w, 1031, 1 << 20)
    except OSError: pass
    os.set_blocking(w, False)
    keep += [r, w]
    try:
        while True: total += os.write(w, b"x" * 65536)
    except BlockingIOError: pass
print(total, flush=True)
time.sleep(60)'
	ml where --attribute -J
	exits 0
	bytes=$(row pipe bytes)
	echo "held $held, attributed $bytes"
	equals "$(row pipe count)" 8
	equals "$(row pipe how)" estimated
	equals "$(row pipe comm)" "$(cat "/proc/$holder/comm")"
	[ "$bytes" -ge "$held" ]
	[ "$bytes" -le $((held + 8 * $(getconf PAGESIZE))) ]
	# the tree has it too
	json '(.where[] | select(.key == "pipes").bytes) as $p | ([.attribution[] | select(.kind == "pipe").bytes] | add) == $p'
}

@test "a process with full UNIX sockets" {
	hold 'import socket, time
total, keep = 0, []
for i in range(16):
    a, b = socket.socketpair()
    a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    a.setblocking(False)
    keep += [a, b]
    try:
        while True: total += a.send(b"x" * 32768)
    except BlockingIOError: pass
print(total, flush=True)
time.sleep(60)'
	ml where --attribute -J
	exits 0
	bytes=$(row unix bytes)
	echo "held $held, attributed $bytes"
	[ "$bytes" -ge "$held" ]
	[ "$bytes" -le $((held * 3)) ]
	equals "$(row unix how)" estimated
}

@test "a process with unread TCP data" {
	hold 'import socket, time
total, keep = 0, []
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(8)
for i in range(4):
    a = socket.socket(); a.connect(s.getsockname())
    b, _ = s.accept()
    a.setblocking(False)
    keep += [a, b]
    for _ in range(20):
        try:
            while True: total += a.send(b"x" * 65536)
        except BlockingIOError: time.sleep(0.02)
print(total, flush=True)
time.sleep(60)'
	ml where --attribute -J
	exits 0
	bytes=$(row tcp bytes)
	echo "held $held, attributed $bytes"
	[ "$bytes" -ge $((held / 2)) ]
	[ "$bytes" -le $((held * 4)) ]
	equals "$(row tcp how)" measured
}

@test "as nobody the others' queues are counted as refused" {
	needs_root
	ml_nobody where --attribute -J
	exits 0
	json '.sources[] | select(.path == "/proc/*/fd") | .status == "denied" and .capability == "CAP_SYS_PTRACE"'
	complains "/proc/*/fd (needs CAP_SYS_PTRACE)"
}
