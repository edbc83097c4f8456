"""The process that parses a file gives up its rights: it opens, reaches and starts nothing.

Three barriers, one behind the other, each if the system has it: no file or socket can be opened,
by a limit that every Unix has; Landlock denies all files and connections; a
filter of system calls (seccomp) allows only what computing takes.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from dataclasses import dataclass

import msgspec

# Numbers of the kernel's interface, the same for all processors.
_NO_NEW_PRIVILEGES = 38
_CREATE_RULESET, _RESTRICT_SELF, _ASK_VERSION = 444, 446, 1
# How many kinds of access to files each version of Landlock knows, from version 1 on.
_FILE_RIGHTS = (13, 14, 15, 15, 16)
_NETWORK_SINCE, _NETWORK = 4, 0b11
_SCOPES_SINCE, _SCOPES = 6, 0b11
# Of the call `seccomp`: its operation and its flag.
_SET_FILTER, _ALL_THREADS = 1, 1
# Of libseccomp, which knows the numbers of system calls on each processor.
_LIBRARY = "libseccomp.so.2"
_ALLOW, _REFUSE, _LESS, _EQUAL, _EQUAL_MASKED = 0x7FFF0000, 0x00050001, 2, 4, 7
# Bytes of an instruction of a filter, and more than a filter has.
_INSTRUCTION_BYTES, _MOST_FILTER_BYTES = 8, 32_768
# What memory, clocks, threads and the pipes that are open take. None of it names a file or a
# process, or changes a limit.
_ALLOWED = """
    read readv write writev close fstat lseek poll ppoll select pselect6
    mmap mmap2 munmap mremap mprotect brk membarrier
    futex futex_time64 set_robust_list rseq sched_yield restart_syscall
    rt_sigaction rt_sigprocmask rt_sigreturn sigreturn sigaltstack
    nanosleep gettimeofday time times getrusage getrlimit ugetrlimit
    alarm setitimer getitimer getpid gettid getrandom sysinfo exit exit_group
""".split()
_CLOCK_CALLS = """
    clock_gettime clock_gettime64 clock_getres clock_getres_time64
    clock_nanosleep clock_nanosleep_time64
""".split()
# Of `fcntl`: reading the flags of a descriptor, and of what it stands for. Those of `/dev/null` are
# shared with all processes that have it from the fork server.
_READ_FLAGS = (1, 3)


class _Comparison(ctypes.Structure):
    """What libseccomp compares of a call's arguments; `value` is the mask of a masked one."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("value", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


# These calls could name another process: by its number, 0 being the caller itself; by its clock,
# which has the highest bit; as the one that gets the signals of a descriptor. And `prlimit64`
# changes a limit, if it is given one.
_ITSELF = _Comparison(0, _EQUAL, 0)
_OWN_CLOCK = _Comparison(0, _EQUAL_MASKED, 0x80000000, 0)
_ALLOWED_IF: tuple[tuple[str, tuple[_Comparison, ...]], ...] = (
    ("sched_getaffinity", (_ITSELF,)),
    ("prlimit64", (_ITSELF, _Comparison(2, _EQUAL, 0))),
    # Higher advice damages memory, which forks share.
    ("madvise", (_Comparison(2, _LESS, 100),)),
    *((name, (_OWN_CLOCK,)) for name in _CLOCK_CALLS),
    *(("fcntl", (_Comparison(1, _EQUAL, command),)) for command in _READ_FLAGS),
)


class Isolation(msgspec.Struct, frozen=True):
    """Which barriers there are around the process that parses a file.

    Attributes:
        descriptors: no file or socket can be opened.
        landlock: the kernel denies access to files, and connections.
        seccomp: the kernel allows only a few system calls.
    """

    descriptors: bool = False
    landlock: bool = False
    seccomp: bool = False

    @property
    def is_complete(self) -> bool:
        return self.descriptors and self.landlock and self.seccomp


