"""A real PostgreSQL server of the tests' own: on a free port, in a folder of its own."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest

USER, PASSWORD = "owner", "pa ss/w@rd"
# What need not survive a loss of power, as nothing else of the tests does.
_OPTIONS = (
    *("fsync=off", "shared_buffers=64MB", "max_connections=60", "max_wal_size=256MB"),
    *("listen_addresses=127.0.0.1", "lc_messages=C", "autovacuum=off"),
)


@cache
def find_programs():
    """The folder of the server's programs and why there is none: one of them is None."""
    if find_spec("psycopg") is None or find_spec("pgvector") is None:
        return None, "the part postgres is not installed"
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    with suppress(OSError, subprocess.CalledProcessError):
        said = subprocess.run(["pg_config", "--bindir"], capture_output=True, check=True, text=True)
        folders.insert(0, Path(said.stdout.strip()))
    for folder in folders:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            break
    else:
        return None, "PostgreSQL is not installed"
    shared = [Path("/usr/share/postgresql") / folder.parent.name, folder.parent / "share"]
    if not any((each / "extension" / "vector.control").is_file() for each in shared):
        return None, "PostgreSQL's extension pgvector is not installed"
    return folder, None


def run_server():
    """A server for as long as a fixture lives; skips where its programs are missing."""
    _, reason = find_programs()
    if reason:
        pytest.skip(reason)
    server = PostgresServer()
    yield server
    server.remove()


class PostgresServer:
    """A server that can be stopped, killed and started again."""

    def __init__(self, folder=None, options=_OPTIONS):
        """Start it.

        Args:
            folder: keeps its data, and may hold those of an earlier one; a new one if None.
        """
        self._programs, reason = find_programs()
        assert reason is None, reason
        self._options = options
        self._as_user = {}
        if os.geteuid() == 0:
            # It refuses to run as root.
            names = {entry.pw_name for entry in pwd.getpwall()}
            user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
            self._as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder or Path(tempfile.mkdtemp(prefix="quoteback-postgres-"))
        if self._as_user:
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process = None
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._make_data()
        self.start()

    def _make_data(self):
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run(
            *("initdb", "--no-sync", "--username", USER, "--auth-local=trust"),
            *("--auth-host=scram-sha-256", f"--pwfile={secret}", "--locale=C.UTF-8"),
            *("--encoding=UTF8", f"--pgdata={self.folder / 'data'}"),
        )

    def _run(self, program, *arguments):
        subprocess.run(
            [self._programs / program, *arguments],
            cwd=self.folder,
            check=True,
            capture_output=True,
            **self._as_user,
        )

    def start(self):
        import psycopg

        options = [each for option in self._options for each in ("-c", option)]
        command = [self._programs / "postgres", "-D", self.folder / "data", *options]
        command += ["-p", str(self.port), "-k", self.folder]
        deadline = time.monotonic() + 60
        while True:
            # After a kill, it starts when the last of the killed processes is gone.
            if self._process is None or self._process.poll() is not None:
                with (self.folder / "log").open("ab") as log:
                    self._process = subprocess.Popen(
                        command, cwd=self.folder, stdout=log, stderr=log, **self._as_user
                    )
            try:
                psycopg.connect(self.address("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, (self.folder / "log").read_text()[-2_000:]
                time.sleep(0.1)

    def stop(self):
        """Stop at once, in good order: whoever is connected is cut off."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(60)

    def kill(self):
        """Kill the server and all its processes, as a crash would."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait(60)

    @property
    def processes(self):
        """Its process and those that it has started."""
        return [self._process.pid, *self._children()]

    def _children(self):
        said = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self._process.pid)], capture_output=True, text=True
        )
        return [int(each) for each in said.stdout.split()]

    def remove(self):
        if self._process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, database="postgres", user=USER, **parameters):
        """The URL of a database, reached through a Unix socket, where no password is asked for."""
        given = {"host": str(self.folder), "port": self.port, **parameters}
        query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in given.items())
        return f"postgresql://{user}@/{database}?{query}"

    def network_address(self, database="postgres", user=USER, password=PASSWORD):
        """The URL of a database by TCP, where the password is asked for."""
        secret = f":{quote(password, safe='')}" if password else ""
        return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement, database="postgres"):
        import psycopg

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []
