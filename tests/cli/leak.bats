#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# leak: series of files, their verdicts and what becomes of files that are none.

# shellcheck disable=SC2016,SC2154 # awk has variables too; out and err come from the helper
load reports
bats_require_minimum_version 1.5.0

# series NAME EXPRESSION [SAMPLES]: DIR/NAME.csv, 10 s apart; the expression in MiB may use x, which
# goes from 0 to 1, and e, noise of about 1.
series() {
	awk -v n="${3:-300}" 'BEGIN {
		srand(7)
		print "t_seconds,bytes"
		for (i = 0; i < n; i++) {
			x = i / (n - 1); e = rand() + rand() + rand() + rand() - 2
			printf "%d,%d\n", i * 10, 4096 * int(256 * (200 + '"$2"' + e))
		}
	}' >"$dir/$1.csv"
}

setup() {
	dir=$BATS_TEST_TMPDIR/s
	mkdir "$dir"
}

verdict() { # FILE [OPTION...]
	"$MEMLENS" leak -rn -o verdict --from-csv "${@:2}" -- "$dir/$1.csv"
}

@test "what leaks and what does not" {
	series line '40 * x'
	series late '(x > 0.5 ? 120 * (x - 0.5) : 0)'
	series warm_then_leak '200 * (1 - exp(-x / 0.06)) + 40 * x'
	series day_and_leak '60 * sin(32 * x) + 80 * x'
	series stairs '6 * int(12 * x)'
	series flat 0
	series warm '200 * (1 - exp(-x / 0.06))'
	series full '300 * (x < 0.5 ? x : 0.5)'
	series day '60 * sin(32 * x)'
	series saw '80 * (9.3 * x - int(9.3 * x))'
	series step '(x > 0.4 ? 80 : 0)'
	series back '-40 * x'
	for name in line late warm_then_leak day_and_leak stairs; do
		equals "$name $(verdict "$name")" "$name suspected"
	done
	for name in flat warm full day saw step back; do
		equals "$name $(verdict "$name")" "$name steady"
	done
}

@test "a warm-up that was not watched to its end grows" {
	series warming '200 * (1 - exp(-x / 0.3))'
	equals "$(verdict warming)" growing
	ml leak --from-csv "$dir/warming.csv"
	prints 'ever slower'
}

@test "the slope and its interval are in the unit of the values" {
	needs jq
	series line '40 * x'
	ml leak -J --from-csv "$dir/line.csv"
	exits 0
	json '.series | length' 1
	json '.series[0].leak'
	json '.series[0].verdict' suspected
	json '.series[0].file' "$dir/line.csv"
	json '.series[0].unit' bytes/s
	json '.series[0].samples' 300
	json '.series[0].since' 0
	json '.series[0] | .slope_low <= 14028 and 14028 <= .slope_high'
	json '.series[0] | .slope > 13500 and .slope < 14500'
	json '.series[0].why | length > 10'
	sed -i 's/bytes/value/' "$dir/line.csv"
	ml leak -J --from-csv "$dir/line.csv"
	json '.series[0].unit' 1/s
}

@test "too few samples, and why" {
	needs jq
	series few '40 * x' 29
	series some '40 * x' 59
	equals "$(verdict few)" insufficient
	equals "$(verdict some)" growing
	ml leak -J --from-csv "$dir/few.csv"
	json '.series[0] | .leak == false and .slope == null and .slope_low == null and .since == null'
	json '.series[0].needed' 30
	prints '29 samples of the 30'
	ml leak --from-csv "$dir/some.csv"
	prints '59 samples of the 60'
}

@test "--age and --min-window hold a suspicion back" {
	series line '40 * x' # 2,990 s
	equals "$(verdict line --age 2h)" growing
	equals "$(verdict line --age 5000)" suspected
	equals "$(verdict line --age 0)" suspected
	equals "$(verdict line --min-window 50m)" growing
	equals "$(verdict line --min-window 2990)" suspected
	equals "$(verdict line --min-window 0)" suspected
	ml leak --age 2h --from-csv "$dir/line.csv"
	prints 'less than half of its age'
	for option in --age=x --age=-1 --age= --min-window=1y --series=0 --series=x; do
		ml leak "$option" --from-csv "$dir/line.csv"
		exits 2
		complains_in_one_line
	done
}

@test "--series asks for more where more are tested" {
	needs jq
	series line '40 * x'
	ml leak -J --from-csv --series 1 "$dir/line.csv"
	one=$(jq '.series[0] | .slope_high - .slope_low' <<<"$out")
	ml leak -J --from-csv --series 1000000 "$dir/line.csv"
	json ".series[0] | .slope_high - .slope_low > $one"
}

