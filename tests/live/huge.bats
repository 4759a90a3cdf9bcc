#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens huge and numa on pages that the test made, and beside what cat and numastat print.
# shellcheck disable=SC2016,SC2154,SC2317 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports
load objects

pools=/sys/kernel/mm/hugepages
nodes=/sys/devices/system/node
thp=/sys/kernel/mm/transparent_hugepage
ksm=/sys/kernel/mm/ksm

setup() {
	needs jq
	needs_objects
}

teardown() {
	# what the test had merged is taken apart, also in processes of others
	[ -z "${unmerge-}" ] || printf 2 >"$ksm/run"
	end_objects
	[ -z "${mounted-}" ] || umount "$mounted"
	restore
}

default_size() {
	awk '$1 == "Hugepagesize:" { printf "%.0f", $2 * 1024 }' /proc/meminfo
}

page_bytes() {
	getconf PAGESIZE
}

# ---- pools -------------------------------------------------------------------------------

pool() { # COLUMN: of the default size
	jq -r --argjson size "$(default_size)" ".pools[] | select(.size == \$size).$1" \
		<"$BATS_TEST_TMPDIR/out"
}

@test "a pool is the files of the kernel, in bytes" {
	local dir size file column
	[ -d "$pools" ] || skip 'no pools'
	ml huge -J --table pools
	exits 0
	for dir in "$pools"/hugepages-*; do
		size=${dir##*-}
		size=$((${size%kB} * 1024))
		for file in nr:total free:free resv:reserved surplus:surplus nr_overcommit:overcommit; do
			column=${file#*:} file=${file%:*}
			json ".pools[] | select(.size == $size).$column" \
				$(($(cat "$dir/${file}_hugepages") * size))
		done
	done
}

@test "pages mapped, promised and idle, and who has them" {
	local size before
	needs_pool 8
	size=$(default_size)
	ml huge -J --table pools
	before=$(pool used)
	make_objects hugetlb private 3
	make_objects reserved 2
	ml huge -J --table pools,processes
	exits 0
	equals "$(pool used)" $((before + 3 * size))
	equals "$(pool total)" $(($(pool used) + $(pool free)))
	equals "$(pool idle)" $(($(pool free) - $(pool reserved)))
	[ "$(pool reserved)" -ge $((2 * size)) ]
	json "[.processes[] | select(.hugetlb == 3 * $size and .comm == \"objects\")] | length" 1
	# a process that was promised pages has none yet
	json "[.processes[] | select(.comm == \"objects\" and .pid == $(made .pid))] | length" 0
	ml where -J --table where
	json '.where | map(select(.key == "hugetlb_used" or .key == "hugetlb_reserved" or
		.key == "hugetlb_free").bytes) | add' \
		"$(awk '$1 == "Hugetlb:" { printf "%.0f", $2 * 1024 }' /proc/meminfo)"
}

@test "the pools of the nodes are those of the machine" {
	[ -d "$nodes/node0/hugepages" ] || skip 'no pools by node'
	needs_pool 4
	ml huge -J --table pools,pools_node
	exits 0
	json '. as $all | [.pools[] | .size as $s | .total ==
		([$all.pools_node[] | select(.size == $s).total] | add)] | all'
	json '. as $all | [.pools[] | .size as $s | .free ==
		([$all.pools_node[] | select(.size == $s).free] | add)] | all'
}

@test "a file of a pool that nobody maps keeps its pages" {
	local size used dir
	grep -qw hugetlbfs /proc/filesystems || skip 'no hugetlbfs'
	needs_pool 4
	size=$(default_size)
	dir=$BATS_TEST_TMPDIR/pool
	mkdir "$dir"
	mount -t hugetlbfs -o "size=$((2 * size))" none "$dir" 2>/dev/null || skip 'cannot mount'
	mounted=$dir
	used=$("$MEMLENS" huge -J --table pools | jq ".pools[] | select(.size == $size).used")
	fallocate -l "$size" "$dir/left" || skip 'no fallocate'
	ml huge -J --table pools,mounts
	exits 0
	json ".pools[] | select(.size == $size).used" $((used + size))
	json ".mounts[] | select(.point == \"$dir\") | .page == $size and .limit == $((2 * size))"
}

