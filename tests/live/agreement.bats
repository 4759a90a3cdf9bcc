#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The running machine: our numbers against those of other programs and of the files themselves.
# The machine moves meanwhile, so readings are taken between two others and tried again.
# shellcheck disable=SC2016,SC2154,SC2317 # jq has variables too; ml sets status, out, err and lines

load ../cli/reports

between() { # LOW VALUE HIGH, in any order of the outer two
	local low=$1 high=$3
	[ "$low" -le "$high" ] || { low=$3 high=$1; }
	[ "$2" -ge "$low" ] && [ "$2" -le "$high" ]
}

# Tries COMMAND until it succeeds.
eventually() { # TIMES COMMAND...
	local n=$1
	shift
	for ((; n > 0; n--)); do
		! "$@" || return 0
	done
	return 1
}

@test "free: the fields of procps free -b, when nothing moved in between" {
	needs free jq
	same() {
		local before after ours
		# total free shared buff_cache available; its used differs by definition
		before=$(free -b | awk '$1 == "Mem:" { print $2, $4, $5, $6, $7 } $1 == "Swap:" { print $2, $3, $4 }')
		ours=$("$MEMLENS" free -J | jq -r '.free | (.[0] | "\(.total) \(.free) \(.shared) \(.buff_cache) \(.available)"),
			(.[1] | "\(.total) \(.used) \(.free)")')
		after=$(free -b | awk '$1 == "Mem:" { print $2, $4, $5, $6, $7 } $1 == "Swap:" { print $2, $3, $4 }')
		echo "$before"
		echo "$ours"
		local b o a i
		read -ra b <<<"${before//$'\n'/ }"
		read -ra o <<<"${ours//$'\n'/ }"
		read -ra a <<<"${after//$'\n'/ }"
		for i in "${!b[@]}"; do
			between "${b[i]}" "${o[i]}" "${a[i]}" || return 1
		done
	}
	eventually 50 same
}

@test "free: used is what is not available" {
	ml free -J
	exits 0
	json '.free[0] | .used == .total - .available'
}

@test "free --compare: the formulas of others, over the same meminfo" {
	ml free --compare -J
	exits 0
	json '(.free[0]) as $m | .compare | any(.used == $m.total - $m.available) and all(.used > 0 and .used <= $m.total)'
}

@test "where: the parts add up to MemTotal to the byte, and children to their parent" {
	ml where -J
	exits 0
	json '.where as $w | all($w[]; . as $p | [$w[] | select(.parent == $p.key).bytes] |
		length == 0 or add == $p.bytes)'
}

@test "where: the residue is below 0.5 % of memory, median of five" {
	needs jq
	for _ in 1 2 3 4 5; do
		"$MEMLENS" where -J | jq '.where[] | select(.key == "residue").share | fabs * 100000 | floor'
		sleep 0.1
	done >"$BATS_TEST_TMPDIR/shares"
	cat "$BATS_TEST_TMPDIR/shares"
	[ "$(sort -n "$BATS_TEST_TMPDIR/shares" | sed -n 3p)" -lt 500 ]
}

@test "where and the overview tell the same classes" {
	needs jq
	same() {
		local a b
		a=$("$MEMLENS" where -J | jq '.where[] | select(.key == "hugetlb" or .key == "total").bytes')
		b=$("$MEMLENS" -J | jq '.memory[] | select(.key == "hugetlb" or .key == "total").bytes' | sort -n)
		[ "$(sort -n <<<"$a")" = "$b" ]
	}
	same
	ml -J
	json '(.memory[] | select(.key == "total").bytes) as $t | ([.memory[] | select(.key != "total").bytes] | add) == $t'
}

@test "slab: every cache as awk reads it" {
	needs jq
	[ -r /proc/slabinfo ] || skip 'slabinfo cannot be read here'
	page=$(getconf PAGESIZE)
	theirs() {
		awk -v page="$page" '!/^#/ && / : slabdata / { print $1, $3, $2, $(NF - 1) * $6 * page }' /proc/slabinfo | sort
	}
	same() {
		local before ours after
		before=$(theirs)
		ours=$("$MEMLENS" slab -r -n --table slab -o cache,objects,active,bytes | sort)
		after=$(theirs)
		# rows that did not move between the two readings have to be ours
		comm -12 <(echo "$before") <(echo "$after") >"$BATS_TEST_TMPDIR/still"
		[ "$(wc -l <"$BATS_TEST_TMPDIR/still")" -ge 20 ] &&
			[ -z "$(comm -23 "$BATS_TEST_TMPDIR/still" <(echo "$ours"))" ]
	}
	eventually 20 same
}

