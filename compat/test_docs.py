"""What the documentation says to do, done: each page is followed to its end, and
each fragment that is no page's command is tested for what it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import callers
import deliveries
import fragments
import programs
import snippets
from apache import Apache
from browser import Browser
from postgres_cluster import PostgresCluster
from programs import Program, free_port
from rollcall_server import Rollcall
from snippets import Page, Snippet
from world import Application, User, World

# Pages whose commands, files and outputs are followed below.
FOLLOWED = {
    "README.md",
    "docs/check.md",
    "docs/ending.md",
    "docs/postgresql.md",
    "docs/production.md",
    "docs/protect-a-site.md",
    "docs/start.md",
}


def fragments_of(page: str) -> list[Snippet]:
    """What following the page does not test."""
    found = snippets.of_page(page)
    if page not in FOLLOWED:
        return found
    return [each for each in found if not (each.file or each.is_command or each.language == "output")]


FRAGMENTS = [each for page in snippets.pages() for each in fragments_of(page)]

# What `ending.md` and its like begin with.
ALICE = "alice"

# A key as `init --json` printed it, for the commands that follow.
KEY_OF = """export ROLLCALL_ACCESS_KEY_ID=$(python3 -c 'import json; print(json.load(open("{0}"))["accessKeyId"])')
export ROLLCALL_ACCESS_KEY_SECRET=$(python3 -c 'import json; print(json.load(open("{0}"))["accessKeySecret"])')"""


@pytest.fixture
def rollcall(binary: Path, tmp_path: Path) -> Iterator[Rollcall]:
    made = Rollcall(binary, tmp_path / "server")
    made.folder.mkdir()
    yield made
    made.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a reader is: an empty folder."""
    made = tmp_path / "reader"
    made.mkdir()
    return made


def shell(binary: Path, **more: str) -> dict[str, str]:
    """A reader's environment: the binary in the path, and the Python that has the SDKs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ROLLCALL_")}
    path = os.pathsep.join([str(binary.parent), str(Path(sys.executable).parent), kept["PATH"], "/usr/sbin"])
    # Hashing at full cost would test nothing here.
    return {**kept, "PATH": path, "ROLLCALL_PASSWORD_HASHING": "lowest", "NO_PROXY": "127.0.0.1", **more}


Served = tuple[World, dict[str, str], User]


def serve(rollcall: Rollcall, binary: Path) -> Served:
    """A server with Alice signed in to an application, and the environment of who asks about her."""
    root = rollcall.init()
    rollcall.serve()
    world = World(callers.management(rollcall.url, root), root.pool)
    application = world.application()
    alice = world.user(username=ALICE, email=f"{ALICE}@example.com")
    world.sign_in(application, alice)
    token = world.stranger.post("get-management-token", accessKeyId=root.id, accessKeySecret=root.secret)
    environment = shell(
        binary,
        ROLLCALL_URL=rollcall.url,
        ROLLCALL_ACCESS_KEY_ID=root.id,
        ROLLCALL_ACCESS_KEY_SECRET=root.secret,
        WHO=ALICE,
        APP=application.id,
        APP_SECRET=application.secret,
        TOKEN=token.data["access_token"],
        DATA=str(rollcall.data),
    )
    return world, environment, alice


@pytest.fixture
def served(rollcall: Rollcall, binary: Path) -> Served:
    """For a page, which may change what it likes."""
    return serve(rollcall, binary)


@pytest.fixture(scope="module")
def environment_of_fragments(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """For all fragments: none ends what another needs."""
    rollcall = Rollcall(binary, tmp_path_factory.mktemp("fragments"))
    try:
        yield serve(rollcall, binary)[1]
    finally:
        rollcall.stop()


def elsewhere() -> dict[str, str]:
    """A free port in the place of the one that the pages name."""
    return {"127.0.0.1:7250": f"127.0.0.1:{free_port()}"}


# Fragments


@pytest.mark.parametrize("page", snippets.pages())
def test_each_snippet_is_followed_or_has_a_test_of_its_own(page: str) -> None:
    assert len(fragments_of(page)) == len(fragments.OF_PAGES.get(page, [])), page


@pytest.mark.parametrize("snippet", FRAGMENTS, ids=str)
def test_a_fragment_is_what_it_seems(
    snippet: Snippet, environment_of_fragments: dict[str, str], folder: Path
) -> None:
    tests = fragments.OF_PAGES[snippet.page]
    tests[fragments_of(snippet.page).index(snippet)](snippet, folder, environment_of_fragments)


def test_the_runner_tells_a_page_that_is_wrong(folder: Path, binary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snippets, "ROOT", folder)
    page = folder / "page.md"
    for text, wrong in (
        ("```sh\necho a b c\n```\n\n```output\na…c\n```\n", None),
        ("```sh\necho a\n```\n\n```output\nb\n```\n", "printed 'a'"),
        ("```sh\nfalse\n```\n", "page.md:1 failed"),
        ("```sh\ntrue | false | true\n```\n", "page.md:1 failed"),
        ("```sh\ncat here\n```\n\n```output\nit\n```\n\n```text here\nit\n```\n", None),
        ("```sh\ntrue\n", "has no end"),
    ):
        page.write_text(text)
        try:
            with Page("page.md", folder, shell(binary)) as followed:
                followed.follow()
            said = None
        except AssertionError as error:
            said = str(error)
        assert (said is None) == (wrong is None) and (wrong or "") in (said or ""), (text, said)


# Pages


@pytest.mark.parametrize("page", ["docs/start.md", "README.md"])
def test_the_first_check(page: str, binary: Path, folder: Path) -> None:
    replaced = elsewhere()
    environment = shell(binary, ROLLCALL_LISTEN=replaced["127.0.0.1:7250"])
    # Built it is, and `cargo xtask test` is what runs this; the demo has a step of its own.
    for command in ("cargo build --release", "cargo run --release -- demo", "cargo xtask test"):
        replaced[command] = f": {command.split()[1]}"
    with Page(page, folder, environment, replaced) as followed:
        followed.follow()


def test_the_headline_call_in_five_languages(
    served: Served, binary: Path, folder: Path
) -> None:
    _, environment, _ = served
    programs.program("php")
    example = binary.parent / "examples" / "headline"
    if not example.is_file():
        programs.leave_out(f"there is no {example}; `cargo xtask test --only build` makes it")
    replaced = {"cargo run -q -p rollcall-client --example headline": str(example)}
    with Page("docs/check.md", folder, environment, replaced) as followed:
        followed.follow()


def test_kicks_limits_and_policies(served: Served, folder: Path) -> None:
    world, environment, alice = served
    with Page("docs/ending.md", folder, environment) as followed:
        followed.follow()
    assert world.root.get("get-user", userId=alice.id).data["status"] == "Suspended"


def test_production(binary: Path, folder: Path) -> None:
    for name in ("haproxy", "openssl"):
        programs.program(name)
    secure, clear, metrics = free_port(), free_port(), free_port()
    replaced = elsewhere() | {"127.0.0.1:9090": f"127.0.0.1:{metrics}"}
    replaced["bind :443"] = f"bind 127.0.0.1:{secure}"
    replaced['"0.0.0.0:443"'], replaced['"0.0.0.0:80"'] = f'"127.0.0.1:{secure}"', f'"127.0.0.1:{clear}"'
    for port, ours in (("443", secure), ("80", clear)):
        replaced[f"id.example.com:{port}:"] = f"id.example.com:{ours}:"
    replaced["https://id.example.com/oidc/.well"] = f"https://id.example.com:{secure}/oidc/.well"
    replaced["https://id.example.com/readyz"] = f"https://id.example.com:{secure}/readyz"
    replaced[" http://id.example.com/docs"] = f" http://id.example.com:{clear}/docs"
    replaced["/etc/rollcall/"] = ""
    make_certificate(folder, "id.example.com")
    with Page("docs/production.md", folder, shell(binary, ROLLCALL_DRAIN_DELAY="0"), replaced) as followed:
        followed.follow()


# The second node is made as the first, and both are told that they are behind the proxy.
NODES = """rollcall serve --data one --listen 127.0.0.1:{one} --public-url https://id.example.com \\
    --trusted-proxy 127.0.0.1 & ONE=$!
