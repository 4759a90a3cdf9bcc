#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The physical map: against lsmem, against iomem summed by another program, and as somebody from
# whom the kernel withholds the addresses.
# beside others: what is where does not change
# shellcheck disable=SC2154 # status, out and err are set by ml

load ../cli/helper

setup() {
	needs jq
	cd "$BATS_TEST_TMPDIR" || return
}

# "0-1 online yes 0 Normal", a line for each block, as lsmem -a prints them.
our_blocks() {
	jq -r '(.blocks[] | (.size / .count) as $size | range(.first; .last + 1) as $i |
		"\($i * $size) \($size) \(.state) \(if .removable == 1 then "yes" else "no" end) \($i) \(.node) \(.zones)")' \
		<<<"$out"
}

their_blocks() {
	lsmem -a -b -r -n -o RANGE,SIZE,STATE,REMOVABLE,BLOCK,NODE,ZONES | tr '[:upper:]' '[:lower:]' |
		while read -r range size state removable block node zones; do
			echo "$((${range%-*})) $size $state $removable $block $node $zones"
		done
}

@test "layout: blocks are those of lsmem" {
	needs lsmem
	[ -e /sys/devices/system/memory/block_size_bytes ] || skip 'no memory blocks here'
	ml layout --table blocks -J
	[ "$status" -eq 0 ]
	our_blocks | tr '[:upper:]' '[:lower:]' >ours
	their_blocks >theirs
	[ -s ours ]
	diff ours theirs
}

@test "layout: System RAM is that of iomem, and its parts add up to it" {
	[ "$(id -u)" = 0 ] || skip 'the addresses need root'
	ml layout -J
	[ "$status" -eq 0 ]
	wanted=$(while IFS=' -' read -r from to _ name; do
		[ "$name" != 'System RAM' ] || echo $((0x$to - 0x$from + 1))
	done < <(grep -v '^ ' /proc/iomem) | awk '{ n += $1 } END { printf "%.0f\n", n }')
	[ "$wanted" -gt 0 ]
	[ "$(jq '.summary[] | select(.key == "ram").bytes' <<<"$out")" = "$wanted" ]
	[ "$(jq '[.summary[] | select(.parent == "ram").bytes] | add' <<<"$out")" = "$wanted" ]
	[ "$(jq '[.map[] | select(.kind == "ram" and .parent == null).size] | add' <<<"$out")" = "$wanted" ]
}

@test "layout: zones are those of zoneinfo" {
	ml layout --table zones -J
	[ "$status" -eq 0 ]
	page=$(getconf PAGESIZE)
	for field in spanned present managed; do
		ours=$(jq "[.zones[].$field] | add" <<<"$out")
		theirs=$(awk -v f=$field -v page="$page" '$1 == f { n += $2 } END { printf "%.0f\n", n * page }' \
			/proc/zoneinfo)
		[ "$ours" = "$theirs" ]
	done
}

@test "layout: every range is shown with --all" {
	[ "$(id -u)" = 0 ] || skip 'the addresses need root'
	ml layout --all -J
	[ "$(jq '[.all[] | select(.kind != "hole")] | length' <<<"$out")" = "$(wc -l </proc/iomem)" ]
}

@test "layout: withheld addresses are a matter of privilege" {
	mkdir -p hidden/proc
	sed 's/[0-9a-f]*-[0-9a-f]* :/00000000-00000000 :/' /proc/iomem >hidden/proc/iomem
	cp /proc/zoneinfo /proc/meminfo /proc/vmstat hidden/proc
	ml layout --root hidden -J
	[ "$status" -eq 0 ]
	[ "$(jq '.map | length' <<<"$out")" = 0 ]
	[ "$(jq '.summary[0].bytes > 0' <<<"$out")" = true ]
	[ "$(jq '.zones | length > 0' <<<"$out")" = true ]
	[ "$(jq -r '.sources[] | select(.path == "/proc/iomem").status' <<<"$out")" = denied ]
	ml layout --root hidden
	[[ $err == *'/proc/iomem (needs CAP_SYS_ADMIN)'* ]]
}
