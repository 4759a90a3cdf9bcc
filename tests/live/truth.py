#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""truth.py CHECK [ARGUMENT...]: memlens ps and map against a second reader of /proc.

The second reader is this file; it shares nothing with memlens. Processes may move: what is
compared is read before and after memlens ran, and counts only when both are the same. Exit 0 if
all agrees, 1 with a line for each difference, 77 with the reason when nothing stood still.
"""
import functools
import json
import os
import re
import subprocess
import sys
import time

MEMLENS = os.environ["MEMLENS"]
HEADER = re.compile(rb"([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) (\S+) (\d+)\s*(.*)")
TRIES = 20
differences = []


def differ(*words):
    differences.append(" ".join(str(word) for word in words))


def quiet(message):
    print(message)
    sys.exit(77)


# ---- the second reader -------------------------------------------------------------------

def slurp(path):
    """The bytes of a file, or None when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def pairs(text):
    """NAME: VALUE lines, kB as bytes."""
    found = {}
    for line in text.split(b"\n"):
        key, colon, value = line.partition(b":")
        words = value.split()
        if not colon:
            continue
        if len(words) == 2 and words[1] == b"kB":
            found[key.decode()] = int(words[0]) * 1024
        else:
            found[key.decode()] = value.strip().decode(errors="replace")
    return found


def smaps(pid):
    """A list of mappings, or None; keys as in the file, sizes in bytes."""
    text = slurp(f"/proc/{pid}/smaps")
    if text is None:
        return None
    found, lines = [], []
    for line in text.split(b"\n"):
        # A key begins with a capital, an address never does.
        if line and not line[:1].isupper():
            start, end, perms, offset, dev, inode, name = HEADER.fullmatch(line).groups()
            lines = []
            found.append(({"start": int(start, 16), "end": int(end, 16),
                           "perms": perms.decode(), "offset": int(offset, 16),
                           "dev": dev.decode(), "inode": int(inode), "name": name}, lines))
        else:
            lines.append(line)
    return [dict(head, **pairs(b"\n".join(rest))) for head, rest in found]


def rollup(pid):
    text = slurp(f"/proc/{pid}/smaps_rollup")
    return pairs(text.split(b"\n", 1)[1]) if text else None


def status(pid):
    text = slurp(f"/proc/{pid}/status")
    return pairs(text) if text else None


def stat(pid):
    """(comm, fields from state on), found from the last parenthesis."""
    text = slurp(f"/proc/{pid}/stat")
    if not text:
        return None
    first, last = text.index(b"("), text.rindex(b")")
    return text[first + 1:last], text[last + 2:].split()


def pids():
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())


def is_public(each):
    """A file that others may map, too, at any time: memlens its libraries."""
    made_here = (b"/memfd:", b"/SYSV", b"/dev/zero", b"/anon_hugepage")
    return each["name"][:1] == b"/" and not each["name"].startswith(made_here)


def lent(each):
    """How much PSS depends on who else maps the same now."""
    if not each["Shared_Clean"] + each["Shared_Dirty"]:
        return 0
    if each["name"] == b"[vdso]":
        return 1024
    return each["Pss"] if is_public(each) else 0


def lent_by(pid):
    """The same of a whole process; the mappings lost less than one kB together."""
    maps = smaps(pid) or []
    return sum(map(lent, maps)) + (1024 if any(map(lent, maps)) else 0)


def lent_at_most(pid):
    """What may have become shared or private when somebody came or went."""
    maps = smaps(pid) or []
    return lent_by(pid) + sum(each["Shared_Clean"] + each["Shared_Dirty"] +
                              each["Private_Clean"] for each in maps if is_public(each))


def unlent(maps):
    return maps and [dict(each, Pss=0) if lent(each) else each for each in maps]


# ---- memlens -----------------------------------------------------------------------------

def memlens(*arguments, status_wanted=0):
    """Its JSON; strict about what json.loads takes, and about what is said beside it."""
    run = subprocess.run([MEMLENS, *map(str, arguments)], capture_output=True, timeout=120)
    if run.returncode != status_wanted:
        differ(*arguments, "exit", run.returncode, run.stderr.decode(errors="replace")[:300])
        raise SystemExit(report())
    return json.loads(run.stdout.decode("utf-8"), object_pairs_hook=once)


def once(members):
    """An object; a key that is there twice hides what it said first."""
    found = dict(members)
    if len(found) != len(members):
        differ("twice in one object:", *{key for key, _ in members
                                         if [each for each, _ in members].count(key) > 1})
    return found


def still(read, ask, steady=lambda what: what):
    """read() and ask() of one moment: what is steady was the same before and after."""
    for turn in range(TRIES):
        before = read()
        ours = ask()
        if steady(before) == steady(read()):
            return before, ours
        time.sleep(0.01 * turn)
    quiet("what is compared never stood still")


