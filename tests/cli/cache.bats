#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memlens cache: its operands and options.
# shellcheck disable=SC2154 # ml sets status, out and err

load reports

setup() {
	dir=$BATS_TEST_TMPDIR/tree
	mkdir -p "$dir/a/b/c"
	echo x >"$dir/a/b/c/f"
	echo x >"$dir/g"
}

@test "--depth says how many folders are told apart" {
	ml cache --depth 0 --table folders -rn -o name "$dir"
	exits 0
	equals "$out" "$dir"
	ml cache --depth 3 --table folders -rn -o name "$dir"
	equals "$out" "$dir"$'\n'a$'\n'b$'\n'c
	ml cache --table folders -rn -o name "$dir/"
	equals "$out" "$dir"/$'\n'a
	ml cache --depth 256 "$dir"
	exits 2
	complains_in_one_line
}

@test "--pid takes a list" {
	for list in a 1,a '1,' ',1' '' -1; do
		ml cache --pid "$list"
		exits 2
		complains_in_one_line
	done
	ml cache --table files -rn -o path --pid "$BASHPID,$$"
	exits 0
	matches '/bash$'
}

@test "files and folders are chosen, sorted and filtered as in every report" {
	ml cache --table files -rn -o size,links --sort path:asc --filter 'path ~ g$' "$dir"
	exits 0
	equals "$out" '2 1'
	ml cache -J "$dir" "$dir/g"
	exits 0
	json '[.files[].path] | length' 2
	json '.total[0].files' 2
}

@test "a column that no row has stands in JSON alone" {
	ml cache "$dir"
	prints_not PIDS
	prints_not 'WHY NOT'
	ml cache -J "$dir"
	json '.files[0] | has("pids") and has("why") and .owners == null'
	ml cache -o owners,path "$dir"
	prints PROCS
}

@test "a copy has no page cache" {
	ml cache --root "$SYSROOTS/6.12-amd64"
	exits 3
	equals "$err" 'memlens: page cache of files: absent (needs the running machine)'
}

@test "a link to a folder is followed when it is named, and a loop ends" {
	ln -s tree "$BATS_TEST_TMPDIR/link"
	ln -s .. "$dir/a/up"
	ml cache --table total -rn -o files "$BATS_TEST_TMPDIR/link"
	exits 0
	equals "$out" 2
}

@test "cache: --hits takes no files, since it watches them all" {
	for words in /etc '--pid 1' '--cgroup /'; do
		# shellcheck disable=SC2086 # words
		ml cache --hits $words
		exits 2
		complains '--hits watches the whole machine'
		complains_in_one_line
	done
}
