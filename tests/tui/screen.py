# SPDX-License-Identifier: MIT
"""screen: a program on a pseudo-terminal that we hold the other end of."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time


class Screen:
    def __init__(self, argv, width=80, height=24, term="xterm-256color", env=None, cwd=None):
        self.status = None
        self.pid, self.fd = pty.fork()
        if not self.pid:
            try:
                os.environ.update({"TERM": term, "LC_ALL": "C.UTF-8", **(env or {})})
                if cwd:
                    os.chdir(cwd)
                self.size(width, height, 0)
                os.execv(argv[0], argv)
            finally:
                os._exit(127)

    def size(self, width, height, fd=None):
        size = struct.pack("HHHH", height, width, 0, 0)
        fcntl.ioctl(self.fd if fd is None else fd, termios.TIOCSWINSZ, size)

    def type(self, keys, seconds=30):
        """False when the program is gone, or takes no keys for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not select.select([], [self.fd], [], 0)[1]:
                self.read(0.05)  # it may wait for us
                continue
            try:
                os.write(self.fd, keys)
            except OSError:
                return False
            return True
        return False

    def read(self, seconds, until=None):
        """What comes within so many seconds, or until it has these bytes in it."""
        got, end = bytearray(), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.fd], [], [], left)[0]:
                break
            try:
                some = os.read(self.fd, 65536)
            except OSError:  # nobody holds the other end
                break
            if not some:
                break
            got += some
            if until and until in got:
                break
        return bytes(got)

    def most(self):
        """The most memory that it had, in bytes; None when that is not to be had."""
        try:
            with open(f"/proc/{self.pid}/status", encoding="utf-8") as status:
                for line in status:
                    if line.startswith("VmHWM:"):
                        return int(line.split()[1]) << 10
        except OSError:
            pass
        return None

    def end(self, seconds=10):
        """Its exit status, or minus the signal; None when it had to be killed."""
        until = time.monotonic() + seconds
        while self.status is None and time.monotonic() < until:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
        return self.status
