#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The example configurations: each is what its program reads, and the command in it runs.
# shellcheck disable=SC2154 # ml sets status, out and err

load helper

examples=$BATS_TEST_DIRNAME/../../docs/examples

# The memlens commands of an example, with the files that they write in our folder, run.
answers() { # COMMAND-LINE
	local words
	read -ra words <<<"${1#*memlens }"
	words=("${words[@]//\/var\/lib\/*\//$BATS_TEST_TMPDIR/}")
	words=("${words[@]//\/run\//$BATS_TEST_TMPDIR/}")
	ml "${words[@]}"
	[[ $out != *'MEMLENS UNKNOWN - '*[Uu]sage* && $err != *'unknown option'* ]] || wrong "$1"
	[ -n "$out" ] || wrong "no answer: $1"
	[ "$status" -le 3 ]
	[[ $err == '' ]] || wrong "$1"
}

@test "example: Icinga 2 takes the command" {
	needs icinga2
	d=$BATS_TEST_TMPDIR
	{
		echo 'const PluginDir = "/usr/lib/nagios/plugins"'
		echo 'const NodeName = "here"'
		echo 'include <itl>'
		echo 'object Host "here" { check_command = "dummy" }'
		cat "$examples/memlens-icinga2.conf"
	} >"$d/icinga2.conf"
	capture timeout 60 icinga2 daemon -C -c "$d/icinga2.conf" -DRunAsUser="$(id -un)" -DRunAsGroup="$(id -gn)" \
		-DDataDir="$d" -DLogDir="$d" -DCacheDir="$d" -DInitRunDir="$d"
	exits 0
}

@test "example: the lines of NRPE answer" {
	while IFS= read -r line; do
		[[ $line =~ ^command\[[a-z_]+\]=/ ]] || wrong "$line"
		answers "${line#*]=}"
	done < <(grep -v '^#' "$examples/memlens-nrpe.cfg")
}

@test "example: Zabbix gets JSON" {
	while IFS= read -r line; do
		[[ $line =~ ^UserParameter=[a-z.]+(\[\*\])?,/ ]] || wrong "$line"
		line=${line#*,}
		answers "${line%% \$1*}"
		json 'type == "object" or (type == "array" and all(.[]; has("rule")))'
	done < <(grep -v '^#' "$examples/memlens-zabbix.conf")
}

@test "example: node-problem-detector's file is JSON, and its command answers shortly" {
	needs jq
	f=$examples/memlens-npd.json
	jq -e '.plugin == "custom" and (.rules | all(.condition == "MemoryTrouble"))' "$f"
	answers "memlens $(jq -r '.rules[0].args | join(" ")' "$f")"
	[ "$status" -le 2 ]
	equals "$(wc -l <<<"$out")" 1
	[ "$(wc -c <"$BATS_TEST_TMPDIR/out")" -le 81 ]
}

@test "example: systemd takes the units" {
	needs systemd-analyze
	d=$BATS_TEST_TMPDIR/units
	mkdir "$d"
	cp "$examples"/memlens-*.service "$examples"/memlens-*.timer "$d"
	sed -i "s,/usr/bin/memlens,$(realpath "$MEMLENS"),; s,/usr/bin/logger,$(command -v logger)," "$d"/*.service
	capture timeout 60 systemd-analyze verify --man=no "$d"/memlens-check.service "$d"/memlens-check.timer
	[ "$status" = 0 ] || wrong 'systemd-analyze verify'
	prints_not memlens
	answers "$(sed -n 's/^ExecStart=//p' "$examples/memlens-check.service")"
}
