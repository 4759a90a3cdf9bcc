#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A recording is the machine as it was: reports of it, times, bounds, bad and hostile files, a full
# disk, a second recorder.
# shellcheck disable=SC2154 # status, out and err are set by ml

load helper

setup() {
	[ -x "$(dirname "$MEMLENS")/memlens-store" ] || skip 'memlens-store is not built'
	cd "$BATS_TEST_TMPDIR" || return 1
	export TZ=UTC
}

record() { # SAMPLES [OPTION...]
	"$MEMLENS" record --dir rec --interval 50ms --samples "$1" "${@:2}"
}

file_of() {
	echo rec/*.memlens
}

@test 'what is recorded can be read as the machine' {
	record 3
	ml free --root rec --at now
	exits 0
	is_quiet
	prints 'Mem'
	ml ps --root rec --at now -J
	exits 0
	json '.processes | length > 3'
	json "[.processes[] | select(.pid == 1)] | length == 1"
	ml where --root rec --at now -J
	exits 0
	json '.sources[] | select(.path == "/proc/meminfo") | .status' ok
}

@test 'a file of a day stands for its last instant' {
	record 2
	ml free --root "$(file_of)"
	exits 0
	is_quiet
	prints 'Mem'
}

@test 'two moments are compared' {
	record 4 --interval 400ms
	ml diff --root rec --from -1s -J
	exits 0
	json '.host' "$(uname -n)"
	json '.before.seconds > 0'
	json '.sources[] | select(.path == "/proc/self/mountinfo") | .status' ok
	ml vmstat --root rec --from -1s
	exits 0
}

@test 'the folder and its files are private' {
	record 1
	equals "$(stat -c %a rec)" 700
	equals "$(stat -c %a "$(file_of)")" 600
}

@test 'the folder may be a link, its files may not' {
	mkdir -m 700 real
	ln -s real rec
	record 2
	ml free --root rec --at now
	exits 0
	name=$(basename "$(file_of)")
	mv "real/$name" elsewhere
	ln -s "$PWD/elsewhere" "real/$name"
	ml record --dir rec --samples 1
	exits 1
	complains 'not recorded'
}

@test 'times: what is none, and what lies before the first' {
	record 1
	for time in '' 25:00 3:10 2026-13-01 yesterday 03:10+2 -3x --; do
		ml free --root rec --at "$time"
		exits 2
		complains_in_one_line
	done
	ml free --root rec --at 2001-01-01
	exits 3
	complains_in_one_line
	complains 'nothing was recorded at that time or before'
	ml free --root rec --at now --from now
	exits 2
	ml free --root rec --to now
	exits 2
	complains '--to: needs --from'
}

@test 'a moment far from any sample is told' {
	record 1
	ml free --root rec --at 2100-01-01T00:00:00Z
	exits 0
	complains 'nothing was recorded just then'
}

@test 'list and status' {
	record 3
	ml record --list --dir rec
	exits 0
	prints '3 samples'
	ml record --status --dir rec
	exits 0
	prints 'samples  3'
	prints 'recorder not running'
	prints 'gaps     0'
	ml record --status --dir nowhere
	exits 3
	complains_in_one_line
}

@test 'a second recorder is refused, and the first goes on' {
	"$MEMLENS" record --dir rec --interval 100ms &
	first=$!
	for _ in $(seq 100); do
		[ -s rec/.lock ] || [ -n "$(ls rec/*.memlens 2>/dev/null)" ] && break
		sleep 0.05
	done
	ml record --dir rec --samples 1
	kill "$first"
	wait "$first" || wrong 'the first did not end well'
	exits 1
	complains_in_one_line
	complains 'another recorder writes here'
}

@test 'a folder that others could write to is refused' {
	mkdir -m 777 rec
	ml record --dir rec --samples 1
	exits 1
	complains_in_one_line
	complains 'others could write to it'
}

@test 'days that are too old go, and the oldest when all is too large' {
	record 1
	cp "$(file_of)" rec/2020-01-01.memlens
	record 1
	[ ! -e rec/2020-01-01.memlens ] || wrong 'an old day is still there'
	head -c 3000000 /dev/zero >rec/2020-01-02.memlens
	record 1 --keep 9000d --max-size 1M
	[ ! -e rec/2020-01-02.memlens ] || wrong 'more than was wanted is still there'
	[ -e "$(file_of)" ] || wrong 'today is gone'
}

@test 'another tool reads the views' {
	needs sqlite3
	record 3
	equals "$(sqlite3 "$(file_of)" 'SELECT count(*) FROM samples')" 3
	equals "$(sqlite3 "$(file_of)" "SELECT min <= max AND last > 0 FROM hours WHERE name = 'MemFree'" | sort -u)" 1
	equals "$(sqlite3 "$(file_of)" 'PRAGMA integrity_check')" ok
}

@test 'what is no recording of ours is refused' {
	needs sqlite3
	mkdir rec
	sqlite3 rec/2026-01-01.memlens 'CREATE TABLE frame(a)'
	ml free --root rec --at now
	exits 3
	complains_in_one_line
	complains 'no recording of memlens'
	echo text >rec/2026-01-01.memlens
	ml free --root rec --at now
	exits 3
	complains_in_one_line
	: >rec/2026-01-01.memlens
	ml free --root rec --at now
	exits 3
	complains_in_one_line
}

@test 'a table of another making is refused' {
	needs sqlite3
	record 1
	sqlite3 "$(file_of)" "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql =
		'CREATE TABLE frame(id INTEGER PRIMARY KEY, wall_ms, boot, key, mark, data)' WHERE name = 'frame'"
	ml free --root rec --at now
	exits 3
	complains_in_one_line
	complains 'its table frame is none of ours'
}

@test 'frames that are damaged are passed over, and bombs refused' {
	needs sqlite3
	record 5
	sqlite3 "$(file_of)" "UPDATE frame SET data = x'00' WHERE id = 5;
		UPDATE frame SET data = 'MLF1' || x'ffffffff' || randomblob(100) WHERE id = 4"
	ml free --root rec --at now
	exits 0
	prints Mem
	ml free --root rec --at -0s
	exits 0
	complains '2 damaged samples were passed over'
	sqlite3 "$(file_of)" "UPDATE frame SET data = x'00' WHERE id = 1"
	ml free --root rec --at now
	exits 3
	complains_in_one_line
	complains 'damaged'
}

@test 'damage anywhere and every cut ends in a message or an answer' {
	needs python3
	record 3
	python3 - "$(file_of)" "$MEMLENS" <<'PY'
import os, random, subprocess, sys
path, memlens = sys.argv[1:]
data = open(path, 'rb').read()
random.seed(1)
os.mkdir('bad')
for i in range(60):
    if i % 2:
        bad = data[:random.randrange(len(data))]
    else:
        bad = bytearray(data)
        for _ in range(1 + i):
            bad[random.randrange(len(bad) if i % 4 else 4096)] = random.randrange(256)
    open('bad/2026-01-01.memlens', 'wb').write(bad)
    r = subprocess.run([memlens, 'free', '--root', 'bad', '--at', 'now'], capture_output=True, timeout=30)
    err = r.stderr.decode()
    if r.returncode not in (0, 3) or (r.returncode and err.count('\n') != 1):
        sys.exit(f'{i}: exit {r.returncode}: {err}')
PY
}

@test 'a full disk ends nothing: it goes on, and records again' {
	[ "$(id -u)" -eq 0 ] || skip 'needs root to mount a small tmpfs'
	needs unshare
	# shellcheck disable=SC2016 # the inner shell expands it
	capture unshare -m bash -c '
		mkdir -p full && mount -t tmpfs -o size=4M none full || exit 77
		mkdir -m 700 full/rec
		"$0" record --dir full/rec --interval 50ms --samples 60 2>log &
		recorder=$!
		sleep 1
		head -c 4M /dev/zero >full/filler 2>/dev/null
		sleep 1
		rm full/filler
		wait "$recorder" || exit 1
		cat log
		"$0" free --root full/rec --at now || exit 2
	' "$MEMLENS"
	[ "$status" -ne 77 ] || skip 'no tmpfs can be mounted here'
	exits 0
	prints 'No space left on device: not recorded; going on'
	prints 'recording again'
	prints Mem
}

# Gives the samples of rec/2026-01-01.memlens other times, seconds after 15:00, ten of them apart.
retime() { # SECONDS OF EACH SAMPLE...
	local n=0 second
	mv "$(file_of)" rec/2026-01-01.memlens
	sqlite3 rec/2026-01-01.memlens "UPDATE meta SET value = 10000 WHERE key = 'interval_ms'"
	for second; do
		n=$((n + 1))
		sqlite3 rec/2026-01-01.memlens \
			"UPDATE frame SET wall_ms = (1767279600 + $second) * 1000 WHERE id = $n"
	done
}

# Which sample stands for that moment.
sample_at() { # TIME
	ml free --root rec --at "$1" -J
	[ "$status" -eq 0 ] || return 1
	jq -r .time <<<"$out" >when
	grep -nF -f when instants | cut -d: -f1
}

@test 'a clock that was set back: the later run counts where it has anything' {
	needs sqlite3
	needs jq
	record 6
	for n in 1 2 3 4 5 6; do
		sqlite3 "$(file_of)" "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', wall_ms / 1000.0, 'unixepoch')
			FROM frame WHERE id = $n"
	done >instants
	# three samples, then 25 s back and three more; and an hour that only the first run has
	retime 0 10 3600 5 15 25
	equals "$(sample_at 2026-01-01T15:00:03Z)" 1
	equals "$(sample_at 2026-01-01T15:00:12Z)" 4
	equals "$(sample_at 2026-01-01T15:00:16Z)" 5
	equals "$(sample_at 2026-01-01T15:00:59Z)" 6
	equals "$(sample_at 2026-01-01T16:00:30Z)" 3
	# what is asked of two moments is told in their true order: time never passes backwards
	ml diff --root rec --from 2026-01-01T15:00:03Z --to 2026-01-01T15:00:12Z -J
	exits 0
	json '.before.seconds > 0'
	ml record --status --dir rec
	exits 0
	prints 'range    2026-01-01 15:00:00 to 2026-01-01 16:00:00'
	ml record --list --dir rec
	exits 0
}

@test 'marked samples are listed, however they are marked' {
	needs sqlite3
	record 3
	sqlite3 "$(file_of)" "UPDATE frame SET mark = 'oom kill' WHERE id = 2;
		UPDATE frame SET mark = 'a' || char(27) || '[31m' || char(10) || 'b' WHERE id = 3"
	ml record --list --dir rec
	exits 0
	matches '^  20[0-9: -]+  oom kill$'
	equals "$(wc -l <<<"$out")" 3
	[[ $out != *$'\e'* ]] || wrong 'an escape reached the terminal'
	ml record --status --dir rec
	prints 'marked   2, the last '
	sqlite3 "$(file_of)" "UPDATE frame SET mark = hex(randomblob(1000000)) WHERE id < 3"
	ml record --list --dir rec
	exits 0
	[ "${#out}" -lt 1000 ] || wrong 'a long mark is printed whole'
}

# A socket that prints what comes, until it is told that the recorder ends.
listen() { # ADDRESS
	rm -f told
	python3 - "$1" >told <<'PY' 3>&- &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = sys.argv[1]
s.bind('\0' + name[1:] if name[0] == '@' else name)
s.settimeout(20)
print('listening', flush=True)
while True:
    text = s.recv(4096).decode()
    print(text, flush=True)
    if text == 'STOPPING=1':
        break
PY
	listener=$!
	for _ in {1..100}; do
		! grep -q listening told 2>/dev/null || return 0
		sleep 0.05
	done
	wrong 'nobody listens'
}

@test 'a manager of services is told that it is ready, alive and ending' {
	needs python3
	for address in "$PWD/socket" "@memlens-$$"; do
		listen "$address"
		began=$(date +%s%3N)
		NOTIFY_SOCKET=$address WATCHDOG_USEC=300000 record 12
		ms=$(($(date +%s%3N) - began))
		wait "$listener" || wrong 'it was not told of the end'
		equals "$(grep -c READY=1 told)" 1
		[ "$(grep -n READY=1 told | cut -d: -f1)" -le 6 ] || wrong "$(cat told)" # a sample takes its time
		equals "$(tail -n 1 told)" STOPPING=1
		# each 100 ms, in 550 ms and more
		[ "$(grep -c WATCHDOG=1 told)" -ge 3 ] || wrong "$(cat told)"
		[ "$(grep -c WATCHDOG=1 told)" -le $((ms / 100 + 1)) ] || wrong "$(cat told)"
	done
	# who is not asked for that says nothing of it, and nobody there is no trouble
	NOTIFY_SOCKET=$PWD/nowhere record 2
	NOTIFY_SOCKET=not/a/path record 2
	NOTIFY_SOCKET=@ record 2
	NOTIFY_SOCKET=@$(printf 'x%.0s' {1..200}) record 2
}

@test 'what grew in a recording is found, by leak and by check' {
	needs python3
	python3 -c '
import time
held = []
while True:
    held.append(bytearray(1 << 20))
    time.sleep(0.05)' &
	hog=$!
	record 80
	ml leak --root rec --from -1m --min-window 2s --processes -J
	kill "$hog"
	exits 0
	json ".trends[] | select(.pid == $hog and .of == \"private\") | .leak and .slope > 1e6"
	ml leak --root rec --from -1m --min-window 2s --processes "$hog"
	prints python3
	ml check proc.leak.trend --root rec --from -1m
	exits 0
	prints "proc.leak.trend.$hog/python3"
	ml check proc.leak.trend --root nowhere --from -1m
	exits 3
	ml doctor --root rec --from -1m -v
	exits 0
	prints 'proc.leak.trend'
}
