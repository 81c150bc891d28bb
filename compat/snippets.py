"""The snippets of the documentation, run in the order in which a reader meets them.

- ```` ```sh ```` is a command: all of a page are run in one shell, in an empty folder.
- ```` ```LANGUAGE FILE ```` is a file of that name in that folder, before any command;
  a name with `/` is a file of this repository, which must read the same.
- ```` ```output ```` is what the command before it has printed; `…` stands for anything.

Everything else, as a ```` ```shell ```` that takes a machine of its own, is a fragment, and `test_docs.py` says of each how it is tested.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
# What a reader sees once from a server in the background, at no certain place.
BACKGROUND = ("listening on ", "metrics at ", "redirecting ")
WITHIN_SECONDS = 180
MARK = "\x1e"


@dataclass(frozen=True)
class Snippet:
    """A fenced block."""

    page: str
    line: int
    language: str
    file: str
    text: str

    @property
    def is_command(self) -> bool:
        return self.language == "sh" and not self.file

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def of_page(page: str) -> list[Snippet]:
    """All blocks of a page, named by its path in the repository."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    found, begin = [], None
    for number, line in enumerate(lines, 1):
        if not line.startswith("```"):
            continue
        if begin is None:
            begin, (language, _, file) = number, line.removeprefix("```").partition(" ")
        else:
            text = "".join(f"{each}\n" for each in lines[begin : number - 1])
            found.append(Snippet(page, begin, language, file, text))
            begin = None
    assert begin is None, f"{page}:{begin} has no end"
    return found


def pages() -> list[str]:
    return ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]


def _matches(expected: str, printed: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("…"))
    return re.fullmatch(pattern, printed.strip()) is not None


class Page:
    """A page that is followed; `with` it, what its commands left running ends."""

    def __init__(
        self, page: str, folder: Path, environment: Mapping[str, str], replaced: Mapping[str, str] | None = None
    ) -> None:
        self.snippets = of_page(page)
        self.folder = folder
        self._environment = dict(environment)
        self._replaced = dict(replaced or {})
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            try:
                # The shell's own group: what it started in the background, and nothing else.
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self._process.wait()

    def _here(self, text: str) -> str:
        """With this machine's ports and folders in the place of the page's."""
        for theirs, ours in self._replaced.items():
            text = text.replace(theirs, ours)
        return text

    def write_files(self) -> None:
        for snippet in self.snippets:
            if "/" in snippet.file:
                kept = (ROOT / snippet.file).read_text(encoding="utf-8")
                assert kept == snippet.text, f"{snippet} is not {snippet.file}"
            elif snippet.file:
                (self.folder / snippet.file).write_text(self._here(snippet.text), encoding="utf-8")

    def follow(self) -> None:
        """Writes the files and runs the commands, each of which must succeed and print what the page says."""
        self.write_files()
        commands = [snippet for snippet in self.snippets if snippet.is_command]
        script = ["set -euo pipefail"]
        for number, snippet in enumerate(commands):
            mark = f"printf '{MARK}{number}{MARK}'"
            script += [mark, f"{mark} >&2", self._here(snippet.text)]
        script.append(f"printf '{MARK}'")
        (self.folder / ".script").write_text("\n".join(script), encoding="utf-8")
        printed, complained = self.folder / ".printed", self.folder / ".complained"
        with printed.open("wb") as out, complained.open("wb") as errors:
            self._process = subprocess.Popen(
                ["bash", ".script"],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                start_new_session=True,
            )
            try:
                code: int | str = self._process.wait(WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                code = f"not done after {WITHIN_SECONDS} seconds"
        outputs = printed.read_text(errors="replace").split(MARK)[1:]
        outputs = dict(zip(map(int, outputs[:-1:2]), outputs[1::2], strict=False))
        where = commands[max(outputs, default=0)]
        said = complained.read_text(errors="replace").split(MARK)[-1]
        assert code == 0, f"{where} failed ({code}): {said[-3000:]}\n{outputs}"
        self._compare({commands[number]: text for number, text in outputs.items()})

    def printed(self) -> str:
        """What the commands have printed so far, all of it."""
        return (self.folder / ".printed").read_text(errors="replace").replace(MARK, "\n")

    def _compare(self, outputs: Mapping[Snippet, str]) -> None:
        before: Snippet | None = None
        for snippet in self.snippets:
            if snippet.is_command:
                before = snippet
            if snippet.language != "output":
                continue
            assert before is not None, f"{snippet} has no command before it"
            lines = outputs[before].splitlines()
            printed = "\n".join(line for line in lines if not line.startswith(BACKGROUND))
            assert _matches(snippet.text, printed), f"{before} printed {printed!r}, not {snippet.text!r}"