@functools.lru_cache(maxsize=None)
def plain(key):
    return re.sub("[^a-z]", "", key.lower())


def raw(row, key):
    """The bytes of a name; null is no name."""
    if row.get(key + "_raw"):
        return bytes.fromhex(row[key + "_raw"])
    return (row.get(key) or "").encode()


# ---- map ---------------------------------------------------------------------------------

LABELS = ("start", "end", "perms", "offset", "dev", "inode", "name")


def compare_labels(where, theirs, ours):
    for key in ("start", "end"):
        if int(ours[key], 16) != theirs[key]:
            differ(where, key, "ours", ours[key], "theirs", "%x" % theirs[key])
    if ours["perms"] != theirs["perms"]:
        differ(where, "perms", "ours", ours["perms"], "theirs", theirs["perms"])
    for key in ("offset", "inode"):
        if key in ours and int(str(ours[key]), 16 if key == "offset" and
                               isinstance(ours[key], str) else 10) != theirs[key]:
            differ(where, key, "ours", ours[key], "theirs", theirs[key])
    if raw(ours, "name") != theirs["name"]:
        differ(where, "name", "ours", raw(ours, "name"), "theirs", theirs["name"])


def compare_keys(where, theirs, ours):
    named = {plain(key): value for key, value in ours.items()}
    for key, value in theirs.items():
        if key in LABELS or plain(key) not in named:
            continue
        mine = named[plain(key)]
        slack = lent(theirs) if key == "Pss" else 0
        if isinstance(value, int) and (mine is None or abs(mine - value) > slack):
            differ(where, key, "ours", mine, "theirs", value)
        if key == "VmFlags" and (mine or "").split() != value.split():
            differ(where, key, "ours", mine, "theirs", value)


def missing_keys(theirs, ours):
    named = {plain(key) for key in ours}
    return [key for key in theirs if key not in LABELS and plain(key) not in named]


def check_map(pid):
    """Every mapping, and every number of it, as smaps has them."""
    theirs, whole = still(lambda: smaps(pid), lambda: memlens("map", "-J", pid), unlent)
    ours = whole["mappings"]
    if theirs is None:
        quiet(f"smaps of {pid} cannot be read")
    if len(theirs) != len(ours):
        differ("map", pid, "mappings: ours", len(ours), "theirs", len(theirs))
        return
    for their, our in zip(theirs, ours):
        compare_labels("map %d %x" % (pid, their["start"]), their, our)
        compare_keys("map %d %x" % (pid, their["start"]), their, our)
    absent = missing_keys(theirs[0], ours[0]) if theirs else []
    if absent:
        differ("map", pid, "does not tell", *absent)


def check_fast(pid):
    """RSS alone, which may come from elsewhere than smaps, is the same."""
    theirs, whole = still(lambda: smaps(pid),
                          lambda: memlens("map", "-J", "-o", "start,rss", pid), unlent)
    ours = {int(row["start"], 16): row["rss"] for row in whole["mappings"]}
    if len(ours) != len(theirs):
        differ("fast", pid, "mappings: ours", len(ours), "theirs", len(theirs))
    for their in theirs:
        if ours.get(their["start"]) != their["Rss"]:
            differ("fast %d %x" % (pid, their["start"]), their["perms"], their["name"],
                   "rss ours", ours.get(their["start"]), "theirs", their["Rss"],
                   "flags", their.get("VmFlags"))


# ---- ps ----------------------------------------------------------------------------------

def seen(pid):
    """All that a row of ps is compared with; None when it is gone."""
    parts = stat(pid), slurp(f"/proc/{pid}/statm"), status(pid), rollup(pid)
    if not parts[0]:
        return None
    named, fields = parts[0]
    return {"named": named, "fields": tuple(fields[:22]), "statm": parts[1],
            "status": parts[2], "rollup": parts[3], "cmdline": slurp(f"/proc/{pid}/cmdline"),
            "oom_score": slurp(f"/proc/{pid}/oom_score"),
            "oom_adj": slurp(f"/proc/{pid}/oom_score_adj")}


def steady(read):
    """What has to stand still: not the CPU time, nor who else maps its libraries."""
    if not read:
        return None
    sums = {key: value for key, value in (read["rollup"] or {}).items() if key[:3] != "Pss"}
    return (read["named"], read["fields"][0], read["fields"][7:11], read["statm"], sums)


