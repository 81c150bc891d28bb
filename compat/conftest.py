"""One server for the whole suite; people and applications for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

# Their assertions then say what they found, as those of test files do. Before they are imported.
pytest.register_assert_rewrite("browser", "callback", "conformance", "console", "deliveries", "express_app", "haproxy")
pytest.register_assert_rewrite("html_page", "programs", "receiver", "relying_party", "webdriver", "world")

import callers
import contract_schema
import own_schema
import sdks
from browser import Browser
from callers import Caller
from database_server import DatabaseServer
from express_app import ExpressApp
from haproxy import Haproxy
from receiver import Receiver
from relying_party import AuthlibParty, NodeParty, NodeProgram, RelyingParty
from rollcall_server import AccessKey, Rollcall
from routes import PERMISSIONS
from world import Application, World

NewRollcall = Callable[[Path], Rollcall]

# What shows nothing of the store that the others do not: it runs on the embedded one alone.
EMBEDDED_ALONE = {
    "test_acme",
    "test_browser",
    "test_browser_walk",
    "test_callers",
    "test_conformance_config",
    "test_conformance_plans",
    "test_console",
    "test_docs",
    "test_explorer",
    "test_mod_auth_openidc",
    "test_openapi",
    "test_schemas",
    "test_wordings",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if DatabaseServer.chosen() is None:
        return
    config.hook.pytest_deselected(items=[item for item in items if item.path.stem in EMBEDDED_ALONE])
    items[:] = [item for item in items if item.path.stem not in EMBEDDED_ALONE]


# What failed, a line each, for whoever started the suite to say last: xtask/src/python.rs.
FAILED = Path(__file__).parent / ".tools" / "failed"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        note_failure(f"{report.nodeid} ({report.when})")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        note_failure(f"{report.nodeid} (collection)")


def note_failure(what: str) -> None:
    FAILED.parent.mkdir(exist_ok=True)
    with FAILED.open("a", encoding="utf-8") as file:
        file.write(f"{what}\n")


@dataclass(frozen=True)
class Keys:
    """Access keys; all but `other_root` belong to the first pool."""

    root: AccessKey
    # A key that has every permission but the named one, and one that has it alone.
    without: dict[str, AccessKey]
    only: dict[str, AccessKey]
    other_root: AccessKey


def make_keys(rollcall: Rollcall) -> Keys:
    """All keys are made before `serve`, which locks the data folder."""
    root = rollcall.init()

    def new_key(permissions: list[str]) -> AccessKey:
        return rollcall.init("--new-key", "--permissions", ",".join(permissions))

    without = {each: new_key([p for p in PERMISSIONS if p != each]) for each in PERMISSIONS}
    only = {each: new_key([each]) for each in PERMISSIONS}
    return Keys(root, without, only, rollcall.init("--new-pool", "compat other"))


@dataclass(frozen=True)
class Server:
    url: str
    keys: Keys

    @property
    def issuer(self) -> str:
        return f"{self.url}/oidc"


@pytest.fixture(scope="session", autouse=True)
def answers_follow_the_contract() -> Iterator[None]:
    """Every V3 answer of the suite, whoever asked, is held against its schema, theirs and ours."""
    send = requests.Session.send

    def checked(session: requests.Session, request: requests.PreparedRequest, **options: object) -> requests.Response:
        response = send(session, request, **options)
        path = urlsplit(request.url).path
        # A head that is too long (431) was refused before it had a path.
        if path.startswith("/api/v3/") and response.status_code != 431:
            headers = {name.lower(): value for name, value in response.headers.items()}
            contract_schema.check_answer(request.method, path, response.status_code, headers, response.json())
            own_schema.check_answer(request.method, path, response.status_code, response.json())
        return response

    patch = pytest.MonkeyPatch()
    patch.setattr(requests.Session, "send", checked)
    # The SDKs obey a proxy from the environment, which would not reach us.
    patch.setenv("NO_PROXY", "127.0.0.1")
    patch.setenv("no_proxy", "127.0.0.1")
    yield
    patch.undo()


@pytest.fixture(scope="session")
def binary() -> Path:
    found = Path(os.environ.get("ROLLCALL_BIN", "target/debug/rollcall")).absolute()
    assert found.is_file(), f"ROLLCALL_BIN: there is no {found}; build it with `cargo build --package rollcall`"
    return found


@pytest.fixture(scope="session")
def new_rollcall(binary: Path) -> Iterator[NewRollcall]:
    """Makes a server's data folder here, or its database where the suite runs on a PostgreSQL."""
    databases = DatabaseServer.chosen()
    yield lambda folder: Rollcall(binary, folder, databases.create() if databases else None)
    if databases:
        databases.drop_all()


