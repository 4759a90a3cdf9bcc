# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# helper: what bats tests share. `load helper`, or `load ../cli/helper` from another folder. Bats
# stops a test at the first command that fails; these say what was wrong before they do.

MEMLENS=${MEMLENS:-$BATS_TEST_DIRNAME/../../build/${BUILD:-release}/memlens}
# shellcheck disable=SC2034 # for the tests
SYSROOTS=$BATS_TEST_DIRNAME/../sysroots

# What they speak about; set by ml and every other command that runs through capture.
status=0 out='' err=''

# capture COMMAND...: its exit status, output and messages, apart, in $status, $out and $err.
capture() {
	status=0
	"$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	# A byte that bash cannot hold would warn; tests of hostile bytes read the files.
	out=$(tr -d '\000' <"$BATS_TEST_TMPDIR/out")
	err=$(tr -d '\000' <"$BATS_TEST_TMPDIR/err")
}

ml() { # ARGUMENT...
	capture timeout -k 5 "${ML_SECONDS:-30}" "$MEMLENS" "$@"
}

wrong() { # WHAT
	{
		printf '%s\n' "$1"
		printf -- '-- status %s\n-- stdout:\n%s\n-- stderr:\n%s\n' "$status" \
			"$(head -n 30 <<<"$out")" "$(head -n 30 <<<"$err")"
	} >&2
	return 1
}

exits() { # STATUS
	[ "$status" -eq "$1" ] || wrong "expected exit status $1"
}

prints() { # TEXT: somewhere in standard output
	[[ $out == *"$1"* ]] || wrong "expected in stdout: $1"
}

prints_not() { # TEXT
	[[ $out != *"$1"* ]] || wrong "not expected in stdout: $1"
}

matches() { # EXTENDED-REGEX: some line of standard output
	grep -qE -- "$1" <<<"$out" || wrong "expected a line of stdout that matches: $1"
}

complains() { # TEXT: somewhere in standard error
	[[ $err == *"$1"* ]] || wrong "expected in stderr: $1"
}

is_quiet() { # nothing on standard error
	[ -z "$err" ] || wrong 'expected nothing on stderr'
}

# One line "memlens: SUBJECT: WHAT", with nothing on standard output.
complains_in_one_line() {
	[ -z "$out" ] || wrong 'expected nothing on stdout'
	[[ $err == memlens:* && $err != *$'\n'* ]] || wrong 'expected one line "memlens: ..."'
}

equals() { # ACTUAL EXPECTED
	[ "$1" = "$2" ] || wrong "expected '$2', is '$1'"
}

# json FILTER [EXPECTED]: standard output is JSON for which the jq filter is true, or prints
# EXPECTED.
json() {
	local got
	command -v jq >/dev/null || skip 'jq is not installed'
	if ! got=$(jq -r "$1" <"$BATS_TEST_TMPDIR/out" 2>&1); then
		wrong "jq '$1': $got"
	fi
	[ "$got" = "${2-true}" ] || wrong "jq '$1': expected '${2-true}', is '$got'"
}

needs() { # PROGRAM...: skip without it
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null || skip "$program is not installed"
	done
}

needs_file() { # FILE: skip unless it can be read
	head -c 1 "$1" >/dev/null 2>&1 || skip "$1 cannot be read here"
}

# as_nobody COMMAND...: without privileges, when we have any to drop.
as_nobody() {
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
	else
		setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
	fi
}
