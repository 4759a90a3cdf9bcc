#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens cache beside fincore, on files of a known state.
# beside others: files of its own
# shellcheck disable=SC2016,SC2154,SC2317 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports

setup() {
	needs python3 jq
	# where a file has a disk, whatever /tmp is
	dir=$(mktemp -d /var/tmp/memlens-cache.XXXXXX)
	page=$(getconf PAGESIZE)
	holder=''
}

teardown() {
	if [ "$holder" ]; then
		kill "$holder" 2>/dev/null || true
		wait "$holder" 2>/dev/null || true
	fi
	umount "$dir/mem" 2>/dev/null || true
	chmod -R u+rwx "$dir"
	rm -rf "$dir"
}

put_pages() { # FILE PAGES: written out
	mkdir -p "$(dirname "$dir/$1")"
	head -c $(($2 * page)) /dev/zero >"$dir/$1"
	sync "$dir/$1"
}

# python3 with the file's descriptor in fd and the page size in page.
with_file() { # FILE PROGRAM
	python3 -c "import os, sys, mmap
page = mmap.PAGESIZE
fd = os.open(sys.argv[1], os.O_RDWR)
$2" "$dir/$1"
}

hold() { # PROGRAM [ARGUMENT...]: runs until the end of the test, and says when it is ready
	python3 -c "$1" "${@:2}" >"$dir/ready" &
	holder=$!
	for _ in {1..100}; do
		[ ! -s "$dir/ready" ] || return 0
		sleep 0.1
	done
	return 1
}

of() { # PATH COLUMN: of the table of files
	jq -r --arg path "$1" --arg c "$2" '.files[] | select(.path == $path) | .[$c]' "$BATS_TEST_TMPDIR/out"
}

by_fincore() { # FILE
	fincore --bytes --noheadings --output RES "$1" | tr -d ' '
}

needs_cachestat() {
	[ "$(of "$1" how)" = cachestat ] || skip 'this kernel has no cachestat'
}

@test "a file of which some pages were dropped" {
	needs fincore
	put_pages f 512
	with_file f 'os.posix_fadvise(fd, 128 * page, 256 * page, os.POSIX_FADV_DONTNEED)'
	ml cache -J "$dir/f"
	exits 0
	equals "$(of "$dir/f" cached)" "$(by_fincore "$dir/f")"
	equals "$(of "$dir/f" size)" $((512 * page))
	[ "$(of "$dir/f" cached)" -ge $((256 * page)) ]
	[ "$(of "$dir/f" cached)" -lt $((512 * page)) ]
}

@test "a file that nobody has read is not in memory, and what is read comes in" {
	needs fincore
	put_pages f 512
	with_file f 'os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)'
	ml cache -J "$dir/f"
	equals "$(of "$dir/f" cached)" 0
	with_file f 'os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_RANDOM)
for i in range(0, 512, 64): os.pread(fd, 1, i * page)'
	ml cache -J "$dir/f"
	equals "$(of "$dir/f" cached)" "$(by_fincore "$dir/f")"
	[ "$(of "$dir/f" cached)" -ge $((8 * page)) ]
	[ "$(of "$dir/f" cached)" -le $((512 * page)) ]
}

@test "what was written and not synced is dirty, and then it is not" {
	ml cache -J "$dir"
	head -c $((100 * page)) /dev/zero >"$dir/f"
	ml cache -J "$dir/f"
	needs_cachestat "$dir/f"
	equals "$(of "$dir/f" cached)" $((100 * page))
	case $(of "$dir/f" filesystem) in
	tmpfs | ramfs) skip 'the file has no disk' ;;
	esac
	# the kernel may have begun to write it
	dirty=$(($(of "$dir/f" dirty) + $(of "$dir/f" writeback)))
	[ "$dirty" -gt 0 ]
	[ "$dirty" -le $((100 * page)) ]
	sync "$dir/f"
	ml cache -J "$dir/f"
	equals "$(of "$dir/f" dirty)" 0
	equals "$(of "$dir/f" writeback)" 0
	equals "$(of "$dir/f" cached)" $((100 * page))
}

