#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Archives as machines: layouts that are understood, and hostile ones that are refused with one line
# and exit 3, in bounded time and memory.
# long: bombs
# shellcheck disable=SC2154 # status, out, err and lines are set by ml

load reports

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	[ -x "$(dirname "$MEMLENS")/memlens-store" ] || skip 'memlens-store is not built (libarchive)'
	needs python3
}

# make NAME CODE: an archive that CODE fills: t is a TarFile, and put(), link() and other() add to it.
make() {
	# shellcheck disable=SC2086 # nothing or a word
	PYTHONPATH='' python3 - "$1" "$SYSROOTS/6.12-amd64" "$2" <<-'END'
		import io, sys, tarfile
		name, machine, code = sys.argv[1:]
		mode = "w:" + {"gz": "gz", "xz": "xz"}.get(name.rsplit(".", 1)[1], "")
		t = tarfile.open(name, mode, format=tarfile.GNU_FORMAT)
		meminfo = open(machine + "/proc/meminfo", "rb").read()
		def put(path, data=meminfo):
		    i = tarfile.TarInfo(path)
		    i.size = len(data)
		    t.addfile(i, io.BytesIO(data))
		def other(path, type, target=""):
		    i = tarfile.TarInfo(path)
		    i.type = type
		    i.linkname = target
		    t.addfile(i)
		def link(path, target):
		    other(path, tarfile.SYMTYPE, target)
		exec(code)
		t.close()
	END
}

refused() { # FILE TEXT
	ML_SECONDS=20 ml free --root "$1"
	exits 3
	complains_in_one_line
	complains "$2"
}

# Reads as the machine whose meminfo it has.
is_machine() { # FILE
	ml free --table free -r -n -o total --root "$1"
	exits 0
	equals "${lines[0]}" $(($(awk '/^MemTotal/ { print $2 }' "$SYSROOTS/6.12-amd64/proc/meminfo") * 1024))
}

@test "archive: with folders above, without, with ./ and of a bare /proc" {
	make plain.tar 'put("proc/meminfo")'
	is_machine plain.tar
	make dot.tar.gz 'put("./proc/meminfo")'
	is_machine dot.tar.gz
	make host.tar.xz 'put("sosreport-host-1/proc/meminfo"); put("sosreport-host-1/free", b"x"); put("sosreport-host-1.sha256", b"x")'
	is_machine host.tar.xz
	make slashes.tar 'put("host//./proc///meminfo")'
	is_machine slashes.tar
	tar -C "$SYSROOTS/6.12-amd64/proc" -cf bare.tar .
	is_machine bare.tar
	cp plain.tar 'any name'
	is_machine 'any name'
}

@test "archive: a folder with one machine in it is that machine, with two it is not" {
	mkdir -p top/host
	cp -r "$SYSROOTS/6.12-amd64/proc" top/host/proc
	is_machine top
	cp -r top/host top/other
	ml free --root top
	exits 3
	complains 'holds neither proc/ nor sys/'
	tar cf two.tar top/host
	tar rf two.tar top/other
	refused two.tar 'holds neither'
}

@test "archive: links elsewhere are passed over, where a file is read they refuse it" {
	make fine.tar 'put("h/proc/meminfo"); link("h/free", "sos_commands/free"); link("h/proc/mounts", "self/mounts"); link("h/sys/block/sda", "../devices/x"); link("h/proc/1/cwd", "/"); other("h/copy", tarfile.LNKTYPE, "h/proc/meminfo")'
	is_machine fine.tar
	for path in proc/meminfo h/proc/meminfo h/proc/12/smaps h/second-sample/proc/vmstat h/sys/kernel/mm/hugepages/hugepages-4kB/nr_hugepages h/MANIFEST; do
		make sym.tar "put('h/proc/stat'); link('$path', '/etc/passwd')"
		refused sym.tar 'a link in place of a file'
		make hard.tar "put('h/proc/stat'); other('$path', tarfile.LNKTYPE, 'h/proc/stat')"
		refused hard.tar 'a link in place of a file'
	done
}

