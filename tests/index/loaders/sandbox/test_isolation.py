"""The process that parses files has no rights: it reads its input, and nothing else."""

import ctypes
import ctypes.util
import os
import resource
import socket
import subprocess
import sys

import pytest

from index.loaders.sandbox.isolation import Isolation
from index.loaders.sandbox.parent import LoaderFailed, Sandbox, check_isolation

LOADERS = """
import ctypes, fcntl, os, resource, socket, sys, time
from index import Content

def read(data): return Content(open(data).read())
def list(data): return Content(str(os.listdir(data)))
def look(data): return Content(str(os.stat(data)))
def make(data): os.mkdir(data + b".made")
def delete(data): os.unlink(data)
def change(data): os.chmod(data, 0o777)
def connect(data): socket.socket().connect(("127.0.0.1", int(data)))
def datagram(data): socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", int(data)))
def local(data): socket.socket(socket.AF_UNIX).connect(data)
def fork(data): os.fork() or os._exit(0)
def run(data): os.execv("/bin/true", ["true"])
def kill(data): os.kill(os.getppid(), 0)
def signal_thread(data): call("tgkill", int(data), int(data), 0)
def limit(data): resource.prlimit(int(data), resource.RLIMIT_NOFILE, (3, 3))
def read_limit(data): return Content(str(resource.prlimit(int(data), resource.RLIMIT_NOFILE)))
def slow_down(data): os.setpriority(os.PRIO_PROCESS, int(data), 19)
def pin(data): os.sched_setaffinity(int(data), {0})
def see_cores(data): return Content(str(os.sched_getaffinity(int(data))))
def read_clock(data): return Content(str(time.clock_gettime(~int(data) << 3 | 2)))
def set_flags(data): fcntl.fcntl(1, fcntl.F_SETFL, os.O_APPEND)
def poison(data): call("madvise", ctypes.c_void_p(id(data) & ~4095), ctypes.c_size_t(4096), 100)
def open_in_place(data):
    os.close(2)
    return Content(str(os.open(data, os.O_RDONLY)))
def own_signals(data): fcntl.fcntl(0, fcntl.F_SETOWN, int(data))
def trace(data): call("ptrace", 16, int(data), 0, 0)
def open_process(data): os.pidfd_open(int(data))
def lift(data):
    kind = getattr(resource, data.decode())
    resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
def lower(data):
    kind = getattr(resource, data.decode())
    resource.setrlimit(kind, (0, resource.getrlimit(kind)[1]))
def limits(data):
    kind = getattr(resource, data.decode())
    return Content(" ".join(map(str, resource.getrlimit(kind))))
def flags(data): return Content(str(fcntl.fcntl(0, fcntl.F_GETFL) & os.O_ACCMODE))
def descriptors(data):
    def is_open(number):
        try: os.fstat(number)
        except OSError: return False
        return True
    return Content(" ".join(str(each) for each in range(200) if is_open(each)))
def call(name, *arguments):
    system = ctypes.CDLL(None, use_errno=True)
    if getattr(system, name)(*arguments) < 0: raise OSError(ctypes.get_errno(), name)
def environment(data): return Content(str(dict(os.environ)))
def modules(data): return Content(" ".join(sys.modules))
def import_late(data):
    import wave
    return Content("imported")
"""

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp")


