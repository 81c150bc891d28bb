"""What the console's wizard ends in, taken from the page as it is shown and run as it stands: the first call of an
application, in four languages, with its real ids."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import callers
import programs
from browser import Browser, Page
from console import OWNER, PASSWORD
from rollcall_server import Rollcall
from world import Application, World

ROOT = Path(__file__).parent.parent
# As in `xtask/src/test.rs`, so that everything is built already and this only names what there is.
BUILD = "build --package rollcall --package rollcall-client --bins --examples --locked --message-format=json"
# Of the compiler, on a busy machine. A bound, not a measure.
WITHIN_SECONDS = 600


@dataclass
class Wizard:
    """What the last page of the wizard shows, and a person whom its snippets ask about."""

    world: World
    shown: Page
    environment: dict[str, str]

    def snippet(self, name: str) -> str:
        found = re.search(rf'<pre [^>]*id="snippet-{name}"><code>(.*?)</code></pre>', self.shown.text, re.DOTALL)
        assert found, f"no snippet of {name}: {self.shown.text}"
        return html.unescape(found[1])

    def run(self, command: list[str], folder: Path) -> str:
        done = subprocess.run(
            command, cwd=folder, env=self.environment, capture_output=True, text=True, timeout=WITHIN_SECONDS
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout.strip()


@pytest.fixture(scope="module")
def wizard(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wizard]:
    rollcall = Rollcall(binary, tmp_path_factory.mktemp("wizard"))
    root, link = rollcall.init_owner(OWNER)
    rollcall.serve()
    try:
        world = World(callers.management(rollcall.url, root), root.pool)
        shown = through_the_wizard(rollcall, world, urlsplit(link).query)
        app_id = urlsplit(shown.url).path.split("/")[-1]
        secret = world.root.get("get-application-secret", appId=app_id).data["secret"]
        alice = world.user(username="alice", email="alice@example.com")
        world.sign_in(Application(app_id, secret, "Harbour Notes"), alice)
        # No more than what the first line of a snippet asks for.
        key = world.root.post("create-access-key", type="userpool", permissions=["check"]).data[0]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ROLLCALL_")}
        mine = {
            "ROLLCALL_ACCESS_KEY_ID": key["accessKeyId"],
            "ROLLCALL_ACCESS_KEY_SECRET": key["accessKeySecret"],
            "NO_PROXY": "127.0.0.1",
        }
        yield Wizard(world, shown, {**kept, **mine})
    finally:
        rollcall.stop()


def through_the_wizard(rollcall: Rollcall, world: World, link: str) -> Page:
    """From the owner's link to the page of a new application."""
    browser = Browser(rollcall.url)
    welcome = browser.open(f"{rollcall.url}/console/welcome?{link}").page("welcome")
    sign_in = welcome.submit(password=PASSWORD, again=PASSWORD).page("sign-in")
    sign_in.submit(identifier=OWNER, password=PASSWORD).page("home")
    wizard = browser.open(f"{rollcall.url}/console/{world.pool}/applications/new").page("new-application")
    form = wizard.form(name="Harbour Notes")
    typed = {"kind": "web", "name": "Harbour Notes", "redirect_uris": "http://127.0.0.1:9/callback"}
    return browser.submit(wizard, form, {**form.fields, **typed}).page("application")


def curl(snippet: str, _: Path) -> list[str]:
    return [programs.program("bash"), "-euo", "pipefail", "-c", snippet]


def python(snippet: str, _: Path) -> list[str]:
    return [sys.executable, "-c", snippet]


def node(snippet: str, folder: Path) -> list[str]:
    (folder / "snippet.mjs").write_text(snippet, encoding="utf-8")
    return [shutil.which("node") or programs.leave_out("there is no node"), "snippet.mjs"]


@pytest.mark.parametrize(("name", "command"), [("curl", curl), ("Python", python), ("Node", node)])
def test_a_snippet_asks_for_the_first_time(
    wizard: Wizard, name: str, command: Callable[[str, Path], list[str]], tmp_path: Path
) -> None:
    printed = wizard.run(command(wizard.snippet(name), tmp_path), tmp_path)
    if name == "curl":
        assert json.loads(printed)["data"] == {"active": True}
    else:
        assert printed.lower() == "true"


def test_the_snippet_in_rust_asks_for_the_first_time(wizard: Wizard, binary: Path, tmp_path: Path) -> None:
    """Compiled against the client as it is here, by the compiler alone: a project of its own would build everything
    that the client is made of."""
    cargo, rustc = shutil.which("cargo"), shutil.which("rustc")
    if cargo is None or rustc is None or not (binary.parent / "examples" / "headline").is_file():
        programs.leave_out("there is no client; `cargo xtask test --only build` makes it")
    built = subprocess.run(
        [cargo, *BUILD.split()], cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_SECONDS, check=True
    )
    found = libraries(built.stdout)
    source, program = tmp_path / "snippet.rs", tmp_path / "snippet"
    source.write_text(wizard.snippet("Rust"), encoding="utf-8")
    command = [rustc, "--edition", "2024", str(source), "-o", str(program), "-L", f"dependency={found['tokio'].parent}"]
    for name in ("rollcall_client", "tokio"):
        command += ["--extern", f"{name}={found[name]}"]
    # Here, so that the toolchain is the one of this repository.
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_SECONDS)
    assert done.returncode == 0, done.stderr
    assert wizard.run([str(program)], tmp_path) == "true"


def libraries(messages: str) -> dict[str, Path]:
    """Where the libraries of the build are, by name."""
    found = {}
    for line in messages.splitlines():
        message = json.loads(line)
        if message["reason"] == "compiler-artifact" and "lib" in message["target"]["kind"]:
            files = [Path(file) for file in message["filenames"] if file.endswith(".rlib")]
            found.update({message["target"]["name"]: file for file in files})
    return found
