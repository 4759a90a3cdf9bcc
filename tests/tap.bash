# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# tap: how the suites written in bash report. Each result is a line of the Test Anything Protocol,
# which tests/run counts; the details of a failure follow it as comments.

# So that `... | empty NAME` counts in this shell.
shopt -s lastpipe

tap_n=0

pass() { # NAME
	printf 'ok %d - %s\n' $((++tap_n)) "$1"
}

fail() { # NAME; the details come on standard input
	printf 'not ok %d - %s\n' $((++tap_n)) "$1"
	head -n "${TAP_LINES:-40}" | sed 's/^/# /'
}

skip() { # NAME REASON
	printf 'ok %d - %s # skip %s\n' $((++tap_n)) "$1" "$2"
}

# expect NAME COMMAND...: passes when COMMAND exits with 0; its output is the detail otherwise.
expect() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		pass "$name"
	else
		fail "$name" <<<"$out"
	fi
}

# empty NAME: passes when there is nothing on standard input, else that is what is wrong.
empty() {
	local out
	out=$(cat)
	if [ -z "$out" ]; then
		pass "$1"
	else
		fail "$1" <<<"$out"
	fi
}

have() {
	command -v "$1" >/dev/null 2>&1
}

plan() {
	printf '1..%d\n' "$tap_n"
}
