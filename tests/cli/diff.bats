#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens diff: two copied machines, made here so that what changed is known.
# shellcheck disable=SC2016,SC2154 # jq has variables too; ml sets status, out, err and lines

load reports

setup() {
	a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/b
	machine "$a" 1000.00
	machine "$b" 1010.00
}

# A machine that tells when it is, and its boot.
machine() { # FOLDER UPTIME
	mkdir -p "$1/proc/sys/kernel/random"
	echo "$2 900.00" >"$1/proc/uptime"
	echo 11111111-2222-3333-4444-555555555555 >"$1/proc/sys/kernel/random/boot_id"
	printf 'MemTotal: 1000000 kB\nMemFree: 500000 kB\nAnonPages: 40000 kB\n' >"$1/proc/meminfo"
	printf 'nr_anon_pages 10000\npgfault 5000\npgfree 100\n' >"$1/proc/vmstat"
}

# process FOLDER PID START NAME [RSS_KIB]: START in ticks; with a size a rollup, too.
process() {
	mkdir -p "$1/proc/$2"
	printf '%s (%s) S 1 %s %s 0 -1 4194304 5 0 0 0 0 0 0 0 20 0 1 0 %s 8192000 %s 1 1 1 1 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0\n' \
		"$2" "$4" "$2" "$2" "$3" "$((${5:-0} / 4))" >"$1/proc/$2/stat"
	printf '2000 %s 10 1 0 100 0\n' "$((${5:-0} / 4))" >"$1/proc/$2/statm"
	[ -z "${5-}" ] || {
		echo '00400000-7ffd00000000 ---p 00000000 00:00 0 [rollup]'
		printf '%s: %s kB\n' Rss "$5" Pss "$5" Private_Clean 0 Private_Dirty "$5"
	} >"$1/proc/$2/smaps_rollup"
}

# mapping FOLDER PID START-END RSS_KIB [NAME]: one more of its smaps.
mapping() {
	{
		printf '%s rw-p 00000000 00:00 0 %s\n' "$3" "${5-}"
		printf '%s: %s kB\n' Size "$((16#${3#*-} / 1024 - 16#${3%-*} / 1024))" Rss "$4" Pss "$4" \
			Private_Dirty "$4" Anonymous "$4" Swap 0
	} >>"$1/proc/$2/smaps"
}

slab() { # FOLDER NAME SLABS...
	{
		echo 'slabinfo - version: 2.1'
		echo '# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>'
	} >"$1/proc/slabinfo"
	while [ $# -gt 1 ]; do
		printf '%s %d %d 512 8 1 : tunables 0 0 0 : slabdata %d %d 0\n' \
			"$2" "$(($3 * 8))" "$(($3 * 8))" "$3" "$3" >>"$1/proc/slabinfo"
		set -- "$1" "${@:4}"
	done
}

# rows TABLE FILTER EXPECTED: compact JSON of what the filter makes of each row.
rows() {
	json "[.$1[] | $2] | tojson" "$3"
}

# ---- usage -------------------------------------------------------------------------------

@test "what is to be compared has to be said, and only once" {
	local args
	for args in '' '--root /' "$a $b $a" "$a --every 1s" "$a -d 1" "$a -c 2" "$a $b --root $a" \
		"--root $a --every 1s" '--every 0' '--every 1x' '--every' '--min 5X --every 1s' \
		'--min -1 --every 1s' '--min K --every 1s' '--page-size 4096 --every 1s' "$a --table nope"; do
		# shellcheck disable=SC2086 # words
		ml diff $args
		exits 2
		complains_in_one_line
	done
}

@test "a root that is not there, or is none" {
	ml diff "$a" "$BATS_TEST_TMPDIR/nope"
	exits 3
	complains_in_one_line
	complains "nope: No such file or directory"
	ml diff "$BATS_TEST_TMPDIR/nope" "$a"
	exits 3
	complains_in_one_line
	mkdir "$BATS_TEST_TMPDIR/empty"
	ml diff "$a" "$BATS_TEST_TMPDIR/empty"
	exits 3
	complains_in_one_line
	ml diff "$a" "$a/proc/meminfo"
	[ "$status" -ne 0 ] || wrong 'a file that is no archive was taken'
	[ -z "$out" ] || wrong 'expected nothing on stdout'
}

# ---- what changed ------------------------------------------------------------------------

@test "a copy with itself: no row, and that is said" {
	process "$a" 7 100 same 100
	mapping "$a" 7 10000-20000 8
	slab "$a" one 5
	ml diff "$a" "$a"
	exits 0
	is_quiet
	prints '(nothing changed by 4096 bytes or more)'
	prints 'one boot'
	equals "${#lines[@]}" 2
	ml diff "$a" "$a" --min 0 -J
	exits 0
	json '[to_entries[] | select(.value | type == "array") | select(.key != "sources" and
		.key != "notes" and .key != "moments") | .value | length] | length > 5 and add == 0'
	json '.notes == ["nothing changed"]'
	ml diff "$SYSROOTS/6.12-amd64" "$SYSROOTS/6.12-amd64" --min 0
	exits 0
	prints '(nothing changed)'
}

