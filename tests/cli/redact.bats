#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# --redact: no name of anybody's reaches the capture, in any form, and what is left can still be
# understood: the same name is the same token everywhere in it, and reports read the same.
# shellcheck disable=SC2154 # status, out, err and lines are set by ml

load reports

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# No file of the capture, no name of a file, and none of its lines has a secret in it, as it is or
# escaped.
hides() { # DIR
	local found
	found=$(grep -rali -e s3cret -e '\\x73\\x33' -e 733363726574 "$1"; find "$1" -iname '*s3cret*')
	[ -z "$found" ] || wrong "secrets in: $found: $(grep -rai -m 2 s3cret "$1" | head -5)"
}

# A machine whose every name is a secret.
make_machine() { # DIR
	cp -r "$SYSROOTS/6.12-amd64" "$1"
	local proc=$1/proc group='/s3cret.slice/s3cret-job.service'
	echo s3cret-host >"$proc/sys/kernel/hostname"
	echo 'Linux version 6.12.1 (s3cret@s3cret-builder) (gcc) #1 SMP s3cret' >"$proc/version"
	printf 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' >"$proc/swaps"
	printf '/home/s3cret/a\\040s3cret\\040b                  file\t\t1048572\t\t10\t\t-2\n' >>"$proc/swaps"
	printf '/dev/zram0                              partition\t1048572\t\t10\t\t5\n' >>"$proc/swaps"
	printf 'root:x:0:0:S3cret Name:/root:/bin/sh\ns3cret:x:1000:1000::/home/s3cret:/bin/sh\n' >passwd
	mkdir -p "$1/etc" "$proc/77" "$proc/2" "$proc/9" "$1/sys/fs/cgroup$group"
	mv passwd "$1/etc/passwd"
	echo '7,1,2,-;s3cret: the log' >"$1/kmsg.txt"
	printf '0::%s\n1:name=s3cret:/s3cret (deleted)\n' "$group" | tee "$proc/77/cgroup" >"$proc/self/cgroup"
	cat >"$proc/self/mountinfo" <<-'END'
		22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/mapper/s3cret--vg-root rw,s3cret=1
		30 22 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate
		31 22 0:40 /s3cret /mnt/s3cret\040dir rw - cifs //s3cret.example/share rw,username=s3cret,password=s3cret
	END
	echo 1048576 >"$1/sys/fs/cgroup$group/memory.max"
	echo 524288 >"$1/sys/fs/cgroup$group/memory.current"
	printf '77 (s3cret) (x) S 1 77 77 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 100 4096 10\n' >"$proc/77/stat"
	printf 's3cret) (x\n' >"$proc/77/comm"
	printf 'Name:\ts3cret) (x\nUmask:\t0022\nVmRSS:\t      40 kB\n' >"$proc/77/status"
	printf '/opt/s3cret/bin/s3cretd\0--password=s3cret\0s3cret\0' >"$proc/77/cmdline"
	printf '/opt/s3cret/bin/s3cretd (deleted)' >"$proc/77/exe"
	printf '0 /home/s3cret/log\n3 socket:[12]\n4 /memfd:s3cret\\x20(deleted)\n5 anon_inode:[eventfd]\n' >"$proc/77/fd.txt"
	for name in '/opt/s3cret/lib/libs3cret.so.1.2' '/memfd:s3cret (deleted)' '[anon:s3cret]' '[heap]' '/SYSV0000002a (deleted)' \
		'/home/s3cret/7f00-7f10 r-xp' '' '/dmabuf:s3cret' 's3cret' '[s3cret]' '/dev/shm/s3cret\012s3cret'; do
		printf '7f0000000000-7f0000001000 rw-p 00000000 08:01 42                         %s\n' "$name"
		printf 'Size:                  4 kB\nRss:                   4 kB\nVmFlags: rd wr mr mw me ac sd\n'
	done | tee "$proc/77/smaps" >"$proc/77/maps"
	printf '2 (kthreadd) S 0 0\n' >"$proc/2/stat"
	printf '9 (jbd2/s3cret-8) S 2 0\n' >"$proc/9/stat"
	printf 'jbd2/s3cret-8\n' >"$proc/9/comm"
	printf 'kthreadd\n' >"$proc/2/comm"
	sed -i '3s/^[^ ]* /dentry(12:s3cret) /' "$proc/slabinfo"
}

@test "redact: no secret is left, wherever one can stand" {
	make_machine machine
	ml capture --root machine plain
	exits 0
	for file in kmsg.txt etc/passwd MANIFEST proc/{version,swaps,slabinfo,sys/kernel/hostname} \
		proc/self/{cgroup,mountinfo} proc/77/{stat,comm,status,cmdline,exe,fd.txt,cgroup,smaps,maps} \
		proc/9/{stat,comm}; do
		grep -qai s3cret "plain/$file" || wrong "no secret in $file: the test shows nothing"
	done
	ml capture --root machine --redact hidden
	exits 0
	hides hidden
	[ ! -e hidden/kmsg.txt ]
	grep -q '^omitted .* /dev/kmsg$' hidden/MANIFEST
	grep -q '^redacted yes$' hidden/MANIFEST
}