@pytest.fixture(scope="session")
def server(new_rollcall: NewRollcall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    rollcall = new_rollcall(tmp_path_factory.mktemp("rollcall"))
    keys = make_keys(rollcall)
    try:
        rollcall.serve()
        yield Server(rollcall.url, keys)
    finally:
        rollcall.stop()
    log = rollcall.log.read_text(errors="replace")
    issued = [keys.root, keys.other_root, *keys.without.values(), *keys.only.values()]
    assert not [key.id for key in issued if key.secret in log], "a secret is in the log"


@pytest.fixture(scope="session")
def world(server: Server) -> World:
    root = server.keys.root
    world = World(callers.management(server.url, root), root.pool)
    # Off unless a pool says otherwise, as the other one's stays.
    assert world.root.post("update-security-settings", registerDisabled=False).code == 200
    return world


@pytest.fixture(scope="session")
def other_world(server: Server) -> World:
    """Another pool of the same server."""
    root = server.keys.other_root
    return World(callers.management(server.url, root), root.pool)


@pytest.fixture
def stranger(server: Server) -> Caller:
    return Caller(server.url)


@pytest.fixture(scope="session")
def key_caller(server: Server) -> Callable[[AccessKey], Caller]:
    """Management callers by key; a token serves the whole suite."""
    known: dict[str, Caller] = {}

    def caller(key: AccessKey) -> Caller:
        if key.id not in known:
            known[key.id] = callers.management(server.url, key)
        return known[key.id]

    return caller


@pytest.fixture(params=sdks.NAMES)
def sdk(request: pytest.FixtureRequest, server: Server) -> sdks.Sdk:
    return sdks.load(request.param, server.url)


# Browsers and relying parties


@pytest.fixture
def browser(server: Server) -> Browser:
    """Somebody's browser, with nothing in it."""
    return Browser(server.url)


@pytest.fixture(scope="session")
def node_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], NodeProgram]]:
    """The programs of `node/` by name; each is started once and keeps what its clients need apart."""
    known: dict[str, NodeProgram] = {}
    folder = tmp_path_factory.mktemp("node")

    def program(name: str) -> NodeProgram:
        if name not in known:
            known[name] = NodeProgram(name, folder)
        return known[name]

    yield program
    for each in known.values():
        each.program.stop()


PARTIES = ("openid-client", "oauth4webapi", "authlib")


@pytest.fixture(params=PARTIES)
def open_party(
    request: pytest.FixtureRequest, node_program: Callable[[str], NodeProgram]
) -> Callable[[str, Application], RelyingParty]:
    """Opens the client of an application at an issuer, by each of the libraries."""

    def open_it(issuer: str, application: Application) -> RelyingParty:
        if request.param == "authlib":
            return AuthlibParty(issuer, application)
        return NodeParty(node_program(request.param.replace("-", "_")), issuer, application)

    return open_it


@pytest.fixture
def express_app(server: Server, world: World, node_program: Callable[[str], NodeProgram]) -> Callable[[], ExpressApp]:
    """New applications with `express-openid-connect`, which take back-channel logout."""
    return lambda: ExpressApp(node_program("express_app"), world, server.issuer)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.stop()


@dataclass(frozen=True)
class SecureServer:
    """A server of its own whose public URL is https, with HAProxy before it."""

    # What browsers and clients call it.
    url: str
    # The file to verify it with.
    authority: str
    # A certificate of that authority for `localhost`, with its key.
    certificate: str
    # For Chromium's --ignore-certificate-errors-spki-list.
    key_hash: str
    # As its back ends reach it, within the machine.
    world: World

    @property
    def issuer(self) -> str:
        return f"{self.url}/oidc"


@pytest.fixture(scope="session")
def secure_server(new_rollcall: NewRollcall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureServer]:
    folder = tmp_path_factory.mktemp("secure")
    proxy = Haproxy(folder)
    rollcall = new_rollcall(folder)
    try:
        root = rollcall.init()
        # It may tell applications of this machine, whose certificates are of the same authority.
        allowed = ("--egress-allow", "127.0.0.0/8")
        trusted = {"SSL_CERT_FILE": str(proxy.authority)}
        rollcall.serve(*proxy.serve_arguments, *allowed, environment=trusted)
        proxy.start(rollcall)
        world = World(callers.management(rollcall.url, root), root.pool)
        yield SecureServer(proxy.url, str(proxy.authority), str(proxy.certificate), proxy.key_hash, world)
    finally:
        proxy.stop()
        rollcall.stop()
