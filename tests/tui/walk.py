#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""walk MEMLENS FIRST LAST ROOT...: random keys on copied machines and recordings, one walk for each
seed, without a terminal. Prints the command line of each one that failed; exit status 1 then."""

import os
import random
import subprocess
import sys
import tempfile

KEYS = list("123456789zzteegucwTIIo+-nN?<<>>\\/ [j{}L]qG") + [
    "<Up>", "<Down>", "<Down>", "<Down>", "<PgUp>", "<PgDn>", "<Home>", "<End>", "<Left>",
    "<Right>", "<Right>", "<Enter>", "<Enter>", "<Enter>", "<Enter>", "<Backspace>",
    "<Backspace>", "<Tab>", "<S-Tab>", "<C-l>", "<Esc>", "<Esc>", "<F1>", "/a<Enter>",
    "\\rss>1000000<Enter>", "\\wl<Enter>", "\\zz(<Enter>", "\\\"<Enter>", "opid,rss<Enter>",
    "o<C-u>pid,rss,comm<Enter>", "o+anon<Enter>", "t", "<Down><Down><Down><Down>"]
TIMES = list("[[[]]{}Ljj ") + ["j-30s<Enter>", "j11:00<Enter>", "j2026-11-21<Enter>", "j@1<Enter>"]
WIDTHS = (80, 132, 40, 20, 19, 200, 60, 1, 300)
HEIGHTS = (24, 43, 10, 4, 3, 5, 100, 1)


def is_recording(root):
    return any(name.endswith(".memlens") for name in os.listdir(root))


def walk(seed, roots):
    """The arguments of `memlens`."""
    rng = random.Random(seed)
    size = f"{rng.choice(WIDTHS)}x{rng.choice(HEIGHTS)}"
    keys = [rng.choice(KEYS) for _ in range(rng.randrange(2, 25))]
    root = rng.choice(roots)
    if is_recording(root):
        keys = [rng.choice(TIMES) + key for key in keys]
    command = "replay" if is_recording(root) else "top"
    args = [command, "--root", root, "--dump", size, "--keys", "".join(keys)]
    return args + ["--ascii"] * (rng.random() < 0.2)


def is_well(command, home):
    env = dict(os.environ, HOME=home, XDG_CONFIG_HOME=home, LC_ALL="C.UTF-8")
    try:
        done = subprocess.run(command, cwd=home, env=env, timeout=60, capture_output=True,
                              check=False)
    except subprocess.TimeoutExpired:
        print("hangs:", *map(repr, command))
        return False
    if done.returncode == 0 and not done.stderr:
        return True
    print(f"exit {done.returncode}:", *map(repr, command))
    print(done.stderr.decode("utf-8", "replace")[:2000])
    return False


def main():
    memlens, first, last, *roots = sys.argv[1:]
    roots = [os.path.abspath(root) for root in sorted(roots)]
    with tempfile.TemporaryDirectory() as home:
        well = [is_well([os.path.abspath(memlens), *walk(seed, roots)], home)
                for seed in range(int(first), int(last))]
    sys.exit(not all(well))


main()