@test "what reclaim took is evicted, recently" {
	put_pages f 2048
	ml cache -J "$dir/f"
	needs_cachestat "$dir/f"
	# MADV_PAGEOUT reclaims: other than fadvise it leaves the note
	with_file f 'm = mmap.mmap(fd, 0)
for i in range(2048): m[i * page]
m.madvise(21)
m.close()'
	ml cache -J "$dir/f"
	evicted=$(of "$dir/f" evicted) recent=$(of "$dir/f" recently_evicted)
	[ "$evicted" -gt 0 ] || skip 'nothing was reclaimed here'
	echo "evicted $evicted, recently $recent"
	[ "$recent" -le "$evicted" ]
	[ "$recent" -gt 0 ]
	[ $((evicted + $(of "$dir/f" cached))) -le $((2048 * page)) ]
}

@test "a tree: sums of folders, hard links once, links and loops not followed" {
	put_pages a/one 3
	put_pages a/b/two 5
	put_pages c/three 7
	ln "$dir/a/one" "$dir/c/again"
	ln -s .. "$dir/a/b/up"
	ln -s "$dir" "$dir/self"
	mkfifo "$dir/c/fifo"
	put_pages $'c/new\nline' 1
	ml cache -J --depth 2 "$dir"
	exits 0
	json '.total[0].files' 4
	json ".total[0].cached" $((16 * page))
	json '[.folders[] | .name | split("/") | last] | sort == (["a", "b", "c", "'"${dir##*/}"'"] | sort)'
	json '.folders[] | select(.name == "b") | .cached' $((5 * page))
	json '(.folders | map(select(.name == "a" or .name == "c") | .cached) | add)' $((16 * page))
	ml cache "$dir"
	exits 0
	equals "$(grep -c 'new.x0aline' <<<"$out")" 1
}

@test "the sum over a tree is that of fincore" {
	needs fincore
	put_pages a/one 30
	put_pages a/two 50
	put_pages b/three 70
	with_file a/two 'os.posix_fadvise(fd, 0, 25 * page, os.POSIX_FADV_DONTNEED)'
	ml cache -J "$dir"
	sum=0
	for file in a/one a/two b/three; do
		sum=$((sum + $(by_fincore "$dir/$file")))
	done
	json '.total[0].cached' "$sum"
	json '[.files[].cached] | add' "$sum"
}

@test "on tmpfs what is in memory is what is allocated" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can mount'
	mkdir "$dir/mem"
	mount -t tmpfs -o size=64m memlens "$dir/mem" || skip 'no tmpfs can be mounted'
	head -c $((100 * page)) /dev/zero >"$dir/mem/f"
	truncate -s $((900 * page)) "$dir/mem/f"
	ml cache -J "$dir/mem/f"
	equals "$(of "$dir/mem/f" filesystem)" tmpfs
	equals "$(($(of "$dir/mem/f" cached) + $(of "$dir/mem/f" evicted)))" $(($(stat -c %b "$dir/mem/f") * 512))
	# below the folder above it stands as well
	ml cache -J "$dir"
	json '.folders[] | select(.name == "mem") | .files' 1
}