@test "archive: names that lead out of it" {
	for path in ../../etc/passwd proc/../../x h/.. .. h/proc/../proc/meminfo; do
		make up.tar "put('proc/meminfo'); put('$path')"
		refused up.tar 'leads out of it'
	done
	make absolute.tar 'put("proc/meminfo"); put("/etc/passwd")'
	refused absolute.tar 'absolute'
	[ ! -e ../../etc ]
}

@test "archive: devices, pipes and sockets" {
	for type in CHRTYPE BLKTYPE FIFOTYPE; do
		make special.tar "put('proc/meminfo'); other('proc/kmsg', tarfile.$type)"
		refused special.tar 'a device or pipe'
	done
}

@test "archive: names that are too long, or not text" {
	make long.tar 'put("proc/meminfo"); put("proc/" + "a/" * 5000 + "b")'
	refused long.tar 'too long'
	make wide.tar 'put("proc/meminfo"); put("proc/" + "a" * 10000)'
	refused wide.tar 'too long'
	make hostile.tar 'put("proc/meminfo"); put("proc/\x1b[2J\udcff\n", b"x"); put("proc/\u00e9", b"x")'
	is_machine hostile.tar
	make escape.tar 'put("proc/meminfo"); put("../\x1b[2J\n")'
	refused escape.tar 'leads out of it: ../\x1b[2J\x0a'
}

@test "archive: of two files of one name the last one holds" {
	make twice.tar 'put("proc/meminfo", b"MemTotal: 1 kB\n"); put("proc/stat", b"x"); put("proc/meminfo")'
	is_machine twice.tar
	make dot.tar 'put("proc/meminfo", b"MemTotal: 1 kB\n"); put("./proc/./meminfo")'
	is_machine dot.tar
	make turned.tar 'put("proc/meminfo"); other("proc/meminfo", tarfile.DIRTYPE)'
	ml free --root turned.tar
	exits 3
	make under.tar 'put("proc/meminfo"); put("proc/meminfo/x", b"x")'
	is_machine under.tar
}

