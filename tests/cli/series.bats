#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Series of recordings: listing, exporting, what outlives the days, what sysstat recorded.
# shellcheck disable=SC2154 # status, out and err are set by ml

load helper

setup() {
	[ -x "$(dirname "$MEMLENS")/memlens-store" ] || skip 'memlens-store is not built'
	cd "$BATS_TEST_TMPDIR" || return 1
	export TZ=UTC
}

record() { # SAMPLES [OPTION...]
	"$MEMLENS" record --dir rec --interval 50ms --samples "$1" "${@:2}"
}

series() { # OPTION...
	ml record --dir rec "$@"
}

# What sadf -j printed of a machine, as of yesterday.
sysstat() {
	sed "s/DATE/$(date -u -d yesterday +%F)/" "$BATS_TEST_DIRNAME/sysstat.json"
}

@test 'series are listed with their range and their last value' {
	record 2
	series --series
	exits 0
	is_quiet
	matches '^FIRST +LAST +VALUE +UNIT +NAME$'
	matches '^20[0-9-]+ [0-9:]+00  20[0-9-]+ [0-9:]+00 +[0-9.]+[KMGT]i  bytes +MemTotal$'
	matches '  count     pgmajfault$'
	series --series -J
	exits 0
	json '.series[] | select(.name == "MemTotal") | .unit' bytes
	json ".series[] | select(.name == \"MemTotal\") | .value == $(awk '/^MemTotal:/ { print $2 }' /proc/meminfo) * 1024"
}

@test 'a series is exported as the reader of leaks takes it' {
	record 2
	series --export MemTotal
	exits 0
	is_quiet
	equals "$(head -1 <<<"$out")" t_seconds,MemTotal_bytes
	matches '^[0-9]+,[0-9]+$'
	"$MEMLENS" record --dir rec --export MemTotal >one.csv
	ml leak --from-csv one.csv -J
	exits 0
	json '.series[0].verdict' insufficient
	json '.series[0].unit' bytes/s
}

@test 'several series stand side by side, as JSON one after the other' {
	record 2
	series --export 'MemTotal,Mem*,pgmajfault' --csv
	exits 0
	equals "$(head -1 <<<"$out")" \
		t_seconds,MemTotal_bytes,MemAvailable_bytes,MemFree_bytes,pgmajfault_count
	series --export 'MemTotal,pgmajfault' -J
	exits 0
	json '[.series[].name] | join(" ")' 'MemTotal pgmajfault'
	json '.series[0].samples[0] | .min <= .last and .last <= .max and .t > 1e9'
}

@test 'only what is between two times is exported' {
	record 1
	series --export MemTotal --from -1h --to now
	exits 0
	matches '^[0-9]+,[0-9]+$'
	series --export MemTotal --from 2001-01-01 --to 2001-01-02
	exits 3
	complains_in_one_line
	complains 'nothing was recorded of it then'
}

@test 'what does not go together is told' {
	record 1
	series --export nothing
	exits 3
	complains_in_one_line
	complains 'no series is called nothing'
	for options in '--export MemFree --list' '--series --import' '--from -1h' '--to now' '--csv' \
		'-J --list' '--import' '--export MemFree --from yesterday' 'file' '--series --csv'; do
		# shellcheck disable=SC2086 # words
		series $options
		exits 2
		complains_in_one_line
	done
	ml record --series --dir nowhere
	exits 3
	complains_in_one_line
	mkdir empty
	ml record --series --dir empty
	exits 3
	complains 'nothing is recorded there'
}

