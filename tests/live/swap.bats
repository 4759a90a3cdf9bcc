#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Swap on a compressed device of our own, filled with pages of known kinds: against zramctl,
# swapon and the status of the process that has them.
# shellcheck disable=SC2154 # status, out and err are set by ml

load ../cli/helper

MiB=$((1 << 20))

setup() {
	needs jq
	needs python3
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[ -z "${owner-}" ] || kill -KILL "$owner" 2>/dev/null || :
	[ -z "${owner-}" ] || wait "$owner" 2>/dev/null || :
	[ ! -e mounted ] || umount "$PWD/on" || :
	[ -z "${zram-}" ] || remove_zram
}

remove_zram() {
	swapoff "/dev/$zram" 2>/dev/null || :
	echo 1 >"/sys/block/$zram/reset" || :
	echo "${zram#zram}" >/sys/class/zram-control/hot_remove
}

add_zram() { # SIZE
	local number
	modprobe zram num_devices=0 2>/dev/null || :
	number=$(cat /sys/class/zram-control/hot_add 2>/dev/null) ||
		skip 'no zram device can be made: no zram, or not root'
	zram=zram$number
	echo "$1" >"/sys/block/$zram/disksize"
}

# Nobody else's, so that what is in it is known.
swap_on_zram() { # SIZE
	[ "$(wc -l </proc/swaps)" -le 1 ] || skip 'there is swap already'
	add_zram "$1"
	if ! { mkswap "/dev/$zram" && swapon -p 100 "/dev/$zram"; } >swapon.out 2>&1; then
		skip "cannot swap here: $(tail -n 1 swapon.out)"
	fi
}

