"""A PostgreSQL of a test's own, from Debian's programs, for what the documentation does with one. (The suite's servers
run on the one of `database_server.py`, where they do.)"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import programs
from programs import Program

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
# PostgreSQL does not run as root; Debian's package makes this account.
ACCOUNT = "postgres"


class PostgresCluster:
    """Empty, on a free port of this machine; its superuser needs no password, others do."""

    def __init__(self) -> None:
        if not PROGRAMS:
            programs.leave_out("there is no PostgreSQL; `cargo xtask test --only postgres` installs it, as root on Debian")
        binaries = PROGRAMS[-1]
        # Not pytest's folder, which none but its owner may enter.
        self._folder = Path(tempfile.mkdtemp(prefix="rollcall-postgres-"))
        self._as: dict = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(self._folder, account.pw_uid, account.pw_gid)
            self._as = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        data, port = self._folder / "data", programs.free_port()
        initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(initdb, check=True, capture_output=True, timeout=120, cwd=self._folder, **self._as)
        rules = "local all all trust\nhost all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (data / "pg_hba.conf").write_text(rules)
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-c", "listen_addresses=127.0.0.1"]
        command += ["-c", f"unix_socket_directories={self._folder}"]
        self._program = Program(command, self._folder / "log", account=self._as)
        try:
            self._program.wait_for("database system is ready to accept connections")
        except BaseException:
            self.stop()
            raise
        # For psql, createdb and their like.
        self.environment = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(port),
            "PGUSER": "postgres",
            "PGDATABASE": "postgres",
            "DATABASE": f"127.0.0.1:{port}",
        }

    def stop(self) -> None:
        if self._program.process.poll() is None:
            # Fast: it does not wait for those who are connected.
            self._program.process.send_signal(signal.SIGINT)
            self._program.process.wait(60)
        self._program.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
