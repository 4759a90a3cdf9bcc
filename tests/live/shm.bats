#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens shm names who holds what, to the page: objects made here, df, ipcs and Shmem.
# shellcheck disable=SC2016,SC2154,SC2317 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports
load objects

setup() {
	needs python3 jq
	segment='' mounted=''
	page=$(getconf PAGESIZE)
	folder=$(mktemp -d /dev/shm/memlens-live.XXXXXX) || skip 'nothing can be put into /dev/shm'
}

teardown() {
	end_objects
	[ -z "$segment" ] || ipcrm -m "$segment" 2>/dev/null || true
	[ -z "$mounted" ] || umount "$mounted" || umount -l "$mounted"
	rm -rf "$folder" "$folder.asked"
	[ ! -e "$folder" ]
}

# make KIND [FOLDER]: it is there when this returns, told in $made; [COMMAND...] in $as runs it.
as=()
make() {
	local number=${#makers[@]} rc=0
	said=$BATS_TEST_TMPDIR/made.$number
	mkfifo "$said.hold"
	exec {hold}<>"$said.hold"
	"${as[@]}" python3 "$BATS_TEST_DIRNAME/shm.py" "$@" <"$said.hold" >"$said" {hold}>&- 3>&- &
	makers+=($!)
	for _ in {1..200}; do
		[ ! -s "$said" ] || break
		kill -0 "${makers[-1]}" 2>/dev/null || break
		sleep 0.05
	done
	if [ ! -s "$said" ]; then
		wait "${makers[-1]}" || rc=$?
		[ "$rc" -ne 77 ] || skip "$1 cannot be made here"
		return 1
	fi
	made=$(head -n 1 "$said")
}

known() { # KEY: of what was made
	jq -r ".$1" <<<"$made"
}

# The object that was made, by its kind and inode, or by its owner; told in $object.
find_object() {
	object=$(jq -c --argjson made "$made" '[.objects[] | select(.kind == $made.kind and
		(if $made.inode then .inode == $made.inode else .pid == $made.pid end))]' "$BATS_TEST_TMPDIR/out")
	equals "$(jq length <<<"$object")" 1
	object=$(jq -c '.[0]' <<<"$object")
}

# Every field that is known of it is told, size to the page.
agrees() { # KIND [FOLDER]
	make "$@"
	ml shm --objects -J
	exits 0
	find_object
	echo "made $made"
	echo "told $object"
	jq -e --argjson made "$made" --argjson page "$page" '
		(.bytes - $made.bytes | fabs) <= $page and .mapped == $made.mapped and
		.owners == $made.owners and .pid == $made.pid and
		($made.descriptors == null or .descriptors == $made.descriptors) and
		($made.name == null or .name == $made.name) and
		($made.state == null or .state == $made.state) and
		($made.creator == null or .creator == $made.creator)' <<<"$object" >/dev/null
}

told() { # FILTER: holds of the object
	jq -e "$1" <<<"$object" >/dev/null || wrong "not of the object: $1"
}

@test "a memfd that is only open" {
	agrees memfd
	told '.deleted == 0 and .name == "/memfd:live test"'
}

@test "a memfd that is mapped, with a name that must be escaped" {
	agrees memfd-mapped
	told '.name == "/memfd:live\ntest \u001b[31m"'
	ml shm --objects
	clean "$BATS_TEST_TMPDIR/out"
	prints '/memfd:live\x0atest \x1b[31m'
}

@test "anonymous memory that two share counts once" {
	agrees anonymous
}

@test "a deleted file that is open" {
	agrees deleted-open "$folder"
	told '.deleted == 1 and .state == "deleted"'
}

posix_objects() {
	ml shm -J
	exits 0
	posix=$(jq '.summary[] | select(.key == "posix") | .objects' "$BATS_TEST_TMPDIR/out")
}

