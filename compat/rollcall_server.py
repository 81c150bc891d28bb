"""The real binary, as an administrator runs it: `init`, then `serve`."""

from __future__ import annotations

import json
import os
import select
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

READY_WITHIN_SECONDS = 30
STOPPED_WITHIN_SECONDS = 20
ANNOUNCED = "listening on "


@dataclass(frozen=True)
class AccessKey:
    """What `init --json` prints."""

    id: str
    secret: str
    pool: str


def _environment(database: str | None) -> dict[str, str]:
    """Ours, without settings that a developer's shell may carry."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROLLCALL_")}
    # Hashing at full cost would be most of the suite's time and test nothing here.
    environment["ROLLCALL_PASSWORD_HASHING"] = "lowest"
    # Nobody balances it.
    environment["ROLLCALL_DRAIN_DELAY"] = "0"
    if database is not None:
        environment["ROLLCALL_DATABASE_URL"] = database
    return environment


@dataclass
class Rollcall:
    """One data folder and, after `serve`, the process on it."""

    binary: Path
    folder: Path
    # The URL of its database, if the store is not in the folder.
    database: str | None = field(default=None, repr=False)
    url: str = ""
    process: subprocess.Popen | None = field(default=None, repr=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def init(self, *arguments: str) -> AccessKey:
        """`rollcall init`; only while nobody serves the folder."""
        printed = self._init(*arguments)
        return AccessKey(printed["accessKeyId"], printed["accessKeySecret"], printed["userPoolId"])

    def init_owner(self, email: str) -> tuple[AccessKey, str]:
        """A new store with an owner of its console: its root key, and the owner's link."""
        printed = self._init("--owner", email)
        return AccessKey(printed["accessKeyId"], printed["accessKeySecret"], printed["userPoolId"]), printed["link"]

    def _init(self, *arguments: str) -> dict[str, str]:
        command = [str(self.binary), "init", "--data", str(self.data), *arguments, "--json"]
        done = subprocess.run(command, env=_environment(self.database), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{command[1:]}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def serve(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        """Starts the server on a free port and returns once it says that it listens."""
        command = [str(self.binary), "serve", "--data", str(self.data), "--listen", "127.0.0.1:0", *arguments]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                env={**_environment(self.database), **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        # Nothing else is printed there; the pipe is left open, or a later line would end the server.
        ready, _, _ = select.select([self.process.stdout], [], [], READY_WITHIN_SECONDS)
        line = self.process.stdout.readline().decode() if ready else ""
        assert line.startswith(ANNOUNCED), f"serve did not listen: {line!r}\n{self._log_tail()}"
        self.url = line.removeprefix(ANNOUNCED).strip()

    def _log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        """Ends the process that `serve` started, and no other."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOPPED_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"serve did not stop on SIGTERM:\n{self._log_tail()}") from None
