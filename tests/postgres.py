"""A PostgreSQL server of the tests' own: a temporary folder, a free port, loopback only."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from geo_service.store import open_store

_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
# Nothing here has to outlive the tests.
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
shared_buffers = 128MB
autovacuum = off
"""
# One role that has to give a password, to see what is said when it is wrong.
_WHO_MAY = """
host all locked 127.0.0.1/32 scram-sha-256
local all all trust
host all all 127.0.0.1/32 trust
"""
_POSTGIS, _STORE = "template_postgis", "template_store"


def programs() -> Path | None:
    """Return the folder of the newest server's programs, if it has PostGIS."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: -int(path.parts[-3])
    )
    for path in folders:
        version = path.parts[-3]
        if (Path("/usr/share/postgresql") / version / "extension/postgis.control").exists():
            return path.parent
    return None


class Server:
    """A running server; databases are copies of templates."""

    def __init__(self, bin_: Path) -> None:
        self._bin = bin_
        # initdb refuses root; pytest's own temporary folders are for their owner alone
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="geo_service_pg_"))
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._data = self._folder / "data"
        # copying a template's files is a quarter of the work of writing its pages to the log
        self._how = " STRATEGY FILE_COPY" if int(bin_.parts[-2]) >= 15 else ""
        self._names = count()
        self._aside = ThreadPoolExecutor(1)
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self) -> None:
        version = int(self._bin.parts[-2])
        # an order of words that is not code points', so that nothing leans on the database's
        order = ["--locale-provider=icu", "--icu-locale=en"] if version >= 15 else []
        self._run(
            "initdb", "-D", self._data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync",
            "--no-instructions", "--locale=C.UTF-8", *order,
        )  # fmt: skip
        settings = _SETTINGS.format(port=self.port, folder=self._folder)
        with (self._data / "postgresql.conf").open("a") as stream:
            stream.write(settings)
        (self._data / "pg_hba.conf").write_text(_WHO_MAY)
        self._serve()
        self.execute(f"CREATE DATABASE {_POSTGIS}", f"CREATE DATABASE {_STORE}")
        self.execute("CREATE ROLE locked LOGIN PASSWORD 'right'", "CREATE ROLE guest LOGIN")
        for name in (_POSTGIS, _STORE):
            self.execute(
                "CREATE EXTENSION postgis",
                # half of a new database is reference systems that nobody here asks for
                "DELETE FROM spatial_ref_sys WHERE srid NOT IN (4326, 3857)",
                "VACUUM FULL spatial_ref_sys",
                database=name,
            )
        open_store(self.url(_STORE)).close()
        self._next = self._aside.submit(self._new, _STORE)

    def stop(self) -> None:
        try:
            self._aside.shutdown(cancel_futures=True)
            if self._process is not None:
                self._process.send_signal(signal.SIGQUIT)  # at once: nobody needs what it holds
                self._process.wait(30)
        finally:
            shutil.rmtree(self._folder)

    def url(self, database: str, user: str = "tests") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def new_store(self) -> str:
        """Return the address of a new store; the next one is made meanwhile."""
        made, self._next = self._next, self._aside.submit(self._new, _STORE)
        return made.result()

    def copy_of(self, url: str) -> str:
        """Return the address of a copy of a store that nobody has open."""
        return self._new(url.rpartition("/")[2])

    def new_database(self, *, postgis: bool = True) -> str:
        """Return the address of a database without a store."""
        return self._new(_POSTGIS if postgis else "template1")

    def drop(self, url: str) -> None:
        name = url.rpartition("/")[2]
        self._aside.submit(self.execute, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _new(self, template: str) -> str:
        name = f"test_{next(self._names)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}{self._how}")
        return self.url(name)

    def execute(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _serve(self) -> None:
        with self._log.open("ab") as said:
            self._process = subprocess.Popen(
                [str(self._bin / "postgres"), "-D", str(self._data)],
                stdout=said,
                stderr=said,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 (before any thread)
                **self._as_user(),
            )
        until = time.monotonic() + 60
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(self._log.read_text()) from None
                time.sleep(0.05)
            else:
                return

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._bin / program), *(str(one) for one in arguments)]
        with self._log.open("ab") as said:
            done = subprocess.run(command, stdout=said, stderr=said, check=False, **self._as_user())
        if done.returncode:
            raise RuntimeError(self._log.read_text())

    def _as_user(self) -> dict[str, Any]:
        options: dict[str, Any] = {"cwd": "/"}
        return (
            options
            if self._user is None
            else options | {"user": self._user, "group": self._user, "extra_groups": []}
        )


def _end_with_parent() -> None:
    """Let the kernel stop the server when the tests are killed (Linux's PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
