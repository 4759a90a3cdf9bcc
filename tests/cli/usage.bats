#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the command line accepts, and what it says and returns when it does not.
# shellcheck disable=SC2016,SC2154 # inner shells expand for themselves; status, out, err and lines are set by ml

load reports

root=$BATS_TEST_DIRNAME/../sysroots/6.12-amd64

@test "help lists every command, and each has help of its own" {
	ml help
	exits 0
	text=$out
	for command in $("$MEMLENS" help --names); do
		holds "$text" "  $command "
		ml "$command" --help
		exits 0
		equals "$err" ""
		holds "$out" "Usage: memlens $command "
		holds "$out" "--root PATH"
		! "$MEMLENS" help --reports | grep -qx "$command" || holds "$out" "Table "
		help=$out
		ml help "$command"
		exits 0
		equals "$out" "$help"
	done
}

@test "help of the bare command is help" {
	ml help
	help=$out
	ml --help
	exits 0
	equals "$out" "$help"
}

@test "every column of a table is documented in the help" {
	needs jq
	for command in $("$MEMLENS" help --reports); do
		ml "$command" --help
		help=$out
		ml "$command" --root "$root" -J
		case $command in
		cache | oom) exits 3 ;; # nothing of a copy is in memory, and it has no log
		*) exits 0 ;;
		esac
		for key in $(jq -r '[to_entries[] | select(.value | type == "array") |
			select(.key != "sources" and .key != "notes") | .value[] | to_entries[] |
			if (.value | type) == "object" then .key + "." + (.value | keys[]) else .key end] |
			unique[] | select(endswith("_raw") | not)' <<<"$out"); do
			holds "$help" "  $key "
		done
	done
}

@test "version" {
	ml --version
	exits 0
	[[ $out =~ ^memlens\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	version=$out
	ml -V
	equals "$out" "$version"
	ml free -V
	equals "$out" "$version"
}

@test "an unknown command names the nearest, exit 2" {
	ml frg
	exits 2
	equals "$out" ""
	holds "$err" "did you mean frag?"
	ml wher
	exits 2
	holds "$err" "did you mean where?"
	ml help zoen
	exits 2
	holds "$err" "did you mean zone?"
}

@test "an unknown command far from all points to help" {
	ml xylophone
	exits 2
	holds "$err" "memlens help"
	lacks "$err" "did you mean"
	ml ""
	exits 2
}

@test "a hostile command name is escaped" {
	ml $'fr\033[31m\n\xff'
	exits 2
	equals "$(grep -c . <<<"$err")" 1
	clean "$BATS_TEST_TMPDIR/err"
}

@test "wrong usage exits with 2, one line to stderr and nothing to stdout" {
	while read -r line; do
		read -ra args <<<"$line"
		ml "${args[@]}"
		exits 2
		equals "$out" ""
		equals "$(grep -c . <<<"$err")" 1
		[[ $err == "memlens: "* ]]
	done <<-'END'
		--bogus
		-Z
		free --root
		free -o
		free -o nope
		free -o free.nope
		free -o +nope
		free --table nope
		free --sort nope
		free --sort total:up
		free --filter nope=1
		free --top 0
		free --top -1
		free --top x
		free --top 1.5
		free --count 0
		free --count x
		free --delay 0
		free --delay -1
		free --delay x
		free --delay nan
		free --color sometimes
		free --page-size x
		free --page-size 5000
		free word
		free 1 word
		free 1 0
		free 1 2 3
		psi --wait some
		psi --wait some:1ms
		psi --wait none:100ms/2s
		psi --wait some:3s/2s
		psi --wait some:0ms/2s
		psi --wait some:100/2
	END
}

@test "--page-size: a power of two, and it decides what pages are worth" {
	needs jq
	ml zone --root "$root" --page-size 65536 -J
	exits 0
	equals "$(jq .page_size <<<"$out")" 65536
	sixteen=$(jq '.zone[0].free' <<<"$out")
	ml zone --root "$root" -J
	equals "$(jq .page_size <<<"$out")" 4096
	equals "$sixteen" "$(jq '.zone[0].free * 16' <<<"$out")"
	for size in 0 1 4095 4097 2048 2097152 1e9; do
		ml zone --root "$root" --page-size "$size"
		[ "$size" = 0 ] || exits 2
	done
}

@test "a root that is not there or is none exits with 3" {
	for dir in "$BATS_TEST_TMPDIR/none" "$BATS_TEST_TMPDIR" /dev/null; do
		ml free --root "$dir"
		exits 3
		equals "$out" ""
		holds "$err" "$dir"
	done
}

@test "a source the report cannot do without is missed with exit 3" {
	mkdir -p "$BATS_TEST_TMPDIR/tree/proc"
	echo 'MemTotal: 1000 kB' >"$BATS_TEST_TMPDIR/tree/proc/meminfo"
	ml free --root "$BATS_TEST_TMPDIR/tree"
	exits 0
	ml slab --root "$BATS_TEST_TMPDIR/tree"
	exits 3
	holds "$err" "/proc/slabinfo: No such file or directory"
	ml zone --root "$BATS_TEST_TMPDIR/tree"
	exits 3
}

@test "--strict makes bad lines matter" {
	mkdir -p "$BATS_TEST_TMPDIR/tree/proc"
	cp "$root/proc/meminfo" "$BATS_TEST_TMPDIR/tree/proc"
	ml free --strict --root "$BATS_TEST_TMPDIR/tree"
	exits 0
	echo '?? what' >>"$BATS_TEST_TMPDIR/tree/proc/meminfo"
	ml free --root "$BATS_TEST_TMPDIR/tree"
	exits 0
	holds "$err" "/proc/meminfo: 1 line not understood"
	ml free --strict --root "$BATS_TEST_TMPDIR/tree"
	exits 3
}

@test "a closed pipe ends quietly" {
	capture bash -c '"$1" slab --root "$2" 2>"$3" | head -n 1' _ "$MEMLENS" "$root" "$BATS_TEST_TMPDIR/messages"
	exits 0
	equals "$(wc -l <<<"$out")" 1
	equals "$(cat "$BATS_TEST_TMPDIR/messages")" ""
	capture bash -c 'set -o pipefail; timeout 20 "$1" free 0.01 2>"$2" | head -n 1' _ "$MEMLENS" "$BATS_TEST_TMPDIR/messages"
	exits 141
	equals "$(cat "$BATS_TEST_TMPDIR/messages")" ""
}

@test "a full disk is an error, for reports, help and version" {
	[ -c /dev/full ] || skip 'no /dev/full'
	for args in '' free 'slab -J' 'frag --csv' 'vmstat -r' 'where -P' --help 'free --help' help --version 'help --names'; do
		read -ra words <<<"$args"
		capture bash -c 'out=$1; shift; "$@" >"$out"' _ /dev/full "$MEMLENS" "${words[@]}"
		exits 1
		complains "standard output: No space left on device"
	done
}

@test "a closed standard output is an error" {
	capture bash -c '"$1" free --root "$2" >&-' _ "$MEMLENS" "$root"
	exits 1
	complains "standard output"
}

@test "verify: without memlens-verify one line names the package" {
	cp "$MEMLENS" "$BATS_TEST_TMPDIR/memlens"
	MEMLENS=$BATS_TEST_TMPDIR/memlens ml verify
	exits 1
	complains_in_one_line
	complains 'libproc2-dev'
	MEMLENS=$BATS_TEST_TMPDIR/memlens ml verify --help
	exits 0
	holds "$out" 'Table differences'
}
