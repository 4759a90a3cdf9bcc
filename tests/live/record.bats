#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The recorder on a machine in trouble that is made for it: a kill and pressure in a control group of
# version 1 or 2. What is recorded then, how soon, and that it is told.
# shellcheck disable=SC2016,SC2154 # the inner shell expands; ml sets status, out and err

load ../cli/reports

mount_of() { # TYPE OPTION
	awk -v type="$1" -v option="$2" '{
		for (i = 7; $i != "-"; i++);
		if ($(i + 1) == type && (option == "" || $(i + 3) ~ "(^|,)" option "(,|$)")) { print $5; exit }
	}' /proc/self/mountinfo
}

# A group that may have so many bytes, and no swap.
make_group() { # BYTES
	local top
	top=$(mount_of cgroup memory)
	if [ "$top" ]; then
		group=$top/memlens-record-$$
		mkdir "$group" || skip "no group can be made in $top"
		echo "$1" >"$group/memory.limit_in_bytes"
		echo "$1" >"$group/memory.memsw.limit_in_bytes" 2>/dev/null || true
		return
	fi
	top=$(mount_of cgroup2 '')
	[ "$top" ] || skip 'no control groups'
	grep -qw memory "$top/cgroup.controllers" || skip 'no memory controller'
	echo +memory >"$top/cgroup.subtree_control" 2>/dev/null || true
	group=$top/memlens-record-$$
	mkdir "$group" || skip "no group can be made in $top"
	[ -e "$group/memory.max" ] || skip 'the memory controller is not delegated'
	echo "$1" >"$group/memory.max"
	echo 0 >"$group/memory.swap.max" 2>/dev/null || true
}

setup() {
	needs jq
	needs python3
	[ -x "$(dirname "$MEMLENS")/memlens-store" ] || skip 'memlens-store is not built'
	[ "$(id -u)" -eq 0 ] || skip 'only root can make a group'
	cd "$BATS_TEST_TMPDIR" || return 1
	export TZ=UTC
	recorder='' group=''
}

teardown() {
	[ -z "$recorder" ] || kill "$recorder" 2>/dev/null || true
	if [ -n "$group" ] && [ -d "$group" ]; then
		for _ in {1..100}; do
			! rmdir "$group" 2>/dev/null || break
			sleep 0.1
		done
		[ ! -d "$group" ]
	fi
}

# Until it has taken a sample and looked around.
start_recorder() { # [OPTION...]
	"$MEMLENS" record --dir rec "$@" 2>log 3>&- &
	recorder=$!
	for _ in {1..100}; do
		[ "$(recorded)" -eq 0 ] || break
		sleep 0.1
	done
	sleep 1.2
}

recorded() {
	"$MEMLENS" record --status --dir rec 2>/dev/null | awk '$1 == "samples" { print $2; n = 1 } END { if (!n) print 0 }'
}

end_recorder() {
	kill "$recorder"
	wait "$recorder" || wrong "the recorder ended with $?: $(cat log)"
	recorder=
}