@test "a process: open, deleted and mapped files, and memfd" {
	put_pages open 10
	put_pages gone 20
	put_pages mapped 30
	hold 'import mmap, os, sys, time
d = sys.argv[1]
a = open(d + "/open"); b = open(d + "/gone"); os.unlink(d + "/gone")
fd = os.open(d + "/mapped", os.O_RDONLY)
m = mmap.mmap(fd, 0, prot=mmap.PROT_READ); os.close(fd)
n = os.memfd_create("memlens-live"); os.write(n, b"x" * 5 * mmap.PAGESIZE)
print("ready", flush=True)
time.sleep(60)' "$dir"
	ml cache -J --pid "$holder"
	exits 0
	equals "$(of "$dir/open" cached)" $((10 * page))
	equals "$(of "$dir/gone" cached)" $((20 * page))
	equals "$(of "$dir/gone" links)" 0
	equals "$(of "$dir/mapped" cached)" $((30 * page))
	equals "$(of /memfd:memlens-live cached)" $((5 * page))
	equals "$(of "$dir/mapped" owners)" 1
	equals "$(of "$dir/mapped" pids)" "$holder"
	json '[.files[].path] | any(endswith("libc.so.6") or contains("musl"))'
	# and among those of all
	ml cache -J
	exits 0
	equals "$(of "$dir/gone" cached)" $((20 * page))
	json '.account[] | select(.kind == "files") | .found > 0 and .rest >= 0 and .found + .rest >= .bytes'
	json '.account[] | select(.kind == "shmem") | .found' "$(jq '[.files[] | select(.filesystem == "tmpfs" and .how != null) | .cached] | add' "$BATS_TEST_TMPDIR/out")"
}

@test "the processes of a control group" {
	put_pages open 10
	hold 'import sys, time
a = open(sys.argv[1] + "/open")
print("ready", flush=True)
time.sleep(60)' "$dir"
	group=$(awk -F: '$2 ~ /(^|,)memory(,|$)/ { v1 = $3 } $1 == 0 { v2 = $3 }
		END { print v1 != "" ? v1 : v2 }' "/proc/$holder/cgroup")
	[ "$group" ] || skip 'no control groups'
	ml cache -J --cgroup "$group"
	exits 0
	equals "$(of "$dir/open" cached)" $((10 * page))
	ml cache --cgroup "$group/none such"
	exits 3
	complains 'none such: No such file or directory'
	# the folder of the group is one of its names
	for mount in /sys/fs/cgroup /sys/fs/cgroup/memory; do
		[ ! -e "$mount$group/cgroup.procs" ] || break
	done
	[ -e "$mount$group/cgroup.procs" ] || return 0
	ml cache -J --cgroup "$mount$group"
	exits 0
	equals "$(of "$dir/open" cached)" $((10 * page))
}

@test "a file of others is unknown to nobody, and not 100 %" {
	needs_root
	chmod 755 "$dir"
	put_pages f 10
	put_pages closed 10
	chmod 600 "$dir/closed"
	ml_nobody cache -J "$dir/f" "$dir/closed"
	exits 3
	complains "$dir/closed: Permission denied (needs CAP_DAC_READ_SEARCH)"
	equals "$(of "$dir/closed" cached)" null
	equals "$(of "$dir/closed" why)" 'Permission denied'
	[ "$(of "$dir/f" cached)" = null ] || [ "$(of "$dir/f" cached)" -eq $((10 * page)) ]
	chown 65534 "$dir/f"
	ml_nobody cache -J "$dir/f"
	equals "$(of "$dir/f" cached)" $((10 * page))
}

@test "folders that may not be listed are counted" {
	needs_root
	chmod 755 "$dir"
	put_pages shut/f 10
	put_pages f 10
	chmod 700 "$dir/shut"
	chown 65534 "$dir/f"
	ml_nobody cache "$dir"
	exits 0
	prints '1 folder could not be listed'
	ml_nobody cache -J "$dir"
	json '.total[0].files' 1
}

@test "the time that was given ends a walk, and it is said" {
	mkdir "$dir/many"
	(cd "$dir/many" && seq 2000 | xargs touch)
	ml cache --budget 0.001ms "$dir"
	exits 0
	prints 'time is up: '
	ml cache --budget 20s "$dir"
	prints_not 'time is up'
}

@test "what is named and cannot be looked at is told, and the rest is shown" {
	put_pages f 10
	mkfifo "$dir/fifo"
	ml cache "$dir/f" "$dir/none" "$dir/fifo"
	exits 3
	complains "$dir/none: No such file or directory"
	complains "$dir/fifo: Invalid argument"
	prints "$dir/f"
	ml cache --pid 4000000000
	exits 3
	complains '/proc/4000000000: No such file or directory'
}