# Others may make and remove files between: three times they do not add just one.
@test "a deleted file counts as deleted, and not among those of its mount as well" {
	for _ in 1 2 3; do
		posix_objects
		before=$posix
		make deleted-open "$folder"
		posix_objects
		[ "$posix" != "$before" ] || return 0
	done
	equals "$posix" "$before"
}

@test "a deleted file that is only mapped" {
	agrees deleted-mapped "$folder"
	told '.deleted == 1'
}

@test "a name that ends with (deleted) deletes nothing" {
	agrees named-deleted "$folder"
	told '.deleted == 0 and .state == "held"'
}

@test "a SysV segment, removed but attached, as ipcs tells it" {
	agrees sysv
	told '.creator_lives == 1 and .attached == 1 and .removed == 1 and .orphaned == 0'
	needs ipcs
	equals "$(ipcs -m -i "$(known inode)" | grep -o 'bytes=[0-9]*')" "bytes=$(jq .size <<<"$object")"
}

@test "a SysV segment whose maker has gone" {
	needs ipcs ipcrm
	make orphan
	segment=$(known inode)
	ml shm --objects -J
	find_object
	told '.orphaned == 1 and .creator_lives == 0 and .owners == 0 and .attached == 0'
	equals "$(jq .creator <<<"$object")" "$(known creator)"
	equals "$(jq .bytes <<<"$object")" "$(known bytes)"
	ml shm
	prints 'attached by nobody'
}

@test "a file that nobody has open, on a mount of its own, as df tells it" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can mount'
	mounted=$BATS_TEST_TMPDIR/tmpfs
	mkdir "$mounted"
	mount -t tmpfs -o size=64m,nr_inodes=100 live "$mounted" || { mounted='' && skip 'nothing can be mounted'; }
	mkdir "$mounted/a" "$mounted/a/b"
	agrees file "$mounted/a/b"
	ml shm --mounts -J
	json ".mounts[] | select(.point == \"$mounted\") | .used == $(df --output=used -B1 "$mounted" | tail -n 1) and
		.size == $(df --output=size -B1 "$mounted" | tail -n 1) and
		.files == $(df --output=iused "$mounted" | tail -n 1) and .where == \"here\""
}

@test "the same in another mount namespace" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can mount'
	needs unshare
	mounted=''
	mkdir "$BATS_TEST_TMPDIR/inner"
	as=(unshare --mount --propagation private sh -c
		'mount -t tmpfs -o size=64m live "$1" || exit 77; shift; exec "$@"' sh "$BATS_TEST_TMPDIR/inner")
	agrees file "$BATS_TEST_TMPDIR/inner"
	equals "$(grep -c " $BATS_TEST_TMPDIR/inner " /proc/self/mountinfo)" 0
	ml shm --mounts -J
	json "[.mounts[] | select(.point == \"$BATS_TEST_TMPDIR/inner\")] | length == 1 and
		(.[0] | .used == 5242880 and .where == \"elsewhere\" and .namespaces == 1)"
}

@test "a mount within a tmpfs is not walked into" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can mount'
	mounted=$BATS_TEST_TMPDIR/tmpfs
	mkdir "$mounted"
	mount -t tmpfs -o size=8m live "$mounted" || { mounted='' && skip 'nothing can be mounted'; }
	mkdir "$mounted/within"
	mount --bind /usr "$mounted/within"
	capture strace -f -o "$BATS_TEST_TMPDIR/trace" "$MEMLENS" shm -J || true
	umount "$mounted/within"
	[ -s "$BATS_TEST_TMPDIR/trace" ] || skip 'strace is not installed or may not trace'
	equals "$(grep -c '"within"' "$BATS_TEST_TMPDIR/trace")" 0
}

@test "a file system that hangs is never asked, although its root is open in a tmpfs" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can mount'
	needs unshare
	as=(unshare --mount --propagation private)
	make hanging "$folder"
	ml shm --objects -J
	exits 0
	json "all(.objects[]; .name | contains(\"hangs\") | not)"
	exec {hold}>&-
	wait "${makers[-1]}"
	# FUSE_INIT, which the mount itself sends, and nothing else
	equals "$(cat "$folder.asked")" 26
}

