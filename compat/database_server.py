"""A PostgreSQL that is there already: each server that a test starts gets a database of its own.

`cargo xtask test --only compat-postgres` starts one and names it in `VARIABLE`. The role may create databases.
"""

from __future__ import annotations

import os
import secrets
import subprocess
from urllib.parse import urlsplit, urlunsplit

from programs import program

VARIABLE = "ROLLCALL_DATABASE_SERVER"
DONE_WITHIN_SECONDS = 60


class DatabaseServer:
    """Makes databases, and drops them again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._made: list[str] = []

    @staticmethod
    def chosen() -> DatabaseServer | None:
        """The one that the suite is to run on; `None`: the embedded store."""
        url = os.environ.get(VARIABLE)
        return DatabaseServer(url) if url else None

    def create(self) -> str:
        """The URL of an empty database."""
        name = f"compat_{secrets.token_hex(6)}"
        self._sql(f"CREATE DATABASE {name}")
        self._made.append(name)
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{name}"))

    def drop_all(self) -> None:
        """Nobody serves them any more; FORCE, for what the kernel has not yet told PostgreSQL."""
        for name in self._made:
            self._sql(f"DROP DATABASE {name} WITH (FORCE)")
        self._made.clear()

    def _sql(self, statement: str) -> None:
        psql = [program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", statement]
        # The URL, which has a password, not as an argument that others on the machine can read.
        parts = urlsplit(self._url)
        place = {"PGHOST": parts.hostname, "PGPORT": str(parts.port or 5432), "PGDATABASE": parts.path[1:]}
        account = {"PGUSER": parts.username, "PGPASSWORD": parts.password or ""}
        done = subprocess.run(
            psql,
            env={**os.environ, **place, **account},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DONE_WITHIN_SECONDS,
        )
        assert done.returncode == 0, f"{statement}: {done.stderr}"