@test "the envelope names both moments" {
	echo first >"$a/proc/sys/kernel/hostname"
	echo second >"$b/proc/sys/kernel/hostname"
	ml diff "$a" "$b" -J
	exits 0
	json '.schema' memlens/1/diff
	json '.host == "second" and .before.host == "first" and .before.seconds == 10 and
		.before.boot_id == .boot_id and .moments[0].seconds == 10 and .moments[0].before_host == "first"'
	ml vmstat --root "$a" -J
	json 'has("before") | not'
}

@test "meminfo and counters, with rates by the uptimes" {
	needs jq
	printf 'MemTotal: 1000000 kB\nMemFree: 400000 kB\nAnonPages: 140000 kB\nNew: 8 kB\n' >"$b/proc/meminfo"
	printf 'nr_anon_pages 35000\npgfault 6000\npgfree 90\nnew_one 5\n' >"$b/proc/vmstat"
	ml diff "$a" "$b" -J
	exits 0
	rows meminfo '[.name, .before, .after, .change, .share, .what]' \
		'[["AnonPages",40960000,143360000,102400000,2.5,"grown"],["MemFree",512000000,409600000,-102400000,-0.2,"shrunk"]]'
	# a counter that went down was reset; what one kernel lacks is not known
	rows counters '[.name, .change, .rate, .what]' \
		'[["pgfault",1000,100,"grown"],["pgfree",null,null,"reset"]]'
	ml diff "$a" "$b" -J --table levels
	rows levels '[.name, .change]' '[["nr_anon_pages",25000]]'
	# backwards nothing has a rate
	ml diff "$b" "$a" -J
	rows counters '[.name, .change, .rate, .what]' '[["pgfault",-1000,null,"shrunk"],["pgfree",10,null,"grown"]]'
	json '.before.seconds == -10 and (.notes | any(startswith("the first is the later one")))'
	rm "$a/proc/uptime"
	ml diff "$a" "$b" -J
	rows counters '[.name, .change, .rate]' '[["pgfault",1000,null],["pgfree",null,null]]'
	json '.before.seconds == null and .moments[0].seconds == null'
}

@test "slab caches that grew, shrank, came and went" {
	slab "$a" same 5 grown 5 shrunk 9 gone 3
	slab "$b" same 5 grown 25 shrunk 8 new 2
	ml diff "$a" "$b" -J
	exits 0
	rows slab '[.cache, .what, .before, .after, .change, .active_change]' \
		'[["grown","grown",20480,102400,81920,160],["gone","gone",12288,null,-12288,-24],["new","new",null,8192,8192,16],["shrunk","shrunk",36864,32768,-4096,-8]]'
	ml diff "$a" "$b" -J --min 12K
	rows slab .cache '["grown","gone"]'
	ml diff "$a" "$b" --table slab --sort change:asc --filter 'what != new' -rn -o cache
	equals "${lines[*]}" 'gone shrunk grown'
}