@test "redact: what is everybody's stays" {
	make_machine machine
	ml capture --root machine --redact hidden
	cd hidden
	equals "$(cut -d ' ' -f 1-3 proc/version)" 'Linux version 6.12.1'
	grep -qE '^/home/r[0-9a-f]{10}/r[0-9a-f]{10} +file' proc/swaps
	grep -q '^/dev/zram0 ' proc/swaps
	grep -qE '/opt/r[0-9a-f]{10}/lib/r[0-9a-f]{10}\.so\.1\.2$' proc/77/smaps
	grep -qE ' /memfd:r[0-9a-f]{10} \(deleted\)$' proc/77/smaps
	grep -qE ' \[anon:r[0-9a-f]{10}\]$' proc/77/smaps
	grep -q ' \[heap\]$' proc/77/smaps
	grep -q ' /SYSV0000002a (deleted)$' proc/77/smaps
	equals "$(grep -c 'VmFlags: rd wr mr mw me ac sd' proc/77/smaps)" 11
	grep -q '^3 socket:\[12\]$' proc/77/fd.txt
	grep -q '^5 anon_inode:\[eventfd\]$' proc/77/fd.txt
	equals "$(cat proc/2/comm)" kthreadd
	matches_file() { grep -qE "$1" "$2"; }
	matches_file '^jbd2/r[0-9a-f]{10}$' proc/9/comm
	matches_file '^0::/r[0-9a-f]{10}\.slice/r[0-9a-f]{10}\.service$' proc/77/cgroup
	matches_file '^root:x:0|^r[0-9a-f]{10}:x:1000::::$' etc/passwd
	equals "$(wc -l <etc/passwd)" 2
	# three words: what stood between NULs
	equals "$(tr -cd '\000' <proc/77/cmdline | wc -c)" 3
}

@test "redact: one name is one token in a capture, and another in the next" {
	make_machine machine
	for name in one two; do
		ml capture --root machine --redact "$name"
	done
	comm=$(cat one/proc/77/comm)
	holds "$(cat one/proc/77/stat)" "($comm) S 1"
	holds "$(cat one/proc/77/status)" "Name:	$comm"
	group=$(sed -n 's/^0:://p' one/proc/77/cgroup)
	[ -s "one/sys/fs/cgroup$group/memory.max" ]
	grep -qF -- "/sys/fs/cgroup$group/memory.max" one/MANIFEST
	host=$(cat one/proc/sys/kernel/hostname)
	grep -qx "host $host" one/MANIFEST
	[ "$(cat two/proc/77/comm)" != "$comm" ]
	[ "$(cat two/proc/sys/kernel/hostname)" != "$host" ]
	program=$(tr '\0' '\n' <one/proc/77/cmdline | head -1)
	equals "$(cat one/proc/77/exe)" "$program (deleted)"
}

@test "redact: numbers are the same, and so are reports but for the names" {
	needs jq
	make_machine machine
	ml capture --root machine --redact hidden
	for command in free vmstat psi zone vmalloc frag where; do
		"$MEMLENS" "$command" -J --root machine | jq 'del(.host, .sources, .kernel)' >a
		"$MEMLENS" "$command" -J --root hidden | jq 'del(.host, .sources, .kernel)' >b
		for file in a b; do # where names processes, too
			jq '(.where[]? | select(.key | test(" \\([0-9]+\\)$")) | .key, .name) = "PROCESS"' \
				$file >$file.new
			mv $file.new $file
		done
		sed -i 's/dentry(12:s3cret)/CACHE/' a
		sed -i 's/dentry(r[0-9a-f]*)/CACHE/' b
		diff a b
	done
	ml -J --root hidden
	json '.limit[0] | .limit, .usage' $'1048576\n524288'
}

@test "redact: a live process that is all secrets, and both samples alike" {
	needs python3
	mkdir "s3cret dir"
	python3 - <<-'END' &
		import ctypes, mmap, os, time
		with open("s3cret dir/s3cret map", "wb") as f:
		    f.write(bytes(8192))
		f = open("s3cret dir/s3cret map", "rb")
		m = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)
		fd = os.memfd_create("s3cret-memfd")
		os.ftruncate(fd, 8192)
		n = mmap.mmap(fd, 8192)
		with open("/proc/self/comm", "w") as c:
		    c.write("s3cret) \n(x")
		open("ready", "w").close()
		time.sleep(60)
	END
	child=$!
	for _ in $(seq 500); do
		[ -e ready ] && break
		sleep 0.01
	done
	group=
	for parent in /sys/fs/cgroup/memory /sys/fs/cgroup; do
		[ -e "$parent/memory.stat" ] && mkdir "$parent/s3cret-group" 2>/dev/null && group=$parent/s3cret-group && break
	done
	[ -z "$group" ] || echo "$child" >"$group/cgroup.procs"
	ml capture plain
	ml capture --redact --samples 2 --interval 20ms hidden
	cp "$BATS_TEST_TMPDIR/out" summary
	kill "$child"
	wait "$child" || true
	[ -z "$group" ] || rmdir "$group"
	# the secrets were to be seen
	for file in comm stat status smaps maps fd.txt; do
		grep -qai s3cret "plain/proc/$child/$file" || wrong "no secret in $file: the test shows nothing"
	done
	[ -z "$group" ] || grep -q s3cret-group "plain/proc/$child/cgroup"
	hides hidden
	diff "hidden/proc/$child/comm" "hidden/second-sample/proc/$child/comm"
	[ "$(cat "hidden/proc/$child/comm")" != "$(cat "plain/proc/$child/comm")" ]
	user=$(id -un)
	[ "$user" = root ] || hides_user=$(grep -rl "^$user:" hidden/etc || true)
	[ -z "${hides_user-}" ]
	equals "$(cat hidden/MANIFEST hidden/proc/sys/kernel/hostname | grep -cxe "host $(uname -n)" -e "$(uname -n)")" 0
}

teardown() {
	[ -z "${child-}" ] || kill "$child" 2>/dev/null || true
	for parent in /sys/fs/cgroup/memory /sys/fs/cgroup; do
		[ -d "$parent/s3cret-group" ] && rmdir "$parent/s3cret-group"
	done
	return 0
}
