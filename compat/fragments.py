"""Snippets that are no page's commands: parts of programs, requests and answers. What
each is tested for, by page and in their order there."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from postgres_cluster import PostgresCluster
from snippets import ROOT, Snippet

UNIT = ROOT / "deploy" / "rollcall.service"

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


# A server in the foreground would never let the next command run: it is stopped once it listens.
SERVE = """
rollcall() {
    if [ "$1" != serve ]; then command rollcall "$@"; return; fi
    coproc SERVED { exec rollcall "$@"; }
    local line said=no pid=$SERVED_PID
    while read -r line <&"${SERVED[0]}"; do
        if [[ $line == "listening on "* ]]; then said=yes; break; fi
    done
    [ $said = yes ] && kill $pid && wait $pid
}
"""


def runs(before: str = "", **replaced: str) -> Test:
    """It is a command, after others that make what it needs, and with these in the place of what the page has; what
    it would set of a reader's is set."""

    def check(snippet: Snippet, folder: Path, environment: Mapping[str, str]) -> None:
        lines = [line for line in snippet.text.splitlines() if not line.startswith("export ROLLCALL_ACCESS")]
        lines = [line for line in lines if not line.startswith("export ROLLCALL_URL")]
        text = "\n".join(lines)
        for theirs, ours in replaced.items():
            assert theirs in text, f"{snippet} has no {theirs!r}"
            text = text.replace(theirs, ours)
        for part in (".local/share/bash-completion/completions", "man1"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        command = ["bash", "-euo", "pipefail", "-c", f"{SERVE}\n{before}\n{text}"]
        mine = {"HOME": str(folder), "ROLLCALL_LISTEN": "127.0.0.1:0", "ROLLCALL_DRAIN_DELAY": "0"}
        done = subprocess.run(
            command, cwd=folder, env={**environment, **mine}, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, f"{snippet}: {done.stdout}{done.stderr}"

    return check


def runs_on_postgres(before: str = "", **replaced: str) -> Test:
    """The same, with an empty PostgreSQL where its programs look for one; `DATABASE` is its place in a URL."""

    def check(snippet: Snippet, folder: Path, environment: Mapping[str, str]) -> None:
        database = PostgresCluster()
        try:
            runs(before, **replaced)(snippet, folder, {**environment, **database.environment})
        finally:
            database.stop()

    return check


def installs(snippet: Snippet, folder: Path, environment: Mapping[str, str]) -> None:
    """The files go where the page says, below a root of the test's own."""
    (folder / "deploy").symlink_to(ROOT / "deploy")
    before = "ln -s $(type -P rollcall) rollcall; mkdir -p root/usr/local/bin root/etc/systemd/system"
    runs(before, **{" /usr/local": " root/usr/local", " /etc/": " root/etc/"})(snippet, folder, environment)
    assert (folder / "root/etc/systemd/system/rollcall.service").read_bytes() == UNIT.read_bytes()
    assert (folder / "root/usr/local/bin/rollcall").stat().st_mode & 0o777 == 0o755


def is_done_with_the_unit(snippet: Snippet, folder: Path, environment: Mapping[str, str]) -> None:
    """Without systemd: its commands start and stop what the unit's `ExecStart` says, on a folder of the test's own."""
    (folder / "rollcall.toml").write_text('public_url = "https://id.example.com"\n', encoding="utf-8")
    unit = UNIT.read_text(encoding="utf-8")
    start = next(line for line in unit.splitlines() if line.startswith("ExecStart=")).removeprefix("ExecStart=")
    places = {"/usr/local/bin/rollcall": "rollcall", "/etc/rollcall/": "", "/var/lib/rollcall": "store"}
    for theirs, ours in places.items():
        start = start.replace(theirs, ours)
    manager = f"""
systemctl() {{
    [ "${{@: -1}}" = rollcall ]
    case $1 in
        enable|start) {start} ;;
        stop) ;;
        *) false ;;
    esac
}}
systemd-run() {{
    while [[ $1 == -* ]]; do if [ "$1" = -p ]; then shift; fi; shift; done
    "$@"
}}
"""
    here = {theirs: ours for theirs, ours in places.items() if theirs in snippet.text}
    runs(manager, **here)(snippet, folder, environment)
    assert (folder / "store" / "rollcall.db").is_file()


def is_of_the_container(snippet: Snippet, folder: Path, environment: Mapping[str, str]) -> None:
    """No image is built here, for that takes the network and half an hour: what the commands name is in the Dockerfile
    or is a setting, and `crates/cli/tests/binary/deploy.rs` holds the Dockerfile to the binary."""
    docker = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    words = snippet.text.split()
    after = {option: words[place + 1] for place, option in enumerate(words[:-1]) if option.startswith("-")}
    assert (ROOT / after["-f"]).is_file()
    assert f"VOLUME {after['-v'].partition(':')[2]}\n" in docker
    assert f"EXPOSE {after['-p'].partition(':')[2]} " in docker
    name, _, value = after["-e"].partition("=")
    known = ["rollcall", "config", "check"]
    subprocess.run(known, env={**environment, name: value}, cwd=folder, check=True, capture_output=True, timeout=60)
    # Longer than the defaults of both together.
    assert int(after["--time"]) > 1 + 10


def names_metrics(snippet: Snippet, _: Path, __: Mapping[str, str]) -> None:
    """Each metric is one that the server has: its name is in the sources without what the format adds."""
    files = sorted((ROOT / "crates/server/src/metrics").glob("**/*.rs")) + [ROOT / "crates/server/src/metrics.rs"]
    sources = "".join(file.read_text(encoding="utf-8") for file in files)
    names = set(re.findall(r"rollcall_(\w+)", snippet.text))
    assert names
    for name in names:
        assert name.removesuffix("_total") in sources, f"{snippet}: there is no {name}"


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
# `hook.py` makes the suite's receiver of it.
RECEIVER = quoted("docs/webhooks.md")
STORE = {"/var/lib/rollcall": "store"}
BACKUP = "rollcall init --data store > /dev/null; mkdir backup; rollcall backup --data store backup/2026-11-26.db"

OF_PAGES: Mapping[str, Sequence[Test]] = {
    "README.md": [is_request("checkSessionStatus")],
    "docs/add-an-endpoint.md": [HANDLERS, HANDLERS],
    "docs/api.md": [is_json, is_json],
    "docs/cli.md": [runs(), are_json_lines, runs(**{"/usr/local/share/man/man1": "man1"})],
    "docs/operating.md": [
        runs(**STORE),
        is_configuration,
        runs("rollcall init --data store > /dev/null; mkdir backup", **STORE, **{"/backup": "backup", "2026-11-26": "$(date +%F)"}),
        runs(
            f"{BACKUP}; mkdir safe; mv store/master.key safe; rm -r store",
            **STORE,
            **{" /safe": " safe", " /backup": " backup"},
        ),
        runs_on_postgres("psql -qc \"CREATE ROLE rollcall LOGIN PASSWORD 'PASSWORD'\"", **STORE, **{"db.example.com": "$DATABASE", "'postgres": '"postgres', "/rollcall'": '/rollcall"'}),
        runs_on_postgres(
            "createdb rollcall; rollcall init --data store --database-url postgres://postgres@$DATABASE/rollcall > /dev/null",
        ),
        runs(),
    ],
    "docs/console.md": [runs(**{"./data": "store"})],
    # Its short form is a test of `bench`, as the page says.
    "docs/linearizability.md": [has_options("linearizability", "bench/src/bin/linearizability.rs")],
    "docs/production.md": [
        installs,
        is_configuration,
        is_done_with_the_unit,
        is_of_the_container,
        is_configuration,
        names_metrics,
        runs(**{"/var/lib/rollcall": "$DATA"}),
    ],
    "docs/sdk-rust.md": [SDK, SDK, SDK, SDK],
    "docs/webhooks.md": [is_json, is_json, RECEIVER],
}
