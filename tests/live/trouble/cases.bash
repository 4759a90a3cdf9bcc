# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # maker, saved and the like come from objects
# cases: how each trouble is made. A case leaves in variables what `table` names of its objects;
# what it made is undone by `undo`.

MiB=$((1 << 20))
bound=$((2048 * MiB)) # no case takes more
ram=$(($(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo) * 1024))

trouble=${objects%objects}trouble
mounted='' segment='' cgroup='' group='' disk='' slowed=''
mounts=()

needs_root() {
	[ "$(id -u)" -eq 0 ] || skip "only root can $1"
}

needs() {
	type -P "$1" >/dev/null || skip "$1 is not installed"
}

# Bytes that are so many thousandths of the machine's memory, if that is within bounds.
thousandths_of_ram() { # NUMBER WHAT
	local bytes=$((ram * $1 / 1000))
	[ "$bytes" -le "$bound" ] || skip "$2 of $1 thousandths of this machine's memory is more than 2 GiB"
	echo "$bytes"
}

# A trouble of the program's own, of which [$within] runs the maker.
within=()
make_trouble() { # KIND [ARGUMENT...]
	start "${within[@]}" "$trouble" "$@"
	wait_ready "$1"
}

make_object() { # KIND [ARGUMENT...]
	start "${within[@]}" "$objects" "$@"
	wait_ready "$1"
}

mount_here() { # TYPE OPTIONS
	needs_root mount
	mounted=$folder/mount.${#mounts[@]}
	mkdir "$mounted"
	mount -t "$1" -o "$2" memlens-trouble "$mounted" 2>/dev/null || skip "no $1 can be mounted here"
	mounts+=("$mounted")
}

# A file on a disk, of which nothing is in memory.
cold_file() { # MEBIBYTES
	[ "$(stat -f -c %T "$folder")" != tmpfs ] || skip "$folder is no disk"
	file=$folder/file
	dd if=/dev/zero of="$file" bs=1M count="$1" conv=fdatasync status=none
	dd of="$file" oflag=nocache conv=notrunc,fdatasync count=0 status=none
}

# ---- control groups ----------------------------------------------------------------------

mount_of() { # TYPE OPTION
	awk -v type="$1" -v option="$2" '{
		for (i = 7; $i != "-"; i++);
		if ($(i + 1) == type && (option == "" || $(i + 3) ~ "(^|,)" option "(,|$)")) { print $5; exit }
	}' /proc/self/mountinfo
}

