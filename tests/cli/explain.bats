#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# explain: finds every term however it is written, and says so when there is none.
# long: every term
# shellcheck disable=SC2153,SC2154 # set by helper and by ml

load helper

machine=6.12-amd64

# Every column there is, as TABLE COLUMN.
columns() {
	jq -r '."$defs" | to_entries[].value.properties // {} | to_entries[] | .key as $t |
		(.value.items.properties // {}) | to_entries[] |
		(if .value.type == "object" then .key + "." + (.value.properties | keys[]) else .key end) |
		select(endswith("_raw") | not) | "\($t) \(.)"' \
		"$BATS_TEST_DIRNAME/../../docs/schema/memlens.schema.json" | sort -u
}

# What is said of every column, and of every other term: an object each, in the order of the lists.
setup_file() {
	command -v jq >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return
	columns >columns.list
	"$MEMLENS" explain --table terms --filter 'kind != column' --csv -n -o term | tr -d '"' | sort -u >terms.list
	tr ' ' . <columns.list | said >columns.json
	said <terms.list >terms.json
}

said() { # < TERMS
	while read -r term; do
		"$MEMLENS" explain "$term" -J 2>/dev/null || echo '{"explain":[]}'
	done
}

@test "explain: a counter with its value on the machine" {
	ml explain MemTotal --root "$SYSROOTS/$machine"
	exits 0
	is_quiet
	matches '^MemTotal  meminfo .*  now [0-9.]+[MG]i$'
	matches '^  trap '
	matches '^  next +memlens free, memlens where$'
}

@test "explain: the value is that of meminfo and of vmstat" {
	needs jq
	total=$(awk '$1 == "MemTotal:" { printf "%.0f", $2 * 1024 }' "$SYSROOTS/$machine/proc/meminfo")
	pages=$(awk '$1 == "nr_free_pages" { printf "%.0f", $2 * 4096 }' "$SYSROOTS/$machine/proc/vmstat")
	faults=$(awk '$1 == "pgfault" { print $2 }' "$SYSROOTS/$machine/proc/vmstat")
	stacks=$(awk '$1 == "nr_kernel_stack" { printf "%.0f", $2 * 1024 }' "$SYSROOTS/$machine/proc/vmstat")
	ml explain MemTotal -J --root "$SYSROOTS/$machine"
	json '.explain[0] | "\(.bytes) \(.count)"' "$total null"
	ml explain nr_free_pages -J --root "$SYSROOTS/$machine"
	json '.explain[0] | "\(.bytes) \(.count)"' "$pages null"
	ml explain nr_kernel_stack -J --root "$SYSROOTS/$machine"
	json '.explain[0] | "\(.bytes) \(.count)"' "$stacks null"
	ml explain pgfault -J --root "$SYSROOTS/$machine"
	json '.explain[0] | "\(.bytes) \(.count)"' "null $faults"
}

@test "explain: a counter that the machine lacks has no value" {
	ml explain GPUActive --root "$SYSROOTS/$machine"
	exits 0
	prints_not ' now '
}

@test "explain: case, blanks and underscores make no difference" {
	needs jq
	for term in MemAvailable memavailable MEM_AVAILABLE 'mem available' mem-available MemAvailable:; do
		ml explain "$term" -J
		exits 0
		json '[.explain[] | select(.kind == "meminfo").term] == ["MemAvailable"]'
	done
	ml explain 'active(anon)' -J
	json '.explain[0].term' 'Active(anon)'
	ml explain active_anon -J
	json '.explain[0].term' 'Active(anon)'
}

@test "explain: other words for the same thing" {
	for term in VSZ 'proportional set size' cgroup 'oom killer' transparent_huge_page; do
		ml explain "$term"
		exits 0
	done
}

@test "explain: a word has all its senses" {
	needs jq
	ml explain slab -J
	json '[.explain[].kind] | contains(["word", "meminfo", "report", "table"])'
	ml explain swap -J
	json '[.explain[] | select(.kind == "table").where] | index("vmstat.swap") != null'
}

@test "explain: a column behind its table and its report" {
	needs jq
	ml explain zone.free -J
	json '[.explain[] | [.kind, .where]] == [["column", "zone.zone"]]'
	ml explain vmstat.swap.used -J
	json '[.explain[].where] == ["vmstat.swap"]'
	ml explain vmstat.swap -J
	json '[.explain[].kind] == ["table"]'
	ml explain frag.nonsense
	exits 3
	ml explain .
	exits 3
}

@test "explain: a column is found by its heading, too" {
	needs jq
	ml explain PROTECTED -J
	json '[.explain[] | select(.kind == "column").term] == ["protection"]'
}

@test "explain: every column of every table is found" {
	needs jq
	[ "$(wc -l <"$BATS_FILE_TMPDIR/columns.list")" -gt 100 ]
	jq -r '[.explain[] | select(.kind == "column").term] | unique | join(" ")' "$BATS_FILE_TMPDIR/columns.json" |
		diff <(cut -d ' ' -f 2 "$BATS_FILE_TMPDIR/columns.list") -
}

@test "explain: senses with one meaning stand together" {
	needs jq
	ml explain zone -J
	json '[.explain[] | select(.kind == "column") | [.unit, .meaning]] | length == (unique | length)'
}

@test "explain: what moves is said as vmstat says it" {
	needs jq
	for counter in pswpin allocstall_normal thp_split_page; do
		ml explain "$counter" -J
		said=$(jq -r '.explain[0].moving' "$BATS_TEST_TMPDIR/out")
		grep -qF "\"$said\"" "$BATS_TEST_DIRNAME/../../lib/report/meaning.c"
	done
	ml explain pgscan_direct_throttle -J
	json '.explain[0].moving == null'
}

@test "explain: every command that is named exists" {
	needs jq
	# memlens diff comes with recordings.
	names=$("$MEMLENS" help --names && echo diff)
	jq -r '.explain[] | .see // empty' "$BATS_FILE_TMPDIR"/{columns,terms}.json | sed 's/, /\n/g' | sort -u >"$BATS_TEST_TMPDIR/see"
	[ -s "$BATS_TEST_TMPDIR/see" ]
	while read -r memlens name rest; do
		[ "$memlens" = memlens ]
		[ -n "$name" ] || continue
		grep -qxF "$name" <<<"$names" || wrong "memlens $name: no such command"
		# shellcheck disable=SC2086 # options and operands
		"$MEMLENS" "$name" ${rest/PID/1} --help >/dev/null 2>&1 || wrong "memlens $name $rest: no such option"
	done <"$BATS_TEST_TMPDIR/see"
}

@test "explain: without a term all are listed by kind" {
	needs jq
	ml explain
	exits 0
	is_quiet
	matches '^meminfo '
	prints MemAvailable
	ml explain -J
	json '.explain == [] and ([.index[].count] | add) > 400'
	json '.index | all(.count == (.terms | split(", ") | length))'
}

@test "explain: the list of terms has every term once, and each is found" {
	needs jq
	ml explain --table terms -J
	json '.terms | length == (unique | length)'
	equals "$(jq -s length "$BATS_FILE_TMPDIR/terms.json")" "$(wc -l <"$BATS_FILE_TMPDIR/terms.list")"
	missing=$(jq -s 'map(.explain == []) | indices(true)[] + 1' "$BATS_FILE_TMPDIR/terms.json" |
		while read -r line; do sed -n "${line}p" "$BATS_FILE_TMPDIR/terms.list"; done)
	equals "$missing" ''
}

@test "explain: an unknown term, and those that are near" {
	ml explain MemAvailble
	exits 3
	complains_in_one_line
	equals "$err" 'memlens: explain: "MemAvailble": no such term (did you mean MemAvailable?)'
	ml explain thp_fault
	exits 3
	complains thp_fault_alloc
	complains thp_fault_fallback
	ml explain xyzzyxyzzy
	exits 3
	complains_in_one_line
	complains 'memlens explain lists all'
}

@test "explain: at most three are near" {
	ml explain pgsca
	exits 3
	equals "$(tr -cd , <<<"$err" | wc -c)" 2
}

@test "explain: hostile terms are named in one printable line" {
	for term in $'\033[2Jrss' $'a\nb' $'\xff\xfe' '' '%s%n' '../../etc/passwd' '.' ',' "$(printf '%0500d' 0)"; do
		ml explain -- "$term"
		exits 3
		complains_in_one_line
		[[ $err != *$'\033'* ]]
	done
}

@test "explain: a term of 10 KB is cut in the message" {
	ml explain "$(printf '%010000d' 7)"
	exits 3
	complains_in_one_line
	[ "${#err}" -lt 200 ]
	complains '0..."'
}

@test "explain: a term of several words needs no quotes" {
	ml explain Page Cache
	exits 0
	matches '^page cache '
	ml explain rss pss
	exits 3
	equals "$err" 'memlens: explain: "rss pss": no such term (did you mean RSS?)'
	ml explain a b c d e f
	exits 2
	complains_in_one_line
}

@test "explain: text is wrapped at 80 columns" {
	for term in MemAvailable Cached pgscan_direct free ''; do
		ml explain ${term:+"$term"}
		[ "$(awk 'length > 80' <<<"$out" | wc -l)" -eq 0 ] || wrong "$term: a line is too long"
	done
}

@test "explain: csv, raw and pairs give rows" {
	for format in --csv -r -P; do
		ml explain Dirty "$format" -n -o term,kind
		exits 0
		equals "$(wc -l <<<"$out")" "$("$MEMLENS" explain Dirty -J | grep -c '"term"')"
	done
}
