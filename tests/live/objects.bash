# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # status, out and err come from the helper
# objects: memory of a known kind and size for live tests, and what it takes to make it. A test
# that uses it calls end_objects and restore in its teardown.

objects=$BATS_TEST_DIRNAME/../../build/${BUILD:-release}/tests/live/objects
export MEMLENS

makers=()
maker='' said='' hold='' held=() # the last one; what it said; its input
saved=()

needs_objects() {
	[ -x "$objects" ] || skip 'the program that makes objects is not built (make tests)'
}

# start COMMAND...: in the background, with an input that ends when we end it.
start() {
	local number=${#makers[@]}
	said=$BATS_TEST_TMPDIR/objects.$number
	mkfifo "$said.hold"
	exec {hold}<>"$said.hold"
	"$@" <"$said.hold" >"$said" 2>"$said.err" {hold}>&- 3>&- &
	maker=$!
	makers+=("$maker")
	held+=("$hold")
}

# make_objects KIND [ARGUMENT...]: they are there when it returns.
make_objects() {
	start "$objects" "$@"
	wait_ready "$1"
}

make_objects_as_nobody() {
	start setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all \
		"$objects" "$@"
	wait_ready "$1"
}

wait_ready() { # KIND
	local rc=0
	for ((i = 0; i < 600; i++)); do
		[[ $(head -n 1 "$said" | tail -c 3) != ']}'* ]] || return 0
		kill -0 "$maker" 2>/dev/null || break
		sleep 0.05
	done
	kill -KILL "$maker" 2>/dev/null || true
	wait "$maker" || rc=$?
	[ "$rc" -ne 77 ] || skip "$1: $(cat "$said.err")"
	cat "$said.err" >&2
	return 1
}

# made FILTER: of the first object of the last maker.
made() {
	head -n 1 "$said" | jq -r ".objects[0] | $1"
}

# Lets the last one end by itself, so that it can say its last word.
wait_objects() {
	exec {hold}>&-
	wait "$maker"
}

end_objects() {
	local pid fd
	for pid in "${makers[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	for fd in "${held[@]}"; do
		exec {fd}>&-
	done
	rm -f "$BATS_TEST_TMPDIR"/objects.*
	makers=() held=()
}

# truth CHECK [ARGUMENT...]: by the second reader.
truth() {
	local rc=0
	timeout -k 5 300 python3 "$BATS_TEST_DIRNAME/truth.py" "$@" >"$BATS_TEST_TMPDIR/truth" 2>&1 || rc=$?
	[ "$rc" -ne 77 ] || skip "$(tail -n 1 "$BATS_TEST_TMPDIR/truth")"
	[ "$rc" -eq 0 ] || {
		cat "$BATS_TEST_TMPDIR/truth" >&2
		return 1
	}
}

agrees() { # KIND [ARGUMENT...]
	make_objects "$@"
	truth objects "$said"
}

# ---- the machine's settings, put back by restore -----------------------------------------

set_file() { # FILE VALUE: or skip
	local old
	if ! old=$(cat "$1" 2>/dev/null) || ! { printf %s "$2" >"$1"; } 2>/dev/null; then
		skip "$1 cannot be set here"
	fi
	saved+=("$1=$old")
}

set_sysctl() { # NAME VALUE: never less than it is
	[ "$(cat "/proc/sys/$1")" -ge "$2" ] || set_file "/proc/sys/$1" "$2"
}

needs_pool() { # PAGES: that many free ones
	local pool=/proc/sys/vm/nr_hugepages free
	[ -e "$pool" ] || skip 'no pool of huge pages'
	set_file "$pool" $(($(cat "$pool") + $1))
	free=$(awk '$1 == "HugePages_Free:" { print $2 }' /proc/meminfo)
	[ "$free" -ge "$1" ] || skip "$free huge pages could be had"
}

# A compressed disk that nobody uses, as swap; without one, the swap that is there.
needs_swap() {
	local disk size
	for disk in /sys/block/zram*; do
		size=$(cat "$disk/disksize" 2>/dev/null) || continue
		[ "$size" = 0 ] || continue
		swap_on "$disk" && return 0
	done
	[ "$(wc -l </proc/swaps)" -gt 1 ] || skip 'no swap, and no zram to make one'
}

swap_on() { # DISK
	local device=/dev/${1##*/}
	{ echo 256M >"$1/disksize"; } 2>/dev/null || return 1
	saved+=("zram=$1")
	mkswap "$device" >/dev/null 2>&1 && swapon -p 32767 "$device"
}

restore() {
	local i entry
	for ((i = ${#saved[@]} - 1; i >= 0; i--)); do
		entry=${saved[i]}
		case $entry in
		zram=*)
			swapoff "/dev/${entry##*/}" 2>/dev/null || true
			echo 1 >"${entry#zram=}/reset"
			;;
		*)
			printf %s "${entry#*=}" >"${entry%%=*}"
			;;
		esac
	done
	saved=()
}
