# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # out and err come from the helper, lines is for tests
# reports: what the tests of the reports share beside the helper.

# shellcheck source=SCRIPTDIR/helper.bash
. "$(dirname "${BASH_SOURCE[0]}")/helper.bash"

export LC_ALL=C.UTF-8 TZ=UTC TERM=dumb
unset NO_COLOR CLICOLOR_FORCE COLUMNS

lines=()
ml() { # ARGUMENT...; standard output also by line, in $lines
	capture timeout -k 5 "${ML_SECONDS:-30}" "$MEMLENS" "$@"
	mapfile -t lines < <(printf %s "$out")
}

holds() { # TEXT PART
	[[ $1 == *"$2"* ]] || {
		printf 'no "%s" in:\n%s\n' "$2" "$1"
		return 1
	}
}

lacks() { # TEXT PART
	[[ $1 != *"$2"* ]] || {
		printf '"%s" in:\n%s\n' "$2" "$1"
		return 1
	}
}

# No control character but newline, and valid UTF-8.
clean() { # FILE...
	local file
	if LC_ALL=C grep -n "$(printf '[\001-\011\013-\037]')" "$@" | cat -v | grep .; then
		return 1
	fi
	for file; do
		iconv -f UTF-8 -t UTF-8 "$file" >/dev/null || return 1
	done
}

ml_nobody() { # ARGUMENT...
	capture as_nobody timeout -k 5 "${ML_SECONDS:-30}" "$MEMLENS" "$@"
	mapfile -t lines < <(printf %s "$out")
}

needs_root() {
	[ "$(id -u)" -eq 0 ] || skip 'only root can become nobody'
	needs setpriv
	as_nobody "$MEMLENS" --version >/dev/null 2>&1 || skip 'nobody cannot reach the command'
}