def expected(read):
    """The columns of a row, of which each source says what it can."""
    said, sums = read["status"], read["rollup"]
    fields = read["fields"]
    want = {"ppid": int(fields[1]), "state": fields[0].decode(), "minflt": int(fields[7]),
            "majflt": int(fields[9]), "threads": int(fields[17]),
            "oom_score": int(read["oom_score"]), "oom_adj": int(read["oom_adj"])}
    if said and "VmRSS" in said:
        want.update(vss=said["VmSize"], swap=said["VmSwap"], locked=said["VmLck"],
                    pagetables=said["VmPTE"] + said.get("VmPMD", 0))
    if sums:
        want.update(rss=sums["Rss"], pss=sums["Pss"],
                    uss=sums["Private_Clean"] + sums["Private_Dirty"])
    if said and "RssAnon" in said:
        want.update(anon=said["RssAnon"], file=said["RssFile"], shmem=said["RssShmem"])
    return want


def compare_row(pid, read, row, slack):
    want = expected(read)
    if not (read["status"] and "VmRSS" in read["status"]):
        for key in ("rss", "pss", "uss", "anon", "swap"):
            if row.get(key):
                differ("ps", pid, key, "of a process without memory is", row[key])
    for key, value in want.items():
        if key in ("pss", "uss") and row.get(key) and abs(row[key] - value) <= slack:
            continue
        if key in row and row[key] != value:
            differ("ps", pid, read["named"], key, "ours", row[key], "theirs", value)
    if raw(row, "comm") != read["named"]:
        differ("ps", pid, "comm ours", raw(row, "comm"), "theirs", read["named"])


def check_ps(pid):
    """One row, to the byte."""
    read, whole = still(lambda: seen(pid), lambda: memlens("ps", "-J", pid), steady)
    rows = whole["processes"]
    if [row["pid"] for row in rows] != [pid]:
        differ("ps", pid, "rows of", [row["pid"] for row in rows])
        return
    compare_row(pid, read, rows[0], lent_by(pid))


def check_agree(pid):
    """ps, the sums of map, and the kernel's own sum are one."""
    def ask():
        return memlens("map", "-J", pid)["mappings"], memlens("ps", "-J", pid)["processes"][0]

    read, (maps, row) = still(lambda: seen(pid), ask, steady)
    kernel = read["rollup"]
    for key, name in (("rss", "Rss"), ("swap", "Swap"), ("private_dirty", "Private_Dirty")):
        ours = sum(each[key] for each in maps)
        if ours != kernel[name]:
            differ("agree", pid, key, "of the mappings", ours, "rollup", kernel[name])
    if row["rss"] != kernel["Rss"]:
        differ("agree", pid, "rss of ps", row["rss"], "rollup", kernel["Rss"])
    # Each mapping has lost less than one kB.
    lost = kernel["Pss"] - sum(each["pss"] for each in maps)
    if not -lent_by(pid) <= lost <= 1024 * len(maps) + lent_by(pid):
        differ("agree", pid, "pss of the mappings is", lost, "below the rollup")


def check_machine():
    """Every process that stood still has its own row; the rows are those that are there."""
    before = {pid: seen(pid) for pid in pids()}
    rows = {row["pid"]: row for row in memlens("ps", "-J")["processes"]}
    kernel = {row["pid"]: row for table in memlens("ps", "--kernel", "-J").values()
              if isinstance(table, list) for row in table if "pid" in row}
    after = {pid: seen(pid) for pid in pids()}
    both = [pid for pid in before if before[pid] and after.get(pid)]
    same = [pid for pid in both if steady(before[pid]) == steady(after[pid])]
    for pid in both:
        apart = is_kernel(before[pid])
        if (pid in rows) == apart or (pid in kernel) != apart:
            differ("machine", pid, before[pid]["named"], "is not in its table")
    for pid in rows:
        if pid not in before and pid not in after and os.path.exists(f"/proc/{pid}"):
            differ("machine", pid, "was in no list of /proc")
    for pid in same:
        if pid in rows:
            compare_row(pid, before[pid], rows[pid], lent_at_most(pid))
    if len(same) < len(both) / 2:
        quiet(f"only {len(same)} of {len(both)} processes stood still")
    compare_sum(before, after, rows)


def is_kernel(read):
    return bool(int(read["fields"][6]) & 0x200000)


def compare_sum(before, after, rows):
    """PSS of all, between that of two readings, less and more what came and went."""
    sums = [sum(read["rollup"]["Pss"] for read in moment.values() if read and read["rollup"])
            for moment in (before, after)]
    ours = sum(row["pss"] or 0 for row in rows.values())
    slack = abs(sums[0] - sums[1]) + sum(
        abs(((before.get(pid) or {}).get("rollup") or {}).get("Pss", 0) -
            ((after.get(pid) or {}).get("rollup") or {}).get("Pss", 0))
        for pid in set(before) | set(after))
    passing = sum(row["pss"] or 0 for pid, row in rows.items()
                  if pid not in before or pid not in after)
    low, high = min(sums) - slack, max(sums) + slack + passing
    if not low <= ours <= high:
        differ("machine", "pss ours", ours, "theirs", sums, "moved", slack)


