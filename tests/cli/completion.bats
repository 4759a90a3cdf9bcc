#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# completion: what the shells offer. That the files are up to date is checked by lint.

setup() {
	[ -x "$MEMLENS" ]
	root=$BATS_TEST_DIRNAME/../..
}

# complete WORD...: the candidates that bash would offer for the last word.
complete_bash() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_memlens
	echo "${COMPREPLY[*]}"
}

load_bash() {
	# shellcheck source=/dev/null
	source "$root/completions/memlens.bash"
}

@test "completion: bash offers every command of the register" {
	load_bash
	run complete_bash memlens ''
	[ "$output" = "$("$MEMLENS" help --names | tr '\n' ' ')help" ]
}

@test "completion: bash knows the options of a command and those of all" {
	load_bash
	[ "$(complete_bash memlens free --comp)" = --compare ]
	[ "$(complete_bash memlens slab --comp)" = '' ]
	[ "$(complete_bash memlens slab --js)" = --json ]
	[ "$(complete_bash memlens --js)" = --json ]
}

@test "completion: every option that bash offers is understood" {
	load_bash
	for command in $("$MEMLENS" help --names); do
		help=$("$MEMLENS" "$command" --help)
		for option in $(complete_bash memlens "$command" --); do
			[[ $help == *" $option"* ]]
		done
	done
}

@test "completion: bash completes words, also behind an equals sign" {
	load_bash
	[ "$(complete_bash memlens free --color '')" = 'auto always never' ]
	[ "$(complete_bash memlens free --color = ne)" = never ]
	[ "$(complete_bash memlens free --color =)" = 'auto always never' ]
}

@test "completion: bash completes lists of columns and tables" {
	load_bash
	[ "$(complete_bash memlens free -o tot)" = total ]
	[ "$(complete_bash memlens free --output total,us)" = total,used ]
	[ "$(complete_bash memlens free -o +sha)" = '+shared +share' ]
	[ "$(complete_bash memlens where --table physical,att)" = physical,attribution ]
}

@test "completion: bash completes a column to sort by, and the order" {
	load_bash
	[ "$(complete_bash memlens slab -s wa)" = waste ]
	[ "$(complete_bash memlens slab -s waste :)" = 'asc desc' ]
	[ "$(complete_bash memlens slab --sort = waste : d)" = desc ]
	[ "$(complete_bash memlens psi --wait some :)" = '' ]
}

@test "completion: bash completes paths and leaves numbers alone" {
	load_bash
	mkdir "$BATS_TEST_TMPDIR/machine"
	[ "$(complete_bash memlens --root "$BATS_TEST_TMPDIR/mach")" = "$BATS_TEST_TMPDIR/machine" ]
	[ "$(complete_bash memlens free --top '')" = '' ]
}

@test "completion: bash completes the operand of a command that has one" {
	load_bash
	memlens() { "$MEMLENS" "$@"; }
	[ "$(complete_bash memlens explain MemAv)" = MemAvailable ]
	[ "$(complete_bash memlens explain -b pgscan_direct_)" = pgscan_direct_throttle ]
	[ "$(complete_bash memlens free MemAv)" = '' ]
}

@test "completion: fish completes commands, columns and options" {
	command -v fish > /dev/null || skip 'fish is not installed'
	run fish -c "source $root/completions/memlens.fish
		complete -C 'memlens vmst'
		complete -C 'memlens free -o total,us'
		complete -C 'memlens vmstat --recl'"
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == vmstat* ]]
	[[ ${lines[1]} == total,used* ]]
	[[ ${lines[2]} == --reclaim* ]]
}

@test "completion: fish completes the operand of a command that has one" {
	command -v fish > /dev/null || skip 'fish is not installed'
	run fish -c "function memlens; $MEMLENS \$argv; end
		source $root/completions/memlens.fish
		complete -C 'memlens explain MemAv'"
	[ "$output" = MemAvailable ]
}
