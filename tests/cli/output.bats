#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The options that shape the output: formats, columns, rows, scales, colour, locale.
# shellcheck disable=SC2154 # status, out, err and lines are set by ml

load reports

root=$BATS_TEST_DIRNAME/../sysroots/6.12-amd64

@test "JSON: envelope, one array a table, base units, unknown is null" {
	needs jq
	ml slab --root "$root" -J
	exits 0
	jq -e '.schema == "memlens/1/slab" and .kernel == "6.12.107+deb13-amd64" and .page_size == 4096
		and .time == null and (.sources | length > 0) and (.sources[0] |
		has("path") and has("status") and has("errno") and has("capability") and has("bad_lines"))
		and (.slab[0] | .bytes == .slabs * .slab_bytes) and .slab[0].growth == null
		and (.slab | all(.use == null or (.use >= 0 and .use <= 1)))' <<<"$out" >/dev/null
}

@test "JSON of the live machine has a time, a host and a boot" {
	needs jq
	ml free -J
	exits 0
	jq -e '(.time | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z$")) and .host and
		.kernel and .boot_id' <<<"$out" >/dev/null
	equals "$(jq -r .kernel <<<"$out")" "$(uname -r)"
}

@test "JSON Lines when repeated, one line a sample, each valid" {
	needs jq
	ml free -J 0.02 4
	exits 0
	equals "${#lines[@]}" 4
	for line in "${lines[@]}"; do
		jq -e '.schema == "memlens/1/free"' <<<"$line" >/dev/null
	done
}

@test "delay and count: as options and as operands, and count alone" {
	ml vmstat -n 0.02 3
	exits 0
	equals "${#lines[@]}" 3
	ml vmstat -n -d 0.02 -c 3
	equals "${#lines[@]}" 3
	ml vmstat 0.02 3
	equals "${#lines[@]}" 4
	ml vmstat -n --since-boot 0.02 3
	equals "${#lines[@]}" 3
	start=$EPOCHREALTIME
	ml free -n -c 2
	exits 0
	took=$(((${EPOCHREALTIME/[.,]/} - ${start/[.,]/}) / 1000))
	[ "$took" -ge 950 ]
	[ "$took" -lt 5000 ]
}

@test "a copied machine is shown once, whatever the delay" {
	ml vmstat -n --root "$root" 0.02 3
	exits 0
	equals "${#lines[@]}" 1
}

@test "the last of several formats wins, and every table can be chosen" {
	ml free --root "$root" -J --csv -n
	exits 0
	equals "${lines[0]%%,*}" Mem
	ml free --root "$root" --table compare
	exits 0
	holds "${lines[1]}" TOOL
	lacks "$out" "
Swap"
	ml free --root "$root" --table free,compare
	holds "$out" Swap
	holds "$out" TOOL
}

@test "-o: a list, +added, TABLE.KEY, hidden columns, order kept" {
	ml zone --root "$root" -o free,zone,node
	exits 0
	equals "$(tr -s ' ' <<<"${lines[0]}" | sed 's/^ //')" "FREE ZONE NODE"
	ml zone --root "$root"
	lacks "${lines[0]}" SPANNED
	plain=$(head -n 1 <<<"$out")
	ml zone --root "$root" -o +spanned
	holds "${lines[0]}" SPANNED
	equals "$(tr -s ' ' <<<"${lines[0]}" | sed 's/ SPANNED//')" "$(tr -s ' ' <<<"$plain")"
	ml frag --root "$root" -o frag.order,frag.index
	exits 0
	equals "$(head -n 2 <<<"$out" | tail -n 1 | tr -s ' ')" "ORDER INDEX"
	lacks "$out" "huge pages to be had"
	ml zone --root "$root" --output-all
	holds "${lines[0]}" PCPHIGH
	ml zone --root "$root" -o zone -J
	lacks "$out" '"free"'
}

@test "-n leaves headings, titles and notes out" {
	ml vmstat --root "$root" -n
	exits 0
	equals "${#lines[@]}" 1
	ml frag --root "$root" -n
	lacks "$out" NODE
	lacks "$out" "migrate types"
	ml zone --root "$root" -n --csv
	equals "${lines[0]%%,*}" 0
}

@test "--sort: numbers descend, strings ascend, :asc and :desc turn them round" {
	ml slab --root "$root" --table slab --csv -n -o objects --sort objects
	equals "$out" "$(sort -rn <<<"$out")"
	ml slab --root "$root" --table slab --csv -n -o objects --sort objects:asc
	equals "$out" "$(sort -n <<<"$out")"
	ml slab --root "$root" --table slab --csv -n -o cache --sort cache
	equals "$out" "$(LC_ALL=C sort <<<"$out")"
	ml slab --root "$root" --table slab --csv -n -o cache --sort cache:desc
	equals "$out" "$(LC_ALL=C sort -r <<<"$out")"
}