@pytest.fixture
def parse(tmp_path, monkeypatch):
    """Calls a loader in the sandbox."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "prying.py").write_text(LOADERS)
    monkeypatch.syspath_prepend(str(folder))
    with Sandbox() as sandbox:
        yield lambda name, data=b"": sandbox.parse("prying", name, data).text


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("The password is swordfish.")
    return path


@pytest.fixture
def barriers():
    """The barriers that this system has."""
    return check_isolation()


@needs_linux
def test_all_barriers_are_up_where_the_system_has_them(barriers):
    has_landlock = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) >= 1
    has_library = ctypes.util.find_library("seccomp") is not None
    assert barriers == Isolation(True, has_landlock, has_library)


@pytest.mark.parametrize("loader", ["read", "list", "local", "open_in_place"])
def test_it_opens_no_file(parse, secret, loader):
    path = secret.parent if loader == "list" else secret
    with pytest.raises(LoaderFailed, match=r"PermissionError|OSError"):
        parse(loader, os.fsencode(path))


@needs_linux
@pytest.mark.parametrize("loader", ["look", "make", "delete", "change"])
def test_it_changes_no_file_and_does_not_see_whether_there_is_one(parse, barriers, secret, loader):
    if not barriers.seccomp:
        pytest.skip("needs seccomp")
    with pytest.raises(LoaderFailed, match="PermissionError"):
        parse(loader, os.fsencode(secret))
    assert {path.name for path in secret.parent.iterdir()} == {"modules", "secret.txt"}


@pytest.mark.parametrize("loader", ["connect", "datagram"])
def test_it_reaches_no_network(parse, loader):
    kind = socket.SOCK_STREAM if loader == "connect" else socket.SOCK_DGRAM
    with socket.socket(type=kind) as listening:
        listening.bind(("127.0.0.1", 0))
        if loader == "connect":
            listening.listen()
        listening.settimeout(0.2)
        with pytest.raises(LoaderFailed, match=r"PermissionError|OSError"):
            parse(loader, str(listening.getsockname()[1]).encode())
        with pytest.raises(TimeoutError):
            listening.accept() if loader == "connect" else listening.recv(1)


@needs_linux
@pytest.mark.parametrize("loader", ["fork", "run", "kill"])
def test_it_starts_and_signals_no_process(parse, barriers, loader):
    if not barriers.seccomp:
        pytest.skip("needs seccomp")
    with pytest.raises(LoaderFailed, match="PermissionError"):
        parse(loader, b"")


@needs_linux
@pytest.mark.parametrize(
    "loader",
    [
        *("signal_thread", "limit", "read_limit", "slow_down", "pin", "see_cores"),
        *("read_clock", "own_signals", "trace", "open_process"),
    ],
)
def test_it_touches_no_other_process_of_the_same_person(parse, barriers, loader):
    if not barriers.seccomp:
        pytest.skip("needs seccomp")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        before = resource.prlimit(other.pid, resource.RLIMIT_NOFILE)
        for process in (other.pid, os.getpid()):
            with pytest.raises(LoaderFailed, match="PermissionError"):
                parse(loader, str(process).encode())
        assert resource.prlimit(other.pid, resource.RLIMIT_NOFILE) == before
        assert os.getpriority(os.PRIO_PROCESS, other.pid) == os.getpriority(os.PRIO_PROCESS, 0)
        other.communicate(b"\n")
    assert other.returncode == 0


@needs_linux
def test_it_may_ask_for_what_is_its_own(parse):
    assert parse("read_limit", b"0") == "(0, 0)"
    assert parse("see_cores", b"0") == str(os.sched_getaffinity(0))
    assert parse("flags") == str(os.O_RDONLY)


LIMITS = ["RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE"]


@pytest.mark.parametrize("kind", LIMITS)
def test_it_lifts_no_limit(parse, barriers, kind):
    # So Python says that it is not permitted.
    with pytest.raises(LoaderFailed, match="not allowed"):
        parse("lift", kind.encode())
    soft, hard = map(int, parse("limits", kind.encode()).split())
    # The second ends the process a second later, whatever it does with the first.
    assert hard == soft + (kind == "RLIMIT_CPU")
    if barriers.seccomp:
        with pytest.raises(LoaderFailed, match="not allowed"):
            parse("lower", kind.encode())


@needs_linux
@pytest.mark.parametrize("loader", ["set_flags", "poison"])
def test_it_changes_nothing_that_the_next_process_shares(parse, barriers, loader):
    if not barriers.seccomp:
        pytest.skip("needs seccomp")
    with pytest.raises(LoaderFailed, match="PermissionError"):
        parse(loader)


def test_without_the_barriers_of_linux_it_still_opens_no_file(parse, secret, monkeypatch):
    lacking = "import sys\nsys.platform = 'other'\n"
    (secret.parent / "modules" / "sitecustomize.py").write_text(lacking)
    with Sandbox() as sandbox:
        sandbox.parse("index.loaders.plain.text", "load", b"")
        assert sandbox.isolation == Isolation(True, False, False)
        with pytest.raises(LoaderFailed, match="OSError"):
            sandbox.parse("prying", "open_in_place", os.fsencode(secret))


def test_nothing_is_open_but_the_file_and_the_way_back(parse):
    assert parse("descriptors") == "0 1 2 3"


def test_it_does_not_see_our_environment(parse, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "swordfish")
    assert "swordfish" not in parse("environment")


def test_a_module_that_a_loader_imports_late_is_an_error_of_that_loader(parse):
    with pytest.raises(LoaderFailed, match=r"ModuleNotFoundError|ImportError"):
        parse("import_late")


def test_it_loads_no_parser_of_other_formats(parse):
    loaded = set(parse("modules").split())
    assert not loaded & {"pypdfium2", "defusedxml", "selectolax", "markdown_it", "numpy"}