@test "slab: the total is Slab of meminfo" {
	same() {
		local before after ours
		before=$(awk '/^Slab:/ { print $2 * 1024 }' /proc/meminfo)
		ours=$("$MEMLENS" slab -r -n --table totals -o slab)
		after=$(awk '/^Slab:/ { print $2 * 1024 }' /proc/meminfo)
		between "$before" "$ours" "$after"
	}
	eventually 50 same
}

@test "vmalloc: pages by caller as awk adds them up" {
	[ -r /proc/vmallocinfo ] || skip 'vmallocinfo cannot be read here'
	page=$(getconf PAGESIZE)
	sum() {
		sed -n 's/.*\bpages=\([0-9]*\).*/\1/p' /proc/vmallocinfo | awk -v page="$page" '{ n += $1 } END { print n * page }'
	}
	same() {
		local before after ours
		before=$(sum)
		ours=$("$MEMLENS" vmalloc -r -n --table vmalloc -o bytes | awk '{ n += $1 } END { printf "%d\n", n }')
		after=$(sum)
		between "$before" "$ours" "$after"
	}
	eventually 20 same
}

@test "vmstat: the counters of the file, and the state of vmstat(8)" {
	needs jq
	ml vmstat --all -J
	exits 0
	equals "$(jq -r '.all[].counter' <<<"$out")" "$(awk '{ print $1 }' /proc/vmstat)"
	before=$(awk '$1 == "pgfault" { print $2 }' /proc/vmstat)
	ours=$("$MEMLENS" vmstat --all -r -n -o counter,value --filter 'counter = pgfault' | cut -d' ' -f2)
	after=$(awk '$1 == "pgfault" { print $2 }' /proc/vmstat)
	between "$before" "$ours" "$after"
}

@test "vmstat: the rates of two samples are the deltas of the file" {
	needs jq
	# a steady stream of page faults and reads, so that there is something to measure
	same() {
		local before after ours start end low high
		"$MEMLENS" vmstat --all -J 1 1 >"$BATS_TEST_TMPDIR/ours" &
		start=$EPOCHREALTIME
		before=$(awk '$1 == "pgfault" { print $2 }' /proc/vmstat)
		while kill -0 $! 2>/dev/null; do /bin/true; done
		wait $!
		after=$(awk '$1 == "pgfault" { print $2 }' /proc/vmstat)
		end=$EPOCHREALTIME
		ours=$(jq '.all[] | select(.counter == "pgfault").rate | floor' "$BATS_TEST_TMPDIR/ours")
		high=$(awk -v n=$((after - before)) -v s="$start" -v e="$end" 'BEGIN { printf "%d", n / (e - s) }')
		low=$((high / 2)) high=$((high * 2))
		echo "ours $ours, $low to $high"
		between "$low" "$ours" "$high"
	}
	eventually 5 same
}

@test "vmstat: CPU shares are about those of vmstat(8), and add up to one" {
	needs vmstat jq
	same() {
		local idle ours
		"$MEMLENS" vmstat -J 1 1 >"$BATS_TEST_TMPDIR/ours" &
		idle=$(LC_ALL=C vmstat -n 1 2 | awk 'END { print $15 }')
		wait $!
		ours=$(jq '.vmstat[0].idle * 100 | round' "$BATS_TEST_TMPDIR/ours")
		echo "idle $idle, ours $ours"
		jq -e '.vmstat[0] | .user + .system + .idle + .iowait + .steal | . > 0.999 and . < 1.001' "$BATS_TEST_TMPDIR/ours" &&
			between $((idle - 15)) "$ours" $((idle + 15))
	}
	eventually 5 same
}