@test "--sort: unknown values come last in both directions" {
	ml vmalloc --root "$root" --table vmalloc -r -n -o bytes --sort bytes:asc
	equals "${lines[-1]}" -
	[ "${lines[0]}" != - ]
	ml vmalloc --root "$root" --table vmalloc -r -n -o bytes --sort bytes:desc
	equals "${lines[-1]}" -
}

@test "--sort of a tree keeps children below their parent" {
	needs jq
	for spec in bytes bytes:asc name share; do
		ml where --root "$root" --table where --sort "$spec" -J
		exits 0
		jq -e '[.where[].key] as $k | .where as $w |
			all(range(0; $w | length); . as $i | $w[$i].parent as $p |
				$p == null or ($k[:$i] | index($p)) != null)' <<<"$out" >/dev/null
	done
	ml where --root "$root" --table where --sort bytes -J
	jq -e '[.where[] | select(.parent == "total").bytes] | . == (sort | reverse)' <<<"$out" >/dev/null
	jq -e '[.where[] | select(.parent == "kernel").bytes] | . == (sort | reverse)' <<<"$out" >/dev/null
}

@test "--top: so many rows, so many children of each tree node, the rest is counted" {
	ml slab --root "$root" --table slab --top 3
	equals "${#lines[@]}" 5
	holds "${lines[-1]}" "more rows"
	ml slab --root "$root" --table slab --csv -n --top 1000
	all=${#lines[@]}
	ml slab --root "$root" --table slab --top 3
	equals "${lines[-1]}" "($((all - 3)) more rows)"
	# the residue stays: without it the rest would not add up
	ml where --root "$root" --table where --top 1 -J
	json '[.where[].parent] | (map(select(. == "free")) | length) == 1 and (map(select(. == "total")) | length) == 2'
}

@test "--filter: numbers with suffixes, per cent, words, quotes, and, or, not, brackets" {
	filter() { # EXPR CHECK
		ml slab --root "$root" --table slab -J --filter "$1"
		exits 0
		jq -e ".slab | length > 0 and all(.[]; $2)" <<<"$out" >/dev/null
	}
	needs jq
	filter 'bytes > 1M' '.bytes > 1048576'
	filter 'bytes >= 512K and bytes < 1M' '.bytes >= 524288 and .bytes < 1048576'
	filter 'use < 50%' '.use < 0.5'
	filter 'cache = dentry' '.cache == "dentry"'
	filter 'cache = "dentry" or cache = "inode_cache"' '.cache == "dentry" or .cache == "inode_cache"'
	filter 'cache ~ ^kmalloc-[0-9]+k$' '.cache | test("^kmalloc-[0-9]+k$")'
	filter 'cache !~ kmalloc' '.cache | test("kmalloc") | not'
	filter 'not cache ~ kmalloc and not (bytes < 100K or use = 1)' '(.cache | test("kmalloc") | not) and .bytes >= 102400 and .use != 1'
	filter 'cache=dentry or cache=dentry and bytes=0' '.cache == "dentry"'
	filter 'bytes != 0' '.bytes != 0'
}

@test "--filter: unknown values match only = -" {
	needs jq
	ml vmalloc --root "$root" --table vmalloc -J --filter 'bytes = -'
	jq -e '.vmalloc | length > 0 and all(.bytes == null)' <<<"$out" >/dev/null
	unknown=$(jq '.vmalloc | length' <<<"$out")
	ml vmalloc --root "$root" --table vmalloc -J --filter 'bytes >= 0'
	jq -e '.vmalloc | all(.bytes != null)' <<<"$out" >/dev/null
	known=$(jq '.vmalloc | length' <<<"$out")
	ml vmalloc --root "$root" --table vmalloc -J
	equals "$(jq '.vmalloc | length' <<<"$out")" $((known + unknown))
}

@test "--filter of a tree keeps the parents" {
	ml where --root "$root" --table where -n -o key,bytes --filter 'key = pcp'
	equals "$(sed -E 's/^[^a-z]*//; s/ .*//' <<<"$out" | tr '\n' ' ')" "total free pcp "
}

@test "--filter: bad expressions exit with 2 and say why" {
	for expr in '' ' ' 'bytes' 'bytes >' '> 1' 'bytes > 1 and' '(bytes > 1' 'bytes > 1)' \
		'bytes = 1 bytes = 2' 'cache ~ [' 'cache ~ *' 'bytes > x' 'nope = 1' 'bytes > 1X' \
		'cache = "open' 'not' '!' 'bytes => 1' 'bytes > 1 or or bytes < 2'; do
		ml slab --root "$root" --filter "$expr"
		if [ "$status" -ne 2 ]; then
			echo "accepted: $expr"
			return 1
		fi
		equals "$out" ""
	done
}

@test "--filter: a deep or long expression does not bring it down" {
	deep=$(printf '(%.0s' {1..20000})
	ml slab --root "$root" --filter "${deep}bytes>0"
	exits 2
	deep=$(printf 'not %.0s' {1..20000})
	ml slab --root "$root" --filter "${deep}bytes>0"
	[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
	long=$(printf 'bytes>0 or %.0s' {1..5000})
	ml slab --root "$root" --filter "${long}bytes>0"
	[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
}

@test "scales agree with each other" {
	ml free --root "$root" -n -b
	total=$(awk '$1 == "Mem" { print $2 }' <<<"$out")
	equals "$total" "$(awk '/^MemTotal:/ { print $2 * 1024 }' "$root/proc/meminfo")"
	ml free --root "$root" -n -k
	equals "$(awk '$1 == "Mem" { print $2 }' <<<"$out")" $((total / 1024))
	ml free --root "$root" -n --si
	equals "$(awk '$1 == "Mem" { print $2 }' <<<"$out")" \
		"$(awk -v b="$total" 'BEGIN { printf "%.1fG", b / 1e9 }')"
	ml free --root "$root" -n -h
	equals "$(awk '$1 == "Mem" { print $2 }' <<<"$out")" \
		"$(awk -v b="$total" 'BEGIN { printf "%.1fGi", b / 2 ^ 30 }')"
}

@test "CSV, raw and pairs carry the same exact values" {
	ml slab --root "$root" --table slab --csv -n -o bytes,objects,cache
	csv=$out
	ml slab --root "$root" --table slab -r -n -o bytes,objects,cache
	equals "$(tr ' ' , <<<"$out")" "$csv"
	ml slab --root "$root" --table slab -P -o bytes,objects,cache
	equals "$(sed -E 's/BYTES="(.*)" OBJECTS="(.*)" CACHE="(.*)"/\1,\2,\3/' <<<"$out")" "$csv"
}

@test "no colour off a terminal; --color, NO_COLOR and CLICOLOR_FORCE" {
	esc=$'\033['
	export TERM=xterm-256color
	for command in free where frag; do
		ml "$command" --root "$root"
		lacks "$out" "$esc"
		ml "$command" --root "$root" --color always
		holds "$out" "$esc"
		NO_COLOR=1 ml "$command" --root "$root" --color always
		holds "$out" "$esc"
		CLICOLOR_FORCE=1 ml "$command" --root "$root"
		holds "$out" "$esc"
		CLICOLOR_FORCE=1 ml "$command" --root "$root" --color never
		lacks "$out" "$esc"
		NO_COLOR=1 CLICOLOR_FORCE=1 ml "$command" --root "$root"
		lacks "$out" "$esc"
		ml "$command" --root "$root" --color always -J
		lacks "$out" "$esc"
	done
}

@test "a terminal gets colour unless it is dumb or NO_COLOR is set" {
	needs script
	on_tty() { script -qec "$MEMLENS free --root $root" /dev/null </dev/null; }
	TERM=xterm-256color capture on_tty
	holds "$out" $'\033['
	TERM=xterm-256color NO_COLOR=1 capture on_tty
	lacks "$out" $'\033['
	TERM=dumb capture on_tty
	lacks "$out" $'\033['
}

@test "LANG=C and --ascii print ASCII alone" {
	for command in '' where slab; do
		LC_ALL=C ml ${command:+"$command"} --root "$root"
		exits 0
		! LC_ALL=C grep -q '[^ -~]' <<<"$out"
		ascii=$out
		ml ${command:+"$command"} --root "$root" --ascii
		equals "$out" "$ascii"
	done
	ml where --root "$root"
	holds "$out" "├─"
	LC_ALL='' LC_CTYPE='' LANG=C.UTF-8 ml where --root "$root"
	holds "$out" "├─"
}

@test "the decimal point is a point in every locale" {
	if ! locale -a 2>/dev/null | grep -qix 'de_DE.utf-\?8'; then
		skip 'no locale de_DE.UTF-8'
	fi
	ml frag --root "$root" -J
	there=$out
	LC_ALL=de_DE.UTF-8 ml frag --root "$root" -J
	equals "$out" "$there"
}

@test "nothing depends on COLUMNS" {
	for command in '' $("$MEMLENS" help --reports); do
		ml ${command:+"$command"} --root "$root"
		text=$out
		COLUMNS=40 ml ${command:+"$command"} --root "$root"
		equals "$out" "$text"
	done
}