@test "archive: cut short or damaged" {
	needs zstd
	ml capture --root "$SYSROOTS/6.12-amd64" whole.tar
	for suffix in zst gz xz; do
		ml capture --root "$SYSROOTS/6.12-amd64" "whole.tar.$suffix"
	done
	for file in whole.tar whole.tar.zst whole.tar.gz whole.tar.xz; do
		size=$(stat -c %s "$file")
		for part in 10 100 500 900 990; do
			head -c $((size * part / 1000)) "$file" >cut.tar
			ML_SECONDS=20 ml free --root cut.tar
			exits 3
			complains_in_one_line
			complains 'cut short'
		done
	done
	# behind the last file, where nothing but the end is missing
	ml free --root whole.tar
	exits 0
	end=$(python3 -c 'import sys, tarfile
t = tarfile.open(sys.argv[1])
print(max(m.offset_data + (m.size + 511) // 512 * 512 for m in t))' whole.tar)
	head -c "$end" whole.tar >noend.tar
	refused noend.tar 'its end is missing'
	zstd -q noend.tar
	refused noend.tar.zst 'its end is missing'
	# what has checksums tells of damage; zstd as libarchive writes it has none
	for suffix in gz xz; do
		for at in 200 1000 5000; do
			cp "whole.tar.$suffix" flipped
			python3 -c 'import sys
f = open("flipped", "r+b")
f.seek(int(sys.argv[1]))
byte = f.read(1)[0]
f.seek(-1, 1)
f.write(bytes([byte ^ 0x55]))' "$at"
			refused flipped 'damaged'
		done
	done
}

@test "archive: what is none" {
	: >empty.tar
	printf '\0' >nul.tar
	head -c 4096 /dev/zero >zeros.tar
	head -c 10240 /dev/urandom >noise.tar
	echo text >text.tar
	echo text | gzip >text.tar.gz
	cp "$SYSROOTS/6.12-amd64/proc/meminfo" meminfo
	for file in empty.tar nul.tar zeros.tar noise.tar text.tar text.tar.gz meminfo; do
		refused "$file" "$file: "
	done
	mkfifo pipe.tar
	refused pipe.tar 'Not a directory'
	refused /dev/zero 'Not a directory'
	make nothing.tar 'put("home/x", b"x"); put("var/log/messages", b"x")'
	refused nothing.tar 'holds neither proc/ nor sys/'
}

@test "archive: bombs" {
	needs zstd
	# 9 GiB of zeros in a file that is passed over, in one that is read, and behind the files
	python3 - >head.tar <<-'END'
		import sys, tarfile
		i = tarfile.TarInfo("h/var/log/messages")
		i.size = 9 << 30
		sys.stdout.buffer.write(i.tobuf(tarfile.GNU_FORMAT))
	END
	{ cat head.tar; head -c 1G /dev/zero; } | zstd -q -1 -T1 >skipped.tar.zst
	refused skipped.tar.zst '500 times its size'
	make read.tar.gz 'put("proc/meminfo"); put("proc/1/smaps", bytes(300 << 20))'
	refused read.tar.gz '500 times its size'
	# memory is bounded with it
	(ulimit -v 600000 2>/dev/null; [ "${BUILD-}" = asan ] || "$MEMLENS" free --root read.tar.gz >mem 2>&1 || [ $? -eq 3 ])
	# packed twice
	make inner.tar 'put("proc/meminfo")'
	zstd -q inner.tar -o once.tar.zst
	is_machine once.tar.zst
	zstd -q once.tar.zst -o twice.zst
	refused twice.zst 'packed more than once'
	gzip -c once.tar.zst >mixed.tar.gz
	refused mixed.tar.gz 'packed more than once'
	# frames one after another are one file
	zstd -q --rm -c inner.tar >a.zst
	cp inner.tar again.tar
	head -c 3000 again.tar | zstd -q >one
	tail -c +3001 again.tar | zstd -q >two
	cat one two >frames.tar.zst
	is_machine frames.tar.zst
}

@test "archive: more files than any machine has" {
	needs zstd
	python3 - <<-'END' | zstd -q -1 >many.tar.zst
		import sys, tarfile
		out = sys.stdout.buffer
		head = tarfile.TarInfo("proc/x").tobuf(tarfile.GNU_FORMAT)
		block = head * 4096
		for _ in range(300):
		    out.write(block)
		out.write(bytes(1024))
	END
	ML_SECONDS=60 ml free --root many.tar.zst
	exits 3
	complains refused
}

@test "archive: holes, and a size that is not there" {
	truncate -s 20G sparse
	mkdir proc
	mv sparse proc/meminfo
	tar -S -cf sparse.tar proc
	refused sparse.tar 'a file has holes'
	python3 - >liar.tar <<-'END'
		import sys, tarfile
		i = tarfile.TarInfo("proc/meminfo")
		i.size = 1 << 60
		sys.stdout.buffer.write(i.tobuf(tarfile.GNU_FORMAT) + bytes(10240))
	END
	refused liar.tar 'cut short'
}

@test "archive: without memlens-store one line says what is missing" {
	cp "$MEMLENS" ./memlens-alone
	make plain.tar 'put("proc/meminfo")'
	capture ./memlens-alone free --root plain.tar
	exits 1
	complains_in_one_line
	complains 'memlens-store'
	capture ./memlens-alone capture new.tar.zst
	exits 1
	complains 'memlens-store'
	cp "$(dirname "$MEMLENS")/memlens-store" .
	capture ./memlens-alone free --root plain.tar
	exits 0
	# not from the folder where we are, nor from PATH
	mkdir bin
	mv memlens-alone bin/
	PATH=$PWD:$PATH capture bin/memlens-alone free --root plain.tar
	exits 1
}

@test "archive: options and statuses pass through" {
	ml capture --root "$SYSROOTS/6.12-amd64" m.tar.zst
	ml slab --root m.tar.zst --top 1 -o cache -n -r --table slab
	exits 0
	equals "${#lines[@]}" 1
	ml slab --root m.tar.zst --nonsense
	exits 2
	ml --root m.tar.zst
	exits 0
	ml --root m.tar.zst -o nosuch
	exits 2
	"$MEMLENS" where --root m.tar.zst | true
	ml free --root m.tar.zst -J --table free
	exits 0
	json '.free | length' 2
}
