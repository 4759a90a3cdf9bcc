#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""monkey TOP SECONDS SEED: presses keys, clicks and resizes at random, in a folder of its own, and
ends the program in the end. Exit status 1 when that crashed, hung, or took too much memory."""

import os
import random
import signal
import sys
import tempfile
import time

from screen import Screen

# A sanitizer takes as much again, and a machine of a thousand processes half of that.
MEMORY = 1 << 29

# Nothing that ends or stops the program, and nothing that clears a prompt: a file is written where
# the prompt says, which is a name in our folder until somebody empties it.
KEYS = [bytes([c]) for c in b"123456789zteeguucwTIIo+-nN?<<>>\\/ [j{}L]G\t\r\r\r\r\r\x0c\x02\x06"]
KEYS += [b"\x1b" + end for end in (
    b"[A", b"[B", b"[B", b"[B", b"[C", b"[C", b"[D", b"[5~", b"[6~", b"[H", b"[F", b"[Z", b"OP",
    b"", b"", b"[200~", b"[1;5C", b"[?1;2c", b"[<0;3;2M", b"[M !!", b"]0;x\a")]
KEYS += [b"\x7f", b"\x7f", b"/a\r", b"/wl\r", b"\\rss>1M\r", b"\\a b\r", b"\\comm ~ \"(\"\r",
         b"o,anon\r", b"o,none\r", b"j-5s\r", b"j12:00\r", b"[[", b"\xc3\xa9", b"\xff", b"\xe6\x97"]
SIZES = [(80, 24), (132, 43), (40, 10), (300, 100), (20, 5), (1, 1), (19, 3), (200, 20), (60, 80)]


def click(rng):
    button = rng.choice((0, 0, 0, 64, 65, 2))
    return b"\x1b[<%d;%d;%dM" % (button, rng.randint(1, 140), rng.randint(1, 45))


def play(screen, rng, seconds):
    """How many keys; None when the program was gone before."""
    keys, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        dice = rng.random()
        if dice < 0.02:
            screen.size(*rng.choice(SIZES))
        elif not screen.type(click(rng) if dice < 0.1 else rng.choice(KEYS)):
            return None
        keys += 1
        screen.read(rng.choice((0, 0, 0.001, 0.02)))
        if keys % 100 == 0:
            screen.read(0.2)
    return keys


def finish(screen, rng):
    screen.read(0.5)
    if rng.random() < 0.5:
        os.kill(screen.pid, signal.SIGTERM)
    else:
        for _ in range(40):  # out of prompts, popups and screens
            if not screen.type(b"\x1b"):
                break
            screen.read(0.1)
            if not screen.type(b"q"):
                break
            screen.read(0.1)
    return screen.end(30)


def reports(home):
    """What a sanitizer wrote: log_path=asan."""
    said = ""
    for name in os.listdir(home):
        if name.startswith("asan."):
            with open(os.path.join(home, name), encoding="utf-8", errors="replace") as report:
                said += report.read()
    return said


def main():
    top, seconds, seed = os.path.abspath(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as home:
        screen = Screen([top, "top", *sys.argv[4:]], cwd=home,
                        env={"HOME": home, "XDG_CONFIG_HOME": home})
        screen.read(2)
        keys = play(screen, rng, seconds)
        most = screen.most() or 0
        status = finish(screen, rng)
        said = reports(home)
    print(f"seed {seed}: {keys} keys, {most >> 20} MiB at most, ended with {status}")
    print(said[:4000])
    sys.exit(keys is None or status != 0 or bool(said) or not 0 < most < MEMORY)


main()
