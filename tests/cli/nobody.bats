#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Without privileges every command answers what it can, and names what is missing and what would
# allow it.
# shellcheck disable=SC2154 # status, out, err and lines are set by ml

load reports

setup() {
	needs_root
}

# The file is there and root alone may read it.
root_only() { # FILE
	[ -e "$1" ] && ! as_nobody cat "$1" >/dev/null 2>&1
}

@test "whose main source is readable exits with 0 and prints" {
	for command in '' free where vmstat psi frag zone; do
		if [ "$command" = psi ] && [ ! -r /proc/pressure/memory ]; then
			continue
		fi
		ml_nobody ${command:+"$command"}
		exits 0
		[ "${#lines[@]}" -ge 2 ]
	done
}

@test "whose main source is denied exits with 3, names the capability, and shows the rest" {
	while read -r command file; do
		root_only "$file" || continue
		ml_nobody "$command"
		exits 3
		holds "$err" "$file: Permission denied (needs CAP_DAC_READ_SEARCH)"
		equals "${#lines[@]}" 1 # the totals, from meminfo
	done <<-'END'
		slab /proc/slabinfo
		vmalloc /proc/vmallocinfo
	END
}

@test "the main source denied is denied in JSON too" {
	needs jq
	root_only /proc/slabinfo || skip 'slabinfo is open to all'
	ml_nobody slab -J
	exits 3
	jq -e '.slab == [] and (.sources[] | select(.path == "/proc/slabinfo") |
		.status == "denied" and .errno == 13 and .capability == "CAP_DAC_READ_SEARCH")' \
		<<<"$out" >/dev/null
}

@test "sources it can do without are named on one line, and --strict makes them matter" {
	root_only /proc/slabinfo || skip 'slabinfo is open to all'
	ml_nobody where
	exits 0
	equals "$(grep -c . <<<"$err")" 1
	holds "$err" "/proc/slabinfo (needs CAP_DAC_READ_SEARCH)"
	holds "$err" "/proc/vmallocinfo (needs CAP_DAC_READ_SEARCH)"
	ml_nobody where --strict
	exits 3
	ml_nobody frag
	exits 0
	holds "$err" "/proc/pagetypeinfo (needs CAP_DAC_READ_SEARCH)"
}

@test "the overview lists what is refused to it" {
	root_only /proc/slabinfo || skip 'slabinfo is open to all'
	ml_nobody
	holds "$out" "could not be read"
	holds "$out" "/proc/slabinfo"
}

@test "hidden addresses are a denial, not zero bytes of RAM" {
	needs jq
	as_nobody grep -q '^00000000-00000000 : System RAM' /proc/iomem || skip 'iomem is open to all'
	ml_nobody where -J
	exits 0
	jq -e '.physical == [] and (.sources[] | select(.path == "/proc/iomem") |
		.status == "denied" and .capability == "CAP_SYS_ADMIN")' <<<"$out" >/dev/null
}

@test "files of mode 0 in a copied machine are denied" {
	cp -r "$SYSROOTS/6.12-amd64" "$BATS_TEST_TMPDIR/tree"
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_SUITE_TMPDIR" "$BATS_RUN_TMPDIR"
	as_nobody test -x "$BATS_TEST_TMPDIR" || skip 'nobody cannot reach the temporary folder'
	chmod 000 "$BATS_TEST_TMPDIR/tree/proc/slabinfo"
	ml_nobody slab --root "$BATS_TEST_TMPDIR/tree"
	exits 3
	holds "$err" "/proc/slabinfo: Permission denied"
	ml_nobody where --root "$BATS_TEST_TMPDIR/tree"
	exits 0
	holds "$err" "/proc/slabinfo"
	chmod 000 "$BATS_TEST_TMPDIR/tree/proc"
	ml_nobody free --root "$BATS_TEST_TMPDIR/tree"
	exits 3
}
