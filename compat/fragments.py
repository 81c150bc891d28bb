"""Snippets that are no page's commands: parts of programs, requests and answers. What
each is tested for, by page and in their order there."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from snippets import ROOT, Snippet

# How a fragment is tested: it, the folder of a reader, and their environment.
Test = Callable[[Snippet, Path, Mapping[str, str]], None]


def quoted(*patterns: str) -> Test:
    """Each of its lines is in these sources, which are built and run by tests of their own; `…` stands for anything."""

    def check(snippet: Snippet, _: Path, __: Mapping[str, str]) -> None:
        files = [file for pattern in patterns for file in sorted(ROOT.glob(pattern))]
        assert files, patterns
        sources = _condensed("".join(file.read_text(encoding="utf-8") for file in files))
        for line in snippet.text.splitlines():
            code = _condensed(line).rstrip(",")
            if not code or code.startswith("//"):
                continue
            parts = [part for part in code.split("…") if part]
            assert all(part in sources for part in parts), f"{snippet}: no source has {line.strip()!r}"

    return check


def _condensed(code: str) -> str:
    """Without what rustfmt decides: white space, and a comma at the end."""
    return re.sub(r"\s+", "", code).replace(",)", ")")


def is_json(snippet: Snippet, _: Path, __: Mapping[str, str]) -> None:
    json.loads(snippet.text)


def are_json_lines(snippet: Snippet, _: Path, __: Mapping[str, str]) -> None:
    for line in snippet.text.splitlines():
        json.loads(line)


def is_configuration(snippet: Snippet, folder: Path, environment: Mapping[str, str]) -> None:
    assert tomllib.loads(snippet.text)
    (folder / "rollcall.toml").write_text(snippet.text, encoding="utf-8")
    subprocess.run(
        ["rollcall", "config", "check", "--config", "rollcall.toml"],
        cwd=folder,
        env=dict(environment),
        check=True,
        capture_output=True,
        timeout=60,
    )


def runs(**replaced: str) -> Test:
    """It is a command, with these in the place of what the page has; what it would set of a reader's is set."""

    def check(snippet: Snippet, folder: Path, environment: Mapping[str, str]) -> None:
        lines = [line for line in snippet.text.splitlines() if not line.startswith("export ROLLCALL_")]
        text = "\n".join(lines)
        for theirs, ours in replaced.items():
            text = text.replace(theirs, ours)
        for part in (".local/share/bash-completion/completions", "man1"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        command = ["bash", "-euo", "pipefail", "-c", text]
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment, "HOME": str(folder)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{snippet}: {done.stdout}{done.stderr}"

    return check


def is_request(pattern: str) -> Test:
    """`METHOD PATH   BODY`, and below it the answer: both are JSON, and the path is one of the API's."""

    def check(snippet: Snippet, _: Path, __: Mapping[str, str]) -> None:
        request, answer = snippet.text.splitlines()
        method, path, body = request.split(maxsplit=2)
        document = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
        operation = document["paths"][path][method.lower()]
        assert operation["operationId"] == pattern
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        assert set(json.loads(body)) <= set(document["components"]["schemas"][name]["properties"])
        assert json.loads(answer)["statusCode"] == 200

    return check


def has_options(program: str, source: str) -> Test:
    """For what runs too long here: each option for this program is an argument in its source, and what cargo
    is asked for is there."""

    def check(snippet: Snippet, _: Path, __: Mapping[str, str]) -> None:
        declared = re.findall(r"#\[arg\(long[^\]]*\)\]\s+(\w+):", (ROOT / source).read_text(encoding="utf-8"))
        commands = [line.partition(" # ")[0].split() for line in snippet.text.replace("\\\n", "").splitlines()]
        for words in commands:
            if Path(words[0]).name == program:
                options = {word.removeprefix("--").replace("-", "_") for word in words if word.startswith("--")}
                assert options <= set(declared), f"{snippet}: {options - set(declared)}"
                continue
            assert words[0] == "cargo", f"{snippet}: {words[0]}"
            manifests = "".join(file.read_text(encoding="utf-8") for file in (*ROOT.glob("crates/*/Cargo.toml"), ROOT / "bench" / "Cargo.toml"))
            for option, value in zip(words, words[1:], strict=False):
                assert option != "-p" or f'name = "{value}"' in manifests, f"{snippet}: {value}"
                assert option != "--test" or (ROOT / "bench" / "tests" / value).is_dir(), f"{snippet}: {value}"

    return check


SDK = quoted("crates/client/examples/*.rs", "crates/client/tests/server/*.rs", "crates/client/tests/*.rs")
HANDLERS = quoted("crates/server/src/router/*.rs", "crates/server/src/v3/management/sessions/*.rs")

OF_PAGES: Mapping[str, Sequence[Test]] = {
    "README.md": [is_request("checkSessionStatus")],
    "docs/add-an-endpoint.md": [HANDLERS, HANDLERS],
    "docs/api.md": [is_json, is_json],
    "docs/cli.md": [runs(), are_json_lines, runs(**{"/usr/local/share/man/man1": "man1"})],
    # The first two commands there are those of `production.md`.
    "docs/operating.md": [
        quoted("docs/operating.md"),
        is_configuration,
        runs(),
    ],
    # Its short form is a test of `bench`, as the page says.
    "docs/linearizability.md": [has_options("linearizability", "bench/src/bin/linearizability.rs")],
    "docs/sdk-rust.md": [SDK, SDK, SDK, SDK],
    # `hook.py` makes the suite's receiver of the last.
    "docs/webhooks.md": [is_json, is_json, quoted("docs/webhooks.md")],
}