# ---- transparent huge pages --------------------------------------------------------------

@test "huge pages that a process has" {
	[ -e "$thp/enabled" ] || skip 'no transparent huge pages'
	grep -q '\[never\]' "$thp/enabled" && set_file "$thp/enabled" madvise
	make_objects thp 8
	ml huge -J --table thp,processes
	exits 0
	json ".processes[] | select(.pid == $(made .pid)).anon" "$(made .size)"
	json '.thp[0].enabled' "$(sed 's/.*\[\(.*\)\].*/\1/' "$thp/enabled")"
	json '.thp[0].size' "$(cat "$thp/hpage_pmd_size")"
	json ".thp[0].anon >= $(made .size)"
}

@test "sizes are the files of the kernel" {
	local dir size stat
	compgen -G "$thp/hugepages-*" >/dev/null || skip 'no sizes of transparent huge pages'
	# what others do in between may not move it: three tries
	for _ in 1 2 3; do
		ml huge -J --table mthp
		exits 0
		for dir in "$thp"/hugepages-*; do
			size=${dir##*-}
			size=$((${size%kB} * 1024))
			for stat in split shmem_alloc swpout anon_fault_alloc; do
				[ -e "$dir/stats/$stat" ] || continue
				echo "$size $stat $(cat "$dir/stats/$stat")"
			done
		done | sort >"$BATS_TEST_TMPDIR/files"
		jq -r '.mthp[] | .size as $s | to_entries[] |
			select(.value != null and (.key | IN("split", "shmem_alloc", "swpout",
			"anon_fault_alloc"))) | "\($s) \(.key) \(.value)"' \
			<"$BATS_TEST_TMPDIR/out" | sort >"$BATS_TEST_TMPDIR/ours"
		[ -s "$BATS_TEST_TMPDIR/ours" ]
		! diff "$BATS_TEST_TMPDIR/files" "$BATS_TEST_TMPDIR/ours" || return 0
	done
	return 1
}

@test "faults are counted between two samples" {
	[ -e "$thp/enabled" ] || skip 'no transparent huge pages'
	grep -q '\[never\]' "$thp/enabled" && set_file "$thp/enabled" madvise
	(
		sleep 0.5
		exec timeout 20 "$objects" thp 16 </dev/null >/dev/null
	) 3>&- &
	ml huge -J --table events --delay 2 --count 2
	wait $!
	tail -n 1 "$BATS_TEST_TMPDIR/out" >"$BATS_TEST_TMPDIR/last"
	jq -es 'last | .events[] | select(.event == "fault") | .done_rate >= 7' \
		<"$BATS_TEST_TMPDIR/out" || wrong 'expected 16 faults in 2 s'
}

# ---- equal pages -------------------------------------------------------------------------

@test "equal pages are merged, and it is said what that saves" {
	local merged
	[ -e "$ksm/run" ] || skip 'no KSM'
	[ -e /proc/self/ksm_merging_pages ] || skip 'this kernel tells nothing of processes'
	set_file "$ksm/pages_to_scan" 20000
	set_file "$ksm/sleep_millisecs" 10
	[ "$(cat "$ksm/pages_shared")" != 0 ] || unmerge=1
	set_file "$ksm/run" 1
	make_objects ksm 16M
	for ((i = 0; i < 200; i++)); do
		merged=$(cat "/proc/$(made .pid)/ksm_merging_pages")
		[ $((merged * $(page_bytes))) -lt 15000000 ] || break
		sleep 0.1
	done
	ml huge -J --table ksm
	json '.ksm[0].state' on
	printf 0 >"$ksm/run" # what is merged stays, and no more is
	ml huge -J --table ksm,processes
	exits 0
	json '.ksm[0].state' 'off, but merged pages stay'
	json ".ksm[0].saved >= 15000000 and .ksm[0].shared > 0 and .ksm[0].cost >= 0"
	[ ! -e "$ksm/general_profit" ] || json '.ksm[0] | .saved - .profit == .cost'
	json ".processes[] | select(.pid == $(made .pid)).merged" \
		$(($(cat "/proc/$(made .pid)/ksm_merging_pages") * $(page_bytes)))
	json ".ksm[0].sharing > 0 and (.ksm[0].sharing % $(page_bytes)) == 0"
	# the merged process ends, others of the machine may have changed theirs meanwhile
	json '.ksm[0].full_scans' "$(cat "$ksm/full_scans")"
}

# ---- nodes -------------------------------------------------------------------------------

needs_nodes() {
	[ -d "$nodes/node0" ] || skip 'no NUMA'
}

@test "a node has what its files say" {
	needs_nodes
	ml numa -J
	exits 0
	json '.nodes | map(.node) | sort == .'
	json '.nodes | length' "$(find "$nodes" -maxdepth 1 -name 'node[0-9]*' | wc -l)"
	json '.nodes[0].total' "$(awk '$3 == "MemTotal:" { printf "%.0f", $4 * 1024 }' "$nodes/node0/meminfo")"
	json '.nodes[0].cpus' "$(cat "$nodes/node0/cpulist")"
	json '.nodes[0].distances' "$(xargs <"$nodes/node0/distance")"
	json '.nodes | map(.total) | add <= '"$(awk '$1 == "MemTotal:" { printf "%.0f", $2 * 1024 }' /proc/meminfo)"
	json '[.nodes[] | .used + .free == .total] | all'
}

@test "what numastat says of the nodes" {
	local total
	needs_nodes
	needs numastat
	total=$(numastat -m 2>/dev/null | awk '$1 == "MemTotal" { print $2 }')
	[ -n "$total" ] || skip 'numastat says nothing here'
	ml numa -J --table nodes
	json ".nodes[0].total / 1048576 - $total | fabs < 0.01"
}

@test "the memory of a process by node, beside numastat and its RSS" {
	local pid numastat
	needs_nodes
	make_objects anon 64M 32M
	pid=$(made .pid)
	ml numa -J --maps "$pid"
	exits 0
	json '.nodes | length' 0
	json ".processes | map(.anon) | add >= $(made .rss)"
	json '([.maps[] | .bytes] | add) == ([.processes[] | .total] | add)'
	json '([.policies[] | .bytes] | add) == ([.processes[] | .total] | add)'
	json "[.maps[] | select(.start == \"$(made .start)\").bytes] | add" "$(made .rss)"
	command -v numastat >/dev/null || return 0
	numastat=$(numastat -p "$pid" 2>/dev/null | awk '$1 == "Total" { print $NF }')
	[ -z "$numastat" ] ||
		json "([.processes[] | .total] | add) / 1048576 - $numastat | fabs < 0.02"
}

@test "pages of a pool are counted in their own size" {
	needs_nodes
	needs_pool 4
	make_objects hugetlb private 2
	ml numa -J "$(made .pid)"
	exits 0
	json '.processes | map(.hugetlb) | add' "$(made .size)"
}

@test "free by node is what the machine has" {
	needs_nodes
	ml free -J --nodes
	exits 0
	json '[.nodes[] | .total == .used + .free + .buff_cache] | all'
}

@test "a process that is not there, and one we may not look into" {
	needs_nodes
	ml numa 4194305
	exits 3
	complains '/proc/4194305/numa_maps'
	needs_root
	ml_nobody numa $$
	exits 3
	complains 'CAP_SYS_PTRACE'
}

@test "a machine without nodes says so in one line" {
	mkdir -p "$BATS_TEST_TMPDIR/none/proc"
	cp /proc/meminfo "$BATS_TEST_TMPDIR/none/proc"
	ml numa --root "$BATS_TEST_TMPDIR/none"
	exits 3
	complains "$nodes: No such file or directory"
	ml huge --root "$BATS_TEST_TMPDIR/none"
	exits 0
	is_quiet
}
