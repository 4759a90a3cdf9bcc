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
	holds "$err" '3 lines not understood'
}

@test "what cannot be read is said, and the others are judged" {
	series line '40 * x'
	printf '\0\1\2 no table\nat all\n' >"$dir/noise.csv"
	: >"$dir/empty.csv"
	ml leak -rn -o verdict --from-csv "$dir/absent.csv" "$dir" "$dir/line.csv"
	exits 3
	equals "$out" $'insufficient\ninsufficient\nsuspected'
	holds "$err" 'absent.csv: No such file'
	ml leak --from-csv "$dir/noise.csv"
	exits 3
	equals "$(wc -l <<<"$err")" 1
	holds "$err" 'noise.csv: malformed'
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
	for args in '' --from-csv; do
		# shellcheck disable=SC2086 # none or one
		ml leak $args
		exits 2
		complains_in_one_line
	done
	ml leak /dev/null
	exits 2
	holds "$err" --from-csv
}
