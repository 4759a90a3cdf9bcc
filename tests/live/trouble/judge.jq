# SPDX-License-Identifier: MIT
# judge: what doctor said of a trouble against what it is. Input: null. Arguments: $before, $with
# and perhaps $after, what it said; $known, what the objects are; $expected, the rows of the table. Prints how
# many findings were expected, found, and found of the right object, and how many false alarms
# there were; then, a line each, what was wrong.

def rank: {"info": 1, "warn": 2, "crit": 3}[.];

def identity: [.rule, (.object | .kind, .pid, .cgroup, .mount, .shmid, .node, .name)];

# Is this finding about the object that the row names?
def is_of($row):
	.object as $object | $object.kind == $row.kind and ($row.object == "-" or
		($row.object | split("=") as [$part, $name] |
			$known[0][$name] != "" and ($object[$part] | tostring) == $known[0][$name]));

def says: "\(.severity) \(.rule) (\(.about)): \(.message)";

$before[0] as $before | $with[0] as $with |
# What was there before is not of the trouble, and what is there still when it is undone.
([$before, $after[]] | map(.findings[] | identity)) as $old |
($expected | map(select(.rule != "-" and .least != "may"))) as $must |
($expected | map(select(.least == "may") | .rule)) as $may |

($must | map(. as $row |
	($with.findings | map(select(.rule == $row.rule))) as $all |
	($all | map(select((.severity | rank) >= ($row.least | rank)))) as $found |
	{
		found: ($found | length > 0),
		right: ($found | any(is_of($row))),
		wrong: (
			if $all == [] then
				([$with.explained[] | select(.rule == $row.rule) | "only as explained by \(.by)"] +
				[$with.skipped[] | select(.rule == $row.rule) | "skipped: \(.reason)"] +
				[$with.checked[] | select(.rule == $row.rule) | "outcome \(.outcome)"] +
				["no such rule"])[0] | "missing: \($row.rule): \(.)"
			elif $found == [] then "less than \($row.least): \($all[0] | says)"
			else "of another object than \($row.kind) \($row.object): \($found[0] | says)" end)
	})) as $judged |

($with.findings | map(select((.severity | rank) > 1 and
	(identity as $i | $old | index([$i]) | not) and
	(.rule as $r | $may | index($r) | not) and
	(. as $f | $must | all(.rule != $f.rule or (. as $row | $f | is_of($row) | not)))))) as $false |

"\($must | length) \($judged | map(select(.found)) | length) \($judged | map(select(.right)) | length) \($false | length)",
($judged[] | select(.right | not) | .wrong),
($false[] | "false alarm: \(says)"),
($false[] | .evidence[]? | "    \(.text)")