@test 'hostile names are data: shown escaped, and found as they are shown' {
	needs sqlite3
	record 1
	sqlite3 rec/*.memlens "UPDATE series SET name = 'process/1@2/' || x'1b' || '[31m,a;\"b' || x'0a' || 'c'
		WHERE name = 'MemFree'"
	series --series
	exits 0
	prints 'process/1@2/\x1b[31m\x2ca\x3b\x22b\x0ac'
	series --export 'process/1@2/\x1b[31m\x2ca\x3b\x22b\x0ac'
	exits 0
	equals "$(wc -l <<<"$out")" 2
	equals "$(head -1 <<<"$out")" 't_seconds,process/1@2/\x1b[31m\x2ca\x3b\x22b\x0ac_bytes'
	series --export 'process/1@2/*' -J
	exits 0
	json '.series | length' 1
}

@test 'roll-ups outlive the day' {
	needs sqlite3
	record 1
	old=$(date -u -d '-3 days' +%F)
	t=$(($(date -u -d "$old 10:00" +%s)))
	cp rec/*.memlens "$old"
	sqlite3 "$old" "DELETE FROM rollup; WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 89)
		INSERT INTO rollup SELECT 60, $t + 60 * i, 1, i, i + 2, i + 1 FROM n"
	name=$(sqlite3 "$old" 'SELECT name FROM series WHERE id = 1')
	cp "$old" "rec/$old.memlens"
	ml record --dir rec --export "$name" --from "@$t" --to "@$((t + 6000))"
	exits 0
	cp "$BATS_TEST_TMPDIR/out" before
	record 1 --keep 1h
	[ ! -e "rec/$old.memlens" ] || wrong 'the old day is still there'
	ml record --dir rec --export "$name" --from "@$t" --to "@$((t + 6000))"
	exits 0
	cmp before "$BATS_TEST_TMPDIR/out"
	equals "$(stat -c %a rec/series.db)" 600
	equals "$(sqlite3 rec/series.db "SELECT t - $t, min, max, last FROM hours WHERE name = '$name'" | tr '\n' ' ')" \
		'0|0.0|61.0|60.0 3600|60.0|91.0|90.0 '
	equals "$(sqlite3 rec/series.db 'PRAGMA integrity_check')" ok
	equals "$(sqlite3 rec/series.db "SELECT count(*) FROM minutes WHERE name = '$name'")" 90
}

@test 'what outlives the days keeps to its share of the room' {
	needs sqlite3
	ml record --import --dir rec - < <(sysstat)
	sqlite3 rec/series.db "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 59999)
		INSERT OR IGNORE INTO rollup SELECT 1, 60, $(date +%s) / 60 * 60 - 60 * i, i, i, i FROM n"
	[ "$(stat -c %s rec/series.db)" -gt 1000000 ] || wrong 'it is small'
	record 1 --max-size 2M
	[ "$(stat -c %s rec/series.db)" -le 524288 ] || wrong 'it takes more than a quarter'
	equals "$(sqlite3 rec/series.db "SELECT max(t) > $(date +%s) - 120 FROM minutes")" 1
	[ "$(sqlite3 rec/series.db 'SELECT count(*) FROM hours')" -gt 0 ] || wrong 'the hours are gone'
}

@test 'what sysstat recorded is imported' {
	needs sqlite3
	sysstat >sa.json
	ml record --import --dir rec sa.json
	exits 0
	is_quiet
	prints 'sa.json: 3 samples, '
	equals "$(stat -c %a rec rec/series.db | tr '\n' ' ')" '700 600 '
	ml record --dir rec --export MemFree,pswpin/s,pressure/cpu/some/avg10
	exits 0
	equals "$(sed -n 1,2p <<<"$out")" "t_seconds,MemFree_bytes,pswpin/s_pages/s,pressure/cpu/some/avg10_ratio
$(date -u -d "$(date -u -d yesterday +%F) 10:00" +%s),20812759040,0,0.0245"
	equals "$(wc -l <<<"$out")" 4
	cp "$BATS_TEST_TMPDIR/out" once
	ml record --import --dir rec - < <(sysstat)
	exits 0
	prints 'standard input: 3 samples'
	ml record --dir rec --export MemFree,pswpin/s,pressure/cpu/some/avg10
	cmp once "$BATS_TEST_TMPDIR/out"
}

@test 'beside a recording what is imported is one series with it' {
	record 1
	ml record --import --dir rec - < <(sysstat)
	exits 0
	ml record --dir rec --export MemFree
	exits 0
	equals "$(wc -l <<<"$out")" 5
	ml record --dir rec --list
	exits 0
	ml free --root rec --at now
	exits 0
}

@test 'what sadf did not print is refused in one line, and nothing of it is kept' {
	sysstat >sa.json
	for file in cut empty text binary json missing folder; do
		case $file in
		cut) head -c 3000 sa.json >./cut ;;
		empty) : >empty ;;
		text) echo hello >text ;;
		binary) head -c 100000 /dev/urandom >binary ;;
		json) echo '{"sysstat": {"hosts": [{"statistics": []}]}}' >json ;;
		folder) mkdir folder ;;
		esac
		ml record --import --dir rec "$file"
		exits 3
		complains_in_one_line
	done
	ml record --dir rec --series
	equals "$out" 'FIRST                LAST                        VALUE  UNIT      NAME'
	ml record --import --dir rec text sa.json
	exits 3
	prints 'sa.json: 3 samples'
}

@test 'old times are not kept, and those to come are none' {
	sed 's/DATE/2019-01-01/' "$BATS_TEST_DIRNAME/sysstat.json" >old.json
	sed 's/DATE/2219-01-01/' "$BATS_TEST_DIRNAME/sysstat.json" >new.json
	ml record --import --dir rec old.json
	exits 3
	complains 'old.json: 3 samples too old to be kept'
	ml record --import --dir rec new.json
	exits 3
	complains 'new.json: 3 samples of times to come left out'
}

@test 'sadf prints what is imported' {
	needs sadf
	sadc=/usr/lib/sysstat/sadc
	[ -x "$sadc" ] || sadc=/usr/lib64/sa/sadc
	[ -x "$sadc" ] || skip 'needs sadc'
	"$sadc" -S XALL 1 3 sa
	ml record --import --dir rec - < <(LC_ALL=C sadf -j sa -- -r ALL -S -B -W -q ALL)
	exits 0
	prints 'standard input: 2 samples'
	ml record --dir rec --export MemTotal,MemFree,Slab,AnonPages
	exits 3
	complains 'no series is called MemTotal'
	ml record --dir rec --export MemAvailable -J
	exits 0
	json '.series[0].samples[0].last > 1e6'
}

@test 'a damaged file costs what only it would tell' {
	record 1
	ml record --import --dir rec - < <(sysstat)
	head -c 5000 /dev/urandom >rec/series.db
	rm -f rec/series.db-*
	ml record --dir rec --export MemFree
	exits 3
	matches '^[0-9]+,[0-9]+$'
	complains 'series.db'
	ml record --dir rec --series
	exits 3
	prints MemFree
}