@test "the sum grows by what is made, and Shmem does" {
	ml shm --table summary -J
	before=$out
	make memfd
	make deleted-open "$folder"
	make anonymous
	ml shm --table summary -J
	grown() { # KEY
		local was
		was=$(jq ".summary[] | select(.key == \"$1\").bytes" <<<"$before")
		echo $(($(jq ".summary[] | select(.key == \"$1\").bytes" <<<"$out") - was))
	}
	total=$(grown total) shmem=$(grown shmem) remainder=$(grown remainder)
	echo "together $total, Shmem $shmem, remainder $remainder"
	[ "$total" -ge $((6 * 1048576)) ]
	# others' work, and counters that each CPU keeps for itself
	[ "${remainder#-}" -le $((4 * 1048576)) ]
}

@test "a process with very many descriptors" {
	make many
	start=$(date +%s)
	ml shm --objects -J
	exits 0
	find_object
	told ".descriptors == $(known descriptors) and .owners == 1"
	[ $(($(date +%s) - start)) -lt 30 ]
}

@test "processes that come and go" {
	local pid pids=()
	for _ in {1..200}; do
		sleep 0.05 &
		pids+=($!)
	done
	for _ in {1..5}; do
		ml shm -J
		exits 0
		json '.summary | length >= 9'
	done
	for pid in "${pids[@]}"; do wait "$pid" || true; done
}

@test "a copy answers as the machine did" {
	make deleted-mapped "$folder"
	make memfd
	ml capture "$BATS_TEST_TMPDIR/copy"
	exits 0
	ml shm --objects -J --root "$BATS_TEST_TMPDIR/copy"
	find_object
	told ".owners == 1 and .comm == \"python3\" and .bytes == $(known bytes)"
	ml shm --root "$BATS_TEST_TMPDIR/copy" -J
	json '.summary | length >= 9 and all(.bytes != null)'
	rm "$BATS_TEST_TMPDIR/copy/shm.txt"
	ml shm --root "$BATS_TEST_TMPDIR/copy" -J
	exits 0
	json '(.summary[] | select(.key == "memfd").bytes) == null and
		(.summary[] | select(.key == "remainder").bytes) == null and
		(.notes | any(contains("does not tell who holds")))'
}

@test "diff names an object that came between two moments" {
	ml capture "$BATS_TEST_TMPDIR/copy"
	exits 0
	make memfd
	ml diff "$BATS_TEST_TMPDIR/copy" --table shm -J
	exits 0
	json "[.shm[] | select(.inode == $(known inode) and .kind == \"memfd\")] | length == 1 and
		(.[0] | .what == \"new\" and .change == $(known bytes) and .pid == $(known pid))"
}

@test "a redacted copy has the sizes and none of the names" {
	make deleted-open "$folder"
	ml capture --redact "$BATS_TEST_TMPDIR/copy"
	exits 0
	equals "$(grep -rl 'memlens-live' "$BATS_TEST_TMPDIR/copy" | wc -l)" 0
	ml shm --objects -J --root "$BATS_TEST_TMPDIR/copy"
	json "any(.objects[]; .kind == \"deleted\" and .inode == $(known inode) and .bytes == $(known bytes) and .pid == $(known pid))"
}

@test "without privileges: what is ours, and that more is not seen" {
	needs_root
	needs_objects
	make_objects_as_nobody memfd ours 1M 64K
	pid=$maker
	make memfd
	ml_nobody shm --objects -J
	exits 0
	json "any(.objects[]; .pid == $pid and .name == \"/memfd:ours\" and .mapped == 1048576)"
	json 'all(.objects[]; .name != "/memfd:live test")'
	json '.sources[] | select(.path == "/proc/*/{fd,maps}") | .status == "denied" and .capability == "CAP_SYS_PTRACE"'
	json '.notes | any(contains("may not be looked into"))'
	complains CAP_SYS_PTRACE
}