@test "processes are known by pid and start" {
	process "$a" 10 100 grows 1000
	process "$b" 10 100 grows 3000
	process "$a" 11 100 reused 500
	process "$b" 11 101 reused 600
	process "$a" 12 100 same 100
	process "$b" 12 100 same 100
	ml diff "$a" "$b" -J
	exits 0
	rows processes '[.pid, .start, .what, .before, .after, .change, .rss_change, .uss_change, .of]' \
		'[[10,1,"grown",1024000,3072000,2048000,2048000,2048000,"pss"],[11,1.01,"new",null,614400,614400,614400,614400,"pss"],[11,1,"gone",512000,null,-512000,-512000,-512000,"pss"]]'
	# without a rollup PSS is not known: RSS is compared
	rm "$b/proc/10/smaps_rollup"
	ml diff "$a" "$b" -J
	json '.processes[] | select(.pid == 10) | [.of, .change, .pss_change, .uss_change] | tojson' '["rss",2048000,null,null]'
}

@test "mappings that grew either way, came and went" {
	process "$a" 10 100 maps 1000
	process "$b" 10 100 maps 3000
	mapping "$a" 10 10000-20000 16 '[heap]'
	mapping "$b" 10 10000-90000 400 '[heap]'
	mapping "$a" 10 100000-110000 16 # and grows downwards
	mapping "$b" 10 0d0000-110000 80
	mapping "$a" 10 200000-210000 64 /gone
	mapping "$b" 10 300000-310000 48 /new
	mapping "$a" 10 400000-410000 32 /one # another file in its place
	mapping "$b" 10 400000-410000 36 /two
	mapping "$a" 10 500000-510000 8 same
	mapping "$b" 10 500000-510000 8 same
	ml diff "$a" "$b" -J
	exits 0
	is_quiet
	rows mappings '[.start, .name, .what, .before, .after, .change, .size_change]' \
		'[["00010000","[heap]","grown",16384,409600,393216,458752],["000d0000",null,"grown",16384,81920,65536,196608],["00200000","/gone","gone",65536,null,-65536,-65536],["00300000","/new","new",null,49152,49152,65536],["00400000","/two","new",null,36864,36864,65536],["00400000","/one","gone",32768,null,-32768,-65536]]'
	json '[.mappings[] | .pid == 10 and .comm == "maps"] | all'
	json '.notes == []'
	rm "$b/proc/10/smaps"
	ml diff "$a" "$b" -J
	json '.mappings == [] and (.notes | any(. == "of the processes that changed most, mappings are known of 0 of 1"))'
}

@test "no more than twenty processes have their mappings read, those that changed most" {
	for pid in {1..30}; do
		process "$a" "$pid" 100 p 1000
		process "$b" "$pid" 100 p $((1000 + pid * 100))
		mapping "$a" "$pid" 10000-20000 16
		mapping "$b" "$pid" 10000-20000 32
	done
	ml diff "$a" "$b" -J
	exits 0
	rows mappings .pid "[$(seq -s, 11 30)]"
}

@test "text shows the ten largest, JSON all, --top what is asked" {
	for pid in {1..15}; do
		process "$a" "$pid" 100 "p$pid" 1000
		process "$b" "$pid" 100 "p$pid" $((1000 + pid * 100))
	done
	ml diff "$a" "$b" --table processes
	exits 0
	prints '(5 more rows)'
	[[ ${lines[2]} == *' p15' ]] || wrong 'expected the largest change first'
	ml diff "$a" "$b" --table processes --top 12
	prints '(3 more rows)'
	ml diff "$a" "$b" --table processes --csv -n
	equals "${#lines[@]}" 15
	ml diff "$a" "$b" --table processes -J
	json '.processes | length' 15
}

# ---- what cannot be compared -------------------------------------------------------------