@test "--exit-code is the worst verdict" {
	series line '40 * x'
	series flat 0
	series few 0 5
	local want files
	while read -r want files; do
		# shellcheck disable=SC2086 # files are words
		(cd "$dir" && capture "$MEMLENS" leak --exit-code --from-csv $files && exits "$want")
	done <<-END
		0 flat.csv
		1 line.csv
		1 flat.csv line.csv few.csv
		3 few.csv
		3 flat.csv few.csv
	END
	ml leak --from-csv "$dir/line.csv"
	exits 0
}

@test "one row for each file, in their order, and - is standard input" {
	series b '40 * x'
	series a 0
	cd "$dir"
	ml leak -rn -o file,verdict --from-csv b.csv a.csv b.csv
	exits 0
	equals "$out" 'b.csv suspected'$'\n''a.csv steady'$'\n''b.csv suspected'
	out=$("$MEMLENS" leak -rn -o file,verdict --from-csv - <b.csv)
	equals "$out" '- suspected'
}

@test "headings, separators, comments and line ends of others" {
	series line '40 * x'
	want=$("$MEMLENS" leak -rn -o slope,samples --from-csv "$dir/line.csv")
	edit() { # PROGRAM
		awk -F, "$1" "$dir/line.csv" >"$dir/other.csv"
		equals "$("$MEMLENS" leak -rn -o slope,samples --from-csv "$dir/other.csv")" "$want"
	}
	edit 'NR > 1'
	edit '{ print $0 "\r" }'
	edit '{ print $1 ";" $2 }'
	edit '{ print $1 "\t" $2 }'
	edit 'BEGIN { print "# a comment\n" } { print }'
	edit 'NR == 1 { print "host,value,x,Time"; next } { print "web," $2 ",," $1 }'
	edit '{ print "\"" $1 "\",\"" $2 "\"" }'
	edit 'NR == 1 { print; next } { printf "%.3e,%.9e\n", $1, $2 }'
	edit 'NR == 1 { print; next } { print; print $1 + 5 ",NaN" }'
}

@test "lines that are no samples are counted in one line" {
	series line '40 * x'
	printf 'what\n3001;7\n\033[31m,5\n' >>"$dir/line.csv"
	ml leak -rn -o verdict --from-csv "$dir/line.csv"
	exits 0
	equals "$out" suspected
	equals "$(wc -l <<<"$err")" 1
	complains '3 lines not understood'
}

@test "what cannot be read is said, and the others are judged" {
	series line '40 * x'
	printf '\0\1\2 no table\nat all\n' >"$dir/noise.csv"
	: >"$dir/empty.csv"
	ml leak -rn -o verdict --from-csv "$dir/absent.csv" "$dir" "$dir/line.csv"
	exits 3
	equals "$out" $'insufficient\ninsufficient\nsuspected'
	complains 'absent.csv: No such file'
	ml leak --from-csv "$dir/noise.csv"
	exits 3
	equals "$(wc -l <<<"$err")" 1
	complains 'noise.csv: malformed'
	ml leak -rn -o verdict --from-csv "$dir/empty.csv"
	exits 0
	equals "$out" insufficient
}

@test "names and text of files are hostile" {
	local name=$dir/$'a\033[31m\n"b'.csv
	series line '40 * x'
	cp "$dir/line.csv" "$name"
	printf '\033]0;x\007\n' >>"$name"
	for format in '' -J --csv -r -P; do
		"$MEMLENS" leak ${format:+"$format"} --from-csv "$name" >"$dir/out" 2>"$dir/err"
		clean "$dir/out" "$dir/err"
	done
}

@test "a line without an end is passed over in bounded memory" {
	series line '40 * x'
	[ "${BUILD-}" != asan ] || skip 'a sanitizer takes all addresses'
	{ cat "$dir/line.csv"; head -c 50000000 /dev/zero | tr '\0' 7; echo; echo 3000,251658240; } |
		(ulimit -v 200000; "$MEMLENS" leak -rn -o samples,verdict --from-csv -) >"$dir/out"
	equals "$(cat "$dir/out")" '301 suspected'
}

@test "files have to be named, and as what" {
	ml leak --from-csv
	exits 2
	complains_in_one_line
	ml leak /dev/null
	exits 2
	complains 'not a process id'
	for args in '--from-csv --for 10s' '--from-csv --slab' '--from-csv --cgroup /'; do
		# shellcheck disable=SC2086 # words
		ml leak $args "$dir/line.csv"
		exits 2
		complains 'nothing is watched'
	done
	for args in '--age 1h' '--series 3'; do
		# shellcheck disable=SC2086 # words
		ml leak $args
		exits 2
		complains 'belongs to --from-csv'
	done
}

