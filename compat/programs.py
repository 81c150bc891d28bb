"""Programs that tests start: found or left out aloud, read as they speak, ended with what they started."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

STOPPED_WITHIN_SECONDS = 20
# How long a program may take to start or answer on a busy machine. A bound, not a measure.
SPEAKS_WITHIN_SECONDS = 30

NODE_FOLDER = Path(__file__).parent / "node"


def leave_out(why: str) -> NoReturn:
    """Where nothing may be left out, a test that cannot run has failed."""
    if os.environ.get("CI"):
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


def program(name: str) -> str:
    """The path of one of Debian's programs, or the test is left out."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    return found or leave_out(f"there is no {name}; `cargo xtask test --only debian` installs it, as root on Debian")


def node() -> str:
    """Node with the pinned packages, or the test is left out."""
    found = shutil.which("node")
    if found is None or not (NODE_FOLDER / "node_modules" / "installed").is_file():
        leave_out("Node or its packages are missing; `cargo xtask test --only npm` installs the packages")
    return found


def free_port(host: str = "127.0.0.1") -> int:
    """A port of this address that nobody listens at, for programs that cannot
    take one by themselves and say which."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


class Program:
    """A process in a group of its own, and the lines that it prints."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        environment: dict[str, str] | None = None,
        pass_fds: Sequence[int] = (),
        errors_too: bool = True,
        account: Mapping[str, Any] | None = None,
    ) -> None:
        """Whatever it prints goes to `log` too. With `errors_too`, standard
        error counts as what it says; else that is in the log alone. `account` is
        `subprocess`' user and groups, if it is not to run as we do."""
        self.name = Path(command[0]).name
        self.log = log
        self._file = log.open("ab")
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if errors_too else self._file,
            pass_fds=pass_fds,
            start_new_session=True,
            **(account or {}),
        )
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name=f"read {self.name}", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self._file.write(line)
            self._file.flush()
            self._lines.put(line.decode(errors="replace").rstrip("\n"))
        self._lines.put(None)

    def next_line(self) -> str:
        """The next line, waited for."""
        try:
            line = self._lines.get(timeout=SPEAKS_WITHIN_SECONDS)
        except queue.Empty:
            raise AssertionError(f"{self.name} says nothing more:\n{self.log_tail()}") from None
        if line is None:
            # Said again to whoever asks next.
            self._lines.put(None)
            raise AssertionError(f"{self.name} has ended:\n{self.log_tail()}")
        return line

    def wait_for(self, text: str) -> str:
        """The next line that has this text; those before it are passed over."""
        while text not in (line := self.next_line()):
            pass
        return line

    def write_line(self, line: str) -> None:
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def signal_all(self, number: signal.Signals) -> None:
        """To the process and those that it started, which are its group."""
        os.killpg(self.process.pid, number)

    def log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        """Ends this process and its group, and no other."""
        if self.process.returncode is not None:
            return
        try:
            self.signal_all(signal.SIGTERM)
            # One that is held in its tracks would not see the first signal.
            self.signal_all(signal.SIGCONT)
            self.process.wait(STOPPED_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.signal_all(signal.SIGKILL)
            self.process.wait()
        finally:
            self._reader.join(STOPPED_WITHIN_SECONDS)
            self.process.stdin.close()
            self._file.close()