rollcall serve --data two --listen 127.0.0.1:{two} --public-url https://id.example.com \\
    --trusted-proxy 127.0.0.1 & TWO=$!
haproxy -f haproxy.cfg & PROXY=$!
for port in {one} {two}; do
    curl -s --retry 20 --retry-delay 1 --retry-connrefused http://127.0.0.1:$port/readyz > /dev/null
done
curl -s --retry 20 --retry-delay 1 --retry-connrefused --retry-all-errors --fail --cacert fullchain.pem \\
    https://localhost:{proxy}/readyz > /dev/null
"""

# Before a store is moved there is one in the data folder, and an empty database.
MOVED = """kill $ONE $TWO $PROXY && wait $ONE $TWO
unset ROLLCALL_DATABASE_URL
dropdb rollcall && createdb --owner=rollcall rollcall
rollcall init --data one --json > moved.json"""


def test_nodes_on_postgresql(binary: Path, folder: Path) -> None:
    for name in ("haproxy", "openssl", "psql"):
        programs.program(name)
    database = PostgresCluster()
    one, two, proxy = (free_port() for _ in range(3))
    make_certificate(folder, "localhost")
    replaced = {
        # It asks twice.
        "sudo -u postgres createuser": "printf 'PASSWORD\\nPASSWORD\\n' | createuser",
        "sudo -u postgres ": "",
        "@db.example.com/": f"@{database.environment['DATABASE']}/",
        "rollcall init --data /var/lib/rollcall": "rollcall init --data one --json > root-key.json",
        "ssh two.example.com install -d -m 700 /var/lib/rollcall": "install -d -m 700 two",
        "two.example.com:/var/lib/rollcall/": "two/",
        "rollcall serve --data /var/lib/rollcall --listen 10.0.0.11:7250 \\\n"
        "    --public-url https://id.example.com --trusted-proxy 10.0.0.1\n": NODES.format(one=one, two=two, proxy=proxy),
        "bind :443 ssl crt /etc/haproxy/id.example.com.pem": f"bind 127.0.0.1:{proxy} ssl crt certificate.pem",
        "http://$node:7250": "http://127.0.0.1:$node",
        "for node in 10.0.0.11 10.0.0.12": f"for node in {one} {two}",
        "10.0.0.11:7250": f"127.0.0.1:{one}",
        "10.0.0.12:7250": f"127.0.0.1:{two}",
        "export ROLLCALL_URL=https://id.example.com ROLLCALL_ACCESS_KEY_ID=… ROLLCALL_ACCESS_KEY_SECRET=…": (
            f"export ROLLCALL_URL=https://localhost:{proxy} SSL_CERT_FILE=fullchain.pem\n{KEY_OF.format('root-key.json')}"
        ),
        "| tee shop.json": "> shop.json; APP=$(python3 -c 'import json; print(json.load(open(\"shop.json\"))[\"appId\"])')",
        '"client_id": "APP"': "\"client_id\": \"'$APP'\"",
        "--app APP": "--app $APP",
        "systemctl stop rollcall": MOVED,
        "/run/database-url": "database-url",
        "rollcall serve --data /var/lib/rollcall …": (
            f"rollcall serve --data one --listen 127.0.0.1:{one} & ONE=$!\n"
            f"curl -s --fail --retry 20 --retry-delay 1 --retry-connrefused http://127.0.0.1:{one}/readyz\n"
            "kill $ONE && wait $ONE"
        ),
        "/var/lib/rollcall-back": "back",
        "/var/lib/rollcall": "one",
    }
    environment = shell(binary, ROLLCALL_DRAIN_DELAY="0") | database.environment
    try:
        with Page("docs/postgresql.md", folder, environment, replaced) as followed:
            followed.follow()
            printed = followed.printed()
    finally:
        database.stop()
    # What curl prints before has no end of line.
    answers = re.findall(r"(?:in)?active$", printed, re.MULTILINE)
    assert answers == ["active", "active", "inactive", "inactive"]
    assert (folder / "back" / "rollcall.db").is_file()


def make_certificate(folder: Path, host: str) -> None:
    """One that is its own authority, with its key in the same file."""
    command = [programs.program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    # Who verifies it with itself takes no authority's for a server's.
    command += ["-addext", "basicConstraints=critical,CA:FALSE"]
    command += ["-keyout", "key", "-out", "certificate"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    both = (folder / "certificate").read_text() + (folder / "key").read_text()
    (folder / "certificate.pem").write_text(both)
    # As certbot calls them.
    (folder / "certificate").rename(folder / "fullchain.pem")
    (folder / "key").rename(folder / "privkey.pem")


# The site and the service of `protect-a-site.md`

@pytest.fixture
def prepared(served: Served, folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The page's commands were run: the environment that they left, by their applications' names."""
    _, environment, _ = served
    site, service = f"http://127.0.0.7:{free_port('127.0.0.7')}", f"http://127.0.0.8:{free_port('127.0.0.8')}"
    environment |= {"SITE": site, "SERVICE": service, "SITE_LISTEN": site.removeprefix("http://")}
    with Page("docs/protect-a-site.md", folder, environment) as page:
        page.snippets.append(Snippet("the test", 0, "sh", "", "env -0 > environment\n"))
        page.follow()
    left = (folder / "environment").read_text().split("\0")
    return environment, dict(each.split("=", 1) for each in left if each)


