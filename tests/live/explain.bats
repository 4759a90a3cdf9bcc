#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# explain: knows every line of this kernel's meminfo and vmstat.
# beside others: names alone
# shellcheck disable=SC2153,SC2154 # set by helper and by ml

load ../cli/helper

# unknown KIND < KEYS: those that explain does not know as this kind
unknown() {
	grep -vxF -f <("$MEMLENS" explain --table terms --filter "kind = $1" --csv -n -o term | tr -d '"')
}

@test "explain: every line of meminfo is known" {
	needs_file /proc/meminfo
	missing=$(sed 's/:.*//' /proc/meminfo | unknown meminfo || true)
	[ -z "$missing" ] || wrong "not explained: $missing"
}

@test "explain: every counter of vmstat is known" {
	needs_file /proc/vmstat
	missing=$(sed 's/ .*//' /proc/vmstat | unknown vmstat || true)
	[ -z "$missing" ] || wrong "not explained: $missing"
}

@test "explain: every memory line of smaps and status is known" {
	needs_file /proc/self/smaps
	missing=$(awk '/^[A-Z][A-Za-z_]*: +[0-9]+ kB$/ { sub(/:.*/, ""); print }' /proc/self/smaps |
		sort -u | unknown smaps || true)
	[ -z "$missing" ] || wrong "not explained: $missing"
	missing=$(awk '/ kB$/ { sub(/:.*/, ""); print }' /proc/self/status | unknown status || true)
	[ -z "$missing" ] || wrong "not explained: $missing"
}

@test "explain: the value is there for a running machine" {
	needs jq
	needs_file /proc/meminfo
	ml explain MemTotal -J
	json '.explain[0].bytes' "$(awk '$1 == "MemTotal:" { printf "%.0f", $2 * 1024 }' /proc/meminfo)"
}