@dataclass(frozen=True, slots=True)
class Barriers:
    """What the barriers are made of: loaded once, so that each process is isolated at once.

    Attributes:
        system: the C library; None if the system is not Linux.
        filter: the filter of system calls, as the kernel takes it; None if it cannot be made.
        filter_call: the number of the call that sets it.
    """

    system: ctypes.CDLL | None
    filter: bytes | None
    filter_call: int


def load_barriers() -> Barriers:
    """What the system has for the barriers; this opens files."""
    if sys.platform != "linux":
        return Barriers(None, None, -1)
    # By their names alone: finding out where they lie would start other programs.
    system = ctypes.CDLL(None)
    try:
        library = ctypes.CDLL(_LIBRARY)
        call = library.seccomp_syscall_resolve_name(b"seccomp")
        return Barriers(system, _make_filter(library), call)
    except (OSError, AttributeError):
        return Barriers(system, None, -1)


def isolate(barriers: Barriers) -> Isolation:
    """Give up all rights of this process, for good.

    Whatever is to be imported, opened or started has to be before.
    """
    # In this order: Landlock opens a descriptor, and the filter forbids both of these calls.
    landlock = _apply_landlock(barriers)
    descriptors = _limit_descriptors()
    return Isolation(descriptors, landlock, _apply_filter(barriers))


def _limit_descriptors() -> bool:
    try:
        # What is open stays open.
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        return True
    except (OSError, ValueError):
        return False


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


def _apply_landlock(barriers: Barriers) -> bool:
    if (system := barriers.system) is None:
        return False
    try:
        version = system.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
        # The filter needs it as well.
        if system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or version < 1:
            return False
        rules = _Ruleset(
            files=2 ** _FILE_RIGHTS[min(version, len(_FILE_RIGHTS)) - 1] - 1,
            network=_NETWORK if version >= _NETWORK_SINCE else 0,
            scopes=_SCOPES if version >= _SCOPES_SINCE else 0,
        )
        size = 8 * (1 + (version >= _NETWORK_SINCE) + (version >= _SCOPES_SINCE))
        # No rule allows anything.
        ruleset = system.syscall(
            _CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0)
        )
        if ruleset < 0:
            return False
        try:
            return not system.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0))
        finally:
            os.close(ruleset)
    except (OSError, AttributeError):
        return False


def _make_filter(library: ctypes.CDLL) -> bytes | None:
    """The filter as a program for the kernel: making it takes longer than to load it."""
    library.seccomp_init.restype = ctypes.c_void_p
    rules = library.seccomp_init(ctypes.c_uint32(_REFUSE))
    if not rules:
        return None
    held = ctypes.c_void_p(rules)
    for name, only in (*((name, ()) for name in _ALLOWED), *_ALLOWED_IF):
        # Not every processor has all of them; what cannot be allowed is refused.
        number = library.seccomp_syscall_resolve_name(name.encode())
        compared = (_Comparison * len(only))(*only)
        library.seccomp_rule_add_array(held, ctypes.c_uint32(_ALLOW), number, len(only), compared)
    reading, writing = os.pipe()
    try:
        # A pipe that is full refuses, so that nothing waits.
        os.set_blocking(writing, False)
        failed = library.seccomp_export_bpf(held, writing)
        return None if failed else os.read(reading, _MOST_FILTER_BYTES)
    finally:
        library.seccomp_release(held)
        os.close(reading)
        os.close(writing)


class _Program(ctypes.Structure):
    """A filter as the kernel takes it: how many instructions, and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _apply_filter(barriers: Barriers) -> bool:
    if barriers.system is None or barriers.filter is None:
        return False
    program = _Program(len(barriers.filter) // _INSTRUCTION_BYTES, barriers.filter)
    return not barriers.system.syscall(
        barriers.filter_call, _SET_FILTER, _ALL_THREADS, ctypes.byref(program)
    )
