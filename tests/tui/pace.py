#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""pace TOP: how soon a key is answered while a large process is read, and how many bytes a
refresh writes. Prints "key MS" and "refresh BYTES"."""

import ctypes
import mmap
import os
import statistics
import sys
import time

from screen import Screen

MAPPINGS = 60000
KEYS = 20
SECONDS = 5


def make_mappings():
    """Pages of one mapping whose neighbours have other rights, each a mapping of its own."""
    libc = ctypes.CDLL(None, use_errno=True)
    page = mmap.PAGESIZE
    area = mmap.mmap(-1, MAPPINGS * page)
    start = ctypes.addressof(ctypes.c_char.from_buffer(area))
    for i in range(0, MAPPINGS, 2):
        if libc.mprotect(ctypes.c_void_p(start + i * page), page, mmap.PROT_READ):
            break  # no more are allowed
    return area


def key_seconds(top):
    """The help comes and goes; a new order before it makes the program sample again."""
    area = make_mappings()
    screen = Screen([top, "top", "process", str(os.getpid())])
    screen.read(3)
    took = []
    for _ in range(KEYS):
        screen.type(b">")
        screen.read(0.02)
        start = time.monotonic()
        screen.type(b"?")
        if b"help" not in screen.read(20, b"help"):
            sys.exit("no help came")
        took.append(time.monotonic() - start)
        screen.type(b"?")
        screen.read(0.05)
    screen.type(b"qq")
    screen.end()
    del area
    return took


def refresh_bytes(top):
    screen = Screen([top, "top"])
    screen.read(3)
    n = len(screen.read(SECONDS))
    screen.type(b"q")
    screen.end()
    return n / SECONDS


def main():
    took = [1000 * seconds for seconds in key_seconds(sys.argv[1])]
    print(f"key {statistics.median(took):.1f} ms, at most {max(took):.1f} ms")
    print(f"refresh {refresh_bytes(sys.argv[1]):.0f} bytes")


main()
