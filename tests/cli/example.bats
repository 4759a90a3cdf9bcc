#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# example: the program for users of the library compiles against what is installed of it, and
# tells the truth.

setup() {
	[ -x "$MEMLENS" ]
	build=$(dirname "$MEMLENS")
	root=$BATS_TEST_DIRNAME/../..
	[[ ${BUILD-} == asan ]] && flags=-fsanitize=address,undefined
	"${CC:-cc}" -std=c11 -Wall -Wextra -Werror ${flags:+"$flags"} -I"$root/lib" \
		-o "$BATS_TEST_TMPDIR/available" "$root/docs/examples/available.c" \
		-L"$build" -lmemlens -Wl,-rpath,"$build"
	PATH=$BATS_TEST_TMPDIR:$PATH
}

# A machine with a number of our own.
copy_machine() {
	mkdir -p "$BATS_TEST_TMPDIR/copy/proc"
	printf '%s\n' 'MemTotal: 1000 kB' 'MemFree: 100 kB' 'MemAvailable: 300 kB' 'Buffers: 1 kB' \
		'Cached: 250 kB' 'Shmem: 50 kB' 'SwapTotal: 0 kB' 'SwapFree: 0 kB' \
		> "$BATS_TEST_TMPDIR/copy/proc/meminfo"
}

@test "example: prints MemAvailable of the machine" {
	kib=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
	[ "$kib" ] || skip 'this kernel has no MemAvailable'
	run available
	[ "$status" -eq 0 ]
	bytes=$(sed -n 's/^MemAvailable: \([0-9]*\) bytes$/\1/p' <<< "$output")
	total=$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)
	off=$((bytes - kib * 1024)) # taken a moment later, on a machine that is busy with tests
	((${off#-} < total * 1024 / 4))
}

@test "example: prints the numbers of a copied machine exactly" {
	copy_machine
	run available free "$BATS_TEST_TMPDIR/copy"
	[ "$status" -eq 0 ]
	[[ $output == *'MemAvailable: 307200 bytes'* ]]
	[[ $output == *'what=Mem total=1024000 used=716800 free=102400 shared=51200'* ]]
	[[ $output == *'what=Swap total=0 used=0 free=0 shared=- '* ]]
}

@test "example: prints every report there is" {
	for report in overview $("$MEMLENS" help --reports); do
		run available "$report"
		[ "$status" -eq 0 ]
		[[ ${#lines[@]} -gt 1 ]]
	done
}

@test "example: tells what is wrong" {
	run available nonsense
	[ "$status" -eq 1 ]
	[ "$output" = 'nonsense: no such report' ]
	run available free "$BATS_TEST_TMPDIR/absent"
	[ "$status" -eq 1 ]
	[[ $output == *absent:* ]]
}