# ---- objects -----------------------------------------------------------------------------

# What memlens map calls the kinds that build/tests/live/objects makes, where it is not "anon".
KINDS = {"reserve": "reserved", "anon-name": "named", "hugetlb": "hugetlb", "file": "file",
         "deleted": "deleted", "cow": "file", "hostile": "file", "stack": "stack",
         "thread-stack": "thread", "arena": "arena", "pfn": "device", "ring": "device",
         "shared": "shared", "memfd": "shared", "sysv": "shared", "dev-zero": "shared",
         "swap-shmem": "shared"}
FIELDS = {"size": "Size", "rss": "Rss", "pss": "Pss", "swap": "Swap", "locked": "Locked"}


def within(made, each):
    start = int(made["start"], 16)
    if made["size"]:
        return start <= each["start"] and each["end"] <= int(made["end"], 16)
    return each["start"] <= start < each["end"]


def held(each):
    return each["Private_Hugetlb"] + each["Shared_Hugetlb"]


def check_made(made):
    """An object is what the program says: a fault here is one of the test, not of memlens."""
    parts = [each for each in smaps(made["pid"]) if within(made, each)]
    where = "object %s %s" % (made["kind"], made["start"])
    if len(parts) != made.get("mappings", 1):
        differ(where, "is", len(parts), "mappings")
        return
    for key, name in FIELDS.items():
        value = sum(each[name] for each in parts)
        # PSS is printed in kB, cut off.
        if key in made and made["size"] and not 0 <= made[key] - value < 1024:
            differ(where, key, "made", made[key], "smaps says", value)
    if "hugetlb" in made and sum(map(held, parts)) != made["hugetlb"]:
        differ(where, "hugetlb", made["hugetlb"], "smaps says", sum(map(held, parts)))
    if "at_least" in made and sum(each["Rss"] for each in parts) < made["at_least"]:
        differ(where, "rss", "made", made["at_least"], "smaps says", parts[0]["Rss"])
    if "name" in made:
        check_made_name(where, bytes.fromhex(made["name"]), parts[0]["name"])


def check_made_name(where, made, name):
    made = made.replace(b"\n", b"\\012")
    if made not in name:
        differ(where, "name", made, "smaps says", name)


def check_told(made, rows):
    """memlens map says of it what is known of it, to the byte."""
    parts = [dict(row, start=int(row["start"], 16), end=int(row["end"], 16)) for row in rows]
    parts = [row for row in parts if within(made, row)]
    where = "told %s %s" % (made["kind"], made["start"])
    if len(parts) != made.get("mappings", 1):
        differ(where, "is", len(parts), "mappings")
    for key in FIELDS:
        value = sum(row[key] for row in parts)
        if key in made and made["size"] and not 0 <= made[key] - value < 1024:
            differ(where, key, "made", made[key], "told", value)
    kinds = {row["kind"] for row in parts}
    named_deleted = made.get("name", "").endswith(b" (deleted)".hex())
    if kinds != {KINDS.get(made["kind"], "anon")} and not named_deleted:
        differ(where, "kind", kinds)
    if sum(row["rss"] for row in parts) < made.get("at_least", 0):
        differ(where, "rss", "made", made["at_least"], "told", parts)


def objects_of(path):
    with open(path, encoding="ascii") as file:
        return json.loads(file.readline())["objects"]


def check_objects(path):
    """Everything there is about what build/tests/live/objects made."""
    made = objects_of(path)
    for each in made:
        check_made(each)
    for pid in {each["pid"] for each in made}:
        rows = memlens("map", "-J", pid)["mappings"]
        for each in made:
            if each["pid"] == pid:
                check_told(each, rows)
        check_map(pid)
        check_fast(pid)
        check_ps(pid)
        check_agree(pid)


def check_fixture(path):
    """Objects against smaps alone: no memlens."""
    for each in objects_of(path):
        check_made(each)


CHECKS = {
    "map": lambda *args: [check_map(int(pid)) for pid in args],
    "fast": lambda *args: [check_fast(int(pid)) for pid in args],
    "ps": lambda *args: [check_ps(int(pid)) for pid in args],
    "agree": lambda *args: [check_agree(int(pid)) for pid in args],
    "objects": check_objects,
    "fixture": check_fixture,
    "machine": check_machine,
}


def report():
    for line in differences[:20]:
        print(line)
    if len(differences) > 20:
        print(len(differences) - 20, "more differences")
    return 1 if differences else 0


def main(name, *arguments):
    """A difference that others made passes; one of memlens stays."""
    for _ in range(3):
        differences.clear()
        CHECKS[name](*arguments)
        if not differences:
            break
    return report()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