@test "psi: the averages and totals of the files" {
	needs_file /proc/pressure/memory
	needs jq
	same() {
		local before after ours
		before=$(cat /proc/pressure/memory)
		ours=$("$MEMLENS" psi -J | jq -r '.psi[] | select(.resource == "memory") |
			[.kind, .avg10, .avg60, .avg300, .total] | @tsv' |
			awk '{ printf "%s avg10=%.2f avg60=%.2f avg300=%.2f total=%.0f\n", $1, $2 * 100, $3 * 100, $4 * 100, $5 * 1e6 }')
		after=$(cat /proc/pressure/memory)
		[ "$before" != "$after" ] || [ "$ours" = "$before" ]
	}
	eventually 20 same
	same
}

@test "psi --wait: a bad trigger is wrong usage, a file that is not there is exit 3" {
	for spec in '' some some:100ms 'some:100ms/' some:100/2s half:1ms/2s some:3s/2s some:1ms/2s/3s; do
		ml psi --wait "$spec"
		[ -z "$spec" ] || exits 2
	done
}

@test "psi --wait: ends with the watcher's timeout when nothing stalls" {
	[ -w /proc/pressure/memory ] || skip 'no pressure file to write to'
	run timeout 1 "$MEMLENS" psi --wait some:1900ms/2s
	[ "$status" -eq 124 ] || [ "$status" -eq 0 ]
}

@test "zone: free and marks of zoneinfo" {
	needs jq
	page=$(getconf PAGESIZE)
	marks() {
		awk '/^Node/ { zone = $2 $4; sub(",", " ", zone) }
			$1 == "min" || $1 == "low" || $1 == "high" || $1 == "managed" { if (!seen[zone $1]++) print zone, $1, $2 }' /proc/zoneinfo | sort
	}
	ours=$("$MEMLENS" zone -J | jq -r --argjson page "$page" '.zone[] | . as $z |
		("min", "low", "high", "managed") | "\($z.node) \($z.zone) \(.) \($z[.] / $page)"' | sort)
	[ -z "$(comm -23 <(echo "$ours") <(marks))" ]
}

teardown() {
	[ -z "${mounted-}" ] || umount "$mounted"
}

# The folder of the kernel's own indices, mounted for the test where it is not.
find_indices() {
	index=/sys/kernel/debug/extfrag
	[ ! -r $index/unusable_index ] || return 0
	index=$BATS_TEST_TMPDIR/debug/extfrag
	mkdir "$BATS_TEST_TMPDIR/debug"
	mount -t debugfs none "$BATS_TEST_TMPDIR/debug" 2>/dev/null || return 1
	mounted=$BATS_TEST_TMPDIR/debug
	[ -r "$index/unusable_index" ]
}

@test "frag: the indices the kernel prints, when buddyinfo stood still" {
	needs jq
	find_indices || skip 'debugfs cannot be read here'
	kernel() { # FILE
		awk '{ sub(",", "", $2); for (i = 5; i <= NF; i++) {
			v = $i; if (v ~ /\.-/) { sub(/\.-/, ".", v); v = "-" v }
			printf "%s %s %d %.3f\n", $2, $4, i - 5, v } }' "$1"
	}
	ours() { # COLUMN
		jq -r --arg c "$1" '.frag[] | "\(.node) \(.zone) \(.order) \(.[$c])"' "$BATS_TEST_TMPDIR/frag" |
			awk '{ printf "%s %s %d %.3f\n", $1, $2, $3, $4 }'
	}
	for _ in {1..20}; do
		before=$(cat /proc/buddyinfo)
		unusable=$(kernel "$index"/unusable_index)
		fragmentation=$(kernel "$index"/extfrag_index)
		"$MEMLENS" frag -J >"$BATS_TEST_TMPDIR/frag"
		[ "$before" = "$(cat /proc/buddyinfo)" ] || continue
		equals "$(ours unusable)" "$unusable"
		equals "$(ours index)" "$fragmentation"
		return 0
	done
	skip 'buddyinfo never stood still in 20 tries'
}

@test "frag: free blocks are those of buddyinfo" {
	needs jq
	same() {
		local before ours
		before=$(awk '{ sub(",", "", $2); for (i = 5; i <= NF; i++) print $2, $4, i - 5, $i }' /proc/buddyinfo)
		ours=$("$MEMLENS" frag -r -n --table frag -o node,zone,order,free_blocks)
		[ "$ours" = "$before" ]
	}
	eventually 100 same || skip 'buddyinfo never stood still in 100 tries'
}