# 8 MiB each of zeroes, of one word repeated, of text and of noise, paged out; touched again at
# the first line of input.
start_owner() {
	mkfifo go
	python3 -c '
import mmap, os
n = 8 << 20
kinds = [bytes(n), b"\x5a" * n,
         b"".join((b"%08d" % i) * 16 + b"abc\n" * 992 for i in range(n // 4096)),
         os.urandom(n)]
held = []
with open("go") as go:
    for data in kinds:
        m = mmap.mmap(-1, n, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        m.write(data)
        held.append(m)
    for m in held:
        m.madvise(21)
    open("paged", "w").close()
    for line in go:
        for m in held:
            sum(m[i] for i in range(0, n, 4096))
        open("touched", "w").close()
' &
	owner=$!
	exec {go}>go
	wait_for paged
	[ "$(in_swap)" -ge $((31 * 1024)) ] || skip 'pages did not go out'
}

wait_for() { # FILE
	for _ in {1..200}; do
		[ ! -e "$1" ] || return 0
		sleep 0.05
	done
	return 1
}

in_swap() { # in KiB
	awk '$1 == "VmSwap:" { print $2 }' "/proc/$owner/status"
}

of_zram() { # FILTER
	jq -r ".zram[] | select(.name == \"$zram\") | $1" <<<"$out"
}

@test "swap: a zram device is what zramctl says" {
	needs zramctl
	swap_on_zram 128M
	start_owner
	ml swap -J
	[ "$status" -eq 0 ]
	read -r disksize data compr total peak zero algorithm < <(zramctl --bytes --raw \
		--noheadings -o DISKSIZE,DATA,COMPR,TOTAL,MEM-USED,ZERO-PAGES,ALGORITHM "/dev/$zram")
	page=$(getconf PAGESIZE)
	[ "$(of_zram .disksize)" = "$disksize" ]
	[ "$(of_zram .orig)" = "$data" ]
	[ "$(of_zram .compressed)" = "$compr" ]
	[ "$(of_zram .used)" = "$total" ]
	[ "$(of_zram .peak)" = "$peak" ]
	[ "$(of_zram .same)" = $((zero * page)) ]
	[ "$(of_zram .algorithm)" = "$algorithm" ]
	[ "$(of_zram .use)" = swap ]
}

@test "swap: a device is what swapon says" {
	swap_on_zram 128M
	start_owner
	ml swap -J --table devices
	[ "$status" -eq 0 ]
	[ "$(jq -r '.devices[] | "\(.path) \(.type) \(.size) \(.used) \(.priority)"' <<<"$out")" = \
		"$(swapon --show=NAME,TYPE,SIZE,USED,PRIO --bytes --noheadings --raw)" ]
	[ "$(jq -r '.devices[].kind' <<<"$out")" = zram ]
}

@test "swap: pages of each kind are found where they are" {
	swap_on_zram 128M
	start_owner
	ml swap -J --table held,zram
	[ "$status" -eq 0 ]
	used=$(awk 'NR > 1 { print $4 * 1024 }' /proc/swaps)
	part() { jq -r ".held[] | select(.key == \"$1\") | .$2 // 0" <<<"$out"; }
	[ "$(part used swapped)" = "$used" ]
	[ "$(part same swapped)" -ge $((8 * MiB)) ]
	[ "$(part same ram)" = 0 ]
	[ "$(part whole swapped)" -ge $((8 * MiB)) ]
	[ "$(part whole swapped)" -lt $((9 * MiB)) ]
	# zeroes are in zram before 6.12, and only noted since; the header of the device is in
	# zram, and has no slot
	[ $(($(part same swapped) + $(part rest swapped) + $(getconf PAGESIZE))) -ge $((16 * MiB)) ]
	[ $(($(part same swapped) + $(part rest swapped))) -lt $((17 * MiB)) ]
	# what is in zram, and what is not, is all of it
	apart=$(($(part zram swapped) + $(part zswap swapped) + $(part rest swapped) - used))
	[ "$apart" -ge 0 ]
	[ "$apart" -le "$(getconf PAGESIZE)" ]
	[ "$(of_zram '.ratio > 1')" = true ]
}

@test "swap: the owner has what its status says" {
	swap_on_zram 128M
	start_owner
	ml swap -J --table processes --filter "pid = $owner"
	[ "$status" -eq 0 ]
	[ "$(jq '.processes[0].swap' <<<"$out")" = $(($(in_swap) * 1024)) ]
	[ "$(jq '.processes[0].swap_pss' <<<"$out")" = "$(awk '$1 == "SwapPss:" { print $2 * 1024 }' \
		"/proc/$owner/smaps_rollup")" ]
	ml swap
	[[ $out == *$'\n'*"$owner "*python3* ]]
}

@test "swap: with a delay it says who swaps in" {
	swap_on_zram 128M
	start_owner
	(sleep 0.5; echo >&"$go") &
	ml swap -d 2 -c 2 -J --table devices,activity,processes
	[ "$status" -eq 0 ]
	[ -e touched ]
	last=$(tail -n 1 <<<"$out")
	[ "$(jq "[.processes[] | select(.pid == $owner)][0] | .swap_growth <= -$((24 * MiB))" <<<"$last")" = true ]
	[ "$(jq "[.processes[] | select(.pid == $owner)][0].majflt_rate > 0" <<<"$last")" = true ]
	[ "$(jq ".processes[0].pid" <<<"$last")" = "$owner" ]
	[ "$(jq '.devices[0].in > 0' <<<"$last")" = true ]
	[ "$(jq '.activity[0] | .in > 0' <<<"$last")" = true ]
}

@test "swap: zram that holds a file system is shown where it is mounted" {
	needs mke2fs
	add_zram 32M
	mke2fs -q "/dev/$zram" >mke2fs.out 2>&1
	mkdir on
	mount "/dev/$zram" on || skip 'cannot mount here'
	touch mounted
	ml swap -J --table zram
	[ "$status" -eq 0 ]
	[ "$(of_zram .use)" = "$PWD/on" ]
}

@test "swap: a machine without swap is no fault" {
	mkdir -p none/proc
	cp /proc/meminfo /proc/vmstat none/proc
	sed -i 's/^\(Swap[TF][a-z]*:\).*/\1 0 kB/' none/proc/meminfo
	echo 'Filename Type Size Used Priority' >none/proc/swaps
	ml swap --root none
	[ "$status" -eq 0 ]
	[ -z "$err" ]
	[[ $out == *'there is no swap'* ]]
}
