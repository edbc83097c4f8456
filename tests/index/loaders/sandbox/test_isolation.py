"""The process that parses files has no rights: it reads its input, and nothing else."""

import ctypes
import ctypes.util
import os
import socket
import sys

import pytest

from index.loaders.sandbox.isolation import Isolation
from index.loaders.sandbox.parent import LoaderFailed, Sandbox

LOADERS = """
import os, socket, sys
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
        yield lambda name, data: sandbox.parse("prying", name, data).text


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("The password is swordfish.")
    return path


@pytest.fixture
def barriers():
    """The barriers that this system has."""
    with Sandbox() as sandbox:
        return sandbox.read_isolation()


@needs_linux
def test_all_barriers_are_up_where_the_system_has_them(barriers):
    has_landlock = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) >= 1
    has_library = ctypes.util.find_library("seccomp") is not None
    assert barriers == Isolation(True, has_landlock, has_library)


@pytest.mark.parametrize("loader", ["read", "list", "local"])
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


def test_it_does_not_see_our_environment(parse, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "swordfish")
    assert "swordfish" not in parse("environment", b"")


def test_a_module_that_a_loader_imports_late_is_an_error_of_that_loader(parse):
    with pytest.raises(LoaderFailed, match=r"ModuleNotFoundError|ImportError"):
        parse("import_late", b"")


def test_it_loads_no_parser_of_other_formats(parse):
    loaded = set(parse("modules", b"").split())
    assert not loaded & {"pypdfium2", "defusedxml", "selectolax", "markdown_it", "numpy"}