@test "two boots: no process is matched and no counter compared, programs are" {
	echo 22222222-2222-3333-4444-555555555555 >"$b/proc/sys/kernel/random/boot_id"
	process "$a" 10 100 here 1000
	process "$b" 10 100 here 3000
	process "$b" 11 100 here 1000
	echo 'pgfault 99999' >"$b/proc/vmstat"
	echo 'MemFree: 1 kB' >"$b/proc/meminfo"
	ml diff "$a" "$b" -J
	exits 0
	json '.processes == [] and .mappings == [] and .counters == [] and .moments[0].boot == "two boots"'
	json '.before.boot_id != .boot_id and .before.seconds == null'
	json '[.notes[] | select(startswith("two boots or two machines"))] | length' 1
	rows meminfo .name '["MemFree"]'
	rows programs '[.comm, .change, .count_change]' '[["here",3072000,1]]'
	ml diff "$a" "$b"
	prints '(two boots or two machines: processes are not matched, counters not compared)'
}

@test "a boot that is not told is known by its time, or taken to be one" {
	rm "$a/proc/sys/kernel/random/boot_id"
	ml diff "$a" "$b" -J
	json '.moments[0].boot' 'boot not told'
	json '.notes | any(startswith("whether both are of one boot is not told"))'
	echo 'btime 1700000000' >"$a/proc/stat"
	echo 'btime 1700000001' >"$b/proc/stat"
	ml diff "$a" "$b" -J
	json '.moments[0].boot == "one boot" and .moments[0].seconds == 10'
	echo 'btime 1700009999' >"$b/proc/stat"
	ml diff "$a" "$b" -J
	json '.moments[0].boot' 'two boots'
}

@test "what one of the two lacks is said, and is not new" {
	slab "$b" one 500
	process "$b" 10 100 one 3000
	ml diff "$a" "$b" -J
	exits 0
	json '.slab == [] and .processes == []'
	json '[.notes[] | select(. == "/proc/slabinfo could be read of the second only, and is not compared")] | length' 1
	json '.notes | any(. == "/proc/* could be read of the second only, and is not compared")'
}

@test "messages about a root name it where there are two" {
	echo 'what is this' >>"$a/proc/meminfo"
	ml diff "$a" "$b"
	exits 0
	complains "memlens: $a: /proc/meminfo: 1 line not understood"
	ml diff "$a" "$b" --strict
	exits 3
}

# ---- formats -----------------------------------------------------------------------------

@test "hostile names are escaped, and their bytes are in JSON" {
	process "$a" 10 100 $'x\033[2J\xff' 1000
	process "$b" 10 100 $'x\033[2J\xff' 3000
	mapping "$a" 10 10000-20000 16 $'/tmp/\033]0;t\a\xfe'
	mapping "$b" 10 10000-20000 64 $'/tmp/\033]0;t\a\xfe'
	slab "$a" $'s\033[31m' 5
	slab "$b" $'s\033[31m' 50
	for format in '' --csv -r -P -J; do
		ml diff "$a" "$b" ${format:+"$format"} --table slab,processes,mappings
		exits 0
		clean "$BATS_TEST_TMPDIR/out"
	done
	json '.processes[0].comm_raw' 781b5b324aff
	json '.mappings | length' 1
}

@test "every format of every table, of real machines" {
	tables=$("$MEMLENS" diff --help | sed -n 's/^Table \([a-z_]*\).*/\1/p' | paste -sd,)
	for pair in 7.2-amd64:7.2-amd64/second-sample 5.10-686:7.2-amd64 6.12-arm64-16k:6.1-ppc64el; do
		for format in '' --csv -r -P -J; do
			ml diff "$SYSROOTS/${pair%:*}" "$SYSROOTS/${pair#*:}" --table "$tables" --output-all ${format:+"$format"}
			exits 0
			clean "$BATS_TEST_TMPDIR/out"
		done
		json '.notes | length > 0'
	done
}

@test "the page size of both copies can be told" {
	rm "$a/proc/meminfo" "$b/proc/meminfo"
	slab "$a" one 5
	slab "$b" one 7
	ml diff "$a" "$b" -J
	rows slab .change '[]'
	ml diff "$a" "$b" -J --page-size 65536
	rows slab .change '[131072]'
	ml diff "$a" "$b" -J --page-size 5
	exits 2
}