make_group() { # LIMIT SWAP: bytes of memory, and of swap beside it
	local top
	needs_root 'make a group'
	top=$(mount_of cgroup memory)
	cgroup=/memlens-trouble-$$
	if [ "$top" ]; then
		mkdir "$top$cgroup" || skip "no group can be made in $top"
		group=$top$cgroup
		echo "$1" >"$group/memory.limit_in_bytes"
		echo $(($1 + $2)) >"$group/memory.memsw.limit_in_bytes" || skip 'swap of groups is not counted'
	else
		top=$(mount_of cgroup2 '')
		grep -qw memory "$top/cgroup.controllers" 2>/dev/null || skip 'no memory controller'
		mkdir "$top$cgroup" || skip "no group can be made in $top"
		group=$top$cgroup
		[ -e "$group/memory.max" ] || skip 'the memory controller is not delegated'
		echo "$1" >"$group/memory.max"
		echo "$2" >"$group/memory.swap.max" || skip 'swap of groups is not counted'
	fi
	# shellcheck disable=SC2016 # the inner shell expands
	within=(sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' sh "$group")
}

# ---- shared memory and files -------------------------------------------------------------

case_tmpfs() {
	mount_here tmpfs size=512m
	head -c $((500 * MiB)) /dev/zero >"$mounted/full"
}

case_tmpfs-inodes() {
	mount_here tmpfs size=16m,nr_inodes=1000
	(cd "$mounted" && touch {1..970})
}

# In a mount namespace that is not ours: only its processes tell of it.
case_tmpfs-elsewhere() {
	needs_root 'make a mount namespace'
	needs unshare
	mounted=$folder/elsewhere
	mkdir "$mounted"
	# shellcheck disable=SC2016 # the inner shell expands
	within=(unshare --mount --propagation private sh -c
		'mount -t tmpfs -o size=512m memlens-trouble "$1" || exit 77; shift; exec "$@"' sh "$mounted")
	make_object file "$mounted/full" 500M 500M
}

case_segment() {
	needs ipcrm
	make_trouble orphan 128M
	segment=$(made .shmid)
}

case_deleted() {
	mount_here tmpfs size=800m
	make_object deleted "$mounted/gone" 640M 640M
}

case_memfd() {
	make_object memfd trouble 128M 128M
}

# ---- huge pages --------------------------------------------------------------------------

huge_pages() { # THOUSANDTHS-OF-RAM
	local bytes size
	size=$(awk '$1 == "Hugepagesize:" { print $2 * 1024 }' /proc/meminfo)
	bytes=$(thousandths_of_ram "$1" 'a pool') || exit 77
	number=$((bytes / size + 1))
	needs_pool "$number"
}

case_huge-idle() {
	huge_pages 30
}

case_huge-used() {
	huge_pages 30
	make_object hugetlb private "$number"
}

case_hugetlbfs() {
	needs fallocate
	needs_pool 32
	mount_here hugetlbfs mode=0700
	fallocate -l 64M "$mounted/left"
}

case_bloat() {
	make_trouble bloat 320
}

# ---- the kernel's own memory -------------------------------------------------------------

# More than five for each name that is there, as the rule wants.
case_names() {
	local all unused negative number
	read -r all unused _ _ negative _ </proc/sys/fs/dentry-state
	number=$(((all - negative) * 11 / 2 - negative))
	[ "$number" -ge 1000000 ] || number=1000000
	[ "$number" -le 6500000 ] || skip "$unused names are cached already: more than these take too long"
	[ "$(stat -f -c %T "$folder")" != tmpfs ] || skip 'a tmpfs keeps no names that are not there'
	mkdir "$folder/names"
	make_trouble names "$folder/names" "$number"
}

case_pagetables() {
	make_trouble sparse 40000
}

case_threads() {
	local bytes
	bytes=$(thousandths_of_ram 22 'stacks') || exit 77
	set_sysctl kernel/pid_max 131072
	make_trouble threads $((bytes / 16384))
}

case_sockets() {
	make_trouble unread 320M
}

case_pipes() {
	local bytes
	bytes=$(thousandths_of_ram 60 'pipes') || exit 77
	[ "$bytes" -gt $((600 * MiB)) ] || bytes=$((600 * MiB))
	make_trouble pipes "$bytes"
}

# ---- processes and their limits ----------------------------------------------------------

case_mlock() {
	make_object mlock 300M
}

case_mappings() {
	make_object many $(($(cat /proc/sys/vm/max_map_count) * 9 / 10))
}

case_rlimit() {
	needs prlimit
	within=(prlimit --as=1073741824)
	make_object anon 980M 1M
}

# ---- groups ------------------------------------------------------------------------------

case_group-near() {
	make_group $((128 * MiB)) 0
	make_object anon 123M 123M
}

case_group-files() {
	cold_file 200
	make_group $((64 * MiB)) 0
	make_trouble reread "$file"
}

case_group-swap() {
	needs_swap
	make_group $((64 * MiB)) $((256 * MiB))
	make_trouble cycle 160M
}

case_group-killed() {
	make_group $((48 * MiB)) 0
	make_trouble killed 96M
}

case_group-restarted() {
	make_group $((48 * MiB)) 0
	make_trouble restarted 96M
}

# ---- swap and writeback ------------------------------------------------------------------

case_swap-cold() {
	needs_swap
	make_trouble cold 128M
}

case_swap-storm() {
	needs_swap
	make_trouble storm 128M
}

# A disk that takes 4 MiB a second, and a writer who has more.
case_writer() {
	local throttle
	needs losetup
	needs mkfs.ext4
	throttle=$(mount_of cgroup blkio)/blkio.throttle.write_bps_device
	[ -w "$throttle" ] || skip 'no blkio controller of version 1 to slow a disk with'
	[ "$(cat /proc/sys/vm/dirty_bytes)" = 0 ] || skip 'vm.dirty_bytes is set'
	[ $((ram / 100)) -le $((512 * MiB)) ] || skip 'one hundredth of this memory is more than 512 MiB'
	mount_here tmpfs size=1200m
	truncate -s 1100M "$mounted/disk"
	disk=$(losetup --find --show "$mounted/disk") || skip 'no loop device'
	mkfs.ext4 -q -E nodiscard,lazy_itable_init=0,lazy_journal_init=0 "$disk"
	mkdir "$folder/slow"
	mount "$disk" "$folder/slow" || skip 'the disk cannot be mounted'
	mounts+=("$folder/slow")
	slowed="$throttle=$(cat "/sys/block/${disk##*/}/dev")"
	echo "${slowed#*=} $((4 * MiB))" >"$throttle" || skip 'the disk cannot be slowed'
	set_file /proc/sys/vm/dirty_ratio 1
	make_trouble writer "$folder/slow/file" 900M
	sleep 3
}

# ---- what is no trouble ------------------------------------------------------------------

case_cache() {
	cold_file 1500
	make_trouble read "$file"
}

case_group-cache() {
	cold_file 300
	make_group $((128 * MiB)) 0
	make_trouble read "$file"
}

case_low-free() {
	local free
	free=$(($(awk '$1 == "MemFree:" { print $2 }' /proc/meminfo) * 1024 - ram / 25))
	[ "$free" -le "$bound" ] || skip '2 GiB of cache do not fill this machine'
	cold_file $((free / MiB))
	make_trouble read "$file"
}

case_saw-tooth() {
	make_trouble saw 512M 1500
}

case_address-space() {
	make_object reserve 8T
}

# Each of them has all of it: the sum is more than the machine's memory.
case_shared() {
	local children=$((ram / (512 * MiB) + 4))
	[ "$children" -le 60 ] || children=60
	make_object shared 512M 512M "$children"
}

case_zombies() {
	make_trouble zombies 80
}

case_deleted-on-disk() {
	[ "$(stat -f -c %T "$folder")" != tmpfs ] || skip "$folder is no disk"
	make_object deleted "$folder/gone" 640M 640M
}

# ---- undoing -----------------------------------------------------------------------------

try_often() { # COMMAND...
	for _ in {1..50}; do
		! "$@" 2>/dev/null || return 0
		sleep 0.1
	done
	echo "cannot be undone: $*" >&2
	return 1
}

undo() {
	local i
	[ -z "$slowed" ] || echo "${slowed#*=} 0" >"${slowed%%=*}"
	end_objects
	[ -z "$segment" ] || ipcrm -m "$segment"
	for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do
		[ "$i" -ne 0 ] || [ -z "$disk" ] || losetup --detach "$disk"
		try_often umount "${mounts[i]}"
	done
	[ -z "$group" ] || try_often rmdir "$group"
	restore
}
