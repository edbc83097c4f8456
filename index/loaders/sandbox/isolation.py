"""The parser's process without rights: it opens nothing, reaches nothing and starts nothing.

Three barriers, one behind the other, each where the system has it: no further file or socket
can be opened, by a limit that every Unix has; Landlock denies all files and connections; a
filter of system calls (seccomp) allows only what computing takes.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable

import msgspec

try:
    import resource
except ImportError:
    # No Unix.
    resource = None  # type: ignore[assignment]

# Numbers of the kernel's interface, the same for all processors.
_NO_NEW_PRIVILEGES = 38
_CREATE_RULESET, _RESTRICT_SELF, _ASK_VERSION = 444, 446, 1
# How many kinds of access to files each version of Landlock knows, from version 1 on.
_FILE_RIGHTS = (13, 14, 15, 15, 16)
_NETWORK_SINCE, _NETWORK = 4, 0b11
_SCOPES_SINCE, _SCOPES = 6, 0b11
# Of libseccomp, which knows the numbers of system calls on each processor.
_LIBRARY = "libseccomp.so.2"
_ALLOW, _REFUSE, _EQUAL, _ALL_THREADS = 0x7FFF0000, 0x00050001, 4, 4
# What memory, clocks, threads and the pipes that are open take. None of it names a file.
_ALLOWED = """
    read readv write writev close fstat lseek poll ppoll select pselect6 fcntl
    mmap mmap2 munmap mremap mprotect madvise brk membarrier
    futex futex_time64 set_robust_list rseq sched_yield sched_getaffinity restart_syscall
    rt_sigaction rt_sigprocmask rt_sigreturn sigreturn sigaltstack
    clock_gettime clock_gettime64 clock_getres clock_nanosleep clock_nanosleep_time64 nanosleep
    gettimeofday time times getrusage getrlimit ugetrlimit setrlimit prlimit64
    alarm setitimer getitimer getpid gettid getrandom sysinfo exit exit_group
""".split()


class Isolation(msgspec.Struct, frozen=True):
    """Which barriers there are around the process that parses files.

    Attributes:
        descriptors: no further file or socket can be opened.
        landlock: the kernel denies access to files, and connections.
        seccomp: the kernel allows only a few system calls.
    """

    descriptors: bool = False
    landlock: bool = False
    seccomp: bool = False

    @property
    def is_complete(self) -> bool:
        return self.descriptors and self.landlock and self.seccomp


def isolate(start_threads: Callable[[], None]) -> Isolation:
    """Give up all rights of this process, for good.

    Whatever is to be imported or opened has to be before.

    Args:
        start_threads: called when no file can be opened any more, and threads can still be
            started.
    """
    # Each closes the way to what those before it need.
    library = _load_library()
    landlock = _apply_landlock()
    descriptors = _limit_descriptors()
    start_threads()
    return Isolation(descriptors, landlock, library is not None and _apply_filter(library))


def _limit_descriptors() -> bool:
    if resource is None:
        return False
    try:
        # A descriptor gets the lowest number that is free.
        free = os.dup(0)
        os.close(free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free, free))
        return True
    except (OSError, ValueError):
        return False


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


def _apply_landlock() -> bool:
    if sys.platform != "linux":
        return False
    try:
        system = ctypes.CDLL(None)
        version = system.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
        if version < 1 or system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
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


class _Comparison(ctypes.Structure):
    """What libseccomp compares of a call's arguments."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("value", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


def _load_library() -> ctypes.CDLL | None:
    try:
        # By its name alone: finding out where it lies would start other programs.
        return ctypes.CDLL(_LIBRARY) if sys.platform == "linux" else None
    except OSError:
        return None


def _apply_filter(library: ctypes.CDLL) -> bool:
    try:
        library.seccomp_init.restype = ctypes.c_void_p
        rules = library.seccomp_init(ctypes.c_uint32(_REFUSE))
        if not rules:
            return False
        held = ctypes.c_void_p(rules)
        for name in _ALLOWED:
            # Not every processor has all of them; what cannot be allowed is refused.
            _allow(library, held, name)
        # A process may end itself by a signal, and no other.
        _allow(library, held, "tgkill", _Comparison(0, _EQUAL, os.getpid()))
        is_set = not library.seccomp_attr_set(held, _ALL_THREADS, ctypes.c_uint32(1))
        is_loaded = is_set and not library.seccomp_load(held)
        library.seccomp_release(held)
        return is_loaded
    except AttributeError:
        return False


def _allow(library: ctypes.CDLL, rules: ctypes.c_void_p, name: str, *only: _Comparison) -> None:
    number = library.seccomp_syscall_resolve_name(name.encode())
    compared = (_Comparison * len(only))(*only)
    library.seccomp_rule_add_array(rules, ctypes.c_uint32(_ALLOW), number, len(only), compared)
