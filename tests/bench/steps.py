#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""steps MEMLENS FOLDER SCREEN...: for each screen of a replay the time from a key to the first bytes
and to the last ones that it brings, as rows of a markdown table: median, and the most."""

import os
import select
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tui"))
from screen import Screen  # noqa: E402 pylint: disable=wrong-import-position

STEPS = 30
BETWEEN = 0.1   # from one key to the next
QUIET = 0.08    # nothing for so long: it is all there


def press(screen, key):
    """Milliseconds to the first and to the last bytes; None when there are none."""
    start, first, last = time.monotonic(), None, None
    screen.type(key)
    while True:
        left = (start + 5 if first is None else last + QUIET) - time.monotonic()
        if left <= 0 or not select.select([screen.fd], [], [], left)[0]:
            break
        os.read(screen.fd, 65536)
        last = time.monotonic()
        first = first or last
    return first and ((first - start) * 1e3, (last - start) * 1e3)


def measure(memlens, folder, name, keys):
    """A row for these keys in turn."""
    screen = Screen([memlens, "replay", "--dir", folder, name], width=132, height=43)
    screen.read(2)
    took = []
    for i in range(STEPS):
        took.append(press(screen, keys[i % len(keys)]))
        time.sleep(BETWEEN)
    most = screen.most()
    screen.type(b"q")
    screen.end()
    first, last = zip(*filter(None, took))
    print(f"| {name} | `{b' '.join(keys).decode()}` "
          f"| {statistics.median(first):.0f} ms, at most {max(first):.0f} "
          f"| {statistics.median(last):.0f} ms, at most {max(last):.0f} | {most / (1 << 20):.0f} MB |")


def main():
    memlens, folder, *screens = sys.argv[1:]
    for name in screens:
        measure(memlens, folder, name, [b"["])
    measure(memlens, folder, "processes", [b"{", b"}"])


main()