# Samples of one machine, 10 s apart, from what a shell expression over x prints.
samples() { # N
	local x folder name=$'grow\er'
	for ((x = 1; x <= $1; x++)); do
		case $x in
		1) folder=$dir/machine ;;
		2) folder=$dir/machine/second-sample ;;
		*) folder=$dir/machine/sample-$x ;;
		esac
		mkdir -p "$folder/proc/7"
		echo "$((1000 + 10 * x)).00 1.00" >"$folder/proc/uptime"
		printf '%s\n' 'cpu 1 1 1 1 1 1 1 0 0 0' 'btime 1600000000' >"$folder/proc/stat"
		printf '%s\n' 'MemTotal: 8000000 kB' 'MemFree: 4000000 kB' \
			"MemAvailable: $((6000000 - 1000 * x)) kB" 'SwapTotal: 0 kB' 'SwapFree: 0 kB' \
			'Shmem: 1000 kB' 'PageTables: 2000 kB' 'KernelStack: 1000 kB' >"$folder/proc/meminfo"
		printf '%s\n' 'slabinfo - version: 2.1' \
			'# name <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>' \
			"leaky $((x * 100)) $((x * 100)) 4096 8 8 : tunables 0 0 0 : slabdata $((x * 13)) $((x * 13)) 0" \
			'quiet 100 100 4096 8 8 : tunables 0 0 0 : slabdata 13 13 0' >"$folder/proc/slabinfo"
		echo "7 ($name) S 1 7 7 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 $((start)) 100000000 $((1000 * x))" \
			'0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0' >"$folder/proc/7/stat"
		echo "30000 $((1000 * x)) 100 1 0 100 0" >"$folder/proc/7/statm"
		printf 'Name:\tgrower\nUid:\t0\t0\t0\t0\nVmRSS:\t%d kB\nRssAnon:\t%d kB\nVmSwap:\t0 kB\nThreads:\t1\n' \
			$((4000 * x)) $((4000 * x)) >"$folder/proc/7/status"
	done
}

@test "samples of a machine: what grows, how fast, until when" {
	start=100500 samples 70
	ml leak --page-size 4096 --root "$dir/machine" -J
	exits 0
	json '.watched[0] | .samples == 70 and .span == 690 and .suspected == 3'
	json '[.trends[] | [.what, .of]] | sort == [["machine","used"],["process","private"],["slab","cache"]]'
	json '.trends[] | select(.what == "slab") | .name == "leaky" and .leak and (.slope / 42600 | . > 0.97 and . < 1.03)'
	json '.trends[] | select(.what == "process") | .pid == 7 and .verdict == "suspected" and (.slope / 409600 | . > 0.97 and . < 1.03)'
	# 5,930,000 kB are left at 100 kB a second
	json '.trends[] | select(.what == "machine") | .left == 5930000 * 1024 and (.left_low / 59300 | . > 0.95 and . < 1.05)'
	ml leak --page-size 4096 --root "$dir/machine"
	prints 'grow\x1br'
	prints 'next: memlens map 7'
	[[ $out != *$'\e'* ]] || wrong 'control bytes are printed'
}

@test "one that is older than twice the watch is not suspected" {
	start=100 samples 70
	ml leak --page-size 4096 --root "$dir/machine" -J --processes
	json '.trends | length == 1 and .[0].verdict == "growing" and (.[0].why | test("less than half of its age"))'
	ml leak --page-size 4096 --root "$dir/machine" --processes --exit-code
	exits 0
	ml leak --page-size 4096 --root "$dir/machine" --slab --exit-code
	exits 1
}

@test "a pid that is used again is another process" {
	start=100500 samples 70
	for ((x = 40; x <= 70; x++)); do
		sed -i 's/ 100500 / 140000 /' "$dir/machine/sample-$x/proc/7/stat"
	done
	ml leak --page-size 4096 --root "$dir/machine" -J --processes 7
	json '.trends[] | select(.of == "private") | .samples == 31 and (.leak | not)'
}

@test "too little to judge is said" {
	start=100500 samples 5
	ml leak --page-size 4096 --root "$dir/machine"
	exits 0
	prints '5 samples of the 30'
	ml leak --root "$dir/machine/sample-3"
	exits 2
	complains 'one instant does not move'
}

@test "who is not there is not watched" {
	ml leak --for 60s 4194305
	exits 3
	complains_in_one_line
	ml leak --for 60s --cgroup /none-of-this-name
	exits 3
	sleep 1 &
	ml leak --for 60s --interval 200ms $!
	exits 3
	complains 'No such process'
}

@test "an interrupt ends the watch, and what was seen is judged" {
	timeout -s INT 1 "$MEMLENS" leak --for 60s --interval 100ms --machine $$ >"$dir/out" || [ $? = 124 ]
	grep -q '^samples' "$dir/out"
}
