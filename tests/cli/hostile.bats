#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Broken and hostile trees: no crash, no hang, no byte of theirs reaches the terminal raw.
# long: every command on every tree
# shellcheck disable=SC2154 # status, out, err and lines are set by ml

load reports

setup_file() {
	"$BATS_TEST_DIRNAME/../sysroots/make-hostile" "$BATS_FILE_TMPDIR/trees"
}

trees=$BATS_FILE_TMPDIR/trees
passwd=$BATS_TEST_DIRNAME/../sysroots/6.12-amd64/etc/passwd
export MEMLENS # for sweep

formats=() # those that every command has; without them the others than text and JSON take turns

# Every command over some trees: in time, with a known status, clean output.
sweep() { # TREE...
	local tree dir
	for tree; do
		dir=$BATS_TEST_TMPDIR/$tree
		mkdir "$dir"
		capture timeout -k 5 "${SWEEP_SECONDS:-60}" \
			"$BATS_TEST_DIRNAME/sweep" "$trees/$tree" "$SYSROOTS/6.12-amd64" "$dir" "${formats[@]}"
		[ "$status" -eq 0 ] || wrong "$tree: the last one is $(tail -n 1 "$dir/ran")"
		clean "$dir"/*
		cat "$dir"/*-J >"$dir/json"
		jq -es 'all(.[]; .schema)' "$dir/json" >/dev/null
		# a line of our passwd that the tree's own does not have
		if grep -lF -f <(grep -vxF -f "$passwd" /etc/passwd) "$dir"/*; then
			return 1
		fi
		rm -r "$dir"
	done
}

@test "files that are not whole" {
	needs jq
	sweep empty newline nul padded cut no-newline crlf bom indented reversed twice noise
}

@test "numbers that are none, or too large" {
	needs jq
	sweep largest too-large forty-digits negative zero no-number columns
}

@test "FIFOs, devices, folders, loops and links that leave the tree" {
	needs jq
	sweep directories fifos devices loops dangling leaving climbing magic loop-of-folders linked-folder
}

@test "parts of a tree" {
	needs jq
	sweep only-proc only-sys meminfo-only no-meminfo bare-proc denied
}

@test "lines of 16 and 64 MiB" {
	needs jq
	formats=(-J) # every file of every command is that long
	SWEEP_SECONDS=300 sweep long-line
}

@test "hostile names" {
	needs jq
	formats=('' -J --csv -r -P)
	sweep names
}

@test "groups within groups, and very many of a thing" {
	needs jq
	sweep deep many
}

@test "what is padded, indented, without final newline or with CR LF reads the same" {
	for tree in padded no-newline crlf indented; do
		for command in free slab zone; do
			ml "$command" --root "$SYSROOTS/6.12-amd64"
			good=$out
			ml "$command" --root "$trees/$tree"
			exits 0
			[ "$out" = "$good" ] || {
				echo "$tree $command:"
				diff <(echo "$good") <(echo "$out")
				return 1
			}
		done
	done
}

@test "a bare copied /proc reads like a whole tree without sys" {
	for command in free where slab zone psi; do
		ml "$command" --root "$SYSROOTS/6.12-amd64"
		good=$out
		ml "$command" --root "$trees/bare-proc"
		exits 0
		[ "$command" = where ] || equals "$out" "$good"
	done
}

@test "nothing outside a root is read" {
	needs jq
	for tree in leaving climbing linked-folder magic; do
		ml free --root "$trees/$tree" -J
		exits 3
		jq -e '.free | all(.total == null)' <<<"$out" >/dev/null
	done
}

@test "JSON keeps the bytes of a name that is not UTF-8 in KEY_raw" {
	needs jq
	name=$(LC_ALL=C sed -n 3p "$trees/names/proc/slabinfo")
	name=${name%%   10 20 *}
	hex=$(printf %s "$name" | od -An -v -tx1 | tr -d ' \n')
	ml slab --root "$trees/names" -J --table slab
	exits 0
	equals "$(jq -r '.slab[0].cache_raw' <<<"$out")" "$hex"
	holds "$(jq -r '.slab[0].cache' <<<"$out")" $'\xef\xbf\xbd'
	equals "$(jq -r '.slab[1] | has("cache_raw")' <<<"$out")" false
	ml --root "$trees/names" -J
	jq -e 'has("host_raw") and has("kernel_raw") and has("boot_id_raw") and (.limit[0] | has("path_raw"))' \
		<<<"$out" >/dev/null
	ml zone --root "$trees/names" -J
	equals "$(jq -r '[.zone[].zone_raw // empty] | unique[]' <<<"$out")" 4e6f1b5b33316dff
	ml vmstat --all --root "$trees/names" -J
	jq -e '.all | any(has("counter_raw"))' <<<"$out" >/dev/null
	ml vmalloc --root "$trees/names" -J
	jq -e '.vmalloc | any(has("caller_raw") and has("module_raw"))' <<<"$out" >/dev/null
}

@test "raw and pairs escape once: the bytes of a name come back" {
	name=$(LC_ALL=C sed -n 3p "$trees/names/proc/slabinfo")
	name=${name%%   10 20 *}
	for format in -r -P; do
		ml slab --root "$trees/names" --table slab -n -o cache "$format"
		exits 0
		field=${lines[0]#CACHE=\"}
		[ "$format" = -r ] || field=${field%\"}
		[ "$(printf %b "$field")" = "$name" ]
	done
}

@test "pairs are safe to evaluate" {
	ml slab --root "$trees/names" --table slab --top 3 -o cache,bytes -P
	while read -r line; do
		CACHE='' BYTES=''
		eval "$line"
		[ "$BYTES" -gt 0 ]
		[ "$CACHE" ]
	done <<<"$out"
}