def assert_protects(world: World, alice: User, inside: str, app: str, says: str) -> None:
    """Nobody gets in, Alice does, and a kick shuts the door without anybody asking."""
    application = Application(app, "", "")
    browser = Browser(world.url, inside.split("/inside")[0])
    page = browser.sign_in(browser.open(inside), alice)
    assert page.text.strip().startswith(says), page.text
    assert world.check(application, alice).data["active"]
    world.root.post("kick-users", userId=alice.id, appIds=[app])
    deliveries.wait_for(world, application, deliveries.confirmed)
    browser.open(inside).page("sign-in")


def test_a_site_behind_apache(
    served: Served,
    prepared: tuple[dict[str, str], dict[str, str]],
    folder: Path,
) -> None:
    world, _, alice = served
    _, environment = prepared
    configuration = (folder / "site.conf").read_text()
    server = Apache(configuration, environment)
    try:
        inside = f"{environment['SITE']}/inside/page.txt"
        assert_protects(world, alice, inside, environment["SITE_ID"], "inside")
    finally:
        server.stop()


def test_a_node_service(
    served: Served,
    prepared: tuple[dict[str, str], dict[str, str]],
    folder: Path,
) -> None:
    world, _, alice = served
    _, environment = prepared
    node = programs.node()
    # Modules are found from the file's own folder.
    (folder / "node_modules").symlink_to(programs.NODE_FOLDER / "node_modules")
    program = Program([node, str(folder / "service.mjs")], folder / "service.log", environment=environment)
    try:
        program.wait_for("serving")
        inside = f"{environment['SERVICE']}/inside"
        assert_protects(world, alice, inside, environment["SERVICE_ID"], f"inside: {alice.id}")
    finally:
        program.stop()
