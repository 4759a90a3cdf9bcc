#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""shm KIND [FOLDER]: makes shared memory of one kind, prints a line of JSON that tells what
it is, and keeps it until standard input ends."""
import ctypes
import json
import mmap
import os
import sys

PAGE = mmap.PAGESIZE
MIB = 1 << 20
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
keep = []


def fill(n):
    return b"m" * n


def put(path, n, name=None):
    """A file of n bytes that is open."""
    path = os.path.join(path, name)
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(fd, fill(n))
    return path, fd


def memfd(_):
    """Never mapped, with a descriptor twice."""
    fd = os.memfd_create("live test")
    os.write(fd, fill(3 * MIB + 1))
    os.dup(fd)
    return {"kind": "memfd", "bytes": 3 * MIB + PAGE, "mapped": 0, "inode": os.fstat(fd).st_ino,
            "descriptors": 2}


def memfd_mapped(_):
    """Mapped and closed: half of it touched."""
    fd = os.memfd_create("live\ntest \x1b[31m")
    os.ftruncate(fd, 4 * MIB)
    m = mmap.mmap(fd, 4 * MIB)
    m[:2 * MIB] = fill(2 * MIB)
    inode = os.fstat(fd).st_ino
    os.close(fd)
    keep.append(m)
    # mmap of Python keeps a descriptor of its own
    return {"kind": "memfd", "bytes": 2 * MIB, "mapped": 4 * MIB, "inode": inode}


def anonymous(_):
    """Shared by two."""
    m = mmap.mmap(-1, 3 * MIB)
    m[:MIB] = fill(MIB)
    keep.append(m)
    r, w = os.pipe()
    child = os.fork()
    if not child:
        os.close(w)
        os.read(r, 1)
        os._exit(0)
    keep.append(w)
    return {"kind": "anonymous", "bytes": MIB, "mapped": 6 * MIB, "owners": 2}


def deleted_open(folder):
    path, fd = put(folder, 2 * MIB, "gone\nopen")
    os.unlink(path)
    st = os.fstat(fd)
    return {"kind": "deleted", "bytes": 2 * MIB, "mapped": 0, "inode": st.st_ino, "name": path}


def deleted_mapped(folder):
    """Its descriptor is closed; the mapping is not Python's, which would keep one."""
    path, fd = put(folder, 2 * MIB, "gone mapped")
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int,
                          ctypes.c_int, ctypes.c_long]
    if libc.mmap(None, 2 * MIB, 3, 1, fd, 0) in (None, ctypes.c_void_p(-1).value):
        sys.exit(77)
    inode = os.fstat(fd).st_ino
    os.unlink(path)
    os.close(fd)
    return {"kind": "deleted", "bytes": 2 * MIB, "mapped": 2 * MIB, "inode": inode,
            "descriptors": 0, "name": path}


def named_deleted(folder):
    """A file whose name only looks as if it were deleted."""
    path, fd = put(folder, MIB, "not gone (deleted)")
    return {"kind": "posix" if folder.startswith("/dev/shm") else "tmpfs", "bytes": MIB,
            "mapped": 0, "inode": os.fstat(fd).st_ino, "name": path}


def sysv(_):
    """Attached by its maker, who lives."""
    size = 2 * MIB
    segment = libc.shmget(0, size, 0o1600)
    at = libc.shmat(segment, None, 0) if segment >= 0 else None
    if at in (None, ctypes.c_void_p(-1).value):
        sys.exit(77)
    libc.shmctl(segment, 0, None)  # goes with us, however we end
    ctypes.memset(at, 1, size)
    return {"kind": "sysv", "bytes": size, "mapped": size, "inode": segment,
            "state": "removed", "creator": os.getpid()}


def orphan(_):
    """Its maker has gone; whoever asked removes it by the id that is printed."""
    size = 2 * MIB
    r, w = os.pipe()
    child = os.fork()
    if not child:
        segment = libc.shmget(0, size, 0o1600)
        at = libc.shmat(segment, None, 0) if segment >= 0 else None
        if at not in (None, ctypes.c_void_p(-1).value):
            ctypes.memset(at, 1, size)
        os.write(w, str(segment).encode())
        os._exit(0)
    os.waitpid(child, 0)
    segment = int(os.read(r, 32))
    if segment < 0:
        sys.exit(77)
    return {"kind": "sysv", "bytes": size, "mapped": 0, "inode": segment, "state": "orphaned",
            "creator": child, "owners": 0, "pid": None}


def many(_):
    """As many descriptors as we may have, of two kinds."""
    import resource
    n = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (n, n))
    n = min(n - 64, 100000)
    fd = os.memfd_create("one of many")
    os.write(fd, fill(PAGE))
    for _i in range(n // 2):
        os.dup(fd)
        os.open("/etc/passwd", os.O_RDONLY)
    return {"kind": "memfd", "bytes": PAGE, "mapped": 0, "inode": os.fstat(fd).st_ino,
            "descriptors": n // 2 + 1}


def file(folder):
    """A file that nobody has open."""
    path, fd = put(folder, 5 * MIB, "left here")
    inode = os.fstat(fd).st_ino
    os.close(fd)
    return {"kind": "tmpfs", "bytes": 5 * MIB, "mapped": 0, "inode": inode, "owners": 0,
            "pid": None, "state": "unused", "name": path}


def hanging(folder):
    """A file system that nobody answers for, in a mount namespace of ours, on a folder of a
    tmpfs; its root is open. At the end the requests it got are in FOLDER.asked."""
    fuse = os.open("/dev/fuse", os.O_RDWR | os.O_NONBLOCK) if os.path.exists("/dev/fuse") else -1
    inner = os.path.join(folder, "hangs")
    os.mkdir(inner)
    options = "fd=%d,rootmode=40000,user_id=0,group_id=0" % fuse
    if fuse < 0 or libc.mount(b"hangs", inner.encode(), b"fuse", 0, options.encode()):
        sys.exit(77)
    os.open(inner, os.O_PATH)
    keep.append((fuse, folder + ".asked"))
    return {}


def tell_requests():
    """One opcode a line: struct fuse_in_header of linux/fuse.h."""
    fuse, path = keep[0]
    with open(path, "w") as out:
        while True:
            try:
                out.write("%d\n" % int.from_bytes(os.read(fuse, 1 << 20)[4:8], sys.byteorder))
            except BlockingIOError:
                return


def main():
    made = globals()[sys.argv[1].replace("-", "_")](sys.argv[2] if len(sys.argv) > 2 else None)
    made = {"pid": os.getpid(), "owners": 1, **made}
    print(json.dumps(made), flush=True)
    sys.stdin.read()
    if sys.argv[1] == "hanging":
        tell_requests()


main()