# Ends by the kill, or by itself after 96 MiB.
eat() {
	timeout 20 sh -c 'echo $$ >"$1/cgroup.procs" && exec python3 -c "
import os
print(os.getpid(), flush=True)
held = [bytearray(b\"x\") * (1 << 20) for _ in range(96)]"' sh "$group" 3>&-
}

# Threads that read a file which does not fit, here and there, for five seconds: what they need has
# just been taken from them.
thrash() {
	head -c 40M /dev/urandom >data
	timeout 30 sh -c 'echo $$ >"$1/cgroup.procs" && exec python3 -c "
import os, random, threading, time
fd = os.open(\"data\", os.O_RDWR)
os.fsync(fd)
os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_RANDOM)
end = time.monotonic() + 5
def read():
    while time.monotonic() < end:
        os.pread(fd, 4096, random.randrange(40 << 8) << 12)
threads = [threading.Thread(target=read) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"' sh "$group" 3>&-
	rm -f data
	sleep 0.5
}

# Seconds into the day of a line of the list that ends so; the last one.
marked_at() { # MARK
	awk -v mark="$1" 'substr($0, 24) == mark { split($2, t, ":"); s = t[1] * 3600 + t[2] * 60 + t[3] }
		END { print s + 0 }'
}

seconds_now() {
	date -u '+%H %M %S' | awk '{ print $1 * 3600 + $2 * 60 + $3 }'
}

@test "record: a kill is recorded within two seconds, with the kernel's report" {
	ml oom
	[ "$status" -eq 0 ] || skip 'the kernel log may not be read'
	make_group $((24 << 20))
	start_recorder --interval 5s
	before=$(recorded)
	pid=$(eat) || true
	[ -n "$pid" ]
	killed=$(seconds_now)
	sleep 2
	ml record --list --dir rec
	exits 0
	prints 'oom kill'
	at=$(marked_at 'oom kill' <<<"$out")
	[ $((at - killed)) -le 2 ] && [ $((killed - at)) -le 3 ] || wrong "killed at $killed, recorded at $at"
	ml oom --root rec --at now -J
	exits 0
	jq -e ".events[] | select(.pid == $pid) | .kind == \"kill\" and .victim == \"python3\" and .killed == 1 and
		.age < 20" <<<"$out" || wrong 'the kill is not in the recording'
	# samples come quickly now, and it says so
	ml record --status --dir rec
	prints 'interval 5 s, but 1 s until '
	matches '^marked +[0-9]+, the last .*: oom kill$'
	sleep 3
	[ $(($(recorded) - before)) -ge 4 ] || wrong 'no more samples than before'
	# one record more and not a storm of them
	for _ in 1 2 3; do eat >/dev/null || true; done
	sleep 1
	ml record --list --dir rec
	[ "$(grep -c 'oom kill' <<<"$out")" -le 2 ] || wrong 'more full samples than are allowed'
	end_recorder
}

@test "record: a full sample has what is read in turn, of the same moment" {
	needs sqlite3
	make_group $((24 << 20))
	start_recorder --interval 60s
	# the recorder has not seen it yet, and would not within a minute
	sleep 30 3>&- &
	sleeper=$!
	eat >/dev/null || true
	sleep 2
	kill "$sleeper"
	ml record --list --dir rec
	prints 'oom kill'
	end_recorder
	# the full one alone: what follows it has seen the process in passing
	sqlite3 rec/*.memlens "DELETE FROM frame WHERE id > (SELECT id FROM frame WHERE mark = 'oom kill')"
	ml ps --root rec --at now -J
	exits 0
	jq -e ".processes[] | select(.pid == $sleeper) | .pss > 0 and .oom_score != null and .cmdline == \"sleep 30\"" <<<"$out" ||
		wrong 'a process that is new has no details'
	for report in slab vmalloc zone 'oom --next'; do
		# shellcheck disable=SC2086 # words
		ml $report --root rec --at now
		exits 0
	done
}

@test "record --calm: nothing more is recorded" {
	make_group $((24 << 20))
	start_recorder --interval 60s --calm
	eat >/dev/null || true
	sleep 2
	equals "$(recorded)" 1
	end_recorder
	ml record --list --dir rec
	prints_not 'oom kill'
}

@test "record: pressure is recorded while it lasts, and once a minute" {
	[ -r /proc/pressure/memory ] || skip 'no pressure'
	make_group $((24 << 20))
	start_recorder --interval 60s
	total=$(awk -F= '/some/ { print $NF }' /proc/pressure/memory)
	thrash || true
	stalled=$(($(awk -F= '/some/ { print $NF }' /proc/pressure/memory) - total))
	[ "$stalled" -gt 1250000 ] || skip "this machine reclaims too well: stalled for $stalled us in 5 s"
	end_recorder
	ml record --list --dir rec
	exits 0
	equals "$(grep -c '  pressure$' <<<"$out")" 1
}
