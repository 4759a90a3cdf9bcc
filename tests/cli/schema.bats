#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# schema: what every command prints as JSON is what docs/schema/memlens.schema.json says. That
# the file is up to date is checked by lint.
# long: the validator

# shellcheck disable=SC2030,SC2031 # run sets its variables where they are read
bats_require_minimum_version 1.5.0

setup() {
	[ -x "$MEMLENS" ]
	root=$BATS_TEST_DIRNAME/../..
	schema=$root/docs/schema/memlens.schema.json
}

need_jsonschema() {
	python3 -c 'import jsonschema' 2> /dev/null || skip 'python3-jsonschema is not installed'
}

# validate < JSON Lines or one object
validate() {
	# shellcheck disable=SC2016 # that is Python
	python3 -W ignore -c '
import json, sys
from jsonschema import Draft202012Validator as Validator

def once(pairs):
    keys = [key for key, _ in pairs]
    twice = {key for key in keys if keys.count(key) > 1}
    return sys.exit(f"twice in one object: {twice}") if twice else dict(pairs)

schema = json.load(open(sys.argv[1]))
Validator.check_schema(schema)
text = sys.stdin.read()
at, n = 0, 0
while text[at:].strip():
    at += len(text[at:]) - len(text[at:].lstrip())
    value, at = json.JSONDecoder(object_pairs_hook=once, parse_constant=sys.exit).raw_decode(text, at)
    report = schema["$defs"][value["schema"].removeprefix("memlens/1/")]
    unknown = set(value) - set(schema["properties"]) - set(report["properties"])
    errors = [*(value["schema"] + ": " + e.message for e in Validator(report | {"$defs": schema["$defs"]}).iter_errors(value)),
              *(e.message for e in Validator(schema).iter_errors(value)),
              *(f"{name}: not in the schema" for name in sorted(unknown))]
    if errors:
        sys.exit("\n".join(m[:300] for m in errors))
    n += 1
print(n)' "$schema"
}

# Every table a command has, the ones on request included.
all_tables() { # COMMAND
	"$MEMLENS" ${1:+"$1"} --help | sed -n 's/^Table \([a-z_]*\).*/\1/p' | paste -sd,
}

# prints COMMAND [OPTION]...: one object more, for are_valid. Status 3 is a refused file.
prints() {
	run --separate-stderr "$MEMLENS" ${1:+"$1"} -J "${@:2}"
	[[ $status -eq 0 || $status -eq 3 ]]
	echo "$output" >> "$BATS_TEST_TMPDIR/printed"
	printed=$((${printed-0} + 1))
}

# All that was printed, by one validator: it begins slowly.
are_valid() {
	[ "$(validate < "$BATS_TEST_TMPDIR/printed")" = "$printed" ]
}

@test "schema: every table of every command is as it says" {
	need_jsonschema
	for command in $("$MEMLENS" help --reports); do
		prints "$command" --table "$(all_tables "$command")"
	done
	prints leak --for 1s --interval 300ms $$
	are_valid
}

@test "schema: every table of the overview is as it says" {
	need_jsonschema
	prints '' --table "$(all_tables '')"
	are_valid
}

@test "schema: two moments of one machine, of two, and of none that tells" {
	need_jsonschema
	machines=$BATS_TEST_DIRNAME/../sysroots
	mkdir -p "$BATS_TEST_TMPDIR/copy/proc"
	echo 'MemTotal: 1000 kB' > "$BATS_TEST_TMPDIR/copy/proc/meminfo"
	for second in "$machines/7.2-amd64/second-sample" "$machines/5.10-686" "$BATS_TEST_TMPDIR/copy"; do
		prints diff "$machines/7.2-amd64" "$second" --min 0 --table "$(all_tables diff)"
		[[ $output == *'"before":{'* ]]
	done
	"$MEMLENS" diff -J --every 50ms -c 2 2> /dev/null >> "$BATS_TEST_TMPDIR/printed"
	printed=$((printed + 2))
	are_valid
}

@test "schema: repeated samples are one object a line" {
	need_jsonschema
	"$MEMLENS" vmstat -J -d 0.05 -c 3 > "$BATS_TEST_TMPDIR/lines"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/lines")" -eq 3 ]
	[ "$(validate < "$BATS_TEST_TMPDIR/lines")" = 3 ]
}

@test "schema: chosen columns and an almost empty machine pass as well" {
	need_jsonschema
	mkdir -p "$BATS_TEST_TMPDIR/copy/proc"
	echo 'MemTotal: 1000 kB' > "$BATS_TEST_TMPDIR/copy/proc/meminfo"
	prints free -o total
	for command in $("$MEMLENS" help --reports); do
		prints "$command" --root "$BATS_TEST_TMPDIR/copy"
	done
	are_valid
}

@test "schema: names that are not UTF-8 pass, with their bytes beside" {
	need_jsonschema
	mkdir -p "$BATS_TEST_TMPDIR/copy/proc"
	cat > "$BATS_TEST_TMPDIR/copy/proc/slabinfo" <<- 'END'
		slabinfo - version: 2.1
		# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>
	END
	printf 'bad\377name 1 2 8 512 1 : tunables 0 0 0 : slabdata 1 1 0\n' \
		>> "$BATS_TEST_TMPDIR/copy/proc/slabinfo"
	prints slab --root "$BATS_TEST_TMPDIR/copy"
	are_valid
	[[ $output == *'"cache_raw":"626164ff6e616d65"'* ]]
}
